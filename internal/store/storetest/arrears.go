package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

func debts(t *testing.T, e Engine) {
	t.Run("a debt is read as written", func(t *testing.T) { debtWhole(t, e) })
	t.Run("lists are in order and of their own", func(t *testing.T) { debtLists(t, e) })
	t.Run("there is one for a month", func(t *testing.T) { debtKeys(t, e) })
	t.Run("who paid late", func(t *testing.T) { latePayers(t, e) })
}

// bare is a debt without what the store remembers of it.
func bare(list ...arrears.Debt) []arrears.Debt {
	out := []arrears.Debt{}
	for _, d := range list {
		d.Stored = nil
		out = append(out, d)
	}
	return out
}

func debtWhole(t *testing.T, e Engine) {
	db, _ := New(t, e)
	zero, some := money.Fen(0), money.Fen(1<<45)
	full := arrears.Debt{ID: "d1", Person: "p", Employer: "e", Scheme: insurance.Pension, FeeMonth: month(t, "2026-01"), Cause: insurance.NotDeclared, State: arrears.Open,
		EmployerFen: &some, PersonFen: &zero, FoundOn: day(t, "2026-03-02"), ChangedAt: 7}
	unknown := arrears.Debt{ID: "d2", Person: "p", Scheme: insurance.Medical, FeeMonth: month(t, "2026-01"), State: arrears.Closed, FoundOn: day(t, "2026-03-02"), ClosedOn: day(t, "2026-03-03")}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.AddDebt(ctx, full), tx.AddDebt(ctx, unknown))
	})
	var read arrears.Debt
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		var err error
		read, err = tx.Debt(ctx, "d1")
		equal(t, "debt", bare(read), bare(full))
		other, err2 := tx.Debt(ctx, "d2")
		equal(t, "shares that are not known are not zero", bare(other), bare(unknown))
		if _, err := tx.Debt(ctx, "d3"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("no such debt: %v", err)
		}
		return errors.Join(err, err2)
	})
	closed := read
	closed.State, closed.ClosedOn, closed.EmployerFen, closed.ChangedAt = arrears.Closed, day(t, "2026-03-09"), nil, 9
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.SaveDebt(ctx, closed) })
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.Debt(ctx, "d1")
		equal(t, "closed debt", bare(got), bare(closed))
		return err
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveDebt(t.Context(), closed) })
	if !errors.Is(err, books.ErrStale) {
		t.Errorf("saved as it was read before the last save: %v, want ErrStale", err)
	}
}

func debtLists(t *testing.T, e Engine) {
	db, _ := New(t, e)
	m := month(t, "2026-01")
	var all []arrears.Debt
	add := func(id, person, employer string, s arrears.State, n int) {
		all = append(all, arrears.Debt{ID: id, Person: person, Employer: employer, Scheme: insurance.Pension, FeeMonth: m.Add(n), State: s})
	}
	add("a", "p2", "e1", arrears.Open, 1)
	add("b", "p1", "e1", arrears.Open, 2)
	add("c", "p1", "e1", arrears.Closed, 1)
	add("d", "p1", "e2", arrears.Open, 1)
	add("e", "p3", "", arrears.Open, 1)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, d := range all {
			if err := tx.AddDebt(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		ids := func(f arrears.Filter, p books.Page) string {
			t.Helper()
			list, err := tx.Debts(ctx, f, p)
			if err != nil {
				t.Error(err)
			}
			return debtIDs(list)
		}
		for _, c := range []struct {
			name string
			f    arrears.Filter
			p    books.Page
			want string
		}{
			{"all", arrears.Filter{}, books.Page{}, "abcde"},
			{"a page", arrears.Filter{}, books.Page{Limit: 2}, "ab"},
			{"the next", arrears.Filter{}, books.Page{After: "b", Limit: 2}, "cd"},
			{"open", arrears.Filter{State: arrears.Open}, books.Page{}, "abde"},
			{"of an employer", arrears.Filter{Employer: "e1"}, books.Page{}, "abc"},
			{"open of an employer, after", arrears.Filter{State: arrears.Open, Employer: "e1"}, books.Page{After: "a"}, "b"},
			{"of a person", arrears.Filter{Person: "p1"}, books.Page{}, "bcd"},
			{"of a person with an employer", arrears.Filter{Person: "p1", Employer: "e2"}, books.Page{}, "d"},
			{"of nobody", arrears.Filter{Person: "p9"}, books.Page{}, ""},
		} {
			if got := ids(c.f, c.p); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		of, err := tx.DebtsOf(ctx, []string{"p1", "nobody", "p2", "p1"})
		if got := debtIDs(of); got != "cdba" {
			t.Errorf("of persons, by person, month and employer: %q, want cdba", got)
		}
		first, err2 := tx.DebtorsOf(ctx, "e1", books.Page{Limit: 1})
		next, err3 := tx.DebtorsOf(ctx, "e1", books.Page{After: "p1"})
		if fmt.Sprint(first, next) != "[p1] [p2]" {
			t.Errorf("debtors: %v, %v", first, next)
		}
		return errors.Join(err, err2, err3)
	})
	err := db.View(t.Context(), "310000", func(tx store.Tx) error {
		list, err := tx.Debts(t.Context(), arrears.Filter{}, books.Page{})
		of, err2 := tx.DebtsOf(t.Context(), []string{"p1"})
		if len(list)+len(of) > 0 {
			t.Errorf("another area has %d debts", len(list)+len(of))
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Error(err)
	}
}

func debtIDs(list []arrears.Debt) (s string) {
	for _, d := range list {
		s += d.ID
	}
	return s
}

func debtKeys(t *testing.T, e Engine) {
	db, _ := New(t, e)
	d := arrears.Debt{ID: "a", Person: "p", Employer: "e", Scheme: insurance.Pension, FeeMonth: month(t, "2026-01"), State: arrears.Open}
	add := func(area string, d arrears.Debt) error {
		return db.Update(t.Context(), area, func(tx store.Tx) error { return tx.AddDebt(t.Context(), d) })
	}
	if err := add(Area, d); err != nil {
		t.Fatal(err)
	}
	twice, other, away := d, d, d
	twice.ID, other.ID, other.Employer = "b", "c", "f"
	if err := add(Area, twice); !books.Taken(err, "arrears") {
		t.Errorf("a second debt for the month: %v", err)
	}
	if err := add(Area, other); err != nil {
		t.Errorf("the month at another employer: %v", err)
	}
	if err := add("310000", away); err != nil {
		t.Errorf("the month in another area: %v", err)
	}
}

// latePayers: due says the charge's last day, cause and kind what it is, on the
// day of the payment.
func latePayers(t *testing.T, e Engine) {
	db, _ := New(t, e)
	charge := func(person, due, kind string, cause insurance.Cause, on string) {
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			c := declaration.Charge{ID: "c" + person, Declaration: "d", Employer: "e1", Person: person, Payer: insurance.Employee, Scheme: insurance.Pension,
				FeeMonth: month(t, "2022-09"), PostedMonth: month(t, "2022-09"), Kind: kind, Cause: cause, EmployerFen: 5}
			if due != "" {
				c.DueOn = day(t, due)
			}
			_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Receipt, PostedOn: day(t, on), RefKind: "payment", Key: person, Legs: []ledger.Leg{
				{Account: ledger.Receivable, Party: "e1", Person: person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: -5, Charge: c.ID},
				{Account: ledger.Bank, Party: "102", EmployerFen: 5}}})
			return errors.Join(tx.AddCharges(ctx, []declaration.Charge{c}), err)
		})
	}
	charge("p1", "2022-10-31", "normal", "", "2022-10-31")
	charge("p2", "2022-10-31", "normal", "", "2022-11-01")
	charge("p3", "", "normal", "", "2022-09-30")
	charge("p4", "", "normal", "", "2022-10-01")
	charge("p5", "", "settlement", insurance.RuleChanged, "2023-10-01")
	charge("p6", "2023-12-31", "backpay", "", "2023-10-01")
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		first, err := tx.LatePayersOf(ctx, "e1", books.Page{Limit: 2})
		rest, err2 := tx.LatePayersOf(ctx, "e1", books.Page{After: "p4"})
		none, err3 := tx.LatePayersOf(ctx, "e2", books.Page{})
		if fmt.Sprint(first, rest, none) != "[p2 p4] [p6] []" {
			t.Errorf("%v %v %v", first, rest, none)
		}
		if open, err := tx.OpenMonth(ctx, "e1"); open || err != nil {
			t.Errorf("all is paid: %v %v", open, err)
		}
		return errors.Join(err, err2, err3)
	})
	Update(t, db, func(ctx context.Context, tx store.Tx) error { // p7 owes what p8 has too much
		c := declaration.Charge{ID: "c7", Declaration: "d", Employer: "e1", Person: "p7", Payer: insurance.Employee, Scheme: insurance.Pension, FeeMonth: month(t, "2022-09"), EmployerFen: 5}
		less := c
		less.ID, less.Person, less.EmployerFen = "c8", "p8", -5
		return tx.AddCharges(ctx, []declaration.Charge{c, less})
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		open, err := tx.OpenMonth(ctx, "e1")
		if !open {
			t.Error("a credit of one person hides the debt of another")
		}
		return err
	})
}
