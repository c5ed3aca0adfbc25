package cases_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bujiao/internal/casework"
)

// TestMission holds docs/mission.md: each row names events that exist and a line
// that stands in a script, or says that it is open and why.
func TestMission(t *testing.T) {
	doc, err := os.ReadFile("../../docs/mission.md")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| 00") {
			continue
		}
		rows++
		if len(cells) != 5 {
			t.Errorf("%d cells: %s", len(cells), line)
			continue
		}
		played, script, words := cells[2], strings.Trim(cells[3], "` "), strings.Trim(cells[4], "` ")
		if played == "open" {
			if script != "" || words == "" {
				t.Errorf("open rows name no script, and say why: %s", line)
			}
			continue
		}
		if !plays(t, script, words) {
			t.Errorf("%s does not stand in %s", words, script)
		}
		for part := range strings.SplitSeq(played, "; ") {
			kind, events, _ := strings.Cut(part, ": ")
			if part == "record" {
				continue
			}
			if tables[kind] == nil {
				t.Errorf("no kind of case %q: %s", kind, line)
				continue
			}
			for event := range strings.SplitSeq(events, ", ") {
				if tables[kind].Move(event) == nil {
					t.Errorf("%s has no event %q: %s", kind, event, line)
				}
			}
		}
	}
	if rows == 0 {
		t.Error("docs/mission.md has no rows")
	}
}

// plays says whether words stand in a script of test/script, not in a comment.
func plays(t *testing.T, script, words string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "script", filepath.FromSlash(script)))
	if err != nil {
		t.Error(err)
		return false
	}
	for line := range strings.Lines(string(text)) {
		if words != "" && !strings.HasPrefix(line, "#") && strings.Contains(line, words) {
			return true
		}
	}
	return false
}
