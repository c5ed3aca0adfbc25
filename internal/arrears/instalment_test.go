package arrears_test

import (
	"errors"
	"testing"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// TestInstalments: 1000.00 in three is 333.34 + 333.33 + 333.33.
func TestInstalments(t *testing.T) {
	day := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	got, err := arrears.Instalments(1000_00, day("2026-01-31"), day("2026-04-15"), 3)
	want := []arrears.Instalment{{day("2026-02-28"), 333_34, 666_66}, {day("2026-03-31"), 333_33, 333_33}, {day("2026-04-15"), 333_33, 0}}
	if err != nil || len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%+v, %v", got, err)
	}
	for name, bad := range map[string]func() ([]arrears.Instalment, error){
		"none":              func() ([]arrears.Instalment, error) { return arrears.Instalments(100, 1, 100, 0) },
		"too many":          func() ([]arrears.Instalment, error) { return arrears.Instalments(100_00, 1, 3000, 61) },
		"less than a fen":   func() ([]arrears.Instalment, error) { return arrears.Instalments(2, 1, 1000, 3) },
		"outside the days":  func() ([]arrears.Instalment, error) { return arrears.Instalments(100_00, 1, 60, 4) },
		"ends before begun": func() ([]arrears.Instalment, error) { return arrears.Instalments(100_00, 10, 10, 1) },
	} {
		if _, err := bad(); !errors.As(err, new(*fault.Error)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
