package ledger_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

const (
	benchClients = 8
	benchEach    = 25  // entries of a client in one turn
	benchBatch   = 500 // entries of a batch
)

// BenchmarkPosting compares entries of two legs through the domain (key, hash,
// MACs, lane, triggers) with the same rows written by bare SQL into tables
// without indexes, on one PostgreSQL, in turns: at 8 clients an entry a
// transaction, and in batches.
func BenchmarkPosting(b *testing.B) {
	ctx := b.Context()
	address := pgtest.New(b)
	bare := newBare(b, address)
	db := openPostgres(b, address)
	var n atomic.Int64
	var single, plain, batch time.Duration
	turn := func() {
		plain += clients(b, benchEach, func(c int) error { return bare[c].post(ctx, n.Add(1)) })
		single += clients(b, benchEach, func(int) error {
			return db.Update(ctx, storetest.Area, func(tx store.Tx) error {
				_, err := ledger.Post(ctx, tx, benchEntry(n.Add(1)))
				return err
			})
		})
	}
	load := func() {
		batch += clients(b, 1, func(int) error {
			return db.Update(ctx, storetest.Area, func(tx store.Tx) error {
				list := make([]ledger.Entry, benchBatch)
				for i := range list {
					list[i] = benchEntry(n.Add(1))
				}
				_, err := ledger.PostAll(ctx, tx, list)
				return err
			})
		})
	}
	for range 3 { // prepares statements, fills tables that are empty
		load()
		turn()
	}
	single, plain, batch = 0, 0, 0
	b.ResetTimer()
	for range b.N {
		turn()
		load()
	}
	rate := func(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }
	one, sql, many := rate(b.N*benchClients*benchEach, single), rate(b.N*benchClients*benchEach, plain), rate(b.N*benchClients*benchBatch, batch)
	b.ReportMetric(one, "entries/s")
	b.ReportMetric(sql, "bare/s")
	b.ReportMetric(many, "batched/s")
	b.ReportMetric(one/sql, "of-bare")
	b.ReportMetric(many/one, "batch-gain")
}

// clients lets all clients do something as often as told, at the same time.
func clients(b *testing.B, each int, do func(c int) error) time.Duration {
	var wg sync.WaitGroup
	start := time.Now()
	for c := range benchClients {
		wg.Go(func() {
			for range each {
				if err := do(c); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func benchEntry(n int64) ledger.Entry {
	key := fmt.Sprint("payment/", n)
	return ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: key, Key: key, Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: "bank", EmployerFen: 20000, PersonFen: 10000},
		{Account: ledger.Receivable, Party: "firm", Person: "person", Scheme: insurance.Pension, FeeMonth: calendar.NewMonth(2026, 1),
			EmployerFen: -20000, PersonFen: -10000, Charge: "charge"},
	}}
}

func openPostgres(b testing.TB, address string) *sqlstore.DB {
	b.Helper()
	pool, err := postgres.Pool(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	if err := sqlstore.Migrate(b.Context(), postgres.Engine, pool, 0); err != nil {
		b.Fatal(err)
	}
	_ = pool.Close()
	db, err := postgres.Open(b.Context(), address, sqlstore.Config{Vault: storetest.Vault(b), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// bareClient is what somebody would write without a system of record.
type bareClient struct{ conn *pgx.Conn }

func newBare(b *testing.B, address string) []bareClient {
	b.Helper()
	var out []bareClient
	for c := range benchClients {
		conn, err := pgx.Connect(b.Context(), address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close(context.WithoutCancel(b.Context())) })
		if c == 0 {
			_, err := conn.Exec(b.Context(), `CREATE TABLE bare_entry (id TEXT PRIMARY KEY, kind TEXT NOT NULL, posted_on TEXT NOT NULL, posted_month TEXT NOT NULL, ref_kind TEXT NOT NULL,
				ref TEXT NOT NULL, key TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL);
				CREATE TABLE bare_leg (entry TEXT NOT NULL, seq BIGINT NOT NULL, account TEXT NOT NULL, party TEXT NOT NULL, person TEXT NOT NULL, scheme BIGINT NOT NULL,
				fee_month TEXT NOT NULL, employer_fen BIGINT NOT NULL, person_fen BIGINT NOT NULL, charge TEXT NOT NULL, PRIMARY KEY (entry, seq))`)
			if err != nil {
				b.Fatal(err)
			}
		}
		out = append(out, bareClient{conn})
	}
	return out
}

func (c bareClient) post(ctx context.Context, n int64) error {
	return pgx.BeginFunc(ctx, c.conn, func(tx pgx.Tx) error {
		id := sqlstore.RandomID(time.Now())
		e := benchEntry(n)
		if _, err := tx.Exec(ctx, "INSERT INTO bare_entry VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			id, e.Kind, "2026-03-02", "2026-03", e.RefKind, e.Ref, e.Key, "system", n); err != nil {
			return err
		}
		for i, l := range e.Legs {
			if _, err := tx.Exec(ctx, "INSERT INTO bare_leg VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
				id, int64(i), l.Account, l.Party, l.Person, int64(l.Scheme), l.FeeMonth.String(), int64(l.EmployerFen), int64(l.PersonFen), l.Charge); err != nil {
				return err
			}
		}
		return nil
	})
}
