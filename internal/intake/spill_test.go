package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sortAll sorts entries made of a person and the number of the entry.
func sortAll(t testing.TB, persons []string, limit, fanIn int) (out []string, s *sorter) {
	t.Helper()
	s = &sorter{tmp: t.TempDir(), limit: limit, fanIn: fanIn}
	for i, p := range persons {
		err := s.add(func(b []byte) []byte { return binary.AppendUvarint(appendText(b, p), uint64(i)) })
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, l := range s.levels {
			if len(l) >= fanIn {
				t.Fatalf("%d runs wait on a level", len(l))
			}
			open += len(l)
		}
	}
	c, err := s.sorted()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.levels) > 0 && len(s.levels[0]) > fanIn {
		t.Errorf("%d runs are merged at once", len(s.levels[0]))
	}
	for {
		e, err := c.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p := personOf(e)
		n, _ := binary.Uvarint(appendTail(e, p))
		out = append(out, fmt.Sprintf("%s#%08d", p, n))
	}
	if _, err := c.next(); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
	return out, s
}

// appendTail returns what follows the person in an entry.
func appendTail(entry, person []byte) []byte { return entry[len(appendText(nil, string(person))):] }

func TestSorter(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var persons []string
	for range 700 {
		// Few persons and long common beginnings make for many ties.
		persons = append(persons, strings.Repeat("同", rng.IntN(4))+fmt.Sprint(rng.IntN(50)))
	}
	persons = append(persons, "", "\x00", "\xff\xff")
	want := make([]string, len(persons))
	for i, p := range persons {
		want[i] = fmt.Sprintf("%s#%08d", p, i)
	}
	slices.SortStableFunc(want, func(a, b string) int {
		return strings.Compare(a[:strings.Index(a, "#")], b[:strings.Index(b, "#")])
	})
	for _, c := range []struct{ limit, fanIn int }{{1 << 20, 64}, {10_000, 64}, {1000, 64}, {1, 2}, {1, 3}, {1, 64}, {100, 2}, {500, 5}} {
		t.Run(fmt.Sprint(c.limit, "/", c.fanIn), func(t *testing.T) {
			got, s := sortAll(t, persons, c.limit, c.fanIn)
			if !slices.Equal(got, want) {
				t.Errorf("out of order:\n%v\n%v", got, want)
			}
			dir := s.dir
			if err := s.close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(dir); dir != "" && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %v", dir, err)
			}
		})
	}
}

func TestSorterWithinMemoryWritesNothing(t *testing.T) {
	_, s := sortAll(t, []string{"b", "a"}, 1<<20, 64)
	if s.dir != "" {
		t.Error("a directory was made")
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

func TestRunsArePrivateAndUnlinked(t *testing.T) {
	s := &sorter{tmp: t.TempDir(), limit: 1, fanIn: 64}
	if err := s.add(func(b []byte) []byte { return appendText(b, "a") }); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	info, err := os.Stat(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("others may look into the directory: %v", info.Mode())
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("a killed process would leave %v", left)
	}
}

var errBoom = errors.New("boom")

// breaking hands out some entries and then an error.
type breaking struct{ n int }

func (b *breaking) next() ([]byte, error) {
	if b.n--; b.n < 0 {
		return nil, errBoom
	}
	return appendText(nil, "p"), nil
}

func TestMergeErrors(t *testing.T) {
	if _, err := newMerger([]cursor{&breaking{0}}); !errors.Is(err, errBoom) {
		t.Errorf("at once: %v", err)
	}
	m, err := newMerger([]cursor{&breaking{1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.next(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.next(); !errors.Is(err, errBoom) {
		t.Errorf("later: %v", err)
	}
	if _, err := writeRun(t.TempDir(), &breaking{1}); !errors.Is(err, errBoom) {
		t.Errorf("while writing: %v", err)
	}
	if _, err := writeRun(filepath.Join(t.TempDir(), "none"), &breaking{1}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
}

// runOf makes a run of raw bytes.
func runOf(t testing.TB, b []byte) *run {
	t.Helper()
	name := filepath.Join(t.TempDir(), "run")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &run{file: f}
}

func TestDamagedRuns(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want error
	}{
		{"entry cut off", []byte{5, 'a'}, errCodec},
		{"entry without a byte", []byte{5}, errCodec},
		{"absurd length", binary.AppendUvarint(nil, maxEntry+1), errCodec},
		{"length cut off", []byte{0x80}, io.ErrUnexpectedEOF},
	} {
		if _, err := runOf(t, c.in).next(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if e, err := runOf(t, []byte{2, 1, 'p'}).next(); err != nil || !bytes.Equal(personOf(e), []byte("p")) {
		t.Errorf("good run: %q, %v", e, err)
	}
	for _, e := range [][]byte{nil, {0x80}, {9, 'a'}} {
		if p := personOf(e); p != nil {
			t.Errorf("person of %v is %q", e, p)
		}
	}
}

// A grouping over damaged entries fails; it neither panics nor passes them on.
func TestDamagedEntries(t *testing.T) {
	good := goodRow()
	entry := appendEntry(nil, 0, &good, false, []string{"a", "b"})
	head := appendText(nil, good.Person)
	for name, b := range map[string][]byte{
		"row cut off":  entry[:len(entry)-20],
		"no place":     head,
		"unknown file": appendEntry(nil, 7, &good, false, nil),
		"no flag":      append(slices.Clone(head), 0, 2),
	} {
		g := &Grouping{names: []string{"f"}, opt: GroupOptions{PersonRows: 10}, from: &breaking{0}, ahead: b}
		if _, _, err := g.NextPerson(); !errors.Is(err, errCodec) {
			t.Errorf("%s: %v", name, err)
		}
	}
	g := &Grouping{names: []string{"f"}, opt: GroupOptions{PersonRows: 10}, from: &breaking{0}, ahead: entry}
	if _, _, err := g.NextPerson(); !errors.Is(err, errBoom) {
		t.Errorf("error behind the entry: %v", err)
	}
	// The text of a row is looked at when the row is rejected.
	broken := append(entry[:len(entry):len(entry)], 9)
	g = &Grouping{
		names: []string{"f"}, from: &chunkCursor{c: &chunk{}}, ahead: broken,
		opt: GroupOptions{PersonRows: 0, Rejected: func(int, []string, []Reject) error { return nil }},
	}
	if _, _, err := g.NextPerson(); !errors.Is(err, errCodec) {
		t.Errorf("broken text: %v", err)
	}
}

// Runs that cannot be read or written end the sort, at whatever step.
func TestSorterErrors(t *testing.T) {
	fresh := func(runs int) *sorter {
		s := &sorter{tmp: t.TempDir(), limit: 1, fanIn: 3}
		for i := range runs {
			if err := s.add(func(b []byte) []byte { return appendText(b, fmt.Sprint(i)) }); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	one := func(b []byte) []byte { return appendText(b, "x") }

	s := fresh(2)
	s.levels[0][1].file.Close()
	if err := s.add(one); !errors.Is(err, os.ErrClosed) {
		t.Errorf("merging a closed run: %v", err)
	}
	if err := s.close(); err != nil {
		t.Errorf("close: %v", err)
	}

	s = fresh(2)
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	if err := s.add(one); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directory gone: %v", err)
	}
	s.limit = 1 << 20
	s.chunk.added(0)
	if _, err := s.sorted(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directory gone at the end: %v", err)
	}

	s = fresh(2)
	s.levels[0][0].file.Close()
	if _, err := s.sorted(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("final merge of a closed run: %v", err)
	}

	s = fresh(8) // two runs of the first level, two of the second
	s.levels[0][1].file.Close()
	if _, err := s.sorted(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("merging down a closed run: %v", err)
	}
	if err := s.close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// A run that breaks while persons are handed out is an error, not an end.
func TestGroupOverABrokenRun(t *testing.T) {
	in := file(shortHeader, short("A"), short("B"), short("C"))
	g, err := Group(t.Context(), []Source{open(t, "f.csv", in, testOptions)},
		GroupOptions{ChunkBytes: 1, Dir: t.TempDir(), Rejected: func(int, []string, []Reject) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	g.from = &breaking{0}
	if _, _, err := g.NextPerson(); !errors.Is(err, errBoom) {
		t.Errorf("got %v", err)
	}
}
