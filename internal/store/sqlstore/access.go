package sqlstore

import (
	"bytes"
	"context"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// Rows of accounts and sessions open doors, so their MACs are checked at every
// read: one that was written or changed straight in the database opens none.

// genuine reports a row whose MAC does not fit.
func (t *Tx) genuine(tab *Table, v vals) error {
	_, mac, err := t.seal(tab, v[:len(tab.Cols):len(tab.Cols)])
	if err == nil && !bytes.Equal(mac, v.bytes(len(tab.Cols))) {
		err = fault.New(fault.Internal, "store.tampered", fault.Args{"table": tab.Name, "row": tab.Ref(v)})
	}
	return err
}

// keys lists rows of accounts or sessions that are genuine.
func keys[T any](ctx context.Context, t *Tx, tab *Table, of func(vals) T, rest string, args ...any) ([]T, error) {
	out := []T{}
	err := t.query(ctx, func(v vals) error {
		if err := t.genuine(tab, v); err != nil {
			return err
		}
		out = append(out, of(v))
		return nil
	}, "SELECT "+tab.names+" FROM "+tab.Name+" WHERE area = ? AND "+rest, append([]any{t.area}, args...)...)
	return out, err
}

// key reads one.
func key[T any](ctx context.Context, t *Tx, tab *Table, of func(vals) T, rest string, args ...any) (T, error) {
	found, err := keys(ctx, t, tab, of, rest, args...)
	if err == nil && len(found) == 0 {
		err = books.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

func accountRow(area string, a access.Account) []any {
	return []any{area, a.ID, a.LoginHash, string(a.Kind), a.Subject, string(a.Role), a.Employer, a.Person, strings.Join(a.Areas, " "), a.Password,
		string(a.State), int64(a.CreatedAt), int64(a.ChangedAt)}
}

func readAccount(v vals) access.Account {
	return access.Account{ID: v.str(1), LoginHash: v.str(2), Kind: access.Kind(v.str(3)), Subject: v.str(4), Role: access.Role(v.str(5)), Employer: v.str(6),
		Person: v.str(7), Areas: strings.Fields(v.str(8)), Password: v.str(9), State: access.State(v.str(10)), CreatedAt: v.instant(11), ChangedAt: v.instant(12),
		Stored: append([]any{}, v...)}
}

// Account reads one.
func (t *Tx) Account(ctx context.Context, id string) (access.Account, error) {
	return key(ctx, t, tabAccount, readAccount, "id = ?", id)
}

// AccountByLogin finds one.
func (t *Tx) AccountByLogin(ctx context.Context, loginHash string) (access.Account, error) {
	return key(ctx, t, tabAccount, readAccount, "login_hash = ?", loginHash)
}

// AccountList lists accounts.
func (t *Tx) AccountList(ctx context.Context, p books.Page) ([]access.Account, error) {
	return keys(ctx, t, tabAccount, readAccount, "id > ? ORDER BY id LIMIT ?", p.After, int64(p.Size()))
}

// NewAccount adds one.
func (t *Tx) NewAccount(ctx context.Context, a access.Account) {
	t.insert(ctx, tabAccount, accountRow(t.area, a)...)
}

// SaveAccount writes one back.
func (t *Tx) SaveAccount(ctx context.Context, a access.Account) error {
	return t.update(ctx, tabAccount, a.Stored, accountRow(t.area, a))
}

func readSession(v vals) access.Session {
	return access.Session{Hash: v.str(1), Account: v.str(2), Kind: access.Kind(v.str(3)), CreatedAt: v.instant(4), ExpiresAt: v.instant(5), Stored: append([]any{}, v...)}
}

// Session reads one.
func (t *Tx) Session(ctx context.Context, hash string) (access.Session, error) {
	return key(ctx, t, tabSession, readSession, "hash = ?", hash)
}

// SessionsOf lists the sessions of an account.
func (t *Tx) SessionsOf(ctx context.Context, account string) ([]access.Session, error) {
	return keys(ctx, t, tabSession, readSession, "account = ? ORDER BY hash", account)
}

// ExpiredSessions lists sessions that are over.
func (t *Tx) ExpiredSessions(ctx context.Context, n int) ([]access.Session, error) {
	return keys(ctx, t, tabSession, readSession, "expires_at <= ? ORDER BY hash LIMIT ?", int64(t.At()), int64(n))
}

// NewSession adds one.
func (t *Tx) NewSession(ctx context.Context, s access.Session) {
	t.insert(ctx, tabSession, t.area, s.Hash, s.Account, string(s.Kind), int64(s.CreatedAt), int64(s.ExpiresAt))
}

// RemoveSession removes one.
func (t *Tx) RemoveSession(ctx context.Context, s access.Session) error {
	return t.remove(ctx, tabSession, s.Stored)
}
