// Package job is the work that the office does by itself: clocks, ticks,
// notices, batches. A job is enqueued in the transaction of the event that asks
// for it, so it exists exactly if the event does. It runs at least once; a
// handler is safe to run twice. A job that fails is tried again later and
// later; one that fails for good waits as a dead letter for a person.
//
// Polling is enough: nothing rests on notifications. The package reads no
// clock.
package job

import (
	"context"
	"time"

	"bujiao/internal/books"
)

// State of a job.
type State string

// The states.
const (
	Ready State = "ready" // waits for RunAt, or runs under a lease
	Done  State = "done"
	Dead  State = "dead" // failed for good: for a person to look at
)

// Job is one piece of work.
type Job struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`
	Key        string        `json:"key"` // at most one ready job of a kind has a key; empty: any number
	Payload    string        `json:"payload"`
	State      State         `json:"state"`
	RunAt      books.Instant `json:"run_at"`
	LeaseUntil books.Instant `json:"lease_until"`
	LeasedBy   string        `json:"leased_by"`
	Attempt    int           `json:"attempt"`
	Error      string        `json:"error,omitempty"` // key of the fault, never personal data
	CreatedAt  books.Instant `json:"created_at"`
	DoneAt     books.Instant `json:"done_at"`
	Stored     []any         `json:"-"` // as read, for the store
}

// Queue is the queue of the area of the transaction.
type Queue interface {
	books.Frame
	// Enqueue adds a job; if one of the kind with the key is ready it does
	// nothing and returns false.
	Enqueue(ctx context.Context, kind, key, payload string, runAt books.Instant) (bool, error)
	// Claim leases at most n ready jobs that are due, oldest first.
	Claim(ctx context.Context, worker string, n int, lease time.Duration) ([]Job, error)
	// SaveJob writes a job back; books.ErrStale if its lease was lost.
	SaveJob(ctx context.Context, j Job) error
	// Job reads one.
	Job(ctx context.Context, id string) (Job, error)
	// Jobs lists jobs of a state by id.
	Jobs(ctx context.Context, s State, p books.Page) ([]Job, error)
}
