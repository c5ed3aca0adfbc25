package declaration_test

import (
	"bytes"
	"io"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

func plainHash(d registry.Document) string { return d.Kind + d.Number }

// A make-up file that was written is read as the same lines.
func TestMakeupFileOutAndIn(t *testing.T) {
	wage := money.Fen(8000_00)
	from := calendar.NewMonth(2023, 10)
	want := []declaration.MakeupLine{
		{Number: "11010519491231002X", IDKind: "citizen", Name: "张三", Scheme: insurance.Pension, From: from, To: from + 2, Wage: &wage, Cause: insurance.NeverRegistered},
		{Number: "11010519491231002X", IDKind: "citizen", Name: "张三", Scheme: insurance.Medical, From: from, To: from},
	}
	var b bytes.Buffer
	if err := declaration.WriteMakeup(&b, want); err != nil {
		t.Fatal(err)
	}
	r, err := declaration.OpenMakeup("补缴.csv", &b, int64(b.Len()), from.Last(), plainHash)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		l, row, err := r.Next()
		if err != nil || len(row.Rejects) > 0 {
			t.Fatalf("row %d: %v %v", i, row, err)
		}
		if l.Document != "citizen"+w.Number || l.Scheme != w.Scheme || l.From != w.From || l.To != w.To || (l.Wage == nil) != (w.Wage == nil) {
			t.Errorf("row %d is %+v, want %+v", i, l, w)
		}
	}
	if _, _, err := r.Next(); err != io.EOF {
		t.Errorf("after the last row: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// FuzzMakeup: a line that nothing is wrong with names somebody, a scheme and
// months in order, and not more of them than a working life has.
func FuzzMakeup(f *testing.F) {
	f.Add([]byte("证件号码,姓名,险种,补缴起始月,补缴截止月\n11010519491231002X,张三,养老,2023-10,2023-12\n"))
	f.Add([]byte("id number,scheme,first month,last month\n11010519491231002X,110,2025-03,2025-01\n,,,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := declaration.OpenMakeup("f", bytes.NewReader(data), int64(len(data)), calendar.NewMonth(2025, 3).Last(), plainHash)
		if err != nil {
			return
		}
		for {
			l, row, err := r.Next()
			if err != nil {
				break
			}
			if len(row.Rejects) == 0 && (l.Document == "" || l.Scheme == 0 || l.From == 0 || l.To < l.From || l.To-l.From >= 600) {
				t.Fatalf("a line that nothing is wrong with: %+v", l)
			}
		}
		_ = r.Close()
	})
}
