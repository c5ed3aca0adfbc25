package office

import (
	"cmp"
	"context"
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

// booked lets happen what cases of a payer waited for, once money of an order is
// booked. The payment stands whatever becomes of them: what cannot happen now is
// looked at again at night.
func (o *Office) booked(ctx context.Context, area, order string) error {
	list, err := waitings()
	if err != nil {
		return err
	}
	some, err := See(ctx, o, Request{Actor: access.Self, Area: area}, func(tx store.Tx) (some []casework.Filter, err error) {
		x, err := tx.Order(ctx, order)
		if err != nil {
			return nil, err
		}
		persons := []string{""}
		if x.Employer == "" {
			if persons, err = sameRecords(ctx, tx, x.Person); err != nil {
				return nil, err
			}
		}
		for _, person := range persons {
			f := casework.Filter{Employer: x.Employer, Person: person}
			for _, w := range list {
				cases, err := tx.Cases(ctx, w.of(f), books.Page{Limit: 1})
				if err != nil {
					return nil, err
				}
				if len(cases) > 0 {
					some = append(some, f)
					break
				}
			}
		}
		return some, nil
	})
	for _, f := range some {
		if _, err := o.runWaitings(ctx, area, list, f); err != nil {
			return err
		}
	}
	return err
}

// sameRecords are all records of the person whose a record is today.
func sameRecords(ctx context.Context, tx store.Tx, record string) ([]string, error) {
	stands, err := tx.Roots(ctx, []string{record}, tx.Today())
	if err != nil {
		return nil, err
	}
	return tx.SamePersons(ctx, stands[record], tx.Today())
}

// of is the filter of what waits so.
func (w waiting) of(f casework.Filter) casework.Filter {
	f.Kind, f.State = w.kind, w.state
	return f
}

// runLedgerCases looks, night by night, at what waits for the ledger: money
// also comes by files of banks, and falls due to nobody's counter.
func (o *Office) runLedgerCases(ctx context.Context, area string) (n int, err error) {
	list, err := waitings()
	if err != nil {
		return 0, err
	}
	return o.runWaitings(ctx, area, list, casework.Filter{})
}

func (o *Office) runWaitings(ctx context.Context, area string, list []waiting, f casework.Filter) (n int, err error) {
	for again := true; again; { // a part that is done may be what its case waits for
		again = false
		for _, w := range list {
			moved, err := o.runWaiting(ctx, area, w, f)
			if err != nil {
				return n, err
			}
			n, again = n+moved, again || moved > 0
		}
	}
	return n, nil
}

// refused reports an error that says why something is not to be, and not that
// the books could not be reached.
func refused(err error) bool {
	k := fault.KindOf(err)
	return err != nil && k != fault.Internal && k != fault.Unavailable
}

// runWaiting moves the cases of a state for which an event may happen. They are
// read without keeping anybody from writing; only those that move are written.
// One that is refused stays as it is, keeps no other from moving, and comes
// before a person when its term is over.
func (o *Office) runWaiting(ctx context.Context, area string, w waiting, f casework.Filter) (n int, err error) {
	q := Request{Actor: access.Self, Area: area}
	for p := (books.Page{Limit: sweepPage}); ; {
		var ready []casework.Case
		page, err := See(ctx, o, q, func(tx store.Tx) ([]casework.Case, error) {
			page, err := tx.Cases(ctx, w.of(f), p)
			if err != nil {
				return nil, err
			}
			ready = nil
			for _, c := range page {
				ok, err := o.mayHappen(ctx, tx, q, c.ID, w.event)
				if err != nil && !refused(err) {
					return nil, err
				}
				if ok && err == nil {
					ready = append(ready, c)
				}
			}
			return page, nil
		})
		if err != nil {
			return n, err
		}
		for _, c := range ready {
			_, err := Do(ctx, o, q, "case.clock", c.ID, func(tx store.Tx) (Moved, error) {
				return o.moveIn(ctx, tx, q, c.ID, casework.Input{Event: w.event}, nil)
			})
			if err != nil && !refused(err) {
				return n, err
			}
			if err == nil {
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
	x, err := s.desk.Option(ctx, s.c, event, q.Actor)
	return x != nil && x.Unmet == nil, err
}
