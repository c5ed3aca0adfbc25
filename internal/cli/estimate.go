package cli

import (
	"github.com/spf13/cobra"

	"bujiao/internal/inquiry"
	"bujiao/internal/law"
)

func newEstimate(a *app) *cobra.Command {
	return a.command("estimate", a.estimate, flag{name: "area", def: law.National}, flag{name: "last-month-paid"}, flag{name: "declared"})
}

// estimate gives the provisional 110 % and what is settled after the late
// declaration.
func (a *app) estimate(x *args) error {
	x.need("last-month-paid")
	paid, declared := x.yuan("last-month-paid"), x.yuan("declared")
	if x.err != nil {
		return x.err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.Estimate(inquiry.EstimateRequest{Area: x.text("area"), LastMonthPaid: paid, Declared: declared})
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) {
		p.line(p.a.area(x.text("area")))
		p.gap()
		rows := [][]string{
			{p.a.text("cli.estimate.paid", nil), paid.String()},
			{p.a.text("cli.estimate.provisional", nil), p.amount(answer.Provisional)},
		}
		if declared != nil {
			rows = append(rows,
				[]string{p.a.text("cli.estimate.declared", nil), declared.String()},
				[]string{p.a.text("cli.estimate.settlement", nil), p.amount(answer.Settlement)})
		}
		p.table("lr", nil, rows)
		p.basis(answer.Basis)
		p.notes(notes{answer.Missing, answer.Marks, nil, answer.Policy}, p.a.figure)
	})
}
