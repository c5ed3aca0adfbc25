package sqlstore

import (
	"strings"
	"unicode/utf8"

	"bujiao/internal/fault"
)

// plain refuses text that is not UTF-8 or holds a NUL: one engine keeps none of
// it, and what it says about that is no answer for whoever gave it. It is asked
// of everything that goes to the engine, whichever door it came through.
func plain(where string, values ...any) error {
	for _, v := range values {
		if s, ok := v.(string); ok && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			return fault.New(fault.Invalid, "store.not_text", fault.Args{"place": where})
		}
	}
	return nil
}

// plainRow asks it of the values of a row, and names the column.
func plainRow(tab *Table, row []any) error {
	for i, v := range row {
		if err := plain(tab.Name+"."+tab.Cols[i].Name, v); err != nil {
			return err
		}
	}
	return nil
}
