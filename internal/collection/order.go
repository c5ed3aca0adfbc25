package collection

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Channels of an order.
const (
	Mandate  = "mandate"  // 委托收款: the office debits the payer's account
	Counter  = "counter"  // paid at a counter
	Transfer = "transfer" // the payer transfers the money
)

// Kinds of events.
const (
	Created   = "created"
	Sent      = "sent"    // to the bank; File is the batch
	Failed    = "failed"  // the bank's answer to a batch, with its reason
	PaidEvent = "paid"    // Reason says how the money was told to be this order's
	Arrived   = "arrived" // what a payment brought is on the office's account (R-POST-05)
	Cancelled = "cancelled"
	Corrected = "corrected" // a correction by hand changed what is paid by Amount: taken back if negative; Payment is what was booked wrongly
)

// Standing is what became of an order: the fold of its events and payments.
// It does not depend on their order, since moments can be equal and clocks
// can jump.
type Standing struct {
	State   string    `json:"state"` // open, at_bank, failed, part_paid, paid, cancelled
	Paid    money.Fen `json:"paid"`
	Open    money.Fen `json:"open"`              // still asked for
	AtBank  string    `json:"at_bank,omitempty"` // batch without an answer
	Asked   money.Fen `json:"-"`                 // what that batch asks for
	Failure string    `json:"failure,omitempty"` // the bank's reason of the last failed debit
}

// Fold says how an order stands.
func Fold(o Order, events []Event, payments []Payment) Standing {
	s := Standing{State: "open"}
	for _, p := range payments {
		s.Paid += p.Amount
	}
	sent, cancelled := map[string]money.Fen{}, false
	var last Event
	for _, e := range events {
		switch e.Kind {
		case Sent:
			sent[e.File] = e.Amount
		case Cancelled:
			cancelled = true
		case Corrected:
			s.Paid += e.Amount
		case Failed:
			if last.Kind == "" || e.On > last.On || (e.On == last.On && (e.At > last.At || (e.At == last.At && e.ID > last.ID))) {
				last = e
			}
		}
	}
	for _, e := range events {
		if e.Kind == Failed || e.Kind == PaidEvent {
			delete(sent, e.File)
		}
	}
	s.Open, s.Failure = o.Total()-s.Paid, last.Reason
	for batch, asked := range sent { // at most one: nothing is sent while one is at the bank
		s.AtBank, s.Asked = batch, asked
	}
	switch {
	case cancelled:
		s.State, s.Open = "cancelled", 0
	case s.Open <= 0:
		s.State = "paid"
	case s.AtBank != "":
		s.State = "at_bank"
	case s.Paid > 0:
		s.State = "part_paid"
	case s.Failure != "":
		s.State = "failed"
	}
	return s
}

// Way is how an order is to be paid.
type Way struct {
	Channel string
	Bank    string // of the account to debit
	Account string // box of it
}

// Bills reads what an order is made from.
type Bills interface {
	Claims
	Notice(ctx context.Context, id string) (declaration.Notice, error) // books.ErrNotFound without one
	ChargesIn(ctx context.Context, declaration string) ([]declaration.Charge, error)
}

// CreateOrder makes the order of a payment notice: an item for each charge that
// is open and that no other order asks for; what is paid in parts stays on its
// order. A difference in the payer's favour goes with the charge that it
// settles, if that was not ordered yet. A notice that asks for nothing has no
// order: what it gives back is a refund.
func CreateOrder(ctx context.Context, s Bills, notice string, way Way) (Order, error) {
	n, err := s.Notice(ctx, notice)
	if err != nil {
		return Order{}, err
	}
	if way.Channel == Mandate && (way.Bank == "" || way.Account == "") {
		return Order{}, fault.New(fault.Conflict, "collection.no_mandate", nil)
	}
	charges, err := s.ChargesIn(ctx, n.Declaration)
	if err != nil {
		return Order{}, err
	}
	left := [3]money.Fen{n.EmployerFen, n.PersonFen, n.LateFee}
	for _, c := range charges {
		left[0], left[1], left[2] = left[0]-c.EmployerFen, left[1]-c.PersonFen, left[2]-c.LateFee
	}
	if left != [3]money.Fen{} {
		return Order{}, fmt.Errorf("notice %s does not add up to its charges", n.ID)
	}
	o := Order{ID: s.NewID(), Notice: n.ID, Employer: n.Employer, Person: n.Person, Month: n.Month, Channel: way.Channel, Bank: way.Bank, Account: way.Account,
		DueOn: n.DueOn, CreatedOn: s.Today(), At: s.At()}
	items, err := itemsOf(ctx, s, charges)
	if err != nil {
		return Order{}, err
	}
	for i := range items {
		items[i].Order = o.ID
		if o.EmployerFen, err = o.EmployerFen.Add(items[i].EmployerFen); err == nil {
			o.PersonFen, err = o.PersonFen.Add(items[i].PersonFen)
		}
		if err == nil {
			o.LateFee, err = o.LateFee.Add(items[i].LateFee)
		}
		if err != nil {
			return Order{}, err
		}
	}
	if o.Total() <= 0 {
		return Order{}, fault.New(fault.Conflict, "collection.nothing_to_pay", nil)
	}
	if err := s.AddOrder(ctx, o, items); err != nil {
		return Order{}, err
	}
	return o, s.AddOrderEvent(ctx, Event{ID: s.NewID(), Order: o.ID, Kind: Created, On: s.Today(), Amount: o.Total()})
}

// itemsOf are what an order asks for of charges, and of those that they settle
// in the payer's favour: such a difference alone would be set off against what
// is owed for somebody else. What lowered a charge since goes with it. A charge
// that is settled so and whose order is not paid is in the way. What was taken
// back before anybody asked for it is not asked for, though its notice is still
// there.
func itemsOf(ctx context.Context, s Bills, charges []declaration.Charge) ([]Item, error) {
	all := slices.Clone(charges)
	credit := map[string][]string{} // by the charge that is settled
	own := map[string]bool{}
	for _, c := range charges {
		own[c.ID] = true
	}
	for _, c := range charges {
		if c.Settles == "" || own[c.Settles] || (c.EmployerFen >= 0 && c.PersonFen >= 0) {
			continue
		}
		if credit[c.Settles] == nil {
			of, err := s.Charge(ctx, c.Settles)
			if err != nil {
				return nil, err
			}
			all = append(all, of)
		}
		credit[c.Settles] = append(credit[c.Settles], c.ID)
	}
	all, err := withSettling(ctx, s, all)
	if err != nil {
		return nil, err
	}
	left, err := standOf(ctx, s, all)
	if err != nil {
		return nil, err
	}
	back := backUnasked(all, left)
	var items []Item
	var taken string
	asked := map[string]bool{}
	for _, c := range all {
		x := left[c.ID]
		with := own[c.ID]
		for _, id := range credit[c.ID] {
			with = with || (left[id].open != Share{Charge: id} && left[id].order == "")
		}
		if lowers := x.open.EmployerFen < 0 || x.open.PersonFen < 0 || x.open.LateFee < 0; lowers && asked[c.Settles] && x.order == "" {
			with = true
		}
		switch {
		case !with || back[c.ID] != "" || x.open == Share{Charge: c.ID}:
		case x.order == "":
			asked[c.ID] = true
			items = append(items, Item{Charge: c.ID, EmployerFen: x.open.EmployerFen, PersonFen: x.open.PersonFen, LateFee: x.open.LateFee})
		case own[c.ID]:
			taken = x.order
		default:
			return nil, fault.New(fault.Conflict, "collection.settled_open", fault.Args{"order": x.order})
		}
		if own[c.ID] && taken == "" {
			taken = x.order // paid
		}
	}
	if len(items) == 0 && taken != "" {
		return nil, fault.New(fault.Conflict, "collection.order_exists", fault.Args{"order": taken})
	}
	return items, nil
}

// withSettling are charges with those that settle them, over however many steps.
func withSettling(ctx context.Context, s Books, charges []declaration.Charge) ([]declaration.Charge, error) {
	known := map[string]bool{}
	var next []string
	for _, c := range charges {
		known[c.ID], next = true, append(next, c.ID)
	}
	for len(next) > 0 {
		more, err := s.Settling(ctx, next...)
		if err != nil {
			return nil, err
		}
		next = nil
		for _, c := range more {
			if !known[c.ID] {
				known[c.ID], next, charges = true, append(next, c.ID), append(charges, c)
			}
		}
	}
	return charges, nil
}

// backUnasked finds the charges that were taken back before an order asked for
// them or anything was paid.
func backUnasked(charges []declaration.Charge, left map[string]stand) map[string]string {
	back, asked := declaration.TakenBack(charges), map[string]bool{"": true}
	for _, c := range charges {
		if x := left[c.ID]; x.order != "" || x.paid != (Share{Charge: c.ID}) {
			asked[back[c.ID]] = true
		}
	}
	maps.DeleteFunc(back, func(_, with string) bool { return asked[with] })
	return back
}

// CancelOrder cancels an order that is not at the bank and not paid, not even
// in part.
func CancelOrder(ctx context.Context, s Money, id, reason string) error {
	d, err := lock(ctx, s, id)
	if err != nil {
		return err
	}
	switch st := d.standing(id); {
	case d.orders[id].ID == "":
		return notThere(id)
	case st.State == "cancelled":
		return nil
	case st.AtBank != "" || st.Paid != 0:
		return fault.New(fault.Conflict, "collection.order_"+st.State, fault.Args{"order": id})
	}
	if err := s.CloseOrders(ctx, id); err != nil {
		return err
	}
	return s.AddOrderEvent(ctx, Event{ID: s.NewID(), Order: id, Kind: Cancelled, On: s.Today(), Reason: reason})
}

// docket is a set of orders with all that is known of them.
type docket struct {
	orders   map[string]Order
	items    map[string][]Item
	events   map[string][]Event
	payments map[string][]Payment
	charges  map[string]declaration.Charge
	earlier  map[string][]declaration.Charge // what differences of who pays alone come after
	booked   map[string]map[string]Share     // by order and charge; of part-paid orders
}

func (d *docket) standing(id string) Standing {
	return Fold(d.orders[id], d.events[id], d.payments[id])
}

func ids(orders []Order) []string {
	out := make([]string, len(orders))
	for i, o := range orders {
		out[i] = o.ID
	}
	return out
}

// lock locks orders and reads what is known of them. Ids that are none are left
// out.
func lock(ctx context.Context, s Money, ids ...string) (*docket, error) {
	if err := s.LockOrders(ctx, ids...); err != nil {
		return nil, err
	}
	return load(ctx, s, ids...)
}

func notThere(order string) error {
	return fault.New(fault.NotFound, "collection.no_order", fault.Args{"order": order})
}
