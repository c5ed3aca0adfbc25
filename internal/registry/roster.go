package registry

import (
	"context"
	"errors"
	"maps"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// RosterBooks is what entering a roster needs.
type RosterBooks interface {
	PersonBooks
	RelationBooks
}

// RosterEntry is an employee of an employer, as a roster names it.
type RosterEntry struct {
	Person       Person // checked, without an id
	CreditCode   string // of the employer; empty: the one the roster is of
	From, To     calendar.Date
	RegisteredOn calendar.Date // zero: the office date
	Employment   Employment    // population, tier, category and wage of it

	Refused *fault.Error // why it was not entered
}

// Entered counts what came of a roster. What was there already is Unchanged, so
// a roster that is entered twice adds nothing.
type Entered struct {
	Persons     int `json:"persons"`     // registered
	Employments int `json:"employments"` // begun
	Ended       int `json:"ended"`       // of those that were there
	Unchanged   int `json:"unchanged"`
	Late        int `json:"late"` // registered after the term of the duty
	Refused     int `json:"refused"`
}

// Add counts what came of another part.
func (n *Entered) Add(m Entered) {
	n.Persons += m.Persons
	n.Employments += m.Employments
	n.Ended += m.Ended
	n.Unchanged += m.Unchanged
	n.Late += m.Late
	n.Refused += m.Refused
}

// EnterRoster enters a part of a roster in one transaction: persons who are not
// registered yet, employments that are new, and ends of those that were open.
// An entry that cannot be right is refused and says why; the others stand. The
// employers are locked. Employer is the one that the roster is of; empty: each
// entry names its own.
func EnterRoster(ctx context.Context, tx RosterBooks, r *law.Reader, employer string, entries []RosterEntry) (Entered, error) {
	in := roster{tx: tx, law: r, entries: entries, employers: map[string]Employer{}, employerErr: map[string]*fault.Error{}}
	for i := range entries {
		entries[i].Refused = nil // of an attempt before this one
	}
	if err := in.readEmployers(ctx, employer); err != nil {
		return Entered{}, err
	}
	if err := in.readPersons(ctx); err != nil {
		return Entered{}, err
	}
	for i := range entries {
		err := in.enter(ctx, &entries[i])
		if errors.As(err, &entries[i].Refused) && entries[i].Refused.Kind != fault.Internal {
			in.out.Refused++
			continue
		}
		if err != nil {
			return Entered{}, err
		}
	}
	return in.out, nil
}

// roster is a part of a roster that is being entered.
type roster struct {
	tx          RosterBooks
	law         *law.Reader
	entries     []RosterEntry
	employers   map[string]Employer     // by code
	employerErr map[string]*fault.Error // by code: why nobody can be entered there
	ids         map[string]string       // person by hash
	persons     map[string]Person
	works       map[string][]Employment // by person, those of duplicates too
	out         Entered
}

// readEmployers locks and reads the employers, in the order of their codes, so
// that two rosters do not wait for each other.
func (x *roster) readEmployers(ctx context.Context, employer string) error {
	tx, w := x.tx, When{AsOf: x.tx.Today()}
	codes := map[string]bool{}
	if employer != "" {
		e, err := tx.Employer(ctx, employer, w)
		if err != nil {
			return missing(err, "registry.no_employer")
		}
		for i := range x.entries {
			if x.entries[i].CreditCode == "" {
				x.entries[i].CreditCode = e.CreditCode
			} else if x.entries[i].CreditCode != e.CreditCode {
				x.employerErr[x.entries[i].CreditCode] = fault.New(fault.Invalid, "registry.other_employer", nil)
			}
		}
	}
	for _, n := range x.entries {
		codes[n.CreditCode] = true
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if x.employerErr[code] != nil {
			continue
		}
		e, err := tx.EmployerByCode(ctx, code, w)
		if errors.Is(err, books.ErrNotFound) {
			x.employerErr[code] = fault.New(fault.NotFound, "registry.no_employer", nil)
			continue
		}
		if err != nil {
			return err
		}
		e, err = lockActive(ctx, tx, e.ID, tx.Today())
		var f *fault.Error
		if errors.As(err, &f) {
			x.employerErr[code] = f
		} else if err != nil {
			return err
		}
		x.employers[code] = e
	}
	return nil
}

func missing(err error, key string) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, key, nil, err)
	}
	return err
}

// readPersons reads who is there already and where they work.
func (x *roster) readPersons(ctx context.Context) error {
	tx := x.tx
	hashes := make([]string, len(x.entries))
	for i, n := range x.entries {
		hashes[i] = n.Person.NumberHash
	}
	var err error
	if x.ids, err = tx.PersonsByHash(ctx, hashes, tx.Today()); err != nil {
		return err
	}
	ids := slices.Compact(slices.Sorted(maps.Values(x.ids)))
	if x.persons, err = tx.PersonsOf(ctx, ids, When{AsOf: tx.Today()}); err != nil {
		return err
	}
	duplicates, err := tx.DuplicatePersons(ctx, ids, tx.Today())
	if err != nil {
		return err
	}
	winner := map[string]string{}
	for id, list := range duplicates {
		for _, d := range list {
			winner[d] = id
		}
	}
	works, err := tx.EmploymentsOf(ctx, append(slices.Collect(maps.Keys(winner)), ids...), tx.Today())
	x.works = map[string][]Employment{}
	for _, e := range works {
		person := e.Person
		if winner[person] != "" {
			person = winner[person]
		}
		x.works[person] = append(x.works[person], e)
	}
	return err
}

// enter enters one employee.
func (x *roster) enter(ctx context.Context, n *RosterEntry) error {
	if f := x.employerErr[n.CreditCode]; f != nil {
		return f
	}
	employer := x.employers[n.CreditCode]
	p, there := x.persons[x.ids[n.Person.NumberHash]]
	if !there {
		p = n.Person
		p.ID, p.KnownOn, p.At = x.tx.NewID(), x.tx.Today(), x.tx.At()
	}
	e := n.Employment
	e.ID, e.Person, e.Employer, e.From, e.To, e.RegisteredOn = x.tx.NewID(), p.ID, employer.ID, n.From, n.To, n.RegisteredOn
	e.KnownOn, e.At = x.tx.Today(), x.tx.At()
	if e.RegisteredOn == 0 {
		e.RegisteredOn = x.tx.Today()
	}
	switch {
	case there && p.Name != n.Person.Name:
		return fault.New(fault.Conflict, "registry.name_differs", nil)
	case e.From > x.tx.Today() || e.RegisteredOn > x.tx.Today():
		return invalid("registry.bad_from")
	case e.From < employer.FormedOn:
		return invalid("registry.before_employer")
	}
	if err := e.check(p.Birth); err != nil {
		return err
	}
	for i, o := range x.works[p.ID] {
		if o.Employer == e.Employer && o.From == e.From {
			return x.again(ctx, p, i, e)
		}
	}
	if err := e.beside(x.works[p.ID]); err != nil {
		return err
	}
	return x.begin(ctx, p, e, there)
}

// begin enters an employment that is new, and the person with it.
func (x *roster) begin(ctx context.Context, p Person, e Employment, there bool) error {
	if !there {
		if err := x.tx.NewPerson(ctx, p); err != nil {
			return err
		}
		x.ids[p.NumberHash], x.persons[p.ID] = p.ID, p
		x.out.Persons++
	}
	f, err := follow(x.tx, x.law, p.NumberKind, e)
	if err != nil {
		return err
	}
	if f.clock.Late(x.tx.Today()) {
		x.out.Late++
	}
	x.works[p.ID] = append(x.works[p.ID], e)
	x.out.Employments++
	return f.write(ctx, x.tx)
}

// again looks at an employment that is there already: the roster may say that
// it has ended since. Anything else that differs is corrected one by one.
func (x *roster) again(ctx context.Context, p Person, at int, e Employment) error {
	was := x.works[p.ID][at]
	if e.To == was.To || e.To == 0 {
		x.out.Unchanged++
		return nil
	}
	if was.To != 0 {
		return fault.New(fault.Conflict, "registry.ended", fault.Args{"day": was.To.String()})
	}
	s, err := CorrectEmployment(ctx, x.tx, x.law, was.ID, EmploymentChange{To: &e.To, Reason: e.Reason})
	if err != nil {
		return err
	}
	x.works[p.ID][at] = s.Employment
	x.out.Ended++
	return nil
}
