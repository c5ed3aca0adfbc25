package statement

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// PaymentNotice is a payment notice with what it asks for by scheme and month
// (缴费通知单, R-DECL-03). It names no employee.
type PaymentNotice struct {
	Kind    Kind               `json:"kind"`
	Area    string             `json:"area"`
	Notice  declaration.Notice `json:"notice"`
	Persons int                `json:"persons"`
	Lines   []PaymentLine      `json:"lines"`
	Total   money.Fen          `json:"total"`
	Policy  []string           `json:"policy"` // digests of the packs that priced it
}

// PaymentLine is a scheme and fee month of a notice.
type PaymentLine struct {
	Scheme      insurance.Scheme `json:"scheme"`
	FeeMonth    calendar.Month   `json:"fee_month"`
	PostedMonth calendar.Month   `json:"posted_month"`
	Category    string           `json:"category"`
	Persons     int              `json:"persons"`
	EmployerFen money.Fen        `json:"employer_share"`
	PersonFen   money.Fen        `json:"person_share"`
	LateFee     money.Fen        `json:"late_fee"`
}

func (l PaymentLine) compare(o PaymentLine) int {
	return cmp.Or(cmp.Compare(l.FeeMonth, o.FeeMonth), cmp.Compare(l.Scheme.Index(), o.Scheme.Index()), cmp.Compare(l.Category, o.Category), cmp.Compare(l.PostedMonth, o.PostedMonth))
}

// NewPayment makes the statement of a notice. Its lines sum to the notice.
func NewPayment(ctx context.Context, tx declaration.Reader, notice string) (*PaymentNotice, error) {
	n, err := tx.Notice(ctx, notice)
	if err != nil {
		return nil, err
	}
	charges, err := tx.ChargesIn(ctx, n.Declaration)
	if err != nil {
		return nil, err
	}
	s := &PaymentNotice{Kind: Payment, Area: tx.Area(), Notice: n, Lines: []PaymentLine{}, Policy: []string{}, Total: n.Total()}
	lines := map[PaymentLine]*PaymentLine{}
	people := map[string]bool{}
	var sum money.Fen
	for _, c := range charges { // one a person, scheme and month
		k := PaymentLine{Scheme: c.Scheme, FeeMonth: c.FeeMonth, PostedMonth: c.PostedMonth, Category: c.Kind}
		l := lines[k]
		if l == nil {
			l = &PaymentLine{Scheme: k.Scheme, FeeMonth: k.FeeMonth, PostedMonth: k.PostedMonth, Category: k.Category}
			lines[k] = l
		}
		l.Persons++
		l.EmployerFen, l.PersonFen, l.LateFee = l.EmployerFen+c.EmployerFen, l.PersonFen+c.PersonFen, l.LateFee+c.LateFee
		if sum, err = money.Sum(sum, c.EmployerFen, c.PersonFen, c.LateFee); err != nil {
			return nil, err
		}
		people[c.Person] = true
		if !slices.Contains(s.Policy, c.Policy) {
			s.Policy = append(s.Policy, c.Policy)
		}
	}
	if sum != s.Total {
		return nil, fmt.Errorf("notice %s asks for %s, its charges for %s", n.ID, s.Total, sum)
	}
	for _, l := range lines {
		s.Lines = append(s.Lines, *l)
	}
	slices.SortFunc(s.Lines, PaymentLine.compare)
	slices.Sort(s.Policy)
	s.Persons = len(people)
	return s, nil
}
