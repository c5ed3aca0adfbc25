package office_test

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/record"
	"bujiao/internal/statement"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

func (d *debtors) month(q office.Request, m string) (office.Told[*statement.Month], error) {
	in := office.StatementQuery{Person: "x", Month: d.monthOf(m)}
	return d.MonthStatement(d.Context(), q, in)
}

func (d *debtors) monthOf(m string) calendar.Month { return storetest.Day(d, m+"-01").Month() }

func (d *debtors) year(q office.Request, year int) (office.Told[*statement.Year], error) {
	in := office.StatementQuery{Person: "x", Year: year}
	return d.YearStatement(d.Context(), q, in)
}

func yuan(f *money.Fen) string {
	if f == nil {
		return "?"
	}
	return f.String()
}

// TestMonthlyNotice is R-REC-02: base, both shares by scheme, category and
// whether something is owed.
func TestMonthlyNotice(t *testing.T) {
	d := newDebtors(t)
	self, agent := d.as(access.Insured, "", "x"), d.as(access.EmployerAgent, "e", "")
	s, err := d.month(agent, "2022-08")
	if err != nil || len(s.Statement.Lines) != 5 || s.Statement.Arrears || s.Statement.Employer != "e" || len(s.Digest) != 64 {
		t.Fatalf("%+v, %v", s, err)
	}
	p := s.Statement.Lines[0]
	if p.Scheme != insurance.Pension || p.Category != record.Normal || p.Arrears || yuan(p.Base) != "10000.00" || yuan(p.EmployerDue) != "1600.00" || yuan(p.PersonDue) != "800.00" ||
		p.EmployerPaid.String() != "1600.00" || p.PersonPaid.String() != "800.00" || p.Posted != d.monthOf("2022-08") || p.PaidOn != storetest.Day(t, "2022-08-12") {
		t.Errorf("paid in time: %+v", p)
	}
	s, err = d.month(self, "2022-09")
	if err != nil || !s.Statement.Arrears || s.Statement.Lines[0].Category != record.Arrears || s.Statement.Lines[0].Cause != insurance.NotDeclared || !s.Statement.Lines[0].Arrears {
		t.Errorf("in arrears: %+v, %v", s, err)
	}
	_, err = d.month(d.as(access.EmployerAgent, "f", ""), "2022-09")
	check(t, "another employer's month", err, "statement.nothing")
	_, err = d.month(d.as(access.EmployerAgent, "g", ""), "2022-08")
	check(t, "not its staff", err, "access.not_yours")
	_, err = d.month(d.as(access.Insured, "", "q"), "2022-08")
	check(t, "another person", err, "access.not_yours")
	_, err = d.month(d.as(access.Finance, "", ""), "2022-08")
	check(t, "finance", err, "access.forbidden")
	lines, err := d.MyReaders(t.Context(), self, books.Page{})
	n := 0
	for _, l := range lines {
		if l.Action == "statement.read" {
			n++
		}
	}
	if err != nil || n != 2 {
		t.Errorf("%d lines that statements were read, want those of the two that were: %v", n, err)
	}
}

// TestRetriedDebitIsNamed is R-POST-02: back-payment, with the bank's reason, in
// the month it belongs to and in the month it was booked in.
func TestRetriedDebitIsNamed(t *testing.T) {
	d := newDebtors(t)
	agent := d.as(access.EmployerAgent, "e", "")
	b, err := d.Declare(t.Context(), agent, office.DeclareInput{Employer: "e", Month: d.monthOf("2022-09"), Channel: "api",
		Lines: []office.DeclareLine{{FilingLine: declaration.FilingLine{Person: "x", Wage: 10_000_00}}}})
	if err != nil {
		t.Fatal(err)
	}
	d.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesIn(ctx, b.Declaration.ID)
		var items []collection.Item
		for _, c := range charges {
			items = append(items, collection.Item{Order: "o", Charge: c.ID, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen})
		}
		return errors.Join(err, tx.AddOrder(ctx, collection.Order{ID: "o", Employer: "e", Month: b.Declaration.Month, Channel: "mandate", CreatedOn: tx.Today()}, items),
			tx.AddOrderEvent(ctx, collection.Event{ID: "1", Order: "o", Kind: "failed", On: tx.Today(), Reason: "insufficient_funds"}))
	})
	d.on("2023-03-03")
	d.pay("x", "e", "2022-09", collection.BankRetry+":insufficient_funds")
	for _, m := range []string{"2022-09", "2023-03"} {
		s, err := d.month(agent, m)
		if err != nil || len(s.Statement.Lines) != 5 || s.Statement.Arrears {
			t.Fatalf("%s: %+v, %v", m, s, err)
		}
		if l := s.Statement.Lines[0]; l.FeeMonth != d.monthOf("2022-09") || l.Posted != d.monthOf("2023-03") || l.Category != record.Backpay || l.Kind != record.KindBankRetry || l.Reason != "insufficient_funds" {
			t.Errorf("%s: %+v", m, l)
		}
	}
}

// TestRightsStatement is R-REC-03. Of 2022 x has August, paid in time: 800.00 of
// pension in the account, on which 12.34 were credited for the year.
func TestRightsStatement(t *testing.T) {
	d := newDebtors(t)
	d.write(func(ctx context.Context, tx store.Tx) error {
		_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Crediting, PostedOn: storetest.Day(t, "2022-12-31"), Key: "interest", Legs: []ledger.Leg{
			{Account: ledger.Interest, Scheme: insurance.Pension, PersonFen: 12_34}, {Account: ledger.Personal, Party: "x", Person: "x", Scheme: insurance.Pension, PersonFen: -12_34}}})
		return err
	})
	self := d.as(access.Insured, "", "x")
	s, err := d.year(self, 2022)
	if err != nil || len(s.Statement.Lines) != 15 || !s.Statement.Arrears {
		t.Fatalf("%+v, %v", s, err)
	}
	if c := s.Statement.Counts[0]; c != (statement.Count{Scheme: insurance.Pension, InYear: 1, Cumulative: 1, Continuous: 0, OnTime: 1}) {
		t.Errorf("%+v", c)
	}
	if a := s.Statement.Accounts; len(a) != 1 || a[0] != (statement.Account{Scheme: insurance.Pension, Paid: 800_00, Interest: 12_34, Closing: 812_34}) {
		t.Errorf("%+v", a)
	}
	next, err := d.year(self, 2023)
	if err != nil || len(next.Statement.Lines) != 0 || len(next.Statement.Accounts) != 1 || next.Statement.Accounts[0].Opening != 812_34 || next.Statement.Accounts[0].Interest != 0 || next.Statement.Counts[0].InYear != 0 || next.Statement.Counts[0].Cumulative != 1 {
		t.Errorf("the next year %+v, %v", next.Statement, err)
	}
	_, err = d.year(self, 2024)
	check(t, "a year to come", err, "statement.nothing")
	own, err := d.year(d.as(access.EmployerAgent, "e", ""), 2022)
	if err != nil || len(own.Statement.Lines) != 10 || len(own.Statement.Counts)+len(own.Statement.Accounts) != 0 {
		t.Errorf("the employer's part: %+v, %v", own.Statement, err)
	}
	for _, l := range own.Statement.Lines {
		if l.Employer != "e" {
			t.Errorf("the employer sees a month of %q", l.Employer)
		}
	}
}

// TestContinuousUpToTheLastDue: as of 2022-09-20 August is paid and September
// not due yet: one month in a row.
func TestContinuousUpToTheLastDue(t *testing.T) {
	d := newDebtors(t)
	for _, day := range []string{"2022-09-20", "2022-10-20"} {
		in := office.StatementQuery{Person: "x", Year: 2022, AsOf: storetest.Day(t, day), KnownAt: storetest.Day(t, "2023-03-02")}
		s, err := d.YearStatement(t.Context(), d.as(access.Insured, "", "x"), in)
		if err != nil || s.Statement.Counts[0].Continuous != 1 || s.Statement.Arrears {
			t.Errorf("as of %s: %+v, %v", day, s.Statement, err)
		}
	}
}

func TestPaymentNotice(t *testing.T) {
	d := newDebtors(t)
	d.sweep()
	b, err := d.BillArrears(t.Context(), d.as(access.Clerk, "", ""), arrears.BillInput{Employer: "e"})
	if err != nil {
		t.Fatal(err)
	}
	notice := b.Bills[0].Notice
	s, err := d.PaymentStatement(t.Context(), d.as(access.EmployerAgent, "e", ""), notice)
	if err != nil {
		t.Fatal(err)
	}
	p := s.Statement
	if p.Total.String() != "3948.24" || p.Persons != 1 || len(p.Lines) != 5 || len(p.Policy) != 1 { // 2670.00 + 1053.00 + 225.24
		t.Errorf("%+v", p)
	}
	if l := p.Lines[0]; l.Scheme != insurance.Pension || l.Category != declaration.ChargeBackPay || l.FeeMonth != d.monthOf("2022-09") || l.EmployerFen != 1600_00 || l.PersonFen != 800_00 || l.LateFee != 145_20 {
		t.Errorf("%+v", l)
	}
	for _, q := range []office.Request{d.as(access.EmployerAgent, "f", ""), d.as(access.Insured, "", "x")} {
		_, err = d.PaymentStatement(t.Context(), q, notice)
		check(t, q.Actor.ID, err, "access.not_yours")
	}
	_, err = d.PaymentStatement(t.Context(), d.as(access.Clerk, "", ""), "none")
	check(t, "no notice", err, "access.not_yours")
	h, err := d.HandOver(t.Context(), d.as(access.Clerk, "", ""), office.HandoverInput{Kind: statement.Payment, Notice: notice, Digest: s.Digest, Method: "counter"})
	if err != nil || h.Employer != "e" || h.Period != "2023-03" || h.Person != "" {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestHandOver(t *testing.T) {
	d := newDebtors(t)
	agent, self, staff := d.as(access.EmployerAgent, "e", ""), d.as(access.Insured, "", "x"), d.as(access.Clerk, "", "")
	s, err := d.month(agent, "2022-08")
	if err != nil {
		t.Fatal(err)
	}
	in := office.HandoverInput{Kind: statement.Monthly, Person: "x", Month: d.monthOf("2022-08"), AsOf: storetest.Day(t, "2023-03-02"), Digest: s.Digest, Method: "paper"}
	d.on("2023-03-10") // it was made eight days ago
	with := func(change func(*office.HandoverInput)) office.HandoverInput { x := in; change(&x); return x }
	for _, c := range []struct {
		name, want string
		q          office.Request
		in         office.HandoverInput
	}{
		{"by the person", "access.forbidden", self, in},
		{"by another employer", "statement.nothing", d.as(access.EmployerAgent, "f", ""), in},
		{"of what the books do not say", "statement.changed", agent, with(func(x *office.HandoverInput) { x.Digest = "00" })},
		{"of another day", "statement.changed", agent, with(func(x *office.HandoverInput) { x.AsOf++ })},
		{"in a way that is none", "statement.bad_method", agent, with(func(x *office.HandoverInput) { x.Method = "pigeon" })},
		{"tomorrow", "statement.not_yet", agent, with(func(x *office.HandoverInput) { x.DeliveredOn = storetest.Day(t, "2023-03-11") })},
		{"of the year, by an employer", "statement.bad_kind", agent, with(func(x *office.HandoverInput) { x.Kind, x.Year = statement.Yearly, 2022 })},
		{"of no kind", "statement.bad_kind", staff, with(func(x *office.HandoverInput) { x.Kind = "song" })},
	} {
		_, err := d.HandOver(t.Context(), c.q, c.in)
		check(t, c.name, err, c.want)
	}
	h, err := d.HandOver(t.Context(), agent, in)
	if err != nil || h.Employer != "e" || h.Person != "x" || h.Period != "2022-08" || h.DeliveredOn != storetest.Day(t, "2023-03-10") {
		t.Fatalf("%+v, %v", h, err)
	}
	y, err := d.year(staff, 2022)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.HandOver(t.Context(), staff, office.HandoverInput{Kind: statement.Yearly, Person: "x", Year: 2022, Digest: y.Digest, Method: "mail"}); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		name string
		q    office.Request
		n    int
	}{{"the person", self, 2}, {"the employer", agent, 1}, {"another employer", d.as(access.EmployerAgent, "f", ""), 0}, {"staff", staff, 2}, {"another person", d.as(access.Insured, "", "q"), 0}} {
		list, err := d.Handovers(t.Context(), c.q, office.HandoverQuery{})
		if err != nil || len(list) != c.n {
			t.Errorf("%s sees %d, want %d, %v", c.name, len(list), c.n, err)
		}
	}
}
