package crash_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/fault"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

// TestDatabaseStops: PostgreSQL goes down under a server that posts, as by a
// power cut and in order, and comes up again; the server waits and goes on.
func TestDatabaseStops(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := pg.Remove(); err != nil {
			t.Error(err)
		}
	}()
	e := storetest.Postgres
	e.Empty = func(t testing.TB) string {
		address, err := pg.Database()
		if err != nil {
			t.Fatal(err)
		}
		return address
	}
	o := makeBooks(t, e)
	var a acks
	s := start(t, o)
	for _, mode := range []string{"immediate", "fast", "immediate"} {
		s.wait(t, &a, 20)
		if err := pg.Down(mode); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		if err := pg.Up(); err != nil {
			t.Fatal(err)
		}
		s.wait(t, &a, 20)
	}
	s.kill(t, &a)
	check(t, o, &a)
	settle(t, o)
	check(t, o, &a)
}

// full makes the engine refuse what needs room, by its own means: SQLite gets
// no page more; PostgreSQL gives the error of a full disk (53100) from a
// trigger, since its disk cannot be filled without filling that of others.
type full interface {
	set(t *testing.T, on bool)
}

// noPages is SQLite's dialect with a file that may not grow.
type noPages struct {
	sqlstore.Dialect
	on atomic.Bool
}

func (d *noPages) set(_ *testing.T, on bool) { d.on.Store(on) }

func (d *noPages) Batch(ctx context.Context, c *sql.Conn, stmts []sqlstore.Stmt) error {
	if len(stmts) > 0 && stmts[0].SQL == "BEGIN IMMEDIATE" { // after a failure the connection is another one
		limit := "PRAGMA max_page_count = 1000000"
		if d.on.Load() {
			limit = "PRAGMA max_page_count = 1"
		}
		var pages int
		if err := c.QueryRowContext(ctx, limit).Scan(&pages); err != nil {
			return err
		}
	}
	return d.Dialect.Batch(ctx, c, stmts)
}

// trigger is a PostgreSQL whose table of audit has no room.
type trigger struct{ raw *sql.DB }

func (d trigger) set(t *testing.T, on bool) {
	t.Helper()
	list := []string{"DROP TRIGGER no_room ON audit"}
	if on {
		list = []string{
			"CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
			"CREATE TRIGGER no_room BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_room()",
		}
	}
	for _, q := range list {
		if _, err := d.raw.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDiskFull: a full disk refuses what is new and says so; what was booked
// can be read and proves, and once there is room the same request is booked.
func TestDiskFull(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o := makeBooks(t, e)
			db, desk, _, err := openOffice(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			var disk full
			if e.Name == "sqlite" {
				d := &noPages{Dialect: db.Dialect}
				db.Dialect, disk = d, d
			} else {
				raw, done := e.Raw(t, o.address)
				defer done()
				disk = trigger{raw}
			}
			var a acks
			try := func() error {
				err := post(t.Context(), desk, 0, a.next[0])
				if err == nil {
					a.next[0]++
				}
				return err
			}
			for range 30 {
				if err := try(); err != nil {
					t.Fatal(err)
				}
			}
			disk.set(t, true)
			for err = nil; err == nil && a.next[0] < 1000; {
				err = try()
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Key != "store.disk_full" || f.Kind != fault.Unavailable {
				t.Fatalf("after %d entries: %v", a.next[0], err)
			}
			if strings.Contains(f.Error(), "张三") {
				t.Errorf("personal data in an error: %v", f)
			}
			if n := len(receipts(t, desk, 0)); n < 30 {
				t.Errorf("%d receipts are read while the disk is full", n)
			}
			check(t, o, &a)
			disk.set(t, false)
			if err := try(); err != nil {
				t.Errorf("with room again: %v", err)
			}
			check(t, o, &a)
		})
	}
}

// TestClockJumps: the clock of the server's machine jumps ahead by weeks, back,
// and ahead by years, between starts; nothing is lost, no tick comes twice, no
// job waits for a lease out of another time.
func TestClockJumps(t *testing.T) {
	const day = 24 * time.Hour
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o := makeBooks(t, e)
			var a acks
			for _, ahead := range []time.Duration{0, 40 * day, -10 * day, 0, 3650 * day, 41 * day} {
				o.ahead, o.next = ahead, a.next
				s := start(t, o)
				s.wait(t, &a, 12)
				s.kill(t, &a)
				check(t, o, &a)
			}
			o.ahead = 0
			settle(t, o)
			check(t, o, &a)
		})
	}
}
