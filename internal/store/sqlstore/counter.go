package sqlstore

import (
	"context"
	"errors"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/counter"
)

var _ counter.Store = (*Tx)(nil)

func officeRow(area string, o counter.Office) []any {
	return []any{area, o.ID, o.Name, o.Address, o.Kind, strings.Join(o.Territory, " "), int64(o.SlotMinutes), int64(o.AheadDays), int64(o.OfferDays),
		dateText(o.From), dateText(o.To), int64(o.ChangedAt)}
}

func readOffice(v vals) counter.Office {
	return counter.Office{ID: v.str(1), Name: v.str(2), Address: v.str(3), Kind: v.str(4), Territory: strings.Fields(v.str(5)), SlotMinutes: int(v.int(6)),
		AheadDays: int(v.int(7)), OfferDays: int(v.int(8)), From: v.date(9), To: v.date(10), ChangedAt: v.instant(11), Stored: append([]any{}, v...)}
}

// AddServiceOffice adds an office.
func (t *Tx) AddServiceOffice(ctx context.Context, o counter.Office) {
	t.insert(ctx, tabServiceOffice, officeRow(t.area, o)...)
}

// SaveServiceOffice writes an office back.
func (t *Tx) SaveServiceOffice(ctx context.Context, o counter.Office) error {
	return t.update(ctx, tabServiceOffice, o.Stored, officeRow(t.area, o))
}

// ServiceOffice reads one.
func (t *Tx) ServiceOffice(ctx context.Context, id string) (counter.Office, error) {
	return get(ctx, t, readOffice, "SELECT "+tabServiceOffice.names+" FROM service_office WHERE area = ? AND id = ?", t.area, id)
}

// ServiceOffices lists offices by id.
func (t *Tx) ServiceOffices(ctx context.Context, p books.Page) ([]counter.Office, error) {
	return list(ctx, t, readOffice, "SELECT "+tabServiceOffice.names+" FROM service_office WHERE area = ? AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// LockServiceOffice locks the row of an office.
func (t *Tx) LockServiceOffice(ctx context.Context, id string) error {
	return t.one(ctx, func(vals) error { return nil }, "SELECT id FROM service_office WHERE area = ? AND id = ?"+t.db.Dialect.ForUpdate(false), t.area, id)
}

func windowRow(area string, w counter.Window) []any {
	return []any{area, w.ID, w.Office, int64(w.Number), strings.Join(w.Services, " "), dateText(w.From), dateText(w.To)}
}

func readWindow(v vals) counter.Window {
	return counter.Window{ID: v.str(1), Office: v.str(2), Number: int(v.int(3)), Services: strings.Fields(v.str(4)), From: v.date(5), To: v.date(6), Stored: append([]any{}, v...)}
}

// AddServiceWindow adds a window.
func (t *Tx) AddServiceWindow(ctx context.Context, w counter.Window) {
	t.insert(ctx, tabServiceWindow, windowRow(t.area, w)...)
}

// SaveServiceWindow writes a window back.
func (t *Tx) SaveServiceWindow(ctx context.Context, w counter.Window) error {
	return t.update(ctx, tabServiceWindow, w.Stored, windowRow(t.area, w))
}

// ServiceWindow reads one.
func (t *Tx) ServiceWindow(ctx context.Context, id string) (counter.Window, error) {
	return get(ctx, t, readWindow, "SELECT "+tabServiceWindow.names+" FROM service_window WHERE area = ? AND id = ?", t.area, id)
}

// ServiceWindows lists the windows of an office that did not end before a day,
// by number.
func (t *Tx) ServiceWindows(ctx context.Context, office string, from calendar.Date) ([]counter.Window, error) {
	return list(ctx, t, readWindow, "SELECT "+tabServiceWindow.names+" FROM service_window WHERE area = ? AND office = ? AND (to_on = '' OR to_on >= ?) ORDER BY number, id",
		t.area, office, dateText(from))
}

func hoursRow(area string, h counter.Hours) []any {
	return []any{area, h.ID, h.Office, string(h.Kind), dateText(h.From), dateText(h.To), h.Opens, h.Closes, h.Reason}
}

func readHours(v vals) counter.Hours {
	return counter.Hours{ID: v.str(1), Office: v.str(2), Kind: counter.HoursKind(v.str(3)), From: v.date(4), To: v.date(5), Opens: v.str(6), Closes: v.str(7), Reason: v.str(8),
		Stored: append([]any{}, v...)}
}

// AddServiceHours adds hours.
func (t *Tx) AddServiceHours(ctx context.Context, h counter.Hours) {
	t.insert(ctx, tabServiceHours, hoursRow(t.area, h)...)
}

// SaveServiceHours writes hours back.
func (t *Tx) SaveServiceHours(ctx context.Context, h counter.Hours) error {
	return t.update(ctx, tabServiceHours, h.Stored, hoursRow(t.area, h))
}

// ServiceHoursOf reads hours by their id.
func (t *Tx) ServiceHoursOf(ctx context.Context, id string) (counter.Hours, error) {
	return get(ctx, t, readHours, "SELECT "+tabServiceHours.names+" FROM service_hours WHERE area = ? AND id = ?", t.area, id)
}

// ServiceHours lists the hours of an office that did not end before a day.
func (t *Tx) ServiceHours(ctx context.Context, office string, from calendar.Date) ([]counter.Hours, error) {
	return list(ctx, t, readHours, "SELECT "+tabServiceHours.names+" FROM service_hours WHERE area = ? AND office = ? AND (to_on = '' OR to_on >= ?) ORDER BY from_on, id",
		t.area, office, dateText(from))
}

// AddInsuredPlace adds where an employer is insured.
func (t *Tx) AddInsuredPlace(ctx context.Context, p counter.InsuredPlace) {
	t.insert(ctx, tabInsuredPlace, t.area, p.ID, p.Employer, p.Division, dateText(p.From), dateText(p.KnownOn), int64(p.At), p.Actor, p.Reason)
}

// InsuredPlace is where an employer is insured on a day, as last recorded.
func (t *Tx) InsuredPlace(ctx context.Context, employer string, on calendar.Date) (counter.InsuredPlace, error) {
	read := func(v vals) counter.InsuredPlace {
		return counter.InsuredPlace{ID: v.str(1), Employer: v.str(2), Division: v.str(3), From: v.date(4), KnownOn: v.date(5), At: v.instant(6), Actor: v.str(7), Reason: v.str(8)}
	}
	return get(ctx, t, read, "SELECT "+tabInsuredPlace.names+" FROM insured_place WHERE area = ? AND employer = ? AND from_on <= ? ORDER BY from_on DESC, known_on DESC, at DESC, id DESC LIMIT 1",
		t.area, employer, dateText(on))
}

// lastOn is the day by which something must have become of an appointment.
func lastOn(b counter.Booking) calendar.Date {
	switch b.State {
	case counter.Booked:
		return b.Day
	case counter.Offered:
		return b.Until
	case counter.Waiting:
		return b.Latest
	}
	return 0
}

func bookingRow(area string, b counter.Booking) []any {
	return []any{area, b.ID, b.Office, b.Service, b.Window, dateText(b.Day), b.Slot, b.Number, b.Person, b.Employer, b.Case, string(b.State), dateText(b.Earliest), dateText(b.Latest),
		int64(b.Queue), dateText(b.Until), dateText(lastOn(b)), b.Reason, b.MadeBy, int64(b.MadeAt), int64(b.At)}
}

func readBooking(v vals) counter.Booking {
	return counter.Booking{ID: v.str(1), Office: v.str(2), Service: v.str(3), Window: v.str(4), Day: v.date(5), Slot: v.str(6), Number: v.str(7), Person: v.str(8), Employer: v.str(9),
		Case: v.str(10), State: counter.State(v.str(11)), Earliest: v.date(12), Latest: v.date(13), Queue: int(v.int(14)), Until: v.date(15), Reason: v.str(17), MadeBy: v.str(18),
		MadeAt: v.instant(19), At: v.instant(20), Stored: append([]any{}, v...)}
}

// AddBooking adds an appointment.
func (t *Tx) AddBooking(ctx context.Context, b counter.Booking) {
	t.insert(ctx, tabBooking, bookingRow(t.area, b)...)
}

// SaveBooking writes an appointment back.
func (t *Tx) SaveBooking(ctx context.Context, b counter.Booking) error {
	return t.update(ctx, tabBooking, b.Stored, bookingRow(t.area, b))
}

// Booking reads one.
func (t *Tx) Booking(ctx context.Context, id string) (counter.Booking, error) {
	return get(ctx, t, readBooking, "SELECT "+tabBooking.names+" FROM booking WHERE area = ? AND id = ?", t.area, id)
}

// Bookings lists appointments by id.
func (t *Tx) Bookings(ctx context.Context, f counter.Filter, p books.Page) ([]counter.Booking, error) {
	where, args := "WHERE area = ?", []any{t.area}
	for _, x := range []struct{ column, value string }{{"person", f.Person}, {"employer", f.Employer}, {"case_id", f.Case}, {"office", f.Office}, {"service", f.Service},
		{"state", string(f.State)}, {"day", dateText(f.Day)}} {
		if x.value != "" {
			where, args = where+" AND "+x.column+" = ?", append(args, x.value)
		}
	}
	return list(ctx, t, readBooking, "SELECT "+tabBooking.names+" FROM booking "+where+" AND id > ? ORDER BY id LIMIT ?", append(args, p.After, int64(p.Size()))...)
}

// LiveBooking finds the appointment for the same thing that still leads to
// something.
func (t *Tx) LiveBooking(ctx context.Context, service, person, employer, caseID string) (string, error) {
	id, err := get(ctx, t, func(v vals) string { return v.str(0) },
		"SELECT id FROM booking WHERE area = ? AND person = ? AND employer = ? AND case_id = ? AND service = ? AND state IN ('waiting', 'offered', 'booked') ORDER BY id LIMIT 1",
		t.area, person, employer, caseID, service)
	if errors.Is(err, books.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// Queue lists who waits at an office, in order.
func (t *Tx) Queue(ctx context.Context, office string) ([]counter.Booking, error) {
	return list(ctx, t, readBooking, "SELECT "+tabBooking.names+" FROM booking WHERE area = ? AND office = ? AND state = 'waiting' AND queue > 0 ORDER BY queue LIMIT ?",
		t.area, office, int64(counter.MaxQueue))
}

// LastInQueue is the last number given in an office's queue.
func (t *Tx) LastInQueue(ctx context.Context, office string) (int, error) {
	return get(ctx, t, func(v vals) int { return int(v.int(0)) }, "SELECT COALESCE(MAX(queue), 0) FROM booking WHERE area = ? AND office = ? AND queue > 0", t.area, office)
}

// Overtaken lists what is open although its last day is over, office by office.
func (t *Tx) Overtaken(ctx context.Context, day calendar.Date, limit int) ([]counter.Booking, error) {
	return list(ctx, t, readBooking, "SELECT "+tabBooking.names+" FROM booking WHERE area = ? AND state IN ('waiting', 'offered', 'booked') AND last_on < ? ORDER BY office, id LIMIT ?",
		t.area, dateText(day), int64(limit))
}

// Queues lists the offices at which somebody waits.
func (t *Tx) Queues(ctx context.Context) ([]string, error) {
	return list(ctx, t, func(v vals) string { return v.str(0) }, "SELECT DISTINCT office FROM booking WHERE area = ? AND state = 'waiting' ORDER BY office", t.area)
}

// TakeSeat takes a place.
func (t *Tx) TakeSeat(ctx context.Context, s counter.Seat) {
	t.insert(ctx, tabSeat, seatRow(t.area, s)...)
}

// FreeSeat gives a place back that is still held for its appointment.
func (t *Tx) FreeSeat(ctx context.Context, s counter.Seat) error {
	return t.remove(ctx, tabSeat, seatRow(t.area, s))
}

// Seats lists the places of an office that are taken.
func (t *Tx) Seats(ctx context.Context, office string, from, to calendar.Date) ([]counter.Seat, error) {
	read := func(v vals) counter.Seat {
		return counter.Seat{Window: v.str(1), Day: v.date(2), Slot: v.str(3), Booking: v.str(4)}
	}
	return list(ctx, t, read, "SELECT "+tabSeat.as("s")+" FROM service_window w JOIN seat s ON s.area = w.area AND s.service_window = w.id WHERE w.area = ? AND w.office = ? AND s.area = ? AND s.day >= ? AND s.day <= ?",
		t.area, office, t.area, dateText(from), dateText(to))
}

func seatRow(area string, s counter.Seat) []any {
	return []any{area, s.Window, dateText(s.Day), s.Slot, s.Booking}
}
