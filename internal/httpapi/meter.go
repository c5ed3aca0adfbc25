package httpapi

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// meter counts. Labels are routes of the table and statuses, so that nobody can
// make new ones by asking.
type meter struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	running  prometheus.Gauge
	limited  prometheus.Counter
}

func newMeter(r *prometheus.Registry) *meter {
	m := &meter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bujiao_http_requests_total", Help: "Requests answered, by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bujiao_http_request_seconds", Help: "Time of a request in seconds, by route.", Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 10, 60},
		}, []string{"route"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "bujiao_http_requests_running", Help: "Requests that are being answered."}),
		limited: prometheus.NewCounter(prometheus.CounterOpts{Name: "bujiao_http_requests_limited_total", Help: "Requests that were refused because one address asked too often."}),
	}
	r.MustRegister(m.requests, m.seconds, m.running, m.limited)
	return m
}

func (m *meter) saw(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}
