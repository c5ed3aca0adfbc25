package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// splitAll runs the splitter alone and lists rows as "row fault [fields]".
func splitAll(t testing.TB, r io.Reader, enc charset) []string {
	t.Helper()
	s := newCSVSource(r, enc)
	var out []string
	for {
		row, err := s.next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%d %s%q", row.row, strings.TrimPrefix(row.fault, "intake."), row.fields))
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"only line ends", "\n\r\n\n", nil},
		{"one row", "a,b", []string{`1 ["a" "b"]`}},
		{"line ends", "a,b\nc,d\r\ne,f", []string{`1 ["a" "b"]`, `2 ["c" "d"]`, `3 ["e" "f"]`}},
		{"blank lines count", "a\n\n\nb\n", []string{`1 ["a"]`, `4 ["b"]`}},
		{"empty fields", ",a,\n,,\n", []string{`1 ["" "a" ""]`, `2 ["" "" ""]`}},
		{"longer than a word of eight", "aaaaaaaa,b,cccccccccccc,,,d\n", []string{`1 ["aaaaaaaa" "b" "cccccccccccc" "" "" "d"]`}},
		{"tabs", "a\tb\n1,5\t2\n", []string{`1 ["a" "b"]`, `2 ["1,5" "2"]`}},
		{"semicolons", "a;b\n1,5;2\n", []string{`1 ["a" "b"]`, `2 ["1,5" "2"]`}},
		{"separator after a blank line", "\na\tb\n", []string{`2 ["a" "b"]`}},
		{"quoted", `a,"b,c","d""e",""` + "\n", []string{`1 ["a" "b,c" "d\"e" ""]`}},
		{"quoted at the end of the file", `a,"b"`, []string{`1 ["a" "b"]`}},
		{"quoted before a bare return at the end", "a,\"b\"\r", []string{`1 ["a" "b"]`}},
		{"quoted line break is kept and counts once", "a,\"b\r\nc\"\r\nd,e\n", []string{`1 ["a" "b\r\nc"]`, `2 ["d" "e"]`}},
		{"quoted only", "\"\"\n\"\"", []string{`1 [""]`, `2 [""]`}},
		{"mark within a field", "a,b\"c\nd,e\n", []string{`1 quote["a" "b\"c"]`, `2 ["d" "e"]`}},
		{"text behind a mark", "a,\"b\"c\nd,e\n", []string{`1 quote["a" "\"b\"c"]`, `2 ["d" "e"]`}},
		{"formula of a spreadsheet", "a,=\"01\"\n", []string{`1 quote["a" "=\"01\""]`}},
		{"mark never closed", "a,\"b\nd,e\nf,g", []string{`1 quote_open["a" "\"b"]`, `2 ["d" "e"]`, `3 ["f" "g"]`}},
		{
			"mark closed by the mark of a later row", "a,\"b\nc,\"d\"\ne,f\n",
			[]string{`1 quote["a" "\"b"]`, `2 ["c" "d"]`, `3 ["e" "f"]`},
		},
		{"return within a line is text", "a,b\rc\n", []string{`1 ["a" "b\rc"]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
				if d := cmp.Diff(c.want, splitAll(t, r, charsetUTF8)); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

// An open mark must not cost more rows than its own, however long the file.
func TestOpenQuoteLosesOneRow(t *testing.T) {
	var in strings.Builder
	in.WriteString("h,h\n\"x,y\n")
	const rows = 50_000
	for i := range rows {
		fmt.Fprintf(&in, "%d,v\n", i)
	}
	got := splitAll(t, strings.NewReader(in.String()), charsetUTF8)
	if len(got) != rows+2 {
		t.Fatalf("%d rows", len(got))
	}
	if got[1] != `2 quote_open["\"x" "y"]` || got[2] != `3 ["0" "v"]` || got[rows+1] != fmt.Sprintf(`%d ["%d" "v"]`, rows+2, rows-1) {
		t.Errorf("got %s, %s, %s", got[1], got[2], got[rows+1])
	}
}

func TestQuoteLimits(t *testing.T) {
	lines := func(n int) string { return "a,\"" + strings.Repeat("x\n", n) + "\"\nb,c\n" }
	if got := splitAll(t, strings.NewReader(lines(maxQuoteLines)), charsetUTF8); len(got) != 2 {
		t.Errorf("a cell of %d lines became %d rows", maxQuoteLines, len(got))
	}
	if got := splitAll(t, strings.NewReader(lines(maxQuoteLines+1)), charsetUTF8); !strings.HasPrefix(got[0], "1 quote_open") {
		t.Errorf("got %.40s", got[0])
	}
	// Lines spread over the cells of one row count together.
	spread := strings.Repeat("\""+strings.Repeat("\n", 20)+"\",", 4) + "z\n"
	if got := splitAll(t, strings.NewReader(spread), charsetUTF8); !strings.HasPrefix(got[0], "1 quote_open") {
		t.Errorf("got %.40s", got[0])
	}
	wide := "a,\"" + strings.Repeat("x", maxRowBytes+chunkBytes) + "\n" + "b,c\n"
	if got := splitAll(t, strings.NewReader(wide), charsetUTF8); len(got) != 2 || got[0] != "1 row_too_long[]" || got[1] != `2 ["b" "c"]` {
		t.Errorf("got %d rows, first %.40s", len(got), got[0])
	}
	tall := "a,\"" + strings.Repeat(strings.Repeat("x", maxRowBytes/8)+"\n", 9) + "\"\n"
	if got := splitAll(t, strings.NewReader(tall), charsetUTF8); !strings.HasPrefix(got[0], "1 quote_open") {
		t.Errorf("got %.40s", got[0])
	}
}

func TestLongRows(t *testing.T) {
	long := strings.Repeat("x", maxRowBytes+chunkBytes)
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"between rows", "a\n" + long + "\nb\n", []string{`1 ["a"]`, "2 row_too_long[]", `3 ["b"]`}},
		{"at the end", "a\n" + long, []string{`1 ["a"]`, "2 row_too_long[]"}},
		{"several", long + "\n" + long + "\nb", []string{"1 row_too_long[]", "2 row_too_long[]", `3 ["b"]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, splitAll(t, strings.NewReader(c.in), charsetUTF8)); d != "" {
				t.Error(d)
			}
		})
	}
	just := strings.Repeat("y", maxRowBytes-chunkBytes)
	if got := splitAll(t, strings.NewReader("a\n"+just+"\n"), charsetUTF8); len(got) != 2 || len(got[1]) < len(just) {
		t.Error("a long row within the limit was not read")
	}
}

// Where encoding/csv reads a file without complaint, we read the same.
func compareWithStandard(t testing.TB, in string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(in))
	r.FieldsPerRecord = -1
	r.Comma = rune(separatorOf(in))
	want, err := r.ReadAll()
	if err != nil {
		return
	}
	var got [][]string
	s := newCSVSource(strings.NewReader(in), charsetUTF8)
	for {
		row, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if row.fault != "" {
			if strings.Count(in, "\n") > maxQuoteLines {
				return // our limit, not theirs
			}
			t.Fatalf("row %d: %s", row.row, row.fault)
		}
		fields := make([]string, len(row.fields))
		for i, f := range row.fields {
			fields[i] = strings.ReplaceAll(f, "\r\n", "\n")
		}
		got = append(got, fields)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// separatorOf guesses as the splitter does.
func separatorOf(in string) byte {
	for l := range strings.Lines(in) {
		if l = strings.TrimSuffix(strings.TrimSuffix(l, "\n"), "\r"); l != "" {
			return separator([]byte(l))
		}
	}
	return ','
}

func TestSameAsStandard(t *testing.T) {
	pieces := []string{"a", ",", "\n", "\r\n", `"`, `""`, `"b,c"`, "\t", "长", ""}
	// All texts of up to four pieces.
	var walk func(prefix string, depth int)
	walk = func(prefix string, depth int) {
		compareWithStandard(t, prefix)
		if depth == 0 {
			return
		}
		for _, p := range pieces {
			walk(prefix+p, depth-1)
		}
	}
	walk("", 4)
}

func TestReadErrors(t *testing.T) {
	boom := errors.New("disk gone")
	read := func(in string) error {
		s := newCSVSource(io.MultiReader(strings.NewReader(in), iotest.ErrReader(boom)), charsetUTF8)
		for range 10 {
			if _, err := s.next(); err != nil {
				return err
			}
		}
		return nil
	}
	for _, in := range []string{"", "a,b\nc", "a,b\n", "a,\"b", strings.Repeat("x", maxRowBytes+chunkBytes)} {
		if err := read(in); !errors.Is(err, boom) {
			t.Errorf("after %.10q: %v", in, err)
		}
	}
	s := newCSVSource(stuck{}, charsetUTF8)
	if _, err := s.next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("reader without progress: %v", err)
	}
}

// stuck reads nothing and says nothing.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestZeroBytes(t *testing.T) {
	for v := range 256 {
		word := bytes.Repeat([]byte{byte(v)}, 8)
		for at := range 8 {
			w := uint64(0)
			for i := 7; i >= 0; i-- {
				b := word[i]
				if i == at {
					b = 0
				}
				w = w<<8 | uint64(b)
			}
			want := uint64(0x80) << (8 * at)
			if v == 0 {
				want = 0x80 * lanes
			}
			if got := zeroBytes(w); got != want {
				t.Fatalf("zeroBytes(%x) = %x, want %x", w, got, want)
			}
		}
	}
}
