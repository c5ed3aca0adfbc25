package calendar_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	. "bujiao/internal/calendar"
)

// TestEveryDay compares all days of three centuries with package time.
func TestEveryDay(t *testing.T) {
	day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	last := Date(0)
	for ; day.Year() < 2200; day = day.AddDate(0, 0, 1) {
		s := day.Format("2006-01-02")
		d, err := ParseDate(s)
		if err != nil || d.String() != s {
			t.Fatalf("%s parses as %s, %v", s, d, err)
		}
		if last != 0 && d != last+1 {
			t.Fatalf("%s does not follow the day before", s)
		}
		last = d
		want := (int(day.Weekday())+6)%7 + 1
		if d.Weekday() != want || d.Month().String() != s[:7] || d.Year() != day.Year() {
			t.Fatalf("%s: weekday %d, month %s, year %d", s, d.Weekday(), d.Month(), d.Year())
		}
	}
}

func TestRefused(t *testing.T) {
	for _, s := range []string{"", "2026-13-01", "2026-02-29", "2026-2-9", "1899-12-31", "2200-01-01", "2026/01/01", "2026-01-00", "20260101", "2026-01-0x"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q is taken for %s", s, d)
		}
	}
	for _, s := range []string{"", "2026-13", "2026-00", "2026-1", "202601", "2026-0１"} {
		if m, err := ParseMonth(s); err == nil {
			t.Errorf("%q is taken for %s", s, m)
		}
	}
	if _, err := ParseDate("2024-02-29"); err != nil {
		t.Errorf("the leap day is refused: %v", err)
	}
}

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Civil Code art. 202: the corresponding day, or the last day of the month.
func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{{"2026-03-15", 3, "2026-06-15"}, {"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-12-01", 1, "2027-01-01"}, {"2026-01-31", -2, "2025-11-30"}} {
		if got := date(t, c.from).AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestMonth(t *testing.T) {
	m, err := ParseMonth("2023-12")
	if err != nil {
		t.Fatal(err)
	}
	if m.Add(1).String() != "2024-01" || m.Add(-12).String() != "2022-12" || m.First().String() != "2023-12-01" || m.Last().String() != "2023-12-31" {
		t.Errorf("%s %s %s %s", m.Add(1), m.Add(-12), m.First(), m.Last())
	}
}

func TestWorkdays(t *testing.T) {
	w := NewWorkdays()
	// 2026-05: Labour Day 1st to 5th, Saturday the 9th worked (State Council notice for 2026).
	if err := w.AddYear(2026, []Date{date(t, "2026-05-01"), date(t, "2026-05-04"), date(t, "2026-05-05")}, []Date{date(t, "2026-05-09")}); err != nil {
		t.Fatal(err)
	}
	if got, err := w.AddWorkdays(date(t, "2026-04-27"), 5); err != nil || got.String() != "2026-05-07" {
		t.Errorf("GV-08: %s, %v", got, err)
	}
	raw, end, err := w.AddDays(date(t, "2026-04-21"), 10)
	if err != nil || raw.String() != "2026-05-01" || end.String() != "2026-05-06" {
		t.Errorf("ten days after 04-21: %s, %s, %v", raw, end, err)
	}
	var missing MissingYearError
	if _, err := w.AddWorkdays(date(t, "2026-12-30"), 5); !errors.As(err, &missing) || missing.Year != 2027 {
		t.Errorf("2027 is answered: %v", err)
	}
	if raw, _, err := w.AddDays(date(t, "2026-12-30"), 5); err == nil || raw.String() != "2027-01-04" {
		t.Errorf("raw end %s, %v", raw, err)
	}
	if w.AddYear(2025, []Date{date(t, "2025-01-04")}, nil) == nil {
		t.Error("a Saturday is taken for a weekday off")
	}
	if w.AddYear(2025, nil, []Date{date(t, "2025-01-06")}) == nil {
		t.Error("a Monday is taken for a worked weekend day")
	}
}

func TestEncodings(t *testing.T) {
	var doc struct {
		D Date  `json:"d" yaml:"d"`
		M Month `json:"m" yaml:"m"`
		N Date  `json:"n" yaml:"-"`
	}
	if err := yaml.Unmarshal([]byte("d: 2024-07-01\nm: \"2024-07\""), &doc); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(doc)
	if err != nil || string(b) != `{"d":"2024-07-01","m":"2024-07","n":null}` {
		t.Fatalf("%s, %v", b, err)
	}
	if err := json.Unmarshal(b, &doc); err != nil || doc.D.String() != "2024-07-01" || doc.N != 0 {
		t.Errorf("%+v, %v", doc, err)
	}
	for _, bad := range []string{`{"d":20240701}`, `{"d":"2024-7-1"}`, `{"m":"2024-13"}`, `{"m":{}}`} {
		if json.Unmarshal([]byte(bad), &doc) == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "1900-01-01", "", "2026-13-40"} {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		if m, err := ParseMonth(s); err == nil && m.String() != s {
			t.Errorf("month %q prints %q", s, m)
		}
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		if d.String() != s {
			t.Errorf("%q prints %q", s, d)
		}
		n %= 1200
		if k := d.AddMonths(n); k.Month() != d.Month().Add(n) {
			t.Errorf("%s + %d months leaves its month: %s", s, n, k)
		}
	})
}
