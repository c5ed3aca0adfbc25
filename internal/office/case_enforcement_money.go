package office

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// applyMoney books what a transfer, an auction or a bankruptcy brought, as paid
// for the employer's orders, the oldest month first (R-ENF-09). More than is
// owed is not booked: it is the employer's, and stays in suspense.
func applyMoney(ctx context.Context, s *caseStep) error {
	left, err := money.ParseFen(s.fact("amount"))
	if err != nil {
		return err
	}
	if left == 0 {
		return nil
	}
	orders, open, err := s.payableOrders(ctx)
	if err != nil {
		return err
	}
	n := 0 // of the parts of this receipt: the first is always 1, so that a receipt is taken once
	for _, o := range orders {
		part := min(left, open[o.ID].Open)
		if part <= 0 {
			continue
		}
		n++
		receipt := s.fact("receipt") + "/" + strconv.Itoa(n)
		if _, err := collection.AtCounter(ctx, s.tx, s.law, o.ID, part, s.day("paid_on"), receipt); err != nil {
			return err
		}
		left -= part
	}
	if left > 0 {
		return fault.New(fault.Conflict, "casework.more_than_owed", fault.Args{"amount": left.String()})
	}
	return nil
}

// payableOrders are the employer's orders that are open, by month; notices that
// ask for money and have none get theirs.
func (s *caseStep) payableOrders(ctx context.Context) ([]collection.Order, map[string]collection.Standing, error) {
	notices, err := s.tx.NoticesOf(ctx, s.c.Employer, "", calendar.Month(0))
	if err != nil {
		return nil, nil, err
	}
	for _, n := range notices {
		_, err := collection.CreateOrder(ctx, s.tx, n.ID, collection.Way{Channel: collection.Transfer})
		if fault.KindOf(err) == fault.Conflict { // all of it is on an order already
			continue
		}
		if err != nil {
			return nil, nil, err
		}
	}
	orders, err := s.tx.OrdersOf(ctx, s.c.Employer, "", calendar.Month(0))
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(orders, func(a, b collection.Order) int { return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.ID, b.ID)) })
	open, err := collection.Standings(ctx, s.tx, orders)
	return orders, open, err
}
