// Package evidence says which papers a request still needs (材料—月份矩阵). A paper
// that was handed in proves one or more of relation, wage and identity for a
// span of months of a person with an employer. Which kind can prove what, which
// papers are as good as one another, and on which legal basis a counter may ask
// for one comes from the packs.
//
// The smallest set that is missing is found exactly and told once, with
// substitutes and reasons; nothing is asked for that the office already holds
// (R-REG-06). What no source says a paper proves, it does not prove here. The
// package keeps no file and decides no case.
package evidence

import (
	"context"
	"encoding/json"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/law"
	"bujiao/internal/registry"
)

// Proofs is a set of what a paper proves, as the packs name it.
type Proofs uint8

// What there is to prove.
const (
	Relation Proofs = 1 << iota // 劳动关系
	Wage                        // 工资
	Identity                    // 身份
)

// Has reports whether all of p are in the set.
func (s Proofs) Has(p Proofs) bool { return s&p == p }

// Names lists the set as the packs name it.
func (s Proofs) Names() []string {
	out := []string{}
	for i, name := range law.Proofs {
		if s&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// MarshalJSON writes the names.
func (s Proofs) MarshalJSON() ([]byte, error) { return json.Marshal(s.Names()) }

// UnmarshalJSON reads names.
func (s *Proofs) UnmarshalJSON(data []byte) error {
	var names []string
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	var ok bool
	if *s, ok = ProofsOf(names); !ok {
		return errors.New("a paper proves relation, wage or identity")
	}
	return nil
}

// ProofsOf reads names; ok is false if one is unknown.
func ProofsOf(names []string) (s Proofs, ok bool) {
	for _, n := range names {
		p := Proofs(0)
		for i, name := range law.Proofs {
			if n == name {
				p = 1 << i
			}
		}
		if p == 0 {
			return 0, false
		}
		s |= p
	}
	return s, true
}

// State of a paper.
type State string

// The states. What was decided replaces what was handed in.
const (
	Handed   State = "handed"   // 已收到，未审核
	Accepted State = "accepted" // 已采纳
	Refused  State = "refused"  // 不予采纳
)

// Piece is a paper that was handed in. It is never changed: what replaces it
// names it.
type Piece struct {
	ID           string         `json:"id"`
	Case         string         `json:"case,omitempty"`
	Person       string         `json:"person,omitempty"`   // empty: of the employer as a whole
	Employer     string         `json:"employer,omitempty"` // of the relation it speaks of
	Kind         string         `json:"kind"`
	From         calendar.Month `json:"from,omitzero"` // of the months it proves something of
	To           calendar.Month `json:"to,omitzero"`
	Proves       Proofs         `json:"proves"`
	FormedOn     calendar.Date  `json:"formed_on"` // day on which the paper was made; zero: it bears none
	Copies       int            `json:"copies"`
	OriginalSeen bool           `json:"original_seen"`
	Upload       string         `json:"upload,omitempty"` // of its file
	State        State          `json:"state"`
	Reason       string         `json:"reason,omitempty"`
	KnownOn      calendar.Date  `json:"known_on"`
	At           books.Instant  `json:"at"`
	Actor        string         `json:"actor"`
	Replaces     string         `json:"replaces,omitempty"`
}

// Filter chooses papers; empty fields choose all.
type Filter struct{ Case, Person, Employer, Upload string }

// Store keeps papers.
type Store interface {
	books.Frame
	AddPiece(ctx context.Context, p Piece) error
	// Piece reads one, replaced or not.
	Piece(ctx context.Context, id string) (Piece, error)
	// Pieces lists what is known on a day and not replaced, by id.
	Pieces(ctx context.Context, f Filter, knownAt calendar.Date, p books.Page) ([]Piece, error)
	// PiecesOf is Pieces of many persons, all of them, by person.
	PiecesOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]Piece, error)
	// ReplacedPiece reports whether a paper was replaced.
	ReplacedPiece(ctx context.Context, id string) (bool, error)
}

// Books is what Missing reads.
type Books interface {
	Store
	DuplicatePersons(ctx context.Context, persons []string, knownAt calendar.Date) (map[string][]string, error)
	EmploymentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Employment, error)
}
