-- Papers that were handed in, and the files that were uploaded for them: what, whose, whether scanned; their bytes stand in the store of files.
-- +goose Up
CREATE TABLE handed_in (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_month TEXT NOT NULL,
    to_month TEXT NOT NULL,
    proves BIGINT NOT NULL,
    formed_on TEXT NOT NULL,
    copies BIGINT NOT NULL,
    original_seen BIGINT NOT NULL,
    upload TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    replaces TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX handed_in_person ON handed_in (area, person, id);
CREATE INDEX handed_in_case ON handed_in (area, case_id, id);
CREATE INDEX handed_in_employer ON handed_in (area, employer, id);
CREATE INDEX handed_in_upload ON handed_in (area, upload, id);
-- a paper is replaced once
CREATE UNIQUE INDEX handed_in_replaces_key ON handed_in (area, replaces) WHERE replaces <> '';

CREATE TABLE upload (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    box TEXT NOT NULL,
    state TEXT NOT NULL,
    found TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    scanned_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX upload_hash_key ON upload (area, hash);
CREATE INDEX upload_actor ON upload (area, actor, id);

-- +goose Down
DROP TABLE upload;
DROP TABLE handed_in;
