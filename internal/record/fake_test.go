package record

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// prices is a law of fixed prices: bases between 1000 and 9000 yuan, pension
// 16 % and 8 %, medical 10 % and 2 %, the last day of payment the 15th of the
// next month.
type prices struct {
	noDeadline  bool
	waived      calendar.Month // nothing is owed for this month
	unknown     calendar.Month // the law of this month is not known but for its limits
	raisedAfter calendar.Date  // the limits were raised on this day
	deferredTo  calendar.Date  // a policy defers every month to this day
	broken      string         // the method that fails
}

var errBroken = errors.New("broken")

func (p *prices) err(method string) error {
	if p.broken == method {
		return errBroken
	}
	return nil
}

func (p *prices) Schemes(row *Row, m calendar.Month) ([]insurance.Scheme, error) {
	if row.Payer == insurance.Flexible {
		return []insurance.Scheme{insurance.Pension}, p.err("Schemes")
	}
	return []insurance.Scheme{insurance.Pension, insurance.Medical}, p.err("Schemes")
}

func (p *prices) Owed(row *Row, s insurance.Scheme, m calendar.Month, wage *money.Fen) (Owed, error) {
	if wage == nil {
		return Owed{}, p.err("Owed")
	}
	base := min(max(*wage, 1000_00), 9000_00)
	out := p.on(s, m, base)
	return out, p.err("Owed")
}

func (p *prices) At(row *Row, s insurance.Scheme, m calendar.Month, base money.Fen) (Owed, error) {
	return p.on(s, m, base), p.err("At")
}

func (p *prices) on(s insurance.Scheme, m calendar.Month, base money.Fen) Owed {
	employer, person := base*16/100, base*8/100
	if s == insurance.Medical {
		employer, person = base*10/100, base*2/100
	}
	switch m {
	case p.unknown:
		return Owed{Base: &base}
	case p.waived:
		employer, person = 0, 0
	}
	return Owed{&base, &employer, &person}
}

func (p *prices) LastDay(row *Row, s insurance.Scheme, m calendar.Month) (calendar.Date, error) {
	if p.noDeadline {
		return 0, p.err("LastDay")
	}
	return m.Add(1).First() + 14, p.err("LastDay")
}

func (p *prices) RaisedLater(row *Row, s insurance.Scheme, m calendar.Month, wage, base money.Fen, paid calendar.Date) (bool, error) {
	return p.raisedAfter != 0 && paid <= p.raisedAfter, p.err("RaisedLater")
}

func (p *prices) DeferredOn(row *Row, s insurance.Scheme, m calendar.Month, on calendar.Date) (bool, error) {
	return p.deferredTo != 0 && on <= p.deferredTo, p.err("DeferredOn")
}

// rows reads facts, one a line: the kind, the months, then fields as they are
// called in JSON. Without another word the area is A, the payer an employee
// and the scheme pension.
//
//	employment 2020-01..2020-12 wage=5000 employer=X
func rows(t testing.TB, text string) []Row {
	t.Helper()
	var out []Row
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		r := Row{Kind: Kind(words[0]), Person: "p", Area: "A", Payer: insurance.Employee, Scheme: insurance.Pension}
		from, to, several := strings.Cut(words[1], "..")
		if !several {
			to = from
		}
		r.From, r.To = month(t, from), month(t, to)
		for _, w := range words[2:] {
			name, value, _ := strings.Cut(w, "=")
			if err := set(&r, name, value); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		out = append(out, r)
	}
	return out
}

func set(r *Row, name, value string) (err error) {
	fen := func() *money.Fen {
		f, ferr := money.ParseFen(value)
		err = ferr
		return &f
	}
	switch name {
	case "wage":
		r.Wage = fen()
	case "base":
		r.Base = fen()
	case "employer_paid":
		r.EmployerPaid = fen()
	case "person_paid":
		r.PersonPaid = fen()
	case "paid_on":
		r.PaidOn, err = calendar.ParseDate(value)
	case "known_on":
		r.KnownOn, err = calendar.ParseDate(value)
	case "area":
		r.Area = value
	case "employer":
		r.Employer = value
	case "payer":
		r.Payer, err = insurance.ParsePayer(value)
	case "cause":
		r.Cause, err = insurance.ParseCause(value)
	case "scheme":
		if value == "all" {
			r.Scheme = 0
			return nil
		}
		r.Scheme, err = insurance.ParseScheme(value)
	default:
		err = fmt.Errorf("no field %q", name)
	}
	return err
}

func month(t testing.TB, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return m
}

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

// on is a day of a table.
func on(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func build(t testing.TB, text, asOf string, p *prices) *Grid {
	t.Helper()
	g, err := Build(rows(t, text), day(t, asOf), day(t, asOf), p)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// lines writes a grid, one month a line: the month, the category with its
// sub-kind, the cause, the months late, what was paid and what was due where
// that differs, and whatever else is out of the ordinary.
func lines(g *Grid, s insurance.Scheme) string {
	var out []string
	for i := range g.Cells {
		c := &g.Cells[i]
		if c.Scheme != s {
			continue
		}
		w := []string{c.Month.String(), string(c.Category)}
		if c.Kind != "" {
			w[1] += "/" + c.Kind
		}
		if c.Cause != "" {
			w = append(w, string(c.Cause))
		}
		if c.LateBy != 0 {
			w = append(w, fmt.Sprintf("late=%d", c.LateBy))
		}
		if paid := c.EmployerPaid + c.PersonPaid; c.EmployerDue != nil && c.PersonDue != nil && paid != 0 && paid != *c.EmployerDue+*c.PersonDue {
			w = append(w, fmt.Sprintf("paid=%s+%s of %s+%s", c.EmployerPaid, c.PersonPaid, c.EmployerDue, c.PersonDue))
		}
		if c.Area != "A" {
			w = append(w, "area="+c.Area)
		}
		if c.Unallocated {
			w = append(w, "unallocated")
		}
		if c.Benefit {
			w = append(w, "benefit")
		}
		out = append(out, strings.Join(w, " "))
	}
	return strings.Join(out, "\n")
}

// block trims the indentation of a text in a table.
func block(s string) string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}
