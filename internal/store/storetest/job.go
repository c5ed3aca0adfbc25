package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/job"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// jobs: a job exists exactly if its event does, and one worker holds it.
func jobs(t *testing.T, e Engine) {
	t.Run("what is rolled back leaves no job", func(t *testing.T) { noJob(t, e) })
	t.Run("one ready job of a key", func(t *testing.T) { oneOfKey(t, e) })
	t.Run("leases", func(t *testing.T) { leases(t, e) })
	t.Run("two workers never hold one job", func(t *testing.T) { oneHolder(t, e) })
}

func enqueue(ctx context.Context, tx store.Tx, key string, at books.Instant) error {
	_, err := tx.Enqueue(ctx, "k", key, "{}", at)
	return err
}

func noJob(t *testing.T, e Engine) {
	db, _ := New(t, e)
	no := errors.New("no")
	err := db.Update(t.Context(), Area, func(tx store.Tx) error {
		return errors.Join(enqueue(t.Context(), tx, "", tx.At()), tx.Flush(t.Context()), no)
	})
	if !errors.Is(err, no) {
		t.Fatal(err)
	}
	if list := claim(t, db, "w", 10); len(list) != 0 {
		t.Errorf("%d jobs of nothing", len(list))
	}
}

func claim(t testing.TB, db *sqlstore.DB, worker string, n int) (list []job.Job) {
	t.Helper()
	Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		list, err = tx.Claim(ctx, worker, n, time.Minute)
		return err
	})
	return list
}

func oneOfKey(t *testing.T, e Engine) {
	db, _ := New(t, e)
	for i, want := range []bool{true, false} {
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			added, err := tx.Enqueue(ctx, "k", "same", "", tx.At())
			other, err2 := tx.Enqueue(ctx, "other", "same", "", tx.At())
			if added != want || other != want {
				t.Errorf("%d: added %t and %t, want %t", i, added, other, want)
			}
			return errors.Join(err, err2, enqueue(ctx, tx, "", tx.At()))
		})
	}
	list := claim(t, db, "w", 10)
	if len(list) != 4 { // two of the key, two without
		t.Errorf("%d jobs, want 4", len(list))
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, j := range list {
			j.State = job.Done
			if err := tx.SaveJob(ctx, j); err != nil {
				return err
			}
		}
		added, err := tx.Enqueue(ctx, "k", "same", "", tx.At())
		if !added {
			t.Error("a job that is done keeps the next one away")
		}
		return err
	})
}

func leases(t *testing.T, e Engine) {
	db, clock := New(t, e)
	now := books.InstantOf(clock.Now())
	hour := books.Instant(time.Hour.Microseconds())
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(enqueue(ctx, tx, "later", now+hour), enqueue(ctx, tx, "second", now), enqueue(ctx, tx, "first", now-hour))
	})
	first := claim(t, db, "a", 1)
	if len(first) != 1 || first[0].Key != "first" || first[0].LeasedBy != "a" || first[0].Attempt != 1 {
		t.Fatalf("claimed %+v", first)
	}
	if second := claim(t, db, "b", 10); len(second) != 1 || second[0].Key != "second" {
		t.Fatalf("claimed %+v", second)
	}
	if none := claim(t, db, "c", 10); len(none) != 0 {
		t.Fatalf("claimed %+v", none)
	}
	clock.Add(61 * time.Second) // the leases end: others may
	taken := claim(t, db, "c", 1)
	if len(taken) != 1 || taken[0].Key != "first" || taken[0].Attempt != 2 {
		t.Fatalf("claimed %+v", taken)
	}
	save := func(j job.Job) error {
		j.State = job.Done
		return db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveJob(t.Context(), j) })
	}
	if err := save(first[0]); !errors.Is(err, books.ErrStale) {
		t.Errorf("a lost lease: %v", err)
	}
	if err := save(taken[0]); err != nil {
		t.Error(err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		done, err := tx.Jobs(ctx, job.Done, books.Page{})
		if len(done) != 1 || done[0].ID != first[0].ID {
			t.Errorf("done: %+v", done)
		}
		return err
	})
	Sound(t, db)
}

func oneHolder(t *testing.T, e Engine) {
	db, _ := New(t, e)
	const n = 60
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i := range n {
			if err := enqueue(ctx, tx, fmt.Sprint(i), tx.At()); err != nil {
				return err
			}
		}
		return nil
	})
	var mu sync.Mutex
	held := map[string]int{}
	together(4, func(w int) {
		for {
			var list []job.Job
			err := db.Update(t.Context(), Area, func(tx store.Tx) (err error) {
				list, err = tx.Claim(t.Context(), fmt.Sprint(w), 3, time.Minute)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if len(list) == 0 {
				return
			}
			mu.Lock()
			for _, j := range list {
				held[j.ID]++
			}
			mu.Unlock()
		}
	})
	for id, times := range held {
		if times != 1 {
			t.Errorf("job %s was held %d times", id, times)
		}
	}
	if len(held) < n-12 { // one that another was just looking at waits for the next round
		t.Errorf("%d of %d jobs were claimed", len(held), n)
	}
	Sound(t, db)
}
