package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
)

// InsertMany inserts rows with prepared statements of n rows each, for engines
// without a faster way.
func InsertMany(ctx context.Context, c *sql.Conn, t *Table, rows [][]any, n int) error {
	for _, size := range []int{n, 1} {
		if len(rows) < size {
			continue
		}
		stmt, err := c.PrepareContext(ctx, t.insert(size))
		if err != nil {
			return err
		}
		args := make([]any, 0, size*(len(t.Cols)+1))
		for len(rows) >= size {
			args = args[:0]
			for _, r := range rows[:size] {
				args = append(args, r...)
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return fmt.Errorf("insert into %s: %w", t.Name, closing(stmt, err))
			}
			rows = rows[size:]
		}
		if err := stmt.Close(); err != nil {
			return err
		}
	}
	return nil
}

// closing closes a statement after an error that matters more.
func closing(s *sql.Stmt, err error) error {
	_ = s.Close()
	return err
}

// ColumnNames are the columns of a table with the MAC, for a bulk load.
func (t *Table) ColumnNames() []string {
	out := make([]string, 0, len(t.Cols)+1)
	for _, c := range t.Cols {
		out = append(out, c.Name)
	}
	return append(out, "mac")
}
