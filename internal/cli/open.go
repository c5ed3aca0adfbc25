package cli

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/office"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/vault"
)

// Database is the books' database at an address. Only the program knows which
// engines there are (Env.Database).
type Database struct {
	Engine string
	// Pools connects to it and makes it where that is a file that is not there;
	// the schema may be old or none at all.
	Pools func(context.Context) (writer, reader *sql.DB, err error)
	// Open opens it; the schema must be the program's.
	Open func(context.Context, sqlstore.Config) (*sqlstore.DB, error)
}

// desk is what a command works at that opens the books: the office with its
// store, law and keys.
type desk struct {
	*office.Office
	DB   *sqlstore.DB
	Home string // the directory of keys
}

// bookCommand makes a command that opens the books, with --db and --home beside
// its own flags, and closes them when it is done.
func (a *app) bookCommand(name string, run func(context.Context, *args, *desk) error, flags ...flag) *cobra.Command {
	return a.command(name, func(x *args) (err error) {
		ctx := a.context()
		d, err := a.openBooks(ctx, x)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.DB.Close()) }()
		return run(ctx, x, d)
	}, append(flags, bookFlags()...)...)
}

func bookFlags() []flag { return []flag{{name: "db"}, {name: "home"}} }

// context ends when the program is told to stop.
func (a *app) context() context.Context {
	if a.env.Context == nil {
		return context.Background()
	}
	return a.env.Context
}

// place is where the books and the keys are: the flags, else the environment,
// else the directory of keys.
func (a *app) place(x *args) (home, address string, err error) {
	home, address = x.text("home"), x.text("db")
	if home == "" {
		home = a.keyDir()
	}
	if home == "" {
		return "", "", fault.New(fault.Usage, "cli.no_home", nil)
	}
	if address == "" {
		address = a.env.Getenv("BUJIAO_DB")
	}
	if address == "" {
		address = filepath.Join(home, "books.db")
	}
	return home, address, nil
}

// database finds the engine of the address.
func (a *app) database(x *args) (home string, d Database, err error) {
	home, address, err := a.place(x)
	if err != nil {
		return "", Database{}, err
	}
	if a.env.Database == nil {
		return "", Database{}, fault.New(fault.Internal, "cli.internal", nil)
	}
	d, err = a.env.Database(address)
	return home, d, err
}

// openBooks opens vault, store and law; the caller closes the store.
func (a *app) openBooks(ctx context.Context, x *args) (*desk, error) {
	home, at, err := a.database(x)
	if err != nil {
		return nil, err
	}
	keys, err := vault.Open(home)
	if err != nil {
		return nil, err
	}
	lib, err := a.library()
	if err != nil {
		return nil, err
	}
	db, err := at.Open(ctx, sqlstore.Config{Vault: keys, Now: a.env.Now})
	if err != nil {
		return nil, err
	}
	words := func(l, key string, args map[string]string) string { return lang.Text(l, key, args) }
	return &desk{&office.Office{Store: db, Laws: lib, Vault: keys, Words: words}, db, home}, nil
}
