package storetest

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/card"
	"bujiao/internal/store"
)

// cards: a batch counts what went out and what came of it; a card is accounted
// for once.
func cards(t *testing.T, e Engine) {
	db, _ := New(t, e)
	line := func(batch, id string, step card.Step) card.Line {
		return card.Line{Batch: batch, Case: id, Step: step, Bank: "工商银行", On: day(t, "2026-03-01"), At: 3, Actor: "x"}
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, l := range []card.Line{line("b", "", card.Begun), line("b", "c2", card.Sent), line("b", "c1", card.Sent), line("b", "c3", card.Sent), line("b", "c4", card.Sent),
			line("b", "c1", card.Made), line("b", "c3", card.Spoiled), line("b", "c4", card.Missing), line("other", "", card.Begun), line("other", "c1", card.Sent)} {
			tx.AddCardLine(ctx, l)
		}
		return nil
	})
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.LockCardBatch(ctx, "b"), tx.LockCardBatch(ctx, "none"))
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err1 := tx.CardBatch(ctx, "b")
		equal(t, "batch", got, card.Batch{Bank: "工商银行", Sent: 4, Made: 1, Spoiled: 1, Missing: 1})
		none, err2 := tx.CardBatch(ctx, "none")
		equal(t, "no batch", none, card.Batch{})
		lines, err3 := tx.CardLines(ctx, "b")
		equal(t, "lines", lines, []card.Line{line("b", "c1", card.Sent), line("b", "c1", card.Made), line("b", "c2", card.Sent), line("b", "c3", card.Sent),
			line("b", "c3", card.Spoiled), line("b", "c4", card.Sent), line("b", "c4", card.Missing)})
		return errors.Join(err1, err2, err3)
	})
	for _, l := range []card.Line{line("b", "", card.Begun), line("b", "c2", card.Sent), line("b", "c1", card.Spoiled)} {
		err := db.Update(t.Context(), Area, func(tx store.Tx) error { tx.AddCardLine(t.Context(), l); return nil })
		var taken *books.TakenError
		if !errors.As(err, &taken) || taken.Table != "card_batch" {
			t.Errorf("%s a second time: %v", l.Step, err)
		}
	}
}
