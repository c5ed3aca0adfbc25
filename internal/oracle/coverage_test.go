package oracle

import (
	"slices"
	"strings"
)

// mustOccur are the kinds of line that a sample of full length has to price.
var mustOccur = []string{
	"employee/pension", "employee/unemployment", "employee/medical", "employee/injury", "employee/maternity", "employee/large_medical",
	"flexible/pension", "flexible/unemployment", "flexible/medical", "flexible/large_medical", "resident/resident_medical", "resident/resident_pension",
	"choice any", "choice grades", "choice list", "choice fixed", "parts", "printed amount",
	"one relief", "two reliefs", "waived", "injury class", "injury rate", "tier", "population", "no population",
	"below the floor", "above the ceiling", "between", "no ceiling", "base of another scheme", "base amount", "fixed amount", "known at",
}

// kinds names what is special about a line that has every figure.
func (l *land) kinds(q ask) []string {
	out := []string{q.payer + "/" + q.scheme}
	given := q.populations
	q.populations = l.belongs(q)
	add := func(name string, yes bool) {
		if yes {
			out = append(out, name)
		}
	}
	add("known at", q.known != "")
	_, fixed := l.fixed(q)
	add("fixed amount", fixed && q.payer != "resident")
	switch q.payer {
	case "flexible":
		if r, _ := pick(l.speaking("flexible", q.scheme, q.month, q.known), "flexible", q); r != nil {
			add("choice "+r.text("choice"), true)
			add("parts", r.has("parts"))
			add("printed amount", r.has("monthly_amount"))
		}
	case "employee":
		if r, _ := pick(l.speaking("rates", q.scheme, q.month, q.known), "employee", q); r != nil {
			add("base of another scheme", r.has("base_of"))
			add("base amount", r.has("base_amount"))
			add("tier", r.tier != "")
			add("population", slices.Contains(given, r.population) && r.population != "employee")
			add("no population", len(given) == 0)
		}
		out = append(out, l.employeeKinds(q)...)
	}
	return out
}

func (l *land) employeeKinds(q ask) (out []string) {
	reliefs := 0
	for _, r := range l.speaking("relief", q.scheme, q.month, q.known) {
		if r.text("unit_type") == "all" || r.text("unit_type") == q.unit {
			reliefs++
			if r.text("factor") == "0" {
				out = append(out, "waived")
			}
		}
	}
	out = append(out, []string{"no relief", "one relief", "two reliefs"}[min(reliefs, 2)])
	if q.scheme == "injury" && q.rate != "" {
		out = append(out, "injury rate")
	} else if q.scheme == "injury" {
		out = append(out, "injury class")
	}
	floor, ceiling, open, found := l.limits(q.scheme, q)
	if !found || q.wage == "" {
		return out
	}
	wage := number(q.wage)
	switch {
	case open:
		out = append(out, "no ceiling")
	case floor != nil && wage.less(*floor):
		out = append(out, "below the floor")
	case ceiling != nil && ceiling.less(wage):
		out = append(out, "above the ceiling")
	default:
		out = append(out, "between")
	}
	return out
}

// unseen lists what did not occur.
func (d *duel) unseen() string {
	var out []string
	for _, k := range mustOccur {
		if d.kinds[k] == 0 {
			out = append(out, k)
		}
	}
	return strings.Join(out, ", ")
}
