package office_test

import (
	"context"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/insurance"
	"bujiao/internal/job"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// TestMoveOfMoreThanIsThere: 100.00 are on the account.
func TestMoveOfMoreThanIsThere(t *testing.T) {
	c := newTreasury(t)
	p := c.mover("310000")
	c.post(c.own("k", p, "2026-02-10", 100_00))
	a, err := c.ProposeMove(t.Context(), c.finance, ledger.Move{Key: "m", To: "310000", Reason: "moved",
		Parts: []ledger.Leg{{Account: ledger.Personal, Party: p, Person: p, Scheme: insurance.Pension, PersonFen: 100_01}}})
	check(t, "proposed", err, "")
	_, err = c.DecideEntry(t.Context(), c.reviewer, office.Decision{Approval: a.ID, Grant: true})
	check(t, "approved", err, "ledger.move_not_held")
}

// mover registers a person here and in other areas, and gives the id here.
func (c *treasury) mover(areas ...string) string {
	c.t.Helper()
	for _, area := range areas {
		c.registered(area)
	}
	return c.registered(storetest.Area)
}

func (c *treasury) registered(area string) string {
	c.t.Helper()
	q := as(access.Actor{ID: "clerk", Role: access.Clerk, Areas: []string{area}})
	q.Area = area
	ref, err := c.RegisterPerson(c.t.Context(), q, registry.NewPerson{Document: registry.Document{Number: number("110105", "1990-03-07", 1)}, Name: "王小明"})
	if err != nil {
		c.t.Fatal(err)
	}
	return ref.ID
}

// TestMoveFindsThePerson: an area knows a person by an id of its own.
func TestMoveFindsThePerson(t *testing.T) {
	const shanghai = "310000"
	c := newTreasury(t)
	ctx := t.Context()
	p := c.mover()
	c.post(c.own("k", p, "2026-02-10", 100_00))
	in := ledger.Move{Key: "m", To: shanghai, Reason: "moved", Parts: []ledger.Leg{{Account: ledger.Personal, Party: p, Person: p, Scheme: insurance.Pension, PersonFen: 60_00}}}
	_, err := c.ProposeMove(ctx, c.finance, in)
	check(t, "not registered there", err, "ledger.move_person")
	there := c.registered(shanghai)
	if there == p {
		t.Fatal("one id in two areas")
	}
	nobody := in
	nobody.Parts = []ledger.Leg{{Account: ledger.Personal, Party: "x", Person: "x", Scheme: insurance.Pension, PersonFen: 1}}
	_, err = c.ProposeMove(ctx, c.finance, nobody)
	check(t, "not registered here", err, "ledger.move_nobody")
	a, err := c.ProposeMove(ctx, c.finance, in)
	check(t, "propose", err, "")
	_, err = c.DecideEntry(ctx, c.reviewer, office.Decision{Approval: a.ID, Grant: true})
	check(t, "approve", err, "")
	if _, err := c.TakeMove(ctx, c.moveJob()); err != nil {
		t.Fatal(err)
	}
	if got := c.balance(shanghai, ledger.Personal, there); got != -60_00 {
		t.Errorf("arrived: %v", got)
	}
	if got := c.balance(shanghai, ledger.Personal, p); got != 0 {
		t.Errorf("on the account of an id that nobody has there: %v", got)
	}
}

// moveJob is the payload of the job that takes a move.
func (c *treasury) moveJob() (payload string) {
	c.t.Helper()
	storetest.View(c.t, c.Store, func(ctx context.Context, tx store.Tx) error {
		jobs, err := tx.Jobs(ctx, job.Ready, books.Page{})
		for _, j := range jobs {
			if j.Kind == office.MoveJob {
				payload = j.Payload
			}
		}
		return err
	})
	return payload
}

// TestMoveOfMoreThanTheFundHolds: 100.00 are in the pension fund, and 500.00 in
// that of another scheme.
func TestMoveOfMoreThanTheFundHolds(t *testing.T) {
	c := newTreasury(t)
	ctx := t.Context()
	fund := func(key string, s insurance.Scheme, f money.Fen) ledger.Entry {
		return ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: key, Key: key, PostedOn: c.day("2026-02-10"), Legs: []ledger.Leg{
			{Account: ledger.Bank, Party: "bank", EmployerFen: f}, {Account: ledger.Fund, Scheme: s, FeeMonth: c.day("2026-01-01").Month(), EmployerFen: -f}}}
	}
	c.post(fund("a", insurance.Pension, 60_00), fund("b", insurance.Pension, 40_00), fund("c", insurance.Medical, 500_00))
	move := func(key string, f money.Fen, want string) {
		t.Helper()
		a, err := c.ProposeMove(ctx, c.finance, ledger.Move{Key: key, To: "310000", Reason: "moved", Parts: []ledger.Leg{
			{Account: ledger.Fund, Scheme: insurance.Pension, EmployerFen: f - 1}, {Account: ledger.Fund, Scheme: insurance.Pension, PersonFen: 1}}})
		check(t, key+" proposed", err, "")
		_, err = c.DecideEntry(ctx, c.reviewer, office.Decision{Approval: a.ID, Grant: true})
		check(t, key+" approved", err, want)
	}
	move("too much", 100_01, "ledger.move_not_covered")
	move("half", 50_00, "")
	move("more than is left", 50_01, "ledger.move_not_covered")
	move("the rest", 50_00, "")
	if got := c.balance(storetest.Area, ledger.Fund, ""); got != -500_00 {
		t.Errorf("left: %v", got)
	}
}
