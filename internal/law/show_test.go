package law

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
)

func showTree() fstest.MapFS {
	tree := pack(`
bases:
  - {id: n-adopted, schemes: [110], status: verified, basis: b}
  - {id: n-other, schemes: [210], status: verified, basis: b}
  - {id: n-guide, schemes: [310], shown: guideline, status: verified, basis: b}
norms: [{id: n-norm, rule: R, text: {zh: 文, en: text}, status: verified, basis: b}]
interest:
  - {id: i-2024, scheme: pension, year: 2024, rate_pct: 1, status: verified, basis: b}
  - {id: i-2026, scheme: pension, year: 2026, rate_pct: 1, status: verified, basis: b}
`)
	tree["cn-110000/pack.yaml"] = &fstest.MapFile{Data: []byte(`
pack: {area: "110000", parent: "000000", name: {zh: 北京, en: Beijing}, office: {zh: 办, en: office}, hotline: "12333", adopt: [n-adopted], gaps: ["a gap"]}
bases:
  - {id: own-now, schemes: [510], from: "2026-01", status: verified, basis: b}
  - {id: own-then, schemes: [510], to: "2025-12", status: verified, basis: b}
examples: [{scheme: pension, population: employee, period: "2026-01", base: 1, rate_pct: 1, amount: 0.01, status: verified, basis: b}]
tests: [{name: t, command: due, given: {}, expect: {}}]
`)}
	return tree
}

func TestShow(t *testing.T) {
	lib, err := Open(showTree())
	if err != nil {
		t.Fatal(err)
	}
	day, err := calendar.ParseDate("2026-08-01")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := lib.Show("110000", day)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Use{}
	for _, l := range shown.Lists {
		for _, r := range l.Rows {
			got[HeadOf(r.Row).ID] = r.Use
		}
	}
	want := map[string]Use{
		"own-now": UseOwn, "n-adopted": UseAdopted, "n-other": UseShown, "n-guide": UseShown, "n-norm": UseInherited,
		"i-2026": UseShown, // an amount of the level above that is not adopted
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a gap"}, shown.Gaps); diff != "" {
		t.Error(diff)
	}
	if shown.Name.EN != "Beijing" || shown.Policy.Pack != "cn-110000+000000" {
		t.Errorf("got %+v", shown)
	}
	if _, err := lib.Show("999999", day); err == nil {
		t.Error("an unknown area must be an error")
	}
}

func TestTestsAndExamplesAreTheAreasOwn(t *testing.T) {
	lib, err := Open(showTree())
	if err != nil {
		t.Fatal(err)
	}
	for area, want := range map[string]int{"110000": 1, "000000": 0} {
		b, err := lib.Book(area)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Tests()) != want || len(b.Examples()) != want {
			t.Errorf("%s: %d tests and %d examples, want %d of each", area, len(b.Tests()), len(b.Examples()), want)
		}
	}
}
