package collection

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// BankRetry begins the reason of whatever pays an order whose debit failed for
// lack of funds before: "bank_retry:insufficient_funds" (R-POST-02). Histories
// read the cause debit_failed from it. After another failure the reason is the
// bank's alone.
const BankRetry = "bank_retry"

// Books is what booking money needs of the store.
type Books interface {
	Money
	ledger.Store
	Charge(ctx context.Context, id string) (declaration.Charge, error)
	// Settling lists the charges that settle charges.
	Settling(ctx context.Context, charges ...string) ([]declaration.Charge, error)
}

// Receiving is money that is to be booked for an order.
type Receiving struct {
	Order     string
	Source    string // debit, counter, transfer
	Amount    money.Fen
	PaidOn    calendar.Date
	ArrivedOn calendar.Date
	BankLine  string
	Batch     string // the batch that a debit answers
	Key       string // of the payment
	How       string // why it is this order's: by_reference, ...
	Bank      string // party of the leg
	Claimed   bool   // from suspense, not from the bank
	Late      bool   // of a batch whose answers nobody waited for any more
}

// receive books money for orders of the docket, which are locked: a payment, an
// event and an entry each. Money beyond what an order asks is refused.
func (d *docket) receive(ctx context.Context, s Books, r *law.Reader, list []Receiving) ([]Payment, error) {
	var orders []string
	for _, x := range list {
		if d.items[x.Order] == nil {
			orders = append(orders, x.Order)
		}
	}
	slices.Sort(orders)
	if err := d.detail(ctx, s, slices.Compact(orders)...); err != nil {
		return nil, err
	}
	var payments []Payment
	var entries []ledger.Entry
	var paid []string
	for _, x := range list {
		p, e, err := d.one(ctx, s, r, x)
		if err != nil {
			return nil, err
		}
		if d.standing(x.Order).Open == 0 {
			paid = append(paid, x.Order)
		}
		payments, entries = append(payments, p), append(entries, e)
	}
	if err := s.CloseOrders(ctx, paid...); err != nil {
		return nil, err
	}
	_, err := ledger.PostAll(ctx, s, entries)
	return payments, err
}

func (d *docket) one(ctx context.Context, s Books, r *law.Reader, x Receiving) (Payment, ledger.Entry, error) {
	if _, ok := d.orders[x.Order]; !ok {
		return Payment{}, ledger.Entry{}, notThere(x.Order)
	}
	st := d.standing(x.Order)
	switch {
	case x.Amount <= 0:
		return Payment{}, ledger.Entry{}, fault.New(fault.Invalid, "collection.no_amount", nil)
	case st.State == "cancelled" || st.State == "paid":
		return Payment{}, ledger.Entry{}, fault.New(fault.Conflict, "collection.order_"+st.State, fault.Args{"order": x.Order})
	case st.AtBank != x.Batch && (st.AtBank != "" || !x.Late): // the bank's answer is awaited: money that comes besides it would be paid twice
		return Payment{}, ledger.Entry{}, fault.New(fault.Conflict, "collection.order_at_bank", fault.Args{"order": x.Order})
	case x.PaidOn < min(d.orders[x.Order].Month.First(), d.orders[x.Order].CreatedOn): // a month is not paid before it begins
		return Payment{}, ledger.Entry{}, fault.New(fault.Invalid, "collection.paid_before_month", fault.Args{"order": x.Order, "month": d.orders[x.Order].Month.String()})
	case x.Amount > st.Open:
		return Payment{}, ledger.Entry{}, fault.New(fault.Conflict, "collection.more_than_open", fault.Args{"order": x.Order, "open": st.Open.String()})
	}
	rule, hole := r.Allocation(x.PaidOn)
	if hole != nil {
		return Payment{}, ledger.Entry{}, fault.New(fault.Missing, "collection.missing_law", fault.Args{"parameter": hole.Parameter})
	}
	p := Payment{ID: s.NewID(), Source: x.Source, BankLine: x.BankLine, Order: x.Order, Amount: x.Amount, PaidOn: x.PaidOn, ArrivedOn: x.ArrivedOn, Key: x.Key,
		At: s.At(), Actor: s.Actor().ID}
	if p.Reason = st.Failure; law.LackOfFunds(st.Failure) {
		p.Reason = BankRetry + ":" + st.Failure
	}
	shares := Allocate(rule, d.rest(x.Order), d.charges, x.Amount)
	legs, err := d.legs(r, x, shares)
	if err != nil {
		return p, ledger.Entry{}, err
	}
	e := ledger.Entry{Kind: ledger.Receipt, PostedOn: x.PaidOn, RefKind: "payment", Ref: p.ID, Key: "payment:" + x.Key, Reason: p.Reason, Legs: legs}
	if x.Claimed {
		e.Kind = ledger.Claimed
	}
	ev := Event{ID: s.NewID(), Order: x.Order, Kind: PaidEvent, On: x.PaidOn, Amount: x.Amount, Reason: x.How, File: x.Batch, BankLine: x.BankLine, Payment: p.ID, At: s.At()}
	if err := s.AddPayment(ctx, p); err != nil {
		return p, e, err
	}
	if err := s.AddOrderEvent(ctx, ev); err != nil {
		return p, e, err
	}
	d.payments[x.Order], d.events[x.Order] = append(d.payments[x.Order], p), append(d.events[x.Order], ev)
	d.book(x.Order, e)
	return p, e, nil
}

// legs are the lines of a receipt, by what is actually paid (R-DECL-07).
func (d *docket) legs(r *law.Reader, x Receiving, shares []Share) ([]ledger.Leg, error) {
	from := ledger.Leg{Account: ledger.Bank, Party: x.Bank}
	if x.Claimed {
		from.Account = ledger.Suspense
	}
	var rest []ledger.Leg
	fund := newFunds()
	for _, sh := range shares {
		c := d.charges[sh.Charge]
		from.EmployerFen, from.PersonFen = from.EmployerFen+sh.EmployerFen+sh.LateFee, from.PersonFen+sh.PersonFen
		own, err := credit(r, c, d.earlier[c.ID], d.booked[x.Order][sh.Charge], sh)
		if err != nil {
			return nil, err
		}
		rest = append(rest, due(c, sh)...)
		rest = append(rest, fund.add(c, sh, own)...)
	}
	return append(append([]ledger.Leg{from}, rest...), fund.legs()...), nil
}

// due takes what was paid off what is owed.
func due(c declaration.Charge, sh Share) []ledger.Leg {
	party := c.Employer
	if party == "" {
		party = c.Person
	}
	var out []ledger.Leg
	leg := ledger.Leg{Account: ledger.Receivable, Party: party, Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, Charge: c.ID}
	if sh.EmployerFen != 0 || sh.PersonFen != 0 {
		leg.EmployerFen, leg.PersonFen = -sh.EmployerFen, -sh.PersonFen
		out = append(out, leg)
	}
	if sh.LateFee != 0 {
		leg.Account, leg.EmployerFen, leg.PersonFen = ledger.LateFeeDue, -sh.LateFee, 0
		out = append(out, leg)
	}
	return out
}

// funds gathers by scheme and month what leaves the accrual and enters the
// fund.
type funds struct{ due, fund, late map[fundLine]ledger.Leg }

type fundLine struct {
	scheme insurance.Scheme
	month  calendar.Month
}

func newFunds() *funds {
	return &funds{map[fundLine]ledger.Leg{}, map[fundLine]ledger.Leg{}, map[fundLine]ledger.Leg{}}
}

// add books a share into the fund but for what is the person's own, which is
// returned as a leg.
func (f *funds) add(c declaration.Charge, sh Share, own Share) []ledger.Leg {
	key := fundLine{c.Scheme, c.FeeMonth}
	plus := func(m map[fundLine]ledger.Leg, account string, employer, person money.Fen) {
		l := m[key]
		l.Account, l.Scheme, l.FeeMonth, l.EmployerFen, l.PersonFen = account, c.Scheme, c.FeeMonth, l.EmployerFen+employer, l.PersonFen+person
		m[key] = l
	}
	plus(f.due, ledger.FundDue, sh.EmployerFen+sh.LateFee, sh.PersonFen)
	plus(f.fund, ledger.Fund, own.EmployerFen-sh.EmployerFen, own.PersonFen-sh.PersonFen)
	plus(f.late, ledger.LateFee, -sh.LateFee, 0)
	if own.EmployerFen == 0 && own.PersonFen == 0 {
		return nil
	}
	return []ledger.Leg{{Account: ledger.Personal, Party: c.Person, Person: c.Person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, EmployerFen: -own.EmployerFen,
		PersonFen: -own.PersonFen, Charge: c.ID}}
}

func (f *funds) legs() []ledger.Leg {
	var out []ledger.Leg
	for _, m := range []map[fundLine]ledger.Leg{f.due, f.fund, f.late} {
		for _, k := range slices.SortedFunc(maps.Keys(m), func(a, b fundLine) int {
			return cmp.Or(cmp.Compare(a.scheme, b.scheme), cmp.Compare(a.month, b.month))
		}) {
			if l := m[k]; l.EmployerFen != 0 || l.PersonFen != 0 {
				out = append(out, l)
			}
		}
	}
	return out
}

// credit is what of a share enters the person's own account (R-REG-02): the
// account fills up from the person's share, then from the employer's, to the
// percentage of the base that the rule gives; the pooled fund gets the rest.
// Before is what was paid of the charge until now; earlier are the charges that a
// difference comes after.
func credit(r *law.Reader, c declaration.Charge, earlier []declaration.Charge, before, now Share) (Share, error) {
	rule := r.Account(c.Scheme, c.FeeMonth)
	if rule == nil || (rule.Mode != "credit" && rule.Mode != "person_share") {
		return Share{}, nil
	}
	target := c.PersonFen
	if rule.Mode == "credit" && rule.Credit != nil {
		whole, err := wholeCredit(rule, c, earlier)
		if err != nil {
			return Share{}, err
		}
		if gap := whole - c.PersonFen; gap > 99 || gap < -99 || c.Settles != "" { // shares may be rounded to the yuan: then the share is what enters
			target = whole
		}
	}
	fill := func(s Share) (employer, person money.Fen) {
		if target < 0 {
			return max(target-max(target, s.PersonFen), s.EmployerFen), max(target, s.PersonFen)
		}
		return max(0, min(target-min(target, s.PersonFen), s.EmployerFen)), max(0, min(target, s.PersonFen))
	}
	e0, p0 := fill(before)
	e1, p1 := fill(Share{EmployerFen: before.EmployerFen + now.EmployerFen, PersonFen: before.PersonFen + now.PersonFen})
	return Share{EmployerFen: e1 - e0, PersonFen: p1 - p0}, nil
}

// wholeCredit is the percentage of the base, in fen, half up as in the kernel. A
// difference of two bases carries the new one and an estimate none: there an
// employee's credit is the share, and that of who pays alone is what the
// percentage of the new base has more, or less, than that of the one before.
func wholeCredit(rule *law.AccountRule, c declaration.Charge, earlier []declaration.Charge) (money.Fen, error) {
	if c.Payer == insurance.Employee && (c.Base == nil || c.Settles != "") {
		return c.PersonFen, nil
	}
	none, due := money.Fen(0), c.PersonFen
	from, to := &none, c.Base
	for _, x := range earlier {
		from, due = x.Base, due+x.PersonFen
	}
	if c.Settles != "" && due == 0 { // all of it is taken back
		to = &none
	}
	again := c.Kind == declaration.ChargeBackPay && c.Settles != "" // what a back-payment asks for beside a bill is no difference of bases
	if from == nil || to == nil || again {
		return 0, accountUnknown(c)
	}
	before, err := fenHalfUp.Mul(*from, rule.Credit.Rate())
	if err != nil {
		return 0, fmt.Errorf("account of charge %s: %w", c.ID, err)
	}
	after, err := fenHalfUp.Mul(*to, rule.Credit.Rate())
	if err != nil {
		return 0, fmt.Errorf("account of charge %s: %w", c.ID, err)
	}
	if whole := after - before; c.Settles == "" || min(0, c.PersonFen) <= whole && whole <= max(0, c.PersonFen) {
		return whole, nil
	}
	return 0, accountUnknown(c) // it moves otherwise than the bill: what a part of that moves has no rule
}

func accountUnknown(c declaration.Charge) error {
	return fault.New(fault.Missing, "collection.account_unknown", fault.Args{"scheme": c.Scheme.String(), "month": c.FeeMonth.String()})
}

// earlierOf are the charges of the month that a difference of who pays alone comes
// after, oldest first, but what was only given back.
func earlierOf(ctx context.Context, s Books, c declaration.Charge) ([]declaration.Charge, error) {
	if c.Settles == "" || c.Payer == insurance.Employee {
		return nil, nil
	}
	first, err := s.Charge(ctx, c.Settles)
	if err != nil {
		return nil, err
	}
	all, err := withSettling(ctx, s, []declaration.Charge{first})
	if err != nil {
		return nil, err
	}
	inTime := func(a, b declaration.Charge) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) }
	rest := slices.DeleteFunc(all[1:], func(x declaration.Charge) bool { return inTime(x, c) >= 0 || x.Kind == declaration.ChargeGivenBack })
	slices.SortFunc(rest, inTime)
	return append([]declaration.Charge{first}, rest...), nil
}

var fenHalfUp = money.Rounding{Mode: money.HalfUp, Units: []money.Fen{1}}
