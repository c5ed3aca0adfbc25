package casework_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/casework"
	"bujiao/internal/law"
)

// TestGuardsThatNoScriptReaches: what the order of the steps already sees to is
// refused by its guard as well, if the books should say otherwise.
func TestGuardsThatNoScriptReaches(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	facts := law.Facts{"debt": int64(1), "debt_deferred": int64(0), "fee_owed": int64(0), "route": "transfer_by_dept", "remedies_over_on": "2026-01-01", "court_until": "2026-12-31",
		"demand_ripe_on": "2026-03-09", "own_ripe_on": "2026-01-01", "dossier_complete": false}
	d := &casework.Desk{Procedure: &casework.Procedure{Table: tables["enforcement"]}, Today: date(t, "2026-03-09"),
		Ask: func(context.Context, []string) (law.Facts, error) { return facts, nil }}
	for _, x := range []struct {
		state, event string
		role         access.Role
		data         casework.Values
		want         []string
	}{
		{"shortfall", "prepare_court", access.Enforcement, casework.Values{"court": "x", "property": "x", "head": "x"}, []string{"papers_there"}},
		{"court_prepared", "apply_court", access.Reviewer, nil, []string{"demand_ripe", "papers_there"}},
	} {
		_, _, err := d.Take(t.Context(), casework.Case{ID: "c", State: x.state, Seq: 1}, casework.Input{Event: x.event, Data: x.data}, access.Actor{ID: "a", Role: x.role})
		var unmet *casework.Unmet
		var got []string
		if errors.As(err, &unmet) {
			for _, g := range unmet.Guards {
				got = append(got, g.ID)
			}
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: refused by %v (%v), want %v", x.event, got, err, x.want)
		}
	}
}
