package assess

import (
	"errors"
	"slices"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// Reason is a rule that speaks of a verdict.
type Reason struct {
	Rule  string `json:"rule"`
	Text  string `json:"text"`
	Basis string `json:"basis"`
}

// Verdict says whether a run of months of a scheme may be made up, with every
// reason, the way, and the papers.
type Verdict struct {
	Scheme     insurance.Scheme `json:"scheme"`
	From       calendar.Month   `json:"from"`
	To         calendar.Month   `json:"to"`
	Area       string           `json:"area,omitempty"`
	Verdict    string           `json:"verdict"` // allowed | conditional | refused | unknown
	Conditions []string         `json:"conditions"`
	Reasons    []Reason         `json:"reasons"`
	Route      *RouteAnswer     `json:"route"`
	Papers     []PaperAnswer    `json:"papers"`
}

// RouteAnswer is the way with its steps.
type RouteAnswer struct {
	ID    string       `json:"id"`
	Text  string       `json:"text"`
	Basis string       `json:"basis"`
	Steps []StepAnswer `json:"steps"`
}

// StepAnswer is one act; Ends is the last day of its term if the step before
// ended on its last day, counted from the day of the application.
type StepAnswer struct {
	ID      string        `json:"id"`
	Office  string        `json:"office"`
	Action  string        `json:"action"`
	Days    *int          `json:"days"`
	DayKind string        `json:"day_kind,omitempty"`
	Ends    calendar.Date `json:"ends"`
}

// PaperAnswer is a paper to hand in. Required is true only with a legal basis
// (D765 art. 31, R-REG-06); otherwise the local counter may ask for it.
type PaperAnswer struct {
	ID         string   `json:"id"`
	Text       string   `json:"text"`
	Copies     int      `json:"copies"`
	Seal       bool     `json:"seal"`
	Seals      []string `json:"seals"`
	ForMonths  string   `json:"for_months"`
	LegalBasis *string  `json:"legal_basis"`
	Required   bool     `json:"required"`
}

// ruling is what the law says of one month.
type ruling struct {
	claim  claim
	rules  []*law.VerdictRule
	open   []law.Undecided
	route  *law.Route
	papers []*law.Paper
	needs  []string
}

// same reports whether two months of a scheme get one answer.
func (r *ruling) same(o *ruling) bool {
	return r.claim.scheme == o.claim.scheme && r.claim.cause == o.claim.cause && r.claim.month+1 == o.claim.month && r.claim.area == o.claim.area &&
		slices.Equal(r.rules, o.rules) && r.route == o.route && slices.Equal(r.papers, o.papers) &&
		slices.EqualFunc(r.open, o.open, func(a, b law.Undecided) bool { return a.Rule == b.Rule && slices.Equal(a.Needs, b.Needs) })
}

// refused reports whether a rule refuses the month.
func (r *ruling) refused() bool {
	return slices.ContainsFunc(r.rules, func(x *law.VerdictRule) bool { return x.Effect == "refuse" })
}

func (d *desk) rule(c claim, f law.Facts) (*ruling, error) {
	k := law.Case{Payer: c.payer.Kind, Scheme: c.scheme, Cause: c.cause, Month: c.month, AsOf: c.asOf, Facts: f}
	out := &ruling{claim: c}
	var err error
	if out.rules, out.open, err = d.law.Verdicts(k); err != nil {
		return nil, err
	}
	if out.route, out.needs, err = d.law.Route(k); err != nil {
		return nil, err
	}
	name := ""
	if out.route != nil {
		name = out.route.Name
	}
	papers, needs, err := d.law.Papers(k, name)
	out.papers, out.needs = papers, append(out.needs, needs...)
	return out, err
}

// verdicts folds rulings of following months into runs. Requests of several
// ways are split where the way changes (R-ROUTE-01).
func (d *desk) verdicts(rulings []*ruling, path string) []Verdict {
	return d.verdictsFrom(rulings, path, 0)
}

// verdictsFrom numbers the verdicts on from a place in the answer's list.
func (d *desk) verdictsFrom(rulings []*ruling, path string, first int) []Verdict {
	out := []Verdict{}
	for i := 0; i < len(rulings); {
		j := i + 1
		for j < len(rulings) && rulings[j-1].same(rulings[j]) {
			j++
		}
		out = append(out, d.verdict(rulings[i], rulings[j-1].claim.month, path, first+len(out)))
		i = j
	}
	return out
}

func (d *desk) verdict(r *ruling, to calendar.Month, list string, index int) Verdict {
	c := r.claim
	v := Verdict{Scheme: c.scheme, From: c.month, To: to, Area: c.area, Conditions: []string{}, Reasons: []Reason{}, Papers: []PaperAnswer{}}
	path := list + "/" + itoa(index)
	v.Verdict = "unknown"
	rank := 0
	for _, x := range r.rules {
		text := x.Text.In(d.lang())
		v.Reasons = append(v.Reasons, Reason{x.Rule, text, x.Cite()})
		d.mark(path+"/verdict", x.Doubt(), x.Why())
		if x.Effect == "condition" {
			v.Conditions = append(v.Conditions, text)
		}
		if n := slices.Index([]string{"note", "allow", "condition", "refuse"}, x.Effect); n > rank {
			rank = n
			v.Verdict = []string{"", "allowed", "conditional", "refused"}[n]
		}
	}
	d.undecided(r, &v, rank)
	if rank == 0 && v.Verdict == "unknown" {
		card := d.law.Card()
		v.Reasons = append(v.Reasons, Reason{"", d.say("assess.unknown", map[string]string{"office": card.Office.In(d.lang()), "hotline": card.Hotline}), card.ID})
	}
	if v.Verdict != "refused" {
		d.way(r, &v)
	}
	return v
}

// undecided turns rules that wait for a fact into conditions and asks for it.
func (d *desk) undecided(r *ruling, v *Verdict, rank int) {
	for _, o := range r.open {
		if o.Rule.Effect == "note" {
			continue
		}
		for _, n := range o.Needs {
			d.miss(Missing{Scheme: r.claim.scheme.String(), Month: r.claim.month, Parameter: n, Area: d.law.Area(), Ask: d.askFact(n)})
		}
		if rank == 3 || o.Rule.Effect == "allow" {
			continue
		}
		text := d.say("assess.depends", map[string]string{"facts": strings.Join(o.Needs, ", "), "rule": o.Rule.Text.In(d.lang())})
		v.Conditions = append(v.Conditions, text)
		v.Reasons = append(v.Reasons, Reason{o.Rule.Rule, text, o.Rule.Cite()})
		if rank > 0 {
			v.Verdict = "conditional"
		}
	}
	for _, n := range r.needs {
		d.miss(Missing{Scheme: r.claim.scheme.String(), Month: r.claim.month, Parameter: n, Area: d.law.Area(), Ask: d.askFact(n)})
	}
}

// way adds route and papers.
func (d *desk) way(r *ruling, v *Verdict) {
	if r.route != nil {
		v.Route = d.routeAnswer(r.route, r.claim)
	} else {
		card := d.law.Card()
		v.Route = &RouteAnswer{ID: "unknown", Text: d.say("assess.no_route", map[string]string{"office": card.Office.In(d.lang()), "hotline": card.Hotline}), Basis: card.ID, Steps: []StepAnswer{}}
	}
	months := v.From.String()
	if v.To != v.From {
		months += ".." + v.To.String()
	}
	for _, p := range r.papers {
		seals := p.Seals
		if seals == nil {
			seals = []string{}
		}
		v.Papers = append(v.Papers, PaperAnswer{ID: p.Name, Text: p.Text.In(d.lang()), Copies: p.Copies, Seal: len(p.Seals) > 0, Seals: seals,
			ForMonths: months, LegalBasis: p.LegalBasis, Required: p.LegalBasis != nil})
	}
}

// routeAnswer dates the steps: each term starts on the day the one before ends,
// which itself is not counted (R-CAL-01). A year without a working-day table
// leaves the rest undated and is reported.
func (d *desk) routeAnswer(x *law.Route, c claim) *RouteAnswer {
	out := &RouteAnswer{ID: x.Name, Text: x.Text.In(d.lang()), Basis: x.Cite(), Steps: []StepAnswer{}}
	day, dated := c.asOf, true
	for _, s := range x.Steps {
		a := StepAnswer{ID: s.ID, Office: s.Office.In(d.lang()), Action: s.Action.In(d.lang()), DayKind: s.DayKind}
		if s.Days > 0 {
			n := s.Days
			a.Days = &n
			if dated {
				end, err := d.term(day, s)
				if err != nil {
					dated = false
					d.miss(Missing{Scheme: c.scheme.String(), Month: c.month, Parameter: "workdays", Area: law.National, Text: d.say("assess.no_workdays", map[string]string{"year": yearOf(err)})})
				} else {
					day, a.Ends = end, end
				}
			}
		}
		out.Steps = append(out.Steps, a)
	}
	return out
}

func (d *desk) term(from calendar.Date, s law.Step) (calendar.Date, error) {
	if s.DayKind == "calendar" {
		_, end, err := d.law.Workdays().AddDays(from, s.Days)
		return end, err
	}
	return d.law.Workdays().AddWorkdays(from, s.Days)
}

// yearOf is the year whose working-day table is missing.
func yearOf(err error) string {
	var missing calendar.MissingYearError
	if errors.As(err, &missing) {
		return itoa(missing.Year)
	}
	return "?"
}
