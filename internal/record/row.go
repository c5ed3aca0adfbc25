package record

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Kind says what a row of a history states.
type Kind string

// The kinds of rows.
const (
	Employment Kind = "employment" // 用工: the months of a labour relation, with the wage
	Declared   Kind = "declared"   // 申报: the months that were declared, with the base
	Paid       Kind = "paid"       // 缴费: the months that were paid, with amounts
	Benefit    Kind = "benefit"    // 待遇: the months for which a benefit was drawn
)

// Kinds lists the kinds.
var Kinds = []Kind{Employment, Declared, Paid, Benefit}

// Row is one fact of a person's history. Months From..To include both ends.
// Amounts of a paid row are per month. Absent amounts are nil.
type Row struct {
	Kind         Kind               `json:"record"`
	Person       string             `json:"person"`
	IDNumber     string             `json:"id_number,omitempty"`
	Birth        calendar.Date      `json:"birth,omitzero"`
	Sex          insurance.Sex      `json:"sex,omitempty"`
	Area         string             `json:"area"`
	Employer     string             `json:"employer,omitempty"`
	Payer        insurance.Payer    `json:"payer"`
	Population   string             `json:"population,omitempty"` // several joined by "|"
	Scheme       insurance.Scheme   `json:"scheme,omitempty"`     // zero: all mandatory schemes
	From         calendar.Month     `json:"from"`
	To           calendar.Month     `json:"to"`
	Wage         *money.Fen         `json:"wage,omitempty"`
	Base         *money.Fen         `json:"base,omitempty"`
	EmployerPaid *money.Fen         `json:"employer_paid,omitempty"`
	PersonPaid   *money.Fen         `json:"person_paid,omitempty"`
	PaidOn       calendar.Date      `json:"paid_on,omitzero"`
	Cause        insurance.Cause    `json:"cause,omitempty"`
	KnownOn      calendar.Date      `json:"known_on,omitzero"`
	Tier         string             `json:"tier,omitempty"`         // medical tier where an area has several
	Category     string             `json:"category,omitempty"`     // worker | cadre: which retirement age a woman has
	UnitType     insurance.UnitType `json:"unit_type,omitempty"`    // of the employer, for relief
	InjuryClass  int                `json:"injury_class,omitempty"` // 1..8, of the employer
	InjuryRate   *money.Rate        `json:"injury_rate,omitempty"`  // of the employer, where it has one of its own
	Line         int                `json:"-"`                      // of the file, for messages
}
