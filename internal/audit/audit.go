// Package audit is the record of who did what to which object, and why. It is
// append-only: a line is written in the transaction of the change it tells of,
// and carries a MAC. Reading a person leaves a line too, which that person can
// see (R-REC-01, R-REC-04, R-PRIV-03).
//
// Lines hold ids and codes only. Before and after are JSON without personal
// data: names, numbers and accounts stand in them as "changed".
package audit

import (
	"context"

	"bujiao/internal/books"
)

// Line is one line of the audit.
type Line struct {
	ID     string        `json:"id"`
	At     books.Instant `json:"at"`
	Actor  string        `json:"actor"`
	Role   string        `json:"role"`
	Action string        `json:"action"` // such as person.read, declaration.submit
	Kind   string        `json:"kind"`   // of the object: person, employer, ...
	Object string        `json:"object"` // id of the object
	Reason string        `json:"reason,omitempty"`
	Before string        `json:"before,omitempty"` // JSON
	After  string        `json:"after,omitempty"`  // JSON
}

// Log takes and gives lines of the area of the transaction.
type Log interface {
	books.Frame
	// Audit writes a line; id, moment, actor and role come from the transaction.
	Audit(ctx context.Context, l Line)
	// AuditOf lists the lines about an object, oldest first.
	AuditOf(ctx context.Context, kind, object string, p books.Page) ([]Line, error)
	// AuditBy lists the lines of what an account did, oldest first.
	AuditBy(ctx context.Context, actor string, p books.Page) ([]Line, error)
	// AuditLines lists the lines of the area, oldest first.
	AuditLines(ctx context.Context, p books.Page) ([]Line, error)
}
