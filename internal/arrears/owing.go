package arrears

import (
	"cmp"
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// Owing is what an employer has not paid for persons, by their grids of today:
// what is in arrears, and what a policy defers. It is read, never kept.
type Owing struct {
	Employer money.Fen      // unpaid shares
	Person   money.Fen      //
	Deferred money.Fen      // of both, what is no arrears while a policy runs
	Unknown  bool           // a share of some month has no known amount
	First    calendar.Month // of the fee months
	Last     calendar.Month
	Months   int
}

// Total is the principal, both shares.
func (w Owing) Total() money.Fen { return w.Employer + w.Person }

// Range chooses fee months and schemes; what is zero is not asked for.
type Range struct {
	First, Last calendar.Month
	Schemes     []insurance.Scheme
	Months      map[Month]bool // these alone
	AsOf        calendar.Date  // by what was paid until this day; zero: today
}

func (r Range) has(person string, c *record.Cell) bool {
	if r.Months != nil && !r.Months[Month{Person: person, Scheme: c.Scheme, FeeMonth: c.Month}] {
		return false
	}
	if (r.First != 0 && c.Month < r.First) || (r.Last != 0 && c.Month > r.Last) {
		return false
	}
	for _, s := range r.Schemes {
		if s == c.Scheme {
			return true
		}
	}
	return len(r.Schemes) == 0
}

// Add counts the months of an employer that are open for persons today.
func (w *Owing) Add(ctx context.Context, tx history.Books, lib *law.Library, employer string, persons []string, of Range) error {
	grids, err := history.Grids(ctx, tx, lib, persons, registry.When{AsOf: cmp.Or(of.AsOf, tx.Today()), KnownAt: tx.Today()})
	if err != nil {
		return err
	}
	for p, g := range grids {
		for i := range g.Cells {
			c := &g.Cells[i]
			if c.Employer != employer || (c.Category != record.Arrears && c.Category != record.Deferred) || !of.has(p, c) {
				continue
			}
			if err := w.add(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Owing) add(c *record.Cell) (err error) {
	w.Months++
	if w.First == 0 || c.Month < w.First {
		w.First = c.Month
	}
	w.Last = max(w.Last, c.Month)
	employer, person := unpaid(c.EmployerDue, c.EmployerPaid), unpaid(c.PersonDue, c.PersonPaid)
	if employer == nil || person == nil {
		w.Unknown = true
		return nil
	}
	if w.Employer, err = w.Employer.Add(*employer); err != nil {
		return err
	}
	if w.Person, err = w.Person.Add(*person); err != nil || c.Category != record.Deferred {
		return err
	}
	w.Deferred += *employer + *person
	return nil
}

// LateFeeOf is the late fee of an employer for persons as of a day, by the
// kernel: of what is in arrears today and of what came late, less what is billed
// already. Nil where a figure is not known.
func LateFeeOf(ctx context.Context, tx Payments, lib *law.Library, employer string, persons []string, on calendar.Date) (*money.Fen, error) {
	grids, err := history.Grids(ctx, tx, lib, persons, registry.When{AsOf: tx.Today()})
	if err != nil {
		return nil, err
	}
	answers, err := history.AssessAll(ctx, tx, lib, persons, registry.When{AsOf: on, KnownAt: tx.Today()}, "", nil)
	if err != nil {
		return nil, err
	}
	fees := map[month]money.Fen{}
	for p, a := range answers {
		if grids[p] == nil {
			continue
		}
		open := map[month]bool{}
		for i := range grids[p].Cells { // what falls due until the day is not owed yet
			if c := &grids[p].Cells[i]; c.Employer == employer && c.Category == record.Arrears {
				open[month{p, c.Scheme, c.Month}] = true
			}
		}
		for _, l := range a.Lines {
			k := month{p, l.Scheme, l.Month}
			if !open[k] {
				continue
			}
			if l.LateFee == nil {
				return nil, nil
			}
			fees[k] += *l.LateFee
		}
	}
	late, err := LateFees(ctx, tx, lib, persons)
	if err != nil {
		return nil, err
	}
	for _, f := range late {
		if f.Employer != employer {
			continue
		}
		if f.LateFee == nil {
			return nil, nil
		}
		fees[month{f.Person, f.Scheme, f.FeeMonth}] += *f.LateFee
	}
	return lessBilled(ctx, tx, employer, persons, fees)
}

// lessBilled takes off what is billed of each month and sums the rest.
func lessBilled(ctx context.Context, tx Payments, employer string, persons []string, fees map[month]money.Fen) (*money.Fen, error) {
	root, err := tx.Duplicates(ctx, persons, tx.Today())
	if err != nil {
		return nil, err
	}
	records := append([]string{}, persons...)
	for id := range root {
		records = append(records, id)
	}
	charges, err := tx.ChargesOf(ctx, records)
	if err != nil {
		return nil, err
	}
	for _, c := range charges {
		if c.Employer == employer {
			fees[monthOfCharge(c, root)] -= c.LateFee
		}
	}
	var sum money.Fen
	for _, f := range fees {
		if sum, err = sum.Add(max(f, 0)); err != nil {
			return nil, err
		}
	}
	return &sum, nil
}

func monthOfCharge(c declaration.Charge, root map[string]string) month {
	person := c.Person
	if winner := root[person]; winner != "" {
		person = winner
	}
	return month{person, c.Scheme, c.FeeMonth}
}
