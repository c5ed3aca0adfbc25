package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/collection"
)

func suspenseRow(area string, s collection.Suspense) []any {
	return []any{area, s.ID, s.BankLine, int64(s.Amount), s.Owner, dateText(s.OpenedOn), s.Proposal, s.ProposedOrder, s.Reason, s.State, dateText(s.ClosedOn), s.ClosedBy}
}

func readSuspense(v vals) collection.Suspense {
	return collection.Suspense{ID: v.str(1), BankLine: v.str(2), Amount: v.fen(3), Owner: v.str(4), OpenedOn: v.date(5), Proposal: v.str(6), ProposedOrder: v.str(7),
		Reason: v.str(8), State: v.str(9), ClosedOn: v.date(10), ClosedBy: v.str(11), Stored: append([]any{}, v...)}
}

// AddSuspense writes money that no order claims.
func (t *Tx) AddSuspense(ctx context.Context, s collection.Suspense) error {
	t.insert(ctx, tabSuspense, suspenseRow(t.area, s)...)
	return t.fault
}

// SaveSuspense writes it back.
func (t *Tx) SaveSuspense(ctx context.Context, s collection.Suspense) error {
	return t.update(ctx, tabSuspense, s.Stored, suspenseRow(t.area, s))
}

// SuspenseItem reads one.
func (t *Tx) SuspenseItem(ctx context.Context, id string) (collection.Suspense, error) {
	return get(ctx, t, readSuspense, "SELECT "+tabSuspense.names+" FROM suspense WHERE area = ? AND id = ?", t.area, id)
}

// SuspenseItems lists those of a state.
func (t *Tx) SuspenseItems(ctx context.Context, state string, p books.Page) ([]collection.Suspense, error) {
	return list(ctx, t, readSuspense, "SELECT "+tabSuspense.names+" FROM suspense WHERE area = ? AND state = ? AND id > ? ORDER BY id LIMIT ?", t.area, state, p.After, int64(p.Size()))
}

func refundRow(area string, r collection.RefundCase) []any {
	return []any{area, r.ID, r.Kind, r.Employer, r.Person, int64(r.Scheme), monthText(r.FeeMonth), r.Charge, r.Payment, int64(r.EmployerFen), int64(r.PersonFen),
		int64(r.LateFee), r.Reason, r.State, r.RequestedBy, dateText(r.RequestedOn), r.DecidedBy, dateText(r.DecidedOn), r.Entry}
}

func readRefund(v vals) collection.RefundCase {
	return collection.RefundCase{ID: v.str(1), Kind: v.str(2), Employer: v.str(3), Person: v.str(4), Scheme: v.scheme(5), FeeMonth: v.month(6), Charge: v.str(7),
		Payment: v.str(8), EmployerFen: v.fen(9), PersonFen: v.fen(10), LateFee: v.fen(11), Reason: v.str(12), State: v.str(13), RequestedBy: v.str(14),
		RequestedOn: v.date(15), DecidedBy: v.str(16), DecidedOn: v.date(17), Entry: v.str(18), Stored: append([]any{}, v...)}
}

// AddRefund writes money to give back.
func (t *Tx) AddRefund(ctx context.Context, r collection.RefundCase) error {
	t.insert(ctx, tabRefund, refundRow(t.area, r)...)
	return t.fault
}

// SaveRefund writes it back.
func (t *Tx) SaveRefund(ctx context.Context, r collection.RefundCase) error {
	return t.update(ctx, tabRefund, r.Stored, refundRow(t.area, r))
}

// RefundCase reads one.
func (t *Tx) RefundCase(ctx context.Context, id string) (collection.RefundCase, error) {
	return get(ctx, t, readRefund, "SELECT "+tabRefund.names+" FROM refund WHERE area = ? AND id = ?", t.area, id)
}

// RefundsOf lists those of a person's months.
func (t *Tx) RefundsOf(ctx context.Context, person string) ([]collection.RefundCase, error) {
	return list(ctx, t, readRefund, "SELECT "+tabRefund.names+" FROM refund WHERE area = ? AND person = ? ORDER BY id", t.area, person)
}

// RefundCases lists those of a state.
func (t *Tx) RefundCases(ctx context.Context, f collection.RefundFilter, p books.Page) ([]collection.RefundCase, error) {
	switch {
	case f.Employer != "":
		return list(ctx, t, readRefund, "SELECT "+tabRefund.names+" FROM refund WHERE area = ? AND employer = ? AND state = ? AND id > ? ORDER BY id LIMIT ?",
			t.area, f.Employer, f.State, p.After, int64(p.Size()))
	case f.Person != "":
		return list(ctx, t, readRefund, "SELECT "+tabRefund.names+" FROM refund WHERE area = ? AND person = ? AND employer = '' AND state = ? AND id > ? ORDER BY id LIMIT ?",
			t.area, f.Person, f.State, p.After, int64(p.Size()))
	}
	return list(ctx, t, readRefund, "SELECT "+tabRefund.names+" FROM refund WHERE area = ? AND state = ? AND id > ? ORDER BY id LIMIT ?", t.area, f.State, p.After, int64(p.Size()))
}
