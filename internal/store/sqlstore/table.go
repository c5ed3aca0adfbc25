package sqlstore

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Table describes a table to what is the same for all tables: inserts, MACs,
// lanes, proof and key rotation.
type Table struct {
	Num    int // place in the lanes
	Name   string
	Key    int  // how many of the first columns are the primary key
	Append bool // rows are never changed nor removed
	Cols   []Column
	names  string // "area, id, ..., mac"
}

// Column is a column of a table.
type Column struct {
	Name string
	Type byte // 's' text, 'i' integer, 'n' integer or null, 'b' bytes
}

var tables []*Table

// table reads a description: names with "/i" (integer), "/i?" (or null), "/b".
func table(num int, name string, key int, appendOnly bool, cols string) *Table {
	t := &Table{Num: num, Name: name, Key: key, Append: appendOnly}
	var names []string
	for _, c := range strings.Fields(cols) {
		col, kind, _ := strings.Cut(c, "/")
		typ := map[string]byte{"": 's', "i": 'i', "i?": 'n', "b": 'b'}[kind]
		t.Cols = append(t.Cols, Column{col, typ})
		names = append(names, col)
	}
	t.names = strings.Join(append(names, "mac"), ", ")
	if num != len(tables) {
		panic("tables: " + name + " is out of order")
	}
	tables = append(tables, t)
	return t
}

// Tables lists all tables in order of Num.
func Tables() []*Table { return tables }

// Names are the columns with the MAC, for a SELECT.
func (t *Table) Names() string { return t.names }

// col finds a column.
func (t *Table) col(name string) int {
	for i, c := range t.Cols {
		if c.Name == name {
			return i
		}
	}
	panic("no column " + name + " in " + t.Name)
}

// where is the condition on the primary key.
func (t *Table) where() string {
	var parts []string
	for _, c := range t.Cols[:t.Key] {
		parts = append(parts, c.Name+" = ?")
	}
	return strings.Join(parts, " AND ")
}

// insert is the statement for n rows.
func (t *Table) insert(n int) string {
	row := "(" + strings.Repeat("?, ", len(t.Cols)) + "?)"
	return "INSERT INTO " + t.Name + " (" + t.names + ") VALUES " + strings.TrimSuffix(strings.Repeat(row+", ", n), ", ")
}

// update sets all columns behind the key of the row that still has the MAC.
func (t *Table) update() string {
	var set []string
	for _, c := range t.Cols[t.Key:] {
		set = append(set, c.Name+" = ?")
	}
	return "UPDATE " + t.Name + " SET " + strings.Join(append(set, "mac = ?"), ", ") + " WHERE " + t.where() + " AND mac = ?"
}

func (t *Table) delete() string {
	return "DELETE FROM " + t.Name + " WHERE " + t.where() + " AND mac = ?"
}

// Encode writes a row so that no two different rows look alike: the name of
// the table, then each value with its type and length.
func (t *Table) Encode(out []byte, row []any) ([]byte, error) {
	out = append(out, t.Name...)
	out = append(out, 0)
	for i, c := range t.Cols {
		switch v := row[i].(type) {
		case string:
			if c.Type != 's' {
				return nil, t.wrong(c, row[i])
			}
			out = binary.BigEndian.AppendUint32(append(out, 's'), uint32(len(v)))
			out = append(out, v...)
		case int64:
			if c.Type != 'i' && c.Type != 'n' {
				return nil, t.wrong(c, row[i])
			}
			out = binary.BigEndian.AppendUint64(append(out, 'i'), uint64(v))
		case []byte:
			if c.Type != 'b' {
				return nil, t.wrong(c, row[i])
			}
			out = binary.BigEndian.AppendUint32(append(out, 'b'), uint32(len(v)))
			out = append(out, v...)
		case nil:
			if c.Type != 'n' {
				return nil, t.wrong(c, row[i])
			}
			out = append(out, '-')
		default:
			return nil, t.wrong(c, row[i])
		}
	}
	return out, nil
}

func (t *Table) wrong(c Column, v any) error {
	return fmt.Errorf("%s.%s takes no %T", t.Name, c.Name, v)
}

// Ref names a row by its key behind the area, for messages; keys hold ids,
// days and hashes, never personal data.
func (t *Table) Ref(row []any) string {
	var parts []string
	for i := 1; i < t.Key; i++ {
		parts = append(parts, fmt.Sprint(row[i]))
	}
	return strings.Join(parts, "/")
}
