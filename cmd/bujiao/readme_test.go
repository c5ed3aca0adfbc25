package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bujiao/internal/cli"
	"bujiao/packs"
)

// TestREADME runs the commands that README shows and compares what they print.
// A command may end in "| sed -n A,Bp", which cuts lines.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	env := cli.Env{Packs: packs.FS, Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		Getenv: func(name string) string { return map[string]string{"BUJIAO_HOME": home}[name] }}
	ran := 0
	lines := strings.Split(string(data), "\n")
	for i := 0; i < len(lines); i++ {
		command, ok := strings.CutPrefix(lines[i], "    $ bujiao ")
		if !ok {
			continue
		}
		var want []string
		for i++; i < len(lines) && (strings.HasPrefix(lines[i], "    ") || lines[i] == ""); i++ {
			want = append(want, strings.TrimPrefix(lines[i], "    "))
		}
		command, cut, piped := strings.Cut(command, " | sed -n ")
		args := strings.Fields(command)
		for j, a := range args {
			if strings.HasPrefix(a, "demo/") {
				args[j] = filepath.Join("..", "..", a)
			}
		}
		var out, errOut bytes.Buffer
		if code := cli.Run(args, nil, &out, &errOut, env); code != 0 && code != 3 {
			t.Errorf("bujiao %s: exit %d: %s", command, code, errOut.String())
			continue
		}
		got := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
		if piped {
			var a, b int
			if _, err := fmt.Sscanf(cut, "%d,%dp", &a, &b); err != nil || a < 1 || b > len(got) {
				t.Fatalf("%q cannot be cut", cut)
			}
			got = got[a-1 : b]
		}
		text := strings.TrimRight(strings.Join(want, "\n"), "\n")
		if n := len(strings.Split(text, "\n")); !piped && n < len(got) {
			got = got[:n] // README shows the head of the answer
		}
		if g := strings.Join(got, "\n"); g != text {
			t.Errorf("bujiao %s\ngot:\n%s\nREADME:\n%s", command, g, text)
		}
		ran++
	}
	if ran < 3 {
		t.Errorf("only %d examples were run", ran)
	}
}
