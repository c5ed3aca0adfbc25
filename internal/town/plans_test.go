package town_test

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

// recorder keeps the texts of all statements.
type recorder struct {
	sqlstore.Dialect
	mu   *sync.Mutex
	seen map[string]int // text -> number of arguments
}

func (r recorder) Batch(ctx context.Context, c *sql.Conn, stmts []sqlstore.Stmt) error {
	r.mu.Lock()
	for _, s := range stmts {
		r.seen[s.SQL] = len(s.Args)
	}
	r.mu.Unlock()
	return r.Dialect.Batch(ctx, c, stmts)
}

// whole lists the statements that read a table of an area whole, and why they may.
var whole = map[string]string{
	"FROM open_order x":    "all open orders, for matching and batches",
	"FROM webhook ":        "few rows an area",
	"FROM period ":         "one row a month",
	"FROM setting ":        "few rows an area",
	"FROM lane ":           "as many rows as lanes",
	"FROM seal ":           "one row a day, the newest first",
	"DISTINCT area":        "a named report over areas",
	"FROM pay_order o":     "all open orders, for matching and batches",
	"FROM person ORDER":    "all persons, page by page",
	"entry LEFT JOIN":      "what has no place yet",
	"FROM employer_state ": "states of the page of employers",
}

// made are no tables but rows that the statement itself found by an index: those
// of one employer.
var made = []string{"months"}

var areaOnly = regexp.MustCompile(`(SEARCH|SCAN) (\w+)( USING (COVERING )?INDEX \w+ \(area=\?\))?$`)

// TestNoStatementWalksAnArea plays a town and asks SQLite how it finds the rows
// of every statement: one that knows more than the area must not walk it.
func TestNoStatementWalksAnArea(t *testing.T) {
	c := size(t)
	c.Persons, c.Years = 40, 1
	rec := recorder{mu: &sync.Mutex{}, seen: map[string]int{}}
	watched := storetest.SQLite
	watched.OpenAt = func(ctx context.Context, address string, c sqlstore.Config) (*sqlstore.DB, error) {
		db, err := storetest.SQLite.OpenAt(ctx, address, c)
		if err == nil {
			rec.Dialect = db.Dialect
			db.Dialect = rec
		}
		return db, err
	}
	p := play(t, watched, c)
	if len(rec.seen) < 60 {
		t.Fatalf("only %d statements were seen", len(rec.seen))
	}
	for text, n := range rec.seen {
		if !strings.HasPrefix(text, "SELECT") && !strings.HasPrefix(text, "UPDATE") {
			continue
		}
		if slices.ContainsFunc(keysOf(whole), func(s string) bool { return strings.Contains(text, s) }) {
			continue
		}
		args := make([]any, n)
		for i := range args {
			args[i] = "x"
		}
		rows, err := p.db.Reader.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		for rows.Next() {
			var id, parent, none int
			var step string
			if err := rows.Scan(&id, &parent, &none, &step); err != nil {
				t.Fatal(err)
			}
			if m := areaOnly.FindStringSubmatch(step); m != nil && !slices.Contains(made, m[2]) {
				t.Errorf("%s\n\tin %s", step, text)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		_ = rows.Close()
	}
}

func keysOf(m map[string]string) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}
