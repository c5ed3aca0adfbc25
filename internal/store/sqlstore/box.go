package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store"
	"bujiao/internal/vault"
)

// place binds a box to its row.
func (t *Tx) place(id string) string { return t.area + "/box/" + id }

// PutBox encrypts a text.
func (t *Tx) PutBox(ctx context.Context, kind, owner, field, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if !isPlain(text) {
		return "", notPlain(kind + "." + field)
	}
	id := t.NewID()
	data, err := t.db.Vault.Seal(t.place(id), text)
	if err != nil {
		return "", err
	}
	t.insert(ctx, tabBox, t.area, id, kind, owner, field, data)
	return id, nil
}

// OpenBoxes decrypts boxes, all read at once.
func (t *Tx) OpenBoxes(ctx context.Context, ids ...string) ([]string, error) {
	at := map[string][]int{}
	args := []any{t.area}
	for i, id := range ids {
		if id == "" {
			continue
		}
		if at[id] == nil {
			args = append(args, id)
		}
		at[id] = append(at[id], i)
	}
	out := make([]string, len(ids))
	if len(at) == 0 {
		return out, nil
	}
	found := 0
	for rest := args[1:]; len(rest) > 0; {
		n := min(len(rest), 500)
		err := t.query(ctx, func(v vals) error {
			text, err := t.db.Vault.Open(t.place(v.str(0)), v.bytes(1))
			if err != nil {
				return fmt.Errorf("box %s: %w", v.str(0), err)
			}
			for _, i := range at[v.str(0)] {
				out[i] = text
			}
			found++
			return nil
		}, "SELECT id, data FROM box WHERE area = ? AND id IN ("+strings.TrimSuffix(strings.Repeat("?, ", n), ", ")+")", append([]any{t.area}, rest[:n]...)...)
		if err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	if found != len(at) {
		return nil, fault.New(fault.Internal, "store.tampered", fault.Args{"table": tabBox.Name, "row": "?"})
	}
	return out, nil
}

// DropBox takes a box away; one that is not there is gone already.
func (t *Tx) DropBox(ctx context.Context, id string) error {
	row, err := get(ctx, t, func(v vals) []any { return append([]any{}, v...) }, "SELECT "+tabBox.names+" FROM box WHERE area = ? AND id = ?", t.area, id)
	if errors.Is(err, books.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.remove(ctx, tabBox, row)
}

// Rebox encrypts boxes of old keys anew.
func (t *Tx) Rebox(ctx context.Context, n int) (int, error) {
	head := []byte(vault.Algorithm + ":" + t.db.Vault.Current() + ":")
	end := append(bytes.Clone(head[:len(head)-1]), ';') // the byte after ':'
	old, err := list(ctx, t, func(v vals) []any { return append([]any{}, v...) },
		"SELECT "+tabBox.names+" FROM box WHERE area = ? AND (data < ? OR data >= ?) ORDER BY id LIMIT ?", t.area, head, end, int64(n))
	if err != nil {
		return 0, err
	}
	for _, row := range old {
		id := row[1].(string)
		text, err := t.db.Vault.Open(t.place(id), row[5].([]byte))
		if err != nil {
			return 0, fmt.Errorf("box %s: %w", id, err)
		}
		data, err := t.db.Vault.Seal(t.place(id), text)
		if err != nil {
			return 0, err
		}
		if err := t.update(ctx, tabBox, row, []any{row[0], row[1], row[2], row[3], row[4], data}); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// Kept reads a kept result.
func (t *Tx) Kept(ctx context.Context, key string) (store.Kept, error) {
	return get(ctx, t, func(v vals) store.Kept {
		return store.Kept{Key: v.str(1), Operation: v.str(2), InputHash: v.str(3), Result: v.str(4), Actor: v.str(5), At: v.instant(6)}
	}, "SELECT "+tabIdempotency.names+" FROM idempotency WHERE area = ? AND key = ?", t.area, key)
}

// Keep keeps a result.
func (t *Tx) Keep(ctx context.Context, k store.Kept) {
	t.insert(ctx, tabIdempotency, t.area, k.Key, k.Operation, k.InputHash, k.Result, t.actor.ID, int64(t.At()))
}
