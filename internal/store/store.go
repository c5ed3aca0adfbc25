// Package store is the contract of the books' storage: what a transaction can
// do, composed of the small stores that the nouns declare.
//
// A transaction belongs to one pooling area and sees no other; what moves
// between areas is two transactions against a clearing account. View reads one
// state, Update commits all or nothing and is run again if it lost a race.
// Engines are checked by package storetest; only the program names one.
package store

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/card"
	"bujiao/internal/casework"
	"bujiao/internal/collection"
	"bujiao/internal/counter"
	"bujiao/internal/declaration"
	"bujiao/internal/evidence"
	"bujiao/internal/history"
	"bujiao/internal/job"
	"bujiao/internal/ledger"
	"bujiao/internal/notice"
	"bujiao/internal/paper"
	"bujiao/internal/registry"
	"bujiao/internal/seal"
	"bujiao/internal/statement"
	"bujiao/internal/upload"
	"bujiao/internal/webhook"
)

// Store opens transactions.
type Store interface {
	View(ctx context.Context, area string, fn func(Tx) error) error
	Update(ctx context.Context, area string, fn func(Tx) error) error
	// Areas lists the areas that have rows, AreasWithWork those where a job is due.
	Areas(ctx context.Context) ([]string, error)
	AreasWithWork(ctx context.Context) ([]string, error)
	Close() error
}

// Tx is a transaction on one area.
type Tx interface {
	books.Frame
	audit.Log
	job.Queue
	collection.Store
	access.Store
	registry.Store
	registry.Clocks
	access.Approvals
	ledger.Store
	Results
	Boxes
	Settings
	declaration.Store
	seal.Store
	history.Books
	history.Deferrals
	arrears.Store
	statement.Store
	paper.Store
	webhook.Store
	notice.Store
	counter.Store
	casework.Store
	card.Store
	evidence.Store
	upload.Store
}

// Kept is the result of an operation, kept under the caller's idempotency key
// with a hash of the input.
type Kept struct {
	Key, Operation, InputHash, Result string
	Actor                             string
	At                                books.Instant
}

// Results keeps results.
type Results interface {
	// Kept reads what was kept under a key; books.ErrNotFound if nothing was.
	Kept(ctx context.Context, key string) (Kept, error)
	// Keep keeps a result; a key that is there shows at commit as TakenError.
	Keep(ctx context.Context, k Kept)
}

// Boxes keeps personal data encrypted.
type Boxes interface {
	// PutBox encrypts a text of a field of an owner and returns the id of its box;
	// an empty text has none.
	PutBox(ctx context.Context, kind, owner, field, text string) (string, error)
	// OpenBoxes decrypts boxes by id; the empty id is the empty text.
	OpenBoxes(ctx context.Context, ids ...string) ([]string, error)
	// DropBox takes a box away for good, with what was in it.
	DropBox(ctx context.Context, id string) error
	// Rebox encrypts with the current key at most n boxes that have another one
	// and returns how many it did.
	Rebox(ctx context.Context, n int) (int, error)
}

// Settings keeps named values of the area, such as the last day that was begun.
type Settings interface {
	// Setting reads a value; empty if there is none.
	Setting(ctx context.Context, name string) (string, error)
	// SetSetting writes a value that still is what it was (empty: not there); else
	// books.ErrStale, or a TakenError of setting at commit.
	SetSetting(ctx context.Context, name, was, value string) error
	// HasBooks reports whether an area, which may be another than that of the
	// transaction, keeps its books here: it has rows.
	HasBooks(ctx context.Context, area string) (bool, error)
}
