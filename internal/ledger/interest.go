package ledger

import (
	"context"
	"fmt"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// AccountYear is a personal account in a year: what stood there before it, what
// came in each month by the day of booking, and the interest of the year that
// was credited already.
type AccountYear struct {
	Person   string
	Opening  money.Fen
	Months   [12]money.Fen
	Credited money.Fen
	Times    int // entries that credited it
}

// Accounts is what crediting interest needs of the store.
type Accounts interface {
	Journal
	// AccountYears reads at most n accounts, of persons behind one, in the order
	// of ids.
	AccountYears(ctx context.Context, s insurance.Scheme, year int, after string, n int) ([]AccountYear, error)
}

// Credited is what a step of crediting did.
type Credited struct {
	Accounts int       `json:"accounts"` // that got something
	Amount   money.Fen `json:"amount"`
	Next     string    `json:"next,omitempty"` // the person to go on behind; empty: all are done
	Rate     string    `json:"rate_row"`       // of the packs
	Rule     string    `json:"rule_row"`
}

// interest is the law of a year's interest of a scheme.
type interest struct {
	rate *law.Interest
	rule *law.InterestCredit
}

// interestOf finds rate and rule. A year without one is fault
// ledger.no_interest_rate: it names the year and the area.
func interestOf(r *law.Reader, s insurance.Scheme, year int) (interest, error) {
	rate, hole := r.Interest(s, year)
	if hole == nil {
		var rule *law.InterestCredit
		if rule, hole = r.InterestCredit(s, year); hole == nil {
			return interest{rate, rule}, nil
		}
	}
	return interest{}, fault.New(fault.Missing, "ledger.no_interest_rate",
		fault.Args{"year": fmt.Sprint(year), "area": r.Area(), "scheme": s.String(), "parameter": hole.Parameter})
}

// of is the interest of a year: of what stood there before for the whole year
// and, where the rule says so, of what came in for its month and those after it
// (月积数). It is rounded once.
func (l interest) of(a AccountYear) (money.Fen, error) {
	var product money.Fen // fen times months
	var err error
	add := func(f money.Fen, months int) {
		for range months {
			if err == nil {
				product, err = product.Add(f)
			}
		}
	}
	add(a.Opening, 12)
	if l.rule.InYear.Value == law.MonthProduct {
		for i, f := range a.Months {
			add(f, 12-i)
		}
	}
	if err != nil {
		return 0, err
	}
	return l.rule.Rounding.MulOver(product, l.rate.Rate.Rate(), 12)
}

// CreditInterest credits a year's interest to at most n personal accounts
// behind a person (记账利息), on the last day of the year: the difference to what
// was credited for it before. So a second run credits nothing, and money that
// was booked late into the year is made good. Where the rate is not known
// nothing is credited.
func CreditInterest(ctx context.Context, s Accounts, r *law.Reader, scheme insurance.Scheme, year int, after string, n int) (Credited, error) {
	last := calendar.NewMonth(year, 12).Last()
	if s.Today() <= last {
		return Credited{}, fault.New(fault.Conflict, "ledger.year_not_over", fault.Args{"year": fmt.Sprint(year)})
	}
	l, err := interestOf(r, scheme, year)
	if err != nil {
		return Credited{}, err
	}
	out := Credited{Rate: l.rate.ID, Rule: l.rule.ID}
	accounts, err := s.AccountYears(ctx, scheme, year, after, n)
	if err != nil {
		return out, err
	}
	var entries []Entry
	for _, a := range accounts {
		due, err := l.of(a)
		if err != nil {
			return out, err
		}
		if due -= a.Credited; due == 0 {
			continue
		}
		if out.Amount, err = out.Amount.Add(due); err != nil {
			return out, err
		}
		entries = append(entries, Entry{Kind: Crediting, PostedOn: last, RefKind: "interest", Ref: fmt.Sprint(year),
			Key: fmt.Sprintf("interest:%d:%s:%s:%d", year, scheme, a.Person, a.Times), Reason: l.rate.ID,
			Legs: []Leg{{Account: Interest, Scheme: scheme, PersonFen: due}, {Account: Personal, Party: a.Person, Person: a.Person, Scheme: scheme, PersonFen: -due}}})
	}
	if len(accounts) == n {
		out.Next = accounts[n-1].Person
	}
	out.Accounts = len(entries)
	if len(entries) > 0 {
		_, err = PostAll(ctx, s, entries)
	}
	return out, err
}
