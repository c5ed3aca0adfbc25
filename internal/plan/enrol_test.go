package plan

import (
	"testing"

	"bujiao/internal/fault"
	"bujiao/internal/law"
)

func TestEnrolDecides(t *testing.T) {
	for _, c := range []struct {
		name    string
		area    string
		day     string
		stated  *bool
		central *bool
		year    int // 0: to be asked
		guessed bool
		ask     string
	}{
		{"window that reaches into its year, first day", "110000", "2019-11-11", nil, yes(), 2020, false, ""},
		{"window that reaches into its year, last day", "110000", "2020-02-29", nil, yes(), 2020, false, ""},
		{"the day after", "110000", "2020-03-01", nil, no(), 2020, false, ""},
		{"the day before, in the coming year's season", "110000", "2019-11-10", nil, no(), 2019, false, ""},
		{"a late payer of the year", "110000", "2026-07-01", nil, no(), 2026, false, ""},
		{"no window of the year", "110000", "2023-07-01", nil, nil, 0, false, "enrolment/2023"},
		{"autumn without the coming year's window", "110000", "2026-10-10", nil, nil, 0, false, "enrolment/2027"},
		{"start not seen", "370200", "2026-02-28", nil, nil, 0, false, "enrolment/2026"},
		{"start not seen, in the year before", "370200", "2025-11-01", nil, nil, 0, false, "enrolment/2026"},
		{"start not seen, after the end", "370200", "2026-03-01", nil, no(), 2026, false, ""},
		{"start not seen, too early for it", "370200", "2025-07-01", nil, no(), 2025, false, ""},
		{"end not seen", "370200", "2023-12-01", nil, nil, 0, false, "enrolment/2024"},
		{"end not seen, before the start", "370200", "2023-09-30", nil, no(), 2023, false, ""},
		{"closed in the year before", "370200", "2024-12-28", nil, no(), 2025, true, ""},
		{"said no in a window", "110000", "2025-12-01", no(), no(), 2026, false, ""},
		{"said no outside", "110000", "2026-10-10", no(), no(), 2026, false, ""},
		{"said no after the close", "370200", "2024-12-28", no(), no(), 2025, true, ""},
		{"said no where the start is not seen", "370200", "2026-02-15", no(), no(), 2026, false, ""},
		{"said yes in a window", "110000", "2025-12-01", yes(), yes(), 2026, false, ""},
		{"said yes in autumn", "110000", "2026-10-10", yes(), yes(), 2027, true, ""},
		{"said yes in August", "110000", "2026-08-31", yes(), yes(), 2026, true, ""},
		{"said yes in September", "110000", "2026-09-01", yes(), yes(), 2027, true, ""},
		{"the nation has no window", law.National, "2026-05-01", nil, nil, 0, false, "enrolment/2026"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newDesk(reader(t, c.area), nil).enrol(day(t, c.day), c.stated)
			if (e.central == nil) != (c.central == nil) || (e.central != nil && *e.central != *c.central) {
				t.Errorf("central %v, want %v", e.central, c.central)
			}
			if e.year != c.year || e.guessed != c.guessed || e.guessed != (e.guess != "") {
				t.Errorf("year %d (guessed %v), want %d (%v)", e.year, e.guessed, c.year, c.guessed)
			}
			ask := ""
			if e.ask != nil {
				ask = e.ask.Parameter
			}
			if ask != c.ask {
				t.Errorf("asks for %q, want %q", ask, c.ask)
			}
		})
	}
}

func TestEnrolMarksConvention(t *testing.T) {
	a := mustWait(t, reader(t, "110000"), WaitRequest{Enrolled: day(t, "2026-10-10"), Central: yes()})
	if !hasMark(a.Marks, "/coverage_year", law.Assumed) || !hasMark(a.Marks, "/benefits_from", law.Assumed) {
		t.Errorf("marks %v", a.Marks)
	}
	a = mustWait(t, reader(t, "370200"), WaitRequest{Enrolled: day(t, "2024-12-28"), Missed: []int{2024}})
	if !hasMark(a.Marks, "/coverage_year", law.Assumed) || hasMark(a.Marks, "/benefits_from", law.Assumed) {
		t.Errorf("outside the period the first day does not hang on the year: %v", a.Marks)
	}
}

func TestWaitFaults(t *testing.T) {
	enrolled := day(t, "2026-03-15")
	for _, c := range []struct {
		name string
		q    WaitRequest
		kind fault.Kind
		key  string
		args fault.Args
	}{
		{"no day", WaitRequest{}, fault.Usage, "plan.enrolled_needed", nil},
		{"day of no calendar", WaitRequest{Enrolled: -3}, fault.Invalid, "plan.day_range", nil},
		{"last cover of no calendar", WaitRequest{Enrolled: enrolled, LastCovered: 5}, fault.Invalid, "plan.day_range", nil},
		{"year too small", WaitRequest{Enrolled: enrolled, Missed: []int{25}}, fault.Invalid, "plan.year_range", fault.Args{"flag": "--missed"}},
		{"year too large", WaitRequest{Enrolled: enrolled, Repaid: []int{20255}}, fault.Invalid, "plan.year_range", fault.Args{"flag": "--repaid"}},
		{"missed twice", WaitRequest{Enrolled: enrolled, Missed: []int{2024, 2025, 2024}}, fault.Invalid, "plan.year_twice", fault.Args{"year": "2024", "flag": "--missed"}},
		{"repaid twice", WaitRequest{Enrolled: enrolled, Missed: []int{2024}, Repaid: []int{2024, 2024}}, fault.Invalid, "plan.year_twice", fault.Args{"flag": "--repaid"}},
		{"repaid but not missed", WaitRequest{Enrolled: enrolled, Missed: []int{2024}, Repaid: []int{2025}}, fault.Invalid, "plan.repaid_not_missed", fault.Args{"year": "2025"}},
		{"missed the coverage year", WaitRequest{Enrolled: enrolled, Missed: []int{2026}}, fault.Invalid, "plan.missed_not_before", fault.Args{"year": "2026", "coverage": "2026"}},
		{"missed a year to come, year open", WaitRequest{Enrolled: day(t, "2026-10-10"), Missed: []int{2027}}, fault.Invalid, "plan.missed_not_before", fault.Args{"coverage": "2027"}},
		{"covered in a missed year", WaitRequest{Enrolled: enrolled, Missed: []int{2024, 2025}, LastCovered: day(t, "2024-06-30")}, fault.Invalid, "plan.missed_but_covered", fault.Args{"year": "2024", "last": "2024"}},
		{"covered after a missed year", WaitRequest{Enrolled: enrolled, Missed: []int{2023, 2025}, LastCovered: day(t, "2024-12-31")}, fault.Invalid, "plan.missed_but_covered", fault.Args{"year": "2023"}},
		{"a year between is not given", WaitRequest{Enrolled: enrolled, Missed: []int{2025}, LastCovered: day(t, "2023-12-31")}, fault.Invalid, "plan.year_not_missed", fault.Args{"year": "2024", "coverage": "2026"}},
		{"no year given at all", WaitRequest{Enrolled: enrolled, LastCovered: day(t, "2024-12-31")}, fault.Invalid, "plan.year_not_missed", fault.Args{"year": "2025"}},
		{"covered after the enrolment", WaitRequest{Enrolled: enrolled, LastCovered: day(t, "2026-03-16")}, fault.Invalid, "plan.covered_later", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Wait(reader(t, "110000"), c.q)
			wantFault(t, err, c.kind, c.key, c.args)
		})
	}
}

func TestWaitLastCoveredFits(t *testing.T) {
	for _, c := range []struct {
		name, enrolled, last string
		central              *bool
		missed               []int
	}{
		{"until the end of the year before", "2026-03-15", "2025-12-31", nil, nil},
		{"inside the year of enrolment", "2026-03-15", "2026-03-15", nil, nil},
		{"still running while enrolling for the next year", "2026-10-10", "2026-12-31", yes(), nil},
		{"all years between are given", "2026-03-15", "2023-05-01", nil, []int{2025, 2024}},
		{"the coverage year is not known", "2026-10-10", "2024-12-31", nil, []int{2025}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Wait(reader(t, "110000"), WaitRequest{Enrolled: day(t, c.enrolled), LastCovered: day(t, c.last), Central: c.central, Missed: c.missed}); err != nil {
				t.Error(err)
			}
		})
	}
}
