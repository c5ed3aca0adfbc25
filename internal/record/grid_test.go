package record

import (
	"errors"
	"fmt"
	"testing"

	"bujiao/internal/insurance"
	"bujiao/internal/money"

	"github.com/google/go-cmp/cmp"
)

// Wage 5000: pension 800.00 of the employer and 400.00 of the person.
func TestCategoryAndCause(t *testing.T) {
	for _, tt := range []struct {
		name, facts, want string
		asOf              string // 2020-12-31 if empty
		prices            prices
	}{
		// --- why a month is not paid
		{name: "no month of the employment was ever declared", facts: `
			employment 2020-01..2020-02 wage=5000`,
			want: `2020-01 arrears never_registered
			2020-02 arrears never_registered`},
		{name: "one month was declared, the next was not", facts: `
			employment 2020-01..2020-02 wage=5000
			declared   2020-01 base=5000
			paid       2020-01 employer_paid=800 person_paid=400 paid_on=2020-02-10`,
			want: `2020-01 normal
			2020-02 arrears not_declared`},
		{name: "an employment in two rows is one employment", facts: `
			employment 2019-12 wage=4000 employer=X
			employment 2020-01 wage=5000 employer=X
			declared   2019-12 base=4000 employer=X
			paid       2019-12 base=4000 employer=X paid_on=2020-01-10`,
			want: `2019-12 normal
			2020-01 arrears not_declared`},
		{name: "what another employer declared is another employment", facts: `
			employment 2019-12 wage=4000 employer=X
			employment 2020-01 wage=5000 employer=Y
			declared   2019-12 base=4000 employer=X
			paid       2019-12 base=4000 employer=X paid_on=2020-01-10`,
			want: `2019-12 normal
			2020-01 arrears never_registered`},
		{name: "after a break the same employer is another employment", facts: `
			employment 2019-11 wage=5000 employer=X
			employment 2020-01 wage=5000 employer=X
			paid       2019-11 employer=X`,
			want: `2019-11 normal
			2020-01 arrears never_registered`},
		{name: "declared without paid", facts: `
			employment 2020-01 wage=5000
			declared   2020-01 base=5000`,
			want: `2020-01 arrears declared_unpaid`},
		{name: "declared too low and not paid is declared, not paid", facts: `
			employment 2020-01 wage=5000
			declared   2020-01 base=3000`,
			want: `2020-01 arrears declared_unpaid`},
		{name: "declared and paid on too low a base", facts: `
			employment 2020-01 wage=5000
			declared   2020-01 base=3000
			paid       2020-01 employer_paid=480 person_paid=240 paid_on=2020-02-10`,
			want: `2020-01 arrears under_declared paid=480.00+240.00 of 800.00+400.00`},
		{name: "a payment that names only its base, too low", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=3000 paid_on=2020-02-10`,
			want: `2020-01 arrears under_declared paid=480.00+240.00 of 800.00+400.00`},
		{name: "a wage below the floor is owed on the floor", facts: `
			employment 2020-01 wage=800
			paid       2020-01 base=800 paid_on=2020-02-10`,
			want: `2020-01 arrears under_declared paid=128.00+64.00 of 160.00+80.00`},
		{name: "a wage above the ceiling is owed on the ceiling", facts: `
			employment 2020-01 wage=20000
			paid       2020-01 base=9000 paid_on=2020-02-10`,
			want: `2020-01 normal`},
		{name: "the limits were raised after the payment", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=3000 paid_on=2020-02-10`,
			prices: prices{raisedAfter: on("2020-06-30")},
			want:   `2020-01 arrears rule_changed paid=480.00+240.00 of 800.00+400.00`},
		{name: "part of the money of a right base", facts: `
			employment 2020-01 wage=5000
			declared   2020-01 base=5000
			paid       2020-01 employer_paid=800 person_paid=100 paid_on=2020-02-10`,
			want: `2020-01 arrears declared_unpaid paid=800.00+100.00 of 800.00+400.00`},
		{name: "too much of one share does not settle the other", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 employer_paid=1200 person_paid=0 paid_on=2020-02-10`,
			want: `2020-01 arrears declared_unpaid`},

		// --- a given cause wins
		{name: "a cause on the employment", facts: `
			employment 2020-01 wage=5000 cause=personal_reason`,
			want: `2020-01 arrears personal_reason`},
		{name: "the declaration is nearer than the employment", facts: `
			employment 2020-01 wage=5000 cause=personal_reason
			declared   2020-01 base=5000 cause=debit_failed`,
			want: `2020-01 arrears debit_failed`},
		{name: "the payment is nearest", facts: `
			employment 2020-01 wage=5000 cause=personal_reason
			declared   2020-01 base=5000 cause=debit_failed
			paid       2020-01 employer_paid=10 cause=misplaced paid_on=2020-02-01`,
			want: `2020-01 arrears misplaced paid=10.00+0.00 of 800.00+400.00`},
		{name: "a month paid in time has no cause of an employment", facts: `
			employment 2020-01 wage=5000 cause=not_declared
			paid       2020-01 base=5000 paid_on=2020-02-10`,
			want: `2020-01 normal`},

		// --- in time, late, not due
		{name: "paid on the last day", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-02-15`,
			want: `2020-01 normal`},
		{name: "paid on the day after", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-02-16`,
			want: `2020-01 backpay/interruption late=1`},
		{name: "no day is known: the next month is in time", facts: `
			employment 2020-01..2020-02 wage=5000
			paid       2020-01..2020-02 base=5000 paid_on=2020-03-01`,
			prices: prices{noDeadline: true},
			want: `2020-01 backpay/interruption late=2
			2020-02 normal`},
		{name: "a payment without a day is in time", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000`,
			want: `2020-01 normal`},
		{name: "paid in two parts, the last one late", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 employer_paid=800 paid_on=2020-02-10
			paid       2020-01 person_paid=400 paid_on=2020-06-30`,
			want: `2020-01 backpay/interruption late=5`},
		{name: "on the last day of payment the month is not due", facts: `
			employment 2020-01 wage=5000`,
			asOf: "2020-02-15", want: `2020-01 not_due`},
		{name: "on the day after it is", facts: `
			employment 2020-01 wage=5000`,
			asOf: "2020-02-16", want: `2020-01 arrears never_registered`},
		{name: "a part paid before the last day is no debt yet", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 employer_paid=800 paid_on=2020-02-01`,
			asOf: "2020-02-15", want: `2020-01 not_due paid=800.00+0.00 of 800.00+400.00`},
		{name: "no day is known: due once the month is over", facts: `
			employment 2020-01..2020-02 wage=5000`,
			asOf: "2020-02-29", prices: prices{noDeadline: true},
			want: `2020-01 arrears never_registered
			2020-02 not_due`},

		// --- kinds of back-payment (R-POST-01, R-POST-02)
		{name: "a debit that failed and came later", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-03-02 cause=debit_failed`,
			want: `2020-01 backpay/bank_retry debit_failed late=2`},
		{name: "a debit that failed shows as back-payment in time too", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-02-14 cause=debit_failed`,
			want: `2020-01 backpay/bank_retry debit_failed late=1`},
		{name: "the declaration says that the debit failed", facts: `
			employment 2020-01 wage=5000
			declared   2020-01 base=5000 cause=debit_failed
			paid       2020-01 base=5000 paid_on=2020-03-02`,
			want: `2020-01 backpay/bank_retry debit_failed late=2`},
		{name: "a policy", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-03-02 cause=policy`,
			want: `2020-01 backpay/policy policy late=2`},
		{name: "paid while the policy lasts it is normal", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-03-02 cause=policy`,
			prices: prices{deferredTo: on("2020-03-02")}, want: `2020-01 normal policy`},
		{name: "paid a day after the policy it is not", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-03-02 cause=policy`,
			prices: prices{deferredTo: on("2020-03-01")}, want: `2020-01 backpay/policy policy late=2`},
		{name: "the difference of a base", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=3000 paid_on=2020-02-10
			paid       2020-01 base=2000 paid_on=2020-09-10 cause=under_declared`,
			want: `2020-01 backpay/base_diff under_declared late=8`},
		{name: "the difference of a rule", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=3000 paid_on=2020-02-10
			paid       2020-01 base=2000 paid_on=2020-09-10 cause=rule_changed`,
			want: `2020-01 backpay/base_diff rule_changed late=8`},

		// --- nothing to pay, or not yet
		{name: "both shares are waived", facts: `
			employment 2020-02 wage=5000`,
			prices: prices{waived: 2020*12 + 2}, want: `2020-02 exempt`},
		{name: "a policy defers the month", facts: `
			employment 2020-02 wage=5000 cause=policy`,
			prices: prices{deferredTo: on("2020-12-31")},
			want:   `2020-02 deferred policy`},
		{name: "the deferral is over", facts: `
			employment 2020-02 wage=5000 cause=policy`,
			asOf: "2021-01-01", prices: prices{deferredTo: on("2020-12-31")},
			want: `2020-02 arrears policy`},
		{name: "a deferral is for those whom it was granted", facts: `
			employment 2020-02 wage=5000`,
			prices: prices{deferredTo: on("2020-12-31")}, want: `2020-02 arrears never_registered`},

		// --- the law is not known
		{name: "no wage: what it costs is not known", facts: `
			employment 2020-01`,
			want: `2020-01 arrears never_registered`},
		{name: "amounts of a month whose law is not known count", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 employer_paid=1 person_paid=1 paid_on=2020-02-01`,
			prices: prices{unknown: 2020*12 + 1}, want: `2020-01 normal`},
		{name: "a low base is a sign of a shortage all the same", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=3000 paid_on=2020-02-01`,
			prices: prices{unknown: 2020*12 + 1}, want: `2020-01 arrears under_declared`},
		{name: "a right base settles it", facts: `
			employment 2020-01 wage=5000
			paid       2020-01 base=5000 paid_on=2020-02-01`,
			prices: prices{unknown: 2020*12 + 1}, want: `2020-01 normal`},

		// --- without an employment row
		{name: "a declaration alone makes the month due", facts: `
			declared 2020-01 base=5000`,
			want: `2020-01 arrears declared_unpaid`},
		{name: "a payment alone", facts: `
			paid 2020-01 base=5000 paid_on=2020-02-10`,
			want: `2020-01 normal`},
		{name: "neither base nor amounts: paid as it was due", facts: `
			employment 2020-01 wage=5000
			paid       2020-01`,
			want: `2020-01 normal`},

		// --- several employers
		{name: "in the month of a change the one that declared is asked", facts: `
			employment 2020-01..2020-02 wage=4000 employer=X
			employment 2020-02..2020-03 wage=6000 employer=Y
			declared   2020-01..2020-02 base=4000 employer=X
			paid       2020-01..2020-02 base=4000 employer=X paid_on=2020-02-10
			paid       2020-03 base=6000 employer=Y paid_on=2020-04-10`,
			want: `2020-01 normal
			2020-02 normal
			2020-03 normal`},

		// --- benefits
		{name: "a benefit was drawn for the month", facts: `
			employment 2020-01..2020-02 wage=5000
			benefit    2020-02`,
			want: `2020-01 arrears never_registered
			2020-02 arrears never_registered benefit`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.asOf == "" {
				tt.asOf = "2020-12-31"
			}
			if diff := cmp.Diff(block(tt.want), lines(build(t, tt.facts, tt.asOf, &tt.prices), insurance.Pension)); diff != "" {
				t.Errorf("grid (-want +got)\n%s", diff)
			}
		})
	}
}

func TestLumpSumIsWhatWasPaidAtOnce(t *testing.T) {
	work := "employment 2015-01..2019-12 wage=5000\n"
	single := work
	for m := month(t, "2016-01"); m <= month(t, "2018-12"); m++ {
		single += fmt.Sprintf("paid %s base=5000 paid_on=2019-06-03\n", m)
	}
	for _, tt := range []struct{ name, facts, want string }{
		{"36 months in one row", work + "paid 2016-01..2018-12 base=5000 paid_on=2019-06-03", KindLumpSum},
		{"36 rows of one day", single, KindLumpSum},
		{"35 months", work + "paid 2016-02..2018-12 base=5000 paid_on=2019-06-03", KindInterruption},
		{"36 months on two days", work + "paid 2016-01..2017-06 base=5000 paid_on=2019-06-03\npaid 2017-07..2018-12 base=5000 paid_on=2019-06-04", KindInterruption},
		{"a given cause goes before", work + "paid 2016-01..2018-12 base=5000 paid_on=2019-06-03 cause=policy", KindPolicy},
	} {
		g := build(t, tt.facts, "2019-12-31", &prices{})
		for _, c := range g.Cells {
			if c.Month == month(t, "2018-01") && c.Kind != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, c.Kind, tt.want)
			}
		}
	}
}

func TestFlexibleGapsLieBetweenPaidMonths(t *testing.T) {
	for _, tt := range []struct{ name, facts, want string }{
		{"between the first and the last paid month", `
			paid 2020-02 payer=flexible base=3000 paid_on=2020-02-10
			paid 2020-04 payer=flexible base=4000 paid_on=2020-04-10`,
			`2020-02 normal
			2020-03 arrears not_declared
			2020-04 normal`},
		{"a paid month is priced on its own base, not on the last one", `
			paid 2020-02 payer=flexible wage=3000 base=3000 paid_on=2020-02-10
			paid 2020-03 payer=flexible wage=6000 base=6000 paid_on=2020-03-10`,
			`2020-02 normal
			2020-03 normal`},
		{"the cause of the last payment is not that of the gap", `
			paid 2020-02 payer=flexible base=3000 paid_on=2020-02-10
			paid 2020-04 payer=flexible base=3000 paid_on=2020-04-10 cause=policy`,
			`2020-02 normal
			2020-03 arrears not_declared
			2020-04 normal policy`},
		{"a job in between is no gap", `
			paid       2020-02 payer=flexible base=3000 paid_on=2020-02-10
			employment 2020-03 wage=5000
			paid       2020-03 base=5000 paid_on=2020-04-10
			paid       2020-04 payer=flexible base=3000 paid_on=2020-04-10`,
			`2020-02 normal
			2020-03 normal
			2020-04 normal`},
		{"a month between the payments of two areas is one gap, where was paid last", `
			paid 2020-02 payer=flexible base=3000 paid_on=2020-02-10
			paid 2020-03 payer=flexible base=3000 area=B paid_on=2020-03-10
			paid 2020-05 payer=flexible base=3000 paid_on=2020-05-10
			paid 2020-06 payer=flexible base=3000 area=B paid_on=2020-06-10`,
			`2020-02 normal
			2020-03 normal area=B
			2020-04 arrears not_declared area=B
			2020-05 normal
			2020-06 normal area=B`},
		{"nor is one in another area", `
			paid 2020-02 payer=flexible base=3000 paid_on=2020-02-10
			paid 2020-03 base=5000 area=B paid_on=2020-03-10
			paid 2020-04 payer=flexible base=3000 paid_on=2020-04-10`,
			`2020-02 normal
			2020-03 normal area=B
			2020-04 normal`},
		{"one paid month has nothing between", `
			paid 2020-02 payer=flexible base=3000 paid_on=2020-02-10`,
			`2020-02 normal`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(block(tt.want), lines(build(t, tt.facts, "2020-12-31", &prices{}), insurance.Pension)); diff != "" {
				t.Errorf("grid (-want +got)\n%s", diff)
			}
		})
	}
}

// Wage 5000: pension 800 + 400, medical 500 + 100, together 1300 + 500.
func TestAmountsForAllSchemesTogether(t *testing.T) {
	const work = "employment 2020-01 wage=5000 scheme=all\n"
	for _, tt := range []struct{ name, facts, pension, medical string }{
		{"they cover all", "paid 2020-01 scheme=all employer_paid=1300 person_paid=500 paid_on=2020-02-10",
			"2020-01 normal", "2020-01 normal"},
		{"they do not", "paid 2020-01 scheme=all employer_paid=1299.99 person_paid=500 paid_on=2020-02-10",
			"2020-01 arrears declared_unpaid unallocated", "2020-01 arrears declared_unpaid unallocated"},
		{"two payments together do", "paid 2020-01 scheme=all employer_paid=1300 paid_on=2020-02-10\npaid 2020-01 scheme=all person_paid=500 paid_on=2020-02-14",
			"2020-01 normal", "2020-01 normal"},
		{"with one scheme paid apart", "paid 2020-01 employer_paid=800 person_paid=400 paid_on=2020-02-10\npaid 2020-01 scheme=all employer_paid=500 person_paid=100 paid_on=2020-02-10",
			"2020-01 normal", "2020-01 normal"},
		{"the scheme that was paid apart is settled in any case", "paid 2020-01 employer_paid=800 person_paid=400 paid_on=2020-02-10\npaid 2020-01 scheme=all employer_paid=499 person_paid=100 paid_on=2020-02-10",
			"2020-01 normal", "2020-01 arrears declared_unpaid unallocated"},
		{"a base for all schemes", "paid 2020-01 scheme=all base=5000 paid_on=2020-02-10",
			"2020-01 normal", "2020-01 normal"},
		{"a base too low for all schemes", "paid 2020-01 scheme=all base=4000 paid_on=2020-02-10",
			"2020-01 arrears under_declared paid=640.00+320.00 of 800.00+400.00", "2020-01 arrears under_declared paid=400.00+80.00 of 500.00+100.00"},
	} {
		g := build(t, work+tt.facts, "2020-12-31", &prices{})
		if got := lines(g, insurance.Pension); got != tt.pension {
			t.Errorf("%s: pension %s, want %s", tt.name, got, tt.pension)
		}
		if got := lines(g, insurance.Medical); got != tt.medical {
			t.Errorf("%s: medical %s, want %s", tt.name, got, tt.medical)
		}
	}
	// What the schemes cost is not known: nothing shows a shortage.
	g := build(t, work+"paid 2020-01 scheme=all employer_paid=1 paid_on=2020-02-10", "2020-12-31", &prices{unknown: month(t, "2020-01")})
	if got := lines(g, insurance.Medical); got != "2020-01 normal" {
		t.Errorf("unknown law: %s", got)
	}
}

func TestFactsAreCorrectedByLaterKnowledge(t *testing.T) {
	const facts = `
		employment 2020-01 wage=5000
		employment 2020-01 wage=6000 known_on=2020-08-01
		paid       2020-01 base=5000 paid_on=2020-02-10 known_on=2020-02-20
		paid       2020-01 base=4000 paid_on=2020-02-10 known_on=2020-09-01
		paid       2020-01 base=2000 paid_on=2020-10-12 known_on=2020-10-12`
	for _, tt := range []struct{ name, asOf, known, want string }{
		{"the payment is not known yet", "2020-12-31", "2020-02-19", "2020-01 arrears never_registered"},
		{"the payment settles the wage", "2020-12-31", "2020-07-31", "2020-01 normal"},
		{"the wage was higher", "2020-12-31", "2020-08-01", "2020-01 arrears under_declared paid=800.00+400.00 of 960.00+480.00"},
		{"the payment was lower: stated again, not paid again", "2020-12-31", "2020-09-01", "2020-01 arrears under_declared paid=640.00+320.00 of 960.00+480.00"},
		{"the rest is paid on a day of its own", "2020-12-31", "2020-12-31", "2020-01 backpay/interruption late=9"},
		{"a payment of after the day of the question does not count", "2020-10-11", "2020-12-31", "2020-01 arrears under_declared paid=640.00+320.00 of 960.00+480.00"},
	} {
		g, err := Build(rows(t, facts), day(t, tt.asOf), day(t, tt.known), &prices{})
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(g, insurance.Pension); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestBenefitIsKnownWhereNothingElseIs(t *testing.T) {
	g := build(t, "benefit 2020-03..2020-04 scheme=unemployment area=B\nemployment 2020-01 wage=5000", "2020-12-31", &prices{})
	for m, want := range map[string]bool{"2020-02": false, "2020-03": true, "2020-04": true, "2020-05": false} {
		if got := g.Drawn(insurance.Unemployment, month(t, m)); got != want {
			t.Errorf("%s: drawn %v", m, got)
		}
	}
	if g.Drawn(insurance.Pension, month(t, "2020-03")) {
		t.Error("a benefit of one scheme shows in another")
	}
	if len(g.Cells) != 1 {
		t.Errorf("a benefit makes a month due: %v", g.Cells)
	}
}

func TestGaps(t *testing.T) {
	g := build(t, `
		employment 2020-01..2020-06 wage=5000 employer=X
		paid       2020-03 base=5000 employer=X
		declared   2020-05 base=5000 employer=X
		employment 2020-01..2020-02 wage=5000 area=B employer=Z`, "2020-12-31", &prices{})
	var got []string
	for _, x := range g.Gaps() {
		if len(x.Cells) != x.Months || x.Cells[0].Month != x.From {
			t.Errorf("gap %v does not hold its months", x)
		}
		got = append(got, fmt.Sprintf("%s %s..%s %d %s", x.Area, x.From, x.To, x.Months, x.Cause))
	}
	want := []string{
		"A 2020-01..2020-02 2 not_declared",
		"B 2020-01..2020-02 2 never_registered",
		"A 2020-04..2020-04 1 not_declared",
		"A 2020-05..2020-05 1 declared_unpaid",
		"A 2020-06..2020-06 1 not_declared",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got)\n%s", diff)
	}
	if e := g.Gaps()[0].Cells[0].Employment(); e == nil || e.Employer != "X" {
		t.Errorf("the gap does not know its employment: %v", e)
	}
}

func TestErrorsOfThePricerComeThrough(t *testing.T) {
	const facts = `
		employment 2020-01..2020-02 wage=5000 scheme=all cause=policy
		employment 2020-03 wage=5000 scheme=all
		paid       2020-02 base=3000 scheme=all paid_on=2020-02-10
		paid       2020-03 base=3000 scheme=all paid_on=2020-04-10
		paid       2020-03 employer_paid=1 scheme=all paid_on=2020-04-11`
	for _, method := range []string{"Schemes", "Owed", "At", "LastDay", "RaisedLater", "DeferredOn"} {
		_, err := Build(rows(t, facts), day(t, "2020-12-31"), day(t, "2020-12-31"), &prices{broken: method})
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", method, err)
		}
	}
	if _, err := Build(rows(t, facts), day(t, "2020-12-31"), day(t, "2020-12-31"), &prices{}); err != nil {
		t.Errorf("nothing is broken: %v", err)
	}
}

func TestPaymentsPastTheRangeAreAnError(t *testing.T) {
	for _, scheme := range []insurance.Scheme{insurance.Pension, 0} {
		var many []Row
		for i := range 9300 { // each the highest amount there is
			top := money.MaxFen
			r := Row{Kind: Paid, Area: "A", Payer: insurance.Employee, Scheme: scheme, From: month(t, "2020-01"), To: month(t, "2020-01"), EmployerPaid: &top, Employer: fmt.Sprint(i)}
			many = append(many, r)
		}
		wage := money.Fen(500000)
		many = append(many, Row{Kind: Employment, Area: "A", Payer: insurance.Employee, From: month(t, "2020-01"), To: month(t, "2020-01"), Wage: &wage})
		if _, err := Build(many, day(t, "2020-12-31"), day(t, "2020-12-31"), &prices{}); !errors.Is(err, money.ErrOverflow) {
			t.Errorf("scheme %v: %v", scheme, err)
		}
	}
}
