// Package card keeps the batches in which social security cards are produced
// (R-CARD-07): which cards went out to a bank's maker under a number, and what
// became of each when the batch came back. A card is named by its case. A batch
// is of one bank; every card of it is accounted for once: made, spoiled or
// missing. Lines are only added. It keeps no numbers of cards and no names.
package card

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
)

// Step of a card in a batch.
type Step string

// The steps.
const (
	Begun   Step = "begun" // the batch itself, of no card: whoever changes the batch locks this line
	Sent    Step = "sent"
	Made    Step = "made"
	Spoiled Step = "spoiled"
	Missing Step = "missing"
)

// Line says that a card went out with a batch, or what came of it.
type Line struct {
	Batch string        `json:"batch"`
	Case  string        `json:"case"`
	Step  Step          `json:"step"`
	Bank  string        `json:"bank"`
	On    calendar.Date `json:"on"`
	At    books.Instant `json:"at"`
	Actor string        `json:"actor"`
}

// Batch is what is known of a batch as a whole.
type Batch struct {
	Bank    string `json:"bank"` // empty: there is no such batch
	Sent    int    `json:"sent"`
	Made    int    `json:"made"`
	Spoiled int    `json:"spoiled"`
	Missing int    `json:"missing"`
}

// Back counts the cards that are accounted for.
func (b Batch) Back() int { return b.Made + b.Spoiled + b.Missing }

// Store keeps batches.
type Store interface {
	books.Frame
	// AddCardLine adds a line. A card that is in the batch already, or accounted
	// for already, shows as TakenError of card_batch; so does a batch that another
	// began at the same moment.
	AddCardLine(ctx context.Context, l Line)
	// LockCardBatch locks a batch, if it was begun: before what is in it is read to
	// decide what goes in.
	LockCardBatch(ctx context.Context, batch string) error
	CardBatch(ctx context.Context, batch string) (Batch, error)
	// CardLines lists the lines of the cards of a batch by case, what went out first.
	CardLines(ctx context.Context, batch string) ([]Line, error)
}
