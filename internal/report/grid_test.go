package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

func pensionCell(t *testing.T, m string, c record.Category) record.Cell {
	return record.Cell{Scheme: insurance.Pension, Month: month(t, m), Area: "110000", Category: c}
}

func TestYears(t *testing.T) {
	cells := []record.Cell{
		pensionCell(t, "2020-02", record.Arrears),
		pensionCell(t, "2019-12", record.Normal),
		{Scheme: insurance.Medical, Month: month(t, "2020-02"), Category: record.NotDue},
	}
	got := zh.years(cells)
	if len(got) != 2 || got[0].Year != 2019 || got[1].Year != 2020 {
		t.Fatalf("years in order: %+v", got)
	}
	if len(got[0].Rows) != 1 || len(got[1].Rows) != 2 {
		t.Errorf("rows: %d and %d; a scheme without a month in a year has no row", len(got[0].Rows), len(got[1].Rows))
	}
	if got[0].Desc != "2019 年：养老保险 正常缴费 1" || got[1].Desc != "2020 年：养老保险 欠缴 1；医疗保险 未到期 1" {
		t.Errorf("in words: %q, %q", got[0].Desc, got[1].Desc)
	}
	if len(got[0].Months) != 12 || got[0].Months[11].Text != "12" {
		t.Errorf("months: %+v", got[0].Months)
	}
	december, february := got[0].Rows[0].Cells[0], got[1].Rows[0].Cells[0]
	if december.X != cellLabel+11*cellSize || december.Y != cellTop || february.X != cellLabel+cellSize {
		t.Errorf("places: %+v %+v", december, february)
	}
	if second := got[1].Rows[1]; second.Label != "医疗" || second.Cells[0].Y != cellTop+cellSize {
		t.Errorf("second row: %+v", second)
	}
	if got[1].Height <= got[0].Height || got[0].Width != got[1].Width {
		t.Errorf("sizes: %+v", got)
	}
	if zh.years(nil) != nil {
		t.Error("no months, no picture")
	}
}

// TestEveryMonthIsDrawn: thirty years lose no month and put no two on one place.
func TestEveryMonthIsDrawn(t *testing.T) {
	var cells []record.Cell
	for m := month(t, "1996-01"); m <= month(t, "2025-12"); m++ {
		cells = append(cells, record.Cell{Scheme: insurance.Pension, Month: m, Category: record.Normal})
	}
	years := zh.years(cells)
	n := 0
	for _, y := range years {
		at := map[int]bool{}
		for _, c := range y.Rows[0].Cells {
			if at[c.X] || c.X+cellSize > y.Width || c.Y+cellSize > y.Height {
				t.Errorf("%d: a cell on another, or outside: %+v", y.Year, c)
			}
			at[c.X] = true
			n++
		}
	}
	if len(years) != 30 || n != 360 {
		t.Errorf("%d years, %d months", len(years), n)
	}
}

func TestCellTitle(t *testing.T) {
	for _, c := range []struct {
		name  string
		cell  record.Cell
		areas bool
		want  string
	}{
		{"paid", pensionCell(t, "2019-10", record.Normal), false, "2019-10 养老保险：正常缴费"},
		{"unpaid", record.Cell{Scheme: insurance.Pension, Month: month(t, "2019-10"), Category: record.Arrears, Cause: insurance.UnderDeclared, EmployerDue: fen(1440), PersonDue: fen(720), EmployerPaid: *fen(1000)}, false,
			"2019-10 养老保险：欠缴（少报基数）（单位 + 个人）应缴 1,440.00 + 720.00，已缴 1,000.00 + 0.00"},
		{"unpaid, the amount not known", record.Cell{Scheme: insurance.Pension, Month: month(t, "2019-10"), Category: record.Deferred, Cause: insurance.Policy}, false,
			"2019-10 养老保险：缓缴（政策性缓缴）（单位 + 个人）应缴 未知 + 未知，已缴 0.00 + 0.00"},
		{"made up, of two areas", record.Cell{Scheme: insurance.Pension, Month: month(t, "2019-10"), Area: "310000", Category: record.Backpay, Kind: record.KindBankRetry, PaidOn: day(t, "2019-11-20")}, true,
			"2019-10 养老保险：已补缴（扣款失败后补扣、2019-11-20 缴、310000）"},
	} {
		if got := zh.cellTitle(&c.cell, c.areas); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestTwoAreasInOneCell(t *testing.T) {
	a, b := pensionCell(t, "2019-10", record.Normal), pensionCell(t, "2019-10", record.Arrears)
	b.Area = "310000"
	got := zh.years([]record.Cell{a, b})[0].Rows[0].Cells
	if len(got) != 1 || got[0].Category != record.Arrears {
		t.Fatalf("what needs action must be drawn: %+v", got)
	}
	if lines := strings.Split(got[0].Title, "\n"); len(lines) != 2 || !strings.Contains(lines[0], "110000") || !strings.Contains(lines[1], "310000") {
		t.Errorf("the title names both: %q", got[0].Title)
	}
}

func TestLegend(t *testing.T) {
	made := pensionCell(t, "2019-01", record.Backpay)
	made.Kind = record.KindLumpSum
	retry := pensionCell(t, "2019-02", record.Backpay)
	retry.Kind = record.KindBankRetry
	got := zh.legend([]record.Cell{retry, made, pensionCell(t, "2019-03", record.Arrears), pensionCell(t, "2019-04", record.Exempt)})
	want := []legendItem{
		{record.Arrears, "", "欠缴"},
		{record.Backpay, "次", "已补缴：一次性补收"},
		{record.Backpay, "扣", "已补缴：扣款失败后补扣"},
		{record.Exempt, "", "减免，不用缴"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestKindsCanBeToldApart: every category has a rank, and every kind of
// back-pay a letter of its own in both languages.
func TestKindsCanBeToldApart(t *testing.T) {
	for _, s := range []speech{zh, en} {
		seen := map[string]string{}
		for _, k := range []string{record.KindInterruption, record.KindLumpSum, record.KindBaseDiff, record.KindPolicy, record.KindBankRetry} {
			l := s.name("letter", k)
			if other, ok := seen[l]; ok || len([]rune(l)) != 1 {
				t.Errorf("%s: %s and %s share the letter %q", s.lang, k, other, l)
			}
			seen[l] = k
		}
	}
	for _, c := range []record.Category{record.Normal, record.Backpay, record.Arrears, record.Deferred, record.Exempt, record.NotDue} {
		got := zh.cell([]*record.Cell{{Category: c, Scheme: insurance.Pension, Month: calendar.NewMonth(2019, 1)}})
		if got.Category != c || zh.name("category", string(c)) == string(c) {
			t.Errorf("%s is drawn as %s or has no word", c, got.Category)
		}
	}
}
