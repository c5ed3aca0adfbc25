package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Journal is what posting needs of the store.
type Journal interface {
	books.Frame
	// AddEntry writes legs and entry. A key that is there is a TakenError of
	// entry; legs that do not sum to zero are books.ErrUnbalanced; a closed month
	// is books.ErrPeriodClosed. The database may say so only at commit.
	AddEntry(ctx context.Context, e Entry) error
	// Prior is what posting must know: the entries under the keys, and the last
	// closed month (zero: none). The store may first assume that there are no such
	// entries and no month was closed lately; where the database then refuses, it
	// runs the transaction again with what is there.
	Prior(ctx context.Context, keys []string) (earlier []Entry, closed calendar.Month, err error)
}

// Post books an entry and returns it as it stands in the journal. An entry
// under the same key with the same input is returned as it was booked; with
// another input it is fault ledger.key_reused. Id, moment and actor are the
// transaction's, an empty day is its office date; a day to come is refused. The month of posting is that
// of the day, or the first open one after it.
// Of two that post one key at the same moment, the later finds the first.
func Post(ctx context.Context, s Journal, e Entry) (Entry, error) {
	list, err := PostAll(ctx, s, []Entry{e})
	if err != nil {
		return Entry{}, err
	}
	return list[0], nil
}

// PostAll posts many entries; the journal is asked once for all of them.
func PostAll(ctx context.Context, s Journal, entries []Entry) ([]Entry, error) {
	keys := make([]string, len(entries))
	hashes := make([]string, len(entries))
	for i, e := range entries {
		if err := e.check(); err != nil {
			return nil, err
		}
		if e.PostedOn > s.Today() {
			return nil, fault.New(fault.Invalid, "ledger.day_to_come", fault.Args{"day": e.PostedOn.String()})
		}
		h, err := e.hash()
		if err != nil {
			return nil, err
		}
		keys[i], hashes[i] = e.Key, h
	}
	earlier, closed, err := s.Prior(ctx, keys)
	if err != nil {
		return nil, err
	}
	known := make(map[string]Entry, len(earlier)+len(entries))
	for _, e := range earlier {
		known[e.Key] = e
	}
	out := make([]Entry, len(entries))
	for i, e := range entries {
		if k, ok := known[e.Key]; ok {
			if k.InputHash != hashes[i] {
				return nil, fault.New(fault.Conflict, "ledger.key_reused", nil)
			}
			out[i] = k
			continue
		}
		e.ID, e.InputHash, e.At, e.KnownOn, e.Actor = s.NewID(), hashes[i], s.At(), s.Today(), s.Actor().ID
		if e.PostedOn == 0 {
			e.PostedOn = s.Today()
		}
		e.PostedMonth = max(e.PostedOn.Month(), closed+1)
		if err := s.AddEntry(ctx, e); err != nil {
			return nil, err
		}
		known[e.Key], out[i] = e, e
	}
	return out, nil
}

// check sees that the entry can be booked: the database refuses the same
// again, but cannot say it in these words.
func (e Entry) check() error {
	switch {
	case e.Key == "":
		return fault.New(fault.Invalid, "ledger.no_key", nil)
	case e.RefKind != "" && !slices.Contains(RefKinds, e.RefKind):
		return fmt.Errorf("ledger: entries about %q are not listed in RefKinds", e.RefKind)
	case len(e.Legs) < 2:
		return fault.New(fault.Invalid, "ledger.few_legs", nil)
	case (e.Kind == Correction) != (e.Corrects != ""):
		return fault.New(fault.Invalid, "ledger.corrects_nothing", nil)
	}
	var total money.Fen
	var err error
	for _, l := range e.Legs {
		if !slices.Contains(Names, l.Account) {
			return fault.New(fault.Invalid, "ledger.unknown_account", fault.Args{"accounts": strings.Join(Names, ", ")})
		}
		if total, err = money.Sum(total, l.EmployerFen, l.PersonFen); err != nil {
			return fault.Wrap(fault.Invalid, "ledger.overflow", nil, err)
		}
	}
	if total != 0 {
		return fault.Wrap(fault.Invalid, "ledger.unbalanced", fault.Args{"difference": total.String()}, books.ErrUnbalanced)
	}
	return nil
}

// hash is over what was asked for: not over what posting adds.
func (e Entry) hash() (string, error) {
	data, err := json.Marshal(struct {
		Kind, RefKind, Ref, Corrects, Reason string
		On                                   calendar.Date
		Legs                                 []Leg
	}{e.Kind, e.RefKind, e.Ref, e.Corrects, e.Reason, e.PostedOn, e.Legs})
	if err != nil {
		return "", fmt.Errorf("hash entry: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
