package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if os.Getenv("BUJIAO_AS_PROGRAM") != "" { // for tests that start the program by themselves
		main()
		return
	}
	testscript.Main(m, map[string]func(){"bujiao": main})
}

// TestScripts runs the command lines of test/script, which a person of the
// field can read: what is asked, what must be answered, and the exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "../../test/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("BUJIAO_HOME", filepath.Join(e.WorkDir, "keys")) // never the keys of whoever runs the tests
			return nil
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "keep": keep},
	})
}

// exits is "exits N PROGRAM ARGS": the program must end with exit code N.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		got = exitCode(err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d (%v)", strings.Join(args[1:], " "), got, want, err)
	}
}

// keep is "keep NAME PATTERN": what the group of the pattern finds in the last
// standard output is in $NAME from here on.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no %s in standard output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func exitCode(err error) int {
	if x, ok := err.(interface{ ExitCode() int }); ok {
		return x.ExitCode()
	}
	return -1
}
