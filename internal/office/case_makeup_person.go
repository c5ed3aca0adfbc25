package office

import (
	"context"
	"slices"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/counter"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// What the back-payment by a person (个人补缴) reads and does beside what it has
// in common with that of an employer.
var (
	makeupPersonFacts = map[string]caseFact{
		"not_past":           makeupCount(func(s *caseStep, _ *makeup, m casework.Month) bool { return m.FeeMonth >= s.tx.Today().Month() }),
		"already_paid":       makeupCount(func(_ *caseStep, v *makeup, m casework.Month) bool { return v.anywhere(m, (*record.Cell).Paid) }),
		"employers_months":   makeupCount(func(_ *caseStep, v *makeup, m casework.Month) bool { return v.anywhere(m, ofEmployer) }),
		"conditional_months": ruledCount("conditional"),
		"household_here":     householdHere,
		"closed_today":       closedToday,
		"without_price":      withoutPrice,
	}
	makeupPersonEffects = map[string]caseEffect{
		"bill_person": billPerson,
		"tell_person": func(ctx context.Context, s *caseStep) error {
			if err := s.asBilled(ctx, s.months); err != nil {
				return err
			}
			return tellMadeUp(ctx, s.tx, s.months, s.c.ID)
		},
	}
)

// anywhere reports whether the record of a month is such, whoever the payer is.
func (v *makeup) anywhere(m casework.Month, is func(*record.Cell) bool) bool {
	g := v.grids[m.Person]
	if g == nil {
		return false
	}
	return slices.ContainsFunc(g.Cells, func(c record.Cell) bool { return c.Scheme == m.Scheme && c.Month == m.FeeMonth && is(&c) })
}

// ofEmployer is a month that an employer owes: the employer makes it up.
func ofEmployer(c *record.Cell) bool { return c.Employer != "" && !c.Paid() }

// householdHere reports whether the agency of this area is competent: for who
// acts in an individual capacity, that of the household registration.
func householdHere(ctx context.Context, s *caseStep) (any, error) {
	row := s.law.Competence(insurance.Flexible, "makeup_person", s.tx.Today())
	if row == nil || row.By != law.ByHousehold {
		return true, nil
	}
	p, err := s.tx.Person(ctx, s.c.Person, registry.When{AsOf: s.tx.Today()})
	if err != nil || p.HukouArea == "" {
		return nil, err
	}
	return counter.Covers(s.tx.Area(), p.HukouArea), nil
}

// priced are the months with their prices of a day.
func (s *caseStep) priced(ctx context.Context, on calendar.Date) (*ruled, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return s.ruleOn(ctx, v, on)
}

// closedToday counts the months that the law refuses by now: what was decided as
// of the application is paid within the window.
func closedToday(ctx context.Context, s *caseStep) (any, error) {
	r, err := s.priced(ctx, s.tx.Today())
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, m := range r.months {
		if m.Verdict == "refused" {
			n++
		}
	}
	return n, nil
}

// withoutPrice counts the months that could not be billed today.
func withoutPrice(ctx context.Context, s *caseStep) (any, error) {
	r, err := s.priced(ctx, s.tx.Today())
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, l := range r.lines {
		if q := l.Line; q.Employer == nil || q.Person == nil || q.LateFee == nil || q.Interest == nil || *q.Interest != 0 {
			n++
		}
	}
	return n, nil
}

// billPerson bills the months to the person, at the prices of the day.
func billPerson(ctx context.Context, s *caseStep) error {
	if err := s.tx.LockPersons(ctx, s.c.Person); err != nil {
		return err
	}
	r, err := s.priced(ctx, s.tx.Today())
	if err != nil {
		return err
	}
	bill, err := declaration.BillBackPay(ctx, s.tx, declaration.BackPayInput{Person: s.c.Person, On: s.tx.Today(), Payer: insurance.Flexible, Channel: "case",
		Reason: "case:" + s.c.ID, Lines: r.lines, Policy: s.law.Policy().Digest})
	if err != nil {
		return err
	}
	if bill.Charged == 0 && s.c.Facts["bills"] == "" {
		return fault.New(fault.Conflict, "collection.nothing_to_pay", nil)
	}
	if bill.Charged > 0 {
		s.e.Data["bills"] = strings.TrimSpace(s.c.Facts["bills"] + " " + bill.Declaration.ID)
		if err := s.order(ctx, []string{bill.Notice}); err != nil {
			return err
		}
	}
	return s.asBilled(ctx, s.months)
}
