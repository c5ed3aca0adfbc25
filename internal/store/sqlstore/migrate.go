package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

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
		_, err = p.Up(ctx)
	} else {
		_, err = p.UpTo(ctx, to)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Version is the version of the schema in the database and the newest there is.
func Version(ctx context.Context, engine string, db *sql.DB) (have, newest int64, err error) {
	p, err := provider(engine, db)
	if err != nil {
		return 0, 0, err
	}
	for _, s := range p.ListSources() {
		newest = max(newest, s.Version)
	}
	have, err = p.GetDBVersion(ctx)
	return have, newest, err
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

// Applied lists the versions that the database says were applied, in order,
// and those that there are.
func Applied(ctx context.Context, d *DB) (have, want []int64, err error) {
	p, err := provider(d.Dialect.Name(), d.Reader)
	if err != nil {
		return nil, nil, err
	}
	want = []int64{0} // the migrator's own beginning
	for _, s := range p.ListSources() {
		want = append(want, s.Version)
	}
	rows, err := d.Reader.QueryContext(ctx, "SELECT version_id, is_applied FROM "+VersionTable+" ORDER BY id")
	if err != nil {
		return nil, nil, d.domain(err, d.Dialect.Classify(err))
	}
	defer rows.Close()
	for rows.Next() {
		var version int64
		var applied bool
		if err := rows.Scan(&version, &applied); err != nil {
			return nil, nil, err
		}
		if !applied {
			version = -version - 1
		}
		have = append(have, version)
	}
	return have, want, rows.Err()
}
