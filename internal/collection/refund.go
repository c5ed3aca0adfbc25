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
	Overpaid       = "overpaid"        // more was paid of a charge than was billed
	OfSuspense     = "suspense"        // money that no order claims goes back
	OfSettlement   = "settlement"      // a difference in the payer's favour
	NotBegun       = "cover_not_begun" // a resident's premium, before its benefits begin (R-MED-10); asked for and decided by a case only
)

// Refunder is what refunds need of the store.
type Refunder interface {
	Claims
	Desk
	declaration.Writer
	ChargesOf(ctx context.Context, persons []string) ([]declaration.Charge, error)
}

// RequestRefund opens a refund, for another person to decide. What it asks for
// must be owed to the payer by the books and not be asked for already. Of a
// month that was paid twice, elsewhere is what other areas have of the person.
func RequestRefund(ctx context.Context, s Refunder, c RefundCase, elsewhere ...AreaPaid) (RefundCase, error) {
	c.ID, c.State, c.RequestedBy, c.RequestedOn = s.NewID(), "requested", s.Actor().ID, s.Today()
	if c.EmployerFen < 0 || c.PersonFen < 0 || c.LateFee < 0 || c.share().total() == 0 {
		return c, fault.New(fault.Invalid, "collection.no_amount", nil)
	}
	if err := refundable(ctx, s, &c, elsewhere); err != nil {
		return c, err
	}
	return c, s.AddRefund(ctx, c)
}

func (c RefundCase) share() Share {
	return Share{Charge: c.Charge, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen, LateFee: c.LateFee}
}

// refundable checks a case against the books and fills in whose it is.
func refundable(ctx context.Context, s Refunder, c *RefundCase, elsewhere []AreaPaid) error {
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
	case OfSettlement, Overpaid:
		have, err = owedBack(ctx, s, ch)
	case DuplicateMonth:
		have, err = paidTwice(ctx, s, ch, elsewhere)
	case NotBegun:
		have, err = keptOf(ctx, s, ch)
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
		if x.Charge == ch.ID && x.ID != c.ID && x.State == "requested" { // what was approved is in the journal
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

// owedBack is what the payer has too much in a charge: a difference in the
// payer's favour that was not used up, or what was paid beyond what was billed.
// An order that is not paid uses it up. Of what it settles no more goes back than
// was paid of it: what was never paid is not owed to anybody.
func owedBack(ctx context.Context, s Refunder, ch declaration.Charge) (Share, error) {
	root := ch
	for root.Settles != "" {
		var err error
		if root, err = s.Charge(ctx, root.Settles); err != nil {
			return Share{}, err
		}
	}
	family, err := withSettling(ctx, s, []declaration.Charge{root})
	if err != nil {
		return Share{}, err
	}
	all, err := standOf(ctx, s, family)
	if err != nil {
		return Share{}, err
	}
	var due Share
	for _, c := range family {
		due = due.less(all[c.ID].open.negative())
	}
	x := all[ch.ID]
	if x.order != "" {
		d, err := load(ctx, s, x.order)
		if err != nil || d.standing(x.order).State != "paid" {
			return Share{}, err
		}
	}
	have := x.open.negative()
	have.EmployerFen, have.PersonFen, have.LateFee = min(have.EmployerFen, -due.EmployerFen), min(have.PersonFen, -due.PersonFen), min(have.LateFee, -due.LateFee)
	return have, nil
}

// paidTwice is what was paid of a charge and not given back, if the month was
// paid more than once (R-BACKPAY-13).
func paidTwice(ctx context.Context, s Refunder, ch declaration.Charge, elsewhere []AreaPaid) (Share, error) {
	here := AreaPaid{Area: s.Area()}
	for _, a := range elsewhere {
		if a.Area == here.Area {
			return Share{}, errors.New("this area is not elsewhere")
		}
	}
	kept, err := keptOf(ctx, s, ch)
	if err != nil {
		return Share{}, err
	}
	if here.Charges, err = s.ChargesOf(ctx, []string{ch.Person}); err != nil {
		return Share{}, err
	}
	if here.Paid, err = s.PaidOf(ctx, []string{ch.Person}); err != nil {
		return Share{}, err
	}
	first := declaration.Settled(here.Charges).Root(ch.ID)
	for _, d := range Doubles(append([]AreaPaid{here}, elsewhere...)) {
		for _, p := range d.Paid {
			if p.Area == here.Area && p.Charge == first {
				kept.EmployerFen, kept.PersonFen = min(kept.EmployerFen, p.EmployerFen), min(kept.PersonFen, p.PersonFen)
				return kept, nil
			}
		}
	}
	return Share{}, fault.New(fault.Conflict, "collection.not_paid_twice", fault.Args{"charge": ch.ID})
}

// keptOf is what was paid for a charge and not given back.
func keptOf(ctx context.Context, s Refunder, ch declaration.Charge) (Share, error) {
	charges, err := s.ChargesOf(ctx, []string{ch.Person})
	if err != nil {
		return Share{}, err
	}
	list := []declaration.Charge{ch}
	for _, c := range charges {
		if c.Settles == ch.ID && c.Kind == declaration.ChargeGivenBack {
			list = append(list, c)
		}
	}
	all, err := standOf(ctx, s, list)
	kept := Share{Charge: ch.ID}
	for _, x := range all {
		kept = kept.less(x.paid.negative())
	}
	return kept, err
}

// DecideRefund decides a refund. Approved, it is booked as owed to the payer
// (Refunds); a month that was paid twice, or whose cover does not begin, is taken
// off the bill too, by a charge of its own, so that nothing shows as unpaid
// afterwards.
func DecideRefund(ctx context.Context, s Refunder, r *law.Reader, id string, approve bool, reason string, elsewhere ...AreaPaid) (RefundCase, error) {
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
	if err := refundable(ctx, s, &c, elsewhere); err != nil {
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
		bank, err := suspended(ctx, s, item.BankLine)
		if err != nil {
			return nil, err
		}
		item.State, item.ClosedOn, item.ClosedBy = SuspenseRefunded, s.Today(), s.Actor().ID
		return []ledger.Leg{{Account: ledger.Suspense, Party: bank[0].Party, EmployerFen: c.EmployerFen}, back}, s.SaveSuspense(ctx, item)
	}
	ch, err := s.Charge(ctx, c.Charge)
	if err != nil {
		return nil, err
	}
	share := c.share().negative()
	target := ch
	before, err := keptOf(ctx, s, ch)
	if err != nil {
		return nil, err
	}
	if c.Kind == DuplicateMonth || c.Kind == NotBegun {
		bill, err := declaration.GiveBack(ctx, s, ch, c.EmployerFen, c.PersonFen, c.LateFee, "refund:"+c.ID)
		if err != nil {
			return nil, err
		}
		target = bill.Charges[0]
	}
	earlier, err := earlierOf(ctx, s, ch)
	if err != nil {
		return nil, err
	}
	own, err := credit(r, ch, earlier, before, share)
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
