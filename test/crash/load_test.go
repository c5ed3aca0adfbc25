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
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/internal/vault"
	"bujiao/internal/worker"
	"bujiao/packs"
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

// openLaws reads the packs once.
var openLaws = sync.OnceValues(func() (*law.Library, error) { return law.Open(packs.FS) })

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
			laws, err1 := openLaws()
			return db, &office.Office{Store: db, Vault: keys, Laws: laws, Words: lang.Text}, clock, errors.Join(err, err1)
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

func areaOf(client int) string { return areas[client%len(areas)] }

// paidOn is the day that every receipt carries.
const paidOn = "2025-06-02"

// receipt is what is paid at a counter: one fen on the client's order.
func receipt(order, number string) (office.CounterInput, error) {
	day, err := calendar.ParseDate(paidOn)
	return office.CounterInput{Order: order, Amount: 1, PaidOn: day, Receipt: number}, err
}

// orderOf finds the payment order of a client.
func orderOf(ctx context.Context, desk *office.Office, client int) (id string, err error) {
	err = desk.Store.View(ctx, areaOf(client), func(tx store.Tx) error {
		list, err := tx.OrdersOf(ctx, employerOf(client), "", 0)
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("client %d has %d orders", client, len(list))
		}
		if err == nil {
			id = list[0].ID
		}
		return err
	})
	return id, err
}

func employerOf(client int) string { return fmt.Sprintf("e%d", client) }

// post books one number of a client: a receipt at a counter, and a job that
// books another, each under a key of its own.
func post(ctx context.Context, desk *office.Office, client, n int) error {
	k := key(client, n)
	order, err := orderOf(ctx, desk, client)
	if err != nil {
		return err
	}
	in, err := receipt(order, k)
	if err != nil {
		return err
	}
	q := office.Request{Actor: access.Self, Area: areaOf(client), Key: k}
	if _, err := desk.ReceiveAtCounter(ctx, q, in); err != nil {
		return err
	}
	q.Key += "/job"
	_, err = office.Do(ctx, desk, q, "crash.job", n, func(tx store.Tx) (bool, error) {
		return tx.Enqueue(ctx, "echo", k, order, tx.At())
	})
	return err
}

// echo books a receipt for a job; run twice it books once.
func echo(ctx context.Context, desk *office.Office, t worker.Task) error {
	in, err := receipt(t.Payload, "echo/"+t.Key)
	if err == nil {
		_, err = desk.ReceiveAtCounter(ctx, t.Request("echo"), in)
	}
	return err
}

// prepare makes an employer with one employee for each client, a declared month
// and its payment order.
func prepare(ctx context.Context, desk *office.Office) error {
	start, month := calendar.NewMonth(2020, 1).First(), calendar.NewMonth(2025, 3)
	for client, code := range []string{"91350100M000100Y43", "91110000000000001X", "911100000000000028", "911100000000000036"} {
		area, e, p := areaOf(client), employerOf(client), fmt.Sprintf("p%d", client)
		err := desk.Store.Update(ctx, area, func(tx store.Tx) error {
			return errors.Join(
				tx.NewEmployer(ctx, registry.Employer{ID: e, CreditCode: code, Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
				tx.NewPerson(ctx, registry.Person{ID: p, NumberHash: p, NumberKind: "citizen", Number: "11010519491231002X", Name: "张三", From: start, KnownOn: start}),
				tx.AddEmployment(ctx, registry.Employment{ID: "job " + p, Person: p, Employer: e, From: start, KnownOn: start}))
		})
		if err != nil {
			return err
		}
		q := office.Request{Actor: access.Self, Area: area}
		bill, err := desk.Declare(ctx, q, office.DeclareInput{Employer: e, Month: month, Channel: "api",
			Lines: []office.DeclareLine{{FilingLine: declaration.FilingLine{Person: p, Wage: 1_000_000}}}})
		if err != nil {
			return fmt.Errorf("declare in %s: %w", area, err)
		}
		if _, err := desk.CreateOrder(ctx, q, office.OrderInput{Notice: bill.Notice, Channel: collection.Counter}); err != nil {
			return err
		}
	}
	return nil
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
