package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
)

func routeOf(t *testing.T) *assess.RouteAnswer {
	days, later := 20, 5
	return &assess.RouteAnswer{ID: "r", Text: "去税务", Basis: "route: 公告", Steps: []assess.StepAnswer{
		{Office: "社保中心", Action: "核查", Days: &days, DayKind: "working", Ends: day(t, "2024-04-15")},
		{Office: "税务", Action: "缴费", Days: &later, DayKind: "calendar"},
		{Office: "银行", Action: "入账"},
	}}
}

func TestRoute(t *testing.T) {
	got := zh.route(routeOf(t)).Steps
	want := []StepText{
		{Office: "社保中心", Action: "核查", Term: "20 个工作日", Ends: "最迟 2024-04-15"},
		{Office: "税务", Action: "缴费", Term: "5 天", Ends: "日期待定（该年放假安排未公布）"},
		{Office: "银行", Action: "入账"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPaper(t *testing.T) {
	law := "条例第31条"
	for _, c := range []struct {
		name string
		in   assess.PaperAnswer
		want PaperText
	}{
		{"required by law", assess.PaperAnswer{Text: "身份证", Copies: 1, Required: true, LegalBasis: &law}, PaperText{Text: "身份证", Detail: "1 份", Need: "法律要求：条例第31条", Required: true}},
		{"asked for by a counter", assess.PaperAnswer{Text: "凭证", Copies: 2, Seal: true, Seals: []string{"finance", "official", "employee_signature"}},
			PaperText{Text: "凭证", Detail: "2 份、加盖财务章、加盖公章、职工本人签字", Need: "法律没有要求，窗口可能会要"}},
	} {
		if d := cmp.Diff(c.want, zh.paper(&c.in)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// threeVerdicts are two of one outcome and way, and one that is refused.
func threeVerdicts(t *testing.T) []assess.Verdict {
	law := "条例第31条"
	from, to := month(t, "2019-10"), month(t, "2019-12")
	both := assess.Reason{Rule: "R-1", Text: "可以补", Basis: "both: 甲"}
	injury := assess.Reason{Rule: "R-2", Text: "工伤另有规定", Basis: "injury: 乙"}
	card := assess.PaperAnswer{Text: "身份证", Copies: 1, Required: true, LegalBasis: &law, ForMonths: "2019-10..2019-12"}
	form := assess.PaperAnswer{Text: "登记表", Copies: 1}
	return []assess.Verdict{
		{Scheme: insurance.Pension, From: from, To: to, Verdict: "conditional", Conditions: []string{"可以补"}, Reasons: []assess.Reason{both}, Route: routeOf(t), Papers: []assess.PaperAnswer{form, card}},
		{Scheme: insurance.Injury, From: from, To: to, Verdict: "conditional", Conditions: []string{"可以补"}, Reasons: []assess.Reason{both, injury}, Route: routeOf(t), Papers: []assess.PaperAnswer{card}},
		{Scheme: insurance.Medical, From: from, To: from, Verdict: "refused", Reasons: []assess.Reason{injury}},
	}
}

func TestVerdictsOfOneWayAreJoined(t *testing.T) {
	got := explainerOf(zh, &answer{Verdicts: threeVerdicts(t)}).verdicts()
	want := []VerdictText{
		{Of: []string{"养老保险、工伤保险 2019-10 至 2019-12"}, Verdict: "conditional", Word: "有条件可补", Conditions: []string{"可以补"},
			Reasons: []ReasonText{
				{Rule: "R-1", Text: "可以补", Condition: true, Sources: []int{2}},
				{Rule: "R-2", Text: "工伤另有规定", For: []string{"工伤保险 2019-10 至 2019-12"}, Sources: []int{3}},
			},
			Route: &RouteText{ID: "r", Text: "去税务", Steps: zh.route(routeOf(t)).Steps, Sources: []int{1}}},
		{Of: []string{"医疗保险 2019-10"}, Verdict: "refused", Word: "不能补", Conditions: []string{}, Reasons: []ReasonText{{Rule: "R-2", Text: "工伤另有规定", Sources: []int{3}}}},
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(ReasonText{})); d != "" {
		t.Error(d)
	}
}

func TestVerdictsOfTwoAreasStayApart(t *testing.T) {
	list := threeVerdicts(t)[:2]
	list[0].Area, list[1].Area = "110000", "310000"
	a := &answer{Verdicts: list, laws: []assess.BodyLaw{{Area: "110000"}, {Area: "310000"}}}
	got := explainerOf(zh, a).verdicts()
	if len(got) != 2 || got[0].Of[0] != "养老保险 2019-10 至 2019-12（110000）" || got[1].Of[0] != "工伤保险 2019-10 至 2019-12（310000）" {
		t.Errorf("%+v", got)
	}
}

func TestPapersOnceAndRequiredFirst(t *testing.T) {
	got := explainerOf(zh, &answer{Verdicts: threeVerdicts(t)}).papers()
	want := []PaperText{
		{Text: "身份证", Detail: "1 份", Need: "法律要求：条例第31条", Required: true, For: []string{"养老保险、工伤保险 2019-10 至 2019-12"}},
		{Text: "登记表", Detail: "1 份", Need: "法律没有要求，窗口可能会要", For: []string{"养老保险 2019-10 至 2019-12"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestStretches(t *testing.T) {
	got := zh.stretches([]stretch{{"养老", "2019"}, {"医疗", "2020"}, {"失业", "2019"}, {"养老", "2019"}})
	if d := cmp.Diff([]string{"养老、失业 2019", "医疗 2020"}, got); d != "" {
		t.Error(d)
	}
}

func TestSingleVerdict(t *testing.T) {
	v := threeVerdicts(t)[0]
	got := zh.verdict(&v)
	if got.Of[0] != "养老保险 2019-10 至 2019-12" || len(got.Papers) != 2 || !got.Reasons[0].Condition || got.Route == nil {
		t.Errorf("%+v", got)
	}
}
