package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/config"
)

// TestRunbooksNameCommandsThereAre: a command line in a runbook must not be
// found wrong on the day it is needed.
func TestRunbooksNameCommandsThereAre(t *testing.T) {
	line := regexp.MustCompile("(?:^ {4,}|`)(bujiao [^`\n#|]+)")
	seen := 0
	err := filepath.WalkDir("../../docs/runbooks", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, l := range strings.Split(string(data), "\n") {
			for _, m := range line.FindAllStringSubmatch(l, -1) {
				seen++
				a := &app{env: machine(t), lang: "en"}
				words := strings.Fields(m[1])[1:]
				cmd, rest, err := a.root().Find(words)
				if err != nil || !cmd.HasParent() {
					t.Errorf("%s: %q is no command (%v)", p, m[1], err)
					continue
				}
				for _, w := range rest {
					name, ok := strings.CutPrefix(w, "--")
					if ok && cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
						t.Errorf("%s: %q has no flag %s", p, m[1], w)
					}
				}
			}
		}
		return nil
	})
	if err != nil || seen < 15 {
		t.Errorf("%d commands found, %v", seen, err)
	}
}

// TestAlerts: every metric of ours in an alert is one that the program has,
// and every alert has its line in the runbook.
func TestAlerts(t *testing.T) {
	data, err := os.ReadFile("../../packaging/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	book, err := os.ReadFile("../../docs/runbooks/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	code := sources(t)
	metric := regexp.MustCompile(`bujiao_[a-z_]+`)
	for _, r := range doc.Groups[0].Rules {
		if !strings.Contains(string(book), "| "+r.Alert+" |") {
			t.Errorf("%s is not in the runbook", r.Alert)
		}
		for _, m := range metric.FindAllString(r.Expr, -1) {
			if !strings.Contains(code, `Name: "`+strings.TrimSuffix(m, "_bucket")+`"`) {
				t.Errorf("%s asks for %s, which nothing counts", r.Alert, m)
			}
		}
	}
	if n := len(doc.Groups[0].Rules); n < 5 || strings.Count(string(book), "\n| Bujiao") != n {
		t.Errorf("%d alerts, %d lines in the runbook", n, strings.Count(string(book), "\n| Bujiao"))
	}
}

func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, dir := range []string{"../worker", "../httpapi"} {
		names, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			data, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(data)
		}
	}
	return b.String()
}

// TestPackagedSettings: the example is right but for the files that the machine
// here does not have.
func TestPackagedSettings(t *testing.T) {
	_, err := config.Load(config.Sources{File: "../../packaging/bujiao.yaml", Getenv: func(string) string { return "" }, Home: "/var/lib/bujiao"})
	for _, p := range err.(config.Problems) {
		if p.Key != "settings.no_file" && p.Key != "settings.no_secret_file" && p.Key != "settings.oidc_needs" {
			t.Errorf("%v", p)
		}
	}
}
