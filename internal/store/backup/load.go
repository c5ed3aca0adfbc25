package backup

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"bujiao/internal/fault"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/vault"
)

// loader checks the rows of a backup, hands them on, and sums them by area to
// compare with what the lanes say.
type loader struct {
	r      *reader
	put    func(t *sqlstore.Table, rows [][]any) error
	rows   int64
	digest []byte
	lanes  map[string]sqlstore.Sums // as the lanes have it
	found  map[string]sqlstore.Sums // as the rows have it
	keys   []string                 // ids of the keys that the vault has for boxes
	buf    []byte
}

func newLoader(r *reader, put func(*sqlstore.Table, [][]any) error) *loader {
	return &loader{r: r, put: put, keys: r.vault.KeyIDs(), lanes: map[string]sqlstore.Sums{}, found: map[string]sqlstore.Sums{}}
}

// all reads the whole file. Tables come in order: legs before their entries,
// those before the closing of their months.
func (l *loader) all() error {
	for _, t := range sqlstore.Tables() {
		if err := l.expect('T', uint64(t.Num)); err != nil {
			return err
		}
		if err := l.table(t); err != nil {
			return err
		}
	}
	if b, err := l.r.byte(); err != nil || b != 'Z' {
		return errors.Join(damaged(errors.New("no end")), err)
	}
	if err := l.compare(); err != nil {
		return err
	}
	l.digest = l.r.sum.Sum(nil)
	return l.r.trailer(l.digest)
}

// empty refuses a store that has rows, and takes from one that has not whose it is.
func empty(ctx context.Context, db *sqlstore.DB, conn *sql.Conn, head string) error {
	table, err := db.Used(ctx, conn)
	if err != nil {
		return err
	}
	if table != "" {
		return fault.New(fault.Conflict, "backup.not_empty", fault.Args{"table": table})
	}
	return db.Disown(ctx, conn, head)
}

func (l *loader) expect(mark byte, n uint64) error {
	b, err := l.r.byte()
	if err != nil {
		return err
	}
	got, err := l.r.uvarint()
	if err != nil {
		return err
	}
	if b != mark || got != n {
		return damaged(fmt.Errorf("%q %d where %q %d is due", b, got, mark, n))
	}
	return nil
}

// atOnce is how many rows go to the engine together.
const atOnce = 5000

func (l *loader) table(t *sqlstore.Table) error {
	var rows [][]any
	count := uint64(0)
	for {
		mark, err := l.r.byte()
		if err != nil {
			return err
		}
		if mark == 'R' {
			row, err := l.row(t)
			if err != nil {
				return err
			}
			rows = append(rows, row)
			count++
		}
		if len(rows) > 0 && (mark == 'E' || len(rows) == atOnce) {
			if err := l.put(t, rows); err != nil {
				return fmt.Errorf("load %s: %w", t.Name, err)
			}
			rows = rows[:0]
		}
		switch mark {
		case 'R':
		case 'E':
			l.rows += int64(count)
			n, err := l.r.uvarint()
			if err == nil && n != count {
				err = damaged(fmt.Errorf("%s: %d rows, not %d", t.Name, count, n))
			}
			return err
		default:
			return damaged(fmt.Errorf("%s: mark %q", t.Name, mark))
		}
	}
}

// row reads a row, checks its MAC and counts it.
func (l *loader) row(t *sqlstore.Table) ([]any, error) {
	row := make([]any, len(t.Cols)+1)
	for i := range t.Cols {
		v, err := l.r.value()
		if err != nil {
			return nil, err
		}
		row[i] = v
	}
	mac, err := l.r.take(vault.MACSize)
	if err != nil {
		return nil, err
	}
	row[len(t.Cols)] = append([]byte{}, mac...)
	if l.buf, err = t.Encode(l.buf[:0], row); err != nil {
		return nil, damaged(err)
	}
	if subtle.ConstantTimeCompare(l.r.vault.MAC(nil, l.buf), row[len(t.Cols)].([]byte)) != 1 {
		return nil, tampered(t, row)
	}
	if t.Name == "box" {
		if err := l.opens(t, row); err != nil {
			return nil, err
		}
	}
	area := row[0].(string)
	if t.Name != "lane" {
		sums(l.found, area).Add(t, row)
		return row, nil
	}
	s, err := sqlstore.ParseSums(row[3].([]byte))
	if err != nil {
		return nil, damaged(err)
	}
	sums(l.lanes, area).Plus(s)
	return row, nil
}

// opens refuses a box whose key the vault has forgotten: nobody could read it.
func (l *loader) opens(t *sqlstore.Table, row []any) error {
	data, _ := t.Value(row, "data").([]byte)
	id, err := vault.KeyOf(data)
	if err != nil {
		return damaged(err)
	}
	if !slices.Contains(l.keys, id) {
		return fault.New(fault.Invalid, "backup.retired_key", fault.Args{"key": id})
	}
	return nil
}

func sums(of map[string]sqlstore.Sums, area string) sqlstore.Sums {
	if of[area] == nil {
		of[area] = sqlstore.NewSums()
	}
	return of[area]
}

// compare sees whether the lanes of each area agree with its rows.
func (l *loader) compare() error {
	for area := range l.found {
		sums(l.lanes, area)
	}
	for area, want := range l.lanes {
		for _, t := range sqlstore.Tables() {
			if t.Name == "lane" {
				continue
			}
			if _, differs := want.Gap(sums(l.found, area), t); differs {
				return fault.New(fault.Invalid, "backup.not_whole", fault.Args{"area": area, "table": t.Name})
			}
		}
	}
	return nil
}
