-- What people are told, who read it, how sending it went, and the addresses they left.
-- +goose Up
-- what somebody is told
CREATE TABLE message (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    addressee TEXT NOT NULL,
    topic TEXT NOT NULL,
    args TEXT NOT NULL,
    case_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX message_addressee_id ON message (area, addressee, id);
CREATE INDEX message_case_id_id ON message (area, case_id, id) WHERE case_id > '';

-- which account read it
CREATE TABLE message_read (
    area TEXT NOT NULL,
    message TEXT NOT NULL,
    account TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, message, account)
);

-- a message on its way by mail or telephone
CREATE TABLE dispatch (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    message TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    error TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX dispatch_message_channel_key ON dispatch (area, message, channel);
CREATE INDEX dispatch_unsent ON dispatch (area, id) WHERE error > '';

-- an address at which somebody wants to be told; the address itself is in a box
CREATE TABLE contact (
    area TEXT NOT NULL,
    owner TEXT NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    lang TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, owner, channel)
);

-- +goose Down
DROP TABLE contact;
DROP TABLE dispatch;
DROP TABLE message_read;
DROP TABLE message;
