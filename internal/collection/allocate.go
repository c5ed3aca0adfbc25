package collection

import (
	"cmp"
	"slices"

	"bujiao/internal/declaration"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Share is what a payment pays of a charge; of a credit (a negative
// difference) it is what of it is used up.
type Share struct {
	Charge      string
	EmployerFen money.Fen
	PersonFen   money.Fen
	LateFee     money.Fen
}

func (s Share) total() money.Fen { return s.EmployerFen + s.PersonFen + s.LateFee }

// Allocate spreads an amount over what is still asked for, in the order of the
// law (R-ENF-09). Credits are used up first; then the oldest month is paid, and
// within it the charges by person and scheme. The amount is at most what is
// asked for, and all of it is spread.
func Allocate(rule *law.Allocation, rest []Item, charges map[string]declaration.Charge, amount money.Fen) []Share {
	rest = slices.Clone(rest)
	slices.SortFunc(rest, func(a, b Item) int {
		x, y := charges[a.Charge], charges[b.Charge]
		return cmp.Or(cmp.Compare(x.FeeMonth, y.FeeMonth), cmp.Compare(x.Person, y.Person), cmp.Compare(x.Scheme.Index(), y.Scheme.Index()), cmp.Compare(a.Charge, b.Charge))
	})
	out := make([]Share, len(rest))
	var slots []slot
	for i, item := range rest {
		out[i].Charge = item.Charge
		month := int(charges[item.Charge].FeeMonth)
		late := i
		if rule.Within.Value == law.PrincipalFirst {
			late += len(rest) // behind all principal of the month
		}
		slots = append(slots, slot{month, i, 0, item.PersonFen, &out[i].PersonFen}, slot{month, i, 1, item.EmployerFen, &out[i].EmployerFen},
			slot{month, late, 2, item.LateFee, &out[i].LateFee})
	}
	slices.SortStableFunc(slots, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.place, b.place), cmp.Compare(a.part, b.part))
	})
	for _, s := range slots {
		if s.asked < 0 {
			*s.pays = s.asked
			amount -= s.asked
		}
	}
	for _, s := range slots {
		if s.asked > 0 && amount > 0 {
			*s.pays = min(s.asked, amount)
			amount -= *s.pays
		}
	}
	return slices.DeleteFunc(out, func(s Share) bool { return s.EmployerFen == 0 && s.PersonFen == 0 && s.LateFee == 0 })
}

// slot is one amount that is asked for, with its place in line.
type slot struct {
	month, place, part int
	asked              money.Fen
	pays               *money.Fen
}

// less takes off an item what was paid of it.
func (i Item) less(s Share) Item {
	i.EmployerFen -= s.EmployerFen
	i.PersonFen -= s.PersonFen
	i.LateFee -= s.LateFee
	return i
}
