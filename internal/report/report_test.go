package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// twoGaps is a small answer: two causes, two verdicts.
func twoGaps(t testing.TB) *assess.History {
	return &assess.History{
		Person: "A",
		Gaps: []record.Gap{
			{Scheme: insurance.Pension, Area: "110000", From: month(t, "2019-10"), To: month(t, "2019-12"), Months: 3, Cause: insurance.NotDeclared},
			{Scheme: insurance.Medical, Area: "110000", From: month(t, "2019-12"), To: month(t, "2020-01"), Months: 2, Cause: insurance.DeclaredUnpaid},
		},
		Verdicts: []assess.Verdict{
			{Scheme: insurance.Pension, Area: "110000", From: month(t, "2019-10"), To: month(t, "2019-12"), Verdict: "allowed"},
			{Scheme: insurance.Medical, Area: "110000", From: month(t, "2019-12"), To: month(t, "2020-01"), Verdict: "refused"},
		},
	}
}

func TestVerdictsOf(t *testing.T) {
	if d := cmp.Diff([]string{"refused", "allowed"}, verdictsOf(twoGaps(t))); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{noGap}, verdictsOf(&assess.History{})); d != "" {
		t.Error(d)
	}
}

func TestGapMonthsCountsAMonthOnce(t *testing.T) {
	if got := gapMonths(twoGaps(t)); got != 4 {
		t.Errorf("gap months = %d, want 4: 2019-12 lacks two schemes and is one month", got)
	}
}

func TestMainCause(t *testing.T) {
	h := twoGaps(t)
	if got := mainCause(h); got != "not_declared" {
		t.Errorf("main cause = %s", got)
	}
	h.Gaps[1].Months = 9
	if got := mainCause(h); got != "declared_unpaid" {
		t.Errorf("main cause = %s, want the one of most months", got)
	}
	h.Gaps[1].Months = 3
	if got := mainCause(h); got != "not_declared" {
		t.Errorf("a draw: main cause = %s, want the first", got)
	}
	if got := mainCause(&assess.History{}); got != "" {
		t.Errorf("no gaps: main cause = %q", got)
	}
}

func TestTally(t *testing.T) {
	n := newTally()
	n.add(twoGaps(t))
	n.add(twoGaps(t))
	n.add(&assess.History{})
	if n.persons != 3 {
		t.Errorf("persons = %d", n.persons)
	}
	if d := cmp.Diff(map[string]int{"allowed": 2, "refused": 2, noGap: 1}, n.verdicts); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]int{"not_declared": 6, "declared_unpaid": 4}, n.causes); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"not_declared", "declared_unpaid"}, causeOrder(n.causes)); d != "" {
		t.Error(d)
	}
}

func TestVerdictFor(t *testing.T) {
	list := twoGaps(t).Verdicts
	for _, c := range []struct {
		name string
		line assess.QuoteLine
		want string
	}{
		{"first month", assess.QuoteLine{Scheme: insurance.Pension, Area: "110000", Month: month(t, "2019-10")}, "allowed"},
		{"last month", assess.QuoteLine{Scheme: insurance.Medical, Area: "110000", Month: month(t, "2020-01")}, "refused"},
		{"a month after", assess.QuoteLine{Scheme: insurance.Pension, Area: "110000", Month: month(t, "2020-01")}, ""},
		{"another area", assess.QuoteLine{Scheme: insurance.Pension, Area: "310000", Month: month(t, "2019-10")}, ""},
		{"another scheme", assess.QuoteLine{Scheme: insurance.Injury, Area: "110000", Month: month(t, "2019-10")}, ""},
	} {
		got := ""
		if v := verdictFor(list, &c.line); v != nil {
			got = v.Verdict
		}
		if got != c.want {
			t.Errorf("%s: verdict %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLineOf(t *testing.T) {
	for _, c := range []struct {
		path  string
		index int
		field string
		ok    bool
	}{
		{"/lines/3/late_fee", 3, "late_fee", true},
		{"/lines/0", 0, "", true},
		{"/lines/x/base", 0, "base", false},
		{"/lines/-1/base", -1, "base", false},
		{"/totals/total", 0, "", false},
	} {
		i, f, ok := lineOf(c.path)
		if ok != c.ok || (ok && (i != c.index || f != c.field)) {
			t.Errorf("lineOf(%s) = %d %q %v", c.path, i, f, ok)
		}
	}
}

func TestMissingOf(t *testing.T) {
	m := month(t, "2019-10")
	list := []assess.Missing{
		{Scheme: "pension", Month: m, Parameter: "rates", Area: "110000"},
		{Scheme: "pension", Month: m, Parameter: "workdays", Area: "000000"},
		{Scheme: "pension", Month: m, Parameter: "person.past_retirement", Area: "110000"},
		{Scheme: "pension", Month: m + 1, Parameter: "bases", Area: "110000"},
		{Scheme: "medical", Month: m, Parameter: "bases", Area: "110000"},
		{Scheme: "pension", Month: m, Parameter: "bases", Area: "310000"},
	}
	l := &assess.QuoteLine{Scheme: insurance.Pension, Month: m, Area: "110000"}
	var got []string
	for _, x := range missingOf(list, l) {
		got = append(got, x.Parameter)
	}
	if d := cmp.Diff([]string{"rates", "workdays"}, got); d != "" {
		t.Errorf("holes of the line's scheme, month and area, without facts of the verdict:\n%s", d)
	}
	l.Base, l.Employer, l.Person, l.LateFee, l.Interest = fen(1), fen(1), fen(1), fen(1), fen(0)
	if got := missingOf(list, l); got != nil {
		t.Errorf("a full line misses nothing, got %v", got)
	}
}
