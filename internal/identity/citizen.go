package identity

import (
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
)

type person struct {
	birth calendar.Date
	sex   insurance.Sex
}

// provinces are the first two digits of GB/T 2260; 81 to 83 lead the numbers
// of residence permits for people of Hong Kong, Macao and Taiwan (R-ID-04).
var provinces = func() (known [100]bool) {
	for _, span := range [][2]int{{11, 15}, {21, 23}, {31, 37}, {41, 46}, {50, 54}, {61, 65}, {71, 71}, {81, 83}} {
		for p := span[0]; p <= span[1]; p++ {
			known[p] = true
		}
	}
	return known
}()

// readCitizen reads a normalised number of 18 or 15 characters.
func readCitizen(s string, asOf calendar.Date) (person, *fault.Error) {
	legacy := len(s) == 15
	digits := s
	switch {
	case legacy:
	case len(s) == 18:
		digits = s[:17]
	default:
		return person{}, fault.New(fault.Invalid, "identity.citizen_length", fault.Args{"got": strconv.Itoa(len([]rune(s)))})
	}
	if i := firstNonDigit(digits); i >= 0 {
		return person{}, badCharacter("identity.citizen_character", s, i)
	}
	if legacy {
		s = expand(s)
	}
	if c := s[17]; c != 'X' && (c < '0' || c > '9') {
		return person{}, badCharacter("identity.citizen_character", s, 17)
	}
	if foreignCard(s) {
		return person{}, fault.New(fault.Invalid, "identity.foreign_card", nil)
	}
	if !provinces[number(s[:2])] {
		return person{}, fault.New(fault.Invalid, "identity.province", nil)
	}
	birth, err := calendar.NewDate(number(s[6:10]), number(s[10:12]), number(s[12:14]))
	if err != nil {
		return person{}, fault.New(fault.Invalid, "identity.birth", nil)
	}
	if asOf != 0 && birth > asOf {
		return person{}, fault.New(fault.Invalid, "identity.birth_later", fault.Args{"day": asOf.String()})
	}
	if s[17] != checkDigit(s) {
		return person{}, fault.New(fault.Invalid, "identity.citizen_check", nil)
	}
	sex := insurance.Female
	if (s[16]-'0')%2 == 1 {
		sex = insurance.Male
	}
	return person{birth, sex}, nil
}

// foreignCard reports whether a number reads like that of a foreign permanent
// resident card of 2023: a leading 9 and otherwise the form of GB 11643. No
// province begins with 9, credit codes of companies do.
func foreignCard(s string) bool {
	return len(s) == 18 && s[0] == '9' && firstNonDigit(s[:17]) < 0 && s[17] == checkDigit(s)
}

func badCharacter(key, s string, at int) *fault.Error {
	return fault.New(fault.Invalid, key, fault.Args{"position": strconv.Itoa(len([]rune(s[:at])) + 1)})
}

// expand brings 15 digits to 18: all holders were born in the 1900s.
func expand(s string) string {
	t := s[:6] + "19" + s[6:]
	return t + string(checkDigit(t))
}

// checkDigit computes the 18th character from the first 17 digits: ISO 7064
// MOD 11-2, weights 2^(17-i) mod 11.
func checkDigit(s string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(s[i]-'0')
	}
	return "10X98765432"[sum%11]
}

// nearCitizen reports whether s is a valid citizen number or becomes one when
// a single character is replaced. s has 18 bytes.
func nearCitizen(s string, asOf calendar.Date) bool {
	from, to := 0, 17
	if i := firstNonDigit(s[:17]); i >= 0 {
		if firstNonDigit(s[i+1:17]) >= 0 {
			return false // two letters are two slips
		}
		from, to = i, i // the letter is the slip
	}
	b := []byte(s)
	for i := from; i <= to; i++ {
		for _, c := range []byte("0123456789X") {
			if c == 'X' && i != 17 {
				continue
			}
			b[i] = c
			if _, f := readCitizen(string(b), asOf); f == nil {
				return true
			}
		}
		b[i] = s[i]
	}
	return false
}
