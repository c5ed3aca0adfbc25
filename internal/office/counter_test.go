package office_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	hall "bujiao/internal/counter"
	"bujiao/internal/insurance"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// openHall opens a centre for a district that is open on working days from nine
// to ten, with one window.
func (c *counter) openHall(territory string) string {
	c.t.Helper()
	ref, err := c.OpenOffice(c.t.Context(), c.clerk, hall.NewOffice{Name: "中心", Address: "路1号", Kind: "centre", Territory: []string{territory}, SlotMinutes: 30, AheadDays: 14, OfferDays: 1, From: c.day("2026-03-02")})
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = c.OpenWindow(c.t.Context(), c.clerk, ref.ID, hall.NewWindow{Number: 1, Services: []string{"counter"}, From: c.day("2026-03-02")})
	_, err2 := c.OpenHours(c.t.Context(), c.clerk, ref.ID, hall.NewHours{Kind: hall.Working, From: c.day("2026-03-02"), Opens: "09:00", Closes: "10:00"})
	if err != nil || err2 != nil {
		c.t.Fatal(err, err2)
	}
	return ref.ID
}

// told lists the topics of what a person or an employer was told.
func (c *counter) told(to string) (topics []string) {
	c.t.Helper()
	storetest.View(c.t, c.Store, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Messages(ctx, []string{to}, "", books.Page{})
		for _, m := range list {
			topics = append(topics, m.Topic)
		}
		return err
	})
	return topics
}

// A person alone books where the household is registered, an employer where it
// is insured (seed 000); each sees its own.
func TestBookForOneself(t *testing.T) {
	c := newCounter(t)
	chaoyang, haidian := c.openHall("110105"), c.openHall("110108")
	person := c.person(number("110105", "1990-01-01", 1))
	employer := office.Ref{ID: "e"}
	hukou := "110105"
	if _, err := c.ChangePerson(t.Context(), c.clerk, person, registry.PersonChange{From: c.day("2026-01-01"), HukouArea: &hukou, Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Enrol(t.Context(), c.clerk, registry.NewEnrolment{Person: person, Payer: insurance.Flexible, Scheme: insurance.Pension, From: c.day("2026-03-01").Month()}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.RecordPlace(t.Context(), c.clerk, employer.ID, office.NewPlace{Division: "110108", From: c.day("2026-01-01"), Reason: "登记"}); err != nil {
		t.Fatal(err)
	}
	own := as(access.Actor{ID: "i", Role: access.Insured, Areas: []string{storetest.Area}, Person: person})
	agent := c.agent
	agent.Actor.Employer = employer.ID
	ask := hall.Ask{Service: "counter", Day: c.day("2026-03-04"), Slot: "09:30"}
	at := func(o string) hall.Ask { a := ask; a.Office = o; return a }

	found, err := c.Competent(t.Context(), own, office.CompetentQuery{Service: "counter", Lang: "zh"})
	if err != nil || len(found.Offices) != 1 || found.Offices[0].ID != chaoyang || found.Payer != insurance.Flexible || found.Division != "110105" {
		t.Errorf("competent: %+v %v", found, err)
	}
	if _, err := c.Book(t.Context(), own, at(haidian)); key(err) != "counter.not_competent" {
		t.Errorf("a person books elsewhere: %v", err)
	}
	keyed := own
	keyed.Key = "k"
	b, err := c.Book(t.Context(), keyed, at(chaoyang))
	again, err2 := c.Book(t.Context(), keyed, at(chaoyang))
	if err != nil || err2 != nil || b.ID != again.ID || b.Person != person || b.Employer != "" {
		t.Fatalf("%+v, again %+v: %v %v", b, again, err, err2)
	}
	if _, err := c.Book(t.Context(), agent, at(chaoyang)); key(err) != "counter.not_competent" {
		t.Errorf("an employer books elsewhere: %v", err)
	}
	e, err := c.Book(t.Context(), agent, at(haidian))
	if err != nil || e.Employer != employer.ID || e.Person != "" {
		t.Fatalf("%+v: %v", e, err)
	}
	for name, err := range map[string]error{
		"a stranger's person":    refusal(c.Book(t.Context(), agent, hall.Ask{Office: haidian, Service: "counter", Day: ask.Day, Slot: "09:00", Person: person})),
		"an employer's for it":   refusal(c.Book(t.Context(), own, hall.Ask{Office: haidian, Service: "counter", Day: ask.Day, Slot: "09:00", Employer: employer.ID})),
		"the other's, moved":     refusal(c.MoveBooking(t.Context(), own, e.ID, ask.Day, "09:00")),
		"the other's, cancelled": refusal(c.CancelBooking(t.Context(), agent, b.ID, "x")),
		"the other's, read":      refusal(c.Booking(t.Context(), own, e.ID)),
		"none":                   refusal(c.Booking(t.Context(), own, "none")),
	} {
		if key(err) != "access.not_yours" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Book(t.Context(), own, hall.Ask{Office: chaoyang, Service: "counter", Day: ask.Day, Slot: "09:00", Case: "another's"}); key(err) != "counter.not_your_case" {
		t.Errorf("a case that is none: %v", err)
	}
	mine, err := c.Bookings(t.Context(), own, hall.Filter{}, books.Page{})
	if err != nil || len(mine) != 1 || mine[0].ID != b.ID {
		t.Errorf("own: %+v %v", mine, err)
	}
	if _, err := c.MarkBooking(t.Context(), own, b.ID, true, ""); key(err) != "access.forbidden" {
		t.Errorf("one marks oneself: %v", err)
	}
	if got := c.told("person/" + person); len(got) != 1 || got[0] != "visit.booked" {
		t.Errorf("told %v", got)
	}
	if got := c.told("employer/" + employer.ID); len(got) != 1 || got[0] != "visit.booked" {
		t.Errorf("told %v", got)
	}
}

func refusal[T any](_ T, err error) error { return err }

// Who waits is told of the place that a cancellation frees; a night ends what
// nobody kept or took.
func TestWaitAndNight(t *testing.T) {
	c := newCounter(t)
	office := c.openHall(storetest.Area)
	people := []string{c.person(number("110105", "1990-01-01", 1)), c.person(number("110105", "1991-01-01", 1)), c.person(number("110105", "1992-01-01", 1))}
	var made []hall.Booking
	for i, slot := range []string{"09:00", "09:30"} {
		b, err := c.Book(t.Context(), c.clerk, hall.Ask{Office: office, Service: "counter", Day: c.day("2026-03-03"), Slot: slot, Person: people[i]})
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, b)
	}
	w, err := c.Wait(t.Context(), c.clerk, hall.Wish{Office: office, Service: "counter", Earliest: c.day("2026-03-03"), Latest: c.day("2026-03-03"), Person: people[2]})
	if err != nil || w.Booking.State != hall.Waiting {
		t.Fatalf("%+v %v", w, err)
	}
	if _, err := c.CancelBooking(t.Context(), c.clerk, made[0].ID, "不来了"); err != nil {
		t.Fatal(err)
	}
	if got := c.told("person/" + people[2]); len(got) != 1 || got[0] != "visit.offered" {
		t.Errorf("who waits was told %v", got)
	}
	if got := c.told("person/" + people[0]); !slices.Contains(got, "visit.cancelled") {
		t.Errorf("who cancelled was told %v", got)
	}
	c.clock.Add(48 * time.Hour)
	for range 2 { // a second time changes nothing
		if err := c.EndVisits(t.Context(), storetest.Area); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]hall.State{made[0].ID: hall.Cancelled, made[1].ID: hall.Missed, w.Booking.ID: hall.Lapsed} {
		if b, err := c.Booking(t.Context(), c.clerk, id); err != nil || b.State != want {
			t.Errorf("%+v %v, want %s", b, err, want)
		}
	}
}
