package httpapi

import (
	"encoding/json"

	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/office"
)

type debtsIn struct {
	Reading
	Paged
	State    string `query:"state" enum:"open,closed"`
	Employer string `query:"employer" maxLength:"64"`
	Person   string `query:"person" maxLength:"64"`
}

func listDebts(c *call, in *debtsIn) (*Page[arrears.Debt], error) {
	list, err := c.office().Debts(c.ctx, in.ask(c), office.DebtQuery{Filter: arrears.Filter{State: arrears.State(in.State), Employer: in.Employer, Person: in.Person}, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(d arrears.Debt) string { return d.ID }), nil
}

type billIn struct {
	Keyed
	Doc[arrears.BillInput]
}

func billArrears(c *call, in *billIn) (arrears.Billed, error) {
	return c.office().BillArrears(c.ctx, c.ask(in.Area, in.Key), in.value)
}

// Assessment is a person's record with gaps, prices and verdicts, and the
// late fees of what came late. An employer sees its own months only.
type Assessment struct {
	Record   Sealed            `json:"assessment"`
	LateFees []arrears.LateFee `json:"late_fees_of_payments"`
}

// Sealed is an answer with the receipt that proves it. An employer gets none:
// it would hold the person's whole record.
type Sealed struct {
	*assess.History
	Receipt json.RawMessage `json:"receipt,omitempty"`
}

type assessmentIn struct {
	Reading
	OfID
	On      string `query:"on" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"the day of payment that is asked about"`
	KnownAt string `query:"known_at" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func assessPerson(c *call, in *assessmentIn) (*Assessment, error) {
	on, err := day("on", in.On)
	if err != nil {
		return nil, err
	}
	known, err := day("known_at", in.KnownAt)
	if err != nil {
		return nil, err
	}
	p, err := c.office().DebtPrice(c.ctx, in.ask(c), office.PriceQuery{Person: in.ID, On: on, KnownAt: known, Lang: c.lang})
	if err != nil {
		return nil, err
	}
	out := &Assessment{Record: Sealed{History: p.History}, LateFees: p.LateFees}
	if p.Receipt != nil {
		out.Record.Receipt, err = c.s.c.Sign.Seal(p.Receipt)
	}
	return out, err
}
