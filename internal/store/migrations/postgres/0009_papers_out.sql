-- Papers that went out stay as they are; statistics as in 0003.
-- +goose Up
SET citus.enable_unsafe_triggers = on;
CREATE TRIGGER paper_wording_append_only BEFORE UPDATE OR DELETE ON paper_wording FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER paper_wording_no_truncate BEFORE TRUNCATE ON paper_wording FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON paper_wording FROM PUBLIC;
CREATE TRIGGER paper_append_only BEFORE UPDATE OR DELETE ON paper FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER paper_no_truncate BEFORE TRUNCATE ON paper FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON paper FROM PUBLIC;
CREATE TRIGGER paper_service_append_only BEFORE UPDATE OR DELETE ON paper_service FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER paper_service_no_truncate BEFORE TRUNCATE ON paper_service FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON paper_service FROM PUBLIC;
ALTER TABLE paper SET (autovacuum_analyze_scale_factor = 0.02);

-- +goose Down
ALTER TABLE paper RESET (autovacuum_analyze_scale_factor);
DROP TRIGGER paper_wording_no_truncate ON paper_wording;
DROP TRIGGER paper_wording_append_only ON paper_wording;
DROP TRIGGER paper_no_truncate ON paper;
DROP TRIGGER paper_append_only ON paper;
DROP TRIGGER paper_service_no_truncate ON paper_service;
DROP TRIGGER paper_service_append_only ON paper_service;
