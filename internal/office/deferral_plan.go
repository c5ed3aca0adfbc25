package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

// DeferralQuery asks what it would come to if an employer's arrears of today
// were deferred until a day.
type DeferralQuery struct {
	Employer    string        `json:"employer"`
	Until       calendar.Date `json:"until"`
	Instalments int           `json:"instalments"`
}

// DeferralPlan is the answer. Late fees are the kernel's, of what is in arrears
// today; null where a figure is not known.
type DeferralPlan struct {
	Debt        money.Fen            `json:"debt"` // principal, both shares
	Instalments []arrears.Instalment `json:"instalments"`
	LateFee     *money.Fen           `json:"late_fee"`       // as of today: what a deferral that is kept leaves it at
	Otherwise   *money.Fen           `json:"late_fee_until"` // if nothing were deferred and all paid on the last day
}

// PlanDeferral reckons a deferral without asking for one. Nothing is written.
func (o *Office) PlanDeferral(ctx context.Context, q Request, in DeferralQuery) (DeferralPlan, error) {
	if err := access.Check(q.Actor, "arrears.read", access.Scope{Area: q.Area, Employer: in.Employer}); err != nil {
		return DeferralPlan{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (DeferralPlan, error) {
		w, err := o.owing(ctx, tx, in.Employer, arrears.Range{})
		if err != nil {
			return DeferralPlan{}, err
		}
		if w.Unknown {
			return DeferralPlan{}, fault.New(fault.Missing, "arrears.debt_unknown", nil)
		}
		out := DeferralPlan{Debt: w.Total() - w.Deferred}
		if out.Instalments, err = arrears.Instalments(out.Debt, tx.Today(), in.Until, in.Instalments); err != nil {
			return out, err
		}
		if out.LateFee, err = o.lateFeeOf(ctx, tx, in.Employer, tx.Today()); err != nil {
			return out, err
		}
		out.Otherwise, err = o.lateFeeOf(ctx, tx, in.Employer, in.Until)
		return out, err
	})
}

// lateFeeOf is the late fee of an employer that is not billed yet, as of a day.
func (o *Office) lateFeeOf(ctx context.Context, tx store.Tx, employer string, on calendar.Date) (*money.Fen, error) {
	sum, known := money.Fen(0), true
	err := eachRoster(ctx, tx, employer, func(persons []string) error {
		fee, err := arrears.LateFeeOf(ctx, tx, o.Laws, employer, persons, on)
		if err != nil || fee == nil {
			known = known && err != nil
			return err
		}
		sum, err = sum.Add(*fee)
		return err
	})
	if err != nil || !known {
		return nil, err
	}
	return &sum, nil
}
