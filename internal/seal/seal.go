// Package seal puts a day's journal and audit under one signed root (封存): after
// commit every entry and audit line gets a place in its area, once and for
// good, and the lines that got one on a day are the leaves of an RFC 6962
// Merkle tree. The root is signed with the office's key, names the root before
// it, and is printed for keeping elsewhere: whoever has the paper can tell
// whether anything up to that day was changed, added or removed since, even by
// somebody who has the database and all its keys.
//
// A leaf is made from what an entry or line says, without its MAC and without
// anything drawn by chance: the same books have the same roots in every engine.
// A line that is committed late gets a later place, whatever its moment. A day
// is sealed once; what comes after belongs to the next.
package seal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/receipt"
)

// What is sealed, in the order of their places on a day.
const (
	Entry = "entry" // a journal entry with its legs
	Audit = "audit" // a line of the audit
)

// Kinds lists them.
var Kinds = []string{Entry, Audit}

// Seal is the signed root of the lines that an area sealed on a day.
type Seal struct {
	Area      string        `json:"area"`
	Day       calendar.Date `json:"day"`
	First     int64         `json:"first"` // place of the first line
	Size      int64         `json:"size"`  // how many lines
	Root      string        `json:"root"`
	Prev      string        `json:"prev"` // Digest of the seal before; empty: the first
	KeyID     string        `json:"key_id"`
	Signature string        `json:"signature"`
	At        books.Instant `json:"-"`
}

// Place is a sealed line.
type Place struct {
	Position int64
	Day      calendar.Date
	Kind     string
	Ref      string // id of the entry or line
	Leaf     string // hexadecimal SHA-256 of what it says
}

// Store is what sealing needs.
type Store interface {
	books.Frame
	// LastSeal is the newest; books.ErrNotFound if there is none.
	LastSeal(ctx context.Context) (Seal, error)
	// SealsFrom lists seals from a day on, by day.
	SealsFrom(ctx context.Context, from calendar.Date, limit int) ([]Seal, error)
	// Unsealed lists at most n lines of a kind that have no place yet, by id, after
	// one; only Kind, Ref and Leaf are set.
	Unsealed(ctx context.Context, kind, after string, n int) ([]Place, error)
	// IDFrom is an id below all that are made at a moment or after it.
	IDFrom(at books.Instant) string
	// Placed reports whether all lines that were committed with an id up to one
	// have a place, if so many lines have one in all. It does not go through them.
	Placed(ctx context.Context, id string, places int64) (bool, error)
	AddPlaces(ctx context.Context, places []Place) error
	// AddSeal writes a seal; one of the day that is there shows as a TakenError of
	// seal.
	AddSeal(ctx context.Context, s Seal) error
}

// page is how many lines are sealed at a time.
const page = 1000

// Margin is how far behind the last seal lines are looked for that were
// committed after it. No transaction is open for as long.
const Margin = 24 * time.Hour

// begin is the id behind which all lines lie that have no place. Ids rise with
// the moment at which a transaction began, so lines that were committed since the
// last seal lie behind it, but for those of transactions that were open then: the
// margin is for them. It alone would miss a line for ever whose clock was wrong by
// more. So it is not believed: the lanes count each line in the transaction that
// commits it, the last seal says how many have a place, and if that leaves a line
// before the margin, all are looked through as on the first day.
func begin(ctx context.Context, s Store, last Seal) (string, error) {
	from := s.IDFrom(last.At - books.Instant(Margin.Microseconds()))
	all, err := s.Placed(ctx, from, last.First+last.Size)
	if err != nil || !all {
		return "", err
	}
	return from, nil
}

// Day seals what has no place yet under the office date. A day that is sealed
// stays as it is: its seal is returned.
func Day(ctx context.Context, s Store, key ed25519.PrivateKey) (Seal, error) {
	out := Seal{Area: s.Area(), Day: s.Today(), At: s.At()}
	from := ""
	last, err := s.LastSeal(ctx)
	switch {
	case err == nil && last.Day >= out.Day:
		return last, nil
	case err == nil:
		out.First, out.Prev = last.First+last.Size, last.Digest()
		if from, err = begin(ctx, s, last); err != nil {
			return out, err
		}
	case !errors.Is(err, books.ErrNotFound):
		return out, err
	}
	tree := NewTree()
	for _, kind := range Kinds {
		for after := from; ; {
			places, err := s.Unsealed(ctx, kind, after, page)
			if err != nil {
				return out, err
			}
			for i := range places {
				p := &places[i]
				p.Position, p.Day, after = out.First+out.Size, out.Day, p.Ref
				out.Size++
				if err := tree.Add(p.Leaf); err != nil {
					return out, err
				}
			}
			if err := s.AddPlaces(ctx, places); err != nil {
				return out, err
			}
			if len(places) < page {
				break
			}
		}
	}
	if out.Root, err = tree.Root(); err != nil {
		return out, err
	}
	out.sign(key)
	return out, s.AddSeal(ctx, out)
}

// Statement is what is signed.
func (s Seal) Statement() []byte {
	return fmt.Appendf(nil, "bujiao seal 1\narea %s\nday %s\nfirst %d\nsize %d\nroot %s\nprev %s\n", s.Area, s.Day, s.First, s.Size, s.Root, s.Prev)
}

// Digest is the hexadecimal SHA-256 of the statement: it stands for all days
// up to this one.
func (s Seal) Digest() string {
	sum := sha256.Sum256(s.Statement())
	return hex.EncodeToString(sum[:])
}

func (s *Seal) sign(key ed25519.PrivateKey) {
	s.KeyID = receipt.KeyID(key.Public().(ed25519.PublicKey))
	s.Signature = base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, s.Statement()))
}

// Signed reports whether one of the keys signed the seal.
func (s Seal) Signed(ring receipt.Keyring) bool {
	signature, err := base64.RawURLEncoding.DecodeString(s.Signature)
	if err != nil {
		return false
	}
	for _, key := range ring {
		if receipt.KeyID(key) == s.KeyID && ed25519.Verify(key, s.Statement(), signature) {
			return true
		}
	}
	return false
}

// Same reports whether two seals say the same.
func (s Seal) Same(o Seal) bool {
	return bytes.Equal(s.Statement(), o.Statement()) && s.KeyID == o.KeyID && s.Signature == o.Signature
}

// Tree is an RFC 6962 tree that takes leaf by leaf and keeps only its edge.
type Tree struct{ edge *compact.Range }

var shape = &compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}

// NewTree is an empty tree.
func NewTree() *Tree { return &Tree{shape.NewEmptyRange(0)} }

// Add appends the leaf of a place.
func (t *Tree) Add(leaf string) error {
	data, err := hex.DecodeString(leaf)
	if err != nil {
		return fmt.Errorf("leaf: %w", err)
	}
	return t.edge.Append(rfc6962.DefaultHasher.HashLeaf(data), nil)
}

// Root is the root in hexadecimal; that of no leaves is the hash of nothing.
func (t *Tree) Root() (string, error) {
	if t.edge.End() == 0 {
		return hex.EncodeToString(rfc6962.DefaultHasher.EmptyRoot()), nil
	}
	root, err := t.edge.GetRootHash(nil)
	return hex.EncodeToString(root), err
}
