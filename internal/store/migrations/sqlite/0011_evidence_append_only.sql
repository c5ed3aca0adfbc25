-- What was handed in is never changed; statistics as in 0003.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER handed_in_no_update BEFORE UPDATE ON handed_in BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handed_in_no_delete BEFORE DELETE ON handed_in BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('handed_in', 'handed_in_case', '1000000 500000 20 1'),
    ('handed_in', 'handed_in_employer', '1000000 500000 20 1'),
    ('handed_in', 'handed_in_person', '1000000 500000 20 1'),
    ('handed_in', 'handed_in_replaces_key', '1000000 500000 1'),
    ('handed_in', 'handed_in_upload', '1000000 500000 20 1'),
    ('handed_in', 'sqlite_autoindex_handed_in_1', '1000000 500000 1'),
    ('upload', 'sqlite_autoindex_upload_1', '1000000 500000 1'),
    ('upload', 'upload_actor', '1000000 500000 20 1'),
    ('upload', 'upload_hash_key', '1000000 500000 1');
ANALYZE sqlite_schema;

-- +goose Down
DELETE FROM sqlite_stat1 WHERE tbl IN ('handed_in', 'upload');
DROP TRIGGER handed_in_no_update;
DROP TRIGGER handed_in_no_delete;
