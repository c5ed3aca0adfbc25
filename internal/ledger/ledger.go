// Package ledger is the double-entry journal of the funds (总账). An entry sums
// to zero, is never changed, and names what it corrects; balances are views.
//
// Legs carry the two bearers apart: the employer's fen and the person's, since
// a month counts only when both shares are booked (R-POST-03) and only the
// person's share enters the personal account. Money is booked by what arrived
// (R-DECL-07). Books balance within each area; a move between areas is two
// entries against the clearing account.
package ledger

import (
	"context"
	"strconv"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Accounts. Party and scheme tell the lines of one account apart.
const (
	Bank       = "bank"         // 收入户: money that arrived, by bank (Party)
	Receivable = "receivable"   // 应收: what employers (Party) or persons owe, as billed
	FundDue    = "fund_due"     // 应计: the other side of what is billed, by scheme
	Fund       = "fund"         // 统筹基金: pooled fund, by scheme
	Personal   = "personal"     // 个人账户: the person's own account, by person and scheme
	LateFeeDue = "late_fee_due" // 应收滞纳金: what employers (Party) owe beside the principal, as billed
	LateFee    = "late_fee"     // 滞纳金: enters the fund, never the personal account
	Interest   = "interest"     // 利息: what the fund credits to personal accounts
	Suspense   = "suspense"     // 待查: money that no order claims
	Refunds    = "refunds"      // 应退: to be given back
	Clearing   = "clearing"     // 上下级往来: on the way to or from another area (Party)
)

// Names lists the accounts there are.
var Names = []string{Bank, Receivable, FundDue, Fund, Personal, LateFeeDue, LateFee, Interest, Suspense, Refunds, Clearing}

// Leg is one line of an entry.
type Leg struct {
	Account     string           `json:"account"`
	Party       string           `json:"party,omitempty"`
	Person      string           `json:"person,omitempty"`
	Scheme      insurance.Scheme `json:"scheme,omitempty"`
	FeeMonth    calendar.Month   `json:"fee_month,omitzero"`
	EmployerFen money.Fen        `json:"employer_share"`
	PersonFen   money.Fen        `json:"person_share"`
	Charge      string           `json:"charge,omitempty"`
}

// Kinds of entries.
const (
	Billing    = "billing"    // charges became receivable
	Receipt    = "receipt"    // money arrived for an order
	Unclaimed  = "unclaimed"  // money arrived that no order claims
	Claimed    = "claimed"    // such money found its order
	Refund     = "refund"     // money given back
	Crediting  = "crediting"  // yearly interest to personal accounts
	Correction = "correction" // of an earlier entry
	Transfer   = "transfer"   // between areas
)

// RefKinds are what entries can be about.
var RefKinds = []string{"declaration", "payment", "bank_line", "refund", "interest", "entry", "move"}

// Entry is a journal entry with its legs.
type Entry struct {
	ID          string         `json:"id"`
	Kind        string         `json:"kind"`
	PostedOn    calendar.Date  `json:"posted_on"`
	PostedMonth calendar.Month `json:"posted_month"`
	RefKind     string         `json:"ref_kind"` // one of RefKinds
	Ref         string         `json:"ref"`
	Corrects    string         `json:"corrects,omitempty"`
	Key         string         `json:"key"` // idempotency key, unique in the area
	InputHash   string         `json:"-"`
	Reason      string         `json:"reason,omitempty"`
	Actor       string         `json:"actor"`
	At          books.Instant  `json:"at"`
	KnownOn     calendar.Date  `json:"known_on"` // the office date of the booking
	Legs        []Leg          `json:"legs"`
}

// Balance is the sum of the legs of an account's line.
type Balance struct {
	Account     string           `json:"account"`
	Party       string           `json:"party,omitempty"`
	Scheme      insurance.Scheme `json:"scheme,omitempty"`
	EmployerFen money.Fen        `json:"employer_share"`
	PersonFen   money.Fen        `json:"person_share"`
}

// Line tells a balance from the others of its account, in their order.
func (b Balance) Line() string { return b.Party + "/" + strconv.Itoa(int(b.Scheme)) }

// AfterLine takes a Line apart; the empty one stands before all.
func AfterLine(line string) (party string, scheme insurance.Scheme, err error) {
	if line == "" {
		return "", -1, nil
	}
	i := strings.LastIndexByte(line, '/')
	n, err := strconv.Atoi(line[i+1:])
	if i < 0 || err != nil {
		return "", 0, fault.New(fault.Usage, "ledger.bad_line", nil)
	}
	return line[:i], insurance.Scheme(n), nil
}

// Paid is what was booked against charges of a person, scheme and month.
type Paid struct {
	Person      string           `json:"person"`
	Employer    string           `json:"employer,omitempty"` // the party of the receivable
	Scheme      insurance.Scheme `json:"scheme"`
	FeeMonth    calendar.Month   `json:"fee_month"`
	EmployerFen money.Fen        `json:"employer_share"`
	PersonFen   money.Fen        `json:"person_share"`
	PostedOn    calendar.Date    `json:"posted_on"`
	Entry       string           `json:"entry"`
	LateFee     money.Fen        `json:"-"` // of PaidOn
	Charge      string           `json:"charge,omitempty"`
	Reason      string           `json:"reason,omitempty"` // of the entry: such as bank_retry with the bank's reason
	At          books.Instant    `json:"at"`
	KnownOn     calendar.Date    `json:"known_on"` // the office date of the booking
}

// Store keeps the journal.
type Store interface {
	Accounts
	Reader
	// ClosePeriod closes a month: once it is committed, no transaction posts into
	// the month any more, also none that had begun before.
	ClosePeriod(ctx context.Context, m calendar.Month) error
}

// Reader reads the journal.
type Reader interface {
	books.Frame
	Entry(ctx context.Context, id string) (Entry, error)
	EntriesOf(ctx context.Context, refKind, ref string) ([]Entry, error)
	Entries(ctx context.Context, p books.Page) ([]Entry, error)
	// CorrectionsOf lists the entries that correct an entry.
	CorrectionsOf(ctx context.Context, id string) ([]Entry, error)
	// PaidOf lists the receivable legs of entries that bring or return money
	// (receipts, claimed money, refunds and corrections of these) of persons, by
	// person, scheme, month, day and entry; amounts paid are positive.
	PaidOf(ctx context.Context, persons []string) ([]Paid, error)
	// PaidOn lists them for charges, by charge, day and entry, late fees too.
	PaidOn(ctx context.Context, charges ...string) ([]Paid, error)
	// Balances sums an account by party and scheme; empty party: all.
	Balances(ctx context.Context, account, party string) ([]Balance, error)
	// BalancePage is a page of them; After is the Line of the one before.
	BalancePage(ctx context.Context, account, party string, p books.Page) ([]Balance, error)
	// OpenMonth finds a month of a person of which charges of an employer are not
	// paid, principal or late fee; what another has too much pays nothing of it.
	OpenMonth(ctx context.Context, employer string) (open bool, err error)
	// PersonalOf sums the personal accounts of persons, by person and scheme, of
	// what was booked up to a day.
	PersonalOf(ctx context.Context, persons []string, until calendar.Date) ([]PersonalAccount, error)
	// CameFrom sums what came to the personal accounts of persons from another
	// area up to a day, by person and scheme, as it stands after corrections. What
	// went there is not taken off.
	CameFrom(ctx context.Context, other string, persons []string, until calendar.Date) ([]PersonalAccount, error)
	ClosedPeriods(ctx context.Context) ([]calendar.Month, error)
}

// PersonalAccount is what stands on a person's own account of a scheme.
type PersonalAccount struct {
	Person   string           `json:"person"`
	Scheme   insurance.Scheme `json:"scheme"`
	Amount   money.Fen        `json:"amount"`
	Interest money.Fen        `json:"interest"` // of it
}
