package declaration

import (
	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// PriceForTest prices a wage.
func (t *Tariff) PriceForTest(wage money.Fen) ([]Priced, error) {
	return t.Price(new(assess.Exact), wage, nil)
}
