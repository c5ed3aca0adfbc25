package oracle

import (
	"fmt"
	"slices"
	"strconv"
)

// feeAsk asks for a late fee: from and to, or month and paid.
type feeAsk struct {
	area, scheme string
	principal    num
	from, to     string
	month, paid  string
	deadline     string
	payer, cause string
	pauses       [][2]day
	known        string
}

// feeLine is the answer, as text.
type feeLine struct {
	start, end            string
	segments              []string // from to days rate amount
	days                  int
	uncapped, capped, fee string
	capFrom               string
	missing               bool
}

// lateFee answers a feeAsk. The order: who is exempt owes nothing; else the
// rule of the fee month says from when to when; then every day is counted.
func (l *land) lateFee(q feeAsk) feeLine {
	none := feeLine{uncapped: null, capped: null, fee: null, missing: true}
	if q.from != "" {
		return l.run(q, dayOf(q.from), dayOf(q.to), l.capMode(q, q.from[:7]))
	}
	free, until := l.exempt(q)
	if free {
		return feeLine{uncapped: "0.00", capped: "0.00", fee: "0.00"}
	}
	rule := l.feeRule(q, q.month)
	if rule == nil {
		return none
	}
	start, ok := l.feeStart(rule, q, until)
	if !ok {
		return none
	}
	end := dayOf(q.paid)
	if rule.table("end")["value"] != "pay_date_inclusive" {
		end = end.previous() // day_before_declare, day_before_bill, pay_date_exclusive
	}
	return l.run(q, start, end, l.capMode(q, q.month))
}

// exempt reports whether a row frees the month (R-LATEFEE-11). Who pays after
// the free period pays from the day after it (ADR 0003).
func (l *land) exempt(q feeAsk) (free bool, until string) {
	for _, r := range l.rows["fee_exemptions"] {
		from, to, by := r.text("fee_from"), r.text("fee_to"), r.text("paid_by")
		if named(r.list("payers"), q.payer) && named(r.list("causes"), q.cause) && (len(r.schemes) == 0 || slices.Contains(r.schemes, q.scheme)) &&
			from <= q.month && (to == "" || q.month <= to) {
			free = free || by == "" || q.paid <= by
			until = max(until, by)
		}
	}
	return free, until
}

// feeRule is that of the area, else that of the level above; of one level the
// row that names the scheme.
func (l *land) feeRule(q feeAsk, month string) *row {
	rules := l.speaking("late_fee_rules", q.scheme, month, q.known)
	if len(rules) == 0 {
		return nil
	}
	own := rules[0]
	for _, r := range rules {
		if len(own.schemes) == 0 && len(r.schemes) > 0 && r.level == own.level {
			own = r
		}
	}
	return own
}

// capMode says whether the fee may exceed the principal; plain counting takes
// the rule of the month in which it begins.
func (l *land) capMode(q feeAsk, month string) string {
	rule := l.feeRule(q, month)
	if rule == nil {
		return "none"
	}
	return rule.table("cap")["value"].(string)
}

// feeStart is the first day of arrears. Where the formula of the month was not
// seen, nothing fills it (R-LATEFEE-05); a free period that ended unpaid goes
// before the deadline of the month; a difference after a change of rules has a
// deadline of its own.
func (l *land) feeStart(rule *row, q feeAsk, freeUntil string) (day, bool) {
	start := rule.table("start")["value"]
	switch {
	case start == "unknown":
		return day{}, false
	case freeUntil != "":
		return dayOf(freeUntil).next(), true
	case q.cause == "rule_changed":
		return afterDeadline(q)
	}
	switch start {
	case "first_of_month_after_collection":
		offset, _ := strconv.Atoi(rule.text("collection_offset"))
		return dayOf(addMonths(q.month, offset+1) + "-01"), true
	case "day_after_deadline":
		x := rule.table("deadline")
		if x == nil {
			return afterDeadline(q)
		}
		offset, _ := strconv.Atoi(x["month_offset"].(string))
		number, _ := strconv.Atoi(x["day"].(string))
		m := dayOf(addMonths(q.month, offset) + "-01")
		last := day{m.y, m.m, min(number, monthLength(m.y, m.m))}
		if roll, _ := x["roll"].(map[string]any); roll["value"] == "next_working_day" {
			for !l.worked(last) {
				last = last.next()
			}
		}
		return last.next(), true
	}
	return day{}, false
}

func afterDeadline(q feeAsk) (day, bool) {
	if q.deadline == "" {
		return day{}, false
	}
	return dayOf(q.deadline).next(), true
}

// worked reports whether a day is a working day by the table of its year.
func (l *land) worked(x day) bool {
	for _, y := range l.rows["workdays"] {
		if y.text("year") != fmt.Sprint(x.y) {
			continue
		}
		if x.weekday() > 5 {
			return slices.Contains(y.list("worked_weekend_days"), x.String())
		}
		return !slices.Contains(y.list("rest_weekdays"), x.String())
	}
	panic("a year without a table of working days")
}

// run adds up day by day, each day at its own rate, and rounds at the end.
func (l *land) run(q feeAsk, start, end day, capMode string) feeLine {
	out := feeLine{start: start.String(), end: end.String()}
	var sum, part num
	var rate num
	from, last, days := day{}, day{}, 0
	closeRun := func() {
		if days > 0 {
			out.segments = append(out.segments, fmt.Sprintf("%s %s %d %s %s", from, last, days, rate.fraction(), part.exact()))
		}
		part, days = num{}, 0
	}
	rates := l.dayRates(q)
	lost := false // a day had no rate: what is known of the others is given all the same
	for d := start; !d.after(end); d = d.next() {
		today, ok := rates.on(d)
		if !ok { // also on a paused day: a time without a rate is missing, never nothing
			closeRun()
			lost = true
			continue
		}
		if paused(q, d) {
			closeRun()
			continue
		}
		if days > 0 && !today.is(rate) {
			closeRun()
		}
		if days == 0 {
			from, rate = d, today
		}
		days, last = days+1, d
		out.days++
		part = part.plus(q.principal.times(today))
		sum = sum.plus(q.principal.times(today))
		if out.capFrom == "" && !sum.less(q.principal) {
			out.capFrom = d.String()
		}
	}
	closeRun()
	if lost {
		return feeLine{start: out.start, end: out.end, segments: out.segments, uncapped: null, capped: null, fee: null, missing: true}
	}
	total := l.roundFee(sum)
	capped := total
	if q.principal.less(capped) {
		capped = q.principal
	}
	out.uncapped, out.capped, out.fee = total.yuan(), capped.yuan(), total.yuan()
	if capMode == "principal" {
		out.fee = out.capped
	}
	return out
}

func (l *land) roundFee(sum num) num {
	for _, r := range l.rows["rounding"] {
		if r.text("target") == "late_fee" {
			how := r.table("rounding")
			for _, unit := range texts(how["units"]) {
				sum = sum.round(how["mode"].(string), number(unit))
			}
			return sum
		}
	}
	panic("no rounding of the late fee")
}

func paused(q feeAsk, d day) bool {
	for _, p := range q.pauses {
		if !p[0].after(d) && !d.after(p[1]) {
			return true
		}
	}
	return false
}

// dayRate is a row of the table of rates with its days read once.
type dayRate struct {
	from, to day
	open     bool
	daily    num
}

type dayRates []dayRate

// dayRates are the rows that name the scheme, else the general ones.
func (l *land) dayRates(q feeAsk) (out dayRates) {
	var rows, general []*row
	for _, r := range l.rows["late_fee_rates"] {
		if len(r.schemes) == 0 {
			general = append(general, r)
		} else if slices.Contains(r.schemes, q.scheme) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		rows = general
	}
	for _, r := range rows {
		x := dayRate{from: dayOf(r.from), open: r.to == "", daily: *r.number("daily")}
		if !x.open {
			x.to = dayOf(r.to)
		}
		out = append(out, x)
	}
	return out
}

func (x dayRates) on(d day) (num, bool) {
	for _, r := range x {
		if !r.from.after(d) && (r.open || !d.after(r.to)) {
			return r.daily, true
		}
	}
	return num{}, false
}
