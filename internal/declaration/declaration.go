// Package declaration is what was declared for a month (缴费申报) and what is
// billed for it: charges of a person, scheme and month, estimates in place of a
// declaration, and settlements.
//
// Amounts come from the kernel. A charge is never rewritten: what changes it is
// a later charge with the difference, which names what it settles. Limits that
// a late notice will change are carried on openly (Charge.CarriedFrom) and
// settled when the notice is there.
package declaration

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Kind of a declaration.
type Kind string

// The kinds.
const (
	Normal     Kind = "normal"     // 正常申报, inside the window
	Late       Kind = "late"       // 补申报, after it
	Estimate   Kind = "estimate"   // 按110%核定 (R-DECL-04), made by the office
	Settlement Kind = "settlement" // 结算: after a late declaration or a late notice
	BackPay    Kind = "backpay"    // 补缴 of earlier months
)

// Declaration is one employer's (or flexible payer's) declaration for a month.
type Declaration struct {
	ID         string         `json:"id"`
	Employer   string         `json:"employer,omitempty"`
	Person     string         `json:"person,omitempty"`
	Month      calendar.Month `json:"month"`
	Kind       Kind           `json:"kind"`
	Channel    string         `json:"channel"` // file, form, api, system
	DeclaredOn calendar.Date  `json:"declared_on"`
	KnownOn    calendar.Date  `json:"known_on"`
	At         books.Instant  `json:"at"`
	Lines      int            `json:"lines"`
	InputHash  string         `json:"-"`
	Replaces   string         `json:"replaces,omitempty"`
	Actor      string         `json:"actor"`
	Reason     string         `json:"reason,omitempty"`
}

// Line is one employee of a declaration.
type Line struct {
	Declaration  string     `json:"-"`
	Person       string     `json:"person"`
	Employment   string     `json:"employment,omitempty"`
	Wage         money.Fen  `json:"wage"`
	Base         *money.Fen `json:"base,omitempty"` // where a base below the wage was declared
	Confirmation string     `json:"confirmation,omitempty"`
}

// Confirmation is the employee's word on what is declared (R-DECL-02).
type Confirmation struct {
	ID       string         `json:"id"`
	Person   string         `json:"person"`
	Employer string         `json:"employer"`
	Month    calendar.Month `json:"month"`
	Wage     money.Fen      `json:"wage"`
	Method   string         `json:"method"` // signature, electronic, paper
	Evidence string         `json:"evidence,omitempty"`
	On       calendar.Date  `json:"on"`
	At       books.Instant  `json:"at"`
	Actor    string         `json:"actor"`
}

// Posting category of a charge (R-POST-01), as in package record.
const (
	ChargeNormal      = "normal"
	ChargeProvisional = "provisional_110"
	ChargeSettlement  = "settlement" // difference after an estimate or a late notice
	ChargeBackPay     = "backpay"
	ChargeGivenBack   = "given_back" // of a month that was paid twice and counts elsewhere
)

// Charge is what is billed for a person, scheme and month. Differences may be
// negative.
type Charge struct {
	ID          string           `json:"id"`
	Declaration string           `json:"declaration"`
	Employer    string           `json:"employer,omitempty"`
	Person      string           `json:"person"`
	Payer       insurance.Payer  `json:"payer"`
	Scheme      insurance.Scheme `json:"scheme"`
	FeeMonth    calendar.Month   `json:"fee_month"`    // 费款对应期 AAE003: the month it belongs to
	PostedMonth calendar.Month   `json:"posted_month"` // 费款所属期 AAE002: the month it is billed in
	Kind        string           `json:"kind"`
	Cause       insurance.Cause  `json:"cause,omitempty"`
	Base        *money.Fen       `json:"base"`
	EmployerFen money.Fen        `json:"employer_share"`
	PersonFen   money.Fen        `json:"person_share"`
	LateFee     money.Fen        `json:"late_fee"`          // the employer's, never the person's
	DueOn       calendar.Date    `json:"due_on"`            // zero: no source gives the last day
	CarriedFrom calendar.Month   `json:"carried_from"`      // limits of this month were carried on; zero: own limits
	Policy      string           `json:"policy"`            // digest of the packs
	Settles     string           `json:"settles,omitempty"` // the charge whose difference it is
	KnownOn     calendar.Date    `json:"known_on"`
	At          books.Instant    `json:"at"`
}

// Notice is a payment notice (缴费通知单, R-DECL-03).
type Notice struct {
	ID          string         `json:"id"`
	Employer    string         `json:"employer,omitempty"`
	Person      string         `json:"person,omitempty"`
	Month       calendar.Month `json:"month"`
	Kind        string         `json:"kind"`
	DueOn       calendar.Date  `json:"due_on"`
	Declaration string         `json:"declaration"`
	EmployerFen money.Fen      `json:"employer_share"`
	PersonFen   money.Fen      `json:"person_share"`
	LateFee     money.Fen      `json:"late_fee"`
	IssuedOn    calendar.Date  `json:"issued_on"`
	At          books.Instant  `json:"at"`
}

// Total is all that the notice asks for.
func (n Notice) Total() money.Fen { return n.EmployerFen + n.PersonFen + n.LateFee }

// Reader reads declarations and charges.
type Reader interface {
	books.Frame
	Declaration(ctx context.Context, id string) (Declaration, error)
	DeclarationsOf(ctx context.Context, employer string, m calendar.Month) ([]Declaration, error)
	// DeclarationsOfPerson lists those of a payer without employer.
	DeclarationsOfPerson(ctx context.Context, person string, m calendar.Month) ([]Declaration, error)
	DeclarationLines(ctx context.Context, declaration string) ([]Line, error)
	// DeclaredOf lists the lines of persons with their declarations.
	DeclaredOf(ctx context.Context, persons []string) ([]Declared, error)
	ConfirmationsOf(ctx context.Context, employer string, m calendar.Month) ([]Confirmation, error)
	Charge(ctx context.Context, id string) (Charge, error)
	ChargesOf(ctx context.Context, persons []string) ([]Charge, error)
	ChargesIn(ctx context.Context, declaration string) ([]Charge, error)
	// CarriedMonths lists the fee months from one on that were billed by limits
	// carried on from an earlier month.
	CarriedMonths(ctx context.Context, from calendar.Month) ([]calendar.Month, error)
	// ChargesPosted lists an employer's charges of a month of posting.
	ChargesPosted(ctx context.Context, employer string, m calendar.Month) ([]Charge, error)
	// BackPayOf lists an employer's back-payments for a fee month, whenever billed.
	BackPayOf(ctx context.Context, employer string, feeMonth calendar.Month) ([]Charge, error)
	Notice(ctx context.Context, id string) (Notice, error)
	NoticesOf(ctx context.Context, employer, person string, m calendar.Month) ([]Notice, error) // zero month: all
}

// Declared is a line with what its declaration says.
type Declared struct {
	Line
	Of Declaration
}

// Writer writes them.
type Writer interface {
	books.Frame
	AddDeclaration(ctx context.Context, d Declaration, lines []Line) error
	// AddDeclarationLines adds lines to a declaration of the same transaction, for
	// files too long to hold.
	AddDeclarationLines(ctx context.Context, declaration string, lines []Line) error
	AddConfirmation(ctx context.Context, c Confirmation) error
	AddCharges(ctx context.Context, list []Charge) error
	AddNotice(ctx context.Context, n Notice) error
}

// Store is all of it.
type Store interface {
	Reader
	Writer
}
