package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/casework"
	"bujiao/internal/evidence"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/office"
	"bujiao/internal/report"
	"bujiao/internal/strictjson"
	"bujiao/internal/upload"
)

// caseThings are the commands about what belongs to a case: its file for a
// court, a deferral before it is asked for, cards of a batch, the make-up file,
// papers and appointments.
func (a *app) caseThings() []*cobra.Command {
	purpose := flag{name: "purpose"}
	dossier := a.deskCommand("case.dossier", a.caseDossier, flag{name: "out"}, purpose)
	dossier.Use, dossier.Args = "dossier ID", words(1, 1, "ID")
	plan := a.deskCommand("case.plan", a.casePlan, flag{name: "employer"}, flag{name: "until"}, flag{name: "instalments", def: "1"})
	batch := a.deskCommand("case.batch", a.caseBatch)
	batch.Use, batch.Args = "batch BATCH", words(1, 1, "BATCH")
	out := a.deskCommand("case.makeup.out", a.makeupOut, flag{name: "out"}, purpose)
	out.Use, out.Args = "out ID", words(1, 1, "ID")
	in := a.deskCommand("case.makeup.in", a.makeupIn, flag{name: "out"})
	in.Use, in.Args = "in FILE", words(1, 1, "FILE")
	hand := a.deskCommand("case.paper.hand-in", a.handIn, flag{name: "file"}, flag{name: "employer"}, flag{name: "person"}, flag{name: "from"}, flag{name: "to"}, flag{name: "formed-on"}, flag{name: "original-seen"})
	hand.Use, hand.Args = "hand-in ID KIND", words(2, 2, "ID KIND")
	missing := a.deskCommand("case.paper.missing", a.missingPapers, purpose)
	missing.Use, missing.Args = "missing ID", words(1, 1, "ID")
	return []*cobra.Command{dossier, plan, batch, a.subgroup("case.makeup", out, in), a.subgroup("case.paper", hand, missing), a.caseVisits()}
}

// subgroup is a group inside a group.
func (a *app) subgroup(name string, members ...*cobra.Command) *cobra.Command {
	g := a.group(name, members...)
	g.Use = name[strings.LastIndexByte(name, '.')+1:]
	return g
}

// save writes an answer into a file that only its owner reads.
func save(name string, data []byte) error {
	if err := os.WriteFile(name, data, 0o600); err != nil {
		return fault.Wrap(fault.Invalid, "cli.cannot_write", nil, err)
	}
	return nil
}

func (a *app) caseDossier(ctx context.Context, x *args, d *desk, q office.Request) error {
	if x.need("out"); x.err != nil {
		return x.err
	}
	got, err := d.CourtDossier(ctx, q, x.words[0])
	if err != nil {
		return err
	}
	if err := save(x.text("out"), got.ZIP); err != nil {
		return err
	}
	return a.show(map[string]int{"papers": got.Papers, "evidence": got.Evidence}, func(p *page) {
		p.say("cli.case.dossier.done", fault.Args{"papers": strconv.Itoa(got.Papers), "evidence": strconv.Itoa(got.Evidence)})
	})
}

func (a *app) casePlan(ctx context.Context, x *args, d *desk, q office.Request) error {
	x.need("employer", "until")
	until, n := x.date("until"), x.number("instalments", 1, 60)
	if x.err != nil {
		return x.err
	}
	got, err := d.PlanDeferral(ctx, q, office.DeferralQuery{Employer: x.text("employer"), Until: until, Instalments: n})
	if err != nil {
		return err
	}
	return a.show(got, func(p *page) {
		p.say("cli.case.plan.debt", fault.Args{"amount": got.Debt.String()})
		rows := [][]string{}
		for _, i := range got.Instalments {
			rows = append(rows, []string{i.DueOn.String(), i.Amount.String(), i.Left.String()})
		}
		p.table("lrr", p.heads("cli.case.plan.head.", "due_on", "amount", "left"), rows)
		p.say("cli.case.plan.fee", fault.Args{"kept": p.amount(got.LateFee), "otherwise": p.amount(got.Otherwise)})
	})
}

func (a *app) caseBatch(ctx context.Context, x *args, d *desk, q office.Request) error {
	got, err := d.CardBatch(ctx, q, x.words[0])
	if err != nil {
		return err
	}
	return a.show(got, func(p *page) {
		p.say("cli.case.batch.sum", fault.Args{"bank": got.Bank, "sent": strconv.Itoa(got.Sent), "back": strconv.Itoa(got.Back())})
		var rows [][]string
		for _, l := range got.Lines {
			rows = append(rows, []string{l.Case, p.a.name("case.batch.step", string(l.Step)), l.On.String()})
		}
		p.table("lll", p.heads("cli.case.batch.head.", "case", "step", "on"), rows)
	})
}

func (a *app) makeupOut(ctx context.Context, x *args, d *desk, q office.Request) error {
	data, err := d.MakeupFile(ctx, q, x.words[0])
	if err != nil {
		return err
	}
	if name := x.text("out"); name != "" {
		return save(name, data)
	}
	return a.write(bytes.NewBuffer(data))
}

// maxMakeupFile bounds a make-up file, in bytes.
const maxMakeupFile = 8 << 20

// makeupIn reads a make-up file as the months that open and move take.
func (a *app) makeupIn(ctx context.Context, x *args, d *desk, q office.Request) error {
	data, err := a.readInput(x.words[0], maxMakeupFile)
	if err != nil {
		return err
	}
	months, rejects, err := d.ReadMakeupFile(ctx, q, x.words[0], data)
	if err != nil {
		return err
	}
	if len(rejects) > 0 {
		a.exit(exitInvalid)
		list := make([]report.Rejected, len(rejects))
		for i, r := range rejects {
			list[i] = report.Rejected{File: r.File, Row: r.Row, Column: r.Column, Reason: lang.Fault(a.lang, r.Reason)}
		}
		return a.show(list, func(p *page) {
			for _, r := range list {
				p.say("cli.case.makeup.in.reject", fault.Args{"row": strconv.Itoa(r.Row), "column": r.Column, "reason": r.Reason})
			}
		})
	}
	if months == nil {
		months = []casework.Month{}
	}
	text, err := json.MarshalIndent(months, "", "  ")
	if err != nil {
		return err
	}
	if name := x.text("out"); name != "" {
		return save(name, append(text, '\n'))
	}
	return a.write(bytes.NewBuffer(append(text, '\n')))
}

func (a *app) handIn(ctx context.Context, x *args, d *desk, q office.Request) error {
	in := evidence.NewPiece{Case: x.words[0], Kind: x.words[1], Person: x.text("person"), Employer: x.text("employer"), From: x.month("from"), To: x.month("to"), FormedOn: x.date("formed-on")}
	if x.given("original-seen") {
		in.OriginalSeen = x.choice("original-seen", "true", "false") == "true"
	}
	if x.err != nil {
		return x.err
	}
	if name := x.text("file"); name != "" {
		data, err := a.readInput(name, upload.MaxSize)
		if err != nil {
			return err
		}
		u, err := d.Upload(ctx, q, data)
		if err != nil {
			return err
		}
		in.File = u.Hash
	}
	got, err := d.HandIn(ctx, q, in)
	if err != nil {
		return err
	}
	return a.show(got, func(p *page) {
		p.say("cli.case.paper.hand-in.done", fault.Args{"id": got.ID, "kind": got.Kind})
	})
}

func (a *app) missingPapers(ctx context.Context, x *args, d *desk, q office.Request) error {
	got, err := d.CasePapers(ctx, q, x.words[0])
	if err != nil {
		return err
	}
	return a.show(got, func(p *page) {
		if got.Complete() {
			p.say("cli.case.paper.missing.none", nil)
			return
		}
		var rows [][]string
		for _, m := range got.Missing {
			span := ""
			for i, s := range m.Months {
				if i > 0 {
					span += ", "
				}
				span += s.From.String() + "–" + s.To.String()
			}
			must := p.a.text("cli.case.paper.missing.asked", nil)
			if m.Required {
				must = p.a.text("cli.case.paper.missing.required", nil)
			}
			rows = append(rows, []string{m.Kind, m.Text.In(p.a.lang), m.Person, span, must})
		}
		p.table("lllll", p.heads("cli.case.paper.missing.head.", "kind", "paper", "person", "months", "must"), rows)
		for _, n := range got.Needs {
			p.say("cli.case.paper.missing.unknown", fault.Args{"fact": n})
		}
	})
}

// described reads a file of JSON.
func described[T any](a *app, name string) (out T, err error) {
	data, err := a.readInput(name, maxCaseMonths)
	if err == nil {
		err = strictjson.Decode(data, &out)
	}
	return out, err
}
