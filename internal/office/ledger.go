package office

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// ByHand is an entry that a person writes: a correction, or a move to another
// area. Another person approves it before it is posted (R-REC-04).
type ByHand struct {
	Correct *ledger.Correcting `json:"correct,omitempty"`
	Move    *ledger.Move       `json:"move,omitempty"`
}

// object is what the entry is about: another entry, or the move.
func (b ByHand) object() string {
	if b.Correct != nil {
		return b.Correct.Entry
	}
	return b.Move.Key
}

// parts are the legs that it is about.
func (b ByHand) parts() []ledger.Leg {
	if b.Correct != nil {
		return b.Correct.Legs
	}
	return b.Move.Parts
}

// ProposeCorrection asks for a correction of an entry.
func (o *Office) ProposeCorrection(ctx context.Context, q Request, in ledger.Correcting) (access.Approval, error) {
	return o.propose(ctx, q, ByHand{Correct: &in}, in.Reason, func(tx store.Tx) error { return collection.CheckCorrection(ctx, tx, in) })
}

func (o *Office) propose(ctx context.Context, q Request, in ByHand, reason string, check func(store.Tx) error) (access.Approval, error) {
	if err := access.Check(q.Actor, "ledger.correct", access.Scope{Area: q.Area}); err != nil {
		return access.Approval{}, err
	}
	return Do(ctx, o, q, "ledger.correct", in, func(tx store.Tx) (access.Approval, error) {
		if err := check(tx); err != nil {
			return access.Approval{}, err
		}
		payload, err := json.Marshal(in)
		if err != nil {
			return access.Approval{}, err
		}
		a, err := access.Ask(ctx, tx, "ledger.approve", in.object(), string(payload), reason)
		if err != nil {
			return a, err
		}
		return a, Audited(ctx, tx, "ledger.correct", "entry", in.object(), reason, nil, in)
	})
}

// Decision decides on what another proposed.
type Decision struct {
	Approval string `json:"approval"`
	Grant    bool   `json:"grant"`
	Reason   string `json:"reason"`
}

// Decided is the decision, and the entry that it led to.
type Decided struct {
	Approval access.Approval `json:"approval"`
	Entry    *ledger.Entry   `json:"entry,omitempty"`
}

// DecideEntry approves or refuses an entry by hand. An approved one is posted at
// once; of a move the other area's entry follows by a job.
func (o *Office) DecideEntry(ctx context.Context, q Request, in Decision) (Decided, error) {
	if err := mayDecide(q, "ledger.approve"); err != nil {
		return Decided{}, err
	}
	return Do(ctx, o, q, "ledger.approve", in, func(tx store.Tx) (Decided, error) {
		a, err := access.Decide(ctx, tx, q.Actor, "ledger.approve", in.Approval, in.Grant, in.Reason)
		if err != nil {
			return Decided{}, notFound(err, "ledger.no_approval")
		}
		out := Decided{Approval: a}
		if in.Grant {
			var b ByHand
			if err := json.Unmarshal([]byte(a.Payload), &b); err != nil {
				return out, err
			}
			e, err := b.post(ctx, tx, a.ID)
			if err != nil {
				return out, err
			}
			out.Entry = &e
		}
		return out, Audited(ctx, tx, "ledger.approve", "entry", a.Object, in.Reason, nil, map[string]any{"approval": a.ID, "state": a.State})
	})
}

func (b ByHand) post(ctx context.Context, tx store.Tx, approval string) (ledger.Entry, error) {
	if b.Correct != nil {
		return collection.Correct(ctx, tx, *b.Correct, approval)
	}
	return give(ctx, tx, *b.Move, approval)
}

// ClosePeriod closes a month that is over: nothing is posted into it any more.
func (o *Office) ClosePeriod(ctx context.Context, q Request, m calendar.Month) (calendar.Month, error) {
	if err := access.Check(q.Actor, "period.close", access.Scope{Area: q.Area}); err != nil {
		return 0, err
	}
	return Do(ctx, o, q, "period.close", m, func(tx store.Tx) (calendar.Month, error) {
		if err := ledger.Close(ctx, tx, m); err != nil {
			return 0, err
		}
		return m, Audited(ctx, tx, "period.close", "period", m.String(), "", nil, nil)
	})
}

// InterestInput asks for the yearly interest of a scheme's personal accounts.
type InterestInput struct {
	Scheme insurance.Scheme `json:"scheme"`
	Year   int              `json:"year"`
}

// interestStep is how many accounts are credited in one transaction.
const interestStep = 500

// CreditInterest credits a year's interest to all personal accounts of a scheme,
// step by step: a run that was cut short is run again and does what is left.
func (o *Office) CreditInterest(ctx context.Context, q Request, in InterestInput) (ledger.Credited, error) {
	var all ledger.Credited
	if err := access.Check(q.Actor, "interest.credit", access.Scope{Area: q.Area}); err != nil {
		return all, err
	}
	type step struct {
		InterestInput
		After string
	}
	for after := ""; ; {
		s := q
		if q.Key != "" {
			s.Key = q.Key + "/" + after
		}
		done, err := Do(ctx, o, s, "interest.credit", step{in, after}, func(tx store.Tx) (ledger.Credited, error) {
			r, err := o.reader(tx)
			if err != nil {
				return ledger.Credited{}, err
			}
			done, err := ledger.CreditInterest(ctx, tx, r, in.Scheme, in.Year, after, interestStep)
			if err != nil || done.Accounts == 0 {
				return done, err
			}
			return done, Audited(ctx, tx, "interest.credit", "interest", in.Scheme.String(), "", nil, done)
		})
		if err != nil {
			return all, err
		}
		all.Rate, all.Rule, all.Accounts = done.Rate, done.Rule, all.Accounts+done.Accounts
		if all.Amount, err = all.Amount.Add(done.Amount); err != nil || done.Next == "" {
			return all, err
		}
		after = done.Next
	}
}

// JournalQuery asks for entries: those about a thing, or a page of all.
type JournalQuery struct {
	RefKind string     `json:"ref_kind,omitempty"`
	Ref     string     `json:"ref,omitempty"`
	Page    books.Page `json:"page"`
}

// Journal lists entries.
func (o *Office) Journal(ctx context.Context, q Request, in JournalQuery) ([]ledger.Entry, error) {
	if in.RefKind != "" && !slices.Contains(ledger.RefKinds, in.RefKind) || in.RefKind == "" && in.Ref != "" {
		return nil, fault.New(fault.Usage, "ledger.unknown_ref_kind", fault.Args{"kinds": strings.Join(ledger.RefKinds, ", ")})
	}
	return showLedger(ctx, o, q, func(tx store.Tx) (list []ledger.Entry, persons []string, err error) {
		if in.RefKind != "" {
			list, err = tx.EntriesOf(ctx, in.RefKind, in.Ref)
		} else {
			list, err = tx.Entries(ctx, in.Page)
		}
		return list, inEntries(list...), err
	})
}

// inEntries are the persons of entries.
func inEntries(list ...ledger.Entry) (out []string) {
	for _, e := range list {
		out = append(out, personsOf(e.Legs, func(l ledger.Leg) string { return l.Person })...)
	}
	return out
}

// EntryView is an entry with what corrects it.
type EntryView struct {
	ledger.Entry
	Corrections []ledger.Entry `json:"corrections"`
}

// Entry reads one.
func (o *Office) Entry(ctx context.Context, q Request, id string) (EntryView, error) {
	return showLedger(ctx, o, q, func(tx store.Tx) (v EntryView, persons []string, err error) {
		if v.Entry, err = tx.Entry(ctx, id); err != nil {
			return v, nil, notFound(err, "ledger.no_entry")
		}
		v.Corrections, err = tx.CorrectionsOf(ctx, id)
		return v, inEntries(append(v.Corrections, v.Entry)...), err
	})
}

// Balances sums an account by party and scheme, a page at a time; an empty
// party is all.
func (o *Office) Balances(ctx context.Context, q Request, account, party string, p books.Page) ([]ledger.Balance, error) {
	if !slices.Contains(ledger.Names, account) {
		return nil, fault.New(fault.Invalid, "ledger.unknown_account", fault.Args{"accounts": strings.Join(ledger.Names, ", ")})
	}
	return showLedger(ctx, o, q, func(tx store.Tx) ([]ledger.Balance, []string, error) {
		list, err := tx.BalancePage(ctx, account, party, p)
		if err != nil {
			return nil, nil, err
		}
		persons, err := tx.PersonFacts(ctx, personsOf(list, func(b ledger.Balance) string { return b.Party }), registry.When{AsOf: tx.Today()})
		return list, slices.Collect(maps.Keys(persons)), err // of parties that are none, there are no facts
	})
}

// ClosedPeriods lists the closed months.
func (o *Office) ClosedPeriods(ctx context.Context, q Request) ([]calendar.Month, error) {
	return seeLedger(ctx, o, q, func(tx store.Tx) ([]calendar.Month, error) { return tx.ClosedPeriods(ctx) })
}

func seeLedger[Out any](ctx context.Context, o *Office, q Request, fn func(store.Tx) (Out, error)) (Out, error) {
	if err := access.Check(q.Actor, "ledger.read", access.Scope{Area: q.Area}); err != nil {
		var none Out
		return none, err
	}
	return See(ctx, o, q, fn)
}

// showLedger is Show of what is read with the ledger.
func showLedger[Out any](ctx context.Context, o *Office, q Request, fn func(store.Tx) (Out, []string, error)) (Out, error) {
	if err := access.Check(q.Actor, "ledger.read", access.Scope{Area: q.Area}); err != nil {
		var none Out
		return none, err
	}
	return Show(ctx, o, q, "ledger.read", fn)
}
