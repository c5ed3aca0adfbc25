package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/counter"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

// caseVisits are the commands about appointments.
func (a *app) caseVisits() *cobra.Command {
	hall := a.deskCommand("case.visit.hall", a.openHall)
	hall.Use, hall.Args = "hall FILE", words(1, 1, "FILE")
	slots := a.deskCommand("case.visit.slots", a.freeSlots, flag{name: "service"}, flag{name: "from"}, flag{name: "to"})
	slots.Use, slots.Args = "slots OFFICE", words(1, 1, "OFFICE")
	at := []flag{{name: "day"}, {name: "slot"}}
	book := a.deskCommand("case.visit.book", a.bookVisit, append([]flag{{name: "service"}, {name: "case"}, {name: "employer"}, {name: "person"}}, at...)...)
	book.Use, book.Args = "book OFFICE", words(1, 1, "OFFICE")
	move := a.deskCommand("case.visit.move", a.moveVisit, at...)
	move.Use, move.Args = "move BOOKING", words(1, 1, "BOOKING")
	cancel := a.deskCommand("case.visit.cancel", a.cancelVisit, flag{name: "reason"})
	cancel.Use, cancel.Args = "cancel BOOKING", words(1, 1, "BOOKING")
	return a.subgroup("case.visit", hall, slots, book, move, cancel)
}

// hall is an office as a file describes it.
type hall struct {
	Office  counter.NewOffice   `json:"office"`
	Windows []counter.NewWindow `json:"windows"`
	Hours   []counter.NewHours  `json:"hours"`
}

// openHall opens an office with its windows and hours.
func (a *app) openHall(ctx context.Context, x *args, d *desk, q office.Request) error {
	in, err := described[hall](a, x.words[0])
	if err != nil {
		return err
	}
	ref, err := d.OpenOffice(ctx, q, in.Office)
	if err != nil {
		return err
	}
	for _, w := range in.Windows {
		if _, err := d.OpenWindow(ctx, q, ref.ID, w); err != nil {
			return err
		}
	}
	for _, h := range in.Hours {
		if _, err := d.OpenHours(ctx, q, ref.ID, h); err != nil {
			return err
		}
	}
	return a.show(ref, func(p *page) { p.say("cli.case.visit.hall.done", fault.Args{"id": ref.ID}) })
}

func (a *app) freeSlots(ctx context.Context, x *args, d *desk, q office.Request) error {
	x.need("service")
	ask := office.SlotQuery{Office: x.words[0], Service: x.text("service"), From: x.date("from"), To: x.date("to")}
	if x.err != nil {
		return x.err
	}
	got, err := d.FreeSlots(ctx, q, ask)
	if err != nil {
		return err
	}
	return a.show(got, func(p *page) {
		var rows [][]string
		for _, s := range got.Slots {
			rows = append(rows, []string{s.Day.String(), s.Slot, strconv.Itoa(s.Free)})
		}
		p.table("llr", p.heads("cli.case.visit.head.", "day", "slot", "free"), rows)
	})
}

func (a *app) bookVisit(ctx context.Context, x *args, d *desk, q office.Request) error {
	x.need("service", "day", "slot")
	in := counter.Ask{Office: x.words[0], Service: x.text("service"), Day: x.date("day"), Slot: x.text("slot"), Person: x.text("person"), Employer: x.text("employer"), Case: x.text("case")}
	if x.err != nil {
		return x.err
	}
	got, err := d.Book(ctx, q, in)
	return a.booked(got, err)
}

func (a *app) moveVisit(ctx context.Context, x *args, d *desk, q office.Request) error {
	x.need("day", "slot")
	day := x.date("day")
	if x.err != nil {
		return x.err
	}
	got, err := d.MoveBooking(ctx, q, x.words[0], day, x.text("slot"))
	return a.booked(got.Booking, err)
}

func (a *app) cancelVisit(ctx context.Context, x *args, d *desk, q office.Request) error {
	if x.need("reason"); x.err != nil {
		return x.err
	}
	got, err := d.CancelBooking(ctx, q, x.words[0], x.text("reason"))
	return a.booked(got.Booking, err)
}

// booked says what an appointment is now.
func (a *app) booked(b counter.Booking, err error) error {
	if err != nil {
		return err
	}
	return a.show(b, func(p *page) {
		key := "cli.case.visit.at"
		if b.State == counter.Cancelled {
			key = "cli.case.visit.off"
		}
		p.say(key, fault.Args{"id": b.ID, "day": b.Day.String(), "slot": b.Slot, "number": b.Number})
	})
}
