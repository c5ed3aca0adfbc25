package assess

import (
	"slices"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Injury is the employer's risk class, or a rate of its own; both zero: not given.
type Injury struct {
	Class int
	Rate  *money.Rate
}

// fenHalfUp keeps a grade's base to the fen where an area rounds its limits by
// no rule of its own; grades are whole percents, so nothing is ever dropped in
// practice.
var fenHalfUp = money.Rounding{Mode: money.HalfUp, Units: []money.Fen{1}}

// share is what one side pays: a rate of the base times reliefs, or fixed
// amounts, or both.
type share struct {
	rate     *money.Rate // after reliefs; nil: not known (see hole)
	nominal  money.Rate  // before reliefs
	factors  []Factor
	parts    []money.Rate // rounded one by one, then summed
	fixed    *money.Fen   // added to the product
	rounding money.Rounding
	rule     *law.RoundingRule
	rows     []*law.Head
	alts     []altRate
}

type altRate struct {
	row  *law.Head
	rate money.Rate
	read string
}

// Terms is what the law says that a scheme costs in a month for a payer:
// everything but the wage. The traced kernel and the bulk path price from the
// same Terms.
type Terms struct {
	Scheme insurance.Scheme
	Month  calendar.Month

	base struct {
		of       string // wage | amount | none
		rounding money.Rounding
		floor    *money.Fen
		ceiling  *money.Fen
		open     bool // there is no ceiling
		amount   money.Fen
		choices  []money.Fen // the bases there are, where one must be chosen
		ask      string
		rows     []*law.Head
		row      *law.Base
	}
	employer, person share
	holes            []hole
}

type hole struct {
	field string // base, employer, person
	law.Hole
}

func (t *Terms) hole(h *law.Hole, fields ...string) {
	for _, f := range fields {
		t.holes = append(t.holes, hole{f, *h})
	}
}

// desk is one answer in the making: the reader, the payer and what is noted.
type desk struct {
	law    *law.Reader
	limits calendar.Month // whose limits hold; zero: those of the month itself
	text   string         // language of texts: zh or en
	words  Say
	door   door
	*notes
}

// limitsOf is the month whose limits price a month.
func (d *desk) limitsOf(m calendar.Month) calendar.Month {
	if d.limits != 0 {
		return d.limits
	}
	return m
}

func (d *desk) lang() string { return d.text }

func zeroRate() *money.Rate { z := money.Rate(0); return &z }

// terms finds the terms of a scheme. For schemes that are contained in another
// line it returns terms of zero.
func (d *desk) terms(s insurance.Scheme, m calendar.Month, p law.Payer, inj Injury, grade string) *Terms {
	t := &Terms{Scheme: s, Month: m}
	switch {
	case p.Kind == insurance.Flexible:
		d.flexibleTerms(t, p, grade)
	case s == insurance.LargeMedical:
		d.largeMedicalTerms(t, p)
	case s == insurance.Maternity && d.inMedical(s, m, p) && !d.law.HasRate(s, m):
		d.containedTerms(t, p)
	case s == insurance.Injury:
		d.injuryTerms(t, p, inj)
	default:
		d.rateTerms(t, p)
	}
	if p.Kind != insurance.Flexible {
		d.applyRelief(t, p)
	}
	for _, b := range []struct {
		s    *share
		name string
	}{{&t.employer, "employer"}, {&t.person, "person"}} {
		b.s.rule = d.law.Rounding("amount", b.name, p.Kind, m)
		if b.s.rule == nil {
			if b.s.rate != nil && *b.s.rate != 0 || len(b.s.parts) > 0 {
				t.hole(&law.Hole{Parameter: "rounding.amount"}, b.name)
			}
			continue
		}
		b.s.rounding = b.s.rule.Rounding
	}
	return t
}

// inMedical reports whether the medical line of the month contains the scheme.
func (d *desk) inMedical(s insurance.Scheme, m calendar.Month, p law.Payer) bool {
	row, _, _ := d.law.Rate(insurance.Medical, m, p)
	return row != nil && len(row.Includes) > 0 && row.Includes.Has(s)
}

// containedTerms are zero: the medical line has the money already.
func (d *desk) containedTerms(t *Terms, p law.Payer) {
	t.base.of = "none"
	row, _, _ := d.law.Rate(insurance.Medical, t.Month, p)
	t.employer.rate, t.person.rate = zeroRate(), zeroRate()
	t.employer.rows, t.person.rows = []*law.Head{&row.Head}, []*law.Head{&row.Head}
}

// wageBase sets the limits for a base that follows the wage.
func (d *desk) wageBase(t *Terms, of insurance.Scheme, p law.Payer) {
	t.base.of = "wage"
	if rule := d.law.Rounding("base", "", p.Kind, t.Month); rule != nil {
		t.base.rounding = rule.Rounding
		t.base.rows = append(t.base.rows, &rule.Head)
	}
	row, h := d.law.Base(of, d.limitsOf(t.Month), p)
	if h != nil {
		t.hole(h, "base")
		return
	}
	t.base.row = row
	t.base.rows = append(t.base.rows, &row.Head)
	t.base.floor, t.base.ceiling, t.base.open = row.Floor, row.Ceiling, row.NoCeiling
}

func (d *desk) rateTerms(t *Terms, p law.Payer) {
	row, general, h := d.law.Rate(t.Scheme, t.Month, p)
	if h != nil {
		t.hole(h, "employer", "person")
	} else {
		d.setRates(t, row, general)
	}
	switch {
	case row != nil && row.BaseAmount != nil:
		t.base.of, t.base.amount = "amount", *row.BaseAmount
		t.base.rows = append(t.base.rows, &row.Head)
	case row != nil && row.BaseOf != 0:
		d.wageBase(t, row.BaseOf, p)
	default:
		d.wageBase(t, t.Scheme, p)
	}
	d.addFixed(t, p)
}

// setRates takes each share from the row, or from the general row where the
// row for a population leaves it open.
func (d *desk) setRates(t *Terms, row, general *law.Rate) {
	set := func(s *share, of func(*law.Rate) *money.Percent, alt func(*law.Alt) *money.Percent, field string) {
		for _, r := range []*law.Rate{row, general} {
			if r == nil || of(r) == nil {
				continue
			}
			v := of(r).Rate()
			s.rate, s.nominal = &v, v
			s.rows = append(s.rows, &r.Head)
			if r.Alt != nil && alt(r.Alt) != nil {
				s.alts = append(s.alts, altRate{&r.Head, alt(r.Alt).Rate(), r.Alt.Source})
			}
			return
		}
		if d.law.HasFixed(t.Scheme, t.Month, insurance.Employee) && field == "person" {
			s.rate = zeroRate() // the person pays the fixed amount only
			return
		}
		t.hole(&law.Hole{Parameter: "rates." + field}, field)
	}
	set(&t.employer, func(r *law.Rate) *money.Percent { return r.Employer }, func(a *law.Alt) *money.Percent { return a.Employer }, "employer")
	set(&t.person, func(r *law.Rate) *money.Percent { return r.Person }, func(a *law.Alt) *money.Percent { return a.Person }, "person")
}

// addFixed adds fixed amounts of the scheme to the person's share.
func (d *desk) addFixed(t *Terms, p law.Payer) {
	for _, f := range d.law.Fixed(t.Scheme, t.Month, p.Kind) {
		_, mon := t.Month.Civil()
		v := f.Amount
		if x, ok := f.ByMonth[mon]; ok {
			v = x
		} else if f.Unit == "year" {
			t.hole(&law.Hole{Parameter: "fixed.by_month"}, "person")
			continue
		}
		if t.person.fixed != nil {
			v += *t.person.fixed
		}
		t.person.fixed = &v
		t.person.rows = append(t.person.rows, &f.Head)
	}
}

// largeMedicalTerms: a rate of its own, a fixed amount of its own, or both;
// what medical contains is zero here.
func (d *desk) largeMedicalTerms(t *Terms, p law.Payer) {
	if d.law.HasRate(t.Scheme, t.Month) {
		d.rateTerms(t, p)
		return
	}
	t.base.of = "none"
	contained := d.inMedical(t.Scheme, t.Month, p)
	if contained {
		row, _, _ := d.law.Rate(insurance.Medical, t.Month, p)
		t.employer.rows = []*law.Head{&row.Head}
	}
	d.addFixed(t, p)
	if !contained && t.person.fixed == nil {
		t.hole(&law.Hole{Parameter: "fixed"}, "employer", "person")
		return
	}
	t.employer.rate, t.person.rate = zeroRate(), zeroRate()
}

// injuryTerms: employer only, by risk class (SIL 33; R-REG-01).
func (d *desk) injuryTerms(t *Terms, p law.Payer, inj Injury) {
	t.person.rate = zeroRate()
	d.wageBase(t, insurance.Injury, p)
	if inj.Rate != nil {
		t.employer.rate, t.employer.nominal = inj.Rate, *inj.Rate
		return
	}
	row, h := d.law.Injury(t.Month)
	if h != nil {
		h.Ask = "--injury-rate"
		t.hole(h, "employer")
		return
	}
	t.employer.rows = append(t.employer.rows, &row.Head)
	v, ok := row.Classes[inj.Class]
	if inj.Class == 0 {
		v, ok = oneRate(row.Classes)
	}
	if ok {
		x := v.Rate()
		t.employer.rate, t.employer.nominal = &x, x
		return
	}
	ask := "--injury-class 1..8"
	if len(row.Classes) == 0 || inj.Class != 0 {
		ask = "--injury-rate"
	}
	t.hole(&law.Hole{Parameter: "injury.class", Ask: ask}, "employer")
}

// oneRate returns the rate where all eight classes have the same.
func oneRate(classes map[int]money.Percent) (money.Percent, bool) {
	v, ok := classes[1]
	for c := 2; c <= 8 && ok; c++ {
		w, have := classes[c]
		ok = have && w == v
	}
	return v, ok
}

// applyRelief multiplies the employer's rate by the reliefs of the month, which
// is exact; the one rounding comes with the base (contract, Rounding).
func (d *desk) applyRelief(t *Terms, p law.Payer) {
	if t.employer.rate != nil && *t.employer.rate == 0 {
		return
	}
	rows, h := d.law.Relief(t.Scheme, t.Month, p.UnitType)
	if i := slices.IndexFunc(rows, func(x *law.Relief) bool { return x.Factor == 0 }); h == nil && i >= 0 && t.employer.rate == nil {
		// waived in full: nothing needs the rate that is not known
		t.dropHoles("employer")
		t.employer.rate = zeroRate()
		t.employer.rows = append(t.employer.rows, &rows[i].Head)
		return
	}
	if t.employer.rate == nil {
		return
	}
	if h != nil {
		t.employer.rate = nil
		t.hole(h, "employer")
		return
	}
	for _, x := range rows {
		v, err := t.employer.rate.Mul(x.Factor)
		if err != nil {
			t.employer.rate = nil
			t.hole(&law.Hole{Parameter: "relief.factor"}, "employer")
			return
		}
		t.employer.rate = &v
		t.employer.factors = append(t.employer.factors, Factor{Row: x.ID, Factor: x.Factor})
		t.employer.rows = append(t.employer.rows, &x.Head)
		for i, a := range t.employer.alts {
			if w, err := a.rate.Mul(x.Factor); err == nil {
				t.employer.alts[i].rate = w
			}
		}
	}
}

// flexibleTerms: the person pays all (SIL 10, 23).
func (d *desk) flexibleTerms(t *Terms, p law.Payer, grade string) {
	t.employer.rate = zeroRate()
	if t.Scheme == insurance.LargeMedical && !d.law.HasFlexible(t.Scheme, t.Month) {
		t.base.of = "none"
		d.addFixed(t, p)
		if t.person.fixed == nil {
			t.hole(&law.Hole{Parameter: "flexible"}, "person")
			return
		}
		t.person.rate = zeroRate()
		return
	}
	row, h := d.law.Flexible(t.Scheme, t.Month, p)
	if h != nil && d.limits != 0 { // such rows hold limits beside the rate
		row, h = d.law.Flexible(t.Scheme, d.limits, p)
	}
	if h != nil {
		t.hole(h, "base", "person")
		return
	}
	t.person.rows = append(t.person.rows, &row.Head)
	for _, name := range sortedKeys(row.Parts) {
		t.person.parts = append(t.person.parts, row.Parts[name].Rate())
	}
	switch {
	case row.Rate != nil:
		v := row.Rate.Rate()
		t.person.rate, t.person.nominal = &v, v
		if row.Alt != nil && row.Alt.Rate != nil {
			t.person.alts = append(t.person.alts, altRate{&row.Head, row.Alt.Rate.Rate(), row.Alt.Source})
		}
	case row.Amount == nil:
		t.hole(&law.Hole{Parameter: "flexible.rate"}, "person")
	}
	if row.Amount != nil {
		t.person.rate, t.person.parts, t.person.alts = zeroRate(), nil, nil
		t.person.fixed = row.Amount
	}
	d.flexibleBase(t, row, p, grade)
}

func (d *desk) flexibleBase(t *Terms, row *law.Flexible, p law.Payer, grade string) {
	switch row.Choice {
	case "any":
		d.wageBase(t, t.Scheme, p)
	case "fixed":
		switch {
		case row.BaseFloor != nil:
			t.base.of, t.base.amount = "amount", *row.BaseFloor
		case row.Amount != nil:
			t.base.of = "none"
		default:
			d.floorBase(t, p)
		}
	case "grades":
		d.gradeBase(t, row, p, grade)
	case "list":
		t.base.of, t.base.choices = "choice", row.Bases
		t.base.ask = "--wage " + fenOptions(row.Bases)
	default:
		t.hole(&law.Hole{Parameter: "flexible.base"}, "base")
	}
	if row.Choice != "any" {
		return
	}
	if row.BaseFloor != nil || row.BaseCeiling != nil {
		// the row's own limits make the area's table unnecessary
		t.dropHoles("base")
		if row.BaseFloor != nil {
			t.base.floor = row.BaseFloor
		}
		if row.BaseCeiling != nil {
			t.base.ceiling = row.BaseCeiling
		}
		if t.base.floor == nil {
			t.hole(&law.Hole{Parameter: "bases.floor"}, "base")
		}
		t.base.row, t.base.rows = nil, []*law.Head{&row.Head}
	}
}

func (d *desk) floorBase(t *Terms, p law.Payer) {
	base, h := d.law.Base(t.Scheme, d.limitsOf(t.Month), p)
	if h == nil && base.Floor == nil {
		h = &law.Hole{Parameter: "bases.floor"}
	}
	if h != nil {
		t.hole(h, "base")
		return
	}
	t.base.of, t.base.amount = "amount", *base.Floor
	t.base.rows = append(t.base.rows, &base.Head)
}

// gradeBase: a percentage of the reference wage, chosen by grade or by naming
// the base itself; where there is one grade, nothing is to choose.
func (d *desk) gradeBase(t *Terms, row *law.Flexible, p law.Payer, grade string) {
	ref, h := d.law.Reference(t.Scheme, d.limitsOf(t.Month))
	if h != nil {
		t.hole(h, "base")
		return
	}
	t.base.rows = append(t.base.rows, &ref.Head)
	rounding := fenHalfUp
	if rule := d.law.Rounding("limits", "", p.Kind, t.Month); rule != nil {
		rounding = rule.Rounding
		t.base.rows = append(t.base.rows, &rule.Head)
	}
	var names []string
	t.base.of = "choice"
	for _, g := range row.Grades {
		v, err := rounding.Mul(*ref.Reference, g.Rate())
		if err != nil {
			t.hole(&law.Hole{Parameter: "flexible.grades"}, "base")
			return
		}
		if row.BaseFloor != nil { // the printed limits hold where they differ from the product by a rounding
			v = max(v, *row.BaseFloor)
		}
		if row.BaseCeiling != nil {
			v = min(v, *row.BaseCeiling)
		}
		name := percentName(g.Rate())
		names = append(names, name)
		if grade == name || len(row.Grades) == 1 {
			t.base.of, t.base.amount = "amount", v
		}
		t.base.choices = append(t.base.choices, v)
	}
	t.base.ask = "--grade " + strings.Join(names, "|")
}

// percentName writes a rate as a percentage: 0.6 is "60".
func percentName(r money.Rate) string {
	v, err := r.Times(100)
	if err != nil {
		return r.String()
	}
	return v.String()
}

func (t *Terms) dropHoles(field string) {
	var keep []hole
	for _, h := range t.holes {
		if h.field != field {
			keep = append(keep, h)
		}
	}
	t.holes = keep
}

func fenOptions(list []money.Fen) string {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.String()
	}
	return strings.Join(names, "|")
}
