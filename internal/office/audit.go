package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/store"
)

// AuditQuery asks for lines of the audit: about an object, by an account, or
// all.
type AuditQuery struct {
	Kind   string     `json:"kind,omitempty"` // of the object
	Object string     `json:"object,omitempty"`
	Actor  string     `json:"actor,omitempty"`
	Page   books.Page `json:"-"`
}

// AuditLines lists lines of the audit, oldest first. That they were read is a
// line of its own: of the area, not of each person that the lines name.
func (o *Office) AuditLines(ctx context.Context, q Request, in AuditQuery) ([]audit.Line, error) {
	if err := access.Check(q.Actor, "audit.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	list, err := See(ctx, o, q, func(tx store.Tx) ([]audit.Line, error) {
		switch {
		case in.Object != "":
			return tx.AuditOf(ctx, in.Kind, in.Object, in.Page)
		case in.Actor != "":
			return tx.AuditBy(ctx, in.Actor, in.Page)
		}
		return tx.AuditLines(ctx, in.Page)
	})
	if err != nil {
		return nil, err
	}
	return list, o.Store.Update(books.WithActor(ctx, q.Actor.Books()), q.Area, func(tx store.Tx) error {
		return Audited(ctx, tx, "audit.read", "area", q.Area, "", nil, in)
	})
}
