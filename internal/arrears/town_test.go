package arrears_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
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

// town is an office in Beijing with one employer e of injury class 2. A wage of
// 10,000 costs in 2022 (parameter tables: pension 16 % and 8 %, unemployment
// 0.5 % each, medical 9.8 % and 2 %, injury 0.4 %, large medical 3 yuan):
//
//	pension 1600.00 + 800.00, unemployment 50.00 + 50.00, medical 980.00 + 200.00, injury 40.00, large medical 0.00 + 3.00
//	employer 2670.00, person 1053.00, together 3723.00
type town struct {
	testing.TB
	db     *sqlstore.DB
	clock  *storetest.Clock
	laws   *law.Library
	pricer *declaration.Pricer
	paid   int
}

func newTown(t testing.TB) *town {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	x := &town{TB: t, laws: laws, pricer: declaration.NewPricer(laws)}
	x.db, x.clock = storetest.New(t, storetest.SQLite)
	x.on("2022-07-01")
	start := x.day("2010-01-01")
	x.write(func(ctx context.Context, tx store.Tx) error {
		return tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start})
	})
	return x
}

func (x *town) day(s string) calendar.Date { x.Helper(); return storetest.Day(x, s) }

func (x *town) month(s string) calendar.Month { x.Helper(); return x.day(s + "-01").Month() }

func (x *town) on(day string) {
	x.Helper()
	y, m, d := x.day(day).Civil()
	x.clock.Add(time.Date(y, time.Month(m), d, 10, 0, 0, 0, books.China).Sub(x.clock.Now()))
}

func (x *town) try(fn func(context.Context, store.Tx) error) error {
	return x.db.Update(x.Context(), storetest.Area, func(tx store.Tx) error { return fn(x.Context(), tx) })
}

func (x *town) write(fn func(context.Context, store.Tx) error) {
	x.Helper()
	if err := x.try(fn); err != nil {
		x.Fatal(err)
	}
}

// person puts somebody on the roster of e for some months at a wage.
func (x *town) person(id, from, to string, wage money.Fen) {
	x.Helper()
	start := x.day("2020-01-01")
	x.write(func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.NewPerson(ctx, registry.Person{ID: id, NumberHash: id, NumberKind: "citizen", Number: "x", Name: "张三", From: start, KnownOn: start}),
			tx.AddEmployment(ctx, registry.Employment{ID: "job " + id, Person: id, Employer: "e", From: x.month(from).First(), To: x.month(to).Last(), Wage: &wage, KnownOn: tx.Today(), RegisteredOn: tx.Today()}))
	})
}

func (x *town) declare(month, person string, wage money.Fen) declaration.Bill {
	x.Helper()
	var b declaration.Bill
	x.write(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = declaration.Submit(ctx, tx, x.pricer, declaration.Filing{Employer: "e", Month: x.month(month), Channel: "api",
			Lines: []declaration.FilingLine{{Person: person, Wage: wage}}})
		return err
	})
	return b
}

// pay books what open charges of a person's month ask for, times a share of
// it, as a counter would; minus one gives back what was paid.
func (x *town) pay(person, month, reason string, share func(declaration.Charge) (employer, own money.Fen)) {
	x.Helper()
	x.payTo("e", person, month, reason, share)
}

// payOwn books a month that a payer without employer pays.
func (x *town) payOwn(person, month string) { x.Helper(); x.payTo(person, person, month, "", whole) }

func (x *town) payTo(party, person, month, reason string, share func(declaration.Charge) (employer, own money.Fen)) {
	x.Helper()
	x.paid++
	x.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesOf(ctx, []string{person})
		if err != nil {
			return err
		}
		kind := ledger.Receipt
		bank := ledger.Leg{Account: ledger.Bank, Party: "102"}
		var legs []ledger.Leg
		for _, c := range charges {
			a, b := share(c)
			if c.FeeMonth.String() != month || a == 0 && b == 0 {
				continue
			}
			if a < 0 || b < 0 {
				kind = ledger.Refund
			}
			legs = append(legs, ledger.Leg{Account: ledger.Receivable, Party: party, Person: person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: -a, PersonFen: -b, Charge: c.ID})
			bank.EmployerFen, bank.PersonFen = bank.EmployerFen+a, bank.PersonFen+b
		}
		_, err = ledger.Post(ctx, tx, ledger.Entry{Kind: kind, RefKind: "payment", Key: fmt.Sprint("pay:", x.paid), Reason: reason, Legs: append(legs, bank)})
		return err
	})
}

func whole(c declaration.Charge) (money.Fen, money.Fen) { return c.EmployerFen, c.PersonFen }

func (x *town) sweep(persons ...string) arrears.Change {
	x.Helper()
	var c arrears.Change
	x.write(func(ctx context.Context, tx store.Tx) (err error) {
		c, err = arrears.Sweep(ctx, tx, x.laws, persons)
		return err
	})
	return c
}

// owes compares the open debts of a person, and that a second sweep finds them
// as they are: "scheme month cause employer+person".
func (x *town) owes(person string, want ...string) {
	x.Helper()
	if c := x.sweep(person); c.Any() {
		x.Errorf("a second sweep changes %+v", c)
	}
	got := x.debts(person, arrears.Open)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		x.Errorf("%s owes\n%s\nwant\n%s", person, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (x *town) debts(person string, s arrears.State) (out []string) {
	x.Helper()
	x.write(func(ctx context.Context, tx store.Tx) error {
		list, err := tx.DebtsOf(ctx, []string{person})
		for _, d := range list {
			if d.State != s {
				continue
			}
			share := func(f *money.Fen) string {
				if f == nil {
					return "?"
				}
				return f.String()
			}
			text := fmt.Sprintf("%s %s %s %s+%s", d.Scheme, d.FeeMonth, d.Cause, share(d.EmployerFen), share(d.PersonFen))
			if s == arrears.Closed {
				text = fmt.Sprintf("%s %s closed %s", d.Scheme, d.FeeMonth, d.ClosedOn)
			}
			out = append(out, text)
		}
		return err
	})
	return out
}

func (x *town) bill(in arrears.BillInput) arrears.Billed {
	x.Helper()
	var b arrears.Billed
	x.write(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = arrears.Bill(ctx, tx, x.laws, in, nil)
		return err
	})
	return b
}

// billed compares the one bill of an answer: shares and late fee in yuan.
func (x *town) billed(what string, b arrears.Billed, employer, person, fee string) {
	x.Helper()
	if len(b.Bills) != 1 {
		x.Errorf("%s: %d bills, left %+v", what, len(b.Bills), b.Left)
		return
	}
	got := b.Bills[0]
	if got.EmployerFen.String() != employer || got.PersonFen.String() != person || got.LateFee.String() != fee {
		x.Errorf("%s: %s + %s + late fee %s, want %s + %s + %s", what, got.EmployerFen, got.PersonFen, got.LateFee, employer, person, fee)
	}
}
