package httpapi_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"bujiao/internal/httpapi"
)

// TestRequestsAtOnce: many addresses ask a new server different things at the
// same moment, and each gets its own answer, in its own language.
func TestRequestsAtOnce(t *testing.T) {
	s := door(t, func(c *httpapi.Config) { c.Limit = httpapi.Limit{PerSecond: 1, Burst: 4, Addresses: 5} })
	var all sync.WaitGroup
	var refused atomic.Int64
	for i := range 24 {
		all.Go(func() {
			wage := fmt.Sprint(9000 + 100*(i%3)) // medical 2 %: 180.00, 182.00, 184.00
			r := httptest.NewRequest("POST", "/v1/due", strings.NewReader(`{"area":"110000","month":"2026-08","wage":"`+wage+`.00","schemes":["medical"]}`))
			r.RemoteAddr = fmt.Sprintf("192.0.2.%d:1", i%8)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if want := fmt.Sprintf(`"person":"%d.00"`, 180+2*(i%3)); w.Code != http.StatusOK || !bytes.Contains(w.Body.Bytes(), []byte(want)) {
				t.Errorf("a wage of %s: %d %s, want %s", wage, w.Code, w.Body, want)
			}
		})
	}
	for range 8 {
		all.Go(func() {
			r := httptest.NewRequest("GET", "/v1/packs/999999", nil)
			r.RemoteAddr = "198.51.100.1:1"
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code == http.StatusTooManyRequests {
				refused.Add(1)
			} else if w.Code != http.StatusNotFound && w.Code != http.StatusUnprocessableEntity {
				t.Errorf("an area that is not there: %d %s", w.Code, w.Body)
			}
		})
		all.Go(func() { send(t, s, "GET", "/metrics", "") })
	}
	all.Wait()
	if _, data := send(t, s, "GET", "/metrics", ""); !bytes.Contains(data, fmt.Appendf(nil, "bujiao_http_requests_limited_total %d", refused.Load())) {
		t.Errorf("%d were refused, and the count is another", refused.Load())
	}
}

// TestSameKeyAtOnce: one request that comes six times at the same moment makes
// one webhook, and each gets it as its answer.
func TestSameKeyAtOnce(t *testing.T) {
	s := staffed(t)
	var all sync.WaitGroup
	answers := make([][]byte, 6)
	for i := range answers {
		all.Go(func() {
			r, data := send(t, s, "POST", hooks, `{"url":"https://example.org/a","topics":["person.write"]}`, append(as(t, admin), "Idempotency-Key", "k")...)
			if answers[i] = data; r.StatusCode != http.StatusCreated {
				t.Errorf("%d %s", r.StatusCode, data)
			}
		})
	}
	all.Wait()
	for _, a := range answers[1:] {
		if !bytes.Equal(a, answers[0]) {
			t.Errorf("%s, and %s", answers[0], a)
		}
	}
}
