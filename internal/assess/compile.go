package assess

import (
	"fmt"
	"math"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// MaxTableMonths bounds a Table; a hundred years is more than any record has.
const MaxTableMonths = 1200

// CompileRequest asks for a Table: one kind of payer, a run of months and, if
// late fees are wanted, the one day on which all months are paid.
type CompileRequest struct {
	From, To  calendar.Month     // both included
	Payer     law.Payer          // employee or flexible
	Schemes   []insurance.Scheme // exactly these columns; empty: all that apply in any of the months
	Injury    Injury
	Grade     string
	Limits    calendar.Month // as in DueRequest, for every month
	Paid      calendar.Date  // zero: no late fees
	Cause     insurance.Cause
	Deadlines map[calendar.Month]calendar.Date // fill missing deadlines
	Pauses    []Span
	Lang      string
}

// Table is the law of one area and kind of payer, made flat for the bulk path:
// for every scheme and month the integers that price a wage. It is derived from
// the same Terms and the same late-fee coefficient as a traced answer, and is
// safe for concurrent use. Months are counted from From.
type Table struct {
	Area    string
	From    calendar.Month
	Months  int
	Columns []Column
	// Attend gives, by month, the lowest wage that the cells alone do not price:
	// zero where a figure is missing, past money.MaxFen where all is well.
	Attend []uint64
	// Rounds gives the steps by which a wage is rounded before it is clamped, by
	// month; nil where no month has any.
	Rounds [][2]Step
	// Missing names the values behind missing figures. Those of bases.ceiling
	// and flexible.base concern only wages above the floor or off the list.
	Missing []Missing
	Policy  law.Policy
}

// Column holds a scheme's cells by month.
type Column struct {
	Scheme insurance.Scheme
	Plain  bool // all amounts are kept to the fen, none is fixed, no fee is capped
	Cells  []Cell
	Exact  []money.Fen // the lowest wage that a cell cannot price, and Exact can
	lines  []exactLine
}

// Cell prices a wage (between zero and Column.Exact) without a branch:
//
//	base      = clamp(rounded wage, Floor, Ceiling)
//	employer  = Employer.Of(base) x EmployerUnit
//	person    = Person.Of(base) x PersonUnit + Fixed
//	principal = employer + person
//	late fee  = min(LateFee.Of(principal) x FeeUnit, principal | Uncapped)
//
// Compile sees to it that no operand passes the limit of its Multiplier.
// Figures in Missing come out as zero and are not to be shown. A Cell fills one
// cache line.
type Cell struct {
	Floor, Ceiling                    money.Fen
	Employer, Person, LateFee         money.Multiplier
	EmployerUnit, PersonUnit, FeeUnit uint16
	Missing                           Fields
	Fixed                             money.Fen
	Uncapped                          money.Fen // all ones, or zero where the fee never passes the principal
}

// Fields is a set of figures of a line.
type Fields uint8

// The figures.
const (
	FieldEmployer Fields = 1 << iota
	FieldPerson
	FieldLateFee

	AllFields = FieldEmployer | FieldPerson | FieldLateFee
)

// Step rounds a wage to a unit: Multiplier.Of(wage) x Unit.
type Step struct {
	Multiplier money.Multiplier
	Unit       money.Fen
}

// never is past every wage that is allowed.
const never = money.MaxFen + 1

// Compile makes a Table. A request without months or for residents, who have
// no months, is an Invalid fault.
func Compile(r *law.Reader, q CompileRequest) (*Table, error) {
	if q.From <= 0 || q.To < q.From || q.To-q.From >= MaxTableMonths {
		return nil, fault.New(fault.Invalid, "bulk.months", fault.Args{"max": fmt.Sprint(MaxTableMonths)})
	}
	if q.Payer.Kind != insurance.Employee && q.Payer.Kind != insurance.Flexible {
		return nil, fault.New(fault.Invalid, "bulk.payer", nil)
	}
	d := &desk{law: r, limits: q.Limits, text: q.Lang, notes: &notes{}}
	payer, _ := r.Expand(q.Payer)
	n := int(q.To-q.From) + 1
	t := &Table{Area: r.Area(), From: q.From, Months: n, Attend: make([]uint64, n), Policy: r.Policy()}
	for i := range t.Attend {
		t.Attend[i] = uint64(never)
	}
	apply := make([][]insurance.Scheme, n)
	columns := slices.Clone(q.Schemes)
	for i := range apply {
		apply[i] = q.Schemes
		if len(q.Schemes) == 0 {
			apply[i] = d.schemesFor(nil, q.From.Add(i), payer)
			columns = append(columns, apply[i]...)
		}
	}
	slices.SortFunc(columns, func(a, b insurance.Scheme) int { return a.Index() - b.Index() })
	rounds, ok := d.wageSteps(q, t)
	for _, s := range slices.Compact(columns) {
		col := Column{Scheme: s, Plain: true, Cells: make([]Cell, n), Exact: make([]money.Fen, n), lines: make([]exactLine, n)}
		for i := range n {
			if slices.Contains(apply[i], s) {
				line, err := d.exactLine(q, payer, s, q.From.Add(i))
				if err != nil {
					return nil, err
				}
				col.lines[i] = line
			}
			col.set(i, ok[i])
			t.Attend[i] = min(t.Attend[i], uint64(col.Exact[i]))
			if col.Cells[i].Missing != 0 {
				t.Attend[i] = 0
			}
		}
		t.Columns = append(t.Columns, col)
	}
	t.Rounds, t.Missing = rounds, d.closed().Missing
	return t, nil
}

// wageSteps finds how wages are rounded. Where the rule cannot be written as
// steps, ok is false and every wage of the month goes the long way.
func (d *desk) wageSteps(q CompileRequest, t *Table) (rounds [][2]Step, ok []bool) {
	same, _ := money.HalfUp.UnitMultiplier(1)
	all, used := make([][2]Step, t.Months), false
	ok = make([]bool, t.Months)
	for i := range all {
		all[i], ok[i] = [2]Step{{same, 1}, {same, 1}}, true
		rule := d.law.Rounding("base", "", q.Payer.Kind, q.From.Add(i))
		if rule == nil {
			continue
		}
		used = true
		ok[i] = len(rule.Rounding.Units) <= 2
		for k, u := range rule.Rounding.Units[:min(2, len(rule.Rounding.Units))] {
			m, limit := rule.Rounding.Mode.UnitMultiplier(u)
			all[i][k] = Step{m, u}
			ok[i] = ok[i] && limit >= money.MaxFen
		}
	}
	if !used {
		all = nil
	}
	return all, ok
}

// set fills the cell of a month from its line.
func (c *Column) set(i int, steps bool) {
	cell, exact, ok := c.lines[i].cell()
	if !ok || !steps {
		cell, exact = blankCell(), 0
	}
	c.Cells[i], c.Exact[i] = cell, exact
	c.Plain = c.Plain && cell.EmployerUnit == 1 && cell.PersonUnit == 1 && cell.FeeUnit == 1 && cell.Fixed == 0 && cell.Uncapped != 0
}

// blankCell prices everything at zero.
func blankCell() Cell {
	return Cell{EmployerUnit: 1, PersonUnit: 1, FeeUnit: 1, Uncapped: math.MaxInt64}
}

// cell turns a line into a Cell and the lowest wage that it does not price; not
// ok if it prices none.
func (x *exactLine) cell() (c Cell, exact money.Fen, ok bool) {
	c, exact = blankCell(), never
	t := x.terms
	if t == nil { // no line in this month
		return c, exact, true
	}
	low, high, exact, ok := t.span()
	if !ok || t.employer.fixed != nil || len(t.employer.parts) > 0 {
		return c, 0, false
	}
	c.Missing = x.missing()
	limit := money.MaxFen
	if c.Missing&FieldEmployer == 0 {
		ok = t.employer.prepare(&c.Employer, &c.EmployerUnit, &limit)
	}
	if c.Missing&FieldPerson == 0 && ok {
		if t.person.fixed != nil {
			c.Fixed = *t.person.fixed
		}
		if len(t.person.parts) > 0 { // parts are rounded one by one: only a base that is known has an amount now
			v, _, err := t.person.amount(&low, *t.person.rate)
			c.Fixed, ok = v, err == nil && low == high && exact == never
		} else {
			ok = t.person.prepare(&c.Person, &c.PersonUnit, &limit)
		}
	}
	feeLimit := never
	if c.Missing&FieldLateFee == 0 && ok {
		fee := share{rate: &x.fee.coefficient, rounding: x.fee.rounding}
		ok = fee.prepare(&c.LateFee, &c.FeeUnit, &feeLimit)
	}
	if x.fee.capped {
		c.Uncapped = 0
	}
	top := min(high, limit)
	for top > 0 && c.principal(top) > feeLimit {
		top /= 2
	}
	if top < high {
		exact = min(exact, top-t.margin())
	}
	c.Floor, c.Ceiling = low, top
	return c, exact, ok && low >= 0 && low <= top && c.Fixed >= 0 && c.principal(top) <= feeLimit && exact > 0
}

func (c *Cell) principal(base money.Fen) money.Fen {
	return c.Employer.Of(base)*money.Fen(c.EmployerUnit) + c.Person.Of(base)*money.Fen(c.PersonUnit) + c.Fixed
}

// prepare makes the Multiplier of a rate and lowers the limit to its own.
func (s *share) prepare(m *money.Multiplier, unit *uint16, limit *money.Fen) bool {
	if *s.rate == 0 {
		return true
	}
	x, most := s.rounding.Multiplier(*s.rate)
	if most < 0 || s.rounding.Units[0] > math.MaxUint16 {
		return false
	}
	*m, *unit, *limit = x, uint16(s.rounding.Units[0]), min(*limit, most)
	return true
}

// span finds between which bases a wage moves, and from which wage on the base
// is not known by them; not ok if the wage chooses from a list.
func (t *Terms) span() (low, high, exact money.Fen, ok bool) {
	switch t.base.of {
	case "none":
		return 0, 0, never, true
	case "amount":
		return t.base.amount, t.base.amount, never, true
	case "choice":
		return 0, 0, 0, false
	}
	if t.base.floor == nil {
		return 0, 0, never, true // the figures that need it are missing
	}
	low = *t.base.floor
	switch {
	case t.base.open:
		return low, money.MaxFen, never, true
	case t.base.ceiling == nil: // not seen: wages above the floor have no base
		return low, low, low + 1 - t.margin(), true
	}
	return low, max(low, *t.base.ceiling), never, true
}

// margin is more than a wage may gain by rounding.
func (t *Terms) margin() (sum money.Fen) {
	for _, u := range t.base.rounding.Units {
		sum += u
	}
	return sum
}
