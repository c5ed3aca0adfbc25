// Package demo_test holds the shipped sample to what its persons were made
// for: that nobody is turned away, and that each situation gets the cause, the
// category, the verdict and the figures that it stands for.
package demo_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/packs"
)

const today = "2026-11-23"

var sample = []string{"beijing.csv", "shanghai.csv", "nanjing.xlsx"}

// rejected is a row that did not pass, with the key of its fault.
type rejected struct {
	row    int
	column string
	key    string
}

// read returns the persons of the files and the rows that did not pass.
func read(t *testing.T, names ...string) (map[string][]record.Row, []rejected) {
	t.Helper()
	check := func(s string) (calendar.Date, insurance.Sex, error) { return identity.Citizen(s, day(t, today)) }
	var sources []intake.Source
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		r, err := intake.Open(name, f, info.Size(), intake.Options{CheckID: check})
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, r)
	}
	var bad []rejected
	g, err := intake.Group(context.Background(), sources, intake.GroupOptions{Dir: t.TempDir(), Rejected: func(_ int, _ []string, list []intake.Reject) error {
		for _, r := range list {
			var f *fault.Error
			errors.As(r.Reason, &f)
			bad = append(bad, rejected{r.Row, r.Column, f.Key})
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	people := map[string][]record.Row{}
	for {
		name, rows, err := g.NextPerson()
		if errors.Is(err, io.EOF) {
			return people, bad
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			people[name] = append(people[name], r.Row)
		}
	}
}

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var library = sync.OnceValues(func() (*law.Library, error) { return law.Open(packs.FS) })

func history(t *testing.T, name, asOf string, rows []record.Row) *assess.History {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	h, err := assess.NewHistory(assess.NewLaws(lib.Book), assess.HistoryRequest{Person: name, AsOf: day(t, asOf), Rows: rows, Lang: "en"}, lang.Text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return h
}

func TestNobodyIsTurnedAway(t *testing.T) {
	people, bad := read(t, sample...)
	for _, r := range bad {
		t.Errorf("row %d, %s: %s", r.row, r.column, r.key)
	}
	if len(people) < 210 {
		t.Errorf("%d persons, want 210 or more", len(people))
	}
	cities, moved, unnumbered := map[string]int{}, 0, 0
	for _, rows := range people {
		here := map[string]bool{}
		for _, r := range rows {
			here[r.Area] = true
		}
		for a := range here {
			cities[a]++
		}
		if len(here) > 1 {
			moved++
		}
		if rows[0].IDNumber == "" {
			unnumbered++
			if rows[0].Birth == 0 || rows[0].Sex == "" {
				t.Errorf("%s has neither a number nor birth and sex", rows[0].Person)
			}
		}
	}
	if len(cities) != 3 || min(cities["110000"], cities["310000"], cities["320100"]) < 70 {
		t.Errorf("persons by area %v, want three cities with 70 or more", cities)
	}
	if moved < 3 || unnumbered < 10 {
		t.Errorf("%d persons in two cities, %d without a number; want some of both", moved, unnumbered)
	}
}

// TestEverybodyIsAnswered also holds what is asked for: in a sample, only what
// its stories leave open on purpose.
func TestEverybodyIsAnswered(t *testing.T) {
	people, _ := read(t, sample...)
	open := map[string]bool{}
	for _, w := range situations {
		for _, m := range strings.Fields(w.missing) {
			open[m] = true
		}
	}
	unpriced := 0
	for name, rows := range people {
		h := history(t, name, today, rows)
		if len(h.Grid) == 0 {
			t.Errorf("%s has an empty grid", name)
		}
		if h.Totals.Total == nil {
			unpriced++
		}
		for _, m := range h.Missing {
			if !open[m.Parameter] {
				t.Errorf("%s: %s is missing, which no story leaves open", name, m.Parameter)
			}
		}
	}
	if unpriced*5 > len(people) {
		t.Errorf("%d of %d persons cannot be priced in full; most should be", unpriced, len(people))
	}
}

func TestSituations(t *testing.T) {
	people, _ := read(t, sample...)
	labels := map[string]string{}
	for name := range people {
		code, _, _ := strings.Cut(name, " ")
		labels[code] = name
	}
	for _, w := range situations {
		asOf := w.asOf
		if asOf == "" {
			asOf = today
		}
		t.Run(w.person+"@"+asOf, func(t *testing.T) {
			code, _, _ := strings.Cut(w.person, " ")
			if labels[code] != w.person {
				t.Fatalf("%s is called %q in the sample", code, labels[code])
			}
			w.check(t, history(t, w.person, asOf, people[w.person]))
		})
	}
}

// TestEveryStoryIsHeld: no situation on the page without an expectation here.
func TestEveryStoryIsHeld(t *testing.T) {
	page, err := os.ReadFile("situations.md")
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{}
	for _, w := range situations {
		held[w.person] = true
	}
	n := 0
	for _, line := range strings.Split(string(page), "\n") {
		cells := strings.Split(line, " | ")
		label := strings.TrimPrefix(cells[0], "| ")
		if len(cells) != 5 || !strings.Contains(label, "-0") {
			continue
		}
		n++
		if !held[label] {
			t.Errorf("%s has a story and no expectation", label)
		}
		if !strings.HasPrefix(cells[3], "SEED-00") {
			t.Errorf("%s names no page", label)
		}
	}
	if n != len(held) {
		t.Errorf("the page tells %d situations, the tests hold %d", n, len(held))
	}
}

func TestMistakesComeBack(t *testing.T) {
	people, bad := read(t, "mistakes.csv")
	want := map[rejected]bool{}
	for _, r := range []rejected{
		{2, "from", "intake.bad_month"}, {2, "to", "intake.bad_month"}, {3, "id_number", "intake.bad_id_number"}, {4, "wage", "intake.amount_negative"},
		{5, "from", "intake.overlap"}, {6, "from", "intake.overlap"}, {8, "to", "intake.to_before_from"}, {9, "wage", "intake.wage_missing"},
		{10, "base", "intake.amount_separator"}, {11, "paid_on", "intake.bad_date"},
	} {
		want[r] = true
	}
	for _, r := range bad {
		if !want[r] {
			t.Errorf("row %d, %s: %s was not meant", r.row, r.column, r.key)
		}
		delete(want, r)
	}
	for r := range want {
		t.Errorf("row %d passed; want %s in %s", r.row, r.key, r.column)
	}
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	// The area is held against the packs by the command, not by intake.
	stranger := people["错-05 没有的统筹区"]
	if len(stranger) != 1 {
		t.Fatal("the person of an unknown area did not reach the law")
	}
	if _, err := lib.Book(stranger[0].Area); err == nil {
		t.Error("there is law for an area that does not exist")
	}
	if h := history(t, "right", today, people["对-10 这一人没有错"]); len(h.Gaps) != 5 {
		t.Errorf("the right person has %d gaps, want May and June of four schemes and of large medical", len(h.Gaps))
	}
	if len(people) != 2 {
		t.Errorf("%d persons passed, want 2", len(people))
	}
}

// TestTheGeneratorWroteTheSample runs it and compares: nobody edits the files
// by hand, and the same seed gives the same bytes.
func TestTheGeneratorWroteTheSample(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command("go", "run", "generate.go", "-out", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range append([]string{"mistakes.csv", "situations.md"}, sample...) {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator writes; run it again", name)
		}
	}
}
