-- What came of a card is never changed; statistics as in 0003.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER card_batch_no_update BEFORE UPDATE ON card_batch BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER card_batch_no_delete BEFORE DELETE ON card_batch BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('card_batch', 'sqlite_autoindex_card_batch_1', '1000000 500000 500 2 1');
ANALYZE sqlite_schema;

-- +goose Down
DELETE FROM sqlite_stat1 WHERE tbl = 'card_batch';
DROP TRIGGER card_batch_no_update;
DROP TRIGGER card_batch_no_delete;
