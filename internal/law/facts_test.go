package law

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/money"
)

// The packs are held against the parameter tables they were made from:
// testdata/README.md says how a row becomes a line.

func TestPacksHoldTheParameterTables(t *testing.T) {
	var lines []string
	everyLevel(t, func(area string, s *Set) { lines = append(lines, parameterLines(area, s)...) })
	compareLines(t, "testdata/parameters.tsv", lines)
}

func TestPacksHoldTheExamples(t *testing.T) {
	var lines []string
	everyLevel(t, func(area string, s *Set) {
		for _, x := range s.Examples {
			lines = append(lines, row(area, fmt.Sprint(int(x.Scheme)), x.Population, x.Period.String(), plain(x.Base), percent(x.Rate), plain(x.Amount),
				string(x.Status), strings.Join(x.Source, ",")))
		}
	})
	compareLines(t, "testdata/examples.tsv", lines)
}

// A comparison that finds nothing must be able to find something.
func TestComparisonNamesBothSides(t *testing.T) {
	lost, added := difference([]string{"a", "b", "b", "c"}, []string{"b", "c", "d"})
	if got, want := fmt.Sprint(lost, added), "[a b] [d]"; got != want {
		t.Errorf("difference = %s, want %s", got, want)
	}
}

func everyLevel(t *testing.T, f func(area string, s *Set)) {
	t.Helper()
	lib, err := Open(os.DirFS("../../packs"))
	if err != nil {
		t.Fatal(err)
	}
	areas := lib.Areas()
	if len(areas) != 13 {
		t.Fatalf("%d areas, the tables have 13", len(areas))
	}
	for _, area := range areas {
		lv, err := lib.level(area)
		if err != nil {
			t.Fatal(err)
		}
		f(area, lv.set)
	}
}

func compareLines(t *testing.T, file string, packs []string) {
	t.Helper()
	table := tableLines(t, file)
	lost, added := difference(table, packs)
	for _, l := range lost {
		t.Errorf("in the tables, not in the packs:\n%s", l)
	}
	for _, l := range added {
		t.Errorf("in the packs, not in the tables:\n%s", l)
	}
	if len(lost)+len(added) > 0 {
		t.Logf("%d lines of %s, %d of the packs", len(table), file, len(packs))
	}
}

// difference counts equal lines: a row given twice is not a row given once.
func difference(table, packs []string) (lost, added []string) {
	n := map[string]int{}
	for _, l := range table {
		n[l]++
	}
	for _, l := range packs {
		n[l]--
	}
	for _, l := range slices.Sorted(maps.Keys(n)) {
		for ; n[l] > 0; n[l]-- {
			lost = append(lost, l)
		}
		for ; n[l] < 0; n[l]++ {
			added = append(added, l)
		}
	}
	return lost, added
}

func tableLines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	in := bufio.NewScanner(f)
	for in.Scan() {
		out = append(out, in.Text())
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return out[1:]
}

// parameterLines writes the lines of one pack, list by list.
func parameterLines(area string, s *Set) (out []string) {
	add := func(h Head, schemes Schemes, who Who, alt *Alt, v *pairs) {
		if h.Origin != "" && h.Origin != "facts" {
			return
		}
		out = append(out, row(area, h.Kind, schemes.codes(), who.Population, who.Tier, calendar.Date(h.From).String(), calendar.Date(h.To).String(),
			v.String(), string(h.Status), string(h.Boundary), calendar.Date(h.Published).String(), alt.line(), strings.Join(h.Source, ",")))
	}
	for _, x := range s.Bases {
		add(x.Head, x.Schemes, x.Who, x.Alt, values().fen("floor", x.Floor).fen("ceiling", x.Ceiling).fen("reference", x.Reference))
	}
	for _, x := range s.Rates {
		add(x.Head, x.Schemes, x.Who, x.Alt, values().pct("employer_pct", x.Employer).pct("employee_pct", x.Person).
			text("includes", x.Includes.codes()).text("components", sorted(x.Components, "%s:%s")))
	}
	for _, x := range s.Injury {
		add(x.Head, nil, Who{}, nil, values().text("classes", sorted(x.Classes, "%d:%s")))
	}
	for _, x := range s.Fixed {
		add(x.Head, x.Schemes, Who{Population: string(x.Payers[0])}, nil, values().fen("amount", &x.Amount).text("unit", x.Unit))
	}
	for _, x := range s.Relief {
		add(x.Head, x.Schemes, Who{}, nil, values().text("unit_type", x.UnitType).text("factor", x.Factor.String()))
	}
	for _, x := range s.Flexible {
		add(x.Head, x.Schemes, x.Who, x.Alt, values().pct("rate_pct", x.Rate).fen("base_floor", x.BaseFloor).fen("base_ceiling", x.BaseCeiling).
			text("grades", plus(x.Grades, percent)).fen("monthly_amount", x.Amount))
	}
	for _, x := range s.ResidentMedical {
		add(x.Head, Schemes{390}, Who{}, nil, values().year("notice_year", x.NoticeYear).year("coverage_year", x.CoverageYear).text("group", x.Group).
			fen("personal", x.Personal).fen("subsidy", x.Subsidy).text("unit", x.Unit).pct("personal_rate_pct", x.PersonalRate).fen("rate_base", x.RateBase))
	}
	for _, x := range s.Enrolment {
		add(x.Head, Schemes{390}, Who{}, nil, values().year("coverage_year", x.CoverageYear))
	}
	for _, x := range s.ResidentPension {
		add(x.Head, Schemes{170}, Who{}, nil, values().text("grades", plus(x.Grades, func(g PensionGrade) string { return plain(g.MinFee) + ":" + plain(g.Subsidy) })))
	}
	for _, x := range s.Interest {
		add(x.Head, Schemes{x.Scheme}, Who{}, nil, values().year("year", x.Year).pct("rate_pct", &x.Rate))
	}
	for _, x := range s.Wages {
		add(x.Head, nil, Who{}, nil, values().year("stat_year", x.StatYear).text("caliber", x.Caliber).fen("monthly", x.Monthly).fen("annual", x.Annual))
	}
	for _, x := range s.MinimumWage {
		add(x.Head, nil, Who{}, nil, values().fen("monthly", &x.Monthly))
	}
	for _, x := range s.Rounding {
		readings := append([]money.Rounding{x.Rounding}, x.Other...)
		add(x.Head, nil, Who{}, nil, values().text("target", x.Target).text("rounding", strings.Join(each(readings, rounding), "|")))
	}
	return out
}

// line writes the other value of a row without its source and note.
func (a *Alt) line() string {
	if a == nil {
		return ""
	}
	return values().fen("floor", a.Floor).fen("ceiling", a.Ceiling).pct("employer_pct", a.Employer).pct("employee_pct", a.Person).
		pct("rate_pct", a.Rate).text("includes", a.Includes.codes()).text("from", a.From).text("period", a.Period).String()
}

// pairs are the key=value pairs of a line; an absent value leaves its key out.
type pairs []string

func values() *pairs { return new(pairs) }

func (p *pairs) String() string { return strings.Join(*p, ";") }

func (p *pairs) text(key, v string) *pairs {
	if v != "" {
		*p = append(*p, key+"="+v)
	}
	return p
}

func (p *pairs) fen(key string, v *money.Fen) *pairs {
	if v == nil {
		return p
	}
	return p.text(key, plain(*v))
}

func (p *pairs) pct(key string, v *money.Percent) *pairs {
	if v == nil {
		return p
	}
	return p.text(key, percent(*v))
}

func (p *pairs) year(key string, v int) *pairs {
	if v == 0 {
		return p
	}
	return p.text(key, fmt.Sprint(v))
}

func row(cells ...string) string { return strings.Join(cells, "\t") }

// plain writes yuan without trailing zeros.
func plain(f money.Fen) string {
	return strings.TrimSuffix(strings.TrimRight(f.String(), "0"), ".")
}

// percent writes the rate as packs write it: 0.098 is 9.8.
func percent(p money.Percent) string { return (p.Rate() * 100).String() }

func rounding(r money.Rounding) string {
	return r.Mode.String() + ":" + plus(r.Units, plain)
}

func sorted[K int | string](m map[K]money.Percent, format string) string {
	return plus(slices.Sorted(maps.Keys(m)), func(k K) string { return fmt.Sprintf(format, k, percent(m[k])) })
}

func plus[T any](list []T, f func(T) string) string { return strings.Join(each(list, f), "+") }

func each[T any](list []T, f func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}
