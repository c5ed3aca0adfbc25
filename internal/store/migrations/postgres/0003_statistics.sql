-- Statistics by which plans are made follow tables that grow all day.
-- +goose Up
ALTER TABLE charge SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE posting SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE entry SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE declaration_line SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE audit SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE bank_line SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE order_charge SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE order_event SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE payment SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE sealed SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE event SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE job SET (autovacuum_analyze_scale_factor = 0.02);

-- +goose Down
ALTER TABLE charge RESET (autovacuum_analyze_scale_factor);
ALTER TABLE posting RESET (autovacuum_analyze_scale_factor);
ALTER TABLE entry RESET (autovacuum_analyze_scale_factor);
ALTER TABLE declaration_line RESET (autovacuum_analyze_scale_factor);
ALTER TABLE audit RESET (autovacuum_analyze_scale_factor);
ALTER TABLE bank_line RESET (autovacuum_analyze_scale_factor);
ALTER TABLE order_charge RESET (autovacuum_analyze_scale_factor);
ALTER TABLE order_event RESET (autovacuum_analyze_scale_factor);
ALTER TABLE payment RESET (autovacuum_analyze_scale_factor);
ALTER TABLE sealed RESET (autovacuum_analyze_scale_factor);
ALTER TABLE event RESET (autovacuum_analyze_scale_factor);
ALTER TABLE job RESET (autovacuum_analyze_scale_factor);
