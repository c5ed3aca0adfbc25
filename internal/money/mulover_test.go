package money

import (
	"math/rand/v2"
	"testing"
)

// TestMulOver: a month of a yearly rate. 7,800.00 x 2.62 % / 12 = 17.03;
// 100.00 x 1 % / 12 = 0.08333.. and 0.06 x 100 % / 12 = 0.005, a tie.
func TestMulOver(t *testing.T) {
	fen := Rounding{Mode: HalfUp, Units: []Fen{1}}
	for _, x := range []struct {
		f    Fen
		rate string
		n    int
		want Fen
	}{{7800_00, "0.0262", 12, 17_03}, {100_00, "0.01", 12, 8}, {6, "1", 12, 1}, {-6, "1", 12, -1}, {100_00, "0.01", 1, 1_00}} {
		rate, err := ParseRate(x.rate)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fen.MulOver(x.f, rate, x.n); err != nil || got != x.want {
			t.Errorf("%v x %s / %d = %v, %v; want %v", x.f, x.rate, x.n, got, err, x.want)
		}
	}
	for _, n := range []int{0, -1, 367} {
		if _, err := fen.MulOver(1, One, n); err == nil {
			t.Errorf("a rate in %d parts", n)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 { // all parts together are the whole
		f, n := Fen(r.Int64N(1e12)), 1+r.IntN(366)
		whole, err := fen.Mul(f, Rate(r.Int64N(int64(One))))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fen.MulOver(whole*Fen(n), One, n); err != nil || got != whole {
			t.Errorf("%v in %d parts is %v, %v", whole, n, got, err)
		}
	}
}
