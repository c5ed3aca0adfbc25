package collection

import (
	"context"

	"bujiao/internal/declaration"
	"bujiao/internal/ledger"
)

// load reads what is known of orders, in few statements for any number.
func load(ctx context.Context, s Money, ids ...string) (*docket, error) {
	d := &docket{orders: map[string]Order{}, items: map[string][]Item{}, events: map[string][]Event{}, payments: map[string][]Payment{},
		charges: map[string]declaration.Charge{}, earlier: map[string][]declaration.Charge{}, booked: map[string]map[string]Share{}}
	orders, err := s.OrdersByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		d.orders[o.ID] = o
	}
	events, err := s.OrderEvents(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		d.events[e.Order] = append(d.events[e.Order], e)
	}
	payments, err := s.PaymentsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, p := range payments {
		d.payments[p.Order] = append(d.payments[p.Order], p)
	}
	return d, nil
}

// detail reads what the orders are for, and of those that were paid in part
// what the journal says was paid for which charge.
func (d *docket) detail(ctx context.Context, s Books, orders ...string) error {
	items, err := s.OrderItems(ctx, orders...)
	if err != nil {
		return err
	}
	for _, id := range orders {
		d.items[id] = nil
	}
	for _, i := range items {
		d.items[i.Order] = append(d.items[i.Order], i)
	}
	charges, err := s.ChargesOfOrders(ctx, orders...)
	if err != nil {
		return err
	}
	for _, c := range charges {
		d.charges[c.ID] = c
		if d.earlier[c.ID], err = earlierOf(ctx, s, c); err != nil {
			return err
		}
	}
	for _, id := range orders {
		d.booked[id] = map[string]Share{}
		for _, p := range d.payments[id] {
			entries, err := s.EntriesOf(ctx, "payment", p.ID)
			if err != nil {
				return err
			}
			for _, e := range entries {
				d.book(id, e)
			}
		}
		if err := d.corrections(ctx, s, id); err != nil {
			return err
		}
	}
	return nil
}

// corrections books what corrections changed of an order: those of its payments,
// and those that gave it what was booked for another order.
func (d *docket) corrections(ctx context.Context, s Books, order string) error {
	seen := map[string]bool{}
	for _, ev := range d.events[order] {
		if ev.Kind != Corrected || seen[ev.Payment] {
			continue
		}
		seen[ev.Payment] = true
		entries, err := s.EntriesOf(ctx, "payment", ev.Payment)
		if err != nil {
			return err
		}
		for _, e := range entries {
			list, err := s.CorrectionsOf(ctx, e.ID)
			if err != nil {
				return err
			}
			for _, c := range list {
				d.book(order, c)
			}
		}
	}
	return nil
}

// book adds what an entry paid of each charge.
func (d *docket) book(order string, e ledger.Entry) {
	for _, l := range e.Legs {
		sh := d.booked[order][l.Charge]
		switch l.Account {
		case ledger.Receivable:
			sh.EmployerFen, sh.PersonFen = sh.EmployerFen-l.EmployerFen, sh.PersonFen-l.PersonFen
		case ledger.LateFeeDue:
			sh.LateFee -= l.EmployerFen
		default:
			continue
		}
		d.booked[order][l.Charge] = sh
	}
}

// rest is what is still asked for of an order's charges.
func (d *docket) rest(order string) []Item {
	out := make([]Item, 0, len(d.items[order]))
	for _, i := range d.items[order] {
		out = append(out, i.less(d.booked[order][i.Charge]))
	}
	return out
}

// Standings says how orders stand.
func Standings(ctx context.Context, s Money, orders []Order) (map[string]Standing, error) {
	d, err := load(ctx, s, ids(orders)...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Standing, len(orders))
	for _, o := range orders {
		out[o.ID] = d.standing(o.ID)
	}
	return out, nil
}
