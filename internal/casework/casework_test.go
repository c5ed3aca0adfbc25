package casework_test

import (
	"regexp"
	"slices"
	"testing"

	"bujiao/internal/access"
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

// What the office has to see for itself is said by the office: no party can say
// of a paper that it was shown, or of a fact that it was verified.
func TestNobodySaysForTheOfficeWhatItSaw(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	looked := regexp.MustCompile("核对|核实|出示|查验|当地公布|已由本人退回")
	for kind, table := range tables {
		for _, m := range table.Moves {
			if !slices.ContainsFunc(m.By, party) {
				continue
			}
			for _, name := range slices.Concat(m.Fields, m.Optional) {
				if f := table.Fact(name); f.Type == "bool" && looked.MatchString(f.Text.ZH) {
					t.Errorf("%s: a party may say at %s: %s", kind, m.ID, f.Text.EN)
				}
			}
		}
	}
}

func party(r access.Role) bool { return r == access.Insured || r == access.EmployerAgent }

// A case that waits for a party does not wait for ever: the office or the clock
// can bring it to another state when the party does nothing, and somebody who
// applied can take it back. To act in the party's place is no way out.
func TestNobodyWaitsForAPartyForEver(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for kind, table := range tables {
		for _, s := range table.States {
			if !party(s.Owner) {
				continue
			}
			if !slices.ContainsFunc(table.Moves, func(m casework.Move) bool {
				return slices.Contains(m.From, s.ID) && m.To != s.ID && m.To != casework.Back && slices.ContainsFunc(m.By, func(r access.Role) bool { return !party(r) })
			}) {
				t.Errorf("%s: nobody but the party can move what is %s", kind, s.ID)
			}
		}
		if w := table.Move("withdraw"); w != nil && table.Move("return") != nil && !slices.Contains(w.From, "returned") {
			t.Errorf("%s: what was returned cannot be withdrawn", kind)
		}
	}
}

// Who names no event opens a case with the first that is theirs.
func TestACaseIsOpenedByAnEventOfTheAsker(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[access.Role]string{access.Insured: "apply", access.Clerk: "invite", access.Auditor: "invite"} {
		if m := tables["card"].OpeningFor(role); m.ID != want {
			t.Errorf("%s opens a card with %s, want %s", role, m.ID, want)
		}
	}
}

// TestForceHasItsOrder: property is sealed, distrained and auctioned only after
// the court ruled or the collector may enforce by itself, and auctioned only
// after it was sealed or distrained. A table that leaves a step out is found.
func TestForceHasItsOrder(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ event, from string }{{"seal", "shortfall"}, {"distrain", "agreed"}, {"auction", "enforcing"}, {"auction", "ruled"}, {"agree_stages", "overdue"}} {
		table := *tables["enforcement"]
		table.Moves = slices.Clone(table.Moves)
		i := slices.IndexFunc(table.Moves, func(m casework.Move) bool { return m.ID == x.event })
		table.Moves[i].From = append(slices.Clone(table.Moves[i].From), x.from)
		if len(casework.Check(&table).Problems) == 0 {
			t.Errorf("nobody notices that %s happens from %s", x.event, x.from)
		}
	}
}
