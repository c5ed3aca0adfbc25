package cases_test

import (
	"strings"

	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

func init() { verbs["months"] = (*play).stateMonths }

// stateMonths says which months the next event of a case that takes any is
// about; more lines add to them, "months D" alone begins anew:
// "months D li pension,medical 2025-07 2025-09 wage=6000.00".
func (p *play) stateMonths(w []string) {
	p.stated = w[0]
	if len(w) == 1 {
		delete(p.months, w[0])
		return
	}
	var wage *money.Fen
	if v, given := strings.CutPrefix(w[len(w)-1], "wage="); given {
		f := p.yuan(v)
		wage, w = &f, w[:len(w)-1]
	}
	for _, name := range strings.Split(w[2], ",") {
		scheme, err := insurance.ParseScheme(name)
		p.must(err)
		for _, m := range p.span(w[3:]) {
			p.months[w[0]] = append(p.months[w[0]], casework.Month{Person: p.id(w[1]), Scheme: scheme, FeeMonth: m, Wage: wage})
		}
	}
}

// monthsOf are the months that go with an event, if it takes any, or if it may and
// the line before stated them.
func (p *play) monthsOf(name, event string) []casework.Month {
	tables, err := casework.Tables()
	p.must(err)
	if m := tables[p.kinds[name]].Move(event); m != nil && (m.Months || (m.Again && p.stated == name)) {
		return p.months[name]
	}
	return nil
}
