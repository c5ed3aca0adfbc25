package registry

import "strings"

// MaskName leaves the first character: 张*, 欧**.
func MaskName(name string) string {
	r := []rune(name)
	if len(r) < 2 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:1]) + strings.Repeat("*", min(len(r)-1, 8))
}

// MaskNumber leaves the first and the last character of a number: 1****************X.
// The usual last four would tell all of a citizen number, of which area and day
// of birth stand beside it.
func MaskNumber(number string) string {
	if n := len(number); n >= 6 {
		return number[:1] + strings.Repeat("*", n-2) + number[n-1:]
	}
	return strings.Repeat("*", len(number))
}

// MaskAccount leaves the last four characters, and does not tell how many there
// were: ****1234.
func MaskAccount(account string) string {
	switch n := len(account); {
	case n == 0:
		return ""
	case n < 9:
		return "****"
	default:
		return "****" + account[n-4:]
	}
}

// Masked is the person as it is shown unless asked for plainly.
func (p Person) Masked() Person {
	p.Number, p.Name, p.BankAccount = MaskNumber(p.Number), MaskName(p.Name), MaskAccount(p.BankAccount)
	return p
}

// Masked is the document as it is shown unless asked for plainly.
func (i Identity) Masked() Identity {
	i.Number = MaskNumber(i.Number)
	return i
}

// Masked is the employer as it is shown unless asked for plainly.
func (e Employer) Masked() Employer {
	e.BankAccount = MaskAccount(e.BankAccount)
	return e
}
