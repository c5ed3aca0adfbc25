package office_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// debtors is an office in Beijing on 2023-03-02. Of x, at 10,000 a month,
// employer e declared and paid August 2022 in time, and did nothing about
// September; since October x is with f, which did nothing at all. A month costs
// 2670.00 + 1053.00, see package arrears.
type debtors struct {
	*office.Office
	*testing.T
	clock *storetest.Clock
	paid  int
}

func newDebtors(t *testing.T) *debtors {
	t.Helper()
	o, clock := desk(t)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	o.Laws, o.Words = laws, lang.Text
	d := &debtors{Office: o, T: t, clock: clock}
	d.on("2022-08-12")
	wage := money.Fen(10_000_00)
	start := storetest.Day(t, "2020-01-01")
	d.write(func(ctx context.Context, tx store.Tx) error {
		err := errors.Join(
			tx.AddEmployerState(ctx, registry.Employer{ID: "e", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start + 1, KnownOn: start + 1}),
			tx.NewEmployer(ctx, registry.Employer{ID: "f", CreditCode: "91110000MA0000000X", Name: "店", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
			tx.AddEmployment(ctx, registry.Employment{ID: "1", Person: "x", Employer: "e", From: storetest.Day(t, "2022-08-01"), To: storetest.Day(t, "2022-09-30"), Wage: &wage, KnownOn: tx.Today(), RegisteredOn: tx.Today()}),
			tx.AddEmployment(ctx, registry.Employment{ID: "2", Person: "x", Employer: "f", From: storetest.Day(t, "2022-10-01"), To: storetest.Day(t, "2022-10-31"), Wage: &wage, KnownOn: tx.Today(), RegisteredOn: tx.Today()}))
		return errors.Join(err, tx.NewPerson(ctx, registry.Person{ID: "x", NumberHash: "x", NumberKind: "citizen", Number: "n", Name: "张三", From: start, KnownOn: start}))
	})
	agent := d.as(access.EmployerAgent, "e", "")
	if _, err := d.Declare(t.Context(), agent, office.DeclareInput{Employer: "e", Month: storetest.Day(t, "2022-08-01").Month(), Channel: "api",
		Lines: []office.DeclareLine{{FilingLine: declaration.FilingLine{Person: "x", Wage: wage}}}}); err != nil {
		t.Fatal(err)
	}
	d.pay("x", "e", "2022-08", "")
	d.on("2023-03-02")
	return d
}

func (d *debtors) on(day string) {
	d.Helper()
	y, m, n := storetest.Day(d, day).Civil()
	d.clock.Add(time.Date(y, time.Month(m), n, 10, 0, 0, 0, books.China).Sub(d.clock.Now()))
}

func (d *debtors) write(fn func(context.Context, store.Tx) error) {
	d.Helper()
	storetest.Update(d, d.Store, fn)
}

// pay books all that was billed to an employer for a person's month and enters
// the person's share of pension in the account.
func (d *debtors) pay(person, employer, month, reason string) {
	d.Helper()
	d.paid++
	d.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesOf(ctx, []string{person})
		if err != nil {
			return err
		}
		bank, fund, own := ledger.Leg{Account: ledger.Bank, Party: "102"}, ledger.Leg{Account: ledger.Fund}, ledger.Leg{Account: ledger.Personal, Party: person, Person: person, Scheme: insurance.Pension}
		due := ledger.Leg{Account: ledger.FundDue}
		var legs []ledger.Leg
		for _, c := range charges {
			if c.FeeMonth.String() != month || c.Employer != employer {
				continue
			}
			legs = append(legs, ledger.Leg{Account: ledger.Receivable, Party: employer, Person: person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: -c.EmployerFen, PersonFen: -c.PersonFen, Charge: c.ID})
			bank.EmployerFen, bank.PersonFen = bank.EmployerFen+c.EmployerFen, bank.PersonFen+c.PersonFen
			due.EmployerFen, due.PersonFen = due.EmployerFen+c.EmployerFen, due.PersonFen+c.PersonFen
			fund.EmployerFen -= c.EmployerFen
			if c.Scheme == insurance.Pension {
				own.PersonFen -= c.PersonFen
			} else {
				fund.PersonFen -= c.PersonFen
			}
		}
		_, err = ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Key: fmt.Sprint("pay:", d.paid), Reason: reason, Legs: append(legs, bank, due, fund, own)})
		return err
	})
}

func (d *debtors) as(r access.Role, employer, person string) office.Request {
	return as(access.Actor{ID: string(r) + employer + person, Role: r, Areas: here, Employer: employer, Person: person})
}

func (d *debtors) sweep() arrears.Change {
	d.Helper()
	c, err := d.SweepArrears(d.Context(), storetest.Area)
	if err != nil {
		d.Fatal(err)
	}
	return c
}

// debts counts what somebody sees.
func (d *debtors) debts(q office.Request, f arrears.Filter) (n int, err error) {
	in := office.DebtQuery{Filter: f}
	list, err := d.Debts(d.Context(), q, in)
	return len(list), err
}

func TestSweepOfAnArea(t *testing.T) {
	d := newDebtors(t)
	d.write(func(ctx context.Context, tx store.Tx) error { // more than two pages of persons
		for i := range 450 {
			id := fmt.Sprintf("w%04d", i)
			if err := tx.NewPerson(ctx, registry.Person{ID: id, NumberHash: id, NumberKind: "citizen", Number: "n", Name: "某", From: tx.Today(), KnownOn: tx.Today()}); err != nil {
				return err
			}
		}
		return nil
	})
	all := d.sweep()
	if all.Opened != 10 || all.Persons < 452 || all.Adjusted+all.Closed != 0 {
		t.Errorf("first sweep %+v", all)
	}
	if again := d.sweep(); again != all {
		t.Errorf("the same day again %+v, want what was done: %+v", again, all)
	}
	d.on("2023-03-03")
	if next := d.sweep(); next.Any() || next.Persons != all.Persons {
		t.Errorf("the next day %+v", next)
	}
	if n, err := d.debts(d.as(access.Clerk, "", ""), arrears.Filter{State: arrears.Open}); n != 10 || err != nil {
		t.Errorf("%d debts, %v", n, err)
	}
}

// TestSweepGoesOn: a sweep that was broken off behind x does not look at x again.
func TestSweepGoesOn(t *testing.T) {
	d := newDebtors(t)
	d.write(func(ctx context.Context, tx store.Tx) error {
		return tx.SetSetting(ctx, "arrears_swept", "", `{"day":"2023-03-02","after":"x","done":false,"sum":{"persons":7,"opened":3,"adjusted":0,"closed":0}}`)
	})
	if c := d.sweep(); c.Opened != 3 || c.Persons < 7 || c.Persons > 8 {
		t.Errorf("%+v", c)
	}
	d.on("2023-03-03")
	if c := d.sweep(); c.Opened != 10 {
		t.Errorf("the day after: %+v", c)
	}
}

func TestWhoSeesDebts(t *testing.T) {
	d := newDebtors(t)
	d.sweep()
	for _, c := range []struct {
		name string
		q    office.Request
		f    arrears.Filter
		n    int
		want string
	}{
		{"clerk", d.as(access.Clerk, "", ""), arrears.Filter{}, 10, ""},
		{"clerk, of an employer", d.as(access.Clerk, "", ""), arrears.Filter{Employer: "f"}, 5, ""},
		{"enforcement", d.as(access.Enforcement, "", ""), arrears.Filter{State: arrears.Closed}, 0, ""},
		{"employer", d.as(access.EmployerAgent, "e", ""), arrears.Filter{}, 5, ""},
		{"employer, of a person that has more", d.as(access.EmployerAgent, "e", ""), arrears.Filter{Person: "x"}, 5, ""},
		{"another's", d.as(access.EmployerAgent, "e", ""), arrears.Filter{Employer: "f"}, 0, "access.not_yours"},
		{"the person", d.as(access.Insured, "", "x"), arrears.Filter{}, 10, ""},
		{"another person's", d.as(access.Insured, "", "q"), arrears.Filter{Person: "x"}, 0, "access.not_yours"},
		{"administrator", d.as(access.Administrator, "", ""), arrears.Filter{}, 0, "access.forbidden"},
		{"another area", office.Request{Actor: clerk, Area: "310000", Purpose: access.Service}, arrears.Filter{}, 0, "access.not_yours"},
	} {
		n, err := d.debts(c.q, c.f)
		check(t, c.name, err, c.want)
		if n != c.n {
			t.Errorf("%s sees %d debts, want %d", c.name, n, c.n)
		}
	}
	lines, err := d.MyReaders(t.Context(), d.as(access.Insured, "", "x"), books.Page{})
	got := map[string]int{}
	for _, l := range lines {
		if l.Action == "arrears.read" {
			got[l.Role]++
		}
	}
	// enforcement saw no debt and so nobody
	if err != nil || got["clerk"] != 2 || got["employer"] != 2 || got["insured"] != 1 || got["enforcement"] != 0 {
		t.Errorf("readers %v, %v", got, err)
	}
}

// TestPriceOfDebts: September 121 days on 2023-03-02 and October 91, see
// package arrears: late fees of 225.24 and 169.40.
func TestPriceOfDebts(t *testing.T) {
	d := newDebtors(t)
	staff := d.as(access.Clerk, "", "")
	p, err := d.DebtPrice(t.Context(), staff, office.PriceQuery{Person: "x", Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Lines) != 10 || p.Totals.LateFee.String() != "394.64" || p.Totals.Total.String() != "7840.64" {
		t.Errorf("%d lines, late fee %s, total %s", len(p.Lines), p.Totals.LateFee, p.Totals.Total)
	}
	body, err := json.Marshal(p.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	recorded, computed, err := assess.Replay(body, lang.Text)
	if err != nil || !bytes.Equal(recorded, computed) {
		t.Errorf("replayed from the receipt's own rows: %v", err)
	}
	own, err := d.DebtPrice(t.Context(), d.as(access.EmployerAgent, "e", ""), office.PriceQuery{Person: "x"})
	if err != nil || len(own.Lines) != 5 || own.Totals.LateFee.String() != "225.24" || own.Receipt != nil || own.Effects != nil || len(own.Verdicts) == 0 {
		t.Errorf("to the employer: %+v, %v", own, err)
	}
	for _, c := range own.Grid {
		if c.Employer != "e" {
			t.Errorf("the employer sees a month of %q", c.Employer)
		}
	}
	for _, v := range own.Verdicts {
		if v.To.String() > "2022-09" {
			t.Errorf("the employer sees a verdict on %s", v.To)
		}
	}
	// p had one job after the other and nobody registered either: one verdict on both months, cut for each employer
	d.write(func(ctx context.Context, tx store.Tx) error {
		wage, first := money.Fen(10_000_00), storetest.Day(t, "2022-09-01")
		return errors.Join(
			tx.AddEmployment(ctx, registry.Employment{ID: "3", Person: "p", Employer: "f", From: first, To: first.Month().Last(), Wage: &wage, KnownOn: tx.Today()}),
			tx.AddEmployment(ctx, registry.Employment{ID: "4", Person: "p", Employer: "e", From: first.Month().Add(1).First(), To: first.Month().Add(2).Last(), Wage: &wage, KnownOn: tx.Today()}))
	})
	whole, err := d.DebtPrice(t.Context(), staff, office.PriceQuery{Person: "p"})
	part, err2 := d.DebtPrice(t.Context(), d.as(access.EmployerAgent, "e", ""), office.PriceQuery{Person: "p"})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	span := func(p office.Priced) string { return p.Verdicts[0].From.String() + " to " + p.Verdicts[0].To.String() }
	if span(whole) != "2022-09 to 2022-11" || span(part) != "2022-10 to 2022-11" || len(whole.Verdicts) != len(part.Verdicts) {
		t.Errorf("verdicts on %s, and of them the employer's %s", span(whole), span(part))
	}
	// as it was on the day before October was late: 30 days of September in November
	past, err := d.DebtPrice(t.Context(), staff, office.PriceQuery{Person: "x", On: storetest.Day(t, "2022-12-01") - 1})
	if err != nil || len(past.Lines) != 5 {
		t.Errorf("in the past %d lines, %v", len(past.Lines), err)
	}
	_, err = d.DebtPrice(t.Context(), d.as(access.EmployerAgent, "g", ""), office.PriceQuery{Person: "x"})
	check(t, "a stranger", err, "access.not_yours")
	_, err = d.DebtPrice(t.Context(), staff, office.PriceQuery{Person: "nobody"})
	check(t, "nobody", err, "access.not_yours")
	_, err = d.DebtPrice(t.Context(), staff, office.PriceQuery{Person: "q"})
	check(t, "somebody of whom nothing is known", err, "arrears.no_facts")
}

func TestBillArrears(t *testing.T) {
	d := newDebtors(t)
	d.sweep()
	in := arrears.BillInput{Employer: "e", Channel: "counter", Reason: "application"}
	for _, q := range []office.Request{d.as(access.EmployerAgent, "e", ""), d.as(access.Insured, "", "x"), d.as(access.Finance, "", "")} {
		_, err := d.BillArrears(t.Context(), q, in)
		check(t, string(q.Actor.Role), err, "access.forbidden")
	}
	q := d.as(access.Clerk, "", "")
	q.Key = "once"
	b, err := d.BillArrears(t.Context(), q, in)
	if err != nil || len(b.Bills) != 1 || b.Bills[0].EmployerFen.String() != "2670.00" || b.Bills[0].LateFee.String() != "225.24" {
		t.Fatalf("%+v, %v", b, err)
	}
	d.on("2023-03-12") // asked again with the key it is the same bill, although the price grew
	again, err := d.BillArrears(t.Context(), q, in)
	if err != nil || len(again.Bills) != 1 || again.Bills[0].Notice != b.Bills[0].Notice {
		t.Errorf("%+v, %v", again, err)
	}
	d.write(func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditOf(ctx, "employer", "e", books.Page{})
		n := 0
		for _, l := range lines {
			if l.Action == "arrears.bill" && l.Reason == "application" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d lines in the audit", n)
		}
		return err
	})
	d.pay("x", "e", "2022-09", "")
	if c := d.sweep(); c.Closed != 5 || c.Opened != 0 {
		t.Errorf("paid: %+v", c)
	}
}

// TestNoDeregistrationWithArrears: also a debt that nobody billed keeps an
// employer from being closed (R-REG-05).
func TestNoDeregistrationWithArrears(t *testing.T) {
	d := newDebtors(t)
	d.sweep()
	_, err := d.Deregister(t.Context(), d.as(access.Clerk, "", ""), "f", storetest.Day(t, "2023-03-01"), "closed")
	check(t, "with debts", err, "arrears.left")
	if _, err := d.BillArrears(t.Context(), d.as(access.Clerk, "", ""), arrears.BillInput{Employer: "f"}); err != nil {
		t.Fatal(err)
	}
	d.pay("x", "f", "2022-10", "") // the late fee is billed and open
	_, err = d.Deregister(t.Context(), d.as(access.Clerk, "", ""), "f", storetest.Day(t, "2023-03-01"), "closed")
	check(t, "with a late fee", err, "registry.debt_left")
}
