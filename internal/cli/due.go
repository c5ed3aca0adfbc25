package cli

import (
	"github.com/spf13/cobra"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

func newDue(a *app) *cobra.Command {
	return a.command("due", a.due,
		flag{name: "area"}, flag{name: "month"}, flag{name: "wage"}, flag{name: "payer", def: "employee"},
		flag{name: "schemes"}, flag{name: "population"}, flag{name: "unit-type"},
		flag{name: "injury-class"}, flag{name: "injury-rate"}, flag{name: "tier"},
		flag{name: "year"}, flag{name: "group"}, flag{name: "grade"})
}

// due prices a month, or a coverage year of a resident.
func (a *app) due(x *args) error {
	q := a.dueRequest(x)
	if x.err != nil {
		return x.err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.Due(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) { p.due(answer) })
}

func (a *app) dueRequest(x *args) inquiry.DueRequest {
	q := inquiry.DueRequest{
		Area: x.text("area"), Month: x.month("month"), Year: x.year("year"), Wage: x.yuan("wage"),
		Schemes: x.schemes("schemes"), Grade: x.text("grade"), Group: x.text("group"),
		Payer: x.payer(), Populations: x.list("population"), Tier: x.text("tier"), UnitType: x.unitType(),
	}
	q.InjuryClass, q.InjuryRate = x.injury()
	switch q.Payer {
	case insurance.Employee:
		x.need("area", "month", "wage")
	case insurance.Flexible:
		x.need("area", "month")
	case insurance.Resident:
		x.need("area", "year")
		for _, other := range []string{"month", "wage", "injury-class", "injury-rate", "unit-type"} {
			x.apart("year", other)
		}
	}
	if q.Payer != insurance.Resident {
		for _, other := range []string{"year", "group"} {
			if x.given(other) {
				x.bad(usage("cli.residents_only", fault.Args{"flag": "--" + other}))
			}
		}
	}
	return q
}

func (x *args) payer() insurance.Payer {
	return insurance.Payer(x.choice("payer", string(insurance.Employee), string(insurance.Flexible), string(insurance.Resident)))
}

func (x *args) unitType() insurance.UnitType {
	if !x.given("unit-type") {
		return ""
	}
	return insurance.UnitType(x.choice("unit-type", string(insurance.MicroSmallMedium), string(insurance.LargeAndOther), string(insurance.Government)))
}

// injury reads the employer's risk class or its own rate.
func (x *args) injury() (class int, rate *money.Rate) {
	x.apart("injury-class", "injury-rate")
	if x.given("injury-rate") {
		r, err := money.ParseRate(x.text("injury-rate"))
		if err != nil || !inquiry.GoodInjuryRate(r) {
			x.badValue("injury-rate", "cli.bad_injury_rate")
		}
		rate = &r
	}
	return x.number("injury-class", 1, 8), rate
}

func (p *page) due(d *assess.Due) {
	when := d.Month.String()
	if d.Month == 0 {
		when = p.a.text("cli.due.year", fault.Args{"year": itoa(d.Year)})
	}
	p.line(p.a.area(d.Area) + "  " + when + "  " + p.a.name("payer", string(d.Payer)))
	p.gap()
	p.lines(d.Lines, d.Totals)
	p.notes(notes{d.Missing, d.Marks, p.readings(d.Alternatives), d.Policy}, p.a.lineAt(d.Lines))
}

// lines prints a table of schemes with base and shares.
func (p *page) lines(lines []assess.Line, t assess.Totals) {
	var rows [][]string
	for _, l := range lines {
		base := "-"
		if l.Base != nil {
			base = l.Base.String()
		}
		rows = append(rows, []string{p.a.schemeMonth(l.Scheme, l.Month), base, p.amount(l.Employer), p.amount(l.Person), p.amount(both(l.Employer, l.Person))})
	}
	rows = append(rows, []string{p.a.name("figure", "totals"), "", p.amount(t.Employer), p.amount(t.Person), p.amount(t.Total)})
	head := []string{p.a.name("figure", "scheme"), p.a.name("figure", "base"), p.a.name("figure", "employer"), p.a.name("figure", "person"), p.a.name("figure", "total")}
	p.table("lrrrr", head, rows)
}

// both adds the shares of a line for the eye; a sum that would include a
// missing share is missing.
func both(a, b *money.Fen) *money.Fen {
	if a == nil || b == nil {
		return nil
	}
	s, err := a.Add(*b)
	if err != nil {
		return nil
	}
	return &s
}
