package casework

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/access"
	"bujiao/internal/law"
)

// Table is a kind of case.
type Table struct {
	Kind   string   `yaml:"kind" json:"kind"`
	Name   law.Text `yaml:"name" json:"name"`
	About  string   `yaml:"about" json:"about"`                   // employer | person: whose case it is
	Also   string   `yaml:"also,omitempty" json:"also,omitempty"` // employer | person: who else sees it
	Rules  []string `yaml:"rules,flow" json:"rules"`              // of the rule book
	Facts  []Fact   `yaml:"facts" json:"facts"`
	Guards []Guard  `yaml:"guards" json:"guards"`
	States []State  `yaml:"states" json:"states"`
	Moves  []Move   `yaml:"events" json:"events"`
	// Sides are the events that every office knows (common.yaml), with where they
	// may happen in this kind.
	Sides map[string]Side `yaml:"sides,omitempty" json:"-"`
	// Must is what the law demands, written apart from the table, so that Check
	// can hold one against the other.
	Must []Demand `yaml:"must" json:"must"`

	vocabulary *law.Vocabulary
}

// Fact is something that guards speak of and events carry.
type Fact struct {
	Name   string   `yaml:"name" json:"name"`
	Type   string   `yaml:"type" json:"type"`                              // bool, int, fen, day, month, code, text, words (personal data: kept encrypted)
	Values []string `yaml:"values,omitempty,flow" json:"values,omitempty"` // of a code
	From   string   `yaml:"from" json:"from"`                              // form: given with an event; books: read when asked for; effect: what an effect made
	Text   law.Text `yaml:"text" json:"text"`
}

// Guard is a condition of an event.
type Guard struct {
	ID   string   `yaml:"id" json:"id"`
	When string   `yaml:"when,omitempty" json:"when,omitempty"` // CEL over the facts; empty: a term (InTime, TermOver)
	Rule string   `yaml:"rule,omitempty" json:"rule,omitempty"`
	Text law.Text `yaml:"text" json:"text"` // why the event is refused
}

// The guards that look at the term of the state.
const (
	InTime   = "in_time"
	TermOver = "term_over"
)

// State of a case.
type State struct {
	ID    string      `yaml:"id" json:"id"`
	Name  law.Text    `yaml:"name" json:"name"`
	Owner access.Role `yaml:"owner,omitempty" json:"owner,omitempty"` // who has to act
	Clock *Clock      `yaml:"clock,omitempty" json:"clock,omitempty"`
	End   string      `yaml:"end,omitempty" json:"end,omitempty"` // done, refused, withdrawn, failed: nothing more happens
}

// Clock is the term of a state. A state without one has Attend.
type Clock struct {
	Duty  string `yaml:"duty,omitempty" json:"duty,omitempty"`   // of the packs
	By    string `yaml:"by,omitempty" json:"by,omitempty"`       // fact with a code: each of its values has a duty of its own, DUTY_VALUE
	Since string `yaml:"since,omitempty" json:"since,omitempty"` // fact with the day it begins after; empty: the day of the event
	Until string `yaml:"until,omitempty" json:"until,omitempty"` // instead of a duty: fact with the last day
	Then  string `yaml:"then" json:"then"`                       // event when it is over, or Escalate
	After string `yaml:"after,omitempty" json:"after,omitempty"` // duty within which what was done in the term is booked: Then waits for it
}

// Escalate instead of an event: the case goes to the reviewer's list.
const Escalate = "escalate"

// Attend is the duty of the packs after which a case that nobody moved is
// looked at; a convention of the office, no law.
const Attend = "attend_case"

// Back as the target of an event: the state before the case was set aside.
const Back = "back"

// Clockwork is who does what happens when a term is over.
const Clockwork access.Role = "clock"

// Move is an event that may happen.
type Move struct {
	ID        string            `yaml:"id" json:"id"`
	Name      law.Text          `yaml:"name" json:"name"`
	From      []string          `yaml:"from,omitempty,flow" json:"from,omitempty"` // empty: it opens a case
	To        string            `yaml:"to" json:"to"`
	By        []access.Role     `yaml:"by,flow" json:"by"`
	OtherThan []string          `yaml:"other_than,omitempty,flow" json:"other_than,omitempty"` // not by whoever did these last (四眼)
	Once      bool              `yaml:"once,omitempty" json:"once,omitempty"`
	Needs     []string          `yaml:"needs,omitempty,flow" json:"needs,omitempty"`
	Fields    []string          `yaml:"fields,omitempty,flow" json:"fields,omitempty"`
	Optional  []string          `yaml:"optional,omitempty,flow" json:"optional,omitempty"`
	Sets      map[string]string `yaml:"sets,omitempty,flow" json:"sets,omitempty"`
	Clears    []string          `yaml:"clears,omitempty,flow" json:"clears,omitempty"` // facts that a new round asks for anew
	Reason    bool              `yaml:"reason,omitempty" json:"reason,omitempty"`      // a reason in words must be given
	Effects   []string          `yaml:"effects,omitempty,flow" json:"effects,omitempty"`
	Papers    []string          `yaml:"papers,omitempty,flow" json:"papers,omitempty"` // templates that are issued
	Basis     []string          `yaml:"basis,omitempty,flow" json:"basis,omitempty"`
	Aside     bool              `yaml:"aside,omitempty" json:"aside,omitempty"`         // sets the case aside; Back returns
	Months    bool              `yaml:"months,omitempty" json:"months,omitempty"`       // may state anew which months the case is about
	Newcomer  bool              `yaml:"newcomer,omitempty" json:"newcomer,omitempty"`   // opens a case about an employer that is not in the register yet
	Ledger    bool              `yaml:"ledger,omitempty" json:"ledger,omitempty"`       // happens by itself once the books say so: after a payment at the counter, else at night
	Quiet     bool              `yaml:"quiet,omitempty" json:"quiet,omitempty"`         // the parties do not know of it before it is disclosed, or the case ends
	Discloses bool              `yaml:"discloses,omitempty" json:"discloses,omitempty"` // the parties see from here on what was quiet before
	Again     bool              `yaml:"again,omitempty" json:"again,omitempty"`         // hands in again what opened the case, see Desk.corrects
	Help      law.Text          `yaml:"help,omitempty" json:"help"`
}

// Opens reports whether the event opens a case.
func (m *Move) Opens() bool { return len(m.From) == 0 }

// Side says where an event of common.yaml may happen, and by whom.
type Side struct {
	From      []string      `yaml:"from,flow"`
	By        []access.Role `yaml:"by,flow"`
	To        string        `yaml:"to,omitempty"`
	Needs     []string      `yaml:"needs,omitempty,flow"`
	OtherThan []string      `yaml:"other_than,omitempty,flow"`
	Effects   []string      `yaml:"effects,omitempty,flow"`
	Papers    []string      `yaml:"papers,omitempty,flow"`
	Fields    []string      `yaml:"fields,omitempty,flow"`
	Optional  []string      `yaml:"optional,omitempty,flow"`
	Clears    []string      `yaml:"clears,omitempty,flow"`
	Clock     *Clock        `yaml:"clock,omitempty"` // of the state it leads to
	Months    bool          `yaml:"months,omitempty"`
	Basis     []string      `yaml:"basis,omitempty,flow"`
}

// Demand is one thing that must hold of a table: the event happens only so, and
// the states named under Before are reached only after it.
type Demand struct {
	Event     string        `yaml:"event" json:"event"`
	By        []access.Role `yaml:"by,flow" json:"by"`
	OtherThan []string      `yaml:"other_than,omitempty,flow" json:"other_than,omitempty"`
	Needs     []string      `yaml:"needs,omitempty,flow" json:"needs,omitempty"`
	Once      bool          `yaml:"once,omitempty" json:"once,omitempty"`
	Before    []string      `yaml:"before,omitempty,flow" json:"before,omitempty"`
	Or        string        `yaml:"or,omitempty" json:"or,omitempty"` // event that opens the states of Before as well
	Quiet     bool          `yaml:"quiet,omitempty" json:"quiet,omitempty"`
	Discloses bool          `yaml:"discloses,omitempty" json:"discloses,omitempty"`
}

//go:embed tables/*.yaml
var files embed.FS

// Tables reads the kinds that the program knows, by name of the kind. They are
// compiled in and checked by tests.
var Tables = sync.OnceValues(func() (map[string]*Table, error) {
	names, err := fs.Glob(files, "tables/*.yaml")
	if err != nil {
		return nil, err
	}
	out := map[string]*Table{}
	for _, name := range names {
		if name == "tables/common.yaml" {
			continue
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if out[t.Kind] != nil {
			return nil, fmt.Errorf("%s: kind %s stands twice", name, t.Kind)
		}
		out[t.Kind] = t
	}
	return out, nil
})

// common are the states and events that kinds have in common.
var common = sync.OnceValues(func() (*Table, error) {
	data, err := files.ReadFile("tables/common.yaml")
	if err != nil {
		return nil, err
	}
	t := &Table{}
	return t, decode(data, t)
})

func decode(data []byte, t *Table) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	return d.Decode(t)
}

// Parse reads a table, adds its sides and checks that it is whole. An error
// names what does not fit.
func Parse(data []byte) (*Table, error) {
	t := &Table{}
	if err := decode(data, t); err != nil {
		return nil, err
	}
	if err := t.addSides(); err != nil {
		return nil, err
	}
	return t, t.prepare()
}

// addSides writes the sides out, so that the table, its picture and its check
// know them like any other event.
func (t *Table) addSides() error {
	c, err := common()
	if err != nil {
		return err
	}
	defer t.nameApplicant()
	for _, f := range c.Facts {
		if t.Fact(f.Name) == nil {
			t.Facts = append(t.Facts, f)
		}
	}
	for _, m := range c.Moves { // in the order of common.yaml
		s, used := t.Sides[m.ID]
		if !used {
			continue
		}
		m.From, m.By = s.From, s.By
		m.Needs = append(slices.Clone(m.Needs), s.Needs...)
		m.OtherThan = append(slices.Clone(m.OtherThan), s.OtherThan...)
		m.Effects = append(slices.Clone(m.Effects), s.Effects...)
		m.Papers = append(slices.Clone(m.Papers), s.Papers...)
		m.Fields = append(slices.Clone(m.Fields), s.Fields...)
		m.Optional = append(slices.Clone(m.Optional), s.Optional...)
		m.Clears = append(slices.Clone(m.Clears), s.Clears...)
		m.Basis = append(slices.Clone(m.Basis), s.Basis...)
		m.Months = s.Months
		if s.To != "" {
			m.To = s.To
		}
		t.Moves = append(t.Moves, m)
		for _, g := range m.Needs {
			if x := c.Guard(g); x != nil && t.Guard(g) == nil {
				t.Guards = append(t.Guards, *x)
			}
		}
		if x := c.State(m.To); x != nil && t.State(m.To) == nil {
			state := *x
			if s.Clock != nil {
				state.Clock = s.Clock
			}
			t.States = append(t.States, state)
		}
	}
	for name := range t.Sides {
		if c.Move(name) == nil {
			return fmt.Errorf("side %s is not in common.yaml", name)
		}
	}
	return nil
}

// Applicant stands in a table for the role of whoever the case is about.
const Applicant access.Role = "applicant"

// nameApplicant writes the role of the applicant for the word.
func (t *Table) nameApplicant() {
	role := access.Insured
	if t.About == "employer" {
		role = access.EmployerAgent
	}
	name := func(list []access.Role) []access.Role {
		list = slices.Clone(list)
		for i, r := range list {
			if r == Applicant {
				list[i] = role
			}
		}
		return list
	}
	for i := range t.States {
		if t.States[i].Owner == Applicant {
			t.States[i].Owner = role
		}
	}
	for i := range t.Moves {
		t.Moves[i].By = name(t.Moves[i].By)
	}
	for i := range t.Must {
		t.Must[i].By = name(t.Must[i].By)
	}
}

// State finds a state; nil if there is none.
func (t *Table) State(id string) *State {
	return find(t.States, func(s *State) bool { return s.ID == id })
}

// Move finds an event; nil if there is none.
func (t *Table) Move(id string) *Move { return find(t.Moves, func(m *Move) bool { return m.ID == id }) }

// Guard finds a guard; nil if there is none.
func (t *Table) Guard(id string) *Guard {
	return find(t.Guards, func(g *Guard) bool { return g.ID == id })
}

// Fact finds a fact; nil if there is none.
func (t *Table) Fact(name string) *Fact {
	return find(t.Facts, func(f *Fact) bool { return f.Name == name })
}

func find[T any](list []T, is func(*T) bool) *T {
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// Concerns reports whether a party ("employer" or "person") has to do with
// cases of the kind: it sees them, is told of them and may act as the events say.
func (t *Table) Concerns(party string) bool { return t.About == party || t.Also == party }

// Clock is the term of a state; Attend where the table names none. An end has
// none.
func (t *Table) Clock(s *State) *Clock {
	switch {
	case s.End != "":
		return nil
	case s.Clock != nil:
		return s.Clock
	}
	return &Clock{Duty: Attend, Then: Escalate}
}

// Duties names the terms of the packs that the table counts.
func (t *Table) Duties() []string {
	var out []string
	for i := range t.States {
		if c := t.Clock(&t.States[i]); c != nil {
			if out = append(out, t.duties(c)...); c.After != "" {
				out = append(out, c.After)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// duties are those that a clock may count.
func (t *Table) duties(c *Clock) []string {
	switch {
	case c.Duty == "":
		return nil
	case c.By == "":
		return []string{c.Duty}
	}
	var out []string
	for _, v := range t.Fact(c.By).Values {
		out = append(out, c.duty(Values{c.By: v}))
	}
	return out
}

// duty is the one that counts by the facts of a case.
func (c *Clock) duty(facts Values) string {
	if c.By == "" {
		return c.Duty
	}
	return c.Duty + "_" + facts[c.By]
}

// Openings lists the events that open a case.
func (t *Table) Openings() []*Move {
	var out []*Move
	for i := range t.Moves {
		if t.Moves[i].Opens() {
			out = append(out, &t.Moves[i])
		}
	}
	return out
}

// OpeningFor is the event with which a role opens a case of the kind when it names
// none: the first of its own, else the first.
func (t *Table) OpeningFor(r access.Role) *Move {
	all := t.Openings()
	if i := slices.IndexFunc(all, func(m *Move) bool { return slices.Contains(m.By, r) }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// lines joins problems, one a line.
func lines(problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(problems, "\n"))
}
