package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

func newLateFee(a *app) *cobra.Command {
	cmd := a.command("latefee", a.lateFee,
		flag{name: "area", def: law.National}, flag{name: "principal"}, flag{name: "scheme", def: "pension"},
		flag{name: "from"}, flag{name: "to"}, flag{name: "month"}, flag{name: "paid"}, flag{name: "deadline"},
		flag{name: "payer", def: "employee"}, flag{name: "cause"}, flag{name: "pause", many: true}, flag{name: "schemes"})
	_ = cmd.Flags().MarkHidden("schemes") // the flag exists: it stands three lines up
	return cmd
}

// lateFee counts the late fee of one scheme and month.
func (a *app) lateFee(x *args) error {
	q := a.lateFeeRequest(x)
	if x.err != nil {
		return x.err
	}
	desk, err := a.desk()
	if err != nil {
		return err
	}
	answer, err := desk.LateFee(q)
	if err != nil {
		return err
	}
	if len(answer.Missing) > 0 {
		a.exit(exitMissing)
	}
	return a.show(answer, func(p *page) { p.lateFee(q, answer) })
}

func (a *app) lateFeeRequest(x *args) inquiry.LateFeeRequest {
	q := inquiry.LateFeeRequest{
		Area: x.text("area"), Principal: x.yuan("principal"),
		From: x.date("from"), To: x.date("to"), Month: x.month("month"), Paid: x.date("paid"), Deadline: x.date("deadline"),
		Payer: x.payer(), Cause: x.cause(), Scheme: x.scheme(),
	}
	x.need("principal")
	for _, s := range x.spans("pause") {
		q.Pauses = append(q.Pauses, assess.Span{From: s[0], To: s[1]})
	}
	days := x.given("from") || x.given("to")
	month := x.given("month") || x.given("paid")
	switch {
	case days && month, !days && !month:
		x.bad(usage("cli.latefee.one_way", nil))
	case days:
		x.need("from", "to")
		x.apart("from", "deadline")
		if q.To < q.From {
			x.bad(fault.New(fault.Invalid, "cli.latefee.order", nil))
		}
	default:
		x.need("month", "paid")
		if q.Month != 0 && q.Paid != 0 && q.Paid < q.Month.First() {
			x.bad(fault.New(fault.Invalid, "cli.latefee.too_early", nil))
		}
		if q.Month != 0 && q.Deadline != 0 && q.Deadline < q.Month.First() {
			x.bad(fault.New(fault.Invalid, "cli.latefee.deadline_early", nil))
		}
	}
	return q
}

// scheme reads --scheme; --schemes is taken too, with one value, since every
// other command spells it so.
func (x *args) scheme() insurance.Scheme {
	name := "scheme"
	if x.given("schemes") {
		x.apart("scheme", "schemes")
		name = "schemes"
	}
	s, err := insurance.ParseScheme(x.text(name))
	if err != nil {
		x.choice(name, insurance.SchemeNames()...) // says which there are
	}
	return s
}

func (x *args) cause() insurance.Cause {
	if !x.given("cause") {
		return ""
	}
	names := make([]string, len(insurance.Causes))
	for i, c := range insurance.Causes {
		names[i] = string(c)
	}
	return insurance.Cause(x.choice("cause", names...))
}

func itoa(n int) string { return strconv.Itoa(n) }

func (p *page) lateFee(q inquiry.LateFeeRequest, f *assess.LateFee) {
	p.line(p.a.area(q.Area) + "  " + p.a.schemeMonth(q.Scheme, q.Month) + "  " + p.a.text("cli.latefee.principal", fault.Args{"amount": q.Principal.String()}))
	p.gap()
	var rows [][]string
	for _, s := range f.Segments {
		rows = append(rows, []string{s.From.String() + " .. " + s.To.String(), itoa(s.Days), percent(s.Rate), s.Amount})
	}
	if len(rows) > 0 {
		p.table("lrrr", []string{p.a.text("cli.latefee.days_from_to", nil), p.a.text("cli.latefee.days", nil), p.a.text("cli.latefee.rate", nil), p.a.text("cli.latefee.exact", nil)}, rows)
		p.gap()
	}
	days := p.amount(nil)
	if f.Days != nil {
		days = itoa(*f.Days)
	}
	sums := [][]string{
		{p.a.text("cli.latefee.days", nil), days},
		{p.a.name("figure", "late_fee"), p.amount(f.LateFee)},
		{p.a.text("cli.latefee.uncapped", nil), p.amount(f.Uncapped)},
		{p.a.text("cli.latefee.capped", nil), p.amount(f.Capped)},
	}
	if f.CapFrom != 0 {
		sums = append(sums, []string{p.a.text("cli.latefee.cap_from", nil), f.CapFrom.String()})
	}
	p.table("lr", nil, sums)
	p.gap()
	p.say("cli.latefee.borne", nil)
	for _, n := range f.Notes {
		p.line(p.a.name("latefee.note", n))
	}
	p.basis(f.Basis)
	p.notes(notes{f.Missing, f.Marks, p.readings(f.Alternatives), f.Policy}, p.a.figure)
}

// basis lists the rows and articles behind an answer.
func (p *page) basis(list []string) {
	if len(list) == 0 {
		return
	}
	p.gap()
	p.title("cli.notes.basis")
	for _, b := range list {
		p.line("  - " + b)
	}
}

// percent writes a rate as people read it: 0.0005 is 0.05 %.
func percent(r money.Rate) string {
	v, err := r.Times(100)
	if err != nil {
		return r.String()
	}
	return v.String() + "%"
}
