package storetest

import (
	"context"
	"strings"
	"testing"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// texts: what one engine does not keep, neither does. Whichever door it came
// through is told so, by name.
func texts(t *testing.T, e Engine) {
	for _, text := range []string{"a\x00b", "a\xffb"} {
		db, _ := New(t, e)
		for name, do := range map[string]func(context.Context, store.Tx) error{
			"written": func(ctx context.Context, tx store.Tx) error {
				tx.Audit(ctx, audit.Line{Action: "a", Kind: "person", Object: "x", Reason: text})
				return tx.Flush(ctx)
			},
			"encrypted": func(ctx context.Context, tx store.Tx) error {
				_, err := tx.PutBox(ctx, "case", "c", "facts", text)
				return err
			},
			"asked for": func(ctx context.Context, tx store.Tx) error {
				_, err := tx.AuditOf(ctx, "person", text, books.Page{})
				return err
			},
		} {
			err := db.Update(t.Context(), Area, func(tx store.Tx) error { return do(t.Context(), tx) })
			if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.Key != "store.not_text" || strings.Contains(f.Error(), "a\x00") {
				t.Errorf("%q is %s: %v", text, name, err)
			}
		}
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			lines, err := tx.AuditOf(ctx, "person", "x", books.Page{})
			if len(lines) != 0 {
				t.Errorf("%d lines are left", len(lines))
			}
			return err
		})
	}
}
