package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
)

var _ casework.Store = (*Tx)(nil)

func caseRow(area string, c casework.Case) []any {
	return []any{area, c.ID, c.Kind, c.Law, c.State, c.Back, c.Person, c.Employer, c.Parent, string(c.Owner), dateText(c.OpenedOn), dateText(c.EndsOn), c.Then,
		int64(c.Left), flag(c.Overdue), int64(c.Seq), dateText(c.ClosedOn), int64(c.ChangedAt)}
}

func readCase(v vals) casework.Case {
	return casework.Case{ID: v.str(1), Kind: v.str(2), Law: v.str(3), State: v.str(4), Back: v.str(5), Person: v.str(6), Employer: v.str(7), Parent: v.str(8),
		Owner: access.Role(v.str(9)), OpenedOn: v.date(10), EndsOn: v.date(11), Then: v.str(12), Left: int(v.int(13)), Overdue: v.int(14) != 0,
		Seq: int(v.int(15)), ClosedOn: v.date(16), ChangedAt: v.instant(17), Stored: append([]any{}, v...)}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// AddCase adds a case.
func (t *Tx) AddCase(ctx context.Context, c casework.Case) {
	t.insert(ctx, tabCasefile, caseRow(t.area, c)...)
}

// SaveCase writes one back that still is as it was read.
func (t *Tx) SaveCase(ctx context.Context, c casework.Case) error {
	return t.update(ctx, tabCasefile, c.Stored, caseRow(t.area, c))
}

// Case reads one.
func (t *Tx) Case(ctx context.Context, id string) (casework.Case, error) {
	return get(ctx, t, readCase, "SELECT "+tabCasefile.names+" FROM casefile WHERE area = ? AND id = ?", t.area, id)
}

// Cases lists those of a filter.
func (t *Tx) Cases(ctx context.Context, f casework.Filter, p books.Page) ([]casework.Case, error) {
	where, args := "WHERE area = ?", []any{t.area}
	for _, x := range []struct{ column, value string }{{"person", f.Person}, {"employer", f.Employer}, {"parent", f.Parent}, {"kind", f.Kind}, {"state", f.State}, {"owner", string(f.Owner)}} {
		if x.value != "" {
			where, args = where+" AND "+x.column+" = ?", append(args, x.value)
		}
	}
	return list(ctx, t, readCase, "SELECT "+tabCasefile.names+" FROM casefile "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, p.After, int64(p.Size()))...)
}

// CasesDue lists those whose term ended before a day.
func (t *Tx) CasesDue(ctx context.Context, day calendar.Date, p books.Page) ([]casework.Case, error) {
	return list(ctx, t, readCase, "SELECT "+tabCasefile.names+" FROM casefile WHERE area = ? AND closed_on = '' AND overdue = 0 AND ends_on <> '' AND ends_on < ? AND id > ? ORDER BY id LIMIT ?",
		t.area, dateText(day), p.After, int64(p.Size()))
}

// CasesEndless lists open ones whose term has no end yet.
func (t *Tx) CasesEndless(ctx context.Context, p books.Page) ([]casework.Case, error) {
	return list(ctx, t, readCase, "SELECT "+tabCasefile.names+" FROM casefile WHERE area = ? AND closed_on = '' AND overdue = 0 AND ends_on = '' AND id > ? ORDER BY id LIMIT ?",
		t.area, p.After, int64(p.Size()))
}

// AddCaseEvent adds an event.
func (t *Tx) AddCaseEvent(ctx context.Context, e casework.Event) {
	data, err := json.Marshal(e.Data)
	if err != nil && t.fault == nil {
		t.fault = fmt.Errorf("event of a case: %w", err)
	}
	t.insert(ctx, tabCaseEvent, t.area, e.Case, int64(e.Seq), e.Name, e.From, e.To, dateText(e.On), dateText(e.EndsOn), e.Then, int64(e.Left), string(data), e.Reason,
		int64(e.At), e.Actor, string(e.Role))
}

// CaseEvents reads all events of a case in their order.
func (t *Tx) CaseEvents(ctx context.Context, id string) ([]casework.Event, error) {
	var bad error
	out, err := list(ctx, t, func(v vals) casework.Event {
		e := casework.Event{Case: v.str(1), Seq: int(v.int(2)), Name: v.str(3), From: v.str(4), To: v.str(5), On: v.date(6), EndsOn: v.date(7), Then: v.str(8),
			Left: int(v.int(9)), Reason: v.str(11), At: v.instant(12), Actor: v.str(13), Role: access.Role(v.str(14))}
		if err := json.Unmarshal([]byte(v.str(10)), &e.Data); err != nil {
			bad = fmt.Errorf("event %d of case %s: %w", e.Seq, e.Case, err)
		}
		return e
	}, "SELECT "+tabCaseEvent.names+" FROM case_event WHERE area = ? AND casefile = ? ORDER BY seq", t.area, id)
	if err == nil {
		err = bad
	}
	return out, err
}

// AddCaseMonths states the months of a case.
func (t *Tx) AddCaseMonths(ctx context.Context, id string, seq int, months []casework.Month) {
	for n, m := range months {
		t.insert(ctx, tabCaseMonth, t.area, id, int64(seq), int64(n+1), m.Person, int64(m.Scheme), monthText(m.FeeMonth), string(m.Cause), fenOrNull(m.Wage), fenOrNull(m.Base),
			fenOrNull(m.Employer), fenOrNull(m.Own), fenOrNull(m.LateFee), m.Verdict, m.Route)
	}
}

// CaseMonths reads the latest statement of months.
func (t *Tx) CaseMonths(ctx context.Context, id string) ([]casework.Month, error) {
	return list(ctx, t, func(v vals) casework.Month {
		return casework.Month{Person: v.str(4), Scheme: v.scheme(5), FeeMonth: v.month(6), Cause: insurance.Cause(v.str(7)), Wage: v.fenOrNil(8), Base: v.fenOrNil(9),
			Employer: v.fenOrNil(10), Own: v.fenOrNil(11), LateFee: v.fenOrNil(12), Verdict: v.str(13), Route: v.str(14)}
	}, "SELECT "+tabCaseMonth.names+" FROM case_month WHERE area = ? AND casefile = ? AND seq = (SELECT max(seq) FROM case_month WHERE area = ? AND casefile = ?) ORDER BY n", t.area, id, t.area, id)
}

// AddProcedure pins a procedure.
func (t *Tx) AddProcedure(ctx context.Context, digest, kind, text string) {
	t.insert(ctx, tabProcedure, t.area, digest, kind, text, int64(t.At()))
}

// Procedure reads a pinned one.
func (t *Tx) Procedure(ctx context.Context, digest string) (string, error) {
	return get(ctx, t, func(v vals) string { return v.str(0) }, "SELECT content FROM procedure WHERE area = ? AND digest = ?", t.area, digest)
}
