-- Cases: the law they are pinned to, where they stand, what happened, and the months they are about.
-- +goose Up
-- a kind's table with the terms of the area, as cases were opened under it; named by its digest
CREATE TABLE procedure (
    area TEXT NOT NULL,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, digest)
);

-- where a case stands; the proof folds its events and compares
CREATE TABLE casefile (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    law TEXT NOT NULL,
    state TEXT NOT NULL,
    back TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    parent TEXT NOT NULL,
    owner TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    then_event TEXT NOT NULL,
    days_left BIGINT NOT NULL,
    overdue BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    closed_on TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX casefile_person_id ON casefile (area, person, id);
CREATE INDEX casefile_employer_id ON casefile (area, employer, id);
CREATE INDEX casefile_parent_id ON casefile (area, parent, id);
CREATE INDEX casefile_kind_state_id ON casefile (area, kind, state, id);
CREATE INDEX casefile_owner_id ON casefile (area, owner, id);
CREATE INDEX casefile_due ON casefile (area, closed_on, overdue, ends_on, id);

-- what happened to a case, in order
CREATE TABLE case_event (
    area TEXT NOT NULL,
    casefile TEXT NOT NULL,
    seq BIGINT NOT NULL,
    name TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    on_day TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    then_event TEXT NOT NULL,
    days_left BIGINT NOT NULL,
    data TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, casefile, seq)
);

-- the months a case is about, as an event (seq) stated them; the latest statement counts
CREATE TABLE case_month (
    area TEXT NOT NULL,
    casefile TEXT NOT NULL,
    seq BIGINT NOT NULL,
    n BIGINT NOT NULL,
    person TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    fee_month TEXT NOT NULL,
    cause TEXT NOT NULL,
    wage BIGINT,
    base BIGINT,
    employer_fen BIGINT,
    person_fen BIGINT,
    late_fee_fen BIGINT,
    verdict TEXT NOT NULL,
    route TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, casefile, seq, n)
);
CREATE INDEX case_month_person_fee_month ON case_month (area, person, fee_month);

-- +goose Down
DROP TABLE case_month;
DROP TABLE case_event;
DROP TABLE casefile;
DROP TABLE procedure;
