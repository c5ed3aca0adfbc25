package backup_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"bujiao/internal/audit"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/store"
	"bujiao/internal/store/backup"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/internal/vault"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

var engines = map[string]storetest.Engine{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}

func open(t testing.TB, engine string) *sqlstore.DB {
	db, _ := storetest.New(t, engines[engine])
	return db
}

// fill books something of every shape: numbers, text, bytes, nulls, rows that
// changed and rows that went, in two areas.
func fill(t testing.TB, s store.Store) {
	t.Helper()
	for _, area := range []string{"110000", "310000"} {
		for n := range 30 {
			err := s.Update(t.Context(), area, func(tx store.Tx) error {
				ctx := t.Context()
				if _, err := tx.PutBox(ctx, "person", "p", "name", "㐂䶮𠮷"); err != nil {
					return err
				}
				tx.Audit(ctx, audit.Line{Action: "a", Kind: "person", Object: "x", Reason: "quote ' and \x01 and \n"})
				if _, err := tx.Enqueue(ctx, "night", fmt.Sprint(n), "", tx.At()); err != nil {
					return err
				}
				if jobs, err := tx.Claim(ctx, "w", 1, 1); err != nil || len(jobs) != 1 {
					return fmt.Errorf("claimed %d: %w", len(jobs), err)
				}
				month := calendar.NewMonth(2025, 12)
				if err := tx.AddCharges(ctx, []declaration.Charge{{ID: tx.NewID(), Declaration: "d", Person: "p", Payer: insurance.Employee, Scheme: insurance.Pension, FeeMonth: month,
					PostedMonth: month, Kind: declaration.ChargeNormal, EmployerFen: -5}}); err != nil {
					return err
				}
				_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: "r", Key: fmt.Sprint(n), Legs: []ledger.Leg{
					{Account: ledger.Bank, Party: "b", EmployerFen: 7, PersonFen: 1 << 40}, {Account: ledger.Receivable, Party: "e", EmployerFen: -7, PersonFen: -(1 << 40)}}})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Update(t.Context(), area, func(tx store.Tx) error { return tx.ClosePeriod(t.Context(), calendar.NewMonth(2026, 3)) }); err != nil {
			t.Fatal(err)
		}
	}
}

// dump is all rows of all tables as text.
func dump(t testing.TB, db *sqlstore.DB) string {
	t.Helper()
	var b strings.Builder
	for _, area := range []string{"000000", "110000", "310000"} {
		err := db.Inspect(t.Context(), area, func(i *sqlstore.Inspector) error {
			for _, tab := range sqlstore.Tables() {
				if err := i.Rows(tab).Each(t.Context(), func(row []any) error { fmt.Fprintf(&b, "%s %q\n", tab.Name, row); return nil }); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	for from := range engines {
		source := open(t, from)
		fill(t, source)
		var file bytes.Buffer
		made, err := backup.Write(t.Context(), source, &file)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := backup.Verify(source.Vault, bytes.NewReader(file.Bytes())); err != nil || read != made || made.Rows < 400 {
			t.Errorf("%s: verified %+v (%v), made %+v", from, read, err, made)
		}
		for to := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				target := open(t, to)
				got, err := backup.Restore(t.Context(), target, "000000", bytes.NewReader(file.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				if got != made {
					t.Errorf("restored %+v, made %+v", got, made)
				}
				if a, b := dump(t, source), dump(t, target); a != b {
					t.Errorf("rows differ:\n%s\n--\n%s", a, b)
				}
				// What was restored can be worked on.
				err = target.Update(t.Context(), "110000", func(tx store.Tx) error {
					text, err := tx.Setting(t.Context(), "x")
					if err == nil {
						err = tx.SetSetting(t.Context(), "x", text, "1")
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
				var f *fault.Error
				if _, err := backup.Restore(t.Context(), target, "000000", bytes.NewReader(file.Bytes())); !errors.As(err, &f) || f.Key != "backup.not_empty" {
					t.Errorf("into books with rows: %v", err)
				}
			})
		}
	}
}

// TestOnline: while others book, a backup holds one state: it is whole.
func TestOnline(t *testing.T) {
	for engine := range engines {
		db := open(t, engine)
		fill(t, db)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for ctx.Err() == nil {
				_ = db.Update(ctx, "110000", func(tx store.Tx) error { tx.Audit(ctx, audit.Line{Action: "a"}); return nil })
			}
		}()
		for range 5 {
			var file bytes.Buffer
			if _, err := backup.Write(t.Context(), db, &file); err != nil {
				t.Fatal(err)
			}
			if _, err := backup.Verify(db.Vault, &file); err != nil {
				t.Errorf("%s: %v", engine, err)
			}
		}
		stop()
		<-done
	}
}

func content(t testing.TB, file []byte) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func zipped(data []byte) *bytes.Buffer {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = zip.Write(data)
	_ = zip.Close()
	return &b
}

// TestDamage: any byte that is another, a file that is cut short or goes on,
// and other keys are refused, and nothing is restored.
func TestDamage(t *testing.T) {
	source := open(t, "sqlite")
	fill(t, source)
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), source, &file); err != nil {
		t.Fatal(err)
	}
	good := content(t, file.Bytes())
	target := open(t, "sqlite")
	refused := func(name string, in io.Reader) {
		t.Helper()
		var f *fault.Error
		if _, err := backup.Restore(t.Context(), target, "000000", in); !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for at := 0; at < len(good); at += 1 + len(good)/60 {
		bad := bytes.Clone(good)
		bad[at] ^= 0x41
		refused(fmt.Sprintf("byte %d", at), zipped(bad))
		refused(fmt.Sprintf("cut at %d", at), zipped(good[:at]))
	}
	refused("goes on", zipped(append(bytes.Clone(good), 'x')))
	refused("cut file", bytes.NewReader(file.Bytes()[:file.Len()/2]))
	refused("no backup", strings.NewReader("PK"))
	if s := dump(t, target); s != "" {
		t.Errorf("something was restored: %s", s)
	}
	other, err := vault.InMemory(storetest.Stream("other"))
	if err != nil {
		t.Fatal(err)
	}
	var f *fault.Error
	if _, err := backup.Verify(other, bytes.NewReader(file.Bytes())); !errors.As(err, &f) || f.Key != "backup.other_keys" {
		t.Errorf("other keys: %v", err)
	}
}

// TestRowTakenBeforehand: rows that were removed straight in the database show
// in the backup, since the lanes still count them.
func TestRowTakenBeforehand(t *testing.T) {
	db := open(t, "sqlite")
	fill(t, db)
	if _, err := db.Writer.ExecContext(t.Context(), "DELETE FROM box WHERE area = '310000' AND id = (SELECT id FROM box WHERE area = '310000' LIMIT 1)"); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), db, &file); err != nil {
		t.Fatal(err)
	}
	var f *fault.Error
	if _, err := backup.Verify(db.Vault, &file); !errors.As(err, &f) || f.Key != "backup.not_whole" || f.Args["area"] != "310000" || f.Args["table"] != "box" {
		t.Errorf("got %v", err)
	}
}

// FuzzVerify: no file makes the reader fail otherwise than by a fault.
func FuzzVerify(f *testing.F) {
	db := open(f, "sqlite")
	fill(f, db)
	var file bytes.Buffer
	if _, err := backup.Write(f.Context(), db, &file); err != nil {
		f.Fatal(err)
	}
	good := content(f, file.Bytes())
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("bujiao backup 1\n"))
	// A fuzzing process makes a good file of its own beside the one that it is given
	// to change, so a file that is taken is not compared with it: it is no longer
	// taken once a byte of it is another.
	f.Fuzz(func(t *testing.T, data []byte) {
		var e *fault.Error
		_, err := backup.Verify(db.Vault, zipped(data))
		if err == nil {
			data = bytes.Clone(data)
			data[len(data)/2] ^= 1
			if _, err = backup.Verify(db.Vault, zipped(data)); err == nil {
				t.Errorf("%d bytes: taken with another byte", len(data))
			}
		}
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	})
}
