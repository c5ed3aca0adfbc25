package worker

import (
	"github.com/prometheus/client_golang/prometheus"

	"bujiao/internal/office"
)

// Metrics are the worker's. Labels are kinds of jobs and outcomes: few.
type Metrics struct {
	jobs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	polls   prometheus.Counter
	jumped  prometheus.Gauge
}

// NewMetrics registers them; nil: they are counted for nobody.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bujiao_jobs_total", Help: "Jobs that ran, by kind and outcome (done, failed, dead)."},
			[]string{"kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "bujiao_job_seconds", Help: "How long jobs ran, by kind.",
			Buckets: prometheus.ExponentialBuckets(0.005, 4, 9)}, []string{"kind"}),
		polls:  prometheus.NewCounter(prometheus.CounterOpts{Name: "bujiao_worker_polls_total", Help: "Looks for work that succeeded."}),
		jumped: prometheus.NewGauge(prometheus.GaugeOpts{Name: "bujiao_clock_jumped", Help: "1 while the wall clock is so far ahead that the office date waits for a person."}),
	}
	if r != nil {
		r.MustRegister(m.jobs, m.seconds, m.polls, m.jumped)
	}
	return m
}

func (m *Metrics) count(kind, outcome string) { m.jobs.WithLabelValues(kind, outcome).Inc() }

// time starts a watch; the function it returns stops it.
func (m *Metrics) time(kind string) func() {
	t := prometheus.NewTimer(m.seconds.WithLabelValues(kind))
	return func() { t.ObserveDuration() }
}

func (m *Metrics) polled(c *office.Clock) {
	m.polls.Inc()
	m.jumped.Set(0)
	if c.Jumped() {
		m.jumped.Set(1)
	}
}
