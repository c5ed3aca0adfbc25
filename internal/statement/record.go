package statement

import (
	"context"
	"maps"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// Month is what an employee is told of a month: what belongs to it, and what of
// earlier months was booked in it (R-REC-02).
type Month struct {
	Head
	Employer string         `json:"employer,omitempty"` // whose months these are; empty: all
	Month    calendar.Month `json:"month"`
	Lines    []Line         `json:"lines"`
}

// NewMonth makes the notice of a month. Of an employer's it has that employer's
// months only (R-PRIV-05). A person of whom nothing is known in the month is
// books.ErrNotFound.
func NewMonth(ctx context.Context, tx Books, lib *law.Library, person, employer string, m calendar.Month, w registry.When) (*Month, error) {
	g, why, err := read(ctx, tx, lib, person, w)
	if err != nil {
		return nil, err
	}
	s := &Month{Head: head(tx, Monthly, person, w), Employer: employer, Month: m, Lines: []Line{}}
	for i := range g.Cells {
		c := &g.Cells[i]
		if (c.Month == m || c.Posted == m && c.Month < m) && (employer == "" || c.Employer == employer) {
			s.Lines = append(s.Lines, lineOf(c, why))
		}
	}
	s.Arrears = owes(s.Lines)
	if len(s.Lines) == 0 {
		return nil, books.ErrNotFound
	}
	return s, nil
}

// Year is a person's rights statement of a year (R-REC-03).
type Year struct {
	Head
	Year     int       `json:"year"`
	Counts   []Count   `json:"counts"`
	Lines    []Line    `json:"lines"`
	Accounts []Account `json:"accounts"`
}

// Count is how many months of a scheme count at the end of the year
// (R-CONT-01): all, those in a row up to the last that is due, made-up months
// among them, and those that were paid in time.
type Count struct {
	Scheme     insurance.Scheme `json:"scheme"`
	InYear     int              `json:"months_in_year"`
	Cumulative int              `json:"cumulative"`
	Continuous int              `json:"continuous"`
	OnTime     int              `json:"on_time"`
}

// Account is a personal account in the year, by the day of booking. Interest of
// the year is credited on its last day, however late it is booked.
type Account struct {
	Scheme   insurance.Scheme `json:"scheme"`
	Opening  money.Fen        `json:"opening"`
	Paid     money.Fen        `json:"paid_in"` // net of what was given back
	Interest money.Fen        `json:"interest"`
	Closing  money.Fen        `json:"closing"`
}

// NewYear makes the statement of a year, or of as much of it as has passed. A
// person of whom nothing is known up to it is books.ErrNotFound.
func NewYear(ctx context.Context, tx Books, lib *law.Library, person string, year int, w registry.When) (*Year, error) {
	g, why, err := read(ctx, tx, lib, person, w)
	if err != nil {
		return nil, err
	}
	first, last := calendar.NewMonth(year, 1), calendar.NewMonth(year, 12)
	if first > w.AsOf.Month() {
		return nil, books.ErrNotFound
	}
	s := &Year{Head: head(tx, Yearly, person, w), Year: year, Lines: []Line{}}
	for i := range g.Cells {
		if c := &g.Cells[i]; first <= c.Month && c.Month <= last {
			s.Lines = append(s.Lines, lineOf(c, why))
		}
	}
	s.Arrears = owes(s.Lines)
	s.Counts = counts(g, first, last)
	s.Accounts, err = accounts(ctx, tx, person, first.First()-1, min(last.Last(), w.AsOf), w)
	if err == nil && len(s.Counts) == 0 && len(s.Accounts) == 0 {
		err = books.ErrNotFound
	}
	return s, err
}

// Of is the part of a statement that is an employer's own: its months. What
// counts a person's whole record is left out (R-PRIV-05).
func (s *Year) Of(employer string) *Year {
	out := *s
	out.Counts, out.Accounts = []Count{}, []Account{}
	out.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l Line) bool { return l.Employer != employer })
	out.Arrears = owes(out.Lines)
	return &out
}

func head(tx books.Frame, k Kind, person string, w registry.When) Head {
	return Head{Kind: k, Area: tx.Area(), Person: person, AsOf: w.AsOf, KnownAt: w.Known()}
}

func owes(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.Arrears })
}

func read(ctx context.Context, tx Books, lib *law.Library, person string, w registry.When) (*record.Grid, failures, error) {
	grids, err := history.Grids(ctx, tx, lib, []string{person}, w)
	if err != nil {
		return nil, nil, err
	}
	if grids[person] == nil {
		return nil, nil, books.ErrNotFound
	}
	same, err := records(ctx, tx, person, w)
	if err != nil {
		return nil, nil, err
	}
	why, err := readFailures(ctx, tx, same, min(w.AsOf, w.Known()))
	return grids[person], why, err
}

// records are the ids of all records that are this person's.
func records(ctx context.Context, tx Books, person string, w registry.When) ([]string, error) {
	dup, err := tx.Duplicates(ctx, []string{person}, w.Known())
	return append(slices.Sorted(maps.Keys(dup)), person), err
}

// counts counts the months up to the last of a year, for the schemes of which
// something is known by then.
func counts(g *record.Grid, first, last calendar.Month) []Count {
	out := []Count{}
	for _, x := range insurance.Schemes {
		known := false
		end := min(last, g.AsOf.Month()-1)
		for i := len(g.Cells) - 1; i >= 0; i-- { // months fall
			c := &g.Cells[i]
			if c.Scheme != x || c.Month > last {
				continue
			}
			known = true
			if c.Month == end && c.Category == record.NotDue { // not due is not missed
				end--
			}
		}
		if !known {
			continue
		}
		all := g.Months(x)
		in := record.Track{}
		maps.DeleteFunc(all, func(m calendar.Month, _ int) bool { return m > last })
		for m, v := range all {
			if m >= first {
				in[m] = v
			}
		}
		out = append(out, Count{x, in.Cumulative(), all.Cumulative(), all.Continuous(end, 0, true), all.OnTime()})
	}
	return out
}

// accounts are the personal accounts between two days; none stands there that
// has nothing in it.
func accounts(ctx context.Context, tx Books, person string, before, until calendar.Date, w registry.When) ([]Account, error) {
	same, err := records(ctx, tx, person, w)
	if err != nil {
		return nil, err
	}
	at := map[insurance.Scheme]*Account{}
	for _, x := range []struct {
		day  calendar.Date
		sign money.Fen
	}{{before, -1}, {until, 1}} {
		list, err := tx.PersonalOf(ctx, same, x.day)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			a := at[p.Scheme]
			if a == nil {
				a = &Account{Scheme: p.Scheme}
				at[p.Scheme] = a
			}
			if x.sign < 0 {
				a.Opening += p.Amount
			} else {
				a.Closing += p.Amount
			}
			a.Interest += x.sign * p.Interest
		}
	}
	out := []Account{}
	for _, s := range insurance.Schemes {
		if a := at[s]; a != nil {
			a.Paid = a.Closing - a.Opening - a.Interest
			out = append(out, *a)
		}
	}
	return out, nil
}
