// Package sqlite is the embedded engine: the books in one file, nothing to set
// up. One writer at a time with immediate transactions, many readers on the
// write-ahead log, and a commit that is on the disk when it returns
// (synchronous FULL).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"bujiao/internal/fault"
	"bujiao/internal/store/sqlstore"
)

// Engine is the name under which migrations are found.
const Engine = "sqlite"

// Pools opens the pools of writers (one) and readers of a file. Settings stand
// in the address, so that every connection has them.
func Pools(path string) (writer, reader *sql.DB, err error) {
	if writer, err = sql.Open("sqlite", dsn(path, "_txlock=immediate")); err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	if reader, err = sql.Open("sqlite", dsn(path, "_pragma=query_only(1)")); err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(8)
	reader.SetMaxIdleConns(8)
	return writer, reader, nil
}

func dsn(path, more string) string {
	settings := []string{"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)", "cache_size(-65536)", "temp_store(memory)", "trusted_schema(0)"}
	q := ""
	for _, s := range settings {
		q += "&_pragma=" + s
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + more + q
}

// Create opens the pools and makes the file, for its owner only, where it is
// not there.
func Create(ctx context.Context, path string) (writer, reader *sql.DB, err error) {
	if _, err := os.Stat(path); err == nil {
		if err := look(ctx, path); err != nil {
			return nil, nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, "store.no_file", nil, err)
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	return Pools(path)
}

// magic begins every file of the engine that is not empty.
const magic = "SQLite format 3\x00"

// look refuses what is no file of books before anything could be changed in it:
// the settings of the pools already write to a file.
func look(ctx context.Context, path string) (err error) {
	not := func(cause error) error {
		return fault.Wrap(fault.Invalid, "store.not_books", fault.Args{"file": path}, cause)
	}
	f, err := os.Open(path)
	if err != nil {
		return fault.Wrap(fault.Invalid, "store.no_file", nil, err)
	}
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	_ = f.Close()
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil // empty
	case err != nil || string(head) != magic:
		return not(err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := sqlstore.Names(ctx, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1")
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_NOTADB || e.Code()&0xff == sqlite3.SQLITE_CORRUPT) {
		return not(err)
	}
	if err != nil {
		return err
	}
	return sqlstore.CheckForeign(names)
}

// Open opens the books in a file whose schema is up to date. A file that is not
// there is not made.
func Open(ctx context.Context, path string, c sqlstore.Config) (*sqlstore.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fault.Wrap(fault.Invalid, "store.no_file", nil, err)
	}
	if err := look(ctx, path); err != nil {
		return nil, err
	}
	writer, reader, err := Pools(path)
	if err != nil {
		return nil, err
	}
	if err := sqlstore.CheckVersion(ctx, Engine, writer); err != nil {
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	c.Writer, c.Reader, c.Dialect = writer, reader, Dialect{}
	return sqlstore.New(c), nil
}

// Dialect is SQLite's.
type Dialect struct{}

var _ sqlstore.Dialect = Dialect{}

// Name is "sqlite".
func (Dialect) Name() string { return Engine }

// Begin takes the write lock at once for writers.
func (Dialect) Begin(readOnly bool) string {
	if readOnly {
		return "BEGIN"
	}
	return "BEGIN IMMEDIATE"
}

// ForUpdate is nothing: a writer is alone.
func (Dialect) ForUpdate(bool) string { return "" }

// Shut is nothing: a writer is alone.
func (Dialect) Shut(string) string { return "" }

// Rebind leaves the question marks.
func (Dialect) Rebind(q string) string { return q }

// Lanes is one: a writer is alone.
func (Dialect) Lanes() int { return 1 }

// Batch runs the statements one by one.
func (Dialect) Batch(ctx context.Context, c *sql.Conn, stmts []sqlstore.Stmt) error {
	for _, s := range stmts {
		if s.Read == nil {
			if err := exec(ctx, c, s); err != nil {
				return err
			}
			continue
		}
		if err := read(ctx, c, s); err != nil {
			return err
		}
	}
	return nil
}

func exec(ctx context.Context, c *sql.Conn, s sqlstore.Stmt) error {
	res, err := c.ExecContext(ctx, s.SQL, s.Args...)
	if err != nil {
		return fmt.Errorf("%s: %w", verb(s.SQL), err)
	}
	if s.Done == nil {
		return nil
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	return s.Done(n)
}

func read(ctx context.Context, c *sql.Conn, s sqlstore.Stmt) error {
	rows, err := c.QueryContext(ctx, s.SQL, s.Args...)
	if err != nil {
		return fmt.Errorf("%s: %w", verb(s.SQL), err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	vals, into := make([]any, len(cols)), make([]any, len(cols))
	for i := range vals {
		into[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := s.Read(vals); err != nil {
			return err
		}
	}
	return rows.Err()
}

// verb is the beginning of a statement, for messages: never its values.
func verb(q string) string {
	f := strings.Fields(q)
	return strings.ToLower(strings.Join(f[:min(3, len(f))], " "))
}

// perInsert bounds the rows of one statement: more do not make it faster.
const perInsert = 50

// Bulk inserts many rows to the statement, prepared once.
func (d Dialect) Bulk(ctx context.Context, c *sql.Conn, t *sqlstore.Table, rows [][]any) error {
	return sqlstore.InsertMany(ctx, c, t, rows, perInsert)
}

// Learn does nothing: plans follow from the columns of indexes alone.
func (Dialect) Learn(context.Context, *sql.Conn, string, int64) error { return nil }

// Classify reads the result codes; the texts are those of our own triggers.
func (Dialect) Classify(err error) sqlstore.Class {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return sqlstore.Class{}
	}
	code := e.Code()
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		// "constraint failed: UNIQUE constraint failed: person.area, person.number_hash (2067)"
		text := e.Error()
		table, _, _ := strings.Cut(text[strings.LastIndex(text, "failed: ")+len("failed: "):], ".")
		return sqlstore.Class{Meaning: sqlstore.Taken, Table: table}
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		if strings.Contains(e.Error(), " lane.seq") {
			return sqlstore.Class{Meaning: sqlstore.LaneStale}
		}
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		for text, m := range map[string]sqlstore.Meaning{"append_only": sqlstore.AppendOnly, "entry_closed": sqlstore.LateLeg, "entry_unbalanced": sqlstore.Unbalanced, "period_closed": sqlstore.PeriodOver} {
			if strings.Contains(e.Error(), text) {
				return sqlstore.Class{Meaning: m}
			}
		}
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return sqlstore.Class{Meaning: sqlstore.Retry}
	case sqlite3.SQLITE_FULL:
		return sqlstore.Class{Meaning: sqlstore.Full}
	}
	return sqlstore.Class{}
}
