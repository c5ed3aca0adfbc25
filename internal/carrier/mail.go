// Package carrier takes letters out of the office: by mail to an SMTP server,
// and by text message to the HTTP gateway of a telephone company or of a program
// in front of it.
//
// A letter is handed over once a call and never queued here; whoever calls tries
// again. Neither an address nor what the other side answered is in an outcome,
// only a code. The package reads no clock.
package carrier

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"bujiao/internal/notice"
)

// attempt bounds one attempt.
const attempt = 20 * time.Second

// How a mail server is spoken to.
const (
	StartTLS = "starttls" // in the clear until both agree on TLS; refused without
	Implicit = "implicit" // TLS from the first byte
	Plain    = "none"     // for a server on the same machine
)

// Mail hands letters to a mail server.
type Mail struct {
	Server         string // host:port
	Security       string // StartTLS, Implicit or Plain
	User, Password string // empty: none is asked for
	From           string // address of the sender
	Now            func() time.Time
	TLS            *tls.Config // nil: the machine's authorities
}

var _ notice.Carrier = (*Mail)(nil)

// Carry hands a letter over.
func (m *Mail) Carry(ctx context.Context, l notice.Letter) notice.Outcome {
	client, err := m.client()
	if err != nil {
		return notice.Outcome{Code: "bad_settings"}
	}
	msg, err := m.message(l)
	if err != nil {
		return notice.Outcome{Code: "bad_address", Final: true}
	}
	ctx, end := context.WithTimeout(ctx, attempt)
	defer end()
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return notice.Outcome{Code: dialCode(err)}
	}
	err = client.SendWithSMTPClient(conn, msg)
	_ = client.CloseWithSMTPClient(conn) // what was taken is taken, however the server says goodbye
	return sendOutcome(err)
}

func (m *Mail) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	opts := []mail.Option{mail.WithPort(n), mail.WithTimeout(attempt), mail.WithTLSPolicy(mail.TLSMandatory)}
	if m.TLS != nil {
		opts = append(opts, mail.WithTLSConfig(m.TLS))
	}
	switch m.Security {
	case Implicit:
		opts = append(opts, mail.WithSSL())
	case Plain:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	}
	if m.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(m.Password))
	}
	return mail.NewClient(host, opts...)
}

func (m *Mail) message(l notice.Letter) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(m.From); err != nil {
		return nil, err
	}
	if err := msg.To(l.Address); err != nil {
		return nil, err
	}
	msg.Subject(l.Title)
	msg.SetDateWithValue(m.Now())
	msg.SetMessageIDWithValue(l.ID + "@bujiao")
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(mail.HeaderContentLang, l.Lang)
	msg.SetBodyString(mail.TypeTextPlain, l.Body+"\n")
	return msg, nil
}

func dialCode(err error) string {
	var timeout net.Error
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &record), errors.As(err, &cert):
		return "tls"
	}
	return "no_connection"
}

// sendOutcome reads what the server said of the letter: a code of 5xx is its
// last word.
func sendOutcome(err error) notice.Outcome {
	var said *mail.SendError
	switch {
	case err == nil:
		return notice.Outcome{}
	case errors.As(err, &said) && said.ErrorCode() != 0:
		return notice.Outcome{Code: "smtp_" + strconv.Itoa(said.ErrorCode()), Final: said.ErrorCode() >= 500}
	}
	return notice.Outcome{Code: dialCode(err)}
}
