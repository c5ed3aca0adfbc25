// Package login is the way in for people and machines: it finds out who sends
// a request, by a session's token in a cookie or a header or by a client
// certificate, and it opens sessions for those whom an OIDC provider names.
//
// It decides nothing: accounts, sessions and passwords are the office's. It
// trusts no header of a proxy: a certificate counts only where this program
// ended the TLS connection. A cookie goes along with requests of other sites,
// so whoever serves takes net/http's CrossOriginProtection before anything
// that writes.
package login

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

// Config is what a Door needs.
type Config struct {
	Office *office.Office
	Area   func(*http.Request) string // home area of a login with OIDC or a certificate
	Secure bool                       // the public address is https, so cookies are for it alone
	Now    func() time.Time
	OIDC   OIDC // without an issuer there is no such login
}

// Door knows who comes in.
type Door struct {
	Config
	mu       sync.Mutex
	provider *provider // once the issuer was reached
}

// New returns a door. An issuer is asked for its keys at the first login, so
// that a program starts while it is away.
func New(c Config) *Door { return &Door{Config: c} }

const session = "bujiao-session"

// cookie makes a cookie that scripts cannot read and other sites' forms do not
// send. With https its name binds it to this very host.
func (d *Door) cookie(name, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{Name: d.cookieName(name), Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, Secure: d.Secure, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

func (d *Door) cookieName(name string) string {
	if d.Secure {
		return "__Host-" + name
	}
	return name
}

// Keep gives a browser its token.
func (d *Door) Keep(w http.ResponseWriter, t access.Token) {
	http.SetCookie(w, d.cookie(session, string(t), access.SessionLife))
}

// Authenticate tells who sends a request. A token that is wrong is refused even
// where a certificate would do; without any it is fault access.no_session.
func (d *Door) Authenticate(r *http.Request) (access.Actor, error) {
	t, err := d.token(r)
	if err != nil {
		return access.Actor{}, err
	}
	if t != "" {
		return d.Office.Who(r.Context(), t)
	}
	if key, ok := d.certKey(r); ok {
		return d.Office.WhoIs(r.Context(), d.Area(r), access.Cert, key)
	}
	return access.Actor{}, noSession()
}

// token is the token of a request, empty for none. A header goes before a
// cookie.
func (d *Door) token(r *http.Request) (access.Token, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, t, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") || t == "" {
			return "", noSession()
		}
		return access.Token(t), nil
	}
	if c, err := r.Cookie(d.cookieName(session)); err == nil {
		return access.Token(c.Value), nil
	}
	return "", nil
}

func noSession() error { return fault.New(fault.Forbidden, "access.no_session", nil) }

// Logout ends the session of a request, if it has one, and takes the cookie.
func (d *Door) Logout(w http.ResponseWriter, r *http.Request) error {
	t, err := d.token(r)
	if err == nil && t != "" {
		err = d.Office.LogOut(r.Context(), t)
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, d.cookie(session, "", 0))
	w.WriteHeader(http.StatusNoContent)
	return nil
}
