package casework

import (
	"slices"

	"bujiao/internal/access"
)

// parties are the roles of those whose cases they are.
var parties = []access.Role{access.EmployerAgent, access.Insured}

// Party reports whether a role is that of those whose cases they are, and not of
// the office.
func Party(r access.Role) bool { return slices.Contains(parties, r) }

// HasQuiet reports whether anything in the kind is quiet.
func (t *Table) HasQuiet() bool {
	return slices.ContainsFunc(t.Moves, func(m Move) bool { return m.Quiet })
}

// disclosed counts the events up to the last one that discloses what was quiet
// before, or that ends the case.
func (t *Table) disclosed(events []Event) int {
	for i := len(events) - 1; i >= 0; i-- {
		if m := t.Move(events[i].Name); m != nil && m.Discloses {
			return i + 1
		}
		if s := t.State(events[i].To); s != nil && s.End != "" {
			return i + 1
		}
	}
	return 0
}

// Hides reports whether the parties of a case do not know of an event yet.
func (t *Table) Hides(event string, events []Event) bool {
	m := t.Move(event)
	return m != nil && m.Quiet && slices.ContainsFunc(events[t.disclosed(events):], func(e Event) bool { return e.Name == event })
}

// Seen is a case with its events as its parties see them: without what is quiet
// and was not disclosed yet, as if it stood where it stood before.
func (t *Table) Seen(c Case, events []Event) (Case, []Event) {
	if !t.HasQuiet() {
		return c, events
	}
	c = Case{ID: c.ID, Kind: c.Kind, Law: c.Law, Person: c.Person, Employer: c.Employer, Parent: c.Parent}
	out := []Event{}
	open, quiet := t.disclosed(events), false
	for i, e := range events {
		if m := t.Move(e.Name); i >= open {
			switch {
			case m == nil && quiet, m != nil && m.Quiet: // what the engine notes of a quiet state is quiet too
				quiet = true
				continue
			case m == nil:
				e.From, e.To = c.State, c.State
			case m.To == Back:
				quiet = e.To != c.Back
				e.From, e.To = c.State, c.Back
			default:
				quiet = false
				e.From = c.State
			}
		}
		c = t.Fold(c, e)
		out = append(out, e)
	}
	return c, out
}
