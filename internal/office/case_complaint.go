package office

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/registry"
)

// What a worker's complaint (投诉) reads and does.
var (
	complaintFacts = map[string]caseFact{
		"employer_known": func(_ context.Context, s *caseStep) (any, error) { return s.c.Employer != "", nil },
		"unmade_months":  unpaidMonths,
	}
	complaintEffects = map[string]caseEffect{
		"fill_from_grid":    fillFromGrid,
		"weigh_claim":       weighClaim,
		"name_employer":     nameEmployer,
		"date_filing":       dateEvent("filed_on"),
		"open_arrears_case": openArrearsCase,
	}
	complaintPapers = map[string]sheetField{
		"complainant": sheetFields["person_name"],
		"employer_name": func(ctx context.Context, s *caseStep) (any, error) {
			if s.c.Employer == "" {
				return "未查明，见投诉内容", nil
			}
			return sheetFields["employer_name"](ctx, s)
		},
	}
)

// fillFromGrid adds the months that the worker's own record shows as unpaid by
// the employer that is complained of.
func fillFromGrid(ctx context.Context, s *caseStep) error {
	if s.c.Employer == "" {
		return nil
	}
	a, err := s.personRecord(ctx)
	if err != nil {
		return err
	}
	s.addGaps(a, s.c.Employer)
	return nil
}

// weighClaim prices the months of the complaint and flags old ones: both
// readings of the two years stand beside each other, and neither refuses
// anything (R-LIM-03).
func weighClaim(ctx context.Context, s *caseStep) error {
	a, err := s.personRecord(ctx)
	if err != nil {
		return err
	}
	s.priceMonths(a)
	shares, late, err := costOf(s.months)
	if err != nil {
		return err
	}
	flag, err := s.limitation()
	if err != nil {
		return err
	}
	s.e.Data["limitation"] = flag
	if shares != nil && len(s.months) > 0 {
		s.e.Data["claim_no_bar"], s.e.Data["claim_barred"] = shares.String(), shares.String()
		if flag != "none" {
			s.e.Data["claim_barred"] = "0.00"
		}
	}
	if late != nil && len(s.months) > 0 {
		s.e.Data["claim_late_fee"] = late.String()
	}
	return nil
}

// limitation is the flag of the months of a complaint on the day of the first
// complaint: the last missed month ended longer ago than inspection looks back.
func (s *caseStep) limitation() (string, error) {
	day := s.tx.Today()
	if s.c.OpenedOn != 0 {
		day = s.c.OpenedOn
	}
	if v := s.fact("first_complaint"); v != "" {
		first, err := calendar.ParseDate(v)
		if err != nil {
			return "", err
		}
		if first > s.tx.Today() {
			return "", casework.WrongValue("first_complaint", "day", nil)
		}
		day = min(day, first)
	}
	last := calendar.Month(0)
	for _, m := range s.months {
		last = max(last, m.FeeMonth)
	}
	if row := s.law.Limitation(); row != nil && row.Flags(last, day) {
		return row.Flag, nil
	}
	return "none", nil
}

// nameEmployer says which employer is complained of.
func nameEmployer(ctx context.Context, s *caseStep) error {
	e, err := s.tx.Employer(ctx, s.e.Data["employer_id"], registry.When{AsOf: s.tx.Today()})
	s.c.Employer = e.ID
	return absent(err)
}

// arrearsKind is the kind of case in which an employer's arrears are recovered.
const arrearsKind = "enforcement"

// openArrearsCase opens the case against the employer, in which the months are
// recovered. It holds the months and not the complaint. A case of recovery takes
// all that the employer owes, so a complaint joins one that is open.
func openArrearsCase(ctx context.Context, s *caseStep) error {
	s.e.Data["arrears_case"] = arrearsKind
	t, err := CaseKindOf(arrearsKind)
	if fault.KindOf(err) == fault.NotFound { // it is recovered outside of the cases
		return nil
	} else if err != nil {
		return err
	}
	live, err := s.liveRecovery(ctx)
	if err != nil || live != "" {
		s.e.Data["arrears_case"] = live
		return err
	}
	c := casework.Case{ID: s.tx.NewID(), Kind: t.Kind, Employer: s.c.Employer, Parent: s.c.ID}
	m, err := s.o.openIn(ctx, s.tx, s.q, t, c, casework.Input{Event: t.Openings()[0].ID}, s.months)
	s.e.Data["arrears_case"] = m.Case.ID
	return err
}
