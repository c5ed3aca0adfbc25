package collection_test

import (
	"bytes"
	"context"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// A debit fails for lack of funds, is tried again the same day and succeeds:
// back-payment with the bank's reason (R-POST-02), booked by what arrived.
func TestDebitFailsThenSucceeds(t *testing.T) {
	each(t, func(c *till) {
		o := c.order("a", collection.Mandate, "6222-1", charge("a1", "2026-02", insurance.Pension), charge("a2", "2026-02", insurance.Unemployment))
		c.want("total", o.Total(), "1790.50") // 1145.92 + 572.96 + 35.81 + 35.81 = 1790.50
		batch := c.send("102")
		c.want("sent", c.standing(o.ID).State, "at_bank")
		c.refuses("a second batch while the first is at the bank", "collection.nothing_to_send", func() error {
			return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
				_, _, err := collection.SendBatch(t.Context(), tx, c.law(), hash, "102")
				return err
			})
		})
		c.refuses("the counter while it is at the bank", "collection.order_at_bank", func() error { return c.counter(o.ID, 100, "r0") })
		failed := collection.ContentLine{Reference: o.ID, Account: "6222-1", Amount: o.Total(), On: day("2026-03-02"), Result: "failed", Reason: "insufficient_funds"}
		taken, err := c.results("102", c.file("102", law.FileResult, batch, failed))
		if err != nil || taken.Failed != 1 || taken.Paid != 0 {
			t.Fatalf("failed: %+v, %v", taken, err)
		}
		s := c.standing(o.ID)
		c.want("after the failure", s.State+" "+s.Failure, "failed insufficient_funds")
		c.want("owed", c.balance(ledger.Receivable), "1790.50")

		second := c.send("102")
		paid := failed
		paid.Result, paid.Reason = "ok", ""
		if taken, err = c.results("102", c.file("102", law.FileResult, second, paid)); err != nil || taken.Paid != 1 {
			t.Fatalf("paid: %+v, %v", taken, err)
		}
		c.want("after success", c.standing(o.ID).State, "paid")
		for account, want := range map[string]string{ledger.Bank: "1790.50", ledger.Receivable: "0.00", ledger.FundDue: "0.00", ledger.Personal: "-572.96", ledger.Fund: "-1217.54"} {
			c.want(account, c.balance(account), want) // fund: 1145.92 + 2 x 35.81
		}
		storetest.View(t, c.db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.PaidOf(ctx, []string{"p1"})
			if err != nil || len(list) != 2 {
				t.Fatalf("paid: %+v, %v", list, err)
			}
			for _, p := range list {
				c.want("the reason that histories see", p.Reason, "bank_retry:insufficient_funds")
			}
			c.want("both shares", list[0].EmployerFen+list[0].PersonFen, "1718.88")
			payments, err := tx.PaymentsOf(ctx, o.ID)
			c.want("paid is not arrived (R-POST-05)", payments[0].ArrivedOn == 0, true)
			return err
		})
		t.Run("a late copy of the first answer", func(t *testing.T) {
			before := c.state()
			late := failed
			late.Memo = "again"
			taken, err := c.results("102", c.file("102", law.FileResult, batch, late))
			if err != nil || len(taken.Notes) != 1 || taken.Notes[0].Key != "already_answered" || c.state() != before {
				t.Errorf("%+v, %v", taken, err)
			}
			late.Result, late.Reason = "ok", ""
			taken, err = c.results("102", c.file("102", law.FileResult, batch, late))
			if err != nil || len(taken.Notes) != 1 || taken.Notes[0].Key != "answered_otherwise" || c.state() != before {
				t.Errorf("%+v, %v", taken, err)
			}
		})
		t.Run("the batch arrives in one sum", func(t *testing.T) {
			taken, err := c.statement("102", c.file("102", law.FileStatement, "", collection.ContentLine{Reference: second, Serial: "1", Amount: o.Total(), On: day("2026-03-02")}))
			if err != nil || taken.Arrived != 1 || taken.Paid+taken.Unclaimed != 0 {
				t.Errorf("%+v, %v", taken, err)
			}
			c.want("bank", c.balance(ledger.Bank), "1790.50")
		})
	})
}

func (c *till) counter(order string, fen money.Fen, receipt string) error {
	return c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) error {
		_, err := collection.AtCounter(c.Context(), tx, c.law(), order, fen, tx.Today(), receipt)
		return err
	})
}

// Result files that come twice, out of order, cut short or from elsewhere.
func TestResultFileCases(t *testing.T) {
	each(t, func(c *till) {
		var lines []collection.ContentLine
		for _, id := range []string{"a", "b", "c"} {
			x := charge(id+"1", "2026-02", insurance.Pension)
			x.Person = "p" + id
			o := c.order(id, collection.Mandate, "6222-"+id, x)
			l := collection.ContentLine{Reference: o.ID, Account: "6222-" + id, Amount: o.Total(), On: day("2026-03-02"), Result: "ok"}
			if id == "b" {
				l.Result, l.Reason = "failed", "account_frozen"
			}
			lines = append(lines, l)
		}
		batch := c.send("102")
		good := c.file("102", law.FileResult, batch, lines...)
		rows := bytes.SplitAfter(good, []byte("\n"))
		without := func(i int) []byte { return bytes.Join(append(append([][]byte{}, rows[:i]...), rows[i+1:]...), nil) }
		spoil := func(i int, fn func(*collection.ContentLine)) []byte {
			list := append([]collection.ContentLine{}, lines...)
			fn(&list[i])
			return c.file("102", law.FileResult, batch, list...)
		}
		take := func(bank string, data []byte) func() error {
			return func() error { _, err := c.results(bank, data); return err }
		}
		c.refuses("no trailer", "collection.file_truncated", take("102", without(4)))
		c.refuses("cut in the middle of a line", "collection.file_truncated", take("102", good[:len(rows[0])+len(rows[1])+30]))
		c.refuses("a line lost", "collection.file_count", take("102", without(2)))
		c.refuses("a line twice", "collection.line_twice", take("102", c.file("102", law.FileResult, batch, lines[0], lines[0])))
		c.refuses("an amount changed", "collection.file_total", take("102", bytes.Replace(good, []byte("0000000000171888"), []byte("0000000000171889"), 1)))
		c.refuses("an amount changed with the total", "collection.line_amount", take("102", spoil(0, func(l *collection.ContentLine) { l.Amount++ })))
		c.refuses("another account", "collection.line_account", take("102", spoil(0, func(l *collection.ContentLine) { l.Account = "6222-x" })))
		c.refuses("an unknown order", "collection.line_not_sent", take("102", spoil(0, func(l *collection.ContentLine) { l.Reference = "nobody" })))
		c.refuses("an unknown code", "collection.file_code", take("102", bytes.Replace(good, []byte("0000      "), []byte("7777      "), 1)))
		c.refuses("another bank's file", "collection.file_foreign", take("105", good))
		c.refuses("an outgoing file", "collection.file_foreign", take("102", c.file("102", law.FileOut, batch, lines...)))
		c.refuses("a batch that was not sent", "collection.batch_unknown", take("102", c.file("102", law.FileResult, "nothing", lines...)))
		c.refuses("a bank without layout", "collection.missing_law", take("999", good))
		c.refuses("empty", "collection.file_empty", take("102", nil))

		taken, err := c.results("102", c.file("102", law.FileResult, batch, lines[2], lines[0], lines[1])) // another order of lines
		if err != nil || taken.Paid != 2 || taken.Failed != 1 {
			t.Fatalf("%+v, %v", taken, err)
		}
		c.want("two are paid", c.balance(ledger.Bank), "3437.76") // 2 x 1718.88
		after := c.state()
		again, err := c.results("102", c.file("102", law.FileResult, batch, lines[2], lines[0], lines[1]))
		if err != nil || !again.Duplicate || again.File.ID != taken.File.ID || c.state() != after {
			t.Errorf("the same file again: %+v, %v", again, err)
		}
		again, err = c.results("102", good)
		if err != nil || again.Duplicate || len(again.Notes) != 3 || again.Paid+again.Failed != 0 || c.state() != after {
			t.Errorf("the same lines in the order of the batch: %+v, %v", again, err)
		}
	})
}

// The order of lines makes no difference to the end.
func TestOrderOfLines(t *testing.T) {
	var first string
	for i, perm := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 4, 0, 3, 1}} {
		c := open(t, storetest.SQLite)
		a := c.order("a", collection.Transfer, "6222-a", charge("a1", "2026-02", insurance.Pension))
		c.order("b", collection.Transfer, "6222-b", charge("b1", "2026-02", insurance.Unemployment))
		lines := []collection.ContentLine{
			{Serial: "1", Reference: a.ID, Amount: 100000, Account: "x"}, {Serial: "2", Reference: a.ID, Amount: 100000, Account: "y"}, // 2,000.00 for 1,718.88
			{Serial: "3", Amount: 7162, Account: "6222-b"}, {Serial: "4", Amount: 7162, Account: "6222-b"}, // two for one order
			{Serial: "5", Amount: 5, Account: "z"},
		}
		var list []collection.ContentLine
		for _, p := range perm {
			lines[p].On = day("2026-03-02")
			list = append(list, lines[p])
		}
		if _, err := c.statement("105", c.file("105", law.FileStatement, "", list...)); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = c.state()
			c.want("suspense", c.balance(ledger.Suspense), "-424.41") // 281.12 over, 2 x 71.62, 0.05
		} else if c.state() != first {
			t.Errorf("order %v ends elsewhere:\n%s\n---\n%s", perm, c.state(), first)
		}
		before := c.state()
		taken, err := c.statement("105", c.file("105", law.FileStatement, "", list[1], list[0], list[2], list[3], list[4]))
		if err != nil || len(taken.Notes) != 5 || taken.File.Lines != 0 || c.state() != before {
			t.Errorf("the same movements in another file: %+v, %v", taken, err)
		}
		list[0].Amount++
		c.refuses("a serial with another amount", "collection.line_serial", func() error {
			_, err := c.statement("105", c.file("105", law.FileStatement, "", list...))
			return err
		})
	}
}

// A batch that is never answered can be given up, and its content made again.
func TestBatchWithoutAnswer(t *testing.T) {
	c := open(t, storetest.SQLite)
	o := c.order("a", collection.Mandate, "6222-1", charge("a1", "2026-02", insurance.Pension))
	batch := c.send("102")
	storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
		f, data, err := collection.BatchContent(ctx, tx, c.law(), batch)
		if err != nil || !bytes.Contains(data, []byte("6222-1")) || f.Lines != 1 || f.Amount != o.Total() {
			t.Errorf("content: %+v %q, %v", f, data, err)
		}
		n, err := collection.CloseBatch(ctx, tx, batch)
		c.want("given up", n, 1)
		return err
	})
	c.want("standing", c.standing(o.ID).Failure, "no_answer")
	if c.send("102") == batch {
		t.Error("the second batch has the id of the first")
	}
}

func TestOneOrderANotice(t *testing.T) {
	c := open(t, storetest.SQLite)
	o := c.order("a", collection.Transfer, "", charge("a1", "2026-02", insurance.Pension))
	create := func() error {
		return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
			_, err := collection.CreateOrder(t.Context(), tx, "n-a", collection.Way{Channel: collection.Transfer})
			return err
		})
	}
	c.refuses("a second order", "collection.order_exists", create)
	storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
		return collection.CancelOrder(ctx, tx, o.ID, "wrong channel")
	})
	if err := create(); err != nil {
		t.Errorf("after the first was cancelled: %v", err)
	}
	c.refuses("money for a cancelled order", "collection.order_cancelled", func() error { return c.counter(o.ID, 100, "r1") })
	back := charge("b1", "2026-02", insurance.Pension)
	back.EmployerFen, back.PersonFen, back.Kind = -100, 50, declaration.ChargeSettlement
	c.bill("b", back)
	c.refuses("a notice in the payer's favour", "collection.nothing_to_pay", func() error {
		return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
			_, err := collection.CreateOrder(t.Context(), tx, "n-b", collection.Way{Channel: collection.Transfer})
			return err
		})
	})
}
