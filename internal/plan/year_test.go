package plan

import (
	"slices"
	"testing"

	"bujiao/internal/law"
)

// Jiangxi (R-MED-09): a newborn that is enrolled within 90 days is covered from
// birth; where no area says so, from the day of payment, and later too.
func TestNewbornBackToBirth(t *testing.T) {
	for _, c := range []struct {
		days           int
		born, enrolled string
		want           string
	}{
		{0, "2026-01-20", "2026-03-20", "2026-03-20"},
		{90, "2026-01-20", "2026-03-20", "2026-01-20"},
		{90, "2026-01-20", "2026-04-20", "2026-01-20"}, // 11 + 28 + 31 + 20 = 90 days
		{90, "2026-01-20", "2026-04-21", "2026-04-21"},
		{90, "", "2026-03-20", "2026-03-20"},
	} {
		w := &waiter{q: WaitRequest{Group: Newborn, Enrolled: day(t, c.enrolled)}, enrolment: enrolment{year: 2026}, exempt: true, rule: &law.WaitingRule{NewbornDays: c.days}}
		if c.born != "" {
			w.q.Born = day(t, c.born)
		}
		if got := w.benefitsFrom(0); got != day(t, c.want) {
			t.Errorf("%+v: from %s", c, got)
		}
	}
}

// A coverage year that is asked for goes before what the day of enrolment says.
func TestWaitForAYear(t *testing.T) {
	for _, c := range []struct {
		name, area, enrolled string
		year                 int
		stated, central      *bool
		from                 string // empty: to be asked
	}{
		{"the coming year in its window", "110000", "2025-12-10", 2026, nil, yes(), "2026-01-01"},
		{"the running year while the window of the coming one is open", "110000", "2025-12-10", 2025, nil, no(), "2026-03-11"},
		{"after the window", "110000", "2026-03-15", 2026, nil, no(), "2026-06-16"},
		{"after the window, whatever is said", "110000", "2026-03-15", 2026, yes(), no(), "2026-06-16"},
		{"no window of the year", "110000", "2026-11-10", 2027, nil, nil, ""},
		{"no window of the year, told", "110000", "2026-11-10", 2027, yes(), yes(), "2027-01-01"},
		{"a start that was not seen", "370200", "2026-02-28", 2026, nil, nil, ""},
	} {
		a := mustWait(t, reader(t, c.area), WaitRequest{Enrolled: day(t, c.enrolled), Year: c.year, Central: c.stated})
		if (a.Central == nil) != (c.central == nil) || (a.Central != nil && *a.Central != *c.central) || *a.CoverageYear != c.year {
			t.Errorf("%s: central %v, year %d", c.name, a.Central, *a.CoverageYear)
		}
		if want := c.from; want == "" && a.BenefitsFrom != 0 || want != "" && a.BenefitsFrom != day(t, want) {
			t.Errorf("%s: from %s", c.name, a.BenefitsFrom)
		}
	}
}

func TestOpenYears(t *testing.T) {
	for _, c := range []struct {
		area, day string
		want      []int
	}{
		{"110000", "2025-08-31", []int{2025}},
		{"110000", "2025-11-29", []int{2025}}, // the window of 2026 begins on the 30th
		{"110000", "2025-11-30", []int{2025, 2026}},
		{"110000", "2026-10-10", []int{2026, 2027}}, // no window of 2027 is known
		{"370200", "2024-12-28", []int{2024, 2025}}, // it has closed: late for the coming year
	} {
		if got := OpenYears(reader(t, c.area), day(t, c.day)); !slices.Equal(got, c.want) {
			t.Errorf("%s in %s: %v", c.day, c.area, got)
		}
	}
}
