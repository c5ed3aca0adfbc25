-- What came of a card is never changed.
-- +goose Up
CREATE TRIGGER card_batch_append_only BEFORE UPDATE OR DELETE ON card_batch FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER card_batch_no_truncate BEFORE TRUNCATE ON card_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER card_batch_append_only ON card_batch;
DROP TRIGGER card_batch_no_truncate ON card_batch;
