package access

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// The states of an approval.
const (
	Asked   = "asked"
	Granted = "granted"
	Refused = "refused"
)

// Approval is something that one person asks for and another decides (两人复核).
// The payload is what is to be done, as JSON with ids and amounts only.
type Approval struct {
	ID          string        `json:"id"`
	Operation   Action        `json:"operation"` // the action that decides
	Object      string        `json:"object"`
	Payload     string        `json:"payload"`
	RequestedBy string        `json:"requested_by"`
	RequestedAt books.Instant `json:"requested_at"`
	DecidedBy   string        `json:"decided_by,omitempty"`
	DecidedAt   books.Instant `json:"decided_at"`
	State       string        `json:"state"`
	Reason      string        `json:"reason"` // of the request, then of the decision
	Stored      []any         `json:"-"`
}

// Approvals keeps them.
type Approvals interface {
	books.Frame
	AddApproval(ctx context.Context, a Approval)
	Approval(ctx context.Context, id string) (Approval, error)
	// ApprovalsOf lists those of an object, ApprovalsIn those in a state.
	ApprovalsOf(ctx context.Context, object string, p books.Page) ([]Approval, error)
	ApprovalsIn(ctx context.Context, state string, p books.Page) ([]Approval, error)
	SaveApproval(ctx context.Context, a Approval) error
}

// Ask leaves something for another to decide.
func Ask(ctx context.Context, tx Approvals, operation Action, object, payload, reason string) (Approval, error) {
	if reason == "" {
		return Approval{}, fault.New(fault.Invalid, "access.no_reason", nil)
	}
	a := Approval{ID: tx.NewID(), Operation: operation, Object: object, Payload: payload, RequestedBy: tx.Actor().ID, RequestedAt: tx.At(), State: Asked, Reason: reason}
	tx.AddApproval(ctx, a)
	return a, nil
}

// Decide grants or refuses what was asked for, once, and never by the one who
// asked. The caller then does what was granted, in the same transaction.
func Decide(ctx context.Context, tx Approvals, who Actor, operation Action, id string, grant bool, reason string) (Approval, error) {
	a, err := tx.Approval(ctx, id)
	if err != nil {
		return a, err
	}
	if a.Operation != operation {
		return a, books.ErrNotFound
	}
	if err := Check(who, operation, Scope{Area: tx.Area(), Maker: a.RequestedBy}); err != nil {
		return a, err
	}
	if a.State != Asked {
		return a, fault.New(fault.Conflict, "access.decided", fault.Args{"state": a.State})
	}
	a.State, a.DecidedBy, a.DecidedAt = Refused, tx.Actor().ID, tx.At()
	if grant {
		a.State = Granted
	}
	if reason != "" {
		a.Reason = reason
	}
	return a, tx.SaveApproval(ctx, a)
}
