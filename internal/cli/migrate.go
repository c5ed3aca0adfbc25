package cli

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"math"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/office"
	"bujiao/internal/receipt"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/vault"
)

// MigrateAnswer says what migrate did.
type MigrateAnswer struct {
	Engine    string `json:"engine"`
	From      int64  `json:"from"` // version of the schema before; 0: none
	To        int64  `json:"to"`   // and now
	Newest    int64  `json:"newest"`
	VaultMade bool   `json:"vault_made"`
	KeyMade   string `json:"key_made,omitempty"` // id of the signing key that was made
}

func newMigrate(a *app) *cobra.Command {
	return a.command("migrate", a.migrate, append([]flag{{name: "to"}}, placeFlags()...)...)
}

// migrate makes what is missing and brings the schema up. It can be run again:
// what is there stays as it is.
func (a *app) migrate(x *args) (err error) {
	to := x.number("to", 1, math.MaxInt32)
	if x.err != nil {
		return x.err
	}
	c, at, err := a.database(x)
	if err != nil {
		return err
	}
	out := MigrateAnswer{Engine: at.Engine}
	if err := os.MkdirAll(c.Home, 0o700); err != nil { // where the books lie too, if nothing else is said
		return keyFault(err)
	}
	ctx := a.context()
	writer, reader, err := at.Pools(ctx)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, writer.Close())
		if reader != writer {
			err = errors.Join(err, reader.Close())
		}
	}()
	if out.From, out.Newest, err = sqlstore.Version(ctx, at.Engine, writer); err != nil {
		return err
	}
	if out.From > out.Newest {
		return sqlstore.CheckVersion(ctx, at.Engine, writer)
	}
	if int64(to) > out.Newest {
		return fault.New(fault.Invalid, "cli.migrate.no_version", fault.Args{"newest": strconv.FormatInt(out.Newest, 10)})
	}
	if err := ownBooks(ctx, at.Engine, writer, c.Home, out.From); err != nil {
		return err
	}
	if err := makeKeys(c.Home, &out); err != nil {
		return err
	}
	if err := sqlstore.Migrate(ctx, at.Engine, writer, int64(to)); err != nil {
		return err
	}
	if out.To, _, err = sqlstore.Version(ctx, at.Engine, writer); err != nil {
		return err
	}
	if out.To == out.Newest {
		if err := a.claim(ctx, at, c.Home); err != nil {
			return err
		}
	}
	return a.show(out, func(p *page) { p.migrated(out, c.Home) })
}

// ownBooks sees that books that are there belong to the vault of a directory,
// before a vault is made for them or their schema is moved.
func ownBooks(ctx context.Context, engine string, db *sql.DB, home string, version int64) error {
	if version == 0 {
		return nil
	}
	there, err := vault.Exists(home)
	if err != nil {
		return keyFault(err)
	}
	var keys *vault.Vault
	if there {
		if keys, err = vault.Open(home); err != nil {
			return keyFault(err)
		}
	}
	_, err = sqlstore.CheckVault(ctx, engine, db, office.Head, keys)
	return err
}

// claim writes into new books whose they are.
func (a *app) claim(ctx context.Context, at Database, home string) (err error) {
	keys, err := vault.Open(home)
	if err != nil {
		return keyFault(err)
	}
	db, err := at.Open(ctx, sqlstore.Config{Vault: keys, Now: a.env.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Own(ctx, office.Head)
}

// makeKeys makes the vault and the signing key where there are none.
func makeKeys(home string, out *MigrateAnswer) error {
	there, err := vault.Exists(home)
	if err != nil {
		return keyFault(err)
	}
	if !there {
		if _, err := vault.Make(home, rand.Reader); err != nil {
			return keyFault(err)
		}
		out.VaultMade = true
	}
	keys := receipt.NewKeyStore(home)
	if _, err := keys.SigningKey(); err == nil || !noKey(err) {
		return keyFault(err)
	}
	public, err := keys.Make()
	if err != nil {
		return keyFault(err)
	}
	out.KeyMade = receipt.KeyID(public)
	return nil
}

func (p *page) migrated(m MigrateAnswer, home string) {
	if m.VaultMade {
		p.say("cli.migrate.vault", fault.Args{"dir": home})
	}
	if m.KeyMade != "" {
		p.say("cli.migrate.key", fault.Args{"dir": home, "id": m.KeyMade})
	}
	versions := fault.Args{"from": strconv.FormatInt(m.From, 10), "to": strconv.FormatInt(m.To, 10)}
	if m.From == m.To {
		p.say("cli.migrate.same", versions)
	} else {
		p.say("cli.migrate.moved", versions)
	}
	if m.To < m.Newest {
		p.say("cli.migrate.more", fault.Args{"newest": strconv.FormatInt(m.Newest, 10)})
	}
}
