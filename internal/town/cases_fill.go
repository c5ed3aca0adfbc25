package town

import (
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/money"
)

// fill gives the fields of an event values, most of them such that they serve.
func (t *Town) fill(m *casework.Move, f *casefile) casework.Values {
	out := casework.Values{}
	give := func(name string) {
		if v := t.valueOf(m, f, name, out); v != "" {
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
	if first := f.table.Move(f.opening); m.Again && first != nil && first.To == f.Back && t.court.chance(500) { // said anew, before anybody decided
		for _, name := range first.Fields {
			give(name)
		}
	}
	return out
}

// valueOf makes a value of a field: with which the case comes to what it aims at,
// one that serves, or any.
func (t *Town) valueOf(m *casework.Move, f *casefile, name string, given casework.Values) string {
	if f.aim != nil && !f.aims(m.ID) {
		for _, key := range []string{f.aim.from, f.aim.move.ID} {
			if v, ok := leads[f.table.Kind+" "+key][name]; ok {
				return v
			}
		}
	}
	switch today := t.clock.Today(); {
	case f.aims("persons_missed") && (name == "first_month" || name == "last_month"): // the policies speak of the months of their year
		return today.Month().String()
	case f.aims("persons_missed") && name == "until":
		return calendar.NewMonth(today.Year(), 12).Last().String()
	case f.aims("end_unused") && name == "year": // too late for benefits in it
		return strconv.Itoa(today.Year())
	}
	if make := usual[name]; make != nil && t.court.chance(950) {
		return make(t, f, given)
	}
	return t.value(f.table.Fact(name))
}

// leads are the values with which a case comes to an event or a state of its kind.
var leads = map[string]casework.Values{
	"card issue_at_once":        {"channel": "bank_point"},
	"card active":               {"purpose": "first"},
	"deferral instalment":       {"ground": "guarantee", "instalments": "3"},
	"deferral change_guarantee": {"ground": "guarantee"},
	"deferral persons_missed":   {"ground": "policy", "approval": "1号"},
	"assessment estimate":       {"wage": ""},
	"deferral expire":           {"instalments": "1"},
	"enforcement shortfall":     {"balance": "0.00"},
	"enforcement no_transfer":   {"balance": "0.00"},
	"enforcement give_up":       {"suspended_for": "unable"},
	"resident end_unused":       {"scheme": "medical", "central_told": "false"},
	"resident refund_asked":     {"scheme": "medical"},
	"resident refund_proposed":  {"scheme": "medical"},
	"resident refunding":        {"scheme": "medical"},
	"resident ask_refund":       {"scheme": "medical"},
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
	named := func(name string) func(*Town, *casefile, casework.Values) string {
		return func(t *Town, f *casefile, given casework.Values) string { return t.newName(name, f, given) }
	}
	usual = map[string]func(*Town, *casefile, casework.Values) string{
		"area":          func(t *Town, f *casefile, _ casework.Values) string { return f.area },
		"amount":        one("1.00", "100.00"),
		"central_told":  one("true", "true", "false"),
		"bank":          one("工商银行", "建设银行"),
		"acted_hour":    one("9", "10", "15", "20", "23"),
		"acted_on":      ahead(0, 1),
		"upheld_on":     ahead(0, 1),
		"urgent":        seldom(300),
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
			return t.clock.Today().Month().Add(1 + t.court.draw.IntN(2)).String()
		},
		"ground":          (*Town).ground,
		"grade":           (*Town).grade,
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
		"account_there":        one("0.00", "0.00", "1200.00"),
		"credit_code":          named("credit_code"),
		"employer_name":        named("employer_name"),
		"happened_on":          (*Town).happened,
		"id_seen":              is("true"),
		"letter_on":            ahead(0, 1),
		"lump_there":           one("0", "0", "0", "40"),
		"other_area":           (*Town).otherArea,
		"person_name":          named("person_name"),
		"person_number":        named("person_number"),
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

// happened is when somebody was hired, or anything else came about: the last
// employees left the day before a closure.
func (t *Town) happened(f *casefile, _ casework.Values) string {
	today := t.clock.Today()
	switch {
	case f.Employer == "" || t.court.newcomer(f.Employer) == nil:
		return (today - calendar.Date(t.court.draw.IntN(40))).String()
	case f.opening == "apply_employee":
		return (today - calendar.Date(t.court.draw.IntN(100))).String()
	}
	return today.String()
}

// otherArea is one of the town's, or one whose books are kept elsewhere.
func (t *Town) otherArea(f *casefile, _ casework.Values) string {
	if x := t.Areas[t.court.draw.IntN(len(t.Areas))]; x != f.area && t.court.chance(300) {
		return x
	}
	return "130100"
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
	if f.against != "" {
		return f.against
	}
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

// ground is why payment is deferred; policies are of two years.
func (t *Town) ground(f *casefile, _ casework.Values) string {
	if f.table.Kind != "deferral" {
		return t.value(f.table.Fact("ground"))
	}
	if y := t.clock.Today().Year(); (y == 2020 || y == 2022) && t.court.chance(300) {
		return "policy"
	}
	return []string{"guarantee", "guarantee", "force_majeure"}[t.court.draw.IntN(3)]
}

// grade is one that both areas of the town have, or none has.
func (t *Town) grade(f *casefile, _ casework.Values) string {
	if f.area == t.Areas[0] {
		return []string{"1000.00", "2000.00", "500.00"}[t.court.draw.IntN(3)]
	}
	return []string{"800.00", "1300.00", "500.00"}[t.court.draw.IntN(3)]
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
