package sqlstore

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"bujiao/internal/vault"
)

// Inspector reads the rows of an area as they stand in the database, on one
// state of the books. Unlike all other reads it takes nothing on trust: a row
// may have been changed, and its values may even be of another type.
type Inspector struct{ t *Tx }

// Inspect runs fn on one state of an area. It is run again if the connection
// was lost, so fn begins with nothing.
func (d *DB) Inspect(ctx context.Context, area string, fn func(*Inspector) error) error {
	return d.run(ctx, area, true, func(t *Tx) error { return fn(&Inspector{t}) })
}

// Area is the area that is read.
func (i *Inspector) Area() string { return i.t.area }

// Tx is the transaction, for reads through the nouns' own stores.
func (i *Inspector) Tx() *Tx { return i.t }

// Fits reports whether the MAC of a row, its last value, is that of its other
// values.
func (i *Inspector) Fits(tab *Table, row []any) bool {
	ok := false
	i.t.buf, ok = fitsIn(i.t.buf[:0], i.t.db.Vault, tab, row)
	return ok
}

func fits(v *vault.Vault, tab *Table, row []any) bool {
	_, ok := fitsIn(nil, v, tab, row)
	return ok
}

func fitsIn(buf []byte, v *vault.Vault, tab *Table, row []any) ([]byte, bool) {
	mac, ok := row[len(tab.Cols)].([]byte)
	if !ok {
		return buf, false
	}
	out, err := tab.Encode(buf, row[:len(tab.Cols)])
	if err != nil {
		return buf, false
	}
	return out, bytes.Equal(mac, v.MAC(nil, out))
}

// Opens reports whether a box can be decrypted where it stands.
func (i *Inspector) Opens(id string, data []byte) bool {
	_, err := i.t.db.Vault.Open(i.t.place(id), data)
	return err == nil
}

// Lanes adds up the lanes of the area; ill are those that cannot be read.
func (i *Inspector) Lanes(ctx context.Context) (sums Sums, ill []string, err error) {
	sums = NewSums()
	err = i.Rows(tabLane).Each(ctx, func(row []any) error {
		one, err := ParseSums(vals(row).bytes(3))
		if err != nil || !i.Fits(tabLane, row) {
			ill = append(ill, tabLane.Ref(row))
		}
		if err == nil {
			sums.Plus(one)
		}
		return nil
	})
	return sums, ill, err
}

// AllAreas lists the areas that any table has rows of, whether or not the
// program wrote them there.
func (d *DB) AllAreas(ctx context.Context) ([]string, error) {
	found := map[string]bool{}
	for _, tab := range tables {
		for at := ""; ; {
			// all areas by intent: each found by one step down the index
			var next *string
			err := d.Reader.QueryRowContext(ctx, d.Dialect.Rebind("SELECT MIN(area) FROM "+tab.Name+" WHERE area > ?"), at).Scan(&next)
			if err != nil {
				return nil, d.domain(fmt.Errorf("areas of %s: %w", tab.Name, err), d.Dialect.Classify(err))
			}
			if next == nil {
				break
			}
			at = *next
			found[at] = true
		}
	}
	out := []string{}
	for area := range found {
		out = append(out, area)
	}
	slices.Sort(out)
	return out, nil
}

// Cursor gives rows one by one and holds one page of them.
type Cursor struct {
	i     *Inspector
	first string // the query of the first page
	next  string // and of those after it
	args  []any
	at    []int // columns of the order
	page  [][]any
	last  []any
	done  bool
}

const pageRows = 1000

// Rows gives the rows of a table in the order of its key, each with its MAC
// last.
func (i *Inspector) Rows(tab *Table) *Cursor {
	var by []string
	for _, c := range tab.Cols[1:tab.Key] {
		by = append(by, c.Name)
	}
	return i.By(tab, "", nil, by...)
}

// By gives the rows that a condition holds for in the order of other columns,
// which together are unique in the area and have an index.
func (i *Inspector) By(tab *Table, where string, args []any, by ...string) *Cursor {
	c := &Cursor{i: i, args: append([]any{i.t.area}, args...)}
	head := "SELECT " + tab.names + " FROM " + tab.Name + " WHERE area = ?"
	if where != "" {
		head += " AND " + where
	}
	for _, name := range by {
		c.at = append(c.at, tab.col(name))
	}
	list := strings.Join(by, ", ")
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(by)), ", ")
	tail := " ORDER BY " + list + " LIMIT ?"
	c.first, c.next = head+tail, head+" AND ("+list+") > ("+marks+")"+tail
	return c
}

// Next is the next row, nil after the last. The row is valid until the call
// after the next.
func (c *Cursor) Next(ctx context.Context) ([]any, error) {
	if len(c.page) == 0 && !c.done {
		if err := c.fill(ctx); err != nil {
			return nil, err
		}
	}
	if len(c.page) == 0 {
		return nil, nil
	}
	row := c.page[0]
	c.page = c.page[1:]
	return row, nil
}

func (c *Cursor) fill(ctx context.Context) error {
	query, args := c.first, slices.Clone(c.args)
	if c.last != nil {
		query = c.next
		for _, at := range c.at {
			args = append(args, c.last[at])
		}
	}
	err := c.i.t.query(ctx, func(v vals) error { c.page = append(c.page, slices.Clone(v)); return nil }, query, append(args, int64(pageRows))...)
	if err != nil {
		return err
	}
	if c.done = len(c.page) < pageRows; !c.done {
		c.last = c.page[len(c.page)-1]
	}
	return nil
}

// Orphans passes the rows of a table to fn whose column names no row of another
// table; an empty column names none by intent. Of entries only those of the
// kind of reference.
func (i *Inspector) Orphans(ctx context.Context, tab *Table, col, to, refKind string, fn func(row []any) error) error {
	query := "SELECT " + tab.names + " FROM " + tab.Name + " x WHERE x.area = ? AND x." + tab.Cols[tab.col(col)].Name + " > '' AND NOT EXISTS (SELECT 1 FROM " +
		TableOf(to).Name + " y WHERE y.area = ? AND y.id = x." + col + ")"
	args := []any{i.t.area, i.t.area}
	if refKind != "" {
		query, args = query+" AND x.ref_kind = ?", append(args, refKind)
	}
	return i.t.query(ctx, func(v vals) error { return fn(v) }, query, args...)
}

// Each passes all rows to fn.
func (c *Cursor) Each(ctx context.Context, fn func(row []any) error) error {
	for {
		row, err := c.Next(ctx)
		if row == nil || err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// Add counts a row as it stands, with the MAC that stands in it.
func (s Sums) Add(tab *Table, row []any) {
	mac, ok := row[len(tab.Cols)].([]byte)
	if !ok || len(mac) < 16 {
		mac = make([]byte, 16)
	}
	s[tab.Num].add(tab, row, mac)
}

// Count is the number of rows of a table.
func (s Sums) Count(tab *Table) int64 { return s[tab.Num].count }

// Gap is how a table differs from what was written to it.
type Gap struct {
	Rows int64 // that it has more than were written, or less
	diff tally
}

// Gap compares what was written to a table with what is found in it.
func (s Sums) Gap(found Sums, tab *Table) (Gap, bool) {
	a, b := found[tab.Num], s[tab.Num]
	g := Gap{Rows: a.count - b.count, diff: tally{a.count - b.count, a.sum.minus(b.sum), a.keys.minus(b.keys)}}
	return g, g.diff != tally{}
}

// OnlyKeys reports whether the MACs are those that were written and only keys
// are not: the rows whose keys changed show by their MACs.
func (g Gap) OnlyKeys() bool { return g.Rows == 0 && g.diff.sum == wide{} }

// Row names the row that is missing or too many, if it is one: by its id, or
// by the hash of its key. Empty if that cannot be told.
func (g Gap) Row() string {
	d := g.diff
	if d.count == -1 {
		d = tally{1, wide{}.minus(d.sum), wide{}.minus(d.keys)}
	}
	if d.count != 1 || d.sum.lo&1 == 0 {
		return ""
	}
	number := d.keys.over(d.sum)
	if number.hi>>56 > 1 {
		return "" // no number of a key: there is more than one row
	}
	return number.name()
}

// IsOf reports whether the gap is that of this one row: changed, put back or
// added.
func (g Gap) IsOf(tab *Table, row []any) bool {
	return g.diff.sum != wide{} && g.diff.sum.times(tab.number(row)) == g.diff.keys
}

// TableOf finds a table by name.
func TableOf(name string) *Table {
	for _, t := range tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Value is a column of a row: nil if it is not there.
func (t *Table) Value(row []any, name string) any {
	for i, c := range t.Cols {
		if c.Name == name {
			return row[i]
		}
	}
	return nil
}

// Counted lists the tables whose rows the lanes count: all but the lanes.
func Counted() []*Table {
	return slices.DeleteFunc(slices.Clone(tables), func(t *Table) bool { return t == tabLane })
}
