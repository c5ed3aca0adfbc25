package assess

import (
	"cmp"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// HistoryRequest asks for everything about one person's history.
type HistoryRequest struct {
	Person  string        `json:"person"`
	AsOf    calendar.Date `json:"as_of"`
	KnownAt calendar.Date `json:"known_at,omitzero"` // default: AsOf
	Rows    []record.Row  `json:"rows"`
	Pauses  []Pause       `json:"pauses,omitempty"` // deferrals that employers were granted
	// Elsewhere are months that were given back since they were paid twice.
	Elsewhere []Elsewhere `json:"elsewhere,omitempty"`
	Lang      string      `json:"lang,omitempty"`
}

// Elsewhere is a month of a scheme that was given back since it was paid twice:
// it counts where it was paid the other time, and nothing is owed for it here.
type Elsewhere struct {
	Employer string           `json:"employer,omitempty"`
	Scheme   insurance.Scheme `json:"scheme"`
	Month    calendar.Month   `json:"month"`
}

// CountElsewhere takes months that count elsewhere out of what a grid shows as owed.
func CountElsewhere(g *record.Grid, list []Elsewhere) {
	for i := range g.Cells {
		c := &g.Cells[i]
		if c.Category == record.Arrears && slices.Contains(list, Elsewhere{c.Employer, c.Scheme, c.Month}) {
			c.Category, c.Cause = record.Exempt, ""
		}
	}
}

// Pause is days without late fee for fee months of an employer: its payment is
// deferred (O13 art. 21-22).
type Pause struct {
	Employer string             `json:"employer"`
	Schemes  []insurance.Scheme `json:"schemes,omitempty"` // none: all
	First    calendar.Month     `json:"first_month"`       // of the fee months, both included
	Last     calendar.Month     `json:"last_month"`
	Span
}

// PausesOf are the days that do not count for a month of an employer.
func PausesOf(list []Pause, employer string, s insurance.Scheme, m calendar.Month) (out []Span) {
	for _, p := range list {
		if p.Employer == employer && employer != "" && p.First <= m && m <= p.Last && p.From <= p.To && (len(p.Schemes) == 0 || slices.Contains(p.Schemes, s)) {
			out = append(out, p.Span)
		}
	}
	return out
}

// History is the answer for one person. Pointers in its notes start at this
// object.
type History struct {
	Person   string        `json:"person"`
	Grid     []record.Cell `json:"grid"`
	Gaps     []record.Gap  `json:"gaps"`
	Lines    []QuoteLine   `json:"lines"`
	Verdicts []Verdict     `json:"verdicts"`
	Effects  *Effects      `json:"effects"`
	Totals   QuoteTotals   `json:"totals"`
	Refused  *QuoteTotals  `json:"refused_totals,omitempty"` // of months that may not be made up; Totals include them
	Waiting  []Point       `json:"waiting"`
	notes
	Policy []law.Policy `json:"policy"`
	Trace  []Trace      `json:"-"`
}

// NewHistory builds the grid of a person, prices and judges every gap.
func NewHistory(l *Laws, q HistoryRequest, words Say) (*History, error) {
	if q.AsOf == 0 || len(q.Rows) == 0 {
		return nil, fault.New(fault.Invalid, "assess.field_missing", fault.Args{"field": "as_of, rows"})
	}
	if err := checkDays(map[string]calendar.Date{"as_of": q.AsOf, "known_at": q.KnownAt}); err != nil {
		return nil, err
	}
	if err := checkRows(q.Rows, "rows"); err != nil {
		return nil, err
	}
	if q.KnownAt == 0 {
		q.KnownAt = q.AsOf
	}
	l.at(q.AsOf, q.KnownAt)
	o := &office{laws: l, text: q.Lang, words: words, door: columns, desks: map[string]*desk{}}
	p := personOf(q.Rows, q.AsOf, q.KnownAt)
	grid, err := o.grid(q.Rows, p, nil)
	if err != nil {
		return nil, err
	}
	CountElsewhere(grid, q.Elsewhere)
	h := &History{Person: q.Person, Grid: grid.Cells, Gaps: grid.Gaps(), Lines: []QuoteLine{}, Verdicts: []Verdict{}}
	if h.Grid == nil {
		h.Grid = []record.Cell{}
	}
	if h.Gaps == nil {
		h.Gaps = []record.Gap{}
	}
	claims, err := o.historyClaims(h.Gaps, p, q)
	if err != nil {
		return nil, err
	}
	if err := o.judge(h, claims, p, grid); err != nil {
		return nil, err
	}
	h.Totals, err = sumQuote(h.Lines)
	if err != nil {
		return nil, err
	}
	if h.Refused, err = refusedTotals(h.Lines, h.Verdicts); err != nil {
		return nil, err
	}
	if h.Waiting, err = o.waiting(claims, h.Lines, "", q.AsOf); err != nil {
		return nil, err
	}
	if err := o.historyEffects(h, claims, p, grid, q.AsOf); err != nil {
		return nil, err
	}
	for _, a := range l.Used() {
		r, err := l.Reader(a)
		if err != nil {
			return nil, err
		}
		h.Policy = append(h.Policy, r.Policy())
	}
	h.notes = (&desk{notes: &o.notes}).closed()
	return h, nil
}

// personOf gathers what the rows say of the person; the latest word counts.
// A birth after the day of the question is taken for none.
func personOf(rows []record.Row, asOf, knownAt calendar.Date) Person {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b record.Row) int {
		return cmp.Or(cmp.Compare(a.KnownOn, b.KnownOn), cmp.Compare(a.Birth, b.Birth), cmp.Compare(a.Sex, b.Sex), cmp.Compare(a.Category, b.Category))
	})
	var p Person
	for _, r := range sorted {
		if r.KnownOn > knownAt {
			continue
		}
		if r.Birth != 0 && r.Birth <= asOf {
			p.Birth = r.Birth
		}
		if r.Sex != "" {
			p.Sex = r.Sex
		}
		if r.Category != "" {
			p.Category = r.Category
		}
	}
	return p
}

// historyClaims turns the gaps of a grid into claims, by area, scheme and month.
func (o *office) historyClaims(gaps []record.Gap, p Person, q HistoryRequest) ([]claim, error) {
	pr := o.pricer(p, nil)
	var out []claim
	type coverage struct {
		scheme insurance.Scheme
		area   string
		year   int
	}
	years := map[coverage]bool{}
	for _, g := range gaps {
		for _, c := range g.Cells {
			if c.Payer == insurance.Resident { // residents pay by the year: one line for each
				k := coverage{c.Scheme, c.Area, c.Month.Year()}
				if years[k] {
					continue
				}
				years[k] = true
			}
			_, who, inj, _, err := pr.who(c.Employment())
			if err != nil {
				return nil, err
			}
			x := claim{payer: who, scheme: c.Scheme, month: c.Month, wage: c.Wage, injury: inj, cause: c.Cause, asOf: q.AsOf, area: c.Area, pauses: PausesOf(q.Pauses, c.Employer, c.Scheme, c.Month),
				paid: paidShares{c.EmployerPaid, c.PersonPaid}}
			if c.Payer == insurance.Resident {
				x.group = c.Populations
			}
			if c.Unallocated {
				x.ask = "scheme (amounts by scheme)"
			}
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b claim) int {
		switch {
		case a.area != b.area && a.area < b.area:
			return -1
		case a.area != b.area:
			return 1
		case a.scheme != b.scheme:
			return a.scheme.Index() - b.scheme.Index()
		}
		return int(a.month - b.month)
	})
	return out, nil
}

// judge prices and rules the claims.
func (o *office) judge(h *History, claims []claim, p Person, grid *record.Grid) error {
	runs := runsOf(claims)
	var rulings []*ruling
	for i, c := range claims {
		d, err := o.desk(c.area)
		if err != nil {
			return err
		}
		line, tr, err := d.claimLine(c, "/lines/"+itoa(i))
		if err != nil {
			return err
		}
		if line.Estimate, err = d.estimate(c, grid, "/lines/"+itoa(i)+"/provisional"); err != nil {
			return err
		}
		h.Lines, h.Trace = append(h.Lines, line), append(h.Trace, tr)
		ru, err := d.rule(c, d.facts(c, p, nil, runs[i], drawn(grid, c), true))
		if err != nil {
			return err
		}
		claims[i].refused = ru.refused()
		rulings = append(rulings, ru)
	}
	for i := 0; i < len(rulings); {
		j := i + 1
		for j < len(rulings) && rulings[j].claim.area == rulings[i].claim.area {
			j++
		}
		d, err := o.desk(rulings[i].claim.area)
		if err != nil {
			return err
		}
		h.Verdicts = append(h.Verdicts, d.verdictsFrom(rulings[i:j], "/verdicts", len(h.Verdicts))...)
		i = j
	}
	return nil
}

// estimate is the provisional amount of a month that was not declared: 110 %
// of the last month that was paid (SIL 62, R-DECL-04); null where none was.
func (d *desk) estimate(c claim, g *record.Grid, path string) (*money.Fen, error) {
	if c.cause != insurance.NotDeclared || c.payer.Kind != insurance.Employee {
		return nil, nil
	}
	var last *record.Cell
	for i := range g.Cells {
		x := &g.Cells[i]
		if x.Scheme == c.scheme && x.Area == c.area && x.Month < c.month && x.Paid() && x.EmployerPaid+x.PersonPaid > 0 && (last == nil || x.Month > last.Month) {
			last = x
		}
	}
	row, h := d.law.Estimate()
	if last == nil || h != nil {
		return nil, nil
	}
	v, err := fenHalfUp.Mul(last.EmployerPaid+last.PersonPaid, row.Factor)
	if err != nil {
		return nil, err
	}
	if last.Month+1 < c.month {
		d.mark(path, law.Assumed, row.Cite()+": estimated on "+last.Month.String()+", the last month that was paid; the months between were not declared either")
	}
	return &v, nil
}

// historyEffects: counts are the person's over all areas; account and medical
// cover follow the law of each area; consumers follow the area of the last
// month in the record.
func (o *office) historyEffects(h *History, claims []claim, p Person, grid *record.Grid, asOf calendar.Date) error {
	if len(grid.Cells) == 0 {
		return nil
	}
	last := &grid.Cells[0]
	for i := range grid.Cells {
		if grid.Cells[i].Month > last.Month {
			last = &grid.Cells[i]
		}
	}
	d, err := o.desk(last.Area)
	if err != nil {
		return err
	}
	h.Effects = d.effects(subject{p, last.Payer, asOf}, grid, claims, h.Lines, func(area string) *desk { return o.desks[area] })
	if h.Effects.Limitation != nil {
		d.limitation(claims, h.Totals, "/totals/total")
	}
	return nil
}

// Sum adds the totals of persons.
func (t QuoteTotals) Sum(u QuoteTotals) (QuoteTotals, error) {
	add := func(a, b *money.Fen) (*money.Fen, error) {
		if a == nil || b == nil {
			return nil, nil
		}
		v, err := a.Add(*b)
		return &v, err
	}
	var out QuoteTotals
	var err error
	for _, x := range []struct {
		to   **money.Fen
		a, b *money.Fen
	}{{&out.Employer, t.Employer, u.Employer}, {&out.Person, t.Person, u.Person}, {&out.LateFee, t.LateFee, u.LateFee}, {&out.Interest, t.Interest, u.Interest}, {&out.Total, t.Total, u.Total}} {
		if *x.to, err = add(x.a, x.b); err != nil {
			return QuoteTotals{}, err
		}
	}
	return out, nil
}

// ZeroTotals is the sum of nobody.
func ZeroTotals() QuoteTotals { return QuoteTotals{fen(0), fen(0), fen(0), fen(0), fen(0)} }
