package evidence

import (
	"context"
	"errors"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// NewPiece is a paper as it is handed in. Proves narrows what the kind can
// prove to what this one does; empty: all of it.
type NewPiece struct {
	Case         string         `json:"case,omitempty"`
	Person       string         `json:"person,omitempty"`
	Employer     string         `json:"employer,omitempty"`
	Kind         string         `json:"kind"`
	From         calendar.Month `json:"from,omitzero"`
	To           calendar.Month `json:"to,omitzero"`
	Proves       []string       `json:"proves,omitempty"`
	FormedOn     calendar.Date  `json:"formed_on,omitzero"`
	Copies       int            `json:"copies,omitempty"` // zero: one
	OriginalSeen bool           `json:"original_seen,omitempty"`
	File         string         `json:"file,omitempty"` // SHA-256 of what was uploaded
	Replaces     string         `json:"replaces,omitempty"`
}

// maxCopies bounds the copies of one paper, maxReason what is said of one, in
// bytes.
const (
	maxCopies = 100
	maxReason = 2000
)

// HandIn adds a paper. upload is the id of its file, empty for none.
func HandIn(ctx context.Context, tx Store, r *law.Reader, in NewPiece, upload string) (Piece, error) {
	p := Piece{ID: tx.NewID(), Case: in.Case, Person: in.Person, Employer: in.Employer, Kind: in.Kind, From: in.From, To: in.To, FormedOn: in.FormedOn, Copies: max(in.Copies, 1),
		OriginalSeen: in.OriginalSeen, Upload: upload, State: Handed, KnownOn: tx.Today(), At: tx.At(), Actor: tx.Actor().ID, Replaces: in.Replaces}
	kind, ok := r.PaperKind(in.Kind)
	if !ok {
		return p, invalid("evidence.unknown_kind", nil)
	}
	can, _ := ProofsOf(kind.Proves)
	p.Proves = can
	if len(in.Proves) > 0 {
		if p.Proves, ok = ProofsOf(in.Proves); !ok || !can.Has(p.Proves) {
			return p, invalid("evidence.proves_not", fault.Args{"kind": in.Kind, "can": strings.Join(kind.Proves, ", ")})
		}
	}
	if err := p.check(tx.Today()); err != nil {
		return p, err
	}
	if in.Replaces != "" {
		if err := replaceable(ctx, tx, p); err != nil {
			return p, err
		}
	}
	return p, tx.AddPiece(ctx, p)
}

func (p Piece) check(today calendar.Date) error {
	switch byMonth := p.Proves&(Relation|Wage) != 0; {
	case p.Person == "" && p.Employer == "":
		return invalid("evidence.whose", nil)
	case byMonth && (p.From == 0 || p.To == 0):
		return invalid("evidence.which_months", nil)
	case (p.From == 0) != (p.To == 0) || p.To < p.From:
		return invalid("evidence.empty_span", nil)
	case p.FormedOn > today:
		return invalid("evidence.not_yet", fault.Args{"day": p.FormedOn.String()})
	case p.Copies > maxCopies:
		return invalid("evidence.copies", nil)
	}
	return nil
}

// replaceable refuses to replace what is not there any more, what belongs to
// another, and what was accepted: that proves something to others too.
func replaceable(ctx context.Context, tx Store, p Piece) error {
	old, err := standing(ctx, tx, p.Replaces)
	if err != nil {
		return err
	}
	if old.Person != p.Person || old.Employer != p.Employer || old.Case != p.Case || old.State == Accepted {
		return fault.New(fault.Conflict, "evidence.not_replaceable", nil)
	}
	return nil
}

// standing reads a paper that was not replaced.
func standing(ctx context.Context, tx Store, id string) (Piece, error) {
	p, err := tx.Piece(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return p, fault.Wrap(fault.NotFound, "evidence.no_paper", nil, err)
	}
	if err != nil {
		return p, err
	}
	gone, err := tx.ReplacedPiece(ctx, id)
	if err == nil && gone {
		err = fault.New(fault.Conflict, "evidence.replaced", nil)
	}
	return p, err
}

// Decide accepts a paper or refuses it with a reason. What was decided may be
// decided anew, as long as it is the last word. The seeing of an original at the
// counter is noted with the decision.
func Decide(ctx context.Context, tx Store, id string, accept, originalSeen bool, reason string) (Piece, error) {
	p, err := standing(ctx, tx, id)
	if err != nil {
		return p, err
	}
	if len(reason) > maxReason || strings.ContainsRune(reason, 0) {
		return p, invalid("evidence.long_reason", nil)
	}
	state := Accepted
	if !accept {
		if state = Refused; strings.TrimSpace(reason) == "" {
			return p, invalid("evidence.no_reason", nil)
		}
	}
	if p.State == state {
		return p, fault.New(fault.Conflict, "evidence.decided", nil)
	}
	p.Replaces, p.ID, p.State, p.Reason = p.ID, tx.NewID(), state, reason
	p.OriginalSeen = p.OriginalSeen || originalSeen
	p.KnownOn, p.At, p.Actor = tx.Today(), tx.At(), tx.Actor().ID
	return p, tx.AddPiece(ctx, p)
}

func invalid(key string, args fault.Args) error { return fault.New(fault.Invalid, key, args) }
