package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// Input is what somebody wants to happen.
type Input struct {
	Event  string `json:"event"`
	Data   Values `json:"data,omitempty"`
	Reason string `json:"reason,omitempty"`
	Months bool   `json:"-"` // the months are stated anew
}

// Asker reads facts of the books by name. One that cannot be known is left out.
type Asker func(ctx context.Context, names []string) (law.Facts, error)

// Desk is what a decision is taken with.
type Desk struct {
	*Procedure
	Days  *calendar.Workdays
	Today calendar.Date
	Ask   Asker
	Shown string // state in which the asker sees the case, where it is not the one in which it is
}

// Unmet says that guards of an event do not hold. It is a fault of kind
// Conflict, with every reason.
type Unmet struct {
	Event   string  `json:"event"`
	Guards  []Guard `json:"guards"`
	Unknown []Fact  `json:"unknown"` // facts without which a guard cannot be decided

	waits map[string][]string // guard -> facts it waits for
	table *Table
}

// Error names the guards.
func (u *Unmet) Error() string { return "casework.unmet: " + strings.Join(u.ids(), ", ") }

// Unwrap is the fault that doors show.
func (u *Unmet) Unwrap() error {
	return u.table.inWords(fault.New(fault.Conflict, "casework.unmet", fault.Args{"event": u.Event, "guards": strings.Join(u.ids(), ", ")}))
}

func (u *Unmet) ids() []string {
	var out []string
	for _, g := range u.Guards {
		out = append(out, g.ID)
	}
	return out
}

// Take decides whether an event may happen to a case now, and returns it as it
// would be kept. Nothing is changed. A case without a state is to be opened.
func (d *Desk) Take(ctx context.Context, c Case, in Input, who access.Actor) (Event, *Move, error) {
	e, m, err := d.take(ctx, c, in, who)
	if _, unmet := err.(*Unmet); err == nil || unmet {
		return e, m, err
	}
	return e, m, d.Table.inWords(err)
}

func (d *Desk) take(ctx context.Context, c Case, in Input, who access.Actor) (Event, *Move, error) {
	m, err := d.may(c, in, who)
	if err != nil {
		return Event{}, nil, err
	}
	back := Values{} // what a correction takes back
	if first := d.corrects(c, m); first != nil && (len(in.Data) > 0 || in.Months) {
		m, back = m.with(first), d.takenBack(c, first, &in)
	}
	data, err := d.data(m, in.Data)
	if err != nil {
		return Event{}, nil, err
	}
	maps.Copy(data, back)
	if m.Reason && strings.TrimSpace(in.Reason) == "" {
		return Event{}, nil, fault.New(fault.Invalid, "casework.no_reason", fault.Args{"event": m.ID})
	}
	if len(in.Reason) > maxText || (in.Reason != "" && !isText(in.Reason)) {
		return Event{}, nil, WrongValue("reason", "text", nil)
	}
	facts := clone(c.Facts)
	m.lay(facts, data)
	if err := d.guard(ctx, m, c, facts); err != nil {
		return Event{}, nil, err
	}
	e := Event{Case: c.ID, Seq: c.Seq + 1, Name: m.ID, From: c.State, To: m.To, On: d.Today, Data: data, Reason: in.Reason, Actor: who.ID, Role: roleOf(who)}
	return e, m, nil
}

// Wind sets the term of the state an event leads to, once its effects have said
// what they made.
func (d *Desk) Wind(m *Move, c Case, e *Event) (err error) {
	facts := clone(c.Facts)
	m.lay(facts, e.Data)
	switch {
	case m.To == Back:
		e.To, e.Left = c.Back, c.Left
		e.EndsOn, e.Then, err = d.resume(d.Table.State(c.Back), facts, c.Left, d.Today, d.Days)
	case m.To == c.State && d.Table.State(m.To).Clock == nil && c.EndsOn != 0:
		e.EndsOn, e.Then = c.EndsOn, c.Then
	default:
		e.EndsOn, e.Then, err = d.term(d.Table.State(m.To), facts, d.Today, d.Days)
	}
	switch {
	case m.Aside:
		e.Left = d.left(c, d.Today, d.Days)
	case m.To == c.State && c.Back != "": // still set aside
		e.Left = c.Left
	}
	return err
}

func roleOf(who access.Actor) access.Role {
	if who.Role == access.System {
		return Clockwork
	}
	return who.Role
}

// may checks state, actor and order.
func (d *Desk) may(c Case, in Input, who access.Actor) (*Move, error) {
	m := d.Table.Move(in.Event)
	switch {
	case m == nil:
		return nil, fault.New(fault.NotFound, "casework.no_event", fault.Args{"event": clip(in.Event), "kind": d.Table.Kind})
	case c.State == "" && !m.Opens():
		return nil, fault.New(fault.Conflict, "casework.opens_nothing", fault.Args{"event": m.ID})
	case c.State != "" && !slices.Contains(m.From, c.State):
		return nil, fault.New(fault.Conflict, "casework.not_now", fault.Args{"event": m.ID, "state": cmp.Or(d.Shown, c.State)})
	case !slices.Contains(m.By, roleOf(who)):
		return nil, fault.New(fault.Forbidden, "casework.not_you", fault.Args{"event": m.ID, "role": string(who.Role), "by": spaced(m.By)})
	case m.Once && c.Counts[m.ID] > 0:
		return nil, fault.New(fault.Conflict, "casework.once", fault.Args{"event": m.ID})
	case slices.ContainsFunc(m.OtherThan, func(o string) bool { return c.Actors[o] == who.ID }):
		return nil, fault.New(fault.Forbidden, "access.another_pair_of_eyes", fault.Args{"action": m.ID})
	}
	return m, nil
}

// corrects is the event that opened a case, if what it said may be corrected now:
// nothing happened since but that the case was set aside where that event led.
func (d *Desk) corrects(c Case, m *Move) (first *Move) {
	for name := range c.Counts {
		switch x := d.Table.Move(name); {
		case !m.Again || (x != nil && !x.Opens() && !x.Aside):
			return nil
		case x != nil && x.Opens() && x.To == c.Back:
			first = x
		}
	}
	return first
}

// takenBack are the facts that a correction empties: those that effects made of
// what the case said at first, which are made anew, and fields that nobody had to
// give and that are given empty.
func (d *Desk) takenBack(c Case, first *Move, in *Input) Values {
	back := Values{}
	for name := range c.Facts {
		if f := d.Table.Fact(name); f != nil && f.From == "effect" {
			back[name] = ""
		}
	}
	rest := Values{}
	for name, v := range in.Data {
		if v == "" && slices.Contains(first.Optional, name) {
			back[name] = ""
		} else {
			rest[name] = v
		}
	}
	in.Data = rest
	return back
}

// with is an event that says again what the first one said: any of its fields,
// under all its guards, with its effects and papers.
func (m *Move) with(first *Move) *Move {
	x := *m
	x.Needs, x.Effects, x.Papers = slices.Concat(m.Needs, first.Needs), slices.Concat(m.Effects, first.Effects), slices.Concat(m.Papers, first.Papers)
	x.Optional = slices.Concat(m.Optional, first.Fields, first.Optional)
	x.Months = m.Months || first.Months
	return &x
}

// spaced are roles as an argument of a fault.
func spaced(roles []access.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	return strings.Join(out, " ")
}

// clip keeps a name that was made up from filling an answer.
func clip(s string) string {
	for i, r := range s {
		if i > 40 || r < '!' || r > '~' {
			return s[:i]
		}
	}
	return s
}

// data checks the fields of an event and adds what it sets itself.
func (d *Desk) data(m *Move, given Values) (Values, error) {
	out := Values{}
	for name, v := range given {
		if !slices.Contains(m.Fields, name) && !slices.Contains(m.Optional, name) {
			return nil, fault.New(fault.Invalid, "casework.no_field", fault.Args{"field": clip(name), "event": m.ID})
		}
		f := d.Table.Fact(name)
		if len(v) > maxText || ((f.Type == "text" || f.Type == Words) && !isText(v)) {
			return nil, WrongValue(f.Name, f.Type, nil)
		}
		if _, err := f.read(v); err != nil {
			return nil, err
		}
		out[name] = v
	}
	for _, name := range m.Fields {
		if _, ok := out[name]; !ok {
			return nil, fault.New(fault.Invalid, "casework.field_missing", fault.Args{"field": name, "event": m.ID})
		}
	}
	for name, v := range m.Sets {
		out[name] = v
	}
	return out, nil
}

// guard decides all guards of an event and names every one that does not hold.
func (d *Desk) guard(ctx context.Context, m *Move, c Case, values Values) error {
	facts, err := d.facts(values)
	if err != nil {
		return err
	}
	unmet := &Unmet{Event: m.ID, waits: map[string][]string{}, table: d.Table}
	asked := map[string]bool{}
	for _, id := range m.Needs {
		g := d.Table.Guard(id)
		holds, unknown, err := d.decide(ctx, g, c, facts, asked)
		if err != nil {
			return err
		}
		if !holds {
			unmet.Guards, unmet.waits[id] = append(unmet.Guards, *g), unknown
		}
		for _, name := range unknown {
			if f := d.Table.Fact(name); f != nil && !slices.ContainsFunc(unmet.Unknown, func(x Fact) bool { return x.Name == name }) {
				unmet.Unknown = append(unmet.Unknown, *f)
			}
		}
	}
	if len(unmet.Guards) > 0 {
		return unmet
	}
	return nil
}

// decide evaluates a guard; what it needs of the books is read when it is
// needed, each fact once.
func (d *Desk) decide(ctx context.Context, g *Guard, c Case, facts law.Facts, asked map[string]bool) (bool, []string, error) {
	switch g.ID {
	case InTime:
		return d.inTime(c), nil, nil
	case TermOver:
		return c.EndsOn != 0 && d.Today > c.EndsOn, nil, nil
	}
	for {
		holds, needs, err := d.Table.vocabulary.Eval(g.When, facts)
		if err != nil || len(needs) == 0 {
			return holds, nil, err
		}
		i := slices.IndexFunc(needs, func(name string) bool {
			f := d.Table.Fact(name)
			return f != nil && f.From == "books" && !asked[name]
		})
		if i < 0 {
			return false, needs, nil
		}
		name := needs[i] // the next one only: it may decide, and others may cost much
		asked[name] = true
		found, err := d.Ask(ctx, []string{name})
		if err != nil {
			return false, nil, err
		}
		if v, ok := found[name]; ok {
			facts[name] = v
		}
	}
}

// inTime reports whether the term of a case is not over. An end that is not
// known lies in a year without a table of working days: before that year the
// term is not over, in it nobody can say so.
func (d *Desk) inTime(c Case) bool {
	if c.EndsOn == 0 {
		_, err := d.Days.Worked(d.Today)
		return err == nil
	}
	return d.Today <= c.EndsOn
}

// facts turns values into what conditions see.
func (d *Desk) facts(values Values) (law.Facts, error) {
	out := law.Facts{"today": d.Today.String()}
	for name, v := range values {
		f := d.Table.Fact(name)
		if f == nil || f.Type == Words {
			continue
		}
		x, err := f.read(v)
		if err != nil {
			return nil, err
		}
		out[name] = x
	}
	return out, nil
}

// Option is an event that the asker could do now, with what stands in its way.
type Option struct {
	Move  *Move
	Unmet *Unmet // nil: nothing but what is to be given
}

// Options lists what somebody may do now. Guards that wait for a field of the
// event itself are not counted as unmet.
func (d *Desk) Options(ctx context.Context, c Case, who access.Actor) ([]Option, error) {
	var out []Option
	for i := range d.Table.Moves {
		o, err := d.Option(ctx, c, d.Table.Moves[i].ID, who)
		if err != nil {
			return nil, err
		}
		if o != nil {
			out = append(out, *o)
		}
	}
	return out, nil
}

// Option is one event of those that Options lists; nil if somebody may not do it
// now.
func (d *Desk) Option(ctx context.Context, c Case, event string, who access.Actor) (*Option, error) {
	m, denied := d.may(c, Input{Event: event}, who)
	if denied != nil {
		return nil, nil
	}
	err := d.guard(ctx, m, c, c.Facts)
	unmet, ok := err.(*Unmet)
	if err != nil && !ok {
		return nil, err
	}
	if unmet != nil {
		unmet.without(m)
		if len(unmet.Guards) == 0 {
			unmet = nil
		}
	}
	if first := d.corrects(c, m); first != nil {
		m = m.with(first)
	}
	return &Option{Move: m, Unmet: unmet}, nil
}

// without drops guards that wait for what the event itself will bring.
func (u *Unmet) without(m *Move) {
	given := func(name string) bool { return slices.Contains(m.Fields, name) || slices.Contains(m.Optional, name) }
	u.Guards = slices.DeleteFunc(u.Guards, func(g Guard) bool { return slices.ContainsFunc(u.waits[g.ID], given) })
	u.Unknown = slices.DeleteFunc(u.Unknown, func(f Fact) bool { return given(f.Name) })
}

// Rewind counts the term of a case anew from the day it began; zero if its end
// still is not known.
func (d *Desk) Rewind(c Case) (calendar.Date, string, error) {
	s := d.Table.State(c.State)
	if s == nil {
		return 0, "", nil
	}
	if c.Left > 0 && c.Back == "" { // what was left when it was set aside
		return d.resume(s, c.Facts, c.Left, c.Since, d.Days)
	}
	return d.term(s, c.Facts, c.Since, d.Days)
}
