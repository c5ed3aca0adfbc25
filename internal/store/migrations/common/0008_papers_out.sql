-- Papers that go out: their series, the wordings they were issued with, the papers, how they were served.
-- +goose Up
-- the last number that was given; whoever issues locks its row
CREATE TABLE paper_series (
    area TEXT NOT NULL,
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, series, year)
);

CREATE TABLE paper_wording (
    area TEXT NOT NULL,
    id TEXT NOT NULL, -- digest of the wording
    wording TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);

CREATE TABLE paper (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    template TEXT NOT NULL,
    wording TEXT NOT NULL,
    kind TEXT NOT NULL,
    case_id TEXT NOT NULL,
    event TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    total BIGINT,
    root TEXT NOT NULL,
    key_id TEXT NOT NULL,
    code TEXT NOT NULL,
    box TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX paper_number_key ON paper (area, number);
CREATE INDEX paper_case_id ON paper (area, case_id, id);
CREATE INDEX paper_person ON paper (area, person, id);
CREATE INDEX paper_employer ON paper (area, employer, id);

CREATE TABLE paper_service (
    area TEXT NOT NULL,
    paper TEXT NOT NULL,
    id TEXT NOT NULL,
    method TEXT NOT NULL,
    served_on TEXT NOT NULL,
    proof TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, paper, id)
);

-- +goose Down
DROP TABLE paper_service;
DROP TABLE paper;
DROP TABLE paper_wording;
DROP TABLE paper_series;
