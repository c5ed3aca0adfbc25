package record

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Category says what a month of a scheme is (R-POST-01).
type Category string

// The categories.
const (
	Normal   Category = "normal"   // 正常应缴: paid in full and in time
	Backpay  Category = "backpay"  // 补缴: paid in full, but later
	Arrears  Category = "arrears"  // 欠缴: due and not paid in full
	Deferred Category = "deferred" // 缓缴: due later by a policy or agreement
	Exempt   Category = "exempt"   // 减免: nothing is owed
	NotDue   Category = "not_due"  // the deadline has not passed
)

// Sub-kinds of Backpay (R-POST-01, R-POST-02).
const (
	KindInterruption = "interruption" // 中断补收
	KindLumpSum      = "lump_sum"     // 一次性补收
	KindBaseDiff     = "base_diff"    // 缴费基数调整补收
	KindPolicy       = "policy"       // 政策性补缴
	KindBankRetry    = "bank_retry"   // 扣款失败后补扣, not the declaration's fault
)

// LumpMonths is the length from which one payment is a lump sum (R-BACKPAY-08).
const LumpMonths = 36

// Cell is one month of one scheme in one area.
type Cell struct {
	Scheme       insurance.Scheme `json:"scheme"`
	Month        calendar.Month   `json:"month"`
	Area         string           `json:"area"`
	Payer        insurance.Payer  `json:"payer"`
	Employer     string           `json:"employer,omitempty"`
	Category     Category         `json:"category"`
	Kind         string           `json:"kind,omitempty"`
	Cause        insurance.Cause  `json:"cause,omitempty"`
	Base         *money.Fen       `json:"base"` // lawful base of the month, null if not known
	DeclaredBase *money.Fen       `json:"declared_base,omitempty"`
	EmployerDue  *money.Fen       `json:"employer_due"`
	PersonDue    *money.Fen       `json:"person_due"`
	EmployerPaid money.Fen        `json:"employer_paid"`
	PersonPaid   money.Fen        `json:"person_paid"`
	PaidOn       calendar.Date    `json:"paid_on,omitzero"`       // the last payment for the month
	Posted       calendar.Month   `json:"posted_period,omitzero"` // 费款所属期 AAE002
	LateBy       int              `json:"late_by_months,omitempty"`
	Benefit      bool             `json:"benefit_drawn,omitempty"`

	Wage        *money.Fen `json:"-"`
	Unallocated bool       `json:"-"` // money was paid for all schemes together and does not cover them
	Populations string     `json:"-"`
	Tier        string     `json:"-"`
	row         *Row       // of the employment
}

// Employment is the row that the month comes from, nil for flexible payers.
func (c *Cell) Employment() *Row { return c.row }

// Paid reports whether the month counts: both shares are fully booked, or
// nothing was owed (O20 art. 13, R-POST-03).
func (c *Cell) Paid() bool {
	return c.Category == Normal || c.Category == Backpay || c.Category == Exempt
}

// Grid is a person's history as of a day.
type Grid struct {
	AsOf  calendar.Date
	Cells []Cell // by scheme, month, area
	drawn map[drawnKey]bool
}

type drawnKey struct {
	scheme insurance.Scheme
	month  calendar.Month
}

// Drawn reports whether a benefit of the scheme was drawn for the month, in
// whatever area, also where nothing else is known of the month.
func (g *Grid) Drawn(s insurance.Scheme, m calendar.Month) bool { return g.drawn[drawnKey{s, m}] }

// Owed is what a month should have cost, as the kernel prices it.
type Owed struct {
	Base     *money.Fen // lawful base
	Employer *money.Fen
	Person   *money.Fen
}

// Pricer prices months for a grid.
type Pricer interface {
	// Schemes lists the schemes of a row that names none.
	Schemes(row *Row, m calendar.Month) ([]insurance.Scheme, error)
	// Owed prices a month on a wage.
	Owed(row *Row, s insurance.Scheme, m calendar.Month, wage *money.Fen) (Owed, error)
	// At prices a month on a base as it was declared, lawful or not.
	At(row *Row, s insurance.Scheme, m calendar.Month, base money.Fen) (Owed, error)
	// LastDay is the last day on which a payment is in time; zero if no pack
	// says it.
	LastDay(row *Row, s insurance.Scheme, m calendar.Month) (calendar.Date, error)
	// RaisedLater reports whether the base that was paid was lawful on the
	// day, and a later notice raised it.
	RaisedLater(row *Row, s insurance.Scheme, m calendar.Month, wage, base money.Fen, paid calendar.Date) (bool, error)
	// DeferredOn reports whether a policy defers the month on the day.
	DeferredOn(row *Row, s insurance.Scheme, m calendar.Month, on calendar.Date) (bool, error)
}
