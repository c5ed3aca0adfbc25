package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/counter"
	"bujiao/internal/fault"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

func appointments(t *testing.T, e Engine) {
	t.Run("records are read as written", func(t *testing.T) { officeRecords(t, e) })
	t.Run("an appointment is read as written", func(t *testing.T) { bookingWhole(t, e) })
	t.Run("lists are in order and of their own", func(t *testing.T) { bookingLists(t, e) })
	t.Run("a place and a number in the queue are there once", func(t *testing.T) { seatKeys(t, e) })
	t.Run("many clients at once", func(t *testing.T) { rush(t, e) })
	t.Run("many clients who move, cancel and wait", func(t *testing.T) { turmoil(t, e) })
}

// Weekdays are working days without any holiday, of 2026 alone.
func Weekdays(t testing.TB) *calendar.Workdays {
	t.Helper()
	w := calendar.NewWorkdays()
	if err := w.AddYear(2026, nil, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// bareBookings are appointments without what the store remembers of them.
func bareBookings(list ...counter.Booking) []counter.Booking {
	out := []counter.Booking{}
	for _, b := range list {
		b.Stored = nil
		out = append(out, b)
	}
	return out
}

func officeRecords(t *testing.T, e Engine) {
	db, _ := New(t, e)
	from, to := day(t, "2026-03-02"), day(t, "2026-06-30")
	o := counter.Office{ID: "o1", Name: "社保中心", Address: "路1号", Kind: "centre", Territory: []string{"110105", "110100"}, SlotMinutes: 15, AheadDays: 30, OfferDays: 1, From: from, To: to, ChangedAt: 7}
	w1 := counter.Window{ID: "w1", Office: "o1", Number: 2, Services: []string{"counter", "approval"}, From: from, To: to}
	w2 := counter.Window{ID: "w2", Office: "o1", Number: 1, Services: []string{"counter"}, From: from}
	h1 := counter.Hours{ID: "h1", Office: "o1", Kind: counter.Working, From: from, Opens: "09:00", Closes: "12:00"}
	h2 := counter.Hours{ID: "h2", Office: "o1", Kind: counter.Closed, From: from, To: from + 1, Reason: "停电"}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		tx.AddServiceOffice(ctx, o)
		tx.AddServiceWindow(ctx, w1)
		tx.AddServiceWindow(ctx, w2)
		tx.AddServiceHours(ctx, h1)
		tx.AddServiceHours(ctx, h2)
		for i, division := range []string{"110101", "110102", "110105"} {
			tx.AddInsuredPlace(ctx, counter.InsuredPlace{ID: fmt.Sprint("p", i), Employer: "e1", Division: division, From: from + calendar.Date(i%2), KnownOn: from + calendar.Date(i), At: 5, Actor: "a", Reason: "x"})
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.ServiceOffice(ctx, "o1")
		if got.Stored = nil; err != nil {
			return err
		}
		equal(t, "office", got, o)
		all, err := tx.ServiceOffices(ctx, books.Page{After: "o0"})
		none, err2 := tx.ServiceOffices(ctx, books.Page{After: "o1"})
		if len(all) != 1 || len(none) != 0 {
			t.Errorf("offices: %d, %d", len(all), len(none))
		}
		windows, err3 := tx.ServiceWindows(ctx, "o1", to+1)
		both, err4 := tx.ServiceWindows(ctx, "o1", to)
		if len(both) != 2 || both[0].ID != "w2" || len(windows) != 1 || windows[0].ID != "w2" {
			t.Errorf("windows by number, those that go on: %+v, %+v", both, windows)
		}
		both[1].Stored = nil
		equal(t, "window", both[1], w1)
		hours, err5 := tx.ServiceHours(ctx, "o1", from+2)
		equal(t, "hours that go on", bareHours(hours), []counter.Hours{h1})
		closed, err6 := tx.ServiceHoursOf(ctx, "h2")
		equal(t, "hours", bareHours([]counter.Hours{closed}), []counter.Hours{h2})
		for on, want := range map[calendar.Date]string{from: "110105", from + 1: "110102"} { // the later start goes first, then what is known later
			p, err := tx.InsuredPlace(ctx, "e1", on)
			if err != nil || p.Division != want {
				t.Errorf("insured on %s in %q (%v), want %s", on, p.Division, err, want)
			}
		}
		if _, err := tx.InsuredPlace(ctx, "e1", from-1); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("before any record: %v", err)
		}
		return errors.Join(err, err2, err3, err4, err5, err6)
	})
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		now, err := tx.ServiceWindow(ctx, "w2")
		now.To = to
		h, err2 := tx.ServiceHoursOf(ctx, "h1")
		h.To = to
		of, err3 := tx.ServiceOffice(ctx, "o1")
		of.Name = "x"
		return errors.Join(err, err2, err3, tx.LockServiceOffice(ctx, "o1"), tx.SaveServiceWindow(ctx, now), tx.SaveServiceHours(ctx, h), tx.SaveServiceOffice(ctx, of))
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.LockServiceOffice(t.Context(), "none") })
	if !errors.Is(err, books.ErrNotFound) {
		t.Errorf("no office to lock: %v", err)
	}
	Sound(t, db)
}

func bareHours(list []counter.Hours) []counter.Hours {
	for i := range list {
		list[i].Stored = nil
	}
	return list
}

func bookingWhole(t *testing.T, e Engine) {
	db, _ := New(t, e)
	d := day(t, "2026-03-03")
	b := counter.Booking{ID: "b1", Office: "o1", Service: "counter", Window: "w1", Day: d, Slot: "09:30", Number: "0930-01", Person: "p", Employer: "e", Case: "c", State: counter.Booked,
		Earliest: d - 1, Latest: d + 1, Queue: 3, Until: d, Reason: "x", MadeBy: "a", MadeAt: 5, At: 6}
	bare := counter.Booking{ID: "b2", Office: "o1", Service: "counter", Employer: "e", State: counter.Waiting, Latest: d}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		tx.AddBooking(ctx, b)
		tx.AddBooking(ctx, bare)
		return nil
	})
	var read counter.Booking
	View(t, db, func(ctx context.Context, tx store.Tx) (err error) {
		read, err = tx.Booking(ctx, "b1")
		other, err2 := tx.Booking(ctx, "b2")
		equal(t, "booking", bareBookings(read, other), []counter.Booking{b, bare})
		return errors.Join(err, err2)
	})
	read.State = counter.Cancelled
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.SaveBooking(ctx, read) })
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveBooking(t.Context(), read) })
	if !errors.Is(err, books.ErrStale) {
		t.Errorf("saved as it was read before the last save: %v", err)
	}
}

func bookingLists(t *testing.T, e Engine) {
	db, _ := New(t, e)
	d := day(t, "2026-03-03")
	all := []counter.Booking{
		{ID: "a", Office: "o1", Service: "counter", Person: "p1", State: counter.Booked, Day: d},
		{ID: "b", Office: "o1", Service: "counter", Person: "p1", Case: "c1", State: counter.Cancelled, Day: d},
		{ID: "c", Office: "o1", Service: "approval", Employer: "e1", Case: "c1", State: counter.Waiting, Latest: d + 1, Queue: 9},
		{ID: "d", Office: "o1", Service: "counter", Employer: "e1", State: counter.Waiting, Latest: d, Queue: 2},
		{ID: "e", Office: "o2", Service: "counter", Employer: "e2", State: counter.Waiting, Latest: d - 1, Queue: 2},
		{ID: "f", Office: "o2", Service: "counter", Person: "p2", State: counter.Offered, Day: d + 9, Until: d - 1, Queue: 1},
		{ID: "g", Office: "o1", Service: "counter", Person: "p3", State: counter.Missed, Day: d - 9},
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, b := range all {
			tx.AddBooking(ctx, b)
		}
		for i, w := range []string{"w1", "w2", "w3"} {
			tx.AddServiceWindow(ctx, counter.Window{ID: w, Office: fmt.Sprint("o", 1+i/2), Number: 1})
			tx.TakeSeat(ctx, counter.Seat{Window: w, Day: d + calendar.Date(i), Slot: "09:00", Booking: "a"})
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			name string
			f    counter.Filter
			p    books.Page
			want string
		}{
			{"all", counter.Filter{}, books.Page{}, "abcdefg"},
			{"a page", counter.Filter{}, books.Page{After: "b", Limit: 2}, "cd"},
			{"of a person", counter.Filter{Person: "p1"}, books.Page{}, "ab"},
			{"of an employer that wait", counter.Filter{Employer: "e1", State: counter.Waiting}, books.Page{}, "cd"},
			{"of a case at a service", counter.Filter{Case: "c1", Service: "counter"}, books.Page{}, "b"},
			{"of an office on a day", counter.Filter{Office: "o1", Day: d}, books.Page{}, "ab"},
		} {
			list, err := tx.Bookings(ctx, c.f, c.p)
			if got := bookingIDs(list); err != nil || got != c.want {
				t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
			}
		}
		queue, err := tx.Queue(ctx, "o1")
		last, err2 := tx.LastInQueue(ctx, "o1")
		none, err3 := tx.LastInQueue(ctx, "o3")
		over, err4 := tx.Overtaken(ctx, d+1, 10)
		one, err5 := tx.Overtaken(ctx, d+1, 1)
		queues, err6 := tx.Queues(ctx)
		seats, err7 := tx.Seats(ctx, "o1", d, d+1)
		later, err8 := tx.Seats(ctx, "o1", d+1, d+9)
		if got := fmt.Sprint(bookingIDs(queue), last, none, bookingIDs(over), bookingIDs(one), queues, len(seats), len(later)); got != "dc9 0adefa[o1 o2] 2 1" {
			t.Errorf("queue, last, none, overtaken, one, queues, seats: %s", got)
		}
		for _, c := range []struct{ service, person, employer, about, want string }{
			{"counter", "p1", "", "", "a"}, {"counter", "p1", "", "c1", ""}, {"approval", "", "e1", "c1", "c"}, {"approval", "", "e1", "", ""}, {"counter", "", "e1", "", "d"},
			{"counter", "p2", "", "", "f"}, {"counter", "p3", "", "", ""},
		} {
			if got, err := tx.LiveBooking(ctx, c.service, c.person, c.employer, c.about); got != c.want || err != nil {
				t.Errorf("live %+v: %q %v", c, got, err)
			}
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8)
	})
	err := db.View(t.Context(), "310000", func(tx store.Tx) error {
		list, err := tx.Bookings(t.Context(), counter.Filter{}, books.Page{})
		over, err2 := tx.Overtaken(t.Context(), d+99, 10)
		seats, err3 := tx.Seats(t.Context(), "o1", d, d+9)
		if len(list)+len(over)+len(seats) > 0 {
			t.Error("another area has appointments")
		}
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		t.Error(err)
	}
}

func bookingIDs(list []counter.Booking) (s string) {
	for _, b := range list {
		s += b.ID
	}
	return s
}

// seatKeys: without any lock and any look, the database lets one have a place.
func seatKeys(t *testing.T, e Engine) {
	db, _ := New(t, e)
	d := day(t, "2026-03-03")
	var mu sync.Mutex
	won, lost := 0, 0
	together(200, func(i int) {
		err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			tx.TakeSeat(t.Context(), counter.Seat{Window: "w1", Day: d, Slot: fmt.Sprintf("%02d:00", i%4), Booking: fmt.Sprint("b", i)})
			return nil
		})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			won++
		case books.Taken(err, "seat"):
			lost++
		default:
			t.Error(err)
		}
	})
	if won != 4 || lost != 196 {
		t.Errorf("%d have the four places, %d do not", won, lost)
	}
	queue := func(area, id, office string) error {
		return db.Update(t.Context(), area, func(tx store.Tx) error {
			tx.AddBooking(t.Context(), counter.Booking{ID: id, Office: office, State: counter.Waiting, Queue: 1})
			return nil
		})
	}
	if err := errors.Join(queue(Area, "a", "o1"), queue(Area, "b", "o2"), queue("310000", "a", "o1")); err != nil {
		t.Error(err)
	}
	if err := queue(Area, "c", "o1"); !books.Taken(err, "booking") {
		t.Errorf("the first of a queue twice: %v", err)
	}
	Sound(t, db)
}

// hall opens an office of windows that are open from nine for some slots of a
// quarter of an hour.
func hall(t testing.TB, db *sqlstore.DB, days counter.Days, windows int, closes string) (office string) {
	t.Helper()
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		o, err := counter.Open(ctx, tx, counter.NewOffice{Name: "中心", Address: "路1号", Kind: "centre", Territory: []string{Area}, SlotMinutes: 15, AheadDays: 14, OfferDays: 1, From: tx.Today()})
		if err != nil {
			return err
		}
		office = o.ID
		for n := range windows {
			if _, _, err := counter.OpenWindow(ctx, tx, days, o.ID, counter.NewWindow{Number: n + 1, Services: []string{"counter"}, From: tx.Today()}); err != nil {
				return err
			}
		}
		_, _, err = counter.OpenHours(ctx, tx, days, o.ID, counter.NewHours{Kind: counter.Working, From: tx.Today(), Opens: "09:00", Closes: closes})
		return err
	})
	return office
}

// rush: hundreds want one of few places, and each place is given once.
func rush(t *testing.T, e Engine) {
	db, _ := New(t, e)
	days := Weekdays(t)
	office := hall(t, db, days, 5, "11:00") // 8 slots x 5 windows
	d := day(t, "2026-03-03")
	const clients = 400
	var mu sync.Mutex
	got := map[string]bool{}
	full := 0
	together(clients, func(i int) {
		for try := range 8 {
			at := 9*60 + (i+try)%8*15
			slot := fmt.Sprintf("%02d:%02d", at/60, at%60)
			var b counter.Booking
			err := db.Update(t.Context(), Area, func(tx store.Tx) (err error) {
				b, err = counter.Book(t.Context(), tx, days, counter.Ask{Office: office, Service: "counter", Day: d, Slot: slot, Person: fmt.Sprint("p", i)})
				return err
			})
			var f *fault.Error
			if err == nil {
				mu.Lock()
				if key := b.Window + b.Slot; got[key] {
					t.Errorf("%s was given twice", b.Number)
				} else {
					got[key] = true
				}
				mu.Unlock()
				return
			}
			if !errors.As(err, &f) || f.Key != "counter.full" {
				t.Error(err)
				return
			}
		}
		mu.Lock()
		full++
		mu.Unlock()
	})
	if len(got) != 40 || full != clients-40 {
		t.Errorf("%d places of 40 were given, %d clients went without", len(got), full)
	}
	agree(t, db, office, 5)
	Sound(t, db)
}

// turmoil: hundreds book, move, cancel, wait and accept at once; afterwards
// places and appointments agree, and nobody waits for a place that is free.
func turmoil(t *testing.T, e Engine) {
	db, _ := New(t, e)
	days := Weekdays(t)
	office := hall(t, db, days, 2, "10:00") // 4 slots x 2 windows a day
	d := day(t, "2026-03-03")
	together(200, func(i int) {
		person := fmt.Sprint("p", i)
		slot := func(n int) string { return fmt.Sprintf("09:%02d", n%4*15) }
		do := func(fn func(tx store.Tx) error) bool {
			err := db.Update(t.Context(), Area, fn)
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
			return err == nil
		}
		var b counter.Booking
		booked := do(func(tx store.Tx) (err error) {
			b, err = counter.Book(t.Context(), tx, days, counter.Ask{Office: office, Service: "counter", Day: d, Slot: slot(i), Person: person})
			return err
		})
		if !booked {
			do(func(tx store.Tx) error {
				_, err := counter.Wait(t.Context(), tx, days, counter.Wish{Office: office, Service: "counter", Earliest: d, Latest: d + calendar.Date(i%2), Person: person})
				return err
			})
			return
		}
		do(func(tx store.Tx) error {
			_, err := counter.Move(t.Context(), tx, days, b.ID, d+1, slot(i+1))
			return err
		})
		if i%3 == 0 {
			do(func(tx store.Tx) error { _, err := counter.Cancel(t.Context(), tx, days, b.ID, "x"); return err })
		}
	})
	agree(t, db, office, 2)
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		queue, err := tx.Queue(ctx, office)
		if err != nil || len(queue) == 0 {
			return fmt.Errorf("nobody waits: %w", err)
		}
		free, err := counter.Free(ctx, tx, days, office, "counter", d, d)
		if err != nil || len(free.Slots) > 0 {
			t.Errorf("%d wait, and %+v is free", len(queue), free.Slots)
		}
		return err
	})
	Sound(t, db)
}

// agree: each place has one appointment and each appointment with a place has
// it; no slot has more of them than the office has windows.
func agree(t testing.TB, db *sqlstore.DB, office string, windows int) {
	t.Helper()
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		seats, err := tx.Seats(ctx, office, 1, day(t, "2099-01-01"))
		if err != nil {
			return err
		}
		list, err := tx.Bookings(ctx, counter.Filter{Office: office}, books.Page{Limit: 1000})
		list = slices.DeleteFunc(list, func(b counter.Booking) bool { return !b.State.Seated() })
		if len(list) != len(seats) {
			t.Errorf("%d appointments have %d places", len(list), len(seats))
		}
		at := map[string]int{}
		for _, b := range list {
			if !slices.Contains(seats, counter.Seat{Window: b.Window, Day: b.Day, Slot: b.Slot, Booking: b.ID}) {
				t.Errorf("%+v has no place", b)
			}
			if at[b.Day.String()+b.Slot]++; at[b.Day.String()+b.Slot] > windows {
				t.Errorf("%s %s has more appointments than windows", b.Day, b.Slot)
			}
		}
		return err
	})
}
