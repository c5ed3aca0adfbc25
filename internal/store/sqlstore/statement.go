package sqlstore

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/statement"
)

var _ statement.Store = (*Tx)(nil)

// AddHandover writes that a statement was handed over.
func (t *Tx) AddHandover(ctx context.Context, d statement.Handover) error {
	t.insert(ctx, tabStatement, t.area, d.ID, string(d.Kind), d.Employer, d.Person, d.Period, d.Digest, d.Method, dateText(d.DeliveredOn), int64(d.At), d.Actor)
	return t.fault
}

func readHandover(v vals) statement.Handover {
	return statement.Handover{ID: v.str(1), Kind: statement.Kind(v.str(2)), Employer: v.str(3), Person: v.str(4), Period: v.str(5), Digest: v.str(6),
		Method: v.str(7), DeliveredOn: v.date(8), At: v.instant(9), Actor: v.str(10)}
}

// Handovers lists those of a filter.
func (t *Tx) Handovers(ctx context.Context, f statement.Filter, p books.Page) ([]statement.Handover, error) {
	where, args := "WHERE area = ?", []any{t.area}
	for _, x := range []struct{ column, value string }{{"person", f.Person}, {"employer", f.Employer}, {"kind", string(f.Kind)}, {"period", f.Period}} {
		if x.value != "" {
			where, args = where+" AND "+x.column+" = ?", append(args, x.value)
		}
	}
	return list(ctx, t, readHandover, "SELECT "+tabStatement.names+" FROM statement "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, p.After, int64(p.Size()))...)
}
