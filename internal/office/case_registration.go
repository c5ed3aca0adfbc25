package office

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// What a registration (社会保险登记) reads and does.
var (
	registrationFacts = map[string]caseFact{
		"code_right": func(ctx context.Context, s *caseStep) (any, error) {
			code, err := s.words(ctx, "credit_code")
			r := identity.Check(code, s.tx.Today())
			return r.Kind == identity.KindUSCC && r.Fault == nil, err
		},
		"in_register": func(ctx context.Context, s *caseStep) (any, error) {
			code, err := s.words(ctx, "credit_code")
			if err != nil {
				return nil, err
			}
			_, err = s.tx.EmployerByCode(ctx, identity.Check(code, s.tx.Today()).Number, registry.When{AsOf: s.tx.Today()})
			return there(err)
		},
		"number_right": func(ctx context.Context, s *caseStep) (any, error) {
			number, err := s.words(ctx, "person_number")
			if err != nil || number == "" || s.c.Person != "" { // of whom is on record no number is read
				return err == nil, err
			}
			_, wrong := registry.Document{Number: number}.Read(s.tx.Today())
			return wrong == nil, nil
		},
		"formed_on": func(ctx context.Context, s *caseStep) (any, error) {
			e, err := s.tx.EmployerFacts(ctx, s.c.Employer, registry.When{AsOf: s.tx.Today()})
			return e.FormedOn.String(), err
		},
		"employer_active": func(ctx context.Context, s *caseStep) (any, error) {
			e, err := s.tx.EmployerFacts(ctx, s.c.Employer, registry.When{AsOf: s.tx.Today()})
			return e.Status == registry.Active, err
		},
		"employee_stated": func(_ context.Context, s *caseStep) (any, error) {
			return s.c.Person != "" || s.fact("person_number") != "" && s.fact("person_name") != "", nil
		},
		"person_held": func(_ context.Context, s *caseStep) (any, error) { return s.c.Person != "", nil },
		"particulars": func(_ context.Context, s *caseStep) (any, error) {
			n := int64(0)
			for _, name := range []string{"employer_name", "unit_type"} {
				if s.fact(name) != "" {
					n++
				}
			}
			return n, nil
		},
		"unsettled": func(ctx context.Context, s *caseStep) (any, error) {
			u, err := s.o.unsettled(ctx, s.tx, s.c.Employer)
			return u.count(), err
		},
	}
	registrationEffects = map[string]caseEffect{
		"date_registration": dateRegistration,
		"date_settled":      dateEvent("term_from"),
		"register_newcomer": registerNewcomer,
		"register_hired":    registerHired,
		"change_registered": changeRegistered,
		"list_unsettled":    listUnsettled,
		"close_employer":    closeEmployer,
	}
	registrationPapers = map[string]sheetField{
		"applicant":     employerWords,
		"employer_name": employerWords,
		// as registered, not as the application has it under the same names
		"credit_code":   sheetFields["credit_code"],
		"person_name":   sheetFields["person_name"],
		"person_number": sheetFields["person_number"],
		"registered":    func(_ context.Context, s *caseStep) (any, error) { return s.caseWord("registered." + s.e.Name), nil },
		"late_note": func(_ context.Context, s *caseStep) (any, error) {
			if s.fact("late") != "true" {
				return nil, nil
			}
			return s.caseWord("late"), nil
		},
	}
)

// there turns that something is not found into an answer.
func there(err error) (any, error) {
	if errors.Is(err, books.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// words is what somebody wrote into a field that is kept out of sight: as this
// event gives it, or from the box of an event before.
func (s *caseStep) words(ctx context.Context, name string) (string, error) {
	if v, given := s.in.Data[name]; given {
		return v, nil
	}
	id := s.c.Facts[name]
	if id == "" {
		return "", nil
	}
	text, err := s.tx.OpenBoxes(ctx, id)
	if err != nil {
		return "", err
	}
	return text[0], nil
}

// employerWords is the name of the employer: in the register, or as it applied.
func employerWords(ctx context.Context, s *caseStep) (any, error) {
	if s.c.Employer == "" {
		return s.words(ctx, "employer_name")
	}
	return s.employer(ctx, func(e registry.Employer) string { return e.Name })
}

// told books that the employer reported something on the day it applied.
func (s *caseStep) told(ctx context.Context, r registry.Report, owed bool) error {
	r.Told = s.day("applied_on")
	late, err := s.o.reported(ctx, s.tx, r, owed)
	s.e.Data["late"] = strconv.FormatBool(late)
	return err
}

func (s *caseStep) reason() string { return "case:" + s.c.ID }

// registerNewcomer enters the employer; from here on the case is its own.
func registerNewcomer(ctx context.Context, s *caseStep) error {
	in := registry.NewEmployer{UnitType: insurance.UnitType(s.fact("unit_type")), FormedOn: s.day("happened_on"), Reason: s.reason()}
	var err error
	if in.CreditCode, err = s.words(ctx, "credit_code"); err != nil {
		return err
	}
	if in.Name, err = s.words(ctx, "employer_name"); err != nil {
		return err
	}
	if in.InjuryClass, err = strconv.Atoi(s.fact("injury_class")); err != nil {
		return err
	}
	e, err := registry.RegisterEmployer(ctx, s.tx, in)
	if err != nil {
		return err
	}
	s.c.Employer = e.ID
	report, owed := e.Report()
	if err := s.told(ctx, report, owed); err != nil {
		return err
	}
	return Audited(ctx, s.tx, "employer.write", "employer", e.ID, in.Reason, nil, map[string]any{"registered": true, "injury_class": e.InjuryClass, "from": e.From, "late": s.e.Data["late"] == "true"})
}

// registerHired enters the employee, if the office has no record of them, and
// the labour relation as registered on the day of the application.
func registerHired(ctx context.Context, s *caseStep) error {
	if err := s.findHired(ctx); err != nil {
		return err
	}
	in := registry.NewEmployment{Person: s.c.Person, Employer: s.c.Employer, From: s.day("happened_on"), Applied: s.day("applied_on"), Reason: s.reason()}
	if v := s.fact("wage"); v != "" {
		wage, err := money.ParseFen(v)
		if err != nil {
			return err
		}
		in.Wage = &wage
	}
	started, err := registry.StartEmployment(ctx, s.tx, s.law, in)
	if err != nil {
		return err
	}
	s.e.Data["employment"], s.e.Data["late"] = started.Employment.ID, strconv.FormatBool(started.Late)
	return Audited(ctx, s.tx, "roster.write", "person", in.Person, in.Reason, nil, relation(started))
}

// findHired says who was hired: the person of the case, the one whom the number
// names, or somebody new.
func (s *caseStep) findHired(ctx context.Context) error {
	if s.c.Person != "" {
		return nil
	}
	var in registry.NewPerson
	var err error
	if in.Number, err = s.words(ctx, "person_number"); err != nil {
		return err
	}
	if in.Name, err = s.words(ctx, "person_name"); err != nil {
		return err
	}
	doc, err := in.Document.Read(s.tx.Today())
	if err != nil {
		return err
	}
	p, err := s.tx.PersonByHash(ctx, doc.Hash(s.o.Vault.Index), registry.When{AsOf: s.tx.Today()})
	if errors.Is(err, books.ErrNotFound) {
		in.Reason = s.reason()
		if p, err = registry.Register(ctx, s.tx, s.o.Vault.Index, in); err == nil {
			err = Audited(ctx, s.tx, "person.write", "person", p.ID, in.Reason, nil, map[string]any{"registered": true})
		}
	}
	if err == nil && p.Name != strings.TrimSpace(in.Name) { // a number that is right may be somebody else's
		err = fault.New(fault.Conflict, "casework.other_name", nil)
	}
	s.c.Person = p.ID
	return err
}

func changeRegistered(ctx context.Context, s *caseStep) error {
	in := registry.EmployerChange{From: s.day("happened_on"), Reason: s.reason()}
	if s.fact("employer_name") != "" {
		name, err := s.words(ctx, "employer_name")
		if err != nil {
			return err
		}
		in.Name = &name
	}
	if v := insurance.UnitType(s.fact("unit_type")); v != "" {
		in.UnitType = &v
	}
	e, err := registry.ChangeEmployer(ctx, s.tx, s.c.Employer, in)
	if err != nil {
		return err
	}
	report, owed := in.Report(e)
	if err := s.told(ctx, report, owed); err != nil {
		return err
	}
	return Audited(ctx, s.tx, "employer.write", "employer", e.ID, in.Reason, nil, changed(in.From, in))
}

// dateRegistration keeps the day of the application, by which it was in time or
// not, and after which the office's term runs, also once it was corrected.
func dateRegistration(_ context.Context, s *caseStep) error {
	s.e.Data["applied_on"], s.e.Data["term_from"] = s.applied().String(), s.applied().String()
	return nil
}

// listUnsettled states the months in arrears, and what else is not paid.
func listUnsettled(ctx context.Context, s *caseStep) error {
	u, err := s.o.unsettled(ctx, s.tx, s.c.Employer)
	if err != nil {
		return err
	}
	s.months, s.anew = u.months, true
	s.e.Data["billed_open"] = u.billed.String()
	if u.lateFee != nil {
		s.e.Data["late_fee_open"] = u.lateFee.String()
	}
	return nil
}

func closeEmployer(ctx context.Context, s *caseStep) error {
	from := s.day("happened_on")
	if _, err := registry.Deregister(ctx, s.tx, s.c.Employer, from, s.reason(), s.o.owes(s.tx)); err != nil {
		return err
	}
	if err := s.told(ctx, registry.ClosureReport(s.c.Employer, from), true); err != nil {
		return err
	}
	return Audited(ctx, s.tx, "employer.write", "employer", s.c.Employer, s.reason(), nil, map[string]any{"closed": from, "late": s.e.Data["late"] == "true"})
}
