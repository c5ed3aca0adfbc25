package storetest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"
	"time"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/ledger"
	keys "bujiao/internal/receipt"
	"bujiao/internal/seal"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// SealKey is a signing key, the same each time.
func SealKey() ed25519.PrivateKey {
	var seed [ed25519.SeedSize]byte
	_, _ = Stream("seal").Read(seed[:])
	return ed25519.NewKeyFromSeed(seed[:])
}

// SealRing holds its public key.
func SealRing() keys.Keyring { return keys.Keyring{SealKey().Public().(ed25519.PublicKey)} }

// Counter makes ids that do not depend on chance: for one goroutine.
func Counter() func(time.Time) string {
	n := 0
	return func(time.Time) string { n++; return fmt.Sprintf("%024d", n) }
}

func seals(t *testing.T, e Engine) {
	t.Run("each line has one place", func(t *testing.T) { places(t, e) })
	t.Run("a night looks at the lines of a day", func(t *testing.T) { nights(t, e) })
	t.Run("what was changed is not sealed", func(t *testing.T) { notSealed(t, e) })
}

func sealDay(t testing.TB, db *sqlstore.DB) (s seal.Seal) {
	t.Helper()
	Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		s, err = seal.Day(ctx, tx, SealKey())
		return err
	})
	return s
}

func transfer(ctx context.Context, tx store.Tx, key string) error {
	_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Transfer, Key: key, Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: "b", EmployerFen: 5, PersonFen: 1}, {Account: ledger.Clearing, Party: "a", EmployerFen: -6}}})
	return err
}

func places(t *testing.T, e Engine) {
	clock := NewClock()
	today := books.DateOf(clock.Now())
	db := e.Open(t, sqlstore.Config{Vault: Vault(t), Now: clock.Now, Today: func() calendar.Date { return today }, NewID: Counter()})
	defer db.Close()
	if s := sealDay(t, db); s.Size != 0 || s.Prev != "" || !s.Signed(SealRing()) {
		t.Errorf("the seal of nothing: %+v", s)
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		tx.Audit(ctx, audit.Line{Action: "a", Kind: "k", Object: "o"})
		return errors.Join(transfer(ctx, tx, "1"), transfer(ctx, tx, "2"))
	})
	if again := sealDay(t, db); again.Size != 0 {
		t.Errorf("a day was sealed twice: %+v", again)
	}
	today++
	second := sealDay(t, db)
	if second.First != 0 || second.Size != 3 || second.Prev == "" {
		t.Errorf("the second day: %+v", second)
	}
	// committed late: an id and moment before all others
	db.NewID = func(time.Time) string { return "000000000000000000000000" }
	clock.Add(-24 * time.Hour)
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return transfer(ctx, tx, "late") })
	today++
	third := sealDay(t, db)
	if third.First != 3 || third.Size != 1 || third.Prev != second.Digest() {
		t.Errorf("the third day: %+v", third)
	}
	var list []seal.Seal
	View(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		list, err = tx.SealsFrom(ctx, 0, 10)
		return err
	})
	if len(list) != 3 || !list[1].Same(second) || !list[2].Same(third) {
		t.Errorf("read back: %+v", list)
	}
	Sound(t, db)
}

// looking notes where the search for lines without a place began.
type looking struct {
	store.Tx
	from map[string]string
}

func (l looking) Unsealed(ctx context.Context, kind, after string, n int) ([]seal.Place, error) {
	if _, ok := l.from[kind]; !ok {
		l.from[kind] = after
	}
	return l.Tx.Unsealed(ctx, kind, after, n)
}

// nights: each looks behind a margin only, but finds what was committed late,
// with a moment before it, in the next night.
func nights(t *testing.T, e Engine) {
	clock := NewClock()
	today := books.DateOf(clock.Now())
	db := e.Open(t, sqlstore.Config{Vault: Vault(t), Now: clock.Now, Today: func() calendar.Date { return today }})
	defer db.Close()
	night := func(name string, size int64, all bool) {
		t.Helper()
		l := looking{from: map[string]string{}}
		var s seal.Seal
		Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
			l.Tx = tx
			s, err = seal.Day(ctx, l, SealKey())
			return err
		})
		for kind, from := range l.from {
			if s.Size != size || (from == "") != all {
				t.Errorf("%s: %d lines were sealed, %s from %q", name, s.Size, kind, from)
			}
		}
		today++
		clock.Add(24 * time.Hour)
	}
	line := func(key string) {
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.Audit(ctx, audit.Line{Action: "a", Kind: "k", Object: "o"})
			return transfer(ctx, tx, key)
		})
	}
	line("1")
	night("the first", 2, true)
	line("2")
	night("the second", 2, false)
	night("nothing", 0, false)
	clock.Add(-30 * 24 * time.Hour) // sealed days lie behind it
	line("late")
	clock.Add(30 * 24 * time.Hour)
	line("3")
	night("a late one", 4, true)
	night("after it", 0, false)
}

func notSealed(t *testing.T, e Engine) {
	address := e.Migrated(t)
	db, err := e.OpenAt(t.Context(), address, sqlstore.Config{Vault: Vault(t), Now: NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return transfer(ctx, tx, "1") })
	raw, done := e.Raw(t, address)
	defer done()
	Intrude(t, e, raw)
	if _, err := raw.ExecContext(t.Context(), "UPDATE posting SET employer_fen = employer_fen + 1"); err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { _, err := seal.Day(t.Context(), tx, SealKey()); return err })
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != "store.tampered" || f.Args["table"] != "posting" {
		t.Errorf("got %v", err)
	}
}
