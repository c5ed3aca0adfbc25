// Package money holds amounts and rates as exact integers.
//
// A Fen is an amount in fen (1/100 yuan); a Rate is a fraction in units of
// 1e-9. Every product is formed in 128 bits and rounded exactly once, by a
// Rounding that the caller names (mode and unit come from the law packs, never
// from a default). The package refuses floats, silent rounding and overflow:
// text with more decimals than fit, or a result that leaves int64, is an error.
package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// Fen is an amount of money in fen, 1/100 yuan. In JSON and YAML it is a
// decimal string in yuan with two places ("1091.36").
type Fen int64

// Rate is a fraction in units of 1e-9: 0.0005 a day is Rate(500_000).
// In JSON it is a decimal string without trailing zeros ("0.0005").
type Rate int64

// One is the rate 1.
const One Rate = 1_000_000_000

// MaxFen bounds every amount that enters the program (ten trillion yuan), so
// that sums of ordinary length cannot reach the edge of int64.
const MaxFen Fen = 1_000_000_000_000_000

// ErrOverflow says that an amount left the range that is kept exactly.
var ErrOverflow = errors.New("amount out of range")

// Errors of parsing; they never repeat the text, which may be personal data.
var (
	ErrAmount = errors.New("not an amount in yuan")
	ErrRate   = errors.New("not a rate")
)

// ParseFen reads yuan with at most two decimals ("1091.36", "-3", "0.5").
// Signs other than a leading minus, separators and exponents are errors.
func ParseFen(s string) (Fen, error) {
	n, err := parseDecimal(s, 2)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrAmount, err)
	}
	if n > int64(MaxFen) || n < -int64(MaxFen) {
		return 0, ErrOverflow
	}
	return Fen(n), nil
}

// ParseRate reads a fraction with at most nine decimals ("0.0005", "1").
func ParseRate(s string) (Rate, error) {
	n, err := parseDecimal(s, 9)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrRate, err)
	}
	return Rate(n), nil
}

// ParsePercent reads a percentage with at most seven decimals as a fraction:
// "9.8" is 0.098.
func ParsePercent(s string) (Rate, error) {
	n, err := parseDecimal(s, 7)
	if err != nil {
		return 0, fmt.Errorf("not a percentage: %w", err)
	}
	return Rate(n), nil
}

// parseDecimal reads a plain decimal as an integer scaled by 10^places.
// The error never repeats the text, which may be personal data.
func parseDecimal(s string, places int) (int64, error) {
	if len(s) == 0 {
		return 0, errors.New("empty")
	}
	i, neg := 0, false
	if s[0] == '-' {
		neg, i = true, 1
	}
	var n int64
	digits, frac := 0, -1
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' {
			if frac >= 0 {
				return 0, errors.New("two decimal points")
			}
			frac = 0
			continue
		}
		if c < '0' || c > '9' {
			return 0, errors.New("a character that is not a digit")
		}
		if frac >= 0 {
			if frac == places {
				if c != '0' {
					return 0, fmt.Errorf("more than %d decimals", places)
				}
				continue
			}
			frac++
		}
		if n > (math.MaxInt64-9)/10 {
			return 0, ErrOverflow
		}
		n = n*10 + int64(c-'0')
		digits++
	}
	if digits == 0 || frac == 0 {
		return 0, errors.New("no digits")
	}
	if frac < 0 {
		frac = 0
	}
	for ; frac < places; frac++ {
		if n > math.MaxInt64/10 {
			return 0, ErrOverflow
		}
		n *= 10
	}
	if neg {
		n = -n
	}
	return n, nil
}

// String renders yuan with two places.
func (f Fen) String() string { return string(f.Append(nil)) }

// Append appends the amount in yuan with two places to b.
func (f Fen) Append(b []byte) []byte {
	u := uint64(f)
	if f < 0 {
		b = append(b, '-')
		u = -u
	}
	b = fmt.Appendf(b, "%d", u/100)
	r := u % 100
	return append(b, '.', byte('0'+r/10), byte('0'+r%10))
}

// String renders the fraction without trailing zeros.
func (r Rate) String() string { return trimDecimal(int64(r), 9, 0) }

// trimDecimal renders n/10^places with at least min decimals.
func trimDecimal(n int64, places, min int) string {
	u := uint64(n)
	sign := ""
	if n < 0 {
		sign, u = "-", -u
	}
	return sign + trimDigits(fmt.Sprintf("%0*d", places+1, u), places, min)
}

func trimDigits(digits string, places, min int) string {
	whole, frac := digits[:len(digits)-places], digits[len(digits)-places:]
	for len(frac) > min && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	if frac == "" {
		return whole
	}
	return whole + "." + frac
}

// Add returns f+g, or ErrOverflow.
func (f Fen) Add(g Fen) (Fen, error) {
	s := f + g
	if (g > 0 && s < f) || (g < 0 && s > f) {
		return 0, ErrOverflow
	}
	return s, nil
}

// Sum adds amounts, or returns ErrOverflow.
func Sum(fs ...Fen) (Fen, error) {
	var t Fen
	for _, f := range fs {
		var err error
		if t, err = t.Add(f); err != nil {
			return 0, err
		}
	}
	return t, nil
}

// Mul multiplies two rates; the product must be exact in units of 1e-9, as
// products of relief factors are (0.5 x 0.8 x 0.019).
func (r Rate) Mul(s Rate) (Rate, error) {
	hi, lo := bits.Mul64(abs(int64(r)), abs(int64(s)))
	if hi >= uint64(One) {
		return 0, ErrOverflow
	}
	q, rem := bits.Div64(hi, lo, uint64(One))
	if rem != 0 {
		return 0, errors.New("product of rates is not exact")
	}
	if q > math.MaxInt64 {
		return 0, ErrOverflow
	}
	if (r < 0) != (s < 0) {
		return -Rate(q), nil
	}
	return Rate(q), nil
}

// Times returns r x n, or ErrOverflow. Late-fee segments use it: rate a day
// times days.
func (r Rate) Times(n int64) (Rate, error) {
	hi, lo := bits.Mul64(abs(int64(r)), abs(n))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, ErrOverflow
	}
	if (r < 0) != (n < 0) {
		return -Rate(lo), nil
	}
	return Rate(lo), nil
}

// Exact renders f x r in yuan with every decimal it has (at least two places,
// at most eleven), without rounding.
func Exact(f Fen, r Rate) string {
	hi, lo := bits.Mul64(abs(int64(f)), abs(int64(r)))
	// 128-bit to decimal: split off 18 digits twice.
	const e18 = 1_000_000_000_000_000_000
	q1, r1 := bits.Div64(hi%e18, lo, e18)
	top := hi / e18
	s := fmt.Sprintf("%018d", r1)
	if top > 0 || q1 > 0 {
		s = fmt.Sprintf("%d%s", q1, s)
	}
	s = strings.TrimLeft(s, "0")
	for len(s) < 12 {
		s = "0" + s
	}
	out := trimDigits(s, 11, 2)
	if (f < 0) != (r < 0) && strings.Trim(out, "0.") != "" {
		out = "-" + out
	}
	return out
}

func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
