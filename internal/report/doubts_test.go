package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

func TestMissingJoinsMonthsAndSchemes(t *testing.T) {
	var list []assess.Missing
	for m := month(t, "2003-06"); m <= month(t, "2003-08"); m++ {
		for _, s := range []string{"pension", "medical"} {
			list = append(list, assess.Missing{Scheme: s, Month: m, Parameter: "late_fee_rules.start", Area: "110000", Text: "公式未见。"})
		}
	}
	list = append(list,
		assess.Missing{Scheme: "injury", Month: month(t, "2019-07"), Parameter: "injury.class", Area: "110000", Ask: "--injury-class"},
		assess.Missing{Parameter: "populations", Area: "310000", Ask: "--population rural"})
	want := []string{
		"养老保险、医疗保险 2003-06 至 2003-08：缺少滞纳金起算日（地区 110000）。公式未见。请向当地经办机构或 12333 查询。",
		"工伤保险 2019-07：缺少工伤行业风险类别（地区 110000）。请提供：--injury-class",
		"310000：缺少人群（地区 310000）。请提供：--population rural",
	}
	if d := cmp.Diff(want, zh.missing(list)); d != "" {
		t.Error(d)
	}
	if got := zh.missing(nil); got == nil || len(got) != 0 {
		t.Errorf("nothing missing is an empty list, got %v", got)
	}
}

// doubtful is an answer with marks and other readings on several figures.
func doubtful(t *testing.T) *answer {
	a := &answer{
		Totals:   assess.QuoteTotals{Total: fen(500), Employer: fen(400)},
		Verdicts: []assess.Verdict{{Scheme: insurance.Pension, From: month(t, "2019-10"), To: month(t, "2019-11")}},
	}
	for i := range 2 {
		for _, s := range []insurance.Scheme{insurance.Pension, insurance.Medical} {
			a.Lines = append(a.Lines, assess.QuoteLine{Scheme: s, Month: month(t, "2019-10") + calendar.Month(i), LateFee: fen(7), Base: fen(9)})
		}
	}
	return a
}

func TestDoubts(t *testing.T) {
	a := doubtful(t)
	for _, p := range []string{"/lines/0/late_fee", "/lines/1/late_fee", "/lines/2/late_fee", "/lines/3/late_fee"} {
		a.Marks = append(a.Marks, assess.Mark{Path: p, Status: law.Disputed, Basis: "end_rule day_before_declare: R-LATEFEE-06 京社保发"})
	}
	a.Marks = append(a.Marks,
		assess.Mark{Path: "/verdicts/0/verdict", Status: law.Recalled, Basis: "cn/verdicts/x: 条例"},
		assess.Mark{Path: "/totals/interest", Status: law.Assumed, Basis: "known: 约定"},
		assess.Mark{Path: "/effects/medical/0", Status: law.Seed, Basis: "底稿"},
		assess.Mark{Path: "/lines/0/base", Status: law.Assumed, Basis: "cn/bases/x: published on a day not known; taken as known from its first day"},
		assess.Mark{Path: "/lines/0/late_fee", Status: law.Assumed, Basis: "counted from the day after the free period; no source says from when"},
		assess.Mark{Path: "/lines/0/late_fee", Status: law.Disputed, Basis: "deadline_roll: R-LATEFEE-06"},
		assess.Mark{Path: "/lines/99/base", Status: law.Seed, Basis: "elsewhere"},
		assess.Mark{Path: "/odd", Status: law.Seed, Basis: "elsewhere"},
	)
	e := explainerOf(zh, a)
	e.cards = map[string]rowCard{"known": {ID: "known", Basis: "约定"}}
	want := []DoubtText{
		{Status: law.Disputed, Word: "有争议", Figures: []string{"养老保险、医疗保险 2019-10 至 2019-11 滞纳金"}, Text: "滞纳金截止日，所取口径：算到申报前一天（R-LATEFEE-06 京社保发）"},
		{Status: law.Recalled, Word: "凭记忆，未见原文", Figures: []string{"养老保险 2019-10 至 2019-11 结论"}, Text: "条例"},
		{Status: law.Assumed, Word: "假定，无来源明文", Figures: []string{"利息"}, Text: "约定", Sources: []int{1}},
		{Status: law.Seed, Word: "仅见于项目底稿", Figures: []string{"医保待遇"}, Text: "底稿"},
		{Status: law.Assumed, Word: "假定，无来源明文", Figures: []string{"养老保险 2019-10 缴费基数"}, Text: "公布日期不详，按施行之日起已知处理。"},
		{Status: law.Assumed, Word: "假定，无来源明文", Figures: []string{"养老保险 2019-10 滞纳金"}, Text: "从免收期结束的次日起算；没有来源说明从何时起算。"},
		{Status: law.Disputed, Word: "有争议", Figures: []string{"养老保险 2019-10 滞纳金"}, Text: "截止日遇休息日：R-LATEFEE-06"},
		{Status: law.Seed, Word: "仅见于项目底稿", Figures: []string{"/lines/99/base", "/odd"}, Text: "elsewhere"},
	}
	if d := cmp.Diff(want, e.doubts()); d != "" {
		t.Error(d)
	}
}

func TestReadings(t *testing.T) {
	a := doubtful(t)
	a.Alternatives = []assess.Alternative{
		{Switch: "end_rule", Reading: "pay_date_inclusive", Path: "/lines/0/late_fee", Amount: fen(8)},
		{Switch: "end_rule", Reading: "pay_date_inclusive", Path: "/lines/1/late_fee", Amount: nil},
		{Switch: "cap_mode", Reading: "principal", Path: "/lines/0/late_fee", Amount: fen(6)},
		{Switch: "cn-110000/rounding/amount/0", Reading: "half_even", Path: "/lines/0/base", Amount: fen(10)},
		{Switch: "limitation", Reading: "LSR20_bar", Path: "/totals/total", Amount: fen(0)},
	}
	want := []ReadingText{
		{Switch: "滞纳金截止日", Reading: "算到缴费当天", Items: []OtherText{
			{Figure: "养老保险 2019-10 滞纳金", Taken: fen(7), Other: fen(8)}, {Figure: "医疗保险 2019-10 滞纳金", Taken: fen(7)}}},
		{Switch: "滞纳金上限", Reading: "不超过本金", Items: []OtherText{{Figure: "养老保险 2019-10 滞纳金", Taken: fen(7), Other: fen(6)}}},
		{Switch: "舍入方法（cn-110000/rounding/amount/0）", Reading: "四舍六入五成双", Items: []OtherText{{Figure: "养老保险 2019-10 缴费基数", Taken: fen(9), Other: fen(10)}}},
		{Switch: "两年期限是否阻止追缴", Reading: "受两年期限限制", Items: []OtherText{{Figure: "合计", Taken: fen(500), Other: fen(0)}}},
	}
	if d := cmp.Diff(want, explainerOf(zh, a).readings()); d != "" {
		t.Error(d)
	}
}

// TestNeeds: a share does not wait for rules of the late fee.
func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		figure, parameter string
		want              bool
	}{
		{"employer", "rates.employer", true},
		{"employer", "late_fee_rules.start", false},
		{"person", "workdays", false},
		{"base", "interest_rules", false},
		{"late_fee", "rates", true},
		{"late_fee", "rounding.late_fee", true},
		{"late_fee", "interest_rules", false},
		{"interest", "interest_rules", true},
		{"interest", "rates", false},
		{"total", "interest_rules", true},
	} {
		if got := needs(c.figure, c.parameter); got != c.want {
			t.Errorf("needs(%s, %s) = %v", c.figure, c.parameter, got)
		}
	}
}
