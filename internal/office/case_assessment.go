package office

import (
	"context"
	"strconv"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// What the assessment of unregistered employment (未登记用工核定) reads and does.
var (
	assessmentFacts = map[string]caseFact{
		"person_named": func(_ context.Context, s *caseStep) (any, error) { return s.c.Person != "", nil },
		"found_months": func(_ context.Context, s *caseStep) (any, error) { return int64(len(s.months)), nil },
		"months_unpriced": func(_ context.Context, s *caseStep) (any, error) {
			n := int64(0)
			for _, m := range s.months {
				if m.Employer == nil || m.Own == nil || m.LateFee == nil {
					n++
				}
			}
			return n, nil
		},
	}
	assessmentEffects = map[string]caseEffect{
		"enter_found":    enterFound,
		"register_found": correctFound(registry.EmploymentChange{Register: true}),
		"withdraw_found": correctFound(registry.EmploymentChange{Withdraw: true}),
		"estimate_wage":  estimateWage,
		"price_found":    priceFound,
		"bill_found":     billFound,
	}
	assessmentPapers = map[string]sheetField{
		"facts": func(_ context.Context, s *caseStep) (any, error) { return s.caseWord("facts"), nil },
		"pay_days": func(_ context.Context, s *caseStep) (any, error) {
			if d, _ := s.law.Duty("pay_assessed", "", s.tx.Today()); d != nil {
				return d.Days, nil
			}
			return nil, nil
		},
	}
)

// enterFound enters the labour relation as one that the employer did not
// register: it insures nobody yet, and its months are owed.
func enterFound(ctx context.Context, s *caseStep) error {
	day, err := calendar.ParseDate(s.e.Data["first_day"])
	if err != nil {
		return err
	}
	in := registry.NewEmployment{Person: s.c.Person, Employer: s.c.Employer, From: day, Unregistered: true, Reason: "case:" + s.c.ID}
	if v := s.e.Data["last_day"]; v != "" {
		if in.To, err = calendar.ParseDate(v); err != nil {
			return err
		}
	}
	if v := s.e.Data["wage"]; v != "" {
		wage, err := money.ParseFen(v)
		if err != nil {
			return err
		}
		in.Wage = &wage
	}
	started, err := registry.StartEmployment(ctx, s.tx, s.law, in)
	s.e.Data["employment"], s.e.Data["has_wage"] = started.Employment.ID, strconv.FormatBool(in.Wage != nil)
	return err
}

// correctFound corrects the labour relation that was found.
func correctFound(change registry.EmploymentChange) caseEffect {
	return func(ctx context.Context, s *caseStep) error {
		change := change
		change.Reason = "case:" + s.c.ID
		started, err := registry.CorrectEmployment(ctx, s.tx, s.law, s.c.Facts["employment"], change)
		s.e.Data["employment"] = started.Employment.ID
		return err
	}
}

// estimateWage enters a wage that the agency estimates (R-DECL-04).
func estimateWage(ctx context.Context, s *caseStep) error {
	wage, err := money.ParseFen(s.e.Data["wage"])
	if err != nil {
		return err
	}
	s.e.Data["has_wage"], s.e.Data["estimated"] = "true", "true"
	return correctFound(registry.EmploymentChange{Wage: &wage})(ctx, s)
}

// priceFound states the unpaid months of the person with the employer, as the
// kernel prices them today.
func priceFound(ctx context.Context, s *caseStep) error {
	a, err := s.personRecord(ctx)
	if err != nil {
		return err
	}
	s.months, s.anew = nil, false
	s.addGaps(a, s.c.Employer)
	s.priceMonths(a)
	return nil
}

// billFound bills the months at the prices of the day, all or none.
func billFound(ctx context.Context, s *caseStep) error {
	if err := priceFound(ctx, s); err != nil {
		return err
	}
	billed, err := arrears.BillMonths(ctx, s.tx, s.o.Laws, arrears.BillInput{Employer: s.c.Employer, Channel: "case", Reason: "case:" + s.c.ID}, monthsOf(s.months), s.o.Words)
	if err != nil {
		return err
	}
	if len(billed.Left) > 0 {
		l := billed.Left[0]
		return fault.New(fault.Missing, "casework.no_amount", fault.Args{"month": l.FeeMonth.String(), "scheme": l.Scheme.String()})
	}
	sum, err := s.total()
	if total, ok := sum.(money.Fen); ok && err == nil {
		s.e.Data["total"] = total.String()
	}
	return err
}
