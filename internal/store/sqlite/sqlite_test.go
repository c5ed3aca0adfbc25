package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"bujiao/internal/fault"
	"bujiao/internal/store/sqlite"
	"bujiao/internal/store/storetest"
)

func TestConformance(t *testing.T) { storetest.Run(t, storetest.SQLite) }

// TestForeignFile is a database of another program: it is refused and stays as it was, byte for byte.
func TestForeignFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "theirs.db")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE customer (id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = sqlite.Create(t.Context(), path)
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != "store.foreign" || f.Kind != fault.Invalid {
		t.Errorf("got %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
}

// TestEveryIndexHasStatistics: without them a plan walks a whole area.
func TestEveryIndexHasStatistics(t *testing.T) {
	raw, done := storetest.SQLite.Raw(t, storetest.SQLite.Migrated(t))
	defer done()
	rows, err := raw.Query(`SELECT l.name, coalesce(s.stat, '') FROM sqlite_schema t, pragma_index_list(t.name) l LEFT JOIN sqlite_stat1 s ON s.tbl = t.name AND s.idx = l.name
		WHERE t.type = 'table' AND t.name <> ? ORDER BY 1`, storetest.GooseTable)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]string{}
	for rows.Next() {
		var name, stat string
		if err := rows.Scan(&name, &stat); err != nil {
			t.Fatal(err)
		}
		if got[name] = stat; stat == "" {
			t.Errorf("%s has none", name)
		}
	}
	for name, want := range map[string]string{
		"approval_state_id":             "1000000 500000 25000 10", // of a migration
		"casefile_owner_id":             "1000000 500000 25000 10",
		"casefile_person_id":            "1000000 500000 20 10",
		"sqlite_autoindex_casefile_1":   "1000000 500000 1",
		"sqlite_autoindex_case_month_1": "1000000 500000 20 10 1",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if rows.Err() != nil || len(got) < 130 {
		t.Errorf("%d indexes, %v", len(got), rows.Err())
	}
}
