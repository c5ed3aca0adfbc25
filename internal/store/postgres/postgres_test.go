package postgres_test

import (
	"os"
	"testing"

	"bujiao/internal/store/postgres"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

func open(t testing.TB, c sqlstore.Config) *sqlstore.DB {
	t.Helper()
	address := pgtest.New(t)
	pool, err := postgres.Pool(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlstore.Migrate(t.Context(), postgres.Engine, pool, 0); err != nil {
		t.Fatal(err)
	}
	_ = pool.Close()
	db, err := postgres.Open(t.Context(), address, c)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Engine{Name: postgres.Engine, Open: open})
}
