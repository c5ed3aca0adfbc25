package sqlstore

import (
	"strings"
	"unicode/utf8"

	"bujiao/internal/fault"
)

// isPlain reports whether a value is no text, or text that every engine keeps:
// one keeps none that is not UTF-8 or holds a NUL, and what it says about that is
// no answer for whoever gave it.
func isPlain(v any) bool {
	s, ok := v.(string)
	return !ok || (utf8.ValidString(s) && strings.IndexByte(s, 0) < 0)
}

func notPlain(where string) error {
	return fault.New(fault.Invalid, "store.not_text", fault.Args{"place": where})
}

// plainRow refuses a row with text that is not plain, and names the column. It is
// asked of every row, so a name is made only for what is refused.
func plainRow(tab *Table, row []any) error {
	for i, v := range row {
		if !isPlain(v) {
			return notPlain(tab.Name + "." + tab.Cols[i].Name)
		}
	}
	return nil
}
