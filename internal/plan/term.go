package plan

import (
	"errors"
	"fmt"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// maxTermDays is about a hundred years, more than any term of the law.
const maxTermDays = 36600

// Kinds of days.
const (
	working      = "working"
	calendarDays = "calendar"
)

// TermRequest asks when a term ends; exactly one of the two numbers is given.
type TermRequest struct {
	From         calendar.Date `json:"from"` // not counted
	WorkingDays  int           `json:"working_days,omitempty"`
	CalendarDays int           `json:"calendar_days,omitempty"`
	Say          Say           `json:"-"`
}

// TermAnswer gives the last day. RawEnds is the day before the roll to a
// working day; a term of working days needs no roll.
type TermAnswer struct {
	From    calendar.Date `json:"from"`
	Days    int           `json:"days"`
	Kind    string        `json:"kind"` // working | calendar
	Ends    calendar.Date `json:"ends"`
	RawEnds calendar.Date `json:"raw_ends"`
	Rolled  bool          `json:"rolled"`
	Missing []Missing     `json:"missing"`
}

// Term counts a term (Civil Code 200-203, R-CAL-01, R-CAL-02): the first day is
// not counted, the last one is, and calendar days that end on a rest day run
// to the next working day. A year without a working-day table leaves Ends null
// and is named in Missing. No number, two numbers or a number below 1 is a
// Usage fault, more than a hundred years an Invalid one.
func Term(r *law.Reader, q TermRequest) (*TermAnswer, error) {
	n, kind := q.WorkingDays, working
	if n == 0 {
		n, kind = q.CalendarDays, calendarDays
	}
	switch {
	case q.From == 0:
		return nil, fault.New(fault.Usage, "plan.term_from_needed", nil)
	case (q.WorkingDays != 0 && q.CalendarDays != 0) || n < 1:
		return nil, fault.New(fault.Usage, "plan.term_days_needed", nil)
	case n > maxTermDays:
		return nil, fault.New(fault.Invalid, "plan.term_too_long", fault.Args{"max": strconv.Itoa(maxTermDays)})
	case !dayInRange(q.From):
		return nil, fault.New(fault.Invalid, "plan.day_range", nil)
	}
	d := newDesk(r, q.Say)
	a := &TermAnswer{From: q.From, Days: n, Kind: kind}
	var err error
	if kind == working {
		a.Ends, err = r.Workdays().AddWorkdays(q.From, n)
		a.RawEnds = a.Ends
	} else {
		a.RawEnds, a.Ends, err = r.Workdays().AddDays(q.From, n)
	}
	var none calendar.MissingYearError
	switch {
	case errors.As(err, &none):
		a.Ends = 0
		parameter := fmt.Sprintf("workdays/%d", none.Year)
		d.missing = append(d.missing, Missing{Month: calendar.NewMonth(none.Year, 1), Parameter: parameter, Area: law.National,
			Text: d.text("plan.missing_workdays", fault.Args{"year": strconv.Itoa(none.Year)})})
	case err != nil:
		return nil, err
	}
	a.Rolled = a.Ends != 0 && a.Ends != a.RawEnds
	a.Missing = d.missing
	return a, nil
}
