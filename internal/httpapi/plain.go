package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bujiao/internal/fault"
)

// readyTime bounds the question whether the store answers.
const readyTime = 3 * time.Second

// plain are the routes that are no operations: what machines ask about the
// server, the description, and the reference page.
func (s *Server) plain(mux *http.ServeMux) error {
	description, err := s.Describe()
	if err != nil {
		return err
	}
	handle := func(pattern string, h http.HandlerFunc) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			callOf(r.Context()).route = pattern
			h(w, r)
		})
	}
	handle("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, "ok\n") })
	handle("GET /readyz", s.ready)
	handle("GET /metrics", promhttp.HandlerFor(s.c.Metrics, promhttp.HandlerOpts{}).ServeHTTP)
	handle("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		_, _ = w.Write(description) // the peer may be gone
	})
	if b, ok := s.c.Login.(browser); ok {
		handle("GET /login", s.refusing(b.Begin))
		handle("GET /login/callback", s.refusing(b.Callback))
	}
	s.reference(handle)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			ask := r.Clone(r.Context())
			ask.Method = m
			if _, pattern := mux.Handler(ask); pattern != "/" && pattern != "" {
				w.Header().Add("Allow", m)
			}
		}
		if w.Header().Get("Allow") != "" {
			s.refuse(w, r, fault.New(fault.Usage, "httpapi.no_method", nil))
			return
		}
		s.refuse(w, r, fault.New(fault.NotFound, "httpapi.no_route", nil))
	})
	return nil
}

// refusing renders the error of a handler that writes its own answer.
func (s *Server) refusing(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.refuse(w, r, err)
		}
	}
}

func text(w http.ResponseWriter, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(s)) // the peer may be gone
}

// ready says whether requests can be answered now.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if s.c.Ready != nil {
		if err := s.c.Ready(ctx); err != nil {
			callOf(r.Context()).hidden = err
			s.refuse(w, r, fault.New(fault.Unavailable, "httpapi.not_ready", nil))
			return
		}
	}
	text(w, "ready\n")
}
