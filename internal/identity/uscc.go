package identity

import (
	"strconv"
	"strings"

	"bujiao/internal/fault"
)

// usccAlphabet leaves out I, O, S, V and Z, which are mistaken for digits and
// other letters; the place of a character is its value.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// checkUSCC checks a normalised code. The area (characters 3 to 8) has to be
// digits, no more: bodies of the State and of the Xinjiang Corps carry codes
// that no province list has.
func checkUSCC(s string) *fault.Error {
	if len(s) != 18 {
		return fault.New(fault.Invalid, "identity.uscc_length", fault.Args{"got": strconv.Itoa(len([]rune(s)))})
	}
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(usccAlphabet, s[i]) < 0 {
			return badCharacter("identity.uscc_character", s, i)
		}
	}
	if i := firstNonDigit(s[2:8]); i >= 0 {
		return badCharacter("identity.uscc_area", s, 2+i)
	}
	if s[17] != usccCheck(s) {
		return fault.New(fault.Invalid, "identity.uscc_check", nil)
	}
	if s[16] != orgCheck(s[8:16]) {
		return fault.New(fault.Invalid, "identity.org_check", nil)
	}
	return nil
}

// usccCheck computes the 18th character from the first 17: weights 3^i mod 31.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := 0; i < 17; i++ {
		sum += weight * strings.IndexByte(usccAlphabet, s[i])
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// orgCheck computes the ninth character of an organisation code (GB 11714)
// from its first eight, A counting 10 and Z 35.
func orgCheck(s string) byte {
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += w * v
	}
	return "0123456789X"[(11-sum%11)%11]
}
