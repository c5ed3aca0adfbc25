// Package httpapi is the HTTP door: the calculators, and the operations of the
// office, as JSON under /v1.
//
// It decides nothing. Each line of the one table in routes.go names a method, a
// path, the action that the asker must be allowed, and a handler that parses,
// calls one operation and presents the answer. Errors are problems (RFC 9457)
// in Chinese or English; a value that was sent never stands in one, and an
// internal error shows nothing but the id under which the log has it. The log
// has routes, ids and times, no personal data and no values of queries.
//
// The description at /openapi.json is made from the same types that decode and
// encode, and the page at / shows it and lets one try it; nothing is loaded
// from elsewhere.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"bujiao/internal/access"
	"bujiao/internal/inquiry"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/proof"
	"bujiao/internal/receipt"
)

// Authenticator says who asks. Nobody is the zero Actor without an error; a
// credential that does not hold is a fault.
type Authenticator interface {
	Authenticate(*http.Request) (access.Actor, error)
}

// Config is what a server is made of. Fields without a default are needed.
type Config struct {
	Office *office.Office   // nil: the calculators only
	Laws   *law.Library     // the packs
	Sign   *inquiry.Signer  // seals receipts
	Keys   receipt.Keyring  // whose receipts are known; the own key is always
	Login  Authenticator    // nil: nobody can log in
	Clock  func() time.Time // the time of day, for limits, times of answers and today
	Log    *slog.Logger

	Version string                                                            // of the program
	Ready   func(context.Context) error                                       // whether the store answers and its schema is current; nil: yes
	Prove   func(ctx context.Context, areas ...string) (*proof.Report, error) // recomputes books; nil: nobody can
	Metrics *prometheus.Registry                                              // nil: one of its own
	Limit   Limit                                                             // of the public calculators
	Proxies int                                                               // trusted proxies in front, whose X-Forwarded-For tells the address; 0: none
}

// Server is the door as an http.Handler.
type Server struct {
	c       Config
	api     huma.API
	handler http.Handler
	limits  *limiter
	heavy   chan struct{} // one for each sweep that may run at once
	meter   *meter
}

// New checks the configuration and builds the routes.
func New(c Config) (*Server, error) {
	if c.Laws == nil || c.Sign == nil || c.Clock == nil || c.Log == nil {
		return nil, errors.New("httpapi: packs, signer, clock and log are needed")
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	c.Keys = append(receipt.Keyring{c.Sign.Public()}, c.Keys...)
	s := &Server{c: c, limits: newLimiter(c.Limit.orDefault()), meter: newMeter(c.Metrics), heavy: make(chan struct{}, runtime.GOMAXPROCS(0))}
	mux := http.NewServeMux()
	s.api = humago.New(mux, describe(c.Version))
	for _, r := range table {
		s.register(r)
	}
	if err := s.plain(mux); err != nil {
		return nil, err
	}
	s.handler = s.wrap(mux)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Timeouts of a connection. A file is uploaded and a sweep answered within them.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = time.Minute
	writeTimeout  = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10
)

// Serve answers on a listener until the context ends; then it takes no more
// requests and waits for those that run, at most for grace.
func (s *Server) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	hs := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.c.Log.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- hs.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := hs.Shutdown(stop)
	if err != nil {
		err = errors.Join(err, hs.Close())
	}
	if served := <-done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
