package main

import (
	"context"
	"database/sql"
	"strings"

	"bujiao/internal/cli"
	"bujiao/internal/fault"
	"bujiao/internal/store/postgres"
	"bujiao/internal/store/sqlite"
	"bujiao/internal/store/sqlstore"
)

// database finds the engine of an address: postgres://..., else the path of a
// file of SQLite.
func database(address string) (cli.Database, error) {
	scheme, _, url := strings.Cut(address, "://")
	switch {
	case url && (scheme == "postgres" || scheme == "postgresql"):
		return cli.Database{
			Engine: postgres.Engine,
			Pools: func(ctx context.Context) (*sql.DB, *sql.DB, error) {
				db, err := postgres.Pool(ctx, address)
				return db, db, err
			},
			Open: func(ctx context.Context, c sqlstore.Config) (*sqlstore.DB, error) {
				return postgres.Open(ctx, address, c)
			},
		}, nil
	case url:
		return cli.Database{}, fault.New(fault.Invalid, "store.bad_address", fault.Args{"address": scheme + "://..."}) // it may hold a password
	}
	return cli.Database{
		Engine: sqlite.Engine,
		Pools: func(ctx context.Context) (*sql.DB, *sql.DB, error) {
			return sqlite.Create(ctx, address)
		},
		Open: func(ctx context.Context, c sqlstore.Config) (*sqlstore.DB, error) {
			return sqlite.Open(ctx, address, c)
		},
	}, nil
}
