package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Columns lays rows out in aligned columns, one line a row; align has a letter
// a column, l or r.
func Columns(align string, rows [][]string) []string {
	wide := make([]int, len(align))
	for _, r := range rows {
		for i, c := range r {
			wide[i] = max(wide[i], Width(c))
		}
	}
	out := make([]string, len(rows))
	for k, r := range rows {
		var b strings.Builder
		for i, c := range r {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", wide[i]-Width(c))
			if align[i] == 'r' {
				c, pad = pad, c
			}
			b.WriteString(c + pad)
		}
		out[k] = b.String()
	}
	return out
}

// Width counts the columns of a terminal that a text fills: Chinese characters
// take two, marks above a letter none.
func Width(s string) int {
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
