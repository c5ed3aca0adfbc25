package counter_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/counter"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// hall is an office of one pooling area, with the working days of the packs.
type hall struct {
	*testing.T
	db    *sqlstore.DB
	clock *storetest.Clock
	law   *law.Reader
	days  counter.Days
}

func openHall(t *testing.T) *hall {
	t.Helper()
	db, clock := storetest.New(t, storetest.SQLite)
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := lib.Book(storetest.Area)
	if err != nil {
		t.Fatal(err)
	}
	r := book.Read(day(t, "2026-03-02"), false)
	return &hall{t, db, clock, r, r.Workdays()}
}

func day(t testing.TB, s string) calendar.Date { return storetest.Day(t, s) }

func (h *hall) do(fn func(context.Context, store.Tx) error) error {
	h.Helper()
	return h.db.Update(h.Context(), storetest.Area, func(tx store.Tx) error { return fn(h.Context(), tx) })
}

func (h *hall) must(fn func(context.Context, store.Tx) error) {
	h.Helper()
	if err := h.do(fn); err != nil {
		h.Fatal(err)
	}
}

// refused sees that it is refused in the words of a key.
func (h *hall) refused(key string, fn func(context.Context, store.Tx) error) {
	h.Helper()
	var f *fault.Error
	if err := h.do(fn); !errors.As(err, &f) || f.Key != key {
		h.Errorf("got %v, want %s", err, key)
	}
}

// office opens an office with windows for services, open on working days.
func (h *hall) office(from, opens, closes string, ahead int, windows ...string) (office string, ids []string) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) error {
		o, err := counter.Open(ctx, tx, counter.NewOffice{Name: "朝阳区社保中心", Address: "路1号", Kind: "centre", Territory: []string{"110105"}, SlotMinutes: 30, AheadDays: ahead, OfferDays: 1, From: day(h, from)})
		if err != nil {
			return err
		}
		office = o.ID
		for i, s := range windows {
			w, _, err := counter.OpenWindow(ctx, tx, h.days, office, counter.NewWindow{Number: i + 1, Services: []string{s}, From: tx.Today()})
			if err != nil {
				return err
			}
			ids = append(ids, w.ID)
		}
		_, _, err = counter.OpenHours(ctx, tx, h.days, office, counter.NewHours{Kind: counter.Working, From: tx.Today(), Opens: opens, Closes: closes})
		return err
	})
	return office, ids
}

func (h *hall) book(office, on, slot, person string) (b counter.Booking) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) (err error) {
		b, err = counter.Book(ctx, tx, h.days, counter.Ask{Office: office, Service: "counter", Day: day(h, on), Slot: slot, Person: person, Case: "case of " + person})
		return err
	})
	return b
}

func (h *hall) tryBook(office, service, on, slot, person string) func(context.Context, store.Tx) error {
	return func(ctx context.Context, tx store.Tx) error {
		_, err := counter.Book(ctx, tx, h.days, counter.Ask{Office: office, Service: service, Day: day(h, on), Slot: slot, Person: person})
		return err
	}
}

func (h *hall) wait(office, from, to, person string) (c counter.Changed) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) (err error) {
		c, err = counter.Wait(ctx, tx, h.days, counter.Wish{Office: office, Service: "counter", Earliest: day(h, from), Latest: day(h, to), Person: person})
		return err
	})
	return c
}

func (h *hall) state(id string) (b counter.Booking) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) (err error) { b, err = tx.Booking(ctx, id); return err })
	return b
}

func (h *hall) cancel(id string) (c counter.Changed) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) (err error) {
		c, err = counter.Cancel(ctx, tx, h.days, id, "x")
		return err
	})
	return c
}

func (h *hall) end() (e counter.Ended) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) (err error) { e, err = counter.End(ctx, tx, h.days); return err })
	return e
}

// The working days are those of the State Council's notice for 2026: from the
// 1st to the 5th of May nobody works, on Saturday the 9th everybody does. The
// year 2027 has no notice yet (R-CAL-04).
func TestDaysOfWork(t *testing.T) {
	h := openHall(t)
	h.clock.Add(59 * 24 * time.Hour) // 2026-04-30, nine o'clock
	office, _ := h.office("2026-04-30", "09:00", "10:00", 366, "counter")
	var free counter.FreeSlots
	h.must(func(ctx context.Context, tx store.Tx) (err error) {
		free, err = counter.Free(ctx, tx, h.days, office, "counter", 0, day(h, "2026-05-11"))
		return err
	})
	got := ""
	for _, s := range free.Slots {
		got += s.Day.String()[5:] + " " + s.Slot + ","
	}
	// of the 30th the slot at nine has begun
	if want := "04-30 09:30,05-06 09:00,05-06 09:30,05-07 09:00,05-07 09:30,05-08 09:00,05-08 09:30,05-09 09:00,05-09 09:30,05-11 09:00,05-11 09:30,"; got != want {
		t.Errorf("slots\n%s, want\n%s", got, want)
	}
	h.refused("counter.past", h.tryBook(office, "counter", "2026-04-30", "09:00", "p"))
	h.refused("counter.past", h.tryBook(office, "counter", "2026-04-29", "09:30", "p"))
	h.refused("counter.closed", h.tryBook(office, "counter", "2026-05-01", "09:00", "p"))
	h.refused("counter.closed", h.tryBook(office, "counter", "2026-05-06", "10:00", "p"))
	h.refused("counter.closed", h.tryBook(office, "counter", "2026-05-06", "09:15", "p"))
	h.refused("counter.bad_slot", h.tryBook(office, "counter", "2026-05-06", "9:00", "p"))
	h.refused("counter.bad_slot", h.tryBook(office, "counter", "2026-05-06", "-1:00", "p"))
	for _, opens := range []string{"-1:00", "00:-5", "24:00", "08:60"} {
		h.refused("counter.bad_field", func(ctx context.Context, tx store.Tx) error {
			_, _, err := counter.OpenHours(ctx, tx, h.days, office, counter.NewHours{Kind: counter.Extra, From: day(h, "2026-05-16"), To: day(h, "2026-05-16"), Opens: opens, Closes: "09:00"})
			return err
		})
	}
	h.refused("counter.too_far", h.tryBook(office, "counter", "2027-05-06", "09:00", "p"))
	h.refused("counter.no_service", h.tryBook(office, "approval", "2026-05-06", "09:00", "p"))
	h.refused("counter.no_office", h.tryBook("none", "counter", "2026-05-06", "09:00", "p"))
	h.refused("counter.for_nobody", h.tryBook(office, "counter", "2026-05-06", "09:00", ""))
	h.refused("counter.no_calendar", h.tryBook(office, "counter", "2027-01-04", "09:00", "p"))
	h.must(func(ctx context.Context, tx store.Tx) (err error) {
		free, err = counter.Free(ctx, tx, h.days, office, "counter", day(h, "2026-12-31"), day(h, "2027-01-10"))
		return err
	})
	if len(free.Slots) != 2 || !slices.Equal(free.Missing, []int{2027}) {
		t.Errorf("over the end of the year: %+v", free)
	}
	h.must(func(ctx context.Context, tx store.Tx) error { // a Saturday of its own, and an hour without
		_, _, err := counter.OpenHours(ctx, tx, h.days, office, counter.NewHours{Kind: counter.Extra, From: day(h, "2026-05-16"), To: day(h, "2026-05-16"), Opens: "08:00", Closes: "09:00"})
		_, _, err2 := counter.OpenHours(ctx, tx, h.days, office, counter.NewHours{Kind: counter.Closed, From: day(h, "2026-05-18"), To: day(h, "2026-05-18"), Opens: "09:00", Closes: "09:30", Reason: "培训"})
		return errors.Join(err, err2)
	})
	h.book(office, "2026-05-16", "08:30", "p1")
	h.refused("counter.closed", h.tryBook(office, "counter", "2026-05-18", "09:00", "p2"))
	h.book(office, "2026-05-18", "09:30", "p2")
}

func TestAppointment(t *testing.T) {
	h := openHall(t)
	office, _ := h.office("2026-03-02", "09:00", "11:00", 14, "counter", "counter", "approval")
	a := h.book(office, "2026-03-04", "09:30", "p1")
	b := h.book(office, "2026-03-04", "09:30", "p2")
	if a.Number != "0930-01" || b.Number != "0930-02" || a.State != counter.Booked {
		t.Errorf("numbers %s and %s", a.Number, b.Number)
	}
	h.refused("counter.full", h.tryBook(office, "counter", "2026-03-04", "09:30", "p3"))
	h.refused("counter.has_one", func(ctx context.Context, tx store.Tx) error {
		_, err := counter.Book(ctx, tx, h.days, counter.Ask{Office: office, Service: "counter", Day: day(h, "2026-03-05"), Slot: "09:00", Person: "p1", Case: "case of p1"})
		return err
	})
	h.must(func(ctx context.Context, tx store.Tx) error {
		c, err := counter.Move(ctx, tx, h.days, a.ID, day(h, "2026-03-05"), "10:30")
		if c.Booking.Number != "1030-01" || c.Booking.ID != a.ID {
			t.Errorf("moved: %+v", c.Booking)
		}
		same, err2 := counter.Move(ctx, tx, h.days, a.ID, day(h, "2026-03-05"), "10:30")
		if same.Booking.At != c.Booking.At || same.Booking.Number != "1030-01" {
			t.Errorf("moved to where it is: %+v", same.Booking)
		}
		return errors.Join(err, err2)
	})
	if c := h.book(office, "2026-03-04", "09:30", "p3"); c.Number != "0930-01" {
		t.Errorf("the place that was left: %s", c.Number)
	}
	mark := func(id string, came bool) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error {
			_, err := counter.Mark(ctx, tx, h.days, id, came, "")
			return err
		}
	}
	h.refused("counter.not_over", mark(b.ID, true))
	h.clock.Add(48 * time.Hour) // 2026-03-04, nine o'clock
	h.refused("counter.not_over", mark(b.ID, false))
	h.must(mark(b.ID, true))
	h.refused("counter.state", mark(b.ID, true))
	h.clock.Add(time.Hour)
	h.refused("counter.over", func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Bookings(ctx, counter.Filter{Person: "p3"}, books.Page{})
		if err != nil {
			return err
		}
		_, err = counter.Cancel(ctx, tx, h.days, list[0].ID, "x")
		return err
	})
	h.clock.Add(48 * time.Hour) // 2026-03-06
	if e := h.end(); e.Missed != 2 || e.Cancelled+e.Lapsed != 0 || e.More {
		t.Errorf("the days are over: %+v", e)
	}
	kept := map[string]counter.State{"case of p1": counter.Missed, "case of p2": counter.Attended, "case of p3": counter.Missed, "another": "", "": ""}
	for about, want := range kept {
		h.must(func(ctx context.Context, tx store.Tx) error {
			got, err := counter.Kept(ctx, tx, about, "counter")
			if got != want {
				t.Errorf("%q: %q, want %q", about, got, want)
			}
			return err
		})
	}
	h.must(mark(a.ID, true)) // they came after all
	h.book(office, "2026-03-09", "09:00", "p3")
	h.must(func(ctx context.Context, tx store.Tx) error { // what leads to something goes before what was missed
		got, err := counter.Kept(ctx, tx, "case of p3", "")
		other, err2 := counter.Kept(ctx, tx, "case of p3", "approval")
		if got != counter.Booked || other != "" {
			t.Errorf("%q %q", got, other)
		}
		return errors.Join(err, err2)
	})
}

func TestWaitingList(t *testing.T) {
	h := openHall(t)
	office, windows := h.office("2026-03-02", "09:00", "09:30", 4, "counter")
	first := h.book(office, "2026-03-03", "09:00", "p1")
	h.book(office, "2026-03-04", "09:00", "p2")
	w1 := h.wait(office, "2026-03-04", "2026-03-04", "q1").Booking
	w2 := h.wait(office, "2026-03-03", "2026-03-04", "q2").Booking
	w3 := h.wait(office, "2026-03-03", "2026-03-04", "q3").Booking
	if w1.Queue != 1 || w3.Queue != 3 || w2.State != counter.Waiting {
		t.Fatalf("%+v", w2)
	}
	if c := h.wait(office, "2026-03-05", "2026-03-05", "q4"); c.Booking.State != counter.Offered || c.Booking.Until != day(t, "2026-03-03") {
		t.Errorf("what is free is offered at once: %+v", c.Booking)
	}
	c := h.cancel(first.ID)
	if len(c.Offered) != 1 || c.Offered[0].ID != w2.ID { // the first in the queue cannot come that day
		t.Fatalf("offered: %+v", c.Offered)
	}
	h.refused("counter.full", h.tryBook(office, "counter", "2026-03-03", "09:00", "p9")) // it is held
	h.clock.Add(15 * time.Minute)
	h.refused("counter.state", func(ctx context.Context, tx store.Tx) error {
		_, err := counter.Accept(ctx, tx, h.days, w1.ID)
		return err
	})
	if c := h.cancel(w2.ID); len(c.Offered) != 1 || c.Offered[0].ID != w3.ID { // declined
		t.Errorf("declined: %+v", c.Offered)
	}
	h.clock.Add(24 * time.Hour) // 2026-03-03, 09:15: the slot has begun
	h.refused("counter.offer_over", func(ctx context.Context, tx store.Tx) error {
		_, err := counter.Accept(ctx, tx, h.days, w3.ID)
		return err
	})
	h.must(func(ctx context.Context, tx store.Tx) error { // a second window serves who waits
		_, r, err := counter.OpenWindow(ctx, tx, h.days, office, counter.NewWindow{Number: 2, Services: []string{"counter"}, From: tx.Today()})
		if len(r.Offered) != 1 || r.Offered[0].ID != w1.ID {
			t.Errorf("a new window offers %+v", r.Offered)
		}
		return err
	})
	h.must(func(ctx context.Context, tx store.Tx) error {
		b, err := counter.Accept(ctx, tx, h.days, w1.ID)
		if b.State != counter.Booked || b.Number != "0900-02" {
			t.Errorf("accepted: %+v", b)
		}
		_, r, err2 := counter.EndWindow(ctx, tx, h.days, windows[0], tx.Today())
		if len(r.Stranded) != 2 || r.Stranded[0].Person != "p2" { // and what q4 was offered on the fifth
			t.Errorf("stranded: %+v", r.Stranded)
		}
		return errors.Join(err, err2)
	})
	h.clock.Add(72 * time.Hour) // 2026-03-06
	e := h.end()
	if e.Missed != 1 || e.Cancelled != 1 || e.Lapsed != 2 {
		t.Errorf("%+v", e)
	}
	for id, want := range map[string]counter.State{w1.ID: counter.Missed, w2.ID: counter.Cancelled, w3.ID: counter.Lapsed} {
		if got := h.state(id); got.State != want {
			t.Errorf("%s is %s, want %s", got.Person, got.State, want)
		}
	}
}

func TestMoveLeavesAPlace(t *testing.T) {
	h := openHall(t)
	office, _ := h.office("2026-03-02", "09:00", "09:30", 4, "counter")
	b := h.book(office, "2026-03-03", "09:00", "p")
	w := h.wait(office, "2026-03-03", "2026-03-03", "q").Booking
	h.must(func(ctx context.Context, tx store.Tx) error {
		c, err := counter.Move(ctx, tx, h.days, b.ID, day(h, "2026-03-04"), "09:00")
		if len(c.Offered) != 1 || c.Offered[0].ID != w.ID {
			t.Errorf("offered: %+v", c.Offered)
		}
		return err
	})
}

// TestCompetent: the rules are seeds 000 (where the unit is insured; where the
// household is registered) and 002 (the service point of the insured's agency).
func TestCompetent(t *testing.T) {
	h := openHall(t)
	open := func(kind string, territory ...string) (id string) {
		h.must(func(ctx context.Context, tx store.Tx) error {
			o, err := counter.Open(ctx, tx, counter.NewOffice{Name: kind, Address: "路", Kind: kind, Territory: territory, SlotMinutes: 30, AheadDays: 9, From: tx.Today()})
			if err != nil {
				return err
			}
			id = o.ID
			_, _, err = counter.OpenWindow(ctx, tx, h.days, id, counter.NewWindow{Number: 1, Services: []string{"counter"}, From: tx.Today()})
			return err
		})
		return id
	}
	city, chaoyang, haidian := open("centre", "110000"), open("branch", "110105"), open("branch", "110108")
	h.must(func(ctx context.Context, tx store.Tx) error {
		_, err := counter.RecordPlace(ctx, tx, "e1", "110108", day(h, "2026-01-01"), "登记")
		return err
	})
	for _, c := range []struct {
		name    string
		of      counter.Party
		service string
		offices []string
		here    bool
		missing []string
		rule    string
	}{
		{"an employer: where it is insured, the nearest first", counter.Party{Payer: insurance.Employee, Employer: "e1", Hukou: "110105"}, "counter", []string{haidian, city}, true, nil, "R-BACKPAY-01"},
		{"an employer of which no division is known", counter.Party{Payer: insurance.Employee, Employer: "e2"}, "counter", []string{city}, true, []string{counter.NoPlace}, "R-BACKPAY-01"},
		{"a person alone: where the household is registered", counter.Party{Payer: insurance.Flexible, Hukou: "110105"}, "counter", []string{chaoyang, city}, true, nil, "R-BACKPAY-05"},
		{"registered elsewhere", counter.Party{Payer: insurance.Flexible, Hukou: "310104"}, "counter", nil, false, nil, "R-BACKPAY-05"},
		{"nobody knows where", counter.Party{Payer: insurance.Flexible}, "counter", nil, false, []string{counter.NoHukou}, "R-BACKPAY-05"},
		{"no source says", counter.Party{Payer: insurance.Resident, Hukou: "110105"}, "counter", nil, false, []string{counter.NoRule}, ""},
		{"no office does it", counter.Party{Payer: insurance.Flexible, Hukou: "110105"}, "approval", nil, true, []string{counter.NoOffice}, "R-BACKPAY-05"},
		{"a card: where one is insured", counter.Party{Payer: insurance.Flexible, Hukou: "110105"}, "card_application", nil, true, []string{counter.NoPlace, counter.NoOffice}, "R-CARD-05"},
	} {
		h.must(func(ctx context.Context, tx store.Tx) error {
			got, err := counter.FindCompetent(ctx, tx, h.law, c.service, c.of, "zh")
			var ids []string
			for _, o := range got.Offices {
				ids = append(ids, o.ID)
			}
			if !slices.Equal(ids, c.offices) || got.Here != c.here || !slices.Equal(got.Missing, c.missing) || got.Rule != c.rule || (c.rule != "") != (got.Text != "" && got.Basis != "") {
				t.Errorf("%s: %+v", c.name, got)
			}
			for _, o := range []string{city, chaoyang, haidian} {
				known := len(c.missing) == 0
				if allowed := got.Allows(o) == nil; allowed != (!known || slices.Contains(c.offices, o)) {
					t.Errorf("%s: %s is allowed: %t", c.name, o, allowed)
				}
			}
			return err
		})
	}
	// R-ROUTE-04: what the law calls the counter
	h.must(func(ctx context.Context, tx store.Tx) error {
		got, err := counter.FindCompetent(ctx, tx, h.law, "counter", counter.Party{Payer: insurance.Employee, Employer: "e1"}, "zh")
		if got.Counter != "区社保中心及各分中心业务受理柜台" {
			t.Errorf("the counter is called %q", got.Counter)
		}
		return err
	})
}

// TestServicesOfTheRoutes: each step of a route is done at a counter that a
// window can be opened for, or is known to be done elsewhere.
func TestServicesOfTheRoutes(t *testing.T) {
	elsewhere := []string{"check", "make_up_file", "print_lists", "appointment"} // by the employer, and online
	lib, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, area := range lib.Areas() {
		for _, on := range []string{"2023-06-01", "2026-03-02"} { // both regimes of Beijing
			shown, err := lib.Show(area, day(t, on))
			if err != nil {
				continue // a level that is no area of its own
			}
			for _, list := range shown.Lists {
				for _, row := range list.Rows {
					route, ok := row.Row.(*law.Route)
					if !ok {
						continue
					}
					for _, s := range route.Steps {
						if seen[s.ID] = true; !slices.Contains(counter.Services, s.ID) && !slices.Contains(elsewhere, s.ID) {
							t.Errorf("%s: no window can do the step %s", area, s.ID)
						}
					}
				}
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("only the steps %v were seen", seen)
	}
	for _, s := range counter.Services {
		for _, l := range []string{lang.Chinese, lang.English} {
			if key := "counter.service." + s; lang.Text(l, key, nil) == key {
				t.Errorf("no word for %s in %s", s, l)
			}
		}
	}
}

// TestAnyOrder does things in any order and looks after each: no slot has more
// than its windows, places and appointments agree, nobody waits for what is
// free, and an offer goes to the first whom it suits.
func TestAnyOrder(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { anyOrder(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func anyOrder(t *testing.T, r *rand.Rand) {
	h := openHall(t)
	office, windows := h.office("2026-03-02", "09:00", "10:00", 3, "counter", "counter")
	start := day(t, "2026-03-02")
	today := func() calendar.Date { return books.DateOf(h.clock.Now()) }
	offers, settled := 0, true // settled: the day has been begun since the clock moved
	for step := range 120 {
		var id string
		var known []counter.Booking
		h.must(func(ctx context.Context, tx store.Tx) (err error) {
			known, err = tx.Bookings(ctx, counter.Filter{}, books.Page{Limit: 1000})
			return err
		})
		if len(known) > 0 {
			id = known[r.IntN(len(known))].ID
		}
		on, slot := today()+calendar.Date(r.IntN(4)), []string{"09:00", "09:30"}[r.IntN(2)]
		var offered []counter.Booking
		n := r.IntN(20)
		err := h.do(func(ctx context.Context, tx store.Tx) error {
			var c counter.Changed
			var err error
			offered = nil
			switch {
			case n < 6:
				_, err = counter.Book(ctx, tx, h.days, counter.Ask{Office: office, Service: "counter", Day: on, Slot: slot, Person: fmt.Sprint("p", step)})
			case n < 10:
				c, err = counter.Wait(ctx, tx, h.days, counter.Wish{Office: office, Service: "counter", Earliest: on, Latest: on + calendar.Date(r.IntN(3)), Person: fmt.Sprint("p", step)})
			case n < 12:
				c, err = counter.Move(ctx, tx, h.days, id, on, slot)
			case n < 15:
				c, err = counter.Cancel(ctx, tx, h.days, id, "x")
			case n < 17:
				_, err = counter.Accept(ctx, tx, h.days, id)
			case n < 18:
				_, err = counter.Mark(ctx, tx, h.days, id, r.IntN(2) == 0, "")
			case n < 19:
				var e counter.Ended
				e, err = counter.End(ctx, tx, h.days)
				c.Offered = e.Offered
			default:
				h.clock.Add(24 * time.Hour)
			}
			offered = c.Offered
			return err
		})
		if err != nil && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound {
			t.Fatal(err)
		}
		if err == nil {
			offers += len(offered)
			h.inOrder(known, offered)
		}
		switch {
		case n == 19:
			settled = false
		case n == 18 && err == nil:
			settled = true
		}
		h.hold(office, windows, start, today(), settled)
	}
	if offers == 0 {
		t.Error("nothing was offered: the test sees nothing")
	}
}

// inOrder: nobody who waits before one to whom a place was offered could have
// had it.
func (h *hall) inOrder(before, offered []counter.Booking) {
	h.Helper()
	for _, o := range offered {
		for _, w := range before {
			if w.State != counter.Waiting || w.Queue >= o.Queue || slices.ContainsFunc(offered, func(x counter.Booking) bool { return x.ID == w.ID }) {
				continue
			}
			if now := h.state(w.ID); now.State == counter.Waiting && w.Earliest <= o.Day && o.Day <= w.Latest {
				h.Errorf("%s was offered to number %d, number %d waits for it", o.Day, o.Queue, w.Queue)
			}
		}
	}
}

func (h *hall) hold(office string, windows []string, from, today calendar.Date, settled bool) {
	h.Helper()
	h.must(func(ctx context.Context, tx store.Tx) error {
		seats, err := tx.Seats(ctx, office, from, from+200)
		if err != nil {
			return err
		}
		list, err := tx.Bookings(ctx, counter.Filter{}, books.Page{Limit: 1000})
		at, n := map[string]int{}, 0
		for _, b := range list {
			if !b.State.Seated() {
				continue
			}
			n++
			if at[b.Day.String()+b.Slot]++; at[b.Day.String()+b.Slot] > len(windows) {
				h.Errorf("%s %s: more appointments than windows", b.Day, b.Slot)
			}
			if !slices.Contains(seats, counter.Seat{Window: b.Window, Day: b.Day, Slot: b.Slot, Booking: b.ID}) {
				h.Errorf("%+v has no place", b)
			}
		}
		if n != len(seats) {
			h.Errorf("%d appointments, %d places", n, len(seats))
		}
		if !settled {
			return err
		}
		queue, err2 := tx.Queue(ctx, office)
		free, err3 := counter.Free(ctx, tx, h.days, office, "counter", today, today+3)
		for _, w := range queue {
			for _, s := range free.Slots {
				if w.Earliest <= s.Day && s.Day <= w.Latest {
					h.Errorf("number %d waits, and %s %s is free", w.Queue, s.Day, s.Slot)
				}
			}
		}
		return errors.Join(err, err2, err3)
	})
}
