package ledger

import (
	"context"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// Periods is what closing needs of the store.
type Periods interface {
	Reader
	ClosePeriod(ctx context.Context, m calendar.Month) error
}

// Close closes a month that is over. Months are closed one after another; the
// first that is closed closes all before it.
func Close(ctx context.Context, s Periods, m calendar.Month) error {
	closed, err := s.ClosedPeriods(ctx)
	if err != nil {
		return err
	}
	switch {
	case m == 0 || m >= s.Today().Month():
		return fault.New(fault.Conflict, "ledger.month_not_over", fault.Args{"month": m.String()})
	case len(closed) > 0 && m <= slices.Max(closed):
		return fault.New(fault.Conflict, "ledger.month_closed", fault.Args{"month": m.String()})
	case len(closed) > 0 && m != slices.Max(closed)+1:
		return fault.New(fault.Conflict, "ledger.month_order", fault.Args{"month": m.String(), "next": (slices.Max(closed) + 1).String()})
	}
	return s.ClosePeriod(ctx, m)
}
