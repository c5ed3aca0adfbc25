package report

import (
	"strconv"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// feeStep explains a late fee: principal, first and last day with the rule
// behind them, every segment, the cap, and whose it is.
func (e *explainer) feeStep(l *assess.QuoteLine, tr *assess.FeeTrace) Step {
	s := Step{Figure: "late_fee", Name: e.t("figure.late_fee"), Amount: l.LateFee}
	switch {
	case l.LateFee == nil:
		s.Text = e.unknown(s.Figure, s.Name, l)
		return s
	case tr == nil:
		s.Text = e.say("report.equals", args{"name": s.Name, "amount": e.amount(l.LateFee)})
		return s
	}
	s.Sources = e.cite(tr.Rule, tr.Free)
	if tr.Free != "" {
		s.Text = e.say("report.fee.free", args{"amount": e.amount(l.LateFee)})
		return s
	}
	s.Detail = append(s.Detail, e.principal(l, tr))
	if w := e.feeBounds(tr); w != "" {
		s.Detail = append(s.Detail, w)
	}
	if len(tr.Segments) == 0 {
		s.Text = e.say("report.fee.not_late", args{"amount": e.amount(l.LateFee)})
		return s
	}
	for _, g := range tr.Segments {
		s.Detail = append(s.Detail, e.segment(&tr.Principal, g))
	}
	s.Detail = append(s.Detail, e.capped(tr))
	s.Detail = append(s.Detail, e.t("fee.borne"))
	s.Text = e.say("report.fee.is", args{"days": e.count(l.LateDays), "amount": e.amount(l.LateFee)})
	return s
}

func (e *explainer) principal(l *assess.QuoteLine, tr *assess.FeeTrace) string {
	if l.Employer == nil || l.Person == nil {
		return e.say("report.fee.principal_only", args{"principal": e.amount(&tr.Principal)})
	}
	return e.say("report.fee.principal", args{"employer": e.amount(l.Employer), "person": e.amount(l.Person), "principal": e.amount(&tr.Principal)})
}

// feeBounds says the start and end rules in words, with their days.
func (e *explainer) feeBounds(tr *assess.FeeTrace) string {
	var start, end string
	if tr.StartRule != "" {
		start = e.say("report.fee.start."+tr.StartRule, args{"deadline": tr.Deadline.String(), "start": tr.Start.String()})
	}
	if tr.EndRule != "" {
		end = e.say("report.fee.end."+tr.EndRule, args{"end": tr.End.String()})
	}
	return e.sentences(start, end)
}

func (e *explainer) segment(principal *money.Fen, g assess.Segment) string {
	perMyriad := shift(g.Rate.String(), 4)
	return e.say("report.fee.segment", args{"span": e.days(g.From, g.To), "days": strconv.Itoa(g.Days), "permyriad": e.name("digit", perMyriad),
		"percent": percent(g.Rate), "principal": e.amount(principal), "amount": group(g.Amount)})
}

// capped says the sum, which is rounded once, and both readings of the cap
// where they differ.
func (e *explainer) capped(tr *assess.FeeTrace) string {
	key := "report.fee.sum"
	if len(tr.Segments) == 1 {
		key = "report.fee.sum_one"
	}
	sum := e.say(key, args{"amount": e.amount(tr.Uncapped)})
	if tr.Uncapped == nil || tr.Capped == nil || *tr.Uncapped == *tr.Capped {
		return sum
	}
	key = "report.fee.cap_none"
	if tr.CapMode == "principal" {
		key = "report.fee.cap_principal"
	}
	return e.sentences(sum, e.say(key, args{"capped": e.amount(tr.Capped), "uncapped": e.amount(tr.Uncapped), "day": tr.CapFrom.String()}))
}
