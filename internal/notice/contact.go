package notice

import (
	"context"
	"net/mail"
	"regexp"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// Channel is a way out of the office.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Contact is an address at which somebody wants to be told. Whoever has none is
// told when they log in.
type Contact struct {
	Owner     string        `json:"owner"` // a person, employer or account
	Channel   Channel       `json:"channel"`
	Kind      string        `json:"kind"` // of the owner: person, employer or account
	Address   string        `json:"-"`    // box
	Lang      string        `json:"lang"`
	ChangedBy string        `json:"changed_by"`
	ChangedAt books.Instant `json:"changed_at"`
	Stored    []any         `json:"-"` // as read, for the store
}

var telephone = regexp.MustCompile(`^(1[3-9]\d{9}|\+[1-9]\d{6,14})$`)

// maxAddress is the longest address that mail can carry (RFC 5321).
const maxAddress = 254

// CheckAddress refuses what is no address of the channel, and writes it as it
// is kept. What was given is not in the error.
func CheckAddress(c Channel, address string) (string, error) {
	address = strings.TrimSpace(address)
	switch c {
	case Email:
		a, err := mail.ParseAddress(address)
		if err != nil || a.Name != "" || a.Address != address || len(address) > maxAddress || strings.ContainsFunc(address, func(r rune) bool { return r > '~' || r <= ' ' }) {
			return "", fault.New(fault.Invalid, "notice.bad_email", nil)
		}
		return address, nil
	case SMS:
		n := strings.NewReplacer(" ", "", "-", "").Replace(address)
		if mobile, ok := strings.CutPrefix(n, "+86"); ok {
			n = mobile
		}
		if !telephone.MatchString(n) {
			return "", fault.New(fault.Invalid, "notice.bad_phone", nil)
		}
		return n, nil
	}
	return "", fault.New(fault.Invalid, "notice.bad_channel", nil)
}

// Mask leaves of an address what its owner knows it by: z***@example.org,
// *********34.
func Mask(address string) string {
	if local, domain, ok := strings.Cut(address, "@"); ok && local != "" {
		return local[:1] + "***@" + domain
	}
	if n := len(address); n > 4 {
		return strings.Repeat("*", n-2) + address[n-2:]
	}
	return strings.Repeat("*", len(address))
}

// Letter is a message with the address that it goes to. ID is that of the
// dispatch: who gets one twice can tell.
type Letter struct {
	ID      string
	Address string
	Lang    string
	Text
}

// Outcome of carrying a letter once. Code tells what went wrong, empty if it was
// taken; it never tells of whom. Final: trying again will not help.
type Outcome struct {
	Code  string
	Final bool
}

// Carrier takes letters of a channel out of the office. It is done when the
// other side has taken the letter over, and may not have a transaction open.
type Carrier interface {
	Carry(ctx context.Context, l Letter) Outcome
}
