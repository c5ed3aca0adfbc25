package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"bujiao/internal/calendar"
)

const formYAML = `
columns:
  - {code: number, required: true, names: [证件号码]}
  - {code: name, else: [称呼]}
  - {code: start, kind: day, names: [开始日期]}
  - {code: month, kind: day, names: [月份]}
  - {code: wage, kind: number, names: [工资]}
  - {code: tags, names: [户籍]}
  - {code: colour, names: [颜色]}
ignored: [备注]
values:
  colour:
    red: [红]
    green: [绿, 青]
`

// formRow opens a file of one row.
func formRow(t *testing.T, header, row string) *FormRow {
	t.Helper()
	f := MustForm([]byte(formYAML))
	r, err := f.Open("f.csv", strings.NewReader(header+"\n"+row+"\n"), -1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if got.Line != 2 {
		t.Errorf("line %d", got.Line)
	}
	return got
}

func TestFormReadsCells(t *testing.T) {
	r := formRow(t, "备注,证件号码,称呼,开始日期,month,工资,户籍,颜色,source_row", "x, N1 ,张,2024年1月5日,2024/2,1234.5,农民工、本地户籍,青,7")
	want, err := calendar.NewDate(2024, 1, 5)
	if err != nil {
		t.Fatal(err)
	}
	if r.Text("number") != "N1" || r.Text("name") != "张" || r.Day("start") != want || r.Month("month") != calendar.NewMonth(2024, 2) || *r.Amount("wage") != 123450 ||
		r.Tags("tags") != "rural_migrant_worker|local_hukou" || r.Word("colour") != "green" {
		t.Errorf("%+v", r)
	}
	if r.Rejects != nil {
		t.Errorf("rejected: %v", r.Rejects)
	}
}

func TestFormRejects(t *testing.T) {
	const header = "number,name,start,month,wage,tags,colour"
	for _, c := range []struct{ row, want string }{
		{"N,a,,,,,", ""},
		{",a,,,,,", "number intake.cell_empty"},
		{"N,a,2024-02-30,,,,", "start intake.bad_date"},
		{"N,a,,2024-13,,,", "month intake.bad_month"},
		{"N,a,,,\"1,000\",,", "wage intake.amount_separator"},
		{"N,a,,,-1,,", "wage intake.amount_negative"},
		{"N,a,,,,A-B,", "tags intake.unknown_population"},
		{"N,a,,,,,blue", "colour intake.unknown_word"},
		{"N,a\x01,,,,,", "name intake.control_character"},
		{"N," + strings.Repeat("长", 90) + ",,,,,", "name intake.text_too_long"},
		{"N,\uFFFD,,,,,", "name intake.undecodable"},
		{"\uFFFD,a,,,,,", "number intake.undecodable"},
		{"N,a", " intake.too_few_fields"},
		{"N,a,,,,,,x", " intake.too_many_fields"},
		{",a,x,,,,blue", "number intake.cell_empty;start intake.bad_date;colour intake.unknown_word"},
	} {
		r := formRow(t, header, c.row)
		r.Text("number")
		r.Text("name")
		r.Day("start")
		r.Month("month")
		r.Amount("wage")
		r.Tags("tags")
		r.Word("colour")
		var got []string
		for _, j := range r.Rejects {
			if j.Row != 2 || j.File != "f.csv" {
				t.Errorf("%q: at %s:%d", c.row, j.File, j.Row)
			}
			checkSentence(t, j.Reason)
			got = append(got, j.Column+" "+j.Reason.Key)
		}
		if strings.Join(got, ";") != c.want {
			t.Errorf("%q: %q, want %q", c.row, got, c.want)
		}
	}
}

func TestFormHeader(t *testing.T) {
	f := MustForm([]byte(formYAML))
	_, err := f.Open("f.csv", strings.NewReader("name,from\n"), -1)
	if keys := strings.Join(faultKeys(t, err), " "); keys != "unknown_column missing_columns" {
		t.Errorf("faults %s", keys)
	}
	r, err := f.Open("f.csv", strings.NewReader("称呼,number,name\n"), -1)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Has("name") || r.Has("wage") || r.at["name"] != 2 {
		t.Errorf("columns at %v", r.at)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the header: %v", err)
	}
}

func TestFormFromWorkbook(t *testing.T) {
	f := MustForm([]byte(formYAML))
	b := workbook(t, nil, []any{"number", "start", "wage"}, []any{"N1", 45292, 1091.3599999999999})
	r, err := f.Open("f.xlsx", bytes.NewReader(b), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	row, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if d := row.Day("start"); d.String() != "2024-01-01" || *row.Amount("wage") != 109136 || row.Rejects != nil {
		t.Errorf("%s, %v, %v", d, row.Amount("wage"), row.Rejects)
	}
}

func TestBrokenForms(t *testing.T) {
	for _, bad := range []string{"columns: {", "columns: [{code: a}, {code: a}]", "columns: [{code: a, names: [b]}, {code: c, names: [b]}]",
		"columns: [{code: a}]\nvalues: {a: {x: [q], y: [q]}}", "columns: [{code: a}]\nvalues: {a: {}}"} {
		if _, err := newForm([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
