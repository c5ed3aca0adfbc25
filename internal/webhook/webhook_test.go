package webhook

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

	"bujiao/internal/fault"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		url, topic string
		plain      bool
		key        string
	}{
		{"https://example.org/x", "person.write", false, ""},
		{"http://127.0.0.1/x", "person.write", true, ""},
		{"http://example.org/x", "person.write", false, "hook.url"},
		{"https://user:secret@example.org", "person.write", false, "hook.url"},
		{"ftp://example.org", "person.write", true, "hook.url"},
		{"https://", "person.write", false, "hook.url"},
		{"https://127.0.0.1/x", "person.write", false, "hook.private_address"},
		{"https://127.0.0.1:8443/x", "person.write", false, "hook.private_address"},
		{"https://10.1.2.3/x", "person.write", false, "hook.private_address"},
		{"https://169.254.169.254/x", "person.write", false, "hook.private_address"},
		{"https://[::1]/x", "person.write", false, "hook.private_address"},
		{"https://[::ffff:192.168.1.1]/x", "person.write", false, "hook.private_address"},
		{"https://localhost/x", "person.write", false, "hook.private_address"},
		{"https://a.LOCALHOST./x", "person.write", false, "hook.private_address"},
		{"https://2130706433/x", "person.write", false, "hook.private_address"},
		{"https://127.1/x", "person.write", false, "hook.private_address"},
		{"https://0x7f000001/x", "person.write", false, "hook.private_address"},
		{"https://127.0.0.1/x", "person.write", true, ""},
		{"https://8.8.8.8/x", "person.write", false, ""},
		{"https://[2400:3200::1]/x", "person.write", false, ""},
		{"https://example.org", "person.read", false, "hook.unknown_topic"},
	} {
		err := Webhook{URL: tt.url, Topics: []string{tt.topic}}.Check(tt.plain)
		if f, _ := err.(*fault.Error); (f == nil) != (tt.key == "") || (f != nil && f.Key != tt.key) {
			t.Errorf("%s: %v, want %q", tt.url, err, tt.key)
		}
	}
}

// TestSignature: a vector made by hand with
// printf '1772413200.{"id":"1"}' | openssl dgst -sha256 -hmac secret
func TestSignature(t *testing.T) {
	got := Sign("secret", time.Unix(1772413200, 0), `{"id":"1"}`)
	if got != vector {
		t.Errorf("got %s, want %s", got, vector)
	}
}

func TestPublicAddresses(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "2400:3200::1": true, "127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "::1": false, "fe80::1": false, "fd00::1": false, "224.0.0.1": false, "255.255.255.255": false, "2002:7f00:1::": false, "64:ff9b::7f00:1": false,
	} {
		if got := public(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: public %v, want %v", addr, got, want)
		}
	}
}

func TestSenderDoesNotReachTheOwnNetwork(t *testing.T) {
	reached := false
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached = true
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/x", http.StatusFound)
		}
	}))
	defer hs.Close()
	now := func() time.Time { return time.Unix(1772413200, 0) }
	e := Event{ID: "1", Topic: "person.write", Payload: `{"id":"1"}`}
	if _, code := NewSender(now, false).Send(t.Context(), Webhook{URL: hs.URL}, "secret", e); code != "private_address" || reached {
		t.Errorf("code %q, reached %v", code, reached)
	}
	if status, code := NewSender(now, true).Send(t.Context(), Webhook{URL: hs.URL}, "secret", e); code != "" || status != 200 || !reached {
		t.Errorf("allowed, and yet %d %q", status, code)
	}
	if status, code := NewSender(now, true).Send(t.Context(), Webhook{URL: hs.URL + "/away"}, "secret", e); code != "refused" || status != 302 {
		t.Errorf("followed a redirect: %d %q", status, code)
	}
}

const vector = "v1=8569d9a59e10ce9c1f76358e3fad0247814229dbe18b1e0c74d984eeb6bc2058"

// TestSendsAtOnce: events go out side by side, each to its own address and
// signed with its own secret.
func TestSendsAtOnce(t *testing.T) {
	now := func() time.Time { return time.Unix(1772413200, 0) }
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get(HeaderSignature) != Sign("secret of "+r.URL.Path, now(), string(body)) || r.Header.Get(HeaderEvent) != r.URL.Path[1:] {
			t.Errorf("%s got event %s, %v", r.URL.Path, r.Header.Get(HeaderEvent), err)
		}
	}))
	defer hs.Close()
	s := NewSender(now, true)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			id := strconv.Itoa(i)
			if status, code := s.Send(t.Context(), Webhook{URL: hs.URL + "/" + id}, "secret of /"+id, Event{ID: id, Topic: "t", Payload: `{"id":"` + id + `"}`}); status != http.StatusOK {
				t.Errorf("event %s: %d %s", id, status, code)
			}
		})
	}
	all.Wait()
}
