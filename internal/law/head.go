package law

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/calendar"
)

// Status says how well a value is known. Everything but Verified is shown with
// each figure that rests on it.
type Status string

// The statuses of contract and design.
const (
	Verified    Status = "verified"    // seen in the named source
	Recalled    Status = "recalled"    // memory, no page seen
	Disputed    Status = "disputed"    // two positions exist; both are given
	Conflicting Status = "conflicting" // sources disagree; the other value is in alt
	Seed        Status = "seed"        // only the mission pages say so
	Assumed     Status = "assumed"     // a convention no source states; stands in an ADR
)

var statusRank = map[Status]int{Verified: 0, Seed: 1, Recalled: 2, Assumed: 3, Disputed: 4, Conflicting: 5}

// Valid reports whether the status is one of the six.
func (s Status) Valid() bool { _, ok := statusRank[s]; return ok }

// Worse returns the status that says more doubt.
func (s Status) Worse(t Status) Status {
	if statusRank[t] > statusRank[s] {
		return t
	}
	return s
}

// Text is a sentence in both languages.
type Text struct {
	ZH string `yaml:"zh" json:"zh"`
	EN string `yaml:"en" json:"en"`
}

// In returns the sentence in the language ("zh" or "en").
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Empty reports whether neither language is given.
func (t Text) Empty() bool { return t.ZH == "" && t.EN == "" }

// Since is the first day a row is in force; packs write a month or a day.
type Since calendar.Date

// Until is the last day a row is in force; packs write a month (its last day)
// or a day. Zero is open.
type Until calendar.Date

// UnmarshalYAML reads YYYY-MM or YYYY-MM-DD.
func (s *Since) UnmarshalYAML(n *yaml.Node) error {
	d, err := bound(n, calendar.Month.First)
	*s = Since(d)
	return err
}

// UnmarshalYAML reads YYYY-MM or YYYY-MM-DD.
func (u *Until) UnmarshalYAML(n *yaml.Node) error {
	d, err := bound(n, calendar.Month.Last)
	*u = Until(d)
	return err
}

func bound(n *yaml.Node, of func(calendar.Month) calendar.Date) (calendar.Date, error) {
	if n.Value == "" || n.Value == "null" || n.Value == "~" {
		return 0, nil
	}
	if m, err := calendar.ParseMonth(n.Value); err == nil {
		return of(m), nil
	}
	d, err := calendar.ParseDate(n.Value)
	if err != nil {
		return 0, fmt.Errorf("line %d: %q is neither YYYY-MM nor YYYY-MM-DD", n.Line, n.Value)
	}
	return d, nil
}

// MarshalJSON writes the day, or null.
func (s Since) MarshalJSON() ([]byte, error) { return calendar.Date(s).MarshalJSON() }

// UnmarshalJSON reads a day or null.
func (s *Since) UnmarshalJSON(b []byte) error { return (*calendar.Date)(s).UnmarshalJSON(b) }

// MarshalJSON writes the day, or null.
func (u Until) MarshalJSON() ([]byte, error) { return calendar.Date(u).MarshalJSON() }

// UnmarshalJSON reads a day or null.
func (u *Until) UnmarshalJSON(b []byte) error { return (*calendar.Date)(u).UnmarshalJSON(b) }

// Head is what every row carries: where it comes from, when it is in force,
// when it was published, and how well it is known.
type Head struct {
	ID        string   `yaml:"id,omitempty" json:"id"`
	Rule      string   `yaml:"rule,omitempty" json:"rule,omitempty"`             // id of the rule book
	From      Since    `yaml:"from,omitempty" json:"from"`                       // zero: no known start
	To        Until    `yaml:"to,omitempty" json:"to"`                           // zero: open
	Published Until    `yaml:"published,omitempty" json:"published"`             // a month counts from its last day; zero: not known
	Status    Status   `yaml:"status" json:"status"`                             //
	Boundary  Status   `yaml:"boundary_status,omitempty" json:"boundary_status"` // of the months, where they are less certain than the value
	Grade     string   `yaml:"grade,omitempty" json:"grade,omitempty"`           // "low": seen on a relayed or machine-translated page only
	Source    []string `yaml:"source,omitempty,flow" json:"-"`                   // ids of the pack's sources
	Basis     string   `yaml:"basis,omitempty" json:"basis,omitempty"`           // law, article, document number
	Note      string   `yaml:"note,omitempty" json:"note,omitempty"`
	ADR       string   `yaml:"adr,omitempty" json:"adr,omitempty"`       // decision record of an assumed row
	Shown     string   `yaml:"shown,omitempty" json:"shown,omitempty"`   // why the row is shown but never applied: guideline, minimum, conditional, total_only, local
	Origin    string   `yaml:"origin,omitempty" json:"origin,omitempty"` // facts (the parameter tables), rules (the rule book), example (a printed amount), assumed

	Area string   `yaml:"-" json:"area"` // of the pack it stands in
	Kind string   `yaml:"-" json:"kind"` // list it stands in
	Line int      `yaml:"-" json:"-"`    // of the file, for messages
	File string   `yaml:"-" json:"-"`
	Docs []string `yaml:"-" json:"docs,omitempty"` // texts of Source
}

func (h *Head) head() *Head { return h }

// On reports whether the row is in force on the day.
func (h *Head) On(d calendar.Date) bool {
	return calendar.Date(h.From) <= d && (h.To == 0 || d <= calendar.Date(h.To))
}

// In reports whether the row is in force in the month (on its first day, as
// contribution rows run by whole months).
func (h *Head) In(m calendar.Month) bool { return h.On(m.First()) }

// Known reports whether the row was known on the day. A row without a
// publication date is known from the day it took effect.
func (h *Head) Known(on calendar.Date) bool {
	if on == 0 {
		return true
	}
	if h.Published != 0 {
		return calendar.Date(h.Published) <= on
	}
	return calendar.Date(h.From) <= on
}

// Doubt is the worse of the statuses of value and months.
func (h *Head) Doubt() Status {
	if h.Boundary == "" {
		return h.Status
	}
	return h.Status.Worse(h.Boundary)
}

// nearMonths is how close to an end a month must lie to be touched by doubt
// about that end (docs/adr/0005).
const nearMonths = 12

// DoubtIn is the doubt about the row in a month: that of its value, and, near
// its first or last month, that of its months.
func (h *Head) DoubtIn(m calendar.Month) Status {
	if h.Boundary == "" || m == 0 {
		return h.Doubt()
	}
	first, last := calendar.Date(h.From).Month(), calendar.Date(h.To).Month()
	if (h.From != 0 && m < first+nearMonths) || (h.To != 0 && m > last-nearMonths) {
		return h.Doubt()
	}
	return h.Status
}

// Why names the row for a mark; where only its months are doubtful, it says so.
func (h *Head) Why() string {
	if h.Status == Verified && h.Boundary != "" && h.Boundary != Verified {
		return h.Cite() + " (from/to: " + string(h.Boundary) + ")"
	}
	return h.Cite()
}

// Cite names the row for an answer: its id and what it rests on.
func (h *Head) Cite() string {
	s := h.ID
	if h.Basis != "" {
		return s + ": " + h.Basis
	}
	if len(h.Docs) > 0 {
		return s + ": " + h.Docs[0]
	}
	return s
}
