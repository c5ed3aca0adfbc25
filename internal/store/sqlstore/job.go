package sqlstore

import (
	"context"
	"errors"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/job"
)

func jobRow(area string, j job.Job) []any {
	return []any{area, j.ID, j.Kind, j.Key, j.Payload, string(j.State), int64(j.RunAt), int64(j.LeaseUntil), j.LeasedBy, int64(j.Attempt), j.Error,
		int64(j.CreatedAt), int64(j.DoneAt)}
}

func readJob(v vals) job.Job {
	return job.Job{ID: v.str(1), Kind: v.str(2), Key: v.str(3), Payload: v.str(4), State: job.State(v.str(5)), RunAt: v.instant(6), LeaseUntil: v.instant(7),
		LeasedBy: v.str(8), Attempt: int(v.int(9)), Error: v.str(10), CreatedAt: v.instant(11), DoneAt: v.instant(12), Stored: append([]any{}, v...)}
}

// Enqueue adds a job. Two at the same moment with one key may both be added:
// handlers are safe to run twice.
func (t *Tx) Enqueue(ctx context.Context, kind, key, payload string, runAt books.Instant) (bool, error) {
	if key != "" {
		err := t.one(ctx, func(vals) error { return nil }, "SELECT id FROM job WHERE area = ? AND kind = ? AND key = ? AND state = 'ready' LIMIT 1", t.area, kind, key)
		if !errors.Is(err, books.ErrNotFound) {
			return false, err
		}
	}
	j := job.Job{ID: t.NewID(), Kind: kind, Key: key, Payload: payload, State: job.Ready, RunAt: runAt, CreatedAt: t.At()}
	t.insert(ctx, tabJob, jobRow(t.area, j)...)
	return true, nil
}

// anotherTime is how far ahead a lease, or the making of a job, must be to have
// come from a clock that was wrong. Such a job is due: it must not wait for a
// day that is years away.
const anotherTime = time.Hour

// Claim leases ready jobs.
func (t *Tx) Claim(ctx context.Context, worker string, n int, lease time.Duration) ([]job.Job, error) {
	now := int64(t.At())
	wrong := now + anotherTime.Microseconds()
	found, err := list(ctx, t, readJob, "SELECT "+tabJob.names+" FROM job WHERE area = ? AND state = 'ready' AND (run_at <= ? OR created_at > ?) AND (lease_until <= ? OR lease_until > ?) ORDER BY run_at, id LIMIT ?"+
		t.db.Dialect.ForUpdate(true), t.area, now, wrong, now, wrong, int64(n))
	if err != nil {
		return nil, err
	}
	for i := range found {
		j := &found[i]
		j.LeasedBy, j.LeaseUntil, j.Attempt = worker, books.Instant(now+lease.Microseconds()), j.Attempt+1
		row := jobRow(t.area, *j)
		if err := t.update(ctx, tabJob, j.Stored, row); err != nil {
			return nil, err
		}
		j.Stored = row
	}
	return found, nil
}

// SaveJob writes a job back.
func (t *Tx) SaveJob(ctx context.Context, j job.Job) error {
	return t.update(ctx, tabJob, j.Stored, jobRow(t.area, j))
}

// Job reads one.
func (t *Tx) Job(ctx context.Context, id string) (job.Job, error) {
	return get(ctx, t, readJob, "SELECT "+tabJob.names+" FROM job WHERE area = ? AND id = ?", t.area, id)
}

// Jobs lists jobs of a state.
func (t *Tx) Jobs(ctx context.Context, s job.State, p books.Page) ([]job.Job, error) {
	return list(ctx, t, readJob, "SELECT "+tabJob.names+" FROM job WHERE area = ? AND state = ? AND id > ? ORDER BY id LIMIT ?", t.area, string(s), p.After, int64(p.Size()))
}
