package assess

import (
	"fmt"
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/record"
)

// Quote is the answer to a QuoteRequest.
type Quote struct {
	AsOf     calendar.Date `json:"as_of"`
	KnownAt  calendar.Date `json:"known_at"`
	Area     string        `json:"area"`
	Lines    []QuoteLine   `json:"lines"`
	Verdicts []Verdict     `json:"verdicts"`
	Effects  *Effects      `json:"effects"`
	Totals   QuoteTotals   `json:"totals"`
	Waiting  []Point       `json:"waiting"`
	notes
	Policy law.Policy `json:"policy"`
	Trace  []Trace    `json:"-"`
}

// Say turns a key of the catalogue into a sentence; nil leaves the key.
type Say func(lang, key string, args map[string]string) string

func (d *desk) say(key string, args map[string]string) string {
	if d.words == nil {
		return key
	}
	return d.words(d.lang(), key, args)
}

func itoa(n int) string { return strconv.Itoa(n) }

// maxLines bounds a request: a lifetime of months in eight schemes.
const maxLines = 8 * 12 * 80

// NewQuote prices and judges the gaps of a request by the laws that are opened
// for it.
func NewQuote(l *Laws, q QuoteRequest, words Say) (*Quote, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	l.at(q.AsOf, q.KnownAt)
	o := &office{laws: l, text: q.Lang, words: words, desks: map[string]*desk{}}
	d, err := o.desk(q.Area)
	if err != nil {
		return nil, err
	}
	claims := d.claims(q)
	out := &Quote{AsOf: q.AsOf, KnownAt: q.KnownAt, Area: q.Area, Lines: []QuoteLine{}, Policy: d.law.Policy()}
	grid, err := o.grid(q.History, q.Person, q.Employer)
	if err != nil {
		return nil, err
	}
	d.deduct(claims, grid)
	runs := runsOf(claims)
	var rulings []*ruling
	for i, c := range claims {
		line, tr, err := d.claimLine(c, "/lines/"+itoa(i))
		if err != nil {
			return nil, err
		}
		out.Lines, out.Trace = append(out.Lines, line), append(out.Trace, tr)
		ru, err := d.rule(c, d.facts(c, q.Person, q.Employer, runs[i], drawn(grid, c), grid != nil))
		if err != nil {
			return nil, err
		}
		rulings = append(rulings, ru)
	}
	out.Verdicts = d.verdicts(rulings, "/verdicts")
	if out.Totals, err = sumQuote(out.Lines); err != nil {
		return nil, err
	}
	if out.Waiting, err = o.waiting(claims, out.Lines, q.Area, q.AsOf); err != nil {
		return nil, err
	}
	d.limitation(claims, out.Totals, "/totals/total")
	out.Effects = d.effects(subject{q.Person, q.Payer, q.AsOf}, grid, claims, out.Lines)
	out.notes = d.closed()
	return out, nil
}

func invalid(key string, args fault.Args) error { return fault.New(fault.Invalid, key, args) }

// check refuses requests that cannot mean anything.
func (q *QuoteRequest) check() error {
	switch {
	case q.AsOf == 0:
		return invalid("assess.field_missing", fault.Args{"field": "as_of"})
	case q.Area == "":
		return invalid("assess.field_missing", fault.Args{"field": "area"})
	case q.Payer == "":
		return invalid("assess.field_missing", fault.Args{"field": "payer"})
	case len(q.Gaps) == 0:
		return invalid("assess.field_missing", fault.Args{"field": "gaps"})
	}
	if q.KnownAt == 0 {
		q.KnownAt = q.AsOf
	}
	if q.Person.Birth > q.AsOf {
		return invalid("assess.birth_after", fault.Args{"field": "person.birth"})
	}
	if e := q.Employer; e != nil && (e.InjuryClass < 0 || e.InjuryClass > 8) {
		return invalid("assess.injury_class", fault.Args{"field": "employer.injury_class"})
	}
	if c := q.Person.Category; c != "" && c != "worker" && c != "cadre" {
		return invalid("assess.category", fault.Args{"field": "person.category"})
	}
	if k := q.Person.HukouKind; k != "" && k != "urban" && k != "rural" {
		return invalid("assess.hukou_kind", fault.Args{"field": "person.hukou_kind"})
	}
	for i, p := range q.Pauses {
		if p.From == 0 || p.To < p.From {
			return invalid("assess.span", fault.Args{"field": fmt.Sprintf("pauses[%d]", i)})
		}
	}
	n := 0
	for i, g := range q.Gaps {
		if err := g.check(i, q); err != nil {
			return err
		}
		n += len(g.Schemes) * (int(g.To-g.From) + 1)
	}
	if n > maxLines {
		return invalid("assess.too_long", fault.Args{"lines": itoa(n), "max": itoa(maxLines)})
	}
	return q.overlaps()
}

func (g *GapRequest) check(i int, q *QuoteRequest) error {
	at := func(f string) fault.Args { return fault.Args{"field": fmt.Sprintf("gaps[%d].%s", i, f)} }
	switch {
	case len(g.Schemes) == 0:
		return invalid("assess.field_missing", at("schemes"))
	case g.From == 0:
		return invalid("assess.field_missing", at("from"))
	case g.To == 0:
		return invalid("assess.field_missing", at("to"))
	case g.To < g.From:
		return invalid("assess.span", at("to"))
	case g.Cause == "":
		return invalid("assess.field_missing", at("cause"))
	case g.To.First() > q.AsOf:
		return invalid("assess.future", at("to"))
	}
	for _, s := range g.Schemes {
		resident := s == insurance.ResidentMedical || s == insurance.ResidentPension
		if s == 0 || resident != (q.Payer == insurance.Resident) {
			return invalid("assess.scheme_of_payer", at("schemes"))
		}
	}
	for _, w := range g.Wage {
		if w.Wage < 0 {
			return invalid("assess.negative", at("wage"))
		}
		if w.To != 0 && w.To < w.From {
			return invalid("assess.span", at("wage"))
		}
	}
	return nil
}

// overlaps refuses a month that is asked for twice.
func (q *QuoteRequest) overlaps() error {
	type key struct {
		s insurance.Scheme
		m calendar.Month
	}
	seen := map[key]int{}
	for i, g := range q.Gaps {
		for _, s := range g.Schemes {
			for m := g.From; m <= g.To; m++ {
				if j, ok := seen[key{s, m}]; ok {
					return invalid("assess.overlap", fault.Args{"field": fmt.Sprintf("gaps[%d]", i), "other": fmt.Sprintf("gaps[%d]", j), "month": m.String(), "scheme": s.String()})
				}
				seen[key{s, m}] = i
			}
		}
	}
	return nil
}

// claims spreads the gaps over schemes and months, in the order of lines.
func (d *desk) claims(q QuoteRequest) []claim {
	p := d.payer(q.Payer, q.Person, q.Employer)
	var out []claim
	for _, g := range q.Gaps {
		for m := g.From; m <= g.To; m++ {
			if _, mon := m.Civil(); q.Payer == insurance.Resident && m != g.From && mon != 1 {
				continue // residents pay by the year: one line for each
			}
			for _, s := range d.gapSchemes(g.Schemes, m, p) {
				out = append(out, claim{payer: p, scheme: s, month: m, wage: g.Wage.In(m), injury: injuryOf(q.Employer), grade: q.Person.Grade, group: q.Person.Group,
					cause: g.Cause, asOf: q.AsOf, deadline: q.Deadline, pauses: q.Pauses})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b claim) int {
		if a.scheme != b.scheme {
			return a.scheme.Index() - b.scheme.Index()
		}
		return int(a.month - b.month)
	})
	return slices.CompactFunc(out, func(a, b claim) bool { return a.scheme == b.scheme && a.month == b.month })
}

// gapSchemes are the schemes of a gap in a month: one that medical contains is
// no line, and medical brings large-medical along.
func (d *desk) gapSchemes(asked []insurance.Scheme, m calendar.Month, p law.Payer) []insurance.Scheme {
	if p.Kind == insurance.Resident {
		return asked
	}
	var out []insurance.Scheme
	for _, s := range d.schemesFor(asked, m, p) {
		if s == insurance.Maternity && p.Kind == insurance.Employee && slices.Contains(asked, insurance.Medical) && !d.law.HasRate(s, m) && d.inMedical(s, m, p) {
			continue
		}
		out = append(out, s)
	}
	return out
}

// deduct takes what the history shows as paid off the claims. A base that was
// declared too low, or raised later, leaves only the difference; without a
// history it is not known what was paid.
func (d *desk) deduct(claims []claim, g *record.Grid) {
	paid := map[string]paidShares{}
	if g != nil {
		for _, c := range g.Cells {
			k := c.Scheme.String() + c.Month.String()
			p := paid[k]
			paid[k] = paidShares{p.employer + c.EmployerPaid, p.person + c.PersonPaid}
		}
	}
	for i := range claims {
		c := &claims[i]
		p, ok := paid[c.scheme.String()+c.month.String()]
		c.paid = p
		if !ok && (c.cause == insurance.UnderDeclared || c.cause == insurance.RuleChanged) {
			c.ask = "history (what was paid for the month)"
		}
	}
}

// runsOf finds, for each claim, the run of months that it stands in.
func runsOf(claims []claim) []gapRun {
	out := make([]gapRun, len(claims))
	for i := 0; i < len(claims); {
		j := i + 1
		for j < len(claims) && claims[j].scheme == claims[i].scheme && claims[j].area == claims[i].area {
			j++
		}
		for a := i; a < j; {
			b := a + 1
			for b < j && claims[b].month == claims[b-1].month+1 {
				b++
			}
			for k := a; k < b; k++ {
				out[k] = gapRun{claims[a].month, claims[b-1].month, b - a, j - i}
			}
			a = b
		}
		i = j
	}
	return out
}

// drawn reports whether unemployment benefit was drawn in the month.
func drawn(g *record.Grid, c claim) bool {
	if g == nil {
		return false
	}
	for i := range g.Cells {
		x := &g.Cells[i]
		if x.Month == c.month && x.Scheme == insurance.Unemployment && x.Benefit {
			return true
		}
	}
	return false
}
