package law

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// seriesOf names the series that a row is part of: rows that follow one another
// in time and must not overlap. No name: the list has no series.
func seriesOf(r Row) (schemes Schemes, key string) {
	switch x := r.(type) {
	case *Base:
		return x.Schemes, x.Who.key()
	case *Rate:
		return x.Schemes, x.Who.key()
	case *Flexible:
		return x.Schemes, x.Who.key()
	case *InjuryRates:
		return nil, "classes"
	case *Fixed:
		return x.Schemes, "payers " + payersKey(x.Payers)
	case *Relief:
		return x.Schemes, x.UnitType + " " + x.Measure
	case *RoundingRule:
		return nil, x.Target + " " + x.Bearer + " " + payersKey(x.Payers)
	case *MinimumWage:
		return nil, "minimum"
	case *ResidentPension:
		return nil, "grades"
	case *ResidentSupport:
		return x.Schemes, "support " + x.Category
	case *LateFeeRate:
		return x.Schemes, "daily"
	case *LateFeeRule:
		return x.Schemes, "rule"
	case *InterestRule:
		return x.Schemes, "rule"
	case *InterestCredit:
		return x.Schemes, "credit"
	case *Competence:
		return nil, "competence " + payersKey(x.Payers) + " " + strings.Join(x.Services, ",")
	case *Choice:
		return nil, "choice " + x.Name
	case *CardArea:
		return nil, "card"
	case *Duty:
		return nil, "duty " + x.Name + " " + x.Population
	case *Window:
		return x.Schemes, "window " + payersKey(x.Payers)
	case *BankLayout:
		return nil, "layout " + x.Bank + " " + x.Direction
	case *Allocation:
		return nil, "allocation"
	case *Template:
		return nil, "template " + x.Name
	}
	return nil, ""
}

// series looks for holes and overlaps in a list.
func (l *linter) series(x list) {
	byKey := map[string][]*Head{}
	var order []string
	add := func(key string, h *Head) {
		if byKey[key] == nil {
			order = append(order, key)
		}
		byKey[key] = append(byKey[key], h)
	}
	x.each(func(r Row) {
		schemes, key := seriesOf(r)
		if key == "" && len(schemes) == 0 || r.head().Shown != "" {
			return
		}
		if len(schemes) == 0 {
			add(key, r.head())
		}
		for _, s := range schemes {
			add(s.String()+" "+key, r.head())
		}
	})
	for _, key := range order {
		l.follow(key, byKey[key], x.kind == "relief")
	}
}

// follow walks a series in time order. Reliefs come and go, so a time without
// one is no hole.
func (l *linter) follow(key string, rows []*Head, mayRest bool) {
	slices.SortStableFunc(rows, func(a, b *Head) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(rows); i++ {
		last, next := rows[i-1], rows[i]
		end, start := calendar.Date(last.To), calendar.Date(next.From)
		switch {
		case end == 0 || start <= end:
			l.report(next, LintError, "overlap", fault.Args{"series": key, "other": last.ID})
		case start > end+1 && !mayRest:
			l.report(next, LintWarning, "hole", fault.Args{"series": key, "from": (end + 1).String(), "to": (start - 1).String()})
		}
	}
}

// days are the days that tests speak of.
type days []calendar.Date

// near reports whether a test has a day within a year before the boundary and
// one within a year from it on.
func (d days) near(boundary calendar.Date) bool {
	const year = 366
	before, after := false, false
	for _, x := range d {
		before = before || (x < boundary && x >= boundary-year)
		after = after || (x >= boundary && x < boundary+year)
	}
	return before && after
}

// testDays gathers the days in the requests of all tests, by area. A pack that
// cannot be read has none.
func (l *Library) testDays() map[string]days {
	out := map[string]days{}
	for _, area := range l.Areas() {
		for _, lv := range l.chain(area)[:min(1, len(l.chain(area)))] {
			for _, t := range lv.set.Tests {
				out[area] = append(out[area], daysIn(&t.Given)...)
			}
		}
	}
	return out
}

func daysIn(n *yaml.Node) days {
	var out days
	if n.Kind == yaml.ScalarNode {
		if d, err := calendar.ParseDate(n.Value); err == nil {
			out = append(out, d)
		} else if m, err := calendar.ParseMonth(n.Value); err == nil {
			out = append(out, m.First(), m.Last())
		}
	}
	for _, c := range n.Content {
		out = append(out, daysIn(c)...)
	}
	return out
}

// boundaries looks for first and last days of rules that no test comes near.
// Tests of an area try the rules of the levels above as well.
func (l *linter) boundaries(own *Set) {
	tested := l.tests[own.Pack.Code]
	if own.Pack.Code == National {
		for _, area := range l.lib.Areas() {
			tested = append(tested, l.tests[area]...)
		}
	}
	for _, x := range own.lists() {
		if x.priced && x.kind != "late_fee_rates" || x.kind == "templates" {
			continue // amounts: their own examples and the tables they come from are the test; wordings: the papers
		}
		x.each(func(r Row) {
			h := r.head()
			if h.Shown != "" || h.Kind == "norms" {
				return
			}
			if first := calendar.Date(h.From); first != 0 && !tested.near(first) {
				l.report(h, LintWarning, "untested", fault.Args{"day": first.String()})
			}
			if last := calendar.Date(h.To); last != 0 && !tested.near(last+1) {
				l.report(h, LintWarning, "untested", fault.Args{"day": last.String()})
			}
		})
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
