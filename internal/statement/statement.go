// Package statement is what people and employers are told of their records: the
// notice of a month to an employee (R-REC-02), the yearly rights statement of a
// person (R-REC-03) and the payment notice (R-DECL-03), as data with a digest,
// and the evidence that one was handed over.
//
// A statement is a view of the books as of a day; it decides and prices nothing.
// It names persons and employers by id only: who prints it looks up names. The
// same facts give the same bytes and so the same digest.
package statement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// Kind of a statement.
type Kind string

// The kinds.
const (
	Monthly Kind = "monthly" // 每月缴费告知
	Yearly  Kind = "yearly"  // 个人权益记录单
	Payment Kind = "payment" // 缴费通知单
)

// Methods are the ways in which statements are handed over.
var Methods = []string{"electronic", "paper", "mail", "counter"}

// Head is what every statement of a record says of itself.
type Head struct {
	Kind    Kind          `json:"kind"`
	Area    string        `json:"area"`
	Person  string        `json:"person"`
	AsOf    calendar.Date `json:"as_of"`
	KnownAt calendar.Date `json:"known_at"`
	Arrears bool          `json:"arrears"` // a month of it is due and not paid in full
}

// Line is a month of a scheme. Amounts that are not known are null.
type Line struct {
	Scheme       insurance.Scheme `json:"scheme"`
	FeeMonth     calendar.Month   `json:"fee_month"`
	Posted       calendar.Month   `json:"posted_month"` // of the last payment; zero: none
	Employer     string           `json:"employer,omitempty"`
	Category     record.Category  `json:"category"`
	Kind         string           `json:"backpay_kind,omitempty"`
	Cause        insurance.Cause  `json:"cause,omitempty"`
	Reason       string           `json:"reason,omitempty"` // the bank's, where its debit failed (R-POST-02)
	Base         *money.Fen       `json:"base"`
	DeclaredBase *money.Fen       `json:"declared_base"`
	EmployerDue  *money.Fen       `json:"employer_due"`
	PersonDue    *money.Fen       `json:"person_due"`
	EmployerPaid money.Fen        `json:"employer_paid"`
	PersonPaid   money.Fen        `json:"person_paid"`
	PaidOn       calendar.Date    `json:"paid_on"`
	LateBy       int              `json:"late_by_months,omitempty"`
	Arrears      bool             `json:"arrears"`
}

// Digest is the SHA-256 of a statement's JSON, in hexadecimal.
func Digest(statement any) (string, error) {
	data, err := json.Marshal(statement)
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Books is what making statements of records needs of the store.
type Books interface {
	history.Books
	PersonalOf(ctx context.Context, persons []string, until calendar.Date) ([]ledger.PersonalAccount, error)
}

// Handover is the evidence that a statement was handed over. Period is a month
// (2025-03) or a year (2025); the digest says which statement of it it was.
type Handover struct {
	ID          string        `json:"id"`
	Kind        Kind          `json:"kind"`
	Employer    string        `json:"employer,omitempty"` // who handed it over, or to whom
	Person      string        `json:"person,omitempty"`
	Period      string        `json:"period"`
	Digest      string        `json:"digest"`
	Method      string        `json:"method"`
	DeliveredOn calendar.Date `json:"delivered_on"`
	At          books.Instant `json:"at"`
	Actor       string        `json:"actor"`
}

// Filter chooses handovers; what is empty is not asked for.
type Filter struct {
	Kind     Kind   `json:"kind,omitempty"`
	Employer string `json:"employer,omitempty"`
	Person   string `json:"person,omitempty"`
	Period   string `json:"period,omitempty"`
}

// Store keeps handovers; they are never changed.
type Store interface {
	books.Frame
	AddHandover(ctx context.Context, d Handover) error
	// Handovers lists those of a filter, by id.
	Handovers(ctx context.Context, f Filter, p books.Page) ([]Handover, error)
}

// failures are the bank's latest reasons by employer and month.
type failures map[failure]string

type failure struct {
	employer string
	month    calendar.Month
}

func readFailures(ctx context.Context, tx Books, persons []string, until calendar.Date) (failures, error) {
	list, err := tx.FailedDebits(ctx, persons, until)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b history.FailedDebit) int { return int(a.On - b.On) })
	out := failures{}
	for _, f := range list {
		out[failure{f.Employer, f.FeeMonth}] = f.Reason
	}
	return out, nil
}

func lineOf(c *record.Cell, why failures) Line {
	l := Line{Scheme: c.Scheme, FeeMonth: c.Month, Posted: c.Posted, Employer: c.Employer, Category: c.Category, Kind: c.Kind, Cause: c.Cause,
		Base: c.Base, DeclaredBase: c.DeclaredBase, EmployerDue: c.EmployerDue, PersonDue: c.PersonDue, EmployerPaid: c.EmployerPaid, PersonPaid: c.PersonPaid,
		PaidOn: c.PaidOn, LateBy: c.LateBy, Arrears: c.Category == record.Arrears}
	if c.Cause == insurance.DebitFailed {
		l.Reason = why[failure{c.Employer, c.Month}]
	}
	return l
}
