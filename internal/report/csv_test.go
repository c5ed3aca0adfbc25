package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
)

// table reads a CSV into one map a row.
func csvRows(t *testing.T, data []byte) (head []string, rows []map[string]string) {
	t.Helper()
	text, ok := strings.CutPrefix(string(data), "\ufeff")
	if !ok {
		t.Fatal("no byte order mark")
	}
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, c := range r {
			m[all[0][i]] = c
		}
		rows = append(rows, m)
	}
	return all[0], rows
}

func TestCSV(t *testing.T) {
	h, _ := assessed(t, "王小明", "zh", gapRows(t))
	var b bytes.Buffer
	w := NewCSV(&b, "zh", lang.Text)
	if err := w.Person(h, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(summary(t)); err != nil {
		t.Fatal(err)
	}
	head, rows := csvRows(t, b.Bytes())
	if len(head) != len(lineColumns) || len(rows) != len(h.Lines) {
		t.Fatalf("%d columns, %d rows; want %d and %d", len(head), len(rows), len(lineColumns), len(h.Lines))
	}
	got := map[string]string{}
	for _, k := range []string{"人员", "地区", "险种代码", "险种", "月份", "原因代码", "原因", "结论代码", "结论", "缴费基数", "单位应缴", "个人应缴", "滞纳天数", "滞纳金（单位）", "利息", "合计", "未申报暂定额", "未知的数", "可靠程度"} {
		got[k] = rows[0][k]
	}
	v := verdictFor(h.Verdicts, &h.Lines[0])
	want := map[string]string{
		"人员": "王小明", "地区": "110000", "险种代码": "pension", "险种": "养老保险", "月份": "2019-10", "原因代码": "not_declared", "原因": "漏报",
		"结论代码": v.Verdict, "结论": zh.name("verdict", v.Verdict), "缴费基数": "9000.00", "单位应缴": "1440.00", "个人应缴": "720.00", "滞纳天数": "1566", "滞纳金（单位）": "1691.28",
		"利息": "0.00", "合计": "3851.28", "未申报暂定额": "2376.00", "未知的数": "", "可靠程度": zh.name("status", string(lineDoubts(h.Marks)[0])),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(rows[0]["依据"], "cn-110000/rates/110/employee/2019-05") {
		t.Errorf("basis: %q", rows[0]["依据"])
	}
}

func TestCSVSaysWhatIsNotKnown(t *testing.T) {
	m := month(t, "2003-06")
	h := &assess.History{Person: "A", Lines: []assess.QuoteLine{{Scheme: insurance.Pension, Month: m, Area: "110000", Employer: fen(10), Person: fen(5), Interest: fen(0)}}}
	h.Missing = []assess.Missing{{Scheme: "pension", Month: m, Parameter: "late_fee_rules.deadline", Area: "110000", Ask: "--deadline"}}
	h.Marks = []assess.Mark{{Path: "/lines/0/employer", Status: law.Recalled}, {Path: "/lines/0/person", Status: law.Disputed}, {Path: "/lines/7/person", Status: law.Seed}}
	var b bytes.Buffer
	w := NewCSV(&b, "en", lang.Text)
	if err := w.Person(h, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(Summary{}); err != nil {
		t.Fatal(err)
	}
	_, rows := csvRows(t, b.Bytes())
	r := rows[0]
	if r["Late fee (employer)"] != "" || r["Total"] != "" || r["Late days"] != "" {
		t.Errorf("a figure that is not known must be empty: %v", r)
	}
	if r["Not known"] != "last day of payment (--deadline)" {
		t.Errorf("not known: %q", r["Not known"])
	}
	if r["Certainty"] != "disputed" {
		t.Errorf("the worst doubt counts: %q", r["Certainty"])
	}
	if r["Verdict code"] != "" {
		t.Errorf("a line without a verdict has none: %q", r["Verdict code"])
	}
}

func TestCSVOfNobodyHasAHead(t *testing.T) {
	var b bytes.Buffer
	if err := NewCSV(&b, "en", lang.Text).Close(Summary{}); err != nil {
		t.Fatal(err)
	}
	if head, rows := csvRows(t, b.Bytes()); len(head) != len(lineColumns) || len(rows) != 0 {
		t.Errorf("%d columns, %d rows", len(head), len(rows))
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":              "",
		"王小明":           "王小明",
		"A-1":           "A-1",
		"=1+1":          "'=1+1",
		"+86":           "'+86",
		"-cmd":          "'-cmd",
		"@SUM(A1)":      "'@SUM(A1)",
		"\t=1":          "'\t=1",
		"\r=1":          "'\r=1",
		"＝HYPERLINK(1)": "'＝HYPERLINK(1)",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCSVGuardsNamesAndNotAmounts(t *testing.T) {
	h := &assess.History{Person: "=cmd|' /C calc'!A0", Lines: []assess.QuoteLine{{Scheme: insurance.Pension, Month: month(t, "2019-10"), Interest: fen(-5)}}}
	var b bytes.Buffer
	w := NewCSV(&b, "en", lang.Text)
	if err := w.Person(h, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(Summary{}); err != nil {
		t.Fatal(err)
	}
	_, rows := csvRows(t, b.Bytes())
	if got := rows[0]["Person"]; got != "'=cmd|' /C calc'!A0" {
		t.Errorf("person: %q", got)
	}
	if got := rows[0]["Interest"]; got != "-5.00" {
		t.Errorf("an amount must stay a number: %q", got)
	}
}

func TestCSVFailsWithItsOutput(t *testing.T) {
	w := NewCSV(broken{}, "zh", lang.Text)
	if err := w.Person(&assess.History{}, nil); !errors.Is(err, errBroken) {
		t.Errorf("Person = %v", err)
	}
	if err := NewCSV(broken{}, "zh", lang.Text).Close(Summary{}); !errors.Is(err, errBroken) {
		t.Errorf("Close = %v", err)
	}
}
