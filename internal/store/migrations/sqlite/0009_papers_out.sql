-- Papers that went out stay as they are; statistics as in 0003.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER paper_wording_no_update BEFORE UPDATE ON paper_wording BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_wording_no_delete BEFORE DELETE ON paper_wording BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_no_update BEFORE UPDATE ON paper BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_no_delete BEFORE DELETE ON paper BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_service_no_update BEFORE UPDATE ON paper_service BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_service_no_delete BEFORE DELETE ON paper_service BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('paper_series', 'sqlite_autoindex_paper_series_1', '1000 500 10 1'),
    ('paper_wording', 'sqlite_autoindex_paper_wording_1', '1000 500 1'),
    ('paper', 'sqlite_autoindex_paper_1', '1000000 500000 1'),
    ('paper', 'paper_number_key', '1000000 500000 1'),
    ('paper', 'paper_case_id', '1000000 500000 5 1'),
    ('paper', 'paper_person', '1000000 500000 20 1'),
    ('paper', 'paper_employer', '1000000 500000 20 1'),
    ('paper_service', 'sqlite_autoindex_paper_service_1', '1000000 500000 2 1');
ANALYZE sqlite_schema;

-- +goose Down
DELETE FROM sqlite_stat1 WHERE tbl IN ('paper_series', 'paper_wording', 'paper', 'paper_service');
DROP TRIGGER paper_wording_no_update;
DROP TRIGGER paper_wording_no_delete;
DROP TRIGGER paper_no_update;
DROP TRIGGER paper_no_delete;
DROP TRIGGER paper_service_no_update;
DROP TRIGGER paper_service_no_delete;
