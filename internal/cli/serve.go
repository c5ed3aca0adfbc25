package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"bujiao/internal/config"
	"bujiao/internal/fault"
	"bujiao/internal/worker"
)

func newServe(a *app) *cobra.Command { return a.command("serve", a.serve, allFlags()...) }

// server is what serve runs until it is told to stop.
type server struct {
	*desk
	config   *config.Config
	log      *slog.Logger
	registry *prometheus.Registry
}

// serve opens the books, answers requests and does jobs until the program is
// told to stop; then it lets what runs end, and closes the books last.
func (a *app) serve(x *args) (err error) {
	c, err := a.settings(x)
	if err != nil {
		return err
	}
	ctx := a.context()
	d, err := a.openDesk(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.DB.Close()) }()
	s := &server{desk: d, config: c, registry: prometheus.NewRegistry(),
		log: slog.New(slog.NewJSONHandler(a.errOut, &slog.HandlerOptions{Level: c.LogLevel}))}
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	listener, err := s.listen()
	if err != nil {
		return err
	}
	return s.run(ctx, listener)
}

// listen opens the port, with TLS and client certificates as configured.
func (s *server) listen() (net.Listener, error) {
	c := s.config
	var secure *tls.Config
	if c.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "cli.serve.bad_cert", nil, err)
		}
		secure = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	if c.TLSClientCA != "" {
		data, err := os.ReadFile(c.TLSClientCA)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "cli.serve.bad_ca", nil, err)
		}
		secure.ClientCAs, secure.ClientAuth = x509.NewCertPool(), tls.VerifyClientCertIfGiven
		if !secure.ClientCAs.AppendCertsFromPEM(data) {
			return nil, fault.New(fault.Invalid, "cli.serve.bad_ca", nil)
		}
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "cli.serve.cannot_listen", fault.Args{"listen": c.Listen}, err)
	}
	if secure != nil {
		return tls.NewListener(l, secure), nil
	}
	return l, nil
}

func (s *server) run(ctx context.Context, l net.Listener) error {
	web := &http.Server{
		Handler: s.handler(), ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	working := make(chan struct{})
	jobs, stopJobs := context.WithCancel(ctx)
	defer stopJobs()
	go func() {
		defer close(working)
		if s.config.Worker {
			w := s.worker(s.log, worker.NewMetrics(s.registry))
			w.Poll, w.Grace = s.config.WorkerPoll, s.config.Grace
			w.Run(jobs)
		}
	}()
	s.log.Info("serving", "address", l.Addr().String(), "tls", s.config.TLSCert != "", "engine", s.DB.Dialect.Name(), "office_date", s.Clock.Today().String())
	var err error
	select {
	case <-ctx.Done():
		s.log.Info("stopping", "grace", s.config.Grace.String())
	case err = <-failed:
	}
	stopJobs()
	grace, end := context.WithTimeout(context.Background(), s.config.Grace)
	defer end()
	err = errors.Join(err, web.Shutdown(grace))
	<-working
	s.log.Info("stopped")
	return err
}

// handler answers requests.
func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.DB.Areas(r.Context()); err != nil || s.Clock.Jumped() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}))
	return mux
}
