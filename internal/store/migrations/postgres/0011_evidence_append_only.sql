-- What was handed in is never changed.
-- +goose Up
CREATE TRIGGER handed_in_append_only BEFORE UPDATE OR DELETE ON handed_in FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handed_in_no_truncate BEFORE TRUNCATE ON handed_in FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER handed_in_append_only ON handed_in;
DROP TRIGGER handed_in_no_truncate ON handed_in;
