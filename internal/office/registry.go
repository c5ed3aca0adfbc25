package office

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// Ref names what an operation entered or changed.
type Ref struct {
	ID string `json:"id"`
}

// RegisterPerson adds an insured person.
func (o *Office) RegisterPerson(ctx context.Context, q Request, in registry.NewPerson) (Ref, error) {
	if err := access.Check(q.Actor, "person.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "person.register", in, func(tx store.Tx) (Ref, error) {
		p, err := registry.Register(ctx, tx, o.Vault.Index, in)
		if err != nil {
			return Ref{}, err
		}
		return Ref{p.ID}, Audited(ctx, tx, "person.write", "person", p.ID, in.Reason, nil, map[string]any{"registered": true, "kind": p.NumberKind, "from": p.From})
	})
}

// ChangePerson adds what is true of a person from a day.
func (o *Office) ChangePerson(ctx context.Context, q Request, id string, in registry.PersonChange) (Ref, error) {
	if err := access.Check(q.Actor, "person.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "person.change "+id, in, func(tx store.Tx) (Ref, error) {
		if err := tx.LockPersons(ctx, id); err != nil { // the state that is seen is the one that is changed
			return Ref{}, err
		}
		if err := o.sawPerson(ctx, tx, q, id); err != nil {
			return Ref{}, err
		}
		if _, err := registry.ChangePerson(ctx, tx, id, in); err != nil {
			return Ref{}, err
		}
		return Ref{id}, Audited(ctx, tx, "person.write", "person", id, in.Reason, nil, changed(in.From, in))
	})
}

// states is what the tag of a person or an employer is made from: the facts of
// a record are not changed but added to.
type states struct {
	Of     string
	States int64
}

// sawPerson tells the door a person's state. Of nobody it tells nothing.
func (o *Office) sawPerson(ctx context.Context, tx store.Tx, q Request, id string) error {
	n, err := tx.PersonStates(ctx, id)
	if err != nil || n == 0 {
		return err
	}
	return o.saw(q, states{id, n})
}

// changed names the fields of a change without their values, which may be
// personal.
func changed(from calendar.Date, in any) map[string]any {
	data, err := json.Marshal(in)
	var fields map[string]any
	if err == nil {
		err = json.Unmarshal(data, &fields)
	}
	if err != nil {
		return map[string]any{"from": from}
	}
	for _, own := range []string{"from", "reason"} {
		delete(fields, own)
	}
	return map[string]any{"from": from, "changed": slices.Sorted(maps.Keys(fields))}
}

// NewDocument is a document of a person from a day.
type NewDocument struct {
	registry.Document
	From calendar.Date `json:"from"`
}

// AddDocument adds a document of a person.
func (o *Office) AddDocument(ctx context.Context, q Request, person string, in NewDocument) (Ref, error) {
	if err := access.Check(q.Actor, "person.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "person.document "+person, in, func(tx store.Tx) (Ref, error) {
		i, err := registry.AddDocument(ctx, tx, o.Vault.Index, person, in.Document, in.From)
		if err != nil {
			return Ref{}, err
		}
		return Ref{person}, Audited(ctx, tx, "person.write", "person", person, "", nil, map[string]any{"document": i.Kind, "from": i.From})
	})
}

// Joining is what is asked for: to join a duplicate to a person, or to part it
// again.
type Joining struct {
	Loser  string `json:"loser"`
	Winner string `json:"winner,omitempty"` // empty: part
}

// ProposeJoining asks another to join two records of one person, or to part
// them. Nothing changes until DecideJoining.
func (o *Office) ProposeJoining(ctx context.Context, q Request, in Joining, reason string) (Ref, error) {
	if err := access.Check(q.Actor, "person.propose", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	type input struct {
		Joining
		Reason string
	}
	return Do(ctx, o, q, "person.propose", input{in, reason}, func(tx store.Tx) (Ref, error) {
		if in.Winner != "" {
			if err := registry.CheckMerge(ctx, tx, in.Loser, in.Winner); err != nil {
				return Ref{}, err
			}
		}
		payload, err := json.Marshal(in)
		if err != nil {
			return Ref{}, err
		}
		a, err := access.Ask(ctx, tx, "person.merge", in.Loser, string(payload), reason)
		if err != nil {
			return Ref{}, err
		}
		return Ref{a.ID}, Audited(ctx, tx, "person.propose", "person", in.Loser, reason, nil, in)
	})
}

// DecideJoining grants or refuses what was proposed, and does what is granted.
func (o *Office) DecideJoining(ctx context.Context, q Request, approval string, grant bool, reason string) (access.Approval, error) {
	if err := mayDecide(q, "person.merge"); err != nil {
		return access.Approval{}, err
	}
	type input struct {
		Approval string
		Grant    bool
		Reason   string
	}
	return Do(ctx, o, q, "person.merge", input{approval, grant, reason}, func(tx store.Tx) (access.Approval, error) {
		a, err := access.Decide(ctx, tx, q.Actor, "person.merge", approval, grant, reason)
		if err != nil {
			return a, notFound(err, "registry.no_proposal")
		}
		var j Joining
		if err := json.Unmarshal([]byte(a.Payload), &j); err != nil {
			return a, err
		}
		switch {
		case !grant:
		case j.Winner != "":
			_, err = registry.MergePersons(ctx, tx, j.Loser, j.Winner, a.Reason)
		default:
			_, err = registry.PartPersons(ctx, tx, j.Loser, a.Reason)
		}
		if err != nil {
			return a, err
		}
		return a, Audited(ctx, tx, "person.merge", "person", j.Loser, a.Reason, j, map[string]any{"state": a.State})
	})
}

// mayDecide asks whether the role decides at all, before what it decides on is
// read.
func mayDecide(q Request, action access.Action) error {
	return access.Check(q.Actor, action, access.Scope{Area: q.Area, Maker: "another"})
}

// when fills in the office date.
func when(tx store.Tx, w registry.When) registry.When {
	if w.AsOf == 0 {
		w.AsOf = tx.Today()
	}
	if w.KnownAt == 0 {
		w.KnownAt = tx.Today()
	}
	return w
}
