package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"bujiao/internal/record"
)

// workbook builds an .xlsx of one sheet; edit may change it before it is saved.
func workbook(t testing.TB, edit func(*excelize.File), rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(f)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func anys(s ...string) []any {
	out := make([]any, len(s))
	for i, v := range s {
		out[i] = v
	}
	return out
}

func TestWorkbookOfText(t *testing.T) {
	var values []string
	for _, c := range allColumns {
		values = append(values, goodValues[c])
	}
	got := readAll(t, "a.xlsx", workbook(t, nil, anys(allColumns...), anys(values...)), testOptions)
	if d := cmp.Diff([]result{{Row: goodRow(), Raw: values}}, got); d != "" {
		t.Error(d)
	}
}

func TestWorkbookOfNumbersAndDates(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	head := anys("record", "person", "area", "payer", "from", "to", "wage", "base", "paid_on", "birth", "injury_class", "injury_rate")
	row := []any{"employment", 1001, 110000, "职工", day("2024-01-01"), 202412, 1091.36, 0.1 + 0.2, day("2024-02-15").Add(90 * time.Minute), day("1949-12-31"), 3, 0.0016}
	for _, date1904 := range []bool{false, true} {
		t.Run(fmt.Sprintf("1904 %v", date1904), func(t *testing.T) {
			edit := func(f *excelize.File) {
				if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}); err != nil {
					t.Fatal(err)
				}
				// A number format must change nothing.
				style, err := f.NewStyle(&excelize.Style{NumFmt: 3})
				if err == nil {
					err = f.SetCellStyle("Sheet1", "G2", "H2", style)
				}
				if err == nil && date1904 {
					row := row
					err = f.SetSheetRow("Sheet1", "A2", &row) // dates again, in the other system
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			got := readAll(t, "a.xlsx", workbook(t, edit, head, row), Options{})
			if len(got) != 1 || got[0].Rejects != nil {
				t.Fatalf("got %+v", got)
			}
			want := record.Row{
				Kind: record.Employment, Person: "1001", Area: "110000", Payer: "employee", From: mustMonth("2024-01"), To: mustMonth("2024-12"),
				Wage: fen("1091.36"), Base: fen("0.30"), PaidOn: mustDate("2024-02-15"), Birth: mustDate("1949-12-31"), InjuryClass: 3,
				InjuryRate: rate("0.0016"), Line: 2,
			}
			if d := cmp.Diff(want, got[0].Row); d != "" {
				t.Error(d)
			}
			// The mend file is CSV, where a day number would not be read again.
			if d := cmp.Diff([]string{"2024-01-01", "202412", "2024-02-15", "1949-12-31"}, []string{got[0].Raw[4], got[0].Raw[5], got[0].Raw[8], got[0].Raw[9]}); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWorkbookRows(t *testing.T) {
	head := anys("record", "person", "area", "payer", "from", "to", "wage", "tier")
	good := anys("declared", "P", "110000", "employee", "2024-01", "2024-02")
	got := readAll(t, "a.xlsx", workbook(t, nil,
		head, nil, good, anys("", " "), append(good, "", "", "", " "), append(good, "", "", "x"), anys("declared", "P")), testOptions)
	type short struct {
		Row      int
		Problems []string
	}
	var rows []short
	for _, r := range got {
		rows = append(rows, short{r.Row.Line, problems(r.Rejects)})
	}
	want := []short{
		{3, nil},
		{5, nil},
		{6, []string{"too_many_fields"}},
		{7, []string{"area empty", "payer empty", "from empty", "to empty"}},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}

func TestFurtherSheets(t *testing.T) {
	head := anys("record", "person", "area", "payer", "from", "to")
	sheet := func(rows ...[]any) func(*excelize.File) {
		return func(f *excelize.File) {
			if _, err := f.NewSheet("说明"); err != nil {
				t.Fatal(err)
			}
			for i, r := range rows {
				if err := f.SetSheetRow("说明", fmt.Sprintf("A%d", i+1), &r); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, c := range []struct {
		name string
		edit func(*excelize.File)
		want []string
	}{
		{"empty", sheet(), nil},
		{"with notes", sheet(anys("填写说明"), anys("record", "记录类型")), nil},
		{"with records", sheet(head), []string{"second_sheet"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := workbook(t, c.edit, head)
			r, err := Open("a.xlsx", bytes.NewReader(b), int64(len(b)), testOptions)
			if d := cmp.Diff(c.want, faultKeys(t, err)); d != "" {
				t.Error(d)
			}
			if r != nil && r.Close() != nil {
				t.Error("close")
			}
		})
	}
}

// archive builds a zip file of the given parts.
func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbooksThatCannotBeRead(t *testing.T) {
	good := workbook(t, nil, anys("record", "person", "area", "payer", "from", "to"))
	for _, c := range []struct {
		name string
		in   []byte
		size int64
		want string
	}{
		{"cut off", good[:len(good)/2], -1, "xlsx_damaged"},
		{"archive of something else", archive(t, map[string]string{"word/document.xml": "<x/>"}), -1, "not_xlsx"},
		{"empty archive", archive(t, nil), -1, "not_xlsx"},
		{"workbook without content", archive(t, map[string]string{"xl/workbook.xml": ""}), -1, "xlsx_damaged"},
		{"workbook that is no xml", archive(t, map[string]string{"xl/workbook.xml": "<<<", "xl/worksheets/sheet1.xml": "<<<"}), -1, "xlsx_damaged"},
		{"part that unpacks to too much", archive(t, map[string]string{"xl/workbook.xml": "", "xl/media/a": strings.Repeat("a", maxPartBytes+1)}), -1, "xlsx_too_large"},
		{"too large by its size", good, maxBookBytes + 1, "xlsx_too_large"},
		{"too large without a size", append([]byte("PK\x03\x04"), make([]byte, maxBookBytes)...), -1, "xlsx_too_large"},
		{"no row", workbook(t, nil), -1, "empty_file"},
		{"no header", workbook(t, nil, anys("张三", "李四")), -1, "no_header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open("a.xlsx", bytes.NewReader(c.in), c.size, testOptions)
			if r != nil {
				t.Error("a reader came with the fault")
			}
			if d := cmp.Diff([]string{c.want}, faultKeys(t, err)); d != "" {
				t.Error(d)
			}
		})
	}
	boom := errors.New("disk gone")
	if _, err := Open("a.xlsx", io.MultiReader(bytes.NewReader(good[:100]), iotest.ErrReader(boom)), -1, testOptions); !errors.Is(err, boom) {
		t.Errorf("read error: %v", err)
	}
	if _, err := openXLSX(known, "a.xlsx", iotest.ErrReader(boom), -1); !errors.Is(err, boom) {
		t.Errorf("read error: %v", err)
	}
}

func TestGuard(t *testing.T) {
	s := &xlsxSource{file: "a.xlsx"}
	if d := cmp.Diff([]string{"xlsx_damaged"}, faultKeys(t, s.guard(func() error { panic("index out of range") }))); d != "" {
		t.Error(d)
	}
	if err := s.guard(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("the end became %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestPlainNumber(t *testing.T) {
	for in, want := range map[string]string{
		"1091.36": "1091.36", "1091.3599999999999": "1091.36", "6821.1000000000004": "6821.1", "0.30000000000000004": "0.3",
		"1.0913600000000001E3": "1091.36", "1E4": "10000", "1e+4": "10000", "1.5E-3": "0.0015", "12E-1": "1.2", "-1E1": "-10",
		"999999999999999.9": "1000000000000000", "9.9999999999999999E1": "100", "0.1234567890123456": "0.123456789012346",
		"123456789012345678": "123456789012346000", "1.6000000000000001E-3": "0.0016", "0E0": "0", "-0E0": "0", "12000": "12000", "0.10": "0.10",
		"-1091.3599999999999": "-1091.36", "00000000000000000001": "00000000000000000001",
		"": "", "abc": "abc", "E4": "E4", "1E": "1E", "1E9999": "1E9999", "1E99": "1E99", "1,000": "1,000", ".5": ".5", "1.2.3": "1.2.3",
		"-": "-", "1E4E4": "1E4E4", "8000元": "8000元", "12.": "12.",
	} {
		if got := plainNumber(in); got != want {
			t.Errorf("plainNumber(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDayNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"45292": "2024-01-01", "45292.5": "2024-01-01", "45292.99999": "2024-01-01", "10000": "1927-05-18", "99999": "2173-10-13",
		"9999": "9999", "09999": "09999", "202401": "202401", "2024-01": "2024-01", "45292x": "45292x", "": "", "4529a": "4529a",
		"45292.5.1": "45292.5.1", "45292.": "2024-01-01",
	} {
		if got := new(xlsxSource).date(in); got != want {
			t.Errorf("date(%q) = %q, want %q", in, got, want)
		}
	}
	if got := (&xlsxSource{date1904: true}).date("43830"); got != "2024-01-01" {
		t.Errorf("1904: %s", got)
	}
}

// withSheet puts other XML in the place of the first sheet of a workbook.
func withSheet(t testing.TB, book []byte, sheet string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
	}
	parts["xl/worksheets/sheet1.xml"] = sheet
	return archive(t, parts)
}

// Rows behind a fault in the sheet must not be lost without a word.
func TestBrokenSheets(t *testing.T) {
	cells := func(ref string, values ...string) string {
		var b strings.Builder
		for i, v := range values {
			fmt.Fprintf(&b, `<c r="%c%s" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+i, ref, v)
		}
		return b.String()
	}
	head := `<worksheet><sheetData><row r="1">` + cells("1", "record", "person", "area", "payer", "month") + `</row>`
	row := func(n string) string {
		return `<row r="` + n + `">` + cells(n, "declared", "P", "110000", "employee", "2024-01") + `</row>`
	}
	const tail = `</sheetData></worksheet>`
	book := workbook(t, nil)
	for _, c := range []struct {
		name, sheet string
		atOpen      []string
		rows        int
		atEnd       []string
	}{
		{name: "good", sheet: head + row("2") + row("3") + tail, rows: 2},
		{name: "cut off", sheet: head + row("2"), atOpen: []string{"xlsx_damaged"}},
		{name: "no xml within", sheet: head + row("2") + "<row <" + row("3") + tail, atOpen: []string{"xlsx_damaged"}},
		{name: "row number out of range", sheet: head + row("2") + row("9000000") + tail, rows: 1, atEnd: []string{"xlsx_damaged"}},
		{name: "cell without a place", sheet: head + row("2") + `<row r="3"><c r="!"><v>1</v></c></row>` + tail, rows: 1, atEnd: []string{"xlsx_damaged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open("a.xlsx", bytes.NewReader(withSheet(t, book, c.sheet)), -1, testOptions)
			if d := cmp.Diff(c.atOpen, faultKeys(t, err)); d != "" {
				t.Fatal(d)
			}
			if err != nil {
				return
			}
			rows := 0
			for {
				_, rejects, _, err := r.Next()
				if err == io.EOF {
					err = nil
				} else if err == nil {
					if rows++; rejects != nil {
						t.Errorf("row %d: %v", rows, problems(rejects))
					}
					continue
				}
				if d := cmp.Diff(c.atEnd, faultKeys(t, err)); d != "" {
					t.Error(d)
				}
				break
			}
			if rows != c.rows {
				t.Errorf("%d rows, want %d", rows, c.rows)
			}
		})
	}
}
