package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/paper"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// What the recovery of an employer's arrears (强制征缴) reads and does.
var (
	enforcementFacts = map[string]caseFact{
		"fee_owed":         feeOwed,
		"debt_deferred":    debtDeferred,
		"route":            enforcementRoute,
		"fine_least":       fineLimit("fine_least"),
		"fine_most":        fineLimit("fine_most"),
		"fine_in_time":     fineInTime,
		"remedies_over_on": dayFact((*caseStep).remediesOver),
		"court_until":      dayFact((*caseStep).courtUntil),
		"demand_ripe_on":   dayFact((*caseStep).demandRipe),
		"own_ripe_on":      dayFact((*caseStep).ownRipe),
		"in_office_hours":  inOfficeHours,
		"dossier_complete": func(ctx context.Context, s *caseStep) (any, error) {
			lack, err := s.dossierLacks(ctx)
			return len(lack) == 0, err
		},
	}
	enforcementEffects = map[string]caseEffect{
		"take_debts":     takeDebts,
		"bill_debts":     billDebts,
		"serve_order":    serveLatest("order_to_pay", "order_served_on"),
		"serve_demand":   serveLatest("demand_letter", "demand_served_on"),
		"serve_decision": serveLatest("transfer_decision", "decision_served_on"),
		"open_deferral":  openDeferral,
		"apply_money":    applyMoney,
		"rank_claims":    rankClaims,
		"date_contest":   dateEvent("contested_on"),
	}
)

// feeOwed is the late fee that is not paid: what is not billed yet, by the
// kernel, and what is billed and open.
func feeOwed(ctx context.Context, s *caseStep) (any, error) {
	fee, err := s.o.lateFeeOf(ctx, s.tx, s.c.Employer, s.tx.Today())
	if err != nil || fee == nil {
		return nil, err
	}
	billed, err := s.tx.Balances(ctx, ledger.LateFeeDue, s.c.Employer)
	if err != nil {
		return nil, err
	}
	sum := *fee
	for _, b := range billed {
		if sum, err = sum.Add(b.EmployerFen + b.PersonFen); err != nil {
			return nil, err
		}
	}
	return int64(sum), nil
}

// debtDeferred is what a policy defers of the months of the case: it is no arrears
// while the policy runs, and not paid.
func debtDeferred(ctx context.Context, s *caseStep) (any, error) {
	of := arrears.Range{Months: map[arrears.Month]bool{}}
	for _, m := range s.months {
		of.Months[keyOf(m)] = true
	}
	w, err := s.o.owing(ctx, s.tx, s.c.Employer, of)
	return owingFact(w, err, w.Deferred)
}

// enforcementRoute is how the area reads a disputed way.
func enforcementRoute(_ context.Context, s *caseStep) (any, error) {
	if x := s.law.Choice("enforcement_route", s.tx.Today()); x != nil {
		return x.Value, nil
	}
	return nil, nil
}

// fineLimit is a limit of the fine: a part of what is owed (SIL 86).
func fineLimit(name string) caseFact {
	return func(ctx context.Context, s *caseStep) (any, error) {
		debt, err := employerDebt(ctx, s)
		x := s.law.Choice(name, s.tx.Today())
		owed, known := debt.(int64)
		if err != nil || x == nil || !known {
			return nil, err
		}
		return owed * int64(x.Percent) / 100, nil
	}
}

// fineInTime: the last missed month ended less than two years before the case
// was opened (APL 36).
func fineInTime(_ context.Context, s *caseStep) (any, error) {
	row := s.law.Limitation()
	if row == nil {
		return nil, nil
	}
	return !row.Flags(s.lastMissed(), cmp.Or(s.c.OpenedOn, s.tx.Today())), nil
}

func (s *caseStep) lastMissed() (last calendar.Month) {
	for _, m := range s.months {
		last = max(last, m.FeeMonth)
	}
	return last
}

// inOfficeHours: what was done to enforce was done neither at night nor on a day
// that is not worked (ACL 43).
func inOfficeHours(_ context.Context, s *caseStep) (any, error) {
	x := s.law.Choice("enforcement_hours", s.day("acted_on"))
	if x == nil {
		return nil, nil
	}
	var from, to, hour int
	if n, err := fmt.Sscanf(x.Value+" "+s.fact("acted_hour"), "%d-%d %d", &from, &to, &hour); n != 3 {
		return nil, err
	}
	worked, err := s.law.Workdays().Worked(s.day("acted_on"))
	if errors.As(err, new(calendar.MissingYearError)) {
		return nil, nil
	}
	return worked && from <= hour && hour < to, err
}

func dayFact(of func(*caseStep) (calendar.Date, error)) caseFact {
	return func(_ context.Context, s *caseStep) (any, error) {
		d, err := of(s)
		if err != nil || d == 0 {
			return nil, err
		}
		return d.String(), nil
	}
}

// term counts a duty of the packs from a day; zero if either is not known, or the
// working days of its end are not published.
func (s *caseStep) term(duty string, from calendar.Date) (calendar.Date, error) {
	d, _ := s.law.Duty(duty, "", s.tx.Today())
	if d == nil || from == 0 {
		return 0, nil
	}
	return calendar.KnownEnd(d.Ends(s.law.Workdays(), from))
}

// remediesOver is the later of the ends of reconsideration and suit against the
// decision that is enforced: that of the transfer, or the order. Where it was
// contested and upheld, it is the end of the remedy that was sought.
func (s *caseStep) remediesOver() (calendar.Date, error) {
	from := s.decisionServed()
	switch {
	case s.upheld() && s.fact("remedy") == "suit":
		return s.day("upheld_on"), nil
	case s.upheld():
		return s.term("sue_after_reconsideration", s.day("upheld_on"))
	}
	a, err := s.term("seek_reconsideration", from)
	if err != nil {
		return 0, err
	}
	b, err := s.term("bring_suit", from)
	if a == 0 || b == 0 { // the later of two is not known if one is not
		return 0, err
	}
	return max(a, b), err
}

func (s *caseStep) courtUntil() (calendar.Date, error) {
	over, err := s.remediesOver()
	if err != nil || over == 0 {
		return 0, err
	}
	if s.upheld() {
		return s.term("court_window_contested", over)
	}
	return s.term("court_window", over)
}

// decisionServed is the day on which the decision that is enforced was served.
func (s *caseStep) decisionServed() calendar.Date {
	return cmp.Or(s.day("decision_served_on"), s.day("order_served_on"))
}

// upheld reports whether the decision that is enforced was contested and upheld.
func (s *caseStep) upheld() bool {
	return s.day("upheld_on") != 0 && s.day("contested_on") >= s.decisionServed()
}

// ownRipe is the last of the days of added late fee after which an authority may
// enforce by itself (ACL 46); they are counted from the end of the term to pay.
func (s *caseStep) ownRipe() (calendar.Date, error) {
	over, err := s.term("pay_after_order", s.day("order_served_on"))
	if err != nil || over == 0 {
		return 0, err
	}
	return s.term("fee_before_enforcement", over)
}

func (s *caseStep) demandRipe() (calendar.Date, error) {
	return s.term("demand_response", s.day("demand_served_on"))
}

// takeDebts states the months of the case anew: all that the employer has in
// arrears today, priced by the kernel. A month of the last statement that the
// books do not show stays, without a price.
func takeDebts(ctx context.Context, s *caseStep) error {
	given := s.months
	var found []casework.Month
	there := map[string]bool{}
	key := func(m casework.Month) string { return m.Person + m.FeeMonth.String() + m.Scheme.String() }
	err := eachRoster(ctx, s.tx, s.c.Employer, func(persons []string) error {
		answers, err := history.AssessAll(ctx, s.tx, s.o.Laws, persons, registry.When{AsOf: s.tx.Today()}, "", s.o.Words)
		if err != nil {
			return err
		}
		for _, p := range persons {
			if a := answers[p]; a != nil {
				found = append(found, arrearsOf(a, p, s.c.Employer)...)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range found {
		there[key(m)] = true
	}
	if s.in.Event == "find" { // as the complaint states them
		for _, m := range given {
			if !there[key(m)] {
				found = append(found, m)
			}
		}
	}
	s.months, s.anew = found, true
	return nil
}

// arrearsOf are the months of a person that an employer has in arrears.
func arrearsOf(a *history.Answer, person, employer string) (out []casework.Month) {
	for i := range a.Grid {
		c := &a.Grid[i]
		if c.Category != record.Arrears || c.Employer != employer {
			continue
		}
		m := casework.Month{Person: person, Scheme: c.Scheme, FeeMonth: c.Month, Cause: c.Cause}
		for _, l := range a.Lines {
			if l.Scheme == m.Scheme && l.Month == m.FeeMonth {
				m.Base, m.Employer, m.Own, m.LateFee = l.Base, l.Employer, l.Person, l.LateFee
			}
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y casework.Month) int {
		return cmp.Or(cmp.Compare(x.FeeMonth, y.FeeMonth), cmp.Compare(x.Scheme.Index(), y.Scheme.Index()))
	})
	return out
}

// billDebts bills what is not billed yet, principal and late fee, so that it can
// be paid; debts that no sweep has found are found first.
func billDebts(ctx context.Context, s *caseStep) error {
	err := eachRoster(ctx, s.tx, s.c.Employer, func(persons []string) error {
		_, err := arrears.Sweep(ctx, s.tx, s.o.Laws, persons)
		return err
	})
	if err != nil {
		return err
	}
	in := arrears.BillInput{Employer: s.c.Employer, Reason: "enforcement"}
	for {
		b, err := arrears.Bill(ctx, s.tx, s.o.Laws, in, s.o.Words)
		if err != nil || b.Next == "" {
			return err
		}
		in.After = b.Next
	}
}

// serveLatest records the service of the latest paper of a kind; its day starts
// a term (R-ENF-03).
func serveLatest(kind, fact string) caseEffect {
	return func(ctx context.Context, s *caseStep) error {
		p, err := s.latest(ctx, kind)
		if err != nil {
			return err
		}
		if p == nil {
			return fault.New(fault.Missing, "casework.no_paper", fault.Args{"paper": kind})
		}
		if _, err := paper.Serve(ctx, s.tx, p.ID, s.fact("service_method"), s.day("served"), s.fact("service_proof")); err != nil {
			return err
		}
		s.e.Data[fact] = s.fact("served")
		return nil
	}
}

// openDeferral opens the deferral that the guarantee is for, as a part of the
// case: it has its own eyes and its own clock.
func openDeferral(ctx context.Context, s *caseStep) error {
	t, err := CaseKindOf("deferral")
	if err != nil {
		return err
	}
	data := casework.Values{"ground": "guarantee"}
	for _, name := range []string{"until", "instalments", "guarantee_kind", "guarantee_value", "guarantee_until"} {
		if v := s.fact(name); v != "" {
			data[name] = v
		}
	}
	c := casework.Case{ID: s.tx.NewID(), Kind: t.Kind, Employer: s.c.Employer, Parent: s.c.ID}
	s.e.Data["deferral_case"] = c.ID
	_, err = s.o.openIn(ctx, s.tx, s.q, t, c, casework.Input{Event: "apply", Data: data}, nil)
	return err
}

// backToEnforcement: what was deferred in a case of recovery, or was to be, is
// enforced again at the step at which the guarantee was offered. What lapsed
// without such a case opens one, unless the employer has one or owes nothing.
func backToEnforcement(ctx context.Context, s *caseStep) error {
	q := Request{Actor: access.Self, Area: s.q.Area}
	if s.c.Parent != "" {
		_, err := s.o.moveIn(ctx, s.tx, q, s.c.Parent, casework.Input{Event: "guarantee_fails"}, nil)
		return err
	}
	if end := s.desk.Table.State(s.e.To); end.End != "failed" {
		return nil
	}
	w, err := s.o.owing(ctx, s.tx, s.c.Employer, arrears.Range{})
	if err != nil || w.Total() == 0 && !w.Unknown {
		return err
	}
	live, err := s.liveRecovery(ctx)
	if err != nil || live != "" {
		s.e.Data["recovery_case"] = live
		return err
	}
	t, err := CaseKindOf(arrearsKind)
	if err != nil {
		return err
	}
	c := casework.Case{ID: s.tx.NewID(), Kind: t.Kind, Employer: s.c.Employer}
	s.e.Data["recovery_case"] = c.ID
	_, err = s.o.openIn(ctx, s.tx, q, t, c, casework.Input{Event: "find"}, nil)
	return err
}

// liveRecovery is the case in which the employer's arrears are recovered already,
// if there is one. The employer is held until the transaction ends, so that two
// at once do not each open one.
func (s *caseStep) liveRecovery(ctx context.Context) (string, error) {
	if err := s.tx.LockEmployer(ctx, s.c.Employer); err != nil {
		return "", err
	}
	for p := (books.Page{Limit: 1000}); ; {
		list, err := s.tx.Cases(ctx, casework.Filter{Kind: arrearsKind, Employer: s.c.Employer}, p)
		if err != nil {
			return "", err
		}
		for _, c := range list {
			if p.After = c.ID; c.ClosedOn == 0 {
				return c.ID, nil
			}
		}
		if len(list) < p.Size() {
			return "", nil
		}
	}
}

// rankClaims parts the claim by its ranks (EBL 113): what is owed to personal
// accounts, the employees' shares of pension and medical; other premiums; late
// fee.
func rankClaims(ctx context.Context, s *caseStep) error {
	all, err := s.o.owing(ctx, s.tx, s.c.Employer, arrears.Range{})
	if err != nil {
		return err
	}
	own, err := s.o.owing(ctx, s.tx, s.c.Employer, arrears.Range{Schemes: []insurance.Scheme{insurance.Pension, insurance.Medical}})
	if err != nil {
		return err
	}
	fee, err := feeOwed(ctx, s)
	if err != nil {
		return err
	}
	if !all.Unknown {
		s.e.Data["claim_first"], s.e.Data["claim_second"] = own.Person.String(), (all.Total() - own.Person).String()
	}
	if n, known := fee.(int64); known {
		s.e.Data["claim_ordinary"] = money.Fen(n).String()
	}
	return nil
}
