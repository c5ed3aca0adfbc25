package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/store"
	"bujiao/internal/webhook"
)

// Tx is a transaction on one area. It is for one goroutine.
type Tx struct {
	db       *DB
	conn     *sql.Conn
	area     string
	readOnly bool
	begin    string // to be sent before the first statement; empty once sent
	at       time.Time
	today    calendar.Date
	actor    books.Actor
	pending  []pending
	rows     int
	sums     Sums
	buf      []byte
	assume   bool  // Prior may assume that nothing is there
	asked    bool  // Prior was asked
	fault    error // the first error of an insert; nothing is sent after it

	listening []webhook.Webhook // nil: not looked for yet
}

var _ store.Tx = (*Tx)(nil)

// pending are buffered rows of one table. Tables are sent in the order in which
// they were first written to, so that legs come before the entries that close
// them; a table has its rows in the order they came.
type pending struct {
	t    *Table
	rows [][]any
}

// Area is the area of the transaction.
func (t *Tx) Area() string { return t.area }

// At is the moment of the transaction.
func (t *Tx) At() books.Instant { return books.InstantOf(t.at) }

// Today is the office date.
func (t *Tx) Today() calendar.Date { return t.today }

// Actor is who acts.
func (t *Tx) Actor() books.Actor { return t.actor }

// NewID makes an id.
func (t *Tx) NewID() string { return t.db.NewID(t.at) }

// seal appends the MAC to a row.
func (t *Tx) seal(tab *Table, row []any) ([]any, []byte, error) {
	if len(row) != len(tab.Cols) {
		return nil, nil, fmt.Errorf("%s: %d values for %d columns", tab.Name, len(row), len(tab.Cols))
	}
	if row[0] != t.area {
		return nil, nil, fmt.Errorf("%s: a row of another area", tab.Name)
	}
	var err error
	if t.buf, err = tab.Encode(t.buf[:0], row); err != nil {
		return nil, nil, err
	}
	mac := t.db.Vault.MAC(nil, t.buf)
	return append(row[:len(row):len(row)], mac), mac, nil
}

// maxBuffer bounds the rows that wait to be sent.
const maxBuffer = 20_000

// insert buffers a row. An error shows at Flush, the next read or commit.
func (t *Tx) insert(ctx context.Context, tab *Table, row ...any) {
	if t.fault != nil {
		return
	}
	if t.readOnly {
		t.fault = books.ErrReadOnly
		return
	}
	sealed, mac, err := t.seal(tab, row)
	if err == nil {
		err = plainRow(tab, row)
	}
	if err != nil {
		t.fault = err
		return
	}
	t.sums[tab.Num].add(tab, row, mac)
	i := slices.IndexFunc(t.pending, func(p pending) bool { return p.t == tab })
	if i < 0 {
		i, t.pending = len(t.pending), append(t.pending, pending{t: tab})
	}
	t.pending[i].rows = append(t.pending[i].rows, sealed)
	if t.rows++; t.rows >= maxBuffer {
		t.fault = t.Flush(ctx)
	}
}

// bulkFrom is the number of rows of one table from which they are loaded in
// bulk; fewer go in one batch with the rest.
const bulkFrom = 256

// Flush sends what is buffered.
func (t *Tx) Flush(ctx context.Context) error {
	if t.fault == nil && len(t.pending) == 0 {
		return nil
	}
	return t.send(ctx)
}

// send sends what is buffered and then the statements, in one round trip where
// the engine can.
func (t *Tx) send(ctx context.Context, then ...Stmt) error {
	if t.fault != nil {
		return t.fault
	}
	stmts := t.starts(nil)
	list := t.pending
	t.pending, t.rows = nil, 0
	// legs before the entry that closes them, also where a full buffer parted them
	slices.SortStableFunc(list, func(a, b pending) int { return a.t.Num - b.t.Num })
	for _, p := range list {
		if len(p.rows) >= bulkFrom {
			if err := t.batch(ctx, stmts); err != nil {
				return err
			}
			stmts = nil
			if err := t.db.Dialect.Bulk(ctx, t.conn, p.t, p.rows); err != nil {
				return t.fail(fmt.Errorf("load %s: %w", p.t.Name, err))
			}
			continue
		}
		for rest := p.rows; len(rest) > 0; {
			n := 1 // powers of two, so that there are few statements to prepare
			for n*2 <= len(rest) && n < 64 {
				n *= 2
			}
			args := make([]any, 0, n*(len(p.t.Cols)+1))
			for _, r := range rest[:n] {
				args = append(args, r...)
			}
			stmts = append(stmts, Stmt{SQL: t.db.insertSQL(p.t, n), Args: args})
			rest = rest[n:]
		}
	}
	return t.batch(ctx, append(t.starts(stmts), then...))
}

// starts puts the BEGIN before the first statements.
func (t *Tx) starts(stmts []Stmt) []Stmt {
	if t.begin != "" {
		stmts = append(stmts, Stmt{SQL: t.begin})
		t.begin = ""
	}
	return stmts
}

func (t *Tx) batch(ctx context.Context, stmts []Stmt) error {
	if len(stmts) == 0 {
		return nil
	}
	if err := t.db.Dialect.Batch(ctx, t.conn, stmts); err != nil {
		return t.fail(err)
	}
	return nil
}

// fail keeps the first error, in the words of the books: after it the engine
// takes nothing more.
func (t *Tx) fail(err error) error {
	if c := t.db.Dialect.Classify(err); c.Meaning != Retry && c.Meaning != Lost {
		err = t.db.domain(err, c)
	}
	if t.fault == nil {
		t.fault = err
	}
	return err
}

// query reads rows; each is passed to read as the values of its columns. What
// was written before is sent first. The statement must name the area.
func (t *Tx) query(ctx context.Context, read func(vals) error, query string, args ...any) error {
	for _, v := range args {
		if !isPlain(v) {
			return notPlain("query")
		}
	}
	return t.send(ctx, Stmt{SQL: t.db.Dialect.Rebind(query), Args: args, Read: func(v []any) error { return read(v) }})
}

// one reads at most one row; none is books.ErrNotFound.
func (t *Tx) one(ctx context.Context, read func(vals) error, query string, args ...any) error {
	found := false
	err := t.query(ctx, func(v vals) error { found = true; return read(v) }, query, args...)
	if err == nil && !found {
		return books.ErrNotFound
	}
	return err
}

// update replaces a row that still is as it was read: else books.ErrStale. A
// row whose MAC does not fit was changed straight in the database.
func (t *Tx) update(ctx context.Context, tab *Table, old, new []any) error {
	return t.change(ctx, tab, old, new)
}

// remove deletes a row that still is as it was read.
func (t *Tx) remove(ctx context.Context, tab *Table, old []any) error {
	return t.change(ctx, tab, old, nil)
}

func (t *Tx) change(ctx context.Context, tab *Table, old, new []any) error {
	if t.readOnly {
		return books.ErrReadOnly
	}
	if tab.Append {
		return books.ErrAppendOnly
	}
	if err := t.Flush(ctx); err != nil {
		return err
	}
	_, was, err := t.seal(tab, old[:len(tab.Cols)])
	if err != nil {
		return err
	}
	if len(old) > len(tab.Cols) && !bytes.Equal(was, old[len(tab.Cols)].([]byte)) {
		return fault.New(fault.Internal, "store.tampered", fault.Args{"table": tab.Name, "row": tab.Ref(old)})
	}
	query, args := tab.delete(), append(append([]any{}, old[:tab.Key]...), was)
	if new != nil {
		sealed, mac, err := t.seal(tab, new)
		if err == nil {
			err = plainRow(tab, new)
		}
		if err != nil {
			return err
		}
		for i := range tab.Key {
			if new[i] != old[i] {
				return fmt.Errorf("%s: the key of a row never changes", tab.Name)
			}
		}
		query, args = tab.update(), append(append([]any{}, sealed[tab.Key:]...), args...)
		t.sums[tab.Num].add(tab, new, mac)
	}
	t.sums[tab.Num].sub(tab, old, was)
	return t.batch(ctx, append(t.starts(nil), Stmt{SQL: t.db.Dialect.Rebind(query), Args: args, Done: func(n int64) error {
		if n != 1 {
			return fmt.Errorf("%s: %w", tab.Name, books.ErrStale)
		}
		return nil
	}}))
}

// insertSQL is the text of an insert of n rows, for the engine.
func (d *DB) insertSQL(t *Table, n int) string {
	key := insertKey{t, n}
	if s, ok := d.inserts.Load(key); ok {
		return s.(string)
	}
	s := d.Dialect.Rebind(t.insert(n))
	d.inserts.Store(key, s)
	return s
}

type insertKey struct {
	t *Table
	n int
}

// notFound turns books.ErrNotFound into a fault of the noun.
func notFound(err error, key string) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, key, nil, err)
	}
	return err
}
