package arrears

import (
	"cmp"
	"context"
	"fmt"
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

// Books is what a sweep needs of the store.
type Books interface {
	history.Books
	Store
}

// Change is what a sweep did.
type Change struct {
	Persons  int `json:"persons"`
	Opened   int `json:"opened"`   // found for the first time, or again
	Adjusted int `json:"adjusted"` // open as before, with another cause or other shares
	Closed   int `json:"closed"`
}

// Add sums two changes.
func (c Change) Add(d Change) Change {
	return Change{c.Persons + d.Persons, c.Opened + d.Opened, c.Adjusted + d.Adjusted, c.Closed + d.Closed}
}

// Any reports whether a debt was written.
func (c Change) Any() bool { return c.Opened+c.Adjusted+c.Closed > 0 }

type key struct {
	scheme   insurance.Scheme
	month    calendar.Month
	employer string
}

// Sweep makes the debts of persons what their grids say today: months in
// arrears are open debts, debts whose month is no longer in arrears are closed.
// A debt that is as it was is not written, so a second run writes nothing. The
// debts of a record that was merged into another are closed: the other has them.
func Sweep(ctx context.Context, tx Books, lib *law.Library, persons []string) (Change, error) {
	done := Change{Persons: len(persons)}
	err := compare(ctx, tx, lib, persons, func(opened, adjusted, closed []Debt) error {
		done.Opened, done.Adjusted, done.Closed = done.Opened+len(opened), done.Adjusted+len(adjusted), done.Closed+len(closed)
		for _, d := range slices.Concat(opened, adjusted, closed) {
			write := tx.SaveDebt
			if d.ID == "" {
				d.ID, write = tx.NewID(), tx.AddDebt
			}
			if err := write(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

// Stale lists those of the persons whose debts a sweep would change. It only
// reads, so that looking at everybody keeps nobody from writing.
func Stale(ctx context.Context, tx Books, lib *law.Library, persons []string) (list []string, err error) {
	err = compare(ctx, tx, lib, persons, func(opened, adjusted, closed []Debt) error {
		if all := slices.Concat(opened, adjusted, closed); len(all) > 0 {
			list = append(list, all[0].Person)
		}
		return nil
	})
	return list, err
}

// compare finds, person by person, the debts that are not as their grids say.
// Those that are new have no id yet.
func compare(ctx context.Context, tx Books, lib *law.Library, persons []string, each func(opened, adjusted, closed []Debt) error) error {
	grids, err := history.Grids(ctx, tx, lib, persons, registry.When{AsOf: tx.Today()})
	if err != nil {
		return fmt.Errorf("grids: %w", err)
	}
	known, err := tx.DebtsOf(ctx, persons)
	if err != nil {
		return err
	}
	was := map[string]map[key]Debt{}
	for _, d := range known {
		if was[d.Person] == nil {
			was[d.Person] = map[key]Debt{}
		}
		was[d.Person][key{d.Scheme, d.FeeMonth, d.Employer}] = d
	}
	for _, p := range persons {
		if err := each(differences(tx, p, grids[p], was[p])); err != nil {
			return err
		}
	}
	return nil
}

// differences compares a person's grid with the debts that are known. A nil
// grid is one without months.
func differences(tx books.Frame, person string, g *record.Grid, was map[key]Debt) (opened, adjusted, closed []Debt) {
	var cells []record.Cell
	if g != nil {
		cells = g.Cells
	}
	for i := range cells {
		c := &cells[i]
		if c.Category != record.Arrears {
			continue
		}
		k := key{c.Scheme, c.Month, c.Employer}
		d, there := was[k]
		delete(was, k)
		now := d
		now.Cause, now.State, now.ClosedOn, now.ChangedAt = c.Cause, Open, 0, tx.At()
		now.EmployerFen, now.PersonFen = unpaid(c.EmployerDue, c.EmployerPaid), unpaid(c.PersonDue, c.PersonPaid)
		switch {
		case d.State != Open:
			now.FoundOn = tx.Today()
			if !there {
				now.Person, now.Employer, now.Scheme, now.FeeMonth = person, c.Employer, c.Scheme, c.Month
			}
			opened = append(opened, now)
		case d.Cause != now.Cause || !same(d.EmployerFen, now.EmployerFen) || !same(d.PersonFen, now.PersonFen):
			adjusted = append(adjusted, now)
		}
	}
	for _, d := range was { // no month stands for them
		if d.State == Open {
			d.State, d.ClosedOn, d.ChangedAt = Closed, tx.Today(), tx.At()
			closed = append(closed, d)
		}
	}
	slices.SortFunc(closed, func(a, b Debt) int { return cmp.Compare(a.ID, b.ID) })
	return opened, adjusted, closed
}

// unpaid is what is left of a share; a share that is not known leaves what is
// not known.
func unpaid(due *money.Fen, paid money.Fen) *money.Fen {
	if due == nil {
		return nil
	}
	v := max(*due-paid, 0)
	return &v
}

func same(a, b *money.Fen) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
