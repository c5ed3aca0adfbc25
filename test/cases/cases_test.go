// Package cases_test plays the scripts in test/script/cases: what people do at
// an office, one line each, on every engine. Around each line that moves a case
// it tries, by itself, everybody who may not, the same request twice, and an
// error at each statement that the database is sent.
package cases_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"bujiao/internal/casework"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

const scripts = "../script/cases"

// covered counts the events that scripts took, by kind.
var covered = struct {
	sync.Mutex
	events map[string]map[string]int
}{events: map[string]map[string]int{}}

func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(scripts, "*.case"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range storetest.Engines {
			name := strings.TrimSuffix(filepath.Base(file), ".case")
			t.Run(name+"/"+e.Name, func(t *testing.T) {
				p := newPlay(t, e)
				for i, line := range strings.Split(string(text), "\n") {
					p.line = i + 1
					p.run(line)
				}
				p.prove()
			})
		}
	}
	coverage(t)
}

// coverage is every event of every kind, taken by some script.
func coverage(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for kind, table := range tables {
		taken, left := table.Taken(covered.events[kind])
		t.Logf("%s: %d of %d events taken", kind, len(taken), len(taken)+len(left))
		if len(left) > 0 {
			slices.Sort(left)
			t.Errorf("%s: no script takes %s", kind, strings.Join(left, ", "))
		}
	}
}
