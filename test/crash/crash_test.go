package crash_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/job"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

// crashes is how often a server is killed: 10, or BUJIAO_CRASHES.
func crashes(t *testing.T) int {
	t.Helper()
	s := os.Getenv("BUJIAO_CRASHES")
	if s == "" {
		return 10
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// server is a running server; acked is what it acknowledged.
type server struct {
	cmd   *exec.Cmd
	acked chan [2]int
	err   func() string
}

func start(t *testing.T, o order) *server {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{cmd: exec.Command(self), acked: make(chan [2]int, 1<<16)}
	s.cmd.Env = append(os.Environ(), o.env()...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errors, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() { data, _ := io.ReadAll(errors); said <- string(data) }()
	s.err = func() string { return <-said }
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	go func() {
		defer close(s.acked)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var client, n int
			if _, err := fmt.Sscanf(lines.Text(), "%d %d", &client, &n); err == nil {
				s.acked <- [2]int{client, n}
			}
		}
	}()
	return s
}

// acks are the numbers acknowledged so far: all below next, for each client.
type acks struct{ next [clients]int }

func (a *acks) take(x [2]int) { a.next[x[0]] = max(a.next[x[0]], x[1]+1) }

func (a *acks) total() (n int) {
	for _, x := range a.next {
		n += x
	}
	return n
}

// wait reads acknowledgements until there are n more.
func (s *server) wait(t *testing.T, a *acks, n int) {
	t.Helper()
	limit := time.After(time.Minute)
	for want := a.total() + n; a.total() < want; {
		select {
		case x, ok := <-s.acked:
			if !ok {
				t.Fatalf("the server ended by itself: %s", s.err())
			}
			a.take(x)
		case <-limit:
			t.Fatalf("%d acknowledged in a minute, want %d", a.total(), want)
		}
	}
}

// kill kills it like a power cut of its machine, and reads what it had said.
func (s *server) kill(t *testing.T, a *acks) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for x := range s.acked {
		a.take(x)
	}
	_ = s.cmd.Wait() // "signal: killed"
}

// check opens the books as the next start does and looks at all of them.
func check(t *testing.T, o order, a *acks) {
	t.Helper()
	db, _, _, err := openOffice(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found := map[string]ledger.Entry{}
	for _, area := range areas {
		err := db.View(t.Context(), area, func(tx store.Tx) error {
			return eachEntry(t.Context(), tx, func(e ledger.Entry) {
				if _, twice := found[e.Key]; twice {
					t.Errorf("%s is booked twice", e.Key)
				}
				found[e.Key] = e
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for client, next := range a.next {
		for n := range next {
			e, ok := found[key(client, n)]
			switch {
			case !ok:
				t.Errorf("%s was acknowledged and is not there", key(client, n))
			case e.Legs[0].EmployerFen+e.Legs[1].EmployerFen != 0 || e.Legs[0].EmployerFen != amount(client, n) && e.Legs[1].EmployerFen != amount(client, n):
				t.Errorf("%s is booked as %+v", e.Key, e.Legs)
			}
		}
		if _, ok := found[key(client, next+1)]; ok {
			t.Errorf("%s is booked, and the one before was not acknowledged", key(client, next+1))
		}
	}
	prove(t, db)
}

func eachEntry(ctx context.Context, tx store.Tx, fn func(ledger.Entry)) error {
	for p := (books.Page{Limit: 1000}); ; {
		list, err := tx.Entries(ctx, p)
		if err != nil {
			return err
		}
		for _, e := range list {
			fn(e)
		}
		if len(list) < p.Size() {
			return nil
		}
		p.After = list[len(list)-1].ID
	}
}

// prove recomputes the books: every row has its MAC, and the lanes agree with
// the tables.
func prove(t *testing.T, db *sqlstore.DB) {
	t.Helper()
	all, err := db.AllAreas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range all {
		err := db.Inspect(t.Context(), area, func(i *sqlstore.Inspector) error {
			written, ill, err := i.Lanes(t.Context())
			if err != nil || len(ill) > 0 {
				return errors.Join(err, fmt.Errorf("ill lanes: %q", ill))
			}
			found := sqlstore.NewSums()
			for _, tab := range sqlstore.Tables() {
				if tab.Name == "lane" {
					continue
				}
				err := i.Rows(tab).Each(t.Context(), func(row []any) error {
					if !i.Fits(tab, row) {
						t.Errorf("%s %s does not have its MAC", tab.Name, tab.Ref(row))
					}
					found.Add(tab, row)
					return nil
				})
				if err != nil {
					return err
				}
				if gap, differs := written.Gap(found, tab); differs {
					t.Errorf("%s, table %s: %+d rows against the lanes", area, tab.Name, gap.Rows)
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("area %s: %v", area, err)
		}
	}
}

// settle does the jobs that are left and looks that each was done once.
func settle(t *testing.T, o order) {
	t.Helper()
	db, desk, clock, err := openOffice(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := newWorker(desk, clock)
	for waiting := 1; waiting > 0; {
		if _, err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		waiting = 0
		for _, area := range areas {
			err := db.View(t.Context(), area, func(tx store.Tx) error {
				ready, err := tx.Jobs(t.Context(), job.Ready, books.Page{})
				waiting += len(ready)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(20 * time.Millisecond) // for leases of the dead to end
	}
	for _, area := range areas {
		err := db.View(t.Context(), area, func(tx store.Tx) error {
			posted, echoed, nights := 0, 0, map[string]int{}
			if err := eachEntry(t.Context(), tx, func(e ledger.Entry) {
				if e.Key[0] == 'c' {
					posted++
				} else {
					echoed++
				}
			}); err != nil {
				return err
			}
			for p := (books.Page{Limit: 1000}); ; {
				done, err := tx.Jobs(t.Context(), job.Done, p)
				if err != nil {
					return err
				}
				for _, j := range done {
					if j.Kind == "night" {
						nights[j.Key]++
					}
				}
				if len(done) < p.Size() {
					break
				}
				p.After = done[len(done)-1].ID
			}
			if posted != echoed || posted == 0 {
				t.Errorf("%s: %d entries, %d jobs of them done", area, posted, echoed)
			}
			for day, n := range nights {
				if n != 1 {
					t.Errorf("%s: %d ticks of %s", area, n, day)
				}
			}
			if len(nights) == 0 {
				t.Errorf("%s: no tick", area)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestKill: the server is killed while four clients post; after each start
// every acknowledged entry is there, none twice, and the books prove.
func TestKill(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o := order{engine: e.Name, address: e.Migrated(t)}
			var a acks
			for range crashes(t) {
				o.next = a.next
				s := start(t, o)
				s.wait(t, &a, 8)
				time.Sleep(rand.N(100 * time.Millisecond))
				s.kill(t, &a)
				check(t, o, &a)
				if t.Failed() {
					return
				}
			}
			settle(t, o)
			check(t, o, &a)
			t.Logf("%s: %d acknowledged, 0 lost, 0 twice", e.Name, a.total())
		})
	}
}

// TestTwoServers: two servers on one PostgreSQL get the same requests at the
// same time, with the same keys, and one of them is killed again and again.
func TestTwoServers(t *testing.T) {
	e := storetest.Postgres
	o := order{engine: e.Name, address: e.Migrated(t)}
	var a acks
	steady := start(t, o)
	for range crashes(t) {
		steady.wait(t, &a, 8)
		o.next = a.next
		s := start(t, o)
		s.wait(t, &a, 60) // it catches up with the other, and they go on side by side
		s.kill(t, &a)
	}
	steady.kill(t, &a)
	check(t, o, &a)
	settle(t, o)
	check(t, o, &a)
}
