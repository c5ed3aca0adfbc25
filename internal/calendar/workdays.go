package calendar

import (
	"errors"
	"fmt"
)

// Workdays knows which days are worked, for the years that have a table.
type Workdays struct {
	years map[int]yearTable
	asked func(year int) // told of each year that is looked up; may be nil
}

type yearTable struct{ rest, worked map[Date]bool }

// MissingYearError says that the working days of a year are not published in
// the packs. The answer needs the State Council notice of that year.
type MissingYearError struct{ Year int }

func (e MissingYearError) Error() string {
	return fmt.Sprintf("no working-day table for %d", e.Year)
}

// NewWorkdays returns an empty table.
func NewWorkdays() *Workdays { return &Workdays{years: map[int]yearTable{}} }

// Watched returns the same table with a listener, so that what an answer rests
// on can be recorded.
func (w *Workdays) Watched(asked func(year int)) *Workdays { return &Workdays{w.years, asked} }

// AddYear records a year: weekdays that are not worked and weekend days that
// are. Each day must lie in the year and be of the right kind.
func (w *Workdays) AddYear(year int, restWeekdays, workedWeekends []Date) error {
	t := yearTable{rest: map[Date]bool{}, worked: map[Date]bool{}}
	for _, d := range restWeekdays {
		if d.Year() != year || d.Weekday() > 5 {
			return fmt.Errorf("%s is not a weekday of %d", d, year)
		}
		t.rest[d] = true
	}
	for _, d := range workedWeekends {
		if d.Year() != year || d.Weekday() < 6 {
			return fmt.Errorf("%s is not a weekend day of %d", d, year)
		}
		t.worked[d] = true
	}
	w.years[year] = t
	return nil
}

// KnownEnd is the end of a term as it was counted, or zero if its working days
// are not published yet: that is no error of whoever counts, and nothing is
// guessed.
func KnownEnd(end Date, err error) (Date, error) {
	if errors.As(err, new(MissingYearError)) {
		return 0, nil
	}
	return end, err
}

// Worked reports whether the day is a working day, or a MissingYearError.
func (w *Workdays) Worked(d Date) (bool, error) {
	if w.asked != nil {
		w.asked(d.Year())
	}
	t, ok := w.years[d.Year()]
	if !ok {
		return false, MissingYearError{d.Year()}
	}
	if d.Weekday() > 5 {
		return t.worked[d], nil
	}
	return !t.rest[d], nil
}

// AddWorkdays returns the n-th working day after the day, which itself is not
// counted (Civil Code art. 201).
func (w *Workdays) AddWorkdays(from Date, n int) (Date, error) {
	d := from
	for n > 0 {
		d++
		ok, err := w.Worked(d)
		if err != nil {
			return 0, err
		}
		if ok {
			n--
		}
	}
	return d, nil
}

// Roll moves a day that is not worked to the next working day (Civil Code
// art. 203).
func (w *Workdays) Roll(d Date) (Date, error) {
	for {
		ok, err := w.Worked(d)
		if err != nil || ok {
			return d, err
		}
		d++
	}
}

// AddDays returns the end of a term of n calendar days that starts after the
// day: raw without and end with the roll to a working day. Raw is given even
// when the roll is not known.
func (w *Workdays) AddDays(from Date, n int) (raw, end Date, err error) {
	raw = from + Date(n)
	end, err = w.Roll(raw)
	return raw, end, err
}
