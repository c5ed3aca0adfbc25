package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

func newPack(a *app) *cobra.Command {
	lint := a.command("pack.lint", a.packLint)
	lint.Use, lint.Args = "lint [AREA...]", cobra.ArbitraryArgs
	test := a.command("pack.test", a.packTest)
	test.Use, test.Args = "test [AREA...]", cobra.ArbitraryArgs
	show := a.command("pack.show", a.packShow, flag{name: "on"})
	show.Use, show.Args = "show AREA", words(1, 1, "AREA")
	return a.group("pack", lint, test, show)
}

// LintAnswer lists what pack lint found.
type LintAnswer struct {
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Findings []law.Finding `json:"findings"`
}

// packLint reports what is wrong or doubtful in packs.
func (a *app) packLint(x *args) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	found, err := law.Lint(lib, x.words...)
	if err != nil {
		return err
	}
	out := LintAnswer{Findings: []law.Finding{}}
	for _, f := range found {
		f.Text = oneLine(lang.Fault(a.lang, f.What))
		out.Findings = append(out.Findings, f)
		if f.Level == law.LintError {
			out.Errors++
		} else {
			out.Warnings++
		}
	}
	if out.Errors > 0 {
		a.exit(exitInvalid)
	}
	return a.show(out, func(p *page) {
		for _, f := range out.Findings {
			at := f.File
			if f.Line > 0 {
				at += ":" + itoa(f.Line)
			}
			if f.Row != "" {
				at += " " + f.Row
			}
			p.line(p.a.name("lint", string(f.Level)) + " " + at + p.a.text("cli.word.colon", nil) + f.Text)
		}
		p.say("cli.pack.lint_sum", fault.Args{"errors": itoa(out.Errors), "warnings": itoa(out.Warnings)})
	})
}

// packShow prints the law of an area on a day.
func (a *app) packShow(x *args) error {
	on := x.date("on")
	if x.err != nil {
		return x.err
	}
	if on == 0 {
		on = a.today()
	}
	lib, err := a.library()
	if err != nil {
		return err
	}
	shown, err := lib.Show(x.words[0], on)
	if err != nil {
		return err
	}
	return a.show(shown, func(p *page) { p.shown(shown) })
}

func (p *page) shown(s *law.Shown) {
	p.line(s.Name.In(p.a.lang) + " " + s.Area + "  " + s.On.String())
	for _, l := range s.Lists {
		p.gap()
		p.line(p.a.name("list", l.List) + " (" + l.List + ")")
		var rows [][]string
		var cites []string
		for _, r := range l.Rows {
			h := law.HeadOf(r.Row)
			use := p.a.name("use", string(r.Use))
			if h.Shown != "" {
				use += p.a.text("cli.word.comma", nil) + p.a.name("shown", h.Shown)
			}
			rows = append(rows, []string{"  " + inForce(h), use, p.a.name("status", string(h.Doubt())), strings.ReplaceAll(p.a.values(r.Row), "\n", " ")})
			cites = append(cites, h.Cite())
		}
		p.cited(rows, cites)
	}
	if len(s.Gaps) > 0 {
		p.gap()
		p.title("cli.pack.gaps")
		for _, g := range s.Gaps {
			p.line("  - " + g)
		}
	}
	p.policy(s.Policy)
}

// cited prints rows in columns, and what each rests on in a line of its own
// below it, since a citation is as long as a line.
func (p *page) cited(rows [][]string, cites []string) {
	t := p.a.page()
	t.table("llll", nil, rows)
	for i, line := range strings.Split(strings.TrimRight(t.String(), "\n"), "\n") {
		p.line(line)
		p.line("      " + cites[i])
	}
}

func inForce(h *law.Head) string {
	from, to := calendar.Date(h.From), calendar.Date(h.To)
	if from == 0 && to == 0 {
		return "-"
	}
	return from.String() + ".." + to.String()
}

// headFields are members of every row that the table has columns for, or that
// say nothing to a reader of a table.
var headFields = []string{
	"id", "rule", "from", "to", "published", "status", "boundary_status", "grade", "basis", "note", "adr", "shown", "origin", "area", "kind", "docs",
	"rest_weekdays", "worked_weekend_days", "off",
	"fields", "blocks", // of a wording: it is read as a paper
}

// values writes the own fields of a row on one line, sentences in the user's
// language.
func (a *app) values(r law.Row) string {
	data, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if _, err := dec.Token(); err != nil {
		return ""
	}
	var parts []string
	for dec.More() {
		name, err := dec.Token()
		var v any
		if err != nil || dec.Decode(&v) != nil {
			return ""
		}
		key, _ := name.(string)
		if text := strings.ReplaceAll(a.value(v), "\n", " "); text != "" && !slices.Contains(headFields, key) {
			parts = append(parts, key+"="+text)
		}
	}
	return strings.Join(parts, " ")
}

func (a *app) value(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = a.value(e)
		}
		return strings.Join(parts, ",")
	case map[string]any:
		if zh, ok := x["zh"].(string); ok {
			if en, _ := x["en"].(string); a.lang == lang.English {
				return en
			}
			return zh
		}
		if s, ok := x["value"].(string); ok { // a switch: the reading taken
			return s
		}
		names := make([]string, 0, len(x))
		for n := range x {
			names = append(names, n)
		}
		slices.Sort(names)
		var parts []string
		for _, n := range names {
			if s := a.value(x[n]); s != "" {
				parts = append(parts, n+":"+s)
			}
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	b, _ := json.Marshal(v) // a number or a truth value
	return string(b)
}
