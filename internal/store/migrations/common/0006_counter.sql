-- Where people are received: offices with their windows and hours, appointments, and the places that are taken.
-- +goose Up
CREATE TABLE service_office (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    territory TEXT NOT NULL,
    slot_minutes BIGINT NOT NULL,
    ahead_days BIGINT NOT NULL,
    offer_days BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);

CREATE TABLE service_window (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    number BIGINT NOT NULL,
    services TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX service_window_office ON service_window (area, office, number);

CREATE TABLE service_hours (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX service_hours_office ON service_hours (area, office, from_on);

-- the division in which an employer is insured; the last one known counts
CREATE TABLE insured_place (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    employer TEXT NOT NULL,
    division TEXT NOT NULL,
    from_on TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX insured_place_employer ON insured_place (area, employer, from_on);

-- appointments and waits; last_on is the day by which something must have become of it
CREATE TABLE booking (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    office TEXT NOT NULL,
    service TEXT NOT NULL,
    service_window TEXT NOT NULL,
    day TEXT NOT NULL,
    slot TEXT NOT NULL,
    number TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    earliest TEXT NOT NULL,
    latest TEXT NOT NULL,
    queue BIGINT NOT NULL,
    until TEXT NOT NULL,
    last_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX booking_person ON booking (area, person, id);
CREATE INDEX booking_employer ON booking (area, employer, id);
CREATE INDEX booking_case_id ON booking (area, case_id, id);
CREATE INDEX booking_office_day ON booking (area, office, day, id);
CREATE INDEX booking_state_last_on ON booking (area, state, last_on);
CREATE UNIQUE INDEX booking_office_queue_key ON booking (area, office, queue) WHERE queue > 0;

-- a slot of a window has one row: nothing is booked twice
CREATE TABLE seat (
    area TEXT NOT NULL,
    service_window TEXT NOT NULL,
    day TEXT NOT NULL,
    slot TEXT NOT NULL,
    booking TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, service_window, day, slot)
);

-- +goose Down
DROP TABLE seat;
DROP TABLE booking;
DROP TABLE insured_place;
DROP TABLE service_hours;
DROP TABLE service_window;
DROP TABLE service_office;
