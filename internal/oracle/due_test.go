package oracle

import (
	"slices"
	"strconv"
)

// ask is one line to price: a person, a scheme and a month (for residents a
// year), as known on a day.
type ask struct {
	area, month, scheme string
	payer               string
	populations         []string
	tier, unit          string
	hukou, hukouKind    string
	class               int
	rate                string // the employer's own injury rate, "" if not given
	grade, group        string
	wage                string // "" if not given
	known               string // day of knowledge, "" for now
	year                int
}

// line is an answer; "null" stands for a figure that is not given.
type line struct {
	base, employer, person string
	missing                bool
}

const null = "null"

// figure is an amount that may not be known.
type figure struct {
	num
	known bool
}

func sure(x num) figure { return figure{x, true} }

func (f figure) String() string {
	if !f.known {
		return null
	}
	return f.yuan()
}

// due prices a line.
func (l *land) due(q ask) line {
	q.populations = l.belongs(q)
	switch q.payer {
	case "resident":
		return l.resident(q)
	case "flexible":
		return l.flexible(q)
	}
	return l.employee(q)
}

// belongs lists the populations of the payer: those given (unknown names are
// not used), those that unit and registration put it into, then all they imply.
func (l *land) belongs(q ask) (out []string) {
	find := func(name string) *row {
		for _, p := range l.rows["populations"] {
			if p.text("name") == name {
				return p
			}
		}
		return nil
	}
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, name := range q.populations {
		if find(name) != nil {
			add(name)
		}
	}
	for _, p := range l.rows["populations"] {
		facts, same := 0, true
		for key, given := range map[string]string{"unit_type": q.unit, "hukou": q.hukou, "hukou_kind": q.hukouKind} {
			if p.has(key) {
				facts++
				same = same && p.text(key) == given
			}
		}
		if facts > 0 && same {
			add(p.text("name"))
		}
	}
	for i := 0; i < len(out); i++ {
		if p := find(out[i]); p != nil {
			for _, name := range p.list("implies") {
				add(name)
			}
		}
	}
	return out
}

// pick finds the row for the payer, and the general row behind it that fills
// what it leaves open. Nil: there is none, or a fact is needed to choose.
func pick(rows []*row, general string, q ask) (chosen, behind *row) {
	var fit []*row
	for _, r := range rows {
		if q.tier == "" || r.tier == "" || hasWord(r.tier, q.tier) {
			fit = append(fit, r)
		}
	}
	of := func(name string) (out []*row) {
		for _, r := range fit {
			if r.population == name || (name == general && r.population == "") {
				out = append(out, r)
			}
		}
		return out
	}
	choice := of(general)
	if len(choice) == 1 {
		behind = choice[0]
	}
	for _, name := range q.populations {
		if own := of(name); name != general && len(own) > 0 {
			choice = own
			break
		}
	}
	if len(choice) != 1 {
		return nil, nil
	}
	return choice[0], behind
}

// field is a number of the chosen row, else of the row behind it.
func field(chosen, behind *row, key string) *num {
	if x := chosen.number(key); x != nil || behind == nil {
		return x
	}
	return behind.number(key)
}

// rounded applies the rounding rule of the target; the rule that names bearer
// and payer goes before one that does not. Without a rule nothing is rounded.
func (l *land) rounded(x num, target, bearer string, q ask) num {
	best, bestRank := (*row)(nil), -1
	for _, r := range l.speaking("rounding", "", q.month, q.known) {
		if r.text("target") != target || (r.has("bearer") && r.text("bearer") != bearer) || !named(r.list("payers"), q.payer) {
			continue
		}
		rank := 0
		if r.has("bearer") {
			rank += 2
		}
		if r.has("payers") {
			rank++
		}
		if rank > bestRank {
			best, bestRank = r, rank
		}
	}
	if best == nil {
		return x
	}
	how := best.table("rounding")
	for _, unit := range texts(how["units"]) {
		x = x.round(how["mode"].(string), number(unit))
	}
	return x
}

// limits of the base for a scheme.
func (l *land) limits(scheme string, q ask) (floor, ceiling *num, open, found bool) {
	chosen, behind := pick(l.speaking("bases", scheme, q.month, q.known), "employee", q)
	if chosen == nil {
		return nil, nil, false, false
	}
	open = chosen.text("no_ceiling") == "true"
	floor = field(chosen, behind, "floor")
	if !open {
		ceiling = field(chosen, behind, "ceiling")
	}
	return floor, ceiling, open, true
}

// clamp takes the wage into the limits. At or below the floor no ceiling is
// needed; where both ends are one, no wage is.
func (l *land) clamp(q ask, floor, ceiling *num, open bool) figure {
	if floor == nil {
		return figure{}
	}
	if ceiling != nil && ceiling.is(*floor) {
		return sure(*floor)
	}
	if q.wage == "" {
		return figure{}
	}
	wage := l.rounded(number(q.wage), "base", "", q)
	switch {
	case !floor.less(wage):
		return sure(*floor)
	case open:
		return sure(wage)
	case ceiling == nil:
		return figure{}
	case ceiling.less(wage):
		return sure(*ceiling)
	}
	return sure(wage)
}

func (l *land) wageBase(scheme string, q ask) figure {
	floor, ceiling, open, found := l.limits(scheme, q)
	if !found {
		return figure{}
	}
	return l.clamp(q, floor, ceiling, open)
}

// share is base x rate x factor, rounded once. A rate of nothing is nothing,
// whatever the base.
func (l *land) share(base figure, rate *num, factor figure, bearer string, q ask) figure {
	switch {
	case factor.known && factor.zero():
		return sure(num{}) // waived in full, whatever the rate
	case rate == nil:
		return figure{}
	case rate.zero():
		return sure(num{})
	case !factor.known:
		return figure{}
	case factor.zero():
		return sure(num{})
	case !base.known:
		return figure{}
	}
	return sure(l.rounded(base.times(*rate).times(factor.num), "amount", bearer, q))
}

// fixed sums the amounts that do not depend on a base.
func (l *land) fixed(q ask) (sum num, any bool) {
	month, _ := strconv.Atoi(q.month[5:])
	for _, r := range l.speaking("fixed", q.scheme, q.month, q.known) {
		if !named(r.list("payers"), q.payer) {
			continue
		}
		any = true
		if by := r.table("by_month"); by != nil {
			sum = sum.plus(number(by[strconv.Itoa(month)].(string)))
			continue
		}
		if r.text("unit") != "month" {
			panic("a yearly amount without months")
		}
		sum = sum.plus(*r.number("amount"))
	}
	return sum, any
}
