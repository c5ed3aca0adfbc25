package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestFlagsThatAreNotMeant are command lines that a parser of flags takes and
// that nobody means: exit 2, and the flag is named.
func TestFlagsThatAreNotMeant(t *testing.T) {
	due := func(more ...string) []string {
		return append([]string{"due", "--month", "2026-08", "--wage", "10000", "--injury-class", "1", "-o", "json"}, more...)
	}
	tests := []struct {
		name string
		line []string
		key  string
		flag string
	}{
		{"twice", due("--area", "110000", "--area", "310000"), "cli.flag_twice", "--area"},
		{"twice the same", due("--area", "110000", "--area=110000"), "cli.flag_twice", "--area"},
		{"a flag of all commands twice", due("--area", "110000", "-o", "json"), "cli.flag_twice", "--output"},
		{"a short flag twice", []string{"quote", "-f", "a.json", "--file", "b.json", "-o", "json"}, "cli.flag_twice", "--file"},
		{"the next flag is no value", []string{"due", "--area", "--month", "2026-08", "-o", "json"}, "cli.flag_without_value", "--area"},
		{"nor is a short one", []string{"due", "--area", "-o", "json"}, "cli.flag_without_value", "--area"},
		{"nor the help", due("--area", "--help"), "cli.flag_without_value", "--area"},
		{"of a flag of all commands", due("--area", "110000", "--packs", "--tier", "1"), "cli.flag_without_value", "--packs"},
		{"of a flag that may be repeated", []string{"latefee", "--pause", "--area", "110000", "-o", "json"}, "cli.flag_without_value", "--pause"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := run(t, machine(t), tt.line...)
			var f Failure
			if err := json.Unmarshal([]byte(stderr), &f); err != nil {
				t.Fatalf("%v in %q", err, stderr)
			}
			if code != exitUsage || stdout != "" || f.Error.Key != tt.key || !strings.Contains(f.Error.Message, tt.flag) {
				t.Errorf("exit %d, %+v, stdout %q", code, f.Error, stdout)
			}
		})
	}
}

// TestValuesWithDashes are taken: a negative amount reaches its own sentence,
// and a value that begins with dashes is written behind an equals sign.
func TestValuesWithDashes(t *testing.T) {
	if code, _, stderr := run(t, machine(t), "latefee", "--principal", "-5", "--from", "2024-01-01", "--to", "2024-01-02", "--lang", "en"); !strings.Contains(stderr, "must not be negative") || code == exitDone {
		t.Errorf("exit %d, %q", code, stderr)
	}
	code, _, stderr := run(t, machine(t), "jobs", "--area", "110000", "--retry", "x", "--reason=--area", "-o", "json")
	if strings.Contains(stderr, "flag_without_value") || code == exitUsage {
		t.Errorf("exit %d, %q", code, stderr)
	}
	code, _, stderr = run(t, machine(t), "latefee", "--area", "110000", "--principal", "1000", "--month", "2024-03", "--paid", "2024-06-10",
		"--pause", "2024-05-01..2024-05-03", "--pause", "2024-05-05..2024-05-06")
	if code == exitUsage || code == exitFailed {
		t.Errorf("a flag that may be repeated: exit %d, %q", code, stderr)
	}
}

// TestHelpOfNoCommand does not look like help of one.
func TestHelpOfNoCommand(t *testing.T) {
	for _, line := range [][]string{{"nosuch", "--help"}, {"--help", "nosuch"}, {"key", "nosuch", "-h"}, {"help", "key", "nosuch"}} {
		code, stdout, stderr := run(t, machine(t), append(line, "--lang", "en")...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, "There is no command nosuch") {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", line, code, stdout, stderr)
		}
	}
	for _, line := range [][]string{{"--help"}, {"key", "--help"}, {"due", "--help"}, {"help", "key", "new"}} {
		if code, stdout, stderr := run(t, machine(t), line...); code != exitDone || stdout == "" || stderr != "" {
			t.Errorf("%v: exit %d, stderr %q", line, code, stderr)
		}
	}
}

// TestYearsThatAreNotSupported are told from days that there are not.
func TestYearsThatAreNotSupported(t *testing.T) {
	for _, tt := range []struct{ line, key string }{
		{"term --calendar-days 3 --from 0001-01-01", "cli.out_of_range"},
		{"term --calendar-days 3 --from 9999-12-31", "cli.out_of_range"},
		{"term --calendar-days 3 --from 2026-02-30", "cli.bad_date"},
		{"term --calendar-days 3 --from 9999-02-30", "cli.bad_date"},
		{"due --area 110000 --wage 1 --injury-class 1 --month 9999-12", "cli.out_of_range"},
		{"due --area 110000 --wage 1 --injury-class 1 --month 2026-13", "cli.bad_month"},
		{"latefee --area 110000 --principal 1 --month 2024-03 --paid 2024-06-10 --pause 1024-05-01..2024-05-03", "cli.out_of_range"},
		{"latefee --area 110000 --principal 1 --month 2024-03 --paid 2024-06-10 --pause 2024-05-01", "cli.bad_span"},
	} {
		code, _, stderr := run(t, machine(t), append(strings.Fields(tt.line), "-o", "json", "--lang", "en")...)
		var f Failure
		if err := json.Unmarshal([]byte(stderr), &f); err != nil {
			t.Fatalf("%s: %v in %q", tt.line, err, stderr)
		}
		inRange := tt.key == "cli.out_of_range" && strings.Contains(f.Error.Message, "1900 to 2199")
		if code != exitInvalid || f.Error.Key != tt.key || (tt.key == "cli.out_of_range") != inRange {
			t.Errorf("%s: exit %d, %+v", tt.line, code, f.Error)
		}
	}
}
