package office

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/history"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

// What the deferral of an employer's payment (缓缴) reads and does.
var (
	deferralFacts = map[string]caseFact{
		"debt":         employerDebt,
		"left":         deferredLeft,
		"left_in_time": leftInTime,
		"persons_owed": personsOwed,
		"policy_until": policyUntil,
		"latest_until": latestUntil,
		"cover":        guaranteeCover,
		"others":       otherDeferrals,
	}
	deferralEffects = map[string]caseEffect{
		"start_deferral":      startDeferral,
		"next_instalment":     nextInstalment,
		"watch_guarantee":     watchGuarantee,
		"end_deferral":        endDeferral,
		"break_deferral":      breakDeferral,
		"back_to_enforcement": backToEnforcement,
	}
)

// employerDebt is what an employer has in arrears today: both shares, without
// late fee. A month whose amount is not known makes it unknown.
func employerDebt(ctx context.Context, s *caseStep) (any, error) {
	w, err := s.o.owing(ctx, s.tx, s.c.Employer, arrears.Range{})
	return owingFact(w, err, w.Total()-w.Deferred)
}

// owingFact is a sum of what is owed as a fact; it is not known if one of the
// amounts is not.
func owingFact(w arrears.Owing, err error, sum money.Fen) (any, error) {
	if err != nil || w.Unknown {
		return nil, err
	}
	return int64(sum), nil
}

// owing counts what is open of an employer today for everybody who is or was on
// its roster, whatever the last sweep found.
func (o *Office) owing(ctx context.Context, tx store.Tx, employer string, of arrears.Range) (w arrears.Owing, err error) {
	err = eachRoster(ctx, tx, employer, func(persons []string) error { return w.Add(ctx, tx, o.Laws, employer, persons, of) })
	return w, err
}

// fact is a value of the case, as this event leaves it.
func (s *caseStep) fact(name string) string {
	if s.e != nil {
		if v, ok := s.e.Data[name]; ok {
			return v
		}
	}
	if v, ok := s.in.Data[name]; ok {
		return v
	}
	return s.c.Facts[name]
}

func (s *caseStep) day(name string) calendar.Date {
	d, err := calendar.ParseDate(s.fact(name))
	if err != nil {
		return 0
	}
	return d
}

func (s *caseStep) month(name string) calendar.Month {
	m, err := calendar.ParseMonth(s.fact(name))
	if err != nil {
		return 0
	}
	return m
}

// otherDeferrals counts the deferrals of the employer's arrears, other than by a
// policy, that stand today.
func otherDeferrals(ctx context.Context, s *caseStep) (any, error) {
	all, err := s.tx.FeePauses(ctx, []string{s.c.Employer}, s.tx.Today())
	n := int64(0)
	for _, p := range all {
		if p.Case == s.c.ID || p.Policy || p.To < s.tx.Today() {
			continue
		}
		c, err := s.tx.Case(ctx, p.Case)
		if err != nil {
			return nil, err
		}
		if c.ClosedOn == 0 {
			n++
		}
	}
	return n, err
}

// deferredMonths are what the deferral is about: the months of the policy, or
// all that is in arrears; once it runs, what it began with.
func (s *caseStep) deferredMonths(ctx context.Context) (arrears.Range, error) {
	p, err := s.pause(ctx)
	if err != nil {
		return arrears.Range{}, err
	}
	if p.Case != "" {
		return arrears.Range{First: p.First, Last: p.Last, Schemes: p.Schemes}, nil
	}
	if s.fact("ground") != "policy" {
		return arrears.Range{}, nil
	}
	first, last := s.month("first_month"), s.month("last_month")
	_, schemes := s.law.PolicyWindow(first, last, s.tx.Today())
	return arrears.Range{First: first, Last: last, Schemes: schemes}, nil
}

// pause is what the case has stated of the days without late fee.
func (s *caseStep) pause(ctx context.Context) (history.FeePause, error) {
	all, err := s.tx.FeePauses(ctx, []string{s.c.Employer}, s.tx.Today())
	if i := slices.IndexFunc(all, func(p history.FeePause) bool { return p.Case == s.c.ID }); i >= 0 {
		return all[i], err
	}
	return history.FeePause{}, err
}

func (s *caseStep) deferred(ctx context.Context) (arrears.Owing, error) {
	of, err := s.deferredMonths(ctx)
	if err != nil {
		return arrears.Owing{}, err
	}
	return s.o.owing(ctx, s.tx, s.c.Employer, of)
}

// deferredLeft is what is unpaid of the months that are deferred.
func deferredLeft(ctx context.Context, s *caseStep) (any, error) {
	w, err := s.deferred(ctx)
	return owingFact(w, err, w.Total())
}

// leftInTime is what is unpaid of them by what was paid until the day to which the
// deferral stands, whenever it was booked.
func leftInTime(ctx context.Context, s *caseStep) (any, error) {
	of, err := s.deferredMonths(ctx)
	if err != nil {
		return nil, err
	}
	if day := s.day("stands_until"); day < s.tx.Today() {
		of.AsOf = day
	}
	w, err := s.o.owing(ctx, s.tx, s.c.Employer, of)
	return owingFact(w, err, w.Total())
}

// personsOwed are the employees' own shares of it.
func personsOwed(ctx context.Context, s *caseStep) (any, error) {
	w, err := s.deferred(ctx)
	return owingFact(w, err, w.Person)
}

// policyUntil is the last day that a policy gives for the months named.
func policyUntil(_ context.Context, s *caseStep) (any, error) {
	until, _ := s.law.PolicyWindow(s.month("first_month"), s.month("last_month"), s.tx.Today())
	if until == 0 {
		return nil, nil
	}
	return until.String(), nil
}

// latestUntil is the last day of the longest deferral the area's rules allow.
func latestUntil(_ context.Context, s *caseStep) (any, error) {
	d, _ := s.law.Duty(s.fact("ground")+"_limit", "", s.tx.Today())
	if d == nil {
		return nil, nil
	}
	end := s.tx.Today().AddMonths(d.Months) + calendar.Date(d.Days) // a limit is no act: it does not roll
	return end.String(), nil
}

// guaranteeCover is what the guarantee must be worth, in percent of the debt.
func guaranteeCover(_ context.Context, s *caseStep) (any, error) {
	if x := s.law.Choice("guarantee_cover", s.tx.Today()); x != nil {
		return int64(x.Percent), nil
	}
	return nil, nil
}

// startDeferral stops the late fee from today until the last day and parts the
// debt into instalments.
func startDeferral(ctx context.Context, s *caseStep) error {
	of, err := s.deferredMonths(ctx)
	if err != nil {
		return err
	}
	w, err := s.o.owing(ctx, s.tx, s.c.Employer, of)
	if err != nil {
		return err
	}
	until, policy := s.day("until"), s.fact("ground") == "policy"
	p := history.FeePause{ID: s.tx.NewID(), Case: s.c.ID, Employer: s.c.Employer, Policy: policy, Schemes: of.Schemes, First: w.First, Last: w.Last,
		From: s.tx.Today(), To: until, KnownOn: s.tx.Today(), At: s.tx.At()}
	if policy {
		p.First, p.Last = of.First, of.Last
	}
	s.tx.AddFeePause(ctx, p)
	if policy { // what it defers falls due month by month: there is nothing to part yet
		s.e.Data["planned_left"] = money.Fen(0).String()
		s.watch(until)
		return nil
	}
	n, err := strconv.Atoi(s.fact("instalments"))
	if err != nil {
		n = 1
	}
	plan, err := arrears.Instalments(w.Total(), s.tx.Today(), until, n)
	if err != nil {
		return err
	}
	s.e.Data["plan"] = planText(plan)
	s.watchInstalment(plan[0])
	return nil
}

// planText writes instalments one a line; readPlan reads them.
func planText(plan []arrears.Instalment) string {
	var lines []string
	for _, x := range plan {
		lines = append(lines, x.DueOn.String()+" "+x.Amount.String()+" "+x.Left.String())
	}
	return strings.Join(lines, "\n")
}

func readPlan(text string) (out []arrears.Instalment, err error) {
	for line := range strings.Lines(text) {
		w := strings.Fields(line)
		if len(w) != 3 {
			continue
		}
		x := arrears.Instalment{}
		if x.DueOn, err = calendar.ParseDate(w[0]); err != nil {
			return nil, err
		}
		if x.Amount, err = money.ParseFen(w[1]); err != nil {
			return nil, err
		}
		if x.Left, err = money.ParseFen(w[2]); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (s *caseStep) watchInstalment(x arrears.Instalment) {
	s.e.Data["planned_left"] = x.Left.String()
	s.watch(x.DueOn)
}

// watch sets the day to which the deferral stands as it is: a day of payment, or
// the end of the guarantee before it.
func (s *caseStep) watch(day calendar.Date) {
	if end := s.day("guarantee_until"); s.fact("ground") == "guarantee" && end != 0 {
		day = min(day, end)
	}
	s.e.Data["stands_until"] = day.String()
}

// nextInstalment looks on to the first instalment that what is paid does not
// cover.
func nextInstalment(ctx context.Context, s *caseStep) error {
	w, err := s.deferred(ctx)
	if err != nil {
		return err
	}
	plan, err := readPlan(s.fact("plan"))
	if err != nil {
		return err
	}
	for _, x := range plan {
		if w.Total() > x.Left || x.Left == 0 {
			s.watchInstalment(x)
			break
		}
	}
	return nil
}

// watchGuarantee looks to the new end of the guarantee.
func watchGuarantee(_ context.Context, s *caseStep) error {
	plan, err := readPlan(s.fact("plan"))
	if err != nil {
		return err
	}
	next := s.day("until")
	for _, x := range plan {
		if x.Left.String() == s.fact("planned_left") {
			next = x.DueOn
		}
	}
	s.watch(next)
	return nil
}

// endDeferral: all is paid, nothing is deferred any more.
func endDeferral(ctx context.Context, s *caseStep) error {
	return s.stopPause(ctx, s.tx.Today(), false)
}

// breakDeferral lets the late fee run again from the day after the deferral
// last stood, and says why it lapsed.
func breakDeferral(ctx context.Context, s *caseStep) error {
	stood, why := s.tx.Today()-1, "term"
	if s.c.EndsOn != 0 && s.c.EndsOn < stood { // the night came late
		stood = s.c.EndsOn
	}
	switch over := s.c.EndsOn != 0 && s.c.EndsOn < s.tx.Today(); {
	case s.e.Name == "persons_missed":
		why = "persons"
	case over && s.fact("ground") == "guarantee" && s.day("guarantee_until") <= s.c.EndsOn && s.day("guarantee_until") < s.day("until"):
		why = "guarantee"
	case over && s.c.EndsOn < s.day("until"):
		why = "instalment"
	}
	if s.e.Name != "lapse" {
		s.e.Data["broken_by"] = why
	}
	return s.stopPause(ctx, stood, true)
}

func (s *caseStep) stopPause(ctx context.Context, last calendar.Date, ended bool) error {
	p, err := s.pause(ctx)
	if err != nil || p.Case == "" {
		return err
	}
	p.ID, p.To, p.Ended, p.KnownOn, p.At = s.tx.NewID(), min(p.To, last), ended, s.tx.Today(), s.tx.At()
	s.tx.AddFeePause(ctx, p)
	return nil
}
