package bulk

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
)

// Population is what a Sweep goes through: so many partitions, each a chunk of
// rows or less. Both functions are called from several goroutines at once, each
// with a chunk of its own that is used again afterwards.
type Population struct {
	Partitions int
	Rows       int // the most rows a partition has, at most MaxRows
	// Fill sets the size of the chunk and writes Month and Wage of the partition.
	Fill func(ctx context.Context, partition int, c *Chunk) error
	// Take receives the priced chunk; nil where only totals are wanted.
	Take func(ctx context.Context, partition int, c *Chunk) error
}

// Sweep prices a population by a table on so many goroutines (at least one).
// Totals and error do not depend on their number: sums are of integers, and of
// several errors that of the first partition is returned, with its number.
// Memory is that of one chunk a goroutine, however large the population.
func Sweep(ctx context.Context, t *assess.Table, p Population, workers int) (*Totals, error) {
	if p.Rows < 1 || p.Rows > MaxRows || p.Partitions < 0 || p.Fill == nil {
		return nil, fault.New(fault.Invalid, "bulk.population", fault.Args{"max": fmt.Sprint(MaxRows)})
	}
	workers = max(1, min(workers, p.Partitions))
	s := sweep{population: p, totals: make([]*Totals, workers)}
	s.failed.Store(int64(p.Partitions))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { s.work(ctx, t, w) })
	}
	wg.Wait()
	if s.err != nil {
		return nil, s.err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	all := NewTotals(t)
	for _, part := range s.totals {
		if err := all.Add(part); err != nil {
			return nil, err
		}
	}
	return all, nil
}

type sweep struct {
	population Population
	totals     []*Totals    // by worker
	next       atomic.Int64 // partition to take
	failed     atomic.Int64 // lowest partition with an error so far

	mu  sync.Mutex
	err error // of partition failed
}

// work takes partitions in order. After an error the partitions before it are
// still done, since one of them may have the error to return.
func (s *sweep) work(ctx context.Context, t *assess.Table, worker int) {
	c, totals := NewChunk(t, s.population.Rows), NewTotals(t)
	s.totals[worker] = totals
	for ctx.Err() == nil {
		k := s.next.Add(1) - 1
		if k >= s.failed.Load() {
			return
		}
		if err := s.partition(ctx, int(k), c, totals); err != nil {
			s.fail(k, err)
		}
	}
}

func (s *sweep) partition(ctx context.Context, k int, c *Chunk, totals *Totals) error {
	c.Resize(0)
	if err := s.population.Fill(ctx, k, c); err != nil {
		return err
	}
	if err := c.Price(totals); err != nil {
		return err
	}
	if s.population.Take == nil {
		return nil
	}
	return s.population.Take(ctx, k, c)
}

func (s *sweep) fail(k int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k < s.failed.Load() {
		s.failed.Store(k)
		s.err = fmt.Errorf("partition %d: %w", k, err)
	}
}
