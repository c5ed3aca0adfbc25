package arrears_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/history"
	"bujiao/internal/ledger"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

const (
	benchPersons = 200
	benchMonths  = 120
)

// BenchmarkSweep tells what the nightly sweep costs a person of ten years, five
// schemes a month, and how much of it is reading the facts from the books.
func BenchmarkSweep(b *testing.B) {
	x := benchTown(b)
	var ids []string
	err := x.db.View(b.Context(), storetest.Area, func(tx store.Tx) (err error) {
		ids, err = tx.PersonIDs(b.Context(), books.Page{Limit: 1000})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var read, swept time.Duration
	for range b.N {
		err := x.db.Update(b.Context(), storetest.Area, func(tx store.Tx) error {
			w := registry.When{AsOf: tx.Today()}
			began := time.Now()
			if _, err := history.Read(b.Context(), tx, assess.NewLaws(x.laws.Book).On(w.AsOf, w.AsOf), ids, w); err != nil {
				return err
			}
			read += time.Since(began)
			began = time.Now()
			c, err := arrears.Sweep(b.Context(), tx, x.laws, ids)
			swept += time.Since(began)
			if c.Persons != benchPersons || c.Adjusted+c.Closed > 0 {
				b.Errorf("%+v", c)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N*benchPersons) }
	b.ReportMetric(each(swept), "ms/person")
	b.ReportMetric(each(read), "ms-reading/person")
	b.ReportMetric(0, "ns/op")
}

// benchTown has persons with ten years at e, of which the last quarter is not paid.
func benchTown(b *testing.B) *town {
	b.Helper()
	x := newTown(b)
	first := x.month("2015-10")
	x.on("2015-10-12")
	x.write(func(ctx context.Context, tx store.Tx) error {
		for i := range benchPersons {
			id := fmt.Sprintf("p%05d", i)
			if err := tx.NewPerson(ctx, registry.Person{ID: id, NumberHash: id, NumberKind: "citizen", Number: "x", Name: "张三", From: first.First(), KnownOn: first.First()}); err != nil {
				return err
			}
			if err := tx.AddEmployment(ctx, registry.Employment{ID: "job " + id, Person: id, Employer: "e", From: first.First(), KnownOn: tx.Today(), RegisteredOn: tx.Today()}); err != nil {
				return err
			}
		}
		return nil
	})
	for n := range benchMonths {
		x.benchMonth(first.Add(n), n < benchMonths-3)
	}
	x.on("2026-02-02")
	return x
}

func (x *town) benchMonth(m calendar.Month, pay bool) {
	x.on(m.Add(1).String() + "-12")
	x.write(func(ctx context.Context, tx store.Tx) error {
		in := declaration.Filing{Employer: "e", Month: m, Channel: "api"}
		for i := range benchPersons {
			in.Lines = append(in.Lines, declaration.FilingLine{Person: fmt.Sprintf("p%05d", i), Wage: 10_000_00})
		}
		bill, err := declaration.Submit(ctx, tx, x.pricer, in)
		if err != nil || !pay {
			return err
		}
		e := ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Key: "pay:" + m.String()}
		bank := ledger.Leg{Account: ledger.Bank, Party: "102"}
		for _, c := range bill.Charges {
			e.Legs = append(e.Legs, ledger.Leg{Account: ledger.Receivable, Party: "e", Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: -c.EmployerFen, PersonFen: -c.PersonFen, Charge: c.ID})
			bank.EmployerFen, bank.PersonFen = bank.EmployerFen+c.EmployerFen, bank.PersonFen+c.PersonFen
		}
		e.Legs = append(e.Legs, bank)
		_, err = ledger.Post(ctx, tx, e)
		return err
	})
}
