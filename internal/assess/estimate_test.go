package assess

import (
	"errors"
	"testing"
	"testing/fstest"

	"bujiao/internal/law"
	"bujiao/internal/money"
)

// nationalReader opens a national pack with the given lists.
func nationalReader(t *testing.T, lists string) *law.Reader {
	t.Helper()
	return nationalBook(t, lists).Read(0, false)
}

func nationalBook(t *testing.T, lists string) *law.Book {
	t.Helper()
	lib, err := law.Open(fstest.MapFS{"cn/pack.yaml": {Data: []byte(`
pack: {area: "000000", name: {zh: 全国, en: National}, office: {zh: 办, en: office}, hotline: "12333"}
` + lists)}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := lib.Book(law.National)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNewEstimate(t *testing.T) {
	declared := func(f money.Fen) *money.Fen { return &f }
	tests := []struct {
		name        string
		paid        money.Fen
		declared    *money.Fen
		provisional string
		settlement  string // empty: null
		marks       int
	}{
		{"GV-13", 1_000_000, nil, "11000.00", "", 0},
		{"declared less", 1_000_000, declared(1_050_000), "11000.00", "-500.00", 0},
		{"declared more", 1_000_000, declared(1_200_001), "11000.00", "1000.01", 0},
		{"half a fen", 5, declared(6), "0.06", "0.00", 2},
		{"a tenth of a fen", 1, nil, "0.01", "", 1},
		{"nothing was paid", 0, nil, "0.00", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := nationalReader(t, `estimates: [{rule: R-DECL-04, factor: 1.1, status: verified, basis: "SIL 62", text: {zh: 文, en: text}}]`)
			got, err := NewEstimate(r, EstimateRequest{LastMonthPaid: tt.paid, Declared: tt.declared})
			if err != nil {
				t.Fatal(err)
			}
			settlement := ""
			if got.Settlement != nil {
				settlement = got.Settlement.String()
			}
			if got.Provisional.String() != tt.provisional || settlement != tt.settlement || len(got.Marks) != tt.marks || len(got.Missing) != 0 {
				t.Errorf("got %s, %q, marks %v", got.Provisional, settlement, got.Marks)
			}
		})
	}
}

func TestNewEstimateWithoutAFactor(t *testing.T) {
	v := money.Fen(100)
	got, err := NewEstimate(nationalReader(t, ""), EstimateRequest{LastMonthPaid: 100, Declared: &v})
	if err != nil {
		t.Fatal(err)
	}
	if got.Provisional != nil || got.Settlement != nil || len(got.Missing) != 1 || got.Missing[0].Parameter != "estimates" {
		t.Errorf("got %+v", got)
	}
}

func TestNewEstimateTooLarge(t *testing.T) {
	r := nationalReader(t, `estimates: [{rule: R, factor: 1000000000, status: verified, basis: b, text: {zh: 文, en: text}}]`)
	if _, err := NewEstimate(r, EstimateRequest{LastMonthPaid: money.MaxFen}); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("got %v", err)
	}
}

func TestNewEstimateMarksADoubtfulFactor(t *testing.T) {
	r := nationalReader(t, `estimates: [{rule: R, factor: 1.1, status: recalled, basis: b, text: {zh: 文, en: text}}]`)
	got, err := NewEstimate(r, EstimateRequest{LastMonthPaid: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Marks) != 1 || got.Marks[0].Status != law.Recalled || got.Marks[0].Path != "/provisional" {
		t.Errorf("got %+v", got.Marks)
	}
}

func TestPrinted(t *testing.T) {
	const lists = `
bases: [{schemes: [110, 310], population: employee, floor: 1000, ceiling: 9000, status: verified, basis: b}]
rates: [{schemes: [110], population: employee, employer_pct: 16, employee_pct: 8, status: verified, basis: b}]
relief: [{schemes: [110], unit_type: micro_small_medium, factor: 0, measure: m, status: verified, basis: b}]
flexible: [{schemes: [310], population: flexible, rate_pct: 9.5, choice: any, parts: {basic: 8.75, more: 0.75}, status: verified, basis: b}]
rounding: [{target: amount, rounding: {mode: half_up, units: [0.01]}, status: verified, basis: b}]
examples:
  - {id: employer, scheme: pension, population: employee, period: "2024-07", base: 5000, rate_pct: 16, amount: 800, share: employer, status: verified, basis: b}
  - {id: person, scheme: pension, population: employee, period: "2024-07", base: 5000, rate_pct: 8, amount: 400, share: person, status: verified, basis: b}
  - {id: part, scheme: medical, population: flexible, period: "2024-07", base: 6015, rate_pct: 8.75, amount: 526.31, share: "part:basic", status: verified, basis: b}
  - {id: other-part, scheme: large_medical, population: flexible, period: "2024-07", base: 6015, rate_pct: 0.75, amount: 45.11, share: "part:more", status: verified, basis: b}
  - {id: no-part, scheme: medical, population: flexible, period: "2024-07", base: 6015, rate_pct: 1, amount: 1, share: "part:none", status: verified, basis: b}
  - {id: no-terms, scheme: pension, population: flexible, period: "2024-07", base: 6015, rate_pct: 1, amount: 1, share: person, status: verified, basis: b}
`
	want := map[string]string{"employer": "800.00", "person": "400.00", "part": "526.31", "other-part": "45.11", "no-part": "", "no-terms": ""}
	b := nationalBook(t, lists)
	for _, e := range b.Examples() {
		v, err := Printed(b, e)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if v != nil {
			got = v.String()
		}
		if got != want[e.ID] {
			t.Errorf("%s: got %q, want %q", e.ID, got, want[e.ID])
		}
		delete(want, e.ID)
	}
	if len(want) != 0 {
		t.Errorf("not tried: %v", want)
	}
}
