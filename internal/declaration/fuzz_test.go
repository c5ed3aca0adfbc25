package declaration_test

import (
	"bytes"
	"io"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/registry"
)

// FuzzSheet: whatever the file, a row comes out once, as a line or with what is
// wrong with it, and no amount is below zero.
func FuzzSheet(f *testing.F) {
	f.Add([]byte("姓名,证件号码,工资\n张三,11010519491231002X,10000\n"))
	f.Add([]byte("id number,wage,base,month,leaves\n11010519491231002X,1,2,2025-03,是\n,,,,\n"))
	f.Add([]byte("证件类型,证件号码,工资\n护照,E1,-5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := calendar.NewMonth(2025, 3)
		r, err := declaration.OpenSheet("f", bytes.NewReader(data), int64(len(data)), m, m.Last(), func(d registry.Document) string { return d.Kind + d.Number })
		if err != nil {
			return
		}
		last := 0
		for {
			l, row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return
			}
			if l.Row <= last {
				t.Fatalf("row %d after %d", l.Row, last)
			}
			last = l.Row
			if len(row.Rejects) == 0 && (l.Document == "" || l.Wage < 0 || (l.Base != nil && *l.Base < 0)) {
				t.Fatalf("a line that nothing is wrong with: %+v", l)
			}
		}
		_ = r.Close()
	})
}
