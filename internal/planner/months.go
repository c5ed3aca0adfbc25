package planner

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
	"bujiao/internal/record"
)

func itoa(n int) string { return strconv.Itoa(n) }

// way is what the purpose asks for: which scheme counts, how, and by which rule.
type way struct {
	scheme   insurance.Scheme
	demand   demand
	backpay  bool // made-up months count
	rule     string
	head     *law.Head
	sentence string
}

// months plans for a number of months.
func (p *planner) months() error {
	var retire *plan.RetireAnswer
	if p.q.Purpose == Retirement && p.q.Target == 0 {
		r, err := p.retire(nil)
		if err != nil {
			return err
		}
		if r.RetireMonth == 0 {
			p.miss(r.Missing...)
			return nil
		}
		retire = r
		if p.a.Target = r.RetireMonth.First(); p.a.Target < p.q.AsOf {
			p.a.Target = p.q.AsOf
		}
	}
	w, err := p.way()
	if err != nil || w == nil {
		return err
	}
	p.a.Scheme, p.a.Required = w.scheme, &w.demand.months
	p.a.Rules = append(p.a.Rules, assess.Reason{Rule: w.rule, Text: w.sentence, Basis: w.head.Cite()})
	p.rest("/required", w.head)
	s, err := p.schedule(*w)
	if err != nil {
		return err
	}
	have := s.count(nil)
	p.a.Have = &have
	for _, kind := range []string{"continue", "make_up", "both"} {
		if err := p.option(s, kind); err != nil {
			return err
		}
	}
	if p.q.Purpose == Retirement {
		return p.retirementWays(s, retire)
	}
	return nil
}

// way finds the rule of the purpose for the day of the target.
func (p *planner) way() (*way, error) {
	on := p.a.Target
	if p.q.Purpose == Retirement {
		on = p.q.AsOf // how months count; how many, the table says for the year of the target
	}
	rules := p.law.Continuity(p.q.Purpose, on)
	if len(rules) == 0 { // no rule is known (R-CONT-06): ask
		card := p.law.Card()
		p.miss(assess.Missing{Parameter: "continuity", Area: p.q.Area, Text: p.say("assess.no_continuity", fault.Args{"office": card.Office.In(p.q.Lang), "hotline": card.Hotline})})
		return nil, nil
	}
	var variants []string
	var rule *law.ContinuityRule
	for _, r := range rules {
		variants = append(variants, r.Variant)
		if r.Variant == p.q.Variant {
			rule = r
		}
	}
	if rule == nil {
		return nil, fault.New(fault.Invalid, "planner.variant", fault.Args{"list": strings.Join(variants, ", ")})
	}
	w := &way{scheme: rule.Schemes[0], demand: demand{rule.Months, rule.Cumulative, rule.GapTolerance}, backpay: rule.CountsBackpay, rule: rule.Rule, head: &rule.Head, sentence: rule.Text.In(p.q.Lang)}
	if p.q.Purpose == Retirement { // the table of the year of retirement, which the rule cites
		row, hole := p.law.MinimumMonths(p.a.Target.Year())
		if hole != nil {
			p.miss(assess.Missing{Scheme: insurance.Pension.String(), Parameter: hole.Parameter, Area: p.q.Area})
			return nil, nil
		}
		w.demand.months, w.rule, w.head = row.Months, row.Rule, &row.Head
	}
	return w, nil
}

// schedule is every month up to the target with what it counts and costs.
type schedule struct {
	way
	first, last calendar.Month
	given       int // months that were given without a history
	track       record.Track
	gaps        map[calendar.Month]*line // that may lawfully be made up
	ahead       map[calendar.Month]*line
}

// line is the price of a month with what makes it up.
type line struct {
	cost    Cost
	missing []assess.Missing
	gap     assess.GapRequest // of a month behind
	payer   insurance.Payer
}

// schedule reads the history, judges the gaps and prices the months to come.
func (p *planner) schedule(w way) (*schedule, error) {
	s := &schedule{way: w, last: p.a.Target.Month() - 1, track: record.Track{}, gaps: map[calendar.Month]*line{}, ahead: map[calendar.Month]*line{}}
	if p.q.Months != nil {
		s.given = *p.q.Months
	}
	gaps := map[insurance.Payer][]assess.GapRequest{}
	var ahead []calendar.Month // that can still be paid in time
	for _, g := range p.q.Gaps {
		g.Schemes = []insurance.Scheme{w.scheme}
		gaps[p.q.Payer] = append(gaps[p.q.Payer], g)
	}
	if len(p.q.History) > 0 {
		h, err := assess.NewHistory(assess.NewLaws(p.open), assess.HistoryRequest{AsOf: p.q.AsOf, KnownAt: p.q.KnownAt, Rows: p.q.History, Lang: p.q.Lang}, p.words)
		if err != nil {
			return nil, err
		}
		s.track = (&record.Grid{Cells: h.Grid}).Months(w.scheme)
		for _, c := range h.Grid {
			if c.Scheme == w.scheme && c.Area == p.q.Area && c.Category == record.NotDue && c.Month < p.q.AsOf.Month() {
				ahead = append(ahead, c.Month)
			}
		}
		if len(p.q.Gaps) == 0 {
			for _, g := range h.Gaps {
				if g.Scheme == w.scheme && g.Area == p.q.Area {
					gaps[g.Payer] = append(gaps[g.Payer], p.request(g))
				}
			}
		}
	}
	for _, payer := range slices.Sorted(maps.Keys(gaps)) {
		if err := p.judge(s, payer, gaps[payer]); err != nil {
			return nil, err
		}
	}
	for m := p.q.AsOf.Month(); m <= s.last; m++ {
		ahead = append(ahead, m)
	}
	for _, m := range ahead {
		if s.track[m] == 0 && s.gaps[m] == nil && s.ahead[m] == nil {
			l, err := p.price(m, w.scheme)
			if err != nil {
				return nil, err
			}
			s.ahead[m] = l
		}
	}
	s.first = p.q.AsOf.Month()
	for _, months := range [][]calendar.Month{slices.Collect(maps.Keys(s.track)), slices.Collect(maps.Keys(s.gaps)), ahead} {
		for _, m := range months {
			s.first = min(s.first, m)
		}
	}
	return s, nil
}

// request is a gap of the history as one asks for it, with the wage of each
// month as far as it is known.
func (p *planner) request(g record.Gap) assess.GapRequest {
	out := assess.GapRequest{Schemes: []insurance.Scheme{g.Scheme}, From: g.From, To: g.To, Cause: g.Cause}
	for _, c := range g.Cells {
		wage := c.Wage
		if wage == nil {
			wage = p.q.Wage
		}
		if wage != nil {
			out.Wage = append(out.Wage, assess.WageSpan{From: c.Month, To: c.Month, Wage: *wage})
		}
	}
	return out
}

func (p *planner) quote(payer insurance.Payer, gaps []assess.GapRequest) (*assess.Quote, error) {
	return assess.NewQuote(assess.NewLaws(p.open), assess.QuoteRequest{AsOf: p.q.AsOf, KnownAt: p.q.KnownAt, Area: p.q.Area, Payer: payer, Person: p.q.Person, Employer: p.q.Employer,
		Gaps: gaps, Deadline: p.q.Deadline, History: p.q.History, Lang: p.q.Lang}, p.words)
}

// judge prices gaps and parts those that may be made up from those that may not.
func (p *planner) judge(s *schedule, payer insurance.Payer, gaps []assess.GapRequest) error {
	quote, err := p.quote(payer, gaps)
	if err != nil {
		return err
	}
	open := map[calendar.Month]bool{}
	for _, v := range quote.Verdicts {
		if v.Scheme != s.scheme {
			continue
		}
		if v.Verdict == "refused" || v.Verdict == "unknown" {
			p.a.Impossible = append(p.a.Impossible, Impossible{v.Scheme, v.From, v.To, v.Verdict, v.Reasons})
			continue
		}
		if !s.backpay {
			p.a.Impossible = append(p.a.Impossible, Impossible{v.Scheme, v.From, v.To, "refused", []assess.Reason{{Rule: s.rule, Text: s.sentence, Basis: s.head.Cite()}}})
			continue
		}
		for m := v.From; m <= v.To; m++ {
			open[m] = true
		}
	}
	lines := map[calendar.Month][]assess.QuoteLine{}
	for _, l := range quote.Lines {
		lines[l.Month] = append(lines[l.Month], l)
	}
	for _, g := range gaps {
		for m := g.From; m <= g.To; m++ {
			if !open[m] {
				continue
			}
			t, err := assess.SumLines(lines[m])
			if err != nil {
				return err
			}
			one := g
			one.From, one.To = m, m
			if wage := g.Wage.In(m); wage != nil {
				one.Wage = assess.Wages{{Wage: *wage}}
			}
			l := &line{cost: Cost(t), gap: one, payer: payer}
			for _, x := range quote.Missing {
				if x.Month == m {
					l.missing = append(l.missing, x)
				}
			}
			s.gaps[m] = l
		}
	}
	return nil
}

// price is what a month to come costs.
func (p *planner) price(m calendar.Month, scheme insurance.Scheme) (*line, error) {
	who, _ := assess.NewPayer(p.law, p.q.Payer, p.q.Person, p.q.Employer)
	in := assess.DueRequest{Area: p.q.Area, Month: m, Wage: p.q.Wage, Payer: who, Schemes: []insurance.Scheme{scheme}, Grade: p.q.Person.Grade, Group: p.q.Person.Group, Lang: p.q.Lang}
	if e := p.q.Employer; e != nil {
		in.Injury = assess.Injury{Class: e.InjuryClass, Rate: e.InjuryRate}
	}
	due, err := assess.NewDue(p.law, in)
	if err != nil {
		return nil, err
	}
	zero := money.Fen(0)
	return &line{cost: Cost{due.Totals.Employer, due.Totals.Person, &zero, &zero, due.Totals.Total}, missing: due.Missing}, nil
}

// slots are the months in order, with what may be paid of them.
func (s *schedule) slots(behind, ahead bool) []slot {
	var out []slot
	for m := s.first; m <= s.last; m++ {
		x := slot{month: m, counts: s.counts(m)}
		l := s.gaps[m]
		if !behind {
			l = nil
		}
		if ahead && s.ahead[m] != nil {
			l = s.ahead[m]
		}
		if l != nil && !x.counts {
			c := l.cost.price()
			c.months = 1
			x.pay = &c
		}
		out = append(out, x)
	}
	return out
}

// counts tells whether a month counts as it stands, in the words of package
// record: alone, it is counted or not.
func (s *schedule) counts(m calendar.Month) bool {
	one := record.Track{m: s.track[m]}
	if s.demand.apart {
		return s.track[m] != 0 && one.Cumulative() == 1
	}
	return one.Continuous(m, 0, s.backpay) == 1
}

// count is how many months there are at the target if those are paid.
func (s *schedule) count(pay []calendar.Month) int {
	t := s.track.Clone()
	for m := range t {
		if m > s.last {
			delete(t, m)
		}
	}
	for _, m := range pay {
		if s.ahead[m] != nil {
			t.PayInTime(m)
		} else {
			t.Pay(m)
		}
	}
	if s.demand.apart {
		return s.given + t.Cumulative()
	}
	return t.Continuous(s.last, s.demand.tolerance, s.backpay)
}
