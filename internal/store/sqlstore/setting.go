package sqlstore

import (
	"context"
	"errors"

	"bujiao/internal/books"
)

// Setting reads a value of the area.
func (t *Tx) Setting(ctx context.Context, name string) (string, error) {
	row, err := t.setting(ctx, name)
	switch {
	case errors.Is(err, books.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return vals(row).str(2), nil
}

func (t *Tx) setting(ctx context.Context, name string) ([]any, error) {
	return get(ctx, t, func(v vals) []any { return append([]any{}, v...) }, "SELECT "+tabSetting.names+" FROM setting WHERE area = ? AND name = ?", t.area, name)
}

// SetSetting writes a value that still is what it was.
func (t *Tx) SetSetting(ctx context.Context, name, was, value string) error {
	old, err := t.setting(ctx, name)
	fresh := []any{t.area, name, value, int64(t.At())}
	switch {
	case errors.Is(err, books.ErrNotFound):
		if was != "" {
			return books.ErrStale
		}
		t.insert(ctx, tabSetting, fresh...)
		return nil
	case err != nil:
		return err
	case vals(old).str(2) != was:
		return books.ErrStale
	}
	return t.update(ctx, tabSetting, old, fresh)
}

// HasBooks reports whether an area has rows.
func (t *Tx) HasBooks(ctx context.Context, area string) (bool, error) {
	n, err := get(ctx, t, func(v vals) int64 { return v.int(0) }, "SELECT COUNT(*) FROM lane WHERE area = ?", area)
	return n > 0, err
}

// AreasWithWork lists the areas where a job is due, to claim it area by area.
func (d *DB) AreasWithWork(ctx context.Context) ([]string, error) {
	now := int64(books.InstantOf(d.Now()))
	wrong := now + anotherTime.Microseconds()
	return d.areas(ctx, "SELECT DISTINCT l.area FROM lane l WHERE EXISTS (SELECT 1 FROM job j WHERE j.area = l.area AND j.state = 'ready' AND (j.run_at <= ? OR j.created_at > ?) AND (j.lease_until <= ? OR j.lease_until > ?)) ORDER BY l.area", now, wrong, now, wrong)
}
