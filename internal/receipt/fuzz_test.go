package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/fault"
)

func FuzzParseVerify(f *testing.F) {
	r := mustSeal(f, quoteBody())
	full := mustJSON(f, r)
	f.Add(full)
	f.Add(mustJSON(f, mustRedact(f, r, "/person", "/engine")))
	f.Add(bytes.Replace(full, []byte("0.60"), []byte("0.06"), 1))
	f.Add([]byte(`{"version":1,"algorithm":"","body":{"hash":1,"redacted":2},"hashes":{"":""},"root":"","key":"","signature":"","salts":{"":""},"salt_hash":"","salts_hash":""}`))
	f.Add([]byte(`{"a":[1,2.5e-3,"\ud83d\ude00"],"a":`))
	replay := func(body json.RawMessage) (json.RawMessage, json.RawMessage, error) { return body, body, nil }
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse(data)
		if err != nil {
			var known *fault.Error
			if !errors.As(err, &known) || known.Kind != fault.Invalid {
				t.Fatalf("not a fault of the reader's: %v", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatal("Parse took what is no JSON")
		}
		rep := Verify(r, ringOf(testKey(1)), replay)
		if rep.Intact != (len(rep.Problems) == 0) {
			t.Fatalf("intact %v with problems %v", rep.Intact, rep.Problems)
		}
		if rep.Replay == ReplayDiffers {
			t.Fatal("a document differs from itself")
		}
		// Nobody but the holder of the key makes a receipt that is known and
		// intact, so it holds nothing but what was sealed here.
		if rep.Intact && rep.Signer == "known" && !r.redacted && !bytes.Equal(mustJSON(t, r), full) {
			t.Fatalf("forged: %s", data)
		}
		written := mustJSON(t, r)
		again := mustParse(t, written)
		if twice := mustJSON(t, again); !bytes.Equal(written, twice) {
			t.Fatal("written, read and written again it is another text")
		}
		if rep2 := Verify(again, nil, nil); rep2.Intact != rep.Intact {
			t.Fatal("written and read again it is judged differently")
		}
		if red, err := Redact(r, ""); err == nil && rep.Intact {
			if rep := Verify(red, nil, nil); !rep.Intact {
				t.Fatalf("redaction broke it: %v", rep.Problems)
			}
		}
	})
}

// Every key of the package has a sentence in both languages with the same
// placeholders.
func TestTexts(t *testing.T) {
	data, err := os.ReadFile("../lang/texts/receipt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]struct{ Zh, En string }
	if err := yaml.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, key := range regexp.MustCompile(`"(receipt\.[a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
			used[key[1]] = true
		}
	}
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	for key := range used {
		text, ok := texts[key]
		if !ok || text.Zh == "" || text.En == "" {
			t.Errorf("%s has no sentence in both languages", key)
		}
		if zh, en := holes.FindAllString(text.Zh, -1), holes.FindAllString(text.En, -1); strings.Join(zh, "") != strings.Join(en, "") {
			t.Errorf("%s has placeholders %v and %v", key, zh, en)
		}
	}
	for key := range texts {
		if !used[key] {
			t.Errorf("%s is not used", key)
		}
	}
}
