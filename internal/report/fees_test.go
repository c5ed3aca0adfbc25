package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
)

// feeTrace is the sample of the rule book: 39 days to the day before the
// make-up was declared.
func feeTrace(t *testing.T) *assess.FeeTrace {
	return &assess.FeeTrace{
		Principal: *fen(2160), Rule: "rule", StartRule: "first_of_month_after_collection", EndRule: "day_before_declare",
		Start: day(t, "2019-09-01"), End: day(t, "2019-10-09"),
		Segments: []assess.Segment{{From: day(t, "2019-09-01"), To: day(t, "2019-10-09"), Days: 39, Rate: *rate(t, "0.0005"), Amount: "42.12"}},
		Uncapped: yuanOf(t, "42.12"), Capped: yuanOf(t, "42.12"), CapMode: "none", Amount: yuanOf(t, "42.12"),
	}
}

func feeLine(t *testing.T, fee string) *assess.QuoteLine {
	days := 39
	return &assess.QuoteLine{Scheme: insurance.Pension, Month: month(t, "2019-07"), Employer: fen(1440), Person: fen(720), LateDays: &days, LateFee: yuanOf(t, fee)}
}

func TestFeeStep(t *testing.T) {
	got := explainerOf(zh, &answer{}).feeStep(feeLine(t, "42.12"), feeTrace(t))
	if got.Text != "滞纳金：共 39 天 = 42.12" {
		t.Errorf("text: %s", got.Text)
	}
	want := []string{
		"本金 = 单位 1,440.00 + 个人 720.00 = 2,160.00",
		"从应征收月份的次月 1 日 2019-09-01 起算；算到申报补缴的前一天 2019-10-09。",
		"自 2019-09-01 至 2019-10-09 共 39 天，日万分之五（0.05 %）：2,160.00 × 0.05 % × 39 = 42.12",
		"最后舍入一次：42.12。",
		"滞纳金由用人单位承担，不得向个人收取。",
	}
	if d := cmp.Diff(want, got.Detail); d != "" {
		t.Error(d)
	}
}

func TestFeeOverTwoRates(t *testing.T) {
	tr := feeTrace(t)
	tr.StartRule, tr.Deadline, tr.Start = "day_after_deadline", day(t, "2011-05-31"), day(t, "2011-06-01")
	tr.EndRule, tr.End = "pay_date_inclusive", day(t, "2011-07-10")
	tr.Segments = []assess.Segment{
		{From: day(t, "2011-06-01"), To: day(t, "2011-06-30"), Days: 30, Rate: *rate(t, "0.002"), Amount: "129.60"},
		{From: day(t, "2011-07-01"), To: day(t, "2011-07-10"), Days: 10, Rate: *rate(t, "0.0005"), Amount: "10.80"},
	}
	got := explainerOf(en, &answer{}).feeStep(feeLine(t, "140.40"), tr).Detail
	want := []string{
		"Principal = employer 1,440.00 + person 720.00 = 2,160.00",
		"The last day of payment was 2011-05-31; counted from the day after, 2011-06-01. Counted to the day of payment, 2011-07-10, included.",
		"2011-06-01 to 2011-06-30, 30 days at 0.2 % a day (20 per ten thousand): 2,160.00 × 0.2 % × 30 = 129.60",
		"2011-07-01 to 2011-07-10, 10 days at 0.05 % a day (5 per ten thousand): 2,160.00 × 0.05 % × 10 = 10.80",
		"Added up and rounded once at the end: 42.12.",
		"The late fee is borne by the employer, never by the person.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEveryStartAndEndRuleHasWords(t *testing.T) {
	for _, rule := range []string{"day_after_deadline", "first_of_month_after_collection", "day_after_free_period"} {
		tr := feeTrace(t)
		tr.StartRule, tr.EndRule = rule, ""
		for _, s := range []speech{zh, en} {
			if got := explainerOf(s, &answer{}).feeBounds(tr); got == "" || got[0] == 'r' {
				t.Errorf("%s in %s: %q", rule, s.lang, got)
			}
		}
	}
	for _, rule := range []string{"day_before_declare", "day_before_bill", "pay_date_inclusive", "pay_date_exclusive"} {
		tr := feeTrace(t)
		tr.StartRule, tr.EndRule = "", rule
		for _, s := range []speech{zh, en} {
			if got := explainerOf(s, &answer{}).feeBounds(tr); got == "" || got[0] == 'r' {
				t.Errorf("%s in %s: %q", rule, s.lang, got)
			}
		}
	}
	if got := explainerOf(zh, &answer{}).feeBounds(&assess.FeeTrace{}); got != "" {
		t.Errorf("without rules: %q", got)
	}
}

func TestCap(t *testing.T) {
	tr := feeTrace(t)
	tr.Uncapped, tr.Capped, tr.CapFrom = fen(2500), fen(2160), day(t, "2025-02-20")
	e := explainerOf(zh, &answer{})
	want := "最后舍入一次：2,500.00。这里没有设上限；如以本金为上限，则为 2,160.00（2025-02-20 起达到本金）。所取金额：2,500.00。"
	if got := e.capped(tr); got != want {
		t.Errorf("none\n got %s\nwant %s", got, want)
	}
	tr.CapMode = "principal"
	want = "最后舍入一次：2,500.00。以本金为上限，取 2,160.00（2025-02-20 起达到本金）；不设上限则为 2,500.00。"
	if got := e.capped(tr); got != want {
		t.Errorf("principal\n got %s\nwant %s", got, want)
	}
}

func TestFeeWithoutDays(t *testing.T) {
	free := feeTrace(t)
	free.Free = "exemption"
	early := feeTrace(t)
	early.Segments = nil
	noShares := feeLine(t, "0.00")
	noShares.Person = nil
	for _, c := range []struct {
		name   string
		line   *assess.QuoteLine
		tr     *assess.FeeTrace
		want   string
		detail int
	}{
		{"free by rule", feeLine(t, "0.00"), free, "滞纳金 = 0.00：这个月按规定不加收。", 0},
		{"not late", feeLine(t, "0.00"), early, "滞纳金 = 0.00：还没有到起算日。", 2},
		{"not late, a share unknown", noShares, early, "滞纳金 = 0.00：还没有到起算日。", 2},
		{"no trace", feeLine(t, "0.00"), nil, "滞纳金 = 0.00", 0},
		{"unknown", &assess.QuoteLine{Scheme: insurance.Pension, Month: month(t, "2019-07")}, feeTrace(t), "滞纳金：未知，缺少：滞纳金起算日、费率。", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := month(t, "2019-07")
			a := &answer{Missing: []assess.Missing{{Scheme: "pension", Month: m, Parameter: "late_fee_rules.start"}, {Scheme: "pension", Month: m, Parameter: "rates"}, {Scheme: "pension", Month: m, Parameter: "interest_rules"}}}
			got := explainerOf(zh, a).feeStep(c.line, c.tr)
			if got.Text != c.want || len(got.Detail) != c.detail {
				t.Errorf("got %q with %d lines, want %q with %d", got.Text, len(got.Detail), c.want, c.detail)
			}
		})
	}
}

// TestOddRatesStayNumbers: a rate that has no Chinese numeral is written in digits.
func TestOddRatesStayNumbers(t *testing.T) {
	g := assess.Segment{From: day(t, "2019-09-01"), To: day(t, "2019-09-01"), Days: 1, Rate: *rate(t, "0.00025"), Amount: "0.54"}
	want := "自 2019-09-01 共 1 天，日万分之2.5（0.025 %）：2,160.00 × 0.025 % × 1 = 0.54"
	if got := explainerOf(zh, &answer{}).segment(fen(2160), g); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
