package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"bujiao/internal/access"
	"bujiao/internal/fault"
)

// OIDC is a provider. People are known by issuer and subject together.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	RedirectURL  string   // the public address of Callback
	Scopes       []string // besides openid
	// PersonClaim names the claim of the ID token in which the provider vouches
	// for a citizen number. With it an insured person who is in the registry
	// gets an account at the first login; empty: accounts are opened by the
	// administrator alone.
	PersonClaim string
	Client      *http.Client // nil: one with a deadline
}

// flowLife is how long somebody may take at the provider.
const flowLife = 10 * time.Minute

const (
	flow      = "bujiao-oidc"
	flowPlace = "login/oidc" // what the box of a flow is bound to
)

// pending is a login on its way, in the browser's hands as a box that only
// this office can make and read.
type pending struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // PKCE
	Area     string    `json:"area"`
	Next     string    `json:"next"`
	Until    time.Time `json:"until"`
}

type provider struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

func (d *Door) client() *http.Client {
	if d.OIDC.Client != nil {
		return d.OIDC.Client
	}
	return &http.Client{Timeout: 10 * time.Second}
}

// reach asks the issuer for its addresses and keys, once it answers.
func (d *Door) reach(ctx context.Context) (*provider, error) {
	if d.OIDC.Issuer == "" {
		return nil, fault.New(fault.NotFound, "access.no_provider", nil)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.provider != nil {
		return d.provider, nil
	}
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), d.client())
	p, err := oidc.NewProvider(ctx, d.OIDC.Issuer)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "access.provider_away", nil, err)
	}
	d.provider = &provider{
		oauth: oauth2.Config{ClientID: d.OIDC.ClientID, ClientSecret: d.OIDC.ClientSecret, RedirectURL: d.OIDC.RedirectURL, Endpoint: p.Endpoint(),
			Scopes: append([]string{oidc.ScopeOpenID}, d.OIDC.Scopes...)},
		verifier: p.VerifierContext(ctx, &oidc.Config{ClientID: d.OIDC.ClientID, Now: d.Now}),
	}
	return d.provider, nil
}

// Begin sends a browser to the provider. The query may name the local path to
// come back to as next.
func (d *Door) Begin(w http.ResponseWriter, r *http.Request) error {
	p, err := d.reach(r.Context())
	if err != nil {
		return err
	}
	on := pending{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Area: d.Area(r), Next: localPath(r.URL.Query().Get("next")), Until: d.Now().Add(flowLife)}
	data, err := json.Marshal(on)
	if err != nil {
		return fmt.Errorf("begin login: %w", err)
	}
	box, err := d.Office.Vault.Seal(flowPlace, string(data))
	if err != nil {
		return err
	}
	http.SetCookie(w, d.cookie(flow, base64.RawURLEncoding.EncodeToString(box), flowLife))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, p.oauth.AuthCodeURL(on.State, oidc.Nonce(on.Nonce), oauth2.S256ChallengeOption(on.Verifier)), http.StatusFound)
	return nil
}

// localPath is a path of this very site, or its front page.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// Callback takes a browser that comes back from the provider, opens a session
// for the account of issuer and subject, and sends it on.
func (d *Door) Callback(w http.ResponseWriter, r *http.Request) error {
	on, err := d.pending(r)
	if err != nil {
		return err
	}
	http.SetCookie(w, d.cookie(flow, "", 0)) // it is good for one try
	w.Header().Set("Cache-Control", "no-store")
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(on.State)) != 1 {
		return lost(errors.New("state of another login"))
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return fault.Wrap(fault.Forbidden, "access.provider_refused", nil, fmt.Errorf("provider: %.100q", q.Get("error")))
	}
	id, err := d.redeem(r.Context(), q.Get("code"), on)
	if err != nil {
		return err
	}
	token, err := d.enter(r.Context(), on.Area, id)
	if err != nil {
		return err
	}
	d.Keep(w, token)
	http.Redirect(w, r, on.Next, http.StatusSeeOther)
	return nil
}

// lost is a login whose beginning is not known here.
func lost(cause error) error { return fault.Wrap(fault.Forbidden, "access.login_lost", nil, cause) }

// pending reads the login that the browser is on.
func (d *Door) pending(r *http.Request) (on pending, err error) {
	c, err := r.Cookie(d.cookieName(flow))
	if err != nil {
		return on, lost(err)
	}
	box, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return on, lost(err)
	}
	text, err := d.Office.Vault.Open(flowPlace, box)
	if err != nil {
		return on, lost(err)
	}
	if err := json.Unmarshal([]byte(text), &on); err != nil {
		return on, lost(err)
	}
	if !d.Now().Before(on.Until) {
		return on, lost(errors.New("took too long"))
	}
	return on, nil
}

// redeem turns the code into an ID token that was made for this login.
func (d *Door) redeem(ctx context.Context, code string, on pending) (*oidc.IDToken, error) {
	p, err := d.reach(ctx)
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, d.client())
	tokens, err := p.oauth.Exchange(ctx, code, oauth2.VerifierOption(on.Verifier))
	var answer *oauth2.RetrieveError
	switch {
	case errors.As(err, &answer) && answer.Response.StatusCode < 500:
		return nil, fault.Wrap(fault.Forbidden, "access.provider_refused", nil, errors.New(answer.ErrorCode))
	case err != nil:
		return nil, fault.Wrap(fault.Unavailable, "access.provider_away", nil, err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := p.verifier.Verify(ctx, raw)
	if err == nil && subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(on.Nonce)) != 1 {
		err = errors.New("nonce of another login")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Forbidden, "access.provider_refused", nil, err)
	}
	return id, nil
}

// enter opens a session for whom an ID token names, and an account before it
// where the provider vouches for the number of an insured person.
func (d *Door) enter(ctx context.Context, area string, id *oidc.IDToken) (access.Token, error) {
	subject := id.Issuer + "|" + id.Subject
	number := ""
	if d.OIDC.PersonClaim != "" {
		var claims map[string]any
		if err := id.Claims(&claims); err != nil {
			return "", fault.Wrap(fault.Forbidden, "access.provider_refused", nil, err)
		}
		number, _ = claims[d.OIDC.PersonClaim].(string)
	}
	if number != "" {
		if err := d.Office.OpenForPerson(ctx, area, subject, number); err != nil {
			return "", err
		}
	}
	token, _, err := d.Office.LogInAs(ctx, area, access.OIDC, subject)
	return token, err
}
