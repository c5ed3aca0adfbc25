package town

import (
	"cmp"
	"context"
	"slices"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
)

// caseMonths states the months of an event that must name some: those that are
// owed, or of the person the last ones that it did not pay.
func (t *Town) caseMonths(ctx context.Context, m *casework.Move, f *casefile) ([]casework.Month, error) {
	switch {
	case !m.Months:
		return nil, nil
	case slices.Contains(m.Needs, "months_are_stated"):
		return t.monthsThere(f), nil
	case slices.Contains(m.Needs, "file_fits") && t.court.chance(900): // what was accepted
		return slices.DeleteFunc(slices.Clone(f.months), func(x casework.Month) bool { return x.Verdict == "refused" }), nil
	case !m.Opens() || !slices.Contains(m.Needs, "has_months"):
		return nil, nil
	case f.table.About == "person":
		first := t.clock.Today().Month().Add(-1 - t.court.draw.IntN(3))
		return []casework.Month{{Person: f.Person, Scheme: insurance.Medical, FeeMonth: first}}, nil
	}
	return t.owedMonths(ctx, f)
}

// monthsThere are the months that another area states: up to some months ago.
func (t *Town) monthsThere(f *casefile) (out []casework.Month) {
	scheme := insurance.Pension
	if f.facts["scheme"] == "medical" {
		scheme = insurance.Medical
	}
	last := t.clock.Today().Month().Add(-1 - t.court.draw.IntN(4))
	for m := last.Add(-t.court.draw.IntN(30)); m <= last; m++ {
		out = append(out, casework.Month{Person: f.Person, Scheme: scheme, FeeMonth: m})
	}
	return out
}

// owedMonths are months that an employer owes: some of those that no other case
// is about, from somebody on; or years of one person's pension; or what is
// refused, with some of what is not.
func (t *Town) owedMonths(ctx context.Context, f *casefile) ([]casework.Month, error) {
	debts, err := t.debts(ctx, f.area, f.Employer, f.whole)
	if err != nil {
		return nil, err
	}
	if f.whole != "" && !t.court.old[f.whole] {
		return monthsOf(slices.DeleteFunc(debts, func(d arrears.Debt) bool { return d.Scheme != insurance.Pension })), nil
	}
	var refused []arrears.Debt
	if f.whole != "" {
		refused = debts
		if debts, err = t.debts(ctx, f.area, f.Employer, ""); err != nil {
			return nil, err
		}
	}
	busy := t.monthsInCases(f)
	debts = slices.DeleteFunc(debts, func(d arrears.Debt) bool {
		return t.court.old[d.Person] || busy[monthKey{d.Person, d.Scheme, d.FeeMonth}]
	})
	if len(debts) == 0 {
		return nil, nil
	}
	if now := slices.DeleteFunc(slices.Clone(debts), func(d arrears.Debt) bool { return !t.latest(d) }); f.straight() && len(now) > 0 {
		debts = now
	}
	slices.SortFunc(debts, func(a, b arrears.Debt) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.FeeMonth, b.FeeMonth), cmp.Compare(a.Scheme, b.Scheme))
	})
	first := debts[t.court.draw.IntN(len(debts))].Person
	i := slices.IndexFunc(debts, func(d arrears.Debt) bool { return d.Person == first })
	some := slices.DeleteFunc(append(slices.Clone(debts[i:]), debts[:i]...), func(arrears.Debt) bool { return t.court.chance(300) })
	return monthsOf(append(refused, some[:min(len(some), 1+t.court.draw.IntN(24))]...)), nil
}

// monthKey names a month of an insurance of a person.
type monthKey struct {
	person string
	scheme insurance.Scheme
	month  calendar.Month
}

// monthsInCases are those that other back-payments of the employer are about.
func (t *Town) monthsInCases(f *casefile) map[monthKey]bool {
	out := map[monthKey]bool{}
	for _, x := range t.court.files {
		if x.docket != f.docket || x.Employer != f.Employer {
			continue
		}
		for _, m := range x.months {
			out[monthKey{m.Person, m.Scheme, m.FeeMonth}] = true
		}
	}
	return out
}

func monthsOf(debts []arrears.Debt) (out []casework.Month) {
	for _, d := range debts {
		out = append(out, casework.Month{Person: d.Person, Scheme: d.Scheme, FeeMonth: d.FeeMonth, Cause: d.Cause})
	}
	return out
}
