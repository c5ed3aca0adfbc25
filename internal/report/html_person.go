package report

import (
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// personView is one person on a page; the template only lays it out.
type personView struct {
	ID        string // prefix of the anchors
	Heading   bool   // the person has a heading of its own
	Name      string
	Areas     string
	Class     string // for the filters: v-refused v-allowed ...
	Verdicts  []filterView
	GapMonths int
	MainCause string
	Total     *money.Fen
	Totals    []totalView
	Years     []yearGrid
	Legend    []legendItem
	Gaps      []gapView
	Groups    []lineGroup
	Curve     *curve
	Effects   []effectGroup
	Explained bool
	Text      *Explanation
}

// gapView is a run of unpaid months with the sum of its lines.
type gapView struct {
	Scheme, Months, Count, Area, Cause, CauseText string
	Verdicts                                      []filterView
	Sum                                           assess.QuoteTotals
}

// lineGroup holds the lines of one scheme, as figures and in words.
type lineGroup struct {
	Scheme string
	Lines  []lineView
}

type lineView struct {
	assess.QuoteLine
	Total    *money.Fen
	Days     string
	Doubtful string // status in words, if any figure rests on less than a verified value
	Text     *LineText
}

// effectGroup is a table of consequences of one kind.
type effectGroup struct {
	Code, Title, Lead string
	Counted           bool // has counts before and after
	Items             []EffectText
	Months            []monthsRow // instead of Items, for the counts of months
}

// monthsRow is the counts of one scheme, before and after.
type monthsRow struct{ Scheme, Cumulative, Continuous, OnTime string }

// person makes the view of a person from an answer and its explanation.
func (s *speech) person(id string, a *answer, e *Explanation) (*personView, error) {
	v := &personView{ID: id, Name: a.Person, Areas: s.list(e.Areas), Total: a.Totals.Total, Totals: sums(e.Totals), Text: e,
		Years: s.years(a.Grid), Legend: s.legend(a.Grid), Curve: s.waiting(a), Effects: s.effectGroups(a.Effects, e.Effects)}
	h := &assess.History{Gaps: gapsOf(a), Verdicts: a.Verdicts}
	v.GapMonths = gapMonths(h)
	v.MainCause = s.name("cause", mainCause(h))
	var classes []string
	for _, c := range verdictsOf(h) {
		classes = append(classes, "v-"+c)
		v.Verdicts = append(v.Verdicts, filterView{Code: c, Word: s.name("verdict", c), Sign: sign(c)})
	}
	v.Class = strings.Join(classes, " ")
	for i := range h.Gaps {
		g, err := s.gap(a, &h.Gaps[i])
		if err != nil {
			return nil, err
		}
		v.Gaps = append(v.Gaps, g)
	}
	v.Groups = s.groups(a, e)
	return v, nil
}

// gapsOf are the gaps of a history; a quote asks for its lines, so the runs of
// its lines are its gaps.
func gapsOf(a *answer) []record.Gap {
	if a.kind == "history" {
		return a.Gaps
	}
	var out []record.Gap
	for _, l := range a.Lines {
		if n := len(out) - 1; n >= 0 && out[n].Scheme == l.Scheme && out[n].Cause == l.Cause && out[n].To+1 == l.Month && out[n].Area == l.Area {
			out[n].To, out[n].Months = l.Month, out[n].Months+1
			continue
		}
		out = append(out, record.Gap{Scheme: l.Scheme, Area: l.Area, From: l.Month, To: l.Month, Months: 1, Cause: l.Cause})
	}
	return out
}

func (s *speech) gap(a *answer, g *record.Gap) (gapView, error) {
	lines := linesOf(a.Lines, g)
	sum, err := sumLines(lines)
	v := gapView{Scheme: s.scheme(g.Scheme), Months: s.months(g.From, g.To), Count: strconv.Itoa(g.Months), Area: g.Area, Cause: s.cause(g.Cause),
		CauseText: s.name("cause_text", string(g.Cause)), Sum: sum}
	var have []string
	for _, l := range lines {
		if x := verdictFor(a.Verdicts, l); x != nil && !slices.Contains(have, x.Verdict) {
			have = append(have, x.Verdict)
			v.Verdicts = append(v.Verdicts, filterView{Code: x.Verdict, Word: s.name("verdict", x.Verdict), Sign: sign(x.Verdict)})
		}
	}
	return v, err
}

// groups puts the lines of each scheme together.
func (s *speech) groups(a *answer, e *Explanation) []lineGroup {
	doubts := lineDoubts(a.Marks)
	var out []lineGroup
	last := insurance.Scheme(0)
	for i := range a.Lines {
		l := &a.Lines[i]
		if l.Scheme != last || i == 0 {
			out = append(out, lineGroup{Scheme: s.scheme(l.Scheme)})
			last = l.Scheme
		}
		v := lineView{QuoteLine: *l, Total: lineTotal(l), Doubtful: s.name("status", string(doubts[i])), Text: &e.Lines[i]}
		v.Days = s.count(l.LateDays)
		g := &out[len(out)-1]
		g.Lines = append(g.Lines, v)
	}
	return out
}

// waiting draws the curve; nothing to pay has no price of waiting.
func (s *speech) waiting(a *answer) *curve {
	if len(a.Lines) == 0 {
		return nil
	}
	return s.curve(a.Waiting)
}

// effectGroups puts consequences of one kind together.
func (s *speech) effectGroups(x *assess.Effects, list []EffectText) []effectGroup {
	var out []effectGroup
	for _, i := range list {
		if n := len(out) - 1; n < 0 || out[n].Code != i.Group {
			out = append(out, effectGroup{Code: i.Group, Title: s.t("group." + i.Group), Lead: s.t("group_lead." + i.Group)})
		}
		g := &out[len(out)-1]
		g.Items = append(g.Items, i)
		g.Counted = g.Counted || i.Before != ""
	}
	for i := range out {
		if out[i].Code != "months" {
			continue
		}
		for _, m := range x.Months {
			if m.Cumulative.Before == nil {
				continue // no history was given, and the one item says so
			}
			out[i].Months = append(out[i].Months, monthsRow{s.scheme(m.Scheme), s.change(m.Cumulative), s.change(m.Continuous), s.change(m.OnTime)})
		}
	}
	return out
}

// change is a count before and after, once if it stays.
func (s *speech) change(c assess.Change) string {
	before, after := s.count(c.Before), s.count(c.After)
	if before == after {
		return after
	}
	return before + " → " + after
}

// causeOrder lists causes, the most frequent first.
func causeOrder(count map[string]int) []string {
	var out []string
	for _, c := range insurance.Causes {
		if count[string(c)] > 0 {
			out = append(out, string(c))
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return count[b] - count[a] })
	return out
}
