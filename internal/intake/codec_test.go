package intake

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// stripped is a row as appendRow keeps it.
func stripped(r record.Row) record.Row {
	r.Person, r.Line = "", 0
	return r
}

func TestRowCodec(t *testing.T) {
	maxFen, minFen, big := money.Fen(math.MaxInt64), money.Fen(math.MinInt64), money.Rate(math.MaxInt64)
	for name, r := range map[string]record.Row{
		"empty":     {},
		"good":      goodRow(),
		"zeros":     {Wage: fen("0"), InjuryRate: rate("0")},
		"one":       {PersonPaid: fen("1")},
		"edges":     {Wage: &maxFen, Base: &minFen, InjuryRate: &big, Birth: math.MaxInt32, From: math.MinInt32, Scheme: math.MaxInt16, InjuryClass: math.MinInt},
		"odd words": {Kind: "dream", Sex: "?", Payer: "长", Cause: "\x00", UnitType: "x"},
		"odd text":  {IDNumber: "\xff", Area: "\n", Employer: "长", Population: "a|b", Tier: string(make([]byte, 300))},
	} {
		t.Run(name, func(t *testing.T) {
			b := appendRow([]byte("before"), &r)
			d := decoder{b: append(b[len("before"):], "behind"...)}
			got, err := d.row()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(stripped(r), got); diff != "" {
				t.Error(diff)
			}
			if string(d.b) != "behind" {
				t.Errorf("%q is left", d.b)
			}
		})
	}
}

func TestEveryKnownWordTakesOneByte(t *testing.T) {
	words := []string{"", "M", "F"}
	for _, k := range []record.Kind{record.Employment, record.Declared, record.Paid, record.Benefit} {
		words = append(words, string(k))
	}
	for _, c := range insurance.Causes {
		words = append(words, string(c))
	}
	for _, p := range []insurance.Payer{insurance.Employee, insurance.Flexible, insurance.Resident} {
		words = append(words, string(p))
	}
	for _, u := range []insurance.UnitType{insurance.MicroSmallMedium, insurance.LargeAndOther, insurance.Government} {
		words = append(words, string(u))
	}
	for _, w := range words {
		if n := len(appendWord(nil, w)); n != 1 {
			t.Errorf("%q takes %d bytes", w, n)
		}
	}
}

func TestCutRowsAreDamaged(t *testing.T) {
	r := goodRow()
	r.Cause = "odd"
	b := appendRow(nil, &r)
	for n := range b {
		d := decoder{b: b[:n:n]}
		if _, err := d.row(); err != errCodec {
			t.Errorf("%d of %d bytes: %v", n, len(b), err)
		}
	}
	d := decoder{b: []byte{0, 0, 0, 0, 0, 0, 0, 0, 0xff}}
	if _, err := d.row(); err != errCodec {
		t.Errorf("unknown word: %v", err)
	}
}

func TestDecoderSharesStrings(t *testing.T) {
	r := goodRow()
	b := appendRow(appendRow(nil, &r), &r)
	d := decoder{b: b}
	if _, err := d.row(); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		d.b = b
		if _, err := d.row(); err != nil {
			t.Fatal(err)
		}
	}); n > 2 {
		t.Errorf("%v allocations a row, want 2: the amounts and the rate", n)
	}
	for i := range maxShared + 10 {
		d.b = appendText(nil, calendar.Month(30000+i).String())
		d.text()
	}
	if len(d.shared) > maxShared {
		t.Errorf("%d strings are kept", len(d.shared))
	}
}

func FuzzRowCodec(f *testing.F) {
	r := goodRow()
	f.Add(appendRow(nil, &r))
	f.Add(appendRow(nil, &record.Row{Kind: "odd"}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		d := decoder{b: b}
		row, err := d.row()
		if err != nil {
			return
		}
		again := decoder{b: appendRow(nil, &row)}
		got, err := again.row()
		if err != nil {
			t.Fatal(err)
		}
		if len(again.b) != 0 {
			t.Errorf("%d bytes are left", len(again.b))
		}
		if diff := cmp.Diff(row, got); diff != "" {
			t.Error(diff)
		}
	})
}
