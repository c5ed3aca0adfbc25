package intake

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// found lists contradictions as "place column key with row".
func found(rows []Sourced) []string {
	c := checker{names: []string{"f0", "f1"}}
	var out []string
	for i, rejects := range c.contradictions(rows) {
		for _, r := range rejects {
			out = append(out, fmt.Sprintf("%d %s with %s/%s", i, problems([]Reject{r})[0], r.Reason.Args["file"], r.Reason.Args["row"]))
		}
	}
	slices.Sort(out)
	return out
}

func TestContradictions(t *testing.T) {
	base := Sourced{Row: record.Row{
		Kind: record.Declared, Person: "P", Area: "110000", Employer: "E", Payer: insurance.Employee, Scheme: insurance.Pension,
		From: mustMonth("2024-01"), To: mustMonth("2024-06"),
	}}
	with := func(edits ...func(*Sourced)) []Sourced {
		var rows []Sourced
		for i, e := range edits {
			r := base
			r.Line = i + 2
			if e != nil {
				e(&r)
			}
			rows = append(rows, r)
		}
		return rows
	}
	kind := func(k record.Kind) func(*Sourced) { return func(r *Sourced) { r.Kind = k } }
	paid := func(paidOn, knownOn string) func(*Sourced) {
		return func(r *Sourced) {
			r.Kind, r.PaidOn = record.Paid, mustDate(paidOn)
			if knownOn != "" {
				r.KnownOn = mustDate(knownOn)
			}
		}
	}
	scheme := func(s insurance.Scheme) func(*Sourced) { return func(r *Sourced) { r.Scheme = s } }
	months := func(from, to string) func(*Sourced) {
		return func(r *Sourced) { r.From, r.To = mustMonth(from), mustMonth(to) }
	}
	both := []string{"0 from overlap with f0/3", "1 from overlap with f0/2"}
	for _, c := range []struct {
		name string
		rows []Sourced
		want []string
	}{
		{"one row", with(nil), nil},
		{"the same twice", with(nil, nil), both},
		{"one month in common", with(nil, months("2024-06", "2024-09")), both},
		{"next to each other", with(nil, months("2024-07", "2024-09")), nil},
		{"later word", with(nil, func(r *Sourced) { r.KnownOn = mustDate("2024-08-01") }), nil},
		{"other area", with(nil, func(r *Sourced) { r.Area = "310000" }), nil},
		{"other employer", with(nil, func(r *Sourced) { r.Employer = "F" }), nil},
		{"other scheme", with(nil, scheme(insurance.Medical)), nil},
		{"all mandatory against one", with(nil, scheme(0)), both},
		{"all mandatory twice", with(scheme(0), scheme(0)), both},
		{"all mandatory against large medical", with(scheme(0), scheme(insurance.LargeMedical)), nil},
		{"other record", with(nil, kind(record.Employment)), nil},
		{"employments", with(kind(record.Employment), kind(record.Employment)), both},
		{"employments of any scheme", with(kind(record.Employment), func(r *Sourced) { r.Kind, r.Scheme = record.Employment, insurance.Medical }), both},
		{"benefits", with(kind(record.Benefit), kind(record.Benefit)), nil},
		{"paid twice on a day", with(paid("2024-02-01", ""), paid("2024-02-01", "")), both},
		{"paid on two days", with(paid("2024-02-01", ""), paid("2024-02-02", "")), nil},
		{"payment corrected", with(paid("2024-02-01", "2024-03-01"), paid("2024-02-01", "2024-03-02")), nil},
		{"declared on two payment days", with(func(r *Sourced) { r.PaidOn = mustDate("2024-01-01") }, nil), both},
		{"in two files", with(nil, func(r *Sourced) { r.File = 1 }), []string{"0 from overlap with f1/3", "1 from overlap with f0/2"}},
		{
			"three, the middle one short", with(months("2024-01", "2024-12"), months("2024-02", "2024-02"), months("2024-05", "2024-05")),
			[]string{"0 from overlap with f0/3", "1 from overlap with f0/2", "2 from overlap with f0/2"},
		},
		{
			"a chain", with(months("2024-01", "2024-02"), months("2024-02", "2024-04"), months("2024-04", "2024-05"), months("2024-06", "2024-07")),
			[]string{"0 from overlap with f0/3", "1 from overlap with f0/2", "2 from overlap with f0/3"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, found(c.rows)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDifferingPersons(t *testing.T) {
	row := func(line int, id, birth string, sex insurance.Sex) Sourced {
		r := Sourced{Row: record.Row{Kind: record.Benefit, IDNumber: id, Sex: sex, Line: line}}
		if birth != "" {
			r.Birth = mustDate(birth)
		}
		return r
	}
	for _, c := range []struct {
		name string
		rows []Sourced
		want []string
	}{
		{"nothing known", []Sourced{row(2, "", "", ""), row(3, "", "", "")}, nil},
		{"known once", []Sourced{row(2, testID, "1949-12-31", "F"), row(3, "", "", "")}, nil},
		{"the same", []Sourced{row(2, testID, "1949-12-31", "F"), row(3, testID, "1949-12-31", "F")}, nil},
		{"new and old number", []Sourced{row(2, testID, "", ""), row(3, "110105491231002", "", "")}, nil},
		{"old and new number", []Sourced{row(2, "110105491231002", "", ""), row(3, testID, "", "")}, nil},
		{
			"numbers differ, and with them all else", []Sourced{row(2, testID, "1949-12-31", "F"), row(3, otherTestID, "1980-01-01", "M")},
			[]string{"0 id_number id_number_differs with f0/3", "1 id_number id_number_differs with f0/2"},
		},
		{
			"old number of another", []Sourced{row(2, "110105491231001", "", ""), row(3, testID, "", "")},
			[]string{"0 id_number id_number_differs with f0/3", "1 id_number id_number_differs with f0/2"},
		},
		{
			"sex differs, rows without one stay out", []Sourced{row(2, "", "", "F"), row(3, "", "", ""), row(4, "", "", "M"), row(5, "", "", "F")},
			[]string{"0 sex sex_differs with f0/4", "2 sex sex_differs with f0/2", "3 sex sex_differs with f0/4"},
		},
		{
			"birth differs", []Sourced{row(2, "", "1949-12-31", ""), row(3, "", "1949-12-30", "")},
			[]string{"0 birth birth_differs with f0/3", "1 birth birth_differs with f0/2"},
		},
		{
			"birth and sex differ", []Sourced{row(2, "", "1949-12-31", "F"), row(3, "", "1949-12-30", "M")},
			[]string{
				"0 birth birth_differs with f0/3", "0 sex sex_differs with f0/3", "1 birth birth_differs with f0/2", "1 sex sex_differs with f0/2",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, found(c.rows)); d != "" {
				t.Error(d)
			}
		})
	}
}

// overlapping is the definition, pair by pair.
func overlapping(a, b *record.Row) bool {
	schemes := func(r *record.Row) []insurance.Scheme {
		if r.Scheme == 0 {
			return insurance.Mandatory
		}
		return []insurance.Scheme{r.Scheme}
	}
	common := slices.ContainsFunc(schemes(a), func(s insurance.Scheme) bool { return slices.Contains(schemes(b), s) })
	return a.Kind == b.Kind && a.Kind != record.Benefit && a.Area == b.Area && a.Employer == b.Employer && a.KnownOn == b.KnownOn &&
		(common || a.Kind == record.Employment) && (a.Kind != record.Paid || a.PaidOn == b.PaidOn) && a.From <= b.To && b.From <= a.To
}

// The sweep finds exactly the rows that overlap with some other, and names one
// that they overlap with.
func TestSweepAgainstTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	kinds := []record.Kind{record.Employment, record.Declared, record.Paid, record.Benefit}
	schemes := []insurance.Scheme{0, insurance.Pension, insurance.Medical, insurance.LargeMedical}
	for range 3000 {
		rows := make([]Sourced, 2+rng.IntN(12))
		for i := range rows {
			r := &rows[i].Row
			r.Kind, r.Scheme, r.Line = kinds[rng.IntN(len(kinds))], schemes[rng.IntN(len(schemes))], i+2
			r.From = mustMonth("2024-01") + calendar.Month(rng.IntN(24))
			r.To = r.From + calendar.Month(rng.IntN(6))
			r.Employer = []string{"E", "F"}[rng.IntN(2)]
			r.PaidOn, r.KnownOn = calendar.Date(rng.IntN(2)), calendar.Date(rng.IntN(2))
		}
		c := checker{names: []string{"f"}}
		got := c.contradictions(rows)
		for i := range rows {
			want := false
			for j := range rows {
				want = want || i != j && overlapping(&rows[i].Row, &rows[j].Row)
			}
			if want != (len(got[i]) == 1) {
				t.Fatalf("row %d of %+v: overlaps %v, found %v", i, rows, want, got[i])
			}
			if want {
				var other int
				if _, err := fmt.Sscan(got[i][0].Reason.Args["row"], &other); err != nil || !overlapping(&rows[i].Row, &rows[other-2].Row) {
					t.Fatalf("row %d does not overlap with row %d: %v", i+2, other, err)
				}
			}
		}
	}
}

// A person may have very many rows; the search must not compare each pair.
func TestManyOverlapsAreFoundFast(t *testing.T) {
	rows := make([]Sourced, 100_000)
	for i := range rows {
		rows[i].Row = record.Row{Kind: record.Declared, From: 24000, To: 25000, Line: i + 2}
	}
	c := checker{names: []string{"f"}}
	if got := c.contradictions(rows); len(got) != len(rows) {
		t.Errorf("%d of %d rows were found", len(got), len(rows))
	}
}
