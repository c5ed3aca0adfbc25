package sqlstore

import (
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/paper"
)

var _ paper.Store = (*Tx)(nil)

// NextNumber takes the next number of a series. The row is locked first, by a
// change that changes nothing: whoever comes meanwhile waits and reads what is
// written here. Two who begin a series at once: one is run again, also where
// the row came between the lock, which it was too late for, and the insert.
func (t *Tx) NextNumber(ctx context.Context, series string, year int) (int64, error) {
	if t.readOnly {
		return 0, books.ErrReadOnly
	}
	locked := int64(0)
	err := t.send(ctx, Stmt{SQL: t.db.Dialect.Rebind("UPDATE paper_series SET last = last WHERE area = ? AND series = ? AND year = ?"), Args: []any{t.area, series, int64(year)},
		Done: func(n int64) error { locked = n; return nil }})
	if err != nil {
		return 0, err
	}
	if locked == 0 {
		t.insert(ctx, tabPaperSeries, t.area, series, int64(year), int64(1))
		return 1, t.Flush(ctx) // who is second learns it now
	}
	old, err := get(ctx, t, func(v vals) []any { return append([]any{}, v...) }, "SELECT "+tabPaperSeries.names+" FROM paper_series WHERE area = ? AND series = ? AND year = ?", t.area, series, int64(year))
	if err != nil {
		return 0, err
	}
	n := vals(old).int(3) + 1
	return n, t.update(ctx, tabPaperSeries, old, []any{t.area, series, int64(year), n})
}

// AddPaper writes a paper, and its wording if no paper has it yet.
func (t *Tx) AddPaper(ctx context.Context, p paper.Paper, wording string) error {
	_, err := t.Wording(ctx, p.Wording)
	if errors.Is(err, books.ErrNotFound) {
		t.insert(ctx, tabPaperWording, t.area, p.Wording, wording)
	} else if err != nil {
		return err
	}
	t.insert(ctx, tabPaper, t.area, p.ID, p.Number, p.Template, p.Wording, p.Kind, p.Case, p.Event, p.Person, p.Employer, dateText(p.IssuedOn), fenOrNull(p.Total),
		p.Root, p.KeyID, p.Code, p.Box, int64(p.At), p.Actor)
	return t.fault
}

// Wording reads a wording.
func (t *Tx) Wording(ctx context.Context, digest string) (string, error) {
	return get(ctx, t, func(v vals) string { return v.str(2) }, "SELECT "+tabPaperWording.names+" FROM paper_wording WHERE area = ? AND id = ?", t.area, digest)
}

func readPaper(v vals) paper.Paper {
	return paper.Paper{ID: v.str(1), Number: v.str(2), Template: v.str(3), Wording: v.str(4), Kind: v.str(5), Case: v.str(6), Event: v.str(7), Person: v.str(8), Employer: v.str(9),
		IssuedOn: v.date(10), Total: v.fenOrNil(11), Root: v.str(12), KeyID: v.str(13), Code: v.str(14), Box: v.str(15), At: v.instant(16), Actor: v.str(17)}
}

// Paper reads one.
func (t *Tx) Paper(ctx context.Context, id string) (paper.Paper, error) {
	return get(ctx, t, readPaper, "SELECT "+tabPaper.names+" FROM paper WHERE area = ? AND id = ?", t.area, id)
}

// Papers lists those of a filter.
func (t *Tx) Papers(ctx context.Context, f paper.Filter, p books.Page) ([]paper.Paper, error) {
	where, args := "WHERE area = ?", []any{t.area}
	for _, x := range []struct{ column, value string }{{"case_id", f.Case}, {"person", f.Person}, {"employer", f.Employer}, {"kind", f.Kind}} {
		if x.value != "" {
			where, args = where+" AND "+x.column+" = ?", append(args, x.value)
		}
	}
	return list(ctx, t, readPaper, "SELECT "+tabPaper.names+" FROM paper "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, p.After, int64(p.Size()))...)
}

// AddService writes how a paper was served.
func (t *Tx) AddService(ctx context.Context, s paper.Service) error {
	t.insert(ctx, tabPaperService, t.area, s.Paper, s.ID, s.Method, dateText(s.ServedOn), s.Proof, int64(s.At), s.Actor)
	return t.fault
}

// Services lists how a paper was served, by day.
func (t *Tx) Services(ctx context.Context, id string) ([]paper.Service, error) {
	return list(ctx, t, func(v vals) paper.Service {
		return paper.Service{Paper: v.str(1), ID: v.str(2), Method: v.str(3), ServedOn: v.date(4), Proof: v.str(5), At: v.instant(6), Actor: v.str(7)}
	}, "SELECT "+tabPaperService.names+" FROM paper_service WHERE area = ? AND paper = ? ORDER BY served_on, id", t.area, id)
}
