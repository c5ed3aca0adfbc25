package httpapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/httpapi"
	"bujiao/internal/login"
	"bujiao/internal/office"
	"bujiao/internal/store/storetest"
)

// issue makes a certificate of a new key, signed by another or by itself.
func issue(t *testing.T, serial int64, c x509.Certificate, by *tls.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := storetest.NewClock().Now()
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(serial), now.Add(-time.Hour), now.Add(time.Hour)
	parent, signer := &c, key
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey.(*ecdsa.PrivateKey)
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// TestEmployerWithCertificate: an employer that proves its key is let in by it
// alone, to its own things.
func TestEmployerWithCertificate(t *testing.T) {
	o, clock := books(t)
	ca := issue(t, 1, x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil)
	own := issue(t, 2, x509.Certificate{DNSNames: []string{"office.test"}}, &ca)
	usage := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	known, unknown := issue(t, 3, x509.Certificate{ExtKeyUsage: usage}, &ca), issue(t, 4, x509.Certificate{ExtKeyUsage: usage}, &ca)
	_, err := o.OpenAccount(t.Context(), office.Request{Actor: access.Self, Area: storetest.Area},
		office.AccountInput{Kind: access.Cert, Login: login.KeyHash(known.Leaf), Role: access.EmployerAgent, Employer: "e1", Areas: []string{storetest.Area}})
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.Leaf)
	hs := httptest.NewUnstartedServer(door(t, func(c *httpapi.Config) {
		o.Laws = c.Laws
		c.Office, c.Clock = o, clock.Now
		c.Login = login.New(login.Config{Office: o, Now: clock.Now, Area: func(*http.Request) string { return storetest.Area }})
	}))
	hs.TLS = login.TLS(own, pool, clock.Now)
	hs.StartTLS()
	t.Cleanup(hs.Close)
	for _, c := range []struct {
		name, path string
		certs      []tls.Certificate
		want       int
	}{
		{"its own", "/employers/e1", []tls.Certificate{known}, http.StatusOK},
		{"another's", "/employers/e2", []tls.Certificate{known}, http.StatusNotFound},
		{"a key of no account", "/employers/e1", []tls.Certificate{unknown}, http.StatusUnauthorized},
		{"no certificate", "/employers/e1", nil, http.StatusUnauthorized},
	} {
		tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "office.test", Certificates: c.certs, Time: clock.Now}}
		t.Cleanup(tr.CloseIdleConnections)
		r, err := (&http.Client{Transport: tr}).Get(hs.URL + "/v1/areas/" + storetest.Area + c.path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, r.StatusCode, data, c.want)
		}
	}
}
