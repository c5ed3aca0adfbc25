package collection

import (
	"context"
	"errors"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// States of suspense money.
const (
	SuspenseOpen     = "open"
	SuspenseClaimed  = "claimed"
	SuspenseRefunded = "refunded"
)

// SuspenseOwner looks after money that no order claims until somebody takes it
// over.
const SuspenseOwner = "finance"

// suspend opens suspense for what no order claims of a line.
func suspend(ctx context.Context, s Exchange, desk Desk, bank string, x loose) (ledger.Entry, error) {
	proposal := map[string]string{"tie": "choose_one", "more_than_open": "next_order_or_refund", "order_paid": "next_order_or_refund", "order_cancelled": "next_order_or_refund",
		"order_at_bank": "wait_for_answer", "batch_differs": "compare_batch"}[x.reason]
	if proposal == "" {
		proposal = "ask_payer"
	}
	item := Suspense{ID: s.NewID(), BankLine: x.line.ID, Amount: x.amount, Owner: SuspenseOwner, OpenedOn: s.Today(), Proposal: proposal,
		ProposedOrder: strings.Join(x.orders, ","), Reason: x.reason, State: SuspenseOpen}
	e := ledger.Entry{Kind: ledger.Unclaimed, PostedOn: x.line.On, RefKind: "bank_line", Ref: x.line.ID, Key: "bank_line:" + x.line.ID, Reason: x.reason,
		Legs: []ledger.Leg{{Account: ledger.Bank, Party: bank, EmployerFen: x.amount}, {Account: ledger.Suspense, Party: bank, EmployerFen: -x.amount}}}
	return e, desk.AddSuspense(ctx, item)
}

// Part is what of suspense money goes to an order; or it names a payment that
// was booked before and whose money this is, of the payment's amount.
type Part struct {
	Order   string    `json:"order,omitempty"`
	Payment string    `json:"payment,omitempty"`
	Amount  money.Fen `json:"amount"`
}

// Claim gives suspense money to orders, as a person decided. What is left stays
// open. The payer paid on the day of the bank line, however long the money lay.
func Claim(ctx context.Context, s Exchange, desk Desk, r *law.Reader, id string, parts []Part) (Suspense, []Payment, error) {
	item, err := openSuspense(ctx, desk, id)
	if err != nil {
		return item, nil, err
	}
	line, err := s.BankLine(ctx, item.BankLine)
	if err != nil {
		return item, nil, err
	}
	file, err := s.File(ctx, line.File)
	if err != nil {
		return item, nil, err
	}
	var orders []string
	var list []Receiving
	var known []Payment
	left := item.Amount
	for _, p := range parts {
		if p.Payment != "" {
			before, err := s.Payment(ctx, p.Payment)
			if errors.Is(err, books.ErrNotFound) || (err == nil && (before.Amount != p.Amount || p.Order != "" && p.Order != before.Order)) {
				err = fault.New(fault.Invalid, "collection.no_payment", fault.Args{"payment": p.Payment})
			}
			if err != nil {
				return item, nil, err
			}
			known, orders = append(known, before), append(orders, before.Order)
			continue
		}
		if p.Amount <= 0 || p.Amount > left {
			return item, nil, fault.New(fault.Invalid, "collection.more_than_suspense", fault.Args{"open": item.Amount.String()})
		}
		left -= p.Amount
		orders = append(orders, p.Order)
		list = append(list, Receiving{Order: p.Order, Source: "transfer", Amount: p.Amount, PaidOn: line.On, ArrivedOn: line.On, BankLine: line.ID,
			Key: "suspense:" + s.NewID(), How: "by_person", Bank: file.Bank, Claimed: true})
	}
	if len(parts) == 0 {
		return item, nil, fault.New(fault.Invalid, "collection.no_amount", nil)
	}
	d, err := lock(ctx, s, orders...)
	if err != nil {
		return item, nil, err
	}
	if len(known) > 0 {
		if err := d.bring(ctx, s, &item, line, known); err != nil || len(list) == 0 {
			return item, nil, err
		}
		if item, err = openSuspense(ctx, desk, id); err != nil {
			return item, nil, err
		}
		left = item.Amount
		for _, x := range list {
			left -= x.Amount
		}
		if left < 0 {
			return item, nil, fault.New(fault.Invalid, "collection.more_than_suspense", fault.Args{"open": item.Amount.String()})
		}
	}
	payments, err := d.receive(ctx, s, r, list)
	if err != nil {
		return item, nil, err
	}
	if left == 0 {
		item.State, item.ClosedOn, item.ClosedBy = SuspenseClaimed, s.Today(), s.Actor().ID
	} else {
		item.Amount = left
	}
	return item, payments, desk.SaveSuspense(ctx, item)
}

// Assign gives suspense money an owner.
func Assign(ctx context.Context, desk Desk, item Suspense, owner string) (Suspense, error) {
	if err := item.open(); err != nil {
		return item, err
	}
	if owner == "" {
		return item, fault.New(fault.Invalid, "collection.no_owner", nil)
	}
	item.Owner = owner
	return item, desk.SaveSuspense(ctx, item)
}

func openSuspense(ctx context.Context, desk Desk, id string) (Suspense, error) {
	item, err := desk.SuspenseItem(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		return item, fault.New(fault.NotFound, "collection.no_suspense", fault.Args{"item": id})
	}
	if err == nil {
		err = item.open()
	}
	return item, err
}

// open holds that the money is still in suspense.
func (s Suspense) open() error {
	if s.State != SuspenseOpen {
		return fault.New(fault.Conflict, "collection.suspense_closed", fault.Args{"item": s.ID})
	}
	return nil
}
