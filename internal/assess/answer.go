package assess

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Missing and Mark are what any answer says of holes and of doubts.
type (
	Missing = law.Missing
	Mark    = law.Mark
)

// Alternative is the figure under the other reading of a disputed switch or
// the other value of a conflicting row.
type Alternative struct {
	Switch  string     `json:"switch"`
	Reading string     `json:"reading"`
	Path    string     `json:"path"`
	Amount  *money.Fen `json:"amount"`
}

// notes is what an answer gathers beside its figures.
type notes struct {
	Missing      []Missing     `json:"missing"`
	Marks        []Mark        `json:"marks"`
	Alternatives []Alternative `json:"alternatives"`

	seen map[any]bool // what was noted already, by content
}

// first reports whether a note is new. Notes of a long request run into the
// ten thousands, so they are not searched one by one.
func (n *notes) first(note any) bool {
	if n.seen == nil {
		n.seen = map[any]bool{}
	}
	if n.seen[note] {
		return false
	}
	n.seen[note] = true
	return true
}

func (n *notes) miss(m Missing) {
	if n.first(m) {
		n.Missing = append(n.Missing, m)
	}
}

func (n *notes) mark(path string, status law.Status, basis string) {
	if status == law.Verified || status == "" {
		return
	}
	if m := (Mark{Path: path, Status: status, Basis: basis}); n.first(m) {
		n.Marks = append(n.Marks, m)
	}
}

func (n *notes) alternative(a Alternative) {
	key := a
	key.Amount = nil // one reading of a switch has one amount
	if n.first(key) {
		n.Alternatives = append(n.Alternatives, a)
	}
}

// Line is what one scheme costs in one month, in yuan. Null figures are
// explained in Missing.
type Line struct {
	Scheme   insurance.Scheme `json:"scheme"`
	Month    calendar.Month   `json:"month,omitzero"`
	Base     *money.Fen       `json:"base"`
	Employer *money.Fen       `json:"employer"`
	Person   *money.Fen       `json:"person"`
	Basis    []string         `json:"basis"`
}

// Totals sums lines; a sum that would include a null is null.
type Totals struct {
	Employer *money.Fen `json:"employer"`
	Person   *money.Fen `json:"person"`
	Total    *money.Fen `json:"total"`
}

// adder sums amounts and remembers that one was null.
type adder struct {
	sum  money.Fen
	null bool
	err  error
}

func (a *adder) add(f *money.Fen) {
	if f == nil {
		a.null = true
		return
	}
	s, err := a.sum.Add(*f)
	if err != nil {
		a.err = err
	}
	a.sum = s
}

func (a *adder) value() *money.Fen {
	if a.null {
		return nil
	}
	v := a.sum
	return &v
}

func fen(f money.Fen) *money.Fen { return &f }
