package demo_test

import (
	"fmt"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/packs"
)

func TestProbe(t *testing.T) {
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	as, _ := calendar.ParseDate("2026-11-23")
	_ = lang.Text
	for _, area := range []string{"110000", "310000", "320100", "370200"} {
		for _, pop := range []string{"", "urban_hukou", "rural_migrant_worker"} {
		for _, kind := range []insurance.Payer{insurance.Employee, insurance.Flexible} {
			last := map[string]string{}
			for m := calendar.NewMonth(2003, 1); m <= calendar.NewMonth(2026, 11); m++ {
				laws := assess.NewLaws(lib.Book)
				_ = laws
				r, err := laws.Reader(area)
				if err != nil {
					t.Fatal(err)
				}
				_ = as
				w := money.Fen(900000)
				rate := money.Rate(2000000)
				q := assess.DueRequest{Area: area, Month: m, Wage: &w, Payer: law.Payer{Kind: kind, UnitType: "large_and_other"}, Injury: assess.Injury{Rate: &rate}}
				if pop != "" { q.Payer.Populations = []string{pop} }
				if kind == insurance.Flexible {
					q.Injury = assess.Injury{}
				}
				d, err := assess.NewDue(r, q)
				if err != nil {
					t.Fatal(err)
				}
				now := map[string]string{}
				for _, l := range d.Lines {
					s := "ok"
					if l.Employer == nil || l.Person == nil {
						s = "hole"
					}
					if s == "hole" {
						for _, x := range d.Missing {
							if x.Scheme == l.Scheme.String() {
								s += " " + x.Parameter + " " + x.Ask
							}
						}
					}
					now[l.Scheme.String()] = s
				}
				for k := range last {
					if _, ok := now[k]; !ok {
						now[k] = "-"
					}
				}
				for k, s := range now {
					if last[k] != s {
						fmt.Println(area, pop, kind, k, m, s)
						last[k] = s
					}
				}
			}
		}
		}
	}
}
