package declaration

import (
	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// PriceForTest prices a wage.
func (t *Tariff) PriceForTest(wage money.Fen) ([]Priced, error) {
	return t.Price(new(assess.Exact), wage, nil)
}

// SpreadForTest divides an amount over persons' pension shares.
func SpreadForTest(employer map[string]money.Fen, amount money.Fen) map[string]money.Fen {
	was, total := map[slot]billed{}, money.Fen(0)
	for p, v := range employer {
		was[slot{p, insurance.Pension}] = billed{employer: v}
		total += v
	}
	out := map[string]money.Fen{}
	for _, c := range spread(was, total, amount) {
		out[c.Person] = c.EmployerFen
	}
	return out
}
