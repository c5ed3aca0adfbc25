package assess

import (
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// TestWindow holds the rows of R-DECL-08 (rules.md, section 3) and the last
// days of payment of the late-fee rules, which stand there only.
func TestWindow(t *testing.T) {
	for _, c := range []struct {
		name, area, month  string
		first, last, payBy string
		missing            string
		assumed            bool // a mark on the last day
	}{
		{"Beijing declares in the month, collects in the next", "110000", "2012-02", "2012-02-01", "2012-02-29", "2012-03-31", "", false},
		{"Beijing from 2024: 10th to 25th, of the next month by one adviser", "110000", "2024-02", "2024-03-10", "2024-03-25", "2024-03-25", "", true},
		{"Beijing over the end of a year", "110000", "2025-12", "2026-01-10", "2026-01-25", "2026-01-25", "", true},
		{"Shanghai pays by the 15th of the following month", "310000", "2024-01", "", "2024-02-15", "2024-02-15", "", false},
		{"Nanjing declares and pays by the 25th", "320100", "2024-03", "", "2024-03-25", "2024-03-25", "", false},
		{"Qingdao declares on the 1st to 15th, pays by the 24th", "370200", "2012-05", "2012-05-01", "2012-05-15", "2012-05-24", "", true},
		{"the national 5th serves no month that is known", "120000", "2012-05", "", "", "", "windows.serves", false},
		{"Tianjin was not found", "120000", "2020-05", "", "", "", "windows", false},
		{"Zhoushan's rule is another area's", "330100", "2020-05", "", "", "", "windows", false},
	} {
		m := aDay(t, c.month+"-01").Month()
		w := NewWindow(compileReader(t, c.area), WindowRequest{Month: m, Scheme: insurance.Pension, Payer: insurance.Employee})
		if w.First.String() != c.first || w.Last.String() != c.last || w.PayBy.String() != c.payBy {
			t.Errorf("%s: %s to %s, paid by %s; want %s to %s, %s", c.name, w.First, w.Last, w.PayBy, c.first, c.last, c.payBy)
		}
		missing := ""
		if len(w.Missing) > 0 {
			missing = w.Missing[0].Parameter
		}
		if missing != c.missing {
			t.Errorf("%s: missing %q, want %q", c.name, missing, c.missing)
		}
		marked := false
		for _, x := range w.Marks {
			marked = marked || (x.Path == "/last" && x.Status == law.Assumed)
		}
		if c.assumed && !marked {
			t.Errorf("%s: nothing says that it is assumed: %+v", c.name, w.Marks)
		}
	}
}

// TestWindowIsNoDeadline: the window's last day says when to pay, and the late
// fee still asks from when it runs (R-LATEFEE-07: unverified).
func TestWindowIsNoDeadline(t *testing.T) {
	f, err := NewLateFee(compileReader(t, "110000"), LateFeeRequest{Principal: 100000, Scheme: insurance.Pension, Month: aDay(t, "2024-02-01").Month(), Paid: aDay(t, "2024-06-01"), Payer: insurance.Employee})
	if err != nil || f.LateFee != nil || len(f.Missing) != 1 || f.Missing[0].Ask != "--deadline" {
		t.Errorf("late fee %v, missing %+v, %v", f.LateFee, f.Missing, err)
	}
}
