package report

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/money"
)

var (
	zh = speech{"zh", lang.Text}
	en = speech{"en", lang.Text}
)

func TestGroup(t *testing.T) {
	for in, want := range map[string]string{
		"0.00":         "0.00",
		"999.99":       "999.99",
		"1000.00":      "1,000.00",
		"1234567.89":   "1,234,567.89",
		"-1234567.891": "-1,234,567.891",
		"12":           "12",
		"123456":       "123,456",
		"":             "",
	} {
		if got := group(in); got != want {
			t.Errorf("group(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShift(t *testing.T) {
	for _, c := range []struct {
		in     string
		places int
		want   string
	}{
		{"0.16", 2, "16"},
		{"0.098", 2, "9.8"},
		{"0.0005", 2, "0.05"},
		{"0.0005", 4, "5"},
		{"0.002", 4, "20"},
		{"1", 2, "100"},
		{"0", 2, "0"},
		{"0.00025", 4, "2.5"},
		{"-0.05", 2, "-5"},
	} {
		if got := shift(c.in, c.places); got != c.want {
			t.Errorf("shift(%q, %d) = %q, want %q", c.in, c.places, got, c.want)
		}
	}
}

func TestPercent(t *testing.T) {
	rate, err := money.ParseRate("0.019")
	if err != nil {
		t.Fatal(err)
	}
	if got := percent(rate); got != "1.9 %" {
		t.Errorf("percent = %q", got)
	}
}

func TestRuns(t *testing.T) {
	m := func(s string) calendar.Month { return month(t, s) }
	for _, c := range []struct {
		name   string
		months []calendar.Month
		want   string
	}{
		{"none", nil, ""},
		{"one", []calendar.Month{m("2019-07")}, "2019-07"},
		{"a run over the year's end", []calendar.Month{m("2020-01"), m("2019-12"), m("2019-11")}, "2019-11 至 2020-01"},
		{"two runs and a repeat", []calendar.Month{m("2019-07"), m("2019-07"), m("2019-08"), m("2021-01")}, "2019-07 至 2019-08、2021-01"},
	} {
		if got := zh.runs(c.months); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDays(t *testing.T) {
	a, b := day(t, "2019-09-01"), day(t, "2019-10-09")
	if got := en.days(a, b); got != "2019-09-01 to 2019-10-09" {
		t.Errorf("two days: %q", got)
	}
	if got := en.days(a, a); got != "2019-09-01" {
		t.Errorf("one day: %q", got)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		family, code, want string
	}{
		{"cause", "not_declared", "漏报"},
		{"scheme", "pension", "养老保险"}, // of the command line's part of the catalogue
		{"cause", "no_such_cause", "no_such_cause"},
		{"cause", "", ""},
	} {
		if got := zh.name(c.family, c.code); got != c.want {
			t.Errorf("name(%s, %s) = %q, want %q", c.family, c.code, got, c.want)
		}
	}
	for code, want := range map[string]string{
		"bases.floor":            "缴费基数下限",
		"interest/2025":          "个人账户记账利率 2025",
		"person.past_retirement": "是否已过法定退休年龄",
		"something.else":         "something.else",
	} {
		if got := zh.parameter(code); got != want {
			t.Errorf("parameter(%s) = %q, want %q", code, got, want)
		}
	}
}

func TestWithoutWords(t *testing.T) {
	s := speech{lang: "zh"}
	if got := s.say("report.colon", nil); got != "report.colon" {
		t.Errorf("say = %q, want the key", got)
	}
	if got := s.name("cause", "policy"); got != "policy" {
		t.Errorf("name = %q, want the code", got)
	}
}

func TestAmountAndCount(t *testing.T) {
	three := 3
	got := []string{zh.amount(fen(1234567)), zh.amount(nil), en.amount(nil), zh.count(&three), zh.count(nil)}
	want := []string{"1,234,567.00", "未知", "not known", "3", "未知"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestSentences(t *testing.T) {
	if got := zh.sentences("一。", "", "二。"); got != "一。二。" {
		t.Errorf("zh: %q", got)
	}
	if got := en.sentences("", "One.", "Two."); got != "One. Two." {
		t.Errorf("en: %q", got)
	}
}

func TestLineTotal(t *testing.T) {
	full := assess.QuoteLine{Employer: fen(10), Person: fen(5), LateFee: fen(1), Interest: fen(0)}
	if got := lineTotal(&full); got == nil || *got != 1600 {
		t.Errorf("total = %v, want 16.00", got)
	}
	for name, spoil := range map[string]func(*assess.QuoteLine){
		"employer": func(l *assess.QuoteLine) { l.Employer = nil },
		"person":   func(l *assess.QuoteLine) { l.Person = nil },
		"late fee": func(l *assess.QuoteLine) { l.LateFee = nil },
		"interest": func(l *assess.QuoteLine) { l.Interest = nil },
		"overflow": func(l *assess.QuoteLine) { v := money.Fen(math.MaxInt64); l.LateFee = &v },
	} {
		l := full
		spoil(&l)
		if got := lineTotal(&l); got != nil {
			t.Errorf("%s: total = %v, want none", name, got)
		}
	}
}

func TestSumLines(t *testing.T) {
	a := &assess.QuoteLine{Employer: fen(10), Person: fen(5), LateFee: fen(1), Interest: fen(0)}
	b := &assess.QuoteLine{Employer: fen(20), Person: fen(6), Interest: fen(0)}
	got, err := sumLines([]*assess.QuoteLine{a, b})
	if err != nil {
		t.Fatal(err)
	}
	want := assess.QuoteTotals{Employer: fen(30), Person: fen(11), Interest: fen(0)}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("a null must make its sums null, and only these:\n%s", d)
	}
	huge := money.Fen(math.MaxInt64)
	c := &assess.QuoteLine{Scheme: insurance.Pension, Employer: &huge}
	if _, err := sumLines([]*assess.QuoteLine{c, a}); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("overflow: %v", err)
	}
}
