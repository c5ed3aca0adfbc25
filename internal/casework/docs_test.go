package casework_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/casework"
)

var update = flag.Bool("update", false, "write docs/cases.md and docs/cases anew")

// Docs hold every kind in words and as a drawing, in both languages, as the
// tables have them now; make generate writes them.
func TestDocsAreCurrent(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	index := "# 业务办理 · Cases\n\nWhat each kind of case is, state by state, made from the tables in internal/casework/tables by `make generate`.\nThe same is printed by `bujiao case kind KIND`. Why it is so: [ADR 15](adr/0015-cases.md).\n\n" +
		"| 业务 kind | 步骤 steps | 状态图 drawing | 规则 rules |\n|---|---|---|---|\n"
	for _, kind := range slices.Sorted(maps.Keys(tables)) {
		x := tables[kind]
		index += fmt.Sprintf("| %s · %s (`%s`) | [中文](cases/%[3]s.zh.md) [English](cases/%[3]s.en.md) | [中文](cases/%[3]s.zh.svg) [English](cases/%[3]s.en.svg) | %s |\n", x.Name.ZH, x.Name.EN, kind, strings.Join(x.Rules, ", "))
		for _, lang := range []string{"zh", "en"} {
			base := "cases/" + kind + "." + lang
			want[base+".svg"] = x.SVG(lang)
			want[base+".md"] = strings.Replace(x.Help(lang), "\n\n", fmt.Sprintf("\n\n![%s](%s.%s.svg)\n\n", x.Name.In(lang), kind, lang), 1)
		}
	}
	want["cases.md"] = index
	const docs = "../../docs/"
	if *update {
		if err := os.RemoveAll(docs + "cases"); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range want {
		if *update {
			if err := os.MkdirAll(filepath.Dir(docs+name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(docs+name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(docs + name); err != nil || string(got) != text {
			t.Errorf("docs/%s is not what the tables say: run make generate (%v)", name, err)
		}
	}
	there, err := fs.Glob(os.DirFS(docs), "cases/*")
	if err != nil {
		t.Error(err)
	}
	for _, name := range there {
		if _, ok := want[name]; !ok {
			t.Errorf("docs/%s is of no kind: run make generate", name)
		}
	}
}
