package office

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// given are months as people state them: whose and which, and what they know of
// cause and wage. What a month costs, and what the law thinks of it, they do not
// say.
func given(list []casework.Month) []casework.Month {
	if list == nil {
		return nil
	}
	out := []casework.Month{}
	for _, m := range list {
		out = append(out, casework.Month{Person: m.Person, Scheme: m.Scheme, FeeMonth: m.FeeMonth, Cause: m.Cause, Wage: m.Wage})
	}
	return out
}

// checkMonths refuses months that are none, still to come, or nobody's, and leaves each once.
// Those of a case with a person are that person's.
func (s *caseStep) checkMonths(ctx context.Context) error {
	if !s.anew {
		return nil
	}
	for i, m := range s.months {
		if m.Scheme == 0 || m.FeeMonth == 0 || (m.Wage != nil && *m.Wage < 0) {
			return casework.WrongValue("months", "month", nil)
		}
		if m.FeeMonth > s.tx.Today().Month() {
			return fault.New(fault.Invalid, "casework.month_ahead", fault.Args{"month": m.FeeMonth.String()})
		}
		if m.Person == "" {
			s.months[i].Person = s.c.Person
		}
	}
	var err error
	if s.months, err = standing(ctx, s.tx, s.months); err != nil {
		return err
	}
	for _, m := range s.months {
		if s.c.Person != "" && m.Person != s.c.Person {
			return fault.New(fault.Invalid, "casework.month_of_other", fault.Args{"month": m.FeeMonth.String()})
		}
	}
	people := s.people()
	known, err := s.tx.PersonFacts(ctx, people, registry.When{AsOf: s.tx.Today()})
	if err != nil {
		return err
	}
	for _, id := range people {
		if _, ok := known[id]; !ok {
			return fault.New(fault.NotFound, "registry.no_person", nil)
		}
	}
	return nil
}

// follow reads whom a case and its months are about today: their records may have
// been merged into others since. The case is kept under its record, which may be
// parted again.
func (s *caseStep) follow(ctx context.Context) error {
	s.filed = s.c.Person
	if s.filed != "" {
		stands, err := s.tx.Roots(ctx, []string{s.filed}, s.tx.Today())
		if err != nil {
			return err
		}
		s.c.Person = stands[s.filed]
	}
	months, err := monthsIn(ctx, s.tx, s.c)
	s.months = months
	return err
}

// monthsIn are the months of a case as it stated them last. Those of a case with a
// person are that person's.
func monthsIn(ctx context.Context, tx store.Tx, c casework.Case) ([]casework.Month, error) {
	months, err := tx.CaseMonths(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range months {
		months[i].Person = cmp.Or(c.Person, months[i].Person)
	}
	return standing(ctx, tx, months)
}

// standing puts months under the persons that stand today, and leaves each once.
func standing(ctx context.Context, tx store.Tx, months []casework.Month) ([]casework.Month, error) {
	stands, err := tx.Roots(ctx, personsOf(months, func(m casework.Month) string { return m.Person }), tx.Today())
	there, out := map[arrears.Month]bool{}, []casework.Month{}
	for _, m := range months {
		m.Person = stands[m.Person]
		if k := keyOf(m); !there[k] {
			there[k], out = true, append(out, m)
		}
	}
	return out, err
}

// chargesOf lists what was billed for persons, under whatever record, as theirs.
func (s *caseStep) chargesOf(ctx context.Context, persons []string) ([]declaration.Charge, error) {
	same, err := s.tx.Duplicates(ctx, persons, s.tx.Today())
	if err != nil {
		return nil, err
	}
	charges, err := s.tx.ChargesOf(ctx, slices.AppendSeq(slices.Clone(persons), maps.Keys(same)))
	for i, c := range charges {
		charges[i].Person = cmp.Or(same[c.Person], c.Person)
	}
	return charges, err
}

// monthKey names a month of an insurance of one person.
type monthKey struct {
	scheme insurance.Scheme
	month  calendar.Month
}

// records are all records of the person of a case.
func (s *caseStep) records(ctx context.Context) ([]string, error) {
	return s.tx.SamePersons(ctx, s.c.Person, s.tx.Today())
}

// casesOf lists the cases of a filter of the person of a case, if it has one, under
// whatever record they were opened.
func (s *caseStep) casesOf(ctx context.Context, f casework.Filter) (out []casework.Case, err error) {
	records, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	for _, f.Person = range records {
		for p := (books.Page{Limit: 1000}); ; {
			list, err := s.tx.Cases(ctx, f, p)
			if err != nil {
				return nil, err
			}
			if out = append(out, list...); len(list) < p.Size() {
				break
			}
			p.After = list[len(list)-1].ID
		}
	}
	return out, nil
}

// grid is the record of the person's months today; nil for a person of whom the
// books hold nothing.
func (s *caseStep) grid(ctx context.Context) (*record.Grid, error) {
	grids, err := history.Grids(ctx, s.tx, s.o.Laws, []string{s.c.Person}, registry.When{AsOf: s.tx.Today()})
	return grids[s.c.Person], err
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
// free: one that the books do not know is open, and so is one that was paid, as
// far as the books know, of which it is said that its base was too low. Of a case
// without months nothing can be said.
func unpaidMonths(ctx context.Context, s *caseStep) (any, error) {
	if len(s.months) == 0 {
		return nil, nil
	}
	g, err := s.grid(ctx)
	if err != nil {
		return nil, err
	}
	done, normal := map[monthKey]bool{}, map[monthKey]bool{}
	if g != nil {
		for i := range g.Cells {
			switch c := &g.Cells[i]; c.Category {
			case record.Normal, record.Backpay, record.Exempt:
				done[monthKey{c.Scheme, c.Month}] = true
				normal[monthKey{c.Scheme, c.Month}] = c.Category == record.Normal
			}
		}
	}
	n := int64(0)
	for _, m := range s.months {
		if k := (monthKey{m.Scheme, m.FeeMonth}); !done[k] || normal[k] && m.Cause == insurance.UnderDeclared {
			n++
		}
	}
	return n, nil
}
