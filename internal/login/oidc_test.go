package login_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/login"
	"bujiao/internal/office"
)

// forger is a provider that says what it is told: for what a real one does not
// do.
type forger struct {
	*httptest.Server
	key, other *rsa.PrivateKey
	challenge  string              // of the last login
	nonce      string              // likewise
	twist      func(claims claims) // what is wrong with the next token
	sign       *rsa.PrivateKey
	exchanged  url.Values
	status     int
	asked      atomic.Int64 // how often for its addresses
}

type claims map[string]any

func newForger(t *testing.T) *forger {
	t.Helper()
	f := &forger{}
	var err error
	for _, k := range []**rsa.PrivateKey{&f.key, &f.other} {
		if *k, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
	}
	f.sign = f.key
	mux := http.NewServeMux()
	answer := func(pattern string, v func(*http.Request) any) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if f.status != 0 && strings.HasSuffix(pattern, "token") {
				w.WriteHeader(f.status)
			}
			if err := json.NewEncoder(w).Encode(v(r)); err != nil {
				t.Error(err)
			}
		})
	}
	answer("/.well-known/openid-configuration", func(*http.Request) any {
		f.asked.Add(1)
		return claims{"issuer": f.URL, "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}}
	})
	answer("/keys", func(*http.Request) any {
		return claims{"keys": []claims{{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(f.key.N.Bytes())}}}
	})
	answer("POST /token", func(r *http.Request) any {
		_ = r.ParseForm()
		f.exchanged = r.PostForm
		return claims{"access_token": "x", "token_type": "Bearer", "id_token": f.token(t)}
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

// token makes a signed ID token of what the login asked for, with the twist.
func (f *forger) token(t *testing.T) string {
	now := time.Now().Unix()
	c := claims{"iss": f.URL, "sub": "1", "aud": "bujiao", "exp": now + 60, "iat": now, "nonce": f.nonce}
	if f.twist != nil {
		f.twist(c)
	}
	body, err := json.Marshal(c)
	if err != nil {
		t.Error(err)
	}
	e := base64.RawURLEncoding
	text := e.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + e.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, f.sign, crypto.SHA256, sum[:])
	if err != nil {
		t.Error(err)
	}
	return text + "." + e.EncodeToString(sig)
}

// begin starts a login and remembers what it asked the provider for.
func (f *forger) begin(t *testing.T, s *site, query string) (asked url.Values, cookie *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.door.Begin(w, httptest.NewRequest(http.MethodGet, "/login"+query, nil)); err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	asked = to.Query()
	f.challenge, f.nonce = asked.Get("code_challenge"), asked.Get("nonce")
	return asked, w.Result().Cookies()[0]
}

// back comes back from the provider.
func back(s *site, query url.Values, cookies ...*http.Cookie) (*httptest.ResponseRecorder, error) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/callback?"+query.Encode(), nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return w, s.door.Callback(w, r)
}

// forged is a site with a forger as its provider and a clerk with subject 1.
func forged(t *testing.T) (*site, *forger, *atomic.Int64) {
	t.Helper()
	s, f := newSite(t), newForger(t)
	s.start(t)
	s.account(t, office.AccountInput{Kind: access.OIDC, Login: f.URL + "|1", Role: access.Clerk})
	later := new(atomic.Int64)
	c := s.config()
	c.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	c.OIDC = login.OIDC{Issuer: f.URL, ClientID: "bujiao", ClientSecret: "s", RedirectURL: "https://office.example/callback"}
	s.door = login.New(c)
	return s, f, later
}

func TestFlow(t *testing.T) {
	s, f, _ := forged(t)
	asked, cookie := f.begin(t, s, "?next=/cases?page=2")
	if asked.Get("code_challenge_method") != "S256" || asked.Get("scope") != "openid" || asked.Get("redirect_uri") != "https://office.example/callback" {
		t.Errorf("asked for %v", asked)
	}
	if cookie.Name != "__Host-bujiao-oidc" || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 600 {
		t.Errorf("cookie: %+v", cookie)
	}
	if strings.Contains(cookie.Value, asked.Get("state")) {
		t.Error("the cookie tells its state")
	}
	w, err := back(s, url.Values{"state": asked["state"], "code": {"c"}}, cookie)
	if err != nil || w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/cases?page=2" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("came back with %d %v, %v", w.Code, w.Header(), err)
	}
	sum := sha256.Sum256([]byte(f.exchanged.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != f.challenge {
		t.Error("the verifier does not fit the challenge")
	}
	if k := w.Result().Cookies(); len(k) != 2 || k[0].Name != cookie.Name || k[0].MaxAge >= 0 || k[1].Name != "__Host-bujiao-session" {
		t.Errorf("cookies: %v", k)
	}
}

func TestForgedFlows(t *testing.T) {
	s, f, later := forged(t)
	for _, c := range []struct {
		name  string
		twist func(claims)
		key   *rsa.PrivateKey
		want  string
	}{
		{"nothing wrong", nil, f.key, ""},
		{"another key", nil, f.other, "access.provider_refused"},
		{"another issuer", func(c claims) { c["iss"] = "https://evil.example" }, f.key, "access.provider_refused"},
		{"for another client", func(c claims) { c["aud"] = "other" }, f.key, "access.provider_refused"},
		{"too old", func(c claims) { c["exp"] = 1 }, f.key, "access.provider_refused"},
		{"nonce of another login", func(c claims) { c["nonce"] = "n" }, f.key, "access.provider_refused"},
		{"no nonce", func(c claims) { delete(c, "nonce") }, f.key, "access.provider_refused"},
		{"somebody else", func(c claims) { c["sub"] = "2" }, f.key, "access.wrong_login"},
	} {
		asked, cookie := f.begin(t, s, "")
		f.twist, f.sign = c.twist, c.key
		w, err := back(s, url.Values{"state": asked["state"], "code": {"c"}}, cookie)
		check(t, c.name, err, c.want)
		if k := len(w.Result().Cookies()); err != nil && k != 1 {
			t.Errorf("%s: %d cookies, want only the one that is taken back", c.name, k)
		}
	}
	f.twist, f.sign = nil, f.key

	asked, cookie := f.begin(t, s, "")
	_, another := f.begin(t, s, "")
	good := url.Values{"state": asked["state"], "code": {"c"}}
	broken := *cookie
	broken.Value = strings.ToUpper(cookie.Value)
	for _, c := range []struct {
		name   string
		query  url.Values
		cookie *http.Cookie
		want   string
	}{
		{"cookie of another login", good, another, "access.login_lost"},
		{"changed cookie", good, &broken, "access.login_lost"},
		{"cookie that is none", good, &http.Cookie{Name: cookie.Name, Value: "x"}, "access.login_lost"},
		{"no state", url.Values{"code": {"c"}}, cookie, "access.login_lost"},
		{"an error", url.Values{"state": asked["state"], "error": {"access_denied"}}, cookie, "access.provider_refused"},
		{"no code", url.Values{"state": asked["state"]}, cookie, "access.provider_refused"},
	} {
		_, err := back(s, c.query, c.cookie)
		check(t, c.name, err, c.want)
	}
	_, err := back(s, good)
	check(t, "no cookie", err, "access.login_lost")
	f.status = http.StatusBadRequest
	_, err = back(s, good, cookie)
	check(t, "a code that the provider refuses", err, "access.provider_refused")
	f.status = http.StatusBadGateway
	_, err = back(s, good, cookie)
	check(t, "a provider in trouble", err, "access.provider_away")
	f.status = 0
	later.Store(int64(10 * time.Minute))
	_, err = back(s, good, cookie)
	check(t, "too late", err, "access.login_lost")
}

func TestProviderAway(t *testing.T) {
	s, f, _ := forged(t)
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/login", nil)
	f.Close()
	check(t, "away", s.door.Begin(w, r), "access.provider_away")
	c := s.config()
	s.door = login.New(c)
	check(t, "none", s.door.Begin(w, r), "access.no_provider")
}

func TestNextStaysHere(t *testing.T) {
	s, f, _ := forged(t)
	for next, want := range map[string]string{"": "/", "/a?b=c": "/a?b=c", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "a": "/", "/%0d%0aX": "/%0d%0aX", "javascript:alert(1)": "/"} {
		asked, cookie := f.begin(t, s, "?"+url.Values{"next": {next}}.Encode())
		w, err := back(s, url.Values{"state": asked["state"], "code": {"c"}}, cookie)
		if err != nil || w.Header().Get("Location") != want {
			t.Errorf("%q leads to %q, %v, want %q", next, w.Header().Get("Location"), err, want)
		}
	}
}
