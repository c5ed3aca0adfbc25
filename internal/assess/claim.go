package assess

import (
	"fmt"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// QuoteLine is what one scheme and month costs to make up on a day. The late
// fee is the employer's; it has no share of the person (R-LATEFEE-08).
type QuoteLine struct {
	Scheme   insurance.Scheme `json:"scheme"`
	Month    calendar.Month   `json:"month"`
	Area     string           `json:"area,omitempty"`
	Cause    insurance.Cause  `json:"cause,omitempty"`
	Base     *money.Fen       `json:"base"`
	Employer *money.Fen       `json:"employer"`
	Person   *money.Fen       `json:"person"`
	LateDays *int             `json:"late_days"`
	LateFee  *money.Fen       `json:"late_fee"`
	Interest *money.Fen       `json:"interest"`
	Estimate *money.Fen       `json:"provisional,omitempty"` // 110 % of the month before, while not declared (SIL 62)
	Basis    []string         `json:"basis"`
}

// QuoteTotals sums lines; a sum that would include a null is null.
type QuoteTotals struct {
	Employer *money.Fen `json:"employer"`
	Person   *money.Fen `json:"person"`
	LateFee  *money.Fen `json:"late_fee"`
	Interest *money.Fen `json:"interest"`
	Total    *money.Fen `json:"total"`
}

// claim is one month of one scheme to be made up.
type claim struct {
	payer    law.Payer
	scheme   insurance.Scheme
	month    calendar.Month
	wage     *money.Fen
	injury   Injury
	grade    string
	group    string
	cause    insurance.Cause
	paid     paidShares // what was paid for the month already
	asOf     calendar.Date
	deadline calendar.Date
	pauses   []Span
	area     string // shown in lines of several areas
	settled  bool   // a resident's coverage year that the history shows as paid
	ask      string // a fact that is needed before anything can be said
	refused  bool   // a rule refuses it
}

type paidShares struct {
	employer, person money.Fen
}

// claimLine prices a claim into a line of the answer and its trace.
func (d *desk) claimLine(c claim, path string) (QuoteLine, Trace, error) {
	line := QuoteLine{Scheme: c.scheme, Month: c.month, Area: c.area, Cause: c.cause, Basis: []string{}}
	if c.ask != "" {
		d.miss(Missing{Scheme: c.scheme.String(), Month: c.month, Parameter: "facts", Area: d.law.Area(), Ask: c.ask})
		return line, Trace{Path: path, Rows: []string{}}, nil
	}
	if c.payer.Kind == insurance.Resident {
		return d.residentLine(c, line, path)
	}
	t := d.terms(c.scheme, c.month, c.payer, c.injury, c.grade)
	priced, err := t.price(c.wage)
	if err != nil {
		return line, Trace{}, err
	}
	priced.trace.Path = path
	takeOff(&priced.employer, priced.trace.Employer, c.paid.employer)
	takeOff(&priced.person, priced.trace.Person, c.paid.person)
	d.place(priced, t, path)
	line.Base, line.Employer, line.Person, line.Basis = priced.base, priced.employer, priced.person, basisOf(priced)
	if err := d.claimFee(c, &line, &priced.trace, path); err != nil {
		return line, Trace{}, err
	}
	d.claimInterest(c, &line)
	return line, priced.trace, nil
}

// takeOff subtracts what was paid; more than was due leaves nothing to pay.
func takeOff(amount **money.Fen, tr *ShareTrace, paid money.Fen) {
	if *amount == nil || paid == 0 {
		return
	}
	v := max(**amount-paid, 0)
	*amount = &v
	if tr != nil {
		tr.Paid, tr.Amount = &paid, v
	}
}

// claimFee adds the late fee on both shares.
func (d *desk) claimFee(c claim, line *QuoteLine, tr *Trace, path string) error {
	known := line.Employer != nil && line.Person != nil
	var principal money.Fen
	if known {
		principal = *line.Employer + *line.Person
	}
	f, err := d.monthFee(LateFeeRequest{Principal: principal, Scheme: c.scheme, Month: c.month, Paid: c.asOf, Deadline: c.deadline,
		Payer: c.payer.Kind, Cause: c.cause, Pauses: c.pauses})
	if err != nil {
		return err
	}
	line.Basis = append(line.Basis, f.basis...)
	if f.hole != nil {
		d.miss(Missing{Scheme: c.scheme.String(), Month: c.month, Parameter: f.hole.Parameter, Area: d.law.Area(), Ask: d.ask(f.hole.Ask), Text: f.hole.Text.In(d.lang())})
		return nil
	}
	days := f.days
	line.LateDays = &days
	if !known && f.trace.Free == "" && days > 0 {
		return nil
	}
	line.LateFee = f.trace.Amount
	tr.LateFee = &f.trace
	d.placeFee(f, path+"/late_fee")
	return nil
}

// claimInterest: where a pack says that made-up months carry interest, the
// figure is the agency's as long as no formula was seen (R-BACKPAY-11).
func (d *desk) claimInterest(c claim, line *QuoteLine) {
	rule := d.law.InterestRule(c.scheme, c.month)
	if rule == nil || rule.Mode == "none" {
		line.Interest = fen(0)
		if rule != nil {
			line.Basis = append(line.Basis, rule.Cite())
			d.mark("/totals/interest", rule.Doubt(), rule.Why()) // once, not on every line
		}
		return
	}
	d.miss(Missing{Scheme: c.scheme.String(), Month: c.month, Parameter: "interest_rules", Area: d.law.Area(), Text: rule.Text.In(d.lang())})
}

// residentLine: a coverage year is one amount, repaid at the personal standard
// of the current year (R-MED-07); voluntary, so without late fee.
func (d *desk) residentLine(c claim, line QuoteLine, path string) (QuoteLine, Trace, error) {
	if c.settled {
		days := 0
		line.Employer, line.Person, line.LateDays, line.LateFee, line.Interest = fen(0), fen(0), &days, fen(0), fen(0)
		return line, Trace{Path: path, Rows: []string{}}, nil
	}
	due := &Due{}
	year := c.month.Year()
	if c.scheme == insurance.ResidentMedical {
		year = c.asOf.Year()
	}
	err := d.residentDue(DueRequest{Area: d.law.Area(), Year: year, Month: c.month, Payer: c.payer, Schemes: []insurance.Scheme{c.scheme}, Group: c.group, Grade: c.grade}, due, path)
	if err != nil || len(due.Lines) == 0 {
		return line, Trace{Path: path, Rows: []string{}}, err
	}
	days := 0
	line.Employer, line.Person, line.Basis = due.Lines[0].Employer, due.Lines[0].Person, due.Lines[0].Basis
	line.LateDays, line.LateFee, line.Interest = &days, fen(0), fen(0)
	tr := due.Trace[0]
	tr.Path = path
	return line, tr, nil
}

// refusedTotals sums the lines of months that may not be made up, which the
// totals include: what they would cost, not what anybody is asked for. Nil if
// there are none.
func refusedTotals(lines []QuoteLine, verdicts []Verdict) (*QuoteTotals, error) {
	var out []QuoteLine
	for _, l := range lines {
		for _, v := range verdicts {
			if v.Verdict == "refused" && v.Scheme == l.Scheme && v.Area == l.Area && v.From <= l.Month && l.Month <= v.To {
				out = append(out, l)
				break
			}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	t, err := sumQuote(out)
	return &t, err
}

// SumLines sums lines that were taken from an answer.
func SumLines(lines []QuoteLine) (QuoteTotals, error) { return sumQuote(lines) }

func sumQuote(lines []QuoteLine) (QuoteTotals, error) {
	var e, p, f, i, all adder
	for _, l := range lines {
		for _, x := range []struct {
			a *adder
			v *money.Fen
		}{{&e, l.Employer}, {&p, l.Person}, {&f, l.LateFee}, {&i, l.Interest}} {
			x.a.add(x.v)
			all.add(x.v)
		}
	}
	for _, a := range []*adder{&e, &p, &f, &i, &all} {
		if a.err != nil {
			return QuoteTotals{}, fmt.Errorf("totals: %w", a.err)
		}
	}
	return QuoteTotals{e.value(), p.value(), f.value(), i.value(), all.value()}, nil
}
