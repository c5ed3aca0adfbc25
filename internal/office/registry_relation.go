package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/law"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// StartEmployment registers a labour relation (增员). One that the employer did
// not register is entered by the office alone.
func (o *Office) StartEmployment(ctx context.Context, q Request, in registry.NewEmployment) (registry.Started, error) {
	action := access.Action("roster.write")
	if in.Unregistered {
		action = "employment.found"
	}
	if err := access.Check(q.Actor, action, access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
		return registry.Started{}, err
	}
	return Do(ctx, o, q, "employment.start", in, func(tx store.Tx) (registry.Started, error) {
		r, err := o.reader(tx)
		if err != nil {
			return registry.Started{}, err
		}
		s, err := registry.StartEmployment(ctx, tx, r, in)
		if err != nil {
			return s, err
		}
		return s, Audited(ctx, tx, action, "person", in.Person, in.Reason, nil, relation(s))
	})
}

// relation is what the audit keeps of an employment.
func relation(s registry.Started) map[string]any {
	e := s.Employment
	return map[string]any{"employment": e.ID, "employer": e.Employer, "from": e.From, "to": e.To, "registered_on": e.RegisteredOn, "replaces": e.Replaces, "enrolment": s.Enrolment, "late": s.Late}
}

// EndEmployment ends a labour relation on its last day (减员).
func (o *Office) EndEmployment(ctx context.Context, q Request, id string, last calendar.Date, reason string) (registry.Started, error) {
	type input struct {
		Last   calendar.Date
		Reason string
	}
	return o.alter(ctx, q, "employment.end "+id, id, input{last, reason}, reason, func(tx store.Tx, r *law.Reader) (registry.Started, error) {
		return registry.EndEmployment(ctx, tx, r, id, last, reason)
	})
}

// CorrectEmployment replaces an employment by what is right.
func (o *Office) CorrectEmployment(ctx context.Context, q Request, id string, in registry.EmploymentChange) (registry.Started, error) {
	return o.alter(ctx, q, "employment.correct "+id, id, in, in.Reason, func(tx store.Tx, r *law.Reader) (registry.Started, error) {
		return registry.CorrectEmployment(ctx, tx, r, id, in)
	})
}

func (o *Office) alter(ctx context.Context, q Request, operation, id string, in any, reason string, fn func(store.Tx, *law.Reader) (registry.Started, error)) (registry.Started, error) {
	return Do(ctx, o, q, operation, in, func(tx store.Tx) (registry.Started, error) {
		e, err := tx.Employment(ctx, id, tx.Today())
		scope := access.Scope{Area: q.Area, Employer: e.Employer}
		if denied := access.Check(q.Actor, "roster.write", scope); denied != nil {
			return registry.Started{}, denied
		}
		if err != nil {
			return registry.Started{}, notFound(err, "registry.no_employment")
		}
		if err := o.saw(q, e); err != nil {
			return registry.Started{}, err
		}
		r, err := o.reader(tx)
		if err != nil {
			return registry.Started{}, err
		}
		s, err := fn(tx, r)
		if err != nil {
			return s, err
		}
		return s, Audited(ctx, tx, "roster.write", "person", e.Person, reason, relation(registry.Started{Employment: e}), relation(s))
	})
}

// Enrol insures a person who pays alone, or an employee in a single scheme.
func (o *Office) Enrol(ctx context.Context, q Request, in registry.NewEnrolment) (registry.Enrolment, error) {
	if err := access.Check(q.Actor, "enrolment.write", access.Scope{Area: q.Area, Person: in.Person}); err != nil {
		return registry.Enrolment{}, err
	}
	return Do(ctx, o, q, "enrolment.start", in, func(tx store.Tx) (registry.Enrolment, error) {
		n, err := registry.Enrol(ctx, tx, in)
		if err != nil {
			return n, err
		}
		return n, Audited(ctx, tx, "enrolment.write", "person", n.Person, in.Reason, nil, n)
	})
}

// EndEnrolment ends an enrolment with its last month; the month before its
// first withdraws it.
func (o *Office) EndEnrolment(ctx context.Context, q Request, id string, last calendar.Month, reason string) (registry.Enrolment, error) {
	type input struct {
		Last   calendar.Month
		Reason string
	}
	return Do(ctx, o, q, "enrolment.end "+id, input{last, reason}, func(tx store.Tx) (registry.Enrolment, error) {
		was, err := tx.Enrolment(ctx, id, tx.Today())
		if denied := access.Check(q.Actor, "enrolment.write", access.Scope{Area: q.Area, Person: was.Person}); denied != nil {
			return registry.Enrolment{}, denied
		}
		if err != nil {
			return registry.Enrolment{}, notFound(err, "registry.no_enrolment")
		}
		n, err := registry.EndEnrolment(ctx, tx, id, last, reason)
		if err != nil {
			return n, err
		}
		return n, Audited(ctx, tx, "enrolment.write", "person", n.Person, reason, was, n)
	})
}

// Employment reads a labour relation that was not replaced. The person can see
// that it was read.
func (o *Office) Employment(ctx context.Context, q Request, id string) (registry.Employment, error) {
	return Show(ctx, o, q, "roster.read", func(tx store.Tx) (registry.Employment, []string, error) {
		e, err := tx.Employment(ctx, id, tx.Today())
		if denied := access.Check(q.Actor, "roster.read", access.Scope{Area: q.Area, Employer: e.Employer}); denied != nil {
			return registry.Employment{}, nil, denied
		}
		if err != nil {
			return registry.Employment{}, nil, notFound(err, "registry.no_employment")
		}
		return e, []string{e.Person}, o.saw(q, e)
	})
}

// RosterLine is a person on the roster of an employer, masked.
type RosterLine struct {
	registry.Employment
	Number string `json:"number"`
	Name   string `json:"name"`
}

// RosterQuery asks who works for an employer in a month.
type RosterQuery struct {
	Employer string         `json:"employer"`
	Month    calendar.Month `json:"month"`
	KnownAt  calendar.Date  `json:"known_at"` // zero: the office date
}

// Roster lists who works for an employer in a month, as known on a day. Each
// of the persons can see that it was read.
func (o *Office) Roster(ctx context.Context, q Request, in RosterQuery) ([]RosterLine, error) {
	if err := access.Check(q.Actor, "roster.read", access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "roster.read", func(tx store.Tx) ([]RosterLine, []string, error) {
		w := when(tx, registry.When{KnownAt: in.KnownAt})
		list, err := tx.Roster(ctx, in.Employer, in.Month, w.KnownAt)
		if err != nil {
			return nil, nil, err
		}
		ids := make([]string, len(list))
		for i, e := range list {
			ids[i] = e.Person
		}
		persons, err := tx.PersonsOf(ctx, ids, w)
		if err != nil {
			return nil, nil, err
		}
		out := make([]RosterLine, len(list))
		for i, e := range list {
			p := persons[e.Person].Masked()
			out[i] = RosterLine{Employment: e, Number: p.Number, Name: p.Name}
		}
		return out, ids, nil
	})
}
