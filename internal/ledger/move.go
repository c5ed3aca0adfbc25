package ledger

import (
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Move takes money of funds and personal accounts from one area to another.
// Each area's books balance by themselves: it is two entries, one in each,
// against the clearing account. What has left and not arrived is the sum of the
// clearing accounts of both.
type Move struct {
	Key    string        `json:"key"`
	From   string        `json:"from"`
	To     string        `json:"to"`
	On     calendar.Date `json:"on"`
	Reason string        `json:"reason"`
	Parts  []Leg         `json:"parts"` // of Fund and Personal: what moves, positive
}

// Check refuses a move that is none.
func (m Move) Check() error {
	switch {
	case m.From == m.To || m.From == "" || m.To == "":
		return fault.New(fault.Invalid, "ledger.move_areas", nil)
	case m.Key == "":
		return fault.New(fault.Invalid, "ledger.no_key", nil)
	case m.Reason == "":
		return fault.New(fault.Invalid, "ledger.no_reason", nil)
	case len(m.Parts) == 0:
		return fault.New(fault.Invalid, "ledger.few_legs", nil)
	}
	for _, p := range m.Parts {
		switch {
		case p.Account != Fund && p.Account != Personal, p.EmployerFen < 0, p.PersonFen < 0, p.EmployerFen == 0 && p.PersonFen == 0,
			(p.Account == Personal) != (p.Person != ""), p.Account == Personal && p.Party != p.Person, p.Charge != "":
			return fault.New(fault.Invalid, "ledger.move_part", fault.Args{"account": p.Account})
		}
	}
	return nil
}

// Out is the entry of the area that gives: it owes less to funds and persons.
func (m Move) Out() (Entry, error) { return m.entry("out", m.To, 1) }

// In is the entry of the area that takes. There maps the ids that persons have
// in the area that gives to those that they have in this one: a person has an id
// in each area.
func (m Move) In(there map[string]string) (Entry, error) {
	parts := make([]Leg, len(m.Parts))
	for i, l := range m.Parts {
		if l.Person != "" {
			id := there[l.Person]
			if id == "" {
				return Entry{}, fault.New(fault.Conflict, "ledger.move_person", fault.Args{"area": m.To})
			}
			l.Party, l.Person = id, id
		}
		parts[i] = l
	}
	m.Parts = parts
	return m.entry("in", m.From, -1)
}

// Persons are those whose own accounts move.
func (m Move) Persons() (out []string) {
	for _, l := range m.Parts {
		if l.Person != "" && !slices.Contains(out, l.Person) {
			out = append(out, l.Person)
		}
	}
	return out
}

func (m Move) entry(side, other string, sign money.Fen) (Entry, error) {
	e := Entry{Kind: Transfer, PostedOn: m.On, RefKind: "move", Ref: m.Key, Key: "move:" + m.From + ":" + m.Key + ":" + side, Reason: m.Reason}
	way := Leg{Account: Clearing, Party: other}
	var err error
	for _, l := range m.Parts {
		l.EmployerFen, l.PersonFen = sign*l.EmployerFen, sign*l.PersonFen
		e.Legs = append(e.Legs, l)
		if way.EmployerFen, err = way.EmployerFen.Add(-l.EmployerFen); err == nil {
			way.PersonFen, err = way.PersonFen.Add(-l.PersonFen)
		}
		if err != nil {
			return e, fault.Wrap(fault.Invalid, "ledger.overflow", nil, err)
		}
	}
	e.Legs = append(e.Legs, way)
	return e, nil
}
