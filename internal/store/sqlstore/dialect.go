package sqlstore

import (
	"context"
	"database/sql"
	"strings"
	"sync"
)

// Dialect is what differs between engines.
type Dialect interface {
	Name() string
	// Begin starts a transaction: of writers, which see what others commit and
	// lock what they change, or of readers, which see one state throughout.
	Begin(readOnly bool) string
	// ForUpdate is the clause that locks what a SELECT reads, or nothing.
	ForUpdate(skipLocked bool) string
	// Shut is the statement that keeps all others from writing to a table until
	// the transaction ends, and waits for those that have; or nothing.
	Shut(table string) string
	Rebind(query string) string
	// Batch runs statements in order, in one round trip where the engine can.
	Batch(ctx context.Context, c *sql.Conn, stmts []Stmt) error
	// Bulk loads many rows of one table.
	Bulk(ctx context.Context, c *sql.Conn, t *Table, rows [][]any) error
	// Learn lets the engine look at a table that has some rows, if it has not.
	Learn(ctx context.Context, c *sql.Conn, table string, rows int64) error
	// Classify says what an error of the driver means.
	Classify(err error) Class
	// Lanes is how many transactions may write to an area at once.
	Lanes() int
}

// Stmt is a statement of a batch. Read, if any, is called for each row with
// the values of its columns; Done, of a statement without Read, with the
// number of rows that it changed.
type Stmt struct {
	SQL  string
	Args []any
	Read func([]any) error
	Done func(rows int64) error
}

// Meaning of a driver's error.
type Meaning int

// The meanings.
const (
	Other      Meaning = iota
	Retry              // lost a race, rolled back: run it again
	Lost               // the connection is gone
	Taken              // a unique key is there already (Class.Table)
	AppendOnly         // the table keeps what is in it
	Unbalanced         // an entry does not add up
	LateLeg            // an entry is closed
	PeriodOver         // the month is closed
	Full               // no room on the disk
	LaneStale          // another process wrote the lane
)

// Class is a classified error.
type Class struct {
	Meaning Meaning
	Table   string
}

var dollars sync.Map // query -> rebound

// Dollars turns ? into $1, $2, ..., outside of quotes.
func Dollars(query string) string {
	if s, ok := dollars.Load(query); ok {
		return s.(string)
	}
	var b strings.Builder
	n, quoted := 0, false
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case c == '\'':
			quoted = !quoted
			b.WriteByte(c)
		case c == '?' && !quoted:
			n++
			b.WriteByte('$')
			b.WriteString(itoa(n))
		default:
			b.WriteByte(c)
		}
	}
	s := b.String()
	dollars.Store(query, s)
	return s
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
