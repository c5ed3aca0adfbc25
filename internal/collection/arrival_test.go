package collection_test

import (
	"context"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// The money of debits stands in the books once, whether the statement comes
// before the results or after them, and whether it names orders or the batch.
func TestStatementBeforeResults(t *testing.T) {
	for name, byBatch := range map[string]bool{"by order": false, "by batch": true} {
		for _, closed := range []bool{false, true} {
			for _, statementFirst := range []bool{false, true} {
				c := open(t, storetest.SQLite)
				a := c.order("a", collection.Mandate, "6222-1", charge("a1", "2026-02", insurance.Pension))
				b := c.order("b", collection.Mandate, "6222-2", charge("b1", "2026-02", insurance.Unemployment))
				batch := c.send("102")
				on := day("2026-03-02")
				answers := c.file("102", law.FileResult, batch,
					collection.ContentLine{Reference: a.ID, Account: "6222-1", Amount: a.Total(), On: on, Result: "ok"},
					collection.ContentLine{Reference: b.ID, Account: "6222-2", Amount: b.Total(), On: on, Result: "ok"})
				lines := []collection.ContentLine{{Reference: a.ID, Amount: a.Total(), On: on, Serial: "1"}, {Reference: b.ID, Amount: b.Total(), On: on, Serial: "2"}}
				if byBatch {
					lines = []collection.ContentLine{{Reference: batch, Amount: a.Total() + b.Total(), On: on, Serial: "1"}}
				}
				credits := c.file("102", law.FileStatement, "", lines...)
				take := func(statement bool) {
					t.Helper()
					var err error
					if statement {
						_, err = c.statement("102", credits)
					} else {
						_, err = c.results("102", answers)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				take(statementFirst)
				if closed && statementFirst {
					storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
						_, err := collection.CloseBatch(ctx, tx, batch)
						return err
					})
				}
				take(!statementFirst)
				for account, want := range map[string]string{ledger.Bank: "1790.50", ledger.Suspense: "0.00", ledger.Receivable: "0.00", ledger.FundDue: "0.00"} {
					c.want(name+" "+account, c.balance(account), want)
				}
				storetest.View(t, c.db, func(ctx context.Context, tx store.Tx) error {
					events, err := tx.OrderEvents(ctx, a.ID, b.ID)
					n := map[string]int{}
					for _, e := range events {
						n[e.Kind]++
					}
					c.want("paid and arrived", []int{n[collection.PaidEvent], n[collection.Arrived]}, []int{2, 2})
					return err
				})
			}
		}
	}
}

// A result that comes after the batch was given up books the debit; once the
// order was sent again, it is noted.
func TestResultAfterTheBatchWasGivenUp(t *testing.T) {
	for _, again := range []bool{false, true} {
		c := open(t, storetest.SQLite)
		o := c.order("a", collection.Mandate, "6222-1", charge("a1", "2026-02", insurance.Pension))
		batch := c.send("102")
		storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
			_, err := collection.CloseBatch(ctx, tx, batch)
			return err
		})
		if again {
			c.send("102")
		}
		taken, err := c.results("102", c.file("102", law.FileResult, batch, collection.ContentLine{Reference: o.ID, Account: "6222-1", Amount: o.Total(), On: day("2026-03-02"), Result: "ok"}))
		if err != nil || (taken.Paid == 1) == again {
			t.Errorf("sent again %v: %+v, %v", again, taken, err)
		}
		c.want("standing", c.standing(o.ID).State, map[bool]string{false: "paid", true: "at_bank"}[again])
	}
}

// A result cannot be of tomorrow.
func TestResultOfTomorrow(t *testing.T) {
	c := open(t, storetest.SQLite)
	o := c.order("a", collection.Mandate, "6222-1", charge("a1", "2026-02", insurance.Pension))
	batch := c.send("102")
	c.refuses("a debit of tomorrow", "collection.file_field", func() error {
		_, err := c.results("102", c.file("102", law.FileResult, batch, collection.ContentLine{Reference: o.ID, Account: "6222-1", Amount: o.Total(), On: day("2026-03-03"), Result: "ok"}))
		return err
	})
}

// A person says that suspense money is what a counter payment brought.
func TestSuspenseIsAnArrival(t *testing.T) {
	c := open(t, storetest.SQLite)
	o := c.order("a", collection.Counter, "", charge("a1", "2026-02", insurance.Pension))
	if err := c.counter(o.ID, o.Total(), "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.statement("102", c.file("102", law.FileStatement, "", collection.ContentLine{Serial: "1", Amount: o.Total() + 5, Account: "x", On: day("2026-03-02")})); err != nil {
		t.Fatal(err)
	}
	item := c.suspense()
	claim := func() error {
		return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
			paid, err := tx.PaymentsOf(t.Context(), o.ID)
			if err != nil {
				return err
			}
			_, _, err = collection.Claim(t.Context(), tx, tx, c.law(), item.ID, []collection.Part{{Payment: paid[0].ID, Amount: o.Total()}})
			return err
		})
	}
	if err := claim(); err != nil {
		t.Fatal(err)
	}
	c.want("left", c.balance(ledger.Suspense), "-0.05")
	c.want("bank", c.balance(ledger.Bank), "1718.93")
	c.refuses("twice", "collection.arrived", claim)
}

// Only lack of funds makes what is paid later a second attempt (R-POST-02).
func TestOtherFailureIsNoRetry(t *testing.T) {
	for reason, want := range map[string]string{"insufficient_funds": "bank_retry:insufficient_funds", "account_closed": "account_closed"} {
		c := open(t, storetest.SQLite)
		o := c.order("a", collection.Mandate, "6222-1", charge("a1", "2026-02", insurance.Pension))
		batch := c.send("102")
		if _, err := c.results("102", c.file("102", law.FileResult, batch, collection.ContentLine{Reference: o.ID, Account: "6222-1", Amount: o.Total(), On: day("2026-03-02"), Result: "failed", Reason: reason})); err != nil {
			t.Fatal(err)
		}
		if err := c.counter(o.ID, o.Total(), "1"); err != nil {
			t.Fatal(err)
		}
		storetest.View(t, c.db, func(ctx context.Context, tx store.Tx) error {
			paid, err := tx.PaidOn(ctx, "a1")
			c.want("reason", paid[0].Reason, want)
			return err
		})
	}
}

// Nothing is posted on a day to come.
func TestNothingIsPostedTomorrow(t *testing.T) {
	c := open(t, storetest.SQLite)
	c.refuses("tomorrow", "ledger.day_to_come", func() error {
		return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
			_, err := ledger.Post(t.Context(), tx, ledger.Entry{Kind: ledger.Receipt, Key: "k", PostedOn: tx.Today() + 1,
				Legs: []ledger.Leg{{Account: ledger.Bank, EmployerFen: 1}, {Account: ledger.Suspense, EmployerFen: -1}}})
			return err
		})
	})
}
