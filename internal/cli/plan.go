package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/planner"
)

func newPlan(a *app) *cobra.Command {
	return a.command("plan", a.plan, flag{name: "file", short: "f"})
}

// plan finds the cheapest lawful path of a request.
func (a *app) plan(x *args) error {
	q, err := request[planner.Request](a, x)
	if err != nil {
		return err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.Plan(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) { p.plan(answer) })
}

func (p *page) plan(r *planner.Answer) {
	p.line(p.a.area(r.Area) + "  " + p.a.text("cli.plan.target", nil) + " " + r.Target.String())
	rows := [][]string{}
	for _, x := range []struct {
		key string
		n   *int
	}{{"cli.plan.required", r.Required}, {"cli.plan.have", r.Have}} {
		if x.n != nil {
			rows = append(rows, []string{p.a.text(x.key, nil), p.a.months(x.n)})
		}
	}
	p.table("ll", nil, rows)
	for _, x := range r.Rules {
		p.line("  " + x.Rule + " " + x.Text)
	}
	p.gap()
	p.ways(r.Options)
	p.gap()
	if r.Cheapest == nil {
		p.say("cli.plan.none", nil)
	} else {
		p.say("cli.plan.cheapest", fault.Args{"way": p.wayName(r.Options[*r.Cheapest])})
	}
	for _, o := range r.Options {
		for _, reason := range o.Reasons {
			p.line("  - " + p.a.text("cli.retire.reason", fault.Args{"option": p.wayName(o), "text": strings.TrimSpace(reason.Rule + " " + reason.Text)}))
		}
	}
	if len(r.Impossible) > 0 {
		p.gap()
		p.title("cli.plan.impossible")
		for _, x := range r.Impossible {
			p.line("  " + p.a.name("scheme", x.Scheme.String()) + " " + x.From.String() + ".." + x.To.String())
			for _, reason := range x.Reasons {
				p.line("    - " + reason.Rule + " " + reason.Text)
			}
		}
	}
	p.notes(notes{r.Missing, r.Marks, nil, r.Policy}, p.a.figure)
}

// ways prints the table of ways.
func (p *page) ways(list []planner.Option) {
	var rows [][]string
	for _, o := range list {
		yes := func(b bool) string {
			if b {
				return p.a.text("cli.word.yes", nil)
			}
			return p.a.text("cli.word.no", nil)
		}
		cost := []string{"-", "-", "-"}
		if c := o.Cost; c != nil {
			cost = []string{p.amount(c.Person), p.amount(c.LateFee), p.amount(c.Total)}
		}
		n := "-"
		if o.Months != nil {
			n = itoa(*o.Months)
		}
		rows = append(rows, append([]string{p.wayName(o), yes(o.Allowed), yes(o.Reaches), n, when(o)}, cost...))
	}
	head := []string{p.a.text("cli.plan.way", nil), p.a.text("cli.retire.allowed", nil), p.a.text("cli.plan.reaches", nil), p.a.text("cli.plan.months", nil), p.a.text("cli.plan.which", nil),
		p.a.name("figure", "person"), p.a.name("figure", "late_fee"), p.a.name("figure", "total")}
	p.table("lllrlrrr", head, rows)
}

// when tells the months of a way, or the day that it leads to.
func when(o planner.Option) string {
	var out []string
	for _, s := range append(append([]planner.Span{}, o.MakeUp...), o.Pay...) {
		out = append(out, s.From.String()+".."+s.To.String())
	}
	switch {
	case o.From != 0:
		out = append(out, o.From.String())
	case o.Month != 0:
		out = append(out, o.Month.String())
	}
	return dash(strings.Join(out, " "))
}

func (p *page) wayName(o planner.Option) string {
	n := "0"
	if o.Years != nil {
		n = itoa(*o.Years)
	}
	return p.a.text("cli.plan.kind."+o.Kind, fault.Args{"n": n})
}
