-- What was said of deferrals is not changed; statistics of its indexes as in 0003.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER fee_pause_no_update BEFORE UPDATE ON fee_pause BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER fee_pause_no_delete BEFORE DELETE ON fee_pause BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('fee_pause', 'fee_pause_employer', '10000 5000 2'),
    ('fee_pause', 'sqlite_autoindex_fee_pause_1', '10000 5000 1');
ANALYZE sqlite_schema;

-- +goose Down
DELETE FROM sqlite_stat1 WHERE tbl = 'fee_pause';
DROP TRIGGER fee_pause_no_update;
DROP TRIGGER fee_pause_no_delete;
