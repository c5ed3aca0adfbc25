package plan

import (
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Newborn is the group that never waits and is insured for the year of birth.
const Newborn = "newborn"

// WaitRequest asks how long a resident waits for medical benefits.
type WaitRequest struct {
	Missed      []int         `json:"missed,omitempty"` // coverage years without cover, in any order
	Enrolled    calendar.Date `json:"enrolled"`
	Repaid      []int         `json:"repaid,omitempty"`      // of Missed
	Central     *bool         `json:"central,omitempty"`     // nil: the pack's central periods decide
	Group       string        `json:"group,omitempty"`       // of the premium table, or an exempt group
	LastCovered calendar.Date `json:"last_covered,omitzero"` // zero: not given
	Year        int           `json:"-"`                     // coverage year that is asked for; 0: that of the day of enrolment
	Born        calendar.Date `json:"-"`                     // of a newborn
	Say         Say           `json:"-"`
}

// WaitAnswer gives the wait in full months and the cover by day. Null figures
// are explained in Missing.
type WaitAnswer struct {
	FixedMonths    *int          `json:"fixed_months"`
	VariableMonths *int          `json:"variable_months"`
	TotalMonths    *int          `json:"total_months"`
	FloorApplied   bool          `json:"floor_applied"` // the floor raised the total
	BenefitsFrom   calendar.Date `json:"benefits_from"`
	Repair         []Repair      `json:"repair"`
	CoverageYear   *int          `json:"coverage_year"`
	Central        *bool         `json:"central"`
	Cover          []Run         `json:"cover"`          // of the coverage year, as enrolled
	CoverRepaired  []Run         `json:"cover_repaired"` // if every missed year is repaid
	Notes          []Reason      `json:"notes"`
	Marks          []Mark        `json:"marks"`
	Missing        []Missing     `json:"missing"`
	Alternatives   []Alternative `json:"alternatives"`
}

// Repair says how many months remain, and what it costs in yuan, if so many of
// the missed years are repaid in all.
type Repair struct {
	Years  int        `json:"years"`
	Months *int       `json:"months"`
	Cost   *money.Fen `json:"cost"`
}

// Wait applies R-MED-07 and R-MED-10. Years or days that contradict each other
// are Invalid faults; a missing day of enrolment is a Usage fault.
func Wait(r *law.Reader, q WaitRequest) (*WaitAnswer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	d := newDesk(r, q.Say)
	w := &waiter{desk: d, q: q, a: &WaitAnswer{Notes: []Reason{}, Repair: []Repair{}, Cover: []Run{}, CoverRepaired: []Run{}, Alternatives: []Alternative{}}}
	if q.Year != 0 {
		w.enrolment = d.enrolFor(q.Year, q.Enrolled, q.Central)
	} else {
		w.enrolment = d.enrol(q.Enrolled, q.Central)
	}

	on := max(q.Enrolled, newYear(w.latest)) // the wait is that of the year it is served in
	rule, hole := r.Waiting(on)
	w.exempt = hole == nil && (isNewborn(q.Group) || (q.Group != "" && slices.Contains(rule.Exempt, q.Group)))
	if w.exempt {
		w.enrolment = w.enrolment.anyDay(q)
	}
	if err := q.checkYears(w.earliest, w.latest); err != nil {
		return nil, err
	}
	if w.ask != nil {
		d.miss(insurance.ResidentMedical, q.Enrolled.Month(), *w.ask, "plan.missing_central")
	}
	if hole != nil {
		d.miss(insurance.ResidentMedical, on.Month(), *hole, "plan.missing_waiting")
	}
	w.rule = rule
	if err := w.fill(); err != nil {
		return nil, err
	}
	w.a.Marks, w.a.Missing = d.marks, d.missing
	return w.a, nil
}

// waiter is one person before the answer.
type waiter struct {
	*desk
	enrolment
	q      WaitRequest
	rule   *law.WaitingRule // nil: missing
	exempt bool
	a      *WaitAnswer
}

func (w *waiter) fill() error {
	a := w.a
	a.Central = w.central
	if w.year != 0 {
		y := w.year
		a.CoverageYear = &y
		if w.guessed {
			w.mark("/coverage_year", law.Assumed, "R-MED-07: "+w.guess)
		}
	}
	if w.window != nil {
		w.rest("/coverage_year", &w.window.Head)
		w.rest("/central", &w.window.Head)
	}
	if w.rule == nil {
		return nil
	}
	counted, repaid := w.counted(w.q.Missed), w.counted(w.q.Repaid)
	now, known := w.term(counted, len(repaid), w.firstCounts())
	w.figures(now, known, len(counted) > 0)
	if known && w.year != 0 {
		a.BenefitsFrom = w.benefitsFrom(now.total)
		w.markBenefits(len(counted) > 0)
	}
	if a.BenefitsFrom != 0 {
		a.Notes = append(a.Notes, w.reason("plan.note_refund", fault.Args{"from": a.BenefitsFrom.String()}))
		a.Cover = w.cover(a.BenefitsFrom)
		full, _ := w.term(counted, len(counted), w.firstCounts())
		a.CoverRepaired = w.cover(w.benefitsFrom(full.total))
	}
	if !w.exempt && len(counted) > 0 {
		w.otherReadings(counted, len(repaid))
	}
	return w.repair(counted)
}

// counted drops the years before the first one that counts in the area.
func (w *waiter) counted(years []int) []int {
	var out []int
	for _, y := range years {
		if y >= w.rule.CountFromYear {
			out = append(out, y)
		}
	}
	slices.Sort(out)
	return out
}

func (w *waiter) firstCounts() bool { return w.rule.FirstYearCounts.Value != "false" }

// wait is a waiting period in months.
type wait struct {
	fixed, variable, total int
	floored                bool
}

// term computes the wait for the missed years of which so many are repaid. It
// is not known when everything hangs on whether the enrolment was central.
func (w *waiter) term(missed []int, repaid int, firstCounts bool) (t wait, known bool) {
	if w.exempt {
		return t, true
	}
	if len(missed) == 0 {
		if w.central == nil {
			return t, false
		}
		if w.inCentral() {
			return t, true
		}
	}
	free := 1
	if firstCounts {
		free = 0
	}
	t.fixed = w.rule.Fixed
	t.variable = max(0, len(missed)-repaid-free) * w.rule.PerYear
	t.total = t.fixed + t.variable
	if w.rule.FloorYears > 0 && longestRun(missed) >= w.rule.FloorYears && t.total < w.rule.FloorMonths {
		t.total, t.floored = w.rule.FloorMonths, true
	}
	return t, true
}

// longestRun counts consecutive years; years are sorted and differ.
func longestRun(years []int) int {
	best, run := 0, 0
	for i, y := range years {
		if i > 0 && y == years[i-1]+1 {
			run++
		} else {
			run = 1
		}
		best = max(best, run)
	}
	return best
}

func (w *waiter) figures(t wait, known, missed bool) {
	for _, path := range []string{"/fixed_months", "/variable_months", "/total_months"} {
		w.rest(path, &w.rule.Head)
	}
	if missed && !w.exempt {
		for _, path := range []string{"/variable_months", "/total_months"} {
			w.mark(path, w.rule.FirstYearCounts.Status, w.basis(w.rule.FirstYearCounts))
		}
	}
	w.a.VariableMonths = &t.variable
	if known {
		w.a.FixedMonths, w.a.TotalMonths, w.a.FloorApplied = &t.fixed, &t.total, t.floored
	}
}

func (w *waiter) basis(s law.Switch) string {
	if s.Basis != "" {
		return w.rule.ID + ": " + s.Basis
	}
	return w.rule.Cite()
}

// benefitsFrom is the first day with benefits after so many full months.
func (w *waiter) benefitsFrom(months int) calendar.Date {
	switch {
	case w.exempt && w.fromBirth():
		return w.q.Born
	case w.exempt:
		return max(w.q.Enrolled, newYear(w.year))
	case w.inCentral():
		return newYear(w.year).AddMonths(months)
	case months == 0:
		return w.q.Enrolled
	case w.rule.BenefitsFrom.Value == "corresponding_day":
		return w.q.Enrolled.AddMonths(months)
	}
	return w.q.Enrolled.AddMonths(months) + 1
}

// fromBirth reports whether the cover of a newborn reaches back to its birth
// (R-MED-09): where the area says within how many days it is enrolled for that.
func (w *waiter) fromBirth() bool {
	q := w.q
	return isNewborn(q.Group) && w.rule.NewbornDays > 0 && q.Born != 0 && q.Born <= q.Enrolled && int(q.Enrolled-q.Born) <= w.rule.NewbornDays
}

func (w *waiter) markBenefits(missed bool) {
	w.rest("/benefits_from", &w.rule.Head)
	if missed && !w.exempt {
		w.mark("/benefits_from", w.rule.FirstYearCounts.Status, w.basis(w.rule.FirstYearCounts))
	}
	if w.guessed && w.inCentral() {
		w.mark("/benefits_from", law.Assumed, "R-MED-07: "+w.guess)
	}
	switch {
	case w.exempt:
	case !w.inCentral():
		w.mark("/benefits_from", w.rule.BenefitsFrom.Status, w.basis(w.rule.BenefitsFrom))
	case w.a.BenefitsFrom < w.q.Enrolled:
		w.mark("/benefits_from", law.Assumed, "R-MED-07: a central enrolment inside the coverage year is taken to count from 1 January")
	}
}

// otherReadings shows the wait if a disputed switch is read the other way.
func (w *waiter) otherReadings(missed []int, repaid int) {
	s := w.rule.FirstYearCounts
	if s.Status != law.Disputed && s.Status != law.Conflicting {
		return
	}
	for _, reading := range s.Other {
		t, _ := w.term(missed, repaid, reading != "false")
		w.a.Alternatives = append(w.a.Alternatives, Alternative{Switch: "first_year_counts", Reading: reading, Path: "/total_months", Amount: strconv.Itoa(t.total)})
	}
}
