// Package crash_test kills servers that post, takes the database away under
// them, fills its disk and moves their clocks, and then looks whether the books
// hold everything that was acknowledged, once, and prove.
package crash_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/internal/vault"
	"bujiao/internal/worker"
)

// The test binary runs itself as the server that is killed.
const role = "BUJIAO_CRASH_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		if err := serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(pgtest.Run(m))
}

// areas are those that clients post to, in turn.
var areas = []string{"110000", "310000"}

const clients = 4

// order is what a server is told, in its environment.
type order struct {
	engine, address string
	next            [clients]int  // the first number of each client
	ahead           time.Duration // of its clock
}

func (o order) env() []string {
	var next []string
	for _, n := range o.next {
		next = append(next, strconv.Itoa(n))
	}
	return []string{role + "=1", "CRASH_ENGINE=" + o.engine, "CRASH_ADDRESS=" + o.address, "CRASH_NEXT=" + strings.Join(next, ","), "CRASH_AHEAD=" + o.ahead.String()}
}

func readOrder() (o order, err error) {
	o.engine, o.address = os.Getenv("CRASH_ENGINE"), os.Getenv("CRASH_ADDRESS")
	o.ahead, err = time.ParseDuration(os.Getenv("CRASH_AHEAD"))
	for i, s := range strings.Split(os.Getenv("CRASH_NEXT"), ",") {
		n, err1 := strconv.Atoi(s)
		o.next[i], err = n, errors.Join(err, err1)
	}
	return o, err
}

// openOffice opens the books with keys that are the same each time.
func openOffice(ctx context.Context, o order) (*sqlstore.DB, *office.Office, *office.Clock, error) {
	keys, err := vault.InMemory(storetest.Stream("vault"))
	if err != nil {
		return nil, nil, nil, err
	}
	now := func() time.Time { return time.Now().Add(o.ahead) }
	clock := office.NewClock(now)
	for _, e := range storetest.Engines {
		if e.Name == o.engine {
			db, err := e.OpenAt(ctx, o.address, sqlstore.Config{Vault: keys, Now: now, Today: clock.Today})
			if err == nil {
				err = clock.Read(ctx, db)
			}
			return db, &office.Office{Store: db, Vault: keys}, clock, err
		}
	}
	return nil, nil, nil, fmt.Errorf("no engine %q", o.engine)
}

// serve posts with all clients and does jobs until it is killed. It says on
// stdout what was acknowledged.
func serve() error {
	o, err := readOrder()
	if err != nil {
		return err
	}
	ctx := context.Background()
	_, desk, clock, err := openOffice(ctx, o)
	if err != nil {
		return err
	}
	w := newWorker(desk, clock)
	var wg sync.WaitGroup
	failed := make(chan error, clients)
	wg.Go(func() { w.Run(ctx) })
	for client := range clients {
		wg.Go(func() {
			for n := o.next[client]; ; n++ {
				if err := postUntilDone(ctx, desk, client, n); err != nil {
					failed <- fmt.Errorf("client %d, number %d: %w", client, n, err)
					return
				}
				fmt.Printf("%d %d\n", client, n)
			}
		})
	}
	return <-failed
}

func newWorker(desk *office.Office, clock *office.Clock) *worker.Worker {
	return worker.New(worker.Config{Office: desk, Clock: clock, Name: strconv.Itoa(os.Getpid()) + time.Now().String(), Poll: 20 * time.Millisecond, Lease: 2 * time.Second,
		Backoff: 10 * time.Millisecond, Attempts: 1000,
		Handlers: map[string]worker.Handler{"echo": echo, "night": func(context.Context, *office.Office, worker.Task) error { return nil }}, Ticks: []worker.Tick{{Kind: "night"}}})
}

func key(client, n int) string { return fmt.Sprintf("c%d/%d", client, n) }

func amount(client, n int) money.Fen { return money.Fen(1 + client*1_000_000 + n) }

func entry(k string, fen money.Fen) ledger.Entry {
	return ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: k, Key: k, Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: "bank", EmployerFen: fen},
		{Account: ledger.Receivable, Party: "firm", Scheme: insurance.Pension, EmployerFen: -fen},
	}}
}

// post books one number of a client: journal, personal data, audit, a job, and
// the result under the client's key, in one transaction.
func post(ctx context.Context, desk *office.Office, client, n int) error {
	k := key(client, n)
	q := office.Request{Actor: access.Self, Area: areas[client%len(areas)], Key: k}
	_, err := office.Do(ctx, desk, q, "crash.post", n, func(tx store.Tx) (string, error) {
		e, err := ledger.Post(ctx, tx, entry(k, amount(client, n)))
		if err != nil {
			return "", err
		}
		if _, err := tx.PutBox(ctx, "person", e.ID, "name", "张三"); err != nil {
			return "", err
		}
		if _, err := tx.Enqueue(ctx, "echo", k, k, tx.At()); err != nil {
			return "", err
		}
		return e.ID, office.Audited(ctx, tx, "crash.post", "entry", e.ID, "", nil, nil)
	})
	return err
}

// postUntilDone asks again with the same key while the database is away.
func postUntilDone(ctx context.Context, desk *office.Office, client, n int) error {
	for {
		err := post(ctx, desk, client, n)
		if fault.KindOf(err) != fault.Unavailable {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// echo books an entry for a job; run twice it books once.
func echo(ctx context.Context, desk *office.Office, t worker.Task) error {
	_, err := office.Do(ctx, desk, t.Request("echo"), "crash.echo", t.Payload, func(tx store.Tx) (string, error) {
		e, err := ledger.Post(ctx, tx, entry("echo/"+t.Payload, 1))
		return e.ID, err
	})
	return err
}
