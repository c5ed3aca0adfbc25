package law

import (
	"os"
	"slices"
	"testing"

	"bujiao/internal/calendar"
)

func TestBankLayoutsOfThePacks(t *testing.T) {
	lib, err := Open(os.DirFS("../../packs"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := lib.Book("110000")
	if err != nil {
		t.Fatal(err)
	}
	on := calendar.NewMonth(2026, 3).First()
	r := b.Read(on, false)
	for _, bank := range []string{"102", "105"} {
		for _, direction := range []string{FileOut, FileResult, FileStatement} {
			x, hole := r.BankLayout(bank, direction, on)
			if hole != nil || x.Status != Assumed || x.ADR == "" || x.wrong() != "" {
				t.Fatalf("%s %s: %+v, %v", bank, direction, x, hole)
			}
			if y, _ := r.BankLayoutNamed(x.Name); y != x {
				t.Errorf("%s is not found by its name", x.Name)
			}
		}
	}
	if x, hole := r.BankLayout("999", FileOut, on); hole == nil || hole.Parameter != "bank_layouts 999 out" {
		t.Errorf("a bank without layout: %+v, %v", x, hole)
	}
	if x, hole := r.Allocation(on); hole != nil || x.ID != "cn-110000/allocation/2011-08" || x.Months.Status != Verified || x.Within.Status != Assumed {
		t.Errorf("Beijing's allocation: %+v, %v", x, hole)
	}
	if x, hole := r.Allocation(calendar.NewMonth(2010, 3).First()); hole != nil || x.Status != Assumed {
		t.Errorf("before the circular the assumed order holds: %+v, %v", x, hole)
	}
}

func TestLayoutThatMakesNoSense(t *testing.T) {
	fixed := func() *BankLayout {
		return &BankLayout{Name: "l", Bank: "102", Direction: FileResult, Encoding: "UTF-8", Width: 60, Dates: "YYYYMMDD", Amounts: "fen",
			First:   []LayoutField{{Name: "mark", At: 1, Length: 1, Value: "H"}, {Name: "bank", At: 2, Length: 3}, {Name: "date", At: 5, Length: 8}, {Name: "batch", At: 13, Length: 24}},
			Lines:   []LayoutField{{Name: "mark", At: 1, Length: 1, Value: "D"}, {Name: "reference", At: 2, Length: 24}, {Name: "amount", At: 26, Length: 12}, {Name: "code", At: 38, Length: 4}},
			Trailer: []LayoutField{{Name: "mark", At: 1, Length: 1, Value: "T"}, {Name: "count", At: 2, Length: 6}, {Name: "total", At: 8, Length: 12}},
			Codes:   []BankCode{{Code: "00", Result: "ok"}, {Code: "01", Result: "failed", Reason: "insufficient_funds"}}}
	}
	if got := fixed().wrong(); got != "" {
		t.Fatalf("a good layout: %s", got)
	}
	for want, spoil := range map[string]func(*BankLayout){
		"name":            func(x *BankLayout) { x.Name = "" },
		"bank":            func(x *BankLayout) { x.Bank = "1" },
		"direction":       func(x *BankLayout) { x.Direction = "in" },
		"encoding":        func(x *BankLayout) { x.Encoding = "GBK" },
		"separator":       func(x *BankLayout) { x.Separator = "," },
		"dates":           func(x *BankLayout) { x.Dates = "DDMMYY" },
		"amounts":         func(x *BankLayout) { x.Amounts = "jiao" },
		"head.batch":      func(x *BankLayout) { x.First = x.First[:3] },
		"lines.code":      func(x *BankLayout) { x.Lines[3].At = 30 }, // lies on the amount
		"lines.reference": func(x *BankLayout) { x.Lines = slices.Delete(x.Lines, 1, 2) },
		"lines.mark":      func(x *BankLayout) { x.Lines[0].Value = "" },
		"trailer.total":   func(x *BankLayout) { x.Trailer[2].Length = 200 },
		"mark":            func(x *BankLayout) { x.Trailer[0].Value = "D" },
		"codes":           func(x *BankLayout) { x.Codes = nil },
		"codes.01":        func(x *BankLayout) { x.Codes[1].Reason = "bad luck" },
	} {
		x := fixed()
		spoil(x)
		if got := x.wrong(); got != want {
			t.Errorf("wrong = %q, want %q", got, want)
		}
	}
}
