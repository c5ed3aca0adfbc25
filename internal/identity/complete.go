package identity

import (
	"strings"

	"bujiao/internal/fault"
)

// CompleteCitizen appends the check character to the first 17 digits of a
// citizen number. It is for samples and simulations: a number that exists is
// checked, never completed.
func CompleteCitizen(first17 string) (string, error) {
	if len(first17) != 17 || firstNonDigit(first17) >= 0 {
		return "", fault.New(fault.Invalid, "identity.citizen_length", fault.Args{"got": "17"})
	}
	return first17 + string(checkDigit(first17)), nil
}

// CompleteUSCC appends the check character to the first 17 characters of a
// unified social credit code, for the same use.
func CompleteUSCC(first17 string) (string, error) {
	if len(first17) != 17 {
		return "", fault.New(fault.Invalid, "identity.uscc_length", fault.Args{"got": "17"})
	}
	for i := range len(usccAlphabet) {
		s := first17 + string(usccAlphabet[i])
		if checkUSCC(s) == nil {
			return s, nil
		}
	}
	return "", fault.New(fault.Invalid, "identity.uscc_character", fault.Args{"position": strings.Repeat("?", 1)})
}
