package office

import (
	"context"
	"encoding/json"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
)

// Approvals lists what one person asked for and another decides: what the role
// may ask for or decide; the auditor sees all.
func (o *Office) Approvals(ctx context.Context, q Request, state string, p books.Page) ([]access.Approval, error) {
	if err := access.Check(q.Actor, "approval.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "approval.read", func(tx store.Tx) ([]access.Approval, []string, error) {
		out, persons := []access.Approval{}, []string{}
		for p := p; len(out) < p.Size(); { // others stand among them
			list, err := tx.ApprovalsIn(ctx, state, p)
			if err != nil {
				return nil, nil, err
			}
			for _, a := range list {
				if p.After = a.ID; !concerns(q.Actor, a.Operation) || len(out) == p.Size() {
					continue
				}
				named, err := namedIn(a)
				if err != nil {
					return nil, nil, err
				}
				out, persons = append(out, a), append(persons, named...)
			}
			if len(list) < p.Size() {
				break
			}
		}
		return out, persons, nil
	})
}

// concerns reports whether a role asks for or decides such things.
func concerns(a access.Actor, decides access.Action) bool {
	asks, _ := access.Decides(decides)
	return a.Role == access.Auditor || access.May(a, decides) == nil || access.May(a, asks) == nil
}

// namedIn are the persons that a proposal is about.
func namedIn(a access.Approval) ([]string, error) {
	switch a.Operation {
	case "person.merge":
		var j Joining
		err := json.Unmarshal([]byte(a.Payload), &j)
		return []string{j.Loser, j.Winner}, err
	case "ledger.approve":
		var b ByHand
		err := json.Unmarshal([]byte(a.Payload), &b)
		return personsOf(b.parts(), func(l ledger.Leg) string { return l.Person }), err
	}
	return nil, nil
}
