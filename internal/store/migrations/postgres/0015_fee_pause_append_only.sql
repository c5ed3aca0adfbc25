-- What was said of deferrals is not changed.
-- +goose Up
SET citus.enable_unsafe_triggers = on;
CREATE TRIGGER fee_pause_append_only BEFORE UPDATE OR DELETE ON fee_pause FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fee_pause_no_truncate BEFORE TRUNCATE ON fee_pause FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER fee_pause_append_only ON fee_pause;
DROP TRIGGER fee_pause_no_truncate ON fee_pause;
