package sqlstore

import (
	"context"

	"bujiao/internal/audit"
	"bujiao/internal/books"
)

// Audit writes a line.
func (t *Tx) Audit(ctx context.Context, l audit.Line) {
	t.insert(ctx, tabAudit, t.area, t.NewID(), int64(t.At()), t.actor.ID, t.actor.Role, l.Action, l.Kind, l.Object, l.Reason, l.Before, l.After)
}

func auditLine(v vals) audit.Line {
	return audit.Line{ID: v.str(1), At: v.instant(2), Actor: v.str(3), Role: v.str(4), Action: v.str(5), Kind: v.str(6), Object: v.str(7),
		Reason: v.str(8), Before: v.str(9), After: v.str(10)}
}

// AuditOf lists the lines about an object.
func (t *Tx) AuditOf(ctx context.Context, kind, object string, p books.Page) ([]audit.Line, error) {
	return list(ctx, t, auditLine, "SELECT "+tabAudit.names+" FROM audit WHERE area = ? AND kind = ? AND object = ? AND id > ? ORDER BY id LIMIT ?",
		t.area, kind, object, p.After, int64(p.Size()))
}

// AuditBy lists the lines of an actor.
func (t *Tx) AuditBy(ctx context.Context, actor string, p books.Page) ([]audit.Line, error) {
	return list(ctx, t, auditLine, "SELECT "+tabAudit.names+" FROM audit WHERE area = ? AND actor = ? AND id > ? ORDER BY id LIMIT ?", t.area, actor, p.After, int64(p.Size()))
}

// AuditLines lists the lines of the area.
func (t *Tx) AuditLines(ctx context.Context, p books.Page) ([]audit.Line, error) {
	return list(ctx, t, auditLine, "SELECT "+tabAudit.names+" FROM audit WHERE area = ? AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// list reads rows into values.
func list[T any](ctx context.Context, t *Tx, of func(vals) T, query string, args ...any) ([]T, error) {
	out := []T{}
	err := t.query(ctx, func(v vals) error { out = append(out, of(v)); return nil }, query, args...)
	return out, err
}

// get reads one row into a value; none is books.ErrNotFound.
func get[T any](ctx context.Context, t *Tx, of func(vals) T, query string, args ...any) (T, error) {
	var out T
	err := t.one(ctx, func(v vals) error { out = of(v); return nil }, query, args...)
	return out, err
}
