package office

import (
	"context"
	"errors"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// RunCaseClocks lets happen what the ledger says, and what the law says of terms
// that are over: the event that follows, or else the case goes to the reviewer's
// list. Each case is a transaction of its own; a second run finds nothing.
func (o *Office) RunCaseClocks(ctx context.Context, area string) (n int, err error) {
	if n, err = o.runLedgerCases(ctx, area); err != nil {
		return n, err
	}
	over, err := o.eachCase(ctx, area, func(tx store.Tx, p books.Page) ([]casework.Case, error) { return tx.CasesDue(ctx, tx.Today(), p) }, o.termOver, overdue)
	return n + over, err
}

// WindCases gives an end to terms that had none, once the working days of their
// year are published.
func (o *Office) WindCases(ctx context.Context, area string) (n int, err error) {
	return o.eachCase(ctx, area, func(tx store.Tx, p books.Page) ([]casework.Case, error) { return tx.CasesEndless(ctx, p) }, o.windCase, nil)
}

// eachCase does something with each case of a list and counts those it moved. A
// case for which it is refused keeps no other from moving: nothing of it is kept,
// and the other thing is done instead, if there is any.
func (o *Office) eachCase(ctx context.Context, area string, page func(store.Tx, books.Page) ([]casework.Case, error),
	do func(context.Context, *caseStep) (bool, error), instead func(context.Context, *caseStep, error) (bool, error)) (n int, err error) {
	q := Request{Actor: access.Self, Area: area}
	step := func(c casework.Case, do func(context.Context, *caseStep) (bool, error)) (bool, error) {
		return Do(ctx, o, q, "case.clock", c.ID, func(tx store.Tx) (bool, error) {
			s, err := o.caseStep(ctx, tx, q, "case.move", c.ID)
			if err != nil || s.c.Seq != c.Seq { // somebody was faster
				return false, err
			}
			return do(ctx, s)
		})
	}
	for p := (books.Page{}); ; {
		due, err := See(ctx, o, q, func(tx store.Tx) ([]casework.Case, error) { return page(tx, p) })
		if err != nil {
			return n, err
		}
		for _, c := range due {
			p.After = c.ID
			moved, err := step(c, do)
			if why := err; refused(err) && instead != nil {
				moved, err = step(c, func(ctx context.Context, s *caseStep) (bool, error) { return instead(ctx, s, why) })
			}
			if err != nil && !refused(err) {
				return n, err
			}
			if moved {
				n++
			}
		}
		if len(due) < p.Size() {
			return n, nil
		}
	}
}

// termOver is what follows the end of a term, once what was paid in it is booked.
func (o *Office) termOver(ctx context.Context, s *caseStep) (bool, error) {
	if wait, err := s.desk.Booked(s.c, s.law.Workdays()); err != nil || s.tx.Today() <= wait {
		return false, err
	}
	if s.c.Then == casework.Escalate {
		return overdue(ctx, s, nil)
	}
	s.in = casework.Input{Event: s.c.Then}
	_, err := o.happen(ctx, s)
	return err == nil, err
}

// overdue brings a case before a person: the law says of nothing that follows, or
// it could not happen, for the reason that the event names.
func overdue(ctx context.Context, s *caseStep, why error) (bool, error) {
	e := casework.Event{Name: casework.Overdue}
	var f *fault.Error
	if errors.As(why, &f) {
		e.Reason = f.Key
	}
	return true, s.note(ctx, e)
}

// windCase counts a term anew.
func (o *Office) windCase(ctx context.Context, s *caseStep) (bool, error) {
	ends, then, err := s.desk.Rewind(s.c)
	if err != nil || ends == 0 {
		if fault.KindOf(err) == fault.Missing {
			err = nil
		}
		return false, err
	}
	return true, s.note(ctx, casework.Event{Name: casework.Wound, EndsOn: ends, Then: then})
}

// note keeps an event of the engine itself, which leaves the state as it is.
func (s *caseStep) note(ctx context.Context, e casework.Event) error {
	e.Case, e.Seq, e.From, e.To, e.On = s.c.ID, s.c.Seq+1, s.c.State, s.c.State, s.tx.Today()
	e.At, e.Actor, e.Role = s.tx.At(), s.tx.Actor().ID, casework.Clockwork
	s.e = &e
	_, err := s.keep(ctx, nil)
	return err
}
