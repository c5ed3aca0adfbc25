package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
)

// AddEntry writes the legs and the entry that closes them.
func (t *Tx) AddEntry(ctx context.Context, e ledger.Entry) error {
	for i, l := range e.Legs {
		t.insert(ctx, tabPosting, t.area, e.ID, int64(i+1), l.Account, l.Party, l.Person, int64(l.Scheme), monthText(l.FeeMonth),
			int64(l.EmployerFen), int64(l.PersonFen), l.Charge)
	}
	t.insert(ctx, tabEntry, t.area, e.ID, e.Kind, dateText(e.PostedOn), monthText(e.PostedMonth), e.RefKind, e.Ref, e.Corrects, e.Key, e.InputHash,
		int64(len(e.Legs)), e.Reason, e.Actor, int64(e.At), t.knownOn(e.KnownOn))
	return t.fault
}

func readEntry(v vals) ledger.Entry {
	return ledger.Entry{ID: v.str(1), Kind: v.str(2), PostedOn: v.date(3), PostedMonth: v.month(4), RefKind: v.str(5), Ref: v.str(6), Corrects: v.str(7),
		Key: v.str(8), InputHash: v.str(9), Reason: v.str(11), Actor: v.str(12), At: v.instant(13), KnownOn: v.date(14)}
}

// entries reads entries with their legs.
func (t *Tx) entries(ctx context.Context, query string, args ...any) ([]ledger.Entry, error) {
	out, err := list(ctx, t, readEntry, query, args...)
	if err != nil {
		return nil, err
	}
	return out, t.legs(ctx, out)
}

// legs fills in the legs.
func (t *Tx) legs(ctx context.Context, entries []ledger.Entry) error {
	at := make(map[string]int, len(entries))
	ids := make([]string, len(entries))
	for i, e := range entries {
		at[e.ID], ids[i] = i, e.ID
	}
	_, err := listIn(ctx, t, func(v vals) struct{} {
		e := &entries[at[v.str(1)]]
		e.Legs = append(e.Legs, ledger.Leg{Account: v.str(3), Party: v.str(4), Person: v.str(5), Scheme: v.scheme(6), FeeMonth: v.month(7),
			EmployerFen: v.fen(8), PersonFen: v.fen(9), Charge: v.str(10)})
		return struct{}{}
	}, "SELECT "+tabPosting.names+" FROM posting WHERE area = ? AND entry IN (?) ORDER BY entry, seq", []any{t.area}, ids)
	return err
}

// Prior assumes at the first attempt that nothing is there: almost always so,
// and the unique key and the trigger of closed months say if it is not. So an
// entry is posted in one round trip. At the next attempt it reads the entries
// and the last closed month, which comes with each of them or alone.
func (t *Tx) Prior(ctx context.Context, keys []string) (earlier []ledger.Entry, closed calendar.Month, err error) {
	t.asked = true
	if t.assume {
		m, _ := t.db.shut.Load(t.area)
		closed, _ = m.(calendar.Month)
		return nil, closed, nil
	}
	_, err = listIn(ctx, t, func(v vals) struct{} {
		if entry := v[:len(v)-1]; entry.str(1) != "" {
			earlier = append(earlier, readEntry(entry))
		}
		closed = v.month(len(v) - 1)
		return struct{}{}
	}, "SELECT "+tabEntry.as("e")+`, p.month FROM (SELECT COALESCE(MAX(month), '') AS month FROM period WHERE area = ?) p
LEFT JOIN entry e ON e.area = ? AND e.key IN (?)`, []any{t.area, t.area}, keys)
	if err != nil {
		return nil, 0, err
	}
	t.db.shut.Store(t.area, closed)
	return earlier, closed, t.legs(ctx, earlier)
}

// Entry reads one.
func (t *Tx) Entry(ctx context.Context, id string) (ledger.Entry, error) {
	found, err := t.entries(ctx, "SELECT "+tabEntry.names+" FROM entry WHERE area = ? AND id = ?", t.area, id)
	if err != nil || len(found) == 0 {
		return ledger.Entry{}, orNotFound(err)
	}
	return found[0], nil
}

func orNotFound(err error) error {
	if err == nil {
		return books.ErrNotFound
	}
	return err
}

// EntriesOf lists the entries about a thing.
func (t *Tx) EntriesOf(ctx context.Context, refKind, ref string) ([]ledger.Entry, error) {
	return t.entries(ctx, "SELECT "+tabEntry.names+" FROM entry WHERE area = ? AND ref_kind = ? AND ref = ? ORDER BY at, id", t.area, refKind, ref)
}

// Entries lists the journal.
func (t *Tx) Entries(ctx context.Context, p books.Page) ([]ledger.Entry, error) {
	return t.entries(ctx, "SELECT "+tabEntry.names+" FROM entry WHERE area = ? AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// CorrectionsOf lists the entries that correct an entry: what they are about is
// that entry.
func (t *Tx) CorrectionsOf(ctx context.Context, id string) ([]ledger.Entry, error) {
	return t.entries(ctx, "SELECT "+tabEntry.names+" FROM entry WHERE area = ? AND ref_kind = 'entry' AND ref = ? AND corrects = ? ORDER BY at, id", t.area, id, id)
}

// paid reads the receivable legs of entries that bring or return money; a
// correction is one of them if what it corrects is.
const paid = `SELECT p.party, p.person, p.scheme, p.fee_month, p.employer_fen, p.person_fen, e.posted_on, p.entry, p.charge, e.reason, e.at, p.ledger_account, e.known_on
FROM posting p JOIN entry e ON e.area = p.area AND e.id = p.entry LEFT JOIN entry c ON c.area = e.area AND c.id = e.corrects
WHERE p.area = ? AND COALESCE(c.kind, e.kind) IN ('receipt', 'claimed', 'refund')`

func readPaid(v vals) ledger.Paid {
	p := ledger.Paid{Employer: v.str(0), Person: v.str(1), Scheme: v.scheme(2), FeeMonth: v.month(3), EmployerFen: -v.fen(4), PersonFen: -v.fen(5),
		PostedOn: v.date(6), Entry: v.str(7), Charge: v.str(8), Reason: v.str(9), At: v.instant(10), KnownOn: v.date(12)}
	if v.str(11) == ledger.LateFeeDue {
		p.EmployerFen, p.PersonFen, p.LateFee = 0, 0, p.EmployerFen+p.PersonFen
	}
	return p
}

// PaidOf lists what was paid for persons.
func (t *Tx) PaidOf(ctx context.Context, persons []string) ([]ledger.Paid, error) {
	return listIn(ctx, t, readPaid, paid+" AND p.ledger_account = 'receivable' AND p.person IN (?) ORDER BY p.person, p.scheme, p.fee_month, e.posted_on, e.at, p.entry, p.seq", []any{t.area}, persons)
}

// PaidOn lists what was paid on charges.
func (t *Tx) PaidOn(ctx context.Context, charges ...string) ([]ledger.Paid, error) {
	return listIn(ctx, t, readPaid, paid+" AND p.ledger_account <> 'personal' AND p.charge IN (?) ORDER BY p.charge, e.posted_on, e.at, p.entry, p.seq", []any{t.area}, charges)
}

// Balances sums an account.
func (t *Tx) Balances(ctx context.Context, account, party string) ([]ledger.Balance, error) {
	return t.balances(ctx, account, party, "", "")
}

// BalancePage sums a page of the lines of an account.
func (t *Tx) BalancePage(ctx context.Context, account, party string, p books.Page) ([]ledger.Balance, error) {
	after, scheme, err := ledger.AfterLine(p.After)
	if err != nil {
		return nil, err
	}
	return t.balances(ctx, account, party, " AND (party > ? OR party = ? AND scheme > ?)", " LIMIT ?", after, after, int64(scheme), int64(p.Size()))
}

func (t *Tx) balances(ctx context.Context, account, party, more, limit string, bound ...any) ([]ledger.Balance, error) {
	where, args := "WHERE area = ? AND ledger_account = ?", []any{t.area, account}
	if party != "" {
		where, args = where+" AND party = ?", append(args, party)
	}
	return list(ctx, t, func(v vals) ledger.Balance {
		return ledger.Balance{Account: account, Party: v.str(0), Scheme: v.scheme(1), EmployerFen: v.fen(2), PersonFen: v.fen(3)}
	}, "SELECT party, scheme, CAST(SUM(employer_fen) AS BIGINT), CAST(SUM(person_fen) AS BIGINT) FROM posting "+where+more+" GROUP BY party, scheme ORDER BY party, scheme"+limit, append(args, bound...)...)
}

// OpenMonth looks for a month of which not all is paid.
func (t *Tx) OpenMonth(ctx context.Context, employer string) (bool, error) {
	found, err := list(ctx, t, func(v vals) string { return v.str(0) }, `SELECT person FROM (
SELECT c.person, c.scheme, c.fee_month, 'receivable' AS account, c.employer_fen AS employer_fen, c.person_fen AS person_fen FROM charge c WHERE c.area = ? AND c.employer = ?
UNION ALL SELECT c.person, c.scheme, c.fee_month, 'late_fee_due', c.late_fee_fen, 0 FROM charge c WHERE c.area = ? AND c.employer = ?
UNION ALL SELECT p.person, p.scheme, p.fee_month, p.ledger_account, p.employer_fen, p.person_fen FROM posting p
WHERE p.area = ? AND p.ledger_account IN ('receivable', 'late_fee_due') AND p.party = ? AND p.charge <> '') AS months
GROUP BY person, scheme, fee_month, account HAVING SUM(employer_fen) > 0 OR SUM(person_fen) > 0 LIMIT 1`,
		t.area, employer, t.area, employer, t.area, employer)
	return len(found) > 0, err
}

// ClosePeriod closes a month: it waits for those that are posting, and whoever
// posts later sees the month closed.
func (t *Tx) ClosePeriod(ctx context.Context, m calendar.Month) error {
	if s := t.db.Dialect.Shut(tabEntry.Name); s != "" {
		if err := t.send(ctx, Stmt{SQL: s}); err != nil {
			return err
		}
	}
	t.insert(ctx, tabPeriod, t.area, monthText(m), dateText(t.today), t.actor.ID, int64(t.At()))
	return t.Flush(ctx)
}

// ClosedPeriods lists the closed months.
func (t *Tx) ClosedPeriods(ctx context.Context) ([]calendar.Month, error) {
	return list(ctx, t, func(v vals) calendar.Month { return v.month(0) }, "SELECT month FROM period WHERE area = ? ORDER BY month", t.area)
}

// AccountYears reads personal accounts in a year. What was credited as its
// interest stands apart, and what came after it does not count.
func (t *Tx) AccountYears(ctx context.Context, s insurance.Scheme, year int, after string, n int) ([]ledger.AccountYear, error) {
	persons, err := list(ctx, t, func(v vals) string { return v.str(0) },
		"SELECT DISTINCT party FROM posting WHERE area = ? AND ledger_account = 'personal' AND scheme = ? AND party > ? ORDER BY party LIMIT ?",
		t.area, int64(s), after, int64(n))
	if err != nil {
		return nil, err
	}
	out := make([]ledger.AccountYear, len(persons))
	at := map[string]*ledger.AccountYear{}
	for i, p := range persons {
		out[i].Person = p
		at[p] = &out[i]
	}
	first, last := calendar.NewMonth(year, 1), calendar.NewMonth(year, 12)
	_, err = listIn(ctx, t, func(v vals) struct{} {
		a, m, amount := at[v.str(0)], v.month(1), v.fen(3)
		switch {
		case v.str(2) == ledger.Crediting && m == last:
			a.Credited += amount
			a.Times += int(v.int(4))
		case m < first:
			a.Opening += amount
		default:
			a.Months[m-first] += amount
		}
		return struct{}{}
	}, `SELECT p.party, SUBSTR(e.posted_on, 1, 7), e.kind, CAST(-SUM(p.employer_fen + p.person_fen) AS BIGINT), COUNT(DISTINCT p.entry)
FROM posting p JOIN entry e ON e.area = p.area AND e.id = p.entry
WHERE p.area = ? AND p.ledger_account = 'personal' AND p.scheme = ? AND e.posted_on <= ? AND p.party IN (?)
GROUP BY p.party, SUBSTR(e.posted_on, 1, 7), e.kind ORDER BY p.party`, []any{t.area, int64(s), dateText(last.Last())}, persons)
	return out, err
}

// PersonalOf sums the personal accounts of persons up to a day.
func (t *Tx) PersonalOf(ctx context.Context, persons []string, until calendar.Date) ([]ledger.PersonalAccount, error) {
	return listIn(ctx, t, func(v vals) ledger.PersonalAccount {
		return ledger.PersonalAccount{Person: v.str(0), Scheme: v.scheme(1), Amount: v.fen(2), Interest: v.fen(3)}
	}, `SELECT p.party, p.scheme, CAST(-SUM(p.employer_fen + p.person_fen) AS BIGINT),
CAST(-SUM(CASE WHEN e.kind = 'crediting' THEN p.employer_fen + p.person_fen ELSE 0 END) AS BIGINT)
FROM posting p JOIN entry e ON e.area = p.area AND e.id = p.entry
WHERE p.area = ? AND p.ledger_account = 'personal' AND e.posted_on <= ? AND p.party IN (?)
GROUP BY p.party, p.scheme ORDER BY p.party, p.scheme`, []any{t.area, dateText(until)}, persons)
}

// CameFrom sums what came from another area: the other side of it stands on the
// clearing account of that area, which owes it.
func (t *Tx) CameFrom(ctx context.Context, other string, persons []string, until calendar.Date) ([]ledger.PersonalAccount, error) {
	return listIn(ctx, t, func(v vals) ledger.PersonalAccount {
		return ledger.PersonalAccount{Person: v.str(0), Scheme: v.scheme(1), Amount: v.fen(2)}
	}, `SELECT p.party, p.scheme, CAST(-SUM(p.employer_fen + p.person_fen) AS BIGINT)
FROM posting p JOIN entry e ON e.area = p.area AND e.id = p.entry LEFT JOIN entry c ON c.area = e.area AND c.id = e.corrects
WHERE p.area = ? AND p.ledger_account = 'personal' AND COALESCE(c.kind, e.kind) = 'transfer' AND e.posted_on <= ? AND EXISTS (SELECT 1 FROM posting w
WHERE w.area = p.area AND w.entry = COALESCE(c.id, e.id) AND w.ledger_account = 'clearing' AND w.party = ? AND w.employer_fen + w.person_fen > 0) AND p.party IN (?)
GROUP BY p.party, p.scheme ORDER BY p.party, p.scheme`, []any{t.area, dateText(until), other}, persons)
}
