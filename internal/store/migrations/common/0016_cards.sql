-- Batches in which social security cards are produced: what went out, and what came of each card.
-- +goose Up
-- back: 0 went out, 1 accounted for; a card is accounted for once
CREATE TABLE card_batch (
    area TEXT NOT NULL,
    batch TEXT NOT NULL,
    casefile TEXT NOT NULL,
    back BIGINT NOT NULL,
    step TEXT NOT NULL,
    bank TEXT NOT NULL,
    on_day TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, batch, casefile, back)
);

-- +goose Down
DROP TABLE card_batch;
