// Package worker does the office's jobs: it begins each office date with its
// ticks, takes due jobs area by area under a lease, and runs them.
//
// Any number of servers may work on the same books. A job runs at least once
// and its handler is safe to run twice; a tick is enqueued once for an area and
// day, whoever is first. A job that fails is tried again later and later, with
// jitter; one that failed too often is left dead for a person. Polling is
// enough: nothing is lost when nobody is told. When it stops, the worker lets
// the job that runs end and gives back what it has not begun.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/store"
)

// Task is a job with its area.
type Task struct {
	Area string
	job.Job
}

// Request is how a handler asks for an operation: as the program itself, with
// the job as idempotency key, so that a second run books nothing twice. Step
// tells the operations of one job apart.
func (t Task) Request(step string) office.Request {
	return office.Request{Actor: access.Self, Area: t.Area, Key: "job/" + t.ID + "/" + step}
}

// Day is the day of a tick's job.
func (t Task) Day() (calendar.Date, error) {
	d, err := calendar.ParseDate(t.Payload)
	if err != nil {
		return 0, fmt.Errorf("job %s has no day: %w", t.Kind, err)
	}
	return d, nil
}

// Handler does the jobs of a kind.
type Handler func(ctx context.Context, o *office.Office, t Task) error

// Tick is a job that each area gets on certain days.
type Tick struct {
	Kind string
	On   func(calendar.Date) bool // nil: every day
}

// Config is what a worker needs. What is zero gets a usual value.
type Config struct {
	Office   *office.Office
	Clock    *office.Clock
	Name     string // of this worker, unlike any other's
	Handlers map[string]Handler
	Ticks    []Tick // in the order in which their jobs run on a day
	Log      *slog.Logger
	Metrics  *Metrics

	Poll     time.Duration // between looks for work (1 s)
	Lease    time.Duration // after which others may take a job of a worker that is gone (1 min)
	Grace    time.Duration // for the job that runs when the worker stops (20 s)
	Backoff  time.Duration // after the first failure; doubled after each (2 s, at most 1 h)
	Attempts int           // before a job is dead (8)
	Parallel int           // areas worked on at once (4)
	Batch    int           // jobs of an area taken at once (32)
}

// Worker runs jobs.
type Worker struct {
	Config
	mu   sync.Mutex
	busy map[string]bool
	days map[string]calendar.Date // up to which an area has its ticks, as far as known here
	wg   sync.WaitGroup
}

// New makes a worker.
func New(c Config) *Worker {
	or(&c.Poll, time.Second)
	or(&c.Lease, time.Minute)
	or(&c.Grace, 20*time.Second)
	or(&c.Backoff, 2*time.Second)
	or(&c.Attempts, 8)
	or(&c.Parallel, 4)
	or(&c.Batch, 32)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Worker{Config: c, busy: map[string]bool{}, days: map[string]calendar.Date{}}
}

func or[T comparable](v *T, usual T) {
	var zero T
	if *v == zero {
		*v = usual
	}
}

// Run works until the context ends; then it lets running jobs end, at most for
// Grace, gives back what it holds, and returns.
func (w *Worker) Run(ctx context.Context) {
	work, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(w.Grace):
			end()
		case <-work.Done():
		}
	})
	defer stop()
	for ctx.Err() == nil {
		if err := w.round(ctx, work); err != nil && ctx.Err() == nil {
			w.Log.Error("look for work", "error", faultKey(err), "cause", err)
		} else {
			w.Metrics.polled(w.Clock)
		}
		select {
		case <-time.After(w.Poll + rand.N(w.Poll/4+1)):
		case <-ctx.Done():
		}
	}
	w.wg.Wait()
}

// round begins the day and starts on areas that have work and that nobody here
// works on.
func (w *Worker) round(ctx, work context.Context) error {
	if err := w.Begin(ctx); err != nil {
		return err
	}
	areas, err := w.Office.Store.AreasWithWork(ctx)
	if err != nil {
		return err
	}
	for _, area := range areas {
		if !w.enter(area) {
			continue
		}
		w.wg.Go(func() {
			defer w.leave(area)
			for ctx.Err() == nil {
				ran, err := w.batch(ctx, work, area)
				if err != nil {
					w.Log.Error("work on an area", "area", area, "error", faultKey(err), "cause", err)
				}
				if ran.Jobs == 0 || err != nil {
					return
				}
			}
		})
	}
	return nil
}

// enter notes that an area is worked on, unless it is already or there is
// enough to do.
func (w *Worker) enter(area string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy[area] || len(w.busy) >= w.Parallel {
		return false
	}
	w.busy[area] = true
	return true
}

func (w *Worker) leave(area string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.busy, area)
}

// Ran counts jobs that ran, and those of them that failed.
type Ran struct{ Jobs, Failed int }

// Drain runs all jobs that are due and returns when none is.
func (w *Worker) Drain(ctx context.Context) (Ran, error) {
	var sum Ran
	for {
		areas, err := w.Office.Store.AreasWithWork(ctx)
		if err != nil || len(areas) == 0 {
			return sum, err
		}
		for _, area := range areas {
			ran, err := w.batch(ctx, ctx, area)
			sum.Jobs += ran.Jobs
			sum.Failed += ran.Failed
			if err != nil {
				return sum, err
			}
		}
	}
}

// Play plays the office date on to a day: each day in between is begun, and its
// ticks are done, here or by another server, before the next. It stops at a day
// on which one failed; asked again, it goes on.
func (w *Worker) Play(ctx context.Context, to calendar.Date, each func(calendar.Date, Ran)) error {
	if err := w.Begin(ctx); err != nil {
		return err
	}
	day := w.Clock.Today()
	if to < day {
		return w.Clock.Set(ctx, w.Office.Store, to) // says why not
	}
	for {
		if err := w.Clock.Set(ctx, w.Office.Store, day); err != nil {
			return err
		}
		if err := w.Begin(ctx); err != nil {
			return err
		}
		ran, failed, err := w.endDay(ctx, day)
		if err != nil {
			return err
		}
		if each != nil {
			each(day, ran)
		}
		if failed > 0 {
			return fault.New(fault.Conflict, "worker.day_failed", fault.Args{"day": day.String(), "n": strconv.Itoa(failed)})
		}
		if day == to {
			return nil
		}
		day++
	}
}

// endDay works until the ticks of a day are done or have failed, and counts
// those that failed.
func (w *Worker) endDay(ctx context.Context, day calendar.Date) (sum Ran, failed int, err error) {
	for {
		ran, err := w.Drain(ctx)
		sum.Jobs += ran.Jobs
		sum.Failed += ran.Failed
		if err != nil {
			return sum, 0, err
		}
		running, failed, err := w.open(ctx, day)
		if err != nil || running == 0 {
			return sum, failed, err
		}
		select {
		case <-time.After(w.Poll / 10):
		case <-ctx.Done():
			return sum, 0, ctx.Err()
		}
	}
}

// open counts the ticks of a day that run elsewhere, and those that failed and
// wait to be tried again.
func (w *Worker) open(ctx context.Context, day calendar.Date) (running, failed int, err error) {
	areas, err := w.Office.Store.Areas(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, area := range areas {
		err := w.Office.Store.View(ctx, area, func(tx store.Tx) error {
			p := books.Page{Limit: 1000}
			for {
				jobs, err := tx.Jobs(ctx, job.Ready, p)
				if err != nil {
					return err
				}
				for _, j := range jobs {
					switch {
					case j.Key != day.String():
					case j.RunAt > tx.At():
						failed++
					default:
						running++
					}
				}
				if len(jobs) < p.Size() {
					return nil
				}
				p.After = jobs[len(jobs)-1].ID
			}
		})
		if err != nil {
			return 0, 0, err
		}
	}
	return running, failed, nil
}

// faultKey is what is kept of an error: the key of its fault, never its text.
func faultKey(err error) string {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return f.Key
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "worker.stopped"
	case errors.Is(err, books.ErrStale):
		return "worker.lost_race"
	}
	return "worker.internal"
}

// update is a transaction of an area with the program as actor.
func (w *Worker) update(ctx context.Context, area string, fn func(store.Tx) error) error {
	return w.Office.Store.Update(ctx, area, fn)
}
