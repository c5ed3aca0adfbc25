package history_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// town is an office in Beijing with one employer and one person who works
// there from 2025-07, at 10,000 yuan.
type town struct {
	*testing.T
	db     *sqlstore.DB
	clock  *storetest.Clock
	laws   *law.Library
	pricer *declaration.Pricer
}

func newTown(t *testing.T) *town {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	x := &town{T: t, laws: laws, pricer: declaration.NewPricer(laws)}
	x.db, x.clock = storetest.New(t, storetest.SQLite)
	x.on("2025-07-01")
	start := x.day("2025-01-01")
	wage := money.Fen(10_000_00)
	x.write(func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
			tx.NewPerson(ctx, registry.Person{ID: "p", NumberHash: "p", NumberKind: "citizen", Number: "x", Name: "张三", From: start, KnownOn: start}),
			tx.NewPerson(ctx, registry.Person{ID: "q", NumberHash: "q", NumberKind: "passport", Number: "y", Name: "张三", From: start, KnownOn: start}),
			tx.AddEmployment(ctx, registry.Employment{ID: "j", Person: "p", Employer: "e", From: x.day("2025-07-01"), Wage: &wage, KnownOn: tx.Today(), RegisteredOn: tx.Today()}))
	})
	return x
}

func (x *town) day(s string) calendar.Date {
	x.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		x.Fatal(err)
	}
	return d
}

func (x *town) on(day string) {
	x.Helper()
	y, m, d := x.day(day).Civil()
	x.clock.Add(time.Date(y, time.Month(m), d, 10, 0, 0, 0, books.China).Sub(x.clock.Now()))
}

func (x *town) write(fn func(context.Context, store.Tx) error) {
	x.Helper()
	if err := x.db.Update(x.Context(), storetest.Area, func(tx store.Tx) error { return fn(x.Context(), tx) }); err != nil {
		x.Fatal(err)
	}
}

func (x *town) declare(month string, wage money.Fen) declaration.Bill {
	x.Helper()
	var b declaration.Bill
	x.write(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = declaration.Submit(ctx, tx, x.pricer, declaration.Filing{Employer: "e", Month: x.day(month + "-01").Month(), Channel: "api",
			Lines: []declaration.FilingLine{{Person: "p", Wage: wage}}})
		return err
	})
	return b
}

// pay books what the charges of a month ask for, as a counter would.
func (x *town) pay(month, reason string) {
	x.Helper()
	x.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesOf(ctx, []string{"p"})
		if err != nil {
			return err
		}
		e := ledger.Entry{ID: tx.NewID(), Kind: ledger.Receipt, PostedOn: tx.Today(), PostedMonth: tx.Today().Month(), RefKind: "payment", Ref: month, Key: "pay:" + month, Reason: reason, Actor: "t"}
		bank := ledger.Leg{Account: ledger.Bank, Party: "102"}
		for _, c := range charges {
			if c.FeeMonth.String() != month {
				continue
			}
			e.Legs = append(e.Legs, ledger.Leg{Account: ledger.Receivable, Party: "e", Person: "p", Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: -c.EmployerFen, PersonFen: -c.PersonFen, Charge: c.ID})
			bank.EmployerFen, bank.PersonFen = bank.EmployerFen+c.EmployerFen, bank.PersonFen+c.PersonFen
		}
		e.Legs = append(e.Legs, bank)
		_, err = ledger.Post(ctx, tx, e)
		return err
	})
}

func (x *town) cells(w registry.When) map[string]record.Cell {
	x.Helper()
	out := map[string]record.Cell{}
	err := x.db.View(x.Context(), storetest.Area, func(tx store.Tx) error {
		grids, err := history.Grids(x.Context(), tx, x.laws, []string{"p", "q"}, w)
		if err != nil {
			return err
		}
		if grids["q"] != nil {
			x.Errorf("a record without facts has a grid")
		}
		if grids["p"] != nil {
			for _, c := range grids["p"].Cells {
				if c.Scheme == insurance.Pension {
					out[c.Month.String()] = c
				}
			}
		}
		return nil
	})
	if err != nil {
		x.Fatal(err)
	}
	return out
}

func (x *town) expect(w registry.When, month string, category record.Category, cause insurance.Cause) {
	x.Helper()
	c, ok := x.cells(w)[month]
	if !ok || c.Category != category || c.Cause != cause {
		x.Errorf("%s as of %s: %q %q, want %q %q (there: %v)", month, w.AsOf, c.Category, c.Cause, category, cause, ok)
	}
}

func TestMonthsOfAPerson(t *testing.T) {
	x := newTown(t)
	x.on("2025-08-12")
	x.declare("2025-07", 10_000_00)
	x.on("2025-08-14")
	x.pay("2025-07", "")
	x.on("2025-09-12")
	x.declare("2025-08", 10_000_00)
	x.on("2026-03-02")
	now := registry.When{AsOf: x.day("2026-03-02")}
	x.expect(now, "2025-07", record.Normal, "")
	x.expect(now, "2025-08", record.Arrears, insurance.DeclaredUnpaid)
	x.expect(now, "2025-09", record.Arrears, insurance.NotDeclared)
	// On 2025-08-13 the money had not come: what was known then is as it was.
	x.expect(registry.When{AsOf: x.day("2026-03-02"), KnownAt: x.day("2025-08-13")}, "2025-07", record.Arrears, insurance.DeclaredUnpaid)
}

// The roster says 10,000 yuan a month from 2025-07. What the employer declares
// above it is its own word: pension at 16 % and 8 % of 12,000 is owed. What it
// declares below it is an under-declaration of the roster's wage.
func TestDeclaredAboveTheRoster(t *testing.T) {
	x := newTown(t)
	for _, c := range []struct {
		known, month     string
		declared, wage   money.Fen
		employer, person money.Fen
	}{
		{"2025-08-12", "2025-07", 12_000_00, 12_000_00, 1920_00, 960_00},
		{"2025-09-12", "2025-08", 9_000_00, 10_000_00, 1600_00, 800_00},
		{"2025-10-12", "2025-09", 12_000_00, 12_000_00, 1920_00, 960_00},
	} {
		x.on(c.known)
		x.declare(c.month, c.declared)
		got := x.cells(registry.When{AsOf: x.day("2026-03-02")})[c.month]
		if got.Wage == nil || got.EmployerDue == nil || *got.Wage != c.wage || *got.EmployerDue != c.employer || *got.PersonDue != c.person {
			t.Errorf("%s: %+v, want %s and %s of %s", c.month, got, c.employer, c.person, c.wage)
		}
	}
	if got := x.cells(registry.When{AsOf: x.day("2026-03-02"), KnownAt: x.day("2025-08-11")})["2025-07"]; got.Wage == nil || *got.Wage != 10_000_00 {
		t.Errorf("before the declaration was known: %+v, want 10000.00", got)
	}
}

func TestFailedDebitIsNoFaultOfTheDeclaration(t *testing.T) {
	x := newTown(t)
	x.on("2025-08-12")
	b := x.declare("2025-07", 10_000_00)
	x.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesIn(ctx, b.Declaration.ID)
		if err != nil {
			return err
		}
		var items []collection.Item
		for _, c := range charges {
			items = append(items, collection.Item{Order: "o", Charge: c.ID, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen})
		}
		return errors.Join(
			tx.AddOrder(ctx, collection.Order{ID: "o", Employer: "e", Month: b.Declaration.Month, Channel: "mandate", CreatedOn: tx.Today()}, items),
			tx.AddOrderEvent(ctx, collection.Event{ID: "f", Order: "o", Kind: "failed", On: x.day("2025-08-20"), Reason: "insufficient_funds"}))
	})
	unpaid := registry.When{AsOf: x.day("2025-12-01")}
	x.expect(unpaid, "2025-07", record.Arrears, insurance.DebitFailed)
	x.expect(registry.When{AsOf: x.day("2025-12-01"), KnownAt: x.day("2025-08-19")}, "2025-07", record.Arrears, insurance.DeclaredUnpaid)
	x.on("2025-12-02")
	x.pay("2025-07", collection.BankRetry+":insufficient_funds")
	c := x.cells(registry.When{AsOf: x.day("2025-12-03")})["2025-07"]
	if c.Category != record.Backpay || c.Kind != record.KindBankRetry {
		t.Errorf("paid after a failed debit: %q %q, want backpay bank_retry (R-POST-02)", c.Category, c.Kind)
	}
}

func TestDuplicatesCountAsOne(t *testing.T) {
	x := newTown(t)
	wage := money.Fen(9_000_00)
	x.write(func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.AddEmployment(ctx, registry.Employment{ID: "k", Person: "q", Employer: "e", From: x.day("2025-03-01"), To: x.day("2025-06-30"), Wage: &wage, KnownOn: tx.Today()}),
			tx.AddMerge(ctx, registry.Merge{ID: "m", Loser: "q", Winner: "p", KnownOn: x.day("2025-10-01"), Reason: "same"}))
	})
	w := registry.When{AsOf: x.day("2026-03-02")}
	x.expect(w, "2025-03", record.Arrears, insurance.NeverRegistered)
	err := x.db.View(t.Context(), storetest.Area, func(tx store.Tx) error {
		rows, err := history.Read(t.Context(), tx, nil, []string{"p"}, registry.When{AsOf: w.AsOf, KnownAt: x.day("2025-09-30")})
		if n := len(rows["p"]); err == nil && n != 1 {
			t.Errorf("before the merge was known p has %d rows, want the one of its own work", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestReturnsOfOneDay: one entry pays an estimate of 1,100 + 550 and takes the
// settlement off it, return first; another brings one share and gives back of
// the other. What is left is 1,000 + 500, then 1,010 + 490.
func TestReturnsOfOneDay(t *testing.T) {
	x := newTown(t)
	leg := func(scheme insurance.Scheme, employer, person money.Fen) ledger.Leg {
		return ledger.Leg{Account: ledger.Receivable, Party: "e", Person: "p", Scheme: scheme, FeeMonth: x.day("2025-07-01").Month(), EmployerFen: -employer, PersonFen: -person}
	}
	x.on("2025-09-01")
	x.write(func(ctx context.Context, tx store.Tx) error {
		for i, legs := range [][]ledger.Leg{
			{leg(insurance.Pension, -100_00, -50_00), leg(insurance.Pension, 1100_00, 550_00), {Account: ledger.Bank, EmployerFen: 1000_00, PersonFen: 500_00}},
			{leg(insurance.Pension, 10_00, -10_00), {Account: ledger.Bank, EmployerFen: 10_00, PersonFen: -10_00}},
		} {
			if _, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Receipt, PostedOn: tx.Today(), RefKind: "payment", Ref: "r", Key: string(rune('a' + i)), Legs: legs}); err != nil {
				return err
			}
		}
		return nil
	})
	if c := x.cells(registry.When{AsOf: x.day("2025-09-02")})["2025-07"]; c.EmployerPaid != 1010_00 || c.PersonPaid != 490_00 {
		t.Errorf("paid %s + %s, want 1010.00 + 490.00", c.EmployerPaid, c.PersonPaid)
	}
}
