package plan

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// The fixture is a small law of its own, so that the tests of the rules do not
// move with the packs. Area 110000 reads the switch one way, 370200 the other.
const national = `
pack: {area: "000000", name: {zh: 全国, en: National}, office: {zh: 经办机构, en: agency}, hotline: "12333"}
retirement_ages:
  - {sex: M, base_years: 60, first_birth: "1965-01", births_per_month: 4, max_delay_months: 36, flexible_months: 36, status: verified}
  - {sex: F, category: cadre, base_years: 55, first_birth: "1970-01", births_per_month: 4, max_delay_months: 36, flexible_months: 36, status: verified}
  - {sex: F, category: worker, base_years: 50, first_birth: "1975-01", births_per_month: 2, max_delay_months: 60, flexible_months: 36, status: recalled, basis: "seen nowhere"}
minimum_months:
  - {year: 1990, months: 180, status: verified}
  - {year: 2030, months: 186, status: verified}
  - {year: 2031, months: 192, status: verified}
  - {year: 2032, months: 198, status: verified}
  - {year: 2033, months: 204, status: verified}
  - {year: 2034, months: 210, status: verified}
  - {year: 2035, months: 216, status: verified}
  - {year: 2036, months: 222, status: verified}
  - {year: 2037, months: 228, status: verified}
  - {year: 2038, months: 234, status: verified}
  - {year: 2039, months: 240, status: assumed, basis: "for the marks"}
workdays:
  - {year: 2025, status: verified, rest_weekdays: ["2025-01-01", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-03", "2025-02-04", "2025-04-04", "2025-05-01", "2025-05-02", "2025-05-05", "2025-06-02", "2025-10-01", "2025-10-02", "2025-10-03", "2025-10-06", "2025-10-07", "2025-10-08"], worked_weekend_days: ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"]}
  - {year: 2026, status: verified, rest_weekdays: ["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23", "2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"], worked_weekend_days: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]}
waiting:
  - {id: cn/w, from: "2025-01-01", fixed_months: 3, per_year_months: 1, first_year_counts: {value: "true", status: disputed, other: ["false"], basis: "pages disagree"}, floor_years: 4, floor_months: 6, benefits_from: {value: day_after_corresponding_day, status: assumed}, exempt_groups: [special_group], status: verified, text: {zh: 等待, en: wait}}
`

const north = `
pack: {area: "110000", name: {zh: 北, en: North}, parent: "000000", office: {zh: 经办机构, en: agency}, hotline: "12333"}
enrolment:
  - {coverage_year: 2020, from: "2019-11-11", to: "2020-02-29", status: verified}
  - {coverage_year: 2025, from: "2024-12-30", to: "2025-03-31", status: verified}
  - {coverage_year: 2026, from: "2025-11-30", to: "2026-02-28", status: recalled, basis: "a news page"}
resident_medical:
  - {coverage_year: 2026, group: elder, personal: "460", unit: CNY/person/year, status: verified}
  - {coverage_year: 2026, group: adult, personal: "795.50", unit: CNY/person/year, status: conflicting, basis: "two pages"}
  - {coverage_year: 2026, group: child, personal_rate_pct: 0.6, rate_base: "6760", unit: percent of base per month, status: verified}
  - {coverage_year: 2026, group: nothing, unit: CNY/person/year, status: verified}
rounding:
  - {target: amount, rounding: {mode: half_up, units: ["0.01"]}, status: assumed, basis: "no rule found"}
`

const south = `
pack: {area: "370200", name: {zh: 南, en: South}, parent: "000000", office: {zh: 经办机构, en: agency}, hotline: "12333"}
enrolment:
  - {coverage_year: 2026, to: "2026-02-28", status: verified}
  - {coverage_year: 2025, from: "2024-10-10", to: "2024-12-20", status: verified}
  - {coverage_year: 2024, from: "2023-10-10", status: verified}
waiting:
  - {id: south/w, from: "2025-01-01", fixed_months: 3, per_year_months: 1, first_year_counts: {value: "false", status: verified}, count_from_year: 2025, floor_years: 4, floor_months: 6, benefits_from: {value: corresponding_day, status: verified}, exempt_groups: [], status: verified, text: {zh: 等待, en: wait}}
resident_medical:
  - {coverage_year: 2025, group: all, personal: "400", unit: CNY/person/year, status: verified}
`

// empty has a card and nothing else, so that every parameter is missing.
const empty = `
pack: {area: "000000", name: {zh: 空, en: Empty}, office: {zh: 经办机构, en: agency}, hotline: "12333"}
`

func fixture() fstest.MapFS {
	return fstest.MapFS{
		"cn/pack.yaml":        {Data: []byte(national)},
		"cn-110000/pack.yaml": {Data: []byte(north)},
		"cn-370200/pack.yaml": {Data: []byte(south)},
	}
}

func open(t testing.TB, fsys fstest.MapFS, area string) *law.Reader {
	t.Helper()
	l, err := law.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Book(area)
	if err != nil {
		t.Fatal(err)
	}
	return b.Read(0, false)
}

func reader(t testing.TB, area string) *law.Reader { t.Helper(); return open(t, fixture(), area) }

// edited is the fixture with one place of the national pack changed.
func edited(t testing.TB, area, from, to string) *law.Reader {
	t.Helper()
	fsys := fixture()
	for name, f := range fsys {
		if s := strings.Replace(string(f.Data), from, to, 1); s != string(f.Data) {
			fsys[name] = &fstest.MapFile{Data: []byte(s)}
			return open(t, fsys, area)
		}
	}
	t.Fatalf("the fixture has no %q", from)
	return nil
}

func bare(t testing.TB) *law.Reader {
	t.Helper()
	return open(t, fstest.MapFS{"cn/pack.yaml": {Data: []byte(empty)}}, law.National)
}

// packs reads the packs of the repository.
func packs(t testing.TB, area string) *law.Reader {
	t.Helper()
	l, err := law.Open(os.DirFS("../../packs"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Book(area)
	if err != nil {
		t.Fatal(err)
	}
	return b.Read(0, false)
}

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func month(t testing.TB, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return m
}

func ptr[T any](v T) *T { return &v }

func wantFault(t *testing.T, err error, kind fault.Kind, key string, args fault.Args) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("error %v, want fault %s", err, key)
	}
	if f.Kind != kind || f.Key != key {
		t.Errorf("fault %v (kind %d), want %s (kind %d)", f, f.Kind, key, kind)
	}
	for k, v := range args {
		if f.Args[k] != v {
			t.Errorf("argument %s = %q, want %q", k, f.Args[k], v)
		}
	}
}

func hasMark(marks []Mark, path string, status law.Status) bool {
	return slices.ContainsFunc(marks, func(m Mark) bool { return m.Path == path && m.Status == status && m.Basis != "" })
}

func hasReason(list []Reason, key string) bool {
	return slices.ContainsFunc(list, func(r Reason) bool { return r.Key == key })
}

var sexes = []RetireRequest{
	{Sex: insurance.Male},
	{Sex: insurance.Female, Category: Cadre},
	{Sex: insurance.Female, Category: Worker},
}
