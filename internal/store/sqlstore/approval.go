package sqlstore

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/books"
)

func approvalRow(area string, a access.Approval) []any {
	return []any{area, a.ID, string(a.Operation), a.Object, a.Payload, a.RequestedBy, int64(a.RequestedAt), a.DecidedBy, int64(a.DecidedAt), a.State, a.Reason}
}

func readApproval(v vals) access.Approval {
	return access.Approval{ID: v.str(1), Operation: access.Action(v.str(2)), Object: v.str(3), Payload: v.str(4), RequestedBy: v.str(5), RequestedAt: v.instant(6),
		DecidedBy: v.str(7), DecidedAt: v.instant(8), State: v.str(9), Reason: v.str(10), Stored: append([]any{}, v...)}
}

// AddApproval adds one.
func (t *Tx) AddApproval(ctx context.Context, a access.Approval) {
	t.insert(ctx, tabApproval, approvalRow(t.area, a)...)
}

// Approval reads one.
func (t *Tx) Approval(ctx context.Context, id string) (access.Approval, error) {
	return get(ctx, t, readApproval, "SELECT "+tabApproval.names+" FROM approval WHERE area = ? AND id = ?", t.area, id)
}

// ApprovalsOf lists those of an object.
func (t *Tx) ApprovalsOf(ctx context.Context, object string, p books.Page) ([]access.Approval, error) {
	return list(ctx, t, readApproval, "SELECT "+tabApproval.names+" FROM approval WHERE area = ? AND object = ? AND id > ? ORDER BY id LIMIT ?", t.area, object, p.After, int64(p.Size()))
}

// ApprovalsIn lists those in a state.
func (t *Tx) ApprovalsIn(ctx context.Context, state string, p books.Page) ([]access.Approval, error) {
	return list(ctx, t, readApproval, "SELECT "+tabApproval.names+" FROM approval WHERE area = ? AND state = ? AND id > ? ORDER BY id LIMIT ?", t.area, state, p.After, int64(p.Size()))
}

// SaveApproval writes one back that still is as it was read.
func (t *Tx) SaveApproval(ctx context.Context, a access.Approval) error {
	return t.update(ctx, tabApproval, a.Stored, approvalRow(t.area, a))
}
