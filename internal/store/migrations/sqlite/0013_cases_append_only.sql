-- What happened to cases is not changed.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER procedure_no_update BEFORE UPDATE ON procedure BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER procedure_no_delete BEFORE DELETE ON procedure BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_event_no_update BEFORE UPDATE ON case_event BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_event_no_delete BEFORE DELETE ON case_event BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_month_no_update BEFORE UPDATE ON case_month BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_month_no_delete BEFORE DELETE ON case_month BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER procedure_no_update;
DROP TRIGGER procedure_no_delete;
DROP TRIGGER case_event_no_update;
DROP TRIGGER case_event_no_delete;
DROP TRIGGER case_month_no_update;
DROP TRIGGER case_month_no_delete;
