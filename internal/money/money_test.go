package money_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	. "bujiao/internal/money"
)

func TestParseFen(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Fen
		ok   bool
	}{
		{"1091.36", 109136, true}, {"0", 0, true}, {"0.5", 50, true}, {"-3", -300, true}, {"7270.00", 727000, true}, {"1.100", 110, true},
		{"10000000000000.00", 1_000_000_000_000_000, true},
		{"", 0, false}, {".", 0, false}, {"-", 0, false}, {"1.", 0, false}, {"1.234", 0, false}, {"1,000.00", 0, false}, {"1e3", 0, false},
		{"١", 0, false}, {"+1", 0, false}, {"1..2", 0, false}, {" 1", 0, false}, {"10000000000000.01", 0, false}, {strings.Repeat("9", 40), 0, false},
	} {
		got, err := ParseFen(c.in)
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("ParseFen(%q) = %v, %v; want %v, ok %v", c.in, got, err, c.want, c.ok)
		}
		if err != nil && c.in != "" && len(c.in) > 3 && strings.Contains(err.Error(), c.in) {
			t.Errorf("ParseFen(%q): the error repeats the value", c.in)
		}
	}
}

func TestText(t *testing.T) {
	for want, f := range map[string]Fen{"0.00": 0, "0.05": 5, "-0.05": -5, "1091.36": 109136, "-12.30": -1230} {
		if f.String() != want {
			t.Errorf("%d prints %s, want %s", f, f, want)
		}
	}
	for want, r := range map[string]Rate{"0.0005": 500_000, "1": One, "0": 0, "0.098": 98_000_000, "-0.5": -One / 2} {
		if r.String() != want {
			t.Errorf("%d prints %s, want %s", r, r, want)
		}
	}
}

// The products are those of the notices: 43.356 and 169.455 (Beijing 2019 and
// 2023, half up), 19.785 (Hangzhou 2021), 31.2624 (Guangzhou 2022).
func TestRoundingOfNotices(t *testing.T) {
	fen := Rounding{Mode: HalfUp, Units: []Fen{1}}
	for _, c := range []struct {
		base string
		pct  string
		want string
	}{{"3613", "1.2", "43.36"}, {"33891", "0.5", "169.46"}, {"3957", "0.5", "19.79"}, {"12024", "0.26", "31.26"}, {"6015", "8.75", "526.31"}, {"6015", "0.75", "45.11"}} {
		b, _ := ParseFen(c.base)
		p, _ := ParsePercent(c.pct)
		got, err := fen.Mul(b, p)
		if err != nil || got.String() != c.want {
			t.Errorf("%s x %s %% = %s, %v; want %s", c.base, c.pct, got, err, c.want)
		}
	}
	twice := Rounding{Mode: HalfUp, Units: []Fen{10, 100}} // Shanghai: to jiao, then to yuan
	if got, _ := twice.Amount(123446); got.String() != "1235.00" {
		t.Errorf("1234.46 to jiao then yuan = %s, want 1235.00 (1234.50 in between)", got)
	}
	once := Rounding{Mode: HalfUp, Units: []Fen{100}}
	if got, _ := once.Amount(123446); got.String() != "1234.00" {
		t.Errorf("1234.46 to yuan = %s, want 1234.00", got)
	}
}

func TestModes(t *testing.T) {
	half := One / 2
	for _, c := range []struct {
		mode Mode
		f    Fen
		want Fen
	}{{HalfUp, 25, 13}, {HalfUp, -25, -13}, {HalfEven, 25, 12}, {HalfEven, 27, 14}, {Up, 21, 11}, {Down, 27, 13}, {Down, -27, -13}, {HalfUp, 24, 12}} {
		got, err := Rounding{Mode: c.mode, Units: []Fen{1}}.Mul(c.f, half)
		if err != nil || got != c.want {
			t.Errorf("%s: %d x 0.5 = %d, %v; want %d", c.mode, c.f, got, err, c.want)
		}
	}
	if _, err := (Rounding{}).Mul(1, One); err == nil {
		t.Error("a rounding without mode rounds")
	}
}

// TestMulAgainstRationals compares with math/big on random products.
func TestMulAgainstRationals(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		f := Fen(rnd.Int64N(2_000_000_000_000_000) - 1_000_000_000_000_000)
		r := Rate(rnd.Int64N(4_000_000_000) - 2_000_000_000)
		unit := []Fen{1, 10, 100}[rnd.IntN(3)]
		mode := []Mode{HalfUp, HalfEven, Up, Down}[rnd.IntN(4)]
		got, err := Rounding{Mode: mode, Units: []Fen{unit}}.Mul(f, r)
		if err != nil {
			t.Fatalf("%d x %d: %v", f, r, err)
		}
		exact := new(big.Rat).Mul(big.NewRat(int64(f), int64(unit)), big.NewRat(int64(r), int64(One)))
		if want := round(exact, mode) * int64(unit); int64(got) != want {
			t.Fatalf("%s unit %d: %d x %d = %d, want %d", mode, unit, f, r, got, want)
		}
	}
}

func round(x *big.Rat, m Mode) int64 {
	neg := x.Sign() < 0
	a := new(big.Rat).Abs(x)
	q, rem := new(big.Int).QuoRem(a.Num(), a.Denom(), new(big.Int))
	twice := new(big.Int).Mul(rem, big.NewInt(2)).Cmp(a.Denom())
	up := rem.Sign() != 0 && (m == Up || (m == HalfUp && twice >= 0) || (m == HalfEven && (twice > 0 || (twice == 0 && q.Bit(0) == 1))))
	if up {
		q.Add(q, big.NewInt(1))
	}
	if neg {
		q.Neg(q)
	}
	return q.Int64()
}

func TestExact(t *testing.T) {
	for _, c := range []struct {
		f    Fen
		r    Rate
		want string
	}{{123456, 19_500_000, "24.07392"}, {100000, 122_000_000, "122.00"}, {0, One, "0.00"}, {1, 1, "0.00000000001"}, {-100, 500_000, "-0.0005"}, {MaxFen, One * 9, "90000000000000.00"}} {
		if got := Exact(c.f, c.r); got != c.want {
			t.Errorf("Exact(%d, %d) = %s, want %s", c.f, c.r, got, c.want)
		}
	}
}

func TestOverflowIsAnError(t *testing.T) {
	if _, err := Fen(1 << 62).Add(1 << 62); !errors.Is(err, ErrOverflow) {
		t.Errorf("sum: %v", err)
	}
	if _, err := Sum(1, 2, 1<<62, 1<<62); !errors.Is(err, ErrOverflow) {
		t.Errorf("Sum: %v", err)
	}
	if _, err := (Rounding{Mode: HalfUp, Units: []Fen{1}}).Mul(1<<62, One*8); !errors.Is(err, ErrOverflow) {
		t.Errorf("product: %v", err)
	}
	if _, err := Rate(1 << 62).Times(4); !errors.Is(err, ErrOverflow) {
		t.Errorf("rate x days: %v", err)
	}
	if _, err := Rate(1).Mul(1); err == nil {
		t.Error("a product of rates below 1e-9 is dropped in silence")
	}
	if r, err := Rate(500_000_000).Mul(800_000_000); err != nil || r != 400_000_000 {
		t.Errorf("0.5 x 0.8 = %s, %v", r, err)
	}
}

func TestEncodings(t *testing.T) {
	var doc struct {
		F Fen      `yaml:"f" json:"f"`
		R Rate     `yaml:"r" json:"r"`
		P Percent  `yaml:"p" json:"p"`
		O Rounding `yaml:"o" json:"o"`
	}
	if err := yaml.Unmarshal([]byte("f: 6387.6\nr: 0.0005\np: 9.8\no: {mode: half_up, units: [0.1, 1]}"), &doc); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"f":"6387.60","r":"0.0005","p":"0.098","o":{"mode":"half_up","units":["0.10","1.00"]}}`
	if string(b) != want {
		t.Fatalf("got %s\nwant %s", b, want)
	}
	again := doc
	again.F = 0
	if err := json.Unmarshal(b, &again); err != nil || again.F != doc.F || again.P != doc.P {
		t.Errorf("round trip: %+v, %v", again, err)
	}
	for _, bad := range []string{"f: 1.234", "p: abc", "r: 0.00000000001", "o: {mode: sideways, units: [1]}"} {
		if yaml.Unmarshal([]byte(bad), &doc) == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func FuzzParseFen(f *testing.F) {
	for _, s := range []string{"1091.36", "-0.01", "1.", "", "9999999999999.99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseFen(s)
		if err != nil {
			return
		}
		if w, err := ParseFen(v.String()); err != nil || w != v {
			t.Errorf("%q -> %d -> %q -> %d, %v", s, v, v.String(), w, err)
		}
	})
}
