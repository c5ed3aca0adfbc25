package assess

import (
	"maps"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// Effects are what paying the gaps would change. Before is null where no
// history was given.
type Effects struct {
	Months     []MonthsEffect     `json:"months"`
	Continuity []ContinuityEffect `json:"continuity"`
	Medical    []MedicalEffect    `json:"medical"`
	Account    []AccountEffect    `json:"account"`
	Benefits   []BenefitEffect    `json:"benefits"`
	Retirement *RetirementEffect  `json:"retirement"`
	Limitation *LimitationEffect  `json:"limitation"`
}

// MonthsEffect counts the months of a scheme before and after.
type MonthsEffect struct {
	Scheme     insurance.Scheme `json:"scheme"`
	Cumulative Change           `json:"cumulative"`
	Continuous Change           `json:"continuous"` // up to the last due month, back-pay counted, no tolerance
	OnTime     Change           `json:"on_time"`
}

// Change is a count before and after.
type Change struct {
	Before *int `json:"before"`
	After  *int `json:"after"`
}

// ContinuityEffect is how a consumer of the record counts (R-CONT-*).
type ContinuityEffect struct {
	Purpose   string           `json:"purpose"`
	Variant   string           `json:"variant,omitempty"`
	Scheme    insurance.Scheme `json:"scheme,omitempty"`
	Rule      string           `json:"rule,omitempty"`
	Known     bool             `json:"known"` // false: no rule is known; ask the office
	Required  *int             `json:"required"`
	Before    *int             `json:"before"`
	After     *int             `json:"after"`
	MetBefore *bool            `json:"met_before"`
	MetAfter  *bool            `json:"met_after"`
	Text      string           `json:"text"`
	Basis     string           `json:"basis,omitempty"`
}

// MedicalEffect is what an interruption of medical cover does (R-MED-*).
type MedicalEffect struct {
	From        calendar.Month `json:"from"`
	To          calendar.Month `json:"to"`
	Months      int            `json:"months"`
	Rule        string         `json:"rule,omitempty"`
	Retroactive string         `json:"retroactive"` // yes | no | within_order | unknown
	WaitMonths  *int           `json:"wait_months"`
	WaitAtMost  *int           `json:"wait_at_most"`
	Text        string         `json:"text"`
	Basis       string         `json:"basis,omitempty"`
}

// AccountEffect is the credit to the personal account.
type AccountEffect struct {
	Scheme insurance.Scheme `json:"scheme"`
	Mode   string           `json:"mode"`
	Credit *money.Fen       `json:"credit"`
	Text   string           `json:"text"`
	Basis  string           `json:"basis,omitempty"`
}

// BenefitEffect is a condition of months for a benefit.
type BenefitEffect struct {
	Benefit   string `json:"benefit"`
	Required  int    `json:"required"`
	Before    *int   `json:"before"`
	After     *int   `json:"after"`
	MetBefore *bool  `json:"met_before"`
	MetAfter  *bool  `json:"met_after"`
	MaxMonths *int   `json:"max_months_after,omitempty"` // longest benefit after the make-up
	Text      string `json:"text"`
	Basis     string `json:"basis"`
}

// RetirementEffect compares paid months with the minimum at the statutory month.
type RetirementEffect struct {
	Month       calendar.Month `json:"month"`
	MinMonths   int            `json:"min_months"`
	Before      *int           `json:"before"`
	After       *int           `json:"after"`
	ShortBefore *int           `json:"short_before"`
	ShortAfter  *int           `json:"short_after"`
}

// LimitationEffect flags old months; it never refuses (R-LIM-03).
type LimitationEffect struct {
	Flag  string         `json:"flag"`
	Last  calendar.Month `json:"last_missed_month"`
	Text  string         `json:"text"`
	Basis string         `json:"basis"`
}

// purposes are what continuity is asked for.
var purposes = []string{"house", "car_plate", "hukou", "school", "retirement"}

// subject is whom the effects are about.
type subject struct {
	person Person
	payer  insurance.Payer
	asOf   calendar.Date
}

// tracks are the paid months of the schemes before and after.
type tracks struct {
	before, after map[insurance.Scheme]record.Track
	known         bool // a history was given
}

func tracksOf(g *record.Grid, claims []claim) tracks {
	t := tracks{map[insurance.Scheme]record.Track{}, map[insurance.Scheme]record.Track{}, g != nil}
	for _, s := range insurance.Schemes {
		t.before[s] = record.Track{}
		if g != nil {
			t.before[s] = g.Months(s)
		}
		t.after[s] = t.before[s].Clone()
	}
	for _, c := range claims {
		if !c.refused { // what may not be paid brings nothing
			t.after[c.scheme].Pay(c.month)
		}
	}
	return t
}

// change is null where counting needs a history that was not given.
func (t tracks) change(s insurance.Scheme, count func(record.Track) int) Change {
	if !t.known {
		return Change{}
	}
	b, a := count(t.before[s]), count(t.after[s])
	return Change{&b, &a}
}

// effects of paying the claims. What follows the law of a month's own area is
// asked of that area's desk.
func (d *desk) effects(s subject, g *record.Grid, claims []claim, lines []QuoteLine, at func(area string) *desk) *Effects {
	t := tracksOf(g, claims)
	e := &Effects{Months: []MonthsEffect{}, Continuity: []ContinuityEffect{}, Medical: []MedicalEffect{}, Account: []AccountEffect{}, Benefits: []BenefitEffect{}}
	schemes := map[insurance.Scheme]bool{}
	for _, c := range claims {
		schemes[c.scheme] = true
	}
	anchor := s.asOf.Month() - 1
	for _, x := range sortedSchemes(schemes) {
		e.Months = append(e.Months, MonthsEffect{x,
			t.change(x, record.Track.Cumulative),
			t.change(x, func(r record.Track) int { return r.Continuous(anchor, 0, true) }),
			t.change(x, record.Track.OnTime)})
	}
	if s.payer != insurance.Resident {
		e.Continuity = d.continuity(s, t)
		e.Benefits = d.benefits(s, t)
		e.Retirement = d.retirementEffect(s, t)
	}
	e.Medical = medical(s, claims, at)
	e.Account = account(claims, lines, at)
	e.Limitation = d.limitationEffect(claims, s.asOf)
	return e
}

func sortedSchemes(m map[insurance.Scheme]bool) []insurance.Scheme {
	return slices.SortedFunc(maps.Keys(m), func(a, b insurance.Scheme) int { return a.Index() - b.Index() })
}

func (d *desk) continuity(s subject, t tracks) []ContinuityEffect {
	var out []ContinuityEffect
	for _, purpose := range purposes {
		rules := d.law.Continuity(purpose, s.asOf)
		if len(rules) == 0 {
			card := d.law.Card()
			out = append(out, ContinuityEffect{Purpose: purpose, Text: d.say("assess.no_continuity", map[string]string{"office": card.Office.In(d.lang()), "hotline": card.Hotline})})
			continue
		}
		for _, r := range rules {
			for _, x := range r.Schemes {
				out = append(out, d.consume(r, x, s, t, "/effects/continuity/"+itoa(len(out))))
			}
		}
	}
	return out
}

func (d *desk) consume(r *law.ContinuityRule, x insurance.Scheme, s subject, t tracks, path string) ContinuityEffect {
	need := r.Months
	e := ContinuityEffect{Purpose: r.Purpose, Variant: r.Variant, Scheme: x, Rule: r.Rule, Known: true, Text: r.Text.In(d.lang()), Basis: r.Cite()}
	if need > 0 {
		e.Required = &need
	}
	c := t.change(x, func(tr record.Track) int {
		if r.Cumulative {
			return tr.Cumulative()
		}
		return tr.Continuous(s.asOf.Month()-1, r.GapTolerance, r.CountsBackpay)
	})
	e.Before, e.After = c.Before, c.After
	if e.Required != nil && c.Before != nil {
		b, a := *c.Before >= need, *c.After >= need
		e.MetBefore, e.MetAfter = &b, &a
	}
	d.mark(path, r.Doubt(), r.Why())
	return e
}

func (d *desk) benefits(s subject, t tracks) []BenefitEffect {
	out := []BenefitEffect{}
	for _, x := range []struct {
		name   string
		scheme insurance.Scheme
	}{{"unemployment", insurance.Unemployment}, {"maternity", insurance.Medical}} {
		r := d.law.Benefit(x.name, s.asOf)
		if r == nil {
			continue
		}
		c := t.change(x.scheme, func(tr record.Track) int {
			if r.Continuous {
				return tr.Continuous(s.asOf.Month()-1, 0, true)
			}
			return tr.Cumulative()
		})
		e := BenefitEffect{Benefit: x.name, Required: r.Months, Before: c.Before, After: c.After, Text: r.Text.In(d.lang()), Basis: r.Cite()}
		if c.Before != nil {
			b, a := *c.Before >= r.Months, *c.After >= r.Months
			e.MetBefore, e.MetAfter = &b, &a
			for _, band := range r.Bands {
				if *c.After >= band.From {
					m := band.Max
					e.MaxMonths = &m
				}
			}
		}
		d.mark("/effects/benefits/"+itoa(len(out)), r.Doubt(), r.Why())
		out = append(out, e)
	}
	return out
}

func (d *desk) retirementEffect(s subject, t tracks) *RetirementEffect {
	m := d.retirementMonth(s.person)
	if m == 0 {
		return nil
	}
	row, h := d.law.MinimumMonths(m.Year())
	if h != nil {
		return nil
	}
	e := &RetirementEffect{Month: m, MinMonths: row.Months}
	c := t.change(insurance.Pension, record.Track.Cumulative)
	e.Before, e.After = c.Before, c.After
	if c.Before != nil {
		b, a := max(0, row.Months-*c.Before), max(0, row.Months-*c.After)
		e.ShortBefore, e.ShortAfter = &b, &a
	}
	return e
}

// medical says for each interruption what making it up does to cover.
func medical(s subject, claims []claim, at func(area string) *desk) []MedicalEffect {
	out := []MedicalEffect{}
	for i := 0; i < len(claims); {
		c := claims[i]
		j := i + 1
		for j < len(claims) && claims[j].scheme == c.scheme && claims[j].area == c.area && claims[j].month == claims[j-1].month+1 {
			j++
		}
		d := at(c.area)
		if c.scheme == insurance.Medical {
			e := MedicalEffect{From: c.month, To: claims[j-1].month, Months: j - i, Retroactive: "unknown", Text: d.say("assess.no_medical", nil)}
			if r := d.law.MedicalGap(c.payer.Kind, j-i, s.asOf); r != nil {
				e.Rule, e.Retroactive, e.WaitMonths, e.Text, e.Basis = r.Rule, r.Retroactive, r.WaitMonths, r.Text.In(d.lang()), r.Cite()
				if r.WaitAtMost > 0 {
					n := r.WaitAtMost
					e.WaitAtMost = &n
				}
				d.mark("/effects/medical/"+itoa(len(out)), r.Doubt(), r.Why())
			}
			out = append(out, e)
		}
		i = j
	}
	return out
}

// account sums what the made-up months add to the personal account: a share of
// the base where the rule gives one, else the person's payments. Months under
// different rules are different sums.
func account(claims []claim, lines []QuoteLine, at func(area string) *desk) []AccountEffect {
	type key struct {
		scheme insurance.Scheme
		rule   string
	}
	type credit struct {
		desk *desk
		rule *law.AccountRule
		sum  adder
	}
	var order []key
	by := map[key]*credit{}
	for i, c := range claims {
		d := at(c.area)
		r := d.law.Account(c.scheme, c.month)
		if r == nil || c.refused {
			continue
		}
		k := key{c.scheme, r.ID}
		a := by[k]
		if a == nil {
			a = &credit{desk: d, rule: r}
			by[k] = a
			order = append(order, k)
		}
		var v *money.Fen
		switch {
		case r.Mode == "credit" && r.Credit != nil && lines[i].Base != nil:
			if w, err := fenHalfUp.Mul(*lines[i].Base, r.Credit.Rate()); err == nil {
				v = uncredited(w, c, lines[i])
			}
		case r.Mode == "person_share":
			v = lines[i].Person
		}
		a.sum.add(v)
	}
	out := []AccountEffect{}
	for _, k := range order {
		a := by[k]
		a.desk.mark("/effects/account/"+itoa(len(out)), a.rule.Doubt(), a.rule.Cite())
		out = append(out, AccountEffect{k.scheme, a.rule.Mode, a.sum.value(), a.rule.Text.In(a.desk.lang()), a.rule.Cite()})
	}
	return out
}

// uncredited takes off what the account got when a part of the month was paid.
// That is known while the account gets no more than the person's share; with a
// part of the employer's in it (to 2005) it is not.
func uncredited(whole money.Fen, c claim, line QuoteLine) *money.Fen {
	switch {
	case c.paid == (paidShares{}):
		return &whole
	case line.Person == nil || whole > *line.Person+c.paid.person+99: // shares may be rounded to the jiao or the yuan
		return nil
	}
	return fen(max(0, whole-c.paid.person))
}

// limitationEffect flags a request whose last month ended more than the years
// of the inspection rule before the day.
func (d *desk) limitationEffect(claims []claim, asOf calendar.Date) *LimitationEffect {
	row := d.law.Limitation()
	last := calendar.Month(0)
	for _, c := range claims {
		if c.payer.Kind == insurance.Employee {
			last = max(last, c.month)
		}
	}
	if row == nil || !row.Flags(last, asOf) {
		return nil
	}
	return &LimitationEffect{row.Flag, last, row.Text.In(d.lang()), row.Cite()}
}

// limitation gives both readings of R-LIM-03 for flagged months: no bar (the
// amounts as they stand) and, if inspection may no longer act, nothing.
func (d *desk) limitation(claims []claim, total QuoteTotals, path string) {
	e := d.limitationEffect(claims, claims[0].asOf)
	if e == nil {
		return
	}
	d.mark(path, law.Disputed, e.Basis)
	d.alternative(Alternative{"limitation", "LSR20_bar", path, fen(0)})
	d.alternative(Alternative{"limitation", "no_bar", path, total.Total})
}
