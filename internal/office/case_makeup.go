package office

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/counter"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// What the back-payment by an employer (单位补缴) and its parts read.
var makeupFacts = map[string]caseFact{
	"unit_active":      unitActive,
	"asked_months":     makeupCount(func(*caseStep, *makeup, casework.Month) bool { return true }),
	"not_owed":         makeupCount(func(_ *caseStep, v *makeup, m casework.Month) bool { return !v.owes(m) }),
	"elsewhere":        elsewhere,
	"persons_out":      personsOut,
	"unit_too_late":    unitTooLate,
	"undecided":        ruledCount("unknown"),
	"refused_months":   ruledCount("refused"),
	"allowed_months":   ruledCount("allowed", "conditional"),
	"needs_document":   ruledBy("R-BACKPAY-08"),
	"return_first":     returnFirst,
	"needs_lists":      asksFor("print_lists"),
	"must_book":        asksFor("appointment"),
	"medical_months":   countStored(func(s *caseStep, m casework.Month) bool { return m.Scheme == insurance.Medical }),
	"wayless":          countStored(func(s *caseStep, m casework.Month) bool { return s.stageOf(m) == "" }),
	"file_differs":     fileDiffers,
	"open_parts":       countParts(func(p casework.Case) bool { return p.ClosedOn == 0 }),
	"finished_parts":   countParts(func(p casework.Case) bool { return p.State == "finished" }),
	"required_missing": requiredMissing,
	"visit":            appointment,
	"to_bill":          toBill,
	"unpriced_months":  unpriced,
	"unpaid_months":    unpaid,
	"parent_state":     parentState,
	"makeup_way":       wayOfPart,
}

// makeupCount counts months of the case by what the books say of them.
func makeupCount(is func(*caseStep, *makeup, casework.Month) bool) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		v, err := s.view(ctx)
		if err != nil {
			return nil, err
		}
		n := int64(0)
		for _, m := range v.months {
			if is(s, v, m) {
				n++
			}
		}
		return n, nil
	}
}

// owes reports whether a month is in arrears in the books.
func (v *makeup) owes(m casework.Month) bool {
	c := v.cells[keyOf(m)]
	return c != nil && c.Category == record.Arrears
}

// ruledCount counts months by verdict: anew until the case is accepted, then as
// it was accepted.
func ruledCount(verdicts ...string) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		months := s.months
		if s.c.Seq == 0 || s.c.State == "applied" {
			r, err := s.rule(ctx)
			if err != nil {
				return nil, err
			}
			months = r.months
		}
		n := int64(0)
		for _, m := range months {
			if slices.Contains(verdicts, m.Verdict) {
				n++
			}
		}
		return n, nil
	}
}

// ruledBy reports whether a rule speaks of a month that may be made up.
func ruledBy(rule string) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		r, err := s.rule(ctx)
		if err != nil {
			return nil, err
		}
		return r.rules[rule], nil
	}
}

func countStored(is func(*caseStep, casework.Month) bool) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		months, err := s.stated(ctx)
		if err != nil {
			return nil, err
		}
		n := int64(0)
		for _, m := range months {
			if m.Verdict != "refused" && is(s, m) {
				n++
			}
		}
		return n, nil
	}
}

// asksFor reports whether the way of any month that may be made up has a step.
func asksFor(step string) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		months, err := s.stated(ctx)
		if err != nil {
			return nil, err
		}
		return slices.ContainsFunc(months, func(m casework.Month) bool {
			r := s.law.RouteNamed(m.Route, s.applied())
			return m.Verdict != "refused" && r != nil && slices.ContainsFunc(r.Steps, func(x law.Step) bool { return x.ID == step })
		}), nil
	}
}

// stated are the months as the case stated and judged them, not as the event at
// hand gives them.
func (s *caseStep) stated(ctx context.Context) ([]casework.Month, error) {
	if !s.anew {
		return s.months, nil
	}
	return monthsIn(ctx, s.tx, s.c)
}

func countParts(is func(casework.Case) bool) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		parts, err := s.parts(ctx)
		n := int64(0)
		for _, p := range parts {
			if is(p) {
				n++
			}
		}
		return n, err
	}
}

func unitActive(ctx context.Context, s *caseStep) (any, error) {
	e, err := s.tx.Employer(ctx, s.c.Employer, registry.When{AsOf: s.tx.Today()})
	return e.Status == "active", err
}

// elsewhere counts the months that are in another back-payment of the payer.
func elsewhere(ctx context.Context, s *caseStep) (any, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	asked := map[arrears.Month]bool{}
	for _, m := range v.months {
		asked[keyOf(m)] = true
	}
	n := int64(0)
	for _, state := range []string{"applied", "accepted", "handed_in", "in_parts", "proposed", "recorded", "billed", "returned"} {
		cases, err := s.casesOf(ctx, casework.Filter{Kind: s.desk.Table.Kind, State: state, Employer: s.c.Employer})
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if c.ID == s.c.ID {
				continue
			}
			months, err := monthsIn(ctx, s.tx, c)
			if err != nil {
				return nil, err
			}
			for _, m := range months {
				if m.Verdict != "refused" && asked[keyOf(m)] {
					n++
				}
			}
		}
	}
	return n, nil
}

// personsOut counts persons whose labour relation with the employer is not
// running: they are not in normal payment status (seed 001, 1).
func personsOut(ctx context.Context, s *caseStep) (any, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	same, err := s.tx.Duplicates(ctx, v.persons, s.tx.Today())
	if err != nil {
		return nil, err
	}
	works, err := s.tx.EmploymentsOf(ctx, slices.AppendSeq(slices.Clone(v.persons), maps.Keys(same)), s.tx.Today())
	if err != nil {
		return nil, err
	}
	here := map[string]bool{}
	for _, w := range works {
		if w.Employer == s.c.Employer && w.From <= s.tx.Today() && (w.To == 0 || w.To >= s.tx.Today()) {
			here[cmp.Or(same[w.Person], w.Person)] = true
		}
	}
	return int64(len(v.persons) - len(here)), nil
}

// unitTooLate reports whether reports of the whole unit come after the day of
// the month to which the area takes them; where it names none, they never do.
func unitTooLate(_ context.Context, s *caseStep) (any, error) {
	if s.in.Data["whole_unit"] != "true" {
		return false, nil
	}
	this := s.tx.Today().Month()
	_, number := this.Civil()
	w, hole := s.law.Window(this, insurance.Pension, insurance.Employee)
	if hole != nil || w.MakeUp == nil {
		return false, nil
	}
	day := w.MakeUp.LastDay
	if d, ok := w.MakeUp.ByMonth[number]; ok {
		day = d
	}
	return s.tx.Today() > min(this.First()+calendar.Date(day-1), this.Last()), nil
}

// returnFirst reports whether the area wants unemployment benefit back before a
// month for which it was drawn is made up.
func returnFirst(ctx context.Context, s *caseStep) (any, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range v.months {
		if m.Scheme != insurance.Unemployment {
			continue
		}
		rules, _, err := s.law.Verdicts(law.Case{Payer: insurance.Employee, Scheme: m.Scheme, Month: m.FeeMonth, AsOf: s.applied(), Facts: law.Facts{"benefit_drawn": true}})
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(rules, func(r *law.VerdictRule) bool { return r.Rule == "R-UI-03" && r.Effect == "condition" }) {
			return true, nil
		}
	}
	return false, nil
}

// fileDiffers counts what the file has otherwise than what was accepted.
func fileDiffers(ctx context.Context, s *caseStep) (any, error) {
	accepted, err := monthsIn(ctx, s.tx, s.c)
	if err != nil {
		return nil, err
	}
	left := map[arrears.Month]bool{}
	for _, m := range accepted {
		if m.Verdict != "refused" {
			left[keyOf(m)] = true
		}
	}
	if !s.anew {
		return int64(len(left)), nil
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, m := range v.months {
		if !left[keyOf(m)] {
			n++
		}
		delete(left, keyOf(m))
	}
	return n + int64(len(left)), nil
}

func appointment(ctx context.Context, s *caseStep) (any, error) {
	state, err := counter.Kept(ctx, s.tx, s.c.ID, "")
	return string(state), err
}

func parentState(ctx context.Context, s *caseStep) (any, error) {
	if s.c.Parent == "" {
		return nil, nil
	}
	c, err := s.tx.Case(ctx, s.c.Parent)
	return c.State, err
}

// wayOfPart is the one way of the months of a part.
func wayOfPart(_ context.Context, s *caseStep) (any, error) {
	way := ""
	for i, m := range s.months {
		if x := s.stageOf(m); i > 0 && x != way || x == "" {
			return nil, nil
		} else {
			way = x
		}
	}
	return way, nil
}

// toBill counts the months of finished parts that are billed here and not paid.
func toBill(ctx context.Context, s *caseStep) (any, error) {
	months, err := s.finishedMonths(ctx, true)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, m := range months {
		if v.owes(m) {
			n++
		}
	}
	return n, nil
}

// unpriced counts the months that could not be billed today.
func unpriced(ctx context.Context, s *caseStep) (any, error) {
	months, err := s.months, error(nil)
	if s.c.Parent == "" {
		if months, err = s.finishedMonths(ctx, true); err != nil {
			return nil, err
		}
	}
	left, err := arrears.Unbillable(ctx, s.tx, s.o.Laws, arrears.BillInput{Employer: s.c.Employer}, monthsOf(months), s.o.Words)
	left = slices.DeleteFunc(left, func(l arrears.Left) bool { return l.Why == "not_owed" }) // paid meanwhile
	return int64(len(left)), err
}

// unpaid counts what the ledger does not show as paid in full: months in
// arrears, charges of the case's bills with something open, and late fees of
// what came late that no bill asks for.
func unpaid(ctx context.Context, s *caseStep) (any, error) {
	months, err := s.months, error(nil)
	if s.c.Parent == "" && s.c.Employer != "" {
		if months, err = s.finishedMonths(ctx, false); err != nil {
			return nil, err
		}
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	n, mine := int64(0), map[arrears.Month]bool{}
	for _, m := range months {
		mine[keyOf(m)] = true
		if c := v.cells[keyOf(m)]; c == nil || !c.Paid() {
			n++
		}
	}
	for _, id := range strings.Fields(s.c.Facts["bills"]) {
		open, err := s.openOf(ctx, id)
		if err != nil {
			return nil, err
		}
		n += open
	}
	if s.c.Employer == "" || n > 0 || s.c.Facts["bills"] == "" {
		return n, nil
	}
	fees, err := arrears.LateFees(ctx, s.tx, s.o.Laws, v.persons)
	for _, f := range fees {
		if f.Employer == s.c.Employer && mine[arrears.Month{Person: f.Person, Scheme: f.Scheme, FeeMonth: f.FeeMonth}] && f.LateFee != nil && *f.LateFee > f.Billed {
			n++
		}
	}
	return n, err
}

// openOf counts the charges of a bill of which something is open.
func (s *caseStep) openOf(ctx context.Context, declaration string) (n int64, err error) {
	charges, err := s.tx.ChargesIn(ctx, declaration)
	if err != nil {
		return 0, err
	}
	ids := make([]string, len(charges))
	for i, c := range charges {
		ids[i] = c.ID
	}
	paid, err := s.tx.PaidOn(ctx, ids...)
	if err != nil {
		return 0, err
	}
	for _, c := range charges {
		for _, p := range paid {
			if p.Charge == c.ID {
				c.EmployerFen, c.PersonFen, c.LateFee = c.EmployerFen-p.EmployerFen, c.PersonFen-p.PersonFen, c.LateFee-p.LateFee
			}
		}
		if c.EmployerFen > 0 || c.PersonFen > 0 || c.LateFee > 0 {
			n++
		}
	}
	return n, nil
}
