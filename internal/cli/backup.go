package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/audit"
	"bujiao/internal/fault"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/backup"
)

func newBackup(a *app) *cobra.Command { return a.bookCommand("backup", a.backup, flag{name: "file"}) }

func newRestore(a *app) *cobra.Command {
	return a.bookCommand("restore", a.restore, flag{name: "file"})
}

// backup writes all books into a file, reads it back, and only then gives the
// file its name.
func (a *app) backup(ctx context.Context, x *args, d *desk) (err error) {
	x.need("file")
	if x.err != nil {
		return x.err
	}
	name := x.text("file")
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Invalid, "cli.backup.exists", nil, err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // mode 0600
	if err != nil {
		return fault.Wrap(fault.Internal, "cli.cannot_write", nil, err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	made, err := backup.Write(ctx, d.DB, f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		_, err = f.Seek(0, 0)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = backup.Verify(d.Vault, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); err != nil {
		return fault.Wrap(fault.Internal, "cli.cannot_write", nil, err)
	}
	if err := d.note(ctx, "books.backup", made); err != nil {
		return err
	}
	return a.show(made, func(p *page) {
		p.say("cli.backup.made", fault.Args{"rows": strconv.FormatInt(made.Rows, 10), "digest": made.Digest})
		if strings.HasPrefix(d.At, "s3://") { // whose address may name more than the bucket
			p.say("cli.backup.bucket", nil)
		} else {
			p.say("cli.backup.files", fault.Args{"dir": d.At})
		}
		p.say("cli.backup.keys", fault.Args{"dir": d.Home})
	})
}

// restore reads a backup into empty books.
func (a *app) restore(ctx context.Context, x *args, d *desk) error {
	x.need("file")
	if x.err != nil {
		return x.err
	}
	f, err := os.Open(x.text("file"))
	if err != nil {
		return fault.Wrap(fault.Invalid, "cli.backup.cannot_read", nil, err)
	}
	defer f.Close()
	got, err := backup.Restore(ctx, d.DB, office.Head, f)
	if err != nil {
		return err
	}
	if err := d.note(ctx, "books.restore", got); err != nil {
		return err
	}
	return a.show(got, func(p *page) {
		p.say("cli.restore.done", fault.Args{"rows": strconv.FormatInt(got.Rows, 10), "made": got.Made, "digest": got.Digest})
		p.say("cli.restore.next", nil)
	})
}

// note leaves a line about a backup in the audit of the office.
func (d *desk) note(ctx context.Context, action string, s backup.Summary) error {
	return d.DB.Update(ctx, office.Head, func(tx store.Tx) error {
		tx.Audit(ctx, audit.Line{Action: action, Kind: "backup", Object: s.Digest, Reason: s.Made})
		return nil
	})
}
