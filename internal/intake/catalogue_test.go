package intake

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var keyInCode = regexp.MustCompile(`"(intake\.[a-z0-9_]+)"`)

// Every key of the code has a sentence in both languages, with the same
// arguments in both, and no sentence is left without a key.
func TestCatalogueMatchesTheCode(t *testing.T) {
	m, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range keyInCode.FindAllSubmatch(b, -1) {
			used[string(k[1])] = true
		}
	}
	for k := range used {
		s, ok := m[k]
		if !ok || s.Zh == "" || s.En == "" {
			t.Errorf("%s lacks a sentence", k)
		}
		if zh, en := argsOf(s.Zh), argsOf(s.En); zh != en {
			t.Errorf("%s: arguments %s in Chinese, %s in English", k, zh, en)
		}
	}
	for k := range m {
		if !used[k] {
			t.Errorf("%s is never used", k)
		}
	}
	if len(used) < 40 {
		t.Errorf("only %d keys were found", len(used))
	}
}

func argsOf(text string) string {
	seen := map[string]bool{}
	for _, p := range placeholder.FindAllString(text, -1) {
		seen[p] = true
	}
	var out []string
	for _, p := range []string{"{column}", "{columns}", "{file}", "{first}", "{got}", "{max}", "{name}", "{nearest}", "{position}", "{row}", "{second}", "{want}"} {
		if seen[p] {
			out = append(out, p)
			delete(seen, p)
		}
	}
	for p := range seen {
		out = append(out, p+" (unknown)")
	}
	return strings.Join(out, " ")
}
