package intake

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"testing"

	"bujiao/internal/record"
)

// shuffled is a CSV file of rows in scattered order that is never whole in
// memory: 20 monthly rows of each of rows/20 persons. It notes the largest
// heap that it sees between its portions.
type shuffled struct {
	rows, next int
	left       []byte
	peak, sys  uint64
}

const monthsEach = 20

func (s *shuffled) Read(b []byte) (int, error) {
	if len(s.left) == 0 {
		if s.next > s.rows {
			return 0, io.EOF
		}
		s.left = s.left[:0]
		if s.next == 0 {
			s.left = append(s.left, shortHeader+"\n"...)
			s.next = 1
		}
		for ; s.next <= s.rows && len(s.left) < 32<<10; s.next++ {
			k := s.next * 7919 % s.rows // 7919 is prime to the number of rows
			s.left = fmt.Appendf(s.left, "declared,P%07d,110000,E%04d,employee,pension,%d-%02d,%d-%02d,%d.00,,,,,\n",
				k/monthsEach, k%977, 2020+k%monthsEach/12, 1+k%monthsEach%12, 2020+k%monthsEach/12, 1+k%monthsEach%12, 3000+k%5000)
		}
		s.sample()
	}
	n := copy(b, s.left)
	s.left = s.left[n:]
	return n, nil
}

func (s *shuffled) sample() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.peak = max(s.peak, m.HeapAlloc)
	s.sys = max(s.sys, m.Sys)
}

// The memory of a grouping does not grow with the file.
func TestGroupingWithinMemory(t *testing.T) {
	rows, chunk, limit := 400_000, 2<<20, uint64(64<<20)
	if s := os.Getenv("BUJIAO_INTAKE_ROWS"); s != "" { // the long form: a file of gigabytes, with the limits of the program
		n, err := strconv.Atoi(s)
		if err != nil || n < monthsEach || n%monthsEach != 0 {
			t.Fatalf("BUJIAO_INTAKE_ROWS=%s is no multiple of %d", s, monthsEach)
		}
		rows, chunk, limit = n, 0, 300<<20
	}
	in := &shuffled{rows: rows}
	r, err := Open("big.csv", in, -1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	dir := t.TempDir()
	g, err := Group(context.Background(), []Source{r}, GroupOptions{
		Dir: dir, ChunkBytes: chunk, FanIn: 8,
		Rejected: func(_ int, _ []string, rejects []Reject) error { return rejects[0].Reason },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	persons, last := 0, ""
	for {
		person, got, err := g.NextPerson()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if person <= last || len(got) != monthsEach {
			t.Fatalf("%s with %d rows after %s", person, len(got), last)
		}
		if persons, last = persons+1, person; persons%500 == 0 {
			in.sample()
		}
	}
	if persons != rows/monthsEach {
		t.Errorf("%d persons", persons)
	}
	if in.peak > limit {
		t.Errorf("the heap grew to %d MiB", in.peak>>20)
	}
	t.Logf("%d rows: peak heap %d MiB, %d MiB taken from the machine", rows, in.peak>>20, in.sys>>20)
}

// endless is a source of one person's rows.
type endless struct{ left int }

func (e *endless) Name() string { return "endless.csv" }

func (e *endless) Next() (record.Row, []Reject, []string, error) {
	if e.left == 0 {
		return record.Row{}, nil, nil, io.EOF
	}
	e.left--
	return record.Row{Person: "P", Area: "110000", Line: 2 + e.left}, nil, []string{"the text of a row"}, nil
}

// A single person's endless rows do not fill the memory either.
func TestEndlessPersonWithinMemory(t *testing.T) {
	const rows, limit = 200_000, 64 << 20
	src := &endless{left: rows}
	rejected, peak := 0, uint64(0)
	g, err := Group(context.Background(), []Source{src}, GroupOptions{
		Dir: t.TempDir(), ChunkBytes: 2 << 20, PersonRows: 1000,
		Rejected: func(_ int, _ []string, rejects []Reject) error {
			if rejected++; rejected%10_000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
			if rejects[0].Reason.Key != "intake.too_many_rows" {
				return rejects[0].Reason
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if _, _, err := g.NextPerson(); err != io.EOF {
		t.Fatal(err)
	}
	if rejected != rows || peak > limit {
		t.Errorf("%d rows rejected, peak heap %d MiB", rejected, peak>>20)
	}
}
