package collection

import (
	"context"
	"maps"
	"slices"

	"bujiao/internal/fault"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// CheckCorrection refuses a correction by hand that could not be posted, or
// that orders and suspense money could not follow.
func CheckCorrection(ctx context.Context, s Claims, c ledger.Correcting) error {
	_, err := follow(ctx, s, c)
	return err
}

// Correct posts a correction that another pair of eyes has approved; the key is
// the id of the approval. Where it corrects the booking of a payment, the orders
// follow: one of which something is taken back asks for it again, and one that
// gets all it asks for is paid.
func Correct(ctx context.Context, s Claims, c ledger.Correcting, approval string) (ledger.Entry, error) {
	list, err := follow(ctx, s, c)
	if err != nil {
		return ledger.Entry{}, err
	}
	for _, x := range list {
		if err := s.AddOrderEvent(ctx, x.event); err != nil {
			return ledger.Entry{}, err
		}
		keep := s.ReopenOrders
		if x.open == 0 {
			keep = s.CloseOrders
		}
		if err := keep(ctx, x.event.Order); err != nil {
			return ledger.Entry{}, err
		}
	}
	return ledger.Correct(ctx, s, c, approval)
}

// followed is what becomes of an order: the event, and what it asks for then.
type followed struct {
	event Event
	open  money.Fen
}

// follow locks the orders that ask for the charges of a correction and says what
// becomes of them. What is booked on a charge stays between nothing and what its
// order asks for.
func follow(ctx context.Context, s Claims, c ledger.Correcting) ([]followed, error) {
	if err := ledger.CheckCorrection(ctx, s, c); err != nil {
		return nil, err
	}
	was, err := s.Entry(ctx, c.Entry)
	if err != nil {
		return nil, err
	}
	change, err := changes(c.Legs, was.Kind == ledger.Receipt || was.Kind == ledger.Claimed)
	if err != nil || len(change) == 0 {
		return nil, err
	}
	charges := slices.Sorted(maps.Keys(change))
	d, asks, err := asking(ctx, s, charges)
	if err != nil {
		return nil, err
	}
	paid := map[string]money.Fen{} // by order: what it changes by
	for _, id := range charges {
		item, ok := asks[id]
		if !ok {
			return nil, fault.New(fault.Conflict, "collection.correction_order", fault.Args{"charge": id})
		}
		now := d.booked[item.Order][id].less(change[id].negative())
		if !within(now.EmployerFen, item.EmployerFen) || !within(now.PersonFen, item.PersonFen) || !within(now.LateFee, item.LateFee) {
			return nil, fault.New(fault.Conflict, "collection.correction_amount", fault.Args{"charge": id})
		}
		paid[item.Order] += change[id].total()
	}
	var out []followed
	for _, id := range slices.Sorted(maps.Keys(paid)) {
		st := d.standing(id)
		if paid[id] > 0 && st.AtBank != "" { // what the bank was asked for would be paid twice
			return nil, fault.New(fault.Conflict, "collection.order_at_bank", fault.Args{"order": id})
		}
		out = append(out, followed{Event{ID: s.NewID(), Order: id, Kind: Corrected, On: s.Today(), Amount: paid[id], Payment: was.Ref}, st.Open - paid[id]})
	}
	return out, nil
}

// changes is by how much legs change what is paid of charges, if they correct
// the booking of money for orders. They leave suspense money as it is.
func changes(legs []ledger.Leg, receipt bool) (map[string]Share, error) {
	out, suspense := map[string]Share{}, map[string]money.Fen{}
	for _, l := range legs {
		sh := Share{EmployerFen: l.EmployerFen, PersonFen: l.PersonFen}
		switch {
		case l.Account == ledger.Suspense:
			suspense[l.Party] += l.EmployerFen + l.PersonFen
			continue
		case !receipt || (l.Account != ledger.Receivable && l.Account != ledger.LateFeeDue):
			continue
		case l.Charge == "":
			return nil, fault.New(fault.Invalid, "collection.correction_charge", nil)
		case l.Account == ledger.LateFeeDue:
			sh = Share{LateFee: l.EmployerFen + l.PersonFen}
		}
		out[l.Charge] = out[l.Charge].less(sh)
	}
	for _, f := range suspense {
		if f != 0 {
			return nil, fault.New(fault.Invalid, "collection.correction_suspense", nil)
		}
	}
	return out, nil
}

// asking locks charges and the orders that ask for them, and gives the items of
// those orders that are not cancelled, by charge.
func asking(ctx context.Context, s Claims, charges []string) (*docket, map[string]Item, error) {
	if err := s.LockCharges(ctx, charges...); err != nil {
		return nil, nil, err
	}
	items, err := s.ItemsOfCharges(ctx, charges...)
	if err != nil {
		return nil, nil, err
	}
	var orders []string
	for _, i := range items {
		orders = append(orders, i.Order)
	}
	slices.Sort(orders)
	orders = slices.Compact(orders)
	d, err := lock(ctx, s, orders...)
	if err != nil {
		return nil, nil, err
	}
	asks := map[string]Item{}
	for _, i := range items {
		if d.standing(i.Order).State != "cancelled" {
			asks[i.Charge] = i
		}
	}
	return d, asks, d.detail(ctx, s, orders...)
}

// within reports whether a part lies between nothing and the whole.
func within(part, whole money.Fen) bool {
	return (part >= 0 && part <= whole) || (part <= 0 && part >= whole)
}
