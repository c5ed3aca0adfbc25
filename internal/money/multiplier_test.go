package money

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// halfUp is f x num / den rounded half up, the slow and certain way.
func halfUp(f, num, den uint64) *big.Int {
	x := new(big.Int).Mul(new(big.Int).SetUint64(f), new(big.Int).SetUint64(num))
	x.Lsh(x, 1).Add(x, new(big.Int).SetUint64(den))
	return x.Div(x, new(big.Int).Lsh(new(big.Int).SetUint64(den), 1))
}

func TestMultiplierIsExactUpToItsLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 200_000 {
		den := uint64(One) * []uint64{1, 10, 100, 7, 5000}[i%5]
		num := rng.Uint64N(8 * den)
		switch i % 3 {
		case 0:
			num = uint64(rng.IntN(3000)) * 100_000 // rates as packs write them
		case 1:
			num = uint64(rng.IntN(8000)) * 500_000 // 0.05 % a day
		}
		if i%11 == 0 {
			num, den = 1, uint64(rng.IntN(1_000_000))+2
		}
		m, limit := multiplier(num, den)
		for _, f := range []uint64{0, 1, limit, limit - limit/1000, rng.Uint64N(limit + 1), rng.Uint64N(min(limit, 4_000_000) + 1), tie(num, den, limit, rng)} {
			if f > limit {
				continue
			}
			if want := halfUp(f, num, den); want.Cmp(new(big.Int).SetUint64(uint64(m.Of(Fen(f))))) != 0 {
				t.Fatalf("%d x %d / %d = %d, want %s", f, num, den, m.Of(Fen(f)), want)
			}
		}
	}
}

// tie looks for an amount whose product ends near a half, where a fraction that
// is too large would show.
func tie(num, den, limit uint64, rng *rand.Rand) uint64 {
	best, at := uint64(math.MaxUint64), uint64(0)
	for range 20 {
		f := rng.Uint64N(limit + 1)
		x := new(big.Int).Mul(new(big.Int).SetUint64(f), new(big.Int).SetUint64(num))
		r := x.Mod(x, new(big.Int).SetUint64(den)).Uint64()
		if d := den/2 - r; r <= den/2 && d < best {
			best, at = d, f
		}
	}
	return at
}

func TestMulEqualsTheWideWay(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		r := Rounding{Mode: HalfUp, Units: []Fen{[]Fen{1, 10, 100, 3}[rng.IntN(4)]}}
		f, rate := Fen(rng.Int64N(1<<rng.IntN(50)+1)), Rate(rng.Int64N(1<<rng.IntN(34)+1))
		if rng.IntN(4) == 0 {
			f = -f
		}
		got, err := r.Mul(f, rate)
		if err != nil {
			t.Fatal(err)
		}
		want := halfUp(abs(int64(f)), uint64(rate), uint64(One)*uint64(r.Units[0]))
		want.Mul(want, big.NewInt(int64(r.Units[0])))
		if f < 0 {
			want.Neg(want)
		}
		if want.Cmp(big.NewInt(int64(got))) != 0 {
			t.Fatalf("%v: %d x %d = %d, want %s", r, f, rate, got, want)
		}
	}
}

func TestMulRefusesWhatDoesNotFit(t *testing.T) {
	r := Rounding{Mode: HalfUp, Units: []Fen{1}}
	for _, c := range []struct {
		name string
		f    Fen
		rate Rate
	}{{"past int64", math.MaxInt64, 2 * One}, {"past 128 bits by one", math.MaxInt64, math.MaxInt64}, {"smallest", math.MinInt64, 3 * One}} {
		if v, err := r.Mul(c.f, c.rate); err != ErrOverflow {
			t.Errorf("%s: got %d, %v, want ErrOverflow", c.name, v, err)
		}
	}
	if v, err := r.Mul(math.MaxInt64, One); v != math.MaxInt64 || err != nil {
		t.Errorf("largest x 1 = %d, %v", v, err)
	}
	if v, err := (Rounding{Mode: Up, Units: []Fen{100}}).Amount(math.MaxInt64); err != ErrOverflow {
		t.Errorf("largest up to yuan = %d, %v, want ErrOverflow", v, err)
	}
}

func TestMultiplierOfARounding(t *testing.T) {
	cases := []struct {
		name  string
		r     Rounding
		rate  Rate
		limit Fen
	}{
		{"fen", Rounding{HalfUp, []Fen{1}}, 80_000_000, 1152921504},
		{"jiao", Rounding{HalfUp, []Fen{10}}, 80_000_000, 115292150},
		{"even", Rounding{HalfEven, []Fen{1}}, 80_000_000, -1},
		{"up", Rounding{Up, []Fen{1}}, 80_000_000, -1},
		{"two units", Rounding{HalfUp, []Fen{10, 100}}, 80_000_000, -1},
		{"no unit", Rounding{Mode: HalfUp}, 80_000_000, -1},
		{"negative", Rounding{HalfUp, []Fen{1}}, -1, -1},
		{"eight", Rounding{HalfUp, []Fen{1}}, 8 * One, -1},
	}
	for _, c := range cases {
		if _, limit := c.r.Multiplier(c.rate); limit != c.limit {
			t.Errorf("%s: limit %d, want %d", c.name, limit, c.limit)
		}
	}
	m, _ := cases[1].r.Multiplier(cases[1].rate)
	if got := m.Of(6_000_63) * 10; got != 48010 { // 6000.63 x 8 % = 480.0504
		t.Errorf("jiao: %d", got)
	}
	for unit, want := range map[Fen]Fen{1: 12345, 10: 12350, 100: 12300} {
		x, limit := HalfUp.UnitMultiplier(unit)
		if got := x.Of(12345) * unit; got != want || limit < MaxFen {
			t.Errorf("unit %d: %d, limit %d", unit, got, limit)
		}
	}
	if _, limit := Down.UnitMultiplier(10); limit != -1 {
		t.Errorf("down has a multiplier, limit %d", limit)
	}
	if _, limit := HalfUp.UnitMultiplier(0); limit != -1 {
		t.Errorf("unit 0 has a multiplier, limit %d", limit)
	}
}

func FuzzMul(f *testing.F) {
	f.Add(int64(123456), int64(195*500_000), int64(1))
	f.Add(int64(1<<60/1_000_000_000), int64(7_999_999_999), int64(1))
	f.Fuzz(func(t *testing.T, a, rate, unit int64) {
		r := Rounding{Mode: HalfUp, Units: []Fen{Fen(unit)}}
		if r.Check() != nil {
			return
		}
		got, err := r.Mul(Fen(a), Rate(rate))
		want := halfUp(abs(a), abs(rate), uint64(One)*uint64(unit))
		want.Mul(want, big.NewInt(unit))
		if !want.IsInt64() {
			if err == nil {
				t.Fatalf("%d x %d at %d = %d, want an overflow", a, rate, unit, got)
			}
			return
		}
		if (a < 0) != (rate < 0) {
			want.Neg(want)
		}
		if err != nil || want.Int64() != int64(got) {
			t.Fatalf("%d x %d at %d = %d, %v, want %s", a, rate, unit, got, err, want)
		}
	})
}
