package casework_test

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"strings"
	"testing"

	"bujiao/internal/casework"
)

// A picture shows every state and every event of a kind, in both languages, and
// is a whole document.
func TestPicturesShowTheTable(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for kind, table := range tables {
		for _, lang := range []string{"zh", "en"} {
			svg, mermaid, help := table.SVG(lang), table.Mermaid(lang), table.Help(lang)
			for d := xml.NewDecoder(strings.NewReader(svg)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
			}
			for _, s := range table.States {
				if !strings.Contains(mermaid, s.Name.In(lang)) || !strings.Contains(help, s.Name.In(lang)) || !strings.Contains(svg, titled(s.Name.In(lang))) {
					t.Errorf("%s, %s: no %s", kind, lang, s.ID)
				}
			}
			for _, m := range table.Moves {
				if !strings.Contains(mermaid, m.Name.In(lang)) || !strings.Contains(help, m.Name.In(lang)) || !strings.Contains(svg, titled(m.Name.In(lang))) {
					t.Errorf("%s, %s: no %s", kind, lang, m.ID)
				}
			}
		}
	}
}

func titled(name string) string { return "<title>" + html.EscapeString(name) + "</title>" }
