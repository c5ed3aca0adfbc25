package sqlstore

import (
	"context"
	"sync/atomic"
)

// learnFrom is the number of rows written to a table at which the engine first
// looks at it; from there at eight times as many each time.
const learnFrom = 500

// written is what this process wrote to a table.
type written struct{ rows, next atomic.Int64 }

// learn counts what was committed. An engine that plans by statistics knows
// nothing of a new table and keeps the plans that it made when it was empty
// until it looks at the table; a load can write a million rows before the
// engine does so by itself.
func (t *Tx) learn(ctx context.Context) {
	for i, s := range t.sums {
		if s.count <= 0 {
			continue
		}
		w := &t.db.written[i]
		rows, next := w.rows.Add(s.count), max(w.next.Load(), learnFrom)
		if rows < next || !w.next.CompareAndSwap(w.next.Load(), max(next, rows)*8) {
			continue
		}
		// what was written is committed, and without statistics it is only slower
		_ = t.db.Dialect.Learn(context.WithoutCancel(ctx), t.conn, tables[i].Name, rows)
	}
}
