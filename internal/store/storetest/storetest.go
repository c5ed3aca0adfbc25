// Package storetest is the conformance suite of the books' storage: every
// engine passes all of it. A bug in one engine becomes a case for all.
package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/vault"
)

// Area is the area that tests write to.
const Area = "110000"

// Clock is a clock that tests move by hand.
type Clock struct{ micros atomic.Int64 }

// NewClock starts on 2026-03-02 at nine in China.
func NewClock() *Clock {
	c := &Clock{}
	c.micros.Store(time.Date(2026, 3, 2, 9, 0, 0, 0, books.China).UnixMicro())
	return c
}

// Now is the clock's time.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Load()) }

// Add moves the clock.
func (c *Clock) Add(d time.Duration) { c.micros.Add(d.Microseconds()) }

// Vault is a vault with the same keys each time.
func Vault(t testing.TB) *vault.Vault {
	t.Helper()
	v, err := vault.InMemory(Stream("vault"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Stream is an endless stream of bytes that a seed determines.
func Stream(seed string) io.Reader { return &stream{seed: seed} }

type stream struct {
	seed string
	n    int
	rest []byte
}

func (s *stream) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.seed, s.n))
		s.rest, s.n = sum[:], s.n+1
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// New opens a store with a clock and a vault of its own and closes it after
// the test.
func New(t testing.TB, e Engine) (*sqlstore.DB, *Clock) {
	t.Helper()
	clock := NewClock()
	db := e.Open(t, sqlstore.Config{Vault: Vault(t), Now: clock.Now})
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, clock
}

// Update is Update on Area that must succeed.
func Update(t testing.TB, s store.Store, fn func(context.Context, store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), Area, func(tx store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// View is View on Area that must succeed.
func View(t testing.TB, s store.Store, fn func(context.Context, store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), Area, func(tx store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// Run runs the whole suite.
func Run(t *testing.T, e Engine) {
	t.Run("frame", func(t *testing.T) { frame(t, e) })
	t.Run("core", func(t *testing.T) { core(t, e) })
	t.Run("transactions", func(t *testing.T) { transactions(t, e) })
	t.Run("races", func(t *testing.T) { races(t, e) })
	t.Run("faults", func(t *testing.T) { faulty(t, e) })
	t.Run("texts", func(t *testing.T) { texts(t, e) })
	t.Run("jobs", func(t *testing.T) { jobs(t, e) })
	t.Run("seals", func(t *testing.T) { seals(t, e) })
	t.Run("schema", func(t *testing.T) { schema(t, e) })
	t.Run("declaration", func(t *testing.T) { declarations(t, e) })
	t.Run("collection", func(t *testing.T) { collected(t, e) })
	t.Run("accounts", func(t *testing.T) { accounts(t, e) })
	t.Run("sessions", func(t *testing.T) { sessions(t, e) })
	t.Run("registry", func(t *testing.T) { registryCases(t, e) })
	t.Run("clocks", func(t *testing.T) { clocks(t, e) })
	t.Run("approvals", func(t *testing.T) { approvals(t, e) })
	t.Run("webhooks", func(t *testing.T) { webhooks(t, e) })
	t.Run("notices", func(t *testing.T) { notices(t, e) })
	t.Run("ledger", func(t *testing.T) { journal(t, e) })
	t.Run("arrears", func(t *testing.T) { debts(t, e) })
	t.Run("statements", func(t *testing.T) { handovers(t, e) })
	t.Run("papers", func(t *testing.T) { papers(t, e) })
	t.Run("evidence", func(t *testing.T) { pieces(t, e) })
	t.Run("uploads", func(t *testing.T) { uploads(t, e) })
	t.Run("appointments", func(t *testing.T) { appointments(t, e) })
	t.Run("cards", func(t *testing.T) { cards(t, e) })
	t.Run("casefiles", func(t *testing.T) { casefiles(t, e) })
	t.Run("fee pauses", func(t *testing.T) { feePauses(t, e) })
}

func frame(t *testing.T, e Engine) {
	t.Run("what is written is read", func(t *testing.T) {
		db, _ := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.Audit(ctx, audit.Line{Action: "a", Kind: "person", Object: "x"})
			lines, err := tx.AuditOf(ctx, "person", "x", books.Page{})
			if err == nil && len(lines) != 1 {
				t.Errorf("a transaction sees %d of its own lines, want 1", len(lines))
			}
			return err
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			lines, err := tx.AuditOf(ctx, "person", "x", books.Page{})
			if len(lines) != 1 || lines[0].Actor != "system" || lines[0].At != tx.At() {
				t.Errorf("lines: %+v", lines)
			}
			return err
		})
	})
	t.Run("an error rolls back", func(t *testing.T) {
		db, _ := New(t, e)
		want := errors.New("no")
		err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			tx.Audit(t.Context(), audit.Line{Action: "a", Kind: "person", Object: "x"})
			if err := tx.Flush(t.Context()); err != nil {
				return err
			}
			return want
		})
		if !errors.Is(err, want) {
			t.Fatalf("got %v", err)
		}
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			lines, err := tx.AuditLines(ctx, books.Page{})
			if len(lines) != 0 {
				t.Errorf("rolled back, and yet there are %d lines", len(lines))
			}
			return err
		})
	})
	t.Run("boxes", func(t *testing.T) {
		db, _ := New(t, e)
		var id string
		Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
			id, err = tx.PutBox(ctx, "person", "p", "name", "㐂䶮𠮷")
			return err
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			text, err := tx.OpenBoxes(ctx, "", id, id)
			if err == nil && (text[0] != "" || text[1] != "㐂䶮𠮷" || text[2] != text[1]) {
				t.Errorf("opened %q", text)
			}
			return err
		})
	})
	t.Run("append-only tables keep their rows", func(t *testing.T) {
		db, _ := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error { tx.Audit(ctx, audit.Line{Action: "a"}); return nil })
		for _, q := range []string{"UPDATE audit SET reason = 'x'", "DELETE FROM audit"} {
			_, err := db.Writer.ExecContext(t.Context(), q)
			if db.Dialect.Classify(err).Meaning != sqlstore.AppendOnly {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}
