package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

func employerStates(t *testing.T, db *sqlstore.DB, _ *Clock) {
	formed, changed := Day(t, "2010-01-01"), Day(t, "2024-07-01")
	first := registry.Employer{ID: "e", CreditCode: "code", Name: "某厂", UnitType: insurance.LargeAndOther, Ownership: "private", InjuryClass: 3, InjuryRate: money.Rate(7_000_000),
		FormedOn: formed, Status: "active", Bank: "icbc", BankAccount: "6222", MandateFrom: Day(t, "2012-01-01"), From: formed, KnownOn: Day(t, "2012-01-01"), Reason: "new"}
	second := first
	second.InjuryClass, second.From, second.KnownOn, second.Status = 4, changed, Day(t, "2024-09-01"), "closed"
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		if err := tx.NewEmployer(ctx, first); err != nil {
			return err
		}
		return tx.AddEmployerState(ctx, second)
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			asOf, knownAt string
			want          *registry.Employer
		}{
			{"2024-07-01", "2024-08-31", &first},
			{"2024-07-01", "2024-09-01", &second},
			{"2024-06-30", "2024-09-01", &first},
			{"2009-12-31", "2024-09-01", nil},
			{"2024-07-01", "2011-12-31", nil},
		} {
			w := registry.When{AsOf: Day(t, c.asOf), KnownAt: Day(t, c.knownAt)}
			byID, err1 := tx.Employer(ctx, "e", w)
			byCode, err2 := tx.EmployerByCode(ctx, "code", w)
			page, err := tx.EmployerList(ctx, w, books.Page{})
			if err != nil {
				return err
			}
			if c.want == nil {
				if !errors.Is(err1, books.ErrNotFound) || !errors.Is(err2, books.ErrNotFound) || len(page) != 0 {
					t.Errorf("%v: %v, %v, %v", c, err1, err2, page)
				}
				continue
			}
			want := *c.want
			want.At = byID.At // of the transaction
			if err1 != nil || err2 != nil || byID != want || byCode != want || len(page) != 1 || page[0] != want {
				t.Errorf("%v: %+v, %+v, %+v (%v, %v)", c, byID, byCode, page, err1, err2)
			}
		}
		return nil
	})
}

func employerPages(t *testing.T, db *sqlstore.DB, _ *Clock) {
	from := Day(t, "2020-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i, id := range []string{"e3", "e1", "e2"} {
			if err := tx.NewEmployer(ctx, registry.Employer{ID: id, CreditCode: id, From: from + calendar.Date(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			asOf  calendar.Date
			after string
			want  string
		}{{from + 2, "", "e1 e2"}, {from + 2, "e2", "e3"}, {from, "", "e3"}, {from + 1, "", "e1 e3"}, {from + 2, "e3", ""}} {
			page, err := tx.EmployerList(ctx, registry.When{AsOf: c.asOf, KnownAt: tx.Today()}, books.Page{After: c.after, Limit: 2})
			if err != nil {
				return err
			}
			var got []string
			for _, e := range page {
				got = append(got, e.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v: %v", c, got)
			}
		}
		return nil
	})
}

// locked: of two that lock an employer the second waits for the first, and sees
// what it wrote.
func locked(t *testing.T, db *sqlstore.DB, _ *Clock) {
	from := Day(t, "2020-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "c", From: from, KnownOn: from})
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.LockEmployer(t.Context(), "unknown") })
	if !errors.Is(err, books.ErrNotFound) {
		t.Errorf("locking nobody: %v", err)
	}
	done := make(chan error)
	const n = 8
	for range n {
		go func() {
			done <- db.Update(t.Context(), Area, func(tx store.Tx) error {
				if err := tx.LockEmployer(t.Context(), "e"); err != nil {
					return err
				}
				e, err := tx.Employer(t.Context(), "e", registry.When{AsOf: from + 100})
				if err != nil {
					return err
				}
				e.InjuryClass++
				e.From++
				return tx.AddEmployerState(t.Context(), e)
			})
		}()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		e, err := tx.Employer(ctx, "e", registry.When{AsOf: from + 100})
		if e.InjuryClass != n {
			t.Errorf("%d of %d changes are there: the lock does not hold", e.InjuryClass, n)
		}
		return err
	})
}
