package inquiry

import (
	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
)

// EstimateRequest asks for the provisional amount of a month that was not
// declared in time, and for its settlement.
type EstimateRequest struct {
	Area          string     `json:"area,omitempty"` // default: the national base
	LastMonthPaid *money.Fen `json:"last_month_paid"`
	Declared      *money.Fen `json:"declared,omitempty"`
}

// Estimate gives the provisional 110 % and what is settled after the late
// declaration.
func (d *Desk) Estimate(q EstimateRequest) (*assess.Provisional, error) {
	switch {
	case q.LastMonthPaid == nil:
		return nil, missing("last_month_paid")
	case *q.LastMonthPaid < 0:
		return nil, fault.New(fault.Invalid, "inquiry.negative", fault.Args{"field": "last_month_paid"})
	case q.Declared != nil && *q.Declared < 0:
		return nil, fault.New(fault.Invalid, "inquiry.negative", fault.Args{"field": "declared"})
	case q.Area == "":
		q.Area = law.National
	}
	r, err := d.reader(q.Area)
	if err != nil {
		return nil, err
	}
	out, err := assess.NewEstimate(r, assess.EstimateRequest{LastMonthPaid: *q.LastMonthPaid, Declared: q.Declared})
	return out, TooLarge(err)
}

// Retire says when somebody may retire and how many months are short.
func (d *Desk) Retire(q plan.RetireRequest) (*plan.RetireAnswer, error) {
	r, err := d.reader(law.National)
	if err != nil {
		return nil, err
	}
	q.Say = d.say
	return plan.Retire(r, q)
}

// WaitRequest asks how long a resident of an area waits for benefits.
type WaitRequest struct {
	Area string `json:"area"`
	plan.WaitRequest
}

// Wait says how long a resident waits for medical benefits.
func (d *Desk) Wait(q WaitRequest) (*plan.WaitAnswer, error) {
	if q.Area == "" {
		return nil, missing("area")
	}
	r, err := d.reader(q.Area)
	if err != nil {
		return nil, err
	}
	q.Say = d.say
	out, err := plan.Wait(r, q.WaitRequest)
	if err == nil {
		d.asked(out.Missing)
	}
	return out, err
}

// Term counts a statutory term.
func (d *Desk) Term(q plan.TermRequest) (*plan.TermAnswer, error) {
	r, err := d.reader(law.National)
	if err != nil {
		return nil, err
	}
	q.Say = d.say
	return plan.Term(r, q)
}

// CheckIDs checks numbers of persons and employers.
func (d *Desk) CheckIDs(numbers []string) []identity.Result {
	out := make([]identity.Result, len(numbers))
	for i, n := range numbers {
		out[i] = identity.Check(n, d.Today).Say(func(f *fault.Error) string { return lang.Fault(d.Lang, f) })
	}
	return out
}
