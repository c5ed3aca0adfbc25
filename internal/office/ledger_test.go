package office_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// treasury is a counter with those who keep the journal.
type treasury struct {
	*counter
	finance, other office.Request // other is of finance too
}

func newTreasury(t *testing.T) *treasury {
	c := newCounter(t)
	who := func(id string) office.Request {
		return as(access.Actor{ID: id, Role: access.Finance, Areas: []string{storetest.Area}})
	}
	return &treasury{c, who("finance"), who("other")}
}

// post posts entries as the program does.
func (c *treasury) post(list ...ledger.Entry) []ledger.Entry {
	c.t.Helper()
	var out []ledger.Entry
	storetest.Update(c.t, c.Store, func(ctx context.Context, tx store.Tx) (err error) {
		out, err = ledger.PostAll(ctx, tx, list)
		return err
	})
	return out
}

// own is money that enters a person's own account on a day.
func (c *treasury) own(key, person, on string, amount money.Fen) ledger.Entry {
	return ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: key, Key: key, PostedOn: c.day(on), Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: "bank", PersonFen: amount},
		{Account: ledger.Personal, Party: person, Person: person, Scheme: insurance.Pension, FeeMonth: c.day(on).Month(), PersonFen: -amount}}}
}

func (c *treasury) balance(area, account, party string) (sum money.Fen) {
	c.t.Helper()
	err := c.Store.View(c.t.Context(), area, func(tx store.Tx) error {
		list, err := tx.Balances(c.t.Context(), account, party)
		for _, b := range list {
			sum += b.EmployerFen + b.PersonFen
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return sum
}

func TestCorrection(t *testing.T) {
	c := newTreasury(t)
	ctx := t.Context()
	wrong := c.post(c.own("k", "p", "2026-02-10", 100_00))[0]
	in := ledger.Correcting{Entry: wrong.ID, Legs: wrong.Reversal(), Reason: "booked for the wrong person"}

	_, err := c.ProposeCorrection(ctx, c.clerk, in)
	check(t, "a clerk corrects", err, "access.forbidden")
	uneven := in
	uneven.Legs = wrong.Reversal()[:1]
	_, err = c.ProposeCorrection(ctx, c.finance, uneven)
	check(t, "one leg", err, "ledger.few_legs")
	uneven.Legs = wrong.Reversal()
	uneven.Legs[0].PersonFen++
	_, err = c.ProposeCorrection(ctx, c.finance, uneven)
	check(t, "out of balance", err, "ledger.unbalanced")
	_, err = c.ProposeCorrection(ctx, c.finance, ledger.Correcting{Entry: "none", Legs: in.Legs, Reason: "x"})
	check(t, "of no entry", err, "ledger.no_entry")
	_, err = c.ProposeCorrection(ctx, c.finance, ledger.Correcting{Entry: wrong.ID, Legs: in.Legs})
	check(t, "without a reason", err, "ledger.no_reason")

	a, err := c.ProposeCorrection(ctx, c.finance, in)
	check(t, "finance proposes", err, "")
	if got := c.balance(storetest.Area, ledger.Bank, ""); got != 100_00 {
		t.Errorf("a proposal books: the bank has %v", got)
	}
	if list, err := c.Approvals(ctx, c.reviewer, access.Asked, books.Page{}); err != nil || len(list) != 1 || list[0].ID != a.ID {
		t.Errorf("waiting: %+v, %v", list, err)
	}
	yes := office.Decision{Approval: a.ID, Grant: true, Reason: "seen the slip"}
	_, err = c.DecideEntry(ctx, c.finance, yes)
	check(t, "finance approves", err, "access.forbidden")
	self := c.reviewer
	self.Actor.ID = "finance"
	_, err = c.DecideEntry(ctx, self, yes)
	check(t, "the maker approves in another role", err, "access.another_pair_of_eyes")
	_, err = c.DecideEntry(ctx, c.reviewer, office.Decision{Approval: "none", Grant: true})
	check(t, "approves nothing", err, "ledger.no_approval")

	done, err := c.DecideEntry(ctx, c.reviewer, yes)
	check(t, "a reviewer approves", err, "")
	if done.Entry == nil || done.Entry.Corrects != wrong.ID || done.Entry.Kind != ledger.Correction {
		t.Fatalf("the correction is %+v", done.Entry)
	}
	_, err = c.DecideEntry(ctx, c.reviewer, yes)
	check(t, "twice", err, "access.decided")
	if got := c.balance(storetest.Area, ledger.Bank, ""); got != 0 {
		t.Errorf("after the correction the bank has %v", got)
	}
	view, err := c.Entry(ctx, c.finance, wrong.ID)
	if check(t, "read", err, ""); len(view.Corrections) != 1 || view.Corrections[0].ID != done.Entry.ID || len(view.Legs) != 2 || view.Legs[0].PersonFen != 100_00 {
		t.Errorf("the wrong entry stands as %+v", view)
	}
	_, err = c.ProposeCorrection(ctx, c.finance, ledger.Correcting{Entry: done.Entry.ID, Legs: in.Legs, Reason: "x"})
	check(t, "of a correction", err, "ledger.corrects_correction")
	_, err = c.Entry(ctx, c.clerk, wrong.ID)
	check(t, "a clerk reads the journal", err, "access.forbidden")
}

func TestRefusedCorrection(t *testing.T) {
	c := newTreasury(t)
	wrong := c.post(c.own("k", "p", "2026-02-10", 100_00))[0]
	a, err := c.ProposeCorrection(t.Context(), c.finance, ledger.Correcting{Entry: wrong.ID, Legs: wrong.Reversal(), Reason: "x"})
	check(t, "propose", err, "")
	done, err := c.DecideEntry(t.Context(), c.reviewer, office.Decision{Approval: a.ID, Reason: "it was right"})
	if check(t, "refuse", err, ""); done.Entry != nil || done.Approval.State != access.Refused {
		t.Errorf("refused: %+v", done)
	}
	if got := c.balance(storetest.Area, ledger.Bank, ""); got != 100_00 {
		t.Errorf("the bank has %v", got)
	}
}

func TestMoveBetweenAreas(t *testing.T) {
	const shanghai = "310000"
	c := newTreasury(t)
	ctx := t.Context()
	there := c.registered(shanghai)
	p := c.mover()
	c.post(c.own("k", p, "2026-02-10", 100_00))
	part := ledger.Leg{Account: ledger.Personal, Party: p, Person: p, Scheme: insurance.Pension, PersonFen: 60_00}
	in := ledger.Move{Key: "m1", To: shanghai, Reason: "the person moved", Parts: []ledger.Leg{part}}
	for name, x := range map[string]struct {
		change func(*ledger.Move)
		want   string
	}{
		"to itself":        {func(m *ledger.Move) { m.To = storetest.Area }, "ledger.move_areas"},
		"to nowhere":       {func(m *ledger.Move) { m.To = "999999" }, "law.unknown_area"},
		"of the bank":      {func(m *ledger.Move) { m.Parts = []ledger.Leg{{Account: ledger.Bank, PersonFen: 1}} }, "ledger.move_part"},
		"backwards":        {func(m *ledger.Move) { m.Parts = []ledger.Leg{{Account: ledger.Fund, EmployerFen: -1}} }, "ledger.move_part"},
		"of a charge":      {func(m *ledger.Move) { m.Parts = []ledger.Leg{{Account: ledger.Fund, EmployerFen: 1, Charge: "c"}} }, "ledger.move_part"},
		"nobody's account": {func(m *ledger.Move) { m.Parts = []ledger.Leg{{Account: ledger.Personal, PersonFen: 1}} }, "ledger.move_part"},
		"without a key":    {func(m *ledger.Move) { m.Key = "" }, "ledger.no_key"},
	} {
		m := in
		x.change(&m)
		_, err := c.ProposeMove(ctx, c.finance, m)
		check(t, name, err, x.want)
	}
	a, err := c.ProposeMove(ctx, c.finance, in)
	check(t, "propose", err, "")
	_, err = c.DecideEntry(ctx, c.reviewer, office.Decision{Approval: a.ID, Grant: true})
	check(t, "approve", err, "")

	// what has left and not arrived stands on the clearing account
	if got := c.balance(storetest.Area, ledger.Clearing, shanghai); got != -60_00 {
		t.Errorf("on the way: %v", got)
	}
	if got := c.balance(storetest.Area, ledger.Personal, p); got != -40_00 {
		t.Errorf("left on the account: %v", got)
	}
	payload := c.moveJob()
	for range 2 { // a job may run twice
		if _, err := c.TakeMove(ctx, payload); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.balance(storetest.Area, ledger.Clearing, "") + c.balance(shanghai, ledger.Clearing, ""); got != 0 {
		t.Errorf("on the way after it arrived: %v", got)
	}
	if got := c.balance(shanghai, ledger.Personal, there); got != -60_00 {
		t.Errorf("arrived: %v", got)
	}
}

func TestClosePeriod(t *testing.T) {
	c := newTreasury(t)
	ctx := t.Context()
	month := func(s string) calendar.Month { return c.day(s + "-01").Month() }
	shut := func(name, m, want string) {
		t.Helper()
		_, err := c.ClosePeriod(ctx, c.finance, month(m))
		check(t, name, err, want)
	}
	_, err := c.ClosePeriod(ctx, c.clerk, month("2026-01"))
	check(t, "a clerk closes", err, "access.forbidden")
	shut("a month that is not over", "2026-03", "ledger.month_not_over")
	shut("the first", "2025-12", "")
	shut("again", "2025-12", "ledger.month_closed")
	shut("an earlier one", "2025-11", "ledger.month_closed")
	shut("out of turn", "2026-02", "ledger.month_order")
	shut("the next", "2026-01", "")
	e := c.post(c.own("k", "p", "2025-06-30", 100))[0]
	if e.PostedMonth != month("2026-02") || e.PostedOn != c.day("2025-06-30") {
		t.Errorf("money of June 2025 is posted into %v on %v; want the first open month", e.PostedMonth, e.PostedOn)
	}
	if list, err := c.ClosedPeriods(ctx, c.finance); err != nil || len(list) != 2 {
		t.Errorf("closed: %v, %v", list, err)
	}
}

// TestCreditInterest: the rate of 2024 is 2.62 % (cn/interest, verified). On
// 1,000.00 from before that is 26.20. 100.00 in each month of 2024 bear interest
// for 12 + 11 + ... + 1 = 78 months: 7,800.00 x 2.62 % / 12 = 17.03. The rate of
// 2025 is 1.5 %: on (1,000.00 + 1,200.00 + 43.23) it is 33.6485, 33.65.
func TestCreditInterest(t *testing.T) {
	c := newTreasury(t)
	ctx := t.Context()
	list := []ledger.Entry{c.own("old", "p", "2020-05-08", 1000_00)}
	for m := 1; m <= 12; m++ {
		list = append(list, c.own(fmt.Sprint("m", m), "p", fmt.Sprintf("2024-%02d-15", m), 100_00))
	}
	c.post(append(list, c.own("later", "q", "2026-01-05", 77_00))...)

	credit := func(name string, year, accounts int, amount money.Fen) {
		t.Helper()
		got, err := c.CreditInterest(ctx, c.finance, office.InterestInput{Scheme: insurance.Pension, Year: year})
		if check(t, name, err, ""); got.Accounts != accounts || got.Amount != amount {
			t.Errorf("%s: %+v, want %v for %d accounts", name, got, amount, accounts)
		}
	}
	_, err := c.CreditInterest(ctx, c.clerk, office.InterestInput{Scheme: insurance.Pension, Year: 2024})
	check(t, "a clerk credits", err, "access.forbidden")
	credit("2024", 2024, 1, 26_20+17_03)
	credit("2024 again", 2024, 0, 0)
	credit("2025", 2025, 1, 33_65)
	if got := c.balance(storetest.Area, ledger.Personal, "p"); got != -(2200_00 + 43_23 + 33_65) {
		t.Errorf("on the account: %v", got)
	}
	if got := c.balance(storetest.Area, ledger.Interest, ""); got != 43_23+33_65 {
		t.Errorf("the fund gave %v", got)
	}

	// Money of December 2024 that is booked late: 1,200.00 x 2.62 % / 12 = 2.62
	// for 2024, and (1,200.00 + 2.62) x 1.5 % more for 2025: 2,243.23 + 1,202.62 =
	// 3,445.85 x 1.5 % = 51.68775, less 33.65.
	c.post(c.own("late", "p", "2024-12-30", 1200_00))
	credit("2024 after late money", 2024, 1, 2_62)
	credit("2025 after late money", 2025, 1, 51_69-33_65)
	credit("2025 once more", 2025, 0, 0)
	// the same money goes and comes again: what was credited passes the same amounts anew
	c.post(c.own("gone", "p", "2024-12-30", -1200_00))
	credit("2024 without it", 2024, 1, -2_62)
	c.post(c.own("back", "p", "2024-12-30", 1200_00))
	credit("2024 with it again", 2024, 1, 2_62)
	if got := c.balance(storetest.Area, ledger.Personal, "p"); got != -(2200_00 + 1200_00 + 43_23 + 2_62 + 51_69) {
		t.Errorf("on the account: %v", got)
	}

	_, err = c.CreditInterest(ctx, c.finance, office.InterestInput{Scheme: insurance.Pension, Year: 2026})
	check(t, "a year that is not over", err, "ledger.year_not_over")
	c.clock.Add(400 * 24 * time.Hour)
	before := c.balance(storetest.Area, ledger.Personal, "")
	_, err = c.CreditInterest(ctx, c.finance, office.InterestInput{Scheme: insurance.Pension, Year: 2026})
	check(t, "a year without a rate", err, "ledger.no_interest_rate")
	_, err = c.CreditInterest(ctx, c.finance, office.InterestInput{Scheme: insurance.Medical, Year: 2024})
	check(t, "a scheme without a rate", err, "ledger.no_interest_rate")
	if after := c.balance(storetest.Area, ledger.Personal, ""); after != before {
		t.Errorf("credited without a rate: %v", after-before)
	}
}

func TestAccountsThatAreNone(t *testing.T) {
	o, _ := desk(t)
	q := as(access.Actor{ID: "f", Role: access.Finance, Areas: []string{storetest.Area}})
	_, err := o.Balances(t.Context(), q, "bogus", "", books.Page{})
	check(t, "balance of an account that is none", err, "ledger.unknown_account")
	for _, j := range []office.JournalQuery{{RefKind: "zzz"}, {RefKind: "zzz", Ref: "x"}, {Ref: "x"}} {
		_, err = o.Journal(t.Context(), q, j)
		check(t, "entries about what is no kind", err, "ledger.unknown_ref_kind")
	}
	for _, k := range ledger.RefKinds {
		if _, err = o.Journal(t.Context(), q, office.JournalQuery{RefKind: k, Ref: "x"}); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
	err = o.Store.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
		_, err := ledger.Post(t.Context(), tx, ledger.Entry{Kind: ledger.Transfer, Key: "k", PostedOn: tx.Today(), Legs: []ledger.Leg{{Account: "bogus", EmployerFen: 1}, {Account: ledger.Bank, EmployerFen: -1}}})
		return err
	})
	check(t, "a leg on an account that is none", err, "ledger.unknown_account")
}
