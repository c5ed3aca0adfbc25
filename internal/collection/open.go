package collection

import (
	"context"

	"bujiao/internal/declaration"
)

// Claims is what telling what is open of charges needs of the store.
type Claims interface {
	Books
	// LockCharges locks charges in the order of their ids: before what orders
	// them or gives them back is decided.
	LockCharges(ctx context.Context, ids ...string) error
}

// stand is how a charge stands. Orders, refunds and what is set off all go by
// it, so that nothing is asked for twice and nothing given back twice.
type stand struct {
	paid  Share  // by the journal: paid less given back
	open  Share  // billed less paid; of a credit, what was not used up, negative
	order string // that asks for it and is not cancelled
}

// standOf locks charges and the orders that ask for them, and says how they
// stand.
func standOf(ctx context.Context, s Claims, charges []declaration.Charge) (map[string]stand, error) {
	ids := make([]string, len(charges))
	for i, c := range charges {
		ids[i] = c.ID
	}
	if err := s.LockCharges(ctx, ids...); err != nil {
		return nil, err
	}
	items, err := s.ItemsOfCharges(ctx, ids...)
	if err != nil {
		return nil, err
	}
	orders := map[string]bool{}
	var list []string
	for _, i := range items {
		if !orders[i.Order] {
			orders[i.Order], list = true, append(list, i.Order)
		}
	}
	d, err := lock(ctx, s, list...)
	if err != nil {
		return nil, err
	}
	booked, err := s.PaidOn(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]stand, len(charges))
	for _, i := range items {
		if d.standing(i.Order).State != "cancelled" {
			out[i.Charge] = stand{order: i.Order}
		}
	}
	for _, p := range booked {
		x := out[p.Charge]
		x.paid = x.paid.less(Share{EmployerFen: -p.EmployerFen, PersonFen: -p.PersonFen, LateFee: -p.LateFee})
		out[p.Charge] = x
	}
	for _, c := range charges {
		x := out[c.ID]
		x.paid.Charge = c.ID
		x.open = Share{Charge: c.ID, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen, LateFee: c.LateFee}.less(x.paid)
		out[c.ID] = x
	}
	return out, nil
}
