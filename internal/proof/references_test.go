package proof_test

import (
	"context"
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/proof"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// A personal account belongs to somebody whom the area has registered.
func TestAccountOfNobodyIsNamed(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			w := openTown(t, e)
			w.found(p1)
			post := func(person string) (entry string) {
				w.update(func(ctx context.Context, tx store.Tx) error {
					e, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Transfer, RefKind: "move", Ref: "m", Key: "move:" + person, Legs: []ledger.Leg{
						{Account: ledger.Clearing, Party: "310000", PersonFen: 1_00},
						{Account: ledger.Personal, Party: person, Person: person, Scheme: insurance.Pension, PersonFen: -1_00}}})
					entry = e.ID
					return err
				})
				return entry
			}
			post(p1)
			w.sound("of a person")
			entry := post(p2)
			found := w.prove().Differences
			if len(found) != 1 || found[0].Kind != proof.Orphan || found[0].Table != "posting" || found[0].Row != entry+"/2" || found[0].Person != p2 {
				t.Errorf("of nobody: %+v", found)
			}
		})
	}
}
