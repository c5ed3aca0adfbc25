package sqlite_test

import (
	"path/filepath"
	"testing"

	"bujiao/internal/store/sqlite"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

func open(t testing.TB, c sqlstore.Config) *sqlstore.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "books.db")
	w, r, err := sqlite.Pools(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlstore.Migrate(t.Context(), sqlite.Engine, w, 0); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	_ = r.Close()
	db, err := sqlite.Open(t.Context(), path, c)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Engine{Name: sqlite.Engine, Open: open})
}
