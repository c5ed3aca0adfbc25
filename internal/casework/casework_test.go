package casework_test

import (
	"testing"

	"bujiao/internal/casework"
)

// Every kind holds what its section "must" demands, and leaving out any guard,
// any restriction of actors, any second pair of eyes or any "once" is found.
func TestTablesHoldWhatTheLawDemands(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for kind, table := range tables {
		t.Run(kind, func(t *testing.T) {
			r := casework.Check(table)
			for _, p := range r.Problems {
				t.Error(p)
			}
			mutants := casework.Mutants(table)
			for _, m := range mutants {
				if len(casework.Check(m.Table).Problems) == 0 {
					t.Errorf("nobody notices: %s", m.What)
				}
			}
			t.Logf("%s: %d states, %d transitions, %d mutants", kind, r.States, r.Transitions, len(mutants))
		})
	}
}
