package report

import (
	"strconv"

	"bujiao/internal/assess"
)

// EffectText is one consequence of paying: a count or a condition before and
// after, or what is known in words.
type EffectText struct {
	Group   string `json:"group"` // months, continuity, medical, account, benefits, retirement, limitation
	Title   string `json:"title"`
	Before  string `json:"before,omitempty"`
	After   string `json:"after,omitempty"`
	Need    string `json:"need,omitempty"`
	State   string `json:"state,omitempty"` // gained, met, unmet, unknown
	Word    string `json:"word,omitempty"`  // State in words
	Text    string `json:"text,omitempty"`
	Sources []int  `json:"sources,omitempty"`
}

// effects lists the consequences in the order in which a person asks for them.
func (e *explainer) effects() []EffectText {
	x := e.a.Effects
	out := []EffectText{}
	if x == nil {
		return out
	}
	if len(x.Months) > 0 && x.Months[0].Cumulative.Before == nil {
		out = append(out, EffectText{Group: "months", Title: e.t("group.months"), State: "unknown", Word: e.t("state.no_history")})
	}
	for _, m := range x.Months {
		if m.Cumulative.Before == nil {
			continue
		}
		for _, c := range []struct {
			key string
			c   assess.Change
		}{{"cumulative", m.Cumulative}, {"continuous", m.Continuous}, {"on_time", m.OnTime}} {
			title := e.say("report.count."+c.key, args{"scheme": e.scheme(m.Scheme)})
			out = append(out, EffectText{Group: "months", Title: title, Before: e.count(c.c.Before), After: e.count(c.c.After)})
		}
	}
	for _, c := range x.Continuity {
		out = append(out, e.continuity(c))
	}
	for _, m := range x.Medical {
		out = append(out, e.medical(m))
	}
	for _, a := range x.Account {
		t := EffectText{Group: "account", Title: e.say("report.account", args{"scheme": e.scheme(a.Scheme)}), Before: "", After: "+ " + e.amount(a.Credit), Text: a.Text, Sources: e.cite(a.Basis)}
		if a.Credit == nil {
			t.After = e.t("unknown_amount")
		}
		out = append(out, t)
	}
	for _, b := range x.Benefits {
		out = append(out, e.benefit(b))
	}
	if r := x.Retirement; r != nil {
		out = append(out, e.retirement(r))
	}
	if l := x.Limitation; l != nil {
		out = append(out, EffectText{Group: "limitation", Title: e.say("report.limitation", args{"month": l.Last.String()}), Text: l.Text, Sources: e.cite(l.Basis)})
	}
	return out
}

func (e *explainer) continuity(c assess.ContinuityEffect) EffectText {
	title := e.name("purpose", c.Purpose)
	if c.Variant != "" {
		title += e.say("report.in_brackets", args{"text": e.name("variant", c.Variant)})
	}
	if c.Scheme != 0 {
		title += e.say("report.in_brackets", args{"text": e.scheme(c.Scheme)})
	}
	t := EffectText{Group: "continuity", Title: title, Text: c.Text, Sources: e.cite(c.Basis)}
	if !c.Known {
		t.State, t.Word = "unknown", e.t("state.no_rule")
		return t
	}
	t.Before, t.After = e.count(c.Before), e.count(c.After)
	if c.Required != nil {
		t.Need = strconv.Itoa(*c.Required)
		e.met(&t, c.MetBefore, c.MetAfter)
	}
	return t
}

// met says whether a condition is met, and whether paying brings it about.
func (e *explainer) met(t *EffectText, before, after *bool) {
	switch {
	case after == nil:
		t.State = "unknown"
	case *after && (before == nil || !*before):
		t.State = "gained"
	case *after:
		t.State = "met"
	default:
		t.State = "unmet"
	}
	t.Word = e.t("state." + t.State)
}

func (e *explainer) medical(m assess.MedicalEffect) EffectText {
	t := EffectText{Group: "medical", Title: e.say("report.medical", args{"months": e.months(m.From, m.To), "count": strconv.Itoa(m.Months)}), Sources: e.cite(m.Basis)}
	var wait string
	switch {
	case m.WaitMonths != nil:
		wait = e.say("report.wait.months", args{"months": strconv.Itoa(*m.WaitMonths)})
	case m.WaitAtMost != nil:
		wait = e.say("report.wait.at_most", args{"months": strconv.Itoa(*m.WaitAtMost)})
	default:
		wait = e.t("wait.unknown")
	}
	t.Text = e.sentences(e.name("retroactive", m.Retroactive), wait, m.Text)
	return t
}

func (e *explainer) benefit(b assess.BenefitEffect) EffectText {
	t := EffectText{Group: "benefits", Title: e.name("benefit", b.Benefit), Need: strconv.Itoa(b.Required), Before: e.count(b.Before), After: e.count(b.After), Sources: e.cite(b.Basis)}
	e.met(&t, b.MetBefore, b.MetAfter)
	longest := ""
	if b.MaxMonths != nil {
		longest = e.say("report.longest", args{"months": strconv.Itoa(*b.MaxMonths)})
	}
	t.Text = e.sentences(longest, b.Text)
	return t
}

func (e *explainer) retirement(r *assess.RetirementEffect) EffectText {
	t := EffectText{Group: "retirement", Title: e.say("report.retirement", args{"month": r.Month.String()}), Need: strconv.Itoa(r.MinMonths), Before: e.count(r.Before), After: e.count(r.After)}
	if r.ShortAfter == nil || r.ShortBefore == nil {
		e.met(&t, nil, nil)
		return t
	}
	before, after := *r.ShortBefore == 0, *r.ShortAfter == 0
	e.met(&t, &before, &after)
	t.Text = e.say("report.short", args{"before": strconv.Itoa(*r.ShortBefore), "after": strconv.Itoa(*r.ShortAfter)})
	return t
}
