package office

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/history"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// unsettled is what stands between an employer and its end (R-REG-05).
type unsettled struct {
	months  []casework.Month // in arrears, of everybody who is or was on the roster, whatever the last sweep found
	lateFee *money.Fen       // that is not billed yet; nil: not known
	billed  money.Fen        // and not paid
	open    bool             // a debt, or a month of one person, that no sum shows: what another has too much pays none of it
}

// unsettled asks what an employer owes that wants to end.
func (o *Office) unsettled(ctx context.Context, tx store.Tx, employer string) (u unsettled, err error) {
	err = eachRoster(ctx, tx, employer, func(persons []string) error {
		answers, err := history.AssessAll(ctx, tx, o.Laws, persons, registry.When{AsOf: tx.Today()}, "", o.Words)
		for _, p := range persons {
			if a := answers[p]; a != nil {
				u.months = append(u.months, arrearsOf(a, p, employer)...)
			}
		}
		return err
	})
	if err != nil {
		return u, err
	}
	if u.lateFee, err = o.lateFeeOf(ctx, tx, employer, tx.Today()); err != nil {
		return u, err
	}
	if u.billed, err = owed(ctx, tx, employer); err != nil {
		return u, err
	}
	debtors, err := tx.DebtorsOf(ctx, employer, books.Page{Limit: 1})
	if err != nil {
		return u, err
	}
	open, err := tx.OpenMonth(ctx, employer)
	u.open = open || len(debtors) > 0
	return u, err
}

// count is how many sums are not settled.
func (u unsettled) count() int64 {
	n := int64(len(u.months))
	if u.lateFee != nil && *u.lateFee > 0 {
		n++
	}
	if u.billed > 0 || u.open {
		n++
	}
	return n
}

// owes says for the register what keeps an employer from being closed: the sum
// that is billed, or fault arrears.left for anything else.
func (o *Office) owes(tx store.Tx) registry.Owes {
	return func(ctx context.Context, employer string) (money.Fen, error) {
		u, err := o.unsettled(ctx, tx, employer)
		if err == nil && u.count() > 0 && (len(u.months) > 0 || u.billed == 0) {
			err = fault.New(fault.Conflict, "arrears.left", nil)
		}
		return u.billed, err
	}
}

// owed is what the ledger says an employer owes: principal and late fees as
// billed. What one scheme has too much pays no debt of another.
func owed(ctx context.Context, tx ledger.Store, employer string) (money.Fen, error) {
	var sum money.Fen
	for _, account := range []string{ledger.Receivable, ledger.LateFeeDue} {
		lines, err := tx.Balances(ctx, account, employer)
		if err != nil {
			return 0, err
		}
		for _, b := range lines {
			if sum, err = money.Sum(sum, max(b.EmployerFen, 0), max(b.PersonFen, 0)); err != nil {
				return 0, err
			}
		}
	}
	return sum, nil
}
