package identity

import (
	"strconv"

	"bujiao/internal/fault"
)

// CompleteCitizen appends the check character to the first 17 digits of a
// citizen number. It is for samples and simulations: a number that exists is
// checked, never completed.
func CompleteCitizen(first17 string) (string, error) {
	if len(first17) != 17 || firstNonDigit(first17) >= 0 {
		return "", fault.New(fault.Invalid, "identity.citizen_length", fault.Args{"got": strconv.Itoa(len(first17))})
	}
	return first17 + string(checkDigit(first17)), nil
}

// CompleteUSCC appends both check characters, of the organisation code and of
// the whole, to the first 16 characters of a unified social credit code, for
// the same use.
func CompleteUSCC(first16 string) (string, error) {
	if len(first16) != 16 {
		return "", fault.New(fault.Invalid, "identity.uscc_length", fault.Args{"got": strconv.Itoa(len(first16))})
	}
	s := first16 + string(orgCheck(first16[8:]))
	s += string(usccCheck(s))
	if f := checkUSCC(s); f != nil {
		return "", f
	}
	return s, nil
}
