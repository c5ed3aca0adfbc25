package counter

import (
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// Find reads an appointment.
func Find(ctx context.Context, tx Bookings, id string) (Booking, error) {
	b, err := tx.Booking(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		err = fault.Wrap(fault.NotFound, "counter.no_booking", nil, err)
	}
	return b, err
}

// held reads an appointment under the lock of its office, with the plan of its
// day and, if there is one, another.
func held(ctx context.Context, tx Desk, days Days, id string) (Booking, *plan, error) {
	b, err := Find(ctx, tx, id)
	if err != nil {
		return b, nil, err
	}
	if err := lock(ctx, tx, b.Office); err != nil {
		return b, nil, err
	}
	if b, err = Find(ctx, tx, id); err != nil { // as it is under the lock
		return b, nil, err
	}
	p, err := planOf(ctx, tx, days, b.Office, b.Day, b.Day)
	return b, p, err
}

func wrongState(b Booking) error {
	return fault.New(fault.Conflict, "counter.state", fault.Args{"state": string(b.State)})
}

// leave gives a place back.
func (p *plan) leave(ctx context.Context, tx Bookings, b *Booking) error {
	if !b.State.Seated() {
		return nil
	}
	err := tx.FreeSeat(ctx, Seat{Window: b.Window, Day: b.Day, Slot: b.Slot, Booking: b.ID})
	delete(p.taken, place{b.Window, b.Day, b.Slot})
	return err
}

// Move puts an appointment into another slot of its office; the place it leaves
// is offered to who waits. Another office is another appointment.
func Move(ctx context.Context, tx Desk, days Days, id string, day calendar.Date, slot string) (Changed, error) {
	b, p, err := held(ctx, tx, days, id)
	if err != nil {
		return Changed{}, err
	}
	switch {
	case b.State != Booked:
		return Changed{}, wrongState(b)
	case p.past(b.Day, b.Slot):
		return Changed{}, fault.New(fault.Conflict, "counter.over", fault.Args{"day": b.Day.String(), "slot": b.Slot})
	}
	if day == b.Day && slot == b.Slot {
		if ok, err := p.stands(b); err != nil || ok {
			return Changed{Booking: b}, err // it is there already
		}
	}
	if day != b.Day {
		q, err := planOf(ctx, tx, days, b.Office, day, day)
		if err != nil {
			return Changed{}, err
		}
		p.taken, p.windows, p.hours = q.taken, q.windows, q.hours
	}
	if err := p.leave(ctx, tx, &b); err != nil {
		return Changed{}, err
	}
	if err := p.sit(ctx, tx, &b, day, slot); err != nil {
		return Changed{}, err
	}
	b.At = tx.At()
	if err := tx.SaveBooking(ctx, b); err != nil {
		return Changed{}, err
	}
	return changed(ctx, tx, days, id, b.Office)
}

// Accept takes an offer.
func Accept(ctx context.Context, tx Desk, days Days, id string) (Booking, error) {
	b, p, err := held(ctx, tx, days, id)
	if err != nil {
		return b, err
	}
	switch {
	case b.State != Offered:
		return b, wrongState(b)
	case b.Until < tx.Today() || p.past(b.Day, b.Slot):
		return b, fault.New(fault.Conflict, "counter.offer_over", fault.Args{"day": b.Until.String()})
	}
	b.State, b.At = Booked, tx.At()
	return b, tx.SaveBooking(ctx, b)
}

// Cancel takes back an appointment, a wait or an offer; the place is offered to
// who waits. What is past is not taken back: it was kept or missed.
func Cancel(ctx context.Context, tx Desk, days Days, id, reason string) (Changed, error) {
	b, p, err := held(ctx, tx, days, id)
	if err != nil {
		return Changed{}, err
	}
	switch {
	case !b.State.Live():
		return Changed{}, wrongState(b)
	case b.State == Booked && p.past(b.Day, b.Slot):
		return Changed{}, fault.New(fault.Conflict, "counter.over", fault.Args{"day": b.Day.String(), "slot": b.Slot})
	}
	if err := p.end(ctx, tx, b, Cancelled, reason); err != nil {
		return Changed{}, err
	}
	return changed(ctx, tx, days, id, b.Office)
}

// end ends an appointment without its place.
func (p *plan) end(ctx context.Context, tx Bookings, b Booking, s State, reason string) error {
	if err := p.leave(ctx, tx, &b); err != nil {
		return err
	}
	b.State, b.Reason, b.At = s, reason, tx.At()
	return tx.SaveBooking(ctx, b)
}

// Mark says whether somebody came: that they did, from the day on, also where
// it was taken for missed; that they did not, once the day is over.
func Mark(ctx context.Context, tx Desk, days Days, id string, came bool, reason string) (Booking, error) {
	b, _, err := held(ctx, tx, days, id)
	if err != nil {
		return b, err
	}
	switch {
	case came && (b.State == Booked || b.State == Missed) && b.Day <= tx.Today():
		b.State = Attended
	case !came && b.State == Booked && b.Day < tx.Today():
		b.State = Missed
	case b.State == Booked:
		return b, fault.New(fault.Conflict, "counter.not_over", fault.Args{"day": b.Day.String()})
	default:
		return b, wrongState(b)
	}
	b.Reason, b.At = reason, tx.At()
	return b, tx.SaveBooking(ctx, b)
}

// Ended counts what the end of days did.
type Ended struct {
	Missed    int       `json:"missed"`    // nobody came
	Cancelled int       `json:"cancelled"` // the office was not open after all
	Lapsed    int       `json:"lapsed"`    // offers not taken, waits that are over
	Offered   []Booking `json:"offered"`
	More      bool      `json:"more"` // there is more to be ended
}

// endAtOnce bounds a transaction.
const endAtOnce = 500

// End ends what days that are over left open: a booking that nobody marked was
// missed, or taken back by the office if it was closed; an offer that was not
// taken and a wait beyond its days lapse. Then it serves the queues, for which
// another day has come within reach.
func End(ctx context.Context, tx Desk, days Days) (Ended, error) {
	out := Ended{Offered: []Booking{}}
	list, err := tx.Overtaken(ctx, tx.Today(), endAtOnce)
	if err != nil {
		return out, err
	}
	for _, found := range list {
		b, p, err := held(ctx, tx, days, found.ID)
		if err != nil {
			return out, err
		}
		switch {
		case b.State == Booked && b.Day < tx.Today():
			err = p.over(ctx, tx, b, &out)
		case b.State == Offered && b.Until < tx.Today(), b.State == Waiting && b.Latest < tx.Today():
			out.Lapsed++
			err = p.end(ctx, tx, b, Lapsed, b.Reason)
		}
		if err != nil {
			return out, err
		}
	}
	if out.More = len(list) == endAtOnce; out.More {
		return out, nil
	}
	queues, err := tx.Queues(ctx)
	if err != nil {
		return out, err
	}
	for _, office := range queues {
		offered, err := Serve(ctx, tx, days, office)
		if err != nil {
			return out, err
		}
		out.Offered = append(out.Offered, offered...)
	}
	return out, nil
}

// over ends a booking of a day that is over.
func (p *plan) over(ctx context.Context, tx Bookings, b Booking, out *Ended) error {
	stood, err := p.stands(b)
	if err != nil {
		return err
	}
	if !stood {
		out.Cancelled++
		return p.end(ctx, tx, b, Cancelled, "closed")
	}
	out.Missed++
	b.State, b.At = Missed, tx.At()
	return tx.SaveBooking(ctx, b)
}
