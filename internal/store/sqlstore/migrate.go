package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/pressly/goose/v3"

	"bujiao/internal/fault"
	"bujiao/internal/store/migrations"
)

func provider(engine string, db *sql.DB) (*goose.Provider, error) {
	files, err := migrations.For(engine)
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if engine == "postgres" {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// Migrate brings the schema up to a version; zero is the newest.
func Migrate(ctx context.Context, engine string, db *sql.DB, to int64) error {
	p, err := provider(engine, db)
	if err != nil {
		return err
	}
	if to == 0 {
		if _, err = p.Up(ctx); err == nil && engine == sqliteEngine {
			err = assume(ctx, db)
		}
	} else {
		_, err = p.UpTo(ctx, to)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Version is the version of the schema in the database and the newest there is.
// It writes nothing; a database of another program is a fault.
func Version(ctx context.Context, engine string, db *sql.DB) (have, newest int64, err error) {
	p, err := provider(engine, db)
	if err != nil {
		return 0, 0, err
	}
	for _, s := range p.ListSources() {
		newest = max(newest, s.Version)
	}
	names, err := present(ctx, engine, db)
	if err != nil {
		return 0, newest, fmt.Errorf("read the catalogue: %w", err)
	}
	if err := CheckForeign(names); err != nil || !slices.Contains(names, VersionTable) {
		return 0, newest, err
	}
	steps, err := steps(ctx, db)
	for _, s := range steps {
		if s.applied {
			have = max(have, s.version)
		}
	}
	return have, newest, err
}

// present lists the tables of a database.
func present(ctx context.Context, engine string, db *sql.DB) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1"
	if engine == "postgres" {
		query = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
	}
	return Names(ctx, db, query)
}

// Names reads a list of names.
func Names(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// CheckForeign refuses a database whose tables are those of another program:
// there are some, but not those that the first migration makes.
func CheckForeign(names []string) error {
	other := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == VersionTable })
	if len(other) == 0 || slices.Contains(names, VersionTable) && slices.Contains(names, tabLane.Name) {
		return nil
	}
	return fault.New(fault.Invalid, "store.foreign", fault.Args{"table": other[0]})
}

// CheckVersion refuses a schema that is older or newer than the program's, in
// a fault that says which command to run.
func CheckVersion(ctx context.Context, engine string, db *sql.DB) error {
	have, newest, err := Version(ctx, engine, db)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("schema version: %w", err)
	case have < newest:
		return fault.New(fault.Invalid, "store.schema_old", versions(have, newest))
	case have > newest:
		return fault.New(fault.Invalid, "store.schema_new", versions(have, newest))
	}
	return nil
}

func versions(have, newest int64) fault.Args {
	return fault.Args{"have": strconv.FormatInt(have, 10), "want": strconv.FormatInt(newest, 10)}
}

// VersionTable is where the migrator keeps which versions it applied.
const VersionTable = "goose_db_version"

// step is a row of the version table as it stands there.
type step struct {
	version int64 // -1: unreadable
	applied bool
	timed   bool // its moment can be read; the migrator cannot go on without it
}

// steps reads the version table, whatever stands in it.
func steps(ctx context.Context, db *sql.DB) ([]step, error) {
	rows, err := db.QueryContext(ctx, "SELECT CAST(version_id AS TEXT), CAST(CAST(is_applied AS INTEGER) AS TEXT), CAST(tstamp AS TEXT) FROM "+VersionTable+" ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []step
	for rows.Next() {
		var version, applied, at sql.NullString
		if err := rows.Scan(&version, &applied, &at); err != nil {
			return nil, err
		}
		s := step{applied: applied.String == "1"}
		if s.version, err = strconv.ParseInt(version.String, 10, 64); err != nil {
			s.version = -1
		}
		_, err := time.Parse(time.DateTime, at.String[:min(len(at.String), len(time.DateTime))])
		s.timed = err == nil
		out = append(out, s)
	}
	return out, rows.Err()
}

// Applied lists the versions that the database says were applied, in order,
// and those that there are. A row that is not applied, or whose moment cannot
// be read, says so.
func Applied(ctx context.Context, d *DB) (have, want []string, err error) {
	p, err := provider(d.Dialect.Name(), d.Reader)
	if err != nil {
		return nil, nil, err
	}
	want = []string{"0"} // the migrator's own beginning
	for _, s := range p.ListSources() {
		want = append(want, strconv.FormatInt(s.Version, 10))
	}
	list, err := steps(ctx, d.Reader)
	if err != nil {
		return nil, nil, d.domain(err, d.Dialect.Classify(err))
	}
	for _, s := range list {
		text := strconv.FormatInt(s.version, 10)
		switch {
		case !s.applied:
			text += " is_applied?"
		case !s.timed:
			text += " tstamp?"
		}
		have = append(have, text)
	}
	return have, want, nil
}
