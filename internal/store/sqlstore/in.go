package sqlstore

import (
	"context"
	"slices"
	"strings"
)

// maxIn bounds the values of one IN list.
const maxIn = 500

// listIn reads rows whose column is one of many keys. The query has IN (?)
// once, behind its other arguments, and orders by that column first: keys are
// sorted and asked in parts, so the whole is in the order of the query. Keys
// that stand there twice are asked once.
func listIn[T any](ctx context.Context, t *Tx, of func(vals) T, query string, args []any, keys []string) ([]T, error) {
	out := []T{}
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	for part := range slices.Chunk(keys, maxIn) {
		n := 1 // powers of two, so that there are few statements to prepare; the last key fills up
		for n < len(part) {
			n *= 2
		}
		all := slices.Clone(args)
		for i := range n {
			all = append(all, part[min(i, len(part)-1)])
		}
		q := strings.Replace(query, "IN (?)", "IN ("+strings.TrimSuffix(strings.Repeat("?, ", n), ", ")+")", 1)
		if err := t.query(ctx, func(v vals) error { out = append(out, of(v)); return nil }, q, all...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// as are the columns with the MAC, of the table under another name.
func (t *Table) as(name string) string {
	return name + "." + strings.ReplaceAll(t.names, ", ", ", "+name+".")
}
