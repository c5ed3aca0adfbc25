package office

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/declaration"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// makeup is what the facts and effects of a back-payment share: the months of
// the case, what the books say of them, and what the kernel makes of them.
type makeup struct {
	months  []casework.Month
	persons []string
	grids   map[string]*record.Grid
	cells   map[arrears.Month]*record.Cell // of the payer of the case
	ruled   *ruled
	billed  map[arrears.Month]bool // months of the bill at hand, or that were paid
}

// settled reports whether a month is of the bill at hand, or paid with the case.
func (v *makeup) settled(m casework.Month) bool { return v.billed[keyOf(m)] }

// ruled is what the law says of the months.
type ruled struct {
	months      []casework.Month
	lines       []declaration.BackPayLine
	rules       map[string]bool // that speak of a month which may be made up
	conditional int
	reasons     []string // of what is refused
}

func keyOf(m casework.Month) arrears.Month {
	return arrears.Month{Person: m.Person, Scheme: m.Scheme, FeeMonth: m.FeeMonth}
}

// view reads what the books say of the months of the case, once a step.
func (s *caseStep) view(ctx context.Context) (*makeup, error) {
	if s.makeup != nil {
		return s.makeup, nil
	}
	v := &makeup{months: slices.Clone(s.months), cells: map[arrears.Month]*record.Cell{}}
	if s.c.Seq == 0 && s.in.Data["whole_unit"] == "true" {
		var err error
		if v.months, err = s.wholeUnit(ctx); err != nil {
			return nil, err
		}
	}
	v.tidy()
	var err error
	if v.grids, err = history.Grids(ctx, s.tx, s.o.Laws, v.persons, registry.When{AsOf: s.tx.Today()}); err != nil {
		return nil, err
	}
	for p, g := range v.grids {
		for i := range g.Cells {
			if c := &g.Cells[i]; c.Employer == s.c.Employer {
				v.cells[arrears.Month{Person: p, Scheme: c.Scheme, FeeMonth: c.Month}] = c
			}
		}
	}
	if s.c.Seq == 0 || s.anew {
		v.withLargeMedical()
	}
	s.makeup = v
	return v, nil
}

// tidy puts months in order, each once, and lists their persons.
func (v *makeup) tidy() {
	slices.SortFunc(v.months, func(a, b casework.Month) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Scheme.Index(), b.Scheme.Index()), cmp.Compare(a.FeeMonth, b.FeeMonth))
	})
	v.months = slices.CompactFunc(v.months, func(a, b casework.Month) bool { return keyOf(a) == keyOf(b) })
	v.persons = nil
	for _, m := range v.months {
		v.persons = append(v.persons, m.Person)
	}
	v.persons = slices.Compact(v.persons)
}

// withLargeMedical adds the supplement that comes along with medical insurance.
func (v *makeup) withLargeMedical() {
	for _, m := range v.months {
		k := arrears.Month{Person: m.Person, Scheme: insurance.LargeMedical, FeeMonth: m.FeeMonth}
		if c := v.cells[k]; m.Scheme == insurance.Medical && c != nil && c.Category == record.Arrears {
			m.Scheme = insurance.LargeMedical
			v.months = append(v.months, m)
		}
	}
	v.tidy()
}

// wholeUnit is every month that the employer owes (R-ROUTE-06).
func (s *caseStep) wholeUnit(ctx context.Context) (out []casework.Month, err error) {
	for p := (books.Page{Limit: 1000}); ; {
		list, err := s.tx.Debts(ctx, arrears.Filter{State: arrears.Open, Employer: s.c.Employer}, p)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			out = append(out, casework.Month{Person: d.Person, Scheme: d.Scheme, FeeMonth: d.FeeMonth})
			p.After = d.ID
		}
		if len(list) < p.Size() {
			return standing(ctx, s.tx, out)
		}
	}
}

// applied is the day of the application: the way goes by it, also that of a part
// which is split off later.
func (s *caseStep) applied() calendar.Date {
	return cmp.Or(s.c.OpenedOn, s.tx.Today())
}

// rule asks the kernel for verdict, way and price of the months of the case, and
// of no others: what is lump is what is made up at once here.
func (s *caseStep) rule(ctx context.Context) (*ruled, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if v.ruled == nil {
		v.ruled, err = s.ruleOn(ctx, v, s.applied())
	}
	return v.ruled, err
}

// payer is in which capacity the months of the case are paid.
func (s *caseStep) payer() insurance.Payer {
	if s.c.Employer == "" {
		return insurance.Flexible
	}
	return insurance.Employee
}

// ruleOn is rule as of a day.
func (s *caseStep) ruleOn(ctx context.Context, v *makeup, on calendar.Date) (*ruled, error) {
	laws := assess.NewLaws(s.o.Laws.Book).On(on, s.tx.Today())
	rows, err := history.Read(ctx, s.tx, laws, v.persons, registry.When{AsOf: on, KnownAt: s.tx.Today()})
	if err != nil {
		return nil, err
	}
	people, err := s.tx.PersonFacts(ctx, v.persons, registry.When{AsOf: on, KnownAt: s.tx.Today()})
	if err != nil {
		return nil, err
	}
	var unit *assess.Employer
	if s.c.Employer != "" {
		e, err := s.tx.Employer(ctx, s.c.Employer, registry.When{AsOf: on, KnownAt: s.tx.Today()})
		if err != nil {
			return nil, err
		}
		unit = &assess.Employer{UnitType: e.UnitType, InjuryClass: e.InjuryClass, Ownership: e.Ownership}
		if e.InjuryRate != 0 {
			unit.InjuryRate = &e.InjuryRate
		}
	}
	out := &ruled{rules: map[string]bool{}}
	for _, p := range v.persons {
		q := assess.QuoteRequest{AsOf: on, KnownAt: s.tx.Today(), Area: s.tx.Area(), Payer: s.payer(), Employer: unit, History: rows[p], Lang: "zh"}
		f := people[p]
		q.Person = assess.Person{Birth: f.Birth, Sex: f.Sex, Category: f.Category, HukouArea: f.HukouArea, HukouKind: f.HukouKind}
		mine := slices.DeleteFunc(slices.Clone(v.months), func(m casework.Month) bool { return m.Person != p })
		if c := v.cells[keyOf(mine[0])]; c != nil && c.Populations != "" {
			q.Person.Populations = strings.Split(c.Populations, "|")
			q.Person.Tier = c.Tier
		}
		for i := range mine {
			s.fromBooks(v, &mine[i])
			q.Gaps = append(q.Gaps, gapOf(mine[i]))
		}
		answer, err := assess.NewQuote(assess.NewLaws(s.o.Laws.Book), q, s.o.Words)
		if err != nil {
			return nil, err
		}
		out.take(mine, answer)
	}
	slices.Sort(out.reasons)
	out.reasons = slices.Compact(out.reasons)
	return out, nil
}

func gapOf(m casework.Month) assess.GapRequest {
	g := assess.GapRequest{Schemes: []insurance.Scheme{m.Scheme}, From: m.FeeMonth, To: m.FeeMonth, Cause: m.Cause}
	if m.Wage != nil {
		g.Wage = assess.Wages{{Wage: *m.Wage}}
	}
	return g
}

// fromBooks completes a month by what the books know of it: the wage of the
// time and why it was not paid. What only the applicant can know stays as told.
func (s *caseStep) fromBooks(v *makeup, m *casework.Month) {
	told := insurance.Cause(cmp.Or(s.in.Data["cause"], s.c.Facts["cause"]))
	c := v.cells[keyOf(*m)]
	switch {
	case told == insurance.Policy || told == insurance.Misplaced || told == insurance.PersonalReason || c == nil || c.Cause == "":
		m.Cause = told
	default:
		m.Cause = c.Cause
	}
	if c != nil && s.c.Employer != "" {
		m.Wage = c.Wage
	}
}

// take files an answer under the months of a person.
func (r *ruled) take(months []casework.Month, a *assess.Quote) {
	lines := map[arrears.Month]assess.QuoteLine{}
	for _, l := range a.Lines {
		lines[arrears.Month{Scheme: l.Scheme, FeeMonth: l.Month}] = l
	}
	for _, m := range months {
		l := lines[arrears.Month{Scheme: m.Scheme, FeeMonth: m.FeeMonth}]
		m.Base, m.Employer, m.Own, m.LateFee = l.Base, l.Employer, l.Person, l.LateFee
		m.Verdict, m.Route = "unknown", ""
		for _, v := range a.Verdicts {
			if v.Scheme == m.Scheme && v.From <= m.FeeMonth && m.FeeMonth <= v.To {
				r.verdict(&m, v)
			}
		}
		r.months = append(r.months, m)
		r.lines = append(r.lines, declaration.BackPayLine{Person: m.Person, Line: l})
	}
}

func (r *ruled) verdict(m *casework.Month, v assess.Verdict) {
	m.Verdict = v.Verdict
	if v.Route != nil {
		m.Route = v.Route.ID
	}
	for _, x := range v.Reasons {
		if v.Verdict == "refused" {
			r.reasons = append(r.reasons, x.Text+"（"+x.Basis+"）")
		} else {
			r.rules[x.Rule] = true
		}
	}
	if v.Verdict == "conditional" {
		r.conditional++
	}
}

// stageOf is what a way begins with, by the steps that the packs name. Empty: no
// way is known.
func (s *caseStep) stageOf(m casework.Month) string {
	route := s.law.RouteNamed(m.Route, s.applied())
	if route == nil {
		return ""
	}
	stage := map[string]string{"approval": "approval", "review": "approval", "confirmation": "confirmation", "verification": "verification", "process": "verification",
		"assessment": "assessment", "declare_pay": "tax", "appointment": "counter", "counter": "counter"}
	for _, want := range stages {
		for _, step := range route.Steps {
			if stage[step.ID] == want {
				return want
			}
		}
	}
	return ""
}

// stages in the order in which they go before each other.
var stages = []string{"approval", "confirmation", "verification", "assessment", "tax", "counter"}

// parts are the parts of the case.
func (s *caseStep) parts(ctx context.Context) ([]casework.Case, error) {
	if s.c.Seq == 0 {
		return nil, nil
	}
	return s.tx.Cases(ctx, casework.Filter{Parent: s.c.ID}, books.Page{Limit: 1000})
}

// finishedMonths are the months of the parts that are finished; billed leaves
// out those that were declared at the tax office.
func (s *caseStep) finishedMonths(ctx context.Context, billed bool) ([]casework.Month, error) {
	parts, err := s.parts(ctx)
	if err != nil {
		return nil, err
	}
	var out []casework.Month
	for _, p := range parts {
		if p.State != "finished" {
			continue
		}
		months, err := monthsIn(ctx, s.tx, p)
		if err != nil {
			return nil, err
		}
		for _, m := range months {
			if !billed || s.stageOf(m) != "tax" {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// debtor is whose accounts a case bills.
func (s *caseStep) debtor() access.Scope {
	return access.Scope{Area: s.q.Area, Employer: s.c.Employer, Person: s.c.Person}
}

func monthsOf(list []casework.Month) []arrears.Month {
	out := make([]arrears.Month, len(list))
	for i, m := range list {
		out[i] = keyOf(m)
	}
	return out
}
