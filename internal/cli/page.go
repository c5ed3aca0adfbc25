package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/money"
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
	wide := make([]int, len(align))
	for _, r := range all {
		for i, c := range r {
			wide[i] = max(wide[i], cells(c))
		}
	}
	for _, r := range all {
		var b strings.Builder
		for i, c := range r {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", wide[i]-cells(c))
			if align[i] == 'r' {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		p.line(b.String())
	}
}

// cells counts the columns of a terminal that a text fills: Chinese characters
// take two.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.Is(unicode.Mn, r):
		case k == width.EastAsianWide || k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
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
