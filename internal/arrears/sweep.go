package arrears

import (
	"cmp"
	"context"
	"fmt"
	"slices"

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
	grids, err := history.Grids(ctx, tx, lib, persons, registry.When{AsOf: tx.Today()})
	if err != nil {
		return Change{}, fmt.Errorf("sweep: %w", err)
	}
	known, err := tx.DebtsOf(ctx, persons)
	if err != nil {
		return Change{}, err
	}
	was := map[string]map[key]Debt{}
	for _, d := range known {
		if was[d.Person] == nil {
			was[d.Person] = map[key]Debt{}
		}
		was[d.Person][key{d.Scheme, d.FeeMonth, d.Employer}] = d
	}
	done := Change{Persons: len(persons)}
	for _, p := range persons {
		if err := settle(ctx, tx, p, grids[p], was[p], &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// settle compares a person's grid with the debts that are known. A nil grid is
// one without months.
func settle(ctx context.Context, tx Books, person string, g *record.Grid, was map[key]Debt, done *Change) error {
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
		if d.State != Open {
			now.FoundOn = tx.Today()
		}
		var err error
		switch {
		case !there:
			now.ID, now.Person, now.Employer, now.Scheme, now.FeeMonth = tx.NewID(), person, c.Employer, c.Scheme, c.Month
			done.Opened++
			err = tx.AddDebt(ctx, now)
		case d.State != Open:
			done.Opened++
			err = tx.SaveDebt(ctx, now)
		case d.Cause != now.Cause || !same(d.EmployerFen, now.EmployerFen) || !same(d.PersonFen, now.PersonFen):
			done.Adjusted++
			err = tx.SaveDebt(ctx, now)
		}
		if err != nil {
			return err
		}
	}
	return closeAll(ctx, tx, was, done)
}

// closeAll closes the open ones of the debts that no month stands for.
func closeAll(ctx context.Context, tx Books, list map[key]Debt, done *Change) error {
	var left []Debt
	for _, d := range list {
		if d.State == Open {
			left = append(left, d)
		}
	}
	slices.SortFunc(left, func(a, b Debt) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range left {
		d.State, d.ClosedOn, d.ChangedAt = Closed, tx.Today(), tx.At()
		done.Closed++
		if err := tx.SaveDebt(ctx, d); err != nil {
			return err
		}
	}
	return nil
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
