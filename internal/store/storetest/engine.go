package storetest

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"bujiao/internal/store/postgres"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlite"
	"bujiao/internal/store/sqlstore"
)

// Engine opens stores for tests.
type Engine struct {
	Name string
	// Empty makes an empty database, gone after the test, and gives its address.
	Empty func(t testing.TB) string
	// Pools opens the pools of writers and readers, which may be one.
	Pools func(ctx context.Context, address string) (writer, reader *sql.DB, err error)
	// OpenAt opens the store of an address, whose schema is the newest.
	OpenAt func(ctx context.Context, address string, c sqlstore.Config) (*sqlstore.DB, error)
}

// SQLite opens stores in files of the test's folder.
var SQLite = Engine{
	Name:   sqlite.Engine,
	Empty:  func(t testing.TB) string { return filepath.Join(t.TempDir(), "books.db") },
	Pools:  func(_ context.Context, path string) (w, r *sql.DB, err error) { return sqlite.Pools(path) },
	OpenAt: sqlite.Open,
}

// Postgres opens stores in databases of the private server of the test binary,
// whose TestMain has pgtest.Run.
var Postgres = Engine{
	Name:  postgres.Engine,
	Empty: pgtest.New,
	Pools: func(ctx context.Context, address string) (w, r *sql.DB, err error) {
		w, err = postgres.Pool(ctx, address)
		return w, w, err
	},
	OpenAt: postgres.Open,
}

// Engines are all there are.
var Engines = []Engine{SQLite, Postgres}

// Migrated makes a database with the newest schema.
func (e Engine) Migrated(t testing.TB) string {
	t.Helper()
	address := e.Empty(t)
	w, done := e.Raw(t, address)
	defer done()
	if err := sqlstore.Migrate(t.Context(), e.Name, w, 0); err != nil {
		t.Fatal(err)
	}
	return address
}

// Raw opens the database as somebody does who goes round the program.
func (e Engine) Raw(t testing.TB, address string) (db *sql.DB, done func()) {
	t.Helper()
	w, r, err := e.Pools(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return w, func() {
		_ = w.Close()
		_ = r.Close()
	}
}

// Open opens an empty store with the newest schema; the test closes it.
func (e Engine) Open(t testing.TB, c sqlstore.Config) *sqlstore.DB {
	t.Helper()
	db, err := e.OpenAt(t.Context(), e.Migrated(t), c)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
