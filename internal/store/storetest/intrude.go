package storetest

import (
	"database/sql"
	"testing"

	"bujiao/internal/store/postgres"
)

// Intrude takes the triggers away, as somebody does who owns the database.
func Intrude(t testing.TB, e Engine, raw *sql.DB) {
	t.Helper()
	list := `SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'`
	if e.Name == postgres.Engine {
		list = `SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal`
	}
	var drops []string
	rows(t, raw, list, func(v []string) {
		drop := "DROP TRIGGER " + v[0]
		if e.Name == postgres.Engine {
			drop += " ON " + v[1]
		}
		drops = append(drops, drop)
	})
	if len(drops) == 0 {
		t.Fatal("there are no triggers")
	}
	for _, drop := range drops {
		if _, err := raw.ExecContext(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
	}
}
