package login

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"time"
)

// KeyHash is how an account knows a certificate: by the SHA-256 of its public
// key, which stays when the certificate is renewed with the same key.
func KeyHash(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}

// TLS is a server's configuration that takes client certificates of the
// authorities, from those who have one. Without authorities it asks for none: no
// pool would mean all that the machine trusts.
func TLS(own tls.Certificate, authorities *x509.CertPool, now func() time.Time) *tls.Config {
	c := &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12, Time: now}
	if authorities != nil {
		c.ClientAuth, c.ClientCAs = tls.VerifyClientCertIfGiven, authorities
	}
	return c
}

// certKey is the key of the client certificate that the TLS connection proved.
// Connections outlive certificates, so the days of the chain are looked at
// with every request.
func (d *Door) certKey(r *http.Request) (string, bool) {
	if r.TLS == nil {
		return "", false
	}
	now := d.Now()
	for _, chain := range r.TLS.VerifiedChains {
		valid := len(chain) > 0
		for _, c := range chain {
			valid = valid && !now.Before(c.NotBefore) && !now.After(c.NotAfter)
		}
		if valid {
			return KeyHash(chain[0]), true
		}
	}
	return "", false
}
