package casework

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Case is where a case stands. The row keeps what lists ask for; the rest comes
// from its events.
type Case struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind"`
	Law       string        `json:"law"` // digest of the pinned procedure
	State     string        `json:"state"`
	Back      string        `json:"back,omitempty"` // state it returns to, while it is set aside
	Person    string        `json:"person,omitempty"`
	Employer  string        `json:"employer,omitempty"`
	Parent    string        `json:"parent,omitempty"` // case it is a part of
	Owner     access.Role   `json:"owner,omitempty"`  // who has to act
	OpenedOn  calendar.Date `json:"opened_on"`
	EndsOn    calendar.Date `json:"ends_on"` // last day of the term; zero: none, or its working days are not published
	Then      string        `json:"then,omitempty"`
	Left      int           `json:"left"` // days that were left of the term when it was set aside
	Overdue   bool          `json:"overdue"`
	Seq       int           `json:"seq"` // of the last event
	ClosedOn  calendar.Date `json:"closed_on"`
	ChangedAt books.Instant `json:"changed_at"`
	Stored    []any         `json:"-"`

	Since  calendar.Date     `json:"-"` // day on which it came into its state
	Facts  Values            `json:"-"` // what was given and made, by name
	Actors map[string]string `json:"-"` // who did an event last
	Counts map[string]int    `json:"-"` // how often an event happened
}

// Event is what happened to a case. It is never changed.
type Event struct {
	Case   string        `json:"case"`
	Seq    int           `json:"seq"`
	Name   string        `json:"name"`
	From   string        `json:"from"`
	To     string        `json:"to"`
	On     calendar.Date `json:"on"`
	EndsOn calendar.Date `json:"ends_on"` // of the term that began with it
	Then   string        `json:"then,omitempty"`
	Left   int           `json:"left"`
	Data   Values        `json:"data"`
	Reason string        `json:"reason"`
	At     books.Instant `json:"at"`
	Actor  string        `json:"actor"`
	Role   access.Role   `json:"role"`
}

// The events of the engine itself.
const (
	// Overdue: a term is over and nothing follows by law; the case goes to the
	// reviewer's list.
	Overdue = "overdue"
	// Wound: a term that had no end has one, since the working days of its year
	// are published.
	Wound = "wound"
)

// Fold adds an event to a case.
func (t *Table) Fold(c Case, e Event) Case {
	c.Facts, c.Actors, c.Counts = clone(c.Facts), clone(c.Actors), clone(c.Counts)
	if e.Seq == 1 {
		c.OpenedOn = e.On
	}
	c.Seq, c.ChangedAt = e.Seq, e.At
	if e.Name == Overdue {
		c.Overdue, c.Owner = true, access.Reviewer
		return c
	}
	if e.Name == Wound {
		c.EndsOn, c.Then = e.EndsOn, e.Then
		return c
	}
	if m := t.Move(e.Name); m != nil && m.Aside {
		c.Back = e.From
	} else if e.To != e.From {
		c.Back = ""
	}
	c.State, c.EndsOn, c.Then, c.Left, c.Overdue, c.Owner, c.ClosedOn = e.To, e.EndsOn, e.Then, e.Left, false, "", 0
	c.Since = e.On
	if s := t.State(e.To); s != nil {
		if c.Owner = s.Owner; s.End != "" {
			c.ClosedOn, c.Back = e.On, ""
		}
	}
	m := t.Move(e.Name)
	if m != nil {
		for _, name := range m.Clears {
			delete(c.Facts, name)
		}
	}
	m.lay(c.Facts, e.Data)
	c.Actors[e.Name] = e.Actor
	c.Counts[e.Name]++
	return c
}

// lay puts what an event says over facts. A correction may take one back: it says
// that it is empty.
func (m *Move) lay(facts, data Values) {
	for name, v := range data {
		if facts[name] = v; v == "" && m != nil && m.Again {
			delete(facts, name)
		}
	}
}

func clone[K comparable, V any](m map[K]V) map[K]V {
	out := make(map[K]V, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Month is one month of one insurance that a case is about, with its price if
// one is known.
type Month struct {
	Person   string           `json:"person"`
	Scheme   insurance.Scheme `json:"scheme"`
	FeeMonth calendar.Month   `json:"fee_month"`
	Cause    insurance.Cause  `json:"cause,omitempty"`
	Wage     *money.Fen       `json:"wage"`
	Base     *money.Fen       `json:"base"`
	Employer *money.Fen       `json:"employer"`
	Own      *money.Fen       `json:"person_share"`
	LateFee  *money.Fen       `json:"late_fee"`
	Verdict  string           `json:"verdict,omitempty"`
	Route    string           `json:"route,omitempty"`
}

// Filter of a list of cases; empty fields match everything.
type Filter struct {
	Kind     string      `json:"kind,omitempty"`
	State    string      `json:"state,omitempty"`
	Person   string      `json:"person,omitempty"`
	Employer string      `json:"employer,omitempty"`
	Parent   string      `json:"parent,omitempty"`
	Owner    access.Role `json:"owner,omitempty"`
}

// Store keeps cases.
type Store interface {
	books.Frame
	AddCase(ctx context.Context, c Case)
	SaveCase(ctx context.Context, c Case) error
	Case(ctx context.Context, id string) (Case, error)
	// Cases lists those of a filter in the order of ids.
	Cases(ctx context.Context, f Filter, p books.Page) ([]Case, error)
	// CasesDue lists those whose term ended before a day and was not seen yet.
	CasesDue(ctx context.Context, day calendar.Date, p books.Page) ([]Case, error)
	// CasesEndless lists those with a term whose end is not known yet.
	CasesEndless(ctx context.Context, p books.Page) ([]Case, error)
	AddCaseEvent(ctx context.Context, e Event)
	CaseEvents(ctx context.Context, id string) ([]Event, error)
	// AddCaseMonths states the months of a case anew; CaseMonths reads the latest
	// statement.
	AddCaseMonths(ctx context.Context, id string, seq int, months []Month)
	CaseMonths(ctx context.Context, id string) ([]Month, error)
	// AddProcedure pins one; one that is there already shows as TakenError of procedure.
	AddProcedure(ctx context.Context, digest, kind, text string)
	Procedure(ctx context.Context, digest string) (string, error)
}
