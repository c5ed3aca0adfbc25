package registry

import (
	"context"
	"errors"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// NewEnrolment insures a person who pays alone, or an employee in one scheme
// only. What an employment insures comes with StartEmployment.
type NewEnrolment struct {
	Person     string           `json:"person"`
	Employer   string           `json:"employer,omitempty"` // of an employee
	Payer      insurance.Payer  `json:"payer"`
	Scheme     insurance.Scheme `json:"scheme"`
	Population string           `json:"population,omitempty"`
	Tier       string           `json:"tier,omitempty"`
	Grade      string           `json:"grade,omitempty"` // of residents' pension
	Group      string           `json:"group,omitempty"` // of residents' medical insurance
	From       calendar.Month   `json:"from"`
	To         calendar.Month   `json:"to,omitzero"`
	Base       *money.Fen       `json:"base,omitempty"` // chosen by a flexible worker
	Reason     string           `json:"reason,omitempty"`
}

// schemesOf are the schemes that are open to who pays alone: flexible workers
// may join the pension and medical insurance of employees (SIL 10, 23; R-REG-01)
// and what comes along with it, residents their own two (SIL 20, 24; R-REG-07).
var schemesOf = map[insurance.Payer][]insurance.Scheme{
	insurance.Employee: append(slices.Clone(insurance.Mandatory), insurance.LargeMedical),
	insurance.Flexible: {insurance.Pension, insurance.Medical, insurance.LargeMedical},
	insurance.Resident: {insurance.ResidentPension, insurance.ResidentMedical},
}

// Enrol insures a person. A month in which the person is insured in the scheme
// already, or an employee in its whole, is fault registry.insured_already.
func Enrol(ctx context.Context, tx RelationBooks, in NewEnrolment) (Enrolment, error) {
	n := Enrolment{ID: tx.NewID(), Person: in.Person, Employer: in.Employer, Payer: in.Payer, Scheme: in.Scheme, Population: in.Population, Tier: in.Tier, Grade: in.Grade,
		Group: in.Group, From: in.From, To: in.To, Base: in.Base, KnownOn: tx.Today(), At: tx.At(), Reason: in.Reason}
	if err := n.check(); err != nil {
		return n, err
	}
	if n.Employer != "" {
		if _, err := lockActive(ctx, tx, n.Employer, min(n.From.Last(), tx.Today())); err != nil {
			return n, err
		}
	}
	if err := tx.LockPersons(ctx, in.Person); err != nil {
		return n, err
	}
	if _, err := known(ctx, tx, in.Person, tx.Today()); err != nil {
		return n, err
	}
	same, err := tx.SamePersons(ctx, in.Person, tx.Today())
	if err != nil {
		return n, err
	}
	others, err := tx.EnrolmentsOf(ctx, same, tx.Today())
	if err != nil {
		return n, err
	}
	for _, o := range others {
		if o.Overlaps(n) {
			return n, fault.New(fault.Conflict, "registry.insured_already", fault.Args{"enrolment": o.ID})
		}
	}
	return n, tx.AddEnrolment(ctx, n)
}

func (n Enrolment) check() error {
	open, ok := schemesOf[n.Payer]
	switch {
	case !ok:
		return invalid("registry.bad_payer")
	case !slices.Contains(open, n.Scheme):
		return fault.New(fault.Invalid, "registry.scheme_not_open", fault.Args{"payer": string(n.Payer), "scheme": n.Scheme.String()})
	case (n.Employer != "") != (n.Payer == insurance.Employee):
		return invalid("registry.employer_of_employee")
	case n.From == 0:
		return invalid("registry.bad_from_month")
	case n.To != 0 && n.To < n.From:
		return invalid("registry.ends_before_start")
	case n.Base != nil && (n.Payer != insurance.Flexible || *n.Base < 0 || *n.Base > money.MaxFen):
		return invalid("registry.bad_base")
	case (n.Grade != "" || n.Group != "") && n.Payer != insurance.Resident:
		return invalid("registry.grade_of_resident")
	case len(n.Population)+len(n.Tier)+len(n.Grade)+len(n.Group) > 200:
		return invalid("registry.bad_population")
	}
	return nil
}

// Overlaps reports whether two enrolments insure the same in a month: the same
// scheme, or one of them all that are mandatory and the other one of those.
// Pension and medical insurance of residents and of employees exclude each
// other only by paying, which is not looked at here.
func (n Enrolment) Overlaps(o Enrolment) bool {
	if (n.To != 0 && n.To < o.From) || (o.To != 0 && o.To < n.From) {
		return false
	}
	return n.Scheme == o.Scheme || (n.Scheme == 0 && slices.Contains(insurance.Mandatory, o.Scheme)) || (o.Scheme == 0 && slices.Contains(insurance.Mandatory, n.Scheme))
}

// EndEnrolment ends an enrolment with its last month; the month before its
// first withdraws it. One that has an end may end earlier. What an employment insures ends with the employment.
func EndEnrolment(ctx context.Context, tx RelationBooks, id string, last calendar.Month, reason string) (Enrolment, error) {
	if reason == "" {
		return Enrolment{}, invalid("registry.no_reason")
	}
	n, err := tx.Enrolment(ctx, id, tx.Today())
	if errors.Is(err, books.ErrNotFound) {
		return n, fault.Wrap(fault.NotFound, "registry.no_enrolment", nil, err)
	}
	if err != nil {
		return n, err
	}
	if err := tx.LockPersons(ctx, n.Person); err != nil {
		return n, err
	}
	if n, err = tx.Enrolment(ctx, id, tx.Today()); err != nil { // as it is under the lock
		return n, err
	}
	switch {
	case n.Payer == insurance.Employee && n.Scheme == 0:
		return n, invalid("registry.ends_with_employment")
	case n.To != 0 && last >= n.To:
		return n, fault.New(fault.Conflict, "registry.ended", fault.Args{"day": n.To.Last().String()})
	case last == 0 || last < n.From-1:
		return n, invalid("registry.ends_before_start")
	}
	n.Replaces, n.ID, n.To, n.KnownOn, n.At, n.Reason = n.ID, tx.NewID(), last, tx.Today(), tx.At(), reason
	return n, tx.AddEnrolment(ctx, n)
}
