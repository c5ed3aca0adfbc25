package report

import (
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// line explains the figures of one line.
func (e *explainer) line(i int) LineText {
	l := &e.a.Lines[i]
	tr := e.traceOf(i)
	out := LineText{Title: e.lineTitle(l)}
	out.Steps = append(out.Steps, e.baseStep(l, tr), e.shareStep("employer", l, l.Employer, tr.Employer), e.shareStep("person", l, l.Person, tr.Person),
		e.feeStep(l, tr.LateFee), e.plainStep("interest", l, l.Interest))
	if l.Estimate != nil {
		s := e.plainStep("provisional", l, l.Estimate)
		s.Detail = []string{e.t("provisional_why")}
		out.Steps = append(out.Steps, s)
	}
	// a line cites more than its trace: rates of the fee, rounding, interest
	last := &out.Steps[len(out.Steps)-1]
	all := e.cite(l.Basis...)
	for _, s := range out.Steps {
		all = slices.DeleteFunc(all, func(n int) bool { return slices.Contains(s.Sources, n) })
	}
	fee := &out.Steps[3]
	if l.LateFee != nil && *l.LateFee != 0 {
		last = fee
	}
	last.Sources = append(last.Sources, all...)
	slices.Sort(last.Sources)
	return out
}

// traceOf is the trace of a line; one that is not there says nothing.
func (e *explainer) traceOf(i int) *assess.Trace {
	if i < len(e.a.trace) {
		return &e.a.trace[i]
	}
	return &assess.Trace{}
}

func (e *explainer) lineTitle(l *assess.QuoteLine) string {
	title := e.scheme(l.Scheme) + " " + l.Month.String()
	if l.Area != "" && len(e.a.laws) > 1 {
		title += " " + e.area(l.Area)
	}
	if l.Cause != "" {
		title += e.say("report.in_brackets", args{"text": e.cause(l.Cause)})
	}
	return title
}

// unknown says which values a figure waits for.
func (e *explainer) unknown(figure, name string, l *assess.QuoteLine) string {
	return e.say("report.figure_unknown", args{"name": name, "why": e.list(e.orNotSaid(e.holes(figure, l)))})
}

func (e *explainer) baseStep(l *assess.QuoteLine, tr *assess.Trace) Step {
	s := Step{Figure: "base", Name: e.t("figure.base"), Amount: l.Base, Sources: e.cite(tr.Rows...)}
	switch {
	case l.Base != nil && tr.Wage == nil:
		s.Text = e.say("report.base.set", args{"base": e.amount(l.Base)})
	case l.Base != nil:
		s.Text = e.wageBase(l.Base, tr)
	case l.Employer != nil || l.Person != nil:
		s.Text = e.t("base.none")
	default:
		s.Text = e.unknown(s.Figure, s.Name, l)
	}
	return s
}

// wageBase says how a wage became the base and which limit bit.
func (e *explainer) wageBase(base *money.Fen, tr *assess.Trace) string {
	rounded := ""
	wage := tr.Wage
	if tr.Rounded != nil && *tr.Rounded != *tr.Wage {
		rounded = e.say("report.base.rounded", args{"wage": e.amount(tr.Wage), "rounded": e.amount(tr.Rounded)})
		wage = tr.Rounded
	}
	key := "report.base.within"
	switch {
	case tr.Limit == "floor" || tr.Limit == "ceiling":
		key = "report.base." + tr.Limit
	case tr.Ceiling == nil:
		key = "report.base.above"
	}
	return e.sentences(rounded, e.say(key, args{"wage": e.amount(wage), "floor": e.amount(tr.Floor), "ceiling": e.amount(tr.Ceiling), "base": e.amount(base)}))
}

// shareStep writes one side's arithmetic:
// base x rate x reliefs = exact, rounding, + fixed - paid = amount.
func (e *explainer) shareStep(figure string, l *assess.QuoteLine, v *money.Fen, tr *assess.ShareTrace) Step {
	s := Step{Figure: figure, Name: e.t("figure." + figure), Amount: v}
	name := e.say("report.share_of", args{"scheme": e.scheme(l.Scheme), "who": s.Name})
	switch {
	case v == nil:
		s.Text = e.unknown(figure, name, l)
		return s
	case tr == nil:
		s.Text = e.say("report.equals", args{"name": name, "amount": e.amount(v)})
		return s
	}
	s.Sources = e.cite(tr.Rows...)
	if tr.Base == nil && tr.Fixed == nil {
		s.Text = e.say("report.share_none", args{"name": name})
		return s
	}
	var f strings.Builder
	if tr.Base != nil {
		s.Sources = append(s.Sources, e.product(&f, tr)...)
	}
	if tr.Fixed != nil {
		if f.Len() > 0 {
			f.WriteString(" + ")
		}
		f.WriteString(e.say("report.fixed", args{"amount": e.amount(tr.Fixed)}))
	}
	if tr.Paid != nil {
		f.WriteString(" − " + e.say("report.already_paid", args{"amount": e.amount(tr.Paid)}))
		if tr.Amount == 0 {
			s.Detail = append(s.Detail, e.t("paid_enough"))
		}
	}
	if tr.Fixed != nil || tr.Paid != nil || tr.Exact != tr.Amount.String() || len(tr.Parts) > 0 {
		f.WriteString(" = " + e.amount(&tr.Amount))
	}
	s.Text = e.say("report.equals", args{"name": name, "amount": f.String()})
	slices.Sort(s.Sources)
	s.Sources = slices.Compact(s.Sources)
	return s
}

// product writes base x rate x reliefs and how it was rounded; it returns the
// sources of the reliefs.
func (e *explainer) product(f *strings.Builder, tr *assess.ShareTrace) []int {
	f.WriteString(e.amount(tr.Base) + " × " + percent(*tr.Rate))
	var rows []string
	for _, x := range tr.Factors {
		f.WriteString(" × " + e.say("report.relief", args{"factor": x.Factor.String()}))
		rows = append(rows, x.Row)
	}
	f.WriteString(" = " + group(tr.Exact))
	if len(tr.Parts) > 0 {
		parts := make([]string, len(tr.Parts))
		for i := range tr.Parts {
			parts[i] = e.amount(&tr.Parts[i])
		}
		f.WriteString(e.say("report.in_brackets", args{"text": e.say("report.parts", args{"parts": strings.Join(parts, " + "), "rounding": e.rounding(tr.Rounding)})}))
		return e.cite(rows...)
	}
	if r := e.rounding(tr.Rounding); r != "" {
		f.WriteString(e.say("report.in_brackets", args{"text": r}))
	}
	return e.cite(rows...)
}

// rounding says a rounding in words; empty for one that rounds nothing.
func (e *explainer) rounding(r money.Rounding) string {
	if r.Mode == 0 || len(r.Units) == 0 {
		return ""
	}
	units := make([]string, len(r.Units))
	for i, u := range r.Units {
		units[i] = e.name("unit", u.String())
	}
	return e.say("report.rounding", args{"mode": e.name("reading", r.Mode.String()), "units": strings.Join(units, e.t("then"))})
}

// plainStep is a figure without arithmetic of its own.
func (e *explainer) plainStep(figure string, l *assess.QuoteLine, v *money.Fen) Step {
	s := Step{Figure: figure, Name: e.t("figure." + figure), Amount: v}
	if v == nil {
		s.Text = e.unknown(s.Figure, s.Name, l)
		return s
	}
	s.Text = e.say("report.equals", args{"name": s.Name, "amount": e.amount(v)})
	return s
}
