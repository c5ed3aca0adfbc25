package assess

import (
	"slices"
	"strconv"
	"strings"

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
	Refused  *QuoteTotals  `json:"refused_totals,omitempty"` // of months that may not be made up; Totals include them
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

// NewQuote prices and judges the gaps of a request by the laws that are opened
// for it.
func NewQuote(l *Laws, q QuoteRequest, words Say) (*Quote, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	l.at(q.AsOf, q.KnownAt)
	o := &office{laws: l, text: q.Lang, words: words, door: fields, desks: map[string]*desk{}}
	d, err := o.desk(q.Area)
	if err != nil {
		return nil, err
	}
	if _, unknown := d.law.Expand(law.Payer{Populations: q.Person.Populations}); len(unknown) > 0 {
		return nil, invalid("assess.unknown_population", fault.Args{"field": "person.populations", "name": clipName(unknown[0]), "list": strings.Join(d.law.PopulationNames(), ", ")})
	}
	claims := d.claims(q)
	out := &Quote{AsOf: q.AsOf, KnownAt: q.KnownAt, Area: q.Area, Lines: []QuoteLine{}, Policy: d.law.Policy()}
	grid, err := o.grid(q.History, q.Person, q.Employer)
	if err != nil {
		return nil, err
	}
	deduct(claims, grid, q.Area)
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
		claims[i].refused = ru.refused()
		rulings = append(rulings, ru)
	}
	out.Verdicts = d.verdicts(rulings, "/verdicts")
	if out.Totals, err = sumQuote(out.Lines); err != nil {
		return nil, err
	}
	if out.Refused, err = refusedTotals(out.Lines, out.Verdicts); err != nil {
		return nil, err
	}
	if out.Waiting, err = o.waiting(claims, out.Lines, q.Area, q.AsOf); err != nil {
		return nil, err
	}
	d.limitation(claims, out.Totals, "/totals/total")
	out.Effects = d.effects(subject{q.Person, q.Payer, q.AsOf}, grid, claims, out.Lines, func(string) *desk { return d })
	out.notes = d.closed()
	return out, nil
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

// deduct takes what the history shows as paid in the area off the claims;
// money paid to the fund of another area settles nothing here. A base that was
// declared too low, or raised later, leaves only the difference; without a
// history it is not known what was paid.
func deduct(claims []claim, g *record.Grid, area string) {
	type key struct {
		scheme insurance.Scheme
		month  calendar.Month
	}
	paid := map[key]paidShares{}
	years := map[key]bool{} // a resident's year is paid as a whole
	if g != nil {
		for _, c := range g.Cells {
			if c.Area == area {
				paid[key{c.Scheme, c.Month}] = paidShares{c.EmployerPaid, c.PersonPaid}
				if c.Payer == insurance.Resident && c.Paid() {
					years[key{c.Scheme, calendar.NewMonth(c.Month.Year(), 1)}] = true
				}
			}
		}
	}
	for i := range claims {
		c := &claims[i]
		p, ok := paid[key{c.scheme, c.month}]
		c.paid = p
		c.settled = years[key{c.scheme, calendar.NewMonth(c.month.Year(), 1)}]
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
	return g != nil && g.Drawn(insurance.Unemployment, c.month)
}
