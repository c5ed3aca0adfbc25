package assess

import (
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// exactLine is what a Cell is made from: the terms of a scheme and month and
// the coefficient of the late fee. No terms: the scheme has no line there.
type exactLine struct {
	terms *Terms
	fee   feeTerms
}

// feeTerms is a late fee before its principal is known.
type feeTerms struct {
	coefficient money.Rate
	rounding    money.Rounding
	capped      bool
	missing     bool
}

func (d *desk) exactLine(q CompileRequest, p law.Payer, s insurance.Scheme, m calendar.Month) (exactLine, error) {
	t := d.terms(s, m, p, q.Injury, q.Grade)
	for _, h := range t.holes {
		d.missHole(&h.Hole, t)
	}
	if h := t.baseHole(); h != nil {
		d.missHole(h, t)
	}
	fee, err := d.feeTerms(q, s, m)
	return exactLine{t, fee}, err
}

// baseHole is what baseOf will miss for some wages or all.
func (t *Terms) baseHole() *law.Hole {
	switch {
	case t.holed("base") || t.base.of == "none" || t.base.of == "amount":
		return nil
	case t.base.of == "choice":
		return &law.Hole{Parameter: "flexible.base", Ask: t.base.ask}
	case t.base.floor == nil:
		return &law.Hole{Parameter: "bases.floor"}
	case t.base.ceiling == nil && !t.base.open:
		return &law.Hole{Parameter: "bases.ceiling"}
	}
	return nil
}

func (t *Terms) holed(field string) bool {
	for _, h := range t.holes {
		if h.field == field {
			return true
		}
	}
	return false
}

// feeTerms runs the rules of the month on no principal: start, end, rates and
// cap do not depend on it.
func (d *desk) feeTerms(q CompileRequest, s insurance.Scheme, m calendar.Month) (feeTerms, error) {
	if q.Paid == 0 {
		return feeTerms{}, nil
	}
	f, err := d.monthFee(LateFeeRequest{
		Scheme: s, Month: m, Paid: q.Paid, Deadline: q.Deadlines[m], Payer: q.Payer.Kind, Cause: q.Cause, Pauses: q.Pauses, Lang: q.Lang,
	})
	if err != nil {
		return feeTerms{}, err
	}
	if f.hole != nil {
		d.miss(Missing{Scheme: s.String(), Month: m, Parameter: f.hole.Parameter, Area: d.law.Area(), Ask: f.hole.Ask, Text: f.hole.Text.In(q.Lang)})
		return feeTerms{missing: true}, nil
	}
	coef, err := coefficient(f.trace.Segments)
	out := feeTerms{coefficient: coef, capped: f.trace.CapMode == "principal"}
	if rule := d.law.Rounding("late_fee", "", q.Payer.Kind, f.trace.Start.Month()); coef != 0 && rule != nil {
		out.rounding = rule.Rounding
	}
	return out, err
}

// missing is what no wage has.
func (x *exactLine) missing() (out Fields) {
	t := x.terms
	noBase := t.holed("base") || t.base.of == "none" || (t.base.of != "amount" && t.base.of != "choice" && t.base.floor == nil)
	if t.holed("employer") || t.employer.lacks(noBase) {
		out |= FieldEmployer
	}
	if t.holed("person") || t.person.lacks(noBase) {
		out |= FieldPerson
	}
	if out != 0 || x.fee.missing {
		out |= FieldLateFee // its principal is both shares
	}
	return out
}

// lacks reports whether the share cannot be known, given that there is no base.
func (s *share) lacks(noBase bool) bool {
	return s.rate == nil || (noBase && (*s.rate != 0 || len(s.parts) > 0))
}

// Amounts are the figures of a line, in fen; those in Missing are zero.
type Amounts struct {
	Employer, Person, LateFee money.Fen
	Missing                   Fields
}

// Exact prices single lines with the functions of the traced path, where a
// Cell cannot: a base chosen from a list, a ceiling that was not seen, a wage
// past the limits, a rounding that is not half up. It holds what these
// functions write down, to spare memory; use one a goroutine.
type Exact struct {
	wage  money.Fen
	trace Trace
	last  *money.Fen
}

// Base is the base of the line that was priced last, nil where it has none.
func (x *Exact) Base() *money.Fen {
	if x.last == nil {
		return nil
	}
	v := *x.last
	return &v
}

// base is what baseOf finds, nil for a hole. Holes that whole columns may have
// are seen here first, because naming one costs memory.
func (x *Exact) base(t *Terms, wage money.Fen) (*money.Fen, error) {
	switch {
	case t.holed("base"), t.base.of == "choice" && !slices.Contains(t.base.choices, wage):
		return nil, nil
	case t.base.of == "wage" && !t.base.open && t.base.ceiling == nil && t.base.floor != nil:
		r, err := t.base.rounding.Amount(wage)
		if err != nil || r > *t.base.floor {
			return nil, err
		}
		return t.base.floor, nil
	}
	x.wage = wage
	base, _, err := t.baseOf(&x.wage, &x.trace)
	return base, err
}

// Price prices a wage in a column and month of the table.
func (x *Exact) Price(t *Table, column, month int, wage money.Fen) (a Amounts, err error) {
	line := &t.Columns[column].lines[month]
	x.last = nil
	if line.terms == nil {
		return a, nil
	}
	a.Missing = line.missing()
	base, err := x.base(line.terms, wage)
	x.last = base
	if err != nil {
		return a, err
	}
	for _, side := range []struct {
		s     *share
		field Fields
		to    *money.Fen
	}{{&line.terms.employer, FieldEmployer, &a.Employer}, {&line.terms.person, FieldPerson, &a.Person}} {
		if a.Missing&side.field != 0 || side.s.lacks(base == nil) {
			a.Missing |= side.field | FieldLateFee
			continue
		}
		if *side.to, _, err = side.s.amount(base, *side.s.rate); err != nil {
			return a, err
		}
	}
	if a.Missing&FieldLateFee != 0 || line.fee.coefficient == 0 {
		return a, nil
	}
	principal, err := a.Employer.Add(a.Person)
	if err != nil {
		return a, err
	}
	if a.LateFee, err = line.fee.rounding.Mul(principal, line.fee.coefficient); err != nil {
		return a, err
	}
	if line.fee.capped {
		a.LateFee = min(a.LateFee, principal)
	}
	return a, nil
}
