// Package postgres is the engine of an office: PostgreSQL, or an engine that
// speaks its language and spreads areas over machines. Statements of one step
// go in one round trip, many rows go by COPY, and errors are told apart by
// their code, never by their text.
package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"bujiao/internal/fault"
	"bujiao/internal/store/sqlstore"
)

// Engine is the name under which migrations are found.
const Engine = "postgres"

// Pool opens a pool and sees that text is ordered as the other engine orders
// it.
func Pool(ctx context.Context, address string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "store.bad_address", fault.Args{"address": "postgres://..."}, err) // it may hold a password
	}
	config.RuntimeParams["application_name"] = "bujiao"
	config.RuntimeParams["timezone"] = "UTC"
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(16)
	var order string
	if err := db.QueryRowContext(ctx, "SELECT datcollate FROM pg_database WHERE datname = current_database()").Scan(&order); err != nil {
		return nil, errors.Join(fault.Wrap(fault.Unavailable, "store.unreachable", nil, err), db.Close())
	}
	if order != "C" && order != "POSIX" && order != "C.UTF-8" && order != "C.utf8" {
		return nil, errors.Join(fault.New(fault.Invalid, "store.collation", fault.Args{"have": order}), db.Close())
	}
	return db, nil
}

// Open opens the books of a database whose schema is up to date.
func Open(ctx context.Context, address string, c sqlstore.Config) (*sqlstore.DB, error) {
	db, err := Pool(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := sqlstore.CheckVersion(ctx, Engine, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	c.Writer, c.Reader, c.Dialect = db, db, Dialect{}
	return sqlstore.New(c), nil
}

// Dialect is PostgreSQL's.
type Dialect struct{}

var _ sqlstore.Dialect = Dialect{}

// Name is "postgres".
func (Dialect) Name() string { return Engine }

// Begin gives readers one state throughout; writers lock what they change.
func (Dialect) Begin(readOnly bool) string {
	if readOnly {
		return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	return "BEGIN ISOLATION LEVEL READ COMMITTED"
}

// ForUpdate locks what is read.
func (Dialect) ForUpdate(skipLocked bool) string {
	if skipLocked {
		return " FOR UPDATE SKIP LOCKED"
	}
	return " FOR UPDATE"
}

// Shut locks the table against writers.
func (Dialect) Shut(table string) string { return "LOCK TABLE " + table + " IN SHARE MODE" }

// Rebind numbers the placeholders.
func (Dialect) Rebind(q string) string { return sqlstore.Dollars(q) }

// Lanes is how many transactions may write to an area at once.
func (Dialect) Lanes() int { return 32 }

// with lends the driver's connection.
func with(c *sql.Conn, fn func(*pgx.Conn) error) error {
	return c.Raw(func(dc any) error {
		own, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("unexpected driver %T", dc)
		}
		return fn(own.Conn())
	})
}

// Batch sends all statements in one round trip.
func (Dialect) Batch(ctx context.Context, c *sql.Conn, stmts []sqlstore.Stmt) error {
	return with(c, func(conn *pgx.Conn) error {
		var b pgx.Batch
		for _, s := range stmts {
			b.Queue(s.SQL, s.Args...)
		}
		res := conn.SendBatch(ctx, &b)
		for _, s := range stmts {
			if err := one(res, s); err != nil {
				_ = res.Close()
				return err
			}
		}
		return res.Close()
	})
}

func one(res pgx.BatchResults, s sqlstore.Stmt) error {
	if s.Read == nil {
		tag, err := res.Exec()
		if err != nil {
			return fmt.Errorf("%s: %w", verb(s.SQL), err)
		}
		if s.Done != nil {
			return s.Done(tag.RowsAffected())
		}
		return nil
	}
	rows, err := res.Query()
	if err != nil {
		return fmt.Errorf("%s: %w", verb(s.SQL), err)
	}
	defer rows.Close()
	for rows.Next() {
		vals, err := rows.Values()
		if err != nil {
			return err
		}
		if err := s.Read(vals); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", verb(s.SQL), err)
	}
	return nil
}

// verb is the beginning of a statement, for messages: never its values.
func verb(q string) string {
	f := strings.Fields(q)
	return strings.ToLower(strings.Join(f[:min(3, len(f))], " "))
}

// Bulk loads by COPY.
func (Dialect) Bulk(ctx context.Context, c *sql.Conn, t *sqlstore.Table, rows [][]any) error {
	return with(c, func(conn *pgx.Conn) error {
		_, err := conn.CopyFrom(ctx, pgx.Identifier{t.Name}, t.ColumnNames(), pgx.CopyFromRows(rows))
		return err
	})
}

// Learn has the statistics of a table made that the server believes to be much
// smaller than it is.
func (Dialect) Learn(ctx context.Context, c *sql.Conn, table string, rows int64) error {
	var known int64
	err := c.QueryRowContext(ctx, "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = CAST($1 AS regclass)", table).Scan(&known)
	if err != nil || known > rows/4 {
		return err
	}
	_, err = c.ExecContext(ctx, "ANALYZE "+table)
	return err
}

// shard is what a distributed engine appends to names in errors.
var shard = regexp.MustCompile(`_[0-9]+$`)

// Classify reads the SQLSTATE; 23A0x are our own triggers'.
func (Dialect) Classify(err error) sqlstore.Class {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var network net.Error
		if errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network) || pgconn.SafeToRetry(err) {
			return sqlstore.Class{Meaning: sqlstore.Lost}
		}
		return sqlstore.Class{}
	}
	switch e.Code {
	case "40001", "40P01", "55P03":
		return sqlstore.Class{Meaning: sqlstore.Retry}
	case "23505":
		return sqlstore.Class{Meaning: sqlstore.Taken, Table: shard.ReplaceAllString(e.TableName, "")}
	case "23502":
		if shard.ReplaceAllString(e.TableName, "") == "lane" {
			return sqlstore.Class{Meaning: sqlstore.LaneStale}
		}
	case "23A01":
		return sqlstore.Class{Meaning: sqlstore.AppendOnly}
	case "23A02":
		return sqlstore.Class{Meaning: sqlstore.LateLeg}
	case "23A03":
		return sqlstore.Class{Meaning: sqlstore.Unbalanced}
	case "23A04":
		return sqlstore.Class{Meaning: sqlstore.PeriodOver}
	case "53100":
		return sqlstore.Class{Meaning: sqlstore.Full}
	case "08000", "08003", "08006", "57P01", "57P02", "57P03":
		return sqlstore.Class{Meaning: sqlstore.Lost}
	}
	return sqlstore.Class{}
}
