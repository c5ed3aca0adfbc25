package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/ledger"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// transactions: all or nothing, one state, and an end.
func transactions(t *testing.T, e Engine) {
	t.Run("an error or a panic leaves nothing", func(t *testing.T) { nothingLeft(t, e) })
	t.Run("a view is one state and writes nothing", func(t *testing.T) { oneState(t, e) })
	t.Run("a full buffer parts legs from their entry", func(t *testing.T) { fullBuffer(t, e) })
	t.Run("nested", func(t *testing.T) { nested(t, e) })
	t.Run("after close", func(t *testing.T) { closed(t, e) })
	t.Run("cancelled", func(t *testing.T) { cancelled(t, e) })
	t.Run("the same key gives the same answer", func(t *testing.T) { idempotent(t, e) })
}

// Lines counts the lines of the audit.
func Lines(t testing.TB, db *sqlstore.DB) (n int) {
	t.Helper()
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditLines(ctx, books.Page{Limit: 1000})
		n = len(lines)
		return err
	})
	return n
}

func write(ctx context.Context, tx store.Tx) {
	tx.Audit(ctx, audit.Line{Action: "a", Kind: "k", Object: "o"})
}

func nothingLeft(t *testing.T, e Engine) {
	db, _ := New(t, e)
	for _, n := range []int{1, 300} { // single statements, and in bulk
		for name, end := range map[string]func() error{"error": func() error { return errors.New("no") }, "panic": func() error { panic("no") }} {
			func() {
				defer func() {
					if r := recover(); (r != nil) != (name == "panic") {
						t.Errorf("recovered %v", r)
					}
				}()
				err := db.Update(t.Context(), Area, func(tx store.Tx) error {
					for range n {
						write(t.Context(), tx)
					}
					if err := tx.Flush(t.Context()); err != nil {
						t.Error(err)
					}
					return end()
				})
				if err == nil {
					t.Error("no error")
				}
			}()
		}
	}
	if n := Lines(t, db); n != 0 {
		t.Errorf("%d lines are left", n)
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error { write(ctx, tx); return nil })
	Sound(t, db)
}

func oneState(t *testing.T, e Engine) {
	db, _ := New(t, e)
	Update(t, db, func(ctx context.Context, tx store.Tx) error { write(ctx, tx); return nil })
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for range 3 {
			lines, err := tx.AuditLines(ctx, books.Page{})
			if err != nil {
				return err
			}
			if len(lines) != 1 {
				t.Errorf("%d lines, though one stood there when the view began", len(lines))
			}
			Update(t, db, func(ctx context.Context, tx store.Tx) error { write(ctx, tx); return nil })
		}
		return nil
	})
	err := db.View(t.Context(), Area, func(tx store.Tx) error { write(t.Context(), tx); return nil })
	if !errors.Is(err, books.ErrReadOnly) {
		t.Errorf("a write in a view: %v", err)
	}
	if n := Lines(t, db); n != 4 {
		t.Errorf("%d lines, want 4", n)
	}
}

// fullBuffer: rows wait to be sent, 20,000 at most. Wherever the buffer is full,
// the entry comes after its legs.
func fullBuffer(t *testing.T, e Engine) {
	db, _ := New(t, e)
	for before := range 3 { // an entry is three rows: each of them is once the last
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			for range before {
				write(ctx, tx)
			}
			for i := range 6800 {
				e := ledger.Entry{ID: tx.NewID(), Key: fmt.Sprint(before, i), Kind: ledger.Transfer, Legs: []ledger.Leg{{Account: ledger.Bank, EmployerFen: 1},
					{Account: ledger.Clearing, EmployerFen: -1}}}
				if err := tx.AddEntry(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// nested: a transaction inside another could wait for itself; the wait has an
// end. (TestNoTransactionInsideAnother sees to it that there is none.)
func nested(t *testing.T, e Engine) {
	clock := NewClock()
	db := e.Open(t, sqlstore.Config{Vault: Vault(t), Now: clock.Now, Wait: 50 * time.Millisecond})
	defer db.Close()
	db.Writer.SetMaxOpenConns(1)
	err := db.Update(t.Context(), Area, func(tx store.Tx) error {
		write(t.Context(), tx)
		return db.Update(t.Context(), Area, func(tx store.Tx) error { write(t.Context(), tx); return nil })
	})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
	if n := Lines(t, db); n != 0 {
		t.Errorf("%d lines are left", n)
	}
}

func closed(t *testing.T, e Engine) {
	db, _ := New(t, e)
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	fn := func(tx store.Tx) error { write(t.Context(), tx); return nil }
	_, areas := db.Areas(t.Context())
	for i, err := range []error{db.Update(t.Context(), Area, fn), db.View(t.Context(), Area, fn), areas} {
		if !errors.Is(err, books.ErrClosed) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func cancelled(t *testing.T, e Engine) {
	db, _ := New(t, e)
	for _, when := range []string{"before", "inside", "before commit"} {
		ctx, cancel := context.WithCancel(t.Context())
		if when == "before" {
			cancel()
		}
		err := db.Update(ctx, Area, func(tx store.Tx) error {
			write(ctx, tx)
			if when == "inside" {
				cancel()
			}
			if err := tx.Flush(ctx); err != nil {
				return err
			}
			cancel()
			return nil
		})
		cancel()
		if !errors.Is(err, context.Canceled) && fault.KindOf(err) != fault.Unavailable {
			t.Errorf("cancelled %s: %v", when, err)
		}
	}
	if n := Lines(t, db); n != 0 {
		t.Errorf("%d lines are left", n)
	}
	for range 40 { // more than there are lanes: none was lost
		Update(t, db, func(ctx context.Context, tx store.Tx) error { write(ctx, tx); return nil })
	}
	Sound(t, db)
}

// book is an operation with a result of its own each time it is done.
func book(ctx context.Context, o *office.Office, key string, in int) (string, error) {
	q := office.Request{Actor: access.Self, Area: Area, Key: key}
	return office.Do(ctx, o, q, "test.book", in, func(tx store.Tx) (string, error) {
		write(ctx, tx)
		return tx.NewID(), nil
	})
}

func idempotent(t *testing.T, e Engine) {
	db, clock := New(t, e)
	o := &office.Office{Store: db, Vault: db.Vault}
	first, err := book(t.Context(), o, "k", 1)
	if err != nil {
		t.Fatal(err)
	}
	clock.Add(time.Hour)
	if again, err := book(t.Context(), o, "k", 1); err != nil || again != first {
		t.Errorf("again: %q, want %q (%v)", again, first, err)
	}
	if _, err := book(t.Context(), o, "k", 2); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another input: %v", err)
	}
	// many at once with one key: one is done, all get its result
	results, errs := make([]string, 8), make([]error, 8)
	together(len(results), func(i int) { results[i], errs[i] = book(t.Context(), o, "many", 1) })
	for i, r := range results {
		if errs[i] != nil || r == "" || r != results[0] {
			t.Errorf("%d: %q, want %q (%v)", i, r, results[0], errs[i])
		}
	}
	if n := Lines(t, db); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
	Sound(t, db)
}

// Sound sees to it that every row has its MAC and the lanes agree with the
// tables, in all areas.
func Sound(t testing.TB, db *sqlstore.DB) {
	t.Helper()
	areas, err := db.AllAreas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range areas {
		err := db.Inspect(t.Context(), area, func(i *sqlstore.Inspector) error {
			counted, ill, err := i.Lanes(t.Context())
			if err != nil || len(ill) > 0 {
				return fmt.Errorf("lanes %v: %w", ill, err)
			}
			found := sqlstore.NewSums()
			for _, tab := range sqlstore.Counted() {
				err := i.Rows(tab).Each(t.Context(), func(row []any) error {
					if !i.Fits(tab, row) {
						t.Errorf("%s %s: the MAC does not fit", tab.Name, tab.Ref(row))
					}
					found.Add(tab, row)
					return nil
				})
				if err != nil {
					return err
				}
				if gap, differs := counted.Gap(found, tab); differs {
					t.Errorf("%s of %s: %d rows more than were written (%s)", tab.Name, area, gap.Rows, gap.Row())
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
