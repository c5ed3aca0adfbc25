// Package identity checks the numbers by which people and employers are known:
// the citizen number (公民身份号码, GB 11643, 18 characters), its 15-digit
// predecessor, and the unified social credit code (统一社会信用代码, GB 32100)
// with the organisation code inside it (GB 11714).
//
// A number is valid when its characters, its date and its check characters
// fit. No number that is one wrong digit away from a valid 18-character one is
// ever called valid. Area codes are not looked up: a citizen keeps the code of
// an area that has been abolished since, so only the province is checked.
//
// The package refuses to say whether a number was issued, reads no clock (the
// day is passed in), and puts neither a number nor a part of one in an error.
package identity

import (
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
)

// Kind says which standard a number follows, or was most likely meant to.
type Kind string

// The kinds.
const (
	KindCitizen   Kind = "citizen"   // 公民身份号码, 18 characters
	KindCitizen15 Kind = "citizen15" // 15-digit number of before 1999-10
	KindUSCC      Kind = "uscc"      // 统一社会信用代码
)

// Result is the answer about one number. Birth, sex and area are given for a
// valid number only: of a wrong number nobody knows which part is wrong.
type Result struct {
	Number string        `json:"number"` // trimmed, letters in upper case
	Kind   Kind          `json:"kind"`
	Valid  bool          `json:"valid"`
	Reason string        `json:"reason,omitempty"` // set by Say
	Birth  calendar.Date `json:"birth,omitzero"`
	Sex    insurance.Sex `json:"sex,omitempty"`
	Area   string        `json:"area,omitempty"` // six digits, GB/T 2260, perhaps abolished
	Note   string        `json:"note,omitempty"` // set by Say

	Fault  *fault.Error `json:"-"` // why it is not valid; nil if it is
	Remark *fault.Error `json:"-"` // what was changed before the check; nil if nothing
}

// Say returns the result with reason and note in the words of say, which
// translates a fault for the reader.
func (r Result) Say(say func(*fault.Error) string) Result {
	if r.Fault != nil {
		r.Reason = say(r.Fault)
	}
	if r.Remark != nil {
		r.Note = say(r.Remark)
	}
	return r
}

// Check tells kind and validity of a number as of a day: nobody is born after
// it. The zero day leaves that question out.
func Check(number string, asOf calendar.Date) Result {
	s, lowered := normalise(number)
	r := Result{Number: s, Kind: kindOf(s, asOf)}
	if lowered {
		r.Remark = fault.New(fault.Invalid, "identity.lower_case", nil)
	}
	switch r.Kind {
	case KindUSCC:
		if r.Fault = checkUSCC(s); r.Fault == nil {
			r.Area = s[2:8]
		}
	default:
		var p person
		if p, r.Fault = readCitizen(s, asOf); r.Fault == nil {
			r.Birth, r.Sex, r.Area = p.birth, p.sex, s[:6]
		}
	}
	r.Valid = r.Fault == nil
	return r
}

// Citizen returns birth and sex of the holder of a citizen number of 18 or 15
// characters, or a *fault.Error of kind Invalid.
func Citizen(number string, asOf calendar.Date) (calendar.Date, insurance.Sex, error) {
	s, _ := normalise(number)
	p, f := readCitizen(s, asOf)
	if f != nil {
		return 0, "", f
	}
	return p.birth, p.sex, nil
}

// Canonical returns the one form of a number under which a person is looked up
// or hashed: trimmed, upper case, 15 digits brought to 18. It does not check;
// what has another shape is returned trimmed and in upper case.
func Canonical(number string) string {
	s, _ := normalise(number)
	if len(s) == 15 && firstNonDigit(s) < 0 {
		return expand(s)
	}
	return s
}

// normalise trims and raises lower-case letters; the standards know capitals
// only, keyboards and spreadsheets do not.
func normalise(number string) (s string, lowered bool) {
	t := strings.TrimSpace(number)
	s = strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' {
			lowered = true
			return c - 'a' + 'A'
		}
		return c
	}, t)
	return s, lowered
}

// kindOf decides between the standards. A credit code of digits only can look
// like a citizen number. It counts as a credit code if it is a valid one, but
// not if one slip of the pen leads from a citizen number to it: otherwise that
// slip would go unseen.
func kindOf(s string, asOf calendar.Date) Kind {
	switch {
	case len(s) == 15:
		return KindCitizen15
	case len(s) == 18 && checkUSCC(s) == nil:
		if nearCitizen(s, asOf) {
			return KindCitizen
		}
		return KindUSCC
	case len(s) >= 16 && len(s) <= 19 && dateLike(s) && (s[0] != '9' || foreignCard(s)):
		return KindCitizen
	}
	return KindUSCC
}

// dateLike reports whether six digits and something like a date lead the
// number: the century or the day of the year may be wrong, not both.
func dateLike(s string) bool {
	if firstNonDigit(s[:14]) >= 0 {
		return false
	}
	century := s[6:8] == "18" || s[6:8] == "19" || s[6:8] == "20"
	_, err := calendar.NewDate(2000, number(s[10:12]), number(s[12:14])) // a leap year, so that 02-29 passes
	return century || err == nil
}

func firstNonDigit(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return -1
}

// number reads digits; the caller has checked that they are.
func number(digits string) int {
	n := 0
	for i := 0; i < len(digits); i++ {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
