package office_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

const (
	benchSomeCases = 1_000
	benchManyCases = 100_000 // BUJIAO_BENCH_CASES sets another number
	benchSteps     = 100     // cases of which the time of a step is the median
	wantGrowth     = 1.5
)

// BenchmarkCases opens, moves and closes complaints on both engines, a hundredth
// of the cases that are to be stored (10,000 of 1,000,000), by eight clients, and
// writes the very rows of such a case by bare SQL into tables without indexes, by
// eight clients too, in as many transactions. It takes a step with 1,000 cases
// stored and with many (BUJIAO_BENCH_CASES).
//
// What is stored was not played: the case and its three events are written as
// rows of other persons through the store's own buffered insert, which loads them
// in bulk with the MACs that played ones would have.
func BenchmarkCases(b *testing.B) {
	many := benchManyCases
	if s := os.Getenv("BUJIAO_BENCH_CASES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 10*benchSomeCases {
			b.Fatalf("BUJIAO_BENCH_CASES %q: a number from %d", s, 10*benchSomeCases)
		}
		many = n
	}
	for _, e := range storetest.Engines {
		b.Run(e.Name, func(b *testing.B) {
			for range b.N {
				benchCases(b, e, many)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func benchCases(b *testing.B, e storetest.Engine, many int) {
	x := newCaseBench(b, e)
	x.warm(b)
	rows := x.rowsOfACase(b)
	x.fill(b, benchSomeCases)
	few := x.steps(b)
	each := many / 100 / benchClients
	start := time.Now()
	benchAtOnce(func(client int) { x.play(b, client, each) })
	took := time.Since(start)
	bare := bareCases(b, e, rows, each)
	start = time.Now()
	x.fill(b, many)
	filled := time.Since(start)
	lots := x.steps(b)
	n, growth, times := float64(each*benchClients), lots.Seconds()/few.Seconds(), took.Seconds()/bare.Seconds()
	fmt.Printf("%s: %.0f cases opened, moved and closed: %.0f/s, bare SQL of the same rows %.0f/s, %.1f times its time; a step with %d stored %.2f ms, with %d %.2f ms, ratio %.2f (want %.2f; stored in %.0f s)\n",
		e.Name, n, n/took.Seconds(), n/bare.Seconds(), times, benchSomeCases, few.Seconds()*1000, many, lots.Seconds()*1000, growth, wantGrowth, filled.Seconds())
	b.ReportMetric(n/took.Seconds(), "cases/s")
	b.ReportMetric(times, "of-bare")
	b.ReportMetric(growth, "growth")
	if growth > wantGrowth {
		b.Errorf("a step grows with the cases that are stored: %.2f", growth)
	}
}

const benchClients = 8

func benchAtOnce(do func(client int)) {
	var all sync.WaitGroup
	for client := range benchClients {
		all.Go(func() { do(client) })
	}
	all.Wait()
}

// caseBench is an office with a worker for each client.
type caseBench struct {
	o      *office.Office
	db     *sqlstore.DB
	raw    *sql.DB // the same database, round the program
	stored int
	model  casework.Case // a played one
	events []casework.Event
}

func newCaseBench(b *testing.B, e storetest.Engine) *caseBench {
	laws, err := law.Open(packs.FS)
	if err != nil {
		b.Fatal(err)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	clock := storetest.NewClock()
	clock.Add(time.Date(2026, 4, 15, 10, 0, 0, 0, books.China).Sub(clock.Now()))
	address := e.Migrated(b)
	db, err := e.OpenAt(b.Context(), address, sqlstore.Config{Vault: storetest.Vault(b), Now: clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	raw, done := e.Raw(b, address)
	b.Cleanup(func() {
		done()
		_ = db.Close()
	})
	from := storetest.Day(b, "2020-01-01")
	storetest.Update(b, db, func(ctx context.Context, tx store.Tx) error {
		return tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: creditCode(1), Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: from, KnownOn: from})
	})
	for i := range benchClients {
		storetest.Update(b, db, func(ctx context.Context, tx store.Tx) error {
			return tx.NewPerson(ctx, registry.Person{ID: fmt.Sprintf("p%d", i), NumberHash: fmt.Sprint(i), NumberKind: "citizen", Number: citizenNumber(i), Name: "张三", From: from, KnownOn: from})
		})
	}
	return &caseBench{o: &office.Office{Store: db, Vault: db.Vault, Laws: laws, Words: lang.Text, Signing: key}, db: db, raw: raw}
}

// play lets a worker complain, the office file it and the worker withdraw it, and
// gives the times of the steps.
func (x *caseBench) play(b *testing.B, client, n int) (times [3][]time.Duration) {
	for range n {
		m, took := x.open(b, client)
		times[0] = append(times[0], took)
		for i, event := range []string{"file", "withdraw"} {
			times[1+i] = append(times[1+i], x.move(b, client, m.Case.ID, event))
		}
	}
	return times
}

func (x *caseBench) worker(client int) office.Request {
	p := fmt.Sprintf("p%d", client)
	return office.Request{Actor: access.Actor{ID: "a" + p, Role: access.Insured, Areas: []string{storetest.Area}, Person: p}, Area: storetest.Area}
}

func (x *caseBench) open(b *testing.B, client int) (office.Moved, time.Duration) {
	start := time.Now()
	m, err := x.o.OpenCase(b.Context(), x.worker(client), office.CaseOpening{Kind: "complaint", Employer: "e", Data: casework.Values{"subject": "未参保"}})
	if err != nil {
		b.Error(err)
	}
	return m, time.Since(start)
}

func (x *caseBench) move(b *testing.B, client int, id, event string) time.Duration {
	q := x.worker(client)
	if event == "file" {
		q.Actor = access.Actor{ID: "clerk", Role: access.Clerk, Areas: q.Actor.Areas}
		q.Purpose = access.Service
	}
	start := time.Now()
	if _, err := x.o.MoveCase(b.Context(), q, office.CaseMove{Case: id, Event: event}); err != nil {
		b.Error(err)
	}
	return time.Since(start)
}

// warm prepares what is prepared once, and keeps a case to store many like it.
func (x *caseBench) warm(b *testing.B) {
	x.play(b, 0, 3)
	m, _ := x.open(b, 0)
	x.move(b, 0, m.Case.ID, "file")
	x.move(b, 0, m.Case.ID, "withdraw")
	storetest.View(b, x.db, func(ctx context.Context, tx store.Tx) (err error) {
		if x.model, err = tx.Case(ctx, m.Case.ID); err != nil {
			return err
		}
		x.events, err = tx.CaseEvents(ctx, m.Case.ID)
		return err
	})
	if b.Failed() {
		b.FailNow()
	}
}

// steps gives the time of a step, the mean of the medians of the three.
func (x *caseBench) steps(b *testing.B) (mean time.Duration) {
	x.play(b, 0, 10)
	for _, times := range x.play(b, 0, benchSteps) {
		slices.Sort(times)
		mean += times[len(times)/2] / 3
	}
	return mean
}

// fill stores cases until there are so many.
func (x *caseBench) fill(b *testing.B, n int) {
	for x.stored < n {
		storetest.Update(b, x.db, func(ctx context.Context, tx store.Tx) error {
			for range min(5_000, n-x.stored) {
				c := x.model
				x.stored++
				c.ID, c.Person = tx.NewID(), fmt.Sprintf("q%d", x.stored)
				tx.AddCase(ctx, c)
				for _, e := range x.events {
					e.Case = c.ID
					tx.AddCaseEvent(ctx, e)
				}
			}
			return nil
		})
	}
}

// bareRow is a row of a table.
type bareRow struct {
	table  *sqlstore.Table
	values []any
}

// rowsOfACase are the rows that each of three steps writes or changes.
func (x *caseBench) rowsOfACase(b *testing.B) (out [3][]bareRow) {
	have := x.everything(b)
	step := func(i int) {
		now := x.everything(b)
		for _, key := range slices.Sorted(maps.Keys(now)) {
			if _, old := have[key]; !old {
				out[i] = append(out[i], now[key])
			}
		}
		have = now
	}
	m, _ := x.open(b, 0)
	step(0)
	for i, event := range []string{"file", "withdraw"} {
		x.move(b, 0, m.Case.ID, event)
		step(1 + i)
	}
	return out
}

func (x *caseBench) everything(b *testing.B) map[string]bareRow {
	out := map[string]bareRow{}
	for _, t := range sqlstore.Tables() {
		rows, err := x.raw.QueryContext(b.Context(), "SELECT "+t.Names()+" FROM "+t.Name)
		if err != nil {
			b.Fatal(err)
		}
		cols, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(cols)), make([]any, len(cols))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				b.Fatal(err)
			}
			out[t.Name+fmt.Sprint(values...)] = bareRow{t, values}
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
	}
	return out
}

// bareCases writes the rows of cases as somebody would without a system of
// record: three transactions a case, nothing read, checked or indexed.
func bareCases(b *testing.B, e storetest.Engine, rows [3][]bareRow, each int) time.Duration {
	db, done := e.Raw(b, e.Empty(b))
	defer done()
	texts := map[*sqlstore.Table]string{}
	for _, step := range rows {
		for _, r := range step {
			if texts[r.table] != "" {
				continue
			}
			marks := make([]string, len(r.values))
			types := make([]string, len(r.values))
			for i, v := range r.values {
				marks[i], types[i] = "$"+strconv.Itoa(i+1), "c"+strconv.Itoa(i)+" "+bareType(e, v)
			}
			texts[r.table] = "INSERT INTO " + r.table.Name + " VALUES (" + strings.Join(marks, ", ") + ")"
			if _, err := db.ExecContext(b.Context(), "CREATE TABLE "+r.table.Name+" ("+strings.Join(types, ", ")+")"); err != nil {
				b.Fatal(err)
			}
		}
	}
	one := func() error {
		for _, step := range rows {
			tx, err := db.BeginTx(b.Context(), nil)
			if err != nil {
				return err
			}
			for _, r := range step {
				if _, err := tx.ExecContext(b.Context(), texts[r.table], r.values...); err != nil {
					_ = tx.Rollback()
					return err
				}
			}
			if err := tx.Commit(); err != nil {
				return err
			}
		}
		return nil
	}
	start := time.Now()
	benchAtOnce(func(int) {
		for range each {
			if err := one(); err != nil {
				b.Error(err)
				return
			}
		}
	})
	return time.Since(start)
}

func bareType(e storetest.Engine, v any) string {
	switch v.(type) {
	case []byte:
		if e.Name == storetest.Postgres.Name {
			return "BYTEA"
		}
		return "BLOB"
	case int64:
		return "BIGINT"
	}
	return "TEXT"
}
