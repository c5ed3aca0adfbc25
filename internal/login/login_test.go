package login_test

import (
	"context"
	"encoding/base64"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/login"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// site is an office with a door, served over TLS.
type site struct {
	office *office.Office
	door   *login.Door
	server *httptest.Server
}

// number is the example of GB 11643.
const number = "11010519491231002X"

func newSite(t *testing.T) *site {
	t.Helper()
	db, _ := storetest.New(t, storetest.SQLite)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{office: &office.Office{Store: db, Laws: laws, Vault: db.Vault, Passwords: access.Argon2id{Memory: 64, Passes: 1, Threads: 1}}}
	storetest.Update(t, db, func(ctx context.Context, tx store.Tx) error {
		day := storetest.Day(t, "2020-01-01")
		err := tx.NewPerson(ctx, registry.Person{ID: "p", NumberHash: db.Vault.Index("citizen", number), NumberKind: "citizen", Number: number, Name: "张", From: day, KnownOn: day})
		return errors.Join(err, tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", From: day, KnownOn: day}))
	})
	mux := http.NewServeMux()
	handle := func(pattern string, fn func(http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := fn(w, r); err != nil {
				var f *fault.Error
				if !errors.As(err, &f) {
					t.Errorf("%s: %v", pattern, err)
					f = fault.New(fault.Internal, "internal", nil)
				}
				http.Error(w, f.Key, http.StatusForbidden)
			}
		})
	}
	handle("GET /login", func(w http.ResponseWriter, r *http.Request) error { return s.door.Begin(w, r) })
	handle("GET /callback", func(w http.ResponseWriter, r *http.Request) error { return s.door.Callback(w, r) })
	handle("POST /logout", func(w http.ResponseWriter, r *http.Request) error { return s.door.Logout(w, r) })
	handle("GET /me", func(w http.ResponseWriter, r *http.Request) error {
		a, err := s.door.Authenticate(r)
		if err == nil {
			_, err = io.WriteString(w, "I am "+a.ID)
		}
		return err
	})
	s.server = httptest.NewUnstartedServer(mux)
	return s
}

// config is a door with https cookies and no provider.
func (s *site) config() login.Config {
	return login.Config{Office: s.office, Area: func(*http.Request) string { return storetest.Area }, Secure: true, Now: time.Now}
}

func (s *site) start(t *testing.T) {
	t.Helper()
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	s.door = login.New(s.config())
}

// browser keeps cookies and follows redirects.
func (s *site) browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := *s.server.Client()
	c.Jar = jar
	return &c
}

func (s *site) account(t *testing.T, in office.AccountInput) access.Account {
	t.Helper()
	in.Areas = []string{storetest.Area}
	a, err := s.office.OpenAccount(t.Context(), office.Request{Actor: access.Self, Area: storetest.Area}, in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// fetch gives the body of an answer and the address that it came from.
func fetch(t *testing.T, c *http.Client, r *http.Request) (int, string, *url.URL) {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(body)), res.Request.URL
}

func get(t *testing.T, c *http.Client, address string) (string, *url.URL) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, body, at := fetch(t, c, r)
	return body, at
}

func post(t *testing.T, c *http.Client, address string, form url.Values) (int, string, *url.URL) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return fetch(t, c, r)
}

// dexSubject is the sub that Dex makes of a user of its own list: a message of
// two texts, the user's id and the connector's.
func dexSubject(id string) string {
	m := append([]byte{0x0a, byte(len(id))}, id...)
	m = append(append(m, 0x12, byte(len("local"))), "local"...)
	return base64.RawURLEncoding.EncodeToString(m)
}

var action = regexp.MustCompile(`<form[^>]*action="([^"]*)"`)

// atDex goes through the login at Dex and returns the last answer.
func atDex(t *testing.T, c *http.Client, start, email, password string) (string, *url.URL) {
	t.Helper()
	page, at := get(t, c, start)
	m := action.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("Dex shows no form at %s: %.300s", at, page)
	}
	to, err := at.Parse(html.UnescapeString(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	_, body, at := post(t, c, to.String(), url.Values{"login": {email}, "password": {password}})
	return body, at
}

func TestLoginWithDex(t *testing.T) {
	s := newSite(t)
	s.start(t)
	issuer := startDex(t, s.server.URL+"/callback",
		dexUser{"clerk@example.cn", "clerk's password", "staff-1", "clerk"},
		dexUser{"person@example.cn", "person's password", "people-1", number},
		dexUser{"stranger@example.cn", "stranger's password", "people-2", "110101199003070011"})
	clerk := s.account(t, office.AccountInput{Kind: access.OIDC, Login: issuer + "|" + dexSubject("staff-1"), Role: access.Clerk})
	c := s.config()
	c.OIDC = login.OIDC{Issuer: issuer, ClientID: "bujiao", ClientSecret: "client-secret", RedirectURL: s.server.URL + "/callback", Scopes: []string{"profile"}, PersonClaim: "name"}
	s.door = login.New(c)

	b := s.browser(t)
	if body, at := atDex(t, b, s.server.URL+"/login?next=/me", "clerk@example.cn", "clerk's password"); body != "I am "+clerk.ID || at.Path != "/me" {
		t.Fatalf("at %s: %s", at, body)
	}
	here, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var token string
	for _, k := range b.Jar.Cookies(here) {
		if k.Name == "__Host-bujiao-session" {
			token = k.Value
		}
	}
	if token == "" {
		t.Fatal("no cookie of a session")
	}
	if status, _, _ := post(t, b, s.server.URL+"/logout", nil); status != http.StatusNoContent {
		t.Errorf("logout: %d", status)
	}
	if body, _ := get(t, b, s.server.URL+"/me"); body != "access.no_session" {
		t.Errorf("after the logout: %s", body)
	}
	if _, err := s.office.Who(t.Context(), access.Token(token)); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the token of a closed session: %v", err)
	}

	if body, _ := atDex(t, s.browser(t), s.server.URL+"/login?next=/me", "clerk@example.cn", "wrong"); strings.HasPrefix(body, "I am") {
		t.Errorf("with a wrong password: %s", body)
	}
	person := s.browser(t)
	body, _ := atDex(t, person, s.server.URL+"/login?next=/me", "person@example.cn", "person's password")
	again, _ := atDex(t, s.browser(t), s.server.URL+"/login?next=/me", "person@example.cn", "person's password")
	if !strings.HasPrefix(body, "I am ") || again != body {
		t.Errorf("a person of the registry: %s, and again: %s", body, again)
	}
	err = s.office.Store.View(t.Context(), storetest.Area, func(tx store.Tx) error {
		a, err := tx.Account(t.Context(), strings.TrimPrefix(body, "I am "))
		if a.Role != access.Insured || a.Person != "p" {
			t.Errorf("the account of the person is %+v", a.Actor())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if body, _ := atDex(t, s.browser(t), s.server.URL+"/login?next=/me", "stranger@example.cn", "stranger's password"); body != "access.wrong_login" {
		t.Errorf("somebody whom the registry does not have: %s", body)
	}
}

func TestCookiesAndHeaders(t *testing.T) {
	s := newSite(t)
	s.start(t)
	clerk := s.account(t, office.AccountInput{Kind: access.OIDC, Login: "issuer|1", Role: access.Clerk})
	token, _, err := s.office.LogInAs(t.Context(), storetest.Area, access.OIDC, "issuer|1")
	if err != nil {
		t.Fatal(err)
	}
	kept := httptest.NewRecorder()
	s.door.Keep(kept, token)
	k := kept.Result().Cookies()[0]
	if k.Name != "__Host-bujiao-session" || !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.MaxAge != 36000 {
		t.Errorf("cookie: %+v", k)
	}
	other := access.NewToken(storetest.Area)
	for _, c := range []struct{ name, header, cookie, want string }{
		{"nothing", "", "", "access.no_session"},
		{"header", "Bearer " + string(token), "", ""},
		{"header in small letters", "bearer " + string(token), "", ""},
		{"cookie", "", string(token), ""},
		{"a wrong header beside a right cookie", "Bearer " + string(other), string(token), "access.no_session"},
		{"basic beside a right cookie", "Basic YTpi", string(token), "access.no_session"},
		{"empty bearer", "Bearer ", "", "access.no_session"},
		{"a token of nobody", "Bearer " + string(other), "", "access.no_session"},
		{"no token at all", "Bearer x", "", "access.no_session"},
		{"a token with another area", "Bearer 120000" + string(token[6:]), "", "access.no_session"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/me", nil)
		if c.header != "" {
			r.Header.Set("Authorization", c.header)
		}
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "__Host-bujiao-session", Value: c.cookie})
		}
		a, err := s.door.Authenticate(r)
		check(t, c.name, err, c.want)
		if err == nil && a.ID != clerk.ID {
			t.Errorf("%s: is %s", c.name, a.ID)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/me", nil)
	r.AddCookie(&http.Cookie{Name: "bujiao-session", Value: string(token)})
	_, err = s.door.Authenticate(r)
	check(t, "a cookie that another host of the domain can set", err, "access.no_session")
}

// check compares the key of a fault.
func check(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := ""
	var f *fault.Error
	if errors.As(err, &f) {
		got = f.Key
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
