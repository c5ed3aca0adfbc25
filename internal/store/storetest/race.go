package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres"
	"bujiao/internal/store/sqlite"
	"bujiao/internal/store/sqlstore"
)

// together runs n at once and waits for all.
func together(n int, fn func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { fn(i) })
	}
	all.Wait()
}

// races: many writers, and what is lost to another is done again.
func races(t *testing.T, e Engine) {
	t.Run("many writers", func(t *testing.T) { manyWriters(t, e) })
	t.Run("a lost race is run again", func(t *testing.T) { again(t, e) })
	t.Run("unknown at commit", func(t *testing.T) { unknown(t, e) })
	switch e.Name { // how an engine loses a race is its own
	case postgres.Engine:
		t.Run("deadlock (40P01)", func(t *testing.T) { deadlock(t, e) })
		t.Run("not serializable (40001)", func(t *testing.T) { skew(t, e) })
		t.Run("killed at commit (57P01)", func(t *testing.T) { killed(t, e) })
	case sqlite.Engine:
		t.Run("another process writes (SQLITE_BUSY)", func(t *testing.T) { busy(t, e) })
	}
}

// count adds one to a counter, a job's attempts, and reads it first.
func count(ctx context.Context, tx store.Tx, id string) error {
	j, err := tx.Job(ctx, id)
	if err != nil {
		return err
	}
	j.Attempt++
	return tx.SaveJob(ctx, j)
}

// counters makes jobs that count.
func counters(t testing.TB, db *sqlstore.DB, n int) (ids []string) {
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i := range n {
			if _, err := tx.Enqueue(ctx, "count", fmt.Sprint(i), "", tx.At()); err != nil {
				return err
			}
		}
		list, err := tx.Jobs(ctx, job.Ready, books.Page{})
		for _, j := range list {
			ids = append(ids, j.ID)
		}
		return err
	})
	return ids
}

func counted(t testing.TB, db *sqlstore.DB, id string, want int) {
	t.Helper()
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		j, err := tx.Job(ctx, id)
		if j.Attempt != want {
			t.Errorf("counted %d, want %d", j.Attempt, want)
		}
		return err
	})
}

func manyWriters(t *testing.T, e Engine) {
	db, _ := New(t, e)
	id := counters(t, db, 1)[0]
	const writers, each = 8, 25
	together(writers, func(int) {
		for n := 0; n < each; {
			err := db.Update(t.Context(), Area, func(tx store.Tx) error {
				write(t.Context(), tx)
				return count(t.Context(), tx, id)
			})
			switch {
			case err == nil:
				n++
			case !errors.Is(err, books.ErrStale): // that one is read again
				t.Error(err)
				return
			}
		}
	})
	counted(t, db, id, writers*each)
	if n := Lines(t, db); n != writers*each {
		t.Errorf("%d lines, want %d", n, writers*each)
	}
	Sound(t, db)
}

// again: at whichever statement the race is lost, all is done once; and there
// is an end to it.
func again(t *testing.T, e Engine) {
	db, _ := New(t, e)
	id := counters(t, db, 1)[0]
	faults := Faulty(db)
	op := func() error {
		return db.Update(t.Context(), Area, func(tx store.Tx) error { write(t.Context(), tx); return count(t.Context(), tx, id) })
	}
	n := 1
	for ; ; n++ {
		faults.Set(Fault{Nth: n, Meaning: sqlstore.Retry, Times: 2})
		if err := op(); err != nil {
			t.Fatalf("statement %d: %v", n, err)
		}
		if _, fired := faults.Clear(); fired == 0 {
			break
		}
	}
	if n < 6 {
		t.Errorf("only %d statements were seen", n)
	}
	counted(t, db, id, n)
	faults.Set(Fault{Meaning: sqlstore.Retry, Times: 1000})
	if err := op(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("lost for ever: %v", err)
	}
	if _, fired := faults.Clear(); fired != 10 {
		t.Errorf("tried %d times, want 10", fired)
	}
	counted(t, db, id, n)
	Sound(t, db)
}

// unknown: the answer to COMMIT is lost, whether or not it was done.
func unknown(t *testing.T, e Engine) {
	for _, done := range []bool{true, false} {
		db, _ := New(t, e)
		faults := Faulty(db)
		lose := Fault{Text: "COMMIT", After: done, Meaning: sqlstore.Lost}
		faults.Set(lose)
		err := db.Update(t.Context(), Area, func(tx store.Tx) error { write(t.Context(), tx); return nil })
		if fault.KindOf(err) != fault.Unavailable {
			t.Errorf("done %t: %v", done, err)
		}
		before := Lines(t, db)
		if want := map[bool]int{true: 1, false: 0}[done]; before != want {
			t.Errorf("done %t: %d lines", done, before)
		}
		faults.Set(lose)
		o := &office.Office{Store: db, Vault: db.Vault}
		first, err := book(t.Context(), o, "k", 1)
		if _, fired := faults.Clear(); err != nil || fired != 1 {
			t.Fatalf("done %t, fired %d: %v", done, fired, err)
		}
		second, err := book(t.Context(), o, "k", 1)
		if err != nil || first != second || first == "" {
			t.Errorf("done %t: %q, then %q (%v)", done, first, second, err)
		}
		if n := Lines(t, db) - before; n != 1 {
			t.Errorf("done %t: booked %d times", done, n)
		}
		Sound(t, db)
	}
}

// meet lets each of two go on when the other is there too, the first time.
type meet struct{ there [2]chan struct{} }

func newMeet() *meet { return &meet{[2]chan struct{}{make(chan struct{}), make(chan struct{})}} }

func (m *meet) wait(i int) {
	close(m.there[i])
	<-m.there[1-i]
}

func deadlock(t *testing.T, e Engine) {
	db, _ := New(t, e)
	ids := counters(t, db, 2)
	m := newMeet()
	var runs atomic.Int64
	together(2, func(i int) {
		first := true
		err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			runs.Add(1)
			if err := count(t.Context(), tx, ids[i]); err != nil {
				return err
			}
			if first {
				first = false
				m.wait(i)
			}
			return count(t.Context(), tx, ids[1-i])
		})
		if err != nil && !errors.Is(err, books.ErrStale) {
			t.Errorf("%d: %v", i, err)
		}
	})
	if runs.Load() < 3 {
		t.Errorf("%d runs: nobody lost", runs.Load())
	}
	Sound(t, db)
}

// serializable makes PostgreSQL refuse what it would let pass.
type serializable struct{ sqlstore.Dialect }

func (serializable) Begin(bool) string { return "BEGIN ISOLATION LEVEL SERIALIZABLE" }

func skew(t *testing.T, e Engine) {
	db, _ := New(t, e)
	ids := counters(t, db, 2)
	db.Dialect = serializable{db.Dialect}
	m := newMeet()
	var runs atomic.Int64
	together(2, func(i int) {
		first := true
		err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			runs.Add(1)
			other, err := tx.Job(t.Context(), ids[1-i])
			if err != nil {
				return err
			}
			if first {
				first = false
				m.wait(i)
			}
			j, err := tx.Job(t.Context(), ids[i])
			if err != nil {
				return err
			}
			j.Attempt = other.Attempt + 1
			return tx.SaveJob(t.Context(), j)
		})
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	})
	if runs.Load() < 3 {
		t.Errorf("%d runs: nobody lost", runs.Load())
	}
	// one after the other: the second saw the first's 1
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		a, err1 := tx.Job(ctx, ids[0])
		b, err2 := tx.Job(ctx, ids[1])
		if a.Attempt+b.Attempt != 3 {
			t.Errorf("%d and %d: in no order", a.Attempt, b.Attempt)
		}
		return errors.Join(err1, err2)
	})
	Sound(t, db)
}

func killed(t *testing.T, e Engine) {
	clock := NewClock()
	address := e.Migrated(t)
	db, err := e.OpenAt(t.Context(), address, sqlstore.Config{Vault: Vault(t), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	raw, done := e.Raw(t, address)
	defer done()
	faults := Faulty(db)
	faults.Set(Fault{Text: "COMMIT", Before: func() {
		var n int
		err := raw.QueryRowContext(t.Context(), "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'").Scan(&n)
		if err != nil || n != 1 {
			t.Errorf("killed %d: %v", n, err)
		}
	}})
	first, err := book(t.Context(), &office.Office{Store: db, Vault: db.Vault}, "k", 1)
	if _, fired := faults.Clear(); err != nil || fired != 1 || first == "" {
		t.Errorf("killed %d times: %q %v", fired, first, err)
	}
	if n := Lines(t, db); n != 1 {
		t.Errorf("booked %d times", n)
	}
	Sound(t, db)
}

// busy: a second program holds the file's write lock for a while.
func busy(t *testing.T, e Engine) {
	clock := NewClock()
	address := e.Migrated(t)
	db, err := e.OpenAt(t.Context(), address, sqlstore.Config{Vault: Vault(t), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	patient := db.Writer // it would wait ten seconds for the lock, ten times
	defer patient.Close()
	if db.Writer, err = sql.Open("sqlite", "file:"+address+"?_txlock=immediate&_pragma=busy_timeout(1)"); err != nil {
		t.Fatal(err)
	}
	db.Writer.SetMaxOpenConns(1)
	other, done := e.Raw(t, address)
	defer done()
	held, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := held.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	update := func() error {
		return db.Update(t.Context(), Area, func(tx store.Tx) error { write(t.Context(), tx); return nil })
	}
	if err := update(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("held for ever: %v", err)
	}
	time.AfterFunc(100*time.Millisecond, func() {
		if _, err := held.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			t.Error(err)
		}
	})
	if err := update(); err != nil {
		t.Errorf("held for a while: %v", err)
	}
	if n := Lines(t, db); n != 1 {
		t.Errorf("%d lines", n)
	}
}

// faulty: an error at any statement of an operation shows and leaves nothing.
func faulty(t *testing.T, e Engine) {
	db, _ := New(t, e)
	faults := Faulty(db)
	o := &office.Office{Store: db, Vault: db.Vault}
	n := EachStatement(t, faults, func() error { _, err := book(t.Context(), o, "k", 1); return err }, func(n int) {
		if got := Lines(t, db); got != 0 {
			t.Errorf("statement %d failed, and %d lines are left", n, got)
		}
	})
	if n < 5 || Lines(t, db) != 1 {
		t.Errorf("%d statements, %d lines", n, Lines(t, db))
	}
	Sound(t, db)
}
