package record

import (
	"cmp"
	"slices"

	"bujiao/internal/calendar"
)

// visible keeps what was known on the day and orders it, so that the order of
// feeding cannot matter: by the day a fact became known, then by its content.
// It gives the rows themselves: they are many, large, and never changed.
func visible(rows []Row, asOf, knownAt calendar.Date) []*Row {
	out := make([]*Row, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		if r.KnownOn != 0 && r.KnownOn > knownAt {
			continue
		}
		if r.Kind == Paid && r.PaidOn != 0 && (r.PaidOn > asOf || r.PaidOn > knownAt) {
			continue
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, order)
	return out
}

// order is total but for the line of the file: rows that tie are the same
// fact. The months come last, so that a row cut into months stands where the
// whole row stood; of two wages that were known on one day the higher one is
// the later.
func order(a, b *Row) int {
	switch { // nearly always it ends here, before all the rest is compared
	case a.KnownOn != b.KnownOn:
		return cmp.Compare(a.KnownOn, b.KnownOn)
	case a.PaidOn != b.PaidOn:
		return cmp.Compare(a.PaidOn, b.PaidOn)
	case a.Scheme != b.Scheme:
		return cmp.Compare(a.Scheme, b.Scheme)
	}
	return cmp.Or(
		known(a.Wage, b.Wage),
		known(a.Base, b.Base),
		known(a.EmployerPaid, b.EmployerPaid),
		known(a.PersonPaid, b.PersonPaid),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Area, b.Area),
		cmp.Compare(a.Employer, b.Employer),
		cmp.Compare(a.Payer, b.Payer),
		cmp.Compare(a.Population, b.Population),
		cmp.Compare(a.Cause, b.Cause),
		cmp.Compare(a.Tier, b.Tier),
		cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.UnitType, b.UnitType),
		cmp.Compare(a.InjuryClass, b.InjuryClass),
		known(a.InjuryRate, b.InjuryRate),
		cmp.Compare(a.From, b.From),
		cmp.Compare(a.To, b.To),
	)
}

// known compares values that may not be given; one that is not is the lowest.
func known[T cmp.Ordered](a, b *T) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}
