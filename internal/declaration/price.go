package declaration

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Pricer prices months by the law as it was known on a day. Tariffs are kept:
// a roster of thousands has few kinds of payers. It is safe for concurrent use.
type Pricer struct {
	laws *law.Library
	mu   sync.Mutex
	kept map[string]*Tariff
}

// maxTariffs bounds what is kept; a year of an area has some hundred.
const maxTariffs = 4096

// NewPricer returns a pricer over the packs.
func NewPricer(laws *law.Library) *Pricer { return &Pricer{laws: laws, kept: map[string]*Tariff{}} }

// Query says whose month is priced, and by whose knowledge of the law.
type Query struct {
	Area    string
	Month   calendar.Month
	Known   calendar.Date // the day of the declaration
	Payer   law.Payer     // employee or flexible
	Schemes []insurance.Scheme
	Injury  assess.Injury
	Grade   string
}

func (q Query) key() string {
	parts := []string{q.Area, q.Month.String(), q.Known.String(), string(q.Payer.Kind), strings.Join(q.Payer.Populations, ","), q.Payer.Tier, string(q.Payer.UnitType),
		q.Payer.Hukou, q.Payer.HukouKind, strconv.Itoa(q.Injury.Class), q.Grade}
	if q.Injury.Rate != nil {
		parts = append(parts, q.Injury.Rate.String())
	}
	for _, s := range q.Schemes {
		parts = append(parts, s.String())
	}
	return strings.Join(parts, "|")
}

// Tariff is what a month costs a kind of payer: for every scheme the compiled
// terms, whose limits they have, and the last day of payment.
type Tariff struct {
	Policy  string // digest of the packs
	area    string
	month   calendar.Month
	columns []column
}

type column struct {
	table   *assess.Table
	at      int // place in the table
	scheme  insurance.Scheme
	carried calendar.Month // limits of this month were carried on; zero: its own
	payBy   calendar.Date
}

// Priced is what a scheme costs a payer in a month.
type Priced struct {
	Scheme      insurance.Scheme
	Base        *money.Fen
	Employer    money.Fen
	Person      money.Fen
	CarriedFrom calendar.Month
	PayBy       calendar.Date
}

// Tariff finds the tariff of a query, made once for all payers of the kind.
func (p *Pricer) Tariff(q Query) (*Tariff, error) {
	key := q.key()
	p.mu.Lock()
	t := p.kept[key]
	p.mu.Unlock()
	if t != nil {
		return t, nil
	}
	t, err := p.compile(q)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) >= maxTariffs {
		clear(p.kept)
	}
	p.kept[key] = t
	return t, nil
}

// Reader opens the law of an area as it was known on a day.
func (p *Pricer) Reader(area string, known calendar.Date) (*law.Reader, error) {
	b, err := p.laws.Book(area)
	if err != nil {
		return nil, err
	}
	return b.Read(known, false), nil
}

func (p *Pricer) compile(q Query) (*Tariff, error) {
	r, err := p.Reader(q.Area, q.Known)
	if err != nil {
		return nil, err
	}
	ask := assess.CompileRequest{From: q.Month, To: q.Month, Payer: q.Payer, Schemes: q.Schemes, Injury: q.Injury, Grade: q.Grade}
	table, err := assess.Compile(r, ask)
	if err != nil {
		return nil, err
	}
	t := &Tariff{Policy: r.Policy().Digest, area: q.Area, month: q.Month}
	for i := range table.Columns {
		c := column{table: table, at: i, scheme: table.Columns[i].Scheme}
		ask.Schemes = []insurance.Scheme{c.scheme}
		if err := c.carry(r, ask); err != nil {
			return nil, err
		}
		c.payBy = assess.NewWindow(r, assess.WindowRequest{Month: q.Month, Scheme: c.scheme, Payer: q.Payer.Kind}).PayBy
		t.columns = append(t.columns, c)
	}
	return t, nil
}

// maxCarry is how many months back limits are looked for: limits hold for a
// year, and a year is published late, not left out.
const maxCarry = 12

// carry takes the limits of the last month that has any, where no limits of
// the month itself are known yet (docs/adr/0007). What else is missing stays.
func (c *column) carry(r *law.Reader, ask assess.CompileRequest) error {
	if !unpublished(c.table, c.scheme) {
		return nil
	}
	for k := 1; k <= maxCarry; k++ {
		ask.Limits = ask.From.Add(-k)
		table, err := assess.Compile(r, ask)
		if err != nil {
			return err
		}
		if !unpublished(table, c.scheme) {
			c.table, c.at, c.carried = table, 0, ask.Limits
			return nil
		}
	}
	return nil
}

// unpublished reports whether no limits of the scheme are known at all.
func unpublished(t *assess.Table, s insurance.Scheme) bool {
	return slices.ContainsFunc(t.Missing, func(m law.Missing) bool {
		return m.Scheme == s.String() && m.Ask == "" && (m.Parameter == "bases" || m.Parameter == "bases.reference" || m.Parameter == "flexible")
	})
}

// Price prices a wage and appends a line a scheme. A figure that is not known
// is fault declaration.missing, which names what is missing.
func (t *Tariff) Price(x *assess.Exact, wage money.Fen, out []Priced) ([]Priced, error) {
	for i := range t.columns {
		c := &t.columns[i]
		a, err := x.Price(c.table, c.at, 0, wage)
		if err != nil {
			return nil, err
		}
		if a.Missing&(assess.FieldEmployer|assess.FieldPerson) != 0 {
			return nil, t.missing(c)
		}
		out = append(out, Priced{Scheme: c.scheme, Base: x.Base(), Employer: a.Employer, Person: a.Person, CarriedFrom: c.carried, PayBy: c.payBy})
	}
	return out, nil
}

func (t *Tariff) missing(c *column) error {
	args := fault.Args{"scheme": c.scheme.String(), "month": t.month.String(), "area": t.area, "parameter": "wage", "ask": ""}
	for _, m := range c.table.Missing {
		if m.Scheme == c.scheme.String() {
			args["parameter"], args["ask"] = m.Parameter, m.Ask
			break
		}
	}
	return fault.New(fault.Missing, "declaration.missing", args)
}

// Explain gives the traced answers behind the lines of a wage, one a scheme:
// rows, formulas and marks of the same figures.
func (p *Pricer) Explain(q Query, wage money.Fen) ([]*assess.Due, error) {
	t, err := p.Tariff(q)
	if err != nil {
		return nil, err
	}
	r, err := p.Reader(q.Area, q.Known)
	if err != nil {
		return nil, err
	}
	var out []*assess.Due
	for _, c := range t.columns {
		due, err := assess.NewDue(r, assess.DueRequest{Area: q.Area, Month: q.Month, Wage: &wage, Payer: q.Payer, Schemes: []insurance.Scheme{c.scheme},
			Injury: q.Injury, Grade: q.Grade, Limits: c.carried})
		if err != nil {
			return nil, err
		}
		out = append(out, due)
	}
	return out, nil
}

// fixed reports whether no line of the tariff moves with a wage.
func (t *Tariff) fixed() bool {
	for i := range t.columns {
		cell := &t.columns[i].table.Columns[t.columns[i].at].Cells[0]
		if cell.Floor != cell.Ceiling {
			return false
		}
	}
	return true
}
