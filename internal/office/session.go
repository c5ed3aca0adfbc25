package office

import (
	"context"
	"errors"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// LogIn opens a session of a local account. A wrong login, a wrong password
// and an account that may not log in are one answer, after the same work. Where
// the password is one that somebody else gave, or its owner wants another, next
// is the new one; without it such a login is fault access.change_password.
func (o *Office) LogIn(ctx context.Context, area, login, password, next string) (access.Token, access.Account, error) {
	if err := o.knownArea(area); err != nil {
		return "", access.Account{}, err
	}
	hash := o.Vault.Index("login", access.Login(access.Local, login))
	a, err := o.attempt(ctx, area, hash)
	if err != nil {
		return "", a, err
	}
	record, err := o.newRecord(a, password, next)
	if err != nil {
		return "", a, err
	}
	token := access.NewToken(area)
	out := a
	err = o.asAccount(ctx, area, a, func(ctx context.Context, tx store.Tx, a access.Account) (err error) {
		if err := access.Forget(ctx, tx, hash, o.from(ctx)); err != nil {
			return err
		}
		if record != "" {
			if a, err = setPassword(ctx, tx, a, record, next != ""); err != nil {
				return err
			}
		}
		out = a
		access.Open(ctx, tx, a, token)
		return Audited(ctx, tx, "session.open", "account", a.ID, "", nil, nil)
	})
	return token, out, err
}

type addressKey struct{}

// WithAddress puts the address that a password comes from into its context:
// wrong ones are counted for each. Without it, all come from one.
func WithAddress(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// from tells addresses apart in the books, which keep none.
func (o *Office) from(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return o.Vault.Index("address", address)
}

// newRecord looks at a password and gives the record that is to be kept
// instead, or none.
func (o *Office) newRecord(a access.Account, password, next string) (string, error) {
	right, stale, err := o.Passwords.Verify(a.Password, password)
	switch {
	case err != nil:
		return "", err
	case !right || a.Kind != access.Local || a.State == access.Disabled:
		return "", fault.New(fault.Forbidden, "access.wrong_login", nil)
	case next == "" && a.State == access.New:
		return "", fault.New(fault.Forbidden, "access.change_password", nil)
	case next == password && next != "":
		return "", fault.New(fault.Invalid, "access.same_password", nil)
	case next != "":
		return o.Passwords.Hash(next)
	case stale:
		return o.Passwords.Hash(password)
	}
	return "", nil
}

// setPassword keeps a record. If the password is another one, the account is
// its owner's from now on and all its sessions end.
func setPassword(ctx context.Context, tx store.Tx, a access.Account, record string, changed bool) (access.Account, error) {
	a.Password, a.ChangedAt = record, tx.At()
	if changed {
		a.State = access.Active
		if _, err := access.Revoke(ctx, tx, a.ID); err != nil {
			return a, err
		}
		if err := Audited(ctx, tx, "account.own", "account", a.ID, "", nil, map[string]string{"password": "changed"}); err != nil {
			return a, err
		}
	}
	return a, tx.SaveAccount(ctx, a)
}

// attempt takes a slot and reads the account; a login that does not exist gives
// the empty account.
func (o *Office) attempt(ctx context.Context, area, loginHash string) (a access.Account, err error) {
	err = again(func(err error) bool { return books.Taken(err, "session") || errors.Is(err, books.ErrStale) }, func() error {
		return o.Store.Update(ctx, area, func(tx store.Tx) error {
			if a, err = tx.AccountByLogin(ctx, loginHash); err != nil && !errors.Is(err, books.ErrNotFound) {
				return err
			}
			if err := access.Attempt(ctx, tx, loginHash, o.from(ctx)); err != nil {
				return err
			}
			if a.ID == "" {
				return nil
			}
			return Audited(ctx, tx, "session.try", "account", a.ID, "", nil, nil)
		})
	})
	return a, err
}

// asAccount writes as an account that must still be as it was read.
func (o *Office) asAccount(ctx context.Context, area string, a access.Account, fn func(context.Context, store.Tx, access.Account) error) error {
	ctx = books.WithActor(ctx, a.Actor().Books())
	return again(func(err error) bool { return errors.Is(err, books.ErrStale) }, func() error {
		return o.Store.Update(ctx, area, func(tx store.Tx) error {
			now, err := accountOf(ctx, tx, a.ID)
			if err != nil {
				return err
			}
			if now.Password != a.Password || now.State != a.State {
				return fault.New(fault.Forbidden, "access.wrong_login", nil)
			}
			return fn(ctx, tx, now)
		})
	})
}

// again runs what lost a race a bounded number of times.
func again(lost func(error) bool, fn func() error) error {
	for n := 1; ; n++ {
		if err := fn(); err == nil || n == 2*attempts || !lost(err) {
			return err
		}
	}
}

// LogInAs opens a session of an account whose login somebody else proved: a
// provider's issuer and subject. None that may log in is fault access.wrong_login.
func (o *Office) LogInAs(ctx context.Context, area string, kind access.Kind, subject string) (access.Token, access.Account, error) {
	a, err := o.accountAs(ctx, area, kind, subject)
	if err != nil {
		return "", a, err
	}
	token := access.NewToken(area)
	err = o.asAccount(ctx, area, a, func(ctx context.Context, tx store.Tx, a access.Account) error {
		access.Open(ctx, tx, a, token)
		return Audited(ctx, tx, "session.open", "account", a.ID, "", nil, nil)
	})
	return token, a, err
}

// WhoIs is the actor whose login was proved with this very request: by the key
// of a certificate.
func (o *Office) WhoIs(ctx context.Context, area string, kind access.Kind, subject string) (access.Actor, error) {
	a, err := o.accountAs(ctx, area, kind, subject)
	return a.Actor(), err
}

func (o *Office) accountAs(ctx context.Context, area string, kind access.Kind, subject string) (a access.Account, err error) {
	if err := o.knownArea(area); err != nil {
		return access.Account{}, err
	}
	hash := o.Vault.Index("login", access.Login(kind, subject))
	err = o.Store.View(ctx, area, func(tx store.Tx) error { a, err = tx.AccountByLogin(ctx, hash); return err })
	if errors.Is(err, books.ErrNotFound) || (err == nil && (a.Kind != kind || kind == access.Local || a.State != access.Active)) {
		return access.Account{}, fault.New(fault.Forbidden, "access.wrong_login", nil)
	}
	return a, err
}

// knownArea refuses areas that no pack knows, before anything is looked up or
// written for them. What was sent is not repeated: anybody may send it.
func (o *Office) knownArea(area string) error {
	if _, err := o.Laws.Book(area); err != nil {
		return fault.New(fault.Forbidden, "access.wrong_login", nil)
	}
	return nil
}

// Who is the actor of a token.
func (o *Office) Who(ctx context.Context, t access.Token) (access.Actor, error) {
	area, err := t.Area()
	if err != nil {
		return access.Actor{}, err
	}
	var a access.Account
	err = o.Store.View(ctx, area, func(tx store.Tx) error { a, _, err = access.Who(ctx, tx, t); return err })
	if err != nil {
		return access.Actor{}, err
	}
	return a.Actor(), nil
}

// LogOut ends the session of a token; one that is over already is none.
func (o *Office) LogOut(ctx context.Context, t access.Token) error {
	area, err := t.Area()
	if err != nil {
		return nil
	}
	return o.Store.Update(ctx, area, func(tx store.Tx) error {
		a, s, err := access.Who(ctx, tx, t)
		if fault.KindOf(err) == fault.Forbidden {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.RemoveSession(ctx, s); err != nil {
			return err
		}
		return Audited(ctx, tx, "session.close", "account", a.ID, "", nil, nil)
	})
}

// ChangePassword changes the password of the one who asks. All its sessions
// end. Wrong passwords count as wrong logins.
func (o *Office) ChangePassword(ctx context.Context, q Request, password, next string) error {
	if err := access.Check(q.Actor, "account.own", access.Scope{Area: q.Area, Account: q.Actor.ID}); err != nil {
		return err
	}
	if next == "" {
		return fault.New(fault.Forbidden, "access.change_password", nil)
	}
	mine, err := See(ctx, o, q, func(tx store.Tx) (access.Account, error) { return accountOf(ctx, tx, q.Actor.ID) })
	if err != nil {
		return err
	}
	a, err := o.attempt(ctx, q.Area, mine.LoginHash)
	if err != nil {
		return err
	}
	record, err := o.newRecord(a, password, next)
	if err != nil {
		return err
	}
	return o.asAccount(ctx, q.Area, a, func(ctx context.Context, tx store.Tx, a access.Account) error {
		if err := access.Forget(ctx, tx, a.LoginHash, o.from(ctx)); err != nil {
			return err
		}
		_, err := setPassword(ctx, tx, a, record, true)
		return err
	})
}

// EndSessions ends all sessions of the one who asks, or of an account of the
// area, and returns how many there were.
func (o *Office) EndSessions(ctx context.Context, q Request, account string) (int, error) {
	err := access.Check(q.Actor, "account.own", access.Scope{Area: q.Area, Account: account})
	if err != nil {
		if err := access.Check(q.Actor, "account.write", access.Scope{Area: q.Area}); err != nil {
			return 0, err
		}
	}
	return Do(ctx, o, q, "session.end", account, func(tx store.Tx) (int, error) {
		n, err := access.Revoke(ctx, tx, account)
		if err != nil {
			return 0, err
		}
		return n, Audited(ctx, tx, "session.close", "account", account, "all", nil, nil)
	})
}

// PurgeSessions removes at most n sessions of an area that are over; a job.
func (o *Office) PurgeSessions(ctx context.Context, area string, n int) (removed int, err error) {
	err = o.Store.Update(ctx, area, func(tx store.Tx) error { removed, err = access.Purge(ctx, tx, n); return err })
	return removed, err
}
