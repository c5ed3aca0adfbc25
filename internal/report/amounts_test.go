package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// explainerOf explains one pension line without a body.
func explainerOf(s speech, a *answer) *explainer {
	return &explainer{speech: s, a: a, out: &Explanation{}, cited: map[string]int{}}
}

func rate(t testing.TB, s string) *money.Rate {
	t.Helper()
	r, err := money.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

func yuanOf(t testing.TB, s string) *money.Fen {
	t.Helper()
	f, err := money.ParseFen(s)
	if err != nil {
		t.Fatal(err)
	}
	return &f
}

var toFen = money.Rounding{Mode: money.HalfUp, Units: []money.Fen{1}}

func TestBaseStep(t *testing.T) {
	for _, c := range []struct {
		name string
		line assess.QuoteLine
		tr   assess.Trace
		want string
	}{
		{"between the limits", assess.QuoteLine{Base: fen(9000)}, assess.Trace{Wage: fen(9000), Rounded: fen(9000), Floor: fen(3613), Ceiling: fen(23565)},
			"缴费基数：工资 9,000.00 在下限 3,613.00 与上限 23,565.00 之间，基数 = 9,000.00。"},
		{"the lower limit bit", assess.QuoteLine{Base: fen(3613)}, assess.Trace{Wage: fen(3000), Rounded: fen(3000), Floor: fen(3613), Ceiling: fen(23565), Limit: "floor"},
			"缴费基数：工资 3,000.00 低于下限，按下限 3,613.00 计（上限 23,565.00），基数 = 3,613.00。"},
		{"the upper limit bit", assess.QuoteLine{Base: fen(23565)}, assess.Trace{Wage: fen(30000), Rounded: fen(30000), Floor: fen(3613), Ceiling: fen(23565), Limit: "ceiling"},
			"缴费基数：工资 30,000.00 高于上限，按上限 23,565.00 计（下限 3,613.00），基数 = 23,565.00。"},
		{"no upper limit", assess.QuoteLine{Base: fen(9000)}, assess.Trace{Wage: fen(9000), Rounded: fen(9000), Floor: fen(3613)},
			"缴费基数：工资 9,000.00 不低于下限 3,613.00，没有适用的上限（未知），基数 = 9,000.00。"},
		{"rounded first", assess.QuoteLine{Base: fen(9001)}, assess.Trace{Wage: yuanOf(t, "9000.60"), Rounded: fen(9001), Floor: fen(3613), Ceiling: fen(23565)},
			"工资 9,000.60 先按当地规则取整为 9,001.00。缴费基数：工资 9,001.00 在下限 3,613.00 与上限 23,565.00 之间，基数 = 9,001.00。"},
		{"set by the rule", assess.QuoteLine{Base: fen(5000)}, assess.Trace{}, "缴费基数：由规定直接给定，5,000.00。"},
		{"none", assess.QuoteLine{Employer: fen(0), Person: fen(3)}, assess.Trace{}, "缴费基数：这一险种不按基数计算。"},
		{"unknown", assess.QuoteLine{Scheme: insurance.Pension, Month: month(t, "2003-06")}, assess.Trace{}, "缴费基数：未知，缺少：缴费基数下限。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &answer{Missing: []assess.Missing{{Scheme: "pension", Month: month(t, "2003-06"), Parameter: "bases.floor"}}}
			if got := explainerOf(zh, a).baseStep(&c.line, &c.tr).Text; got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestShareStep(t *testing.T) {
	for _, c := range []struct {
		name   string
		amount *money.Fen
		tr     *assess.ShareTrace
		zh, en string
		detail []string
	}{
		{"plain", fen(1440), &assess.ShareTrace{Base: fen(9000), Rate: rate(t, "0.16"), Exact: "1440.00", Rounding: toFen, Amount: *fen(1440)},
			"养老保险单位部分 = 9,000.00 × 16 % = 1,440.00（四舍五入到分）",
			"pension, employer's share = 9,000.00 × 16 % = 1,440.00 (half up to the fen)", nil},
		{"rounded to the jiao", yuanOf(t, "123.50"), &assess.ShareTrace{Base: yuanOf(t, "1234.56"), Rate: rate(t, "0.1"), Exact: "123.456", Amount: *yuanOf(t, "123.50"),
			Rounding: money.Rounding{Mode: money.Up, Units: []money.Fen{10}}},
			"养老保险单位部分 = 1,234.56 × 10 % = 123.456（进位到角） = 123.50",
			"pension, employer's share = 1,234.56 × 10 % = 123.456 (rounded up to the jiao) = 123.50", nil},
		{"two units", fen(123), &assess.ShareTrace{Base: yuanOf(t, "1234.56"), Rate: rate(t, "0.1"), Exact: "123.456", Amount: *fen(123),
			Rounding: money.Rounding{Mode: money.HalfUp, Units: []money.Fen{10, 100}}},
			"养老保险单位部分 = 1,234.56 × 10 % = 123.456（四舍五入到角，再到元） = 123.00",
			"pension, employer's share = 1,234.56 × 10 % = 123.456 (half up to the jiao, then to yuan) = 123.00", nil},
		{"relief", fen(720), &assess.ShareTrace{Base: fen(9000), Rate: rate(t, "0.16"), Factors: []assess.Factor{{Row: "relief", Factor: *rate(t, "0.5")}}, Exact: "720.00", Rounding: toFen, Amount: *fen(720)},
			"养老保险单位部分 = 9,000.00 × 16 % × 0.5（减免） = 720.00（四舍五入到分）",
			"pension, employer's share = 9,000.00 × 16 % × 0.5 (relief) = 720.00 (half up to the fen)", nil},
		{"parts", fen(63), &assess.ShareTrace{Base: fen(6326), Rate: rate(t, "0.01"), Exact: "63.26", Parts: []money.Fen{5271, 1054}, Rounding: toFen, Amount: 6325},
			"养老保险单位部分 = 6,326.00 × 1 % = 63.26（分项四舍五入到分后相加：52.71 + 10.54） = 63.25",
			"pension, employer's share = 6,326.00 × 1 % = 63.26 (by parts, each half up to the fen: 52.71 + 10.54) = 63.25", nil},
		{"a fixed amount", fen(3), &assess.ShareTrace{Fixed: fen(3), Amount: *fen(3)},
			"养老保险单位部分 = 3.00（定额） = 3.00", "pension, employer's share = 3.00 (fixed amount) = 3.00", nil},
		{"a rate and a fixed amount", fen(183), &assess.ShareTrace{Base: fen(9000), Rate: rate(t, "0.02"), Exact: "180.00", Fixed: fen(3), Rounding: toFen, Amount: *fen(183)},
			"养老保险单位部分 = 9,000.00 × 2 % = 180.00（四舍五入到分） + 3.00（定额） = 183.00",
			"pension, employer's share = 9,000.00 × 2 % = 180.00 (half up to the fen) + 3.00 (fixed amount) = 183.00", nil},
		{"something was paid", fen(440), &assess.ShareTrace{Base: fen(9000), Rate: rate(t, "0.16"), Exact: "1440.00", Rounding: toFen, Paid: fen(1000), Amount: *fen(440)},
			"养老保险单位部分 = 9,000.00 × 16 % = 1,440.00（四舍五入到分） − 1,000.00（已缴） = 440.00",
			"pension, employer's share = 9,000.00 × 16 % = 1,440.00 (half up to the fen) − 1,000.00 (already paid) = 440.00", nil},
		{"more was paid", fen(0), &assess.ShareTrace{Base: fen(9000), Rate: rate(t, "0.16"), Exact: "1440.00", Rounding: toFen, Paid: fen(1500), Amount: 0},
			"养老保险单位部分 = 9,000.00 × 16 % = 1,440.00（四舍五入到分） − 1,500.00（已缴） = 0.00",
			"pension, employer's share = 9,000.00 × 16 % = 1,440.00 (half up to the fen) − 1,500.00 (already paid) = 0.00",
			[]string{"已缴的不少于应缴的，不用再付；多缴部分不在此计算。"}},
		{"not charged", fen(0), &assess.ShareTrace{}, "养老保险单位部分 = 0.00（规定不由其缴费）", "pension, employer's share = 0.00 (not charged)", nil},
		{"without a trace", fen(12), nil, "养老保险单位部分 = 12.00", "pension, employer's share = 12.00", nil},
		{"unknown", nil, nil, "养老保险单位部分：未知，缺少：费率。", "pension, employer's share: not known; missing: rates.", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := month(t, "2019-07")
			l := &assess.QuoteLine{Scheme: insurance.Pension, Month: m, Employer: c.amount}
			a := &answer{Missing: []assess.Missing{{Scheme: "pension", Month: m, Parameter: "rates"}, {Scheme: "pension", Month: m, Parameter: "late_fee_rules.start"}}}
			got := explainerOf(zh, a).shareStep("employer", l, c.amount, c.tr)
			if got.Text != c.zh {
				t.Errorf("zh\n got %s\nwant %s", got.Text, c.zh)
			}
			if d := cmp.Diff(c.detail, got.Detail); d != "" {
				t.Error(d)
			}
			if got := explainerOf(en, a).shareStep("employer", l, c.amount, c.tr).Text; got != c.en {
				t.Errorf("en\n got %s\nwant %s", got, c.en)
			}
		})
	}
}

func TestShareCitesReliefs(t *testing.T) {
	e := explainerOf(zh, &answer{})
	tr := &assess.ShareTrace{Base: fen(9000), Rate: rate(t, "0.16"), Factors: []assess.Factor{{Row: "relief", Factor: *rate(t, "0.5")}}, Exact: "720.00", Rounding: toFen, Amount: *fen(720), Rows: []string{"rate", "relief"}}
	s := e.shareStep("employer", &assess.QuoteLine{}, fen(720), tr)
	if d := cmp.Diff([]int{1, 2}, s.Sources); d != "" {
		t.Error(d)
	}
	if e.out.Sources[1].ID != "relief" {
		t.Errorf("sources: %+v", e.out.Sources)
	}
}

func TestLineCitesTheRestOfItsBasis(t *testing.T) {
	l := assess.QuoteLine{Scheme: insurance.Pension, Month: month(t, "2019-07"), Base: fen(1), Employer: fen(1), Person: fen(1), LateFee: fen(1), Interest: fen(0), Basis: []string{"base: a", "daily: b"}}
	e := explainerOf(zh, &answer{Lines: []assess.QuoteLine{l}, trace: []assess.Trace{{Wage: fen(1), Rounded: fen(1), Rows: []string{"base"}}}})
	got := e.line(0)
	if d := cmp.Diff([]int{1}, got.Steps[0].Sources); d != "" {
		t.Errorf("base: %s", d)
	}
	if d := cmp.Diff([]int{2}, got.Steps[3].Sources); d != "" {
		t.Errorf("the rate of the late fee belongs to the late fee: %s", d)
	}
	zero := l
	zero.LateFee = fen(0)
	e = explainerOf(zh, &answer{Lines: []assess.QuoteLine{zero}})
	steps := e.line(0).Steps
	if d := cmp.Diff([]int{1, 2}, steps[len(steps)-1].Sources); d != "" {
		t.Errorf("without a late fee the rest stands at the end: %s", d)
	}
}

func TestLineTitle(t *testing.T) {
	l := &assess.QuoteLine{Scheme: insurance.Pension, Month: month(t, "2019-07"), Area: "110000", Cause: insurance.NotDeclared}
	if got := explainerOf(zh, &answer{}).lineTitle(l); got != "养老保险 2019-07（漏报）" {
		t.Errorf("one area: %s", got)
	}
	two := &answer{laws: []assess.BodyLaw{{Area: "110000"}, {Area: "310000"}}}
	if got := explainerOf(zh, two).lineTitle(l); got != "养老保险 2019-07 110000（漏报）" {
		t.Errorf("two areas: %s", got)
	}
}

func TestProvisionalAmount(t *testing.T) {
	e := explainerOf(zh, &answer{Lines: []assess.QuoteLine{{Scheme: insurance.Pension, Month: month(t, "2019-07"), Estimate: fen(2376)}}})
	steps := e.line(0).Steps
	last := steps[len(steps)-1]
	if last.Figure != "provisional" || last.Text != "未申报暂定额 = 2,376.00" || len(last.Detail) != 1 {
		t.Errorf("%+v", last)
	}
}
