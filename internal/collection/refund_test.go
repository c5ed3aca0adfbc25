package collection_test

import (
	"context"
	"errors"
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

// A month paid by two employers counts once; the later one goes back.
func TestDuplicateMonth(t *testing.T) {
	each(t, func(c *till) {
		a := c.order("a", collection.Counter, "", charge("a1", "2026-01", insurance.Pension))
		twice := charge("b1", "2026-01", insurance.Pension)
		twice.Employer = "e2"
		b := c.order("b", collection.Counter, "", twice)
		storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
			_, err := collection.AtCounter(ctx, tx, c.law(), a.ID, 171888, day("2026-02-10"), "1")
			_, err2 := collection.AtCounter(ctx, tx, c.law(), b.ID, 171888, day("2026-02-20"), "2")
			return errors.Join(err, err2)
		})
		c.want("found", c.doubles(), "110 2026-01: e1 e2, back 1")
		ask := collection.RefundCase{Kind: collection.DuplicateMonth, Charge: "b1", EmployerFen: 114592, PersonFen: 57296}
		var r collection.RefundCase
		request := func(in collection.RefundCase) func() error {
			return func() error {
				return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) (err error) {
					r, err = collection.RequestRefund(t.Context(), tx, in)
					return err
				})
			}
		}
		more := ask
		more.PersonFen++
		c.refuses("more than was paid", "collection.more_than_paid", request(more))
		if err := request(ask)(); err != nil {
			t.Fatal(err)
		}
		id := r.ID
		c.refuses("asked for twice", "collection.more_than_paid", request(ask))
		decide := func(yes bool) func() error {
			return func() error {
				return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
					_, err := collection.DecideRefund(t.Context(), tx, c.law(), id, yes, "")
					return err
				})
			}
		}
		c.refuses("a refusal without reason", "collection.no_reason", decide(false))
		pay := func() error {
			return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
				_, err := collection.PayRefund(t.Context(), tx, id, "102", tx.Today())
				return err
			})
		}
		c.refuses("paid before it is approved", "collection.refund_not_approved", pay)
		if err := decide(true)(); err != nil {
			t.Fatal(err)
		}
		for account, want := range map[string]string{ledger.Receivable: "0.00", ledger.FundDue: "0.00", ledger.Refunds: "-1718.88", ledger.Personal: "-572.96", ledger.Fund: "-1145.92", ledger.Bank: "3437.76"} {
			c.want(account, c.balance(account), want)
		}
		c.refuses("decided twice", "collection.refund_decided", decide(true))
		if err := pay(); err != nil {
			t.Fatal(err)
		}
		c.want("bank", c.balance(ledger.Bank), "1718.88")
		c.want("refunds", c.balance(ledger.Refunds), "0.00")
		c.want("counts once", c.doubles(), "")
	})
}

func (c *till) doubles() string {
	c.Helper()
	out := ""
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		paid, err := tx.PaidOf(ctx, []string{"p1"})
		if err != nil {
			return err
		}
		charges, err := tx.ChargesOf(ctx, []string{"p1"})
		for _, d := range collection.Doubles([]collection.AreaPaid{{Area: storetest.Area, Paid: paid, Charges: charges}}) {
			out += text(d)
		}
		return err
	})
	return out
}

func text(d collection.Doubled) string {
	out := "110 " + d.FeeMonth.String() + ":"
	for _, p := range d.Paid {
		out += " " + p.Employer
	}
	return out + ", back " + string(rune('0'+d.GiveBack))
}

// Two areas: the later of the two goes back; on one day nobody knows which.
func TestDoublesOfTwoAreas(t *testing.T) {
	paid := func(area, on string, fen int64) collection.AreaPaid {
		return collection.AreaPaid{Area: area, Paid: []ledger.Paid{{Person: "p", Employer: area, Scheme: insurance.Pension, FeeMonth: day("2026-01-01").Month(), PersonFen: money.Fen(fen), PostedOn: day(on), Charge: "c"}}}
	}
	for name, x := range map[string]struct {
		a, b collection.AreaPaid
		want []int
	}{
		"later there":  {paid("110000", "2026-02-01", 1), paid("310000", "2026-02-02", 1), []int{1}},
		"the same day": {paid("110000", "2026-02-01", 1), paid("310000", "2026-02-01", 1), []int{-1}},
		"given back":   {paid("110000", "2026-02-01", 1), paid("310000", "2026-02-01", 0), nil},
	} {
		got := collection.Doubles([]collection.AreaPaid{x.a, x.b})
		if len(got) != len(x.want) || (len(got) == 1 && got[0].GiveBack != x.want[0]) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A difference in the payer's favour, of what was paid, and money that nobody
// claims, go back: 1145.92 + 572.96 less 16.00 + 8.00 stays.
func TestRefundOfSettlementAndSuspense(t *testing.T) {
	c := open(t, storetest.SQLite)
	o := c.order("x", collection.Counter, "", charge("x", "2026-01", insurance.Pension)) // made before the difference: asks for all
	minus := charge("s1", "2026-01", insurance.Pension)
	minus.EmployerFen, minus.PersonFen, minus.Kind, minus.Settles, minus.Base = -1600, -800, declaration.ChargeSettlement, "x", nil
	c.bill("s", minus)
	if _, err := c.statement("102", c.file("102", law.FileStatement, "", collection.ContentLine{Serial: "1", Amount: 500, Account: "x", On: day("2026-02-27")})); err != nil {
		t.Fatal(err)
	}
	item := c.suspense()
	c.refuses("a difference of what was not paid", "collection.more_than_paid", func() error {
		return c.ask(collection.RefundCase{Kind: collection.OfSettlement, Charge: "s1", EmployerFen: 1})
	})
	if err := c.counter(o.ID, o.Total(), "1"); err != nil {
		t.Fatal(err)
	}
	for _, ask := range []collection.RefundCase{{Kind: collection.OfSettlement, Charge: "s1", EmployerFen: 1600, PersonFen: 800}, {Kind: collection.OfSuspense, Payment: item.ID, EmployerFen: 500}} {
		storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
			r, err := collection.RequestRefund(ctx, tx, ask)
			if err != nil {
				return err
			}
			_, err = collection.DecideRefund(ctx, tx, c.law(), r.ID, true, "")
			return err
		})
	}
	for account, want := range map[string]string{ledger.Receivable: "0.00", ledger.FundDue: "0.00", ledger.Fund: "-1129.92", ledger.Personal: "-564.96", ledger.Refunds: "-29.00", ledger.Suspense: "0.00"} {
		c.want(account, c.balance(account), want)
	}
	c.refuses("the difference again", "collection.more_than_paid", func() error {
		return c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
			_, err := collection.RequestRefund(t.Context(), tx, collection.RefundCase{Kind: collection.OfSettlement, Charge: "s1", EmployerFen: 1})
			return err
		})
	})
}
