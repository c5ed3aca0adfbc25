package office

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// MoveJob is the kind of the jobs that book the second entry of a move.
const MoveJob = "ledger.move"

// ProposeMove asks for a move of money from the request's area to another, in
// which the persons of personal accounts must be registered.
func (o *Office) ProposeMove(ctx context.Context, q Request, in ledger.Move) (access.Approval, error) {
	in.From = q.Area
	if err := access.Check(q.Actor, "ledger.correct", access.Scope{Area: q.Area}); err != nil {
		return access.Approval{}, err
	}
	if err := in.Check(); err != nil {
		return access.Approval{}, err
	}
	if _, err := o.Laws.Book(in.To); err != nil { // an area that no pack knows has no books
		return access.Approval{}, err
	}
	documents, err := o.documents(ctx, in)
	if err != nil {
		return access.Approval{}, err
	}
	err = o.Store.View(ctx, in.To, func(tx store.Tx) error {
		_, err := arriving(ctx, tx, in, documents)
		return err
	})
	if err != nil {
		return access.Approval{}, err
	}
	return o.propose(ctx, q, ByHand{Move: &in}, in.Reason, func(store.Tx) error { return nil })
}

// give posts the entry of the area that gives; the other area's follows by a
// job.
func give(ctx context.Context, tx store.Tx, m ledger.Move, approval string) (ledger.Entry, error) {
	if err := held(ctx, tx, m); err != nil {
		return ledger.Entry{}, err
	}
	if err := covered(ctx, tx, m, approval); err != nil {
		return ledger.Entry{}, err
	}
	e, err := m.Out()
	if err != nil {
		return e, err
	}
	if e, err = ledger.Post(ctx, tx, e); err != nil {
		return e, err
	}
	payload, err := json.Marshal(m)
	if err != nil {
		return e, err
	}
	_, err = tx.Enqueue(ctx, MoveJob, m.Key, string(payload), tx.At())
	return e, err
}

// held sees that personal accounts hold what moves; their persons stay locked.
func held(ctx context.Context, tx store.Tx, m ledger.Move) error {
	type account struct {
		person string
		scheme insurance.Scheme
	}
	left := map[account]money.Fen{}
	var persons []string
	for _, p := range m.Parts {
		if p.Account == ledger.Personal {
			left[account{p.Person, p.Scheme}] -= p.EmployerFen + p.PersonFen
			persons = append(persons, p.Person)
		}
	}
	if err := tx.LockPersons(ctx, persons...); err != nil {
		return err
	}
	list, err := tx.PersonalOf(ctx, persons, tx.Today())
	for _, a := range list {
		if k := (account{a.Person, a.Scheme}); left[k] != 0 {
			left[k] += a.Amount
		}
	}
	for k, f := range left {
		if err == nil && f < 0 {
			err = fault.New(fault.Conflict, "ledger.move_not_held", fault.Args{"scheme": k.scheme.String()})
		}
	}
	return err
}

// givenSetting is the approval of the last move out of the area's funds.
const givenSetting = "fund_given"

// covered sees that the funds hold what moves. Two moves at the same moment do
// not both count on the same money: each writes down that it was the last, and
// one of them finds that it was not.
func covered(ctx context.Context, tx store.Tx, m ledger.Move, approval string) error {
	left := map[insurance.Scheme]money.Fen{}
	for _, p := range m.Parts {
		if p.Account == ledger.Fund {
			left[p.Scheme] -= p.EmployerFen + p.PersonFen
		}
	}
	if len(left) == 0 {
		return nil
	}
	last, err := tx.Setting(ctx, givenSetting)
	if err == nil {
		err = tx.SetSetting(ctx, givenSetting, last, approval)
	}
	if err != nil {
		return err
	}
	list, err := tx.Balances(ctx, ledger.Fund, "")
	if err != nil {
		return err
	}
	for _, b := range list {
		if _, moves := left[b.Scheme]; moves {
			left[b.Scheme] -= b.EmployerFen + b.PersonFen // a fund stands on the other side
		}
	}
	for scheme, f := range left {
		if f < 0 {
			return fault.New(fault.Conflict, "ledger.move_not_covered", fault.Args{"scheme": scheme.String()})
		}
	}
	return nil
}

// documents are the keyed hashes of the documents of the persons of a move, as
// the area that gives knows them.
func (o *Office) documents(ctx context.Context, m ledger.Move) (out map[string]string, err error) {
	err = o.Store.View(ctx, m.From, func(tx store.Tx) error {
		out = map[string]string{}
		for _, id := range m.Persons() {
			p, err := tx.Person(ctx, id, registry.When{AsOf: tx.Today()})
			if err != nil {
				return notFound(err, "ledger.move_nobody")
			}
			out[id] = p.NumberHash
		}
		return nil
	})
	return out, err
}

// arriving is the entry of the area that takes: its persons are found by their
// documents.
func arriving(ctx context.Context, tx store.Tx, m ledger.Move, documents map[string]string) (ledger.Entry, error) {
	found, err := tx.PersonsByHash(ctx, slices.Collect(maps.Values(documents)), tx.Today())
	if err != nil {
		return ledger.Entry{}, err
	}
	there := make(map[string]string, len(documents))
	for id, hash := range documents {
		there[id] = found[hash]
	}
	return m.In(there)
}

// TakeMove books what another area gave: the second entry of a move, once. The
// money of a person who is not registered here stays on the clearing account of
// the other area, and the job is tried again.
func (o *Office) TakeMove(ctx context.Context, payload string) (ledger.Entry, error) {
	var m ledger.Move
	if err := json.Unmarshal([]byte(payload), &m); err != nil {
		return ledger.Entry{}, err
	}
	documents, err := o.documents(ctx, m)
	if err != nil {
		return ledger.Entry{}, err
	}
	return Do(ctx, o, Request{Actor: access.Self, Area: m.To}, "ledger.take_move", m, func(tx store.Tx) (ledger.Entry, error) {
		e, err := arriving(ctx, tx, m, documents)
		if err != nil {
			return e, err
		}
		if e, err = ledger.Post(ctx, tx, e); err != nil {
			return e, err
		}
		return e, Audited(ctx, tx, "ledger.approve", "entry", e.ID, m.Reason, nil, map[string]any{"from": m.From})
	})
}
