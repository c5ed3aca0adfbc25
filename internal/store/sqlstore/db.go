// Package sqlstore keeps the books in SQL: one text for SQLite and PostgreSQL,
// with a Dialect for what differs.
//
// All rows of all tables pass through a Tx, which gives each its MAC, counts it
// in a lane, and binds every statement to one area. Inserts are buffered and
// sent together; a read sends them first, so a transaction sees what it wrote.
// A lost race is run again a bounded number of times: the function given to
// Update must do nothing but write through its Tx.
package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/base32"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"strings"
	"sync"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/store"
	"bujiao/internal/vault"
)

// Config is what a DB needs.
type Config struct {
	Writer, Reader *sql.DB
	Dialect        Dialect
	Vault          *vault.Vault
	Now            func() time.Time       // the wall
	Today          func() calendar.Date   // the office date; nil: the day of Now
	NewID          func(time.Time) string // nil: RandomID
	Wait           time.Duration          // for a connection, at most; zero: 30 seconds
}

// DB is a store.Store.
type DB struct {
	Config
	lanes   *lanes
	written []written // by Num of table
	shut    sync.Map  // area -> the last closed month that is known here
	inserts sync.Map
	mu      sync.Mutex
	closed  bool
}

var _ store.Store = (*DB)(nil)

// New returns a store over open pools. The schema must be up to date.
func New(c Config) *DB {
	if c.Today == nil {
		c.Today = func() calendar.Date { return books.DateOf(c.Now()) }
	}
	if c.NewID == nil {
		c.NewID = RandomID
	}
	if c.Wait == 0 {
		c.Wait = 30 * time.Second
	}
	d := &DB{Config: c, lanes: newLanes(c.Dialect.Lanes()), written: make([]written, len(tables))}
	return d
}

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// RandomID is 48 bits of milliseconds and 72 random bits, 24 characters.
func RandomID(now time.Time) string {
	b := idOf(now)
	_, _ = rand.Read(b[6:]) // never fails since Go 1.24
	return crockford.EncodeToString(b)
}

// idOf is the lowest id of a millisecond.
func idOf(at time.Time) []byte {
	b := make([]byte, idSize)
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	return b
}

// Close closes the pools; later calls return books.ErrClosed.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	err := d.Writer.Close()
	if d.Reader != d.Writer {
		err = errors.Join(err, d.Reader.Close())
	}
	return err
}

func (d *DB) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

// View runs reads of one area on one state of the books.
func (d *DB) View(ctx context.Context, area string, fn func(store.Tx) error) error {
	return d.run(ctx, area, true, func(t *Tx) error { return fn(t) })
}

// Update runs fn in a transaction on one area: committed if fn returns nil,
// rolled back otherwise and on a panic. It is run again if it lost a race. If
// the connection was lost at commit it is not known whether it happened: the
// error is fault Unavailable, and asking again with the same idempotency key
// is safe.
func (d *DB) Update(ctx context.Context, area string, fn func(store.Tx) error) error {
	return d.run(ctx, area, false, func(t *Tx) error { return fn(t) })
}

const attempts = 10

func (d *DB) run(ctx context.Context, area string, readOnly bool, fn func(*Tx) error) error {
	assume := true
	for attempt := 1; ; attempt++ {
		if d.isClosed() {
			return books.ErrClosed
		}
		t := &Tx{db: d, area: area, readOnly: readOnly, at: d.Now(), today: d.Today(), actor: books.ActorOf(ctx), sums: NewSums(), begin: d.Dialect.Begin(readOnly), assume: assume}
		unknown, err := d.once(ctx, t, fn)
		if err == nil {
			return nil
		}
		if unknown {
			return fault.Wrap(fault.Unavailable, "store.unknown", nil, err)
		}
		if fault.KindOf(err) == fault.Unavailable {
			return err // waited long enough already
		}
		class := d.Dialect.Classify(err)
		if assume && t.asked && (class.Meaning == PeriodOver || class == Class{Taken, tabEntry.Name}) {
			assume = false
			continue
		}
		if !t.lostRace(class) || ctx.Err() != nil {
			return d.domain(err, class)
		}
		if attempt == attempts {
			return fault.Wrap(fault.Unavailable, "store.busy", nil, err)
		}
		wait := time.Duration(1<<attempt)*time.Millisecond + time.Duration(mrand.Int64N(int64(5*time.Millisecond)))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// connect waits for a connection of the pool. The wait has an end, since a
// transaction inside another one would wait for itself.
func (d *DB) connect(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, d.Wait)
	defer cancel()
	conn, err := pool.Conn(limited)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() == nil && limited.Err() != nil:
		return nil, fault.Wrap(fault.Unavailable, "store.busy", nil, err)
	case d.isClosed():
		return nil, books.ErrClosed
	}
	return nil, fmt.Errorf("connect: %w", err)
}

// lostRace reports whether what failed may succeed when it is run again: also
// where two wrote the first row of a lane or of a series of papers, or posted one key, at once.
func (t *Tx) lostRace(c Class) bool {
	switch c.Meaning {
	case Retry, Lost, LaneStale:
		return true
	case Taken:
		return c.Table == tabLane.Name || c.Table == tabPaperSeries.Name || c.Table == tabPaperWording.Name || c.Table == tabEntry.Name && t.asked
	}
	return false
}

func (d *DB) once(ctx context.Context, t *Tx, fn func(*Tx) error) (unknown bool, err error) {
	if !t.readOnly && !isArea(t.area) {
		return false, fault.New(fault.Invalid, "store.bad_area", nil)
	}
	pool := d.Writer
	if t.readOnly {
		pool = d.Reader
	}
	if t.conn, err = d.connect(ctx, pool); err != nil {
		return false, err
	}
	defer t.conn.Close()
	done := false
	defer func() {
		if !done {
			t.rollback()
		}
	}()
	if err := fn(t); err != nil {
		return false, err
	}
	unknown, err = t.commit(ctx)
	done = err == nil
	return unknown, err
}

// isArea reports whether a code has the form of one (GB/T 2260), so that
// nothing else ever becomes the key of a row.
func isArea(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// rollback ends the transaction without what it wrote; a connection that
// cannot do it is thrown away.
func (t *Tx) rollback() {
	if t.begin != "" {
		return // never begun
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := t.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		_ = t.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}

// domain turns a driver's error into one of the books.
func (d *DB) domain(err error, c Class) error {
	switch c.Meaning {
	case Taken:
		var t *books.TakenError
		if errors.As(err, &t) {
			return err
		}
		return &books.TakenError{Table: c.Table, Cause: err}
	case AppendOnly:
		return errors.Join(books.ErrAppendOnly, err)
	case Unbalanced, LateLeg:
		return errors.Join(books.ErrUnbalanced, err)
	case PeriodOver:
		return errors.Join(books.ErrPeriodClosed, err)
	case Full:
		return fault.Wrap(fault.Unavailable, "store.disk_full", nil, err)
	case Lost:
		return fault.Wrap(fault.Unavailable, "store.unreachable", nil, err)
	}
	return err
}

// Areas lists the areas that have rows.
func (d *DB) Areas(ctx context.Context) ([]string, error) {
	return d.areas(ctx, "SELECT DISTINCT area FROM lane ORDER BY area")
}

// areas reads a list of areas; only such reports read over areas.
func (d *DB) areas(ctx context.Context, query string, args ...any) ([]string, error) {
	if d.isClosed() {
		return nil, books.ErrClosed
	}
	rows, err := d.Reader.QueryContext(ctx, d.Dialect.Rebind(query), args...)
	if err != nil {
		return nil, d.domain(err, d.Dialect.Classify(err))
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var a string
		if err := rows.Scan(&a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}
