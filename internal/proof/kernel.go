package proof

import (
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/history"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store/sqlstore"
)

// recount: what was charged for each month is what the kernel makes of its
// declarations, as people and law were known then.
func (a *area) recount(ctx context.Context) error {
	if a.Laws == nil {
		return nil
	}
	for _, payer := range []string{"employer", "person"} {
		where := "employer > ''"
		if payer == "person" {
			where = "employer = ''"
		}
		w, err := a.by(ctx, "declaration", where, nil, payer, "month", "id")
		if err != nil {
			return err
		}
		who, month := "", ""
		for ; w.row != nil; err = w.next(ctx) {
			if err != nil {
				return err
			}
			if w.text(payer) == who && w.text("month") == month {
				continue
			}
			who, month = w.text(payer), w.text("month")
			if err := a.recountMonth(ctx, w); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *area) recountMonth(ctx context.Context, w *walk) error {
	day, err := calendar.ParseDate(w.text("month") + "-01")
	if err != nil {
		return nil // its MAC says more
	}
	person := w.text("person")
	if w.text("employer") != "" {
		person = ""
	}
	diff, err := declaration.Recount(ctx, a.i.Tx(), a.pricer, w.text("employer"), person, day.Month())
	if err != nil {
		return a.cannot(w, err)
	}
	for _, x := range diff {
		d := Difference{Kind: Amount, Area: a.i.Area(), Table: "charge", Row: x.Charge, Person: x.Person, Scheme: x.Scheme.String(), Month: x.Month.String(),
			Recorded: x.Recorded.String(), Computed: x.Computed.String()}
		if x.OtherLaw {
			d.Kind = Law
		}
		a.report.add(d)
	}
	return nil
}

// cannot notes that a row cannot be computed again; other errors are not of the
// books.
func (a *area) cannot(w *walk, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Unavailable {
		return err
	}
	w.differ(Amount, "", f.Key)
	return nil
}

// gridPersons is how many persons' grids are built at a time.
const gridPersons = 200

// grids: what a person's grid says was paid is what was booked.
func (a *area) grids(ctx context.Context) error {
	if a.Laws == nil {
		return nil
	}
	w, err := a.by(ctx, "person", "", nil, "id")
	if err != nil {
		return err
	}
	var ids []string
	for {
		if w.row != nil {
			ids = append(ids, w.text("id"))
		}
		if len(ids) > 0 && (w.row == nil || len(ids) == gridPersons) {
			if err := a.gridsOf(ctx, ids); err != nil {
				return err
			}
			ids = nil
		}
		if w.row == nil {
			return nil
		}
		if err := w.next(ctx); err != nil {
			return err
		}
	}
}

type paidMonth struct {
	person string
	scheme string
	month  string
}

func (a *area) gridsOf(ctx context.Context, ids []string) error {
	tx := a.i.Tx()
	today := max(tx.Today(), books.DateOf(tx.At().Time())) // all that stands in the books is known
	duplicates, err := tx.Duplicates(ctx, ids, today)
	if err != nil {
		return err
	}
	all := append([]string{}, ids...)
	for loser := range duplicates {
		all = append(all, loser)
	}
	booked, err := a.i.PaidFor(ctx, all)
	if err != nil {
		return err
	}
	grids, err := history.Grids(ctx, tx, a.Laws, ids, registry.When{AsOf: today, KnownAt: today})
	if err != nil {
		return a.gridsFail(ids, err)
	}
	want, have := map[paidMonth]declaration.Shares{}, map[paidMonth]declaration.Shares{}
	for _, s := range booked {
		person := s.Ref
		if winner := duplicates[person]; winner != "" {
			person = winner
		}
		if grids[person] != nil {
			plus(want, paidMonth{person, s.Scheme.String(), s.Month}, s.EmployerFen, s.PersonFen)
		}
	}
	for person, g := range grids {
		for i := range g.Cells {
			c := &g.Cells[i]
			plus(have, paidMonth{person, c.Scheme.String(), c.Month.String()}, c.EmployerPaid, c.PersonPaid)
		}
	}
	for k, x := range want {
		if have[k] != x {
			a.gridDiffers(k, have[k], x)
		}
		delete(have, k)
	}
	for k, x := range have {
		if x != (declaration.Shares{}) {
			a.gridDiffers(k, x, declaration.Shares{})
		}
	}
	return nil
}

func plus(m map[paidMonth]declaration.Shares, k paidMonth, employer, person money.Fen) {
	x := m[k]
	x.Employer, x.Person = x.Employer+employer, x.Person+person
	m[k] = x
}

func (a *area) gridDiffers(k paidMonth, grid, booked declaration.Shares) {
	a.report.add(Difference{Kind: Amount, Area: a.i.Area(), Table: "posting", Person: k.person, Scheme: k.scheme, Month: k.month, Recorded: booked.String(), Computed: grid.String()})
}

// gridsFail names the first of persons whose grids cannot be built.
func (a *area) gridsFail(ids []string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Unavailable {
		return err
	}
	a.report.add(Difference{Kind: Amount, Area: a.i.Area(), Table: "person", Row: ids[0] + "...", Computed: f.Key})
	return nil
}

var (
	_ history.Books    = (*sqlstore.Tx)(nil)
	_ declaration.Desk = (*sqlstore.Tx)(nil)
)
