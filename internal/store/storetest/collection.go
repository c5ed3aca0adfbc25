package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

func collected(t *testing.T, e Engine) {
	t.Run("orders", func(t *testing.T) { orders(t, e) })
	t.Run("open orders", func(t *testing.T) { openOrders(t, e) })
	t.Run("bank files", func(t *testing.T) { bankFiles(t, e) })
	t.Run("suspense and refunds", func(t *testing.T) { desk(t, e) })
	t.Run("locked orders wait", func(t *testing.T) { lockedOrders(t, e) })
}

// feb is a day of February 2026.
func feb(d int) calendar.Date { return calendar.NewMonth(2026, 2).First() + calendar.Date(d-1) }

func anOrder(id string, employerFen money.Fen) collection.Order {
	return collection.Order{ID: id, Notice: "n-" + id, Employer: "e1", Month: calendar.NewMonth(2026, 2), Channel: "mandate", Bank: "102", Account: "box",
		DueOn: feb(25), EmployerFen: employerFen, PersonFen: 800, LateFee: 7, CreatedOn: feb(3)}
}

func orders(t *testing.T, e Engine) {
	db, clock := New(t, e)
	want := anOrder("o1", 1600)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		want.At = tx.At()
		flexible := anOrder("o3", 5)
		flexible.Employer, flexible.Person = "", "p1"
		return errors.Join(
			tx.AddOrder(ctx, want, []collection.Item{{Charge: "c2", EmployerFen: 600, PersonFen: 300}, {Charge: "c1", EmployerFen: 1000, PersonFen: 500, LateFee: 7}}),
			tx.AddOrder(ctx, anOrder("o2", 0), []collection.Item{{Charge: "c1", LateFee: 1}}),
			tx.AddOrder(ctx, flexible, nil),
			tx.AddOrderEvent(ctx, collection.Event{ID: "b", Order: "o1", Kind: "created", On: feb(3), Amount: 2407}))
	})
	clock.Add(time.Second)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.AddOrderEvent(ctx, collection.Event{ID: "a", Order: "o1", Kind: "failed", On: feb(4), Reason: "insufficient_funds", File: "f", BankLine: "l"}),
			tx.AddPayment(ctx, collection.Payment{ID: "p1", Source: "debit", BankLine: "l2", Order: "o1", Amount: 2407, PaidOn: feb(5), Reason: "r", Key: "k1"}))
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.Order(ctx, "o1")
		if err != nil || got != want || got.Total() != 2407 {
			t.Errorf("order: %+v, %v; want %+v", got, err, want)
		}
		if _, err := tx.Order(ctx, "none"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("an order that is not there: %v", err)
		}
		items, err := tx.OrderItems(ctx, "o2", "o1", "o2")
		if err != nil || len(items) != 3 || items[0] != (collection.Item{Order: "o1", Charge: "c1", EmployerFen: 1000, PersonFen: 500, LateFee: 7}) || items[2].Order != "o2" {
			t.Errorf("items: %+v, %v", items, err)
		}
		if none, err := tx.OrderItems(ctx); err != nil || len(none) != 0 {
			t.Errorf("items of no order: %v, %v", none, err)
		}
		of, err := tx.ItemsOfCharges(ctx, "c1", "none")
		if err != nil || len(of) != 2 || of[0] != items[0] || of[1].Order != "o2" || of[1].Charge != "c1" {
			t.Errorf("items of a charge: %v, %v", of, err)
		}
		events, err := tx.OrderEvents(ctx, "o1", "o2")
		if err != nil || len(events) != 2 || events[0].Kind != "created" || events[1].Reason != "insufficient_funds" || events[1].File != "f" || events[1].BankLine != "l" || events[1].Actor != "system" {
			t.Errorf("events come in time, whatever their ids: %+v, %v", events, err)
		}
		paid, err := tx.PaymentsOf(ctx, "o1", "o2")
		if err != nil || len(paid) != 1 || paid[0].Amount != 2407 || paid[0].PaidOn != feb(5) || paid[0].ArrivedOn != 0 || paid[0].Key != "k1" {
			t.Errorf("payments: %+v, %v", paid, err)
		}
		if p, err := tx.Payment(ctx, "p1"); err != nil || p != paid[0] {
			t.Errorf("payment: %+v, %v", p, err)
		}
		if p, err := tx.PaymentByKey(ctx, "k1"); err != nil || p != paid[0] {
			t.Errorf("payment by key: %+v, %v", p, err)
		}
		for name, c := range map[string]struct {
			employer, person string
			m                calendar.Month
			want             int
		}{"employer": {"e1", "", 0, 2}, "month": {"e1", "", calendar.NewMonth(2026, 2), 2}, "other month": {"e1", "", calendar.NewMonth(2026, 3), 0}, "person": {"", "p1", 0, 1}} {
			if got, err := tx.OrdersOf(ctx, c.employer, c.person, c.m); err != nil || len(got) != c.want {
				t.Errorf("orders by %s: %d, want %d (%v)", name, len(got), c.want, err)
			}
		}
		if got, err := tx.OrdersByID(ctx, "o2", "none", "o1"); err != nil || len(got) != 2 || got[0].ID != "o1" {
			t.Errorf("orders by id: %+v, %v", got, err)
		}
		if got, err := tx.OrdersOfNotice(ctx, "n-o2"); err != nil || len(got) != 1 || got[0].ID != "o2" {
			t.Errorf("orders of a notice: %+v, %v", got, err)
		}
		return nil
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error {
		return tx.AddPayment(t.Context(), collection.Payment{ID: "p2", Order: "o1", Key: "k1"})
	})
	if !books.Taken(err, "payment") {
		t.Errorf("the key of a payment again: %v", err)
	}
}

func openOrders(t *testing.T, e Engine) {
	db, _ := New(t, e)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i := range 4 {
			o := anOrder(fmt.Sprint("o", i), 100)
			o.CreatedOn = feb(20 - i)
			if err := tx.AddOrder(ctx, o, nil); err != nil {
				return err
			}
		}
		return nil
	})
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.CloseOrders(ctx, "o2", "o3", "none", "o2") })
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.CloseOrders(ctx, "o3") })
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.OpenOrders(ctx)
		if err != nil || len(got) != 2 || got[0].ID != "o1" || got[1].ID != "o0" {
			t.Errorf("open orders, oldest first: %+v, %v", got, err)
		}
		return nil
	})
}

func bankFiles(t *testing.T, e Engine) {
	db, _ := New(t, e)
	f := collection.File{ID: "f1", Bank: "102", Layout: "l", Direction: "result", Hash: "h", Name: "a.txt", Lines: 2, Amount: 30, On: feb(5)}
	lines := []collection.BankLine{{ID: "z", File: "f1", Seq: 1, Reference: "o1", Amount: 10, On: feb(5), AccountHash: "a", Memo: "㐂䶮𠮷", Result: "ok"},
		{ID: "y", File: "f1", Seq: 2, Reference: "o2", Amount: 20, Result: "failed", Reason: "insufficient_funds"}}
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.AddFile(ctx, f, lines) })
	f2 := f
	f2.ID = "f2"
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddFile(t.Context(), f2, nil) })
	if !books.Taken(err, "bank_file") {
		t.Errorf("the same file again: %v", err)
	}
	f2.Direction = "statement"
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.AddFile(ctx, f2, nil) })
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		f.At, f.Actor = tx.At(), "system"
		if got, err := tx.File(ctx, "f1"); err != nil || got != f {
			t.Errorf("file: %+v, %v", got, err)
		}
		if got, err := tx.FileByHash(ctx, "result", "h"); err != nil || got != f {
			t.Errorf("by hash: %+v, %v", got, err)
		}
		if _, err := tx.FileByHash(ctx, "out", "h"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("by hash, another direction: %v", err)
		}
		got, err := tx.FileLines(ctx, "f1")
		for i := range lines {
			lines[i].At = tx.At()
		}
		if err != nil || !slices.Equal(got, lines) {
			t.Errorf("lines: %+v, %v", got, err)
		}
		if l, err := tx.BankLine(ctx, "y"); err != nil || l != lines[1] {
			t.Errorf("line: %+v, %v", l, err)
		}
		if many, err := tx.FilesByID(ctx, "f2", "f1", "none"); err != nil || len(many) != 2 || many[0] != f {
			t.Errorf("files by id: %+v, %v", many, err)
		}
		if many, err := tx.BankLinesByID(ctx, "z", "y", "none"); err != nil || len(many) != 2 || many[0] != lines[1] || many[1] != lines[0] {
			t.Errorf("lines by id: %+v, %v", many, err)
		}
		page, err := tx.Files(ctx, books.Page{After: "f1", Limit: 1})
		if err != nil || len(page) != 1 || page[0].ID != "f2" {
			t.Errorf("page: %+v, %v", page, err)
		}
		return nil
	})
}

func desk(t *testing.T, e Engine) {
	db, _ := New(t, e)
	s := collection.Suspense{ID: "s1", BankLine: "l1", Amount: 10, Owner: "finance", OpenedOn: feb(5), Proposal: "x", ProposedOrder: "o1", Reason: "tie", State: "open"}
	r := collection.RefundCase{ID: "r1", Kind: "duplicate_month", Employer: "e1", Person: "p1", Scheme: insurance.Pension, FeeMonth: calendar.NewMonth(2026, 1), Charge: "c1",
		Payment: "y1", EmployerFen: 1600, PersonFen: 800, LateFee: 3, Reason: "twice", State: "requested", RequestedBy: "u1", RequestedOn: feb(6)}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.AddSuspense(ctx, s), tx.AddRefund(ctx, r))
	})
	var old collection.Suspense
	var oldRefund collection.RefundCase
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		var err error
		if old, err = tx.SuspenseItem(ctx, "s1"); err != nil {
			return err
		}
		if oldRefund, err = tx.RefundCase(ctx, "r1"); err != nil {
			return err
		}
		s, r := old, oldRefund
		s.State, s.ClosedOn, s.ClosedBy = "claimed", feb(7), "u2"
		r.State, r.DecidedBy, r.DecidedOn, r.Entry = "paid", "u3", feb(8), "en"
		return errors.Join(tx.SaveSuspense(ctx, s), tx.SaveRefund(ctx, r))
	})
	for name, save := range map[string]func(store.Tx) error{
		"suspense": func(tx store.Tx) error { return tx.SaveSuspense(t.Context(), old) },
		"refund":   func(tx store.Tx) error { return tx.SaveRefund(t.Context(), oldRefund) },
	} {
		if err := db.Update(t.Context(), Area, save); !errors.Is(err, books.ErrStale) {
			t.Errorf("%s saved over a newer one: %v", name, err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		if open, err := tx.SuspenseItems(ctx, "open", books.Page{}); err != nil || len(open) != 0 {
			t.Errorf("open: %+v, %v", open, err)
		}
		claimed, err := tx.SuspenseItems(ctx, "claimed", books.Page{})
		if err != nil || len(claimed) != 1 || claimed[0].ClosedOn != feb(7) || claimed[0].Proposal != "x" || claimed[0].OpenedOn != feb(5) || claimed[0].ProposedOrder != "o1" {
			t.Errorf("claimed: %+v, %v", claimed, err)
		}
		if of, err := tx.RefundsOf(ctx, "p1"); err != nil || len(of) != 1 || of[0].Charge != "c1" {
			t.Errorf("refunds of a person: %+v, %v", of, err)
		}
		for name, f := range map[string]collection.RefundFilter{"another employer": {State: "paid", Employer: "e2"}, "another state": {State: "requested", Employer: r.Employer},
			"a person whose employer pays": {State: "paid", Person: r.Person}} {
			if list, err := tx.RefundCases(ctx, f, books.Page{}); err != nil || len(list) != 0 {
				t.Errorf("refunds of %s: %+v, %v", name, list, err)
			}
		}
		if of, err := tx.RefundCases(ctx, collection.RefundFilter{State: "paid", Employer: r.Employer}, books.Page{}); err != nil || len(of) != 1 {
			t.Errorf("refunds of an employer: %+v, %v", of, err)
		}
		paid, err := tx.RefundCases(ctx, collection.RefundFilter{State: "paid"}, books.Page{})
		if err != nil || len(paid) != 1 {
			t.Fatalf("refunds: %+v, %v", paid, err)
		}
		r.State, r.DecidedBy, r.DecidedOn, r.Entry = "paid", "u3", feb(8), "en"
		paid[0].Stored = nil
		if fmt.Sprintf("%+v", paid[0]) != fmt.Sprintf("%+v", r) {
			t.Errorf("refund: %+v, want %+v", paid[0], r)
		}
		return nil
	})
}

// lockedOrders: two that pay one order at once read each other's payment.
func lockedOrders(t *testing.T, e Engine) {
	db, _ := New(t, e)
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.AddOrder(ctx, anOrder("o1", 100), nil) })
	const n = 8
	errs := make(chan error, n)
	for i := range n {
		go func() {
			errs <- db.Update(t.Context(), Area, func(tx store.Tx) error {
				if err := tx.LockOrders(t.Context(), "o1", "none"); err != nil {
					return err
				}
				paid, err := tx.PaymentsOf(t.Context(), "o1")
				if err != nil || len(paid) > 0 {
					return err
				}
				return tx.AddPayment(t.Context(), collection.Payment{ID: fmt.Sprint(i), Order: "o1", Amount: 907, Key: fmt.Sprint(i)})
			})
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		paid, err := tx.PaymentsOf(ctx, "o1")
		if err != nil || len(paid) != 1 {
			t.Errorf("paid %d times, want once (%v)", len(paid), err)
		}
		return nil
	})
}
