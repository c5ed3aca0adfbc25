package office

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/counter"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/notice"
	"bujiao/internal/store"
)

var errCapacity = fault.New(fault.Missing, "counter.capacity", nil)

// Book makes an appointment for the asker, or by a clerk for anybody, at an
// office that is competent as far as is known. The same key gives the same
// appointment.
func (o *Office) Book(ctx context.Context, q Request, in counter.Ask) (counter.Booking, error) {
	return Do(ctx, o, q, "booking.book", in, func(tx store.Tx) (counter.Booking, error) {
		in := in // the transaction may be tried again
		r, err := o.admit(ctx, tx, q, in.Office, in.Service, &in.Person, &in.Employer, in.Case)
		if err != nil {
			return counter.Booking{}, err
		}
		b, err := counter.Book(ctx, tx, r.Workdays(), in)
		if err != nil {
			return b, err
		}
		return b, visited(ctx, tx, "visit.booked", counter.Booking{}, b)
	})
}

// Wait puts the asker, or by a clerk anybody, on an office's waiting list.
func (o *Office) Wait(ctx context.Context, q Request, in counter.Wish) (counter.Changed, error) {
	return Do(ctx, o, q, "booking.wait", in, func(tx store.Tx) (counter.Changed, error) {
		in := in
		r, err := o.admit(ctx, tx, q, in.Office, in.Service, &in.Person, &in.Employer, in.Case)
		if err != nil {
			return counter.Changed{}, err
		}
		c, err := counter.Wait(ctx, tx, r.Workdays(), in)
		if err != nil {
			return c, err
		}
		return c, visited(ctx, tx, "", counter.Booking{}, c.Booking, c.Offered...)
	})
}

// admit finds who is to be received, for who may ask for it, and whether the
// office is competent. An appointment about a case is for whom the case is.
func (o *Office) admit(ctx context.Context, tx store.Tx, q Request, office, service string, person, employer *string, caseID string) (*law.Reader, error) {
	var about casework.Case
	if caseID != "" {
		var err error
		if about, err = tx.Case(ctx, caseID); err != nil && !errors.Is(err, books.ErrNotFound) {
			return nil, err
		}
		if *person == "" && *employer == "" {
			*person, *employer = about.Person, about.Employer
		}
	}
	who, err := o.visitor(ctx, tx, q, "booking.write", *person, *employer)
	if err != nil {
		return nil, err
	}
	*person, *employer = who.person, who.employer
	if who.employer != "" { // one after the other, at whatever hall: that there is no other appointment still holds when this one is made
		err = tx.LockEmployer(ctx, who.employer)
	} else {
		err = tx.LockPersons(ctx, who.person)
	}
	if err != nil {
		return nil, err
	}
	if caseID != "" && (about.ID == "" || about.Person != who.person || about.Employer != who.employer) {
		return nil, fault.New(fault.NotFound, "counter.not_your_case", nil)
	}
	r, err := o.reader(tx)
	if err != nil {
		return nil, err
	}
	return r, competent(ctx, tx, r, office, service, who)
}

// MoveBooking puts an appointment into another slot of its office.
func (o *Office) MoveBooking(ctx context.Context, q Request, id string, day calendar.Date, slot string) (counter.Changed, error) {
	type input struct {
		Day  calendar.Date
		Slot string
	}
	return alter(ctx, o, q, "booking.write", "booking.move "+id, input{day, slot}, id, "visit.moved", func(tx store.Tx, days counter.Days) (counter.Changed, error) {
		return counter.Move(ctx, tx, days, id, day, slot)
	})
}

// AcceptOffer takes the place that somebody who waited was offered.
func (o *Office) AcceptOffer(ctx context.Context, q Request, id string) (counter.Changed, error) {
	return alter(ctx, o, q, "booking.write", "booking.accept "+id, "", id, "visit.booked", func(tx store.Tx, days counter.Days) (counter.Changed, error) {
		b, err := counter.Accept(ctx, tx, days, id)
		return counter.Changed{Booking: b}, err
	})
}

// CancelBooking takes back an appointment, a wait or an offer.
func (o *Office) CancelBooking(ctx context.Context, q Request, id, reason string) (counter.Changed, error) {
	return alter(ctx, o, q, "booking.write", "booking.cancel "+id, reason, id, "visit.cancelled", func(tx store.Tx, days counter.Days) (counter.Changed, error) {
		if err := checkReason(reason); err != nil {
			return counter.Changed{}, err
		}
		return counter.Cancel(ctx, tx, days, id, reason)
	})
}

// MarkBooking says whether somebody came.
func (o *Office) MarkBooking(ctx context.Context, q Request, id string, came bool, reason string) (counter.Changed, error) {
	type input struct {
		Came   bool
		Reason string
	}
	return alter(ctx, o, q, "booking.mark", "booking.mark "+id, input{came, reason}, id, "", func(tx store.Tx, days counter.Days) (counter.Changed, error) {
		if err := checkReason(reason); err != nil {
			return counter.Changed{}, err
		}
		b, err := counter.Mark(ctx, tx, days, id, came, reason)
		return counter.Changed{Booking: b}, err
	})
}

func checkReason(s string) error {
	if len(s) > 200 || strings.ContainsFunc(s, unicode.IsControl) {
		return fault.New(fault.Invalid, "counter.long_reason", nil)
	}
	return nil
}

// alter changes an appointment for who may.
func alter[In any](ctx context.Context, o *Office, q Request, action access.Action, operation string, in In, id, topic string,
	fn func(store.Tx, counter.Days) (counter.Changed, error)) (counter.Changed, error) {
	if err := access.May(q.Actor, action); err != nil {
		return counter.Changed{}, err
	}
	return Do(ctx, o, q, operation, in, func(tx store.Tx) (counter.Changed, error) {
		was, err := o.booking(ctx, tx, q, action, id)
		if err != nil {
			return counter.Changed{}, err
		}
		r, err := o.reader(tx)
		if err != nil {
			return counter.Changed{}, err
		}
		c, err := fn(tx, r.Workdays())
		if err != nil {
			return c, err
		}
		return c, visited(ctx, tx, topic, was, c.Booking, c.Offered...)
	})
}

// booking reads an appointment for who may: whoever may not is told nothing of
// it.
func (o *Office) booking(ctx context.Context, tx store.Tx, q Request, action access.Action, id string) (counter.Booking, error) {
	b, absence := counter.Find(ctx, tx, id)
	if absence != nil && fault.KindOf(absence) != fault.NotFound {
		return b, absence
	}
	if err := access.Check(q.Actor, action, o.bookingScope(ctx, tx, q, b)); err != nil {
		return counter.Booking{}, err
	}
	return b, absence
}

// bookingScope says whose an appointment is: the person's, also by a record
// that was merged into theirs, and the employer's that it was made for.
func (o *Office) bookingScope(ctx context.Context, tx store.Tx, q Request, b counter.Booking) access.Scope {
	s := access.Scope{Area: q.Area, Person: b.Person, Employer: b.Employer}
	if q.Actor.Role != access.Insured || b.Person == "" || b.Person == q.Actor.Person {
		return s
	}
	if root, err := o.record(ctx, tx, q, "booking.read", q.Actor.Person, tx.Today()); err == nil && root == b.Person {
		s.Person = q.Actor.Person
	}
	return s
}

// Booking reads an appointment.
func (o *Office) Booking(ctx context.Context, q Request, id string) (counter.Booking, error) {
	return Show(ctx, o, q, "booking.read", func(tx store.Tx) (counter.Booking, []string, error) {
		b, err := o.booking(ctx, tx, q, "booking.read", id)
		return b, []string{b.Person}, err
	})
}

// Bookings lists appointments. A person's and an employer's are its own,
// whether or not the filter says so.
func (o *Office) Bookings(ctx context.Context, q Request, f counter.Filter, p books.Page) ([]counter.Booking, error) {
	ownOnly(q.Actor, &f.Employer, &f.Person)
	return Show(ctx, o, q, "booking.read", func(tx store.Tx) ([]counter.Booking, []string, error) {
		f := f // the transaction may be tried again
		if q.Actor.Role == access.Insured {
			root, err := o.record(ctx, tx, q, "booking.read", f.Person, tx.Today())
			if err != nil {
				return nil, nil, err
			}
			f.Person = root
		} else if err := access.Check(q.Actor, "booking.read", access.Scope{Area: q.Area, Employer: f.Employer, Person: f.Person}); err != nil {
			return nil, nil, err
		}
		list, err := tx.Bookings(ctx, f, p)
		return list, personsOf(list, func(b counter.Booking) string { return b.Person }), err
	})
}

// EndVisits ends what the days that are over left open: appointments that
// nobody kept, offers that nobody took, waits beyond their days.
func (o *Office) EndVisits(ctx context.Context, area string) error {
	q := Request{Actor: access.Self, Area: area}
	for {
		done, err := Do(ctx, o, q, "booking.end", struct{}{}, func(tx store.Tx) (counter.Ended, error) {
			r, err := o.reader(tx)
			if err != nil {
				return counter.Ended{}, err
			}
			done, err := counter.End(ctx, tx, r.Workdays())
			if err != nil {
				return done, err
			}
			if err := offered(ctx, tx, done.Offered); err != nil || done.Missed+done.Cancelled+done.Lapsed == 0 {
				return done, err
			}
			return done, Audited(ctx, tx, "booking.mark", "area", area, "", nil, map[string]any{"missed": done.Missed, "cancelled": done.Cancelled, "lapsed": done.Lapsed})
		})
		if err != nil || !done.More {
			return err
		}
	}
}

// visited leaves the line of a change of an appointment and tells whom it
// concerns, and those to whom a place was offered because of it.
func visited(ctx context.Context, tx store.Tx, topic string, was, b counter.Booking, others ...counter.Booking) error {
	var before any
	if was.ID != "" {
		before = bookingLine(was)
	}
	if err := Audited(ctx, tx, "booking.write", "booking", b.ID, b.Reason, before, bookingLine(b)); err != nil {
		return err
	}
	if topic != "" && (was.State != counter.Waiting || topic != "visit.cancelled") { // who waited has no day to be told of
		told := b
		if topic == "visit.cancelled" {
			told.Day, told.Slot = was.Day, was.Slot
		}
		if err := tellVisit(ctx, tx, topic, told); err != nil {
			return err
		}
	}
	return offered(ctx, tx, others)
}

// bookingLine is what the audit keeps of an appointment.
func bookingLine(b counter.Booking) map[string]any {
	return map[string]any{"state": b.State, "office": b.Office, "service": b.Service, "day": b.Day, "number": b.Number}
}

// offered leaves a line for each place that was offered and tells who waits.
func offered(ctx context.Context, tx store.Tx, list []counter.Booking) error {
	for _, b := range list {
		if err := Audited(ctx, tx, "booking.write", "booking", b.ID, "", nil, bookingLine(b)); err != nil {
			return err
		}
		if err := tellVisit(ctx, tx, "visit.offered", b); err != nil {
			return err
		}
	}
	return nil
}

// tellVisit tells the person or the employer of an appointment.
func tellVisit(ctx context.Context, tx notice.Outbox, topic string, b counter.Booking) error {
	to := notice.To{Person: b.Person}
	if b.Employer != "" {
		to = notice.To{Employer: b.Employer}
	}
	all := map[string]string{"service": "counter.service." + b.Service, "day": b.Day.String(), "hour": b.Slot, "number": b.Number, "until": b.Until.String()}
	args := map[string]string{}
	for _, name := range notice.Arguments(topic) {
		args[name] = all[name]
	}
	return notice.Tell(ctx, tx, to, topic, args, b.Case)
}
