package cli

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/spf13/cobra"

	"bujiao/internal/blobs"
	"bujiao/internal/carrier"
	"bujiao/internal/clamd"
	"bujiao/internal/config"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/notice"
	"bujiao/internal/office"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/receipt"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/upload"
	"bujiao/internal/vault"
	"bujiao/internal/webhook"
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
	DB    *sqlstore.DB
	Clock *office.Clock // the office date
	Home  string        // the directory of keys
	At    string        // where uploaded files stand
	files *blobs.Store
}

// close ends the use of the store of files and of the books.
func (d *desk) close() error {
	return errors.Join(d.files.Close(), d.DB.Close())
}

// bookCommand makes a command that opens the books, with --db, --home and --config beside
// its own flags, and closes them when it is done.
func (a *app) bookCommand(name string, run func(context.Context, *args, *desk) error, flags ...flag) *cobra.Command {
	return a.command(name, func(x *args) (err error) {
		ctx := a.context()
		d, err := a.openBooks(ctx, x)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.close()) }()
		return run(ctx, x, d)
	}, append(flags, placeFlags()...)...)
}

// context ends when the program is told to stop.
func (a *app) context() context.Context {
	if a.env.Context == nil {
		return context.Background()
	}
	return a.env.Context
}

// database reads the settings and finds the engine of the books.
func (a *app) database(x *args) (*config.Config, Database, error) {
	c, err := a.settings(x)
	if err != nil {
		return nil, Database{}, err
	}
	d, err := a.engine(c)
	return c, d, err
}

func (a *app) engine(c *config.Config) (Database, error) {
	if a.env.Database == nil {
		return Database{}, fault.New(fault.Internal, "cli.internal", nil)
	}
	return a.env.Database(c.DB)
}

// openBooks opens vault, store and law; the caller closes the store.
func (a *app) openBooks(ctx context.Context, x *args) (*desk, error) {
	c, err := a.settings(x)
	if err != nil {
		return nil, err
	}
	return a.openDesk(ctx, c, x.cmd.Name() == "prove")
}

// openDesk opens the books; proving goes on where the office date cannot be read.
func (a *app) openDesk(ctx context.Context, c *config.Config, proving bool) (*desk, error) {
	at, err := a.engine(c)
	if err != nil {
		return nil, err
	}
	keys, err := vault.Open(c.Home)
	if err != nil {
		return nil, err
	}
	if a.packsDir == "" {
		a.packsDir = c.Packs
	}
	lib, err := a.library()
	if err != nil {
		return nil, err
	}
	clock := office.NewClock(a.env.Now)
	db, err := at.Open(ctx, sqlstore.Config{Vault: keys, Now: a.env.Now, Today: clock.Today})
	if err != nil {
		return nil, err
	}
	err = db.Own(ctx, office.Head) // before anything is written with the keys of another vault
	if err == nil {
		err = clock.Read(ctx, db)
		if f := (*fault.Error)(nil); proving && errors.As(err, &f) && f.Key == "office.date_damaged" {
			err = nil // the proof names the row
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	words := func(l, key string, args map[string]string) string { return lang.Text(l, key, args) }
	o := &office.Office{Store: db, Laws: lib, Vault: keys, Words: words, Hooks: webhook.NewSender(a.env.Now, c.PrivateWebhooks), URL: c.URL}
	o.Font = sync.OnceValues(func() (*pdf.Font, error) { return pdf.Load(c.Font) })
	if key, err := receipt.NewKeyStore(c.Home).SigningKey(); err == nil { // else no paper can be issued, which says so
		o.Signing = key
	}
	if o.Carriers, err = a.carriers(c); err == nil {
		o.Scan, err = scanner(c)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	files, err := blobs.Open(ctx, c.Files)
	if err != nil {
		return nil, errors.Join(fault.Wrap(fault.Unavailable, "upload.no_store", nil, err), db.Close())
	}
	o.Files = files
	return &desk{o, db, clock, c.Home, c.Files, files}, nil
}

// scanner looks at what is uploaded, where the settings name one.
func scanner(c *config.Config) (upload.Scanner, error) {
	if c.Clamd == "" {
		return nil, nil
	}
	s, err := clamd.New(c.Clamd)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "settings.bad_socket", fault.Args{"name": "clamd", "from": "clamd"}, err)
	}
	return s, nil
}

// carriers are the ways out of the office that the settings name.
func (a *app) carriers(c *config.Config) (map[notice.Channel]notice.Carrier, error) {
	out := map[notice.Channel]notice.Carrier{}
	if m := c.Mail; m.Server != "" {
		out[notice.Email] = &carrier.Mail{Server: m.Server, Security: m.Security, User: m.User, Password: m.Password, From: m.From, Now: a.env.Now}
	}
	if s := c.SMS; s.URL != "" {
		headers, err := carrier.ParseHeaders(s.Headers)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "settings.bad_headers", fault.Args{"name": "sms.headers", "from": "sms"}, err)
		}
		if out[notice.SMS], err = carrier.NewSMS(carrier.SMS{URL: s.URL, Body: s.Body, Headers: headers, Token: s.Token, Secret: s.Secret, Now: a.env.Now}); err != nil {
			return nil, fault.Wrap(fault.Invalid, "settings.bad_template", fault.Args{"name": "sms.body", "from": "sms"}, err)
		}
	}
	return out, nil
}
