-- Where an employer is insured is only added to; statistics as in 0003.
-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER insured_place_no_update BEFORE UPDATE ON insured_place BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER insured_place_no_delete BEFORE DELETE ON insured_place BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- +goose StatementEnd
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('service_office', 'sqlite_autoindex_service_office_1', '1000000 500000 1'),
    ('service_window', 'sqlite_autoindex_service_window_1', '1000000 500000 1'),
    ('service_window', 'service_window_office', '1000000 500000 20 1'),
    ('service_hours', 'sqlite_autoindex_service_hours_1', '1000000 500000 1'),
    ('service_hours', 'service_hours_office', '1000000 500000 20 10'),
    ('insured_place', 'sqlite_autoindex_insured_place_1', '1000000 500000 1'),
    ('insured_place', 'insured_place_employer', '1000000 500000 20 10'),
    ('booking', 'sqlite_autoindex_booking_1', '1000000 500000 1'),
    ('booking', 'booking_person', '1000000 500000 20 1'),
    ('booking', 'booking_employer', '1000000 500000 20 1'),
    ('booking', 'booking_case_id', '1000000 500000 20 1'),
    ('booking', 'booking_office_day', '1000000 500000 25000 20 1'),
    ('booking', 'booking_state_last_on', '1000000 500000 25000 20'),
    ('booking', 'booking_office_queue_key', '1000000 500000 25000 1'),
    ('seat', 'sqlite_autoindex_seat_1', '1000000 500000 10000 20 1');
ANALYZE sqlite_schema;

-- +goose Down
DELETE FROM sqlite_stat1 WHERE tbl IN ('service_office', 'service_window', 'service_hours', 'insured_place', 'booking', 'seat');
DROP TRIGGER insured_place_no_update;
DROP TRIGGER insured_place_no_delete;
