package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/config"
	"bujiao/internal/lang"
)

func noEnv(string) string { return "" }

// wants are the lines "# want: ..." of a file.
func wants(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range strings.Split(string(data), "\n") {
		if w, ok := strings.CutPrefix(l, "# want: "); ok {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s wants nothing", path)
	}
	return out
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/" + pattern)
	if err != nil || len(found) < 3 {
		t.Fatalf("%s: %d files, %v", pattern, len(found), err)
	}
	return found
}

func TestGoodFiles(t *testing.T) {
	for _, path := range files(t, "*.good.yaml") {
		c, err := config.Load(config.Sources{File: path, Getenv: noEnv, Home: "/home/office"})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var got []string
		for _, v := range c.Values() {
			got = append(got, v.Name+"="+v.Text+" ("+v.From+")")
		}
		for _, w := range wants(t, path) {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no %q in %q", path, w, got)
			}
		}
		if all := strings.Join(got, " ") + c.String(); strings.Contains(all, "geheim") {
			t.Errorf("%s: a secret is shown: %s", path, all)
		}
	}
}

// TestBadFiles: all problems at once, each as a sentence in both languages.
func TestBadFiles(t *testing.T) {
	for _, path := range files(t, "*.bad.yaml") {
		_, err := config.Load(config.Sources{File: path, Getenv: noEnv, Home: "/home/office"})
		var p config.Problems
		if !errors.As(err, &p) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var got []string
		for _, f := range p {
			got = append(got, f.Error())
			for _, l := range []string{lang.Chinese, lang.English} {
				if s := lang.Fault(l, f); s == "" || strings.Contains(s, "{") || strings.Contains(s, "geheim") {
					t.Errorf("%s: %s: %q", path, f.Key, s)
				}
			}
		}
		want := wants(t, path)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %s\nwant %s", path, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

// TestOrder: flags go before the environment, that before the file, that
// before defaults; an empty variable is none.
func TestOrder(t *testing.T) {
	env := map[string]string{}
	flags := map[string]string{}
	load := func() string {
		t.Helper()
		c, err := config.Load(config.Sources{File: "testdata/office.good.yaml", Home: "/h", Getenv: func(n string) string { return env[n] },
			Flag: func(n string) (string, bool) { v, ok := flags[n]; return v, ok }})
		if err != nil {
			t.Fatal(err)
		}
		return c.Grace.String() + " " + c.DB
	}
	if got := load(); got != "45s postgres://bujiao:geheim@db/bujiao" {
		t.Errorf("the file: %s", got)
	}
	env["BUJIAO_GRACE"], env["BUJIAO_DB"] = "7s", "/x/books.db"
	if got := load(); got != "7s /x/books.db" {
		t.Errorf("the environment: %s", got)
	}
	env["BUJIAO_DB"], env["BUJIAO_DB_FILE"] = "", "testdata/address"
	if got := load(); got != "7s postgres://bujiao:geheim@db/bujiao" {
		t.Errorf("a file in the environment: %s", got)
	}
	flags["grace"], flags["db"] = "8s", "y.db"
	if got := load(); got != "8s y.db" {
		t.Errorf("flags: %s", got)
	}
	env["BUJIAO_DB"] = "both"
	if _, err := config.Load(config.Sources{Home: "/h", Getenv: func(n string) string { return env[n] }}); err == nil || !strings.Contains(err.Error(), "settings.twice") {
		t.Errorf("a variable and its file: %v", err)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string][2]string{"tls.client_ca": {"tls-client-ca", "BUJIAO_TLS_CLIENT_CA"}, "db": {"db", "BUJIAO_DB"}} {
		if got := [2]string{config.FlagName(name), config.EnvName(name)}; got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
