package collection

import (
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// AtCounter books money that was paid at a counter: effective the day of
// payment (R-ROUTE-05). When it is on the office's account the statement says.
func AtCounter(ctx context.Context, s Books, r *law.Reader, order string, amount money.Fen, on calendar.Date, receipt string) (Payment, error) {
	if on == 0 || on > s.Today() {
		return Payment{}, fault.New(fault.Invalid, "collection.bad_day", nil)
	}
	if receipt == "" {
		return Payment{}, fault.New(fault.Invalid, "collection.no_receipt", nil)
	}
	d, err := lock(ctx, s, order)
	if err != nil {
		return Payment{}, err
	}
	if len(d.orders) == 0 {
		return Payment{}, notThere(order)
	}
	key := "counter:" + receipt
	switch _, err := s.PaymentByKey(ctx, key); {
	case err == nil:
		return Payment{}, fault.New(fault.Conflict, "collection.receipt_taken", nil)
	case !errors.Is(err, books.ErrNotFound):
		return Payment{}, err
	}
	list, err := d.receive(ctx, s, r, []Receiving{{Order: order, Source: "counter", Amount: amount, PaidOn: on, Key: key, How: "at_counter", Bank: "counter"}})
	if err != nil {
		return Payment{}, err
	}
	return list[0], nil
}
