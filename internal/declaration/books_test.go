package declaration_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// desk is an office on an empty file with an employer e of injury class 2.
type desk struct {
	*testing.T
	db     *sqlstore.DB
	clock  *storetest.Clock
	pricer *declaration.Pricer
	area   string
}

func openDesk(t *testing.T, area string) *desk {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, pricer: declaration.NewPricer(laws), area: area}
	d.db, d.clock = storetest.New(t, storetest.SQLite)
	d.on("2020-01-02")
	d.write(func(ctx context.Context, tx store.Tx) error {
		start := d.day("2020-01-01")
		return errors.Join(
			tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
			tx.NewEmployer(ctx, registry.Employer{ID: "f", CreditCode: "91350100M000100Y44", Name: "店", Status: "active", InjuryClass: 2, From: start, KnownOn: start}))
	})
	t.Cleanup(d.recount)
	return d
}

// recount sees that the kernel makes of every month what was charged for it,
// as it was known then.
func (d *desk) recount() {
	if d.Failed() {
		return
	}
	err := d.db.View(context.Background(), d.area, func(tx store.Tx) error {
		for m := d.month("2024-01"); m <= d.month("2027-12"); m++ {
			for _, e := range []string{"e", "f"} {
				diff, err := declaration.Recount(context.Background(), tx, d.pricer, e, "", m)
				if err != nil || len(diff) > 0 {
					d.Errorf("%s of %s: %+v %v", m, e, diff, err)
				}
			}
			for _, p := range []string{"p1", "p2", "p3", "p4"} {
				diff, err := declaration.Recount(context.Background(), tx, d.pricer, "", p, m)
				if err != nil || len(diff) > 0 {
					d.Errorf("%s of %s: %+v %v", m, p, diff, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		d.Error(err)
	}
}

// on moves the clock to ten in the morning of a day.
func (d *desk) on(day string) {
	d.Helper()
	y, m, n := d.day(day).Civil()
	d.clock.Add(time.Date(y, time.Month(m), n, 10, 0, 0, 0, books.China).Sub(d.clock.Now()))
}

func (d *desk) day(s string) calendar.Date {
	d.Helper()
	v, err := calendar.ParseDate(s)
	if err != nil {
		d.Fatal(err)
	}
	return v
}

func (d *desk) month(s string) calendar.Month { d.Helper(); return d.day(s + "-01").Month() }

func (d *desk) try(fn func(context.Context, store.Tx) error) error {
	return d.db.Update(d.Context(), d.area, func(tx store.Tx) error { return fn(d.Context(), tx) })
}

func (d *desk) write(fn func(context.Context, store.Tx) error) {
	d.Helper()
	if err := d.try(fn); err != nil {
		d.Fatal(err)
	}
}

// hire puts a person on an employer's roster.
func (d *desk) hire(person, employer, from, to string) {
	d.Helper()
	d.write(func(ctx context.Context, tx store.Tx) error {
		start := d.day("2020-01-01")
		err := tx.NewPerson(ctx, registry.Person{ID: person, NumberHash: "hash " + person, NumberKind: "citizen", Number: "x", Name: "张三", From: start, KnownOn: start})
		if books.Taken(err, "person") {
			return err
		}
		job := registry.Employment{ID: "job " + person + employer, Person: person, Employer: employer, From: d.day(from), KnownOn: tx.Today()}
		if to != "" {
			job.To = d.day(to)
		}
		return errors.Join(err, tx.AddEmployment(ctx, job))
	})
}

// declare files a month of employer e: persons with their wages in yuan.
func (d *desk) declare(month string, wages map[string]string, with ...func(*declaration.Filing)) (b declaration.Bill, err error) {
	d.Helper()
	in := declaration.Filing{Employer: "e", Month: d.month(month), Channel: "api"}
	for _, p := range []string{"p1", "p2", "p3", "p4"} {
		if w, ok := wages[p]; ok {
			in.Lines = append(in.Lines, declaration.FilingLine{Person: p, Wage: d.fen(w)})
		}
	}
	for _, f := range with {
		f(&in)
	}
	err = d.try(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = declaration.Submit(ctx, tx, d.pricer, in)
		return err
	})
	return b, err
}

func (d *desk) declared(month string, wages map[string]string, with ...func(*declaration.Filing)) declaration.Bill {
	d.Helper()
	b, err := d.declare(month, wages, with...)
	if err != nil {
		d.Fatalf("declare %s: %v %+v", month, err, declaration.FindingsOf(err))
	}
	return b
}

func (d *desk) close(month string) (b declaration.Bill, err error) {
	err = d.try(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = declaration.Close(ctx, tx, d.pricer, declaration.Closing{Employer: "e", Month: d.month(month)})
		return err
	})
	return b, err
}

func (d *desk) settle(month string) (b declaration.Bill) {
	d.Helper()
	d.write(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = declaration.Settle(ctx, tx, d.pricer, "e", d.month(month))
		return err
	})
	return b
}

func (d *desk) fen(s string) money.Fen {
	d.Helper()
	f, err := money.ParseFen(s)
	if err != nil {
		d.Fatal(err)
	}
	return f
}

// shares checks the two sums of a bill, in yuan.
func (d *desk) shares(what string, b declaration.Bill, employer, person string) {
	d.Helper()
	if b.EmployerFen != d.fen(employer) || b.PersonFen != d.fen(person) {
		d.Errorf("%s: employer %s, person %s; want %s and %s", what, b.EmployerFen, b.PersonFen, employer, person)
	}
}

// owes checks what the ledger says an employer owes, and that the books balance.
func (d *desk) owes(party, employer, person string) {
	d.Helper()
	d.write(func(ctx context.Context, tx store.Tx) error {
		got, err := tx.Balances(ctx, ledger.Receivable, party)
		var e, p money.Fen
		for _, x := range got {
			e, p = e+x.EmployerFen, p+x.PersonFen
		}
		if e != d.fen(employer) || p != d.fen(person) {
			d.Errorf("%s owes %s and %s by the ledger, want %s and %s", party, e, p, employer, person)
		}
		return err
	})
}

func (d *desk) wantFault(what string, err error, key string) {
	d.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		d.Errorf("%s: %v, want %s", what, err, key)
	}
}
