package cli

import (
	"github.com/spf13/cobra"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/plan"
)

func newTerm(a *app) *cobra.Command {
	return a.command("term", a.term, flag{name: "from"}, flag{name: "working-days"}, flag{name: "calendar-days"})
}

// maxTerm is the longest term that is counted, in days: about a hundred years.
const maxTerm = 36600

// term counts a statutory term.
func (a *app) term(x *args) error {
	x.need("from")
	x.apart("working-days", "calendar-days")
	if !x.given("working-days") && !x.given("calendar-days") {
		x.bad(usage("cli.term.days", nil))
	}
	q := plan.TermRequest{From: x.date("from"), WorkingDays: x.number("working-days", 1, maxTerm), CalendarDays: x.number("calendar-days", 1, maxTerm)}
	if x.err != nil {
		return x.err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.Term(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) {
		rows := [][]string{
			{p.a.text("cli.term.from", nil), p.a.day(answer.From)},
			{p.a.text("cli.term.length", nil), p.a.text("cli.term."+answer.Kind, fault.Args{"days": itoa(answer.Days)})},
			{p.a.text("cli.term.ends", nil), p.a.day(answer.Ends)},
		}
		if answer.RawEnds != answer.Ends && answer.RawEnds != 0 {
			rows = append(rows, []string{p.a.text("cli.term.raw", nil), p.a.day(answer.RawEnds)})
		}
		p.table("ll", nil, rows)
		p.notes(planned(answer.Missing, nil, nil), p.a.figure)
	})
}

// day writes a day with its weekday; no day is missing.
func (a *app) day(d calendar.Date) string {
	if d == 0 {
		return a.text("cli.word.missing", nil)
	}
	return d.String() + " " + a.text("cli.weekday."+itoa(d.Weekday()), nil)
}
