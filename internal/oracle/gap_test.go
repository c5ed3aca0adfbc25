package oracle

import (
	"fmt"
	"slices"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// gap makes a request to make up a run of months of several schemes.
func (s sampler) gap() assess.QuoteRequest {
	from := monthOf(2016+s.IntN(9), 1+s.IntN(12))
	wage := money.Fen(200_000 + s.IntN(4_000_000))
	schemes := []insurance.Scheme{insurance.Pension, insurance.Unemployment, insurance.Medical, insurance.Injury, insurance.Maternity, insurance.LargeMedical}
	s.Shuffle(len(schemes), func(i, j int) { schemes[i], schemes[j] = schemes[j], schemes[i] })
	return assess.QuoteRequest{
		AsOf: dateOf("2026-11-20"), Area: choice(s, areas), Payer: insurance.Employee,
		Person:   assess.Person{Birth: dateOf("1988-05-01"), Sex: insurance.Male, Populations: []string{choice(s, []string{"urban_hukou", "shenzhen_hukou"})}, Tier: "1"},
		Employer: &assess.Employer{InjuryClass: 1 + s.IntN(8), UnitType: insurance.LargeAndOther},
		Gaps: []assess.GapRequest{{
			Schemes: schemes[:1+s.IntN(len(schemes))], From: must(calendar.ParseMonth(from)), To: must(calendar.ParseMonth(addMonths(from, 1+s.IntN(18)))),
			Wage: assess.Wages{{Wage: wage}}, Cause: insurance.NotDeclared,
		}},
	}
}

func (d *duel) quote(q assess.QuoteRequest) *assess.Quote {
	d.t.Helper()
	a, err := assess.NewQuote(assess.NewLaws(d.lib.Book), q, func(_, key string, _ map[string]string) string { return key })
	if err != nil {
		d.t.Fatalf("%+v: %v", q, err)
	}
	return a
}

// principals are both shares of each scheme and month; the late fee is beside them.
func principals(a *assess.Quote) (out []string) {
	for _, l := range a.Lines {
		out = append(out, fmt.Sprintf("%s %s %s %s", l.Scheme, l.Month, text(l.Employer), text(l.Person)))
	}
	slices.Sort(out)
	return out
}

func TestSplittingAGapKeepsThePrincipal(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	for range 300 {
		whole := s.gap()
		one := whole.Gaps[0]
		cut := one.From + calendar.Month(s.IntN(int(one.To-one.From)))
		first, second := one, one
		first.To, second.From = cut, cut+1
		parts := whole
		parts.Gaps = []assess.GapRequest{first, second}
		a, b := d.quote(whole), d.quote(parts)
		if got, want := principals(b), principals(a); !slices.Equal(got, want) {
			t.Fatalf("%+v\nwhole %v\nsplit at %s %v", whole, want, cut, got)
		}
		if text(a.Totals.Employer) != text(b.Totals.Employer) || text(a.Totals.Person) != text(b.Totals.Person) {
			t.Fatalf("%+v: totals %v whole, %v split", whole, a.Totals, b.Totals)
		}
	}
}

// The person's total holds the person's shares and nothing else; the late fee
// enters the whole once.
func TestTotalOfThePersonHasNoFee(t *testing.T) {
	s, d := seeded(t), newDuel(t)
	charged := 0
	for range 300 {
		q := s.gap()
		q.Area = "110000"
		a := d.quote(q)
		var employer, person, fees, interest []*money.Fen
		for _, l := range a.Lines {
			employer, person = append(employer, l.Employer), append(person, l.Person)
			fees, interest = append(fees, l.LateFee), append(interest, l.Interest)
			if l.LateFee != nil && *l.LateFee > 0 {
				charged++
			}
		}
		got := [5]string{text(a.Totals.Employer), text(a.Totals.Person), text(a.Totals.LateFee), text(a.Totals.Interest), text(a.Totals.Total)}
		want := [5]string{total(employer...), total(person...), total(fees...), total(interest...), total(slices.Concat(employer, person, fees, interest)...)}
		if got != want {
			t.Fatalf("%+v: totals %v, the lines sum to %v", q, got, want)
		}
	}
	if charged == 0 {
		t.Error("no line of the sample carries a fee")
	}
}
