package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// sampler makes up people, months and days.
type sampler struct{ *rand.Rand }

func newSampler(seed uint64) sampler { return sampler{rand.New(rand.NewPCG(seed, 1992))} }

func (s sampler) one(in int) bool { return s.IntN(in) == 0 }

func choice[T any](s sampler, list []T) T { return list[s.IntN(len(list))] }

var areas = []string{"000000", "110000", "120000", "310000", "320100", "330100", "350200", "370200", "420100", "440100", "440300", "500000", "510100"}

// month lies in 1992..2027, more often in the years that have many rows.
func (s sampler) month() string {
	if s.one(3) {
		return monthOf(1992+s.IntN(36), 1+s.IntN(12))
	}
	return monthOf(2015+s.IntN(13), 1+s.IntN(12))
}

func (s sampler) day(from, to int) string {
	y, m := from+s.IntN(to-from+1), 1+s.IntN(12)
	return day{y, m, 1 + s.IntN(monthLength(y, m))}.String()
}

// line makes a line for an area: in any month, or inside a row of its packs.
func (s sampler) line(area string) ask {
	list := choice(s, []string{"bases", "rates", "flexible", "fixed", "relief"})
	rows := lands()[area].rows[list]
	if len(rows) == 0 || !s.one(3) {
		return s.ask(area, s.month())
	}
	r := choice(s, rows)
	payer := "employee"
	if list == "flexible" {
		payer = "flexible"
	}
	return s.askFor(area, s.within(r), payer, choice(s, r.schemes))
}

// within is a month in which the row is in force, at most eight years from its start.
func (s sampler) within(r *row) string {
	month := addMonths(r.from[:7], s.IntN(96))
	if r.to != "" && month > r.to[:7] {
		return r.to[:7]
	}
	return min(month, "2027-12")
}

// ask makes a line for an area and month.
func (s sampler) ask(area, month string) ask {
	switch n := s.IntN(10); {
	case n < 2:
		return s.askFor(area, month, "flexible", choice(s, flexibleSchemes))
	case n < 3:
		return s.askFor(area, month, "resident", choice(s, residentSchemes))
	}
	return s.askFor(area, month, "employee", choice(s, employeeSchemes))
}

func (s sampler) askFor(area, month, payer, scheme string) ask {
	q := ask{area: area, month: month, payer: payer, scheme: scheme}
	l := lands()[area]
	if s.one(2) {
		q.populations = append(q.populations, s.population(l, q))
	}
	if s.one(3) {
		q.populations = append(q.populations, s.population(l, q))
	}
	if s.one(2) {
		q.tier = choice(s, l.words("tier"))
	}
	if q.payer == "employee" && !s.one(3) {
		q.unit = choice(s, []string{"micro_small_medium", "large_and_other", "government"})
	}
	if s.one(6) {
		q.hukou = choice(s, []string{"local", "nonlocal"})
	}
	if s.one(6) {
		q.hukouKind = choice(s, []string{"urban", "rural"})
	}
	if !s.one(4) {
		q.class = 1 + s.IntN(8)
	}
	if s.one(8) {
		q.rate = choice(s, []string{"0.0035", "0.002", "0.019", "0"})
	}
	if s.one(8) {
		q.known = s.known(l, q)
	}
	q.wage = s.wage(l, q)
	s.choices(l, &q)
	return q
}

var (
	employeeSchemes = []string{"pension", "unemployment", "medical", "injury", "maternity", "large_medical"}
	flexibleSchemes = []string{"pension", "pension", "medical", "medical", "unemployment", "large_medical", "injury"}
	residentSchemes = []string{"resident_medical", "resident_medical", "resident_pension"}
)

// known is a day of knowledge, often the one on which a row became known or
// the day before.
func (s sampler) known(l *land, q ask) string {
	var days []string
	for _, list := range []string{"bases", "rates", "flexible"} {
		for _, r := range l.speaking(list, q.scheme, q.month, "") {
			if len(r.published) == 10 {
				days = append(days, r.published, dayOf(r.published).previous().String())
			} else if r.published != "" {
				days = append(days, lastDay(r.published), dayOf(lastDay(r.published)).previous().String())
			}
		}
	}
	if len(days) > 0 && !s.one(4) {
		return choice(s, days)
	}
	return s.day(1999, 2027)
}

// population is one that a row of the scheme names, or any, or an unknown one.
func (s sampler) population(l *land, q ask) string {
	var named []string
	for _, list := range []string{"bases", "rates", "flexible"} {
		for _, r := range l.speaking(list, q.scheme, q.month, "") {
			if r.population != "" {
				named = append(named, r.population)
			}
		}
	}
	switch {
	case len(named) > 0 && !s.one(3):
		return choice(s, named)
	case s.one(20):
		return "martian"
	}
	return choice(s, l.rows["populations"]).text("name")
}

// words are the single values of a field over all rows of the area.
func (l *land) words(field string) []string {
	out := []string{"1"}
	for _, list := range []string{"bases", "rates", "flexible"} {
		for _, r := range l.rows[list] {
			if w := r.text(field); w != "" && !slices.Contains(out, w) && !strings.Contains(w, ",") {
				out = append(out, w)
			}
		}
	}
	return append(out, "2", "3")
}

// wage is often on, or a fen beside, a limit of the month.
func (s sampler) wage(l *land, q ask) string {
	var limits []num
	for _, list := range []string{"bases", "flexible"} {
		for _, r := range l.speaking(list, q.scheme, q.month, "") {
			for _, key := range []string{"floor", "ceiling", "base_floor", "base_ceiling", "reference"} {
				if x := r.number(key); x != nil {
					limits = append(limits, *x)
				}
			}
			for _, b := range r.list("bases") {
				limits = append(limits, number(b))
			}
		}
	}
	fen := int64(s.IntN(6_000_000))
	switch n := s.IntN(12); {
	case n == 0 && s.one(2):
		return ""
	case n == 0:
		fen *= 10_000
	case n < 7 && len(limits) > 0:
		fen = choice(s, limits).at(2) + int64(s.IntN(3)-1)
	case n < 8: // around the halves at which double rounding turns
		fen = fen/100*100 + 43 + int64(s.IntN(9))
	case n < 9:
		fen = fen / 100 * 100
	}
	return num{fen, 2}.trim().yuan()
}

// choices are the facts that only some payers have.
func (s sampler) choices(l *land, q *ask) {
	grades := []string{"60", "100", "55", "1000"}
	for _, r := range l.speaking("flexible", q.scheme, q.month, "") {
		grades = append(append(grades, r.list("grades_pct_of_reference")...), r.list("bases")...)
	}
	if q.payer == "flexible" && s.one(2) {
		q.grade = choice(s, grades)
	}
	if q.payer != "resident" {
		return
	}
	q.wage, q.known = "", ""
	q.year = dayOf(q.month + "-01").y
	if q.scheme == "resident_pension" {
		q.year = 2021 + s.IntN(6)
		if !s.one(8) {
			q.grade = choice(s, []string{"180", "200", "500", "800", "1000", "1100", "1300", "3600", "4800", "5300", "7300", "9000", "9100", "360.50"})
		}
		return
	}
	var groups []string
	for _, r := range l.rows["resident_medical"] {
		if r.text("coverage_year") == fmt.Sprint(q.year) {
			groups = append(groups, r.text("group"))
		}
	}
	if len(groups) > 0 && !s.one(6) {
		q.group = choice(s, groups)
	}
}

// fee makes a late-fee question for a line.
func (s sampler) fee(q ask) feeAsk {
	f := feeAsk{area: q.area, scheme: q.scheme, payer: q.payer, principal: num{int64(1 + s.IntN(2_000_000)), 2}.trim()}
	if s.one(20) {
		f.principal = num{s.Int64N(1_000_000_000_000), 2}.trim()
	}
	if s.one(3) {
		f.from = s.day(1999, 2026)
		if s.one(3) {
			f.from = day{2010 + s.IntN(2), 1 + s.IntN(12), 1 + s.IntN(28)}.String()
		}
		f.to = s.later(dayOf(f.from))
		return f
	}
	f.month = q.month
	due := dayOf(addMonths(f.month, 1) + "-01")
	f.paid = s.later(due)
	if s.one(20) { // before anything is owed
		f.paid = dayOf(f.month + "-01").String()
	}
	if s.one(2) {
		f.deadline = day{due.y, due.m, 1 + s.IntN(28)}.String()
	}
	if s.one(3) {
		f.cause = choice(s, []string{"never_registered", "not_declared", "under_declared", "rule_changed", "policy", "policy", "debit_failed"})
	}
	if s.one(5) {
		from := dayOf(s.later(due))
		f.pauses = append(f.pauses, [2]day{from, dayOf(s.later(from))})
	}
	if s.one(25) {
		from := dayOf(s.later(due))
		f.pauses = append(f.pauses, [2]day{from, dayOf(s.later(from))})
	}
	return f
}

// later steps on, mostly by days and months, sometimes past the cap.
func (s sampler) later(d day) string {
	n := s.IntN(90)
	switch s.IntN(8) {
	case 0:
		n = 0
	case 1:
		n = s.IntN(2600)
	case 2, 3:
		n = s.IntN(500)
	}
	for range n {
		d = d.next()
	}
	return d.String()
}
