package plan

import (
	"fmt"

	"bujiao/internal/calendar"
	"bujiao/internal/law"
)

// comingYearMonth is the first month in which a central period of the coming
// coverage year may run: the packs have none that starts before September,
// and none that still runs in September of its own coverage year.
const comingYearMonth = 9

// enrolment says for which coverage year somebody enrolled and whether in its
// central period.
type enrolment struct {
	central          *bool
	year             int // coverage year; 0: between earliest and latest
	earliest, latest int
	window           *law.Enrolment // the central period that holds the day
	guessed          bool           // the year rests on a convention
	guess            string         // which
	ask              *law.Hole      // what is needed to decide
}

// enrol decides by the central periods of the packs; a stated answer overrides
// them, but a period that holds the day still gives the coverage year.
func (d *desk) enrol(day calendar.Date, stated *bool) enrolment {
	y, m, _ := day.Civil()
	coming := y
	if m >= comingYearMonth {
		coming = y + 1
	}
	e := enrolment{central: stated, earliest: y, latest: coming}
	var open, known, closed bool
	for _, w := range d.law.Enrolments() {
		from, to := calendar.Date(w.From), calendar.Date(w.To)
		inside := from != 0 && to != 0 && from <= day && day <= to
		switch {
		case inside && e.window == nil:
			e.window = w
		case inside || w.CoverageYear != coming:
		case (from == 0 && day <= to) || (to == 0 && day >= from):
			open = true // one end of the period was not seen
		default:
			known = true
			closed = closed || (to != 0 && day > to)
		}
	}
	switch {
	case e.window != nil:
		if stated == nil {
			e.central = yes()
		}
		return e.of(e.window.CoverageYear, "")
	case stated != nil && *stated:
		return e.of(coming, "no known central period holds the day; from September on it is taken to be that of the coming year")
	case stated == nil && (open || !known):
		e.ask = &law.Hole{Parameter: fmt.Sprintf("enrolment/%d", coming), Ask: "--central yes|no"}
		return e
	case closed && coming > y:
		e.central = no()
		return e.of(coming, "the central period of the coming year had closed; the enrolment is taken to be for that year")
	}
	e.central = no()
	return e.of(y, "")
}

// enrolFor decides whether the enrolment for a coverage year is in its central
// period: by the packs, else as stated.
func (d *desk) enrolFor(year int, day calendar.Date, stated *bool) enrolment {
	e := enrolment{central: stated}.of(year, "")
	known, half := false, false
	for _, w := range d.law.Enrolments() {
		from, to := calendar.Date(w.From), calendar.Date(w.To)
		switch {
		case w.CoverageYear != year:
		case from != 0 && to != 0 && from <= day && day <= to:
			e.window, e.central = w, yes()
			return e
		case (from == 0 && day <= to) || (to == 0 && day >= from):
			half = true // one end of the period was not seen
		default:
			known = true
		}
	}
	switch {
	case known && !half:
		e.central = no()
	case stated == nil:
		e.ask = &law.Hole{Parameter: fmt.Sprintf("enrolment/%d", year), Ask: "--central yes|no"}
	}
	return e
}

// OpenYears are the coverage years for which a resident can enrol on a day: the
// running one, and from September on the coming one, unless its central period
// is known to begin later.
func OpenYears(r *law.Reader, day calendar.Date) []int {
	y, m, _ := day.Civil()
	out := []int{y}
	if m < comingYearMonth {
		return out
	}
	for _, w := range r.Enrolments() {
		if w.CoverageYear == y+1 && w.From != 0 && day < calendar.Date(w.From) {
			return out
		}
	}
	return append(out, y+1)
}

// of settles the coverage year; guess says on which convention, if on one.
func (e enrolment) of(year int, guess string) enrolment {
	e.year, e.earliest, e.latest = year, year, year
	e.guess, e.guessed = guess, guess != ""
	return e
}

// anyDay is the enrolment of a person who never waits: central periods do not
// bind, so that nothing needs to be asked. A newborn is insured for the year of
// birth at once, and so is everybody who did not enrol for a coming year.
func (e enrolment) anyDay(q WaitRequest) enrolment {
	if e.inCentral() && !isNewborn(q.Group) {
		return e
	}
	y := q.Enrolled.Year()
	if q.Year == 0 && e.window != nil && e.window.CoverageYear != y {
		e.window = nil
	}
	e.ask = nil
	if q.Year != 0 {
		y = q.Year
	}
	return e.of(y, "")
}

func (e enrolment) inCentral() bool { return e.central != nil && *e.central }

func isNewborn(group string) bool { return group == Newborn || group == "新生儿" }

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }
