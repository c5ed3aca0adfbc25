package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"bujiao/internal/fault"
)

// IfMatch is the tag of the state that a change is made from.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"200"`
}

// tagOf is a strong tag: a digest of the state that is shown.
func tagOf(state any) (string, error) {
	data, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`, nil
}

// tag puts the tag of a state into the answer.
func (c *call) tag(state any) error {
	t, err := tagOf(state)
	c.etag = t
	return err
}

// same refuses a state that is not the one that was seen; without If-Match
// nothing is compared.
func (m IfMatch) same(state any) error {
	if m.IfMatch == "" || m.IfMatch == "*" {
		return nil
	}
	t, err := tagOf(state)
	if err != nil {
		return err
	}
	for _, want := range strings.Split(m.IfMatch, ",") {
		if strings.TrimSpace(want) == t {
			return nil
		}
	}
	return fault.New(fault.Conflict, "httpapi.changed", nil)
}
