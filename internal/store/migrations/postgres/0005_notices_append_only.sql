-- Messages and who read them are kept.
-- +goose Up
SET citus.enable_unsafe_triggers = on;

CREATE TRIGGER message_append_only BEFORE UPDATE OR DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_no_truncate BEFORE TRUNCATE ON message FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON message FROM PUBLIC;
CREATE TRIGGER message_read_append_only BEFORE UPDATE OR DELETE ON message_read FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_read_no_truncate BEFORE TRUNCATE ON message_read FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON message_read FROM PUBLIC;
ALTER TABLE message SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE dispatch SET (autovacuum_analyze_scale_factor = 0.02);

-- +goose Down
ALTER TABLE message RESET (autovacuum_analyze_scale_factor);
ALTER TABLE dispatch RESET (autovacuum_analyze_scale_factor);
DROP TRIGGER message_append_only ON message;
DROP TRIGGER message_no_truncate ON message;
DROP TRIGGER message_read_append_only ON message_read;
DROP TRIGGER message_read_no_truncate ON message_read;
