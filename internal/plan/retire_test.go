package plan

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

func mustRetire(t testing.TB, r *law.Reader, q RetireRequest) *RetireAnswer {
	t.Helper()
	a, err := Retire(r, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func option(t testing.TB, a *RetireAnswer, kind string) Option {
	t.Helper()
	for _, o := range a.Options {
		if o.Kind == kind {
			return o
		}
	}
	t.Fatalf("no option %s", kind)
	return Option{}
}

type ageCase struct {
	id            string
	sex           insurance.Sex
	category      string
	born          string
	years, months int
	delay         int
	retire        string
}

var ageCases = []ageCase{
	{"GV-09 born before the first delay", insurance.Male, "", "1964-12", 60, 0, 0, "2024-12"},
	{"GV-09 first delay", insurance.Male, "", "1965-01", 60, 1, 1, "2025-02"},
	{"GV-09 1967-05", insurance.Male, "", "1967-05", 60, 8, 8, "2028-01"},
	{"GV-09 full delay", insurance.Male, "", "1976-09", 63, 0, 36, "2039-09"},
	{"male long after", insurance.Male, "", "1999-12", 63, 0, 36, "2062-12"},
	{"male long before", insurance.Male, "", "1930-03", 60, 0, 0, "1990-03"},
	{"GV-10 1970-01", insurance.Female, Cadre, "1970-01", 55, 1, 1, "2025-02"},
	{"GV-10 1974-10", insurance.Female, Cadre, "1974-10", 56, 3, 15, "2031-01"},
	{"GV-10 full delay", insurance.Female, Cadre, "1981-09", 58, 0, 36, "2039-09"},
	{"GV-11 1975-01", insurance.Female, Worker, "1975-01", 50, 1, 1, "2025-02"},
	{"GV-11 1975-03", insurance.Female, Worker, "1975-03", 50, 2, 2, "2025-05"},
	{"GV-11 full delay", insurance.Female, Worker, "1984-11", 55, 0, 60, "2039-11"},
}

func TestRetireAges(t *testing.T) {
	for _, source := range []struct {
		name string
		law  *law.Reader
	}{{"fixture", reader(t, law.National)}, {"packs", packs(t, "110000")}} {
		for _, c := range ageCases {
			t.Run(source.name+"/"+c.id, func(t *testing.T) {
				a := mustRetire(t, source.law, RetireRequest{Born: month(t, c.born), Sex: c.sex, Category: c.category})
				if *a.AgeYears != c.years || *a.AgeMonths != c.months || *a.DelayMonths != c.delay || a.RetireMonth != month(t, c.retire) {
					t.Errorf("%d years %d months, delay %d, %s; want %d, %d, %d, %s", *a.AgeYears, *a.AgeMonths, *a.DelayMonths, a.RetireMonth, c.years, c.months, c.delay, c.retire)
				}
				if a.ShortMonths != nil || len(a.Missing) != 0 {
					t.Errorf("short %v, missing %v; want none", a.ShortMonths, a.Missing)
				}
			})
		}
	}
}

// GV-12: the minimum is that of the year of retirement.
func TestRetireMinimum(t *testing.T) {
	for _, c := range []struct {
		id   string
		born string // of a man; retires 63 years later once the delay is full
		year int
		min  int
	}{
		{"GV-12 2029", "1968-06", 2029, 180},
		{"GV-12 2030", "1969-04", 2030, 186},
		{"GV-12 2035", "1973-01", 2035, 216},
		{"GV-12 2039", "1976-09", 2039, 240},
		{"after the last row", "1990-01", 2053, 240},
	} {
		t.Run(c.id, func(t *testing.T) {
			for name, r := range map[string]*law.Reader{"fixture": reader(t, law.National), "packs": packs(t, law.National)} {
				a := mustRetire(t, r, RetireRequest{Born: month(t, c.born), Sex: insurance.Male})
				if a.RetireMonth.Year() != c.year || *a.MinMonths != c.min {
					t.Errorf("%s: %s needs %d months, want %d in %d", name, a.RetireMonth, *a.MinMonths, c.min, c.year)
				}
			}
		})
	}
}

func TestRetireOptions(t *testing.T) {
	type want struct {
		month   string
		min     int
		allowed bool
		reason  string
	}
	for _, c := range []struct {
		name string
		q    RetireRequest
		born string
		want map[string]want
	}{
		{"months not given", RetireRequest{Sex: insurance.Male}, "1967-05", map[string]want{
			"early":       {"2027-05", 180, true, "plan.minimum_open"},
			"statutory":   {"2028-01", 180, true, "plan.minimum_open"},
			"late":        {"2031-01", 192, true, "plan.late_agreement"},
			"extend":      {"2028-01", 180, false, "plan.short_months_open"},
			"top_up":      {"2028-01", 180, false, "plan.short_months_open"},
			"to_resident": {"2028-01", 180, false, "plan.short_months_open"},
		}},
		{"enough", RetireRequest{Sex: insurance.Male, Months: ptr(200)}, "1967-05", map[string]want{
			"early":       {"2027-05", 180, true, "plan.early_notice"},
			"statutory":   {"2028-01", 180, true, "plan.minimum_met"},
			"late":        {"2031-01", 192, true, "plan.minimum_met"},
			"extend":      {"2028-01", 180, false, "plan.not_short"},
			"top_up":      {"2028-01", 180, false, "plan.not_short"},
			"to_resident": {"2028-01", 180, false, "plan.not_short"},
		}},
		{"short by six of a rising minimum", RetireRequest{Sex: insurance.Male, Months: ptr(180)}, "1969-04", map[string]want{
			"early":       {"2029-04", 180, true, "plan.minimum_met"},
			"statutory":   {"2030-05", 186, false, "plan.minimum_short"},
			"late":        {"2033-05", 204, true, "plan.minimum_short"},
			"extend":      {"2030-11", 186, true, "plan.extend_until"},
			"top_up":      {"2035-05", 216, false, "plan.top_up_extension_enough"},
			"to_resident": {"2030-05", 186, true, "plan.to_resident"},
		}},
		{"the minimum rises while extending", RetireRequest{Sex: insurance.Male, Months: ptr(170)}, "1969-04", map[string]want{
			// 2030-12 has 177 of 186, 2031-12 189 of 192; 192 in 2032-03 is short of 198, reached in 2032-09.
			"extend":      {"2032-09", 198, true, "plan.extend_place"},
			"to_resident": {"2030-05", 186, true, "plan.to_resident_notice"},
		}},
		{"no delay to shorten", RetireRequest{Sex: insurance.Male, Months: ptr(200)}, "1964-12", map[string]want{
			"early":     {"2024-12", 180, false, "plan.early_no_delay"},
			"statutory": {"2024-12", 180, true, "plan.minimum_met"},
			"late":      {"2027-12", 180, true, "plan.late_agreement"},
		}},
		{"early stops at three years", RetireRequest{Sex: insurance.Female, Category: Worker, Months: ptr(239)}, "1984-11", map[string]want{
			"early":     {"2036-11", 222, true, "plan.minimum_met"},
			"statutory": {"2039-11", 240, false, "plan.minimum_short"},
			"extend":    {"2039-12", 240, true, "plan.extend_until"},
		}},
		{"early stops at the old age", RetireRequest{Sex: insurance.Female, Category: Cadre, Months: ptr(179)}, "1974-10", map[string]want{
			"early":     {"2029-10", 180, false, "plan.minimum_short"},
			"statutory": {"2031-01", 192, false, "plan.minimum_short"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Born = month(t, c.born)
			a := mustRetire(t, reader(t, law.National), c.q)
			for kind, w := range c.want {
				o := option(t, a, kind)
				if o.Month != month(t, w.month) || o.MinMonths == nil || *o.MinMonths != w.min || o.Allowed != w.allowed || !hasReason(o.Reasons, w.reason) {
					t.Errorf("%s: %+v (min %v), want %+v", kind, o, o.MinMonths, w)
				}
			}
			if len(a.Options) != 6 {
				t.Errorf("%d options, want 6", len(a.Options))
			}
		})
	}
}

func TestRetireShort(t *testing.T) {
	for _, c := range []struct{ months, short int }{{0, 186}, {180, 6}, {185, 1}, {186, 0}, {1200, 0}} {
		a := mustRetire(t, reader(t, law.National), RetireRequest{Born: month(t, "1969-04"), Sex: insurance.Male, Months: ptr(c.months)})
		if *a.ShortMonths != c.short {
			t.Errorf("%d months are %d short, want %d", c.months, *a.ShortMonths, c.short)
		}
	}
}

// Art. 2 of O13: insured before 2011-07, and still short of 180 after 60 more.
func TestRetireTopUp(t *testing.T) {
	for _, c := range []struct {
		name    string
		months  int
		first   string
		allowed bool
		reason  string
	}{
		{"insured before the law", 119, "2011-06", true, "plan.top_up_open"},
		{"insured the month the law began", 119, "2011-07", false, "plan.top_up_insured_later"},
		{"first insured not given", 119, "", false, "plan.top_up_first_insured_open"},
		{"five years reach it", 120, "2011-06", false, "plan.top_up_extension_enough"},
		{"nothing paid", 0, "2000-01", true, "plan.top_up_open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := RetireRequest{Born: month(t, "1966-01"), Sex: insurance.Male, Months: ptr(c.months)}
			if c.first != "" {
				q.FirstInsured = month(t, c.first)
			}
			o := option(t, mustRetire(t, reader(t, law.National), q), "top_up")
			if o.Allowed != c.allowed || !hasReason(o.Reasons, c.reason) || o.Month != month(t, "2031-05") || *o.MinMonths != 192 {
				t.Errorf("%+v, want allowed %v for %s in 2031-05", o, c.allowed, c.reason)
			}
			if !c.allowed && !hasReason(o.Reasons, "plan.top_up_rules_unseen") {
				t.Error("does not say that the rule of 2025 was not found")
			}
		})
	}
}

func TestRetireNoticeMonths(t *testing.T) {
	a := mustRetire(t, reader(t, law.National), RetireRequest{Born: month(t, "1967-05"), Sex: insurance.Male, Months: ptr(200)})
	for kind, want := range map[string]Reason{
		"early": {Key: "plan.early_notice", Args: fault.Args{"month": "2027-02"}, Text: "plan.early_notice"},
		"late":  {Key: "plan.late_agreement", Args: fault.Args{"month": "2027-12"}, Text: "plan.late_agreement"},
	} {
		found := false
		for _, r := range option(t, a, kind).Reasons {
			found = found || cmp.Equal(r, want)
		}
		if !found {
			t.Errorf("%s has no reason %+v", kind, want)
		}
	}
}

func TestRetireNotes(t *testing.T) {
	a := mustRetire(t, reader(t, law.National), RetireRequest{Born: month(t, "1967-05"), Sex: insurance.Male, Category: Cadre})
	b := mustRetire(t, reader(t, law.National), RetireRequest{Born: month(t, "1967-05"), Sex: insurance.Male})
	if !hasReason(a.Notes, "plan.note_category_ignored") || hasReason(b.Notes, "plan.note_category_ignored") {
		t.Errorf("notes %v and %v: the ignored category is noted only where it was given", a.Notes, b.Notes)
	}
	if a.RetireMonth != b.RetireMonth {
		t.Error("a man's category moved his age")
	}
	if hasReason(b.Notes, "plan.note_months_as_given") {
		t.Error("a note on months that were not given")
	}
}

func TestRetireFaults(t *testing.T) {
	born := month(t, "1970-01")
	for _, c := range []struct {
		name string
		q    RetireRequest
		kind fault.Kind
		key  string
	}{
		{"no birth", RetireRequest{Sex: insurance.Male}, fault.Usage, "plan.born_needed"},
		{"birth before 1900", RetireRequest{Born: calendar.NewMonth(1899, 12), Sex: insurance.Male}, fault.Invalid, "plan.born_range"},
		{"birth after 2100", RetireRequest{Born: calendar.NewMonth(2101, 1), Sex: insurance.Male}, fault.Invalid, "plan.born_range"},
		{"negative birth", RetireRequest{Born: -5, Sex: insurance.Male}, fault.Invalid, "plan.born_range"},
		{"no sex", RetireRequest{Born: born}, fault.Usage, "plan.sex_needed"},
		{"woman without category", RetireRequest{Born: born, Sex: insurance.Female}, fault.Usage, "plan.category_needed"},
		{"unknown category", RetireRequest{Born: born, Sex: insurance.Female, Category: "chief"}, fault.Usage, "plan.category_needed"},
		{"negative months", RetireRequest{Born: born, Sex: insurance.Male, Months: ptr(-1)}, fault.Invalid, "plan.months_range"},
		{"too many months", RetireRequest{Born: born, Sex: insurance.Male, Months: ptr(1201)}, fault.Invalid, "plan.months_range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Retire(reader(t, law.National), c.q)
			wantFault(t, err, c.kind, c.key, nil)
		})
	}
}

func TestRetireMissing(t *testing.T) {
	q := RetireRequest{Born: month(t, "1967-05"), Sex: insurance.Male, Months: ptr(100)}
	t.Run("no table of ages", func(t *testing.T) {
		a := mustRetire(t, bare(t), q)
		if a.RetireMonth != 0 || a.AgeYears != nil || a.MinMonths != nil || len(a.Options) != 0 {
			t.Errorf("figures without a table: %+v", a)
		}
		want := []Missing{{Scheme: "pension", Month: q.Born, Parameter: "retirement_ages", Area: law.National, Text: "plan.missing_age"}}
		if d := cmp.Diff(want, a.Missing); d != "" {
			t.Error(d)
		}
	})
	t.Run("a table that cannot be used", func(t *testing.T) {
		a := mustRetire(t, edited(t, law.National, "births_per_month: 4", "births_per_month: 0"), q)
		if len(a.Missing) != 1 || a.Missing[0].Parameter != "retirement_ages.births_per_month" {
			t.Errorf("missing %+v", a.Missing)
		}
	})
	t.Run("no minimum in some years", func(t *testing.T) {
		r := edited(t, law.National, "year: 1990", "year: 2029")
		a := mustRetire(t, r, q)
		if *a.AgeYears != 60 || a.MinMonths != nil || a.ShortMonths != nil {
			t.Errorf("age %d, min %v, short %v; want 60, null, null", *a.AgeYears, a.MinMonths, a.ShortMonths)
		}
		for _, kind := range []string{"early", "statutory", "extend", "top_up", "to_resident"} {
			o := option(t, a, kind)
			if o.Allowed || o.MinMonths != nil || !hasReason(o.Reasons, "plan.minimum_unknown") {
				t.Errorf("%s without a minimum: %+v", kind, o)
			}
		}
		if o := option(t, a, "late"); !o.Allowed || *o.MinMonths != 192 {
			t.Errorf("late has its own year: %+v", o)
		}
		if len(a.Missing) != 2 { // 2027-05 and 2028-01, each once
			t.Errorf("missing %+v", a.Missing)
		}
	})
	t.Run("top-up without the minimum of 2011", func(t *testing.T) {
		a := mustRetire(t, edited(t, law.National, "year: 1990", "year: 2020"), q)
		if o := option(t, a, "top_up"); o.Allowed || !hasReason(o.Reasons, "plan.minimum_unknown") {
			t.Errorf("top_up: %+v", o)
		}
	})
	t.Run("a minimum out of reach", func(t *testing.T) {
		a := mustRetire(t, edited(t, law.National, "months: 240, status", "months: 99999, status"), RetireRequest{Born: month(t, "1990-01"), Sex: insurance.Male, Months: ptr(100)})
		if o := option(t, a, "extend"); o.Allowed || !hasReason(o.Reasons, "plan.extend_never") {
			t.Errorf("extend: %+v", o)
		}
	})
	t.Run("no later retirement", func(t *testing.T) {
		a := mustRetire(t, edited(t, law.National, "flexible_months: 36", "flexible_months: 0"), q)
		for kind, key := range map[string]string{"early": "plan.early_no_delay", "late": "plan.late_none"} {
			if o := option(t, a, kind); o.Allowed || !hasReason(o.Reasons, key) {
				t.Errorf("%s: %+v", kind, o)
			}
		}
	})
}

func TestRetireMarks(t *testing.T) {
	a := mustRetire(t, reader(t, law.National), RetireRequest{Born: month(t, "1984-11"), Sex: insurance.Female, Category: Worker, Months: ptr(1)})
	for path, status := range map[string]law.Status{
		"/retire_month": law.Recalled, "/age_years": law.Recalled, "/delay_months": law.Recalled, "/options/0/month": law.Recalled,
		"/min_months": law.Assumed, "/short_months": law.Assumed, "/options/1/min_months": law.Assumed,
	} {
		if !hasMark(a.Marks, path, status) {
			t.Errorf("no mark %s %s", path, status)
		}
	}
	if hasMark(a.Marks, "/options/0/min_months", law.Assumed) {
		t.Error("the early year's minimum is verified and marked all the same")
	}
	if b := mustRetire(t, reader(t, law.National), RetireRequest{Born: month(t, "1964-12"), Sex: insurance.Male}); len(b.Marks) != 0 {
		t.Errorf("marks on verified rows: %v", b.Marks)
	}
}

func TestRetireRetroMarks(t *testing.T) {
	l, err := law.Open(fixture())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Book("110000")
	if err != nil {
		t.Fatal(err)
	}
	a, err := Wait(b.Read(day(t, "2026-01-01"), true), WaitRequest{Enrolled: day(t, "2026-03-15"), Missed: []int{2025}})
	if err != nil {
		t.Fatal(err)
	}
	if !hasMark(a.Marks, "/fixed_months", law.Assumed) {
		t.Errorf("a row without publication day is not marked: %v", a.Marks)
	}
}

func TestRetireJSON(t *testing.T) {
	a := mustRetire(t, bare(t), RetireRequest{Born: month(t, "1967-05"), Sex: insurance.Male})
	got, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"retire_month":null,"age_years":null,"age_months":null,"delay_months":null,"min_months":null,"short_months":null,"options":[],` +
		`"notes":[{"key":"plan.note_unemployment","text":"plan.note_unemployment"}],"marks":[],` +
		`"missing":[{"scheme":"pension","month":"1967-05","parameter":"retirement_ages","area":"000000","text":"plan.missing_age"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Within a column, a later birth is delayed as much or more, one month at most
// each birth month, and never above the column's maximum.
func TestRetireDelayProperty(t *testing.T) {
	r := reader(t, law.National)
	for _, q := range sexes {
		last := 0
		limit := map[string]int{"": 36, Cadre: 36, Worker: 60}[q.Category]
		for m := calendar.NewMonth(1960, 1); m <= calendar.NewMonth(2000, 12); m++ {
			q.Born = m
			a := mustRetire(t, r, q)
			if d := *a.DelayMonths; d < last || d > last+1 || d > limit {
				t.Fatalf("%s %s born %s: delay %d after %d, limit %d", q.Sex, q.Category, m, d, last, limit)
			}
			last = *a.DelayMonths
		}
		if last != limit {
			t.Errorf("%s %s: the delay ends at %d, want %d", q.Sex, q.Category, last, limit)
		}
	}
}

// Each option's minimum is that of its own year, no option lies before the old
// age, and an extension that is allowed does reach its minimum and not before.
func TestRetireOptionProperty(t *testing.T) {
	for _, r := range []*law.Reader{reader(t, law.National), packs(t, law.National)} {
		for _, q := range sexes {
			for m := calendar.NewMonth(1962, 2); m <= calendar.NewMonth(1992, 12); m = m.Add(7) {
				for months := 0; months <= 260; months += 37 {
					q.Born, q.Months = m, ptr(months)
					a := mustRetire(t, r, q)
					checkOptions(t, r, a, q)
				}
			}
		}
	}
}

func checkOptions(t *testing.T, r *law.Reader, a *RetireAnswer, q RetireRequest) {
	t.Helper()
	name := fmt.Sprintf("%s %s born %s with %d months", q.Sex, q.Category, q.Born, *q.Months)
	minimum := func(m calendar.Month) int {
		row, hole := r.MinimumMonths(m.Year())
		if hole != nil {
			t.Fatalf("%s: no minimum", m)
		}
		return row.Months
	}
	for _, o := range a.Options {
		if *o.MinMonths != minimum(o.Month) {
			t.Fatalf("%s: %s in %s needs %d, want %d", name, o.Kind, o.Month, *o.MinMonths, minimum(o.Month))
		}
		if o.Month < a.RetireMonth.Add(-*a.DelayMonths) || len(o.Reasons) == 0 {
			t.Fatalf("%s: %+v is before the old age or without reason", name, o)
		}
		if o.Kind != "extend" || !o.Allowed {
			continue
		}
		have := *q.Months + int(o.Month-a.RetireMonth)
		if have < *o.MinMonths || have-1 >= minimum(o.Month.Add(-1)) {
			t.Fatalf("%s: extension to %s has %d months of %d, or ends too late", name, o.Month, have, *o.MinMonths)
		}
	}
}
