package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/registry"
)

func clockRow(area string, c registry.Clock) []any {
	return []any{area, c.ID, c.Kind, c.ObjectKind, c.Object, dateText(c.StartsOn), dateText(c.EndsOn), string(c.State), dateText(c.MetOn)}
}

func readClock(v vals) registry.Clock {
	return registry.Clock{ID: v.str(1), Kind: v.str(2), ObjectKind: v.str(3), Object: v.str(4), StartsOn: v.date(5), EndsOn: v.date(6),
		State: registry.ClockState(v.str(7)), MetOn: v.date(8), Stored: append([]any{}, v...)}
}

// AddClock adds a term.
func (t *Tx) AddClock(ctx context.Context, c registry.Clock) {
	t.insert(ctx, tabClock, clockRow(t.area, c)...)
}

// SaveClock writes a term back that still is as it was read.
func (t *Tx) SaveClock(ctx context.Context, c registry.Clock) error {
	return t.update(ctx, tabClock, c.Stored, clockRow(t.area, c))
}

// Clock finds the term of a kind about an object.
func (t *Tx) Clock(ctx context.Context, kind, object string) (registry.Clock, error) {
	return get(ctx, t, readClock, "SELECT "+tabClock.names+" FROM clock WHERE area = ? AND kind = ? AND object = ?", t.area, kind, object)
}

// Overdue lists open terms that ended before a day.
func (t *Tx) Overdue(ctx context.Context, day calendar.Date, p books.Page) ([]registry.Clock, error) {
	return list(ctx, t, readClock, "SELECT "+tabClock.names+" FROM clock WHERE area = ? AND state = 'open' AND ends_on <> '' AND ends_on < ? AND id > ? ORDER BY id LIMIT ?",
		t.area, dateText(day), p.After, int64(p.Size()))
}

// Endless lists open terms whose end is not known yet.
func (t *Tx) Endless(ctx context.Context, p books.Page) ([]registry.Clock, error) {
	return list(ctx, t, readClock, "SELECT "+tabClock.names+" FROM clock WHERE area = ? AND state = 'open' AND ends_on = '' AND id > ? ORDER BY id LIMIT ?",
		t.area, p.After, int64(p.Size()))
}
