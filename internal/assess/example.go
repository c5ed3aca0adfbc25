package assess

import (
	"strings"

	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Printed computes the amount that an example's source prints, by the terms
// of the book; nil if they do not give it. Printed amounts are those of the
// ordinary rate, without the relief for small units.
func Printed(b *law.Book, e *law.Example) (*money.Fen, error) {
	r := b.Read(0, false)
	p := law.Payer{Kind: insurance.Employee, Tier: e.Tier, UnitType: insurance.LargeAndOther}
	switch e.Population {
	case "", "employee":
	case "flexible":
		p.Kind, p.UnitType = insurance.Flexible, ""
	default:
		p.Populations = []string{e.Population}
	}
	if part, ok := strings.CutPrefix(e.Share, "part:"); ok {
		return printedPart(r, e, p, part)
	}
	due, err := NewDue(r, DueRequest{Area: b.Area, Month: e.Period, Wage: &e.Base, Schemes: []insurance.Scheme{e.Scheme}, Payer: p})
	if err != nil {
		return nil, err
	}
	for _, l := range due.Lines {
		if l.Scheme != e.Scheme {
			continue
		}
		if e.Share == "employer" {
			return l.Employer, nil
		}
		return l.Person, nil
	}
	return nil, nil
}

// printedPart is one part of a flexible payer's amount. A part that is booked
// as large-medical stands in the medical row.
func printedPart(r *law.Reader, e *law.Example, p law.Payer, part string) (*money.Fen, error) {
	row, hole := r.Flexible(insurance.Medical, e.Period, p)
	rule := r.Rounding("amount", "person", p.Kind, e.Period)
	if hole != nil || rule == nil {
		return nil, nil
	}
	rate, ok := row.Parts[part]
	if !ok {
		return nil, nil
	}
	v, err := rule.Rounding.Mul(e.Base, rate.Rate())
	return &v, err
}
