package assess

import (
	"fmt"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// DueRequest asks what a month costs. For residents Year takes the place of
// Month and no wage is needed.
type DueRequest struct {
	Area    string
	Month   calendar.Month
	Year    int
	Wage    *money.Fen
	Payer   law.Payer
	Schemes []insurance.Scheme // empty: all that apply
	Injury  Injury
	Grade   string
	Group   string
	Support string         // group of residents of whose share the state bears a part; empty: none
	Limits  calendar.Month // whose limits of bases hold where the month's own are not known yet; zero: its own
	Lang    string
}

// Due is the answer to a DueRequest.
type Due struct {
	Area   string          `json:"area"`
	Month  calendar.Month  `json:"month"`
	Year   int             `json:"year,omitempty"`
	Payer  insurance.Payer `json:"payer"`
	Lines  []Line          `json:"lines"`
	Totals Totals          `json:"totals"`
	notes
	Policy law.Policy `json:"policy"`
	Trace  []Trace    `json:"-"`
}

// NewDue prices a month.
func NewDue(r *law.Reader, q DueRequest) (*Due, error) {
	d := &desk{law: r, limits: q.Limits, text: q.Lang, notes: &notes{}}
	out := &Due{Area: q.Area, Month: q.Month, Year: q.Year, Payer: q.Payer.Kind, Lines: []Line{}, Policy: r.Policy()}
	var err error
	if q.Payer.Kind == insurance.Resident {
		err = d.residentDue(q, out, "/lines/0")
	} else {
		err = d.monthDue(q, out)
	}
	if err != nil {
		return nil, err
	}
	out.Totals, err = sumLines(out.Lines)
	out.notes = d.closed()
	return out, err
}

// closed returns the notes with empty lists instead of nulls.
func (d *desk) closed() notes {
	n := *d.notes
	if n.Missing == nil {
		n.Missing = []Missing{}
	}
	if n.Marks == nil {
		n.Marks = []Mark{}
	}
	if n.Alternatives == nil {
		n.Alternatives = []Alternative{}
	}
	return n
}

func sumLines(lines []Line) (Totals, error) {
	var e, p, all adder
	for _, l := range lines {
		e.add(l.Employer)
		p.add(l.Person)
		all.add(l.Employer)
		all.add(l.Person)
	}
	for _, a := range []adder{e, p, all} {
		if a.err != nil {
			return Totals{}, a.err
		}
	}
	return Totals{e.value(), p.value(), all.value()}, nil
}

func (d *desk) monthDue(q DueRequest, out *Due) error {
	p, _ := d.law.Expand(q.Payer)
	for _, s := range d.schemesFor(q.Schemes, q.Month, p) {
		t := d.terms(s, q.Month, p, q.Injury, q.Grade)
		priced, err := t.price(q.Wage)
		if err != nil {
			return err
		}
		path := fmt.Sprintf("/lines/%d", len(out.Lines))
		d.place(priced, t, path)
		priced.trace.Path = path
		out.Trace = append(out.Trace, priced.trace)
		out.Lines = append(out.Lines, Line{s, 0, priced.base, priced.employer, priced.person, basisOf(priced)})
	}
	return nil
}

func basisOf(s *sum) []string {
	if s.basis == nil {
		return []string{}
	}
	return s.basis
}

// schemesFor lists the lines: what was asked for, or all that the payer has in
// the month. Medical brings large-medical along where the area has it; a
// scheme that medical contains is no line of its own unless it is asked for.
func (d *desk) schemesFor(asked []insurance.Scheme, m calendar.Month, p law.Payer) []insurance.Scheme {
	list := slices.Clone(asked)
	if len(list) == 0 {
		list = d.defaultSchemes(m, p)
	}
	if slices.Contains(list, insurance.Medical) && !slices.Contains(list, insurance.LargeMedical) && d.hasLargeMedical(m, p) {
		list = append(list, insurance.LargeMedical)
	}
	slices.SortFunc(list, func(a, b insurance.Scheme) int { return a.Index() - b.Index() })
	return slices.Compact(list)
}

func (d *desk) defaultSchemes(m calendar.Month, p law.Payer) []insurance.Scheme {
	if p.Kind == insurance.Flexible {
		list := []insurance.Scheme{insurance.Pension, insurance.Medical}
		if d.law.HasFlexible(insurance.Unemployment, m) {
			list = append(list, insurance.Unemployment)
		}
		return list
	}
	var list []insurance.Scheme
	for _, s := range insurance.Mandatory {
		if s == insurance.Maternity && !d.law.HasRate(s, m) && d.inMedical(s, m, p) {
			continue
		}
		list = append(list, s)
	}
	return list
}

func (d *desk) hasLargeMedical(m calendar.Month, p law.Payer) bool {
	if p.Kind == insurance.Flexible {
		return d.law.HasFlexible(insurance.LargeMedical, m) || d.law.HasFixed(insurance.LargeMedical, m, p.Kind)
	}
	return d.law.HasRate(insurance.LargeMedical, m) || d.law.HasFixed(insurance.LargeMedical, m, p.Kind)
}

// residentDue prices a coverage year of the resident schemes (R-REG-07): the
// personal premium of a group, the yearly grade of the pension.
func (d *desk) residentDue(q DueRequest, out *Due, first string) error {
	schemes := q.Schemes
	if len(schemes) == 0 {
		if q.Group != "" || q.Grade == "" {
			schemes = append(schemes, insurance.ResidentMedical)
		}
		if q.Grade != "" {
			schemes = append(schemes, insurance.ResidentPension)
		}
	}
	for i, s := range schemes {
		path := first
		if i > 0 {
			path = fmt.Sprintf("/lines/%d", i)
		}
		var amount *money.Fen
		var head *law.Head
		var h *law.Hole
		var err error
		switch s {
		case insurance.ResidentMedical:
			amount, head, h, err = d.residentPremium(q.Year, q.Group)
		case insurance.ResidentPension:
			amount, head, h = d.residentGrade(q.Year, q.Grade)
		default:
			h = &law.Hole{Parameter: "resident." + s.String(), Ask: "--schemes resident_medical|resident_pension"}
		}
		if err != nil {
			return err
		}
		line := Line{Scheme: s, Employer: fen(0), Basis: []string{}}
		tr := Trace{Path: path, Rows: []string{}}
		if amount != nil && q.Support != "" {
			amount, h = d.supported(q, s, *amount, &line, &tr)
		}
		line.Person = amount
		if head != nil {
			line.Basis = append(line.Basis, head.Cite())
			tr.Rows = append(tr.Rows, head.ID)
			d.mark(path+"/person", head.Doubt(), head.Why())
		}
		if amount != nil {
			tr.Person = &ShareTrace{Fixed: amount, Amount: *amount, Rows: tr.Rows}
		}
		if h != nil {
			m := q.Month // of a month that is made up; else the year's first
			if m == 0 {
				m = calendar.NewMonth(q.Year, 1)
			}
			d.miss(Missing{Scheme: s.String(), Month: m, Parameter: h.Parameter, Area: d.law.Area(), Ask: d.ask(h.Ask)})
		}
		out.Trace = append(out.Trace, tr)
		out.Lines = append(out.Lines, line)
	}
	return nil
}

// supported is what is left to a person of whose share the state bears a part
// (SIL 25; R-REG-07).
func (d *desk) supported(q DueRequest, s insurance.Scheme, share money.Fen, line *Line, tr *Trace) (*money.Fen, *law.Hole) {
	row, h := d.law.ResidentSupport(s, q.Support, calendar.NewMonth(q.Year, 12).Last())
	if h != nil {
		return nil, h
	}
	line.Basis, tr.Rows = append(line.Basis, row.Cite()), append(tr.Rows, row.ID)
	return fen(row.Own(share)), nil
}

// residentPremium is the group's yearly amount; where the area prints a rate of
// a base a month, each month is rounded and twelve are paid.
func (d *desk) residentPremium(year int, group string) (*money.Fen, *law.Head, *law.Hole, error) {
	row, h := d.law.ResidentMedical(year, group)
	if h != nil {
		return nil, nil, h, nil
	}
	if row.Personal != nil {
		return row.Personal, &row.Head, nil, nil
	}
	if row.PersonalRate == nil || row.RateBase == nil {
		return nil, &row.Head, &law.Hole{Parameter: "resident_medical.personal"}, nil
	}
	rule := d.law.Rounding("amount", "person", insurance.Resident, calendar.NewMonth(year, 1))
	if rule == nil {
		return nil, &row.Head, &law.Hole{Parameter: "rounding.amount"}, nil
	}
	v, err := rule.Rounding.Mul(*row.RateBase, row.PersonalRate.Rate())
	if err != nil {
		return nil, nil, nil, err
	}
	v *= 12
	return &v, &row.Head, nil, nil
}

// residentGrade is the yearly fee a person chose, if the area has it.
func (d *desk) residentGrade(year int, grade string) (*money.Fen, *law.Head, *law.Hole) {
	row, h := d.law.ResidentPension(calendar.NewMonth(year, 1))
	if h != nil {
		return nil, nil, h
	}
	var fees []money.Fen
	for _, g := range row.Grades {
		fees = append(fees, g.MinFee)
	}
	ask := "--grade " + fenOptions(fees)
	if row.Max != nil {
		ask = "--grade " + fees[0].String() + ".." + row.Max.String()
	}
	v, err := money.ParseFen(grade)
	ok := err == nil && slices.Contains(fees, v)
	if row.Max != nil && err == nil {
		ok = v >= fees[0] && v <= *row.Max
	}
	if !ok {
		return nil, &row.Head, &law.Hole{Parameter: "resident_pension.grade", Ask: ask}
	}
	return &v, &row.Head, nil
}
