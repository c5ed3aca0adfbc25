package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/fault"
)

// SessionLife is how long a login lasts: a working day. It is not prolonged.
const SessionLife = 10 * time.Hour

// Wrong passwords: so many for one login from one address within the time, and
// so many from all addresses together, then none is looked at until the oldest
// is past. The second bound is far above the first, so that a stranger who knows
// a login cannot shut its owner out from one address.
const (
	maxAttempts    = 5
	maxAllAttempts = 50
	attemptsLast   = 15 * time.Minute
)

// attempt is the kind of a session that is none: a slot taken by a login that
// did not succeed (yet).
const attempt Kind = "attempt"

// Session is a login that lasts.
type Session struct {
	Hash      string        `json:"-"` // of the token
	Account   string        `json:"account"`
	Kind      Kind          `json:"kind"` // of login
	CreatedAt books.Instant `json:"created_at"`
	ExpiresAt books.Instant `json:"expires_at"`
	Stored    []any         `json:"-"`
}

// Sessions keeps sessions of an area. None is books.ErrNotFound.
type Sessions interface {
	books.Frame
	Session(ctx context.Context, hash string) (Session, error)
	SessionsOf(ctx context.Context, account string) ([]Session, error)
	// ExpiredSessions lists at most n that are over.
	ExpiredSessions(ctx context.Context, n int) ([]Session, error)
	NewSession(ctx context.Context, s Session)
	RemoveSession(ctx context.Context, s Session) error
}

// Token is what the one who logged in shows from then on: the home area, which
// tells where to look, and 32 random bytes. Only its hash is kept.
type Token string

// NewToken makes a token for an area.
func NewToken(area string) Token {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return Token(area + "." + base64.RawURLEncoding.EncodeToString(b[:]))
}

// Area is the area of a token; what is none is fault access.no_session.
func (t Token) Area() (string, error) {
	area, secret, ok := strings.Cut(string(t), ".")
	if b, err := base64.RawURLEncoding.DecodeString(secret); !ok || err != nil || len(b) != 32 || area == "" || len(area) > 12 {
		return "", noSession()
	}
	return area, nil
}

// Hash is what is kept of a token. Its 256 random bits need no slow hash.
func (t Token) Hash() string {
	sum := sha256.Sum256([]byte(t))
	return hex.EncodeToString(sum[:])
}

func noSession() error { return fault.New(fault.Forbidden, "access.no_session", nil) }

// Open opens a session of an account under a token.
func Open(ctx context.Context, tx Sessions, a Account, t Token) Session {
	s := Session{Hash: t.Hash(), Account: a.ID, Kind: a.Kind, CreatedAt: tx.At(), ExpiresAt: tx.At() + books.Instant(SessionLife.Microseconds())}
	tx.NewSession(ctx, s)
	return s
}

// Who finds the account of a token. Unknown, over, and of an account that may
// not log in are one answer: fault access.no_session.
func Who(ctx context.Context, tx Store, t Token) (Account, Session, error) {
	s, err := tx.Session(ctx, t.Hash())
	if errors.Is(err, books.ErrNotFound) || (err == nil && (s.Kind == attempt || s.ExpiresAt <= tx.At())) {
		return Account{}, s, noSession()
	}
	if err != nil {
		return Account{}, s, err
	}
	a, err := tx.Account(ctx, s.Account)
	if errors.Is(err, books.ErrNotFound) || (err == nil && (a.State != Active || a.Kind != s.Kind)) {
		return a, s, noSession()
	}
	return a, s, err
}

// Revoke ends all sessions of an account and returns how many there were.
func Revoke(ctx context.Context, tx Sessions, account string) (int, error) {
	return removeAll(ctx, tx, func() ([]Session, error) { return tx.SessionsOf(ctx, account) })
}

// Purge removes at most n sessions and attempts that are over.
func Purge(ctx context.Context, tx Sessions, n int) (int, error) {
	return removeAll(ctx, tx, func() ([]Session, error) { return tx.ExpiredSessions(ctx, n) })
}

func removeAll(ctx context.Context, tx Sessions, list func() ([]Session, error)) (int, error) {
	found, err := list()
	if err != nil {
		return 0, err
	}
	for i, s := range found {
		if err := tx.RemoveSession(ctx, s); err != nil {
			return i, err
		}
	}
	return len(found), nil
}

// Attempt takes a slot before a password is looked at, so that guessing in
// parallel gains nothing: two from one address that take the same slot show as
// TakenError of session, and one of them asks again. With no slot left it is
// fault access.too_many_attempts. Logins that do not exist have slots too. From
// tells addresses apart; it is no address itself.
func Attempt(ctx context.Context, tx Sessions, loginHash, from string) error {
	taken, err := tx.SessionsOf(ctx, loginHash)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, s := range taken {
		if s.ExpiresAt > tx.At() {
			used[s.Hash] = true
		} else if err := tx.RemoveSession(ctx, s); err != nil {
			return err
		}
	}
	for n := range maxAttempts {
		slot := slots(loginHash, from) + strconv.Itoa(n)
		if !used[slot] && len(used) < maxAllAttempts {
			tx.NewSession(ctx, Session{Hash: slot, Account: loginHash, Kind: attempt, CreatedAt: tx.At(), ExpiresAt: tx.At() + books.Instant(attemptsLast.Microseconds())})
			return tx.Flush(ctx)
		}
	}
	return fault.New(fault.Forbidden, "access.too_many_attempts", nil)
}

func slots(loginHash, from string) string { return loginHash + "/" + from + "/" }

// Forget gives the slots of an address back after a right password; what others
// guess meanwhile still counts.
func Forget(ctx context.Context, tx Sessions, loginHash, from string) error {
	taken, err := tx.SessionsOf(ctx, loginHash)
	if err != nil {
		return err
	}
	for _, s := range taken {
		if strings.HasPrefix(s.Hash, slots(loginHash, from)) {
			if err := tx.RemoveSession(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}
