package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

func TestMonthPicture(t *testing.T) {
	h, _ := assessed(t, "王小明", "zh", gapRows(t))
	page, _ := reportPage(t, "zh")
	person := page.byID(t, "p1")
	titles := 0
	uses := map[string]int{}
	for _, svg := range person.all("svg.year") {
		if svg.attr["role"] != "img" || svg.attr["aria-label"] == "" {
			t.Errorf("a picture without words: %v", svg.attr)
		}
		titles += len(svg.all("title"))
		for _, u := range svg.all("use") {
			uses[strings.TrimPrefix(u.attr["href"], "#s-")]++
		}
	}
	want := map[string]int{}
	for _, c := range h.Grid {
		want[string(c.Category)]++
	}
	if titles != len(h.Grid) {
		t.Errorf("%d cells are titled, want %d", titles, len(h.Grid))
	}
	if d := cmp.Diff(want, uses); d != "" {
		t.Error(d)
	}
	if got := len(person.all("svg.year")); got != 2 {
		t.Errorf("%d years", got)
	}
}

func TestEverySignIsDrawnAndExplained(t *testing.T) {
	page, _ := reportPage(t, "zh")
	for _, c := range []record.Category{record.Normal, record.Backpay, record.Arrears, record.Deferred, record.Exempt, record.NotDue} {
		sign := page.byID(t, "s-"+string(c))
		shapes := len(sign.all("circle")) + len(sign.all("path"))
		if c != record.NotDue && shapes == 0 {
			t.Errorf("%s is a colour only", c)
		}
		if c == record.NotDue && sign.one(t, "rect").attr["stroke-dasharray"] == "" {
			t.Errorf("%s looks like an empty cell of another kind", c)
		}
	}
	signs := map[string]bool{}
	for _, li := range page.byID(t, "p1").one(t, "ul.legend").all("li") {
		signs[li.one(t, "use").attr["href"]] = li.words() != ""
	}
	for _, c := range []string{"#s-normal", "#s-backpay", "#s-arrears"} {
		if !signs[c] {
			t.Errorf("the legend lacks %s", c)
		}
	}
}

func TestPersonSections(t *testing.T) {
	page, _ := reportPage(t, "zh")
	person := page.byID(t, "p1")
	var heads []string
	for _, h := range person.all("h3") {
		heads = append(heads, strings.TrimLeft(h.words(), "!?⇄ "))
	}
	for _, want := range []string{"逐月缴费情况", "缺口", "能不能补，怎么补", "晚付要多付多少", "补缴后会改变什么", "哪些数还不确定", "另一种口径下的金额", "每笔金额怎么来的"} {
		if !slices.Contains(heads, want) {
			t.Errorf("no section %s in %v", want, heads)
		}
	}
	if got := len(person.all("svg.curve")); got != 1 {
		t.Errorf("%d curves", got)
	}
	if len(person.one(t, "ul.check").all("li")) == 0 || len(person.all("ol.steps")) == 0 {
		t.Error("no papers or no steps")
	}
	if got := person.one(t, "dl.totals").words(); !strings.Contains(got, "滞纳金（单位承担）") {
		t.Errorf("totals: %s", got)
	}
	text := person.words()
	for _, want := range []string{"9,000.00 × 16 % = 1,440.00", "日万分之五", "补缴前", "法律要求", "法律没有要求，窗口可能会要"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not said", want)
		}
	}
	if none := page.byID(t, "p2"); none.one(t, "p.none").words() != "没有发现缺口，不用补缴。" || len(none.all("details.lines")) != 0 {
		t.Error("a person without gaps has lines")
	}
}

// TestWithoutReceiptNothingIsExplained: amounts are shown, with the remark.
func TestWithoutReceiptNothingIsExplained(t *testing.T) {
	page, _ := reportPage(t, "zh")
	person := page.byID(t, "p3")
	if len(person.all("div.why")) != 0 || !strings.Contains(person.words(), "没有凭据，不作逐笔说明") {
		t.Error("amounts are explained without a receipt")
	}
	if len(page.byID(t, "p1").all("div.why")) == 0 {
		t.Error("amounts with a receipt are not explained")
	}
}

func TestUnknownTotalsNameWhatIsMissing(t *testing.T) {
	page, _ := reportPage(t, "zh")
	top := page.byID(t, "totals").parent
	if n := len(top.all("span.null")); n != 2 {
		t.Errorf("%d sums are not known, want 2", n)
	}
	person := page.byID(t, "p3").one(t, "dl.totals")
	if got := person.words(); !strings.Contains(got, "未知等待：滞纳金起算日") && !strings.Contains(got, "未知 等待：") {
		t.Errorf("why is it not known: %s", got)
	}
	if got := page.byID(t, "missing").parent.words(); !strings.Contains(got, "养老保险 2003-06：缺少滞纳金起算日") {
		t.Errorf("what is missing: %s", got)
	}
	rejected := page.byID(t, "rejected").parent
	if got := len(rejected.one(t, "tbody").all("tr")); got != 2 || !strings.Contains(rejected.words(), "未列出的还有： 3") {
		t.Errorf("%d rows: %s", got, rejected.words())
	}
}

func TestExplainPage(t *testing.T) {
	page := parsePage(t, explained(t, quoted(t, requestIn("zh")), "en", "html"))
	if got := page.one(t, "h1").words(); got != "Back payment of social insurance explained: Beijing 110000, as of 2019-10-10" {
		t.Errorf("title: %s", got)
	}
	if len(page.all("table.persons")) != 0 || len(page.all("input")) != 0 || len(page.all("svg.year")) != 0 {
		t.Error("a quote has no list of persons, no filters and no months")
	}
	gaps := page.byID(t, "p1-gaps").parent.one(t, "tbody").all("tr")
	if len(gaps) != 3 { // pension, medical and the large-medical amount it brings along
		t.Errorf("%d gaps", len(gaps))
	}
	if len(page.all("div.why")) != 3 {
		t.Errorf("%d lines are explained", len(page.all("div.why")))
	}
}

func TestKnownAtIsShownWhereItDiffers(t *testing.T) {
	body := quoted(t, strings.Replace(requestIn("zh"), `"area"`, `"known_at":"2019-10-01","area"`, 1))
	if got := parsePage(t, explained(t, body, "zh", "html")).one(t, "dl.days").words(); !strings.Contains(got, "按当时已知2019-10-01") {
		t.Errorf("days: %s", got)
	}
	if got := string(explained(t, body, "zh", "text")); !strings.Contains(got, "按 2019-10-01 当时已知的事实和规定计算") {
		t.Error("the text does not say as known on which day")
	}
}

func TestGapsOfAQuoteAreRunsOfItsLines(t *testing.T) {
	line := func(s insurance.Scheme, m string, c insurance.Cause) assess.QuoteLine {
		return assess.QuoteLine{Scheme: s, Month: month(t, m), Cause: c}
	}
	a := &answer{kind: "quote", Lines: []assess.QuoteLine{
		line(insurance.Pension, "2019-07", insurance.NotDeclared), line(insurance.Pension, "2019-08", insurance.NotDeclared),
		line(insurance.Pension, "2019-10", insurance.NotDeclared), line(insurance.Pension, "2019-11", insurance.DebitFailed), line(insurance.Medical, "2019-12", insurance.DebitFailed)}}
	var got []int
	for _, g := range gapsOf(a) {
		got = append(got, g.Months)
	}
	if d := cmp.Diff([]int{2, 1, 1, 1}, got); d != "" {
		t.Error(d)
	}
}
