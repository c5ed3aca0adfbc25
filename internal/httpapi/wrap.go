package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"bujiao/internal/fault"
)

// requestTime bounds one request.
const requestTime = 4 * time.Minute

// wrap is what stands around every route, outermost first: the call with its
// id, log and metrics, the fallback for defects, headers, and the refusal of
// what another site sends with a browser's cookie.
func (s *Server) wrap(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, fault.New(fault.Forbidden, "httpapi.cross_origin", nil))
	}))
	inner := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{s: s, id: newID(), lang: languageOf(r)}
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), callKey{}, c), requestTime)
		defer cancel()
		r = withoutLang(r.WithContext(ctx))
		c.req, c.ctx = r, ctx
		rec := &recorder{ResponseWriter: w}
		c.w = rec
		start := s.c.Clock()
		s.meter.running.Inc()
		defer func() {
			if p := recover(); p != nil {
				c.hidden = fmt.Errorf("panic: %v", p)
				if rec.status == 0 {
					s.refuse(rec, r, c.hidden)
				}
			}
			s.meter.running.Dec()
			s.meter.saw(c.route, rec.status, s.c.Clock().Sub(start))
			s.note(c, rec, s.c.Clock().Sub(start))
		}()
		secure(rec.Header(), c.id)
		inner.ServeHTTP(rec, r)
	})
}

// withoutLang takes ?lang= out of the query: every route has it.
func withoutLang(r *http.Request) *http.Request {
	q := r.URL.Query()
	if !q.Has("lang") {
		return r
	}
	q.Del("lang")
	u := *r.URL
	u.RawQuery = q.Encode()
	r.URL = &u // WithContext made a copy of the request: nobody else has it
	return r
}

// secure sets the headers that every answer has. A page loads from here alone.
func secure(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// note writes the line of a request: ids and the route, never a path with its
// values, a query or a body.
func (s *Server) note(c *call, rec *recorder, took time.Duration) {
	args := []any{"id", c.id, "method", c.req.Method, "route", c.route, "status", rec.status, "bytes", rec.bytes, "took", took}
	if c.actor.ID != "" {
		args = append(args, "actor", c.actor.ID, "role", c.actor.Role)
	}
	if c.hidden != nil {
		s.c.Log.ErrorContext(c.ctx, "request failed", append(args, "error", c.hidden.Error())...)
		return
	}
	s.c.Log.InfoContext(c.ctx, "request", args...)
}

// refuse writes a problem where no route is reached.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := callOf(r.Context()).problem(err)
	for name, values := range p.GetHeaders() {
		w.Header().Set(name, values[0])
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the peer may be gone
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status != 0 {
		return // the first one holds
	}
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets deadlines through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
