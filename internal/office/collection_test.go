package office_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// cashier is the desk's office with law, an employer m that gave a mandate, and
// a notice of 100.00 and 50.00 to it.
func cashier(t *testing.T) *office.Office {
	t.Helper()
	o, _ := desk(t)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	o.Laws = laws
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		day := storetest.Day(t, "2020-01-01")
		m := storetest.Day(t, "2026-02-01").Month()
		return errors.Join(
			tx.NewEmployer(ctx, registry.Employer{ID: "m", CreditCode: "91350100M000100Y44", Name: "店", Status: "active", Bank: "105", BankAccount: "6222020200112230999", MandateFrom: day, From: day, KnownOn: day}),
			tx.AddDeclaration(ctx, declaration.Declaration{ID: "d", Employer: "m", Month: m, Kind: declaration.Normal}, nil),
			tx.AddCharges(ctx, []declaration.Charge{{ID: "c", Declaration: "d", Employer: "m", Person: "p", Payer: insurance.Employee, Scheme: insurance.Unemployment, FeeMonth: m, PostedMonth: m,
				Kind: declaration.ChargeNormal, EmployerFen: 10000, PersonFen: 5000}}),
			tx.AddNotice(ctx, declaration.Notice{ID: "n", Employer: "m", Month: m, Declaration: "d", EmployerFen: 10000, PersonFen: 5000}))
	})
	return o
}

func staff(id string, r access.Role) office.Request {
	return as(access.Actor{ID: id, Role: r, Areas: []string{storetest.Area}})
}

func TestOrderOfANotice(t *testing.T) {
	o := cashier(t)
	ctx := t.Context()
	agent := func(employer string) office.Request {
		return as(access.Actor{ID: "agent", Role: access.EmployerAgent, Areas: []string{storetest.Area}, Employer: employer})
	}
	_, err := o.CreateOrder(ctx, agent("e"), office.OrderInput{Notice: "n"})
	check(t, "another employer's notice", err, "access.not_yours")
	_, err = o.CreateOrder(ctx, agent("e"), office.OrderInput{Notice: "none"})
	check(t, "a notice that is none is told like one of another", err, "access.not_yours")
	_, err = o.CreateOrder(ctx, staff("c", access.Clerk), office.OrderInput{Notice: "none"})
	check(t, "no notice", err, "collection.no_notice")
	_, err = o.CreateOrder(ctx, agent("m"), office.OrderInput{Notice: "n", Channel: "cash"})
	check(t, "no channel", err, "collection.no_channel")

	q := agent("m")
	q.Key = "k1"
	order, err := o.CreateOrder(ctx, q, office.OrderInput{Notice: "n"})
	check(t, "own notice", err, "")
	if order.Channel != collection.Mandate || order.Bank != "105" || order.Total() != 15000 {
		t.Errorf("order: %+v", order)
	}
	again, err := o.CreateOrder(ctx, q, office.OrderInput{Notice: "n"})
	check(t, "the same key again", err, "")
	if again.ID != order.ID {
		t.Errorf("the same key made %s, then %s", order.ID, again.ID)
	}
	_, err = o.Order(ctx, agent("e"), order.ID)
	check(t, "another employer's order", err, "access.not_yours")

	_, _, err = o.SendBatch(ctx, agent("m"), "105")
	check(t, "a batch is not for employers", err, "access.forbidden")
	finance := staff("f", access.Finance)
	f, data, err := o.SendBatch(ctx, finance, "105")
	check(t, "send", err, "")
	if !bytes.Contains(data, []byte("6222020200112230999")) {
		t.Errorf("the bank cannot know whom to debit: %s", data)
	}
	result := "results,105,2026-03-02," + f.ID + "\nresult," + order.ID + ",150.00,2026-03-02,OK,\nend,1,150.00\n"
	taken, err := o.TakeResults(ctx, finance, office.FileInput{Bank: "105", Name: "张三 r-1.csv", Data: []byte(result)})
	check(t, "result", err, "")
	if taken.Paid != 1 || taken.File.Name != "r-1.csv" {
		t.Errorf("taken: %+v", taken)
	}
	v, err := o.Order(ctx, agent("m"), order.ID)
	check(t, "own order", err, "")
	if v.Standing.State != "paid" || len(v.Payments) != 1 {
		t.Errorf("view: %+v", v.Standing)
	}
	storetest.View(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditLines(ctx, books.Page{Limit: 1000})
		for _, l := range lines {
			if strings.Contains(l.Before+l.After+l.Reason, "622202") {
				t.Errorf("the audit has an account: %+v", l)
			}
		}
		return err
	})
}

// A refund is decided by another person than the one who asked for it.
func TestRefundNeedsAnother(t *testing.T) {
	o := cashier(t)
	ctx := t.Context()
	order, err := o.CreateOrder(ctx, staff("f", access.Finance), office.OrderInput{Notice: "n", Channel: collection.Counter})
	check(t, "order", err, "")
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		m := storetest.Day(t, "2026-02-01").Month()
		return errors.Join(tx.AddDeclaration(ctx, declaration.Declaration{ID: "d2", Employer: "m", Month: m, Kind: declaration.Settlement}, nil),
			tx.AddCharges(ctx, []declaration.Charge{{ID: "back", Declaration: "d2", Employer: "m", Person: "p", Payer: insurance.Employee, Scheme: insurance.Unemployment, FeeMonth: m,
				PostedMonth: m, Kind: declaration.ChargeSettlement, EmployerFen: -100, Settles: "c"}}))
	})
	_, err = o.ReceiveAtCounter(ctx, staff("f", access.Finance), office.CounterInput{Order: order.ID, Amount: 15000, PaidOn: storetest.Day(t, "2026-03-02"), Receipt: "1"})
	check(t, "pay", err, "")
	ask := collection.RefundCase{Kind: collection.OfSettlement, Charge: "back", EmployerFen: 100, Reason: "paid too much"}
	_, err = o.RequestRefund(ctx, as(access.Actor{ID: "x", Role: access.EmployerAgent, Areas: []string{storetest.Area}, Employer: "e"}), ask)
	check(t, "another employer asks", err, "access.not_yours")
	both := staff("r", access.Reviewer)
	clerk := both
	clerk.Actor.Role = access.Clerk // one person in two roles
	r, err := o.RequestRefund(ctx, clerk, ask)
	check(t, "ask", err, "")
	_, err = o.DecideRefund(ctx, both, office.RefundDecision{Refund: r.ID, Approve: true})
	check(t, "the same person decides", err, "access.another_pair_of_eyes")
	_, err = o.DecideRefund(ctx, both, office.RefundDecision{Refund: "none", Approve: true})
	check(t, "one that is not there", err, "collection.no_refund")
	done, err := o.DecideRefund(ctx, staff("r2", access.Reviewer), office.RefundDecision{Refund: r.ID, Approve: true})
	check(t, "another decides", err, "")
	if done.State != "approved" || done.DecidedBy != "r2" {
		t.Errorf("decided: %+v", done)
	}
	list, err := o.Refunds(ctx, staff("a", access.Auditor), "approved", books.Page{})
	if err != nil || len(list) != 1 {
		t.Errorf("refunds: %+v, %v", list, err)
	}
}
