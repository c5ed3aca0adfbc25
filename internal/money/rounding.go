package money

import (
	"fmt"
	"math"
	"math/bits"
)

// Mode says which way a remainder goes.
type Mode uint8

const (
	// HalfUp takes a half away from zero (四舍五入).
	HalfUp Mode = iota + 1
	// HalfEven takes a half to the even neighbour.
	HalfEven
	// Up takes any remainder away from zero (见分进角).
	Up
	// Down drops the remainder.
	Down
)

var modeNames = map[Mode]string{HalfUp: "half_up", HalfEven: "half_even", Up: "up", Down: "down"}

func (m Mode) String() string { return modeNames[m] }

// MarshalText writes the mode's name.
func (m Mode) MarshalText() ([]byte, error) {
	if s, ok := modeNames[m]; ok {
		return []byte(s), nil
	}
	return nil, fmt.Errorf("unknown rounding mode %d", m)
}

// UnmarshalText reads half_up, half_even, up or down.
func (m *Mode) UnmarshalText(b []byte) error {
	for k, s := range modeNames {
		if s == string(b) {
			*m = k
			return nil
		}
	}
	return fmt.Errorf("unknown rounding mode %q (half_up, half_even, up, down)", b)
}

// Rounding is a mode applied at one unit after another: Shanghai rounds a base
// first to jiao, then to yuan. The zero value keeps the fen of an amount and
// cannot round a product.
type Rounding struct {
	Mode  Mode  `yaml:"mode" json:"mode,omitempty"`
	Units []Fen `yaml:"units" json:"units,omitempty"`
}

// Check reports a rounding that cannot be applied to a product.
func (r Rounding) Check() error {
	if r.Mode == 0 || len(r.Units) == 0 {
		return fmt.Errorf("rounding without mode or unit")
	}
	for _, u := range r.Units {
		if u <= 0 || u > 1_000_000 {
			return fmt.Errorf("rounding unit %s is out of range", u)
		}
	}
	return nil
}

// Mul returns f x r rounded once at the first unit and then, if there are
// more, at the following ones.
func (r Rounding) Mul(f Fen, rate Rate) (Fen, error) { return r.MulOver(f, rate, 1) }

// maxParts bounds the parts of MulOver: the days of a year.
const maxParts = 366

// MulOver is Mul by the n-th part of a rate, such as a month's of a yearly
// rate, without rounding the part first.
func (r Rounding) MulOver(f Fen, rate Rate, n int) (Fen, error) {
	if err := r.Check(); err != nil {
		return 0, err
	}
	if n < 1 || n > maxParts {
		return 0, fmt.Errorf("a rate in %d parts", n)
	}
	q, ok := r.Mode.quotient(abs(int64(f)), abs(int64(rate)), uint64(One)*uint64(r.Units[0])*uint64(n))
	if !ok || q > uint64(math.MaxInt64)/uint64(r.Units[0]) {
		return 0, ErrOverflow
	}
	out := Fen(q) * r.Units[0]
	if (f < 0) != (rate < 0) {
		out = -out
	}
	return Rounding{Mode: r.Mode, Units: r.Units[1:]}.Amount(out)
}

// Amount rounds an amount that is already in fen, unit after unit.
func (r Rounding) Amount(f Fen) (Fen, error) {
	for _, u := range r.Units {
		if u <= 1 {
			continue
		}
		q, ok := r.Mode.quotient(abs(int64(f)), 1, uint64(u))
		if !ok || q > uint64(math.MaxInt64)/uint64(u) {
			return 0, ErrOverflow
		}
		g := Fen(q) * u
		if f < 0 {
			g = -g
		}
		f = g
	}
	return f, nil
}

// quotient is f x num / den, rounded to a whole number; ok is false when it
// leaves int64. Every rounding of the program is made here.
func (m Mode) quotient(f, num, den uint64) (q uint64, ok bool) {
	if m == HalfUp {
		if x, limit := multiplier(num, den); f <= limit {
			return uint64(x.Of(Fen(f))), true
		}
	}
	hi, lo := bits.Mul64(f, num)
	if hi >= den {
		return 0, false
	}
	q, rem := bits.Div64(hi, lo, den)
	if q > math.MaxInt64 {
		return 0, false
	}
	return m.carry(q, rem, den), true
}

func (m Mode) carry(q, rem, unit uint64) uint64 {
	if rem == 0 {
		return q
	}
	up := false
	switch m {
	case HalfUp:
		up = rem >= unit-rem
	case HalfEven:
		up = rem > unit-rem || (rem == unit-rem && q&1 == 1)
	case Up:
		up = true
	case Down:
	}
	if up {
		return q + 1
	}
	return q
}
