package assess

import (
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/record"
)

func TestHukouIsReadByLevels(t *testing.T) {
	for _, tt := range []struct{ registration, area, want string }{
		{"", "110000", ""},
		{"110105", "110000", "local"},
		{"130100", "110000", "nonlocal"},
		{"320105", "320100", "local"},
		{"320205", "320100", "nonlocal"},
		{"500101", "500000", "local"},
		{"510100", "500000", "nonlocal"}, // shares the first digit with Chongqing, no level
		{"321102", "321000", "nonlocal"}, // Zhenjiang and Yangzhou
		{"650102", "000000", "local"},
	} {
		if got := hukou(tt.registration, tt.area); got != tt.want {
			t.Errorf("registered in %q, pooling area %q: %q, want %q", tt.registration, tt.area, got, tt.want)
		}
	}
}

// The latest word on a person counts, in whatever order the rows come.
func TestPersonOfAHistory(t *testing.T) {
	rows := []record.Row{
		{Birth: mustDay("1980-01-02"), Sex: insurance.Male, KnownOn: mustDay("2020-01-01")},
		{Birth: mustDay("1981-01-02"), Sex: insurance.Female, Category: "cadre", KnownOn: mustDay("2021-01-01")},
		{Birth: mustDay("1981-01-03"), KnownOn: mustDay("2021-01-01")}, // contradicts on the same day: the order of content decides
		{Sex: insurance.Male, Category: "worker", KnownOn: mustDay("2030-01-01")},
		{Birth: mustDay("2024-01-01"), KnownOn: mustDay("2022-01-01")}, // after the day of the question
	}
	asOf := mustDay("2023-01-01")
	want := Person{Birth: mustDay("1981-01-03"), Sex: insurance.Female, Category: "cadre"}
	for i := range rows {
		turned := append(append([]record.Row(nil), rows[i:]...), rows[:i]...)
		if got := personOf(turned, asOf, asOf); got.Birth != want.Birth || got.Sex != want.Sex || got.Category != want.Category {
			t.Errorf("turned by %d: %+v", i, got)
		}
	}
	if got := personOf(rows, asOf, mustDay("2020-06-01")); got.Birth != mustDay("1980-01-02") || got.Sex != insurance.Male {
		t.Errorf("as known in 2020: %+v", got)
	}
}

// GV-09..GV-11, and births on both sides of each step.
func TestRetirementMonth(t *testing.T) {
	d, err := (&office{laws: NewLaws(library.Book), desks: map[string]*desk{}, words: lang.Text}).desk("110000")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		born     string
		sex      insurance.Sex
		category string
		want     string // empty: not known
	}{
		{"1964-12-31", insurance.Male, "", "2024-12"},
		{"1965-01-01", insurance.Male, "", "2025-02"},
		{"1965-04-30", insurance.Male, "", "2025-05"},
		{"1965-05-01", insurance.Male, "", "2025-07"},
		{"1967-05-15", insurance.Male, "worker", "2028-01"}, // a man has no category
		{"1976-09-01", insurance.Male, "", "2039-09"},
		{"1990-09-01", insurance.Male, "", "2053-09"},
		{"1974-10-01", insurance.Female, "cadre", "2031-01"},
		{"1981-09-01", insurance.Female, "cadre", "2039-09"},
		{"1974-12-01", insurance.Female, "worker", "2024-12"},
		{"1975-03-01", insurance.Female, "worker", "2025-05"},
		{"1984-11-01", insurance.Female, "worker", "2039-11"},
		{"1984-11-01", insurance.Female, "", ""},
		{"1984-11-01", "", "worker", ""},
	} {
		m := d.retirementMonth(Person{Birth: mustDay(tt.born), Sex: tt.sex, Category: tt.category})
		if m.String() != tt.want {
			t.Errorf("born %s %s %s: %q, want %q", tt.born, tt.sex, tt.category, m, tt.want)
		}
	}
	if m := d.retirementMonth(Person{Sex: insurance.Male}); m != 0 {
		t.Errorf("no birth: %s", m)
	}
}
