package apiclient_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// TestClientIsCurrent compares the sums that `make generate` noted with the
// files as they are: neither the description nor the client was changed since.
func TestClientIsCurrent(t *testing.T) {
	noted, err := os.ReadFile("sums")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(noted)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		data, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := sha256.Sum256(data); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s changed since the client was made: make generate", name)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d files are noted, want description, settings and client", n)
	}
}
