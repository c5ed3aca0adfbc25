package storetest

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"

	"bujiao/internal/store/sqlstore"
)

// ErrFault is the error that a fault gives.
var ErrFault = errors.New("fault of the test")

// Fault is an error that a statement meets.
type Fault struct {
	Nth     int              // the n-th statement since it was set, from 1; zero: any
	Text    string           // that begins with this; empty: any
	After   bool             // the engine does it, and then the answer is lost
	Meaning sqlstore.Meaning // what the engine takes the error for
	Times   int              // how often; zero: once
	Before  func()           // called first, instead of the error if it is set: it makes the engine itself fail
}

// Faults is a Dialect whose statements fail on demand.
type Faults struct {
	sqlstore.Dialect
	mu    sync.Mutex
	set   *Fault
	seen  int
	fired int
}

// Faulty puts faults between a store and its engine; it is called before the
// store is used.
func Faulty(db *sqlstore.DB) *Faults {
	f := &Faults{Dialect: db.Dialect}
	db.Dialect = f
	return f
}

// Set arms a fault in place of the one before.
func (f *Faults) Set(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault.Times == 0 {
		fault.Times = 1
	}
	f.set, f.seen, f.fired = &fault, 0, 0
}

// Clear takes the fault away and returns how many statements went by and how
// often it fired since it was set.
func (f *Faults) Clear() (seen, fired int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.set = nil
	return f.seen, f.fired
}

// hit counts a statement and gives the fault that it meets.
func (f *Faults) hit(text string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.set == nil || !strings.HasPrefix(text, f.set.Text) {
		return nil
	}
	if f.seen++; f.fired == f.set.Times || (f.set.Nth != 0 && f.seen < f.set.Nth) {
		return nil
	}
	f.fired++
	return f.set
}

// Batch runs the statements before the one that fails.
func (f *Faults) Batch(ctx context.Context, c *sql.Conn, stmts []sqlstore.Stmt) error {
	for i, s := range stmts {
		hit := f.hit(s.SQL)
		switch {
		case hit == nil:
			continue
		case hit.Before != nil:
			hit.Before()
			continue
		case hit.After:
			i++
		}
		if i > 0 {
			if err := f.Dialect.Batch(ctx, c, stmts[:i]); err != nil {
				return err
			}
		}
		return ErrFault
	}
	return f.Dialect.Batch(ctx, c, stmts)
}

// Bulk counts as one statement.
func (f *Faults) Bulk(ctx context.Context, c *sql.Conn, t *sqlstore.Table, rows [][]any) error {
	if f.hit("INSERT INTO "+t.Name) != nil {
		return ErrFault
	}
	return f.Dialect.Bulk(ctx, c, t, rows)
}

// Classify knows its own faults.
func (f *Faults) Classify(err error) sqlstore.Class {
	if errors.Is(err, ErrFault) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.set != nil {
			return sqlstore.Class{Meaning: f.set.Meaning}
		}
		return sqlstore.Class{}
	}
	return f.Dialect.Classify(err)
}

// EachStatement runs op with an error at its first statement, then at its
// second, and so on until it meets none, and returns how many it has. An op
// that hides the error fails the test; check is called after each failed run
// and sees to it that nothing is left of it.
func EachStatement(t testing.TB, f *Faults, op func() error, check func(n int)) int {
	t.Helper()
	for n := 1; ; n++ {
		f.Set(Fault{Nth: n})
		err := op()
		seen, fired := f.Clear()
		switch {
		case fired == 0 && err != nil:
			t.Fatalf("without a fault: %v", err)
		case fired == 0:
			return seen
		case err == nil:
			t.Fatalf("the error of statement %d is hidden", n)
		}
		check(n)
	}
}
