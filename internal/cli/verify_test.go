package cli

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bujiao/internal/receipt"
)

// sealed returns a receipt of a body that another engine made, and its key.
func sealed(t *testing.T) (data []byte, public string) {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	body := map[string]any{"engine": "bujiao/0.0.0", "kind": "quote", "result": map[string]any{"total": "10.00"}}
	r, err := receipt.Seal(body, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err = json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return data, base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
}

func TestVerify(t *testing.T) {
	data, public := sealed(t)
	whole := string(data)
	stranger := base64.RawURLEncoding.EncodeToString(make([]byte, ed25519.PublicKeySize))
	tests := []struct {
		name, document string
		key            string
		code           int
		want           []string // in the answer, or in the error
	}{
		{"as it was sealed", whole, "", exitDone, []string{`"intact": true`, `"signer": "unknown"`, `"replay": "engine_unknown"`}},
		{"inside a quote", `{"total": "10.00", "receipt": ` + whole + `}`, "", exitDone, []string{`"intact": true`}},
		{"a changed answer beside it", `{"total": "11.00", "receipt": ` + whole + `}`, "", exitInvalid, []string{`"intact": false`, `"pointer": "/total"`, `"what": "value"`}},
		{"by a known key", whole, public, exitDone, []string{`"signer": "known"`}},
		{"by another key than the one given", whole, stranger, exitInvalid, []string{`"intact": true`, `"signer": "unknown"`}},
		{"a changed value", strings.Replace(whole, `"10.00"`, `"99.00"`, 1), "", exitInvalid, []string{`"intact": false`, `/result/total`, `"what": "value"`}},
		{"a broken document", whole[:len(whole)-1], "", exitInvalid, []string{`"key": "receipt.broken_json"`}},
		{"no receipt", `{"receipt": null}`, "", exitInvalid, []string{`"kind": "invalid"`}},
		{"a key that is none", whole, "nokey", exitInvalid, []string{`"key": "cli.cannot_read"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "receipt.json")
			if err := os.WriteFile(file, []byte(tt.document), 0o600); err != nil {
				t.Fatal(err)
			}
			line := []string{"verify", file, "-o", "json"}
			if tt.key != "" {
				line = append(line, "--key="+tt.key)
			}
			code, stdout, stderr := run(t, machine(t), line...)
			if code != tt.code {
				t.Errorf("exit %d, want %d", code, tt.code)
			}
			for _, w := range tt.want {
				if !strings.Contains(stdout+stderr, w) {
					t.Errorf("no %s in %s%s", w, stdout, stderr)
				}
			}
			if stdout != "" {
				if err := validate(t, "verify", stdout); err != nil {
					t.Error(err)
				}
			}
			if json.Valid([]byte(tt.document)) && tt.name != "no receipt" && !strings.HasPrefix(tt.document, `{"total"`) {
				if err := validate(t, "receipt", tt.document); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestVerifyKnowsTheKeysOfItsDirectory(t *testing.T) {
	data, public := sealed(t)
	dir := t.TempDir()
	env := machine(t, "BUJIAO_HOME", dir)
	raw, err := base64.RawURLEncoding.DecodeString(public)
	if err != nil {
		t.Fatal(err)
	}
	if err := receipt.NewKeyStore(dir).Add(raw); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "r.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := run(t, env, "--lang", "en", "verify", file)
	if code != exitDone || !strings.Contains(stdout, "known key") || !strings.Contains(stdout, "as it was sealed") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
