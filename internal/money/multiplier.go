package money

import "math/bits"

// Multiplier is a fraction made ready to multiply many amounts: a binary
// fraction of 60 places, rounded up. The product, rounded half up, then costs
// one multiplication and no division. Rounding uses it for single amounts and
// the bulk path for columns, so that both round by the same instructions.
type Multiplier uint64

// multiplierPlaces leaves four bits before the binary point: late-fee
// coefficients pass 1 after 2000 days.
const multiplierPlaces = 60

// Of returns f x fraction rounded half up. It is exact for 0 <= f <= limit, as
// given with the Multiplier; other amounts are the caller's mistake and give a
// meaningless number, never a panic.
func (m Multiplier) Of(f Fen) Fen {
	hi, lo := bits.Mul64(uint64(f)<<(64-multiplierPlaces), uint64(m))
	return Fen(hi + lo>>63)
}

// multiplier returns the Multiplier for num/den and the largest amount for
// which it is exact. Fractions of 8 and more have none; limit is then zero.
//
// Why it is exact: the fraction is too large by less than 2^-60, the product
// by less than f x 2^-60. Products, and their distance to the next half, are
// whole steps of 1/den (1/2den if den is odd), so that the excess never
// reaches the next half as long as f x 2^-60 is at most one step.
func multiplier(num, den uint64) (m Multiplier, limit uint64) {
	if num/8 >= den {
		return 0, 0
	}
	q, rem := bits.Div64(num>>(64-multiplierPlaces), num<<multiplierPlaces, den)
	if rem != 0 {
		q++
	}
	steps := den
	if den%2 == 1 {
		steps *= 2
	}
	return Multiplier(q), (1 << multiplierPlaces) / steps
}

// Multiplier prepares the rate for a column of amounts: m.Of(f) x Units[0] is
// what Mul(f, rate) gives, for 0 <= f <= limit. The limit is -1 if there is no
// such Multiplier: for a mode other than half up, for several units, for
// negative rates and for those of 8 and more.
func (r Rounding) Multiplier(rate Rate) (m Multiplier, limit Fen) {
	if r.Check() != nil || r.Mode != HalfUp || len(r.Units) != 1 || rate < 0 || rate >= 8*One {
		return 0, -1
	}
	m, n := multiplier(uint64(rate), uint64(One)*uint64(r.Units[0]))
	return m, Fen(n)
}

// UnitMultiplier prepares the rounding of amounts to a unit: m.Of(f) x unit is
// what Amount gives at this unit, for 0 <= f <= limit. The limit is -1 for a
// mode other than half up and for units that Check refuses.
func (m Mode) UnitMultiplier(unit Fen) (x Multiplier, limit Fen) {
	if (Rounding{Mode: m, Units: []Fen{unit}}).Check() != nil || m != HalfUp {
		return 0, -1
	}
	x, n := multiplier(1, uint64(unit))
	return x, Fen(n)
}
