package paper

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/receipt"
)

// MaxCode bounds the text of a QR code, in bytes.
const MaxCode = 500

// Code is what the QR code of a paper says. Its text is words apart by spaces:
//
//	bujiao1 NUMBER DAY TOTAL ROOT KEYID SIGNATURE
//
// TOTAL is yuan, or - for none; the signature is Ed25519 over "bujiao paper" and
// the text before it.
type Code struct {
	Number    string        `json:"number"`
	Day       calendar.Date `json:"day"`
	Total     *money.Fen    `json:"total"`
	Root      string        `json:"root"`
	KeyID     string        `json:"key_id"`
	signature []byte
	signed    string
}

const codeVersion = "bujiao1"

func (c Code) text() string {
	total := "-"
	if c.Total != nil {
		total = c.Total.String()
	}
	return strings.Join([]string{codeVersion, c.Number, c.Day.String(), total, c.Root, c.KeyID}, " ")
}

func codeMessage(text string) []byte { return append([]byte("bujiao paper\x00"), text...) }

// Sign writes the code with its signature.
func (c Code) Sign(key ed25519.PrivateKey) string {
	text := c.text()
	return text + " " + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, codeMessage(text)))
}

var (
	numberForm = regexp.MustCompile(`^[0-9]{6}-[A-Z]{2,4}-[0-9]{4}-[0-9]{6,12}$`)
	hashForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	keyForm    = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// ParseCode reads the text of a QR code. What is none is fault paper.bad_code.
func ParseCode(text string) (Code, error) {
	bad := fault.New(fault.Invalid, "paper.bad_code", nil)
	f := strings.Fields(text)
	if len(text) > MaxCode || len(f) != 7 || f[0] != codeVersion || !numberForm.MatchString(f[1]) || !hashForm.MatchString(f[4]) || !keyForm.MatchString(f[5]) {
		return Code{}, bad
	}
	c := Code{Number: f[1], Root: f[4], KeyID: f[5]}
	var err error
	if c.Day, err = calendar.ParseDate(f[2]); err != nil {
		return Code{}, bad
	}
	if f[3] != "-" {
		total, err := money.ParseFen(f[3])
		if err != nil || total.String() != f[3] {
			return Code{}, bad
		}
		c.Total = &total
	}
	if c.signature, err = base64.RawURLEncoding.Strict().DecodeString(f[6]); err != nil || len(c.signature) != ed25519.SignatureSize {
		return Code{}, bad
	}
	c.signed = c.text()
	return c, nil
}

// CodeReport is the answer of Verify.
type CodeReport struct {
	Code
	Intact bool   `json:"intact"` // the signature fits, and the receipt, if one was given
	Signed bool   `json:"signed"` // the signature fits what the code says
	Signer string `json:"signer"` // known, or unknown: no key of the ring has this name, and nothing can be said
	// Receipt tells of the data: none was given, same, or differs (named in Differs).
	Receipt string          `json:"receipt"`
	Differs []string        `json:"differs,omitempty"`
	Data    *receipt.Report `json:"data,omitempty"`
}

// Holds reports whether nothing speaks against the paper. Of a signer who is not
// known nothing is proved.
func (r CodeReport) Holds() bool { return r.Intact && r.Signer == "known" }

// VerifyCode checks a code against known keys and, if it is given, the receipt
// of the paper's data against the code. The key in a receipt is no known key.
func VerifyCode(c Code, sealed *receipt.Receipt, ring receipt.Keyring) CodeReport {
	r := CodeReport{Code: c, Signer: "unknown", Receipt: "none"}
	for _, key := range ring {
		if receipt.KeyID(key) == c.KeyID {
			r.Signer = "known"
			r.Signed = r.Signed || ed25519.Verify(key, codeMessage(c.signed), c.signature)
		}
	}
	r.Intact = r.Signed
	if sealed == nil {
		return r
	}
	report := receipt.Verify(*sealed, ring, nil)
	r.Data = &report
	r.Differs = c.compare(*sealed)
	if !report.Intact {
		r.Differs = append(r.Differs, "data")
	}
	r.Receipt = "same"
	if len(r.Differs) > 0 {
		r.Receipt, r.Intact = "differs", false
	}
	return r
}

// compare names what the receipt says otherwise than the code.
func (c Code) compare(sealed receipt.Receipt) []string {
	var body Body
	var out []string
	if json.Unmarshal(sealed.Body(), &body) != nil || body.Kind != BodyKind {
		return []string{"kind"}
	}
	total := func(f *money.Fen) string {
		if f == nil {
			return "-"
		}
		return f.String()
	}
	for _, x := range []struct{ name, got, want string }{{"number", body.Number, c.Number}, {"day", body.IssuedOn.String(), c.Day.String()},
		{"total", total(body.Total), total(c.Total)}, {"root", sealed.Root(), c.Root}} {
		if x.got != x.want {
			out = append(out, x.name)
		}
	}
	return out
}
