package plan

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

var keyInCode = regexp.MustCompile(`"(plan\.[a-z_]+[a-z])"`)

// Every key that the package uses stands in the catalogue, and no sentence of
// the package is left that nobody says.
func TestTextsMatchCode(t *testing.T) {
	used := map[string]bool{}
	for _, reason := range []string{"covered", "waiting", "not_enrolled", "earlier_cover", "interrupted", "made_up"} {
		used["plan.cover_"+reason] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keyInCode.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
	}
	for key := range used {
		if !lang.Has(key) {
			t.Errorf("no sentence for %s", key)
		}
	}
	texts, err := os.ReadFile("../lang/texts/plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^(plan\.[a-z_]+):`).FindAllStringSubmatch(string(texts), -1) {
		if !used[m[1]] {
			t.Errorf("nobody says %s", m[1])
		}
	}
}

// The sentences of answers and faults come out whole, in both languages.
func TestTextsAreFilled(t *testing.T) {
	for _, language := range []string{lang.Chinese, lang.English} {
		whole := func(text string) {
			if text == "" || strings.ContainsAny(text, "{}") || strings.HasPrefix(text, "plan.") {
				t.Errorf("%s: not a whole sentence: %s", language, text)
			}
		}
		say := func(key string, args fault.Args) string { return lang.Text(language, key, args) }
		r := reader(t, "110000")
		for _, q := range sexes {
			for _, months := range []*int{nil, ptr(0), ptr(100), ptr(150), ptr(300)} {
				for _, first := range []string{"1990-01", "2015-01"} {
					q.Born, q.Months, q.FirstInsured, q.Say = month(t, "1969-09"), months, month(t, first), say
					a := mustRetire(t, r, q)
					for _, n := range a.Notes {
						whole(n.Text)
					}
					for _, o := range a.Options {
						for _, n := range o.Reasons {
							whole(n.Text)
						}
					}
				}
			}
		}
		a := mustRetire(t, bare(t), RetireRequest{Born: month(t, "1969-09"), Sex: insurance.Male, Say: say})
		whole(a.Missing[0].Text)
		for _, q := range []WaitRequest{{Missed: []int{2025}, Group: "giant"}, {Enrolled: day(t, "2023-10-10")}, {Group: Newborn}} {
			if q.Enrolled == 0 {
				q.Enrolled = day(t, "2026-03-15")
			}
			q.Say = say
			w := mustWait(t, r, q)
			for _, m := range w.Missing {
				whole(m.Text)
			}
			for _, run := range w.Cover {
				whole(run.Text)
			}
			for _, n := range w.Notes {
				whole(n.Text)
			}
		}
		m := mustTerm(t, r, TermRequest{From: day(t, "2026-12-30"), WorkingDays: 9, Say: say})
		whole(m.Missing[0].Text)
		for _, err := range faults(t, r) {
			whole(lang.Fault(language, err))
		}
	}
}

// faults are errors whose sentences carry arguments.
func faults(t *testing.T, r *law.Reader) []error {
	t.Helper()
	var out []error
	enrolled := day(t, "2026-03-15")
	for _, q := range []WaitRequest{
		{Enrolled: enrolled, Missed: []int{1}},
		{Enrolled: enrolled, Missed: []int{2024, 2024}},
		{Enrolled: enrolled, Repaid: []int{2024}},
		{Enrolled: enrolled, Missed: []int{2026}},
		{Enrolled: enrolled, Missed: []int{2025}, LastCovered: day(t, "2025-01-01")},
		{Enrolled: enrolled, LastCovered: day(t, "2024-01-01")},
	} {
		_, err := Wait(r, q)
		out = append(out, err)
	}
	_, err := Term(r, TermRequest{From: enrolled, CalendarDays: maxTermDays + 1})
	out = append(out, err)
	_, err = Retire(r, RetireRequest{Born: month(t, "1970-01"), Sex: insurance.Male, Months: ptr(-1)})
	return append(out, err)
}

// The fault for a woman without category names both and the ages.
func TestCategoryFaultNamesBoth(t *testing.T) {
	_, err := Retire(reader(t, law.National), RetireRequest{Born: month(t, "1975-01"), Sex: insurance.Female})
	for _, language := range []string{lang.Chinese, lang.English} {
		for _, word := range []string{"worker", "50", "cadre", "55"} {
			if text := lang.Fault(language, err); !strings.Contains(text, word) {
				t.Errorf("%s: %q does not name %s", language, text, word)
			}
		}
	}
}
