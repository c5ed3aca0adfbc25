// Package counter is where people are received (办事大厅): the offices of an
// area, their windows and opening hours, the appointments that are made for
// them, and who waits for one. It says which office is competent (属地).
//
// A slot of a window is a place, and a place has one row that the database
// keeps unique: nothing is booked twice, whoever asks at the same moment. The
// days of work come from the law's table; a year that has none is an error that
// names it. Who waits has no free place that would suit: whatever becomes free
// is offered at once, to the first in the queue whom it suits, and is held for
// them. Appointments are not deleted; what happened to one is its state.
//
// Offices are records of the area, not law. What a window does is one of
// Services, most of them steps of the routes of the packs (R-ROUTE-01).
package counter

import (
	"context"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
)

// Kinds of offices (R-ROUTE-04), and of places that the area lists for its
// cards (R-CARD-05): studios that take photographs, points of issuing banks.
var Kinds = []string{"centre", "branch", "service_point", PhotoStudio, BankPoint} // 中心, 分中心, 服务网点, 定点照相馆, 发卡银行网点

// Kinds and services that cards ask for.
const (
	PhotoStudio = "photo_studio"
	BankPoint   = "bank_point"
	CardAtOnce  = "card_at_once"
)

// Services are what a window may do: the steps of routes that are done at a
// counter, by their ids, and what stands in no route.
var Services = []string{"apply", "approval", "assessment", "confirmation", "counter", "declare_pay", "pay", "pay_tax", "process", "review", "verification",
	"card_application", "card_collection", CardAtOnce, "complaint", "consultation", "deferral", "enrolment", "hearing", "registration", "transfer"}

// Office is a place where people are received.
type Office struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Kind    string `json:"kind"` // one of Kinds
	// Territory are the divisions (GB/T 2260) it serves: the code of the area is
	// all of it.
	Territory   []string      `json:"territory"`
	SlotMinutes int           `json:"slot_minutes"` // of every slot; never changes, so that no two slots overlap
	AheadDays   int           `json:"ahead_days"`   // how far ahead a slot can be booked
	OfferDays   int           `json:"offer_days"`   // how many days after its day an offer stands
	From        calendar.Date `json:"from"`
	To          calendar.Date `json:"to"` // last day, zero: goes on
	ChangedAt   books.Instant `json:"changed_at"`
	Stored      []any         `json:"-"`
}

// Window receives one visitor at a time.
type Window struct {
	ID       string        `json:"id"`
	Office   string        `json:"office"`
	Number   int           `json:"number"`
	Services []string      `json:"services"`
	From     calendar.Date `json:"from"`
	To       calendar.Date `json:"to"` // last day, zero: goes on
	Stored   []any         `json:"-"`
}

// HoursKind says on which days hours hold.
type HoursKind string

// The kinds of hours.
const (
	Working HoursKind = "working" // on every working day by the law's table
	Extra   HoursKind = "extra"   // on each of the days, worked or not, such as a Saturday
	Closed  HoursKind = "closed"  // nobody is received; without times: all day
)

// Hours are when an office is open, or is not.
type Hours struct {
	ID     string        `json:"id"`
	Office string        `json:"office"`
	Kind   HoursKind     `json:"kind"`
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to"`               // last day, zero: goes on
	Opens  string        `json:"opens,omitempty"`  // HH:MM
	Closes string        `json:"closes,omitempty"` // HH:MM
	Reason string        `json:"reason,omitempty"`
	Stored []any         `json:"-"`
}

// InsuredPlace is the division in which an employer is insured (参保地), within
// the pooling area, from a day on. The last one known counts.
type InsuredPlace struct {
	ID       string        `json:"id"`
	Employer string        `json:"employer"`
	Division string        `json:"division"`
	From     calendar.Date `json:"from"`
	KnownOn  calendar.Date `json:"known_on"`
	At       books.Instant `json:"at"`
	Actor    string        `json:"actor"`
	Reason   string        `json:"reason"`
}

// State of an appointment.
type State string

// The states.
const (
	Waiting   State = "waiting"   // on the waiting list
	Offered   State = "offered"   // a place is held until Until
	Booked    State = "booked"    // it stands
	Attended  State = "kept"      // somebody came
	Missed    State = "missed"    // nobody came
	Cancelled State = "cancelled" // taken back, by either side
	Lapsed    State = "lapsed"    // an offer that was not taken, or a wait that is over
)

// Live reports whether it still leads to something.
func (s State) Live() bool { return s == Waiting || s == Offered || s == Booked }

// Seated reports whether it has a place.
func (s State) Seated() bool { return s == Offered || s == Booked || s == Attended || s == Missed }

// Booking is an appointment, or the wait for one, of a person or an employer.
type Booking struct {
	ID       string        `json:"id"`
	Office   string        `json:"office"`
	Service  string        `json:"service"`
	Window   string        `json:"window,omitempty"`
	Day      calendar.Date `json:"day"`
	Slot     string        `json:"slot,omitempty"`   // HH:MM
	Number   string        `json:"number,omitempty"` // to be called by: slot and number of the window
	Person   string        `json:"person,omitempty"`
	Employer string        `json:"employer,omitempty"`
	Case     string        `json:"case,omitempty"`
	State    State         `json:"state"`
	Earliest calendar.Date `json:"earliest"` // of who waits: the days that suit
	Latest   calendar.Date `json:"latest"`
	Queue    int           `json:"queue,omitempty"` // place in the queue of the office, which it keeps
	Until    calendar.Date `json:"until"`           // last day on which an offer can be accepted
	Reason   string        `json:"reason,omitempty"`
	MadeBy   string        `json:"made_by"`
	MadeAt   books.Instant `json:"made_at"`
	At       books.Instant `json:"changed_at"`
	Stored   []any         `json:"-"`
}

// Seat is a place: a slot of a window on a day, and whose it is.
type Seat struct {
	Window  string
	Day     calendar.Date
	Slot    string
	Booking string
}

// Filter chooses appointments; what is empty does not choose.
type Filter struct {
	Person, Employer, Case, Office, Service string
	State                                   State
	Day                                     calendar.Date
}

// Records reads and writes what is kept of offices. What ended before a day is
// not listed for it.
type Records interface {
	books.Frame
	AddServiceOffice(ctx context.Context, o Office)
	SaveServiceOffice(ctx context.Context, o Office) error
	ServiceOffice(ctx context.Context, id string) (Office, error)
	ServiceOffices(ctx context.Context, p books.Page) ([]Office, error)
	// LockServiceOffice locks an office until the end of the transaction.
	LockServiceOffice(ctx context.Context, id string) error
	AddServiceWindow(ctx context.Context, w Window)
	SaveServiceWindow(ctx context.Context, w Window) error
	ServiceWindow(ctx context.Context, id string) (Window, error)
	ServiceWindows(ctx context.Context, office string, from calendar.Date) ([]Window, error)
	AddServiceHours(ctx context.Context, h Hours)
	SaveServiceHours(ctx context.Context, h Hours) error
	ServiceHoursOf(ctx context.Context, id string) (Hours, error)
	ServiceHours(ctx context.Context, office string, from calendar.Date) ([]Hours, error)
}

// Places keeps where employers are insured.
type Places interface {
	books.Frame
	AddInsuredPlace(ctx context.Context, p InsuredPlace)
	// InsuredPlace is that of a day; books.ErrNotFound if none is recorded.
	InsuredPlace(ctx context.Context, employer string, on calendar.Date) (InsuredPlace, error)
}

// Bookings keeps appointments and their places.
type Bookings interface {
	books.Frame
	AddBooking(ctx context.Context, b Booking)
	SaveBooking(ctx context.Context, b Booking) error
	Booking(ctx context.Context, id string) (Booking, error)
	// Bookings lists by id.
	Bookings(ctx context.Context, f Filter, p books.Page) ([]Booking, error)
	// LiveBooking is the appointment that a person or employer has or waits for
	// about a case, or without one, at a service; empty if there is none.
	LiveBooking(ctx context.Context, service, person, employer, caseID string) (string, error)
	// Queue lists who waits at an office, in order.
	Queue(ctx context.Context, office string) ([]Booking, error)
	// LastInQueue is the last number given in an office's queue.
	LastInQueue(ctx context.Context, office string) (int, error)
	// Overtaken lists what is still booked, offered or waited for although its
	// last day was before a day.
	Overtaken(ctx context.Context, day calendar.Date, limit int) ([]Booking, error)
	// Queues lists the offices at which somebody waits.
	Queues(ctx context.Context) ([]string, error)
	// TakeSeat takes a place; one that is taken shows as TakenError of seat.
	TakeSeat(ctx context.Context, s Seat)
	FreeSeat(ctx context.Context, s Seat) error
	// Seats lists the places of an office that are taken, on days from..to.
	Seats(ctx context.Context, office string, from, to calendar.Date) ([]Seat, error)
}

// Store is all that the counter keeps.
type Store interface {
	Records
	Places
	Bookings
}

// Desk is what an appointment is made with.
type Desk interface {
	Records
	Bookings
}
