package ledger

import (
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// Correcting says which entry is wrong and what makes it right: the legs of a
// new entry. The wrong one stays as it is.
type Correcting struct {
	Entry  string `json:"entry"`
	Legs   []Leg  `json:"legs"`
	Reason string `json:"reason"`
}

// Reversal are the legs that take an entry back.
func (e Entry) Reversal() []Leg {
	out := make([]Leg, len(e.Legs))
	for i, l := range e.Legs {
		l.EmployerFen, l.PersonFen = -l.EmployerFen, -l.PersonFen
		out[i] = l
	}
	return out
}

// entry is the entry that corrects.
func (c Correcting) entry(key string) Entry {
	return Entry{Kind: Correction, RefKind: "entry", Ref: c.Entry, Corrects: c.Entry, Key: "correction:" + key, Reason: c.Reason, Legs: c.Legs}
}

// CheckCorrection refuses a correction that could not be posted, and one of a
// correction: what was corrected wrongly is corrected once more, at the first
// entry, so that an entry and its corrections lie side by side.
func CheckCorrection(ctx context.Context, s Reader, c Correcting) error {
	was, err := s.Entry(ctx, c.Entry)
	switch {
	case errors.Is(err, books.ErrNotFound):
		return fault.Wrap(fault.NotFound, "ledger.no_entry", nil, err)
	case err != nil:
		return err
	case was.Kind == Correction:
		return fault.New(fault.Conflict, "ledger.corrects_correction", fault.Args{"entry": was.Corrects})
	case c.Reason == "":
		return fault.New(fault.Invalid, "ledger.no_reason", nil)
	}
	return c.entry(c.Entry).check()
}

// Correct posts a correction that another pair of eyes has approved; the key is
// the id of the approval.
func Correct(ctx context.Context, s Store, c Correcting, approval string) (Entry, error) {
	if err := CheckCorrection(ctx, s, c); err != nil {
		return Entry{}, err
	}
	return Post(ctx, s, c.entry(approval))
}
