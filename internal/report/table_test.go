package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

func tableOf(t *testing.T, textLang string, s Summary, people ...*assess.History) string {
	t.Helper()
	var b bytes.Buffer
	w := NewTable(&b, textLang, lang.Text)
	for _, h := range people {
		if err := w.Person(h, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	h := twoGaps(t)
	for i, m := 0, month(t, "2019-10"); i < 3; i++ {
		h.Lines = append(h.Lines, assess.QuoteLine{Scheme: insurance.Pension, Area: "110000", Month: m + calendar.Month(i), Cause: insurance.NotDeclared,
			Employer: fen(1440), Person: fen(720), LateFee: fen(1691), Interest: fen(0)})
	}
	h.Lines = append(h.Lines, assess.QuoteLine{Scheme: insurance.Medical, Area: "110000", Month: month(t, "2019-12"), Cause: insurance.DeclaredUnpaid, Employer: fen(900), Person: fen(180)})
	s := summary(t)
	s.Totals = assess.QuoteTotals{Employer: fen(5220), Person: fen(2340)}
	golden(t, "table.zh.txt", []byte(tableOf(t, "zh", s, h, &assess.History{Person: "B", Totals: assess.ZeroTotals()})))
}

func TestTableLinesUp(t *testing.T) {
	h, _ := assessed(t, "A", "zh", gapRows(t))
	var wide []int
	for _, line := range strings.Split(tableOf(t, "zh", Summary{Totals: assess.ZeroTotals()}, h), "\n") {
		if strings.Contains(line, "2019-10 至") {
			wide = append(wide, Width(line))
		}
	}
	if len(wide) != len(h.Gaps) {
		t.Fatalf("%d rows of gaps, want %d", len(wide), len(h.Gaps))
	}
	for _, w := range wide {
		if w != wide[0] {
			t.Errorf("rows end at different columns: %v", wide)
		}
	}
}

func TestTableKeepsUnknownSumsUnknown(t *testing.T) {
	h := twoGaps(t)
	h.Lines = []assess.QuoteLine{
		{Scheme: insurance.Pension, Area: "110000", Month: month(t, "2019-10"), Cause: insurance.NotDeclared, Employer: fen(100), Person: fen(50), LateFee: fen(7), Interest: fen(0)},
		{Scheme: insurance.Pension, Area: "110000", Month: month(t, "2019-11"), Cause: insurance.NotDeclared, Employer: fen(100), Person: fen(50), Interest: fen(0)},
	}
	text := tableOf(t, "en", Summary{Totals: assess.QuoteTotals{Employer: fen(200)}}, h)
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "  pension") {
			if f := strings.Fields(line); !strings.Contains(line, "200.00") || !strings.HasSuffix(line, "not known") || strings.Contains(line, "7.00") {
				t.Errorf("pension: %q", f)
			}
			return
		}
	}
	t.Errorf("no row of the pension:\n%s", text)
}

func TestTableTellsOfRejectedRows(t *testing.T) {
	s := Summary{Totals: assess.ZeroTotals(), More: 7}
	for i := range 60 {
		s.Rejected = append(s.Rejected, Rejected{"a.csv", i + 2, "from", "wrong month"})
	}
	text := tableOf(t, "en", s)
	if !strings.Contains(text, "67 faults") {
		t.Errorf("the number of faults is missing:\n%s", text)
	}
	if n := strings.Count(text, "wrong month"); n != shownRejected {
		t.Errorf("%d rows are listed, want %d", n, shownRejected)
	}
	if !strings.Contains(text, fmt.Sprintf("%d more stand in the mend file", 67-shownRejected)) {
		t.Errorf("the rest is not mentioned:\n%s", text)
	}
}

func TestTableShowsNoControlCharacters(t *testing.T) {
	h := &assess.History{Person: "\x1b[31mred\x07\u202e"}
	text := tableOf(t, "en", Summary{Totals: assess.ZeroTotals(), Rejected: []Rejected{{"x\x1b.csv", 1, "a\nb", "r"}}}, h)
	if strings.ContainsAny(text, "\x1b\x07\u202e") {
		t.Errorf("the terminal would obey: %q", text)
	}
	if !strings.Contains(text, "[31mred") || !strings.Contains(text, "ab") {
		t.Errorf("letters were lost: %q", text)
	}
}

func TestTableErrors(t *testing.T) {
	if err := NewTable(broken{}, "en", lang.Text).Close(Summary{Totals: assess.ZeroTotals()}); !errors.Is(err, errBroken) {
		t.Errorf("Close = %v", err)
	}
	w := NewTable(broken{}, "en", lang.Text)
	long := &assess.History{Person: strings.Repeat("x", 10_000)} // past the buffer
	if err := w.Person(long, nil); !errors.Is(err, errBroken) {
		t.Errorf("Person = %v", err)
	}
	huge := money.Fen(1<<63 - 1)
	h := &assess.History{Gaps: []record.Gap{{Scheme: insurance.Pension, From: month(t, "2019-10"), To: month(t, "2019-11")}}}
	for m := month(t, "2019-10"); m <= month(t, "2019-11"); m++ {
		h.Lines = append(h.Lines, assess.QuoteLine{Scheme: insurance.Pension, Month: m, Employer: &huge})
	}
	if err := NewTable(&bytes.Buffer{}, "en", lang.Text).Person(h, nil); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("overflow = %v", err)
	}
}

func TestCells(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "养老": 4, "（a）": 5, "e\u0301": 1, "✓": 1} {
		if got := Width(text); got != want {
			t.Errorf("Width(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestSigns(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range verdictOrder {
		s := sign(v)
		if seen[s] || Width(s) != 1 {
			t.Errorf("%s has the sign %q, which is another's or not one column wide", v, s)
		}
		seen[s] = true
	}
}
