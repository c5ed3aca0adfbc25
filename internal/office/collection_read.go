package office

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/fault"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// missing says in a noun's words that a thing is not there.
func missing(err error, key string, args fault.Args) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, key, args, err)
	}
	return err
}

// allowed checks who may, once it is known whose the thing is. Whoever may not
// see it is told nothing else of it.
func allowed(q Request, action access.Action, s access.Scope, err error) error {
	if denied := access.Check(q.Actor, action, s); denied != nil {
		return denied
	}
	return err
}

func (o *Office) orderScope(ctx context.Context, q Request, id string) (access.Scope, error) {
	return See(ctx, o, q, func(tx store.Tx) (access.Scope, error) {
		order, err := tx.Order(ctx, id)
		return access.Scope{Area: q.Area, Employer: order.Employer, Person: order.Person}, missing(err, "collection.no_order", fault.Args{"order": id})
	})
}

func (o *Office) refundScope(ctx context.Context, q Request, id string) (access.Scope, error) {
	return See(ctx, o, q, func(tx store.Tx) (access.Scope, error) {
		c, err := tx.RefundCase(ctx, id)
		s := access.Scope{Area: q.Area, Employer: c.Employer, Maker: cmp.Or(c.RequestedBy, "nobody")} // one that is not there has no maker, and is not found
		if c.Employer == "" {
			s.Person = c.Person
		}
		return s, missing(err, "collection.no_refund", fault.Args{"refund": id})
	})
}

// OrderView is an order with what became of it.
type OrderView struct {
	collection.Order
	Standing collection.Standing  `json:"standing"`
	Items    []collection.Item    `json:"items"`
	Events   []collection.Event   `json:"events"`
	Payments []collection.Payment `json:"payments"`
}

func orderView(ctx context.Context, tx store.Tx, id string) (OrderView, error) {
	order, err := tx.Order(ctx, id)
	if err != nil {
		return OrderView{}, missing(err, "collection.no_order", fault.Args{"order": id})
	}
	v := OrderView{Order: order}
	if v.Items, err = tx.OrderItems(ctx, id); err != nil {
		return v, err
	}
	if v.Events, err = tx.OrderEvents(ctx, id); err != nil {
		return v, err
	}
	if v.Payments, err = tx.PaymentsOf(ctx, id); err != nil {
		return v, err
	}
	v.Standing = collection.Fold(order, v.Events, v.Payments)
	return v, nil
}

// Order reads an order with what became of it.
func (o *Office) Order(ctx context.Context, q Request, id string) (OrderView, error) {
	s, err := o.orderScope(ctx, q, id)
	if err := allowed(q, "order.read", s, err); err != nil {
		return OrderView{}, err
	}
	return Show(ctx, o, q, "order.read", func(tx store.Tx) (OrderView, []string, error) {
		v, err := orderView(ctx, tx, id)
		return v, []string{v.Person}, err
	})
}

// OrderLine is an order of a list.
type OrderLine struct {
	collection.Order
	Standing collection.Standing `json:"standing"`
}

// Orders lists the orders of an employer, or of a person without one; a zero
// month is all.
func (o *Office) Orders(ctx context.Context, q Request, employer, person string, m calendar.Month) ([]OrderLine, error) {
	if err := access.Check(q.Actor, "order.read", access.Scope{Area: q.Area, Employer: employer, Person: person}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "order.read", func(tx store.Tx) ([]OrderLine, []string, error) {
		orders, err := tx.OrdersOf(ctx, employer, person, m)
		if err != nil {
			return nil, nil, err
		}
		standing, err := collection.Standings(ctx, tx, orders)
		if err != nil {
			return nil, nil, err
		}
		out := make([]OrderLine, len(orders))
		for i, x := range orders {
			out[i] = OrderLine{x, standing[x.ID]}
		}
		return out, personsOf(orders, func(x collection.Order) string { return x.Person }), nil
	})
}

// BankFiles lists files to and from banks.
func (o *Office) BankFiles(ctx context.Context, q Request, p books.Page) ([]collection.File, error) {
	if err := access.Check(q.Actor, "bank.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]collection.File, error) { return tx.Files(ctx, p) })
}

// BankFileLine is a line of a bank file with what the payer wrote.
type BankFileLine struct {
	collection.BankLine
	Note string `json:"note,omitempty"`
}

// BankFileLines lists the lines of a bank file. What payers wrote may name
// people: reading it leaves a line.
func (o *Office) BankFileLines(ctx context.Context, q Request, file string) ([]BankFileLine, error) {
	if err := access.Check(q.Actor, "bank.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	q.Key = ""
	return Do(ctx, o, q, "bank.read", file, func(tx store.Tx) ([]BankFileLine, error) {
		if _, err := tx.File(ctx, file); err != nil {
			return nil, missing(err, "collection.no_file", fault.Args{"file": file})
		}
		lines, err := tx.FileLines(ctx, file)
		if err != nil {
			return nil, err
		}
		boxes := make([]string, len(lines))
		for i, l := range lines {
			boxes[i] = l.Memo
		}
		notes, err := tx.OpenBoxes(ctx, boxes...)
		if err != nil {
			return nil, err
		}
		out := make([]BankFileLine, len(lines))
		for i, l := range lines {
			out[i] = BankFileLine{l, notes[i]}
		}
		return out, Audited(ctx, tx, "bank.read", "bank_file", file, "", nil, nil)
	})
}

// SuspenseLine is suspense money with its age.
type SuspenseLine struct {
	collection.Suspense
	Days int `json:"days"` // since it was opened, to its end or today
}

// SuspenseItems lists suspense money of a state.
func (o *Office) SuspenseItems(ctx context.Context, q Request, state string, p books.Page) ([]SuspenseLine, error) {
	if err := access.Check(q.Actor, "bank.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]SuspenseLine, error) {
		items, err := tx.SuspenseItems(ctx, state, p)
		if err != nil {
			return nil, err
		}
		out := make([]SuspenseLine, len(items))
		for i, x := range items {
			out[i] = aged(tx, x)
		}
		return out, nil
	})
}

func aged(tx books.Frame, x collection.Suspense) SuspenseLine {
	return SuspenseLine{x, int(cmp.Or(x.ClosedOn, tx.Today()) - x.OpenedOn)}
}

// SuspenseItem reads suspense money.
func (o *Office) SuspenseItem(ctx context.Context, q Request, id string) (SuspenseLine, error) {
	if err := access.Check(q.Actor, "bank.read", access.Scope{Area: q.Area}); err != nil {
		return SuspenseLine{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (SuspenseLine, error) {
		x, err := tx.SuspenseItem(ctx, id)
		if err != nil {
			return SuspenseLine{}, missing(err, "collection.no_suspense", fault.Args{"item": id})
		}
		return aged(tx, x), o.saw(q, x)
	})
}

// Refunds lists refunds of a state: to an employer or a person its own.
func (o *Office) Refunds(ctx context.Context, q Request, state string, p books.Page) ([]collection.RefundCase, error) {
	if err := access.Check(q.Actor, "refund.read", access.Scope{Area: q.Area, Employer: q.Actor.Employer, Person: q.Actor.Person}); err != nil {
		return nil, err
	}
	f := collection.RefundFilter{State: state, Employer: q.Actor.Employer, Person: q.Actor.Person}
	return Show(ctx, o, q, "refund.read", func(tx store.Tx) ([]collection.RefundCase, []string, error) {
		list, err := tx.RefundCases(ctx, f, p)
		return list, personsOf(list, func(c collection.RefundCase) string { return c.Person }), err
	})
}

// DuplicateMonths finds the months that a person paid more than once, in this
// area or in another of the actor's (R-BACKPAY-13). Areas are read one after
// another: a payment that moves meanwhile may be seen twice, so what is found
// is a proposal.
func (o *Office) DuplicateMonths(ctx context.Context, q Request, person string) ([]collection.Doubled, error) {
	if err := access.Check(q.Actor, "refund.read", access.Scope{Area: q.Area, Person: person}); err != nil {
		return nil, err
	}
	list, err := o.paidBy(ctx, q, person)
	return collection.Doubles(list), err
}

// elsewhere is what the other areas of the actor have of the person of a
// charge, for a refund of a month that was paid twice.
func (o *Office) elsewhere(ctx context.Context, q Request, kind, charge string) ([]collection.AreaPaid, error) {
	if kind != collection.DuplicateMonth {
		return nil, nil
	}
	person, err := See(ctx, o, q, func(tx store.Tx) (string, error) {
		c, err := tx.Charge(ctx, charge)
		return c.Person, missing(err, "collection.no_charge", fault.Args{"charge": charge})
	})
	if err != nil {
		return nil, err
	}
	list, err := o.paidBy(ctx, q, person)
	return slices.DeleteFunc(list, func(a collection.AreaPaid) bool { return a.Area == q.Area }), err
}

// paidBy is what a person paid, in each area of the actor.
func (o *Office) paidBy(ctx context.Context, q Request, person string) ([]collection.AreaPaid, error) {
	hash, err := See(ctx, o, q, func(tx store.Tx) (string, error) {
		p, err := tx.Person(ctx, person, registry.When{AsOf: tx.Today()})
		return p.NumberHash, missing(err, "registry.no_person", nil)
	})
	if err != nil {
		return nil, err
	}
	var list []collection.AreaPaid
	for _, area := range append([]string{q.Area}, q.Actor.Areas...) {
		if slices.ContainsFunc(list, func(a collection.AreaPaid) bool { return a.Area == area }) {
			continue
		}
		there := q
		there.Area = area
		paid, err := Show(ctx, o, there, "refund.read", func(tx store.Tx) (collection.AreaPaid, []string, error) { return areaPaid(ctx, tx, hash) })
		if err != nil {
			return nil, err
		}
		list = append(list, paid)
	}
	return list, nil
}

// areaPaid is what a person paid in an area, and who the person is there.
func areaPaid(ctx context.Context, tx store.Tx, hash string) (collection.AreaPaid, []string, error) {
	out := collection.AreaPaid{Area: tx.Area()}
	p, err := tx.PersonByHash(ctx, hash, registry.When{AsOf: tx.Today()})
	if errors.Is(err, books.ErrNotFound) {
		return out, nil, nil
	}
	if err != nil {
		return out, nil, err
	}
	same, err := tx.SamePersons(ctx, p.ID, tx.Today())
	if err != nil {
		return out, nil, err
	}
	if out.Paid, err = tx.PaidOf(ctx, same); err != nil {
		return out, nil, err
	}
	out.Charges, err = tx.ChargesOf(ctx, same)
	return out, []string{p.ID}, err
}
