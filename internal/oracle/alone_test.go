package oracle

import "fmt"

// flexible prices a scheme of somebody without an employer: one amount, borne
// by the person.
func (l *land) flexible(q ask) line {
	rows := l.speaking("flexible", q.scheme, q.month, q.known)
	if q.scheme == "large_medical" && len(rows) == 0 {
		return l.flexibleSupplement(q)
	}
	r, _ := pick(rows, "flexible", q)
	if r == nil {
		return line{null, "0.00", null, true}
	}
	base, amount := l.flexibleBase(r, q), figure{}
	needed := true // whether the amount rests on the base
	switch parts := r.table("parts"); {
	case r.has("monthly_amount"):
		amount, needed = sure(*r.number("monthly_amount")), false
	case parts != nil && base.known:
		amount.known = true
		for _, pct := range parts {
			part := base.times(number(pct.(string)).percent())
			amount.num = amount.plus(l.rounded(part, "amount", "person", q))
		}
	default:
		amount = l.share(base, percentOf(r.number("rate_pct")), sure(whole(1)), "person", q)
	}
	if sum, any := l.fixed(q); any && amount.known {
		amount.num = amount.plus(sum)
	}
	return line{base.String(), "0.00", amount.String(), !amount.known || (needed && !base.known)}
}

func (l *land) flexibleSupplement(q ask) line {
	if sum, any := l.fixed(q); any {
		return line{base: null, employer: "0.00", person: sum.yuan()}
	}
	return line{null, "0.00", null, true}
}

// flexibleBase finds the base by the kind of choice the row gives.
func (l *land) flexibleBase(r *row, q ask) figure {
	floor, ceiling := r.number("base_floor"), r.number("base_ceiling")
	one := floor != nil && ceiling != nil && floor.is(*ceiling)
	switch r.text("choice") {
	case "any":
		if floor != nil && ceiling != nil {
			return l.clamp(q, floor, ceiling, false)
		}
		return l.wageBase(q.scheme, q)
	case "grades":
		return l.gradeBase(r, floor, ceiling, q)
	case "list":
		for _, b := range r.list("bases") {
			if q.wage != "" && number(q.wage).is(number(b)) {
				return sure(number(b))
			}
		}
		return figure{}
	case "fixed":
		if one {
			return sure(*floor)
		}
		if r.has("monthly_amount") {
			return figure{}
		}
		if floor, _, _, found := l.limits(q.scheme, q); found && floor != nil {
			return sure(*floor)
		}
		return figure{}
	case "unknown":
		return figure{}
	}
	panic(fmt.Sprintf("choice %q", r.text("choice")))
}

// gradeBase is a percentage of the reference wage of the month, rounded as
// limits are and kept inside the limits of the row. Where there is one grade, nothing is to be chosen; else the
// grade is given, or the wage is the base of one.
func (l *land) gradeBase(r *row, floor, ceiling *num, q ask) figure {
	var reference *num
	for _, b := range l.speaking("bases", q.scheme, q.month, q.known) {
		if reference = b.number("reference"); reference != nil {
			break
		}
	}
	if reference == nil {
		return figure{}
	}
	grades := r.list("grades_pct_of_reference")
	byWage := figure{}
	for _, g := range grades {
		base := l.rounded(reference.times(number(g).percent()), "limits", "", q)
		if floor != nil && base.less(*floor) {
			base = *floor
		}
		if ceiling != nil && ceiling.less(base) {
			base = *ceiling
		}
		if q.grade == g || len(grades) == 1 {
			return sure(base)
		}
		if q.wage != "" && number(q.wage).is(base) {
			byWage = sure(base)
		}
	}
	return byWage
}

// resident prices a year.
func (l *land) resident(q ask) line {
	out := line{base: null, employer: "0.00", person: null, missing: true}
	var amount figure
	if q.scheme == "resident_medical" {
		amount = l.residentPremium(q)
	} else {
		amount = l.residentGrade(q)
	}
	if amount.known {
		out.person, out.missing = amount.yuan(), false
	}
	return out
}

// residentPremium is the yearly amount of the group. Where the table gives a
// percentage a month, each of the twelve months is rounded.
func (l *land) residentPremium(q ask) figure {
	var rows []*row
	for _, r := range l.rows["resident_medical"] {
		if r.text("coverage_year") == fmt.Sprint(q.year) {
			rows = append(rows, r)
		}
	}
	for _, r := range rows {
		if r.text("group") != q.group && (q.group != "" || len(rows) > 1) {
			continue
		}
		if x := r.number("personal"); x != nil {
			return sure(*x)
		}
		rate, base := r.number("personal_rate_pct"), r.number("rate_base")
		if rate == nil || base == nil {
			return figure{}
		}
		q.month = fmt.Sprintf("%04d-01", q.year)
		month := l.rounded(base.times(rate.percent()), "amount", "person", q)
		return sure(month.times(whole(12)))
	}
	return figure{}
}

// residentGrade is the yearly fee itself, where the grades of the year allow it.
func (l *land) residentGrade(q ask) figure {
	rows := l.speaking("resident_pension", "", fmt.Sprintf("%04d-01", q.year), q.known)
	if len(rows) == 0 || q.grade == "" {
		return figure{}
	}
	fee, r := number(q.grade), rows[0]
	lowest, listed := (*num)(nil), false
	for _, g := range r.v["grades"].([]any) {
		min := number(g.(map[string]any)["min_fee"].(string))
		listed = listed || fee.is(min)
		if lowest == nil || min.less(*lowest) {
			lowest = &min
		}
	}
	highest := r.number("max")
	if listed || (highest != nil && !fee.less(*lowest) && !highest.less(fee)) {
		return sure(fee)
	}
	return figure{}
}
