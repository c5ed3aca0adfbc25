package lang

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"bujiao/internal/fault"
)

func TestCatalogueIsWhole(t *testing.T) {
	c, err := Read(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"cli.internal", "law.unknown_area", "identity.birth"} {
		if _, ok := c[key]; !ok {
			t.Errorf("key %s is not there", key)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct {
		name string
		tree map[string]string
		want string
	}{
		{"a key in two files", map[string]string{"texts/a.yaml": `k: {zh: 甲, en: a}`, "texts/b.yaml": `k: {zh: 乙, en: b}`}, "two files"},
		{"a key twice in a file", map[string]string{"texts/a.yaml": "k: {zh: 甲, en: a}\nk: {zh: 乙, en: b}"}, "already defined"},
		{"no English", map[string]string{"texts/a.yaml": `k: {zh: 甲}`}, "a language is missing"},
		{"no Chinese", map[string]string{"texts/a.yaml": `k: {en: a}`}, "a language is missing"},
		{"another placeholder", map[string]string{"texts/a.yaml": `k: {zh: "{x}", en: "{y}"}`}, "different placeholders"},
		{"no YAML", map[string]string{"texts/a.yaml": `k: [`}, "texts/a.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for name, data := range tt.tree {
				tree[name] = &fstest.MapFile{Data: []byte(data)}
			}
			if _, err := Read(tree); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	same := fstest.MapFS{"texts/a.yaml": {Data: []byte(`k: {zh: "{x} {y} {x}", en: "{y} {x}"}`)}}
	if _, err := Read(same); err != nil {
		t.Errorf("order and number of placeholders do not matter: %v", err)
	}
}

func TestText(t *testing.T) {
	args := map[string]string{"flag": "--month"}
	if got, want := Text("en", "cli.negative", args), "--month must not be negative."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Text("zh", "cli.negative", args), "--month 不能是负数。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Text("en", "cli.negative", nil), "{flag} must not be negative."; got != want {
		t.Errorf("an argument that is not given: got %q, want %q", got, want)
	}
	if got, want := Text("en", "no.such_key", args), `no.such_key flag="--month"`; got != want {
		t.Errorf("a key that is not there: got %q, want %q", got, want)
	}
	if Has("no.such_key") || !Has("cli.negative") {
		t.Error("Has is wrong")
	}
}

func TestFault(t *testing.T) {
	inner := fault.Wrap(fault.Invalid, "cli.negative", fault.Args{"flag": "--wage"}, errors.New("secret"))
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a fault", inner, "--wage must not be negative."},
		{"inside another error", fmt.Errorf("reading row 3: %w", inner), "--wage must not be negative."},
		{"a fault around a fault", fault.Wrap(fault.Invalid, "cli.too_large", nil, inner), Text("en", "cli.too_large", nil) + " --wage must not be negative."},
		{"no fault", errors.New("secret"), Text("en", "cli.internal", nil)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fault("en", tt.err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
