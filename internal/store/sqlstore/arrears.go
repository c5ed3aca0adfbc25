package sqlstore

import (
	"context"

	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/insurance"
)

var _ arrears.Store = (*Tx)(nil)

func debtRow(area string, d arrears.Debt) []any {
	return []any{area, d.ID, d.Person, d.Employer, int64(d.Scheme), monthText(d.FeeMonth), string(d.Cause), string(d.State), fenOrNull(d.EmployerFen),
		fenOrNull(d.PersonFen), dateText(d.FoundOn), dateText(d.ClosedOn), int64(d.ChangedAt)}
}

func readDebt(v vals) arrears.Debt {
	return arrears.Debt{ID: v.str(1), Person: v.str(2), Employer: v.str(3), Scheme: v.scheme(4), FeeMonth: v.month(5), Cause: insurance.Cause(v.str(6)),
		State: arrears.State(v.str(7)), EmployerFen: v.fenOrNil(8), PersonFen: v.fenOrNil(9), FoundOn: v.date(10), ClosedOn: v.date(11),
		ChangedAt: v.instant(12), Stored: append([]any{}, v...)}
}

// AddDebt adds a debt.
func (t *Tx) AddDebt(ctx context.Context, d arrears.Debt) error {
	t.insert(ctx, tabArrears, debtRow(t.area, d)...)
	return t.fault
}

// SaveDebt writes it back.
func (t *Tx) SaveDebt(ctx context.Context, d arrears.Debt) error {
	return t.update(ctx, tabArrears, d.Stored, debtRow(t.area, d))
}

// Debt reads one.
func (t *Tx) Debt(ctx context.Context, id string) (arrears.Debt, error) {
	return get(ctx, t, readDebt, "SELECT "+tabArrears.names+" FROM arrears WHERE area = ? AND id = ?", t.area, id)
}

// Debts lists the debts of a filter.
func (t *Tx) Debts(ctx context.Context, f arrears.Filter, p books.Page) ([]arrears.Debt, error) {
	where, args := "WHERE area = ?", []any{t.area}
	for _, x := range []struct{ column, value string }{{"state", string(f.State)}, {"employer", f.Employer}, {"person", f.Person}} {
		if x.value != "" {
			where, args = where+" AND "+x.column+" = ?", append(args, x.value)
		}
	}
	return list(ctx, t, readDebt, "SELECT "+tabArrears.names+" FROM arrears "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, p.After, int64(p.Size()))...)
}

// DebtsOf lists all debts of persons.
func (t *Tx) DebtsOf(ctx context.Context, persons []string) ([]arrears.Debt, error) {
	return listIn(ctx, t, readDebt, "SELECT "+tabArrears.names+" FROM arrears WHERE area = ? AND person IN (?) ORDER BY person, scheme, fee_month, employer",
		[]any{t.area}, persons)
}

// DebtorsOf lists the persons for whom an employer has open debts.
func (t *Tx) DebtorsOf(ctx context.Context, employer string, p books.Page) ([]string, error) {
	return list(ctx, t, func(v vals) string { return v.str(0) },
		"SELECT DISTINCT person FROM arrears WHERE area = ? AND state = 'open' AND employer = ? AND person > ? ORDER BY person LIMIT ?", t.area, employer, p.After, int64(p.Size()))
}

// LatePayersOf lists the persons for whom an employer paid late. A month's text
// with a 31st day is behind all its days and before the next month's.
func (t *Tx) LatePayersOf(ctx context.Context, employer string, p books.Page) ([]string, error) {
	return list(ctx, t, func(v vals) string { return v.str(0) }, `SELECT DISTINCT c.person FROM charge c
JOIN posting p ON p.area = c.area AND p.charge = c.id AND p.ledger_account = 'receivable' JOIN entry e ON e.area = p.area AND e.id = p.entry
WHERE c.area = ? AND c.employer = ? AND c.person > ? AND c.cause <> 'rule_changed' AND e.kind IN ('receipt', 'claimed')
AND ((c.due_on <> '' AND e.posted_on > c.due_on) OR ((c.due_on = '' OR c.kind = 'backpay') AND e.posted_on > c.fee_month || '-31'))
ORDER BY c.person LIMIT ?`, t.area, employer, p.After, int64(p.Size()))
}
