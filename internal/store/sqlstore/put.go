package sqlstore

import "context"

// Put writes a row of any table, without its MAC. It and Replace are for tests
// that fill every table; the nouns' own functions are for all else.
func (t *Tx) Put(ctx context.Context, tab *Table, row []any) error {
	t.insert(ctx, tab, row...)
	return t.Flush(ctx)
}

// Replace puts a row, without its MAC, in the place of one as it was read.
func (t *Tx) Replace(ctx context.Context, tab *Table, old, row []any) error {
	return t.update(ctx, tab, old, row)
}
