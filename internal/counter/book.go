package counter

import (
	"context"
	"errors"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// Ask is what is asked for: a slot of a service for a person or an employer,
// perhaps about a case.
type Ask struct {
	Office   string        `json:"office"`
	Service  string        `json:"service"`
	Day      calendar.Date `json:"day"`
	Slot     string        `json:"slot"`
	Person   string        `json:"person,omitempty"`
	Employer string        `json:"employer,omitempty"`
	Case     string        `json:"case,omitempty"`
}

// Wish is what somebody waits for: any slot of a service on days that suit.
type Wish struct {
	Office   string        `json:"office"`
	Service  string        `json:"service"`
	Earliest calendar.Date `json:"earliest"`
	Latest   calendar.Date `json:"latest"`
	Person   string        `json:"person,omitempty"`
	Employer string        `json:"employer,omitempty"`
	Case     string        `json:"case,omitempty"`
}

// Changed is an appointment with those to whom a place was offered because of
// what happened to it.
type Changed struct {
	Booking Booking   `json:"booking"`
	Offered []Booking `json:"offered,omitempty"`
}

// Book makes an appointment. A slot that is past, closed or full is refused; one
// that was taken at the same moment shows as TakenError of seat, and asked again
// the next window is found.
func Book(ctx context.Context, tx Desk, days Days, in Ask) (Booking, error) {
	if err := lock(ctx, tx, in.Office); err != nil {
		return Booking{}, err
	}
	p, err := planOf(ctx, tx, days, in.Office, in.Day, in.Day)
	if err != nil {
		return Booking{}, err
	}
	b := Booking{ID: tx.NewID(), Office: in.Office, Service: in.Service, Person: in.Person, Employer: in.Employer, Case: in.Case,
		State: Booked, MadeBy: tx.Actor().ID, MadeAt: tx.At(), At: tx.At()}
	if err := alone(ctx, tx, b); err != nil {
		return Booking{}, err
	}
	if err := p.sit(ctx, tx, &b, in.Day, in.Slot); err != nil {
		return Booking{}, err
	}
	tx.AddBooking(ctx, b)
	return b, tx.Flush(ctx)
}

// lock locks an office: appointments of one are made one after the other, so
// that what is read of its places still holds when one is taken.
func lock(ctx context.Context, tx Records, office string) error {
	err := tx.LockServiceOffice(ctx, office)
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, "counter.no_office", nil, err)
	}
	return err
}

// alone refuses a second appointment for the same thing.
func alone(ctx context.Context, tx Bookings, b Booking) error {
	if b.Person == "" && b.Employer == "" {
		return fault.New(fault.Invalid, "counter.for_nobody", nil)
	}
	other, err := tx.LiveBooking(ctx, b.Service, b.Person, b.Employer, b.Case)
	if err == nil && other != "" {
		err = fault.New(fault.Conflict, "counter.has_one", fault.Args{"booking": other})
	}
	return err
}

// sit takes a place in a slot for an appointment, or says why there is none.
func (p *plan) sit(ctx context.Context, tx Bookings, b *Booking, day calendar.Date, slot string) error {
	args := fault.Args{"day": day.String(), "slot": slot, "service": b.Service}
	switch {
	case day == 0 || !isClock(slot):
		return fault.New(fault.Invalid, "counter.bad_slot", nil)
	case p.past(day, slot):
		return fault.New(fault.Invalid, "counter.past", args)
	case day > p.today+calendar.Date(p.office.AheadDays):
		return fault.New(fault.Invalid, "counter.too_far", fault.Args{"day": (p.today + calendar.Date(p.office.AheadDays)).String()})
	}
	open, err := p.slots(day)
	if err != nil {
		return err
	}
	if !slices.Contains(open, slot) {
		return fault.New(fault.Invalid, "counter.closed", args)
	}
	if len(p.serving(b.Service, day)) == 0 {
		return fault.New(fault.Invalid, "counter.no_service", args)
	}
	w, ok := p.free(b.Service, day, slot)
	if !ok {
		return fault.New(fault.Conflict, "counter.full", args)
	}
	b.Window, b.Day, b.Slot, b.Number = w.ID, day, slot, ticket(slot, w)
	p.taken[place{w.ID, day, slot}] = b.ID
	tx.TakeSeat(ctx, Seat{Window: w.ID, Day: day, Slot: slot, Booking: b.ID})
	return nil
}

// Wait puts somebody on the waiting list. What is free and suits is offered at
// once.
func Wait(ctx context.Context, tx Desk, days Days, in Wish) (Changed, error) {
	if err := lock(ctx, tx, in.Office); err != nil {
		return Changed{}, err
	}
	if in.Earliest == 0 || in.Latest < max(in.Earliest, tx.Today()) {
		return Changed{}, fault.New(fault.Invalid, "counter.bad_wish", nil)
	}
	windows, err := tx.ServiceWindows(ctx, in.Office, in.Earliest)
	if err != nil {
		return Changed{}, err
	}
	if !slices.ContainsFunc(windows, func(w Window) bool { return slices.Contains(w.Services, in.Service) }) {
		return Changed{}, fault.New(fault.Invalid, "counter.no_service", fault.Args{"service": in.Service})
	}
	b := Booking{ID: tx.NewID(), Office: in.Office, Service: in.Service, Person: in.Person, Employer: in.Employer, Case: in.Case, State: Waiting,
		Earliest: in.Earliest, Latest: in.Latest, MadeBy: tx.Actor().ID, MadeAt: tx.At(), At: tx.At()}
	if err := alone(ctx, tx, b); err != nil {
		return Changed{}, err
	}
	last, err := tx.LastInQueue(ctx, in.Office)
	if err != nil {
		return Changed{}, err
	}
	b.Queue = last + 1
	tx.AddBooking(ctx, b)
	return changed(ctx, tx, days, b.ID, in.Office)
}

// changed serves an office's queue after something happened to an appointment.
func changed(ctx context.Context, tx Desk, days Days, id, office string) (out Changed, err error) {
	if out.Offered, err = Serve(ctx, tx, days, office); err != nil {
		return out, err
	}
	out.Booking, err = tx.Booking(ctx, id)
	return out, err
}

// MaxQueue bounds who is looked at when places become free; those behind them
// are when they have come forward.
const MaxQueue = 1000

// Serve offers free places of an office to those who wait, in the order of the
// queue: each gets the first that suits. Days of a year without working-day
// table are not offered until it is known.
func Serve(ctx context.Context, tx Desk, days Days, office string) ([]Booking, error) {
	if err := lock(ctx, tx, office); err != nil {
		return nil, err
	}
	queue, err := tx.Queue(ctx, office)
	if err != nil || len(queue) == 0 {
		return nil, err
	}
	o, err := tx.ServiceOffice(ctx, office)
	if err != nil {
		return nil, err
	}
	last := tx.Today() + calendar.Date(o.AheadDays)
	p, err := planOf(ctx, tx, days, office, tx.Today(), last)
	if err != nil {
		return nil, err
	}
	type line struct {
		service string
		day     calendar.Date
	}
	full := map[line]bool{}
	var out []Booking
	for _, b := range queue {
		for day := max(b.Earliest, tx.Today()); day <= min(b.Latest, last) && b.State == Waiting; day++ {
			if full[line{b.Service, day}] {
				continue
			}
			slot, err := p.first(b.Service, day)
			if err != nil {
				return nil, err
			}
			if slot == "" {
				full[line{b.Service, day}] = true // others only take more
				continue
			}
			if err := p.sit(ctx, tx, &b, day, slot); err != nil {
				return nil, err
			}
			b.State, b.Until, b.At = Offered, min(tx.Today()+calendar.Date(o.OfferDays), day), tx.At()
			if err := tx.SaveBooking(ctx, b); err != nil {
				return nil, err
			}
			out = append(out, b)
		}
	}
	return out, nil
}

// first is the first slot of a day with a free place, empty if there is none or
// the day is not known to be worked.
func (p *plan) first(service string, day calendar.Date) (string, error) {
	open, err := p.slots(day)
	if errors.As(err, new(calendar.MissingYearError)) {
		return "", nil
	}
	for _, slot := range open {
		if _, ok := p.free(service, day, slot); ok && !p.past(day, slot) {
			return slot, nil
		}
	}
	return "", err
}

// Kept is the state of a case's appointment for a service, or for any without
// one: kept if one was; else what still leads to one; else how the last ended.
// Empty: there never was one.
func Kept(ctx context.Context, tx Bookings, caseID, service string) (State, error) {
	if caseID == "" {
		return "", nil
	}
	rank := []State{Attended, Booked, Offered, Waiting}
	best, last := len(rank), Booking{}
	for p := (books.Page{Limit: 1000}); ; {
		list, err := tx.Bookings(ctx, Filter{Case: caseID, Service: service}, p)
		if err != nil {
			return "", err
		}
		for _, b := range list {
			if i := slices.Index(rank, b.State); i >= 0 {
				best = min(best, i)
			}
			if b.At >= last.At {
				last = b
			}
		}
		if len(list) < p.Size() {
			break
		}
		p.After = list[len(list)-1].ID
	}
	if best < len(rank) {
		return rank[best], nil
	}
	return last.State, nil
}
