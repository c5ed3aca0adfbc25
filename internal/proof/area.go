package proof

import (
	"context"
	"fmt"

	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/store/sqlstore"
)

// area is the proof of one area on one state of it.
type area struct {
	*Prover
	pricer *declaration.Pricer
	i      *sqlstore.Inspector
	report *Report
	found  sqlstore.Sums      // what stands there as it was written
	ill    map[string][][]any // by table, some rows that do not
	done   map[string]bool    // tables whose rows were all checked
}

func newArea(p *Prover, i *sqlstore.Inspector, r *Report) *area {
	return &area{Prover: p, pricer: declaration.NewPricer(p.Laws), i: i, report: r, found: sqlstore.NewSums(), ill: map[string][][]any{}, done: map[string]bool{}}
}

func (a *area) prove(ctx context.Context) error {
	for _, step := range []func(context.Context) error{a.journal, a.auditLines, a.seals, a.declarations, a.notices, a.charges, a.orders, a.payments, a.files, a.bankLines,
		a.refunds, a.cases, a.rest, a.counts, a.suspense, a.references} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context) error{a.recount, a.grids} {
		err := step(ctx)
		if err != nil && ctx.Err() == nil && fault.KindOf(err) != fault.Unavailable && !a.report.Sound() {
			return nil // what was changed cannot even be read as what it should be; the rows are named already
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// walk goes through rows of a table and stands on one.
type walk struct {
	a     *area
	tab   *sqlstore.Table
	cur   *sqlstore.Cursor
	check bool
	row   []any // nil: at the end
}

// all walks all rows of a table in the order of its key and checks each: every
// table is walked so once.
func (a *area) all(ctx context.Context, table string) (*walk, error) {
	tab := sqlstore.TableOf(table)
	if a.done[table] {
		return nil, fmt.Errorf("%s is walked twice", table)
	}
	a.done[table] = true
	w := &walk{a: a, tab: tab, cur: a.i.Rows(tab), check: true}
	return w, w.next(ctx)
}

// by walks rows in another order.
func (a *area) by(ctx context.Context, table, where string, args []any, by ...string) (*walk, error) {
	tab := sqlstore.TableOf(table)
	w := &walk{a: a, tab: tab, cur: a.i.By(tab, where, args, by...)}
	return w, w.next(ctx)
}

func (w *walk) next(ctx context.Context) error {
	row, err := w.cur.Next(ctx)
	w.row = row
	if err != nil || row == nil || !w.check {
		return err
	}
	w.a.report.Rows++
	if w.a.i.Fits(w.tab, row) {
		w.a.found.Add(w.tab, row)
		return nil
	}
	if list := w.a.ill[w.tab.Name]; len(list) < 100 {
		w.a.ill[w.tab.Name] = append(list, row)
	}
	w.differ(Changed, "", "")
	return nil
}

// drain goes to the end.
func (w *walk) drain(ctx context.Context) error {
	for w.row != nil {
		if err := w.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) text(col string) string {
	s, _ := w.tab.Value(w.row, col).(string)
	return s
}

func (w *walk) int(col string) int64 {
	n, _ := w.tab.Value(w.row, col).(int64)
	return n
}

// of passes the rows that refer to a key to fn. Both sides are in the order of
// the key; those that were left behind refer to nothing.
func (w *walk) of(ctx context.Context, col, key string, fn func() error) error {
	for w.row != nil && w.text(col) <= key {
		if w.text(col) < key {
			w.differ(Orphan, w.text(col), "")
		} else if err := fn(); err != nil {
			return err
		}
		if err := w.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

// orphans are the rows after the last key.
func (w *walk) orphans(ctx context.Context, col string) error {
	for w.row != nil {
		w.differ(Orphan, w.text(col), "")
		if err := w.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

// differ notes a difference of the row.
func (w *walk) differ(kind, recorded, computed string) {
	d := w.a.name(w.tab, w.row)
	d.Kind, d.Recorded, d.Computed = kind, recorded, computed
	w.a.report.add(d)
}

// name names a row: its key, and whose and what month it is.
func (a *area) name(tab *sqlstore.Table, row []any) Difference {
	d := Difference{Area: a.i.Area(), Table: tab.Name, Row: tab.Ref(row)}
	text := func(col string) string { s, _ := tab.Value(row, col).(string); return s }
	d.Person = text("person")
	switch {
	case tab.Name == "person":
		d.Person = text("id")
	case tab.Name == "box" && text("kind") == "person":
		d.Person = text("owner")
	case tab.Name == "person_merge":
		d.Person = text("loser")
	}
	for _, col := range []string{"fee_month", "month", "period"} {
		if d.Month == "" {
			d.Month = text(col)
		}
	}
	if n, ok := tab.Value(row, "scheme").(int64); ok && n != 0 {
		d.Scheme = schemeName(n)
	}
	return d
}

// rest checks the rows of the tables that no other step walked.
func (a *area) rest(ctx context.Context) error {
	for _, tab := range sqlstore.Counted() {
		if a.done[tab.Name] {
			continue
		}
		w, err := a.all(ctx, tab.Name)
		if err == nil {
			err = w.drain(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// counts compares what was found with what the lanes count.
func (a *area) counts(ctx context.Context) error {
	counted, ill, err := a.i.Lanes(ctx)
	if err != nil {
		return err
	}
	for _, row := range ill {
		a.report.add(Difference{Kind: Changed, Area: a.i.Area(), Table: "lane", Row: row})
	}
	short := false
	for _, tab := range sqlstore.Counted() {
		gap, differs := counted.Gap(a.found, tab)
		if !differs {
			continue
		}
		if tab.Append && gap.Rows > 0 { // the program never takes such rows away, so none comes again: they were not counted
			short = true
			continue
		}
		if err := a.explain(ctx, tab, gap); err != nil {
			return err
		}
	}
	if short {
		a.report.add(Difference{Kind: Lane, Area: a.i.Area(), Table: "lane", Row: a.onlyLane(ctx)})
	}
	return nil
}

// explain says which row makes the gap between a table and the lanes.
func (a *area) explain(ctx context.Context, tab *sqlstore.Table, gap sqlstore.Gap) error {
	d := Difference{Kind: Missing, Area: a.i.Area(), Table: tab.Name, Row: gap.Row(), Rows: gap.Rows, Recorded: fmt.Sprintf("%+d", gap.Rows), Computed: "+0"}
	if gap.Rows < 0 {
		for _, row := range a.ill[tab.Name] {
			if gap.Rows == -1 && gap.IsOf(tab, row) {
				return nil // the row that was changed, which is named already
			}
		}
		if tab.Cols[tab.Key-1].Name == "person" {
			d.Person = d.Row
		}
		a.report.add(d)
		return nil
	}
	if d.Kind = Added; gap.Rows == 0 {
		d.Kind = Old
	}
	var at []any
	err := a.i.Rows(tab).Each(ctx, func(row []any) error {
		if at == nil && gap.IsOf(tab, row) {
			at = row
		}
		return nil
	})
	if at != nil {
		named := a.name(tab, at)
		named.Kind, named.Rows, named.Recorded, named.Computed = d.Kind, d.Rows, d.Recorded, d.Computed
		d = named
	}
	a.report.add(d)
	return err
}

// onlyLane names the lane if there is one only.
func (a *area) onlyLane(ctx context.Context) string {
	w, err := a.by(ctx, "lane", "", nil, "lane")
	if err != nil || w.row == nil {
		return ""
	}
	ref := w.tab.Ref(w.row)
	if w.next(ctx) != nil || w.row != nil {
		return ""
	}
	return ref
}
