package report

import (
	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bytes"
	"os"
	"testing"
)

func TestLook(t *testing.T) {
	for _, lg := range []string{"zh", "en"} {
		var b bytes.Buffer
		w, err := NewHTML(&b, lg, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		var tb bytes.Buffer
		tw := NewTable(&tb, lg, lang.Text)
		tot := assess.ZeroTotals()
		var miss []assess.Missing
		long := job(t, "1996-01", "2026-12", 6000)
		people := map[string][]record.Row{
			"王小明 A-001": gapRows(t),
			"李长工":       {long, paid(t, "1996-01", "2003-05", "1996-02-01"), paid(t, "2004-01", "2008-12", "2009-02-01"), paid(t, "2009-01", "2023-06", "2009-02-01")},
			"全缴清":       {job(t, "2022-01", "2022-12", 8000), paid(t, "2022-01", "2022-12", "2022-02-01")},
			"灵活":        {{Kind: record.Paid, Area: "110000", Payer: insurance.Flexible, From: month(t, "2022-01"), To: month(t, "2022-03"), Scheme: insurance.Pension, PaidOn: day(t, "2022-03-01")}, {Kind: record.Paid, Area: "110000", Payer: insurance.Flexible, From: month(t, "2022-07"), To: month(t, "2022-09"), Scheme: insurance.Pension, PaidOn: day(t, "2022-09-01")}},
		}
		for _, n := range []string{"王小明 A-001", "李长工", "全缴清", "灵活"} {
			h, body := assessed(t, n, lg, people[n])
			if err := w.Person(h, body); err != nil {
				t.Fatal(err)
			}
			if err := tw.Person(h, body); err != nil {
				t.Fatal(err)
			}
			tot, _ = tot.Sum(h.Totals)
			miss = append(miss, h.Missing...)
			if n == "王小明 A-001" {
				x, err := Explain(body, lg, "text", lang.Text)
				if err != nil {
					t.Fatal(err)
				}
				os.WriteFile("/tmp/probe/explain-"+lg+".txt", x, 0o644)
			}
		}
		s := Summary{AsOf: day(t, "2024-03-15"), KnownAt: day(t, "2024-03-15"), Totals: tot, Missing: miss, Rejected: []Rejected{{"员工.csv", 12, "from", "月份不对，请写成 YYYY-MM。"}}, Policy: law.Policy{Pack: "cn-110000+000000", Digest: "20f9aaacbfda19411e3b3973195244d8a2a0609e660479bfee4dc3a006d04e6d"}}
		if err := w.Close(s); err != nil {
			t.Fatal(err)
		}
		if err := tw.Close(s); err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/probe/report-"+lg+".html", b.Bytes(), 0o644)
		os.WriteFile("/tmp/probe/table-"+lg+".txt", tb.Bytes(), 0o644)
		q := quoted(t, `{"as_of":"2024-03-15","area":"110000","payer":"employee","person":{"birth":"1985-05-05","sex":"M","hukou_area":"110105"},"gaps":[{"schemes":["pension","medical"],"from":"2019-07","to":"2019-09","wage":"3000.00","cause":"not_declared"}]}`)
		x, err := Explain(q, lg, "html", lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/probe/quote-"+lg+".html", x, 0o644)
	}
}
