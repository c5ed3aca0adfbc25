package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bujiao/packs"

	"bujiao/internal/report"
)

// machine is an Env on a fixed day with its own keys.
func machine(t *testing.T, vars ...string) Env {
	t.Helper()
	env := map[string]string{"BUJIAO_HOME": t.TempDir()}
	for i := 0; i+1 < len(vars); i += 2 {
		env[vars[i]] = vars[i+1]
	}
	return Env{
		Getenv: func(name string) string { return env[name] },
		Now:    func() time.Time { return time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC) },
		Packs:  packs.FS,
	}
}

// run runs a command line and returns the exit code and both outputs.
func run(t *testing.T, env Env, line ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = Run(line, strings.NewReader(""), &out, &errOut, env)
	return code, out.String(), errOut.String()
}

func TestLanguage(t *testing.T) {
	tests := []struct {
		name string
		line []string
		vars []string
		want string
	}{
		{"nothing is said", nil, nil, "zh"},
		{"the locale", nil, []string{"LANG", "en_GB.UTF-8"}, "en"},
		{"messages go before the locale", nil, []string{"LC_MESSAGES", "zh_CN", "LANG", "en_GB"}, "zh"},
		{"all goes before messages", nil, []string{"LC_ALL", "EN", "LC_MESSAGES", "zh_CN"}, "en"},
		{"our own goes before all", nil, []string{"BUJIAO_LANG", "zh", "LC_ALL", "en"}, "zh"},
		{"another language is Chinese", nil, []string{"LANG", "de_DE"}, "zh"},
		{"the flag goes first", []string{"due", "--lang", "en"}, []string{"BUJIAO_LANG", "zh"}, "en"},
		{"the flag with =", []string{"--lang=en", "due"}, nil, "en"},
		{"a wrong flag leaves the rest", []string{"--lang=fr"}, []string{"LANG", "en"}, "en"},
		{"behind -- there are no flags", []string{"--", "--lang=en"}, nil, "zh"},
		{"a flag without value", []string{"--lang"}, nil, "zh"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := language(tt.line, machine(t, tt.vars...)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPeekShort(t *testing.T) {
	for _, line := range [][]string{{"-o", "json"}, {"-ojson"}, {"-o=json"}, {"--output", "json"}, {"--output=json"}} {
		if got := peek(line, "output", "o"); got != "json" {
			t.Errorf("%v: got %q", line, got)
		}
	}
	if got := peek([]string{"--on", "x"}, "output", "o"); got != "" {
		t.Errorf("--on is not -o: got %q", got)
	}
}

func TestWorstCodeWins(t *testing.T) {
	order := []int{exitFailed, exitUsage, exitInvalid, exitMissing, exitDone}
	for i, grave := range order {
		for _, light := range order[i:] {
			if worse(grave, light) != grave || worse(light, grave) != grave {
				t.Errorf("of %d and %d, %d must win", grave, light, grave)
			}
		}
	}
}

func TestTodayIsTheDayInChina(t *testing.T) {
	a := &app{env: machine(t)} // 20:00 UTC on the 23rd
	if got := a.today().String(); got != "2026-11-24" {
		t.Errorf("got %s", got)
	}
}

// TestFailures are those of the machine and of the program: exit 4, a sentence
// without a trace of the cause.
func TestFailures(t *testing.T) {
	env := machine(t)
	env.Packs = nil // a nil file system panics when it is read
	code, stdout, stderr := run(t, env, "latefee", "--from", "2024-01-01", "--to", "2024-01-02", "--principal", "1", "--lang", "en", "-o", "json")
	var f Failure
	if err := json.Unmarshal([]byte(stderr), &f); err != nil {
		t.Fatalf("%v in %q", err, stderr)
	}
	if code != exitFailed || stdout != "" || f.Error.Kind != "internal" || f.Error.Key != "cli.internal" {
		t.Errorf("exit %d, stdout %q, error %+v", code, stdout, f)
	}

	var errOut bytes.Buffer
	code = Run([]string{"version"}, strings.NewReader(""), brokenPipe{}, &errOut, machine(t))
	if code != exitFailed || !strings.Contains(errOut.String(), "写不出去") {
		t.Errorf("exit %d, stderr %q", code, errOut.String())
	}
	if strings.Contains(errOut.String(), "pipe") {
		t.Errorf("the cause is shown: %q", errOut.String())
	}
	if code = Run(nil, strings.NewReader(""), brokenPipe{}, &errOut, machine(t)); code != exitFailed {
		t.Errorf("help into a broken pipe: exit %d", code)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestEveryCommandIsDescribed walks all commands in both languages: each has a
// text of its own for itself and for every flag.
func TestEveryCommandIsDescribed(t *testing.T) {
	for _, l := range []string{"zh", "en"} {
		a := &app{env: machine(t), lang: l, out: &bytes.Buffer{}, errOut: &bytes.Buffer{}}
		root := a.root()
		n := 0
		var walk func(*cobra.Command)
		walk = func(c *cobra.Command) {
			n++
			texts := []string{c.Short}
			if c.Name() != "help" {
				texts = append(texts, c.Long)
			}
			if c.Runnable() && !c.HasSubCommands() && c.Name() != "help" {
				texts = append(texts, c.Example)
			}
			c.Flags().VisitAll(func(f *pflag.Flag) { texts = append(texts, f.Usage) })
			for _, s := range texts {
				if s == "" || strings.HasPrefix(s, "cli.") {
					t.Errorf("%s: %s: text %q", l, c.CommandPath(), s)
				}
			}
			for _, sub := range c.Commands() {
				walk(sub)
			}
		}
		walk(root)
		if n < 15 {
			t.Errorf("%d commands seen", n)
		}
	}
}

func TestCells(t *testing.T) {
	tests := map[string]int{"": 0, "abc": 3, "养老": 4, "，": 2, "e\u0301": 1, "1.00": 4}
	for s, want := range tests {
		if got := report.Width(s); got != want {
			t.Errorf("%q fills %d cells, want %d", s, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	p := (&app{}).page()
	p.table("lr", []string{"险种", "元"}, [][]string{{"养老保险", "1.00"}, {"a", "1000.00"}})
	want := "险种           元\n养老保险     1.00\na         1000.00\n"
	if diff := cmp.Diff(want, p.String()); diff != "" {
		t.Error(diff)
	}
}

func TestClipKeepsNumbersOut(t *testing.T) {
	if got := clip("11010519491231002X"); strings.Contains(got, "31002X") {
		t.Errorf("a citizen number is repeated: %q", got)
	}
	if got := clip("dua"); got != "dua" {
		t.Errorf("got %q", got)
	}
}

func TestPacksFromADirectory(t *testing.T) {
	code, stdout, _ := run(t, machine(t), "pack", "lint", "--packs", "../../packs", "-o", "json")
	var built LintAnswer
	if err := json.Unmarshal([]byte(stdout), &built); err != nil || code != exitDone {
		t.Fatalf("exit %d, %v", code, err)
	}
	if _, err := fs.Stat(packs.FS, "cn/pack.yaml"); err != nil {
		t.Error(err)
	}
}
