// Package registry is who is who: insured persons, employers, labour relations
// and enrolments, each as facts that carry when they happened and when they
// became known.
//
// Nothing is rewritten. A state of a person or an employer is true from a day
// and known from a day; a correction of an employment or enrolment is a later
// fact that replaces it. Every read is as of a day, as known on a day. Numbers,
// names and bank accounts are kept encrypted and found by keyed hash; what
// leaves the package is masked unless it is asked for plainly.
package registry

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// When is the pair of days of a read: what was true on AsOf, as the office knew
// it on KnownAt. Zero KnownAt is AsOf.
type When struct {
	AsOf    calendar.Date
	KnownAt calendar.Date
}

// Known is KnownAt, or AsOf without one.
func (w When) Known() calendar.Date {
	if w.KnownAt == 0 {
		return w.AsOf
	}
	return w.KnownAt
}

// Person is an insured person (参保人) as of a day.
type Person struct {
	ID          string        `json:"id"`
	NumberHash  string        `json:"-"`
	NumberKind  string        `json:"number_kind"`
	Number      string        `json:"number"` // citizen number, the social security number; masked unless asked for plainly
	Name        string        `json:"name"`   // masked likewise
	Birth       calendar.Date `json:"birth"`
	Sex         insurance.Sex `json:"sex"`
	HukouArea   string        `json:"hukou_area,omitempty"`
	HukouKind   string        `json:"hukou_kind,omitempty"` // urban | rural
	Nationality string        `json:"nationality,omitempty"`
	Category    string        `json:"category,omitempty"` // worker | cadre: which retirement age a woman has
	Bank        string        `json:"bank,omitempty"`
	BankAccount string        `json:"bank_account,omitempty"` // masked likewise
	From        calendar.Date `json:"from"`
	KnownOn     calendar.Date `json:"known_on"`
	At          books.Instant `json:"-"`
	Reason      string        `json:"reason,omitempty"`
	MergedInto  string        `json:"merged_into,omitempty"` // the person that this record is a duplicate of, at the end of the chain
}

// Identity is a document of a person (R-ID-04).
type Identity struct {
	Hash    string        `json:"-"`
	Person  string        `json:"person"`
	Kind    string        `json:"kind"` // one of Kinds
	Number  string        `json:"number"`
	From    calendar.Date `json:"from"`
	KnownOn calendar.Date `json:"known_on"`
}

// Merge joins a duplicate to the person it is; Undoes parts them again.
type Merge struct {
	ID      string        `json:"id"`
	Loser   string        `json:"loser"`
	Winner  string        `json:"winner"`
	Undoes  string        `json:"undoes,omitempty"`
	KnownOn calendar.Date `json:"known_on"`
	At      books.Instant `json:"at"`
	Actor   string        `json:"actor"`
	Reason  string        `json:"reason"`
}

// Employer is a unit that owes contributions (用人单位) as of a day.
type Employer struct {
	ID          string             `json:"id"`
	CreditCode  string             `json:"credit_code"`
	Name        string             `json:"name"`
	UnitType    insurance.UnitType `json:"unit_type,omitempty"`
	Ownership   string             `json:"ownership,omitempty"`
	InjuryClass int                `json:"injury_class,omitempty"`
	InjuryRate  money.Rate         `json:"injury_rate,omitempty"` // zero: that of its class
	FormedOn    calendar.Date      `json:"formed_on"`
	Status      string             `json:"status"` // active | closed
	Bank        string             `json:"bank,omitempty"`
	BankAccount string             `json:"bank_account,omitempty"` // masked unless asked for plainly
	MandateFrom calendar.Date      `json:"mandate_from"`           // bank mandate (委托收款), zero: none
	From        calendar.Date      `json:"from"`
	KnownOn     calendar.Date      `json:"known_on"`
	At          books.Instant      `json:"-"`
	Reason      string             `json:"reason,omitempty"`
}

// Employment is a labour relation (劳动关系).
type Employment struct {
	ID           string        `json:"id"`
	Person       string        `json:"person"`
	Employer     string        `json:"employer"`
	Population   string        `json:"population,omitempty"`
	Tier         string        `json:"tier,omitempty"`
	Category     string        `json:"category,omitempty"`
	From         calendar.Date `json:"from"` // first day of work
	To           calendar.Date `json:"to"`   // last day, zero: still there
	Wage         *money.Fen    `json:"wage"`
	KnownOn      calendar.Date `json:"known_on"`
	At           books.Instant `json:"-"`
	RegisteredOn calendar.Date `json:"registered_on"` // zero: not registered (R-REG-04)
	Replaces     string        `json:"replaces,omitempty"`
	Reason       string        `json:"reason,omitempty"`
}

// Enrolment is an insurance of a person (参保): through an employer, as a
// flexible worker, or as a resident.
type Enrolment struct {
	ID         string           `json:"id"`
	Person     string           `json:"person"`
	Employer   string           `json:"employer,omitempty"`
	Payer      insurance.Payer  `json:"payer"`
	Scheme     insurance.Scheme `json:"scheme,omitempty"` // zero: all that are mandatory
	Population string           `json:"population,omitempty"`
	Tier       string           `json:"tier,omitempty"`
	Grade      string           `json:"grade,omitempty"`
	Group      string           `json:"group,omitempty"`
	From       calendar.Month   `json:"from"`
	To         calendar.Month   `json:"to"`   // zero: goes on
	Base       *money.Fen       `json:"base"` // chosen by a flexible worker
	KnownOn    calendar.Date    `json:"known_on"`
	At         books.Instant    `json:"-"`
	Replaces   string           `json:"replaces,omitempty"`
	Reason     string           `json:"reason,omitempty"`
}

// Persons reads persons. Numbers, names and accounts come plain: whoever shows
// them masks them. None is books.ErrNotFound.
type Persons interface {
	books.Frame
	Person(ctx context.Context, id string, w When) (Person, error)
	// PersonFacts is PersonsOf without number, name and account: what the law asks
	// of a person, and whom a duplicate was merged into. It opens no box.
	PersonFacts(ctx context.Context, ids []string, w When) (map[string]Person, error)
	// PersonFactsAt are the facts of a day as they were known at a moment.
	PersonFactsAt(ctx context.Context, ids []string, asOf calendar.Date, at books.Instant) (map[string]Person, error)
	// PersonsOf reads many at once, by id; whoever has no state yet is left out.
	PersonsOf(ctx context.Context, ids []string, w When) (map[string]Person, error)
	// PersonByHash finds the person whom a document names: by any of the
	// person's documents, those of merged duplicates too.
	PersonByHash(ctx context.Context, numberHash string, w When) (Person, error)
	// PersonsByHash maps the hashes of documents to the ids of such persons;
	// unknown ones are left out. It opens no box and is made for many.
	PersonsByHash(ctx context.Context, hashes []string, knownAt calendar.Date) (map[string]string, error)
	// PersonStates counts the states of a record: facts are only added, so the
	// number tells whether one was.
	PersonStates(ctx context.Context, id string) (int64, error)
	// PersonIDs lists all records, merged duplicates too.
	PersonIDs(ctx context.Context, p books.Page) ([]string, error)
	Identities(ctx context.Context, person string, w When) ([]Identity, error)
	// SamePersons lists the ids whose records count as this person's: itself and
	// the duplicates that were merged into it, as known on the day.
	SamePersons(ctx context.Context, person string, knownAt calendar.Date) ([]string, error)
	// Roots maps records to the person that each is of, as known on the day: what it
	// was merged into over however many steps, or itself.
	Roots(ctx context.Context, ids []string, knownAt calendar.Date) (map[string]string, error)
	// DuplicatePersons maps persons that have any to the duplicates that were merged
	// into them, as known on the day.
	DuplicatePersons(ctx context.Context, persons []string, knownAt calendar.Date) (map[string][]string, error)
	// Merges lists the merges that the person lost or won, and their undoings, in order.
	Merges(ctx context.Context, person string) ([]Merge, error)
}

// Employers reads employers.
type Employers interface {
	books.Frame
	Employer(ctx context.Context, id string, w When) (Employer, error)
	// EmployerFacts is Employer without the account: what the law asks. It opens no
	// box.
	EmployerFacts(ctx context.Context, id string, w When) (Employer, error)
	EmployerByCode(ctx context.Context, creditCode string, w When) (Employer, error)
	// EmployerList lists those that have a state on the day, closed ones too.
	EmployerList(ctx context.Context, w When, p books.Page) ([]Employer, error)
	// LockEmployer locks an employer's account until the end of the transaction;
	// first thing in what books for it.
	LockEmployer(ctx context.Context, id string) error
}

// Relations reads employments and enrolments: those known on the day and not
// replaced by one that was known by then. One that ends before it begins is
// withdrawn: it was entered by mistake, hides what it replaces, and is not read.
type Relations interface {
	books.Frame
	Employment(ctx context.Context, id string, knownAt calendar.Date) (Employment, error)
	Enrolment(ctx context.Context, id string, knownAt calendar.Date) (Enrolment, error)
	// EmploymentsOf and EnrolmentsOf list those of many persons, by person and start.
	EmploymentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]Employment, error)
	EnrolmentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]Enrolment, error)
	// Roster lists the employments of an employer that touch the month, by person.
	Roster(ctx context.Context, employer string, m calendar.Month, knownAt calendar.Date) ([]Employment, error)
	// EnrolmentsAt and RosterAt list those that held at a moment.
	EnrolmentsAt(ctx context.Context, persons []string, at books.Instant) ([]Enrolment, error)
	RosterAt(ctx context.Context, employer string, m calendar.Month, at books.Instant) ([]Employment, error)
	// EmployedBy lists the persons who are or were on an employer's roster.
	EmployedBy(ctx context.Context, employer string, p books.Page) ([]string, error)
	// PayersWithoutEmployer lists flexible and resident enrolments of the month.
	PayersWithoutEmployer(ctx context.Context, m calendar.Month, knownAt calendar.Date, p books.Page) ([]Enrolment, error)
}

// Writer writes facts. A zero KnownOn is the office date.
type Writer interface {
	books.Frame
	// LockPersons locks the records of persons until the end of the transaction.
	LockPersons(ctx context.Context, ids ...string) error
	// NewPerson adds a person with its first state and document; a number that is
	// there already is a books.TakenError of person or identity.
	NewPerson(ctx context.Context, p Person) error
	AddPersonState(ctx context.Context, p Person) error
	AddIdentity(ctx context.Context, i Identity) error
	AddMerge(ctx context.Context, m Merge) error
	NewEmployer(ctx context.Context, e Employer) error
	AddEmployerState(ctx context.Context, e Employer) error
	AddEmployment(ctx context.Context, e Employment) error
	AddEnrolment(ctx context.Context, e Enrolment) error
}

// Store is all that the registry keeps.
type Store interface {
	Persons
	Employers
	Relations
	Writer
}
