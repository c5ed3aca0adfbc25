package cast

import (
	"fmt"
	"strings"

	"bujiao/internal/calendar"
)

// lastPaid is the last month that steady payers have paid on the day of the
// sample, 2026-11-23; November is running and not yet due.
var lastPaid = calendar.NewMonth(2026, 10)

// Row is one line of a history, with codes in place of words. Empty and zero
// mean that the cell is empty; Wage and Base are yuan a month.
type Row struct {
	Record, Person, IDNumber, Birth, Sex string
	Area, Employer, Payer, Population    string
	Scheme                               string
	From, To                             calendar.Month
	Wage, Base                           int
	EmployerPaid, PersonPaid             string
	PaidOn, Cause, KnownOn               string
	UnitType, InjuryClass, InjuryRate    string
}

// Person is a fictional person with a history. Story is empty for those who
// were drawn.
type Person struct {
	Label string
	Story Story
	Rows  []Row

	now Row // what the next rows have in common
}

// Story says what a person shows, on which mission page the situation stands,
// and what to look at in the report.
type Story struct {
	ZH, EN, Page, Look string
}

// set fills one thing into a row.
type set func(*Row)

func wage(yuan int) set        { return func(r *Row) { r.Wage = yuan } }
func base(yuan int) set        { return func(r *Row) { r.Base = yuan } }
func on(day string) set        { return func(r *Row) { r.PaidOn = day } }
func because(cause string) set { return func(r *Row) { r.Cause = cause } }
func known(day string) set     { return func(r *Row) { r.KnownOn = day } }
func scheme(code string) set   { return func(r *Row) { r.Scheme = code } }

func amounts(employer, person string) set {
	return func(r *Row) { r.EmployerPaid, r.PersonPaid = employer, person }
}

// row adds a line for the months "2022-06..2022-08" or "2022-06".
func (p *Person) row(record, months string, sets ...set) {
	r := p.now
	r.Record = record
	r.From, r.To = span(months)
	for _, s := range sets {
		s(&r)
	}
	p.Rows = append(p.Rows, r)
}

func (p *Person) works(months string, sets ...set)    { p.row("employment", months, sets...) }
func (p *Person) declares(months string, sets ...set) { p.row("declared", months, sets...) }
func (p *Person) draws(months string)                 { p.row("benefit", months, scheme("unemployment")) }

// pays adds a payment; without base or amounts it is one on the wage.
func (p *Person) pays(months string, sets ...set) {
	p.row("paid", months, sets...)
	r := &p.Rows[len(p.Rows)-1]
	if r.Base == 0 && r.EmployerPaid == "" && r.PersonPaid == "" {
		r.Base = p.wageIn(r.From)
	}
}

// wageIn is the wage of the last employment row that covers the month.
func (p *Person) wageIn(m calendar.Month) int {
	for i := len(p.Rows) - 1; i >= 0; i-- {
		if r := &p.Rows[i]; r.Record == "employment" && r.From <= m && m <= r.To {
			return r.Wage
		}
	}
	panic(p.Label + ": no wage in " + m.String())
}

// career adds years of work on a wage that rises, and the payments on it, but
// for the months in holes.
func (p *Person) career(months string, first int, holes ...string) {
	from, to := span(months)
	for a := from; a <= to; {
		b := min(to, calendar.NewMonth(a.Year(), 12))
		pay := (first + first*(a.Year()-from.Year())/25) / 10 * 10
		p.works(text(a, b), wage(pay))
		p.steady(a, min(b, lastPaid), base(pay), holes)
		a = b + 1
	}
}

// flexible adds years of payments without an employer, on one base.
func (p *Person) flexible(months string, yuan int, schemes []string, holes ...string) {
	p.now.Payer, p.now.Employer, p.now.UnitType, p.now.InjuryClass, p.now.InjuryRate = "flexible", "", "", "", ""
	from, to := span(months)
	for _, s := range schemes {
		p.now.Scheme = s
		p.steady(from, to, base(yuan), holes)
	}
	p.now.Scheme = ""
}

// steady adds a payment for each run of months outside the holes. It has no
// day: what a file gives without a day counts as paid in time.
func (p *Person) steady(from, to calendar.Month, what set, holes []string) {
	start := from
	for m := from; m <= to+1; m++ {
		if m <= to && !within(m, holes) {
			continue
		}
		if start < m {
			p.row("paid", text(start, m-1), what)
		}
		start = m + 1
	}
}

func within(m calendar.Month, holes []string) bool {
	for _, h := range holes {
		if from, to := span(h); from <= m && m <= to {
			return true
		}
	}
	return false
}

// span reads the months of a story; what cannot be read is a mistake of the
// story's author.
func span(months string) (from, to calendar.Month) {
	a, b, two := strings.Cut(months, "..")
	if !two {
		b = a
	}
	from, err := calendar.ParseMonth(a)
	if err == nil {
		to, err = calendar.ParseMonth(b)
	}
	if err != nil || to < from {
		panic(fmt.Sprintf("months %q of a story", months))
	}
	return from, to
}

func text(from, to calendar.Month) string { return from.String() + ".." + to.String() }
