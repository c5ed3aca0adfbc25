package crash_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/job"
	"bujiao/internal/office"
	"bujiao/internal/proof"
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

// makeBooks makes an empty store with what clients need.
func makeBooks(t *testing.T, e storetest.Engine) order {
	t.Helper()
	o := order{engine: e.Name, address: e.Migrated(t)}
	db, desk, _, err := openOffice(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := prepare(t.Context(), desk); err != nil {
		t.Fatal(err)
	}
	return o
}

// receipts lists the numbers of all receipts of a client.
func receipts(t *testing.T, desk *office.Office, client int) map[string]int {
	t.Helper()
	order, err := orderOf(t.Context(), desk, client)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	err = desk.Store.View(t.Context(), areaOf(client), func(tx store.Tx) error {
		list, err := tx.PaymentsOf(t.Context(), order)
		for _, p := range list {
			found[strings.TrimPrefix(p.Key, "counter:")]++
			if p.Amount != 1 || p.PaidOn.String() != paidOn {
				t.Errorf("%s is booked as %+v", p.Key, p)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// check opens the books as the next start does and looks at all of them.
func check(t *testing.T, o order, a *acks) {
	t.Helper()
	db, desk, _, err := openOffice(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for client, next := range a.next {
		found := receipts(t, desk, client)
		for k, n := range found {
			if n != 1 {
				t.Errorf("%s is booked %d times", k, n)
			}
		}
		for n := range next {
			if found[key(client, n)] == 0 {
				t.Errorf("%s was acknowledged and is not there", key(client, n))
			}
		}
		if found[key(client, next+1)] != 0 {
			t.Errorf("%s is booked, and the one before was not acknowledged", key(client, next+1))
		}
	}
	prove(t, db)
}

// prove recomputes the books.
func prove(t *testing.T, db *sqlstore.DB) {
	t.Helper()
	laws, err := openLaws()
	if err != nil {
		t.Fatal(err)
	}
	report, err := (&proof.Prover{DB: db, Laws: laws}).Prove(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		t.Errorf("%+v", d)
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
	for client := range clients {
		posted, echoed := 0, 0
		for k := range receipts(t, desk, client) {
			if strings.HasPrefix(k, "echo/") {
				echoed++
			} else {
				posted++
			}
		}
		// a receipt whose client was killed before it asked for the job has none
		if posted-echoed > 1 || posted < echoed || posted == 0 {
			t.Errorf("client %d: %d receipts, %d jobs of them done", client, posted, echoed)
		}
	}
	for _, area := range areas {
		nights := map[string]int{}
		err := db.View(t.Context(), area, func(tx store.Tx) error {
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
					return nil
				}
				p.After = done[len(done)-1].ID
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for day, n := range nights {
			if n != 1 {
				t.Errorf("%s: %d ticks of %s", area, n, day)
			}
		}
		if len(nights) == 0 {
			t.Errorf("%s: no tick", area)
		}
	}
}

// TestKill: the server is killed while four clients post; after each start
// every acknowledged entry is there, none twice, and the books prove.
func TestKill(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o := makeBooks(t, e)
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
	o := makeBooks(t, e)
	var a acks
	steady := start(t, o)
	for range crashes(t) {
		steady.wait(t, &a, 8)
		o.next = a.next
		s := start(t, o)
		s.wait(t, &a, 24) // it catches up with the other, and they go on side by side
		s.kill(t, &a)
	}
	steady.kill(t, &a)
	check(t, o, &a)
	settle(t, o)
	check(t, o, &a)
}
