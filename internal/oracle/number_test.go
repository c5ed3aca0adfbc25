package oracle

import (
	"fmt"
	"strings"
)

// num is an exact decimal: n / 10^p.
type num struct {
	n int64
	p int
}

// number reads a plain decimal of a pack ("9.8", "0.45", "3321.60").
func number(s string) num {
	whole, frac, _ := strings.Cut(s, ".")
	var x num
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			panic("not a plain decimal: " + s)
		}
		x.n = mul(x.n, 10) + int64(c-'0')
	}
	x.p = len(frac)
	return x.trim()
}

func whole(n int64) num { return num{n, 0}.trim() }

func (x num) trim() num {
	for x.p > 0 && x.n%10 == 0 {
		x.n, x.p = x.n/10, x.p-1
	}
	return x
}

func mul(a, b int64) int64 {
	c := a * b
	if a != 0 && c/a != b {
		panic("the second engine has left its range")
	}
	return c
}

func power(p int) int64 {
	n := int64(1)
	for range p {
		n = mul(n, 10)
	}
	return n
}

// at is the numerator over 10^p, for p not below that of x.
func (x num) at(p int) int64 { return mul(x.n, power(p-x.p)) }

func (x num) times(y num) num { return num{mul(x.n, y.n), x.p + y.p}.trim() }

func (x num) plus(y num) num {
	p := max(x.p, y.p)
	return num{x.at(p) + y.at(p), p}.trim()
}

func (x num) less(y num) bool {
	p := max(x.p, y.p)
	return x.at(p) < y.at(p)
}

func (x num) is(y num) bool { return !x.less(y) && !y.less(x) }

func (x num) zero() bool { return x.n == 0 }

// percent is x / 100.
func (x num) percent() num { return num{x.n, x.p + 2}.trim() }

// round takes x to a multiple of the unit: what is left over decides.
func (x num) round(mode string, unit num) num {
	p := max(x.p, unit.p)
	a, u := x.at(p), unit.at(p)
	steps, left := a/u, a%u
	switch mode {
	case "half_up":
		if 2*left >= u {
			steps++
		}
	case "half_even":
		if 2*left > u || (2*left == u && steps%2 == 1) {
			steps++
		}
	case "up":
		if left > 0 {
			steps++
		}
	case "down":
	default:
		panic("rounding mode " + mode)
	}
	return unit.times(whole(steps))
}

// yuan writes two places; x must not have more.
func (x num) yuan() string {
	x = x.trim()
	if x.p > 2 {
		panic(fmt.Sprintf("an amount with %d places", x.p))
	}
	n := x.at(2)
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}

// exact writes all places there are, at least two.
func (x num) exact() string {
	x = x.trim()
	p := max(x.p, 2)
	n, unit := x.at(p), power(p)
	return fmt.Sprintf("%d.%0*d", n/unit, p, n%unit)
}

// fraction writes a rate without trailing zeros.
func (x num) fraction() string {
	return strings.TrimSuffix(strings.TrimRight(x.exact(), "0"), ".")
}
