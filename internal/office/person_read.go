package office

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// PersonQuery asks for a person, by id or by the number of a document.
type PersonQuery struct {
	Person  string        `json:"person,omitempty"`
	Number  string        `json:"number,omitempty"`
	Kind    string        `json:"kind,omitempty"`   // of the document; empty: citizen
	Nation  string        `json:"nation,omitempty"` // of a passport
	AsOf    calendar.Date `json:"as_of"`            // zero: the office date
	KnownAt calendar.Date `json:"known_at"`         // zero: AsOf
	Plain   bool          `json:"plain,omitempty"`
}

// PersonView is a person with what belongs to it, masked unless it was asked
// for plainly. An employer's has the employer's own staff and periods only
// (R-PRIV-05).
type PersonView struct {
	registry.Person
	Masked      bool                  `json:"masked"`
	Identities  []registry.Identity   `json:"identities"`
	Employments []registry.Employment `json:"employments"`
	Enrolments  []registry.Enrolment  `json:"enrolments"`
}

// ReadPerson reads a person and leaves a line that the person can see. Who may
// not see a person and who asks for nobody get the same answer.
func (o *Office) ReadPerson(ctx context.Context, q Request, in PersonQuery) (PersonView, error) {
	action := access.Action("person.read")
	if in.Plain {
		action = "person.read_plain"
	}
	return Show(ctx, o, q, action, func(tx store.Tx) (PersonView, []string, error) {
		w := registry.When{AsOf: in.AsOf, KnownAt: in.KnownAt}
		if w.AsOf == 0 {
			w.AsOf = tx.Today()
		}
		f, err := o.findPerson(ctx, tx, in, w)
		if err != nil && !errors.Is(err, books.ErrNotFound) {
			return PersonView{}, nil, err
		}
		none := err != nil // asked after the policy, which answers alike
		if err := access.Check(q.Actor, action, f.scope(q)); err != nil {
			return PersonView{}, nil, err
		}
		if none {
			return PersonView{}, nil, fault.New(fault.NotFound, "access.not_yours", nil)
		}
		view, err := f.view(ctx, tx, q.Actor, w)
		if err != nil { // not found: nothing is known of the employer's periods
			return view, nil, absent(err)
		}
		if !in.Plain {
			view.mask()
		}
		if access.May(q.Actor, "person.write") == nil { // others would learn that something changed which they may not see
			err = o.sawPerson(ctx, tx, q, f.root)
		}
		return view, []string{f.root}, err
	})
}

// file is a person's record: all ids that count as this person, and what hangs
// on them.
type file struct {
	root        string
	same        []string
	employments []registry.Employment
	enrolments  []registry.Enrolment
}

// ownOnly lets a list of an employer or a person be its own where it names
// nobody. Whoever names another is judged by the policy.
func ownOnly(a access.Actor, employer, person *string) {
	switch a.Role {
	case access.EmployerAgent:
		*employer = cmp.Or(*employer, a.Employer)
	case access.Insured:
		*person = cmp.Or(*person, a.Person)
	}
}

// findPerson finds the record that a query is for; the records of duplicates
// count as one.
func (o *Office) findPerson(ctx context.Context, tx store.Tx, in PersonQuery, w registry.When) (f file, err error) {
	var p registry.Person
	if in.Number != "" {
		h, bad := registry.Document{Kind: in.Kind, Number: in.Number, Nation: in.Nation}.Read(tx.Today())
		if bad != nil {
			return f, bad
		}
		p, err = tx.PersonByHash(ctx, h.Hash(o.Vault.Index), w)
	} else {
		p, err = tx.Person(ctx, in.Person, w)
	}
	if err != nil {
		return f, err
	}
	f.root = cmp.Or(p.MergedInto, p.ID)
	if f.same, err = tx.SamePersons(ctx, f.root, w.Known()); err != nil {
		return f, err
	}
	if f.employments, err = tx.EmploymentsOf(ctx, f.same, w.Known()); err != nil {
		return f, err
	}
	f.enrolments, err = tx.EnrolmentsOf(ctx, f.same, w.Known())
	return f, err
}

// scope says whose the record is, as far as it matters to who asks: an account
// of a record that was merged into this one is the person's, and an employer
// has to do with whom it employs or employed.
func (f file) scope(q Request) access.Scope {
	s := access.Scope{Area: q.Area, Person: f.root}
	if slices.Contains(f.same, q.Actor.Person) {
		s.Person = q.Actor.Person
	}
	if slices.ContainsFunc(f.employments, func(e registry.Employment) bool { return e.Employer == q.Actor.Employer }) ||
		slices.ContainsFunc(f.enrolments, func(e registry.Enrolment) bool { return e.Employer == q.Actor.Employer }) {
		s.Employer = q.Actor.Employer
	}
	return s
}

// view reads the person as of the day. To an employer it is the person of its
// own periods: nothing of others, nothing of after the last of them, no bank
// account and no reasons of the office.
func (f file) view(ctx context.Context, tx store.Tx, a access.Actor, w registry.When) (PersonView, error) {
	v := PersonView{Employments: f.employments, Enrolments: f.enrolments}
	if a.Role == access.EmployerAgent {
		v.Employments = slices.DeleteFunc(slices.Clone(f.employments), func(e registry.Employment) bool { return e.Employer != a.Employer })
		v.Enrolments = slices.DeleteFunc(slices.Clone(f.enrolments), func(e registry.Enrolment) bool { return e.Employer != a.Employer })
		w = registry.When{AsOf: min(w.AsOf, v.lastDay()), KnownAt: w.Known()}
	}
	var err error
	if v.Person, err = tx.Person(ctx, f.root, w); err != nil {
		return v, err
	}
	for _, id := range f.same {
		documents, err := tx.Identities(ctx, id, w)
		if err != nil {
			return v, err
		}
		v.Identities = append(v.Identities, documents...)
	}
	if a.Role == access.EmployerAgent {
		v.Bank, v.BankAccount, v.Reason = "", "", ""
	}
	return v, nil
}

// lastDay is the last day of the employments and enrolments, far away while
// one goes on.
func (v PersonView) lastDay() calendar.Date {
	const open = calendar.Date(1<<31 - 1)
	last := calendar.Date(0)
	for _, e := range v.Employments {
		last = max(last, cmp.Or(e.To, open))
	}
	for _, e := range v.Enrolments {
		if e.To == 0 {
			return open
		}
		last = max(last, e.To.Last())
	}
	return last
}

func (v *PersonView) mask() {
	v.Masked = true
	v.Person = v.Person.Masked()
	for i := range v.Identities {
		v.Identities[i] = v.Identities[i].Masked()
	}
}

// Show runs an operation that shows something of persons, and leaves with each
// of those whom fn names a line that the person can see (R-REC-04). Nothing is
// given out before the lines are kept.
func Show[Out any](ctx context.Context, o *Office, q Request, action access.Action, fn func(store.Tx) (Out, []string, error)) (Out, error) {
	var persons []string
	out, err := See(ctx, o, q, func(tx store.Tx) (out Out, err error) {
		out, persons, err = fn(tx)
		return out, err
	})
	if err == nil {
		err = o.noteRead(ctx, q, action, persons)
	}
	if err != nil {
		var none Out
		return none, err
	}
	return out, nil
}

// personsOf are the persons of what is shown.
func personsOf[T any](list []T, of func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = of(x)
	}
	return out
}

// noteRead leaves the lines of a read. A thing that belongs to no person names
// the empty one.
func (o *Office) noteRead(ctx context.Context, q Request, action access.Action, persons []string) error {
	persons = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(persons))), func(p string) bool { return p == "" })
	if len(persons) == 0 {
		return nil
	}
	purpose, err := access.PurposeOf(q.Actor.Role, q.Purpose)
	if err != nil {
		return err
	}
	var by any
	if q.Actor.Employer != "" {
		by = map[string]string{"employer": q.Actor.Employer}
	}
	return o.Store.Update(books.WithActor(ctx, q.Actor.Books()), q.Area, func(tx store.Tx) error {
		for _, p := range persons {
			if err := Audited(ctx, tx, action, "person", p, string(purpose), nil, by); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reader is one who read or changed a person's record.
type Reader struct {
	ID      string         `json:"id"` // of the line
	At      books.Instant  `json:"at"`
	Action  string         `json:"action"`
	Role    string         `json:"role"`
	Actor   string         `json:"actor"` // account
	Purpose access.Purpose `json:"purpose,omitempty"`
}

// MyReaders lists who read or changed a person's record, oldest first. It is
// for the person alone; the office has the audit.
func (o *Office) MyReaders(ctx context.Context, q Request, p books.Page) ([]Reader, error) {
	if err := access.Check(q.Actor, "audit.read_own", access.Scope{Area: q.Area, Person: q.Actor.Person}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]Reader, error) {
		me, err := tx.Person(ctx, q.Actor.Person, registry.When{AsOf: tx.Today()})
		if err != nil {
			return nil, err
		}
		same, err := tx.SamePersons(ctx, cmp.Or(me.MergedInto, me.ID), tx.Today())
		if err != nil {
			return nil, err
		}
		var out []Reader
		for _, id := range same {
			lines, err := tx.AuditOf(ctx, "person", id, p)
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				out = append(out, reader(l))
			}
		}
		slices.SortFunc(out, func(a, b Reader) int { return strings.Compare(a.ID, b.ID) })
		return out[:min(len(out), p.Size())], nil
	})
}

// reader leaves out what a line says beyond who, when and what: the reason of a
// change is the office's own text, that of a read is a purpose.
func reader(l audit.Line) Reader {
	r := Reader{ID: l.ID, At: l.At, Action: l.Action, Role: l.Role, Actor: l.Actor}
	if _, verb, _ := strings.Cut(l.Action, "."); strings.HasPrefix(verb, "read") {
		r.Purpose = access.Purpose(l.Reason)
	}
	return r
}
