package worker_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlite"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/internal/worker"
)

const area = storetest.Area

// desk is an office on an empty store with a wall that the test moves.
type desk struct {
	*office.Office
	wall  *storetest.Clock
	clock *office.Clock
}

func open(t *testing.T) desk {
	t.Helper()
	wall := storetest.NewClock() // 2026-03-02, 9:00
	clock := office.NewClock(wall.Now)
	path := filepath.Join(t.TempDir(), "books.db")
	w, r, err := sqlite.Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlstore.Migrate(t.Context(), sqlite.Engine, w, 0); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path, sqlstore.Config{Vault: storetest.Vault(t), Now: wall.Now, Today: clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return desk{&office.Office{Store: db, Vault: db.Vault}, wall, clock}
}

func (d desk) worker(name string, handlers map[string]worker.Handler, ticks ...worker.Tick) *worker.Worker {
	return worker.New(worker.Config{Office: d.Office, Clock: d.clock, Name: name, Handlers: handlers, Ticks: ticks, Poll: 5 * time.Millisecond})
}

func (d desk) enqueue(t *testing.T, kind, key string) {
	t.Helper()
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.Enqueue(ctx, kind, key, "", tx.At())
		return err
	})
}

func (d desk) jobs(t *testing.T, s job.State) []job.Job {
	t.Helper()
	var out []job.Job
	storetest.View(t, d.Store, func(ctx context.Context, tx store.Tx) (err error) {
		out, err = tx.Jobs(ctx, s, books.Page{})
		return err
	})
	return out
}

// log notes which jobs ran, in order.
type log struct {
	mu  sync.Mutex
	ran []string
}

func (l *log) handler(err error) worker.Handler {
	return func(_ context.Context, _ *office.Office, t worker.Task) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ran = append(l.ran, t.Kind+" "+t.Key)
		return err
	}
}

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFailureIsTriedLaterThenDead(t *testing.T) {
	d := open(t)
	var l log
	w := d.worker("a", map[string]worker.Handler{"x": l.handler(fault.New(fault.Missing, "law.missing", nil)), "panics": func(context.Context, *office.Office, worker.Task) error { panic("x") }})
	d.enqueue(t, "x", "1")
	d.enqueue(t, "panics", "")
	d.enqueue(t, "unknown", "")
	for n := 1; n <= 8; n++ {
		ran, err := w.Drain(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if ran != (worker.Ran{Jobs: 3, Failed: 3}) {
			t.Fatalf("attempt %d: %+v", n, ran)
		}
		if n < 8 {
			d.wall.Add(worker.Config{}.Backoff) // nothing is due yet
			if ran, _ := w.Drain(t.Context()); ran.Jobs != 0 {
				t.Fatalf("after attempt %d it ran at once again", n)
			}
			// 2 s doubled after each failure, and a fifth by chance
			d.wall.Add(2 * time.Second << (n - 1) * 6 / 5)
		}
	}
	dead := d.jobs(t, job.Dead)
	keys := []string{}
	for _, j := range dead {
		keys = append(keys, j.Kind+" "+j.Error)
		if j.Attempt != 8 || j.LeasedBy != "" || j.DoneAt == 0 {
			t.Errorf("dead letter: %+v", j)
		}
	}
	slices.Sort(keys)
	if want := []string{"panics worker.panic", "unknown worker.unknown_kind", "x law.missing"}; !slices.Equal(keys, want) {
		t.Errorf("dead letters %q, want %q", keys, want)
	}
	d.wall.Add(24 * time.Hour)
	if ran, _ := w.Drain(t.Context()); ran.Jobs != 0 {
		t.Error("a dead job ran again")
	}
}

// TestLeaseOfADeadWorker: a worker that is gone holds a job until its lease
// ends; then another does it. One that is slow keeps its job.
func TestLeaseOfADeadWorker(t *testing.T) {
	d := open(t)
	d.enqueue(t, "x", "")
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error {
		jobs, err := tx.Claim(ctx, "gone", 1, time.Minute)
		if len(jobs) != 1 {
			t.Errorf("claimed %d", len(jobs))
		}
		return err
	})
	var l log
	w := d.worker("b", map[string]worker.Handler{"x": l.handler(nil)})
	if ran, err := w.Drain(t.Context()); err != nil || ran.Jobs != 0 {
		t.Fatalf("a leased job ran: %+v, %v", ran, err)
	}
	d.wall.Add(time.Minute)
	if ran, err := w.Drain(t.Context()); err != nil || ran != (worker.Ran{Jobs: 1}) {
		t.Fatalf("%+v, %v", ran, err)
	}
	if done := d.jobs(t, job.Done); len(done) != 1 || done[0].Attempt != 2 {
		t.Errorf("done: %+v", done)
	}
}

func TestSlowJobKeepsItsLease(t *testing.T) {
	d := open(t)
	d.enqueue(t, "slow", "")
	var runs atomic.Int32
	slow := map[string]worker.Handler{"slow": func(ctx context.Context, _ *office.Office, _ worker.Task) error {
		runs.Add(1)
		for range 12 { // the wall goes on by two leases while the job runs
			d.wall.Add(10 * time.Millisecond)
			time.Sleep(10 * time.Millisecond)
		}
		return ctx.Err()
	}}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		w := worker.New(worker.Config{Office: d.Office, Clock: d.clock, Name: name, Handlers: slow, Poll: 5 * time.Millisecond, Lease: 60 * time.Millisecond})
		wg.Go(func() { w.Run(ctx) })
	}
	for i := 0; len(d.jobs(t, job.Done)) == 0; i++ {
		if i == 500 {
			t.Fatalf("never done: %+v", d.jobs(t, job.Ready))
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	wg.Wait()
	if runs.Load() != 1 {
		t.Errorf("ran %d times, want once", runs.Load())
	}
}

// TestStopEndsTheRunningJob: on a stop the job that runs ends, the others of
// the batch are free at once.
func TestStopEndsTheRunningJob(t *testing.T) {
	d := open(t)
	for range 3 {
		d.enqueue(t, "x", "")
	}
	ctx, stop := context.WithCancel(t.Context())
	w := d.worker("a", map[string]worker.Handler{"x": func(ctx context.Context, _ *office.Office, _ worker.Task) error {
		stop()
		time.Sleep(20 * time.Millisecond)
		return ctx.Err()
	}})
	w.Run(ctx)
	if done := d.jobs(t, job.Done); len(done) != 1 {
		t.Errorf("%d jobs done, want the one that ran", len(done))
	}
	for _, j := range d.jobs(t, job.Ready) {
		if j.LeasedBy != "" || j.LeaseUntil != 0 || j.Attempt != 0 {
			t.Errorf("not given back: %+v", j)
		}
	}
}

// TestTicksOnceADay: two workers on the same books enqueue the ticks of a day
// once, in their order, and catch up on days without a server.
func TestTicksOnceADay(t *testing.T) {
	d := open(t)
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error { return tx.SetSetting(ctx, "x", "", "1") })
	var l log
	firstOfMonth := func(d calendar.Date) bool { return d == d.Month().First() }
	ticks := []worker.Tick{{Kind: "close"}, {Kind: "monthly", On: firstOfMonth}, {Kind: "arrears"}}
	handlers := map[string]worker.Handler{"close": l.handler(nil), "monthly": l.handler(nil), "arrears": l.handler(nil)}
	a, b := d.worker("a", handlers, ticks...), d.worker("b", handlers, ticks...)
	step := func() {
		t.Helper()
		for _, w := range []*worker.Worker{a, b, a} {
			if err := w.Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	step()
	d.wall.Add(24 * time.Hour * 30) // to 2026-04-01
	step()
	want := []string{"close 2026-03-02", "arrears 2026-03-02"}
	for n := day(t, "2026-03-03"); n <= day(t, "2026-04-01"); n++ {
		want = append(want, "close "+n.String())
		if n.String() == "2026-04-01" {
			want = append(want, "monthly 2026-04-01")
		}
		want = append(want, "arrears "+n.String())
	}
	if !slices.Equal(l.ran, want) {
		t.Errorf("ran %q\nwant %q", l.ran, want)
	}
}

// TestPlay: a year is played day by day; the date never goes back.
func TestPlay(t *testing.T) {
	d := open(t)
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error { return tx.SetSetting(ctx, "x", "", "1") })
	var l log
	var seen []string
	w := d.worker("a", map[string]worker.Handler{"night": func(ctx context.Context, o *office.Office, task worker.Task) error {
		if on, err := task.Day(); err != nil || on != d.clock.Today() {
			t.Errorf("tick of %v on %v (%v)", on, d.clock.Today(), err)
		}
		return o.Store.View(ctx, area, func(tx store.Tx) error { seen = append(seen, tx.Today().String()); return nil })
	}, "bad": l.handler(errors.New("no"))}, worker.Tick{Kind: "night"}, worker.Tick{Kind: "bad", On: func(x calendar.Date) bool { return x == day(t, "2027-03-10") }})
	if err := w.Play(t.Context(), day(t, "2027-03-02"), nil); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 366 || seen[0] != "2026-03-02" || seen[365] != "2027-03-02" {
		t.Errorf("%d nights, %q", len(seen), seen[:min(3, len(seen))])
	}
	var f *fault.Error
	if err := w.Play(t.Context(), day(t, "2027-03-01"), nil); !errors.As(err, &f) || f.Key != "office.date_back" {
		t.Errorf("back: %v", err)
	}
	if err := w.Play(t.Context(), day(t, "2027-03-20"), nil); !errors.As(err, &f) || f.Key != "worker.day_failed" || f.Args["day"] != "2027-03-10" {
		t.Errorf("a failed day: %v", err)
	}
	if got := d.clock.Today(); got != day(t, "2027-03-10") {
		t.Errorf("stopped on %v", got)
	}
	// Another program on the same books has the same date once it reads them.
	other := office.NewClock(d.wall.Now)
	if err := other.Read(t.Context(), d.Store); err != nil || other.Today() != d.clock.Today() {
		t.Errorf("the other clock says %v (%v)", other.Today(), err)
	}
	d.wall.Add(24 * time.Hour)
	if other.Today() != day(t, "2027-03-11") {
		t.Errorf("the next day on the wall is %v in the office", other.Today())
	}
}

// TestWallJumps: the office date stands still when the wall goes back, and
// waits for a person when it is months ahead.
func TestWallJumps(t *testing.T) {
	d := open(t)
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error { return tx.SetSetting(ctx, "x", "", "1") })
	var l log
	w := d.worker("a", map[string]worker.Handler{"night": l.handler(nil)}, worker.Tick{Kind: "night"})
	for _, step := range []struct {
		name  string
		add   time.Duration
		today string
	}{
		{"the first day", 0, "2026-03-02"},
		{"back by ten days", -240 * time.Hour, "2026-03-02"},
		{"to where it was", 240 * time.Hour, "2026-03-02"},
		{"the next day", 24 * time.Hour, "2026-03-03"},
		{"ahead by ten years", 10 * 365 * 24 * time.Hour, "2026-03-03"},
	} {
		d.wall.Add(step.add)
		if err := w.Begin(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := d.clock.Today().String(); got != step.today {
			t.Errorf("%s: the office date is %s, want %s", step.name, got, step.today)
		}
	}
	if _, err := w.Drain(t.Context()); err != nil || !slices.Equal(l.ran, []string{"night 2026-03-02", "night 2026-03-03"}) {
		t.Errorf("ran %q (%v)", l.ran, err)
	}
	if !d.clock.Jumped() {
		t.Error("the jump is not told")
	}
	if err := d.clock.Set(t.Context(), d.Store, day(t, "2026-03-04")); err != nil || d.clock.Jumped() || d.clock.Today() != day(t, "2026-03-04") {
		t.Errorf("after a person set it: %v, %v", d.clock.Today(), err)
	}
}
