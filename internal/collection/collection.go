// Package collection is how money comes in (征收): payment orders, bank files
// out and in, counter receipts, matching of bank lines to orders, suspense
// money with an owner, and refunds.
//
// An order's state is the fold of its events. A bank file that comes twice, out
// of order, cut short or from another bank changes nothing and says why. A line
// is never matched on a tie. Every fen that no order claims has an owner, an
// age and a proposal. What a debit that failed and later succeeded pays is
// back-payment of the sub-kind bank_retry, with the bank's reason (R-POST-02).
package collection

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Order is a payment order (缴款单) over charges.
type Order struct {
	ID          string         `json:"id"`
	Notice      string         `json:"notice,omitempty"`
	Employer    string         `json:"employer,omitempty"`
	Person      string         `json:"person,omitempty"`
	Month       calendar.Month `json:"month"`
	Channel     string         `json:"channel"` // mandate, counter, transfer
	Bank        string         `json:"bank,omitempty"`
	Account     string         `json:"-"` // box of the account to debit
	DueOn       calendar.Date  `json:"due_on"`
	EmployerFen money.Fen      `json:"employer_share"`
	PersonFen   money.Fen      `json:"person_share"`
	LateFee     money.Fen      `json:"late_fee"`
	CreatedOn   calendar.Date  `json:"created_on"`
	At          books.Instant  `json:"at"`
}

// Total is the amount of the order.
func (o Order) Total() money.Fen { return o.EmployerFen + o.PersonFen + o.LateFee }

// Item is a charge of an order with what is asked for it.
type Item struct {
	Order       string    `json:"-"`
	Charge      string    `json:"charge"`
	EmployerFen money.Fen `json:"employer_share"`
	PersonFen   money.Fen `json:"person_share"`
	LateFee     money.Fen `json:"late_fee"`
}

// Event is something that happened to an order.
type Event struct {
	ID       string        `json:"id"`
	Order    string        `json:"order"`
	Kind     string        `json:"kind"` // created, sent, failed, paid, arrived, cancelled, corrected
	On       calendar.Date `json:"on"`
	Amount   money.Fen     `json:"amount"`
	Reason   string        `json:"reason,omitempty"` // of a failure: insufficient_funds; of a payment: how it was matched
	File     string        `json:"file,omitempty"`   // the batch that was sent, or that is answered
	BankLine string        `json:"bank_line,omitempty"`
	Payment  string        `json:"payment,omitempty"`
	At       books.Instant `json:"at"`
	Actor    string        `json:"actor"`
}

// File is a file from or to a bank.
type File struct {
	ID        string        `json:"id"`
	Bank      string        `json:"bank"`
	Layout    string        `json:"layout"`
	Direction string        `json:"direction"` // out, result, statement
	Hash      string        `json:"hash"`
	Name      string        `json:"name"`
	Lines     int           `json:"lines"`
	Amount    money.Fen     `json:"amount"`
	On        calendar.Date `json:"on"`
	At        books.Instant `json:"at"`
	Actor     string        `json:"actor"`
}

// BankLine is a line of a bank file.
type BankLine struct {
	ID          string        `json:"id"`
	File        string        `json:"file"`
	Seq         int           `json:"seq"`
	Reference   string        `json:"reference"` // order number, as the bank gives it
	Amount      money.Fen     `json:"amount"`
	On          calendar.Date `json:"on"`
	AccountHash string        `json:"-"`
	Memo        string        `json:"-"`      // box: payers write names into it
	Result      string        `json:"result"` // ok, failed; empty on statements
	Reason      string        `json:"reason,omitempty"`
	At          books.Instant `json:"-"`
}

// Payment is money received for an order.
type Payment struct {
	ID        string        `json:"id"`
	Source    string        `json:"source"` // debit, counter, transfer
	BankLine  string        `json:"bank_line,omitempty"`
	Order     string        `json:"order"`
	Amount    money.Fen     `json:"amount"`
	PaidOn    calendar.Date `json:"paid_on"`
	ArrivedOn calendar.Date `json:"arrived_on"` // 到账日期; zero: paid, not yet in the fund (R-POST-05)
	Reason    string        `json:"reason,omitempty"`
	Key       string        `json:"key"`
	At        books.Instant `json:"at"`
	Actor     string        `json:"actor"`
}

// Suspense is money that no order claims.
type Suspense struct {
	ID            string        `json:"id"`
	BankLine      string        `json:"bank_line"`
	Amount        money.Fen     `json:"amount"`
	Owner         string        `json:"owner"` // who looks after it
	OpenedOn      calendar.Date `json:"opened_on"`
	Proposal      string        `json:"proposal"` // in words
	ProposedOrder string        `json:"proposed_order,omitempty"`
	Reason        string        `json:"reason"` // why it was not matched
	State         string        `json:"state"`  // open, claimed, refunded
	ClosedOn      calendar.Date `json:"closed_on"`
	ClosedBy      string        `json:"closed_by,omitempty"`
	Stored        []any         `json:"-"`
}

// RefundCase is money to give back, decided by another pair of eyes.
type RefundCase struct {
	ID          string           `json:"id"`
	Kind        string           `json:"kind"` // duplicate_month, overpaid, suspense, settlement, cover_not_begun
	Employer    string           `json:"employer,omitempty"`
	Person      string           `json:"person,omitempty"`
	Scheme      insurance.Scheme `json:"scheme,omitempty"`
	FeeMonth    calendar.Month   `json:"fee_month,omitzero"`
	Charge      string           `json:"charge,omitempty"`
	Payment     string           `json:"payment,omitempty"` // of kind suspense: the suspense item
	EmployerFen money.Fen        `json:"employer_share"`
	PersonFen   money.Fen        `json:"person_share"`
	LateFee     money.Fen        `json:"late_fee"`
	Reason      string           `json:"reason"`
	State       string           `json:"state"` // requested, refused, approved, paid
	RequestedBy string           `json:"requested_by"`
	RequestedOn calendar.Date    `json:"requested_on"`
	DecidedBy   string           `json:"decided_by,omitempty"`
	DecidedOn   calendar.Date    `json:"decided_on"`
	Entry       string           `json:"entry,omitempty"`
	Stored      []any            `json:"-"`
}

// RefundFilter asks for the refunds of a state: of an employer, of a person who
// pays alone, or all.
type RefundFilter struct {
	State    string
	Employer string
	Person   string
}

// Orders keeps orders, items, events and payments.
type Orders interface {
	books.Frame
	AddOrder(ctx context.Context, o Order, items []Item) error
	Order(ctx context.Context, id string) (Order, error)
	OrdersOf(ctx context.Context, employer, person string, m calendar.Month) ([]Order, error) // zero month: all
	// OrdersByID reads many; ids that are none are left out.
	OrdersByID(ctx context.Context, ids ...string) ([]Order, error)
	OrdersOfNotice(ctx context.Context, notice string) ([]Order, error)
	// OrderItems lists what orders are for, by order and charge.
	OrderItems(ctx context.Context, orders ...string) ([]Item, error)
	// ItemsOfCharges lists the items that ask for charges, by charge and order.
	ItemsOfCharges(ctx context.Context, charges ...string) ([]Item, error)
	AddOrderEvent(ctx context.Context, e Event) error
	// OrderEvents lists what happened to orders, by order and in time.
	OrderEvents(ctx context.Context, orders ...string) ([]Event, error)
	AddPayment(ctx context.Context, p Payment) error
	Payment(ctx context.Context, id string) (Payment, error)
	PaymentByKey(ctx context.Context, key string) (Payment, error)
	// PaymentsOf lists the payments of orders, by order and in time.
	PaymentsOf(ctx context.Context, orders ...string) ([]Payment, error)
}

// Money is what booking a payment needs of the store: the orders, locked, with
// the charges they ask for.
type Money interface {
	Orders
	// LockOrders locks orders in the order of their ids. First thing in what books
	// payments.
	LockOrders(ctx context.Context, ids ...string) error
	// CloseOrders takes orders that were paid in full or cancelled off the list of
	// open ones.
	CloseOrders(ctx context.Context, ids ...string) error
	// ReopenOrders puts orders on that list again.
	ReopenOrders(ctx context.Context, ids ...string) error
	// ChargesOfOrders lists the charges that orders ask for, by id.
	ChargesOfOrders(ctx context.Context, orders ...string) ([]declaration.Charge, error)
}

// Files keeps what banks sent and got.
type Files interface {
	books.Frame
	AddFile(ctx context.Context, f File, lines []BankLine) error // the same file again: TakenError of bank_file
	File(ctx context.Context, id string) (File, error)
	FileByHash(ctx context.Context, direction, hash string) (File, error)
	FilesByID(ctx context.Context, ids ...string) ([]File, error) // ids that are none are left out
	Files(ctx context.Context, p books.Page) ([]File, error)
	FileLines(ctx context.Context, file string) ([]BankLine, error)
	BankLine(ctx context.Context, id string) (BankLine, error)
	BankLinesByID(ctx context.Context, ids ...string) ([]BankLine, error)
	// OpenOrders lists orders that were not closed, for matching: all of the area,
	// oldest first.
	OpenOrders(ctx context.Context) ([]Order, error)
}

// Desk keeps suspense money and refunds.
type Desk interface {
	books.Frame
	AddSuspense(ctx context.Context, s Suspense) error
	SaveSuspense(ctx context.Context, s Suspense) error
	SuspenseItem(ctx context.Context, id string) (Suspense, error)
	SuspenseItems(ctx context.Context, state string, p books.Page) ([]Suspense, error)
	AddRefund(ctx context.Context, r RefundCase) error
	SaveRefund(ctx context.Context, r RefundCase) error
	RefundCase(ctx context.Context, id string) (RefundCase, error)
	RefundsOf(ctx context.Context, person string) ([]RefundCase, error)
	RefundCases(ctx context.Context, f RefundFilter, p books.Page) ([]RefundCase, error)
}

// Store is what it keeps.
type Store interface {
	Bills
	Files
	Desk
}
