package cli

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/httpapi"
	"bujiao/internal/office"
)

// caseDesk are the commands that work on cases in the books, each as somebody
// who logs in: who may do what is the table's to say, and the program itself is
// nobody but its clock.
func (a *app) caseDesk() []*cobra.Command {
	reads := []flag{{name: "purpose"}}
	gives := []flag{{name: "months"}, {name: "reason"}}
	list := a.deskCommand("case.list", a.caseList, append([]flag{{name: "kind"}, {name: "state"}, {name: "employer"}, {name: "person"}, {name: "owner"}}, reads...)...)
	show := a.deskCommand("case.show", a.caseShow, reads...)
	show.Use, show.Args = "show ID", words(1, 1, "ID")
	open := a.deskCommand("case.open", a.caseOpen, append([]flag{{name: "employer"}, {name: "person"}, {name: "event"}}, gives...)...)
	open.Use, open.Args = "open KIND [NAME=VALUE...]", words(1, -1, "KIND")
	move := a.deskCommand("case.move", a.caseMove, gives...)
	move.Use, move.Args = "move ID EVENT [NAME=VALUE...]", words(2, -1, "ID EVENT")
	return []*cobra.Command{list, show, open, move}
}

// deskCommand makes a command that opens the books and logs in.
func (a *app) deskCommand(name string, run func(context.Context, *args, *desk, office.Request) error, flags ...flag) *cobra.Command {
	all := append([]flag{{name: "area"}, {name: "as"}, {name: "password-file"}}, flags...)
	return a.bookCommand(name, func(ctx context.Context, x *args, d *desk) (err error) {
		if x.need("area", "as"); x.err != nil {
			return x.err
		}
		password, err := a.password(x)
		if err != nil {
			return err
		}
		token, account, err := d.LogIn(ctx, x.text("area"), x.text("as"), password, "")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.LogOut(ctx, token)) }()
		return run(ctx, x, d, office.Request{Actor: account.Actor(), Area: x.text("area"), Purpose: access.Purpose(x.text("purpose"))})
	}, all...)
}

// maxPassword bounds a file with a password, maxCaseMonths one with months.
const maxPassword, maxCaseMonths = 4 << 10, 1 << 20

// password reads the first line of a file, or asks at the terminal without
// showing what is typed. It never stands on the command line, which others see.
func (a *app) password(x *args) (string, error) {
	if name := x.text("password-file"); name != "" {
		data, err := a.readInput(name, maxPassword)
		line, _, _ := strings.Cut(string(data), "\n")
		return strings.TrimSuffix(line, "\r"), err
	}
	f, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return "", usage("cli.case.no_password", nil)
	}
	if _, err := a.errOut.Write([]byte(a.text("cli.case.password", fault.Args{"login": x.text("as")}))); err != nil {
		return "", err
	}
	typed, err := term.ReadPassword(int(f.Fd()))
	if err != nil {
		return "", fault.Wrap(fault.Invalid, "cli.case.no_password", nil, err)
	}
	_, err = a.errOut.Write([]byte("\n"))
	return string(typed), err
}

// given reads NAME=VALUE words.
func givenValues(words []string) (casework.Values, error) {
	out := casework.Values{}
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if _, twice := out[name]; !ok || name == "" || twice {
			return nil, usage("cli.case.bad_value", fault.Args{"name": clip(name)})
		}
		out[name] = value
	}
	return out, nil
}

// months reads which months a case is about; none is given where nothing stands.
func (a *app) caseMonths(x *args) ([]casework.Month, error) {
	name := x.text("months")
	if name == "" {
		return nil, nil
	}
	return described[[]casework.Month](a, name)
}

func (a *app) caseList(ctx context.Context, x *args, d *desk, q office.Request) error {
	f := casework.Filter{Kind: x.text("kind"), State: x.text("state"), Employer: x.text("employer"), Person: x.text("person"), Owner: access.Role(x.text("owner"))}
	list := []casework.Case{}
	for p := (books.Page{Limit: 500}); ; p.After = list[len(list)-1].ID {
		part, err := d.Cases(ctx, q, f, p)
		if err != nil {
			return err
		}
		if list = append(list, part...); len(part) < p.Limit {
			break
		}
	}
	return a.show(list, func(p *page) {
		var rows [][]string
		for _, c := range list {
			rows = append(rows, []string{c.ID, c.Kind, c.State, p.role(c.Owner), p.ends(c), c.Employer, c.Person})
		}
		p.table("lllllll", p.heads("cli.case.list.head.", "id", "kind", "state", "owner", "ends_on", "employer", "person"), rows)
	})
}

func (a *app) caseShow(ctx context.Context, x *args, d *desk, q office.Request) error {
	v, err := d.ReadCase(ctx, q, x.words[0])
	if err != nil {
		return err
	}
	out := httpapi.ShowCase(v, a.lang)
	return a.show(out, func(p *page) { p.caseShown(out) })
}

func (a *app) caseOpen(ctx context.Context, x *args, d *desk, q office.Request) error {
	data, err := givenValues(x.words[1:])
	if err != nil {
		return err
	}
	months, err := a.caseMonths(x)
	if err != nil {
		return err
	}
	got, err := d.OpenCase(ctx, q, office.CaseOpening{Kind: x.words[0], Event: x.text("event"), Person: x.text("person"), Employer: x.text("employer"), Data: data, Months: months, Reason: x.text("reason")})
	return a.moved(got, err)
}

func (a *app) caseMove(ctx context.Context, x *args, d *desk, q office.Request) error {
	data, err := givenValues(x.words[2:])
	if err != nil {
		return err
	}
	months, err := a.caseMonths(x)
	if err != nil {
		return err
	}
	got, err := d.MoveCase(ctx, q, office.CaseMove{Case: x.words[0], Event: x.words[1], Data: data, Months: months, Reason: x.text("reason")})
	return a.moved(got, err)
}

func (a *app) moved(m office.Moved, err error) error {
	if err != nil {
		return err
	}
	return a.show(m, func(p *page) {
		p.say("cli.case.moved", fault.Args{"id": m.Case.ID, "event": m.Event.Name, "state": m.Case.State})
		p.next(m.Case)
	})
}

// next says who has to act, and until when.
func (p *page) next(c casework.Case) {
	switch {
	case c.ClosedOn != 0:
		p.say("cli.case.closed", fault.Args{"day": c.ClosedOn.String()})
	case c.EndsOn == 0:
		p.say("cli.case.acts", fault.Args{"who": p.role(c.Owner)})
	default:
		p.say("cli.case.acts_until", fault.Args{"who": p.role(c.Owner), "day": p.ends(c)})
	}
}

func (p *page) role(r access.Role) string { return casework.RoleName(r, p.a.lang) }

func (p *page) ends(c casework.Case) string {
	switch {
	case c.EndsOn == 0:
		return ""
	case c.Overdue:
		return p.a.text("cli.case.over", fault.Args{"day": c.EndsOn.String()})
	}
	return c.EndsOn.String()
}

func (p *page) caseShown(c httpapi.CaseShown) {
	p.line(c.Name + " " + c.ID + p.a.text("cli.word.colon", nil) + c.StateName)
	p.next(c.Case)
	for _, whose := range [][2]string{{"employer", c.Employer}, {"person", c.Person}, {"parent", c.Parent}} {
		if whose[1] != "" {
			p.line(p.a.text("cli.case.show."+whose[0], nil) + p.a.text("cli.word.colon", nil) + whose[1])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Facts)) {
		p.line("  " + name + "=" + strings.ReplaceAll(c.Facts[name], "\n", " "))
	}
	var rows [][]string
	for _, e := range c.Events {
		rows = append(rows, []string{strconv.Itoa(e.Seq), e.On.String(), e.Name, e.To, p.role(e.Role), strings.ReplaceAll(e.Reason, "\n", " ")})
	}
	p.gap()
	p.table("rlllll", p.heads("cli.case.show.head.", "seq", "on", "event", "state", "by", "reason"), rows)
	if rows = nil; len(c.Months) > 0 {
		for _, m := range c.Months {
			rows = append(rows, []string{m.Person, m.Scheme.String(), m.FeeMonth.String(), p.amount(m.Base), p.amount(m.Employer), p.amount(m.Own), m.Verdict})
		}
		p.gap()
		p.table("lllrrrl", p.heads("cli.case.show.head.", "person", "scheme", "month", "base", "employer", "own", "verdict"), rows)
	}
	for _, part := range c.Parts {
		p.line(p.a.text("cli.case.show.part", fault.Args{"id": part.ID, "kind": part.Kind, "state": part.State}))
	}
	p.gap()
	p.title("cli.case.show.next")
	for _, n := range c.Next {
		p.option(n)
	}
}

// option says what may happen now, what it needs, and what stands in its way.
func (p *page) option(n httpapi.CaseNext) {
	p.line("  " + n.Event + "  " + n.Name)
	field := func(key string, list []httpapi.CaseField) {
		for _, f := range list {
			what := f.Type
			if len(f.Values) > 0 {
				what = strings.Join(f.Values, "|")
			}
			p.line("      " + p.a.text(key, nil) + " " + f.Name + "=" + what + "  " + f.Text)
		}
	}
	field("cli.case.show.gives", n.Fields)
	field("cli.case.show.may", n.Optional)
	if n.Reason {
		p.line("      " + p.a.text("cli.case.show.gives", nil) + " --reason")
	}
	for _, r := range n.Refused {
		p.line("      " + p.a.text("cli.case.show.refused", nil) + " " + refusal(r))
	}
}

// refusal is a condition that does not hold, with the rule behind it.
func refusal(r httpapi.CaseReason) string {
	if r.Rule == "" {
		return r.Text
	}
	return r.Text + " (" + r.Rule + ")"
}
