-- Messages and who read them are kept; statistics of their indexes as in 0003.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER message_no_update BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER message_no_delete BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER message_read_no_update BEFORE UPDATE ON message_read BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER message_read_no_delete BEFORE DELETE ON message_read BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('message', 'message_addressee_id', '1000000 500000 20 1'),
    ('message', 'message_case_id_id', '1000000 500000 20 1'),
    ('message', 'sqlite_autoindex_message_1', '1000000 500000 1'),
    ('message_read', 'sqlite_autoindex_message_read_1', '1000000 500000 2 1'),
    ('dispatch', 'dispatch_message_channel_key', '1000000 500000 2 1'),
    ('dispatch', 'dispatch_unsent', '1000 500 1'),
    ('dispatch', 'sqlite_autoindex_dispatch_1', '1000000 500000 1'),
    ('contact', 'sqlite_autoindex_contact_1', '1000000 500000 2 1');
ANALYZE sqlite_schema;

-- +goose Down
DELETE FROM sqlite_stat1 WHERE tbl IN ('message', 'message_read', 'dispatch', 'contact');
DROP TRIGGER message_no_update;
DROP TRIGGER message_no_delete;
DROP TRIGGER message_read_no_update;
DROP TRIGGER message_read_no_delete;
