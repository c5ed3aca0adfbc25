package collection

import (
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
)

// Kinds of refunds.
const (
	DuplicateMonth = "duplicate_month" // a month paid twice counts once (R-BACKPAY-13)
	Overpaid       = "overpaid"        // more was paid than was owed
	OfSuspense     = "suspense"        // money that no order claims goes back
	OfSettlement   = "settlement"      // a difference in the payer's favour
)

// Refunder is what refunds need of the store.
type Refunder interface {
	Books
	Desk
	declaration.Writer
	Charge(ctx context.Context, id string) (declaration.Charge, error)
}

// RequestRefund opens a refund, for another person to decide. What it asks for
// must have been paid, or be owed to the payer, and not be asked for already.
func RequestRefund(ctx context.Context, s Refunder, c RefundCase) (RefundCase, error) {
	c.ID, c.State, c.RequestedBy, c.RequestedOn = s.NewID(), "requested", s.Actor().ID, s.Today()
	if c.EmployerFen < 0 || c.PersonFen < 0 || c.LateFee < 0 || c.share().total() == 0 {
		return c, fault.New(fault.Invalid, "collection.no_amount", nil)
	}
	if err := refundable(ctx, s, &c); err != nil {
		return c, err
	}
	return c, s.AddRefund(ctx, c)
}

func (c RefundCase) share() Share {
	return Share{Charge: c.Charge, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen, LateFee: c.LateFee}
}

// refundable checks a case against the books and fills in whose it is.
func refundable(ctx context.Context, s Refunder, c *RefundCase) error {
	if c.Kind == OfSuspense {
		item, err := openSuspense(ctx, s, c.Payment)
		if err == nil && (c.EmployerFen != item.Amount || c.PersonFen != 0 || c.LateFee != 0) {
			err = fault.New(fault.Invalid, "collection.more_than_suspense", fault.Args{"open": item.Amount.String()})
		}
		return err
	}
	ch, err := s.Charge(ctx, c.Charge)
	if errors.Is(err, books.ErrNotFound) {
		return fault.New(fault.NotFound, "collection.no_charge", fault.Args{"charge": c.Charge})
	}
	if err != nil {
		return err
	}
	c.Employer, c.Person, c.Scheme, c.FeeMonth = ch.Employer, ch.Person, ch.Scheme, ch.FeeMonth
	var have Share
	switch c.Kind {
	case OfSettlement:
		have, err = owedBack(ctx, s, ch)
	case DuplicateMonth, Overpaid:
		have, err = paidOf(ctx, s, ch.ID)
	default:
		return fault.New(fault.Invalid, "collection.refund_kind", nil)
	}
	if err != nil {
		return err
	}
	earlier, err := s.RefundsOf(ctx, ch.Person)
	if err != nil {
		return err
	}
	for _, x := range earlier {
		if x.Charge == ch.ID && x.ID != c.ID && x.State != "refused" {
			have = have.less(x.share())
		}
	}
	if c.EmployerFen > have.EmployerFen || c.PersonFen > have.PersonFen || c.LateFee > have.LateFee {
		return fault.New(fault.Conflict, "collection.more_than_paid", fault.Args{"paid": max(0, have.total()).String()})
	}
	return nil
}

func (s Share) less(t Share) Share {
	s.EmployerFen -= t.EmployerFen
	s.PersonFen -= t.PersonFen
	s.LateFee -= t.LateFee
	return s
}

func (s Share) negative() Share { return Share{Charge: s.Charge}.less(s) }

// owedBack is a negative difference that no order has used up.
func owedBack(ctx context.Context, s Refunder, ch declaration.Charge) (Share, error) {
	orders, err := s.OrdersOfCharge(ctx, ch.ID)
	if err != nil {
		return Share{}, err
	}
	d, err := lock(ctx, s, orders...)
	if err != nil {
		return Share{}, err
	}
	for _, id := range orders {
		if d.standing(id).State != "cancelled" {
			return Share{}, nil
		}
	}
	return Share{Charge: ch.ID, EmployerFen: -ch.EmployerFen, PersonFen: -ch.PersonFen, LateFee: -ch.LateFee}, nil
}

// paidOf is what the journal says was paid for a charge.
func paidOf(ctx context.Context, s Refunder, charge string) (Share, error) {
	orders, err := s.OrdersOfCharge(ctx, charge)
	if err != nil {
		return Share{}, err
	}
	d, err := lock(ctx, s, orders...)
	if err != nil {
		return Share{}, err
	}
	if err := d.detail(ctx, s, orders...); err != nil {
		return Share{}, err
	}
	sum := Share{Charge: charge}
	for _, id := range orders {
		sum = sum.less(d.booked[id][charge].negative())
	}
	return sum, nil
}

// keptOf is what was paid for a charge and not given back.
func keptOf(ctx context.Context, s Refunder, ch declaration.Charge) (Share, error) {
	kept, err := paidOf(ctx, s, ch.ID)
	if err != nil {
		return kept, err
	}
	earlier, err := s.RefundsOf(ctx, ch.Person)
	for _, x := range earlier {
		if x.Charge == ch.ID && (x.State == "approved" || x.State == "paid") {
			kept = kept.less(x.share())
		}
	}
	return kept, err
}

// DecideRefund decides a refund. Approved, it is booked as owed to the payer
// (Refunds); a month that was paid twice is taken off the bill too, by a
// settlement charge, so that nothing shows as unpaid afterwards.
func DecideRefund(ctx context.Context, s Refunder, r *law.Reader, id string, approve bool, reason string) (RefundCase, error) {
	c, err := s.RefundCase(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return c, fault.New(fault.NotFound, "collection.no_refund", fault.Args{"refund": id})
	}
	if err != nil {
		return c, err
	}
	if c.State != "requested" {
		return c, fault.New(fault.Conflict, "collection.refund_decided", fault.Args{"refund": id})
	}
	c.DecidedBy, c.DecidedOn = s.Actor().ID, s.Today()
	if !approve {
		if reason == "" {
			return c, fault.New(fault.Invalid, "collection.no_reason", nil)
		}
		c.State = "refused"
		return c, s.SaveRefund(ctx, c)
	}
	if err := refundable(ctx, s, &c); err != nil {
		return c, err
	}
	legs, err := refundLegs(ctx, s, r, c)
	if err != nil {
		return c, err
	}
	e, err := ledger.Post(ctx, s, ledger.Entry{Kind: ledger.Refund, PostedOn: s.Today(), RefKind: "refund", Ref: c.ID, Key: "refund:" + c.ID, Reason: c.Kind, Legs: legs})
	if err != nil {
		return c, err
	}
	c.State, c.Entry = "approved", e.ID
	return c, s.SaveRefund(ctx, c)
}

// refundLegs are those of a receipt the other way round, against Refunds.
func refundLegs(ctx context.Context, s Refunder, r *law.Reader, c RefundCase) ([]ledger.Leg, error) {
	back := ledger.Leg{Account: ledger.Refunds, Party: party(c.Employer, c.Person), Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth,
		EmployerFen: -c.EmployerFen - c.LateFee, PersonFen: -c.PersonFen}
	if c.Kind == OfSuspense {
		item, err := openSuspense(ctx, s, c.Payment)
		if err != nil {
			return nil, err
		}
		bank, err := s.EntriesOf(ctx, "bank_line", item.BankLine)
		if err != nil || len(bank) != 1 {
			return nil, errors.Join(errors.New("suspense without an entry"), err)
		}
		item.State, item.ClosedOn, item.ClosedBy = SuspenseRefunded, s.Today(), s.Actor().ID
		return []ledger.Leg{{Account: ledger.Suspense, Party: bank[0].Legs[0].Party, EmployerFen: c.EmployerFen}, back}, s.SaveSuspense(ctx, item)
	}
	ch, err := s.Charge(ctx, c.Charge)
	if err != nil {
		return nil, err
	}
	share := c.share().negative()
	target, before := ch, Share{}
	if c.Kind != OfSettlement {
		if before, err = keptOf(ctx, s, ch); err != nil {
			return nil, err
		}
		bill, err := declaration.GiveBack(ctx, s, ch, c.EmployerFen, c.PersonFen, c.LateFee, "refund:"+c.ID)
		if err != nil {
			return nil, err
		}
		target = bill.Charges[0]
	}
	own, err := credit(r, ch, before, share)
	if err != nil {
		return nil, err
	}
	fund := newFunds()
	legs := append([]ledger.Leg{back}, due(target, share)...)
	legs = append(legs, fund.add(target, share, own)...)
	return append(legs, fund.legs()...), nil
}

func party(employer, person string) string {
	if employer != "" {
		return employer
	}
	return person
}

// PayRefund books that the money of an approved refund left the bank.
func PayRefund(ctx context.Context, s Refunder, id, bank string, on calendar.Date) (RefundCase, error) {
	c, err := s.RefundCase(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return c, fault.New(fault.NotFound, "collection.no_refund", fault.Args{"refund": id})
	}
	switch {
	case err != nil:
		return c, err
	case c.State != "approved":
		return c, fault.New(fault.Conflict, "collection.refund_not_approved", fault.Args{"refund": id})
	case bank == "" || on == 0 || on > s.Today() || on < c.DecidedOn:
		return c, fault.New(fault.Invalid, "collection.bad_day", nil)
	}
	total := c.EmployerFen + c.LateFee
	_, err = ledger.Post(ctx, s, ledger.Entry{Kind: ledger.Refund, PostedOn: on, RefKind: "refund", Ref: c.ID, Key: "refund_paid:" + c.ID, Reason: c.Kind, Legs: []ledger.Leg{
		{Account: ledger.Refunds, Party: party(c.Employer, c.Person), Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: total, PersonFen: c.PersonFen},
		{Account: ledger.Bank, Party: bank, EmployerFen: -total, PersonFen: -c.PersonFen}}})
	if err != nil {
		return c, err
	}
	c.State = "paid"
	return c, s.SaveRefund(ctx, c)
}
