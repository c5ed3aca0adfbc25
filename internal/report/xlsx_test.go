package report

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/money"
)

// workbook writes persons and opens what was written.
func workbook(t *testing.T, textLang string, limit int, s Summary, people ...*assess.History) *excelize.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out") // no ending: a temporary name has none
	w, err := NewXLSX(path, textLang, lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	if limit > 0 {
		w.(*xlsxWriter).limit = limit
	}
	for _, h := range people {
		if err := w.Person(h, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(s); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func rowsOf(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// raw is an amount as the file of a workbook holds it.
func raw(f *money.Fen) string { return shift(f.String(), 0) }

func TestXLSX(t *testing.T) {
	h, _ := assessed(t, "=王小明", "zh", gapRows(t))
	f := workbook(t, "zh", 0, summary(t), h)
	if d := cmp.Diff([]string{"人员", "缺口", "明细", "结论", "缺少的数", "未读入的行"}, f.GetSheetList()); d != "" {
		t.Fatal(d)
	}
	for sheet, rows := range map[string]int{"人员": 1, "缺口": len(h.Gaps), "明细": len(h.Lines), "结论": len(h.Verdicts), "缺少的数": 1, "未读入的行": 1} {
		if got := len(rowsOf(t, f, sheet)) - 1; got != rows {
			t.Errorf("%s: %d rows, want %d", sheet, got, rows)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the head is not frozen: %+v %v", sheet, panes, err)
		}
	}
	person := rowsOf(t, f, "人员")[1]
	if d := cmp.Diff([]string{"=王小明", "3", zh.name("verdict", verdictsOf(h)[0]), "漏报", raw(h.Totals.Employer), raw(h.Totals.Person), raw(h.Totals.LateFee), "0", raw(h.Totals.Total)}, person); d != "" {
		t.Error(d)
	}
	if formula, err := f.GetCellFormula("人员", "A2"); err != nil || formula != "" {
		t.Errorf("a name became a formula: %q %v", formula, err)
	}
	if kind, err := f.GetCellType("人员", "I2"); err != nil || (kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset) {
		t.Errorf("the total is no number: %v %v", kind, err)
	}
	if shown, err := f.GetCellValue("人员", "I2"); err != nil || shown != group(h.Totals.Total.String()) {
		t.Errorf("the total shows as %q, %v", shown, err)
	}
	if width, err := f.GetColWidth("人员", "A"); err != nil || width != 18 {
		t.Errorf("width of the first column: %v %v", width, err)
	}
	if got := rowsOf(t, f, "未读入的行")[1]; !cmp.Equal(got, []string{"a.csv", "12", "from", "月份不对。"}) {
		t.Errorf("rejected: %q", got)
	}
}

func TestXLSXSumsWork(t *testing.T) {
	h, _ := assessed(t, "A", "en", gapRows(t))
	f := workbook(t, "en", 0, Summary{}, h)
	total := -1
	for i, name := range rowsOf(t, f, "Lines")[0] {
		if name == "Total" {
			total = i
		}
	}
	if total < 0 {
		t.Fatal("no column Total")
	}
	column, err := excelize.ColumnNumberToName(total + 1)
	if err != nil {
		t.Fatal(err)
	}
	last := strconv.Itoa(len(h.Lines) + 1)
	if err := f.SetCellFormula("Lines", "AZ1", "ROUND(SUM("+column+"2:"+column+last+"),2)"); err != nil {
		t.Fatal(err)
	}
	got, err := f.CalcCellValue("Lines", "AZ1")
	if err != nil || got != raw(h.Totals.Total) {
		t.Errorf("the workbook adds up to %q, %v; the answer says %v", got, err, h.Totals.Total)
	}
}

func TestXLSXUnknownIsEmpty(t *testing.T) {
	h := &assess.History{Person: "007", Lines: []assess.QuoteLine{{Scheme: insurance.Pension, Month: month(t, "2003-06"), Employer: fen(10)}}}
	f := workbook(t, "en", 0, Summary{}, h)
	head, row := rowsOf(t, f, "Lines")[0], rowsOf(t, f, "Lines")[1]
	for i, name := range head {
		if i >= len(row) {
			break
		}
		switch name {
		case "Person":
			if row[i] != "007" {
				t.Errorf("an id lost its zeros: %q", row[i])
			}
		case "Person's share", "Late fee (employer)", "Total", "Late days":
			if row[i] != "" {
				t.Errorf("%s = %q, want empty", name, row[i])
			}
		}
	}
}

func TestXLSXGoesOnInAnotherSheet(t *testing.T) {
	h := twoGaps(t)
	f := workbook(t, "en", 3, Summary{}, h, h, h)
	if got := len(rowsOf(t, f, "Gaps")); got != 3 {
		t.Errorf("first sheet: %d rows, want 3", got)
	}
	for _, name := range []string{"Gaps 2", "Gaps 3"} {
		rows := rowsOf(t, f, name)
		if len(rows) != 3 || rows[0][0] != "Person" {
			t.Errorf("%s: %q", name, rows)
		}
	}
}

func TestXLSXVerdicts(t *testing.T) {
	law := "社会保险法第58条"
	h := &assess.History{Person: "A", Verdicts: []assess.Verdict{{
		Scheme: insurance.Pension, From: month(t, "2019-10"), To: month(t, "2019-12"), Area: "110000", Verdict: "conditional",
		Conditions: []string{"first", "second"}, Reasons: []assess.Reason{{Text: "why"}}, Route: &assess.RouteAnswer{Text: "the way"},
		Papers: []assess.PaperAnswer{{Text: "form", Copies: 2, Required: true, LegalBasis: &law}, {Text: "book", Copies: 1}},
	}}}
	row := rowsOf(t, workbook(t, "en", 0, Summary{}, h), "Verdicts")[1]
	want := []string{"A", "110000", "pension", "2019-10", "2019-12", "conditional", "can be made up on conditions", "first\nsecond", "why", "the way",
		"form (required by law: 社会保险法第58条)\nbook (not required by law; the counter may ask for it)"}
	if d := cmp.Diff(want, row); d != "" {
		t.Error(d)
	}
}

func TestAmountCell(t *testing.T) {
	f := func(n money.Fen) *money.Fen { return &n }
	for _, c := range []struct {
		name string
		in   *money.Fen
		text string // as it stands in the file; empty for none
		kind string
	}{
		{"unknown", nil, "", "none"},
		{"zero", f(0), "0", "number"},
		{"one fen", f(1), "0.01", "number"},
		{"a fraction that no binary number has", f(10_10), "10.1", "number"},
		{"negative", f(-123_45), "-123.45", "number"},
		{"the largest amount that enters", f(money.MaxFen - 1), "9999999999999.99", "number"},
		{"past fifteen digits", f(1_234_567_890_123_456_789), "12345678901234567.89", "text"},
	} {
		got, kind := "", "none"
		switch v := amountCell(c.in).(type) {
		case string:
			got, kind = v, "text"
		case nil:
		default:
			file := excelize.NewFile()
			if err := file.SetCellValue("Sheet1", "A1", v); err != nil {
				t.Fatal(err)
			}
			var err error
			if got, err = file.GetCellValue("Sheet1", "A1", excelize.Options{RawCellValue: true}); err != nil {
				t.Fatal(err)
			}
			kind = "number"
		}
		if got != c.text || kind != c.kind {
			t.Errorf("%s: %s %q, want %s %q", c.name, kind, got, c.kind, c.text)
		}
	}
}

func TestXLSXCannotBeWritten(t *testing.T) {
	w, err := NewXLSX(filepath.Join(t.TempDir(), "no", "such", "folder.xlsx"), "zh", lang.Text)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(Summary{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Close = %v", err)
	}
}
