package office

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/plan"
	"bujiao/internal/registry"
)

// What residents' insurance (居民参保) does in the books.
var residentEffects = map[string]caseEffect{
	"measure_wait":    measureWait,
	"bill_resident":   billResident,
	"date_benefits":   dateBenefits,
	"undo_resident":   undoResident,
	"ask_money_back":  askMoneyBack,
	"give_money_back": decideMoneyBack(true),
	"keep_money":      decideMoneyBack(false),
}

// measureWait says which years were missed and how long the wait is: as asked
// for, without repair, with every year repaid, and by the other reading of a
// disputed rule.
func measureWait(ctx context.Context, s *caseStep) error {
	c, err := s.readCover(ctx)
	if err != nil {
		return err
	}
	var years []string
	for _, y := range c.missed {
		years = append(years, strconv.Itoa(y))
	}
	if s.residentScheme() == insurance.ResidentMedical && len(years) > 0 {
		s.e.Data["missed_years"] = strings.Join(years, " ")
	}
	if c.last != 0 {
		s.e.Data["last_covered"] = c.last.String()
	}
	for name, repaid := range map[string][]int{"wait_months": s.repaid(), "wait_unrepaired": nil, "wait_repaired": c.missed} {
		a, err := s.waitOf(ctx, c, s.tx.Today(), repaid)
		if err != nil {
			return err
		}
		if a == nil || a.TotalMonths == nil {
			continue
		}
		s.e.Data[name] = strconv.Itoa(*a.TotalMonths)
		if i := slices.IndexFunc(a.Alternatives, func(x plan.Alternative) bool { return x.Switch == "first_year_counts" }); i >= 0 && name == "wait_months" {
			s.e.Data["wait_other"] = a.Alternatives[i].Amount
		}
	}
	return nil
}

// billResident enrols the person for the year and bills it, with the years that
// are repaid, on one bill. It stands for the time of the office and never beyond
// the year. Where the state bears all, there is nothing to pay.
func billResident(ctx context.Context, s *caseStep) error {
	lines, err := s.residentLines()
	if err != nil {
		return err
	}
	if err := s.enrolResident(ctx, lines[0].Month); err != nil {
		return err
	}
	in := declaration.BackPayInput{Person: s.c.Person, On: s.tx.Today(), Payer: insurance.Resident, Channel: "case", Reason: "case:" + s.c.ID, Policy: s.law.Policy().Digest}
	s.months, s.anew = []casework.Month{}, true
	for _, l := range lines {
		in.Lines = append(in.Lines, declaration.BackPayLine{Person: s.c.Person, Line: l})
		s.months = append(s.months, casework.Month{Person: s.c.Person, Scheme: l.Scheme, FeeMonth: l.Month, Employer: l.Employer, Own: l.Person, LateFee: l.LateFee})
	}
	bill, err := declaration.BillBackPay(ctx, s.tx, in)
	if err != nil {
		return err
	}
	s.e.Data["total"] = money.Fen(0).String()
	if bill.Charged > 0 {
		s.e.Data["bills"] = bill.Declaration.ID
		if err := s.order(ctx, []string{bill.Notice}); err != nil {
			return err
		}
	}
	if v := s.subsidy(lines[0].Person); v != nil {
		s.e.Data["subsidy"] = v.String()
	}
	return s.payBy()
}

// payBy is the last day to pay: by the term of the office, in the coverage year.
func (s *caseStep) payBy() error {
	d, _ := s.law.Duty("pay_resident", "", s.tx.Today())
	if d == nil {
		return fault.New(fault.Missing, "casework.no_term", fault.Args{"duty": "pay_resident", "state": "to_pay"})
	}
	ends, err := calendar.KnownEnd(d.Ends(s.law.Workdays(), s.tx.Today()))
	if err != nil {
		return err
	}
	last := calendar.NewMonth(max(s.coverYear(), s.tx.Today().Year()), 12).Last()
	if ends == 0 || ends > last {
		ends = last
	}
	s.e.Data["pay_by"] = ends.String()
	return nil
}

// subsidy is what the state adds for the year, as the area prints it; nothing for
// a year that is made up (R-BACKPAY-07).
func (s *caseStep) subsidy(paid *money.Fen) *money.Fen {
	none := money.Fen(0)
	if s.residentScheme() == insurance.ResidentMedical {
		if row, hole := s.law.ResidentMedical(s.coverYear(), s.fact("group")); hole == nil {
			return row.Subsidy
		}
		return nil
	}
	if s.coverYear() < s.tx.Today().Year() {
		return &none
	}
	row, hole := s.law.ResidentPension(calendar.NewMonth(s.coverYear(), 1))
	if hole != nil || paid == nil {
		return nil
	}
	var out *money.Fen
	for _, g := range row.Grades { // by the lowest fee of a bracket
		if g.MinFee <= *paid {
			out = &g.Subsidy
		}
	}
	return out
}

// enrolResident insures the person from a month to the end of the year.
func (s *caseStep) enrolResident(ctx context.Context, from calendar.Month) error {
	n, err := registry.Enrol(ctx, s.tx, registry.NewEnrolment{Person: s.c.Person, Payer: insurance.Resident, Scheme: s.residentScheme(), Population: s.support(),
		Group: s.fact("group"), Grade: s.fact("grade"), From: from, To: calendar.NewMonth(s.coverYear(), 12), Reason: s.enrolReason()})
	if err != nil {
		return err
	}
	return Audited(ctx, s.tx, "enrolment.write", "person", n.Person, n.Reason, nil, n)
}

func (s *caseStep) enrolReason() string { return "resident " + s.c.ID }

// dateBenefits says from which day benefits run: by the day of payment, with the
// repaid years (R-MED-07).
func dateBenefits(ctx context.Context, s *caseStep) error {
	on, err := s.residentPaid(ctx)
	if err != nil {
		return err
	}
	from, gap := on, false
	if s.residentScheme() == insurance.ResidentMedical {
		if from, gap, err = s.benefitsFrom(ctx, on); err != nil {
			return err
		}
	}
	s.e.Data["resumed_on"], s.e.Data["cover_from"], s.e.Data["wait_ends"] = on.String(), from.String(), (from - 1).String()
	s.e.Data["year_ends"], s.e.Data["break_made_up"] = calendar.NewMonth(s.coverYear(), 12).Last().String(), strconv.FormatBool(gap)
	return nil
}

// benefitsFrom is the first day of medical benefits. Who changes from the employee
// scheme to that of residents after two years in a row, within three months, does
// not wait, and the gap is covered (R-MED-02).
func (s *caseStep) benefitsFrom(ctx context.Context, paid calendar.Date) (from calendar.Date, gap bool, err error) {
	c, err := s.readCover(ctx)
	if err != nil {
		return 0, false, err
	}
	a, err := s.waitOf(ctx, c, paid, s.repaid())
	if err != nil {
		return 0, false, err
	}
	if a == nil || a.BenefitsFrom == 0 {
		return 0, false, fault.New(fault.Missing, "casework.no_term", fault.Args{"duty": "wait", "state": "waiting"})
	}
	rule := s.law.MedicalGap(insurance.Employee, max(1, int(paid.Month()-c.last.Month()-1)), s.tx.Today())
	if rule != nil && rule.ChangeMonths > 0 && c.worked >= rule.ChangeMonths && rule.Retroactive == "yes" && paid.Month().First() < a.BenefitsFrom {
		return max(paid.Month().First(), c.last+1), true, nil
	}
	return a.BenefitsFrom, false, nil
}

// undoResident takes back what was billed and enrolled and not paid: insurance is
// voluntary, and nothing is owed for it.
func undoResident(ctx context.Context, s *caseStep) error {
	if err := undoBills(ctx, s); err != nil {
		return err
	}
	return s.endResident(ctx)
}

// endResident withdraws the enrolment of the case.
func (s *caseStep) endResident(ctx context.Context) error {
	_, err := s.unenrol(ctx, s.enrolReason(), func(registry.Enrolment) bool { return false })
	return err
}

// askMoneyBack asks for the premium of the year, for another person to decide
// (R-MED-10).
func askMoneyBack(ctx context.Context, s *caseStep) error {
	charges, err := s.ownCharges(ctx)
	if err != nil {
		return err
	}
	var ids []string
	for _, c := range charges {
		r, err := collection.RequestRefund(ctx, s.tx, refundOf(c, s.fact("refund_reason")))
		if err != nil {
			return err
		}
		if err := Audited(ctx, s.tx, "refund.request", "refund", r.ID, r.Reason, nil, r); err != nil {
			return err
		}
		ids = append(ids, r.ID)
	}
	if len(ids) == 0 {
		return fault.New(fault.Invalid, "collection.no_amount", nil)
	}
	s.e.Data["refunds"] = strings.Join(ids, " ")
	return nil
}

// decideMoneyBack decides what was asked for; agreed to, the insurance of the
// year ends before it began.
func decideMoneyBack(agree bool) caseEffect {
	return func(ctx context.Context, s *caseStep) error {
		for _, id := range strings.Fields(s.fact("refunds")) {
			x, err := s.tx.RefundCase(ctx, id)
			if err != nil {
				return err
			}
			if x.State != "requested" { // of an earlier time that it was asked for
				continue
			}
			r, err := collection.DecideRefund(ctx, s.tx, s.law, id, agree, cmp.Or(s.in.Reason, s.enrolReason()))
			if err != nil {
				return err
			}
			if err := Audited(ctx, s.tx, "refund.decide", "refund", id, s.in.Reason, nil, r); err != nil {
				return err
			}
		}
		if !agree {
			return nil
		}
		return s.endResident(ctx)
	}
}
