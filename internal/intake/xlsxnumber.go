package intake

import (
	"strings"

	"bujiao/internal/calendar"
)

// date writes a stored day number (45292, 45292.5) as a date. Five digits
// before the point are 1927 to 2173; no other spelling of a date has five.
func (s *xlsxSource) date(cell string) string {
	whole, _, _ := strings.Cut(cell, ".")
	if len(whole) != 5 || whole[0] == '0' {
		return cell
	}
	n := 0
	for i, c := range []byte(cell) {
		if c == '.' && i == 5 {
			continue
		}
		if c < '0' || c > '9' {
			return cell
		}
		if i < 5 {
			n = n*10 + int(c-'0')
		}
	}
	return (dayZero(s.date1904) + calendar.Date(n)).String()
}

// dayZero is the day before day 1. The 1900 system counts a 29 February 1900
// that never was, so its numbers from March on are one too high.
func dayZero(date1904 bool) calendar.Date {
	year, back := 1900, calendar.Date(2)
	if date1904 {
		year, back = 1904, 0
	}
	d, err := calendar.NewDate(year, 1, 1)
	if err != nil {
		return 0 // cannot be: the years are constants within range
	}
	return d - back
}

// plainNumber writes a stored binary number (1091.3599999999999, 1.2E4) as the
// decimal that was typed: spreadsheets show and keep 15 digits. Other text
// stays as it is.
func plainNumber(cell string) string {
	mantissa, exp, sci := cutExponent(cell)
	neg := strings.HasPrefix(mantissa, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := whole + frac
	if whole == "" || !allDigits(digits) || exp < -40 || exp > 40 {
		return cell
	}
	point := len(whole) + exp
	lead := len(digits) - len(strings.TrimLeft(digits, "0"))
	if len(digits)-lead <= 15 && !sci {
		return cell
	}
	digits, point = round15(digits[lead:], point-lead)
	for point < 1 {
		digits, point = "0"+digits, point+1
	}
	for len(digits) < point {
		digits += "0"
	}
	out := digits[:point]
	if frac := strings.TrimRight(digits[point:], "0"); frac != "" {
		out += "." + frac
	}
	if neg && strings.Trim(out, "0.") != "" {
		out = "-" + out
	}
	return out
}

func cutExponent(cell string) (mantissa string, exp int, ok bool) {
	i := strings.IndexAny(cell, "eE")
	if i < 0 {
		return cell, 0, false
	}
	e := cell[i+1:]
	neg := strings.HasPrefix(e, "-")
	e = strings.TrimLeft(e, "+-")
	if !allDigits(e) || len(e) > 3 {
		return "", 0, false
	}
	for _, c := range []byte(e) {
		exp = exp*10 + int(c-'0')
	}
	if neg {
		exp = -exp
	}
	return cell[:i], exp, true
}

// round15 rounds digits 0.d1d2... x 10^point half up to 15 places.
func round15(digits string, point int) (string, int) {
	if len(digits) <= 15 {
		return digits, point
	}
	b := []byte(digits[:15])
	if digits[15] < '5' {
		return string(b), point
	}
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			return string(b), point
		}
		b[i] = '0'
	}
	return "1" + string(b), point + 1
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
