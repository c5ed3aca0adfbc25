package login_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/login"
	"bujiao/internal/office"
	"bujiao/internal/store/storetest"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var serial atomic.Int64

// sign makes a certificate of a key; without a signer it signs itself.
func sign(t *testing.T, c x509.Certificate, key *ecdsa.PrivateKey, by *authority) *x509.Certificate {
	t.Helper()
	c.SerialNumber, c.Subject = big.NewInt(serial.Add(1)), pkix.Name{CommonName: "test"}
	parent, signer := &c, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func newAuthority(t *testing.T, now time.Time) *authority {
	t.Helper()
	key := newKey(t)
	c := x509.Certificate{NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	return &authority{sign(t, c, key, nil), key}
}

// client makes a client certificate that is good until a day.
func (a *authority) client(t *testing.T, key *ecdsa.PrivateKey, until time.Time, use x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	c := sign(t, x509.Certificate{NotBefore: until.AddDate(-1, 0, 0), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{use}}, key, a)
	return tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: key, Leaf: c}
}

func TestLoginWithCertificate(t *testing.T) {
	s := newSite(t)
	var clock atomic.Int64
	clock.Store(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Unix())
	now := func() time.Time { return time.Unix(clock.Load(), 0) }
	ours, foreign := newAuthority(t, now()), newAuthority(t, now())
	pool := x509.NewCertPool()
	pool.AddCert(ours.cert)

	own := newKey(t)
	server := sign(t, x509.Certificate{NotBefore: now().AddDate(-1, 0, 0), NotAfter: now().AddDate(1, 0, 0), DNSNames: []string{"example.com"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, own, ours)
	s.server.TLS = login.TLS(tls.Certificate{Certificate: [][]byte{server.Raw}, PrivateKey: own}, pool, now)
	s.start(t)
	c := s.config()
	c.Now = now
	s.door = login.New(c)

	key, unknown := newKey(t), newKey(t)
	good := ours.client(t, key, now().AddDate(0, 1, 0), x509.ExtKeyUsageClientAuth)
	agent := s.account(t, office.AccountInput{Kind: access.Cert, Login: login.KeyHash(good.Leaf), Role: access.EmployerAgent, Employer: "e"})

	with := func(certs ...tls.Certificate) *http.Client {
		tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "example.com", Certificates: certs, Time: now}}
		t.Cleanup(tr.CloseIdleConnections)
		return &http.Client{Transport: tr}
	}
	me := s.server.URL + "/me"
	client := with(good)
	for _, c := range []struct {
		name   string
		client *http.Client
		want   string
	}{
		{"known key", client, "I am " + agent.ID},
		{"renewed with the same key", with(ours.client(t, key, now().AddDate(0, 2, 0), x509.ExtKeyUsageClientAuth)), "I am " + agent.ID},
		{"unknown key", with(ours.client(t, unknown, now().AddDate(0, 1, 0), x509.ExtKeyUsageClientAuth)), "access.wrong_login"},
		{"none", with(), "access.no_session"},
	} {
		if body, _ := get(t, c.client, me); body != c.want {
			t.Errorf("%s: %s, want %s", c.name, body, c.want)
		}
	}
	for name, cert := range map[string]tls.Certificate{
		"known key, foreign authority": foreign.client(t, key, now().AddDate(0, 1, 0), x509.ExtKeyUsageClientAuth),
		"expired":                      ours.client(t, key, now().AddDate(0, 0, -1), x509.ExtKeyUsageClientAuth),
		"not valid yet":                ours.client(t, key, now().AddDate(2, 0, 0), x509.ExtKeyUsageClientAuth),
		"for servers":                  ours.client(t, key, now().AddDate(0, 1, 0), x509.ExtKeyUsageServerAuth),
	} {
		// The client is told which authorities the server takes; this one shows
		// its certificate all the same.
		forced := with()
		forced.Transport.(*http.Transport).TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, me, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := forced.Do(r); err == nil {
			res.Body.Close()
			t.Errorf("%s: the connection was taken (%s)", name, res.Status)
		}
	}

	clock.Store(now().AddDate(0, 1, 0).Add(time.Second).Unix()) // the first connection is still open
	if body, _ := get(t, client, me); body != "access.no_session" {
		t.Errorf("expired on an open connection: %s", body)
	}

	_, err := s.office.ChangeAccount(t.Context(), office.Request{Actor: access.Self, Area: storetest.Area}, agent.ID, office.AccountChange{State: access.Disabled})
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := get(t, with(ours.client(t, key, now().AddDate(0, 2, 0), x509.ExtKeyUsageClientAuth)), me); body != "access.wrong_login" {
		t.Errorf("disabled: %s", body)
	}
}

func TestNoAuthorityNoCertificate(t *testing.T) {
	if c := login.TLS(tls.Certificate{}, nil, time.Now); c.ClientAuth != tls.NoClientCert {
		t.Errorf("without an authority the server asks for certificates (%s)", c.ClientAuth)
	}
}

// TestProxyHeadersAreNotBelieved: a certificate counts only on a TLS connection
// that ended here, and one that was only shown is not proved.
func TestProxyHeadersAreNotBelieved(t *testing.T) {
	s := newSite(t)
	s.start(t)
	now := time.Now()
	ca := newAuthority(t, now)
	cert := ca.client(t, newKey(t), now.AddDate(0, 1, 0), x509.ExtKeyUsageClientAuth)
	s.account(t, office.AccountInput{Kind: access.Cert, Login: login.KeyHash(cert.Leaf), Role: access.EmployerAgent, Employer: "e"})
	r := httptest.NewRequest(http.MethodGet, "/me", nil)
	r.Header.Set("X-Client-Cert", login.KeyHash(cert.Leaf))
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert.Leaf}}
	_, err := s.door.Authenticate(r)
	check(t, "a certificate without a chain", err, "access.no_session")
	r.TLS.VerifiedChains = [][]*x509.Certificate{{cert.Leaf, ca.cert}}
	_, err = s.door.Authenticate(r)
	check(t, "the same with one", err, "")
}
