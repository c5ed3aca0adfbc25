package office

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// monthKey names a month of an insurance of one person.
type monthKey struct {
	scheme insurance.Scheme
	month  calendar.Month
}

// personRecord is what the kernel makes of the person of a case today, with its
// prices; nil for a person of whom the books hold nothing.
func (s *caseStep) personRecord(ctx context.Context) (*history.Answer, error) {
	a, err := history.Assess(ctx, s.tx, s.o.Laws, s.c.Person, registry.When{AsOf: s.tx.Today()}, "", s.o.Words)
	if errors.Is(err, books.ErrNotFound) {
		return nil, nil
	}
	return a, err
}

// addGaps adds to the months of a case those of the person that the record
// shows as unpaid by an employer, each once.
func (s *caseStep) addGaps(a *history.Answer, employer string) {
	there := map[monthKey]bool{}
	for _, m := range s.months {
		there[monthKey{m.Scheme, m.FeeMonth}] = true
	}
	if a != nil {
		for i := range a.Grid {
			c := &a.Grid[i]
			if k := (monthKey{c.Scheme, c.Month}); c.Category == record.Arrears && c.Employer == employer && !there[k] {
				there[k] = true
				s.months = append(s.months, casework.Month{Person: s.c.Person, Scheme: c.Scheme, FeeMonth: c.Month, Cause: c.Cause})
			}
		}
	}
	slices.SortFunc(s.months, func(x, y casework.Month) int {
		return cmp.Or(cmp.Compare(x.FeeMonth, y.FeeMonth), cmp.Compare(x.Scheme.Index(), y.Scheme.Index()))
	})
	s.anew = s.anew || len(s.months) > 0
}

// priceMonths prices the months of a case by the kernel and says what the law
// thinks of each. One of which the record knows nothing has no price.
func (s *caseStep) priceMonths(a *history.Answer) {
	for i := range s.months {
		m := &s.months[i]
		m.Person = s.c.Person
		m.Base, m.Employer, m.Own, m.LateFee, m.Verdict = nil, nil, nil, nil, ""
		if a == nil {
			continue
		}
		for _, l := range a.Lines {
			if l.Scheme == m.Scheme && l.Month == m.FeeMonth {
				m.Cause, m.Base, m.Employer, m.Own, m.LateFee = l.Cause, l.Base, l.Employer, l.Person, l.LateFee
			}
		}
		for _, v := range a.Verdicts {
			if v.Scheme == m.Scheme && v.From <= m.FeeMonth && m.FeeMonth <= v.To {
				m.Verdict = v.Verdict
			}
		}
	}
	s.anew = s.anew || len(s.months) > 0
}

// costOf adds up both shares, and the late fees, of months; each sum is nil if a
// price is missing.
func costOf(months []casework.Month) (shares, late *money.Fen, err error) {
	var own, fee []money.Fen
	for _, m := range months {
		if m.Employer != nil && m.Own != nil {
			own = append(own, *m.Employer, *m.Own)
		}
		if m.LateFee != nil {
			fee = append(fee, *m.LateFee)
		}
	}
	sum, err := money.Sum(own...)
	if err != nil {
		return nil, nil, err
	}
	fees, err := money.Sum(fee...)
	if err != nil {
		return nil, nil, err
	}
	if len(own) == 2*len(months) {
		shares = &sum
	}
	if len(fee) == len(months) {
		late = &fees
	}
	return shares, late, nil
}

// unpaidMonths counts the months of a case that are not paid in full, deferred or
// free: one that the books do not know is open.
func unpaidMonths(ctx context.Context, s *caseStep) (any, error) {
	grids, err := history.Grids(ctx, s.tx, s.o.Laws, []string{s.c.Person}, registry.When{AsOf: s.tx.Today()})
	if err != nil {
		return nil, err
	}
	done := map[monthKey]bool{}
	if g := grids[s.c.Person]; g != nil {
		for i := range g.Cells {
			switch c := &g.Cells[i]; c.Category {
			case record.Normal, record.Backpay, record.Exempt:
				done[monthKey{c.Scheme, c.Month}] = true
			}
		}
	}
	n := int64(0)
	for _, m := range s.months {
		if !done[monthKey{m.Scheme, m.FeeMonth}] {
			n++
		}
	}
	return n, nil
}
