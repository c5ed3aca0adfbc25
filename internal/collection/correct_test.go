package collection_test

import (
	"context"
	"slices"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// booking is the entry of the last payment of an order.
func (c *till) booking(order string) (e ledger.Entry) {
	c.Helper()
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		payments, err := tx.PaymentsOf(ctx, order)
		if err != nil {
			return err
		}
		list, err := tx.EntriesOf(ctx, "payment", payments[len(payments)-1].ID)
		e = list[0]
		return err
	})
	return e
}

func (c *till) correct(key string, e ledger.Entry, legs []ledger.Leg) error {
	return c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) error {
		_, err := collection.Correct(c.Context(), tx, ledger.Correcting{Entry: e.ID, Legs: legs, Reason: "another payer's"}, key)
		return err
	})
}

// listed reports whether an order is on the list of open ones.
func (c *till) listed(order string) (on bool) {
	c.Helper()
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.OpenOrders(ctx)
		on = slices.ContainsFunc(list, func(o collection.Order) bool { return o.ID == order })
		return err
	})
	return on
}

// A payment that was booked by mistake is taken back: its order asks for the
// money again, and is paid by the next payment of the whole.
func TestOrderOfACorrectedReceiptIsOpenAgain(t *testing.T) {
	each(t, func(c *till) {
		o := c.order("a", collection.Counter, "", charge("a1", "2026-01", insurance.Pension), charge("a2", "2026-01", insurance.Unemployment))
		if err := c.counter(o.ID, o.Total(), "r1"); err != nil {
			t.Fatal(err)
		}
		wrong := c.booking(o.ID)
		c.want("paid", c.standing(o.ID).State, "paid")
		c.want("a paid order is listed", c.listed(o.ID), false)
		if err := c.correct("1", wrong, wrong.Reversal()); err != nil {
			t.Fatal(err)
		}
		st := c.standing(o.ID)
		c.want("after the correction", []any{st.State, st.Paid, st.Open, c.listed(o.ID)}, []any{"open", "0.00", o.Total(), true})
		c.want("on the accounts", []string{c.balance(ledger.Bank), c.balance(ledger.Fund), c.balance(ledger.Personal)}, []string{"0.00", "0.00", "0.00"})
		c.refuses("taken back twice", "collection.correction_amount", func() error { return c.correct("2", wrong, wrong.Reversal()) })
		c.refuses("the suspense gets it", "collection.correction_suspense", func() error {
			legs := wrong.Reversal()
			legs[0].Account = ledger.Suspense
			return c.correct("2", wrong, legs)
		})
		c.later()
		if err := c.counter(o.ID, 100_00, "r2"); err != nil { // in part: what it pays of each charge begins anew
			t.Fatal(err)
		}
		c.want("part of it", c.standing(o.ID).State, "part_paid")
		c.later()
		if err := c.counter(o.ID, o.Total()-100_00, "r3"); err != nil {
			t.Fatal(err)
		}
		c.want("paid again", []any{c.standing(o.ID).State, c.listed(o.ID)}, []any{"paid", false})
		c.want("receivable", c.balance(ledger.Receivable), "0.00")
		c.want("of the persons", c.balance(ledger.Personal), "-572.96") // 8 % of 7,162.00, once
	})
}

// Money that was booked for the wrong order goes to the right one.
func TestReceiptIsCorrectedToAnotherOrder(t *testing.T) {
	each(t, func(c *till) {
		a := c.order("a", collection.Counter, "", charge("a1", "2026-01", insurance.Unemployment))
		b := c.order("b", collection.Counter, "", charge("b1", "2026-02", insurance.Unemployment))
		c.bill("x", charge("x1", "2025-12", insurance.Unemployment)) // nobody ordered it
		if err := c.counter(a.ID, a.Total(), "r1"); err != nil {
			t.Fatal(err)
		}
		wrong := c.booking(a.ID)
		to := func(charge, month string) []ledger.Leg {
			var legs []ledger.Leg
			for _, l := range wrong.Reversal() {
				if l.Charge == "" {
					continue // the money stays where it is
				}
				right := l
				right.Charge, right.FeeMonth, right.EmployerFen, right.PersonFen = charge, day(month+"-01").Month(), -l.EmployerFen, -l.PersonFen
				legs = append(legs, l, right)
			}
			return legs
		}
		c.refuses("to no order", "collection.correction_order", func() error { return c.correct("1", wrong, to("x1", "2025-12")) })
		c.refuses("to no charge", "collection.correction_charge", func() error { return c.correct("1", wrong, to("", "2026-02")) })
		if err := c.correct("1", wrong, to("b1", "2026-02")); err != nil {
			t.Fatal(err)
		}
		c.want("the wrong one", []any{c.standing(a.ID).State, c.listed(a.ID)}, []any{"open", true})
		c.want("the right one", []any{c.standing(b.ID).State, c.listed(b.ID)}, []any{"paid", false})
		c.refuses("more for the right one", "collection.order_paid", func() error { return c.counter(b.ID, 1, "r2") })
		if err := c.counter(a.ID, a.Total(), "r3"); err != nil {
			t.Fatal(err)
		}
		c.want("the wrong one is paid", c.standing(a.ID).State, "paid")
	})
}

// What the bank was asked for is not paid by a correction besides.
func TestNoCorrectionToAnOrderAtTheBank(t *testing.T) {
	each(t, func(c *till) {
		o := c.order("a", collection.Mandate, "6222020200112230456", charge("a1", "2026-01", insurance.Unemployment))
		if err := c.counter(o.ID, 10_00, "r1"); err != nil {
			t.Fatal(err)
		}
		wrong := c.booking(o.ID)
		c.send("102")
		more := make([]ledger.Leg, len(wrong.Legs))
		copy(more, wrong.Legs)
		c.refuses("more", "collection.order_at_bank", func() error { return c.correct("1", wrong, more) })
		if err := c.correct("1", wrong, wrong.Reversal()); err != nil { // less may go
			t.Fatal(err)
		}
		st := c.standing(o.ID)
		c.want("still asked for", []any{st.State, st.Open, st.Asked}, []any{"at_bank", o.Total(), o.Total() - 10_00})
	})
}
