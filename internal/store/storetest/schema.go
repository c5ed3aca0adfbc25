package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/store/migrations"
	"bujiao/internal/store/postgres"
	"bujiao/internal/store/sqlstore"
)

// schema: the database is what tables.go says, and gets there and back without
// losing a row.
func schema(t *testing.T, e Engine) {
	t.Run("tables are as described", func(t *testing.T) { described(t, e) })
	t.Run("step by step with data", func(t *testing.T) { steps(t, e) })
	t.Run("another version is refused", func(t *testing.T) { versions(t, e) })
}

// Column is a column as the engine's catalogue has it.
type Column struct {
	Name, Type string
	Null       bool
}

// Catalogue lists the tables of a database with their columns in order, as the
// engine knows them, and the keys (primary and unique) of each.
func Catalogue(t testing.TB, e Engine, db *sql.DB) (tables map[string][]Column, keys map[string][][]string) {
	t.Helper()
	cols, unique := sqliteColumns, sqliteKeys
	if e.Name == postgres.Engine {
		cols, unique = postgresColumns, postgresKeys
	}
	tables, keys = map[string][]Column{}, map[string][][]string{}
	rows(t, db, cols, func(v []string) {
		tables[v[0]] = append(tables[v[0]], Column{v[1], strings.ToLower(v[2]), v[3] == "YES"})
	})
	last := ""
	rows(t, db, unique, func(v []string) {
		if v[1] != last {
			keys[v[0]], last = append(keys[v[0]], nil), v[1]
		}
		list := keys[v[0]]
		list[len(list)-1] = append(list[len(list)-1], v[2])
	})
	return tables, keys
}

const (
	postgresColumns = `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`
	postgresKeys    = `SELECT t.relname, i.indexrelid::text, a.attname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
		CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
		WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace ORDER BY t.relname, NOT i.indisprimary, i.indexrelid, k.n`
	sqliteColumns = `SELECT m.name, c.name, c.type, CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN 'NO' ELSE 'YES' END
		FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid`
	sqliteKeys = `SELECT m.name, l.name, i.name FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
		WHERE m.type = 'table' AND l."unique" = 1 ORDER BY m.name, l.origin <> 'pk', l.name, i.seqno`
)

func rows(t testing.TB, db *sql.DB, query string, fn func([]string)) {
	t.Helper()
	list, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	cols, err := list.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for list.Next() {
		v, into := make([]string, len(cols)), make([]any, len(cols))
		for i := range v {
			into[i] = &v[i]
		}
		if err := list.Scan(into...); err != nil {
			t.Fatal(err)
		}
		fn(v)
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
}

// GooseTable is the migrator's own table, the one that tables.go does not
// describe: it has no area, and its rows carry no MAC. Its versions are checked
// at every opening.
const GooseTable = "goose_db_version"

func described(t *testing.T, e Engine) {
	raw, done := e.Raw(t, e.Migrated(t))
	defer done()
	tables, keys := Catalogue(t, e, raw)
	if _, ok := tables[GooseTable]; !ok {
		t.Errorf("no %s: the catalogue is not read", GooseTable)
	}
	delete(tables, GooseTable)
	kinds := map[byte]string{'s': "text", 'i': "bigint", 'n': "bigint", 'b': "bytea"}
	for _, tab := range sqlstore.Tables() {
		var want []Column
		for _, c := range tab.Cols {
			want = append(want, Column{c.Name, kinds[c.Type], c.Type == 'n'})
		}
		want = append(want, Column{"mac", "bytea", false})
		if got := tables[tab.Name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", tab.Name, got, want)
		}
		delete(tables, tab.Name)
		var key []string
		for _, c := range tab.Cols[:tab.Key] {
			key = append(key, c.Name)
		}
		list := keys[tab.Name]
		if len(list) == 0 || !slices.Equal(list[0], key) {
			t.Errorf("%s: keys %v, want %v first", tab.Name, list, key)
		}
		for _, k := range list {
			if k[0] != "area" {
				t.Errorf("%s: the key %v does not start with area", tab.Name, k)
			}
		}
	}
	for name := range tables {
		t.Errorf("table %s is not described", name)
	}
}

// SampleRow is a row of a table with values that a seed makes.
func SampleRow(tab *sqlstore.Table, seed int) []any {
	row := []any{Area}
	for i, c := range tab.Cols[1:] {
		switch c.Type {
		case 's':
			row = append(row, fmt.Sprintf("%s %d 中", c.Name, seed))
		case 'i':
			row = append(row, int64(seed*1000+i))
		case 'n':
			row = append(row, map[bool]any{true: nil, false: int64(i)}[seed%2 == 0])
		case 'b':
			row = append(row, []byte{0, byte(seed), 255})
		}
	}
	return append(row, []byte("0123456789abcdef"))
}

// InsertRaw puts a row with its MAC straight into the database.
func InsertRaw(ctx context.Context, e Engine, db *sql.DB, tab *sqlstore.Table, row []any) error {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(row)), ", ")
	_, err := db.ExecContext(ctx, e.Rebind("INSERT INTO "+tab.Name+" ("+tab.Names()+") VALUES ("+marks+")"), row...)
	return err
}

// Rebind writes placeholders as the engine wants them.
func (e Engine) Rebind(query string) string {
	if e.Name == postgres.Engine {
		return sqlstore.Dollars(query)
	}
	return query
}

// ReadRaw reads all rows of a table in the order of its key.
func ReadRaw(t testing.TB, db *sql.DB, tab *sqlstore.Table) [][]any {
	t.Helper()
	var by []string
	for _, c := range tab.Cols[:tab.Key] {
		by = append(by, c.Name)
	}
	list, err := db.QueryContext(t.Context(), "SELECT "+tab.Names()+" FROM "+tab.Name+" ORDER BY "+strings.Join(by, ", "))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	var out [][]any
	for list.Next() {
		row, into := make([]any, len(tab.Cols)+1), make([]any, len(tab.Cols)+1)
		for i := range row {
			into[i] = &row[i]
		}
		if err := list.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func provider(t testing.TB, e Engine, db *sql.DB) *goose.Provider {
	t.Helper()
	files, err := migrations.For(e.Name)
	if err != nil {
		t.Fatal(err)
	}
	dialect := map[string]goose.Dialect{"sqlite": goose.DialectSQLite3, "postgres": goose.DialectPostgres}[e.Name]
	p, err := goose.NewProvider(dialect, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// steps goes up one version at a time, writes rows into the tables that are
// new, and finds all earlier ones again; then down the same way.
func steps(t *testing.T, e Engine) {
	address := e.Empty(t)
	db, done := e.Raw(t, address)
	defer done()
	p := provider(t, e, db)
	written := map[string][][]any{}
	check := func(version int64) {
		t.Helper()
		there, _ := Catalogue(t, e, db)
		for _, tab := range sqlstore.Tables() {
			if there[tab.Name] == nil {
				continue
			}
			if written[tab.Name] == nil {
				for seed := range 2 {
					row := SampleRow(tab, seed)
					if err := InsertRaw(t.Context(), e, db, tab, row); err != nil {
						t.Fatalf("version %d: %s: %v", version, tab.Name, err)
					}
					written[tab.Name] = append(written[tab.Name], row)
				}
			}
			if got := ReadRaw(t, db, tab); !reflect.DeepEqual(got, written[tab.Name]) {
				t.Errorf("version %d: %s has\n%v, want\n%v", version, tab.Name, got, written[tab.Name])
			}
		}
	}
	sources := p.ListSources()
	for _, s := range sources {
		if _, err := p.UpTo(t.Context(), s.Version); err != nil {
			t.Fatalf("up to %d: %v", s.Version, err)
		}
		check(s.Version)
	}
	appendOnly(t, e, db)
	for i := len(sources) - 1; i >= 0; i-- {
		to := int64(0)
		if i > 0 {
			to = sources[i-1].Version
		}
		if _, err := p.DownTo(t.Context(), to); err != nil {
			t.Fatalf("down to %d: %v", to, err)
		}
		there, _ := Catalogue(t, e, db)
		for _, tab := range sqlstore.Tables() {
			if there[tab.Name] == nil {
				delete(written, tab.Name)
			}
		}
		check(to)
	}
	if there, _ := Catalogue(t, e, db); len(there) != 1 {
		t.Errorf("after the way down there are %d tables, want only goose's", len(there))
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Errorf("up again: %v", err)
	}
}

// appendOnly: exactly the tables that keep what is in them refuse a change.
func appendOnly(t *testing.T, e Engine, db *sql.DB) {
	dialect := dialectOf(t, e)
	verbs := []string{"UPDATE %s SET mac = mac", "DELETE FROM %s"}
	if e.Name == postgres.Engine {
		verbs = append(verbs, "TRUNCATE %s")
	}
	for _, tab := range sqlstore.Tables() {
		for _, verb := range verbs {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = tx.ExecContext(t.Context(), fmt.Sprintf(verb, tab.Name))
			if refused := err != nil && dialect.Classify(err).Meaning == sqlstore.AppendOnly; refused != tab.Append {
				t.Errorf("%s: append-only is %t, but: %v", fmt.Sprintf(verb, tab.Name), tab.Append, err)
			}
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func dialectOf(t testing.TB, e Engine) sqlstore.Dialect {
	db, _ := New(t, e)
	return db.Dialect
}

func versions(t *testing.T, e Engine) {
	address := e.Empty(t)
	db, done := e.Raw(t, address)
	defer done()
	refused := func(key string) {
		t.Helper()
		store, err := e.OpenAt(t.Context(), address, sqlstore.Config{Vault: Vault(t), Now: NewClock().Now})
		if err == nil {
			_ = store.Close()
		}
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != key {
			t.Fatalf("got %v, want %s", err, key)
		}
		for _, l := range []string{"zh", "en"} {
			if text := lang.Text(l, f.Key, f.Args); key == "store.schema_old" && !strings.Contains(text, "bujiao migrate") {
				t.Errorf("%q does not say what to run", text)
			}
		}
	}
	if err := db.PingContext(t.Context()); err != nil { // makes the file
		t.Fatal(err)
	}
	refused("store.schema_old")
	if err := sqlstore.Migrate(t.Context(), e.Name, db, 1); err != nil {
		t.Fatal(err)
	}
	refused("store.schema_old")
	if err := sqlstore.Migrate(t.Context(), e.Name, db, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), e.Rebind("INSERT INTO "+GooseTable+" (version_id, is_applied) VALUES (?, ?)"), 9999, true); err != nil {
		t.Fatal(err)
	}
	refused("store.schema_new")
}
