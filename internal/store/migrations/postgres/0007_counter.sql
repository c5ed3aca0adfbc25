-- Where an employer is insured is only added to; statistics as in 0003.
-- +goose Up
SET citus.enable_unsafe_triggers = on;
CREATE TRIGGER insured_place_append_only BEFORE UPDATE OR DELETE ON insured_place FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER insured_place_no_truncate BEFORE TRUNCATE ON insured_place FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON insured_place FROM PUBLIC;
ALTER TABLE booking SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE seat SET (autovacuum_analyze_scale_factor = 0.02);

-- +goose Down
ALTER TABLE seat RESET (autovacuum_analyze_scale_factor);
ALTER TABLE booking RESET (autovacuum_analyze_scale_factor);
DROP TRIGGER insured_place_no_truncate ON insured_place;
DROP TRIGGER insured_place_append_only ON insured_place;
