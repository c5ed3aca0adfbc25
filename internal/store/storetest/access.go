package storetest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// clerk is an account for tests.
func clerk(id string) access.Account {
	return access.Account{ID: id, LoginHash: "hash of " + id, Kind: access.Local, Subject: "box", Role: access.Clerk, Areas: []string{Area, "120000"},
		Password: "record", State: access.Active, CreatedAt: 1, ChangedAt: 2}
}

func accounts(t *testing.T, e Engine) {
	t.Run("an account is read as it was written", func(t *testing.T) {
		db, _ := New(t, e)
		a, b := clerk("a"), clerk("b")
		b.Role, b.Areas, b.Person, b.Employer = access.Insured, []string{Area}, "p", "e"
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.NewAccount(ctx, b)
			tx.NewAccount(ctx, a)
			return nil
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			byID, err1 := tx.Account(ctx, "b")
			byLogin, err2 := tx.AccountByLogin(ctx, a.LoginHash)
			list, err3 := tx.AccountList(ctx, books.Page{Limit: 1})
			next, err4 := tx.AccountList(ctx, books.Page{After: "a"})
			for _, got := range []struct{ got, want access.Account }{{byID, b}, {byLogin, a}, {list[0], a}, {next[0], b}} {
				got.got.Stored = nil
				if !reflect.DeepEqual(got.got, got.want) {
					t.Errorf("got %+v, want %+v", got.got, got.want)
				}
			}
			if _, err := tx.Account(ctx, "c"); !errors.Is(err, books.ErrNotFound) {
				t.Errorf("no such account: %v", err)
			}
			return errors.Join(err1, err2, err3, err4)
		})
		err := db.View(t.Context(), "120000", func(tx store.Tx) error { _, err := tx.Account(t.Context(), "a"); return err })
		if !errors.Is(err, books.ErrNotFound) {
			t.Errorf("seen from another area: %v", err)
		}
	})
	t.Run("a login is there once in an area", func(t *testing.T) {
		db, _ := New(t, e)
		add := func(area, id string) error {
			return db.Update(t.Context(), area, func(tx store.Tx) error {
				a := clerk(id)
				a.LoginHash = "same"
				tx.NewAccount(t.Context(), a)
				return nil
			})
		}
		if err := errors.Join(add(Area, "a"), add("120000", "a")); err != nil {
			t.Fatal(err)
		}
		if err := add(Area, "b"); !books.Taken(err, "account") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of two that change an account one is stale", func(t *testing.T) {
		db, _ := New(t, e)
		var a access.Account
		Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
			tx.NewAccount(ctx, clerk("a"))
			a, err = tx.Account(ctx, "a")
			return err
		})
		save := func(s access.State) error {
			return db.Update(t.Context(), Area, func(tx store.Tx) error { a := a; a.State = s; return tx.SaveAccount(t.Context(), a) })
		}
		if err := save(access.Disabled); err != nil {
			t.Fatal(err)
		}
		if err := save(access.Active); !errors.Is(err, books.ErrStale) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a row that was written straight in the database opens no door", func(t *testing.T) {
		db, _ := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.NewAccount(ctx, clerk("a"))
			access.Open(ctx, tx, clerk("a"), "token")
			return nil
		})
		for _, q := range []string{"UPDATE account SET role = 'administrator'", "UPDATE session SET expires_at = expires_at + 1"} {
			if _, err := db.Writer.ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		for what, read := range map[string]func(store.Tx) error{
			"account": func(tx store.Tx) error { _, err := tx.Account(t.Context(), "a"); return err },
			"session": func(tx store.Tx) error { _, err := tx.Session(t.Context(), access.Token("token").Hash()); return err },
		} {
			var f *fault.Error
			if err := db.View(t.Context(), Area, read); !errors.As(err, &f) || f.Key != "store.tampered" || f.Args["table"] != what {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func sessions(t *testing.T, e Engine) {
	who := func(t *testing.T, s store.Store, tok access.Token) (a access.Account, err error) {
		t.Helper()
		err = s.View(t.Context(), Area, func(tx store.Tx) error { a, _, err = access.Who(t.Context(), tx, tok); return err })
		return a, err
	}
	t.Run("a session lasts its time", func(t *testing.T) {
		db, clock := New(t, e)
		tok := access.NewToken(Area)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.NewAccount(ctx, clerk("a"))
			access.Open(ctx, tx, clerk("a"), tok)
			return nil
		})
		clock.Add(access.SessionLife - time.Microsecond)
		if a, err := who(t, db, tok); err != nil || a.ID != "a" {
			t.Fatalf("got %v, %v", a.ID, err)
		}
		if _, err := who(t, db, access.NewToken(Area)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a token that nobody was given: %v", err)
		}
		clock.Add(time.Microsecond)
		if _, err := who(t, db, tok); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a session that is over: %v", err)
		}
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			n, err := access.Purge(ctx, tx, 10)
			if n != 1 {
				t.Errorf("purged %d, want 1", n)
			}
			return err
		})
	})
	t.Run("all sessions of an account end at once, and none of another", func(t *testing.T) {
		db, _ := New(t, e)
		mine, other := access.NewToken(Area), access.NewToken(Area)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.NewAccount(ctx, clerk("a"))
			tx.NewAccount(ctx, clerk("b"))
			access.Open(ctx, tx, clerk("a"), access.NewToken(Area))
			access.Open(ctx, tx, clerk("a"), mine)
			access.Open(ctx, tx, clerk("b"), other)
			return nil
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			n, err := access.Revoke(ctx, tx, "a")
			if n != 2 {
				t.Errorf("revoked %d, want 2", n)
			}
			return err
		})
		if _, err := who(t, db, mine); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a revoked session: %v", err)
		}
		if a, err := who(t, db, other); err != nil || a.ID != "b" {
			t.Errorf("the other's session: %v, %v", a.ID, err)
		}
	})
	t.Run("five guesses from an address, also at once, and then none for a quarter of an hour", func(t *testing.T) {
		db, clock := New(t, e)
		try := func() error {
			for {
				err := db.Update(t.Context(), Area, func(tx store.Tx) error { return access.Attempt(t.Context(), tx, "login", "here") })
				if !books.Taken(err, "session") {
					return err
				}
			}
		}
		var wg sync.WaitGroup
		errs := make(chan error, 12)
		for range cap(errs) {
			wg.Go(func() { errs <- try() })
		}
		wg.Wait()
		close(errs)
		passed := 0
		for err := range errs {
			if err == nil {
				passed++
			} else if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("refused with %v", err)
			}
		}
		if passed != 5 {
			t.Errorf("%d of 12 guesses at once passed, want 5", passed)
		}
		clock.Add(15*time.Minute - time.Second)
		if err := try(); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a sixth guess: %v", err)
		}
		clock.Add(time.Second)
		if err := try(); err != nil {
			t.Errorf("after a quarter of an hour: %v", err)
		}
		if _, err := who(t, db, "login/here/0"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a slot is no session: %v", err)
		}
	})
}
