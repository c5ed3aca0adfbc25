package sqlstore

import (
	"context"

	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Sum is what some rows come to that refer to one thing.
type Sum struct {
	Ref         string // what they refer to
	Account     string
	Scheme      insurance.Scheme
	Month       string
	Count       int64 // rows
	EmployerFen money.Fen
	PersonFen   money.Fen
	LateFee     money.Fen
	Person      string
}

// sums runs a query that adds up what refers to a few things at a time; it has
// IN (?) once.
func (i *Inspector) sums(ctx context.Context, query string, refs []string, args ...any) ([]Sum, error) {
	return listIn(ctx, i.t, func(v vals) Sum {
		s := Sum{Ref: v.str(0), Account: v.str(1), Scheme: v.scheme(2), Month: v.str(3), Count: v.int(4)}
		if len(v) > 5 {
			s.EmployerFen = v.fen(5)
		}
		if len(v) > 6 {
			s.PersonFen = v.fen(6)
		}
		if len(v) > 7 {
			s.LateFee = v.fen(7)
		}
		if len(v) > 8 {
			s.Person = v.str(8)
		}
		return s
	}, query, append([]any{i.t.area}, args...), refs)
}

// shares are the three amounts of a charge or an item, added up.
const shares = "CAST(SUM(employer_fen) AS BIGINT), CAST(SUM(person_fen) AS BIGINT), CAST(SUM(late_fee_fen) AS BIGINT)"

// Lines counts the lines of declarations.
func (i *Inspector) Lines(ctx context.Context, declarations []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT declaration, '', 0, '', COUNT(*) FROM declaration_line WHERE area = ? AND declaration IN (?) GROUP BY declaration", declarations)
}

// ChargesBy adds up the charges of declarations by scheme and month.
func (i *Inspector) ChargesBy(ctx context.Context, declarations []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT declaration, '', scheme, fee_month, COUNT(*), "+shares+" FROM charge WHERE area = ? AND declaration IN (?) GROUP BY declaration, scheme, fee_month", declarations)
}

// ItemsBy adds up the items of orders.
func (i *Inspector) ItemsBy(ctx context.Context, orders []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT pay_order, '', 0, '', COUNT(*), "+shares+" FROM order_charge WHERE area = ? AND pay_order IN (?) GROUP BY pay_order", orders)
}

// EventsBy adds up the events of a kind of orders; Account is the payment that
// an event names.
func (i *Inspector) EventsBy(ctx context.Context, kind string, orders []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT pay_order, payment, 0, '', COUNT(*), CAST(SUM(amount) AS BIGINT) FROM order_event WHERE area = ? AND kind = ? AND pay_order IN (?) GROUP BY pay_order, payment", orders, kind)
}

// PaymentsBy adds up payments by their order, each by itself: Account is its id.
func (i *Inspector) PaymentsBy(ctx context.Context, orders []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT pay_order, id, 0, '', COUNT(*), CAST(SUM(amount) AS BIGINT) FROM payment WHERE area = ? AND pay_order IN (?) GROUP BY pay_order, id", orders)
}

// FilesBy adds up the lines of bank files.
func (i *Inspector) FilesBy(ctx context.Context, files []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT file, '', 0, '', COUNT(*), CAST(SUM(amount) AS BIGINT) FROM bank_line WHERE area = ? AND file IN (?) GROUP BY file", files)
}

// LegsBy adds up the legs of the entries about things, by account, scheme and
// month; entries of the kinds given only.
func (i *Inspector) LegsBy(ctx context.Context, refKind string, kinds [2]string, refs []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT e.ref, p.ledger_account, p.scheme, p.fee_month, COUNT(*), CAST(SUM(p.employer_fen) AS BIGINT), CAST(SUM(p.person_fen) AS BIGINT)
FROM entry e JOIN posting p ON p.area = e.area AND p.entry = e.id WHERE e.area = ? AND e.ref_kind = ? AND (e.kind = ? OR e.kind = ?) AND e.ref IN (?) GROUP BY e.ref, p.ledger_account, p.scheme, p.fee_month`, refs, refKind, kinds[0], kinds[1])
}

// EntriesBy counts the entries about things.
func (i *Inspector) EntriesBy(ctx context.Context, refKind string, refs []string) ([]Sum, error) {
	return i.sums(ctx, "SELECT ref, '', 0, '', COUNT(*) FROM entry WHERE area = ? AND ref_kind = ? AND ref IN (?) GROUP BY ref", refs, refKind)
}

// PaidBy adds up what is booked on charges, by account, person, scheme and
// month.
func (i *Inspector) PaidBy(ctx context.Context, charges []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT charge, ledger_account, scheme, fee_month, COUNT(*), CAST(SUM(employer_fen) AS BIGINT), CAST(SUM(person_fen) AS BIGINT), 0, person
FROM posting WHERE area = ? AND charge IN (?) GROUP BY charge, ledger_account, scheme, fee_month, person`, charges)
}

// CorrectionsBy adds up what corrections of the booking of payments changed of
// what is paid.
func (i *Inspector) CorrectionsBy(ctx context.Context, payments []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT c.ref, '', 0, '', COUNT(*), CAST(-SUM(p.employer_fen + p.person_fen) AS BIGINT) FROM entry c
JOIN entry e ON e.area = c.area AND e.ref_kind = 'entry' AND e.ref = c.id JOIN posting p ON p.area = e.area AND p.entry = e.id
WHERE c.area = ? AND c.ref_kind = 'payment' AND p.ledger_account IN ('receivable', 'late_fee_due') AND c.ref IN (?) GROUP BY c.ref`, payments)
}

// CorrectedBy adds up what orders say of such corrections, by payment.
func (i *Inspector) CorrectedBy(ctx context.Context, payments []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT payment, '', 0, '', COUNT(*), CAST(SUM(amount) AS BIGINT) FROM order_event
WHERE area = ? AND kind = 'corrected' AND payment IN (?) GROUP BY payment`, payments)
}

// Accounts adds up the legs of an account by party: Ref is the party.
func (i *Inspector) Accounts(ctx context.Context, account string) (out []Sum, err error) {
	err = i.t.query(ctx, func(v vals) error {
		out = append(out, Sum{Ref: v.str(0), EmployerFen: v.fen(1), PersonFen: v.fen(2)})
		return nil
	}, "SELECT party, CAST(SUM(employer_fen) AS BIGINT), CAST(SUM(person_fen) AS BIGINT) FROM posting WHERE area = ? AND ledger_account = ? GROUP BY party ORDER BY party",
		i.t.area, account)
	return out, err
}

// OpenSuspense adds up the suspense money that is open, by the bank of its line.
func (i *Inspector) OpenSuspense(ctx context.Context) (out []Sum, err error) {
	err = i.t.query(ctx, func(v vals) error {
		out = append(out, Sum{Ref: v.str(0), EmployerFen: v.fen(1)})
		return nil
	}, `SELECT f.bank, CAST(SUM(s.amount) AS BIGINT) FROM suspense s JOIN bank_line l ON l.area = s.area AND l.id = s.bank_line JOIN bank_file f ON f.area = l.area AND f.id = l.file
WHERE s.area = ? AND s.state = 'open' GROUP BY f.bank ORDER BY f.bank`, i.t.area)
	return out, err
}

// Directions tells of bank lines which way their files went: Account.
func (i *Inspector) Directions(ctx context.Context, lines []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT l.id, f.direction, 0, '', COUNT(*) FROM bank_line l JOIN bank_file f ON f.area = l.area AND f.id = l.file
WHERE l.area = ? AND l.id IN (?) GROUP BY l.id, f.direction`, lines)
}

// ReceivedBy adds up the payments that came with bank lines, but for those
// that came out of suspense later.
func (i *Inspector) ReceivedBy(ctx context.Context, lines []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT p.bank_line, '', 0, '', COUNT(*), CAST(SUM(p.amount) AS BIGINT) FROM payment p JOIN entry e ON e.area = p.area AND e.ref_kind = 'payment' AND e.ref = p.id
WHERE p.area = ? AND e.kind = 'receipt' AND p.bank_line IN (?) GROUP BY p.bank_line`, lines)
}

// ArrivedBy adds up what bank lines brought of payments that were booked
// before.
func (i *Inspector) ArrivedBy(ctx context.Context, lines []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT l.id, '', 0, '', COUNT(*), CAST(SUM(v.amount) AS BIGINT) FROM bank_line l
JOIN order_event v ON v.area = l.area AND v.kind = 'arrived' AND v.on_day = l.on_day AND v.bank_line = l.id WHERE l.area = ? AND l.id IN (?) GROUP BY l.id`, lines)
}

// PaidFor adds up what was booked as paid, less what was given back, for
// persons, by scheme and month.
func (i *Inspector) PaidFor(ctx context.Context, persons []string) ([]Sum, error) {
	return i.sums(ctx, `SELECT p.person, '', p.scheme, p.fee_month, COUNT(*), CAST(-SUM(p.employer_fen) AS BIGINT), CAST(-SUM(p.person_fen) AS BIGINT)
FROM posting p JOIN entry e ON e.area = p.area AND e.id = p.entry LEFT JOIN entry c ON c.area = e.area AND c.id = e.corrects
WHERE p.area = ? AND p.ledger_account = 'receivable' AND COALESCE(c.kind, e.kind) IN ('receipt', 'claimed', 'refund') AND p.person IN (?)
GROUP BY p.person, p.scheme, p.fee_month`, persons)
}
