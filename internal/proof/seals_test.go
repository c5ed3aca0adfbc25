package proof_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"bujiao/internal/proof"
	"bujiao/internal/seal"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// blind does not find a line that has no place.
type blind struct {
	store.Tx
	to []string
}

func (b *blind) Unsealed(ctx context.Context, kind, after string, n int) ([]seal.Place, error) {
	list, err := b.Tx.Unsealed(ctx, kind, after, n)
	if len(list) > 0 && len(b.to) < len(seal.Kinds) {
		b.to = append(b.to, list[0].Ref)
	}
	return slices.DeleteFunc(list, func(p seal.Place) bool { return slices.Contains(b.to, p.Ref) }), err
}

// A line that a seal passed by is named once it is old.
func TestLineThatWasNeverSealed(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			w := openTown(t, e)
			w.month(w.found(p1), "2025-03", p1) // one bill, one line of the audit
			var passed []string
			for night := range 3 {
				w.today++
				w.clock.Add(25 * time.Hour)
				w.update(func(ctx context.Context, tx store.Tx) error {
					b := &blind{Tx: tx, to: passed}
					_, err := seal.Day(ctx, b, storetest.SealKey())
					passed = b.to
					return err
				})
				found := w.prove().Differences
				if night == 0 { // what was committed yesterday may have been late
					continue
				}
				if len(found) != 2 || found[0].Kind != proof.Unsealed || found[0].Table != "entry" || found[0].Row != passed[0] || found[1].Kind != proof.Unsealed ||
					found[1].Table != "audit" || found[1].Row != passed[1] {
					t.Errorf("night %d: passed by %v, found %+v", night, passed, found)
				}
			}
			w.today++
			w.seal()
			w.sound("sealed at last")
		})
	}
}
