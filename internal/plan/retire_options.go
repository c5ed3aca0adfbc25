package plan

import (
	"fmt"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// O13 (实施《社会保险法》若干规定) art. 2: who was insured before the law took
// effect and is still short after five years of extended payment may pay the
// rest at once. "Short" there means short of the minimum of that time.
const extensionMonths = 60

var lawInForce = calendar.NewMonth(2011, 7)

// choices lists the six options in a fixed order.
func (p *retiree) choices() []Option {
	p.early()
	p.statutory()
	p.late()
	p.extend()
	p.topUp()
	p.toResident()
	return p.options
}

func (p *retiree) add(kind string, m calendar.Month, allowed bool, reasons ...Reason) {
	path := fmt.Sprintf("/options/%d/", len(p.options))
	p.rest(path+"month", &p.col.Head)
	p.options = append(p.options, Option{Kind: kind, Month: m, MinMonths: p.minimum(m, path+"min_months"), Allowed: allowed, Reasons: reasons})
}

// meets weighs the given months against the minimum of the month's year.
func (p *retiree) meets(m calendar.Month) (bool, Reason) {
	need := p.minimum(m)
	switch {
	case need == nil:
		return false, p.reason("plan.minimum_unknown", fault.Args{"year": strconv.Itoa(m.Year())})
	case p.q.Months == nil:
		return true, p.reason("plan.minimum_open", minimumArgs(m, *need))
	case *p.q.Months < *need:
		args := minimumArgs(m, *need)
		args["short"] = strconv.Itoa(*need - *p.q.Months)
		return false, p.reason("plan.minimum_short", args)
	}
	return true, p.reason("plan.minimum_met", minimumArgs(m, *need))
}

func minimumArgs(m calendar.Month, need int) fault.Args {
	return fault.Args{"year": strconv.Itoa(m.Year()), "min": strconv.Itoa(need)}
}

// early is as early as the person may choose: the shift is limited, and the
// age never falls below the old one (measures art. 3).
func (p *retiree) early() {
	shift := min(p.col.MaxShift, p.delay)
	if shift <= 0 {
		p.add("early", p.month, false, p.reason("plan.early_no_delay", nil))
		return
	}
	m := p.month.Add(-shift)
	ok, r := p.meets(m)
	p.add("early", m, ok, r, p.reason("plan.early_notice", fault.Args{"month": m.Add(-3).String()}))
}

func (p *retiree) statutory() {
	ok, r := p.meets(p.month)
	p.add("statutory", p.month, ok, r)
}

// late needs an agreement, not the minimum: the months go on being paid.
func (p *retiree) late() {
	if p.col.MaxShift <= 0 {
		p.add("late", p.month, false, p.reason("plan.late_none", nil))
		return
	}
	m := p.month.Add(p.col.MaxShift)
	_, r := p.meets(m)
	p.add("late", m, true, p.reason("plan.late_agreement", fault.Args{"month": p.month.Add(-1).String()}), r)
}

// notShort gives the reason why the ways for people who are short are closed.
func (p *retiree) notShort() *Reason {
	var r Reason
	switch {
	case p.q.Months == nil:
		r = p.reason("plan.short_months_open", nil)
	case p.short == nil:
		r = p.reason("plan.minimum_unknown", fault.Args{"year": strconv.Itoa(p.month.Year())})
	case *p.short == 0:
		r = p.reason("plan.not_short", nil)
	default:
		return nil
	}
	return &r
}

// extend finds the first month in which the months, one more each month,
// reach the minimum of that month's year.
func (p *retiree) extend() {
	if r := p.notShort(); r != nil {
		p.add("extend", p.month, false, *r)
		return
	}
	m, have := p.month, *p.q.Months
	for range 2 * maxMonths {
		if need := p.minimum(m); need != nil && have >= *need {
			args := fault.Args{"month": m.String(), "more": strconv.Itoa(have - *p.q.Months), "months": strconv.Itoa(have)}
			p.add("extend", m, true, p.reason("plan.extend_until", args), p.reason("plan.extend_place", nil))
			return
		}
		m, have = m.Add(1), have+1
	}
	p.add("extend", p.month, false, p.reason("plan.extend_never", nil))
}

func (p *retiree) topUp() {
	if r := p.notShort(); r != nil {
		p.add("top_up", p.month, false, *r)
		return
	}
	m := p.month.Add(extensionMonths)
	after := *p.q.Months + extensionMonths
	then := p.minimum(lawInForce)
	switch {
	case then == nil:
		p.add("top_up", m, false, p.reason("plan.minimum_unknown", fault.Args{"year": strconv.Itoa(lawInForce.Year())}))
	case after >= *then:
		p.add("top_up", m, false, p.reason("plan.top_up_extension_enough", fault.Args{"months": strconv.Itoa(after), "min": strconv.Itoa(*then)}), p.reason("plan.top_up_rules_unseen", nil))
	case p.q.FirstInsured == 0:
		p.add("top_up", m, false, p.reason("plan.top_up_first_insured_open", nil), p.reason("plan.top_up_rules_unseen", nil))
	case p.q.FirstInsured >= lawInForce:
		p.add("top_up", m, false, p.reason("plan.top_up_insured_later", nil), p.reason("plan.top_up_rules_unseen", nil))
	default:
		p.add("top_up", m, true, p.reason("plan.top_up_open", fault.Args{"month": m.String(), "months": strconv.Itoa(after), "min": strconv.Itoa(*then)}))
	}
}

func (p *retiree) toResident() {
	if r := p.notShort(); r != nil {
		p.add("to_resident", p.month, false, *r)
		return
	}
	p.add("to_resident", p.month, true, p.reason("plan.to_resident", fault.Args{"month": p.month.String()}), p.reason("plan.to_resident_notice", nil))
}
