package collection

import (
	"context"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// bring says that suspense money is what payments brought that were booked
// before it: it is taken off suspense and off the bank, where the payments put
// it too, and they have arrived. What is left stays in suspense.
func (d *docket) bring(ctx context.Context, s Exchange, item *Suspense, line BankLine, payments []Payment) error {
	var sum money.Fen
	key := "arrived:" + item.ID
	for _, p := range payments {
		if p.Source == "transfer" || d.arrived(p) {
			return fault.New(fault.Conflict, "collection.arrived", fault.Args{"payment": p.ID})
		}
		e := Event{ID: s.NewID(), Order: p.Order, Kind: Arrived, On: line.On, Amount: p.Amount, BankLine: line.ID, Payment: p.ID, At: s.At()}
		if err := s.AddOrderEvent(ctx, e); err != nil {
			return err
		}
		d.events[p.Order] = append(d.events[p.Order], e)
		sum, key = sum+p.Amount, key+":"+p.ID
	}
	if sum <= 0 || sum > item.Amount {
		return fault.New(fault.Invalid, "collection.more_than_suspense", fault.Args{"open": item.Amount.String()})
	}
	legs, err := suspended(ctx, s, line.ID)
	if err != nil {
		return err
	}
	bank := legs[0].Party
	_, err = ledger.Post(ctx, s, ledger.Entry{Kind: ledger.Unclaimed, PostedOn: s.Today(), RefKind: "bank_line", Ref: line.ID, Key: hashOf([]byte(key)), Reason: "arrived",
		Legs: []ledger.Leg{{Account: ledger.Suspense, Party: bank, EmployerFen: sum}, {Account: ledger.Bank, Party: bank, EmployerFen: -sum}}})
	if err != nil {
		return err
	}
	if item.Amount == sum {
		item.State, item.ClosedOn, item.ClosedBy = SuspenseClaimed, s.Today(), s.Actor().ID
	} else {
		item.Amount -= sum
	}
	return s.SaveSuspense(ctx, *item)
}

// arrived reports whether a payment is on the office's account, or was taken
// back by a correction: no more money is to come for it.
func (d *docket) arrived(p Payment) bool {
	if p.ArrivedOn != 0 {
		return true
	}
	left := p.Amount
	for _, e := range d.events[p.Order] {
		switch {
		case e.Payment != p.ID:
		case e.Kind == Arrived:
			return true
		case e.Kind == Corrected:
			left += e.Amount
		}
	}
	return left <= 0
}

// waiting finds suspense money that waited for the answers of a batch and is
// what these brought: a line that named an order, or the batch in one sum.
func (d *docket) waiting(ctx context.Context, s Exchange, batch string, paid []Payment) error {
	byOrder := map[string]Payment{}
	for _, p := range paid {
		byOrder[p.Order] = p
	}
	for page := (books.Page{Limit: 500}); len(paid) > 0; {
		list, err := s.SuspenseItems(ctx, SuspenseOpen, page)
		if err != nil {
			return err
		}
		for _, item := range list {
			if item.Reason != "order_at_bank" && item.Reason != "batch_differs" {
				continue
			}
			line, err := s.BankLine(ctx, item.BankLine)
			if err != nil {
				return err
			}
			var brought []Payment
			switch p, ok := byOrder[line.Reference]; {
			case ok && p.Amount == item.Amount && !d.arrived(p):
				brought = []Payment{p}
			case line.Reference == batch:
				if brought, err = d.inOneSum(ctx, s, batch, item.Amount); err != nil {
					return err
				}
			}
			if len(brought) == 0 {
				continue
			}
			if err := d.bring(ctx, s, &item, line, brought); err != nil {
				return err
			}
		}
		if len(list) < page.Limit {
			return nil
		}
		page.After = list[len(list)-1].ID
	}
	return nil
}

// inOneSum lists the debits of a batch that have not arrived, if they come to
// the amount.
func (d *docket) inOneSum(ctx context.Context, s Exchange, batch string, amount money.Fen) ([]Payment, error) {
	sent, err := s.FileLines(ctx, batch)
	if err != nil {
		return nil, err
	}
	whole, err := lock(ctx, s, references(sent)...)
	if err != nil {
		return nil, err
	}
	var list []Payment
	for _, l := range sent {
		for _, p := range whole.payments[l.Reference] {
			if strings.HasPrefix(p.Key, "debit:"+batch+":") && !whole.arrived(p) && !d.arrived(p) {
				list, amount = append(list, p), amount-p.Amount
			}
		}
	}
	if amount != 0 {
		return nil, nil
	}
	return list, nil
}

// suspended are the legs that put what came with a bank line into suspense.
func suspended(ctx context.Context, s ledger.Reader, line string) ([]ledger.Leg, error) {
	list, err := s.EntriesOf(ctx, "bank_line", line)
	if err == nil && len(list) == 0 {
		err = books.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return list[0].Legs, nil
}
