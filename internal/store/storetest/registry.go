package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// Day reads a day that is right.
func Day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func registryCases(t *testing.T, e Engine) {
	cases := []struct {
		name string
		run  func(t *testing.T, db *sqlstore.DB, clock *Clock)
	}{
		{"a person as of and known at", personStates},
		{"documents lead to a person", documents},
		{"a number is one person's", numberTaken},
		{"duplicates are joined and parted", merges},
		{"persons page by id", personPages},
		{"an employer as of and known at", employerStates},
		{"employers page by id", employerPages},
		{"a replaced employment stays known as it was", replaced},
		{"a roster holds who was there in the month", roster},
		{"what held at a moment of a day", heldAt},
		{"payers without an employer", payersAlone},
		{"many persons at once", hostOfPersons},
		{"an employer is locked", locked},
		{"other areas see nothing", otherArea},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db, clock := New(t, e)
			c.run(t, db, clock)
		})
	}
}

func otherArea(t *testing.T, db *sqlstore.DB, _ *Clock) {
	from := Day(t, "2020-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.NewPerson(ctx, someone("p", from)), tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "c", From: from}),
			tx.AddEmployment(ctx, registry.Employment{ID: "r", Person: "p", Employer: "e", From: from}),
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "n", Person: "p", Payer: insurance.Flexible, From: from.Month()}))
	})
	err := db.Update(t.Context(), "310000", func(tx store.Tx) error {
		ctx, w := t.Context(), registry.When{AsOf: tx.Today()}
		_, err1 := tx.Person(ctx, "p", w)
		_, err2 := tx.PersonByHash(ctx, "hash-p", w)
		_, err3 := tx.Employer(ctx, "e", w)
		_, err4 := tx.EmployerByCode(ctx, "c", w)
		err5 := tx.LockEmployer(ctx, "e")
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if !errors.Is(err, books.ErrNotFound) {
				t.Errorf("read %d: %v", i+1, err)
			}
		}
		ids, _ := tx.PersonIDs(ctx, books.Page{})
		works, _ := tx.EmploymentsOf(ctx, []string{"p"}, w.AsOf)
		insured, _ := tx.EnrolmentsOf(ctx, []string{"p"}, w.AsOf)
		alone, _ := tx.PayersWithoutEmployer(ctx, w.AsOf.Month(), w.AsOf, books.Page{})
		list, _ := tx.EmployerList(ctx, w, books.Page{})
		if len(ids)+len(works)+len(insured)+len(alone)+len(list) != 0 {
			t.Errorf("another area sees %v %v %v %v %v", ids, works, insured, alone, list)
		}
		return tx.NewPerson(ctx, someone("p", from)) // the same number in another area is another record
	})
	if err != nil {
		t.Error(err)
	}
}

// show writes a value with what its pointers point to.
func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
