package assess

import (
	"maps"
	"slices"

	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Factor is one relief that was applied.
type Factor struct {
	Row    string     `json:"row"`
	Factor money.Rate `json:"factor"`
}

// ShareTrace says how one side's amount came about:
// round(base x rate x factors) + fixed.
type ShareTrace struct {
	Base     *money.Fen     `json:"base,omitempty"`
	Rate     *money.Rate    `json:"rate,omitempty"` // before factors
	Factors  []Factor       `json:"factors,omitempty"`
	Exact    string         `json:"exact,omitempty"`
	Parts    []money.Fen    `json:"parts,omitempty"`
	Fixed    *money.Fen     `json:"fixed,omitempty"`
	Rounding money.Rounding `json:"rounding,omitzero"`
	Paid     *money.Fen     `json:"paid,omitempty"` // already paid for the month, taken off
	Amount   money.Fen      `json:"amount"`
	Rows     []string       `json:"rows"`
}

// Trace says how a line came about. Path points at the line.
type Trace struct {
	Path     string      `json:"path"`
	Wage     *money.Fen  `json:"wage,omitempty"`
	Rounded  *money.Fen  `json:"rounded,omitempty"`
	Floor    *money.Fen  `json:"floor,omitempty"`
	Ceiling  *money.Fen  `json:"ceiling,omitempty"`
	Base     *money.Fen  `json:"base,omitempty"`
	Limit    string      `json:"limit,omitempty"` // floor | ceiling: which limit bit
	Rows     []string    `json:"rows"`
	Employer *ShareTrace `json:"employer,omitempty"`
	Person   *ShareTrace `json:"person,omitempty"`
	LateFee  *FeeTrace   `json:"late_fee,omitempty"`
}

// sum is a priced month: figures, trace and what is noted, before it is given
// a place in an answer.
type sum struct {
	base, employer, person *money.Fen
	trace                  Trace
	holes                  []hole
	marks                  []fieldMark
	alts                   []fieldAlt
	basis                  []string
}

type fieldMark struct {
	field string
	head  *law.Head
}

type fieldAlt struct {
	field, name, reading string
	amount               *money.Fen
}

// baseOf finds the contribution base of a wage: rounded by the area's rule for
// bases (none: kept to the fen), then clamped (contract, Rounding).
func (t *Terms) baseOf(wage *money.Fen, tr *Trace) (base *money.Fen, h *law.Hole, err error) {
	switch t.base.of {
	case "none":
		return nil, nil, nil
	case "amount":
		v := t.base.amount
		return &v, nil, nil
	case "choice":
		if wage != nil && slices.Contains(t.base.choices, *wage) {
			return wage, nil, nil
		}
		return nil, &law.Hole{Parameter: "flexible.base", Ask: t.base.ask}, nil
	}
	if f, c := t.base.floor, t.base.ceiling; f != nil && c != nil && *f == *c {
		tr.Floor, tr.Ceiling = f, c
		return f, nil, nil // limits that coincide fix the base, whatever the wage
	}
	if wage == nil {
		return nil, &law.Hole{Parameter: "wage", Ask: "--wage"}, nil
	}
	r, err := t.base.rounding.Amount(*wage)
	if err != nil {
		return nil, nil, err
	}
	tr.Wage, tr.Rounded, tr.Floor, tr.Ceiling = wage, &r, t.base.floor, t.base.ceiling
	switch {
	case t.base.floor == nil:
		return nil, &law.Hole{Parameter: "bases.floor"}, nil
	case r <= *t.base.floor:
		if r < *t.base.floor {
			tr.Limit = "floor"
		}
		return t.base.floor, nil, nil
	case t.base.open:
		return &r, nil, nil
	case t.base.ceiling == nil:
		return nil, &law.Hole{Parameter: "bases.ceiling"}, nil
	case r > *t.base.ceiling:
		tr.Limit = "ceiling"
		return t.base.ceiling, nil, nil
	}
	return &r, nil, nil
}

// amount is round(base x rate) + fixed, or the sum of the rounded parts.
func (s *share) amount(base *money.Fen, rate money.Rate) (money.Fen, []money.Fen, error) {
	var total money.Fen
	var parts []money.Fen
	switch {
	case len(s.parts) > 0 && base != nil:
		for _, r := range s.parts {
			v, err := s.rounding.Mul(*base, r)
			if err != nil {
				return 0, nil, err
			}
			parts = append(parts, v)
			total += v
		}
	case rate != 0 && base != nil:
		v, err := s.rounding.Mul(*base, rate)
		if err != nil {
			return 0, nil, err
		}
		total = v
	}
	if s.fixed != nil {
		total += *s.fixed
	}
	return total, parts, nil
}

// price applies the terms to a wage.
func (t *Terms) price(wage *money.Fen) (*sum, error) {
	out := &sum{}
	have := map[string]bool{}
	for _, h := range t.holes {
		have[h.field] = true
	}
	out.holes = append(out.holes, t.holes...)
	if !have["base"] {
		base, h, err := t.baseOf(wage, &out.trace)
		if err != nil {
			return nil, err
		}
		if h != nil {
			out.holes = append(out.holes, hole{"base", *h})
			have["base"] = true
		}
		out.base = base
		out.trace.Base = base
	}
	for _, h := range t.base.rows {
		out.cite(h, "base")
		out.trace.Rows = append(out.trace.Rows, h.ID)
	}
	var err error
	out.employer, out.trace.Employer, err = t.side(&t.employer, "employer", out, have)
	if err != nil {
		return nil, err
	}
	out.person, out.trace.Person, err = t.side(&t.person, "person", out, have)
	if err != nil {
		return nil, err
	}
	return out, t.altLimits(wage, out)
}

// figures prices a wage without saying why: for the grid, where thousands of
// months are compared and few are shown.
func (t *Terms) figures(wage *money.Fen) (base, employer, person *money.Fen, err error) {
	var have [3]bool // base, employer, person have a hole
	for _, h := range t.holes {
		have[0] = have[0] || h.field == "base"
		have[1] = have[1] || h.field == "employer"
		have[2] = have[2] || h.field == "person"
	}
	if !have[0] {
		var tr Trace
		if base, _, err = t.baseOf(wage, &tr); err != nil {
			return nil, nil, nil, err
		}
	}
	one := func(s *share, hole bool) *money.Fen {
		if hole || s.rate == nil || err != nil || (base == nil && (*s.rate != 0 || len(s.parts) > 0)) {
			return nil
		}
		var v money.Fen
		v, _, err = s.amount(base, *s.rate)
		return &v
	}
	employer, person = one(&t.employer, have[1]), one(&t.person, have[2])
	return base, employer, person, err
}

// side prices one share and notes what it rests on.
func (t *Terms) side(s *share, name string, out *sum, have map[string]bool) (*money.Fen, *ShareTrace, error) {
	for _, h := range s.rows {
		out.cite(h, name)
	}
	if have[name] || s.rate == nil {
		return nil, nil, nil
	}
	usesBase := *s.rate != 0 || len(s.parts) > 0
	if usesBase && out.base == nil {
		return nil, nil, nil
	}
	v, parts, err := s.amount(out.base, *s.rate)
	if err != nil {
		return nil, nil, err
	}
	tr := &ShareTrace{Factors: s.factors, Parts: parts, Fixed: s.fixed, Amount: v, Rows: []string{}}
	for _, h := range s.rows {
		tr.Rows = append(tr.Rows, h.ID)
	}
	if usesBase {
		nominal := s.nominal
		tr.Base, tr.Rate, tr.Rounding, tr.Exact = out.base, &nominal, s.rounding, money.Exact(*out.base, *s.rate)
		for _, h := range t.base.rows {
			out.marks = append(out.marks, fieldMark{name, h})
		}
		if s.rule != nil {
			out.cite(&s.rule.Head, name)
			tr.Rows = append(tr.Rows, s.rule.ID)
			for _, o := range s.rule.Other {
				alt := *s
				alt.rounding = o
				if w, _, err := alt.amount(out.base, *s.rate); err == nil && w != v {
					out.alts = append(out.alts, fieldAlt{name, s.rule.ID, o.Mode.String(), &w})
				}
			}
		}
		for _, a := range s.alts {
			if w, _, err := s.amount(out.base, a.rate); err == nil {
				out.alts = append(out.alts, fieldAlt{name, a.row.ID, a.rate.String() + " " + a.read, &w})
			}
		}
	}
	return &v, tr, nil
}

// altLimits prices the other floor or ceiling of a conflicting base row.
func (t *Terms) altLimits(wage *money.Fen, out *sum) error {
	if t.base.row == nil || t.base.row.Alt == nil || out.base == nil {
		return nil
	}
	alt := *t
	a := t.base.row.Alt
	if a.Floor == nil && a.Ceiling == nil {
		return nil
	}
	if a.Floor != nil {
		alt.base.floor = a.Floor
	}
	if a.Ceiling != nil {
		alt.base.ceiling = a.Ceiling
	}
	var tr Trace
	base, h, err := alt.baseOf(wage, &tr)
	if err != nil || h != nil || *base == *out.base {
		return err
	}
	out.alts = append(out.alts, fieldAlt{"base", t.base.row.ID, a.Source, base})
	for _, s := range []struct {
		name string
		s    *share
	}{{"employer", &t.employer}, {"person", &t.person}} {
		if s.s.rate == nil || (*s.s.rate == 0 && len(s.s.parts) == 0) || s.s.rounding.Check() != nil {
			continue
		}
		if v, _, err := s.s.amount(base, *s.s.rate); err == nil {
			out.alts = append(out.alts, fieldAlt{s.name, t.base.row.ID, a.Source, &v})
		}
	}
	return nil
}

// cite notes a row behind a figure: as basis, and as a mark if it is doubtful.
func (s *sum) cite(h *law.Head, field string) {
	c := h.Cite()
	if !slices.Contains(s.basis, c) {
		s.basis = append(s.basis, c)
	}
	s.marks = append(s.marks, fieldMark{field, h})
}

// place puts a priced month into an answer under a path: marks, alternatives
// and holes get the pointers of their figures.
func (d *desk) place(s *sum, t *Terms, path string) {
	for _, m := range s.marks {
		d.mark(path+"/"+m.field, m.head.DoubtIn(t.Month), m.head.Why())
		d.markKnown(path+"/"+m.field, m.head)
	}
	for _, a := range s.alts {
		d.alternative(Alternative{a.name, a.reading, path + "/" + a.field, a.amount})
	}
	for _, h := range s.holes {
		d.missHole(&h.Hole, t)
	}
}

// markKnown says, when the question looks back, that nobody knows when a row
// was published.
func (d *desk) markKnown(path string, h *law.Head) {
	if d.law.Retro() && h.Published == 0 && h.From != 0 {
		d.mark(path, law.Assumed, h.ID+": published on a day not known; taken as known from its first day")
	}
}

func (d *desk) missHole(h *law.Hole, t *Terms) {
	d.miss(Missing{Scheme: t.Scheme.String(), Month: t.Month, Parameter: h.Parameter, Area: d.law.Area(), Ask: d.ask(h.Ask), Text: h.Text.In(d.lang())})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
