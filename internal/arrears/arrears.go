// Package arrears is what is owed and not paid (欠缴): a debt for each person,
// scheme, fee month and employer whose month is in arrears.
//
// A debt says that something is open and why, and which shares were unpaid when
// that was last looked at. It has no price: late fees grow by the day and the
// law may change, so whoever asks gets an assessment, and only what is billed
// becomes a line. Debts follow the grid: they are opened, adjusted and closed by
// Sweep and by nothing else.
package arrears

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// State of a debt.
type State string

// The states.
const (
	Open   State = "open"
	Closed State = "closed" // paid, or no longer owed
)

// Debt is a month of a person's scheme that is due and not paid in full. Without
// an employer it is the person's own.
type Debt struct {
	ID          string           `json:"id"`
	Person      string           `json:"person"`
	Employer    string           `json:"employer,omitempty"`
	Scheme      insurance.Scheme `json:"scheme"`
	FeeMonth    calendar.Month   `json:"fee_month"`
	Cause       insurance.Cause  `json:"cause"`
	State       State            `json:"state"`
	EmployerFen *money.Fen       `json:"employer_share"` // unpaid; null: not known
	PersonFen   *money.Fen       `json:"person_share"`
	FoundOn     calendar.Date    `json:"found_on"`
	ClosedOn    calendar.Date    `json:"closed_on"`
	ChangedAt   books.Instant    `json:"changed_at"`
	Stored      []any            `json:"-"` // as read; what SaveDebt compares
}

// Filter chooses debts; what is empty is not asked for.
type Filter struct {
	State    State  `json:"state,omitempty"`
	Employer string `json:"employer,omitempty"`
	Person   string `json:"person,omitempty"`
}

// Store keeps debts; there is one for a person, scheme, month and employer.
type Store interface {
	books.Frame
	// Debt reads one; none is books.ErrNotFound.
	Debt(ctx context.Context, id string) (Debt, error)
	// Debts lists the debts of a filter, by id.
	Debts(ctx context.Context, f Filter, p books.Page) ([]Debt, error)
	// DebtsOf lists all debts of persons, by person, scheme, month and employer.
	DebtsOf(ctx context.Context, persons []string) ([]Debt, error)
	// DebtorsOf lists the persons for whom an employer has open debts.
	DebtorsOf(ctx context.Context, employer string, p books.Page) ([]string, error)
	// LatePayersOf lists the persons for whom an employer paid something after its
	// last day, or after the fee month where none is known.
	LatePayersOf(ctx context.Context, employer string, p books.Page) ([]string, error)
	// AddDebt adds one; where there is one already, it is a TakenError of arrears.
	AddDebt(ctx context.Context, d Debt) error
	// SaveDebt writes one back that still is as it was read, or books.ErrStale.
	SaveDebt(ctx context.Context, d Debt) error
}
