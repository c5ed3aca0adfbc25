package worker

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/store"
)

// batch takes due jobs of an area and runs them one after the other. When ctx
// ends, it begins no other and gives the rest back; the job that runs goes on
// until work ends.
func (w *Worker) batch(ctx, work context.Context, area string) (Ran, error) {
	var ran Ran
	var jobs []job.Job
	err := w.update(ctx, area, func(tx store.Tx) (err error) {
		jobs, err = tx.Claim(ctx, w.Name, w.Batch, w.Lease)
		return err
	})
	if errors.Is(err, books.ErrStale) {
		return ran, nil // another worker was faster
	}
	if err != nil || len(jobs) == 0 {
		return ran, err
	}
	held := w.hold(work, area, jobs)
	defer held.release()
	for i, j := range jobs {
		if ctx.Err() != nil {
			return ran, w.giveBack(work, area, jobs[i:])
		}
		err := w.one(held.ctx, Task{area, j})
		ran.Jobs++
		if err != nil {
			ran.Failed++
		}
		held.drop(j.ID) // first, so that no renewal comes between
		if err := w.finish(work, area, j, err); err != nil {
			return ran, err
		}
	}
	return ran, nil
}

// one runs a job; a panic is a failure of the job, not of the worker.
func (w *Worker) one(ctx context.Context, t Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.Internal, "worker.panic", nil, fmt.Errorf("job %s: %v", t.Kind, p))
		}
	}()
	h := w.Handlers[t.Kind]
	if h == nil {
		return fault.New(fault.Internal, "worker.unknown_kind", fault.Args{"kind": t.Kind})
	}
	defer w.Metrics.time(t.Kind)()
	return h(ctx, w.Office, t)
}

// finish writes down how a job ended, if the worker still holds it.
func (w *Worker) finish(ctx context.Context, area string, j job.Job, failure error) error {
	outcome := "done"
	err := w.update(ctx, area, func(tx store.Tx) error {
		now, err := tx.Job(ctx, j.ID)
		if err != nil || now.LeasedBy != w.Name || now.Attempt != j.Attempt {
			return err // lost the lease: whoever has it writes
		}
		now.LeasedBy, now.LeaseUntil = "", 0
		switch {
		case failure == nil:
			now.State, now.DoneAt, now.Error = job.Done, tx.At(), ""
		case now.Attempt >= w.Attempts || errors.As(failure, &permanent{}):
			outcome = "dead"
			now.State, now.DoneAt, now.Error = job.Dead, tx.At(), faultKey(failure)
		default:
			outcome = "failed"
			now.RunAt, now.Error = tx.At()+books.Instant(w.backoff(now.Attempt).Microseconds()), faultKey(failure)
		}
		return tx.SaveJob(ctx, now)
	})
	w.Metrics.count(j.Kind, outcome)
	if failure != nil {
		w.Log.Warn("job "+outcome, "area", area, "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "error", faultKey(failure), "cause", failure)
	} else {
		w.Log.Debug("job done", "area", area, "kind", j.Kind, "job", j.ID, "attempt", j.Attempt)
	}
	if errors.Is(err, books.ErrStale) {
		return nil
	}
	return err
}

const maxBackoff = time.Hour

// backoff doubles with each attempt; a fifth is left to chance, so that jobs
// that failed together do not come back together.
func (w *Worker) backoff(attempt int) time.Duration {
	d := min(w.Backoff<<min(attempt-1, 20), maxBackoff)
	return d + rand.N(d/5+1)
}

// giveBack leaves jobs that were not begun to others.
func (w *Worker) giveBack(ctx context.Context, area string, jobs []job.Job) error {
	return w.update(ctx, area, func(tx store.Tx) error {
		for _, j := range jobs {
			now, err := tx.Job(ctx, j.ID)
			if err != nil {
				return err
			}
			if now.LeasedBy != w.Name || now.Attempt != j.Attempt {
				continue
			}
			now.LeasedBy, now.LeaseUntil, now.Attempt = "", 0, now.Attempt-1
			if err := tx.SaveJob(ctx, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// holding keeps the leases of a batch alive while it is worked on.
type holding struct {
	ctx  context.Context
	stop context.CancelFunc
	mu   sync.Mutex
	ids  map[string]int // the attempt of each job that is not finished
	done chan struct{}
}

// hold renews the leases of jobs every third of their term. If that cannot be
// done in time, the context ends: others may have taken the jobs.
func (w *Worker) hold(ctx context.Context, area string, jobs []job.Job) *holding {
	h := &holding{ids: map[string]int{}, done: make(chan struct{})}
	h.ctx, h.stop = context.WithCancel(ctx)
	for _, j := range jobs {
		h.ids[j.ID] = j.Attempt
	}
	go func() {
		defer close(h.done)
		failed := 0
		for {
			select {
			case <-time.After(w.Lease / 3):
			case <-h.ctx.Done():
				return
			}
			err := w.renew(h.ctx, area, h)
			switch {
			case err == nil:
				failed = 0
			case h.ctx.Err() != nil:
				return
			case errors.Is(err, books.ErrStale):
			default:
				if failed++; failed == 2 {
					h.stop()
				}
			}
		}
	}()
	return h
}

func (w *Worker) renew(ctx context.Context, area string, h *holding) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return w.update(ctx, area, func(tx store.Tx) error {
		for id, attempt := range h.ids {
			now, err := tx.Job(ctx, id)
			if err != nil {
				return err
			}
			if now.LeasedBy != w.Name || now.Attempt != attempt {
				h.stop()
				return nil
			}
			now.LeaseUntil = tx.At() + books.Instant(w.Lease.Microseconds())
			if err := tx.SaveJob(ctx, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// drop stops renewing a job.
func (h *holding) drop(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.ids, id)
}

// release stops renewing and waits for it.
func (h *holding) release() {
	h.stop()
	<-h.done
}
