package counter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// Days knows the working days; law.Reader.Workdays does.
type Days interface {
	Worked(calendar.Date) (bool, error)
}

// place is where and when somebody can be received.
type place struct {
	window string
	day    calendar.Date
	slot   string
}

// plan is an office with its windows, hours and taken places, from a day on.
type plan struct {
	office  Office
	windows []Window // by number
	hours   []Hours
	taken   map[place]string // the booking
	days    Days
	today   calendar.Date
	now     string // HH:MM, empty where the office date is not the day on the wall
	open    map[calendar.Date][]string
}

// planOf reads the plan of an office with the places that are taken on days
// from..to.
func planOf(ctx context.Context, tx Desk, days Days, office string, from, to calendar.Date) (*plan, error) {
	o, err := tx.ServiceOffice(ctx, office)
	if errors.Is(err, books.ErrNotFound) {
		return nil, fault.Wrap(fault.NotFound, "counter.no_office", nil, err)
	}
	if err != nil {
		return nil, err
	}
	p := &plan{office: o, days: days, today: tx.Today(), taken: map[place]string{}, open: map[calendar.Date][]string{}}
	if at := tx.At().Time(); books.DateOf(at) == p.today {
		p.now = at.Format("15:04")
	}
	if p.windows, err = tx.ServiceWindows(ctx, office, from); err != nil {
		return nil, err
	}
	if p.hours, err = tx.ServiceHours(ctx, office, from); err != nil {
		return nil, err
	}
	seats, err := tx.Seats(ctx, office, from, to)
	for _, s := range seats {
		p.taken[place{s.Window, s.Day, s.Slot}] = s.Booking
	}
	return p, err
}

// holds reports whether something that goes from a day to another, zero without
// end, is in force.
func holds(from, to, day calendar.Date) bool { return from <= day && (to == 0 || day <= to) }

// slots are those in which the office is open on a day.
func (p *plan) slots(day calendar.Date) ([]string, error) {
	if list, ok := p.open[day]; ok || !holds(p.office.From, p.office.To, day) {
		return list, nil
	}
	var open, shut []Hours
	for _, h := range p.hours {
		if !holds(h.From, h.To, day) {
			continue
		}
		switch h.Kind {
		case Closed:
			shut = append(shut, h)
		case Working:
			worked, err := p.days.Worked(day)
			var missing calendar.MissingYearError
			if errors.As(err, &missing) {
				return nil, fault.Wrap(fault.Missing, "counter.no_calendar", fault.Args{"year": fmt.Sprint(missing.Year)}, err)
			}
			if err != nil {
				return nil, err
			}
			if worked {
				open = append(open, h)
			}
		case Extra:
			open = append(open, h)
		}
	}
	list := []string{}
	for _, h := range open {
		for at := minutes(h.Opens); at+p.office.SlotMinutes <= minutes(h.Closes); at += p.office.SlotMinutes {
			if s := clock(at); !slices.ContainsFunc(shut, func(c Hours) bool { return c.covers(at, p.office.SlotMinutes) }) {
				list = append(list, s)
			}
		}
	}
	slices.Sort(list)
	p.open[day] = slices.Compact(list)
	return p.open[day], nil
}

// covers reports whether hours touch a slot; without times they are all day.
func (h Hours) covers(at, length int) bool {
	return h.Opens == "" || (at < minutes(h.Closes) && minutes(h.Opens) < at+length)
}

// past reports whether a slot has begun. Where the office date is played ahead
// of the wall the time of day says nothing.
func (p *plan) past(day calendar.Date, slot string) bool {
	return day < p.today || (day == p.today && p.now != "" && slot <= p.now)
}

// serving lists the windows that serve on a day.
func (p *plan) serving(service string, day calendar.Date) []Window {
	var out []Window
	for _, w := range p.windows {
		if slices.Contains(w.Services, service) && holds(w.From, w.To, day) {
			out = append(out, w)
		}
	}
	return out
}

// free finds the first window with a free place in a slot.
func (p *plan) free(service string, day calendar.Date, slot string) (Window, bool) {
	for _, w := range p.serving(service, day) {
		if _, taken := p.taken[place{w.ID, day, slot}]; !taken {
			return w, true
		}
	}
	return Window{}, false
}

// stands reports whether a place is still one: its office open, its window
// there and doing the service.
func (p *plan) stands(b Booking) (bool, error) {
	open, err := p.slots(b.Day)
	if err != nil || !slices.Contains(open, b.Slot) {
		return false, err
	}
	return slices.ContainsFunc(p.serving(b.Service, b.Day), func(w Window) bool { return w.ID == b.Window }), nil
}

// minutes reads HH:MM, which was checked when it came in.
func minutes(s string) int {
	var h, m int
	if _, err := fmt.Sscanf(s, "%02d:%02d", &h, &m); err != nil {
		return 0
	}
	return h*60 + m
}

func clock(at int) string { return fmt.Sprintf("%02d:%02d", at/60, at%60) }

// isClock reports whether a text is a time of day.
func isClock(s string) bool {
	at := minutes(s)
	return len(s) == 5 && at >= 0 && at < 24*60 && clock(at) == s
}

// ticket is the number somebody is called by; no two of a day at an office are
// the same, since no two have the same slot and window.
func ticket(slot string, w Window) string {
	return fmt.Sprintf("%s-%02d", strings.ReplaceAll(slot, ":", ""), w.Number)
}

// FreeSlot is a slot with free places.
type FreeSlot struct {
	Day  calendar.Date `json:"day"`
	Slot string        `json:"slot"`
	Free int           `json:"free"`
}

// FreeSlots are the slots of a service with free places. Missing are the years
// of the span whose working days are not known: nothing is said of their days.
type FreeSlots struct {
	Slots   []FreeSlot `json:"slots"`
	Missing []int      `json:"missing_calendar,omitempty"`
}

// Free lists the slots of a service on days from..to that can be booked today;
// zero from is today, zero to as far ahead as can be booked.
func Free(ctx context.Context, tx Desk, days Days, office, service string, from, to calendar.Date) (FreeSlots, error) {
	out := FreeSlots{Slots: []FreeSlot{}}
	o, err := tx.ServiceOffice(ctx, office)
	if errors.Is(err, books.ErrNotFound) {
		return out, fault.Wrap(fault.NotFound, "counter.no_office", nil, err)
	}
	if err != nil {
		return out, err
	}
	last := tx.Today() + calendar.Date(o.AheadDays)
	if from = max(from, tx.Today()); to == 0 || to > last {
		to = last
	}
	p, err := planOf(ctx, tx, days, office, from, to)
	if err != nil {
		return out, err
	}
	for day := from; day <= to; day++ {
		open, err := p.slots(day)
		var missing calendar.MissingYearError
		if errors.As(err, &missing) {
			if !slices.Contains(out.Missing, missing.Year) {
				out.Missing = append(out.Missing, missing.Year)
			}
			continue
		}
		if err != nil {
			return out, err
		}
		windows := p.serving(service, day)
		for _, slot := range open {
			n := 0
			for _, w := range windows {
				if _, taken := p.taken[place{w.ID, day, slot}]; !taken {
					n++
				}
			}
			if n > 0 && !p.past(day, slot) {
				out.Slots = append(out.Slots, FreeSlot{day, slot, n})
			}
		}
	}
	return out, nil
}
