package proof

import (
	"context"
	"strconv"

	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/seal"
	"bujiao/internal/store/sqlstore"
)

func schemeName(n int64) string { return insurance.Scheme(n).String() }

func count(n int64) string { return strconv.FormatInt(n, 10) }

// journal: every entry has its legs and sums to zero, no leg is without an
// entry, sealed entries are as they were sealed, and old ones are sealed.
func (a *area) journal(ctx context.Context) error {
	day, _, err := a.old(ctx)
	if err != nil {
		return err
	}
	entries, err := a.all(ctx, "entry")
	if err != nil {
		return err
	}
	legs, err := a.all(ctx, "posting")
	if err != nil {
		return err
	}
	sealed, err := a.by(ctx, "sealed", "kind = ?", []any{seal.Entry}, "kind", "ref")
	if err != nil {
		return err
	}
	for leaf := sqlstore.NewLeaf(); entries.row != nil; {
		id := entries.text("id")
		whole := leaf.Add(entries.tab, entries.row) == nil
		var n int64
		var total money.Fen
		overflow := false
		err := legs.of(ctx, "entry", id, func() error {
			if n++; legs.int("seq") != n {
				legs.differ(Missing, "", strconv.FormatInt(n, 10))
				n = legs.int("seq")
			}
			whole = leaf.Add(legs.tab, legs.row) == nil && whole
			sum, err := money.Sum(total, money.Fen(legs.int("employer_fen")), money.Fen(legs.int("person_fen")))
			total, overflow = sum, overflow || err != nil
			return nil
		})
		if err != nil {
			return err
		}
		if want := entries.int("legs"); n != want {
			entries.differ(Missing, "posting: "+count(n), "posting: "+count(want))
		}
		if total != 0 || overflow {
			entries.differ(Balance, total.String(), money.Fen(0).String())
		}
		if err := a.sealedAs(ctx, sealed, entries, leaf.Sum(), whole, entries.text("known_on") < day); err != nil {
			return err
		}
		if err := entries.next(ctx); err != nil {
			return err
		}
	}
	if err := legs.orphans(ctx, "entry"); err != nil {
		return err
	}
	return a.gone(ctx, sealed, "entry")
}

// auditLines: sealed lines are as they were sealed.
func (a *area) auditLines(ctx context.Context) error {
	_, at, err := a.old(ctx)
	if err != nil {
		return err
	}
	lines, err := a.all(ctx, "audit")
	if err != nil {
		return err
	}
	sealed, err := a.by(ctx, "sealed", "kind = ?", []any{seal.Audit}, "kind", "ref")
	if err != nil {
		return err
	}
	for leaf := sqlstore.NewLeaf(); lines.row != nil; {
		whole := leaf.Add(lines.tab, lines.row) == nil
		if err := a.sealedAs(ctx, sealed, lines, leaf.Sum(), whole, lines.int("at") < at); err != nil {
			return err
		}
		if err := lines.next(ctx); err != nil {
			return err
		}
	}
	return a.gone(ctx, sealed, "audit")
}

// old says which lines must have a place: entries that became known before the
// office date of the last seal but one, and lines of the audit by their moment,
// which is before the last seal by more than the margin of sealing. Later ones
// may have been committed since. Only seals that are as they were written count.
func (a *area) old(ctx context.Context) (day string, at int64, err error) {
	w, err := a.by(ctx, "seal", "", nil, "day")
	last := ""
	for ; err == nil && w.row != nil; err = w.next(ctx) {
		if a.i.Fits(w.tab, w.row) {
			day, last, at = last, w.text("day"), w.int("at")-seal.Margin.Microseconds()
		}
	}
	return day, at, err
}

// sealedAs compares a line with the leaf under which it was sealed, if it was;
// one that is old was.
func (a *area) sealedAs(ctx context.Context, sealed, line *walk, leaf string, whole, old bool) error {
	id := line.text("id")
	placed := false
	for sealed.row != nil && sealed.text("ref") <= id {
		placed = sealed.text("ref") == id
		switch {
		case !placed:
			a.goneLine(sealed, line.tab.Name)
		case sealed.text("leaf") != leaf || !whole:
			line.differ(Root, sealed.text("leaf"), leaf)
		}
		if err := sealed.next(ctx); err != nil {
			return err
		}
	}
	if old && !placed {
		line.differ(Unsealed, "", "")
	}
	return nil
}

func (a *area) goneLine(sealed *walk, table string) {
	a.report.add(Difference{Kind: Unsealed, Area: a.i.Area(), Table: table, Row: sealed.text("ref"), Recorded: sealed.tab.Ref(sealed.row)})
}

// gone are the sealed lines after the last line that there is.
func (a *area) gone(ctx context.Context, sealed *walk, table string) error {
	for sealed.row != nil {
		a.goneLine(sealed, table)
		if err := sealed.next(ctx); err != nil {
			return err
		}
	}
	return nil
}
