package planner

import (
	"maps"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/plan"
)

// option adds a way of paying: months to come, months behind, or both, the
// cheapest of them that reach the demand.
func (p *planner) option(s *schedule, kind string) error {
	behind, ahead := kind != "continue", kind != "make_up"
	o := Option{Kind: kind, Allowed: true, MakeUp: []Span{}, Pay: []Span{}, Conditions: []string{}, Reasons: []assess.Reason{}}
	d := s.demand
	if d.apart {
		d.months -= s.given
	}
	slots := s.slots(behind, ahead)
	for _, x := range slots {
		if x.pay != nil && (x.pay.person > maxPrice || x.pay.total > maxPrice) {
			return money.ErrOverflow
		}
	}
	pay, _, ok := solve(slots, d)
	if !ok { // what there is at most, and what is still short
		for _, x := range slots {
			if x.pay != nil {
				pay = append(pay, x.month)
			}
		}
		most := s.count(pay)
		o.Months, o.Allowed = &most, len(pay) > 0
		o.Reasons = append(o.Reasons, p.reason(s.rule, "planner.short", fault.Args{"most": itoa(most), "required": itoa(s.demand.months)}))
		if behind && !s.backpay {
			o.Reasons = append(o.Reasons, assess.Reason{Rule: s.rule, Text: s.sentence, Basis: s.head.Cite()})
		}
		p.a.Options = append(p.a.Options, o)
		return nil
	}
	n := s.count(pay)
	o.Months, o.Reaches = &n, true
	var made, next []calendar.Month
	for _, m := range pay {
		if s.ahead[m] != nil {
			next = append(next, m)
		} else {
			made = append(made, m)
		}
	}
	o.MakeUp, o.Pay = spans(made), spans(next)
	if err := p.settle(s, &o, made, next); err != nil {
		return err
	}
	p.a.Options = append(p.a.Options, o)
	return nil
}

// settle prices what was chosen, months behind by a quote of just those: the
// verdict and its conditions are those of the months that are made up.
func (p *planner) settle(s *schedule, o *Option, made, next []calendar.Month) error {
	parts := []Cost{}
	gaps := map[insurance.Payer][]assess.GapRequest{}
	for _, m := range made {
		l := s.gaps[m]
		gaps[l.payer] = append(gaps[l.payer], l.gap)
		p.miss(l.missing...)
	}
	for _, payer := range slices.Sorted(maps.Keys(gaps)) {
		quote, err := p.quote(payer, gaps[payer])
		if err != nil {
			return err
		}
		parts = append(parts, Cost(quote.Totals))
		for _, v := range quote.Verdicts {
			if v.Scheme == s.scheme {
				o.judged(v)
			}
		}
	}
	for _, m := range next {
		parts = append(parts, s.ahead[m].cost)
		p.miss(s.ahead[m].missing...)
	}
	cost, err := sum(parts)
	o.Cost = cost
	return err
}

// weight orders verdicts: a way is no better than the worst of its months.
var weight = []string{"", "allowed", "conditional", "unknown", "refused"}

func (o *Option) judged(v assess.Verdict) {
	if slices.Index(weight, v.Verdict) > slices.Index(weight, o.Verdict) {
		o.Verdict = v.Verdict
	}
	if v.Verdict == "refused" || v.Verdict == "unknown" {
		o.Allowed = false
	}
	for _, c := range v.Conditions {
		if !slices.Contains(o.Conditions, c) {
			o.Conditions = append(o.Conditions, c)
		}
	}
	for _, r := range v.Reasons {
		if !slices.Contains(o.Reasons, r) {
			o.Reasons = append(o.Reasons, r)
		}
	}
}

// sum adds costs; a sum that would include a null is null.
func sum(parts []Cost) (*Cost, error) {
	all := assess.ZeroTotals()
	for _, c := range parts {
		var err error
		if all, err = all.Sum(assess.QuoteTotals(c)); err != nil {
			return nil, err
		}
	}
	c := Cost(all)
	return &c, nil
}

func (p *planner) retire(months *int) (*plan.RetireAnswer, error) {
	q := plan.RetireRequest{Born: p.q.Person.Birth.Month(), Sex: p.q.Person.Sex, Category: p.q.Person.Category, Months: months, FirstInsured: p.q.FirstInsured,
		Say: func(key string, args fault.Args) string { return p.say(key, args) }}
	if p.q.Person.Birth == 0 {
		q.Born = 0
	}
	return plan.Retire(p.law, q)
}

// retirementWays adds what else the law offers to who is short at the age
// (R-RET-02, R-RET-04), reckoned with the months that there are if one goes on
// paying. None of them is done by the target, and what months so far ahead cost
// is not known.
func (p *planner) retirementWays(s *schedule, first *plan.RetireAnswer) error {
	if first == nil && (p.q.Person.Birth == 0 || p.q.Person.Sex == "") {
		return nil // the day was given: without the person's age the other ways are not known
	}
	var pay []calendar.Month
	for m := range s.ahead {
		pay = append(pay, m)
	}
	have := s.count(pay)
	r, err := p.retire(&have)
	if err != nil {
		return err
	}
	p.miss(r.Missing...)
	for _, x := range r.Options {
		if x.Kind == "statutory" {
			continue // the target itself
		}
		o := Option{Kind: x.Kind, Allowed: x.Allowed, Month: x.Month, Months: &have, MakeUp: []Span{}, Pay: []Span{}, Conditions: []string{}, Reasons: []assess.Reason{}}
		for _, reason := range x.Reasons {
			o.Reasons = append(o.Reasons, assess.Reason{Rule: retirementRule(x.Kind), Text: reason.Text})
		}
		p.a.Options = append(p.a.Options, o)
	}
	return nil
}

func retirementRule(kind string) string {
	if kind == "early" || kind == "late" {
		return "R-RET-02"
	}
	return "R-RET-04"
}
