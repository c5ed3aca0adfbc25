package collection_test

import (
	"context"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// A resident's premium whose benefits did not begin (R-MED-10): what was paid goes
// back once, and is off the bill.
func TestRefundBeforeCover(t *testing.T) {
	each(t, func(c *till) {
		ch := charge("r1", "2026-01", insurance.ResidentMedical)
		ch.Employer, ch.EmployerFen, ch.PersonFen = "", 0, 79500
		o := c.order("r", collection.Counter, "", ch)
		ask := func() (r collection.RefundCase, err error) {
			err = c.db.Update(t.Context(), storetest.Area, func(tx store.Tx) (err error) {
				r, err = collection.RequestRefund(t.Context(), tx, collection.RefundCase{Kind: collection.NotBegun, Charge: "r1", PersonFen: 79500})
				return err
			})
			return r, err
		}
		c.refuses("nothing was paid", "collection.more_than_paid", func() error { _, err := ask(); return err })
		storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
			_, err := collection.AtCounter(ctx, tx, c.law(), o.ID, 79500, day("2026-02-10"), "1")
			return err
		})
		r, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		c.refuses("asked for twice", "collection.more_than_paid", func() error { _, err := ask(); return err })
		storetest.Update(t, c.db, func(ctx context.Context, tx store.Tx) error {
			_, err := collection.DecideRefund(ctx, tx, c.law(), r.ID, true, "")
			return err
		})
		for account, want := range map[string]string{ledger.Receivable: "0.00", ledger.FundDue: "0.00", ledger.Refunds: "-795.00", ledger.Fund: "0.00", ledger.Bank: "795.00"} {
			c.want(account, c.balance(account), want)
		}
	})
}
