package office

import (
	"context"
	"errors"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/counter"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// self is the scope of what is everybody's own, such as when an office is open.
func self(q Request) access.Scope {
	return access.Scope{Area: q.Area, Person: q.Actor.Person, Employer: q.Actor.Employer}
}

// ServiceOffices lists the offices of the area.
func (o *Office) ServiceOffices(ctx context.Context, q Request, p books.Page) ([]counter.Office, error) {
	if err := access.Check(q.Actor, "hall.read", self(q)); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]counter.Office, error) { return tx.ServiceOffices(ctx, p) })
}

// ServiceOffice is an office with the windows and hours that have not ended.
type ServiceOffice struct {
	counter.Office
	Windows []counter.Window `json:"windows"`
	Hours   []counter.Hours  `json:"hours"`
}

// ServiceOffice reads an office.
func (o *Office) ServiceOffice(ctx context.Context, q Request, id string) (ServiceOffice, error) {
	if err := access.Check(q.Actor, "hall.read", self(q)); err != nil {
		return ServiceOffice{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (v ServiceOffice, err error) {
		if v.Office, err = tx.ServiceOffice(ctx, id); err != nil {
			return v, missing(err, "counter.no_office", nil)
		}
		if err := o.saw(q, v.Office); err != nil {
			return v, err
		}
		if v.Windows, err = tx.ServiceWindows(ctx, id, tx.Today()); err != nil {
			return v, err
		}
		v.Hours, err = tx.ServiceHours(ctx, id, tx.Today())
		return v, err
	})
}

// OpenOffice opens an office.
func (o *Office) OpenOffice(ctx context.Context, q Request, in counter.NewOffice) (Ref, error) {
	if err := access.Check(q.Actor, "hall.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "hall.open", in, func(tx store.Tx) (Ref, error) {
		x, err := counter.Open(ctx, tx, in)
		if err != nil {
			return Ref{}, err
		}
		return Ref{x.ID}, Audited(ctx, tx, "hall.write", "service_office", x.ID, "", nil, in)
	})
}

// ChangeOffice changes an office. What it strands is for a person to move or
// cancel.
func (o *Office) ChangeOffice(ctx context.Context, q Request, id string, in counter.OfficeChange) (counter.Rearranged, error) {
	return arrange(ctx, o, q, "hall.change "+id, in, in.Reason, func(tx store.Tx, days counter.Days) (string, counter.Rearranged, error) {
		x, err := tx.ServiceOffice(ctx, id)
		if err != nil {
			return id, counter.Rearranged{}, missing(err, "counter.no_office", nil)
		}
		if err := o.saw(q, x); err != nil {
			return id, counter.Rearranged{}, err
		}
		_, r, err := counter.Change(ctx, tx, days, x, in)
		return id, r, err
	})
}

// OpenedPart is a window or hours that were added, with what that did.
type OpenedPart struct {
	Ref
	counter.Rearranged
}

// OpenWindow opens a window of an office.
func (o *Office) OpenWindow(ctx context.Context, q Request, office string, in counter.NewWindow) (out OpenedPart, err error) {
	out.Rearranged, err = arrange(ctx, o, q, "window.open "+office, in, "", func(tx store.Tx, days counter.Days) (string, counter.Rearranged, error) {
		w, r, err := counter.OpenWindow(ctx, tx, days, office, in)
		out.ID = w.ID
		return w.ID, r, err
	})
	return out, err
}

// EndWindow closes a window after a day.
func (o *Office) EndWindow(ctx context.Context, q Request, id string, last calendar.Date, reason string) (counter.Rearranged, error) {
	return arrange(ctx, o, q, "window.end "+id, last, reason, func(tx store.Tx, days counter.Days) (string, counter.Rearranged, error) {
		_, r, err := counter.EndWindow(ctx, tx, days, id, last)
		return id, r, err
	})
}

// OpenHours enters hours of an office, or that it is closed.
func (o *Office) OpenHours(ctx context.Context, q Request, office string, in counter.NewHours) (out OpenedPart, err error) {
	out.Rearranged, err = arrange(ctx, o, q, "hours.open "+office, in, in.Reason, func(tx store.Tx, days counter.Days) (string, counter.Rearranged, error) {
		h, r, err := counter.OpenHours(ctx, tx, days, office, in)
		out.ID = h.ID
		return h.ID, r, err
	})
	return out, err
}

// EndHours ends hours after a day.
func (o *Office) EndHours(ctx context.Context, q Request, id string, last calendar.Date, reason string) (counter.Rearranged, error) {
	return arrange(ctx, o, q, "hours.end "+id, last, reason, func(tx store.Tx, days counter.Days) (string, counter.Rearranged, error) {
		_, r, err := counter.EndHours(ctx, tx, days, id, last)
		return id, r, err
	})
}

// arrange changes when and where people are received, and tells those to whom
// a place is offered because of it.
func arrange[In any](ctx context.Context, o *Office, q Request, operation string, in In, reason string,
	fn func(store.Tx, counter.Days) (string, counter.Rearranged, error)) (counter.Rearranged, error) {
	if err := access.Check(q.Actor, "hall.write", access.Scope{Area: q.Area}); err != nil {
		return counter.Rearranged{}, err
	}
	return Do(ctx, o, q, operation, in, func(tx store.Tx) (counter.Rearranged, error) {
		r, err := o.reader(tx)
		if err != nil {
			return counter.Rearranged{}, err
		}
		id, out, err := fn(tx, r.Workdays())
		if err != nil {
			return out, err
		}
		if err := offered(ctx, tx, out.Offered); err != nil {
			return out, err
		}
		return out, Audited(ctx, tx, "hall.write", "service_office", id, reason, nil, map[string]any{"did": operation, "stranded": len(out.Stranded)})
	})
}

// NewPlace is where an employer is insured, from a day.
type NewPlace struct {
	Division string        `json:"division"`
	From     calendar.Date `json:"from"`
	Reason   string        `json:"reason"`
}

// RecordPlace records in which division an employer is insured.
func (o *Office) RecordPlace(ctx context.Context, q Request, employer string, in NewPlace) (Ref, error) {
	if err := access.Check(q.Actor, "employer.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "employer.place "+employer, in, func(tx store.Tx) (Ref, error) {
		if _, err := tx.Employer(ctx, employer, registry.When{AsOf: tx.Today()}); err != nil {
			return Ref{}, notFound(err, "registry.no_employer")
		}
		p, err := counter.RecordPlace(ctx, tx, employer, in.Division, in.From, in.Reason)
		if err != nil {
			return Ref{}, err
		}
		return Ref{p.ID}, Audited(ctx, tx, "employer.write", "employer", employer, in.Reason, nil, map[string]any{"insured_in": in.Division, "from": in.From})
	})
}

// SlotQuery asks for the free slots of a service at an office.
type SlotQuery struct {
	Office  string
	Service string
	From    calendar.Date // zero: today
	To      calendar.Date // zero: as far ahead as can be booked
}

// FreeSlots lists the slots of a service that can be booked.
func (o *Office) FreeSlots(ctx context.Context, q Request, in SlotQuery) (counter.FreeSlots, error) {
	if err := access.Check(q.Actor, "hall.read", self(q)); err != nil {
		return counter.FreeSlots{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (counter.FreeSlots, error) {
		r, err := o.reader(tx)
		if err != nil {
			return counter.FreeSlots{}, err
		}
		return counter.Free(ctx, tx, r.Workdays(), in.Office, in.Service, in.From, in.To)
	})
}

// CompetentQuery asks which office is competent for a person or an employer.
type CompetentQuery struct {
	Service  string
	Person   string
	Employer string
	Payer    insurance.Payer // empty: as the enrolments say
	Lang     string
}

// Competent says which offices are competent for a service (属地), and why.
func (o *Office) Competent(ctx context.Context, q Request, in CompetentQuery) (counter.Competent, error) {
	return Show(ctx, o, q, "competence.read", func(tx store.Tx) (counter.Competent, []string, error) {
		who, err := o.visitor(ctx, tx, q, "competence.read", in.Person, in.Employer)
		if err != nil {
			return counter.Competent{}, nil, err
		}
		if in.Payer != "" {
			who.party.Payer = in.Payer
		}
		if who.party.Payer == "" {
			return counter.Competent{}, nil, errCapacity
		}
		r, err := o.reader(tx)
		if err != nil {
			return counter.Competent{}, nil, err
		}
		c, err := counter.FindCompetent(ctx, tx, r, in.Service, who.party, in.Lang)
		return c, []string{who.person}, err
	})
}

// visitor is for whom an appointment is, and what decides who is competent.
type visitor struct {
	person, employer string
	party            counter.Party
}

// visitor finds a person or an employer for who may act for it: a person for
// itself, an employer for itself and its staff. Whose is whose is said before
// whether anybody is there.
func (o *Office) visitor(ctx context.Context, tx store.Tx, q Request, action access.Action, person, employer string) (visitor, error) {
	switch q.Actor.Role {
	case access.EmployerAgent:
		if employer == "" {
			employer = q.Actor.Employer
		}
	case access.Insured:
		if person == "" {
			person = q.Actor.Person
		}
	}
	out := visitor{employer: employer, party: counter.Party{Employer: employer}}
	s := access.Scope{Area: q.Area, Employer: employer}
	var f file
	var absence error
	if person != "" {
		f, absence = o.findPerson(ctx, tx, PersonQuery{Person: person}, registry.When{AsOf: tx.Today()})
		if absence != nil && !errors.Is(absence, books.ErrNotFound) {
			return out, absence
		}
		own := f.scope(q)
		if s.Person = own.Person; employer != "" {
			s.Person = "" // the employer acts, not the person
		}
		if q.Actor.Role == access.EmployerAgent && own.Employer != employer {
			s.Employer = "" // not of its staff
		}
		out.person = f.root
	}
	if err := access.Check(q.Actor, action, s); err != nil {
		return out, err
	}
	if absence != nil {
		return out, missing(absence, "registry.no_person", nil)
	}
	if employer != "" {
		out.party.Payer = insurance.Employee
		_, err := tx.Employer(ctx, employer, registry.When{AsOf: tx.Today()})
		return out, missing(err, "registry.no_employer", nil)
	}
	if person == "" {
		return out, nil
	}
	out.party.Payer, out.party.Employer = capacity(f, tx.Today().Month())
	facts, err := tx.PersonFacts(ctx, []string{f.root}, registry.When{AsOf: tx.Today()})
	out.party.Hukou = facts[f.root].HukouArea
	return out, err
}

// capacity is in which capacity a person is insured in a month, and with whom;
// empty if the enrolments say none, or several.
func capacity(f file, m calendar.Month) (payer insurance.Payer, employer string) {
	for _, e := range f.enrolments {
		switch {
		case e.From > m || (e.To != 0 && e.To < m) || e.Payer == "":
		case payer == "":
			payer, employer = e.Payer, e.Employer
		case payer != e.Payer || employer != e.Employer:
			return "", ""
		}
	}
	return payer, employer
}

// competent refuses an office that is known not to be competent.
func competent(ctx context.Context, tx store.Tx, r *law.Reader, office, service string, who visitor) error {
	if who.party.Payer == "" {
		return nil
	}
	c, err := counter.FindCompetent(ctx, tx, r, service, who.party, "")
	if err != nil {
		return err
	}
	return c.Allows(office)
}
