// Package books holds what every change of the office's books has in common:
// the pooling area (统筹地区) it belongs to, the moment and the office date, who
// acts, and fresh ids. Nouns state their stores on top of it.
//
// It keeps no data and knows no database. An area never changes within a
// transaction, and a transaction has one moment: all rows written in it carry
// the same one.
package books

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bujiao/internal/calendar"
)

// Instant is a moment in microseconds since 1970 UTC; zero is none.
type Instant int64

// InstantOf cuts a time to microseconds, which both engines keep exactly.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time is the instant as a time in China, which has one zone and no daylight
// saving since 1992.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).In(China) }

// String writes RFC 3339 in China's time, empty for none.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04:05.000000-07:00")
}

// MarshalJSON writes RFC 3339, or null for none.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + i.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON wrote, so that a kept result is the one
// that was given.
func (i *Instant) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*i = 0
		return nil
	}
	t, err := time.Parse(`"`+time.RFC3339Nano+`"`, string(data))
	if err != nil {
		return fmt.Errorf("instant: %w", err)
	}
	*i = InstantOf(t)
	return nil
}

// China is Beijing time.
var China = time.FixedZone("CST", 8*3600)

// DateOf is the civil day of a moment in China.
func DateOf(t time.Time) calendar.Date {
	y, m, d := t.In(China).Date()
	day, err := calendar.NewDate(y, int(m), d)
	if err != nil {
		return 0 // outside 1900..2199: no day is known
	}
	return day
}

// Frame is what a transaction knows of itself.
type Frame interface {
	Area() string                // every row read or written belongs to it
	At() Instant                 // the moment, the same for the whole transaction
	Today() calendar.Date        // the office date
	Actor() Actor                // who acts
	NewID() string               // ids rise with time; their order means nothing
	Flush(context.Context) error // sends buffered inserts, so that what is taken shows now
}

// System is the actor of jobs and of the program itself.
var System = Actor{ID: "system", Role: "system"}

// Actor is who acts.
type Actor struct {
	ID   string // of the account; never a name or number of a person
	Role string
}

type actorKey struct{}

// WithActor puts the actor of a request or job into its context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is the actor of the context, or System.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return System
}

// Page asks for a page of a list in the order of ids: those after After, at
// most Limit (zero: 100, never over 1000).
type Page struct {
	After string
	Limit int
}

// Size is the number of rows to read.
func (p Page) Size() int {
	switch {
	case p.Limit <= 0:
		return 100
	case p.Limit > 1000:
		return 1000
	}
	return p.Limit
}

// The errors of stores. Nouns turn them into faults that say what to do.
var (
	// ErrNotFound: no row has the key.
	ErrNotFound = errors.New("not found")
	// ErrStale: the row is no longer as it was read; read it again.
	ErrStale = errors.New("changed meanwhile")
	// ErrUnbalanced: the legs of an entry do not add up to zero.
	ErrUnbalanced = errors.New("entry does not balance")
	// ErrPeriodClosed: the month of posting is closed.
	ErrPeriodClosed = errors.New("period is closed")
	// ErrAppendOnly: the table keeps what is in it.
	ErrAppendOnly = errors.New("append-only")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("store is closed")
	// ErrReadOnly: a write inside View.
	ErrReadOnly = errors.New("read-only transaction")
)

// TakenError says that a key of a table that must be unique is there already.
type TakenError struct {
	Table string
	Cause error
}

// Error names the table.
func (e *TakenError) Error() string { return fmt.Sprintf("%s: key is taken", e.Table) }

// Unwrap returns the driver's error.
func (e *TakenError) Unwrap() error { return e.Cause }

// Taken reports whether the error says that a key of the table is taken.
func Taken(err error, table string) bool {
	var t *TakenError
	return errors.As(err, &t) && t.Table == table
}
