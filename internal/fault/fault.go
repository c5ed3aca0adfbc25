// Package fault holds the errors that a person may see.
//
// A fault has a kind (few, closed), a key with arguments that the catalogue of
// package lang turns into a sentence in the user's language, and a cause that
// is kept for the log and never shown. Arguments are codes, months, columns and
// flags; personal data (names, citizen numbers, wages) never goes into one.
// Anything that is not a fault is an internal error for whoever shows it.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind decides the exit code and the HTTP status.
type Kind int

const (
	// Internal is a failure of the program or the machine.
	Internal Kind = iota
	// Invalid says that the input is wrong or a check does not hold.
	Invalid
	// Usage says that the command or request has the wrong shape.
	Usage
	// Missing says that a parameter or fact is not known.
	Missing
	// NotFound says that a thing that was named is not there, or not for the asker.
	NotFound
	// Conflict says that the state of things does not allow it: done already,
	// changed meanwhile, taken.
	Conflict
	// Forbidden says that the asker may not do it.
	Forbidden
	// Unavailable says that it may work a moment later: the database is away or
	// busy. What was asked may or may not have happened; asking again with the
	// same idempotency key is safe.
	Unavailable
)

// Args are the named arguments of a message.
type Args map[string]string

// Error is a fault.
type Error struct {
	Kind  Kind
	Key   string // of the lang catalogue
	Args  Args
	Cause error // for the log only
}

// New returns a fault.
func New(kind Kind, key string, args Args) *Error { return &Error{Kind: kind, Key: key, Args: args} }

// Wrap returns a fault with a hidden cause.
func Wrap(kind Kind, key string, args Args, cause error) *Error {
	return &Error{Kind: kind, Key: key, Args: args, Cause: cause}
}

// Error names key and arguments for logs and tests; people see the sentence.
func (e *Error) Error() string {
	names := make([]string, 0, len(e.Args))
	for k := range e.Args {
		names = append(names, k)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString(e.Key)
	for _, k := range names {
		fmt.Fprintf(&b, " %s=%q", k, e.Args[k])
	}
	return b.String()
}

// Unwrap returns the hidden cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first fault in the chain, else Internal.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}
