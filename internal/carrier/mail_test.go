package carrier_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"

	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"bujiao/internal/carrier"
	"bujiao/internal/notice"
)

// post is a mail server that keeps what it is given.
type post struct {
	mu    sync.Mutex
	mails []string
	to    []string
	said  error // of the next recipient
}

type session struct {
	p      *post
	authed bool
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p: p}, nil }

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "office" || password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.authed = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if !s.authed {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.to = append(s.p.to, to)
	return s.p.said
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.mails = append(s.p.mails, string(data))
	return err
}

// serve starts the server and returns its address and a configuration that
// trusts it.
func (p *post) serve(t *testing.T, implicit bool) (string, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	own := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	s := smtp.NewServer(p)
	s.Domain, s.TLSConfig = "localhost", own
	s.ErrorLog = quiet{}
	if implicit {
		l = tls.NewListener(l, own)
	}
	go func() { _ = s.Serve(l) }() // ends with Close
	t.Cleanup(func() { _ = s.Close() })
	return net.JoinHostPort("localhost", port), &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

var mailed = notice.Letter{ID: "d7", Address: "zhang@example.org", Lang: "zh", Text: notice.Text{Title: "2026-07 社会保险缴费通知", Body: "共 3703.00 元。\n办件编号：C-1"}}

// TestMail: a server takes a letter over TLS, both ways, and it is whole.
func TestMail(t *testing.T) {
	for _, security := range []string{carrier.StartTLS, carrier.Implicit} {
		t.Run(security, func(t *testing.T) {
			p := &post{}
			at, trust := p.serve(t, security == carrier.Implicit)
			m := &carrier.Mail{Server: at, Security: security, User: "office", Password: "secret", From: "社保局 <office@example.org>", Now: now, TLS: trust}
			if o := m.Carry(t.Context(), mailed); o != (notice.Outcome{}) {
				t.Fatalf("got %+v", o)
			}
			if len(p.mails) != 1 || len(p.to) != 1 || p.to[0] != "zhang@example.org" {
				t.Fatalf("%d mails to %v", len(p.mails), p.to)
			}
			got, err := mail.ReadMessage(strings.NewReader(p.mails[0]))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
			if err != nil || subject != mailed.Title || got.Header.Get("Message-ID") != "<d7@bujiao>" || got.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("%v: %v", err, got.Header)
			}
			if on, err := got.Header.Date(); err != nil || !on.Equal(now()) {
				t.Errorf("dated %v, %v", on, err)
			}
			if body := decoded(t, got); body != mailed.Body+"\n" {
				t.Errorf("body %q", body)
			}
		})
	}
}

func decoded(t *testing.T, m *mail.Message) string {
	t.Helper()
	data, err := io.ReadAll(m.Body)
	if err != nil || m.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
		t.Fatal(err, m.Header)
	}
	text, err := io.ReadAll(quoted(data))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// TestMailRefused: a word of the server that is final is told apart from what
// passes, and a server that nobody vouches for gets nothing.
func TestMailRefused(t *testing.T) {
	p := &post{}
	at, trust := p.serve(t, false)
	m := carrier.Mail{Server: at, Security: carrier.StartTLS, User: "office", Password: "secret", From: "office@example.org", Now: now, TLS: trust}
	carry := func(m carrier.Mail, l notice.Letter) notice.Outcome { return m.Carry(t.Context(), l) }
	for _, tt := range []struct {
		said error
		want notice.Outcome
	}{
		{&smtp.SMTPError{Code: 550, Message: "no such user zhang@example.org"}, notice.Outcome{Code: "smtp_550", Final: true}},
		{&smtp.SMTPError{Code: 451, Message: "later"}, notice.Outcome{Code: "smtp_451"}},
	} {
		p.said = tt.said
		if o := carry(m, mailed); o != tt.want {
			t.Errorf("%v: %+v, want %+v", tt.said, o, tt.want)
		}
	}
	p.said = nil
	wrong := m
	wrong.Password = "guess"
	if o := carry(wrong, mailed); o.Code == "" || o.Final {
		t.Errorf("wrong password: %+v", o)
	}
	stranger := m
	stranger.TLS = &tls.Config{ServerName: "localhost", RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	if o := carry(stranger, mailed); o.Code != "tls" || o.Final {
		t.Errorf("a certificate of nobody: %+v", o)
	}
	bad := mailed
	bad.Address = "zhang@example.org\r\nBcc: x@example.org"
	if o := carry(m, bad); o.Code != "bad_address" || !o.Final {
		t.Errorf("an address that is none: %+v", o)
	}
	gone := m
	gone.Server = "localhost:1"
	if o := carry(gone, mailed); o.Code != "no_connection" || o.Final {
		t.Errorf("nobody is there: %+v", o)
	}
	if len(p.mails) != 0 {
		t.Errorf("taken all the same: %q", p.mails)
	}
	ctx, end := context.WithCancel(t.Context())
	end()
	if o := m.Carry(ctx, mailed); o.Code == "" || o.Final {
		t.Errorf("told to stop: %+v", o)
	}
}

func quoted(data []byte) io.Reader { return quotedprintable.NewReader(bytes.NewReader(data)) }
