package planner_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
	"bujiao/internal/planner"
	"bujiao/internal/record"
	"bujiao/packs"
)

func library(t testing.TB) *law.Library {
	t.Helper()
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func month(t testing.TB, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ask(t testing.TB, lib *law.Library, request string) *planner.Answer {
	t.Helper()
	a, err := tryAsk(t, lib, request)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func tryAsk(t testing.TB, lib *law.Library, request string) (*planner.Answer, error) {
	t.Helper()
	var q planner.Request
	if err := json.Unmarshal([]byte(request), &q); err != nil {
		t.Fatal(err)
	}
	q.Lang = "en"
	return planner.New(lib.Book, q, lang.Text)
}

func option(t testing.TB, a *planner.Answer, kind string) planner.Option {
	t.Helper()
	i := slices.IndexFunc(a.Options, func(o planner.Option) bool { return o.Kind == kind })
	if i < 0 {
		t.Fatalf("no option %s in %+v", kind, a.Options)
	}
	return a.Options[i]
}

// least is the cheapest of what a test tried itself.
type least struct {
	person, total money.Fen
	found         bool
}

func (l *least) try(person, total *money.Fen) {
	if person == nil || total == nil {
		return
	}
	if !l.found || *person < l.person || (*person == l.person && *total < l.total) {
		*l = least{*person, *total, true}
	}
}

func (l least) is(t *testing.T, what string, a *planner.Answer) {
	t.Helper()
	if (a.Cheapest != nil) != l.found {
		t.Fatalf("%s: cheapest %v, by all subsets there is one: %v", what, a.Cheapest, l.found)
	}
	if !l.found {
		return
	}
	c := a.Options[*a.Cheapest].Cost
	if *c.Person != l.person || *c.Total != l.total {
		t.Fatalf("%s: %s %s/%s, by all subsets %s/%s", what, a.Options[*a.Cheapest].Kind, c.Person, c.Total, l.person, l.total)
	}
}

// TestRetirementAgainstAllSubsets: for gaps of random months and wages in
// Beijing, and some months to come, the cheapest way costs what the cheapest of
// all subsets of months costs, each subset priced and judged by the kernel.
func TestRetirementAgainstAllSubsets(t *testing.T) {
	lib := library(t)
	r := rand.New(rand.NewPCG(3, 5))
	asOf, target := day(t, "2023-11-20"), day(t, "2024-01-10")
	person := assess.Person{Birth: day(t, "1964-01-03"), Sex: insurance.Male, HukouArea: "110000", HukouKind: "urban"}
	employer := &assess.Employer{InjuryClass: 1, UnitType: insurance.LargeAndOther}
	for range 5 {
		var gaps []assess.GapRequest
		for len(gaps) < 5 {
			m := month(t, "2012-01").Add(r.IntN(130))
			if slices.ContainsFunc(gaps, func(g assess.GapRequest) bool { return g.From == m }) {
				continue
			}
			cause := []insurance.Cause{insurance.NotDeclared, insurance.DebitFailed, insurance.NeverRegistered}[r.IntN(3)]
			gaps = append(gaps, assess.GapRequest{Schemes: []insurance.Scheme{insurance.Pension}, From: m, To: m, Wage: assess.Wages{{Wage: money.Fen(300000 + r.IntN(900000))}}, Cause: cause})
		}
		wage := money.Fen(300000 + r.IntN(900000))
		have := 180 - 1 - r.IntN(7)
		a, err := planner.New(lib.Book, planner.Request{AsOf: asOf, Area: "110000", Payer: insurance.Employee, Person: person, Employer: employer, Gaps: gaps, Wage: &wage,
			Purpose: planner.Retirement, Target: target, Months: &have}, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		book, err := lib.Book("110000")
		if err != nil {
			t.Fatal(err)
		}
		reader := book.Read(asOf, false)
		payer, _ := assess.NewPayer(reader, insurance.Employee, person, employer)
		ahead := []calendar.Month{asOf.Month(), asOf.Month() + 1}
		var best least
		for set := range 1 << (len(gaps) + len(ahead)) {
			sum, n, lawful := assess.ZeroTotals(), have, true
			var chosen []assess.GapRequest
			for i := range gaps {
				if set&(1<<i) != 0 {
					chosen = append(chosen, gaps[i])
					n++
				}
			}
			if len(chosen) > 0 {
				q, err := assess.NewQuote(assess.NewLaws(lib.Book), assess.QuoteRequest{AsOf: asOf, Area: "110000", Payer: insurance.Employee, Person: person, Employer: employer, Gaps: chosen}, nil)
				if err != nil {
					t.Fatal(err)
				}
				sum = q.Totals
				lawful = !slices.ContainsFunc(q.Verdicts, func(v assess.Verdict) bool { return v.Verdict == "refused" || v.Verdict == "unknown" })
			}
			for i, m := range ahead {
				if set&(1<<(len(gaps)+i)) == 0 {
					continue
				}
				n++
				due, err := assess.NewDue(reader, assess.DueRequest{Area: "110000", Month: m, Wage: &wage, Payer: payer, Schemes: []insurance.Scheme{insurance.Pension}, Injury: assess.Injury{Class: 1}})
				if err != nil {
					t.Fatal(err)
				}
				zero := money.Fen(0)
				if sum, err = sum.Sum(assess.QuoteTotals{Employer: due.Totals.Employer, Person: due.Totals.Person, LateFee: &zero, Interest: &zero, Total: due.Totals.Total}); err != nil {
					t.Fatal(err)
				}
			}
			if lawful && n >= 180 {
				best.try(sum.Person, sum.Total)
			}
		}
		best.is(t, fmt.Sprintf("%d months there", have), a)
	}
}

// plate is a history in Beijing with all months paid but some.
func plate(t testing.TB, unpaid ...calendar.Month) []record.Row {
	t.Helper()
	wage := money.Fen(900000)
	from, to := month(t, "2018-01"), month(t, "2023-10")
	row := record.Row{Person: "p", Area: "110000", Employer: "e", Payer: insurance.Employee, From: from, To: to, Wage: &wage, InjuryClass: 1}
	work := row
	work.Kind = record.Employment
	out := []record.Row{work}
	for m := from; m <= to; m++ {
		if slices.Contains(unpaid, m) {
			continue
		}
		paid := row
		paid.Kind, paid.Wage, paid.Base, paid.From, paid.To, paid.Scheme, paid.PaidOn = record.Paid, nil, &wage, m, m, insurance.Pension, m.Last()+10
		out = append(out, paid)
	}
	return out
}

// TestPlateAgainstAllSubsets: 60 months in a row for a car plate (R-CONT-04):
// the counters of the record say which subsets reach it.
func TestPlateAgainstAllSubsets(t *testing.T) {
	lib := library(t)
	asOf, target := day(t, "2023-11-20"), day(t, "2023-12-05")
	person := assess.Person{Birth: day(t, "1990-01-03"), Sex: insurance.Male, HukouArea: "120000", HukouKind: "urban"}
	employer := &assess.Employer{InjuryClass: 1, UnitType: insurance.LargeAndOther}
	wage := money.Fen(900000)
	for _, unpaid := range [][]string{{"2020-03", "2020-04", "2021-07"}, {"2018-03", "2018-11", "2023-08"}, {"2018-12", "2019-01", "2022-02", "2023-01"}, nil} {
		var holes []calendar.Month
		for _, m := range unpaid {
			holes = append(holes, month(t, m))
		}
		q := planner.Request{AsOf: asOf, Area: "110000", Payer: insurance.Employee, Person: person, Employer: employer, History: plate(t, holes...), Wage: &wage, Purpose: "car_plate", Target: target}
		a, err := planner.New(lib.Book, q, lang.Text)
		if err != nil {
			t.Fatal(err)
		}
		h, err := assess.NewHistory(assess.NewLaws(lib.Book), assess.HistoryRequest{AsOf: asOf, Rows: q.History}, nil)
		if err != nil {
			t.Fatal(err)
		}
		book, _ := lib.Book("110000")
		reader := book.Read(asOf, false)
		payer, _ := assess.NewPayer(reader, insurance.Employee, person, employer)
		due, err := assess.NewDue(reader, assess.DueRequest{Area: "110000", Month: asOf.Month(), Wage: &wage, Payer: payer, Schemes: []insurance.Scheme{insurance.Pension}, Injury: assess.Injury{Class: 1}})
		if err != nil {
			t.Fatal(err)
		}
		var best least
		for set := range 2 << len(holes) {
			track, sum := (&record.Grid{Cells: h.Grid}).Months(insurance.Pension), assess.ZeroTotals()
			var chosen []assess.GapRequest
			for i, m := range holes {
				if set&(1<<i) != 0 {
					track.Pay(m)
					chosen = append(chosen, assess.GapRequest{Schemes: []insurance.Scheme{insurance.Pension}, From: m, To: m, Wage: assess.Wages{{Wage: wage}}, Cause: insurance.NeverRegistered})
				}
			}
			for i := range chosen { // the causes are those of the history
				for _, g := range h.Gaps {
					if g.Scheme == insurance.Pension && g.From <= chosen[i].From && chosen[i].From <= g.To {
						chosen[i].Cause = g.Cause
					}
				}
			}
			if len(chosen) > 0 {
				quote, err := assess.NewQuote(assess.NewLaws(lib.Book), assess.QuoteRequest{AsOf: asOf, Area: "110000", Payer: insurance.Employee, Person: person, Employer: employer, Gaps: chosen, History: q.History}, nil)
				if err != nil {
					t.Fatal(err)
				}
				sum = quote.Totals
			}
			if set&(1<<len(holes)) != 0 {
				track.PayInTime(asOf.Month())
				zero := money.Fen(0)
				if sum, err = sum.Sum(assess.QuoteTotals{Employer: due.Totals.Employer, Person: due.Totals.Person, LateFee: &zero, Interest: &zero, Total: due.Totals.Total}); err != nil {
					t.Fatal(err)
				}
			}
			if track.Continuous(target.Month()-1, 0, true) >= 60 {
				best.try(sum.Person, sum.Total)
			}
		}
		if !best.found {
			t.Fatalf("%v: nothing reaches 60 months: the case tries nothing", unpaid)
		}
		best.is(t, fmt.Sprint(unpaid), a)
	}
}

// TestResidentsAgainstAllSubsets: which years are repaid does not matter, how
// many does (R-MED-07); the cheapest is that of all subsets of years.
func TestResidentsAgainstAllSubsets(t *testing.T) {
	lib := library(t)
	missed := []int{2021, 2022, 2024, 2025}
	yes, no := true, false
	reached := 0
	for _, target := range []string{"2026-03-20", "2026-06-16", "2026-07-16", "2026-08-16", "2026-10-01"} {
		for _, central := range []*bool{&yes, &no} {
			w := plan.WaitRequest{Missed: missed, Enrolled: day(t, "2026-03-15"), Central: central, Group: "学生儿童"}
			a, err := planner.New(lib.Book, planner.Request{AsOf: w.Enrolled, Area: "110000", Payer: insurance.Resident, Purpose: planner.Cover, Target: day(t, target), Wait: &w}, lang.Text)
			if err != nil {
				t.Fatal(err)
			}
			book, _ := lib.Book("110000")
			var best least
			for set := range 1 << len(missed) {
				one := w
				for i, y := range missed {
					if set&(1<<i) != 0 {
						one.Repaid = append(one.Repaid, y)
					}
				}
				got, err := plan.Wait(book.Read(w.Enrolled, false), one)
				if err != nil {
					t.Fatal(err)
				}
				if got.BenefitsFrom == 0 || got.BenefitsFrom > day(t, target) {
					continue
				}
				cost := got.Repair[len(one.Repaid)].Cost
				if len(one.Repaid) == 0 {
					zero := money.Fen(0)
					cost = &zero
				}
				best.try(cost, cost)
			}
			if best.found {
				reached++
			}
			best.is(t, target, a)
		}
	}
	if reached < 3 {
		t.Errorf("only %d targets can be reached: little was tried", reached)
	}
}

const beijing = `"area": "110000", "payer": "employee", "person": {"birth": "1964-01-03", "sex": "M", "hukou_area": "110000", "hukou_kind": "urban"}, "employer": {"injury_class": 1, "unit_type": "large_and_other"}`

// TestRetirement: a man born in January 1964 retires at 60, in January 2024
// (R-RET-01), and needs 180 months (R-RET-03). With 178 and two months to come he
// has them by going on paying: in Beijing 9000 x 8 % = 720.00 a month of his own,
// 9000 x 16 % = 1440.00 of the employer's.
func TestRetirement(t *testing.T) {
	lib := library(t)
	gap := `"gaps": [{"schemes": ["pension"], "from": "2019-03", "to": "2019-03", "wage": "3000.00", "cause": "not_declared"}]`
	a := ask(t, lib, `{"as_of": "2023-11-20", `+beijing+`, "wage": "9000.00", "purpose": "retirement", "months": 178, `+gap+`}`)
	if a.Target.String() != "2024-01-01" || *a.Required != 180 || *a.Have != 178 {
		t.Errorf("target %s, required %d, have %d", a.Target, *a.Required, *a.Have)
	}
	on := option(t, a, "continue")
	if !on.Reaches || *on.Months != 180 || on.Cost.Person.String() != "1440.00" || on.Cost.Total.String() != "4320.00" || on.Cost.LateFee.String() != "0.00" {
		t.Errorf("go on: %+v %+v", on, on.Cost)
	}
	if up := option(t, a, "make_up"); up.Reaches || *up.Months != 179 || up.Cost != nil {
		t.Errorf("make up alone: %+v", up)
	}
	// March 2019 at the lower limit of its year costs the person 3387 x 8 % = 270.96, less than a month to come
	both := option(t, a, "both")
	if a.Cheapest == nil || a.Options[*a.Cheapest].Kind != "both" || both.Cost.Person.String() != "990.96" || both.Verdict != "allowed" || len(both.MakeUp) != 1 || len(both.Pay) != 1 {
		t.Errorf("both: %+v %+v", both, both.Cost)
	}
	if a.Rules[0].Rule != "R-RET-03" {
		t.Errorf("rules %+v", a.Rules)
	}

	// too few whatever is done: what the law offers then, and nothing is called cheapest
	a = ask(t, lib, `{"as_of": "2023-11-20", `+beijing+`, "wage": "9000.00", "purpose": "retirement", "months": 100, "first_insured": "2005-01", `+gap+`}`)
	if a.Cheapest != nil {
		t.Errorf("cheapest %d of %+v", *a.Cheapest, a.Options)
	}
	for kind, allowed := range map[string]bool{"extend": true, "to_resident": true, "top_up": true, "early": false} {
		if o := option(t, a, kind); o.Allowed != allowed || o.Reaches || o.Cost != nil || len(o.Reasons) == 0 {
			t.Errorf("%s: %+v", kind, o)
		}
	}
}

// TestMissing: a month whose limits are not known has no cost; the parameter is
// named, and the way is not called the cheapest.
func TestMissing(t *testing.T) {
	a := ask(t, library(t), `{"as_of": "2026-11-23", `+beijing+`, "wage": "9000.00", "purpose": "retirement", "target": "2028-10-15", "months": 178}`)
	on := option(t, a, "continue")
	if !on.Reaches || on.Cost == nil {
		t.Fatalf("%+v", on)
	}
	// two months that are known suffice: it takes those
	if on.Cost.Person == nil || on.Pay[0].From.String() != "2026-11" {
		t.Errorf("%+v %+v", on, on.Cost)
	}
	a = ask(t, library(t), `{"as_of": "2026-11-23", `+beijing+`, "wage": "9000.00", "purpose": "retirement", "target": "2028-10-15", "months": 160}`)
	on = option(t, a, "continue")
	if !on.Reaches || on.Cost == nil || on.Cost.Person != nil || on.Cost.Total != nil || len(a.Missing) == 0 || a.Cheapest != nil {
		t.Errorf("%+v %+v %+v", on, on.Cost, a.Missing)
	}
}

// TestHouse: made-up months are not recognised for a home (R-CONT-03), so
// nothing is gained by them and the rule is named; up to three unpaid months are
// passed over.
func TestHouse(t *testing.T) {
	lib := library(t)
	history, err := json.Marshal(plate(t, month(t, "2022-03"), month(t, "2022-04"), month(t, "2022-05"), month(t, "2022-06")))
	if err != nil {
		t.Fatal(err)
	}
	rest := beijing + `, "wage": "9000.00", "purpose": "house", "as_of": "2023-11-20", "history": ` + string(history)
	a := ask(t, lib, `{"target": "2023-12-05", `+rest+`}`)
	if *a.Required != 60 || a.Cheapest != nil {
		t.Errorf("required %d, cheapest %v", *a.Required, a.Cheapest)
	}
	up := option(t, a, "make_up")
	if up.Allowed || up.Reaches || !slices.ContainsFunc(up.Reasons, func(r assess.Reason) bool { return r.Rule == "R-CONT-03" }) {
		t.Errorf("%+v", up)
	}
	if len(a.Impossible) != 1 || a.Impossible[0].Reasons[0].Rule != "R-CONT-03" || a.Impossible[0].From.String() != "2022-03" || a.Impossible[0].To.String() != "2022-06" {
		t.Errorf("%+v", a.Impossible)
	}
	_, err = tryAsk(t, lib, strings.Replace(`{"target": "2026-01-05", `+rest+`}`, "2023-11-20", "2025-12-30", 1))
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != "planner.variant" || !strings.Contains(f.Args["list"], "inside_5th_ring") {
		t.Errorf("which of two rules: %v", err)
	}
}

// TestFlexible: one who pays alone may not add months afterwards
// (R-BACKPAY-06): the reasons are those of the packs.
func TestFlexible(t *testing.T) {
	a := ask(t, library(t), `{"as_of": "2023-11-20", "area": "110000", "payer": "flexible", "person": {"birth": "1964-01-03", "sex": "M", "hukou_area": "110000", "hukou_kind": "urban"}, "wage": "9000.00",
		"purpose": "retirement", "months": 178, "gaps": [{"schemes": ["pension"], "from": "2019-03", "to": "2019-04", "wage": "5000.00", "cause": "personal_reason"}]}`)
	if len(a.Impossible) == 0 || !slices.ContainsFunc(a.Impossible[0].Reasons, func(r assess.Reason) bool { return r.Rule == "R-BACKPAY-06" && r.Text != "" && r.Basis != "" }) {
		t.Errorf("%+v", a.Impossible)
	}
	if up := option(t, a, "make_up"); up.Allowed || up.Reaches {
		t.Errorf("%+v", up)
	}
	if a.Cheapest == nil || a.Options[*a.Cheapest].Kind != "continue" {
		t.Errorf("cheapest %v of %+v", a.Cheapest, a.Options)
	}
}

// TestWorkersCover: up to three months can be made up and are covered
// (R-MED-02); resuming alone makes no months of the past (R-RESTORE-03), and from
// when it covers no rule says.
func TestWorkersCover(t *testing.T) {
	a := ask(t, library(t), `{"as_of": "2023-11-20", `+beijing+`, "wage": "9000.00", "purpose": "cover", "target": "2023-11-25",
		"gaps": [{"schemes": ["medical"], "from": "2023-09", "to": "2023-10", "wage": "9000.00", "cause": "not_declared"}]}`)
	up := option(t, a, "make_up")
	if !up.Allowed || !up.Reaches || up.From.String() != "2023-11-20" || a.Cheapest == nil || a.Options[*a.Cheapest].Kind != "make_up" {
		t.Errorf("%+v, cheapest %v", up, a.Cheapest)
	}
	re := option(t, a, "restore")
	if re.Reaches || re.From != 0 || len(a.Missing) == 0 || a.Missing[0].Parameter != "medical_gaps.wait_months" {
		t.Errorf("%+v %+v", re, a.Missing)
	}
}

// TestNotDueYet: a month whose last day of payment has not passed is no gap; it
// can still be paid in time.
func TestNotDueYet(t *testing.T) {
	history, err := json.Marshal(plate(t, month(t, "2023-10")))
	if err != nil {
		t.Fatal(err)
	}
	a := ask(t, library(t), `{"as_of": "2023-11-20", "target": "2023-12-05", "wage": "9000.00", "purpose": "car_plate", `+beijing+`, "history": `+string(history)+`}`)
	on := option(t, a, "continue")
	if !on.Reaches || len(on.Pay) != 1 || on.Pay[0].From.String() != "2023-10" || on.Pay[0].To.String() != "2023-11" || on.Cost.LateFee.String() != "0.00" {
		t.Errorf("%+v %+v", on, on.Cost)
	}
}

func TestRefusals(t *testing.T) {
	lib := library(t)
	for _, tt := range []struct{ request, key string }{
		{`{"as_of": "2026-11-23", ` + beijing + `, "purpose": "yacht", "target": "2026-12-01"}`, "planner.purpose"},
		{`{"as_of": "2026-11-23", ` + beijing + `, "purpose": "house"}`, "assess.field_missing"},
		{`{"as_of": "2026-11-23", ` + beijing + `, "purpose": "house", "target": "2025-12-01"}`, "planner.target_past"},
		{`{"as_of": "2026-11-23", ` + beijing + `, "purpose": "house", "target": "2099-12-01"}`, "planner.target_far"},
		{`{"as_of": "2026-11-23", ` + beijing + `, "purpose": "house", "target": "2026-12-01", "months": 3}`, "planner.months_or_history"},
		{`{"as_of": "2026-11-23", "area": "110000", "payer": "employee", "person": {}, "purpose": "retirement"}`, "plan.born_needed"},
		{`{"as_of": "2026-11-23", "area": "110000", "payer": "resident", "person": {}, "purpose": "cover", "target": "2026-12-01"}`, "assess.field_missing"},
	} {
		_, err := tryAsk(t, lib, tt.request)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != tt.key {
			t.Errorf("%s: %v, want %s", tt.request, err, tt.key)
		}
	}
	a := ask(t, lib, `{"as_of": "2026-11-23", `+beijing+`, "purpose": "hukou", "target": "2026-12-01"}`)
	if len(a.Options) != 0 || len(a.Missing) != 1 || a.Missing[0].Parameter != "continuity" {
		t.Errorf("no rule is known, and yet %+v %+v", a.Options, a.Missing)
	}
}
