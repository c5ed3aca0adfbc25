package cli

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/casework"
	"bujiao/internal/httpapi"
	"bujiao/internal/office"
)

func newCase(a *app) *cobra.Command {
	kind := a.command("case.kind", a.caseKind, flag{name: "diagram"}, flag{name: "out"})
	kind.Use, kind.Args = "kind KIND", words(1, 1, "KIND")
	check := a.command("case.check", a.caseCheck)
	check.Use, check.Args = "check [KIND]", words(0, 1, "KIND")
	return a.group("case", append([]*cobra.Command{a.command("case.kinds", a.caseKinds), kind, check}, append(a.caseDesk(), a.caseThings()...)...)...)
}

// caseKinds lists the kinds of cases.
func (a *app) caseKinds(*args) error {
	kinds, err := office.CaseKinds()
	if err != nil {
		return err
	}
	out := []httpapi.CaseKind{}
	for _, t := range kinds {
		out = append(out, httpapi.CaseKind{Kind: t.Kind, Name: t.Name.In(a.lang), About: t.About, Rules: t.Rules})
	}
	return a.show(out, func(p *page) {
		var rows [][]string
		for _, k := range out {
			rows = append(rows, []string{k.Kind, k.Name, p.a.name("case.about", k.About), strings.Join(k.Rules, ", ")})
		}
		p.table("llll", p.heads("cli.case.kinds.head.", "kind", "name", "about", "rules"), rows)
	})
}

// heads are headings of columns.
func (p *page) heads(family string, names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, p.a.text(family+n, nil))
	}
	return out
}

// caseKind prints a kind as steps in words, or as a drawing.
func (a *app) caseKind(x *args) error {
	t, err := office.CaseKindOf(x.words[0])
	if err != nil {
		return err
	}
	var text string
	if x.given("diagram") {
		if text = t.Mermaid(a.lang); x.choice("diagram", "svg", "mermaid") == "svg" {
			text = t.SVG(a.lang)
		}
	} else if text = t.Help(a.lang); a.format == "json" && !x.given("out") {
		return a.show(httpapi.ShowCaseKind(t, a.lang), nil)
	}
	if x.err != nil {
		return x.err
	}
	if name := x.text("out"); name != "" {
		return save(name, []byte(text))
	}
	return a.write(bytes.NewBufferString(text))
}

// caseCheck explores the tables and says where they break what the law demands.
func (a *app) caseCheck(x *args) error {
	kinds, err := office.CaseKinds()
	if len(x.words) > 0 && err == nil {
		var t *casework.Table
		t, err = office.CaseKindOf(x.words[0])
		kinds = []*casework.Table{t}
	}
	if err != nil {
		return err
	}
	var out []*casework.Report
	for _, t := range kinds {
		r := casework.Check(t)
		out = append(out, r)
		if len(r.Problems) > 0 {
			a.exit(exitInvalid)
		}
	}
	return a.show(out, func(p *page) {
		var rows [][]string
		for _, r := range out {
			rows = append(rows, []string{r.Kind, strconv.Itoa(r.States), strconv.Itoa(r.Transitions), strconv.Itoa(len(r.Problems))})
		}
		p.table("lrrr", p.heads("cli.case.check.head.", "kind", "states", "transitions", "problems"), rows)
		for _, r := range out {
			for _, problem := range r.Problems {
				p.line(r.Kind + p.a.text("cli.word.colon", nil) + problem.String())
			}
		}
	})
}
