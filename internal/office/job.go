package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/store"
)

// Jobs lists jobs of a state: what waits, what is done, and dead letters.
func Jobs(ctx context.Context, o *Office, q Request, s job.State, p books.Page) ([]job.Job, error) {
	if err := access.Check(q.Actor, "job.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]job.Job, error) { return tx.Jobs(ctx, s, p) })
}

// RetryJob makes a job due now with all its attempts: a dead letter, or one that
// waits and that nobody works on.
func RetryJob(ctx context.Context, o *Office, q Request, id, reason string) error {
	if err := access.Check(q.Actor, "job.retry", access.Scope{Area: q.Area}); err != nil {
		return err
	}
	_, err := Do(ctx, o, q, "job.retry", [2]string{id, reason}, func(tx store.Tx) (string, error) {
		j, err := tx.Job(ctx, id)
		if err != nil {
			return "", fault.Wrap(fault.NotFound, "office.no_job", nil, err)
		}
		if j.State == job.Done || j.LeaseUntil > tx.At() {
			return "", fault.New(fault.Conflict, "office.job_not_free", nil)
		}
		j.State, j.Attempt, j.RunAt, j.DoneAt = job.Ready, 0, tx.At(), 0
		if err := tx.SaveJob(ctx, j); err != nil {
			return "", err
		}
		return id, Audited(ctx, tx, "job.retry", "job", id, reason, nil, nil)
	})
	return err
}
