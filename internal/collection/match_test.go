package collection_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/collection"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// Every way in which a credit finds its order, or does not.
func TestMatching(t *testing.T) {
	each(t, func(c *till) {
		pension := func(id string) collection.Order {
			return c.order(id, collection.Transfer, "6222-"+id, charge(id+"1", "2026-02", insurance.Pension)) // 1,718.88
		}
		named, over, part := pension("named"), pension("over"), pension("part")
		alike := c.order("alike", collection.Transfer, "6222-u", charge("u1", "2026-02", insurance.Unemployment)) // 71.62
		c.order("tie1", collection.Transfer, "6222-t", charge("t1", "2026-01", insurance.Unemployment))
		c.order("tie2", collection.Transfer, "6222-t", charge("t2", "2026-02", insurance.Unemployment))
		atBank := c.order("bank", collection.Mandate, "6222-m", charge("m1", "2026-02", insurance.Pension))
		c.send("102")
		desk := pension("desk")
		if err := c.counter(desk.ID, 171888, "R-1"); err != nil {
			t.Fatal(err)
		}
		lines := []collection.ContentLine{
			{Reference: named.ID, Amount: 171888},
			{Reference: over.ID, Amount: 180000},
			{Reference: part.ID, Amount: 60000},
			{Account: "6222-u", Amount: 7162, Reference: "my contributions"},
			{Account: "6222-t", Amount: 7162},
			{Reference: atBank.ID, Amount: 171888},
			{Reference: desk.ID, Amount: 171888},
			{Reference: "nobody", Account: "6222-z", Amount: 1},
			{Account: "6222-u", Amount: 7163},
		}
		for i := range lines {
			lines[i].Serial, lines[i].On, lines[i].Memo = fmt.Sprint("S", i), day("2026-03-01"), "王五付款"
		}
		taken, err := c.statement("102", c.file("102", law.FileStatement, "", lines...))
		if err != nil || taken.Paid != 4 || taken.Arrived != 1 || taken.Unclaimed != 5 {
			t.Fatalf("%+v, %v", taken, err)
		}
		for o, want := range map[string]string{named.ID: "paid 0.00", over.ID: "paid 0.00", part.ID: "part_paid 1118.88", alike.ID: "paid 0.00", atBank.ID: "at_bank 1718.88"} {
			s := c.standing(o)
			c.want("order", s.State+" "+s.Open.String(), want)
		}
		var got []string
		storetest.View(t, c.db, func(ctx context.Context, tx store.Tx) error {
			items, err := tx.SuspenseItems(ctx, "open", books.Page{})
			var sum money.Fen
			for _, x := range items {
				got = append(got, fmt.Sprintf("%s %s %s", x.Amount, x.Reason, x.Proposal))
				sum += x.Amount
				c.want("owner and age", fmt.Sprint(x.Owner, x.OpenedOn), "finance2026-03-02")
				for _, key := range []string{"collection.note_" + x.Reason, "collection.proposal_" + x.Proposal} {
					if !lang.Has(key) {
						t.Errorf("no words for %s", key)
					}
				}
			}
			c.want("the journal's suspense", c.balance(ledger.Suspense), "-"+sum.String())
			b, err2 := tx.BankLine(ctx, items[0].BankLine)
			c.want("what payers write is a box", err2 == nil && b.Memo != "" && b.Memo != "王五付款", true)
			events, _ := tx.OrderEvents(ctx, alike.ID)
			c.want("how", slices.ContainsFunc(events, func(e collection.Event) bool {
				return e.Kind == collection.PaidEvent && e.Reason == "by_account_and_amount"
			}), true)
			return err
		})
		slices.Sort(got)
		c.want("suspense", got, []string{"0.01 unknown_reference ask_payer", "1718.88 order_at_bank wait_for_answer", "71.62 tie choose_one", "71.63 nothing_fits ask_payer", "81.12 more_than_open next_order_or_refund"})
	})
}

// What is paid in parts goes to the oldest month first (Beijing, R-ENF-09), and
// what suspense money is split over stays an order's own.
func TestPartsAndClaims(t *testing.T) {
	each(t, func(c *till) {
		late := charge("old", "2025-11", insurance.Pension)
		late.LateFee = 1000
		o := c.order("a", collection.Transfer, "", charge("new", "2026-01", insurance.Pension), late) // 1,718.88 + 1,728.88
		other := c.order("b", collection.Transfer, "", charge("b1", "2026-01", insurance.Unemployment))
		if _, err := c.statement("102", c.file("102", law.FileStatement, "", collection.ContentLine{Serial: "1", Amount: 200000, Account: "x", On: day("2026-02-27")})); err != nil {
			t.Fatal(err)
		}
		item := c.suspense()
		claim := func(parts ...collection.Part) error {
			return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
				_, _, err := collection.Claim(t.Context(), tx, tx, c.law(), item.ID, parts)
				return err
			})
		}
		c.refuses("more than there is", "collection.more_than_suspense", func() error { return claim(collection.Part{Order: o.ID, Amount: 200001}) })
		c.refuses("more than is asked for", "collection.more_than_open", func() error { return claim(collection.Part{Order: other.ID, Amount: 7163}) })
		c.refuses("an order that is none", "collection.no_order", func() error { return claim(collection.Part{Order: "none", Amount: 1}) })
		if err := claim(collection.Part{Order: o.ID, Amount: 180000}, collection.Part{Order: other.ID, Amount: 7162}); err != nil {
			t.Fatal(err)
		}
		c.want("left", c.suspense().Amount, "128.38")
		c.want("suspense", c.balance(ledger.Suspense), "-128.38")
		paid := func(what, charge, want string) {
			t.Helper()
			storetest.View(t, c.db, func(ctx context.Context, tx store.Tx) error {
				list, err := tx.PaidOn(ctx, charge)
				var e, p money.Fen
				for _, x := range list {
					e, p = e+x.EmployerFen, p+x.PersonFen
					c.want("paid on the day of the bank line", x.PostedOn, "2026-02-27")
				}
				c.want(what, e.String()+" "+p.String(), want)
				return err
			})
		}
		paid("the oldest month in full", "old", "1145.92 572.96")
		paid("the next takes the rest, the person's share first", "new", "0.00 71.12") // 1,800.00 - 1,728.88
		c.want("its late fee", c.balance(ledger.LateFee), "-10.00")
		item = c.suspense()
		if err := claim(collection.Part{Order: o.ID, Amount: item.Amount}); err != nil {
			t.Fatal(err)
		}
		paid("a second part goes on where the first ended", "new", "0.00 199.50") // 71.12 + 128.38
		c.want("personal account", c.balance(ledger.Personal), "-772.46")         // 572.96 + 199.50
		c.want("suspense", c.balance(ledger.Suspense), "0.00")
		c.refuses("claimed twice", "collection.suspense_closed", func() error { return claim(collection.Part{Order: o.ID, Amount: 1}) })
	})
}

// suspense is the only open item.
func (c *till) suspense() (s collection.Suspense) {
	c.Helper()
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		items, err := tx.SuspenseItems(ctx, "open", books.Page{})
		if err != nil || len(items) != 1 {
			c.Fatalf("open items: %+v, %v", items, err)
		}
		s = items[0]
		return nil
	})
	return s
}

// Who pays alone pays 20 % into pension: 8 % of the base are his own, the rest
// is the fund's. 7,162.00: 1,432.40, of which 572.96.
func TestFlexiblePayersAccount(t *testing.T) {
	c := open(t, storetest.SQLite)
	x := charge("x", "2026-02", insurance.Pension)
	x.Employer, x.Payer, x.EmployerFen, x.PersonFen = "", insurance.Flexible, 0, 143240
	o := c.order("a", collection.Counter, "", x)
	for i, paid := range []struct {
		fen  int64
		want string
	}{{40000, "-400.00"}, {40000, "-572.96"}, {63240, "-572.96"}} {
		if err := c.counter(o.ID, money.Fen(paid.fen), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		c.want("personal", c.balance(ledger.Personal), paid.want)
	}
	c.want("fund", c.balance(ledger.Fund), "-859.44")
	c.want("paid", c.standing(o.ID).State, "paid")
	x.ID, x.Base = "y", nil
	o = c.order("b", collection.Counter, "", x)
	c.refuses("without a base nobody knows what is the person's own", "collection.account_unknown", func() error { return c.counter(o.ID, 100, "9") })
}

// A counter's receipt is booked once.
func TestCounterReceiptOnce(t *testing.T) {
	c := open(t, storetest.SQLite)
	o := c.order("a", collection.Counter, "", charge("x", "2026-02", insurance.Pension))
	if err := c.counter(o.ID, 100, "R1"); err != nil {
		t.Fatal(err)
	}
	c.refuses("the same receipt again", "collection.receipt_taken", func() error { return c.counter(o.ID, 100, "R1") })
	c.refuses("no receipt", "collection.no_receipt", func() error { return c.counter(o.ID, 100, "") })
	c.refuses("nothing", "collection.no_amount", func() error { return c.counter(o.ID, 0, "R2") })
	c.refuses("no order", "collection.no_order", func() error { return c.counter("none", 1, "R2") })
	c.refuses("a day before the month", "collection.paid_before_month", func() error {
		return c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) error {
			_, err := collection.AtCounter(c.Context(), tx, c.law(), o.ID, 1, storetest.Day(t, "1999-01-01"), "R3")
			return err
		})
	})
}
