package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
)

// sqliteEngine is the engine that has no statistics of its own until somebody
// asks for them.
const sqliteEngine = "sqlite"

// coarse are columns of which few values stand in many rows.
var coarse = []string{"kind", "state", "direction", "owner", "office", "overdue", "closed_on", "ends_on", "last_on", "month", "topic"}

// assume gives each index that no migration gave statistics to those of a table
// with many rows: an area is never selective, a coarse column little, any other
// one much. Plans are made by them before there are rows, and no index of a
// later migration is forgotten. Real ones (ANALYZE) may take their place.
func assume(ctx context.Context, db *sql.DB) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	list, err := unknown(ctx, tx)
	if err != nil {
		return err
	}
	for _, x := range list {
		if _, err := tx.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", x.table, x.name, x.stat()); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "ANALYZE sqlite_schema"); err != nil { // reads them
		return err
	}
	return tx.Commit()
}

type index struct {
	table, name string
	unique      bool
	columns     []string
}

// unknown lists the indexes without statistics.
func unknown(ctx context.Context, tx *sql.Tx) (out []index, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT t.name, l.name, l."unique", i.name FROM sqlite_schema t, pragma_index_list(t.name) l, pragma_index_info(l.name) i
		WHERE t.type = 'table' AND t.name NOT IN (SELECT tbl FROM sqlite_stat1 WHERE idx = l.name) AND t.name <> ? AND substr(t.name, 1, 7) <> 'sqlite_' ORDER BY l.name, i.seqno`, VersionTable)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var x index
		var column string
		if err := rows.Scan(&x.table, &x.name, &x.unique, &column); err != nil {
			return nil, err
		}
		if n := len(out); n == 0 || out[n-1].name != x.name {
			out = append(out, x)
		}
		last := &out[len(out)-1]
		last.columns = append(last.columns, column)
	}
	return out, rows.Err()
}

// stat says how many rows there are, and how many of them share the values of
// the first column, the first two, and so on.
func (x index) stat() string {
	const rows, area = 1_000_000, 500_000
	out, share := fmt.Sprint(rows), area
	for i, c := range x.columns {
		switch {
		case i == 0:
		case x.unique && i == len(x.columns)-1:
			share = 1
		case slices.Contains(coarse, c):
			share = max(share/20, 10)
		case share == area:
			share = 20
		default:
			share = 10
		}
		out += " " + strconv.Itoa(share)
	}
	return out
}
