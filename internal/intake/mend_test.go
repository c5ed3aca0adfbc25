package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mendFile reads a file and writes its rejected rows.
func mendFile(t testing.TB, in []byte) []byte {
	t.Helper()
	r := open(t, "a.csv", in, testOptions)
	var out bytes.Buffer
	m := NewMendWriter(&out, r.Header(), say)
	for {
		_, rejects, raw, err := r.Next()
		if err == io.EOF {
			break
		}
		if err == nil && len(rejects) > 0 {
			err = m.Write(raw, rejects)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestMendFile(t *testing.T) {
	in := file("记录类型,person,area,payer,from,to,工资",
		"用工,P1,110000,employee,2024-01,2024-02,100",
		"用工,P2,11,employee,2024-13,2024-02,\"1,000\"",
		"=cmd(),P3,110000,employee,2024-01,2024-02,1",
		"用工,P4,110000")
	got := mendFile(t, in)
	if !bytes.HasPrefix(got, utf8BOM) {
		t.Error("no byte-order mark")
	}
	r := csv.NewReader(bytes.NewReader(got[len(utf8BOM):]))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		append(mendHeadings[:], "记录类型", "person", "area", "payer", "from", "to", "工资"),
		{
			"3", "area; from; 工资",
			"area must be an area code of 6 digits, such as 110000. | from is not a month that exists. Write it as 2024-01. | " +
				"wage holds a thousands separator or a space. Write digits and a point only, such as 12345.67.",
			"用工", "P2", "11", "employee", "2024-13", "2024-02", "1,000",
		},
		{"4", "记录类型", "record is not known. Write employment, declared, paid or benefit.", "=cmd()", "P3", "110000", "employee", "2024-01", "2024-02", "1"},
		{"5", "", "The row has 3 cells where 7 are due. Add the separators that are missing.", "用工", "P4", "110000"},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}

// A mend file that nobody mended gives the same rejects and the same file
// again but for the row numbers; a mended one is read.
func TestMendFileComesBack(t *testing.T) {
	in := file(fullHeader, line(map[string]string{"wage": "1,000", "employer": "a \"b\"\r\nc", "person": " P"}), line(map[string]string{"from": "x"}))
	first := mendFile(t, in)
	second := mendFile(t, first)
	if d := cmp.Diff(string(first), string(second)); d != "" {
		t.Error(d)
	}
	want, got := readAll(t, "a.csv", in, testOptions), readAll(t, "a.csv", first, testOptions)
	for i := range want {
		if d := cmp.Diff(problems(want[i].Rejects), problems(got[i].Rejects)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(want[i].Raw, got[i].Raw[3:]); d != "" {
			t.Errorf("values changed: %s", d)
		}
	}
	mended := strings.NewReplacer("\"1,000\"", "1000", "\r\nc", "c", ",x,", ",2024-01,").Replace(string(first))
	for _, r := range readAll(t, "a.csv", []byte(mended), testOptions) {
		if r.Rejects != nil {
			t.Errorf("row %d: %v", r.Row.Line, problems(r.Rejects))
		}
	}
}

func TestMendKeepsBadBytes(t *testing.T) {
	in := file(fullHeader, line(map[string]string{"tier": "第一档和第二档", "employer": "\xff"}))
	if got := mendFile(t, in); !bytes.Contains(got, []byte(",\xff,")) {
		t.Error("the bytes are gone")
	}
}

func TestMendOfALongRow(t *testing.T) {
	got := mendFile(t, file(fullHeader, strings.Repeat("x", maxRowBytes+chunkBytes)))
	if lines := strings.Split(strings.TrimSpace(string(got)), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "2,,") {
		t.Errorf("got %.80q", lines)
	}
}

func TestMendColumnThatTheFileLacks(t *testing.T) {
	h, err := known.readHeader("a.csv", []string{"record", "person", "area", "payer", "month"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m := NewMendWriter(&out, h, say)
	if got := m.heading("wage"); got != "wage" {
		t.Errorf("got %q", got)
	}
	if got := m.heading("from"); got != "month" {
		t.Errorf("got %q", got)
	}
}

// full takes n bytes and then fails, as a full disk does.
type full struct{ n int }

var errFull = errors.New("disk full")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.n {
		return 0, errFull
	}
	f.n -= len(b)
	return len(b), nil
}

func TestMendWriteErrors(t *testing.T) {
	h, err := known.readHeader("a.csv", allColumns)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 3, 10_000} {
		m := NewMendWriter(&full{n}, h, say)
		row := make([]string, len(allColumns))
		row[0] = strings.Repeat("x", 20_000)
		err := m.Write(row, []Reject{{Row: 2, Reason: invalid("intake.quote", nil)}})
		if n == 0 && !errors.Is(err, errFull) {
			t.Errorf("after %d bytes Write says %v", n, err)
		}
		if err := m.Flush(); !errors.Is(err, errFull) {
			t.Errorf("after %d bytes Flush says %v", n, err)
		}
	}
}
