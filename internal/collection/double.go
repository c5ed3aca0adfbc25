package collection

import (
	"cmp"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// AreaPaid is what an area's books say one person paid and was charged.
type AreaPaid struct {
	Area    string
	Paid    []ledger.Paid
	Charges []declaration.Charge
}

// Doubled is a month of a scheme that was paid more than once, in one area or
// in two: it counts once (R-BACKPAY-13).
type Doubled struct {
	Scheme   insurance.Scheme `json:"scheme"`
	FeeMonth calendar.Month   `json:"fee_month"`
	Paid     []DoubledPaid    `json:"paid"`      // by day, the first one first
	GiveBack int              `json:"give_back"` // which of Paid is proposed to go back; -1: two of the same day, a person decides
}

// DoubledPaid is one of the payments, with the charge a refund would name.
type DoubledPaid struct {
	Area        string        `json:"area"`
	Employer    string        `json:"employer,omitempty"`
	Charge      string        `json:"charge"`
	PaidOn      calendar.Date `json:"paid_on"`
	EmployerFen money.Fen     `json:"employer_share"`
	PersonFen   money.Fen     `json:"person_share"`
}

// Doubles finds the months of a person that were paid more than once. What
// settles a charge belongs to it; what was given back does not count, and what
// was paid of a bill that was taken back is owed back by that alone.
func Doubles(areas []AreaPaid) []Doubled {
	type month struct {
		scheme insurance.Scheme
		month  calendar.Month
	}
	type root struct{ area, charge string }
	found := map[month]map[root]*DoubledPaid{}
	for _, a := range areas {
		settles, gone := declaration.Settled(a.Charges), declaration.TakenBack(a.Charges)
		for _, p := range a.Paid {
			if gone[p.Charge] != "" {
				continue
			}
			charge := settles.Root(p.Charge)
			m, k := month{p.Scheme, p.FeeMonth}, root{a.Area, charge}
			if found[m] == nil {
				found[m] = map[root]*DoubledPaid{}
			}
			d := found[m][k]
			if d == nil {
				d = &DoubledPaid{Area: a.Area, Employer: p.Employer, Charge: charge}
				found[m][k] = d
			}
			d.EmployerFen, d.PersonFen, d.PaidOn = d.EmployerFen+p.EmployerFen, d.PersonFen+p.PersonFen, max(d.PaidOn, p.PostedOn)
		}
	}
	out := []Doubled{}
	for m, roots := range found {
		d := Doubled{Scheme: m.scheme, FeeMonth: m.month, GiveBack: -1}
		for _, p := range roots {
			if p.EmployerFen+p.PersonFen > 0 {
				d.Paid = append(d.Paid, *p)
			}
		}
		n := len(d.Paid)
		if n < 2 {
			continue
		}
		slices.SortFunc(d.Paid, func(a, b DoubledPaid) int {
			return cmp.Or(cmp.Compare(a.PaidOn, b.PaidOn), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Charge, b.Charge))
		})
		if d.Paid[n-1].PaidOn > d.Paid[n-2].PaidOn {
			d.GiveBack = n - 1
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Doubled) int {
		return cmp.Or(cmp.Compare(a.FeeMonth, b.FeeMonth), cmp.Compare(a.Scheme.Index(), b.Scheme.Index()))
	})
	return out
}
