package assess

import (
	"fmt"
	"sort"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Span is a range of days, both included.
type Span struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
}

// LateFeeRequest asks for the late fee (滞纳金) of one scheme and month. Either
// From and To are given (plain counting of both days, by the area's table of
// rates) or Month and Paid (the area's own rules).
type LateFeeRequest struct {
	Principal money.Fen // both shares
	Scheme    insurance.Scheme
	From, To  calendar.Date
	Month     calendar.Month
	Paid      calendar.Date // the day the make-up is declared or paid
	Deadline  calendar.Date // fills a missing deadline
	Payer     insurance.Payer
	Cause     insurance.Cause
	Pauses    []Span // deferral agreements: days that do not count (O13 art. 22)
	Lang      string
}

// hasDeadline reports whether a deadline is given that can be the month's: no
// month has to be paid before it has begun. A request of several months has
// one deadline, which is that of the months up to it.
func (q *LateFeeRequest) hasDeadline() bool { return q.Deadline >= q.Month.First() }

// Segment is a run of days under one rate. Amount is exact, in yuan.
type Segment struct {
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to"`
	Days   int           `json:"days"`
	Rate   money.Rate    `json:"rate"`
	Amount string        `json:"amount"`
}

// LateFee is the answer. Uncapped and Capped are the two readings of ACL art.
// 45; LateFee is the one that the area's cap mode chooses.
type LateFee struct {
	Segments []Segment     `json:"segments"`
	Days     *int          `json:"days"` // counted days; null where the start is not known
	LateFee  *money.Fen    `json:"late_fee"`
	Uncapped *money.Fen    `json:"uncapped"`
	Capped   *money.Fen    `json:"capped"`
	CapFrom  calendar.Date `json:"cap_from"`
	Start    calendar.Date `json:"start"`
	End      calendar.Date `json:"end"`
	Basis    []string      `json:"basis"`
	Notes    []string      `json:"notes,omitempty"`
	notes
	Policy law.Policy `json:"policy"`
}

// FeeTrace says how a late fee came about.
type FeeTrace struct {
	Principal money.Fen     `json:"principal"`
	Rule      string        `json:"rule,omitempty"`
	StartRule string        `json:"start_rule,omitempty"`
	EndRule   string        `json:"end_rule,omitempty"`
	Deadline  calendar.Date `json:"deadline"`
	Start     calendar.Date `json:"start"`
	End       calendar.Date `json:"end"`
	Free      string        `json:"free,omitempty"` // row that frees the month
	Segments  []Segment     `json:"segments"`
	Uncapped  *money.Fen    `json:"uncapped"`
	Capped    *money.Fen    `json:"capped"`
	CapMode   string        `json:"cap_mode,omitempty"`
	CapFrom   calendar.Date `json:"cap_from"`
	Amount    *money.Fen    `json:"amount"`
}

// NewLateFee answers a LateFeeRequest.
func NewLateFee(r *law.Reader, q LateFeeRequest) (*LateFee, error) {
	d := &desk{law: r, text: q.Lang, notes: &notes{}}
	var f *fee
	var err error
	if q.From != 0 {
		f, err = d.plainFee(q)
	} else {
		f, err = d.monthFee(q)
	}
	if err != nil {
		return nil, err
	}
	d.placeFee(f, "/late_fee")
	out := &LateFee{
		Segments: f.trace.Segments, LateFee: f.trace.Amount, Uncapped: f.trace.Uncapped, Capped: f.trace.Capped,
		CapFrom: f.trace.CapFrom, Start: f.trace.Start, End: f.trace.End, Basis: f.basis, Notes: f.said, Policy: r.Policy(),
	}
	if f.trace.Start != 0 || f.hole == nil {
		out.Days = &f.days
	}
	if out.Segments == nil {
		out.Segments = []Segment{}
	}
	if out.Basis == nil {
		out.Basis = []string{}
	}
	if f.hole != nil {
		d.miss(Missing{Scheme: q.Scheme.String(), Month: q.Month, Parameter: f.hole.Parameter, Area: r.Area(), Ask: f.hole.Ask, Text: f.hole.Text.In(q.Lang)})
	}
	out.notes = d.closed()
	return out, nil
}

// fee is a late fee in the making.
type fee struct {
	trace FeeTrace
	days  int
	hole  *law.Hole
	basis []string
	said  []string // notes in words
	marks []fieldMark
	doubt []doubt
	alts  []fieldAlt
}

type doubt struct {
	status law.Status
	basis  string
}

func (f *fee) cite(h *law.Head) {
	f.basis = append(f.basis, h.Cite())
	f.marks = append(f.marks, fieldMark{"late_fee", h})
}

func (d *desk) placeFee(f *fee, path string) {
	if f.trace.Amount == nil {
		return // a figure that is not there rests on nothing
	}
	for _, m := range f.marks {
		d.mark(path, m.head.Doubt(), m.head.Why())
		d.markKnown(path, m.head)
	}
	for _, m := range f.doubt {
		d.mark(path, m.status, m.basis)
	}
	for _, a := range f.alts {
		d.alternative(Alternative{a.name, a.reading, path, a.amount})
	}
}

// plainFee counts both days by the table of rates, whatever start, end or
// exemption rules say; the cap mode is that of the month of the first day.
func (d *desk) plainFee(q LateFeeRequest) (*fee, error) {
	f := &fee{trace: FeeTrace{Principal: q.Principal, Start: q.From, End: q.To}}
	cap := law.Switch{Value: "none"}
	if rule, _ := d.law.LateFeeRule(q.Scheme, q.From.Month()); rule != nil {
		cap = rule.Cap
	}
	return f, d.runFee(f, q, cap)
}

// monthFee applies the area's own rules to a fee month (R-LATEFEE-05..-07, -11).
func (d *desk) monthFee(q LateFeeRequest) (*fee, error) {
	f := &fee{trace: FeeTrace{Principal: q.Principal}}
	resume := calendar.Date(0)
	for _, x := range d.law.Exemptions(q.Payer, q.Scheme, q.Cause, q.Month) {
		f.cite(&x.Head)
		if x.PaidBy == 0 || q.Paid <= x.PaidBy {
			f.trace.Free = x.ID
			f.trace.Amount, f.trace.Uncapped, f.trace.Capped = fen(0), fen(0), fen(0)
			return f, nil
		}
		resume = max(resume, x.PaidBy+1)
	}
	rule, h := d.law.LateFeeRule(q.Scheme, q.Month)
	if h != nil {
		f.hole = h
		return f, nil
	}
	f.cite(&rule.Head)
	f.trace.Rule, f.trace.EndRule = rule.ID, rule.End.Value
	switch {
	case resume != 0:
		f.trace.Start, f.trace.StartRule = resume, "day_after_free_period"
		f.doubt = append(f.doubt, doubt{law.Assumed, "counted from the day after the free period; no source says from when"})
	case q.Cause == insurance.RuleChanged && rule.Start.Value != "unknown":
		// the month was paid by the rules of its day; the difference has a
		// deadline of its own
		if !q.hasDeadline() {
			f.hole = &law.Hole{Parameter: "late_fee_rules.difference_deadline", Ask: "--deadline"}
			return f, nil
		}
		f.trace.Deadline, f.trace.StartRule, f.trace.Start = q.Deadline, "day_after_deadline", q.Deadline+1
	default:
		if f.hole = d.feeStart(f, rule, q); f.hole != nil {
			return f, nil
		}
	}
	f.trace.End = endOf(rule.End.Value, q.Paid)
	if err := d.runFee(f, q, rule.Cap); err != nil || f.hole != nil {
		return f, err
	}
	return f, d.otherReadings(f, rule, q)
}

// feeStart finds the first day that counts.
func (d *desk) feeStart(f *fee, rule *law.LateFeeRule, q LateFeeRequest) *law.Hole {
	f.trace.StartRule = rule.Start.Value
	switch rule.Start.Value {
	case "first_of_month_after_collection":
		f.trace.Start = q.Month.Add(rule.CollectionOffset + 1).First()
	case "day_after_deadline":
		if rule.Deadline == nil {
			if !q.hasDeadline() {
				h := &law.Hole{Parameter: "late_fee_rules.deadline", Ask: "--deadline"}
				if rule.Missing != nil {
					h.Text = *rule.Missing
				}
				return h
			}
			f.trace.Deadline = q.Deadline
			f.trace.Start = q.Deadline + 1
			return nil
		}
		day, err := d.deadline(rule.Deadline, q.Month, rule.Deadline.Roll.Value)
		if err != nil {
			return &law.Hole{Parameter: "workdays"}
		}
		f.trace.Deadline, f.trace.Start = day, day+1
	default:
		h := &law.Hole{Parameter: "late_fee_rules.start"}
		if rule.Missing != nil {
			h.Text = *rule.Missing
		}
		return h
	}
	if q.Deadline != 0 {
		f.said = append(f.said, "deadline_ignored")
	}
	return nil
}

// deadline is the last day of payment of a fee month.
func (d *desk) deadline(x *law.Deadline, m calendar.Month, roll string) (calendar.Date, error) {
	y, mon := m.Add(x.MonthOffset).Civil()
	day := min(x.Day, calendar.DaysIn(y, mon))
	date, err := calendar.NewDate(y, mon, day)
	if err != nil || roll != "next_working_day" {
		return date, err
	}
	return d.law.Workdays().Roll(date)
}

// lastDay is the day before the late fee of a fee month would start; zero if no
// pack says it, or its year has no table of working days.
func (d *desk) lastDay(s insurance.Scheme, m calendar.Month) calendar.Date {
	rule, h := d.law.LateFeeRule(s, m)
	switch {
	case h != nil:
	case rule.Start.Value == "first_of_month_after_collection":
		return m.Add(rule.CollectionOffset+1).First() - 1
	case rule.Start.Value == "day_after_deadline" && rule.Deadline != nil:
		if day, err := d.deadline(rule.Deadline, m, rule.Deadline.Roll.Value); err == nil {
			return day
		}
	}
	return 0
}

func endOf(rule string, paid calendar.Date) calendar.Date {
	if rule == "pay_date_inclusive" {
		return paid
	}
	return paid - 1 // day_before_declare, day_before_bill, pay_date_exclusive
}

// runFee counts the days from start to end by the rates of each day, multiplies
// once and rounds once.
func (d *desk) runFee(f *fee, q LateFeeRequest, cap law.Switch) error {
	f.trace.CapMode = cap.Value
	if f.trace.End < f.trace.Start {
		f.trace.Amount, f.trace.Uncapped, f.trace.Capped = fen(0), fen(0), fen(0)
		return nil
	}
	segs, rows, ok := d.segments(q.Scheme, f.trace.Start, f.trace.End, q.Pauses)
	for _, h := range rows {
		f.cite(h)
	}
	f.days = countDays(f.trace.Start, f.trace.End, q.Pauses)
	for i, s := range segs {
		c, err := s.Rate.Times(int64(s.Days))
		if err != nil {
			return err
		}
		segs[i].Amount = money.Exact(q.Principal, c)
	}
	f.trace.Segments = segs
	if !ok {
		f.hole = &law.Hole{Parameter: "late_fee_rates"}
		return nil
	}
	rule := d.law.Rounding("late_fee", "", q.Payer, f.trace.Start.Month())
	if rule == nil {
		f.hole = &law.Hole{Parameter: "rounding.late_fee"}
		return nil
	}
	f.cite(&rule.Head)
	coef, err := coefficient(segs)
	if err != nil {
		return err
	}
	un, err := rule.Rounding.Mul(q.Principal, coef)
	if err != nil {
		return err
	}
	capped := min(un, q.Principal)
	f.trace.Uncapped, f.trace.Capped = &un, &capped
	f.trace.CapFrom = capDay(segs)
	f.trace.Amount = &un
	other := &capped
	reading := "principal"
	if cap.Value == "principal" {
		f.trace.Amount, other, reading = &capped, &un, "none"
	}
	if cap.Status == law.Disputed && un != capped {
		f.doubt = append(f.doubt, doubt{law.Disputed, "cap_mode: " + cap.Rule + " " + cap.Basis})
		f.alts = append(f.alts, fieldAlt{"late_fee", "cap_mode", reading, other})
	}
	return nil
}

// coefficient is the sum of rate x days; the fee is principal x coefficient.
func coefficient(segs []Segment) (money.Rate, error) {
	var sum money.Rate
	for _, s := range segs {
		c, err := s.Rate.Times(int64(s.Days))
		if err != nil {
			return 0, err
		}
		if sum > sum+c {
			return 0, money.ErrOverflow
		}
		sum += c
	}
	return sum, nil
}

// capDay is the first day on which the fee reaches the principal, zero if none.
func capDay(segs []Segment) calendar.Date {
	var sum money.Rate
	for _, s := range segs {
		if s.Rate <= 0 {
			continue
		}
		need := int((money.One - sum + s.Rate - 1) / s.Rate)
		if need <= s.Days {
			return s.From + calendar.Date(need-1)
		}
		sum += s.Rate * money.Rate(s.Days)
	}
	return 0
}

// countDays counts the days of a run that are not paused.
func countDays(from, to calendar.Date, pauses []Span) int {
	n := 0
	for _, s := range cut(from, to, 0, pauses) {
		n += s.Days
	}
	return n
}

// segments cuts from..to at changes of rate and at pauses. ok is false when a
// day has no rate: the table does not reach so far back, and the fee is
// missing; the segments that are known are given all the same.
func (d *desk) segments(s insurance.Scheme, from, to calendar.Date, pauses []Span) (segs []Segment, rows []*law.Head, ok bool) {
	rates := d.law.LateFeeRates(s, from, to)
	next := from
	ok = true
	for _, r := range rates {
		rows = append(rows, &r.Head)
		a, b := max(calendar.Date(r.From), next), to
		if r.To != 0 {
			b = min(b, calendar.Date(r.To))
		}
		if b < a {
			continue
		}
		ok = ok && a == next
		segs = append(segs, cut(a, b, r.Daily, pauses)...)
		next = b + 1
	}
	return segs, rows, ok && next > to
}

// cut removes paused days from a run.
func cut(a, b calendar.Date, rate money.Rate, pauses []Span) []Segment {
	sorted := append([]Span(nil), pauses...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].From < sorted[j].From })
	var out []Segment
	add := func(x, y calendar.Date) {
		if x <= y {
			out = append(out, Segment{From: x, To: y, Days: int(y-x) + 1, Rate: rate})
		}
	}
	for _, p := range sorted {
		if p.To < a || p.From > b {
			continue
		}
		add(a, min(b, p.From-1))
		a = max(a, p.To+1)
	}
	add(a, b)
	return out
}

// otherReadings prices the fee under the other readings of the end rule and of
// the roll of the deadline, where they are open.
func (d *desk) otherReadings(f *fee, rule *law.LateFeeRule, q LateFeeRequest) error {
	open := rule.End.Status != law.Verified || (rule.EndChanged != 0 && q.Paid >= rule.EndChanged)
	if open && f.trace.Start <= max(f.trace.End, q.Paid) {
		status := rule.End.Status
		if status == law.Verified {
			status = law.Disputed
		}
		f.doubt = append(f.doubt, doubt{status, fmt.Sprintf("end_rule %s: %s %s", rule.End.Value, rule.End.Rule, rule.End.Basis)})
		for _, v := range rule.End.Other {
			if err := d.reread(f, q, rule, "end_rule", v, f.trace.Start, endOf(v, q.Paid)); err != nil {
				return err
			}
		}
	}
	if rule.Deadline == nil || f.trace.StartRule != "day_after_deadline" || rule.Deadline.Roll.Status == law.Verified {
		return nil
	}
	for _, v := range rule.Deadline.Roll.Other {
		day, err := d.deadline(rule.Deadline, q.Month, v)
		if err != nil || day == f.trace.Deadline {
			continue // the other reading is the same day, or its year has no table
		}
		f.doubt = append(f.doubt, doubt{rule.Deadline.Roll.Status, "deadline_roll: " + rule.Deadline.Roll.Rule})
		if err := d.reread(f, q, rule, "deadline_roll", v, day+1, f.trace.End); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) reread(f *fee, q LateFeeRequest, rule *law.LateFeeRule, name, reading string, from, to calendar.Date) error {
	g := &fee{trace: FeeTrace{Principal: q.Principal, Start: from, End: to}}
	if err := d.runFee(g, q, law.Switch{Value: rule.Cap.Value}); err != nil || g.hole != nil {
		return err
	}
	if g.trace.Amount != nil && *g.trace.Amount == *f.trace.Amount {
		return nil // the same figure under either reading
	}
	f.alts = append(f.alts, fieldAlt{"late_fee", name, reading, g.trace.Amount})
	return nil
}
