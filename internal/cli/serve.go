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
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"bujiao/internal/config"
	"bujiao/internal/fault"
	"bujiao/internal/httpapi"
	"bujiao/internal/inquiry"
	"bujiao/internal/login"
	"bujiao/internal/proof"
	"bujiao/internal/receipt"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/worker"
)

func newServe(a *app) *cobra.Command { return a.command("serve", a.serve, allFlags()...) }

// server is what serve runs until it is told to stop.
type server struct {
	*desk
	config  *config.Config
	now     func() time.Time
	log     *slog.Logger
	metrics *prometheus.Registry
}

// serve opens the books, answers requests and does jobs until the program is
// told to stop; then it lets what runs end, and closes the books last.
func (a *app) serve(x *args) (err error) {
	c, err := a.settings(x)
	if err != nil {
		return err
	}
	ctx := a.context()
	d, err := a.openDesk(ctx, c, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	s := &server{desk: d, config: c, now: a.env.Now, metrics: prometheus.NewRegistry(),
		log: slog.New(slog.NewJSONHandler(a.errOut, &slog.HandlerOptions{Level: c.LogLevel}))}
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	api, err := s.api()
	if err != nil {
		return err
	}
	listener, err := s.listen()
	if err != nil {
		return err
	}
	return s.run(ctx, api, listener)
}

// api makes the HTTP door.
func (s *server) api() (*httpapi.Server, error) {
	keys := receipt.NewKeyStore(s.Home)
	sign, err := inquiry.LoadSigner(keys)
	if err != nil {
		return nil, keyFault(err)
	}
	ring, err := keys.Keyring()
	if err != nil {
		return nil, keyFault(err)
	}
	c := s.config
	prover := &proof.Prover{DB: s.DB, Laws: s.Laws, Keys: ring}
	return httpapi.New(httpapi.Config{
		Prove:  prover.Prove,
		Office: s.Office, Laws: s.Laws, Sign: sign, Keys: ring, Login: s.login(), Clock: s.now, Log: s.log, Version: Version, Ready: s.ready, Metrics: s.metrics,
		Limit: httpapi.Limit{PerSecond: float64(c.RatePerSecond), Burst: 3 * c.RatePerSecond}, Proxies: c.Proxies,
	})
}

// login makes the way in.
func (s *server) login() *login.Door {
	c := s.config
	area := func(r *http.Request) string { // of what is asked for; of a login page the one it names
		if rest, ok := strings.CutPrefix(r.URL.Path, "/v1/areas/"); ok {
			a, _, _ := strings.Cut(rest, "/")
			return a
		}
		if a := r.URL.Query().Get("area"); a != "" {
			return a
		}
		return c.Area
	}
	return login.New(login.Config{Office: s.Office, Area: area, Secure: c.TLSCert != "" || c.PlainHTTP, Now: s.now, OIDC: login.OIDC{
		Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret, PersonClaim: c.OIDC.PersonClaim, RedirectURL: c.URL + "/login/callback",
	}})
}

// ready says whether the books can be used: they answer, their schema is the
// program's, and it is known which day it is.
func (s *server) ready(ctx context.Context) error {
	if s.Clock.Jumped() {
		return fault.New(fault.Unavailable, "cli.serve.clock_jumped", nil)
	}
	return sqlstore.CheckVersion(ctx, s.DB.Dialect.Name(), s.DB.Reader)
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
		authorities, err := pool(c.TLSClientCA)
		if err != nil {
			return nil, err
		}
		secure = login.TLS(pair, authorities, s.now)
		secure.NextProtos = []string{"h2", "http/1.1"}
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

// pool reads the authorities of client certificates; without a file there are
// none, and no certificate is taken.
func pool(file string) (*x509.CertPool, error) {
	out := x509.NewCertPool()
	if file == "" {
		return out, nil
	}
	data, err := os.ReadFile(file)
	if err != nil || !out.AppendCertsFromPEM(data) {
		return nil, fault.Wrap(fault.Invalid, "cli.serve.bad_ca", nil, err)
	}
	return out, nil
}

// run answers and works; when either ends, or the program is told to stop, so
// does the other.
func (s *server) run(ctx context.Context, api *httpapi.Server, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w, err := s.worker(s.log, worker.NewMetrics(s.metrics))
	if err != nil {
		return errors.Join(err, l.Close())
	}
	w.Poll, w.Grace = s.config.WorkerPoll, s.config.Grace
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		if s.config.Worker {
			w.Run(ctx)
		}
	}()
	s.log.Info("serving", "address", l.Addr().String(), "tls", s.config.TLSCert != "", "engine", s.DB.Dialect.Name(), "office_date", s.Clock.Today().String())
	err = api.Serve(ctx, l, s.config.Grace)
	stop()
	<-worked
	s.log.Info("stopped")
	return err
}
