package collection_test

import (
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store/storetest"
)

// alone is a month of who pays alone: 20 % of a base into pension, of which 8 %
// are the person's own. Of 7,162.00 that is 1,432.40, of which 572.96.
func alone(id string) declaration.Charge {
	x := charge(id, "2026-02", insurance.Pension)
	x.Employer, x.Payer, x.EmployerFen, x.PersonFen = "", insurance.Flexible, 0, 143240
	return x
}

// difference settles a month of who pays alone to another base; without one
// nothing is due any more.
func difference(id, settles string, at books.Instant, fen, base money.Fen) declaration.Charge {
	x := alone(id)
	x.Kind, x.Settles, x.At, x.PersonFen, x.Base = declaration.ChargeSettlement, settles, at, fen, nil
	if base != 0 {
		x.Base = &base
	}
	return x
}

// A bill that was lowered before it was paid is paid as it is owed, whichever
// notice the order is made from: of the base of 6,162.00, 20 % are 1,232.40 and
// 8 % are 492.96.
func TestLoweredBill(t *testing.T) {
	for _, notices := range [][2]string{{"n-x", "n-s"}, {"n-s", "n-x"}} {
		c := open(t, storetest.SQLite)
		c.bill("x", alone("x"))
		c.bill("s", difference("s", "x", 1, -20000, 616200))
		o, err := c.createOrder(notices[0])
		if err != nil || o.Total().String() != "1232.40" {
			t.Fatalf("%s: %v, %v", notices[0], o.Total(), err)
		}
		c.refuses("the other notice", "collection.order_exists", func() error { _, err := c.createOrder(notices[1]); return err })
		for i, fen := range []money.Fen{40000, 83240} {
			if err := c.counter(o.ID, fen, string(rune('1'+i))); err != nil {
				t.Fatal(err)
			}
			c.want("personal", c.balance(ledger.Personal), "-492.96")
		}
		c.want("fund", c.balance(ledger.Fund), "-739.44")
		c.want("owed", c.balance(ledger.Receivable), "0.00")
		c.want("order", c.standing(o.ID).State, "paid")
	}
}

// What was taken off one month is not set off against what is owed for others,
// and a month that is paid lowers no order.
func TestLoweredMonthAlone(t *testing.T) {
	c := open(t, storetest.SQLite)
	c.bill("a", charge("a1", "2026-01", insurance.Pension))
	c.bill("b", charge("b1", "2026-01", insurance.Pension), charge("b2", "2026-02", insurance.Unemployment))
	c.bill("s", credit("s1", "a1"), credit("s2", "b1"))
	a, err := c.createOrder("n-a") // 1718.88 - 24.00
	if err != nil || a.Total().String() != "1694.88" {
		t.Fatalf("the first notice: %v, %v", a.Total(), err)
	}
	b, err := c.createOrder("n-b") // 1718.88 - 24.00 + 71.62
	if err != nil || b.Total().String() != "1766.50" {
		t.Fatalf("the second notice: %v, %v", b.Total(), err)
	}
	if err := c.counter(a.ID, a.Total(), "1"); err != nil {
		t.Fatal(err)
	}
	c.bill("t", credit("t1", "a1"))
	c.refuses("a notice whose month is paid", "collection.order_exists", func() error { _, err := c.createOrder("n-a"); return err })
}

// A difference of two bases moves the account of who pays alone as the bases do.
func TestDifferenceOfWhoPaysAlone(t *testing.T) {
	c := open(t, storetest.SQLite)
	pay := func(id string, x declaration.Charge, total, personal string) {
		c.Helper()
		o := c.order(id, collection.Counter, "", x)
		c.want("asked for", o.Total(), total)
		if err := c.counter(o.ID, o.Total(), id); err != nil {
			t.Fatal(err)
		}
		c.want("personal", c.balance(ledger.Personal), personal)
	}
	back := func(id string, x declaration.Charge, personal string) {
		c.Helper()
		c.bill(id, x)
		if err := c.refund(collection.RefundCase{Kind: collection.OfSettlement, Charge: x.ID, PersonFen: -x.PersonFen}); err != nil {
			t.Fatal(err)
		}
		c.want("personal", c.balance(ledger.Personal), personal)
	}
	pay("x", alone("x"), "1432.40", "-572.96")
	pay("r", difference("r", "x", 1, 100, 716700), "1.00", "-573.36")     // of 5.00: 20 % and 8 %
	back("s", difference("s", "x", 2, -20100, 616200), "-492.96")         // 8 % of 6,162.00
	pay("u", difference("u", "x", 3, 10000, 666200), "100.00", "-532.96") // 8 % of 6,662.00
	back("v", difference("v", "x", 4, -133240, 0), "0.00")                // all of it
	c.want("fund", c.balance(ledger.Fund), "0.00")

	c = open(t, storetest.SQLite) // a rate that rose while the base fell: the account falls, the bill does not
	c.order("x", collection.Counter, "", alone("x"))
	o := c.order("r", collection.Counter, "", difference("r", "x", 1, 100, 616200))
	c.refuses("another way than the bill", "collection.account_unknown", func() error { return c.counter(o.ID, 100, "1") })
}
