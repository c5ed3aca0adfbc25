package assess

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// dice make requests of all areas and kinds. The seed is printed and can be
// given again as BUJIAO_SEED.
type dice struct{ *rand.Rand }

func newDice(t testing.TB) dice {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("BUJIAO_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("BUJIAO_SEED=%d", seed)
	return dice{rand.New(rand.NewPCG(seed, 2))}
}

func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

func (d dice) day(from, to string) calendar.Date {
	a, b := mustDay(from), mustDay(to)
	return a + calendar.Date(d.IntN(int(b-a)+1))
}

func mustDay(s string) calendar.Date {
	day, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return day
}

func mustMonth(s string) calendar.Month {
	m, err := calendar.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// amount is a wage with fen, around the limits of any year.
func (d dice) amount() money.Fen { return money.Fen(d.IntN(6_000_000)) }

func (d dice) person() Person {
	return Person{
		Birth: one(d, 0, d.day("1950-01-01", "1999-12-31")), Sex: one(d, "", insurance.Male, insurance.Female), Category: one(d, "", "", "worker", "cadre"),
		HukouArea: one(d, "", "110105", "510100", "310000", "440305"), HukouKind: one(d, "", "urban", "rural"),
		Populations: one(d, nil, nil, nil, []string{"rural_migrant_worker"}, []string{"urban_hukou"}, []string{"local_urban_hukou", "rural_hukou"}, []string{"urban_hukou"}),
		Tier:        one(d, "", "", "", "1", "2"), Group: one(d, "", "学生儿童", "all"), Grade: one(d, "", "60", "100", "2000"),
	}
}

func (d dice) employer() *Employer {
	rate := money.Rate(d.IntN(int(maxInjury)))
	return one(d, nil, &Employer{InjuryClass: d.IntN(9)}, &Employer{InjuryRate: &rate, UnitType: one(d, insurance.MicroSmallMedium, insurance.LargeAndOther, insurance.Government)})
}

var residentSchemes = []insurance.Scheme{insurance.ResidentMedical, insurance.ResidentPension}

// quote is a request that passes the checks; its gaps lie before asOf.
func (d dice) quote() QuoteRequest {
	q := QuoteRequest{
		AsOf: d.day("2005-01-01", "2026-11-22"), Area: one(d, library.Areas()...), Payer: one(d, insurance.Employee, insurance.Employee, insurance.Employee, insurance.Flexible, insurance.Resident),
		Person: d.person(), Employer: d.employer(), Lang: one(d, "", "zh", "en"),
	}
	q.KnownAt = one(d, 0, q.AsOf, q.AsOf-calendar.Date(d.IntN(900)), q.AsOf+calendar.Date(d.IntN(900)))
	if q.Person.Birth > q.AsOf {
		q.Person.Birth = 0
	}
	if d.IntN(3) == 0 {
		q.Deadline = q.AsOf - calendar.Date(d.IntN(400))
	}
	if d.IntN(4) == 0 {
		from := q.AsOf - calendar.Date(d.IntN(700))
		q.Pauses = []Span{{from, from + calendar.Date(d.IntN(200))}}
	}
	last := q.AsOf.Month() - calendar.Month(d.IntN(120))
	for range 1 + d.IntN(3) {
		g := GapRequest{To: last, Cause: one(d, insurance.Causes...)}
		g.From = g.To - calendar.Month(d.IntN(20))
		if q.Payer == insurance.Resident {
			g.Schemes = []insurance.Scheme{one(d, residentSchemes...)}
		} else {
			g.Schemes = d.schemes()
		}
		if d.IntN(8) != 0 {
			mid := g.From + (g.To-g.From)/2
			g.Wage = one(d, Wages{{Wage: d.amount()}}, Wages{{From: g.From, To: mid, Wage: d.amount()}, {From: mid + 1, To: g.To + 1, Wage: d.amount()}})
		}
		q.Gaps = append(q.Gaps, g)
		last = g.From - 1 - calendar.Month(d.IntN(30))
	}
	if d.IntN(2) == 0 {
		q.History = d.rows(q.Area, q.Payer, q.AsOf.Month(), 1+d.IntN(8))
	}
	return q
}

func (d dice) schemes() []insurance.Scheme {
	list := []insurance.Scheme{insurance.Pension, insurance.Unemployment, insurance.Medical, insurance.Injury, insurance.Maternity, insurance.LargeMedical}
	d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:1+d.IntN(len(list))]
}

// rows is a history that ends around a month.
func (d dice) rows(area string, payer insurance.Payer, end calendar.Month, n int) []record.Row {
	out := make([]record.Row, n)
	for i := range out {
		r := record.Row{
			Kind: one(d, record.Kinds...), Person: "P", Area: one(d, area, area, one(d, library.Areas()...)), Payer: one(d, payer, payer, insurance.Employee, insurance.Flexible),
			Employer: one(d, "", "X", "Y"), To: end + 3 - calendar.Month(d.IntN(100)), KnownOn: one(d, 0, 0, end.First()-calendar.Date(d.IntN(900))),
			Population: one(d, "", "", "rural_migrant_worker", "urban_hukou|local_hukou"), Tier: one(d, "", "", "1"), UnitType: one(d, "", insurance.LargeAndOther), InjuryClass: d.IntN(9),
		}
		r.From = r.To - calendar.Month(d.IntN(24))
		if r.Payer != insurance.Resident {
			r.Scheme = one(d, 0, insurance.Pension, insurance.Unemployment, insurance.Medical)
		}
		if d.IntN(5) == 0 {
			r.Cause = one(d, insurance.Causes...)
		}
		for _, f := range []**money.Fen{&r.Wage, &r.Base} {
			if d.IntN(2) == 0 {
				v := d.amount()
				*f = &v
			}
		}
		if r.Kind == record.Paid {
			r.PaidOn = one(d, 0, r.To.First()+calendar.Date(d.IntN(400)))
			if d.IntN(2) == 0 {
				a, b := d.amount()/5, d.amount()/10
				r.EmployerPaid, r.PersonPaid = &a, &b
			}
		}
		if d.IntN(4) == 0 {
			r.Birth, r.Sex = d.day("1955-01-01", "1995-12-31"), one(d, insurance.Male, insurance.Female)
		}
		out[i] = r
	}
	return out
}

func (d dice) history() HistoryRequest {
	q := HistoryRequest{Person: "P", AsOf: d.day("2008-01-01", "2026-11-22"), Lang: one(d, "zh", "en")}
	q.KnownAt = one(d, 0, q.AsOf-calendar.Date(d.IntN(700)))
	q.Rows = d.rows(one(d, library.Areas()...), one(d, insurance.Employee, insurance.Flexible, insurance.Resident), q.AsOf.Month(), 1+d.IntN(12))
	return q
}

// plainQuote is a request whose figures do not depend on anything but the law:
// employees, no history, in an area with late fees.
func (d dice) plainQuote() QuoteRequest {
	for {
		q := d.quote()
		if q.Payer == insurance.Employee && q.Area != law.National {
			q.History, q.KnownAt = nil, mustDay("2026-11-22")
			q.Gaps = slices.DeleteFunc(q.Gaps, func(g GapRequest) bool {
				return g.Cause == insurance.UnderDeclared || g.Cause == insurance.RuleChanged
			})
			if len(q.Gaps) > 0 {
				return q
			}
		}
	}
}

// onePayment is one of many payments for one month.
func onePayment(i int) record.Row {
	paid := money.Fen(i)
	return record.Row{Kind: record.Paid, Area: "110000", Payer: insurance.Employee, Scheme: insurance.Pension, From: mustMonth("2020-01"), To: mustMonth("2020-01"),
		EmployerPaid: &paid, PaidOn: mustDay("2020-02-01") + calendar.Date(i%500), Employer: strconv.Itoa(i % 100)}
}
