package registry

import (
	"cmp"
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// RelationBooks is what writing labour relations and enrolments needs.
type RelationBooks interface {
	Persons
	Employers
	Relations
	Clocks
	LockPersons(ctx context.Context, ids ...string) error
	AddEmployment(ctx context.Context, e Employment) error
	AddEnrolment(ctx context.Context, e Enrolment) error
}

// NewEmployment is a labour relation that becomes known.
type NewEmployment struct {
	Person     string        `json:"person"`
	Employer   string        `json:"employer"`
	Population string        `json:"population,omitempty"`
	Tier       string        `json:"tier,omitempty"`
	Category   string        `json:"category,omitempty"`
	From       calendar.Date `json:"from"`        // first day of work
	To         calendar.Date `json:"to,omitzero"` // last day, if it is known already
	Wage       *money.Fen    `json:"wage,omitempty"`
	// Unregistered: somebody else than the employer brought it up (complaint,
	// inspection). The person is not insured by it yet, and the duty's term runs.
	Unregistered bool          `json:"unregistered,omitempty"`
	Applied      calendar.Date `json:"-"` // day on which the employer applied for it; zero: the office date
	Reason       string        `json:"reason,omitempty"`
}

// Started is what came of it.
type Started struct {
	Employment Employment    `json:"employment"`
	Enrolment  string        `json:"enrolment,omitempty"`
	Due        calendar.Date `json:"due"`  // last day to register it; zero: no duty then, or not known yet
	Late       bool          `json:"late"` // registered after it, or still not registered
	// Alongside lists other enrolments of the person in the same months, which
	// somebody looks at: as a flexible worker, or through another employer.
	Alongside []string `json:"alongside,omitempty"`
}

// StartEmployment adds a labour relation (增员): registered by the employer on
// the office date, unless it says otherwise. It insures the person through the
// employer; the term of the duty to register (R-REG-04) runs, or was kept, or late.
func StartEmployment(ctx context.Context, tx RelationBooks, r *law.Reader, in NewEmployment) (Started, error) {
	if _, err := lockActive(ctx, tx, in.Employer, in.From); err != nil {
		return Started{}, err
	}
	if err := tx.LockPersons(ctx, in.Person); err != nil {
		return Started{}, err
	}
	p, err := known(ctx, tx, in.Person, tx.Today())
	if err != nil {
		return Started{}, err
	}
	e := Employment{ID: tx.NewID(), Person: in.Person, Employer: in.Employer, Population: in.Population, Tier: in.Tier, Category: in.Category, From: in.From, To: in.To,
		Wage: in.Wage, KnownOn: tx.Today(), At: tx.At(), Reason: in.Reason}
	if !in.Unregistered {
		e.RegisteredOn = cmp.Or(in.Applied, tx.Today())
	}
	if err := fits(ctx, tx, p, e); err != nil {
		return Started{}, err
	}
	return settle(ctx, tx, r, p, e)
}

// fits holds that an employment has an order of days and does not overlap
// another of the person with the employer.
func fits(ctx context.Context, tx RelationBooks, p Person, e Employment) error {
	if err := e.check(p.Birth); err != nil {
		return err
	}
	same, err := tx.SamePersons(ctx, e.Person, tx.Today())
	if err != nil {
		return err
	}
	others, err := tx.EmploymentsOf(ctx, same, tx.Today())
	if err != nil {
		return err
	}
	return e.beside(others)
}

// check holds what is true of every employment of somebody born on a day.
func (e Employment) check(birth calendar.Date) error {
	switch {
	case e.From == 0 || e.From <= birth:
		return invalid("registry.bad_from")
	case e.To != 0 && e.To < e.From:
		return invalid("registry.ends_before_start")
	case e.Wage != nil && (*e.Wage < 0 || *e.Wage > money.MaxFen):
		return invalid("registry.bad_wage")
	case len(e.Population)+len(e.Tier)+len(e.Category) > 200:
		return invalid("registry.bad_population")
	}
	return nil
}

// beside holds that an employment shares no day with another of the person at
// the employer.
func (e Employment) beside(others []Employment) error {
	for _, o := range others {
		if o.Employer == e.Employer && o.ID != e.Replaces && o.Overlaps(e) {
			return fault.New(fault.Conflict, "registry.employed_already", fault.Args{"employment": o.ID})
		}
	}
	return nil
}

// Overlaps reports whether two employments have a day in common.
func (e Employment) Overlaps(o Employment) bool {
	return (e.To == 0 || o.From <= e.To) && (o.To == 0 || e.From <= o.To)
}

// settle writes an employment with what follows from it, and looks for what
// stands beside it.
func settle(ctx context.Context, tx RelationBooks, r *law.Reader, p Person, e Employment) (Started, error) {
	out := Started{Employment: e}
	f, err := follow(tx, r, p.NumberKind, e)
	if err != nil {
		return out, err
	}
	out.Due, out.Late = f.clock.EndsOn, f.clock.Late(tx.Today())
	if f.insured {
		out.Enrolment = f.enrolment.ID
		all, err := tx.EnrolmentsOf(ctx, []string{e.Person}, tx.Today())
		if err != nil {
			return out, err
		}
		for _, o := range all {
			if o.Overlaps(f.enrolment) {
				out.Alongside = append(out.Alongside, o.ID)
			}
		}
	}
	return out, f.write(ctx, tx)
}

// followed is an employment with what follows from it: the term of the duty to
// register it, and the enrolment through the employer once it is registered.
type followed struct {
	employment Employment
	clock      Clock
	runs       bool // there is a duty
	enrolment  Enrolment
	insured    bool
}

// follow tells what follows from an employment of somebody who was registered
// by a kind of document.
func follow(tx books.Frame, r *law.Reader, kind string, e Employment) (followed, error) {
	f := followed{employment: e}
	duty, began := r.Duty(law.RegisterEmployee, Population(kind), e.From)
	if duty != nil && (e.To == 0 || e.To >= began) {
		end, err := TermOf(r, duty).end(began)
		if err != nil {
			return f, err
		}
		f.runs = true
		f.clock = Clock{ID: tx.NewID(), Kind: law.RegisterEmployee, ObjectKind: "employment", Object: e.ID, StartsOn: began, EndsOn: end, State: Open}
		if e.RegisteredOn != 0 {
			f.clock.State, f.clock.MetOn = Met, e.RegisteredOn
		}
	}
	if e.RegisteredOn == 0 {
		return f, nil
	}
	f.enrolment = Enrolment{ID: tx.NewID(), Person: e.Person, Employer: e.Employer, Payer: insurance.Employee, Population: e.Population, Tier: e.Tier,
		From: insuredFrom(r, kind, e), To: lastMonth(e), KnownOn: tx.Today(), At: tx.At(), Reason: e.Reason}
	f.insured = f.enrolment.To == 0 || f.enrolment.To >= f.enrolment.From // else over before the law came
	return f, nil
}

// write enters all of it. A term that was met in time leaves no clock: the day
// of registration says it.
func (f followed) write(ctx context.Context, tx relationWriter) error {
	if err := tx.AddEmployment(ctx, f.employment); err != nil {
		return err
	}
	inTime := f.clock.State == Met && f.clock.EndsOn != 0 && !f.clock.Late(f.clock.MetOn)
	if f.runs && !inTime {
		tx.AddClock(ctx, f.clock)
	}
	if f.insured {
		return tx.AddEnrolment(ctx, f.enrolment)
	}
	return nil
}

type relationWriter interface {
	AddClock(ctx context.Context, c Clock)
	AddEmployment(ctx context.Context, e Employment) error
	AddEnrolment(ctx context.Context, e Enrolment) error
}

// insuredFrom is the first month in which an employment insures: that of the
// first day of work, or of the law where it came later (R-REG-08).
func insuredFrom(r *law.Reader, kind string, e Employment) calendar.Month {
	if population := Population(kind); population != "" {
		if _, began := r.Duty(law.RegisterEmployee, population, e.From); began != 0 {
			return began.Month()
		}
	}
	return e.From.Month()
}

func lastMonth(e Employment) calendar.Month {
	if e.To == 0 {
		return 0
	}
	return e.To.Month()
}

// EmploymentChange is a correction of an employment; what is nil stays.
type EmploymentChange struct {
	From       *calendar.Date `json:"from,omitempty"`
	To         *calendar.Date `json:"to,omitempty"` // zero: still there
	Population *string        `json:"population,omitempty"`
	Tier       *string        `json:"tier,omitempty"`
	Category   *string        `json:"category,omitempty"`
	Wage       *money.Fen     `json:"wage,omitempty"`
	Register   bool           `json:"register,omitempty"` // the employer registers what was found
	Withdraw   bool           `json:"withdraw,omitempty"` // it never was
	Reason     string         `json:"reason"`
}

// EndEmployment ends a labour relation on its last day (减员).
func EndEmployment(ctx context.Context, tx RelationBooks, r *law.Reader, id string, last calendar.Date, reason string) (Started, error) {
	e, err := employment(ctx, tx, id)
	if err != nil {
		return Started{}, err
	}
	if e.To != 0 {
		return Started{}, fault.New(fault.Conflict, "registry.ended", fault.Args{"day": e.To.String()})
	}
	if last == 0 {
		return Started{}, invalid("registry.ends_before_start")
	}
	return CorrectEmployment(ctx, tx, r, id, EmploymentChange{To: &last, Reason: reason})
}

func employment(ctx context.Context, tx RelationBooks, id string) (Employment, error) {
	e, err := tx.Employment(ctx, id, tx.Today())
	if errors.Is(err, books.ErrNotFound) {
		err = fault.Wrap(fault.NotFound, "registry.no_employment", nil, err)
	}
	return e, err
}

// CorrectEmployment replaces an employment by one that is right, and its
// enrolment and its term with it. What was known before stays readable.
func CorrectEmployment(ctx context.Context, tx RelationBooks, r *law.Reader, id string, in EmploymentChange) (Started, error) {
	if in.Reason == "" {
		return Started{}, invalid("registry.no_reason")
	}
	e, err := employment(ctx, tx, id)
	if err != nil {
		return Started{}, err
	}
	if err := tx.LockEmployer(ctx, e.Employer); err != nil {
		return Started{}, err
	}
	if err := tx.LockPersons(ctx, e.Person); err != nil {
		return Started{}, err
	}
	if e, err = employment(ctx, tx, id); err != nil { // as it is under the locks
		return Started{}, err
	}
	p, err := tx.Person(ctx, e.Person, When{AsOf: tx.Today()})
	if err != nil {
		return Started{}, err
	}
	was := e
	e.ID, e.Replaces, e.KnownOn, e.At, e.Reason = tx.NewID(), was.ID, tx.Today(), tx.At(), in.Reason
	set(&e.From, in.From)
	set(&e.To, in.To)
	set(&e.Population, in.Population)
	set(&e.Tier, in.Tier)
	set(&e.Category, in.Category)
	if in.Wage != nil {
		e.Wage = in.Wage
	}
	if in.Register {
		if e.RegisteredOn != 0 {
			return Started{}, fault.New(fault.Conflict, "registry.registered", fault.Args{"day": e.RegisteredOn.String()})
		}
		e.RegisteredOn = tx.Today()
	}
	if _, err := StopClock(ctx, tx, law.RegisterEmployee, was.ID, Void, 0); err != nil {
		return Started{}, err
	}
	if err := withdrawEnrolment(ctx, tx, r, p, was, in.Reason); err != nil {
		return Started{}, err
	}
	if in.Withdraw {
		e.To = e.From - 1
		return Started{Employment: e}, tx.AddEmployment(ctx, e)
	}
	if err := employerThere(ctx, tx, e); err != nil {
		return Started{}, err
	}
	if err := fits(ctx, tx, p, e); err != nil {
		return Started{}, err
	}
	return settle(ctx, tx, r, p, e)
}

// employerThere holds that the employer was there on the first day.
func employerThere(ctx context.Context, tx Employers, e Employment) error {
	_, err := tx.Employer(ctx, e.Employer, When{AsOf: e.From, KnownAt: tx.Today()})
	if errors.Is(err, books.ErrNotFound) {
		return fault.New(fault.Invalid, "registry.before_employer", nil)
	}
	return err
}

// withdrawEnrolment takes back the enrolment that came of an employment.
func withdrawEnrolment(ctx context.Context, tx RelationBooks, r *law.Reader, p Person, e Employment, reason string) error {
	if e.RegisteredOn == 0 {
		return nil
	}
	all, err := tx.EnrolmentsOf(ctx, []string{e.Person}, tx.Today())
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.Employer != e.Employer || n.Payer != insurance.Employee || n.Scheme != 0 || n.From != insuredFrom(r, p.NumberKind, e) || n.To != lastMonth(e) {
			continue
		}
		n.Replaces, n.ID, n.To, n.KnownOn, n.At, n.Reason = n.ID, tx.NewID(), n.From-1, tx.Today(), tx.At(), reason
		return tx.AddEnrolment(ctx, n)
	}
	return nil
}
