package sqlstore

import (
	"context"

	"bujiao/internal/card"
)

var _ card.Store = (*Tx)(nil)

// AddCardLine writes that a card went out, or what came of it.
func (t *Tx) AddCardLine(ctx context.Context, l card.Line) {
	back := int64(1)
	if l.Step == card.Sent || l.Step == card.Begun {
		back = 0
	}
	t.insert(ctx, tabCardBatch, t.area, l.Batch, l.Case, back, string(l.Step), l.Bank, dateText(l.On), int64(l.At), l.Actor)
}

// LockCardBatch locks the line with which the batch was begun.
func (t *Tx) LockCardBatch(ctx context.Context, batch string) error {
	return t.query(ctx, func(vals) error { return nil },
		"SELECT batch FROM card_batch WHERE area = ? AND batch = ? AND casefile = '' AND back = 0"+t.db.Dialect.ForUpdate(false), t.area, batch)
}

// CardBatch counts a batch by what came of its cards.
func (t *Tx) CardBatch(ctx context.Context, batch string) (b card.Batch, err error) {
	err = t.query(ctx, func(v vals) error {
		n := int(v.int(2))
		switch card.Step(v.str(0)) {
		case card.Begun:
			b.Bank = v.str(1)
		case card.Sent:
			b.Sent = n
		case card.Made:
			b.Made = n
		case card.Spoiled:
			b.Spoiled = n
		case card.Missing:
			b.Missing = n
		}
		return nil
	}, "SELECT step, MIN(bank), COUNT(*) FROM card_batch WHERE area = ? AND batch = ? GROUP BY step", t.area, batch)
	return b, err
}

// CardLines lists the lines of a batch.
func (t *Tx) CardLines(ctx context.Context, batch string) ([]card.Line, error) {
	return list(ctx, t, func(v vals) card.Line {
		return card.Line{Batch: v.str(1), Case: v.str(2), Step: card.Step(v.str(4)), Bank: v.str(5), On: v.date(6), At: v.instant(7), Actor: v.str(8)}
	}, "SELECT "+tabCardBatch.names+" FROM card_batch WHERE area = ? AND batch = ? AND casefile > '' ORDER BY casefile, back", t.area, batch)
}
