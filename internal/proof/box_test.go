package proof_test

import (
	"slices"
	"testing"

	"bujiao/internal/proof"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

// A box that was changed, or is gone, is named; the months of the people are as
// they were, and nothing is said of them.
func TestBadBoxIsNoNewsOfMonths(t *testing.T) {
	w := openTown(t, storetest.SQLite)
	employer := w.found(p1, p2)
	w.month(employer, "2025-02", p1, p2)
	w.year(employer)
	storetest.Intrude(t, w.engine, w.raw)
	tab := sqlstore.TableOf("box")
	for _, row := range storetest.ReadRaw(t, w.raw, tab) {
		for col := 2; col < 6; col++ {
			bad := slices.Clone(row)
			bad[col] = other(row[col])
			w.put(tab, row, bad)
			if found := w.prove().Differences; len(found) != 1 || found[0].Kind != proof.Changed || found[0].Table != "box" || found[0].Row != row[1] {
				t.Errorf("box %s of %s: %+v", row[4], row[3], found)
			}
			w.put(tab, bad, row)
		}
		where, args := w.key(tab, row)
		w.exec("DELETE FROM box WHERE "+where, args...)
		if found := w.prove().Differences; len(found) != 1 || found[0].Kind != proof.Missing || found[0].Table != "box" || found[0].Row != row[1] {
			t.Errorf("box %s of %s is gone: %+v", row[4], row[3], found)
		}
		w.insert(tab, row)
	}
}
