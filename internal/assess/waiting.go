package assess

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Point is the price of the same months on a later day, under the law as it
// is known: principal and interest stay, the late fee grows.
type Point struct {
	Day     calendar.Date `json:"day"`
	LateFee *money.Fen    `json:"late_fee"`
	Total   *money.Fen    `json:"total"`
}

// waitMonths are the days of the curve, in months from the day of the question.
var waitMonths = []int{0, 1, 3, 6, 12, 24, 36}

// waiting prices the late fees of claims on later days.
func (o *office) waiting(claims []claim, lines []QuoteLine, area string, asOf calendar.Date) ([]Point, error) {
	out := make([]Point, 0, len(waitMonths))
	quiet := map[string]*desk{}
	for _, n := range waitMonths {
		p := Point{Day: asOf.AddMonths(n)}
		var fees, all adder
		for i, c := range claims {
			if c.area != "" {
				area = c.area
			}
			d := quiet[area]
			if d == nil {
				r, err := o.laws.Reader(area)
				if err != nil {
					return nil, err
				}
				d = &desk{law: r, text: o.text, notes: &notes{}}
				quiet[area] = d
			}
			fee, err := d.feeOn(c, lines[i], p.Day)
			if err != nil {
				return nil, err
			}
			fees.add(fee)
			for _, v := range []*money.Fen{lines[i].Employer, lines[i].Person, lines[i].Interest, fee} {
				all.add(v)
			}
		}
		if fees.err != nil || all.err != nil {
			return nil, money.ErrOverflow
		}
		p.LateFee, p.Total = fees.value(), all.value()
		out = append(out, p)
	}
	return out, nil
}

// feeOn is the late fee of a claim if it is paid on another day.
func (d *desk) feeOn(c claim, line QuoteLine, day calendar.Date) (*money.Fen, error) {
	if line.LateFee == nil || c.payer.Kind == insurance.Resident {
		return line.LateFee, nil
	}
	known := line.Employer != nil && line.Person != nil
	var principal money.Fen
	if known {
		principal = *line.Employer + *line.Person
	}
	f, err := d.monthFee(LateFeeRequest{Principal: principal, Scheme: c.scheme, Month: c.month, Paid: day, Deadline: c.deadline,
		Payer: c.payer.Kind, Cause: c.cause, Pauses: c.pauses})
	if err != nil {
		return nil, err
	}
	if !known && f.days > 0 {
		return nil, nil // no day counts today, but some will
	}
	return f.trace.Amount, nil
}
