package law

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// pack returns a national pack with the given lists.
func pack(lists string) fstest.MapFS {
	return fstest.MapFS{"cn/pack.yaml": {Data: []byte(`
pack: {area: "000000", name: {zh: 全国, en: National}, office: {zh: 办, en: office}, hotline: "12333"}
sources: {A: {doc: a}}
` + lists)}}
}

func lint(t *testing.T, fsys fstest.MapFS, areas ...string) []Finding {
	t.Helper()
	lib, err := Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Lint(lib, areas...)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestLintFinds(t *testing.T) {
	const text = `text: {zh: 文, en: text}`
	tests := []struct {
		name, lists string
		want        []string // level and kind, in order
	}{
		{"nothing in a good pack", `bases: [{schemes: [110], population: employee, from: "2024-01", floor: 1, ceiling: 2, status: verified, source: [A]}]`, nil},
		{"a row without basis", `bases: [{schemes: [110], floor: 1, status: verified}]`, []string{"error no_basis"}},
		{"a basis is enough", `bases: [{schemes: [110], floor: 1, status: verified, basis: b}]`, nil},
		{"an unknown source", `bases: [{schemes: [110], floor: 1, status: verified, source: [B]}]`, []string{"error unknown_source"}},
		{"an assumption without record", `bases: [{schemes: [110], floor: 1, status: assumed, basis: b}]`, []string{"error no_adr"}},
		{"an assumption with record", `bases: [{schemes: [110], floor: 1, status: assumed, adr: "0002", basis: b}]`, nil},
		{"floor above ceiling", `bases: [{schemes: [110], floor: 3, ceiling: 2, status: verified, basis: b}]`, []string{"error floor_above_ceiling"}},
		{"an unknown population", `rates: [{schemes: [110], population: farmer, status: verified, basis: b}]`, []string{"error unknown_population"}},
		{"a known population", `
populations: [{name: farmer, status: verified, basis: b, ` + text + `}]
rates: [{schemes: [110], population: farmer, status: verified, basis: b}]`, nil},
		{"an unknown implied population", `populations: [{name: farmer, implies: [peasant], status: verified, basis: b, ` + text + `}]`, []string{"error unknown_population"}},
		{"a rate that includes itself", `rates: [{schemes: [310], includes: [310], status: verified, basis: b}]`, []string{"error includes_itself"}},
		{"a rounding without unit", `rounding: [{target: amount, rounding: {mode: up}, status: verified, basis: b}]`, []string{"error bad_rounding"}},
		{"a condition that never holds", `verdicts: [{rule: R, effect: allow, when: "false && payer == 'x'", status: verified, basis: b, ` + text + `}]`, []string{"error never_holds"}},
		{"a condition that may hold", `verdicts: [{rule: R, effect: allow, when: "payer == 'x'", status: verified, basis: b, ` + text + `}]`, nil},
		{"fee months the wrong way round", `verdicts: [{rule: R, effect: allow, fee_from: "2024-02", fee_to: "2024-01", status: verified, basis: b, ` + text + `}]`, []string{"error empty_range"}},
		{"gap months the wrong way round", `medical_gaps: [{rule: R, min_months: 4, max_months: 3, retroactive: no, status: verified, basis: b, ` + text + `}]`, []string{"error empty_range"}},
		{"a paper of an unknown route", `papers: [{name: p, routes: [r], copies: 1, status: verified, basis: b, ` + text + `}]`, []string{"error unknown_route"}},
		{"a substitute that no pack has", `papers: [{name: p, substitutes: [p, q], copies: 1, status: verified, basis: b, ` + text + `}]`, []string{"error unknown_paper"}},
		{"a proof of nothing", `paper_kinds: [{name: p, proves: [wage, love], status: verified, basis: b, ` + text + `}]`, []string{"error unknown_proof"}},
		{"a language missing", `norms: [{rule: R, text: {zh: 文}, status: verified, basis: b}]`, []string{"error no_text"}},
		{"a language missing further in", `routes: [{name: r, priority: 1, ` + text + `, steps: [{id: s, office: {zh: 办}, action: {zh: 做, en: do}}], status: verified, basis: b}]`, []string{"error no_text"}},
		{"a duty without days", `duties: [{name: d, counted: calendar, ` + text + `, status: verified, basis: b}]`, []string{"error bad_duty"}},
		{"a duty counted otherwise", `duties: [{name: d, days: 3, counted: banking, ` + text + `, status: verified, basis: b}]`, []string{"error bad_duty"}},
		{"a duty", `duties: [{name: d, days: 3, counted: working, ` + text + `, status: verified, basis: b}]`, nil},
		{"a card area without ways", `card_areas: [{name: c, approved: true, channels: [], reckoned: submission, ` + text + `, status: verified, basis: b}]`, []string{"error bad_card_area"}},
		{"a card area that lacks what nobody asks for", `card_areas: [{name: c, approved: true, lacks: [luck], channels: [online], reckoned: submission, ` + text + `, status: verified, basis: b}]`, []string{"error bad_card_area"}},
		{"a card area", `card_areas: [{name: c, approved: true, lacks: [staff], channels: [online], reckoned: application, ` + text + `, status: verified, basis: b}]`, nil},
		{"a support of so much and no amount", `resident_support: [{category: c, schemes: [390], borne: amount, ` + text + `, status: verified, basis: b}]`, []string{"error bad_resident_support"}},
		{"a support by somebody else", `resident_support: [{category: c, schemes: [390], borne: sponsor, ` + text + `, status: verified, basis: b}]`, []string{"error bad_resident_support"}},
		{"a support", `resident_support: [{category: c, schemes: [390], borne: amount, amount: 100, ` + text + `, status: verified, basis: b}]`, nil},
		{"a competence by nothing", `competence: [{name: c, payers: [employee], by: mood, ` + text + `, status: verified, basis: b}]`, []string{"error bad_competence"}},
		{"a competence of nobody", `competence: [{name: c, payers: [], by: insured, ` + text + `, status: verified, basis: b}]`, []string{"error bad_competence"}},
		{"a competence", `competence: [{name: c, payers: [employee], by: insured, ` + text + `, status: verified, basis: b}]`, nil},
		{"a window past the month", `windows: [{first_day: 10, last_day: 32, serves: {value: same}, roll: {value: none}, status: verified, basis: b}]`, []string{"error bad_window"}},
		{"a window that serves no month", `windows: [{first_day: 10, last_day: 25, roll: {value: none}, status: verified, basis: b}]`, []string{"error bad_window"}},
		{"a window", `windows: [{first_day: 10, last_day: 25, pays: true, serves: {value: same}, roll: {value: none}, status: verified, basis: b}]`, nil},
		{"two places for the last day of payment", `
windows: [{last_day: 25, pays: true, serves: {value: same}, roll: {value: none}, status: verified, basis: b}]
late_fee_rules: [{start: {value: day_after_deadline, status: verified}, deadline: {month_offset: 0, day: 25, roll: {value: none, status: verified}}, end: {value: pay_date_inclusive, status: verified}, cap: {value: none, status: verified}, status: verified, basis: b}]`, []string{"error deadline_twice"}},
		{"an overlap", `
bases:
  - {schemes: [110, 210], from: "2024-01", to: "2024-06", status: verified, basis: b}
  - {schemes: [210], from: "2024-06", status: verified, basis: b}`, []string{"error overlap"}},
		{"an open row before another", `
bases:
  - {schemes: [110], from: "2024-01", status: verified, basis: b}
  - {schemes: [110], from: "2024-06", status: verified, basis: b}`, []string{"error overlap"}},
		{"another tier is no overlap", `
bases:
  - {schemes: [110], tier: "1", from: "2024-01", status: verified, basis: b}
  - {schemes: [110], tier: "2", from: "2024-06", status: verified, basis: b}`, nil},
		{"a row that is shown only is no overlap", `
bases:
  - {schemes: [110], from: "2024-01", status: verified, basis: b}
  - {schemes: [110], from: "2024-06", shown: guideline, status: verified, basis: b}`, nil},
		{"a hole", `
bases:
  - {schemes: [110], from: "2024-01", to: "2024-05", status: verified, basis: b}
  - {schemes: [110], from: "2024-07", status: verified, basis: b}`, []string{"warning hole"}},
		{"months without relief are no hole", `
relief:
  - {schemes: [110], unit_type: all, factor: 0, measure: m, from: "2020-02", to: "2020-03", status: verified, basis: b}
  - {schemes: [110], unit_type: all, factor: 0, measure: m, from: "2020-05", to: "2020-06", status: verified, basis: b}`, nil},
		{"a list twice in a file", `norms: [{rule: R, ` + text + `, status: verified, basis: b}]
sources: {}`, []string{"error unreadable"}},
		{"a boundary without a test", `late_fee_rates: [{schemes: [110], from: "2011-07-01", daily: 0.0005, status: verified, basis: b}]`, []string{"warning untested"}},
		{"a boundary with a test on both sides", `
late_fee_rates: [{schemes: [110], from: "2011-07-01", daily: 0.0005, status: verified, basis: b}]
tests: [{name: t, command: latefee, given: {from: "2011-06-30", to: "2011-07"}, expect: {}}]`, nil},
		{"a boundary with a test on one side", `
late_fee_rates: [{schemes: [110], from: "2011-07-01", daily: 0.0005, status: verified, basis: b}]
tests: [{name: t, command: latefee, given: {from: "2011-07-01", to: "2011-07-31"}, expect: {}}]`, []string{"warning untested"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range lint(t, pack(tt.lists)) {
				got = append(got, string(f.Level)+" "+f.Kind)
				if f.What == nil || f.File == "" {
					t.Errorf("finding without place or sentence: %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLintNamesThePlace(t *testing.T) {
	found := lint(t, pack("bases:\n  - {schemes: [110], floor: 1, status: verified}\n"))
	want := Finding{File: "cn/pack.yaml", Line: 5, Row: "cn/bases/110/open", Level: LintError, Kind: "no_basis"}
	if len(found) != 1 {
		t.Fatalf("got %d findings", len(found))
	}
	found[0].What = nil
	if diff := cmp.Diff(want, found[0]); diff != "" {
		t.Error(diff)
	}
}

func TestLintOfAreas(t *testing.T) {
	tree := pack("norms: [{id: cn/norms/R, rule: R, text: {zh: 文, en: text}, status: verified, basis: b}]")
	card := func(code, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("pack: {area: " + code + `, parent: "000000", name: {zh: 市, en: City}, office: {zh: 办, en: office}, hotline: "12333"` + more + "}\n")}
	}
	tree["cn-110000/pack.yaml"] = card(`"110000"`, "")
	tree["cn-110000/bases.yaml"] = &fstest.MapFile{Data: []byte(`bases: [{schemes: [110], population: employee, floor: 1, status: verified, source: [A]}]`)}
	tree["cn-120000/pack.yaml"] = card("120000", "")
	tree["cn-130000/pack.yaml"] = card(`"130000"`, ", adopt: [cn/bases/none]")

	if got := lint(t, tree, "110000"); len(got) != 0 {
		t.Errorf("a source of the level above may be cited: %+v", got)
	}
	for area, kind := range map[string]string{"120000": "unquoted_code", "130000": "unreadable"} {
		got := lint(t, tree, area)
		if len(got) != 1 || got[0].Kind != kind {
			t.Errorf("%s: got %+v, want %s", area, got, kind)
		}
	}
	lib, err := Open(tree)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lint(lib, "999999"); err == nil || !strings.Contains(err.Error(), "law.unknown_area") {
		t.Errorf("got %v", err)
	}
}

// TestPacksHaveNoErrors holds the packs of the program to the linter.
func TestPacksHaveNoErrors(t *testing.T) {
	lib, err := Open(os.DirFS("../../packs"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := Lint(lib)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.Level == LintError {
			t.Errorf("%s:%d %s: %v", f.File, f.Line, f.Row, f.What)
		}
	}
}
