package worker_test

import (
	"os"
	"strings"
	"testing"

	"bujiao/internal/worker"
)

// What every area gets by itself stands in the runbook, with what a dead letter
// of it means.
func TestRunbookNamesEveryTick(t *testing.T) {
	data, err := os.ReadFile("../../docs/runbooks/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "## What happens by itself")
	rows := strings.Count(rest, "\n| `")
	if n := len(worker.Ticks()); rows != n {
		t.Errorf("%d rows for %d ticks", rows, n)
	}
	for _, tick := range worker.Ticks() {
		if !strings.Contains(rest, "\n| `"+tick.Kind+"` |") {
			t.Errorf("no row of %s", tick.Kind)
		}
	}
}
