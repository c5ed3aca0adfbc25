package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

const (
	// maxLines bounds the months asked for: a working life in eight schemes.
	maxLines = 8 * 12 * 50
	// maxFacts bounds the months of a history, over schemes: three kinds of
	// facts on a working life, with room for corrections and a second area.
	maxFacts  = 8 * maxLines
	maxPauses = 100 // deferral agreements of one request
	maxNames  = 20  // populations of one person
	// maxInjury is above every rate there is; more is a percentage without its
	// sign.
	maxInjury = money.One / 10
)

func invalid(key string, args fault.Args) error { return fault.New(fault.Invalid, key, args) }

// check refuses requests that cannot mean anything.
func (q *QuoteRequest) check() error {
	switch {
	case q.AsOf == 0:
		return invalid("assess.field_missing", fault.Args{"field": "as_of"})
	case q.Area == "":
		return invalid("assess.field_missing", fault.Args{"field": "area"})
	case q.Payer == "":
		return invalid("assess.field_missing", fault.Args{"field": "payer"})
	case len(q.Gaps) == 0:
		return invalid("assess.field_missing", fault.Args{"field": "gaps"})
	}
	if q.KnownAt == 0 {
		q.KnownAt = q.AsOf
	}
	if err := checkDays(map[string]calendar.Date{"as_of": q.AsOf, "known_at": q.KnownAt, "deadline": q.Deadline}); err != nil {
		return err
	}
	if q.Person.Birth > q.AsOf {
		return invalid("assess.birth_after", fault.Args{"field": "person.birth"})
	}
	if e := q.Employer; e != nil {
		if err := checkInjury(e.InjuryClass, e.InjuryRate, "employer"); err != nil {
			return err
		}
	}
	if c := q.Person.Category; c != "" && c != "worker" && c != "cadre" {
		return invalid("assess.category", fault.Args{"field": "person.category"})
	}
	if a := q.Person.HukouArea; a != "" && !isArea(a) {
		return invalid("assess.area_code", fault.Args{"field": "person.hukou_area"})
	}
	if k := q.Person.HukouKind; k != "" && k != "urban" && k != "rural" {
		return invalid("assess.hukou_kind", fault.Args{"field": "person.hukou_kind"})
	}
	if len(q.Person.Populations) > maxNames {
		return invalid("assess.too_many", fault.Args{"field": "person.populations", "max": itoa(maxNames)})
	}
	if len(q.Pauses) > maxPauses {
		return invalid("assess.too_many", fault.Args{"field": "pauses", "max": itoa(maxPauses)})
	}
	for i, p := range q.Pauses {
		if p.From == 0 || p.To < p.From {
			return invalid("assess.span", fault.Args{"field": fmt.Sprintf("pauses[%d]", i)})
		}
	}
	n := 0
	for i, g := range q.Gaps {
		if err := g.check(i, q); err != nil {
			return err
		}
		n += len(g.Schemes) * (int(g.To-g.From) + 1)
	}
	if n > maxLines {
		return invalid("assess.too_long", fault.Args{"lines": itoa(n), "max": itoa(maxLines)})
	}
	if err := q.overlaps(); err != nil {
		return err
	}
	return checkRows(q.History, "history")
}

// Days outside are slips of the pen, and what follows from them (three years
// on, the age of retirement) would leave the calendar.
var firstDay, lastDay = calendar.NewMonth(1950, 1).First(), calendar.NewMonth(2100, 12).Last()

func checkDays(days map[string]calendar.Date) error {
	for _, field := range sortedKeys(days) {
		if d := days[field]; d != 0 && (d < firstDay || d > lastDay) {
			return invalid("assess.day_range", fault.Args{"field": field, "first": firstDay.String(), "last": lastDay.String()})
		}
	}
	return nil
}

func isArea(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

func checkInjury(class int, rate *money.Rate, field string) error {
	if class < 0 || class > 8 {
		return invalid("assess.injury_class", fault.Args{"field": field + ".injury_class"})
	}
	if rate != nil && (*rate < 0 || *rate > maxInjury) {
		return invalid("assess.injury_rate", fault.Args{"field": field + ".injury_rate"})
	}
	return nil
}

func (g *GapRequest) check(i int, q *QuoteRequest) error {
	at := func(f string) fault.Args { return fault.Args{"field": fmt.Sprintf("gaps[%d].%s", i, f)} }
	switch {
	case len(g.Schemes) == 0:
		return invalid("assess.field_missing", at("schemes"))
	case g.From == 0:
		return invalid("assess.field_missing", at("from"))
	case g.To == 0:
		return invalid("assess.field_missing", at("to"))
	case g.To < g.From:
		return invalid("assess.span", at("to"))
	case g.Cause == "":
		return invalid("assess.field_missing", at("cause"))
	case g.To.First() > q.AsOf:
		return invalid("assess.future", at("to"))
	}
	for _, s := range g.Schemes {
		resident := s == insurance.ResidentMedical || s == insurance.ResidentPension
		if s == 0 || resident != (q.Payer == insurance.Resident) {
			return invalid("assess.scheme_of_payer", at("schemes"))
		}
	}
	return g.Wage.check(fmt.Sprintf("gaps[%d].wage", i))
}

// check refuses wages that leave it to their order which one a month has.
func (w Wages) check(field string) error {
	sorted := slices.Clone(w)
	slices.SortStableFunc(sorted, func(a, b WageSpan) int { return cmp.Compare(a.From, b.From) })
	for i, x := range sorted {
		switch {
		case x.Wage < 0:
			return invalid("assess.negative", fault.Args{"field": field})
		case x.To != 0 && x.To < x.From:
			return invalid("assess.span", fault.Args{"field": field})
		case i > 0 && (sorted[i-1].To == 0 || x.From <= sorted[i-1].To):
			return invalid("assess.wage_overlap", fault.Args{"field": field})
		}
	}
	return nil
}

// checkRows refuses facts that cannot mean anything, and histories that are
// longer than a life.
func checkRows(rows []record.Row, list string) error {
	months := 0
	for i := range rows {
		r, field := &rows[i], fmt.Sprintf("%s[%d]", list, i)
		at := func(name string) fault.Args { return fault.Args{"field": field + "." + name} }
		switch {
		case !slices.Contains(record.Kinds, r.Kind):
			return invalid("assess.record", at("record"))
		case r.Area == "":
			return invalid("assess.field_missing", at("area"))
		case !isArea(r.Area):
			return invalid("assess.area_code", at("area"))
		case strings.Count(r.Population, "|") >= maxNames:
			return invalid("assess.too_many", fault.Args{"field": field + ".population", "max": itoa(maxNames)})
		case r.Payer == "":
			return invalid("assess.field_missing", at("payer"))
		case r.From == 0:
			return invalid("assess.field_missing", at("from"))
		case r.To == 0:
			return invalid("assess.field_missing", at("to"))
		case r.To < r.From:
			return invalid("assess.span", at("to"))
		}
		for _, x := range []struct {
			name   string
			amount *money.Fen
		}{{"wage", r.Wage}, {"base", r.Base}, {"employer_paid", r.EmployerPaid}, {"person_paid", r.PersonPaid}} {
			if x.amount != nil && *x.amount < 0 {
				return invalid("assess.negative", at(x.name))
			}
		}
		if err := checkInjury(r.InjuryClass, r.InjuryRate, field); err != nil {
			return err
		}
		n := int(r.To-r.From) + 1
		if r.Scheme == 0 {
			n *= len(insurance.Mandatory)
		}
		if months += n; months > maxFacts {
			return invalid("assess.too_long", fault.Args{"field": list, "lines": "> " + itoa(maxFacts), "max": itoa(maxFacts)})
		}
	}
	return nil
}

// overlaps refuses a month that is asked for twice.
func (q *QuoteRequest) overlaps() error {
	type key struct {
		s insurance.Scheme
		m calendar.Month
	}
	seen := map[key]int{}
	for i, g := range q.Gaps {
		for _, s := range g.Schemes {
			for m := g.From; m <= g.To; m++ {
				if j, ok := seen[key{s, m}]; ok {
					return invalid("assess.overlap", fault.Args{"field": fmt.Sprintf("gaps[%d]", i), "other": fmt.Sprintf("gaps[%d]", j), "month": m.String(), "scheme": s.String()})
				}
				seen[key{s, m}] = i
			}
		}
	}
	return nil
}
