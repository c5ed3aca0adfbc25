package office

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// CaseOpening asks to open a case. The event may be left out where the kind has
// one that opens it.
type CaseOpening struct {
	Kind     string           `json:"kind"`
	Event    string           `json:"event,omitempty"`
	Person   string           `json:"person,omitempty"`
	Employer string           `json:"employer,omitempty"`
	Data     casework.Values  `json:"data,omitempty"`
	Months   []casework.Month `json:"months,omitempty"` // that the case is about
	Reason   string           `json:"reason,omitempty"`
}

// CaseMove asks for an event of a case.
type CaseMove struct {
	Case   string           `json:"case"`
	Event  string           `json:"event"`
	Data   casework.Values  `json:"data,omitempty"`
	Months []casework.Month `json:"months,omitempty"`
	Reason string           `json:"reason,omitempty"`
}

// Moved is what became of a case.
type Moved struct {
	Case  casework.Case  `json:"case"`
	Event casework.Event `json:"event"`
}

// caseStep is an event of a case while it is booked.
type caseStep struct {
	o      *Office
	q      Request
	tx     store.Tx
	law    *law.Reader
	desk   *casework.Desk
	c      casework.Case // before the event; its person is the one that stands today
	filed  string        // the record of the person under which it is kept
	past   []casework.Event
	in     casework.Input
	e      *casework.Event  // what effects make goes into its data
	months []casework.Month // of the event, or as stated before
	anew   bool             // the months are stated by this event
	makeup *makeup          // what a back-payment read of the books, once a step
	booked bool             // it is decided and booked, not only looked at: what facts read may be locked
}

// caseFact reads a fact of the books; nil if it cannot be known.
type caseFact func(ctx context.Context, s *caseStep) (any, error)

// caseEffect does in the books what an event stands for.
type caseEffect func(ctx context.Context, s *caseStep) error

// OpenCase opens a case.
func (o *Office) OpenCase(ctx context.Context, q Request, in CaseOpening) (Moved, error) {
	t, err := CaseKindOf(in.Kind)
	if err != nil {
		return Moved{}, err
	}
	if in.Event == "" {
		in.Event = t.OpeningFor(q.Actor.Role).ID
	}
	return o.moveOnce(ctx, q, "case.open", in, func(tx store.Tx) (Moved, error) {
		c := casework.Case{ID: tx.NewID(), Kind: t.Kind, Person: in.Person, Employer: in.Employer}
		if err := o.caseParties(ctx, tx, q, t, t.Move(in.Event), &c); err != nil {
			return Moved{}, err
		}
		if c.Person != "" { // opened one after the other: that there is no other case still holds when this one is kept
			if err := tx.LockPersons(ctx, c.Person); err != nil {
				return Moved{}, err
			}
		}
		return o.openIn(ctx, tx, q, t, c, casework.Input{Event: in.Event, Data: in.Data, Reason: in.Reason}, given(in.Months))
	})
}

// openIn opens a case in a transaction that goes on, such as that of the case it
// is a part of.
func (o *Office) openIn(ctx context.Context, tx store.Tx, q Request, t *casework.Table, c casework.Case, in casework.Input, months []casework.Month) (Moved, error) {
	r, err := o.reader(tx)
	if err != nil {
		return Moved{}, err
	}
	p, err := casework.Resolve(t, r, tx.Today())
	if err != nil {
		return Moved{}, err
	}
	if err := p.Pin(ctx, tx); err != nil {
		return Moved{}, err
	}
	c.Law = p.Digest()
	return o.happen(ctx, &caseStep{o: o, q: q, tx: tx, law: r, c: c, in: in, months: months, anew: months != nil, desk: o.desk(p, tx, r)})
}

// caseParties finds whom a case is about and checks that the asker may open it
// for them. Somebody who is not in the register yet is nobody to be found.
func (o *Office) caseParties(ctx context.Context, tx store.Tx, q Request, t *casework.Table, m *casework.Move, c *casework.Case) error {
	if m != nil && m.Newcomer {
		if c.Person != "" || c.Employer != "" {
			return fault.New(fault.Invalid, "casework.newcomer", fault.Args{"kind": t.Kind})
		}
		return access.Check(q.Actor, "case.open", caseScope(q.Area, t, *c))
	}
	switch {
	case t.About == "person" && c.Person == "":
		c.Person = q.Actor.Person
	case t.About == "employer" && c.Employer == "":
		c.Employer = q.Actor.Employer
	}
	stray := c.Person != "" && !t.Concerns("person") // papers would name somebody whom it is not about
	if stray || (t.About == "person" && c.Person == "") || (t.About == "employer" && c.Employer == "") {
		return fault.New(fault.Invalid, "casework.about_whom", fault.Args{"kind": t.Kind, "about": t.About})
	}
	s := caseScope(q.Area, t, *c)
	if c.Person != "" {
		f, err := o.findPerson(ctx, tx, PersonQuery{Person: c.Person}, registry.When{AsOf: tx.Today()})
		if err != nil && !errors.Is(err, books.ErrNotFound) {
			return err
		}
		s.Person = f.scope(q).Person
		if denied := access.Check(q.Actor, "case.open", s); denied != nil || err != nil {
			return errors.Join(denied, absent(err))
		}
		c.Person = f.root
	}
	if err := access.Check(q.Actor, "case.open", s); err != nil {
		return err
	}
	if c.Employer != "" {
		if _, err := tx.Employer(ctx, c.Employer, registry.When{AsOf: tx.Today()}); err != nil {
			return absent(err)
		}
	}
	return nil
}

// caseScope says whose a case is.
func caseScope(area string, t *casework.Table, c casework.Case) access.Scope {
	s := access.Scope{Area: area}
	if t.Concerns("employer") {
		s.Employer = c.Employer
	}
	if t.Concerns("person") {
		s.Person = c.Person
	}
	return s
}

// followMerge lets the account of a record that counts as the same person be the
// person's.
func (o *Office) followMerge(ctx context.Context, tx store.Tx, q Request, scope *access.Scope) error {
	if scope.Person == "" || q.Actor.Person == "" || q.Actor.Person == scope.Person {
		return nil
	}
	f, err := o.findPerson(ctx, tx, PersonQuery{Person: scope.Person}, registry.When{AsOf: tx.Today()})
	if err == nil {
		scope.Person = f.scope(q).Person
	}
	return absent(err)
}

// MoveCase lets an event happen to a case.
func (o *Office) MoveCase(ctx context.Context, q Request, in CaseMove) (Moved, error) {
	return o.moveOnce(ctx, q, "case.move", in, func(tx store.Tx) (Moved, error) {
		m, err := o.moveIn(ctx, tx, q, in.Case, casework.Input{Event: in.Event, Data: in.Data, Reason: in.Reason}, given(in.Months))
		if err != nil {
			return m, err
		}
		return m, o.hideParent(ctx, tx, q, &m.Case)
	})
}

// movedKey is what is kept of an event under the key of its request: no words.
type movedKey struct {
	Case string        `json:"case"`
	Seq  int           `json:"seq"`
	At   books.Instant `json:"at"`
}

func (m Moved) key() movedKey { return movedKey{m.Event.Case, m.Event.Seq, m.Event.At} }

// moveOnce lets an event happen once for a key; asked again, it is read from
// the case.
func (o *Office) moveOnce(ctx context.Context, q Request, operation string, in any, fn func(store.Tx) (Moved, error)) (Moved, error) {
	var m Moved
	k, err := Do(ctx, o, q, operation, in, func(tx store.Tx) (k movedKey, err error) {
		m, err = fn(tx)
		return m.key(), err
	})
	if err != nil || k == m.key() {
		return m, err
	}
	return See(ctx, o, q, func(tx store.Tx) (Moved, error) { return o.movedThen(ctx, tx, q, k) })
}

// movedThen is what became of a case at an event of before.
func (o *Office) movedThen(ctx context.Context, tx store.Tx, q Request, k movedKey) (Moved, error) {
	s, err := o.caseStep(ctx, tx, q, "case.read", k.Case)
	if err != nil {
		return Moved{}, err
	}
	c := casework.Case{ID: s.c.ID, Kind: s.c.Kind, Law: s.c.Law, Person: s.c.Person, Employer: s.c.Employer, Parent: s.c.Parent}
	then := slices.DeleteFunc(s.past, func(e casework.Event) bool { return e.Seq > k.Seq })
	for _, e := range then {
		c = s.desk.Table.Fold(c, e)
	}
	m := s.outcome(c, then)
	return m, o.hideParent(ctx, tx, q, &m.Case)
}

// moveIn lets an event happen in a transaction that goes on.
func (o *Office) moveIn(ctx context.Context, tx store.Tx, q Request, id string, in casework.Input, months []casework.Month) (Moved, error) {
	s, err := o.caseStep(ctx, tx, q, "case.move", id)
	if err != nil {
		return Moved{}, err
	}
	if err := o.saw(q, s.shown(s.c, s.past).Seq); err != nil {
		return Moved{}, err
	}
	s.in = in
	if months != nil {
		s.months, s.anew = months, true
	}
	return o.happen(ctx, s)
}

// caseStep reads a case for an action of the asker.
func (o *Office) caseStep(ctx context.Context, tx store.Tx, q Request, action access.Action, id string) (*caseStep, error) {
	c, err := tx.Case(ctx, id)
	if err != nil {
		return nil, absent(err)
	}
	p, err := o.procedure(ctx, tx, c.Law)
	if err != nil {
		return nil, err
	}
	scope := caseScope(q.Area, p.Table, c)
	if err := o.followMerge(ctx, tx, q, &scope); err != nil {
		return nil, err
	}
	if err := access.Check(q.Actor, action, scope); err != nil {
		return nil, err
	}
	events, err := tx.CaseEvents(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		c = p.Table.Fold(c, e)
	}
	r, err := o.reader(tx)
	if err != nil {
		return nil, err
	}
	s := &caseStep{o: o, q: q, tx: tx, law: r, c: c, past: events, desk: o.desk(p, tx, r)}
	if err := s.follow(ctx); err != nil {
		return nil, err
	}
	s.desk.Shown = s.shown(c, events).State
	return s, nil
}

// shown is a case after events as the asker sees it: its parties do not see what
// is quiet.
func (s *caseStep) shown(c casework.Case, events []casework.Event) casework.Case {
	if casework.Party(s.q.Actor.Role) {
		c, _ = s.desk.Table.Seen(c, events)
	}
	return c
}

// outcome is what the asker is told of the last of the events.
func (s *caseStep) outcome(c casework.Case, events []casework.Event) Moved {
	if casework.Party(s.q.Actor.Role) {
		c, events = s.desk.Table.Seen(c, events)
	}
	return Moved{Case: c, Event: events[len(events)-1]}
}

// happen books an event: decided by the table, done by its effects, kept with the
// state it leads to.
func (o *Office) happen(ctx context.Context, s *caseStep) (Moved, error) {
	if err := s.checkMonths(ctx); err != nil {
		return Moved{}, err
	}
	s.desk.Ask, s.booked, s.in.Months = s.ask, true, s.anew
	e, m, err := s.desk.Take(ctx, s.c, s.in, s.q.Actor)
	if err != nil {
		return Moved{}, err
	}
	if err := s.printable(); err != nil {
		return Moved{}, err
	}
	if s.anew && !m.Months {
		return Moved{}, fault.New(fault.Invalid, "casework.no_months", fault.Args{"event": m.ID})
	}
	s.e = &e
	e.At, e.Actor = s.tx.At(), s.tx.Actor().ID
	if err := s.box(ctx); err != nil {
		return Moved{}, err
	}
	for _, name := range m.Effects {
		do := caseEffects[name]
		if do == nil { // of a table that an older program pinned
			return Moved{}, fault.New(fault.Missing, "casework.not_known", fault.Args{"name": name})
		}
		if err := do(ctx, s); err != nil {
			return Moved{}, err
		}
	}
	if err := s.desk.Wind(m, s.c, &e); err != nil {
		return Moved{}, err
	}
	if err := s.issuePapers(ctx, m); err != nil {
		return Moved{}, err
	}
	return s.keep(ctx, m)
}

// keep writes the event and the state.
func (s *caseStep) keep(ctx context.Context, m *casework.Move) (Moved, error) {
	opened := s.c.Seq == 0
	c := s.desk.Table.Fold(s.c, *s.e)
	kept := c
	kept.Person = cmp.Or(s.filed, c.Person)
	if opened {
		s.tx.AddCase(ctx, kept)
	} else if err := s.tx.SaveCase(ctx, kept); err != nil {
		return Moved{}, err
	}
	s.tx.AddCaseEvent(ctx, *s.e)
	if s.anew {
		s.tx.AddCaseMonths(ctx, c.ID, s.e.Seq, s.months)
	}
	action := access.Action("case.move")
	if opened {
		action = "case.open"
	}
	note := struct {
		Kind, Event, State string
	}{c.Kind, s.e.Name, c.State}
	if err := Audited(ctx, s.tx, action, "case", c.ID, s.e.Reason, nil, note); err != nil {
		return Moved{}, err
	}
	events := append(s.past, *s.e)
	if s.e.Name != casework.Wound {
		if err := s.tell(ctx, c, events, m); err != nil {
			return Moved{}, err
		}
	}
	return s.outcome(c, events), nil
}

// dateEvent keeps the day on which an event happens, under names that terms and
// later events go by.
func dateEvent(names ...string) caseEffect {
	return func(_ context.Context, s *caseStep) error {
		for _, name := range names {
			s.e.Data[name] = s.tx.Today().String()
		}
		return nil
	}
}

// ask reads facts of the books.
func (s *caseStep) ask(ctx context.Context, names []string) (law.Facts, error) {
	out := law.Facts{}
	for _, name := range names {
		read := caseFacts[name]
		if read == nil {
			return nil, fault.New(fault.Missing, "casework.not_known", fault.Args{"name": name})
		}
		v, err := read(ctx, s)
		if err != nil {
			return nil, err
		}
		if v != nil {
			out[name] = v
		}
	}
	return out, nil
}

// box puts what may name people out of sight.
func (s *caseStep) box(ctx context.Context) error {
	for name, v := range s.e.Data {
		if f := s.desk.Table.Fact(name); f == nil || f.Type != casework.Words || v == "" {
			continue
		}
		id, err := s.tx.PutBox(ctx, "case", s.c.ID, name, v)
		if err != nil {
			return err
		}
		s.e.Data[name] = id
	}
	return nil
}

func (o *Office) desk(p *casework.Procedure, tx store.Tx, r *law.Reader) *casework.Desk {
	return &casework.Desk{Procedure: p, Days: r.Workdays(), Today: tx.Today()}
}

// CaseKinds lists the kinds of cases by name.
func CaseKinds() ([]*casework.Table, error) {
	tables, err := casework.Tables()
	if err != nil {
		return nil, err
	}
	var out []*casework.Table
	for _, kind := range slices.Sorted(maps.Keys(tables)) {
		out = append(out, tables[kind])
	}
	return out, nil
}

// CaseKindOf finds a kind of case.
func CaseKindOf(kind string) (*casework.Table, error) {
	tables, err := casework.Tables()
	if err != nil {
		return nil, err
	}
	if t := tables[kind]; t != nil {
		return t, nil
	}
	return nil, fault.New(fault.NotFound, "casework.no_kind", nil)
}

// procedures keeps those that were read, by digest: one never changes.
var procedures sync.Map

func (o *Office) procedure(ctx context.Context, tx store.Tx, digest string) (*casework.Procedure, error) {
	if p, ok := procedures.Load(digest); ok {
		return p.(*casework.Procedure), nil
	}
	text, err := tx.Procedure(ctx, digest)
	if err != nil {
		return nil, err
	}
	p, err := casework.ReadProcedure(text, digest)
	if err != nil {
		return nil, err
	}
	procedures.Store(digest, p)
	return p, nil
}
