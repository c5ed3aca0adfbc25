package cli

import (
	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/plan"
)

func newRetire(a *app) *cobra.Command {
	return a.command("retire", a.retire,
		flag{name: "born"}, flag{name: "sex"}, flag{name: "category"}, flag{name: "months"}, flag{name: "first-insured"})
}

// maxPaidMonths is a hundred years of contributions.
const maxPaidMonths = 1200

// retire says when somebody may retire and how many months are short.
func (a *app) retire(x *args) error {
	x.need("born", "sex")
	q := plan.RetireRequest{Born: x.month("born"), FirstInsured: x.month("first-insured")}
	if x.given("sex") {
		q.Sex = insurance.Sex(x.choice("sex", string(insurance.Male), string(insurance.Female)))
	}
	if x.given("category") {
		q.Category = x.choice("category", plan.Worker, plan.Cadre)
	}
	if x.given("months") {
		n := x.number("months", 0, maxPaidMonths)
		q.Months = &n
	}
	if x.err != nil {
		return x.err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.Retire(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) { p.retire(answer) })
}

func (p *page) retire(r *plan.RetireAnswer) {
	age := p.a.text("cli.word.missing", nil)
	if r.AgeYears != nil && r.AgeMonths != nil {
		age = p.a.text("cli.retire.age_value", fault.Args{"years": itoa(*r.AgeYears), "months": itoa(*r.AgeMonths)})
	}
	month := r.RetireMonth.String()
	if month == "" {
		month = p.a.text("cli.word.missing", nil)
	}
	rows := [][]string{
		{p.a.text("cli.retire.month", nil), month},
		{p.a.text("cli.retire.age", nil), age},
		{p.a.text("cli.retire.delay", nil), p.a.months(r.DelayMonths)},
		{p.a.text("cli.retire.min", nil), p.a.months(r.MinMonths)},
	}
	if r.ShortMonths != nil {
		rows = append(rows, []string{p.a.text("cli.retire.short_of", nil), p.a.months(r.ShortMonths)})
	}
	p.table("ll", nil, rows)
	p.gap()
	p.title("cli.retire.options")
	var options [][]string
	for _, o := range r.Options {
		allowed := p.a.text("cli.word.no", nil)
		if o.Allowed {
			allowed = p.a.text("cli.word.yes", nil)
		}
		options = append(options, []string{"  " + p.a.name("option", o.Kind), dash(o.Month.String()), p.a.months(o.MinMonths), allowed})
	}
	head := []string{"  " + p.a.text("cli.retire.option", nil), p.a.text("cli.retire.in", nil), p.a.text("cli.retire.min", nil), p.a.text("cli.retire.allowed", nil)}
	p.table("llrl", head, options)
	for _, o := range r.Options {
		for _, reason := range o.Reasons {
			p.line("  - " + p.a.text("cli.retire.reason", fault.Args{"option": p.a.name("option", o.Kind), "text": reason.Text}))
		}
	}
	p.remarks(r.Notes)
	p.notes(planned(r.Missing, r.Marks, nil), p.a.figure)
}

// remarks prints sentences that belong to the whole answer.
func (p *page) remarks(list []plan.Reason) {
	if len(list) == 0 {
		return
	}
	p.gap()
	p.title("cli.notes.remarks")
	for _, n := range list {
		p.line("  - " + n.Text)
	}
}

// months writes a number of months, or that it is missing.
func (a *app) months(n *int) string {
	if n == nil {
		return a.text("cli.word.missing", nil)
	}
	if *n == 1 {
		return a.text("cli.word.one_month", nil)
	}
	return a.text("cli.word.months", fault.Args{"n": itoa(*n)})
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
