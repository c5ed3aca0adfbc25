package town

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// fill gives the fields of an event values, most of them such that they serve.
func (t *Town) fill(m *casework.Move, f *casefile) casework.Values {
	out := casework.Values{}
	give := func(name string) {
		fact := f.table.Fact(name)
		v := ""
		if make := usual[name]; make != nil && t.court.chance(950) {
			v = make(t, f, out)
		} else {
			v = t.value(fact)
		}
		if v != "" {
			out[name] = v
		}
	}
	for _, name := range m.Fields {
		give(name)
	}
	for _, name := range m.Optional {
		if t.court.chance(900) {
			give(name)
		}
	}
	return out
}

// usual makes values that serve, of facts whose type does not tell.
var usual map[string]func(t *Town, f *casefile, given casework.Values) string

func init() {
	is := func(v string) func(*Town, *casefile, casework.Values) string {
		return func(*Town, *casefile, casework.Values) string { return v }
	}
	seldom := func(n int) func(*Town, *casefile, casework.Values) string {
		return func(t *Town, _ *casefile, _ casework.Values) string { return strconv.FormatBool(t.court.chance(n)) }
	}
	one := func(of ...string) func(*Town, *casefile, casework.Values) string {
		return func(t *Town, _ *casefile, _ casework.Values) string { return of[t.court.draw.IntN(len(of))] }
	}
	ahead := func(least, more int) func(*Town, *casefile, casework.Values) string {
		return func(t *Town, _ *casefile, _ casework.Values) string {
			return (t.clock.Today() + calendar.Date(least+t.court.draw.IntN(more))).String()
		}
	}
	from := func(kind string) func(*Town, *casefile, casework.Values) string {
		return func(t *Town, f *casefile, _ casework.Values) string { return t.court.places[f.area+kind] }
	}
	usual = map[string]func(*Town, *casefile, casework.Values) string{
		"area":          func(t *Town, f *casefile, _ casework.Values) string { return f.area },
		"amount":        one("100.00", "900.00"),
		"bank":          one("工商银行", "建设银行"),
		"balance":       one("0.00", "1.00", "800.00", "50000.00"),
		"bank_point_id": from("bank_point"),
		"base":          one("8000.00", "10000.00"),
		"batch":         (*Town).batch,
		"benefit_drawn": seldom(150),
		"channel":       (*Town).channel,
		"corrected":     seldom(300),
		"cause":         (*Town).cause,
		"document_kind": one("court_judgment", "arbitration_award", "inspection_order", "audit_finding"),
		"document_on":   ahead(-30, 30),
		"employer_id":   (*Town).someEmployer,
		"fine":          (*Town).fine,
		"first_day":     ahead(-90, 88),
		"from": func(t *Town, _ *casefile, _ casework.Values) string {
			return t.clock.Today().Month().Add(t.court.draw.IntN(2)).String()
		},
		"grade":           one("1000.00", "2000.00", "500.00"),
		"group":           (*Town).group,
		"guarantee_until": ahead(320, 300),
		"guarantee_value": one("5000000.00", "9000000.00", "9000000.00", "1.00"),
		"inspectors":      one("2", "3", "1"),
		"instalments":     one("1", "1", "2", "3", "6"),
		"last_day":        is(""),
		"old_card_id":     (*Town).oldCard,
		"paid_on":         ahead(0, 1),
		"photo_on":        ahead(-3, 4),
		"property_value":  one("8000.00", "900.00"),
		"purpose":         (*Town).purpose,
		"refund_reason":   one("dead", "paid_twice", "employee_cover", "other_area"),
		"relation":        one("registered", "proved", "proved", "disputed"),
		"scheme":          (*Town).residents,
		"served":          ahead(0, 1),
		"served_on":       ahead(0, 1),
		"special":         one("none", "none", "none", "none", "minimum_living", "newborn"),
		"studio_id":       from("photo_studio"),
		"suspended_for":   one("unable", "unable", "third_party", "harm"),
		"unit_bank":       is("true"),
		"until":           ahead(20, 200),
		"wage":            one("8000.00", "6000.00", "12000.00"),
		"wait_told":       one("0", "1", "2", "3"),
		"whole_unit":      seldom(100),
		"year":            (*Town).year,
		"years_elsewhere": is(""),
		"first_complaint": ahead(-400, 300),
		"first_month": func(t *Town, _ *casefile, _ casework.Values) string {
			return t.clock.Today().Month().Add(-t.court.draw.IntN(3)).String()
		},
		"last_month": func(t *Town, _ *casefile, _ casework.Values) string {
			return t.clock.Today().Month().Add(t.court.draw.IntN(3)).String()
		},
		"conditions_met":       is("true"),
		"licence_shown":        is("true"),
		"guarantee_registered": seldom(930),
	}
}

// value makes one of a type.
func (t *Town) value(f *casework.Fact) string {
	today := t.clock.Today()
	switch f.Type {
	case "bool":
		return strconv.FormatBool(t.court.chance(900))
	case "int":
		return strconv.Itoa(t.court.draw.IntN(60))
	case "fen":
		return []string{"1.00", "800.00", "20000.00", "5000000.00"}[t.court.draw.IntN(4)]
	case "day":
		ahead := strings.Contains(f.Name, "until") || strings.Contains(f.Name, "ends") || strings.Contains(f.Name, "due")
		if ahead != t.court.chance(100) {
			return (today + calendar.Date(1+t.court.draw.IntN(300))).String()
		}
		return (today - calendar.Date(t.court.draw.IntN(15))).String()
	case "month":
		return today.Month().Add(-t.court.draw.IntN(18)).String()
	case "code":
		return f.Values[t.court.draw.IntN(len(f.Values))]
	}
	return "第" + strconv.Itoa(1+t.court.draw.IntN(900)) + "号"
}

// batch is the one that a bank's cards go with this week.
func (t *Town) batch(f *casefile, _ casework.Values) string {
	return f.area + "-" + strconv.Itoa(int(t.clock.Today())/7) + "-" + strconv.Itoa(t.court.draw.IntN(3)) + "-" + f.facts["bank"]
}

func (t *Town) channel(f *casefile, _ casework.Values) string {
	fact := f.table.Fact("channel")
	if slices.Contains(fact.Values, "service_point") && t.court.chance(600) {
		if t.clock.Today().Year() >= 2026 {
			return "bank_point"
		}
		return "service_point"
	}
	if !slices.Contains(fact.Values, "counter") {
		return fact.Values[t.court.draw.IntN(len(fact.Values))]
	}
	return "counter"
}

// cause is mostly why the first month that is owed was not paid.
func (t *Town) cause(f *casefile, _ casework.Values) string {
	if f.table.About == "person" {
		return "personal_reason"
	}
	return []string{"never_registered", "not_declared", "declared_unpaid", "debit_failed"}[t.court.draw.IntN(4)]
}

func (t *Town) someEmployer(f *casefile, _ casework.Values) string {
	for range 20 {
		if x := t.firms[t.court.draw.IntN(len(t.firms))]; x.area == f.area {
			return x.id
		}
	}
	return "e"
}

// fine is one to three times what is owed.
func (t *Town) fine(f *casefile, _ casework.Values) string {
	var sum money.Fen
	for _, d := range t.owed {
		if d.Employer != f.Employer {
			continue
		}
		for _, x := range []*money.Fen{d.EmployerFen, d.PersonFen} {
			if x != nil {
				sum += *x
			}
		}
	}
	return (2 * sum).String()
}

// group is one that the area has in the year.
func (t *Town) group(f *casefile, given casework.Values) string {
	year, err := strconv.Atoi(given["year"])
	if err != nil {
		year, err = strconv.Atoi(f.facts["year"])
	}
	book, bad := t.office.Laws.Book(f.area)
	if err != nil || bad != nil {
		return ""
	}
	groups := book.Read(t.clock.Today(), false).ResidentGroups(year)
	if len(groups) == 0 {
		return ""
	}
	return groups[t.court.draw.IntN(len(groups))]
}

// residents is the insurance that a resident chooses: the one whose amounts the
// area has published, mostly.
func (t *Town) residents(f *casefile, _ casework.Values) string {
	if f.table.Kind != "resident" {
		return t.value(f.table.Fact("scheme"))
	}
	if t.clock.Today().Year() >= 2025 && t.court.chance(500) {
		return "pension"
	}
	return "medical"
}

// oldCard is a card of the person, if it has any.
func (t *Town) oldCard(f *casefile, given casework.Values) string {
	cards := t.court.cards[f.Person]
	if len(cards) == 0 || given["purpose"] == "first" {
		return ""
	}
	return cards[len(cards)-1]
}

func (t *Town) purpose(f *casefile, _ casework.Values) string {
	if len(t.court.cards[f.Person]) == 0 {
		return "first"
	}
	return []string{"replacement", "change"}[t.court.draw.IntN(2)]
}

// year is the running one, or the coming one when it can be joined.
func (t *Town) year(f *casefile, _ casework.Values) string {
	year := t.clock.Today().Year()
	if _, m := t.clock.Today().Month().Civil(); m >= 10 && t.court.chance(800) {
		year++
	}
	return strconv.Itoa(year)
}

// caseMonths states the months of an application that must name some: those that
// are owed, or of the person the last ones that it did not pay.
func (t *Town) caseMonths(ctx context.Context, m *casework.Move, f *casefile) ([]casework.Month, error) {
	switch {
	case !m.Months:
		return nil, nil
	case slices.Contains(m.Needs, "file_fits") && t.court.chance(900): // what was accepted
		return slices.DeleteFunc(slices.Clone(f.months), func(x casework.Month) bool { return x.Verdict == "refused" }), nil
	case !m.Opens() || !slices.Contains(m.Needs, "has_months"):
		return nil, nil
	}
	if f.table.About == "person" {
		first := t.clock.Today().Month().Add(-1 - t.court.draw.IntN(3))
		return []casework.Month{{Person: f.Person, Scheme: insurance.Medical, FeeMonth: first}}, nil
	}
	debts, err := t.debts(ctx, f.area, f.Employer, "")
	if err != nil {
		return nil, err
	}
	var out []casework.Month
	few := 1 + t.court.draw.IntN(24)
	slices.SortFunc(debts, func(a, b arrears.Debt) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.FeeMonth, b.FeeMonth), cmp.Compare(a.Scheme, b.Scheme))
	})
	taken := map[string]bool{}
	for _, x := range t.court.files {
		if x.docket == f.docket && x.Employer == f.Employer {
			for _, m := range x.months {
				taken[m.Person+m.FeeMonth.String()+strconv.Itoa(int(m.Scheme))] = true
			}
		}
	}
	for _, d := range debts {
		if !taken[d.Person+d.FeeMonth.String()+strconv.Itoa(int(d.Scheme))] && t.court.chance(700) && len(out) < few {
			out = append(out, casework.Month{Person: d.Person, Scheme: d.Scheme, FeeMonth: d.FeeMonth, Cause: d.Cause})
		}
	}
	return out, nil
}
