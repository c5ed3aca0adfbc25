package intake

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"bujiao/internal/fault"
)

// FuzzIntakeCSV reads any bytes behind a good header. Nothing may panic; each
// row that is not blank comes out once, in order, with a reason where it is
// not good; and its text is kept.
func FuzzIntakeCSV(f *testing.F) {
	f.Add(file(line(nil), line(map[string]string{"from": "2024-13"})))
	f.Add(file("", ",,,", `a,"b`, `c","d`, "\"a\"\"\",\r\n"))
	f.Add(gb(f, strings.ReplaceAll(line(nil), "pension", "养老")))
	f.Add([]byte("\"\n\n\n\",\x00,\xff\n"))
	f.Add(file(line(map[string]string{"wage": "1e9", "person": strings.Repeat("长", 90)})))
	f.Fuzz(func(t *testing.T, body []byte) {
		in := append([]byte(fullHeader+"\n"), body...)
		r, err := Open("f.csv", bytes.NewReader(in), int64(len(in)), testOptions)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		rows, last := 0, 1
		for {
			row, rejects, raw, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last {
				t.Fatalf("row %d after row %d", row.Line, last)
			}
			rows, last = rows+1, row.Line
			for _, j := range rejects {
				checkSentence(t, j.Reason)
			}
			if rejects == nil && (row.Kind == "" || row.Person == "" || row.From == 0 || row.To < row.From || len(row.Area) != 6) {
				t.Fatalf("row %d is not good: %+v", row.Line, row)
			}
			if len(raw) == 0 && (len(rejects) != 1 || rejects[0].Reason.Key != "intake.row_too_long") {
				t.Fatalf("row %d has lost its text", row.Line)
			}
		}
		if bytes.IndexByte(body, '"') >= 0 {
			return
		}
		want := 0
		for _, l := range bytes.Split(body, []byte("\n")) {
			// GB18030 and UTF-8 have different spaces, but a blank row is ASCII here.
			if len(bytes.Trim(l, ", \t\v\f\r")) > 0 {
				want++
			}
		}
		if rows > want || rows < want && !hasWideSpace(body) {
			t.Errorf("%d rows of %d came out", rows, want)
		}
	})
}

// hasWideSpace reports bytes that may be a space beyond ASCII.
func hasWideSpace(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// FuzzSplit holds our splitter against encoding/csv.
func FuzzSplit(f *testing.F) {
	f.Add("a,b\n\"c\",\"d\"\"\"\r\n")
	f.Add("\"a\nb\";c\n")
	f.Add("\t\"\"\t\n\n,")
	f.Fuzz(func(t *testing.T, in string) { compareWithStandard(t, in) })
}
