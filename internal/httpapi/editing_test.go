package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
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

// edits are the routes that change what stands at their address: as whom, of
// which thing, and with what.
var edits = map[string]struct {
	as       access.Role
	id, body string
}{
	"account-change":     {access.Administrator, "a2", `{"password":"one that is long enough","reason":"forgotten"}`},
	"person-change":      {access.Clerk, "p1", `{"from":"2026-01-01","hukou_kind":"rural","reason":"moved"}`},
	"counter-change":     {access.Administrator, "on1", `{"address":"新路1号","reason":"moved"}`},
	"employer-change":    {access.Clerk, "e1", `{"from":"2026-01-01","name":"新厂","reason":"renamed"}`},
	"employment-correct": {access.EmployerAgent, "j1", `{"from":"2020-02-01","reason":"began later"}`},
	"suspense-assign":    {access.Finance, "s1", `{"owner":"a2"}`},
	"webhook-change":     {access.Administrator, "w1", `{"url":"https://example.org/new","topics":["person.write"]}`},
}

// TestEveryEditHasATag: GET of the same address gives the tag, a change wants
// it, and one that is made from another state is refused.
func TestEveryEditHasATag(t *testing.T) {
	table := httpapi.Table()
	for _, r := range table {
		if r.Method != http.MethodPut {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			e, ok := edits[r.Name]
			if !ok || !slices.ContainsFunc(table, func(g httpapi.Route) bool { return g.Method == http.MethodGet && g.Path == r.Path }) {
				t.Fatal("it is not in edits, or there is no GET of its address")
			}
			s := staffed(t)
			a := access.Actor{ID: "a1", Role: e.as, Areas: []string{storetest.Area}}
			if e.as == access.EmployerAgent {
				a.Employer = "e1"
			}
			path := strings.NewReplacer("{area}", storetest.Area, "{id}", e.id, "{employer}", e.id).Replace(r.Path)
			look := path
			if e.as == access.Clerk && r.Name == "person-change" {
				look += "?purpose=service"
			}
			get := func() string {
				g, data := send(t, s, http.MethodGet, look, "", as(t, a)...)
				if g.StatusCode != http.StatusOK && g.StatusCode != http.StatusNotFound {
					t.Fatalf("GET: %d %s", g.StatusCode, data)
				}
				return g.Header.Get("ETag")
			}
			change := func(want int, headers ...string) {
				t.Helper()
				p, data := send(t, s, http.MethodPut, path, e.body, append(as(t, a), headers...)...)
				if p.StatusCode != want {
					t.Errorf("%v: %d, want %d: %s", headers, p.StatusCode, want, data)
				}
			}
			tag := get()
			if len(tag) < 10 || tag[0] != '"' || get() != tag {
				t.Fatalf("tag %s, then %s", tag, get())
			}
			change(http.StatusPreconditionRequired)
			change(http.StatusPreconditionFailed, "If-Match", `"another"`)
			if get() != tag {
				t.Error("what was refused changed it")
			}
			change(http.StatusOK, "If-Match", `"another", `+tag, "Idempotency-Key", "k")
			change(http.StatusOK, "If-Match", `"another", `+tag, "Idempotency-Key", "k") // the same request again
			if get() == tag {
				t.Error("the change has the tag of before")
			}
			if r.Name == "employment-correct" { // which another takes the place of
				change(http.StatusNotFound, "If-Match", tag)
				return
			}
			change(http.StatusPreconditionFailed, "If-Match", tag)
			change(http.StatusOK, "If-Match", "*")
		})
	}
}

// TestACaseMovesFromTheStateThatWasSeen: an event may name the state of the case
// that it is made from, and is refused if somebody moved it meanwhile.
func TestACaseMovesFromTheStateThatWasSeen(t *testing.T) {
	s := staffed(t)
	clerk := as(t, access.Actor{ID: "a1", Role: access.Clerk, Areas: []string{storetest.Area}})
	base := "/v1/areas/" + storetest.Area + "/cases"
	opened, data := send(t, s, http.MethodPost, base, `{"kind":"transfer","event":"apply_in","person":"p1","data":{"other_area":"310000","scheme":"pension"}}`, clerk...)
	var m struct{ Case struct{ ID string } }
	if err := json.Unmarshal(data, &m); err != nil || opened.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", opened.StatusCode, data)
	}
	seen, _ := send(t, s, http.MethodGet, base+"/"+m.Case.ID+"?purpose=service", "", clerk...)
	move := func(want int, body string, headers ...string) {
		t.Helper()
		r, data := send(t, s, http.MethodPost, base+"/"+m.Case.ID+"/events", body, append(slices.Clone(clerk), headers...)...)
		if r.StatusCode != want {
			t.Errorf("%s %v: %d, want %d: %s", body, headers, r.StatusCode, want, data)
		}
	}
	back := `{"event":"return","data":{"missing_papers":"参保缴费凭证"}}`
	move(http.StatusPreconditionFailed, back, "If-Match", `"another"`)
	move(http.StatusCreated, back, "If-Match", seen.Header.Get("ETag"), "Idempotency-Key", "k")
	move(http.StatusCreated, back, "If-Match", seen.Header.Get("ETag"), "Idempotency-Key", "k") // the same request again
	move(http.StatusPreconditionFailed, `{"event":"complete"}`, "If-Match", seen.Header.Get("ETag"))
	move(http.StatusCreated, `{"event":"complete"}`) // whoever names no state takes what there is
	for kind, want := range map[string]int{"transfer": http.StatusOK, "transfers": http.StatusNotFound} {
		if r, data := send(t, s, http.MethodGet, base+"?purpose=service&kind="+kind, "", clerk...); r.StatusCode != want {
			t.Errorf("cases of kind %s: %d, want %d: %s", kind, r.StatusCode, want, data)
		}
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
