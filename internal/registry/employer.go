package registry

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// The states of an employer.
const (
	Active = "active"
	Closed = "closed"
)

// EmployerBooks is what registering employers needs.
type EmployerBooks interface {
	Employers
	NewEmployer(ctx context.Context, e Employer) error
	AddEmployerState(ctx context.Context, e Employer) error
}

// NewEmployer is an employer to be registered.
type NewEmployer struct {
	CreditCode  string             `json:"credit_code"`
	Name        string             `json:"name"`
	UnitType    insurance.UnitType `json:"unit_type,omitempty"`
	Ownership   string             `json:"ownership,omitempty"`
	InjuryClass int                `json:"injury_class"`
	InjuryRate  money.Rate         `json:"injury_rate,omitempty"`
	FormedOn    calendar.Date      `json:"formed_on"`
	Bank        string             `json:"bank,omitempty"`
	BankAccount string             `json:"bank_account,omitempty"`
	MandateFrom calendar.Date      `json:"mandate_from,omitzero"`
	Reason      string             `json:"reason,omitempty"`
}

// Employer checks what is to be registered and returns it without an id. It is
// true from the day of formation.
func (in NewEmployer) Employer(today calendar.Date) (Employer, error) {
	r := identity.Check(in.CreditCode, today)
	if r.Kind != identity.KindUSCC {
		return Employer{}, invalid("registry.not_a_credit_code")
	}
	if r.Fault != nil {
		return Employer{}, r.Fault
	}
	e := Employer{CreditCode: r.Number, Name: strings.TrimSpace(in.Name), UnitType: in.UnitType, Ownership: in.Ownership, InjuryClass: in.InjuryClass, InjuryRate: in.InjuryRate,
		FormedOn: in.FormedOn, Status: Active, Bank: in.Bank, BankAccount: strings.TrimSpace(in.BankAccount), MandateFrom: in.MandateFrom, From: in.FormedOn, Reason: in.Reason}
	return e, e.check(today)
}

// check holds what is true of every state of an employer.
func (e Employer) check(today calendar.Date) error {
	switch {
	case !properName(e.Name):
		return invalid("registry.bad_name")
	case e.InjuryClass < 1 || e.InjuryClass > 8:
		return invalid("registry.bad_injury_class")
	case e.InjuryRate < 0 || e.InjuryRate > money.One/10:
		return invalid("registry.bad_injury_rate")
	case e.FormedOn == 0 || e.FormedOn > today:
		return invalid("registry.bad_formed_on")
	case e.From < e.FormedOn || e.From > today:
		return invalid("registry.bad_from")
	case len(e.Ownership) > 64:
		return invalid("registry.bad_ownership")
	case e.MandateFrom != 0 && e.BankAccount == "":
		return invalid("registry.mandate_without_account")
	}
	if e.UnitType != "" {
		if _, err := insurance.ParseUnitType(string(e.UnitType)); err != nil {
			return invalid("registry.bad_unit_type")
		}
	}
	return checkAccount(e.Bank, e.BankAccount)
}

// RegisterEmployer adds an employer. One with the code already is fault
// registry.employer_exists; the id is in it.
func RegisterEmployer(ctx context.Context, tx EmployerBooks, in NewEmployer) (Employer, error) {
	e, err := in.Employer(tx.Today())
	if err != nil {
		return e, err
	}
	there, err := tx.EmployerByCode(ctx, e.CreditCode, When{AsOf: tx.Today()})
	if err == nil {
		return e, fault.New(fault.Conflict, "registry.employer_exists", fault.Args{"employer": there.ID})
	}
	if !errors.Is(err, books.ErrNotFound) {
		return e, err
	}
	e.ID, e.KnownOn, e.At = tx.NewID(), tx.Today(), tx.At()
	return e, tx.NewEmployer(ctx, e)
}

// EmployerChange is what changes of an employer from a day; what is nil stays.
type EmployerChange struct {
	From        calendar.Date       `json:"from"`
	Name        *string             `json:"name,omitempty"`
	UnitType    *insurance.UnitType `json:"unit_type,omitempty"`
	Ownership   *string             `json:"ownership,omitempty"`
	InjuryClass *int                `json:"injury_class,omitempty"`
	InjuryRate  *money.Rate         `json:"injury_rate,omitempty"`
	Bank        *string             `json:"bank,omitempty"`
	BankAccount *string             `json:"bank_account,omitempty"`
	MandateFrom *calendar.Date      `json:"mandate_from,omitempty"` // zero ends the mandate
	Reason      string              `json:"reason"`
}

// ChangeEmployer adds what is true of an employer from a day. It holds until
// the next state that is known.
func ChangeEmployer(ctx context.Context, tx EmployerBooks, id string, in EmployerChange) (Employer, error) {
	e, err := lockActive(ctx, tx, id, in.From)
	if err != nil {
		return e, err
	}
	if in.Reason == "" {
		return e, invalid("registry.no_reason")
	}
	set(&e.Name, in.Name)
	set(&e.UnitType, in.UnitType)
	set(&e.Ownership, in.Ownership)
	set(&e.InjuryClass, in.InjuryClass)
	set(&e.InjuryRate, in.InjuryRate)
	set(&e.Bank, in.Bank)
	set(&e.BankAccount, in.BankAccount)
	set(&e.MandateFrom, in.MandateFrom)
	e.From, e.Reason, e.KnownOn, e.At = in.From, in.Reason, tx.Today(), tx.At()
	if err := e.check(tx.Today()); err != nil {
		return e, err
	}
	return e, tx.AddEmployerState(ctx, e)
}

// Report is the report of an employer that registers, which it owes within a
// term of its formation (SIL 57). None is owed where the market regulator gave
// the code: since 2019-03-24 who is registered there is registered here by the
// same act (D259 art. 8, D765 art. 6).
func (e Employer) Report() (r Report, owed bool) {
	return Report{Duty: law.RegisterEmployer, Object: e.ID, On: e.FormedOn}, !strings.HasPrefix(e.CreditCode, "9")
}

// Report is the report of a change, owed for what the employer itself
// registered (D259 art. 9): not for a class or rate of work injury, which the
// office sets, and not where what was registered is put right.
func (in EmployerChange) Report(e Employer) (r Report, owed bool) {
	own := in.Name != nil || in.UnitType != nil || in.Ownership != nil || in.Bank != nil || in.BankAccount != nil
	return Report{Duty: law.ChangeEmployer, Object: e.ID + "/" + in.From.String(), On: in.From}, own && in.From > e.FormedOn
}

// ClosureReport is the report of an employer that ends on a day.
func ClosureReport(id string, from calendar.Date) Report {
	return Report{Duty: law.ChangeEmployer, Object: id + "/" + from.String() + "/closed", On: from}
}

// lockActive locks an employer and reads it as of a day; it must be open then
// and now.
func lockActive(ctx context.Context, tx Employers, id string, asOf calendar.Date) (Employer, error) {
	err := tx.LockEmployer(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return Employer{}, fault.Wrap(fault.NotFound, "registry.no_employer", nil, err)
	}
	if err != nil {
		return Employer{}, err
	}
	if asOf == 0 || asOf > tx.Today() {
		return Employer{}, invalid("registry.bad_from")
	}
	e, err := tx.Employer(ctx, id, When{AsOf: tx.Today()})
	if err == nil && e.Status == Closed {
		return e, fault.New(fault.Conflict, "registry.employer_closed", fault.Args{"day": e.From.String()})
	}
	if err != nil {
		return e, err
	}
	e, err = tx.Employer(ctx, id, When{AsOf: asOf, KnownAt: tx.Today()})
	if errors.Is(err, books.ErrNotFound) {
		return e, fault.New(fault.Invalid, "registry.before_employer", nil)
	}
	return e, err
}

// Owes is what an employer owes on its account: principal, late fees and fines.
type Owes func(ctx context.Context, employer string) (money.Fen, error)

// DeregisterBooks is what closing an employer needs.
type DeregisterBooks interface {
	EmployerBooks
	Roster(ctx context.Context, employer string, m calendar.Month, knownAt calendar.Date) ([]Employment, error)
}

// Deregister closes an employer from a day (注销). It is refused while anything
// is owed (D765 art. 10, from 2023-12-01, R-REG-05) and while people work there.
func Deregister(ctx context.Context, tx DeregisterBooks, id string, from calendar.Date, reason string, owes Owes) (Employer, error) {
	e, err := lockActive(ctx, tx, id, from)
	if err != nil {
		return e, err
	}
	if reason == "" {
		return e, invalid("registry.no_reason")
	}
	if now, err := tx.Employer(ctx, id, When{AsOf: tx.Today()}); err != nil || now.From > from {
		if err == nil {
			err = fault.New(fault.Conflict, "registry.changed_since", fault.Args{"day": now.From.String()})
		}
		return e, err
	}
	for m := from.Month(); m <= tx.Today().Month(); m++ {
		roster, err := tx.Roster(ctx, id, m, tx.Today())
		if err != nil {
			return e, err
		}
		staff := 0
		for _, r := range roster {
			if r.To == 0 || r.To >= from {
				staff++
			}
		}
		if staff > 0 {
			return e, fault.New(fault.Conflict, "registry.staff_left", fault.Args{"count": strconv.Itoa(staff), "month": m.String()})
		}
	}
	debt, err := owes(ctx, id)
	if err != nil {
		return e, err
	}
	if debt != 0 {
		return e, fault.New(fault.Conflict, "registry.debt_left", fault.Args{"amount": debt.String()})
	}
	e.Status, e.MandateFrom, e.From, e.Reason, e.KnownOn, e.At = Closed, 0, from, reason, tx.Today(), tx.At()
	return e, tx.AddEmployerState(ctx, e)
}
