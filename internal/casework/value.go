package casework

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Values are facts by name, each written as people write it: true, 12, 123.45,
// 2026-03-01, 2026-03, a code or a text.
type Values map[string]string

// maxText bounds what somebody writes into one field, or as a reason, in bytes.
// What effects make is as long as it has to be.
const maxText = 2000

// isText reports whether somebody wrote something: not blanks alone, and no
// characters that no paper can print and not every database keeps.
func isText(s string) bool {
	return strings.TrimSpace(s) != "" && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
}

// read checks a value and returns it as conditions see it: bool, int64 (amounts
// in fen) or string.
func (f *Fact) read(v string) (any, error) {
	wrong := func(cause error) (any, error) {
		return nil, WrongValue(f.Name, f.Type, cause)
	}
	switch f.Type {
	case "bool":
		if v != "true" && v != "false" {
			return wrong(nil)
		}
		return v == "true", nil
	case "int":
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 0 || strconv.FormatInt(n, 10) != v {
			return wrong(err)
		}
		return n, nil
	case "fen":
		n, err := money.ParseFen(v)
		if err != nil || n < 0 {
			return wrong(err)
		}
		return int64(n), nil
	case "day":
		if _, err := calendar.ParseDate(v); err != nil {
			return wrong(err)
		}
	case "month":
		if _, err := calendar.ParseMonth(v); err != nil {
			return wrong(err)
		}
	case "code":
		if !slices.Contains(f.Values, v) {
			return nil, fault.New(fault.Invalid, "casework.code", fault.Args{"field": f.Name, "values": strings.Join(f.Values, ", ")})
		}
	default:
		if v == "" {
			return wrong(nil)
		}
	}
	return v, nil
}
