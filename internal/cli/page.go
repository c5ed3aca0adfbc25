package cli

import (
	"bytes"
	"encoding/json"
	"strings"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/money"
	"bujiao/internal/report"
)

// page is text for a person.
type page struct {
	strings.Builder
	a *app
}

func (a *app) page() *page { return &page{a: a} }

func (p *page) line(s string) { p.WriteString(strings.TrimRight(s, " ") + "\n") }

func (p *page) gap() { p.WriteString("\n") }

// title writes a heading from the catalogue.
func (p *page) title(key string) { p.line(p.a.text(key, nil)) }

// say writes a sentence from the catalogue.
func (p *page) say(key string, args fault.Args) { p.line(p.a.text(key, args)) }

// table writes rows in aligned columns; align has a letter a column, l or r.
func (p *page) table(align string, head []string, rows [][]string) {
	all := rows
	if head != nil {
		all = append([][]string{head}, rows...)
	}
	for _, line := range report.Columns(align, all) {
		p.line(line)
	}
}

// show prints an answer: as JSON, or by the function that writes it for people.
func (a *app) show(answer any, people func(*page)) error {
	var b bytes.Buffer
	if a.format != "json" {
		p := a.page()
		people(p)
		b.WriteString(p.String())
		return a.write(&b)
	}
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(answer); err != nil {
		return err
	}
	return a.write(&b)
}

// amount writes yuan, or that the figure is missing.
func (p *page) amount(f *money.Fen) string {
	if f == nil {
		return p.a.text("cli.word.missing", nil)
	}
	return f.String()
}

// name returns the word for a code of a family (scheme, status, parameter...),
// or the code where there is none.
func (a *app) name(family, code string) string {
	if key := "cli." + family + "." + code; lang.Has(key) {
		return a.text(key, nil)
	}
	return code
}
