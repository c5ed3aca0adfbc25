package casework

import (
	"fmt"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/law"
)

// factTypes gives the type of a fact as conditions see it. What is encrypted no
// condition can read.
var factTypes = map[string]law.FactType{
	"bool": law.BoolFact, "int": law.IntFact, "fen": law.IntFact,
	"day": law.TextFact, "month": law.TextFact, "code": law.TextFact, "text": law.TextFact,
}

// Words is the type of facts that are kept encrypted.
const Words = "words"

// roles are those that an event may name.
var roles = append([]access.Role{Clockwork}, access.Roles...)

// whole collects what does not fit in a table.
type whole struct {
	t   *Table
	bad []string
}

func (w *whole) say(format string, args ...any) { w.bad = append(w.bad, fmt.Sprintf(format, args...)) }

func (w *whole) text(what string, x law.Text) {
	if x.ZH == "" || x.EN == "" {
		w.say("%s: a language is missing", what)
	}
}

// prepare checks that everything that is named is there, and compiles guards.
func (t *Table) prepare() error {
	w := whole{t: t}
	if t.Kind == "" || (t.About != "employer" && t.About != "person") {
		w.say("kind and about (employer or person) must be given")
	}
	w.text("name", t.Name)
	w.facts()
	if t.vocabulary != nil {
		w.guards()
	}
	w.states()
	for i := range t.Moves {
		w.move(&t.Moves[i])
	}
	if len(t.Openings()) == 0 {
		w.say("no event opens a case")
	}
	w.demands()
	return lines(w.bad)
}

func (w *whole) facts() {
	names := map[string]law.FactType{"today": law.TextFact}
	for _, f := range w.t.Facts {
		if _, twice := names[f.Name]; twice {
			w.say("fact %s stands twice", f.Name)
		}
		if f.From != "form" && f.From != "books" && f.From != "effect" {
			w.say("fact %s: from %q", f.Name, f.From)
		}
		if (f.Type == "code") != (len(f.Values) > 0) {
			w.say("fact %s: a code has values, and nothing else has", f.Name)
		}
		w.text("fact "+f.Name, f.Text)
		if kind, ok := factTypes[f.Type]; ok {
			names[f.Name] = kind
		} else if f.Type != Words {
			w.say("fact %s: no type %q", f.Name, f.Type)
		}
	}
	var err error
	if w.t.vocabulary, err = law.NewVocabulary(names); err != nil {
		w.say("%v", err)
	}
}

func (w *whole) guards() {
	for i := range w.t.Guards {
		g := &w.t.Guards[i]
		if w.t.Guard(g.ID) != g {
			w.say("guard %s stands twice", g.ID)
		}
		w.text("guard "+g.ID, g.Text)
		term := g.ID == InTime || g.ID == TermOver
		if term == (g.When != "") {
			w.say("guard %s: a condition is wanted, but for those of the term", g.ID)
		}
		if err := w.t.vocabulary.Check(g.When); err != nil {
			w.say("guard %s: %v", g.ID, err)
		}
		if !slices.ContainsFunc(w.t.Moves, func(m Move) bool { return slices.Contains(m.Needs, g.ID) }) {
			w.say("guard %s guards nothing", g.ID)
		}
	}
}

func (w *whole) states() {
	for i := range w.t.States {
		s := &w.t.States[i]
		if w.t.State(s.ID) != s || s.ID == Back {
			w.say("state %s stands twice, or is a name of the engine", s.ID)
		}
		w.text("state "+s.ID, s.Name)
		if s.End != "" {
			if !slices.Contains([]string{"done", "refused", "withdrawn", "failed"}, s.End) || s.Clock != nil || s.Owner != "" {
				w.say("state %s: an end is done, refused, withdrawn or failed, and has no owner and no clock", s.ID)
			}
			continue
		}
		if !slices.Contains(access.Roles, s.Owner) {
			w.say("state %s: owner %q", s.ID, s.Owner)
		}
		c := w.t.Clock(s)
		if (c.Duty == "") == (c.Until == "") {
			w.say("state %s: a clock has a duty or an until", s.ID)
		}
		if f := w.t.Fact(c.By); c.By != "" && (f == nil || f.Type != "code" || c.Duty == "") {
			w.say("state %s: %s is no fact with a code that chooses the duty", s.ID, c.By)
		}
		for _, name := range []string{c.Since, c.Until} {
			if f := w.t.Fact(name); name != "" && (f == nil || f.Type != "day") {
				w.say("state %s: %s is no fact with a day", s.ID, name)
			}
		}
		if w.setAside(s.ID) && slices.ContainsFunc(w.t.Moves, func(m Move) bool { return m.To == s.ID && !m.Aside && !slices.Equal(m.From, []string{s.ID}) }) {
			w.say("state %s: a case is set aside in it, and comes to it otherwise as well", s.ID)
		}
		if m := w.t.Move(c.Then); c.Then != Escalate && (m == nil || !slices.Contains(m.By, Clockwork) || !slices.Contains(m.From, s.ID)) {
			w.say("state %s: when its term is over %q must be able to happen by the clock", s.ID, c.Then)
		}
	}
}

// setAside reports whether an event that sets cases aside leads to a state.
func (w *whole) setAside(state string) bool {
	return slices.ContainsFunc(w.t.Moves, func(m Move) bool { return m.Aside && m.To == state })
}

func (w *whole) move(m *Move) {
	if w.t.Move(m.ID) != m {
		w.say("event %s stands twice", m.ID)
	}
	w.text("event "+m.ID, m.Name)
	for _, s := range m.From {
		if x := w.t.State(s); x == nil {
			w.say("event %s: no state %s", m.ID, s)
		}
	}
	if m.Aside && slices.ContainsFunc(m.From, w.setAside) {
		w.say("event %s sets aside what is set aside", m.ID)
	}
	if m.To == Back && !slices.ContainsFunc(m.From, w.setAside) {
		w.say("event %s returns from a state that nothing sets aside", m.ID)
	}
	if m.To != Back && w.t.State(m.To) == nil {
		w.say("event %s: no state %s", m.ID, m.To)
	}
	if len(m.By) == 0 {
		w.say("event %s: by nobody", m.ID)
	}
	for _, r := range m.By {
		if !slices.Contains(roles, r) {
			w.say("event %s: no role %s", m.ID, r)
		}
	}
	if m.Again && m.To != Back {
		w.say("event %s: only what was set aside is handed in again", m.ID)
	}
	if slices.Contains(m.By, Clockwork) && (len(m.Fields) > 0 || m.Reason) {
		w.say("event %s: happens by the clock, which fills in no fields and no reason", m.ID)
	}
	if m.Newcomer && (!m.Opens() || w.t.About != "employer") {
		w.say("event %s: only what opens a case about an employer is for one that is not in the register", m.ID)
	}
	if m.Ledger && (!slices.Contains(m.By, Clockwork) || len(m.Needs) == 0) {
		w.say("event %s: what the ledger says happens by the clock, under a guard", m.ID)
	}
	if m.Quiet {
		w.quiet(m)
	}
	for _, g := range m.Needs {
		if w.t.Guard(g) == nil {
			w.say("event %s: no guard %s", m.ID, g)
		}
	}
	for _, o := range m.OtherThan {
		if x := w.t.Move(o); x == nil {
			w.say("event %s: other than %s, which is no event", m.ID, o)
		} else if x.Opens() && slices.ContainsFunc(w.t.Moves, func(x Move) bool { return x.Again }) {
			w.say("event %s: other than %s, which somebody else may have corrected", m.ID, o)
		}
	}
	for _, f := range append(slices.Clone(m.Fields), m.Optional...) {
		if x := w.t.Fact(f); x == nil || x.From != "form" {
			w.say("event %s: field %s is no fact of a form", m.ID, f)
		}
	}
	for _, f := range m.Clears {
		if w.t.Fact(f) == nil {
			w.say("event %s: clears %s, which is no fact", m.ID, f)
		}
	}
	for name, v := range m.Sets {
		f := w.t.Fact(name)
		if f == nil {
			w.say("event %s: sets %s, which is no fact", m.ID, name)
		} else if _, err := f.read(v); err != nil {
			w.say("event %s: sets %s: %v", m.ID, name, err)
		}
	}
}

// quiet checks that no party does what is quiet, and that by what they may do no
// party can tell that it happened.
func (w *whole) quiet(m *Move) {
	if slices.ContainsFunc(m.By, Party) || m.Opens() || m.Aside || m.To == Back {
		w.say("event %s: what a party does, or what opens a case or sets it aside, is not quiet", m.ID)
	}
	for i := range w.t.Moves {
		x := &w.t.Moves[i]
		for _, from := range m.From {
			if slices.ContainsFunc(x.By, Party) && slices.Contains(x.From, from) != slices.Contains(x.From, m.To) {
				w.say("event %s: whether %s may happen tells a party of it", m.ID, x.ID)
			}
		}
	}
}

func (w *whole) demands() {
	for _, d := range w.t.Must {
		if w.t.Move(d.Event) == nil {
			w.say("must: no event %s", d.Event)
		}
		if d.Or != "" && w.t.Move(d.Or) == nil {
			w.say("must: no event %s", d.Or)
		}
		for _, s := range d.Before {
			if w.t.State(s) == nil {
				w.say("must: no state %s", s)
			}
		}
		for _, g := range d.Needs {
			if w.t.Guard(g) == nil {
				w.say("must: no guard %s", g)
			}
		}
	}
}
