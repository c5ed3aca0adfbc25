package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
)

func num(i int) *int     { return &i }
func truth(x bool) *bool { return &x }

func TestEffects(t *testing.T) {
	a := &answer{Effects: &assess.Effects{
		Months: []assess.MonthsEffect{{Scheme: insurance.Pension, Cumulative: assess.Change{Before: num(15), After: num(18)}, Continuous: assess.Change{Before: num(0), After: num(5)}, OnTime: assess.Change{Before: num(12), After: num(12)}}},
		Continuity: []assess.ContinuityEffect{
			{Purpose: "house", Variant: "new", Scheme: insurance.Pension, Known: true, Required: num(60), Before: num(58), After: num(61), MetBefore: truth(false), MetAfter: truth(true), Text: "连续 60 个月。", Basis: "row: 甲"},
			{Purpose: "school", Text: "没有规定。"},
			{Purpose: "retirement", Scheme: insurance.Pension, Known: true, Before: num(1), After: num(2), Text: "累计。"},
		},
		Medical: []assess.MedicalEffect{
			{From: month(t, "2019-10"), To: month(t, "2019-12"), Months: 3, Retroactive: "yes", WaitMonths: num(0), Text: "甲。"},
			{From: month(t, "2019-10"), To: month(t, "2019-10"), Months: 1, Retroactive: "no", WaitAtMost: num(6), Text: "乙。"},
			{From: month(t, "2019-10"), To: month(t, "2019-10"), Months: 1, Retroactive: "unknown"},
		},
		Account:    []assess.AccountEffect{{Scheme: insurance.Pension, Credit: fen(2160), Text: "记入。"}, {Scheme: insurance.Medical, Text: "问当地。"}},
		Benefits:   []assess.BenefitEffect{{Benefit: "unemployment", Required: 12, Before: num(15), After: num(18), MetBefore: truth(true), MetAfter: truth(true), MaxMonths: num(12), Text: "满一年。"}},
		Retirement: &assess.RetirementEffect{Month: month(t, "2048-05"), MinMonths: 240, Before: num(15), After: num(18), ShortBefore: num(225), ShortAfter: num(222)},
		Limitation: &assess.LimitationEffect{Last: month(t, "2019-12"), Text: "请复核。"},
	}}
	want := []EffectText{
		{Group: "months", Title: "养老保险：累计月数", Before: "15", After: "18"},
		{Group: "months", Title: "养老保险：到上月为止的连续月数", Before: "0", After: "5"},
		{Group: "months", Title: "养老保险：按时缴的月数", Before: "12", After: "12"},
		{Group: "continuity", Title: "购房资格（new）（养老保险）", Before: "58", After: "61", Need: "60", State: "gained", Word: "补缴后满足", Text: "连续 60 个月。", Sources: []int{1}},
		{Group: "continuity", Title: "子女入学", State: "unknown", Word: "没有找到规定，请询问", Text: "没有规定。"},
		{Group: "continuity", Title: "退休年限（养老保险）", Before: "1", After: "2", Text: "累计。"},
		{Group: "medical", Title: "医保中断 2019-10 至 2019-12（3 个月）", Text: "中断期间的待遇可以追溯。等待期 0 个月。甲。"},
		{Group: "medical", Title: "医保中断 2019-10（1 个月）", Text: "中断期间的待遇不追溯。等待期最多 6 个月。乙。"},
		{Group: "medical", Title: "医保中断 2019-10（1 个月）", Text: "能否追溯没有找到规定。等待期未知。"},
		{Group: "account", Title: "养老保险个人账户", After: "+ 2,160.00", Text: "记入。"},
		{Group: "account", Title: "医疗保险个人账户", After: "未知", Text: "问当地。"},
		{Group: "benefits", Title: "失业保险金", Before: "15", After: "18", Need: "12", State: "met", Word: "已满足", Text: "补缴后最长可领 12 个月。满一年。"},
		{Group: "retirement", Title: "法定退休月 2048-05", Before: "15", After: "18", Need: "240", State: "unmet", Word: "补缴后仍不满足", Text: "补缴前还差 225 个月，补缴后还差 222 个月。"},
		{Group: "limitation", Title: "最后欠缴月 2019-12", Text: "请复核。"},
	}
	e := explainerOf(zh, a)
	got := e.effects()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	groups := zh.effectGroups(a.Effects, got)
	var codes []string
	for _, g := range groups {
		codes = append(codes, g.Code)
		if g.Title == "" || g.Lead == "" {
			t.Errorf("%s has no title or lead", g.Code)
		}
		if counted := g.Code == "months" || g.Code == "continuity" || g.Code == "benefits" || g.Code == "retirement"; g.Counted != counted {
			t.Errorf("%s: counted = %v", g.Code, g.Counted)
		}
	}
	if d := cmp.Diff([]string{"months", "continuity", "medical", "account", "benefits", "retirement", "limitation"}, codes); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]monthsRow{{"养老保险", "15 → 18", "0 → 5", "12"}}, groups[0].Months); d != "" {
		t.Error(d)
	}
}

func TestEffectsWithoutHistory(t *testing.T) {
	x := &assess.Effects{
		Months:     []assess.MonthsEffect{{Scheme: insurance.Pension}, {Scheme: insurance.Medical}},
		Retirement: &assess.RetirementEffect{Month: month(t, "2048-05"), MinMonths: 240},
	}
	got := explainerOf(zh, &answer{Effects: x}).effects()
	want := []EffectText{
		{Group: "months", Title: "缴费月数", State: "unknown", Word: "没有给出缴费记录，无法比较"},
		{Group: "retirement", Title: "法定退休月 2048-05", Before: "未知", After: "未知", Need: "240", State: "unknown", Word: "无法判断"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if groups := zh.effectGroups(x, got); groups[0].Months != nil || groups[0].Counted {
		t.Errorf("a table of unknown counts: %+v", groups[0])
	}
	if got := explainerOf(zh, &answer{}).effects(); len(got) != 0 {
		t.Errorf("no effects: %v", got)
	}
}
