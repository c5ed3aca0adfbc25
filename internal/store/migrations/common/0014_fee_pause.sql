-- The days on which the late fee of deferred months stands still.
-- +goose Up
-- a deferral of fee months of an employer, as its case states it; the latest statement of a case counts
CREATE TABLE fee_pause (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    casefile TEXT NOT NULL,
    employer TEXT NOT NULL,
    policy BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    schemes TEXT NOT NULL,
    first_month TEXT NOT NULL,
    last_month TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX fee_pause_employer ON fee_pause (area, employer);

-- +goose Down
DROP TABLE fee_pause;
