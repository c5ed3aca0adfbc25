package collection_test

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// credit is a difference of 24.00 in the payer's favour that settles a charge.
func credit(id, settles string) declaration.Charge {
	c := charge(id, "2026-01", insurance.Pension)
	c.EmployerFen, c.PersonFen, c.Kind, c.Settles, c.Base = -1600, -800, declaration.ChargeSettlement, settles, nil
	return c
}

func (c *till) createOrder(notice string) (o collection.Order, err error) {
	err = c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) (err error) {
		o, err = collection.CreateOrder(c.Context(), tx, notice, collection.Way{Channel: collection.Transfer})
		return err
	})
	return o, err
}

func (c *till) ask(r collection.RefundCase) error {
	return c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) error {
		_, err := collection.RequestRefund(c.Context(), tx, r)
		return err
	})
}

// refund asks for a refund and approves it.
func (c *till) refund(r collection.RefundCase) error {
	return c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) error {
		r, err := collection.RequestRefund(c.Context(), tx, r)
		if err == nil {
			_, err = collection.DecideRefund(c.Context(), tx, c.law(), r.ID, true, "")
		}
		return err
	})
}

// A charge that a settlement's order took with it is not asked for again by the
// order of its own notice; the others of that notice are.
func TestChargeIsOrderedOnce(t *testing.T) {
	each(t, func(c *till) {
		c.bill("a", charge("a1", "2026-01", insurance.Pension))
		two := c.bill("b", charge("b1", "2026-01", insurance.Pension), charge("b2", "2026-02", insurance.Unemployment))
		more := charge("s3", "2026-02", insurance.Unemployment)
		more.Kind = declaration.ChargeSettlement
		c.bill("s", credit("s1", "a1"), credit("s2", "b1"), more)
		o, err := c.createOrder("n-s") // 2 x (1718.88 - 24.00) + 71.62
		if err != nil || o.Total().String() != "3461.38" {
			t.Fatalf("settlement: %v, %v", o.Total(), err)
		}
		c.refuses("the first notice", "collection.order_exists", func() error { _, err := c.createOrder("n-a"); return err })
		rest, err := c.createOrder(two)
		c.want("of the other notice what nobody ordered", rest.Total(), "71.62")
		if err != nil {
			t.Error(err)
		}
		if err := c.counter(o.ID, o.Total(), "r1"); err != nil {
			t.Fatal(err)
		}
		c.refuses("the first notice once all is paid", "collection.order_exists", func() error { _, err := c.createOrder("n-a"); return err })
	})
}

// Two notices that want one charge at the same moment: it is asked for once, and
// once less what lowers it.
func TestChargeIsOrderedAtOnce(t *testing.T) {
	each(t, func(c *till) {
		c.bill("a", charge("a1", "2026-01", insurance.Pension))
		more := charge("s3", "2026-02", insurance.Unemployment)
		more.Kind = declaration.ChargeSettlement
		c.bill("s", credit("s1", "a1"), more)
		type made struct {
			order collection.Order
			err   error
		}
		done := make(chan made, 2)
		for _, n := range []string{"n-a", "n-s"} {
			go func() { o, err := c.createOrder(n); done <- made{o, err} }()
		}
		var asked money.Fen
		for range 2 {
			var f *fault.Error
			switch x := <-done; {
			case x.err == nil:
				asked += x.order.Total()
			case !errors.As(x.err, &f) || f.Kind != fault.Conflict:
				t.Error(x.err)
			}
		}
		c.want("asked for", asked, "1766.50") // 1718.88 - 24.00 + 71.62
	})
}

// What was given back is not given back again, whatever it is called.
func TestGivenBackOnce(t *testing.T) {
	c := open(t, storetest.SQLite)
	a := c.order("a", collection.Counter, "", charge("a1", "2026-01", insurance.Pension))
	twice := charge("b1", "2026-01", insurance.Pension)
	twice.Employer = "e2"
	b := c.order("b", collection.Counter, "", twice)
	if err := errors.Join(c.counter(a.ID, a.Total(), "1"), c.counter(b.ID, b.Total(), "2")); err != nil {
		t.Fatal(err)
	}
	back := collection.RefundCase{Kind: collection.DuplicateMonth, Charge: "b1", EmployerFen: 114592, PersonFen: 57296}
	wrong := back
	wrong.Kind = collection.Overpaid
	c.refuses("what was billed is not too much", "collection.more_than_paid", func() error { return c.ask(wrong) })
	if err := c.refund(back); err != nil {
		t.Fatal(err)
	}
	var minus string
	storetest.View(t, c.db, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.ChargesOf(ctx, []string{"p1"})
		for _, x := range list {
			if x.EmployerFen < 0 {
				minus = x.ID
			}
		}
		return err
	})
	for _, kind := range []string{collection.OfSettlement, collection.Overpaid} {
		c.refuses("the charge of the refund as "+kind, "collection.more_than_paid", func() error {
			return c.ask(collection.RefundCase{Kind: kind, Charge: minus, EmployerFen: 1})
		})
	}
	c.refuses("the month once more", "collection.not_paid_twice", func() error { return c.ask(back) })
	back.Charge = "a1"
	c.refuses("the month that counts", "collection.not_paid_twice", func() error { return c.ask(back) })
}

// A difference is given back or set off, never both.
func TestCreditIsUsedOnce(t *testing.T) {
	c := open(t, storetest.SQLite)
	more := charge("s3", "2026-02", insurance.Unemployment)
	a := c.order("a", collection.Counter, "", charge("a1", "2026-01", insurance.Pension))
	if err := c.counter(a.ID, a.Total(), "1"); err != nil {
		t.Fatal(err)
	}
	c.bill("s", credit("s1", "a1"), more)
	back := collection.RefundCase{Kind: collection.OfSettlement, Charge: "s1", EmployerFen: 1600, PersonFen: 800}
	if err := c.refund(back); err != nil {
		t.Fatal(err)
	}
	o, err := c.createOrder("n-s")
	if err != nil {
		t.Fatal(err)
	}
	c.want("asked for after the refund", o.Total(), "71.62")

	c.bill("t", credit("t1", "a1"), func() declaration.Charge { x := more; x.ID = "t3"; return x }())
	if o, err = c.createOrder("n-t"); err != nil {
		t.Fatal(err)
	}
	c.want("set off", o.Total(), "47.62")
	back.Charge = "t1"
	c.refuses("what an order sets off", "collection.more_than_paid", func() error { return c.ask(back) })
	if err := c.counter(o.ID, o.Total(), "2"); err != nil {
		t.Fatal(err)
	}
	c.refuses("what an order has set off", "collection.more_than_paid", func() error { return c.ask(back) })
	c.want("owed", c.balance(ledger.Receivable), "71.62")
}
