-- What happened to cases is not changed.
-- +goose Up
SET citus.enable_unsafe_triggers = on;
CREATE TRIGGER procedure_append_only BEFORE UPDATE OR DELETE ON procedure FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER procedure_no_truncate BEFORE TRUNCATE ON procedure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON case_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_no_truncate BEFORE TRUNCATE ON case_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_month_append_only BEFORE UPDATE OR DELETE ON case_month FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_month_no_truncate BEFORE TRUNCATE ON case_month FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER procedure_append_only ON procedure;
DROP TRIGGER procedure_no_truncate ON procedure;
DROP TRIGGER case_event_append_only ON case_event;
DROP TRIGGER case_event_no_truncate ON case_event;
DROP TRIGGER case_month_append_only ON case_month;
DROP TRIGGER case_month_no_truncate ON case_month;
