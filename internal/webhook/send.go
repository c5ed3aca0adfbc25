package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The headers of a delivery. The signature is "v1=" and the hex of
// HMAC-SHA-256 over timestamp, a dot and the body, with the secret as it was
// given out; whoever is told compares it, and the time with its own.
const (
	HeaderEvent     = "Bujiao-Event"
	HeaderTopic     = "Bujiao-Topic"
	HeaderTimestamp = "Bujiao-Timestamp" // seconds since 1970
	HeaderSignature = "Bujiao-Signature"
)

// NewSecret is a secret of 256 bits.
func NewSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return "bjwh_" + hex.EncodeToString(b[:])
}

// Sign is the signature of a body sent at a time.
func Sign(secret string, at time.Time, body string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(strconv.FormatInt(at.Unix(), 10) + "." + body))
	return "v1=" + hex.EncodeToString(h.Sum(nil))
}

// Sender sends events over HTTP. It follows no redirect, uses no proxy, and
// connects to public addresses only: whoever sets up a webhook must not reach
// the office's own network through it.
type Sender struct {
	now     func() time.Time
	private bool
	client  *http.Client
}

// sendTime bounds one attempt.
const sendTime = 10 * time.Second

// maxAnswer is how much of an answer is read; nothing in it is used.
const maxAnswer = 4 << 10

// NewSender makes a sender; private allows every address and plain http, for
// tests and for receivers inside the office.
func NewSender(now func() time.Time, private bool) *Sender {
	dial := &net.Dialer{Timeout: sendTime}
	if !private {
		dial.Control = publicOnly
	}
	return &Sender{now: now, private: private, client: &http.Client{
		Timeout:       sendTime,
		Transport:     &http.Transport{DialContext: dial.DialContext, TLSHandshakeTimeout: sendTime, MaxIdleConns: 10, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Private reports whether the sender connects to every address.
func (s *Sender) Private() bool { return s != nil && s.private }

var errPrivate = errors.New("not a public address")

// publicOnly looks at the address that is connected to, after the name was
// resolved: a name cannot change its meaning in between.
func publicOnly(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr().Unmap()) {
		return errPrivate
	}
	return nil
}

// reserved are networks that netip has no word for: shared (RFC 6598), protocol
// assignments, benchmarks, documentation, future use, and IPv6 that carries
// IPv4 inside.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
}

func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// reachable reports whether a host may be told: an address that is public, or a
// name that is not this machine's.
func reachable(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Zone() == "" && public(a.Unmap())
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "localhost" && strings.Trim(last, "0123456789") != "" && !strings.HasPrefix(last, "0x") // 127.1, 2130706433 and 0x7f000001 are addresses too
}

// Send sends an event once and returns the status that was answered, or an
// error code.
func (s *Sender) Send(ctx context.Context, w Webhook, secret string, e Event) (status int, code string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, strings.NewReader(e.Payload))
	if err != nil {
		return 0, "bad_url"
	}
	at := s.now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "bujiao")
	r.Header.Set(HeaderEvent, e.ID)
	r.Header.Set(HeaderTopic, e.Topic)
	r.Header.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	r.Header.Set(HeaderSignature, Sign(secret, at, e.Payload))
	answer, err := s.client.Do(r)
	var timeout net.Error
	switch {
	case errors.Is(err, errPrivate):
		return 0, "private_address"
	case errors.As(err, &timeout) && timeout.Timeout():
		return 0, "timeout"
	case err != nil:
		return 0, "no_connection"
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // so that the connection can be used again
	if answer.StatusCode/100 != 2 {
		return answer.StatusCode, "refused"
	}
	return answer.StatusCode, ""
}
