package proof_test

import (
	"context"
	"testing"

	"bujiao/internal/collection"
	"bujiao/internal/ledger"
	"bujiao/internal/proof"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// wrongly pays an order at a counter and gives the entry.
func (w *town) wrongly(o collection.Order, receipt string) (e ledger.Entry) {
	w.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		p, err := collection.AtCounter(ctx, tx, w.law(), o.ID, o.Total(), w.today, receipt)
		if err != nil {
			return err
		}
		list, err := tx.EntriesOf(ctx, "payment", p.ID)
		e = list[0]
		return err
	})
	return e
}

// After a correction by hand the orders, the list of open ones and the journal
// agree; a correction that passes by the orders is named.
func TestCorrectedReceiptIsProved(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			w := openTown(t, e)
			employer := w.found(p1, p2)
			o := w.order(w.month(employer, "2025-03", p1, p2), collection.Counter)
			wrong := w.wrongly(o, "r1")
			c := ledger.Correcting{Entry: wrong.ID, Legs: wrong.Reversal(), Reason: "another payer's"}
			w.update(func(ctx context.Context, tx store.Tx) error {
				_, err := collection.Correct(ctx, tx, c, "1")
				return err
			})
			w.sound("taken back")
			wrong = w.wrongly(o, "r2")
			w.sound("paid again")
			c = ledger.Correcting{Entry: wrong.ID, Legs: wrong.Reversal(), Reason: "x"}
			w.update(func(ctx context.Context, tx store.Tx) error { _, err := ledger.Correct(ctx, tx, c, "2"); return err })
			found := w.prove().Differences
			if len(found) != 1 || found[0].Kind != proof.Amount || found[0].Table != "payment" || found[0].Row != wrong.Ref {
				t.Errorf("a correction that the order does not know of: %+v", found)
			}
			w.update(func(ctx context.Context, tx store.Tx) error {
				return tx.AddOrderEvent(ctx, collection.Event{ID: tx.NewID(), Order: o.ID, Kind: collection.Corrected, On: w.today, Amount: -o.Total(), Payment: wrong.Ref})
			})
			found = w.prove().Differences
			if len(found) != 1 || found[0].Kind != proof.Amount || found[0].Table != "pay_order" || found[0].Row != o.ID || found[0].Recorded != "closed" {
				t.Errorf("an order that is not on the list of open ones: %+v", found)
			}
		})
	}
}
