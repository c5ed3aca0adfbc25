package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// ClaimInput gives suspense money to orders.
type ClaimInput struct {
	Item   string            `json:"item"`
	Parts  []collection.Part `json:"parts"`
	Reason string            `json:"reason"`
}

// ClaimSuspense gives suspense money to the orders that a person found for it.
func (o *Office) ClaimSuspense(ctx context.Context, q Request, in ClaimInput) (collection.Suspense, error) {
	if err := access.Check(q.Actor, "suspense.assign", access.Scope{Area: q.Area}); err != nil {
		return collection.Suspense{}, err
	}
	return Do(ctx, o, q, "suspense.claim", in, func(tx store.Tx) (collection.Suspense, error) {
		r, err := o.reader(tx)
		if err != nil {
			return collection.Suspense{}, err
		}
		item, _, err := collection.Claim(ctx, tx, tx, r, in.Item, in.Parts)
		if err != nil {
			return item, err
		}
		return item, Audited(ctx, tx, "suspense.assign", "suspense", in.Item, in.Reason, nil, in.Parts)
	})
}

// OwnerInput gives suspense money an owner.
type OwnerInput struct {
	Item  string `json:"item"`
	Owner string `json:"owner"`
}

// AssignSuspense says who looks after suspense money.
func (o *Office) AssignSuspense(ctx context.Context, q Request, in OwnerInput) (collection.Suspense, error) {
	if err := access.Check(q.Actor, "suspense.assign", access.Scope{Area: q.Area}); err != nil {
		return collection.Suspense{}, err
	}
	return Do(ctx, o, q, "suspense.owner", in, func(tx store.Tx) (collection.Suspense, error) {
		item, err := tx.SuspenseItem(ctx, in.Item)
		if err != nil {
			return item, missing(err, "collection.no_suspense", fault.Args{"item": in.Item})
		}
		if err := o.saw(q, item); err != nil {
			return item, err
		}
		if item, err = collection.Assign(ctx, tx, item, in.Owner); err != nil {
			return item, err
		}
		return item, Audited(ctx, tx, "suspense.assign", "suspense", in.Item, "", nil, in.Owner)
	})
}

// RequestRefund asks for money to go back; another person decides.
func (o *Office) RequestRefund(ctx context.Context, q Request, in collection.RefundCase) (collection.RefundCase, error) {
	if in.Kind == collection.NotBegun {
		return collection.RefundCase{}, fault.New(fault.Conflict, "collection.refund_by_case", nil)
	}
	s := access.Scope{Area: q.Area}
	var err error
	if in.Kind != collection.OfSuspense {
		s, err = See(ctx, o, q, func(tx store.Tx) (access.Scope, error) {
			c, err := tx.Charge(ctx, in.Charge)
			if c.Employer != "" {
				c.Person = "" // what the employer paid goes back to the employer
			}
			return access.Scope{Area: q.Area, Employer: c.Employer, Person: c.Person}, missing(err, "collection.no_charge", fault.Args{"charge": in.Charge})
		})
	}
	if err := allowed(q, "refund.request", s, err); err != nil {
		return collection.RefundCase{}, err
	}
	other, err := o.elsewhere(ctx, q, in.Kind, in.Charge)
	if err != nil {
		return collection.RefundCase{}, err
	}
	return Do(ctx, o, q, "refund.request", in, func(tx store.Tx) (collection.RefundCase, error) {
		c, err := collection.RequestRefund(ctx, tx, in, other...)
		if err != nil {
			return c, err
		}
		return c, Audited(ctx, tx, "refund.request", "refund", c.ID, in.Reason, nil, c)
	})
}

// RefundDecision decides a refund.
type RefundDecision struct {
	Refund  string `json:"refund"`
	Approve bool   `json:"approve"`
	Reason  string `json:"reason"`
}

// DecideRefund approves or refuses a refund that another person asked for.
func (o *Office) DecideRefund(ctx context.Context, q Request, in RefundDecision) (collection.RefundCase, error) {
	s, err := o.refundScope(ctx, q, in.Refund)
	if err := allowed(q, "refund.decide", s, err); err != nil {
		return collection.RefundCase{}, err
	}
	c, err := See(ctx, o, q, func(tx store.Tx) (collection.RefundCase, error) { return tx.RefundCase(ctx, in.Refund) })
	if err != nil {
		return c, err
	}
	if c.Kind == collection.NotBegun {
		return c, fault.New(fault.Conflict, "collection.refund_by_case", nil)
	}
	other, err := o.elsewhere(ctx, q, c.Kind, c.Charge)
	if err != nil {
		return c, err
	}
	return Do(ctx, o, q, "refund.decide", in, func(tx store.Tx) (collection.RefundCase, error) {
		r, err := o.reader(tx)
		if err != nil {
			return collection.RefundCase{}, err
		}
		c, err := collection.DecideRefund(ctx, tx, r, in.Refund, in.Approve, in.Reason, other...)
		if err != nil {
			return c, err
		}
		return c, Audited(ctx, tx, "refund.decide", "refund", c.ID, in.Reason, nil, c)
	})
}

// RefundPaid says that the money of a refund left the bank.
type RefundPaid struct {
	Refund string        `json:"refund"`
	Bank   string        `json:"bank"`
	On     calendar.Date `json:"on"`
}

// PayRefund books that the money of an approved refund left the bank.
func (o *Office) PayRefund(ctx context.Context, q Request, in RefundPaid) (collection.RefundCase, error) {
	if err := access.Check(q.Actor, "payment.receive", access.Scope{Area: q.Area}); err != nil {
		return collection.RefundCase{}, err
	}
	return Do(ctx, o, q, "refund.pay", in, func(tx store.Tx) (collection.RefundCase, error) {
		c, err := collection.PayRefund(ctx, tx, in.Refund, in.Bank, in.On)
		if err != nil {
			return c, err
		}
		return c, Audited(ctx, tx, "payment.receive", "refund", c.ID, "", nil, in)
	})
}
