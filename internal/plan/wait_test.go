package plan

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/law"
	"bujiao/internal/money"
)

func mustWait(t testing.TB, r *law.Reader, q WaitRequest) *WaitAnswer {
	t.Helper()
	a, err := Wait(r, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// months are the four figures of the wait in one line of a table.
type months struct {
	fixed, variable, total int
	floored                bool
	from                   string
}

func (w months) compare(t *testing.T, a *WaitAnswer) {
	t.Helper()
	if a.FixedMonths == nil || a.VariableMonths == nil || a.TotalMonths == nil {
		t.Fatalf("null figures; missing %+v", a.Missing)
	}
	got := months{*a.FixedMonths, *a.VariableMonths, *a.TotalMonths, a.FloorApplied, a.BenefitsFrom.String()}
	if got != w {
		t.Errorf("got %+v, want %+v", got, w)
	}
}

func TestWaitMonths(t *testing.T) {
	six := []int{2020, 2021, 2022, 2023, 2024, 2025}
	for _, c := range []struct {
		name     string
		area     string
		missed   []int
		repaid   []int
		enrolled string
		central  *bool
		want     months
	}{
		{"contract: 2026-03-15 and three months", "110000", nil, nil, "2026-03-15", no(), months{3, 0, 3, false, "2026-06-16"}},
		{"contract: central and nothing missed", "110000", nil, nil, "2025-12-01", yes(), months{0, 0, 0, false, "2026-01-01"}},
		{"contract: central, counted from 1 January", "370200", []int{2026}, nil, "2026-11-20", yes(), months{3, 0, 3, false, "2027-04-01"}},
		{"the first year counts", "110000", []int{2025}, nil, "2026-03-15", no(), months{3, 1, 4, false, "2026-07-16"}},
		{"the first year does not count", "370200", []int{2025}, nil, "2026-03-15", no(), months{3, 0, 3, false, "2026-06-15"}},
		{"two years, one repaid", "110000", []int{2025, 2024}, []int{2024}, "2026-03-15", no(), months{3, 1, 4, false, "2026-07-16"}},
		{"all repaid keeps the fixed part", "110000", []int{2025}, []int{2025}, "2026-03-15", no(), months{3, 0, 3, false, "2026-06-16"}},
		{"three years in a row", "110000", []int{2023, 2024, 2025}, []int{2023, 2024, 2025}, "2026-03-15", no(), months{3, 0, 3, false, "2026-06-16"}},
		{"four years in a row, all repaid", "110000", []int{2022, 2023, 2024, 2025}, []int{2022, 2023, 2024, 2025}, "2026-03-15", no(), months{3, 0, 6, true, "2026-09-16"}},
		{"four years in a row, unpaid", "110000", []int{2022, 2023, 2024, 2025}, nil, "2026-03-15", no(), months{3, 4, 7, false, "2026-10-16"}},
		{"four years, not in a row", "110000", []int{2020, 2021, 2023, 2025}, []int{2020, 2021, 2023, 2025}, "2026-03-15", no(), months{3, 0, 3, false, "2026-06-16"}},
		{"a run inside more years, given in any order", "110000", []int{2025, 2019, 2017, 2018, 2016}, []int{2025, 2019, 2017, 2018, 2016}, "2026-03-15", no(), months{3, 0, 6, true, "2026-09-16"}},
		{"GV-14 six missed, six repaid", "110000", six, six, "2026-03-15", no(), months{3, 0, 6, true, "2026-09-16"}},
		{"GV-14 in the central period", "110000", six, six, "2026-01-15", nil, months{3, 0, 6, true, "2026-07-01"}},
		{"the floor is reached without being applied", "110000", []int{2021, 2022, 2023, 2024, 2025}, []int{2021, 2022}, "2026-03-15", no(), months{3, 3, 6, false, "2026-09-16"}},
		{"years before the first that counts", "370200", []int{2021, 2022, 2023, 2024}, nil, "2026-03-15", no(), months{3, 0, 3, false, "2026-06-15"}},
		{"only years that do not count, centrally", "370200", []int{2024}, nil, "2025-12-15", yes(), months{0, 0, 0, false, "2026-01-01"}},
		{"repaying a year that does not count", "370200", []int{2024, 2025, 2026}, []int{2024}, "2027-03-15", no(), months{3, 1, 4, false, "2027-07-15"}},
		{"month end", "110000", nil, nil, "2026-11-30", no(), months{3, 0, 3, false, "2027-03-01"}},
		{"January to the end of April", "110000", nil, nil, "2027-01-31", no(), months{3, 0, 3, false, "2027-05-01"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := WaitRequest{Missed: c.missed, Repaid: c.repaid, Enrolled: day(t, c.enrolled), Central: c.central}
			c.want.compare(t, mustWait(t, reader(t, c.area), q))
		})
	}
}

// The worked case of the city, on the packs themselves: 2025 and 2026 missed,
// paid in the central period of 2027.
func TestWaitQingdaoWorkedCase(t *testing.T) {
	r := packs(t, "370200")
	for _, enrolled := range []string{"2026-09-01", "2026-11-20", "2026-12-31", "2027-01-01"} {
		q := WaitRequest{Missed: []int{2025, 2026}, Enrolled: day(t, enrolled), Central: yes()}
		a := mustWait(t, r, q)
		months{3, 1, 4, false, "2027-05-01"}.compare(t, a)
		if *a.CoverageYear != 2027 || !*a.Central {
			t.Errorf("%s: coverage year %d, central %v", enrolled, *a.CoverageYear, *a.Central)
		}
		q.Repaid = []int{2026}
		months{3, 0, 3, false, "2027-04-01"}.compare(t, mustWait(t, r, q))
		q.Missed, q.Repaid = []int{2023, 2024, 2025, 2026}, nil
		months{3, 1, 4, false, "2027-05-01"}.compare(t, mustWait(t, r, q))
	}
}

// Guangzhou printed: paid on 2026-03-01, benefits from 2026-06-02.
func TestWaitGuangzhouPrintedDay(t *testing.T) {
	a := mustWait(t, packs(t, "440100"), WaitRequest{Enrolled: day(t, "2026-03-01")})
	months{3, 0, 3, false, "2026-06-02"}.compare(t, a)
	if *a.Central || *a.CoverageYear != 2026 || len(a.Missing) != 0 {
		t.Errorf("central %v, year %d, missing %v", *a.Central, *a.CoverageYear, a.Missing)
	}
}

func TestWaitPacksBeijing(t *testing.T) {
	r := packs(t, "110000")
	months{0, 0, 0, false, "2026-01-01"}.compare(t, mustWait(t, r, WaitRequest{Enrolled: day(t, "2026-02-28")}))
	a := mustWait(t, r, WaitRequest{Enrolled: day(t, "2026-03-01"), Missed: []int{2025}, Group: "学生儿童"})
	months{3, 1, 4, false, "2026-07-02"}.compare(t, a)
	if len(a.Repair) != 2 || a.Repair[1].Cost == nil || *a.Repair[1].Cost != 43500 || *a.Repair[1].Months != 3 {
		t.Errorf("repair %+v", a.Repair)
	}
	if len(a.Alternatives) != 1 || a.Alternatives[0].Amount != "3" {
		t.Errorf("alternatives %+v", a.Alternatives)
	}
}

func TestWaitExempt(t *testing.T) {
	for _, c := range []struct {
		name, area, group, enrolled string
		central                     *bool
		from                        string
		year                        int
	}{
		{"newborn without any window", "370200", "newborn", "2027-05-05", nil, "2027-05-05", 2027},
		{"newborn by its Chinese name", "370200", "新生儿", "2027-05-05", no(), "2027-05-05", 2027},
		{"newborn in the period of the coming year", "110000", "newborn", "2025-12-20", nil, "2025-12-20", 2025},
		{"newborn said to be central", "110000", "newborn", "2026-10-20", yes(), "2026-10-20", 2026},
		{"listed group late", "110000", "special_group", "2026-07-01", nil, "2026-07-01", 2026},
		{"listed group where nothing is known", "110000", "special_group", "2023-07-01", nil, "", 0},
		{"listed group in the period of the coming year", "110000", "special_group", "2025-12-20", nil, "2026-01-01", 2026},
		{"listed group inside the year", "110000", "special_group", "2026-02-10", nil, "2026-02-10", 2026},
		{"listed group, unknown window", "110000", "special_group", "2026-10-10", nil, "2026-10-10", 2026},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := mustWait(t, reader(t, c.area), WaitRequest{Group: c.group, Enrolled: day(t, c.enrolled), Central: c.central})
			if c.from == "" { // no waiting rule was in force
				if a.TotalMonths != nil {
					t.Errorf("total %d without a rule", *a.TotalMonths)
				}
				return
			}
			months{0, 0, 0, false, c.from}.compare(t, a)
			if *a.CoverageYear != c.year || len(a.Missing) != 0 || len(a.Alternatives) != 0 {
				t.Errorf("year %d, missing %v, alternatives %v; want %d and none", *a.CoverageYear, a.Missing, a.Alternatives, c.year)
			}
		})
	}
}

func TestWaitExemptWithMissedYears(t *testing.T) {
	a := mustWait(t, reader(t, "110000"), WaitRequest{Group: "special_group", Enrolled: day(t, "2026-03-15"), Missed: []int{2022, 2023, 2024, 2025}})
	months{0, 0, 0, false, "2026-03-15"}.compare(t, a)
	for _, r := range a.Repair {
		if *r.Months != 0 || r.Cost != nil {
			t.Errorf("repair %+v", r)
		}
	}
	if a := mustWait(t, reader(t, "370200"), WaitRequest{Group: "special_group", Enrolled: day(t, "2026-03-15")}); *a.TotalMonths != 3 {
		t.Error("a group that the area's row does not list is exempt")
	}
}

func TestWaitRepair(t *testing.T) {
	year := func(n, months int, cost string) Repair {
		r := Repair{Years: n, Months: &months}
		if cost != "" {
			c, err := money.ParseFen(cost)
			if err != nil {
				t.Fatal(err)
			}
			r.Cost = &c
		}
		return r
	}
	five := []int{2021, 2022, 2023, 2024, 2025}
	for _, c := range []struct {
		name    string
		q       WaitRequest
		want    []Repair
		missing []string
	}{
		{"priced", WaitRequest{Missed: []int{2024, 2025}, Group: "adult"}, []Repair{year(0, 5, "0.00"), year(1, 4, "795.50"), year(2, 3, "1591.00")}, nil},
		{"years already repaid do not shift the list", WaitRequest{Missed: []int{2024, 2025}, Repaid: []int{2025}, Group: "elder"}, []Repair{year(0, 5, "0.00"), year(1, 4, "460.00"), year(2, 3, "920.00")}, nil},
		{"twelve rounded months of a rate", WaitRequest{Missed: []int{2025}, Group: "child"}, []Repair{year(0, 4, "0.00"), year(1, 3, "486.72")}, nil},
		{"down to the floor", WaitRequest{Missed: five}, []Repair{year(0, 8, ""), year(1, 7, ""), year(2, 6, ""), year(3, 6, ""), year(4, 6, ""), year(5, 6, "")}, nil},
		{"no group is not missing", WaitRequest{Missed: []int{2025}}, []Repair{year(0, 4, ""), year(1, 3, "")}, nil},
		{"unknown group", WaitRequest{Missed: []int{2025}, Group: "giant"}, []Repair{year(0, 4, ""), year(1, 3, "")}, []string{"resident_medical"}},
		{"a row without amount", WaitRequest{Missed: []int{2025}, Group: "nothing"}, []Repair{year(0, 4, ""), year(1, 3, "")}, []string{"resident_medical.personal"}},
		{"nothing missed", WaitRequest{Group: "elder"}, []Repair{year(0, 3, "0.00")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Enrolled, c.q.Central = day(t, "2026-03-15"), no()
			a := mustWait(t, reader(t, "110000"), c.q)
			if d := cmp.Diff(c.want, a.Repair); d != "" {
				t.Error(d)
			}
			var missing []string
			for _, m := range a.Missing {
				missing = append(missing, m.Parameter)
			}
			if d := cmp.Diff(c.missing, missing); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWaitRepairMissing(t *testing.T) {
	q := WaitRequest{Missed: []int{2025}, Group: "child", Enrolled: day(t, "2026-03-15"), Central: no()}
	t.Run("groups are named", func(t *testing.T) {
		q := q
		q.Group = "giant"
		want := []Missing{{Scheme: "resident_medical", Month: month(t, "2026-01"), Parameter: "resident_medical", Area: "110000", Ask: "--group adult|child|elder|nothing", Text: "plan.missing_premium"}}
		if d := cmp.Diff(want, mustWait(t, reader(t, "110000"), q).Missing); d != "" {
			t.Error(d)
		}
	})
	t.Run("year without amounts", func(t *testing.T) {
		q := q
		q.Enrolled = day(t, "2027-03-15")
		a := mustWait(t, reader(t, "110000"), q)
		if len(a.Missing) != 1 || a.Missing[0].Parameter != "resident_medical/2027" || a.Repair[1].Cost != nil {
			t.Errorf("missing %+v, repair %+v", a.Missing, a.Repair)
		}
	})
	t.Run("no rounding rule", func(t *testing.T) {
		a := mustWait(t, edited(t, "110000", "target: amount", "target: base"), q)
		if len(a.Missing) != 1 || a.Missing[0].Parameter != "rounding.amount" || a.Repair[1].Cost != nil {
			t.Errorf("missing %+v, repair %+v", a.Missing, a.Repair)
		}
	})
	t.Run("the only group of an area needs no name", func(t *testing.T) {
		a := mustWait(t, reader(t, "370200"), WaitRequest{Enrolled: day(t, "2025-03-15"), Central: no()})
		if a.Repair[0].Cost == nil || len(a.Missing) != 0 {
			t.Errorf("repair %+v, missing %+v", a.Repair, a.Missing)
		}
	})
}

// Amounts of packs are bounded, but a rate can lift them over the range: in
// the month, in the year, or in the sum of years.
func TestWaitRepairOverflow(t *testing.T) {
	for _, c := range []struct {
		name, percent string
		missed        []int
		bad           bool
	}{
		{"fits", "50000", []int{2025}, false},
		{"a month is too large", "1000000", nil, true},
		{"a year is too large", "90000", nil, true},
		{"two years are too large", "50000", []int{2024, 2025}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := edited(t, "110000", `personal_rate_pct: 0.6, rate_base: "6760"`, `personal_rate_pct: `+c.percent+`, rate_base: "10000000000000"`)
			_, err := Wait(r, WaitRequest{Missed: c.missed, Group: "child", Enrolled: day(t, "2026-03-15"), Central: no()})
			if (err != nil) != c.bad {
				t.Errorf("error %v, want one: %v", err, c.bad)
			}
		})
	}
}

func TestWaitMissing(t *testing.T) {
	t.Run("no rule in force", func(t *testing.T) {
		a := mustWait(t, reader(t, "110000"), WaitRequest{Enrolled: day(t, "2020-01-15"), Missed: []int{2019}})
		if a.FixedMonths != nil || a.VariableMonths != nil || a.TotalMonths != nil || a.BenefitsFrom != 0 || len(a.Repair) != 0 || len(a.Cover) != 0 {
			t.Errorf("figures without a rule: %+v", a)
		}
		if *a.CoverageYear != 2020 || !*a.Central {
			t.Errorf("the window of 2020 holds the day: year %d, central %v", *a.CoverageYear, *a.Central)
		}
		want := []Missing{{Scheme: "resident_medical", Month: month(t, "2020-01"), Parameter: "waiting", Area: "110000", Text: "plan.missing_waiting"}}
		if d := cmp.Diff(want, a.Missing); d != "" {
			t.Error(d)
		}
	})
	t.Run("the rule is that of the year served, not of the day", func(t *testing.T) {
		a := mustWait(t, reader(t, "110000"), WaitRequest{Enrolled: day(t, "2024-12-31")})
		months{0, 0, 0, false, "2025-01-01"}.compare(t, a)
	})
	t.Run("central not known, nothing missed", func(t *testing.T) {
		a := mustWait(t, reader(t, "370200"), WaitRequest{Enrolled: day(t, "2026-02-15")})
		if a.TotalMonths != nil || a.FixedMonths != nil || *a.VariableMonths != 0 || a.Central != nil || a.CoverageYear != nil || a.BenefitsFrom != 0 {
			t.Errorf("figures that hang on the answer: %+v", a)
		}
		if len(a.Repair) != 1 || a.Repair[0].Months != nil {
			t.Errorf("repair %+v", a.Repair)
		}
		want := []Missing{{Scheme: "resident_medical", Month: month(t, "2026-02"), Parameter: "enrolment/2026", Area: "370200", Ask: "--central yes|no", Text: "plan.missing_central"}}
		if d := cmp.Diff(want, a.Missing); d != "" {
			t.Error(d)
		}
	})
	t.Run("central not known, but the months do not hang on it", func(t *testing.T) {
		a := mustWait(t, reader(t, "370200"), WaitRequest{Enrolled: day(t, "2026-02-15"), Missed: []int{2025}})
		if *a.TotalMonths != 3 || a.BenefitsFrom != 0 || len(a.Missing) != 1 || len(a.Cover) != 0 || *a.Repair[1].Months != 3 {
			t.Errorf("%+v", a)
		}
	})
}

func TestWaitMarksAndAlternatives(t *testing.T) {
	q := WaitRequest{Enrolled: day(t, "2026-03-15"), Missed: []int{2024, 2025}, Group: "adult"}
	a := mustWait(t, reader(t, "110000"), q)
	for path, status := range map[string]law.Status{
		"/variable_months": law.Disputed, "/total_months": law.Disputed, "/benefits_from": law.Assumed, "/repair": law.Conflicting,
	} {
		if !hasMark(a.Marks, path, status) {
			t.Errorf("no mark %s %s in %v", path, status, a.Marks)
		}
	}
	if hasMark(a.Marks, "/fixed_months", law.Disputed) {
		t.Error("the fixed part does not hang on the disputed switch")
	}
	want := []Alternative{{Switch: "first_year_counts", Reading: "false", Path: "/total_months", Amount: "4"}}
	if d := cmp.Diff(want, a.Alternatives); d != "" {
		t.Error(d)
	}

	q.Missed = nil
	if b := mustWait(t, reader(t, "110000"), q); len(b.Alternatives) != 0 || hasMark(b.Marks, "/total_months", law.Disputed) {
		t.Errorf("a switch that was not used: %v, %v", b.Alternatives, b.Marks)
	}
	q.Missed, q.Group = []int{2025}, ""
	if b := mustWait(t, reader(t, "370200"), q); len(b.Alternatives) != 0 || len(b.Marks) != 0 {
		t.Errorf("verified readings: %v, %v", b.Alternatives, b.Marks)
	}
	q.Enrolled = day(t, "2026-01-15")
	if b := mustWait(t, reader(t, "110000"), q); !hasMark(b.Marks, "/central", law.Recalled) || hasMark(b.Marks, "/benefits_from", law.Assumed) {
		t.Errorf("marks of a central enrolment: %v", b.Marks)
	}
	q.Missed = nil
	if b := mustWait(t, reader(t, "110000"), q); !hasMark(b.Marks, "/benefits_from", law.Assumed) {
		t.Errorf("benefits before the day of enrolment are not marked: %v", b.Marks)
	}
}

// The switch reads true unless the pack says false, as the contract has it.
func TestWaitOtherReadingOfArea(t *testing.T) {
	r := edited(t, "370200", `{value: "false", status: verified}`, `{value: "false", status: conflicting, other: ["true"]}`)
	a := mustWait(t, r, WaitRequest{Enrolled: day(t, "2027-03-15"), Central: no(), Missed: []int{2025, 2026}})
	if *a.TotalMonths != 4 || len(a.Alternatives) != 1 || a.Alternatives[0].Amount != "5" || a.Alternatives[0].Reading != "true" {
		t.Errorf("total %d, alternatives %+v", *a.TotalMonths, a.Alternatives)
	}
}

// Where an area waits no months at all, benefits run from the day.
func TestWaitWithoutMonths(t *testing.T) {
	r := edited(t, "370200", "id: south/w, from: \"2025-01-01\", fixed_months: 3", "id: south/w, from: \"2025-01-01\", fixed_months: 0")
	months{0, 0, 0, false, "2026-03-15"}.compare(t, mustWait(t, r, WaitRequest{Enrolled: day(t, "2026-03-15")}))
}

func TestWaitRefundNote(t *testing.T) {
	a := mustWait(t, reader(t, "110000"), WaitRequest{Enrolled: day(t, "2026-03-15")})
	if len(a.Notes) != 1 || a.Notes[0].Key != "plan.note_refund" || a.Notes[0].Args["from"] != "2026-06-16" {
		t.Errorf("notes %+v", a.Notes)
	}
}

func TestWaitJSON(t *testing.T) {
	a := mustWait(t, reader(t, "370200"), WaitRequest{Enrolled: day(t, "2026-11-20"), Missed: []int{2026}, Central: yes()})
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"fixed_months": 3.0, "variable_months": 0.0, "total_months": 3.0, "floor_applied": false, "benefits_from": "2027-04-01",
		"repair":        []any{map[string]any{"years": 0.0, "months": 3.0, "cost": nil}, map[string]any{"years": 1.0, "months": 3.0, "cost": nil}},
		"coverage_year": 2027.0, "central": true, "missing": []any{}, "alternatives": []any{},
		"cover": []any{
			map[string]any{"from": "2027-01-01", "to": "2027-03-31", "covered": false, "reason": "waiting", "text": "plan.cover_waiting"},
			map[string]any{"from": "2027-04-01", "to": "2027-12-31", "covered": true, "reason": "covered", "text": "plan.cover_covered"},
		},
	}
	for k, w := range want {
		if d := cmp.Diff(w, got[k]); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
	for _, k := range []string{"cover_repaired", "marks", "notes"} {
		if _, ok := got[k]; !ok {
			t.Errorf("no field %s", k)
		}
	}
}
