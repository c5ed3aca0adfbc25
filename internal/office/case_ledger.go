package office

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// waiting is an event that happens by itself once the books say so, and a state
// in which cases wait for it.
type waiting struct {
	kind, state, event string
}

// waitings lists them for all kinds.
func waitings() ([]waiting, error) {
	tables, err := casework.Tables()
	if err != nil {
		return nil, err
	}
	var out []waiting
	for _, t := range tables {
		for _, m := range t.Moves {
			for _, s := range m.From {
				if m.Ledger {
					out = append(out, waiting{t.Kind, s, m.ID})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b waiting) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.state, b.state), cmp.Compare(a.event, b.event))
	})
	return out, nil
}

// booked lets happen, in the transaction that booked money of an employer or of
// a person alone, what cases of that payer waited for.
func (o *Office) booked(ctx context.Context, tx store.Tx, area, employer, person string) error {
	list, err := waitings()
	if err != nil {
		return err
	}
	for again := true; again; { // a part that is done may be what its case waits for
		again = false
		for _, w := range list {
			f := casework.Filter{Kind: w.kind, State: w.state, Employer: employer}
			if employer == "" {
				f.Person = person
			}
			cases, err := tx.Cases(ctx, f, books.Page{Limit: 1000})
			if err != nil {
				return err
			}
			for _, c := range cases {
				moved, err := o.tryLedger(ctx, tx, area, c, w.event)
				if err != nil {
					return err
				}
				again = again || moved
			}
		}
	}
	return nil
}

// tryLedger lets an event happen if its guards hold and nobody was faster.
func (o *Office) tryLedger(ctx context.Context, tx store.Tx, area string, c casework.Case, event string) (bool, error) {
	_, err := o.moveIn(ctx, tx, Request{Actor: access.Self, Area: area}, c.ID, casework.Input{Event: event}, nil)
	var unmet *casework.Unmet
	var f *fault.Error
	if errors.As(err, &unmet) || errors.As(err, &f) && f.Key == "casework.not_now" {
		return false, nil
	}
	return err == nil, err
}

// runLedgerCases looks, night by night, at what waits for the ledger: money
// also comes by files of banks, and falls due to nobody's counter.
func (o *Office) runLedgerCases(ctx context.Context, area string) (n int, err error) {
	list, err := waitings()
	if err != nil {
		return 0, err
	}
	for again := true; again; {
		again = false
		for _, w := range list {
			moved, err := o.runWaiting(ctx, area, w)
			if err != nil {
				return n, err
			}
			n, again = n+moved, again || moved > 0
		}
	}
	return n, nil
}

// runWaiting moves the cases of a state for which an event may happen. They are
// read without keeping anybody from writing; only those that move are written.
func (o *Office) runWaiting(ctx context.Context, area string, w waiting) (n int, err error) {
	q := Request{Actor: access.Self, Area: area}
	for p := (books.Page{Limit: sweepPage}); ; {
		var ready []casework.Case
		page, err := See(ctx, o, q, func(tx store.Tx) ([]casework.Case, error) {
			page, err := tx.Cases(ctx, casework.Filter{Kind: w.kind, State: w.state}, p)
			if err != nil {
				return nil, err
			}
			ready = nil
			for _, c := range page {
				ok, err := o.mayHappen(ctx, tx, q, c.ID, w.event)
				if err != nil {
					return nil, err
				}
				if ok {
					ready = append(ready, c)
				}
			}
			return page, nil
		})
		if err != nil {
			return n, err
		}
		for _, c := range ready {
			moved, err := Do(ctx, o, q, "case.clock", c.ID, func(tx store.Tx) (bool, error) { return o.tryLedger(ctx, tx, area, c, w.event) })
			if err != nil {
				return n, err
			}
			if moved {
				n++
			}
		}
		if len(page) < p.Size() {
			return n, nil
		}
		p.After = page[len(page)-1].ID
	}
}

// mayHappen reports whether nothing stands in the way of an event.
func (o *Office) mayHappen(ctx context.Context, tx store.Tx, q Request, id, event string) (bool, error) {
	s, err := o.caseStep(ctx, tx, q, "case.move", id)
	if err != nil {
		return false, err
	}
	s.desk.Ask = s.ask
	options, err := s.desk.Options(ctx, s.c, q.Actor)
	return slices.ContainsFunc(options, func(x casework.Option) bool { return x.Move.ID == event && x.Unmet == nil }), err
}
