package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/card"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// CardBatch is a batch of cards with what is written of each.
type CardBatch struct {
	ID string `json:"id"`
	card.Batch
	Lines []card.Line `json:"lines"`
}

// CardBatch shows a batch to the office: which cards went out and what became of
// each. A card is named by its case.
func (o *Office) CardBatch(ctx context.Context, q Request, batch string) (CardBatch, error) {
	if err := access.Check(q.Actor, "case.read", access.Scope{Area: q.Area}); err != nil {
		return CardBatch{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (CardBatch, error) {
		b, err := tx.CardBatch(ctx, batch)
		if err != nil {
			return CardBatch{}, err
		}
		if b.Bank == "" {
			return CardBatch{}, fault.New(fault.NotFound, "casework.no_batch", nil)
		}
		lines, err := tx.CardLines(ctx, batch)
		return CardBatch{batch, b, lines}, err
	})
}
