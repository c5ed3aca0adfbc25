package assess

import (
	"bujiao/internal/calendar"
	"bujiao/internal/record"
)

// On fixes the days of the question, for who reads the law before it is asked.
func (l *Laws) On(asOf, knownAt calendar.Date) *Laws {
	l.at(asOf, knownAt)
	return l
}

// Sweep builds the grids of many persons by one reading of the law: their
// months, categories and causes, as in a History, without prices and verdicts.
// It is for one goroutine.
type Sweep struct {
	office *office
	prices *pricer
}

// NewSweep begins a sweep as of a day, as known on a day.
func NewSweep(l *Laws, asOf, knownAt calendar.Date) *Sweep {
	l.at(asOf, knownAt)
	o := &office{laws: l, door: columns, desks: map[string]*desk{}}
	return &Sweep{o, o.pricer(Person{}, nil)}
}

// Grid builds the grid of a person. Rows name what they need of the payer.
func (s *Sweep) Grid(rows []record.Row) (*record.Grid, error) {
	if err := checkRows(rows, "rows"); err != nil {
		return nil, err
	}
	return record.Build(rows, s.office.laws.asOf, s.office.laws.knownAt, s.prices)
}
