package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestAt(t *testing.T) {
	var doc any
	if err := json.Unmarshal([]byte(`{"a": [{"b": "x"}, true, null], "c/d": {"e~f": "y"}, "": "z"}`), &doc); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"/a/0/b": "x", "/a/1": "true", "/a/2": "null", "/a/0": `{"b":"x"}`, "/c~1d/e~0f": "y", "/": "z",
		"/a/3": nothing, "/a/-1": nothing, "/a/x": nothing, "/b": nothing, "/a/0/b/c": nothing, "/a/2/x": nothing,
	}
	for pointer, want := range tests {
		if got := at(doc, pointer); got != want {
			t.Errorf("%s: got %q, want %q", pointer, got, want)
		}
	}
}

func TestFlagsOf(t *testing.T) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(`{month: "2026-08", injury_class: 1, missed: [2025, 2026], declared: "-1"}`), &n); err != nil {
		t.Fatal(err)
	}
	want := []string{"--month=2026-08", "--injury-class=1", "--missed=2025,2026", "--declared=-1"}
	if diff := cmp.Diff(want, flagsOf(n.Content[0])); diff != "" {
		t.Error(diff)
	}
}

// smallPack is a national pack of one rate, with the given further lists.
func smallPack(more string) fstest.MapFS {
	return fstest.MapFS{"cn/pack.yaml": {Data: []byte(`
pack: {area: "000000", name: {zh: 全国, en: National}, office: {zh: 办, en: office}, hotline: "12333"}
sources: {A: {doc: "a law"}}
late_fee_rates:
  - {schemes: [110], from: "2011-07-01", daily: 0.0005, status: verified, source: [A]}
rounding:
  - {target: late_fee, rounding: {mode: half_up, units: [0.01]}, status: verified, source: [A]}
` + more)}}
}

func packTestOf(t *testing.T, more string) (int, PackTestAnswer) {
	t.Helper()
	env := machine(t)
	env.Packs = smallPack(more)
	code, stdout, stderr := run(t, env, "pack", "test", "-o", "json")
	var got PackTestAnswer
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	return code, got
}

func TestPackTest(t *testing.T) {
	const fee = `given: {from: "2024-01-01", to: "2024-01-20", principal: 1000}`
	tests := []struct {
		name, test string
		want       []FailedCheck // File, Line and Name aside
	}{
		{"holds", `{name: t, command: latefee, ` + fee + `, expect: {/late_fee: "10.00", /days: 20, /cap_from: null, /segments/0/rate: "0.0005"}}`, nil},
		{"a value differs", `{name: t, command: latefee, ` + fee + `, expect: {/late_fee: "9.99", /days: 20}}`, []FailedCheck{{Pointer: "/late_fee", Want: "9.99", Got: "10.00"}}},
		{"a value is not there", `{name: t, command: latefee, ` + fee + `, expect: {/fee: "9.99"}}`, []FailedCheck{{Pointer: "/fee", Want: "9.99", Got: nothing}}},
		{"null is not zero", `{name: t, command: latefee, ` + fee + `, expect: {/late_fee: null}}`, []FailedCheck{{Pointer: "/late_fee", Want: "null", Got: "10.00"}}},
		{"an exit code is expected", `{name: t, command: latefee, given: {principal: 1}, expect: {exit: 2, /error/key: cli.latefee.one_way}}`, nil},
		{"a failure is not expected", `{name: t, command: latefee, given: {principal: 1}, expect: {}}`, []FailedCheck{{Pointer: "exit", Want: "0", Got: "2"}}},
		{"another area", `{name: t, command: latefee, given: {area: "110000", from: "2024-01-01", to: "2024-01-20", principal: 1000}, expect: {exit: 1}}`, nil},
		{"no such command", `{name: t, command: dance, given: {}, expect: {}}`, []FailedCheck{{Pointer: "command", Want: "due, latefee, plan, quote, retire, wait, term, estimate", Got: "dance"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, got := packTestOf(t, "tests:\n  - "+tt.test+"\n")
			for i := range got.Failed {
				if got.Failed[i].File != "cn/pack.yaml" || got.Failed[i].Line == 0 || got.Failed[i].Name != "t" {
					t.Errorf("the place is wrong: %+v", got.Failed[i])
				}
				got.Failed[i].File, got.Failed[i].Line, got.Failed[i].Name = "", 0, ""
			}
			want := exitDone
			if len(tt.want) > 0 {
				want = exitInvalid
			}
			if code != want || got.Tests != 1 {
				t.Errorf("exit %d with %d tests, want exit %d", code, got.Tests, want)
			}
			if diff := cmp.Diff(append([]FailedCheck{}, tt.want...), got.Failed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPackTestRecomputesExamples(t *testing.T) {
	const rows = `
bases:
  - {schemes: [110], population: employee, from: "2024-01", floor: 1000, ceiling: 9000, status: verified, source: [A]}
rates:
  - {schemes: [110], population: employee, from: "2024-01", employer_pct: 16, employee_pct: 8, status: verified, source: [A]}
examples:
  - {scheme: pension, population: employee, period: "2024-02", base: 5000, rate_pct: 16, amount: %EMPLOYER%, share: employer, status: verified, source: [A]}
  - {scheme: pension, population: employee, period: "2024-02", base: 5000, rate_pct: 8, amount: 400, share: person, status: verified, source: [A]}
`
	pack := func(amount string) fstest.MapFS {
		fs := smallPack("")
		fs["cn/amounts.yaml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(rows, "%EMPLOYER%", amount) +
			"rounding:\n  - {target: amount, rounding: {mode: half_up, units: [0.01]}, status: verified, source: [A]}\n")}
		return fs
	}
	for amount, failed := range map[string]int{"800": 0, "800.01": 1} {
		env := machine(t)
		env.Packs = pack(amount)
		code, stdout, _ := run(t, env, "pack", "test", "-o", "json")
		var got PackTestAnswer
		if err := json.Unmarshal([]byte(stdout), &got); err != nil {
			t.Fatal(err)
		}
		if got.Examples != 2 || len(got.Failed) != failed || (code == exitDone) != (failed == 0) {
			t.Errorf("printed %s: exit %d, %+v", amount, code, got)
		}
		if failed == 1 && (got.Failed[0].Got != "800.00" || got.Failed[0].Pointer != "employer") {
			t.Errorf("got %+v", got.Failed[0])
		}
	}
}
