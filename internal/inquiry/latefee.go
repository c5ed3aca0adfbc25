package inquiry

import (
	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// LateFeeRequest asks for the late fee of one scheme and month: by plain days
// (from, to), or by the area's own rules (month, paid).
type LateFeeRequest struct {
	Area      string           `json:"area,omitempty"` // default: the national base
	Principal *money.Fen       `json:"principal"`      // both shares
	Scheme    insurance.Scheme `json:"scheme,omitempty"`
	From      calendar.Date    `json:"from,omitzero"`
	To        calendar.Date    `json:"to,omitzero"`
	Month     calendar.Month   `json:"month,omitzero"`
	Paid      calendar.Date    `json:"paid,omitzero"`
	Deadline  calendar.Date    `json:"deadline,omitzero"` // fills a deadline that no pack gives
	Payer     insurance.Payer  `json:"payer,omitempty"`   // default: employee
	Cause     insurance.Cause  `json:"cause,omitempty"`
	Pauses    []assess.Span    `json:"pauses,omitempty"` // deferral agreements: days that do not count
}

func (q *LateFeeRequest) check() error {
	if q.Area == "" {
		q.Area = law.National
	}
	if q.Scheme == 0 {
		q.Scheme = insurance.Pension
	}
	if q.Payer == "" {
		q.Payer = insurance.Employee
	}
	days, month := q.From != 0 || q.To != 0, q.Month != 0 || q.Paid != 0
	switch {
	case q.Principal == nil:
		return missing("principal")
	case *q.Principal < 0:
		return fault.New(fault.Invalid, "inquiry.negative", fault.Args{"field": "principal"})
	case days == month:
		return fault.New(fault.Usage, "inquiry.latefee_one_way", nil)
	case days && (q.From == 0 || q.To == 0):
		return missing("from", "to")
	case days && q.Deadline != 0:
		return apart("from", "deadline")
	case days && q.To < q.From:
		return fault.New(fault.Invalid, "inquiry.latefee_order", nil)
	case month && (q.Month == 0 || q.Paid == 0):
		return missing("month", "paid")
	case month && q.Paid < q.Month.First():
		return fault.New(fault.Invalid, "inquiry.latefee_too_early", nil)
	case q.Deadline != 0 && q.Deadline < q.Month.First():
		return fault.New(fault.Invalid, "inquiry.latefee_deadline_early", nil)
	}
	for _, p := range q.Pauses {
		if p.From == 0 || p.To < p.From {
			return fault.New(fault.Invalid, "assess.span", fault.Args{"field": "pauses"})
		}
	}
	return nil
}

// LateFee counts the late fee of one scheme and month.
func (d *Desk) LateFee(q LateFeeRequest) (*assess.LateFee, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	r, err := d.reader(q.Area)
	if err != nil {
		return nil, err
	}
	out, err := assess.NewLateFee(r, assess.LateFeeRequest{
		Principal: *q.Principal, Scheme: q.Scheme, From: q.From, To: q.To, Month: q.Month, Paid: q.Paid,
		Deadline: q.Deadline, Payer: q.Payer, Cause: q.Cause, Pauses: q.Pauses, Lang: d.Lang,
	})
	if err != nil {
		return nil, TooLarge(err)
	}
	d.asked(out.Missing)
	return out, nil
}
