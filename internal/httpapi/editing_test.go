package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/httpapi"
	"bujiao/internal/store/storetest"
)

var admin = access.Actor{ID: "a1", Role: access.Administrator, Areas: []string{storetest.Area}}

const hooks = "/v1/areas/" + storetest.Area + "/webhooks"

func member(t *testing.T, data []byte, name string) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	s, _ := m[name].(string)
	return s
}

func TestIdempotencyKeys(t *testing.T) {
	s := staffed(t)
	body := `{"url":"https://example.org/a","topics":["person.write"]}`
	add := func(a access.Actor, key, body string) (int, []byte) {
		r, data := send(t, s, "POST", hooks, body, append(as(t, a), "Idempotency-Key", key)...)
		return r.StatusCode, data
	}
	status, first := add(admin, "k", body)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, first)
	}
	if _, again := add(admin, "k", body); !bytes.Equal(again, first) {
		t.Errorf("the same key and body: %s, then %s", first, again)
	}
	if status, data := add(admin, "k", strings.Replace(body, "/a", "/b", 1)); status != http.StatusConflict {
		t.Errorf("the same key and another body: %d %s", status, data)
	}
	other := admin
	other.ID = "a2"
	if status, data := add(other, "k", body); status != http.StatusCreated || member(t, data, "id") == member(t, first, "id") {
		t.Errorf("somebody else's key: %d %s", status, data)
	}
}

func TestIfMatch(t *testing.T) {
	s := staffed(t)
	r, _ := send(t, s, "GET", hooks+"/w1", "", as(t, admin)...)
	tag := r.Header.Get("ETag")
	if len(tag) < 10 {
		t.Fatalf("ETag %q", tag)
	}
	body := `{"url":"https://example.org/new","topics":["person.write"]}`
	change := func(tag string) int {
		r, _ := send(t, s, "PUT", hooks+"/w1", body, append(as(t, admin), "If-Match", tag)...)
		return r.StatusCode
	}
	if got := change(`"another"`); got != http.StatusPreconditionFailed {
		t.Errorf("another tag: %d", got)
	}
	if got := change(tag); got != http.StatusOK {
		t.Errorf("the tag that was seen: %d", got)
	}
	if got := change(tag); got != http.StatusPreconditionFailed {
		t.Errorf("the tag of before the change: %d", got)
	}
}

// TestPages follows the header Link to the end: each webhook once, in order.
func TestPages(t *testing.T) {
	s := staffed(t)
	var seen []string
	for path := hooks + "?limit=1"; path != ""; {
		r, data := send(t, s, "GET", path, "", as(t, admin)...)
		var page struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
			Next string `json:"next"`
		}
		if err := json.Unmarshal(data, &page); err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%d %s", r.StatusCode, data)
		}
		for _, x := range page.Items {
			seen = append(seen, x.ID)
		}
		link := r.Header.Get("Link")
		if (link == "") != (page.Next == "") {
			t.Errorf("Link %q beside next %q", link, page.Next)
		}
		path, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
	}
	if strings.Join(seen, " ") != "w1 w2" {
		t.Errorf("seen %v", seen)
	}
	if r, _ := send(t, s, "GET", hooks+"?limit=0", "", as(t, admin)...); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("limit 0: %d", r.StatusCode)
	}
}

// TestLogHasNoPersonalData: what is sent in paths, queries and bodies stays out
// of the log, while an internal error is in it with the id that is shown.
func TestLogHasNoPersonalData(t *testing.T) {
	var log bytes.Buffer
	broken := errors.New("the disk is full")
	s := door(t, func(c *httpapi.Config) {
		c.Log = slog.New(slog.NewJSONHandler(&log, nil))
		c.Ready = func(context.Context) error { return broken }
	})
	send(t, s, "POST", "/v1/numbers/check", `{"numbers":["`+numberOne+`"]}`)
	send(t, s, "GET", "/v1/packs/"+numberOne+"?x="+numberOne, "")
	if got := log.String(); strings.Contains(got, numberOne[:14]) || !strings.Contains(got, `"route":"POST /v1/numbers/check"`) {
		t.Errorf("log: %s", got)
	}
	r, data := send(t, s, "GET", "/readyz", "")
	if p := problem(t, data); r.StatusCode != http.StatusServiceUnavailable || strings.Contains(p.Detail, "disk") || r.Header.Get("Retry-After") == "" {
		t.Errorf("not ready: %d %s", r.StatusCode, data)
	}
	if !strings.Contains(log.String(), broken.Error()) || !strings.Contains(log.String(), r.Header.Get("X-Request-Id")) {
		t.Errorf("the cause is not in the log: %s", log.String())
	}
}

// TestServeStopsGracefully: a request that runs is answered, a new one is not.
func TestServeStopsGracefully(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	s := door(t, func(c *httpapi.Config) {
		c.Ready = func(context.Context) error { close(begun); <-release; return nil }
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served, asked := make(chan error, 1), make(chan int, 1)
	go func() { served <- s.Serve(ctx, l, time.Minute) }()
	go func() {
		r, err := http.Get("http://" + l.Addr().String() + "/readyz")
		if err != nil {
			asked <- 0
			return
		}
		r.Body.Close()
		asked <- r.StatusCode
	}()
	<-begun
	stop()
	for { // the listener closes first
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			break
		}
		c.Close()
		time.Sleep(time.Millisecond)
	}
	close(release)
	if status := <-asked; status != http.StatusOK {
		t.Errorf("the request that ran got %d", status)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
