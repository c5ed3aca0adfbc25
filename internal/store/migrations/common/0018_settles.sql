-- +goose Up
-- What settles a charge, for the order that asks for it.
CREATE INDEX charge_settles ON charge (area, settles) WHERE settles > '';

-- +goose Down
DROP INDEX charge_settles;
