package intake

import (
	"strings"
	"unicode"

	"bujiao/internal/calendar"
)

// trim drops spaces around a value, also full-width ones and hidden marks.
func trim(s string) string {
	if s == "" || plainStart(s) && plainEnd(s) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isHidden(r) })
}

// plainStart and plainEnd tell at a glance that there is nothing to trim: the
// bytes E4 to E9 begin a common Chinese character.
func plainStart(s string) bool { return s[0] > ' ' && s[0] < 0x80 || s[0] >= 0xE4 && s[0] <= 0xE9 }

func plainEnd(s string) bool {
	if c := s[len(s)-1]; c < 0x80 {
		return c > ' '
	}
	return len(s) >= 3 && s[len(s)-3] >= 0xE4 && s[len(s)-3] <= 0xE9
}

// parseMonth reads 2024-01, 2024/1, 2024.01, 202401, 2024年1月, or any date
// that parseDate reads, of which it takes the month.
func parseMonth(s string) (calendar.Month, bool) {
	if m, err := calendar.ParseMonth(s); err == nil {
		return m, true
	}
	y, m, d, ok := civil(s)
	if !ok {
		return 0, false
	}
	if d == 0 {
		d = 1
	}
	date, err := calendar.NewDate(y, m, d)
	if err != nil {
		return 0, false
	}
	return date.Month(), true
}

// parseDate reads 2024-01-15, 2024/1/15, 2024.01.15, 20240115 or 2024年1月15日.
// A time of day after it is passed over.
func parseDate(s string) (calendar.Date, bool) {
	if d, err := calendar.ParseDate(s); err == nil {
		return d, true
	}
	y, m, d, ok := civil(s)
	if !ok {
		return 0, false
	}
	date, err := calendar.NewDate(y, m, d)
	return date, err == nil
}

// civil cuts a date or month into its numbers; day is 0 in a month. A single
// digit after a point is refused: 2024.1 may be a shortened 2024.10.
func civil(s string) (year, month, day int, ok bool) {
	if allDigits(s) {
		switch len(s) {
		case 6:
			return number(s[:4]), number(s[4:]), 0, true
		case 8:
			return number(s[:4]), number(s[4:6]), number(s[6:]), number(s[6:]) > 0
		}
		return 0, 0, 0, false
	}
	s = withoutTime(s)
	ys, sep, s := cutNumber(s)
	ms, sep2, s := cutNumber(s)
	ds, end, s := cutNumber(s)
	if len(ys) != 4 || ms == "" || len(ms) > 2 || len(ds) > 2 || s != "" {
		return 0, 0, 0, false
	}
	switch {
	case sep == "年" && sep2 == "月" && (ds == "" && end == "" || ds != "" && (end == "日" || end == "号" || end == "")):
	case sep == "年" && sep2 == "" && ds == "":
	case sep == "-" || sep == "/" || sep == ".":
		if end != "" || (ds == "") != (sep2 == "") || sep2 != "" && sep2 != sep {
			return 0, 0, 0, false
		}
		if sep == "." && (len(ms) != 2 || len(ds) == 1) {
			return 0, 0, 0, false
		}
	default:
		return 0, 0, 0, false
	}
	return number(ys), number(ms), number(ds), ds == "" || number(ds) > 0
}

// cutNumber takes leading digits and the one character behind them.
func cutNumber(s string) (digits, sep, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	digits, s = s[:i], s[i:]
	for j := range s {
		if j > 0 {
			return digits, s[:j], s[j:]
		}
	}
	return digits, s, ""
}

// withoutTime drops a time of day (2024-01-15 00:00:00, 2024-01-15T08:30:00Z).
func withoutTime(s string) string {
	i := strings.IndexAny(s, " T")
	if i < 0 || !strings.Contains(s[i:], ":") {
		return s
	}
	if strings.Trim(s[i+1:], "0123456789:.Z+") != "" {
		return s
	}
	return s[:i]
}

// number reads digits that the caller has checked; "" is 0.
func number(digits string) int {
	n := 0
	for _, c := range []byte(digits) {
		n = n*10 + int(c-'0')
	}
	return n
}
