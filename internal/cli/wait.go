package cli

import (
	"github.com/spf13/cobra"

	"bujiao/internal/inquiry"
	"bujiao/internal/plan"
)

func newWait(a *app) *cobra.Command {
	return a.command("wait", a.wait,
		flag{name: "area"}, flag{name: "missed"}, flag{name: "enrolled"}, flag{name: "repaid"},
		flag{name: "central"}, flag{name: "group"}, flag{name: "last-covered"})
}

// wait says how long a resident waits for medical benefits.
func (a *app) wait(x *args) error {
	x.need("area", "enrolled")
	q := inquiry.WaitRequest{Area: x.text("area"), WaitRequest: plan.WaitRequest{
		Missed: x.years("missed"), Repaid: x.years("repaid"), Enrolled: x.date("enrolled"),
		Group: x.text("group"), LastCovered: x.date("last-covered"),
	}}
	if x.given("central") {
		yes := x.choice("central", "yes", "no") == "yes"
		q.Central = &yes
	}
	if x.err != nil {
		return x.err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.Wait(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) { p.wait(q.Area, answer) })
}

func (p *page) wait(area string, w *plan.WaitAnswer) {
	p.line(p.a.area(area) + "  " + p.a.name("scheme", "resident_medical"))
	p.gap()
	total := p.a.months(w.TotalMonths)
	if w.FloorApplied {
		total += p.a.text("cli.wait.floor", nil)
	}
	p.table("ll", nil, [][]string{
		{p.a.text("cli.wait.fixed", nil), p.a.months(w.FixedMonths)},
		{p.a.text("cli.wait.variable", nil), p.a.months(w.VariableMonths)},
		{p.a.text("cli.wait.total", nil), total},
		{p.a.text("cli.wait.from", nil), p.a.day(w.BenefitsFrom)},
	})
	if len(w.Repair) > 0 {
		p.gap()
		p.title("cli.wait.repair")
		var rows [][]string
		for _, x := range w.Repair {
			rows = append(rows, []string{"  " + itoa(x.Years), p.a.months(x.Months), p.amount(x.Cost)})
		}
		p.table("rrr", []string{"  " + p.a.text("cli.wait.years", nil), p.a.text("cli.wait.total", nil), p.a.text("cli.wait.cost", nil)}, rows)
	}
	p.cover("cli.wait.cover", w.Cover)
	if len(w.Repair) > 1 {
		p.cover("cli.wait.cover_repaired", w.CoverRepaired)
	}
	p.remarks(w.Notes)
	p.notes(planned(w.Missing, w.Marks, w.Alternatives), p.a.figure)
}

// cover prints which days of the coverage year are insured.
func (p *page) cover(title string, runs []plan.Run) {
	if len(runs) == 0 {
		return
	}
	p.gap()
	p.title(title)
	for _, r := range runs {
		p.line("  " + r.From.String() + " .. " + r.To.String() + "  " + r.Text)
	}
}
