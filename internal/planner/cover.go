package planner

import (
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/plan"
)

// cover plans for medical cover on the day of the target.
func (p *planner) cover() error {
	if p.q.Payer == insurance.Resident {
		return p.residentCover()
	}
	return p.workerCover()
}

// residentCover lists how many missed years are repaid (R-MED-07): each takes
// off a part of the wait and costs what the year costs.
func (p *planner) residentCover() error {
	if p.q.Wait == nil {
		return fault.New(fault.Invalid, "assess.field_missing", fault.Args{"field": "wait"})
	}
	p.a.Scheme = insurance.ResidentMedical
	q := *p.q.Wait
	q.Say = func(key string, args fault.Args) string { return p.say(key, args) }
	if q.Enrolled == 0 {
		q.Enrolled = p.q.AsOf
	}
	var open []int
	for _, y := range slices.Sorted(slices.Values(q.Missed)) {
		if !slices.Contains(q.Repaid, y) {
			open = append(open, y)
		}
	}
	done := len(q.Repaid)
	for n := 0; n <= len(open); n++ {
		one := q
		one.Repaid = append(slices.Clone(q.Repaid), open[:n]...)
		w, err := plan.Wait(p.law, one)
		if err != nil {
			return err
		}
		if n == 0 {
			for _, m := range w.Marks {
				p.a.Marks = append(p.a.Marks, assess.Mark{Path: "/options" + m.Path, Status: m.Status, Basis: m.Basis})
			}
		}
		p.miss(w.Missing...)
		years := n
		o := Option{Kind: "repair", Allowed: true, Years: &years, From: w.BenefitsFrom, Reaches: w.BenefitsFrom != 0 && w.BenefitsFrom <= p.q.Target,
			MakeUp: []Span{}, Pay: []Span{}, Conditions: []string{}, Reasons: []assess.Reason{}}
		if o.From == 0 {
			o.Reasons = append(o.Reasons, p.reason("R-MED-07", "planner.wait_unknown", nil))
		} else {
			o.Reasons = append(o.Reasons, p.reason("R-MED-07", "planner.wait", fault.Args{"months": itoa(*w.TotalMonths), "from": o.From.String()}))
		}
		if o.Cost = repairCost(w.Repair, done, n); o.Cost == nil && q.Group == "" {
			p.miss(assess.Missing{Scheme: p.a.Scheme.String(), Parameter: "resident_medical.personal", Area: p.q.Area, Ask: "wait.group"})
		}
		p.a.Options = append(p.a.Options, o)
	}
	return nil
}

// repairCost is what the years cost beyond those that were repaid before; the
// premium of the year of enrolment is the same in every way and not in it. Where
// the kernel reckons fewer years than there are, more cost nothing known.
func repairCost(list []plan.Repair, done, n int) *Cost {
	at := func(years int) *plan.Repair {
		i := slices.IndexFunc(list, func(r plan.Repair) bool { return r.Years == years })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	before, after := at(done), at(done+n)
	zero := assess.ZeroTotals()
	if n == 0 {
		return &Cost{zero.Employer, zero.Person, zero.LateFee, zero.Interest, zero.Total}
	}
	if before == nil || after == nil || before.Cost == nil || after.Cost == nil {
		return nil
	}
	v := *after.Cost - *before.Cost
	return &Cost{zero.Employer, &v, zero.LateFee, zero.Interest, &v}
}

// workerCover: an interruption of employees' medical insurance is made up, or
// cover is resumed from now on (R-MED-02..06, R-RESTORE-02, R-RESTORE-03).
func (p *planner) workerCover() error {
	p.a.Scheme = insurance.Medical
	w := way{scheme: insurance.Medical, backpay: true, rule: "R-MED-02", demand: demand{months: 0, apart: true}}
	p.a.Target = p.q.Target
	s, err := p.schedule(w)
	if err != nil {
		return err
	}
	gap := p.interruption(s)
	if len(gap) == 0 {
		zero := Cost(assess.ZeroTotals())
		p.a.Options = append(p.a.Options, Option{Kind: "continue", Allowed: true, Reaches: true, From: p.q.AsOf, Cost: &zero, MakeUp: []Span{}, Pay: []Span{}, Conditions: []string{},
			Reasons: []assess.Reason{p.reason("R-RESTORE-01", "planner.no_gap", nil)}})
		return nil
	}
	rule := p.law.MedicalGap(p.q.Payer, len(gap), p.q.AsOf)
	o := Option{Kind: "make_up", Allowed: true, MakeUp: spans(gap), Pay: []Span{}, Conditions: []string{}, Reasons: []assess.Reason{}}
	r := Option{Kind: "restore", Allowed: true, MakeUp: []Span{}, Pay: []Span{}, Conditions: []string{}, Reasons: []assess.Reason{p.reason("R-RESTORE-03", "planner.restore", nil)}}
	if rule != nil {
		text := assess.Reason{Rule: rule.Rule, Text: rule.Text.In(p.q.Lang), Basis: rule.Cite()}
		o.Reasons, r.Reasons = append(o.Reasons, text), append(r.Reasons, text)
		p.rest("/options/0/benefits_from", &rule.Head)
		if rule.WaitMonths != nil {
			o.From = p.resumed(*rule.WaitMonths)
			if rule.Retroactive == "no" { // making up changes nothing about the wait
				r.From = o.From
			}
		}
	}
	if o.From == 0 || r.From == 0 {
		p.miss(assess.Missing{Scheme: insurance.Medical.String(), Parameter: "medical_gaps.wait_months", Area: p.q.Area, Text: p.say("assess.no_medical", nil)})
	}
	if !slices.ContainsFunc(gap, func(m calendar.Month) bool { return s.gaps[m] == nil }) {
		if err := p.settle(s, &o, gap, nil); err != nil {
			return err
		}
	} else {
		o.Allowed = false // some of it may not be made up: Impossible says why
	}
	o.Reaches = o.From != 0 && o.From <= p.q.Target
	r.Reaches = r.From != 0 && r.From <= p.q.Target
	now, err := p.price(p.q.AsOf.Month(), insurance.Medical)
	if err != nil {
		return err
	}
	p.miss(now.missing...)
	r.Pay, r.Cost = spans([]calendar.Month{p.q.AsOf.Month()}), &now.cost
	p.a.Options = append(p.a.Options, o, r)
	return nil
}

// interruption are the unpaid months up to the month before now, back to the
// last that was paid.
func (p *planner) interruption(s *schedule) []calendar.Month {
	var out []calendar.Month
	behind := map[calendar.Month]bool{}
	for m := range s.gaps {
		behind[m] = true
	}
	for _, x := range p.a.Impossible {
		for m := x.From; m <= x.To; m++ {
			behind[m] = true
		}
	}
	for m := p.q.AsOf.Month() - 1; behind[m] && s.track[m] == 0; m-- {
		out = append(out, m)
	}
	slices.Sort(out)
	return out
}

// resumed is the first day of cover after so many full months; without a wait
// it is the day of payment.
func (p *planner) resumed(months int) calendar.Date {
	if months == 0 {
		return p.q.AsOf
	}
	return p.q.AsOf.Month().Add(months).First()
}
