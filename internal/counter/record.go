package counter

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// NewOffice is what an office is opened with.
type NewOffice struct {
	Name        string        `json:"name"`
	Address     string        `json:"address"`
	Kind        string        `json:"kind"`
	Territory   []string      `json:"territory"`
	SlotMinutes int           `json:"slot_minutes"`
	AheadDays   int           `json:"ahead_days"`
	OfferDays   int           `json:"offer_days"`
	From        calendar.Date `json:"from"`
}

// OfficeChange changes an office; what is nil stays.
type OfficeChange struct {
	Name      *string        `json:"name,omitempty"`
	Address   *string        `json:"address,omitempty"`
	Territory *[]string      `json:"territory,omitempty"`
	AheadDays *int           `json:"ahead_days,omitempty"`
	OfferDays *int           `json:"offer_days,omitempty"`
	To        *calendar.Date `json:"to,omitempty"` // last day
	Reason    string         `json:"reason"`
}

// Bounds of an office.
const (
	maxAhead   = 366
	maxOffer   = 30
	maxWindows = 200
	maxHours   = 500
)

func invalid(what string) error {
	return fault.New(fault.Invalid, "counter.bad_field", fault.Args{"field": what})
}

// check names the first field of an office that has no meaning.
func (o Office) check() error {
	switch {
	case !isName(o.Name):
		return invalid("name")
	case !isName(o.Address):
		return invalid("address")
	case !slices.Contains(Kinds, o.Kind):
		return invalid("kind")
	case len(o.Territory) == 0 || len(o.Territory) > 100 || slices.ContainsFunc(o.Territory, func(d string) bool { return !isDivision(d) }):
		return invalid("territory")
	case o.SlotMinutes < 5 || o.SlotMinutes > 60 || 60%o.SlotMinutes != 0:
		return invalid("slot_minutes")
	case o.AheadDays < 1 || o.AheadDays > maxAhead:
		return invalid("ahead_days")
	case o.OfferDays < 0 || o.OfferDays > maxOffer:
		return invalid("offer_days")
	case o.From == 0:
		return invalid("from")
	case o.To != 0 && o.To < o.From:
		return invalid("to")
	}
	return nil
}

func isName(s string) bool {
	return strings.TrimSpace(s) != "" && len(s) <= 200 && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// isDivision reports whether a text has the form of a code of GB/T 2260.
func isDivision(s string) bool { return len(s) == 6 && strings.Trim(s, "0123456789") == "" }

// Open opens an office. Its territory lies in the area of the transaction.
func Open(ctx context.Context, tx Records, in NewOffice) (Office, error) {
	o := Office{ID: tx.NewID(), Name: in.Name, Address: in.Address, Kind: in.Kind, Territory: in.Territory, SlotMinutes: in.SlotMinutes, AheadDays: in.AheadDays,
		OfferDays: in.OfferDays, From: in.From, ChangedAt: tx.At()}
	if err := o.checkIn(tx.Area()); err != nil {
		return o, err
	}
	tx.AddServiceOffice(ctx, o)
	return o, nil
}

func (o Office) checkIn(area string) error {
	if err := o.check(); err != nil {
		return err
	}
	for _, d := range o.Territory {
		if !Covers(area, d) {
			return fault.New(fault.Invalid, "counter.not_in_area", fault.Args{"division": d, "area": area})
		}
	}
	return nil
}

// Rearranged is what a change of an office, its windows or its hours does:
// appointments whose place is no more, to be moved or cancelled by a person, and
// places that were offered.
type Rearranged struct {
	Stranded []Booking `json:"stranded"`
	Offered  []Booking `json:"offered"`
}

// Change changes an office.
func Change(ctx context.Context, tx Desk, days Days, o Office, in OfficeChange) (Office, Rearranged, error) {
	set(&o.Name, in.Name)
	set(&o.Address, in.Address)
	set(&o.Territory, in.Territory)
	set(&o.AheadDays, in.AheadDays)
	set(&o.OfferDays, in.OfferDays)
	set(&o.To, in.To)
	if o.ChangedAt = tx.At(); o.To != 0 && o.To < tx.Today() {
		return o, Rearranged{}, invalid("to")
	}
	if err := o.checkIn(tx.Area()); err != nil {
		return o, Rearranged{}, err
	}
	if err := lock(ctx, tx, o.ID); err != nil {
		return o, Rearranged{}, err
	}
	if err := tx.SaveServiceOffice(ctx, o); err != nil {
		return o, Rearranged{}, err
	}
	r, err := rearrange(ctx, tx, days, o.ID)
	return o, r, err
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// NewWindow is what a window is opened with.
type NewWindow struct {
	Number   int           `json:"number"`
	Services []string      `json:"services"`
	From     calendar.Date `json:"from"`
}

// OpenWindow opens a window of an office.
func OpenWindow(ctx context.Context, tx Desk, days Days, office string, in NewWindow) (Window, Rearranged, error) {
	if err := lock(ctx, tx, office); err != nil {
		return Window{}, Rearranged{}, err
	}
	w := Window{ID: tx.NewID(), Office: office, Number: in.Number, Services: in.Services, From: in.From}
	switch {
	case w.Number < 1 || w.Number > 999:
		return w, Rearranged{}, invalid("number")
	case len(w.Services) == 0 || len(w.Services) > len(Services) || slices.ContainsFunc(w.Services, func(s string) bool { return !slices.Contains(Services, s) }):
		return w, Rearranged{}, fault.New(fault.Invalid, "counter.unknown_service", fault.Args{"services": strings.Join(Services, ", ")})
	case w.From < tx.Today():
		return w, Rearranged{}, invalid("from")
	}
	there, err := tx.ServiceWindows(ctx, office, tx.Today())
	if err != nil {
		return w, Rearranged{}, err
	}
	if len(there) >= maxWindows {
		return w, Rearranged{}, fault.New(fault.Conflict, "counter.too_many", nil)
	}
	for _, x := range there {
		if x.Number == w.Number && (x.To == 0 || x.To >= w.From) {
			return w, Rearranged{}, fault.New(fault.Conflict, "counter.window_exists", nil)
		}
	}
	tx.AddServiceWindow(ctx, w)
	r, err := rearrange(ctx, tx, days, office)
	return w, r, err
}

// EndWindow closes a window after its last day, which is not before today.
func EndWindow(ctx context.Context, tx Desk, days Days, id string, last calendar.Date) (Window, Rearranged, error) {
	w, err := tx.ServiceWindow(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		err = fault.Wrap(fault.NotFound, "counter.no_window", nil, err)
	}
	if err != nil {
		return w, Rearranged{}, err
	}
	if err := lock(ctx, tx, w.Office); err != nil {
		return w, Rearranged{}, err
	}
	if last < max(tx.Today(), w.From) || (w.To != 0 && last > w.To) {
		return w, Rearranged{}, invalid("day")
	}
	w.To = last
	if err := tx.SaveServiceWindow(ctx, w); err != nil {
		return w, Rearranged{}, err
	}
	r, err := rearrange(ctx, tx, days, w.Office)
	return w, r, err
}

// NewHours is what hours are entered with.
type NewHours struct {
	Kind   HoursKind     `json:"kind"`
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to"`
	Opens  string        `json:"opens,omitempty"`
	Closes string        `json:"closes,omitempty"`
	Reason string        `json:"reason,omitempty"`
}

// OpenHours enters hours of an office, or that it is closed.
func OpenHours(ctx context.Context, tx Desk, days Days, office string, in NewHours) (Hours, Rearranged, error) {
	if err := lock(ctx, tx, office); err != nil {
		return Hours{}, Rearranged{}, err
	}
	o, err := tx.ServiceOffice(ctx, office)
	if err != nil {
		return Hours{}, Rearranged{}, err
	}
	h := Hours{ID: tx.NewID(), Office: office, Kind: in.Kind, From: in.From, To: in.To, Opens: in.Opens, Closes: in.Closes, Reason: in.Reason}
	if err := h.check(o, tx.Today()); err != nil {
		return h, Rearranged{}, err
	}
	there, err := tx.ServiceHours(ctx, office, tx.Today())
	if err != nil {
		return h, Rearranged{}, err
	}
	if len(there) >= maxHours {
		return h, Rearranged{}, fault.New(fault.Conflict, "counter.too_many", nil)
	}
	tx.AddServiceHours(ctx, h)
	r, err := rearrange(ctx, tx, days, office)
	return h, r, err
}

func (h Hours) check(o Office, today calendar.Date) error {
	allDay := h.Kind == Closed && h.Opens == "" && h.Closes == ""
	switch {
	case h.Kind != Working && h.Kind != Extra && h.Kind != Closed:
		return invalid("kind")
	case h.From < today:
		return invalid("from")
	case (h.To != 0 && h.To < h.From) || (h.To == 0 && h.Kind != Working):
		return invalid("to")
	case !allDay && (!isClock(h.Opens) || minutes(h.Opens)%o.SlotMinutes != 0):
		return invalid("opens")
	case !allDay && (!isClock(h.Closes) || minutes(h.Closes)%o.SlotMinutes != 0 || h.Closes <= h.Opens):
		return invalid("closes")
	case len(h.Reason) > 200 || (h.Reason != "" && !isName(h.Reason)) || (h.Kind == Closed && h.Reason == ""):
		return invalid("reason")
	}
	return nil
}

// EndHours ends hours after their last day; the day before the first takes them
// back.
func EndHours(ctx context.Context, tx Desk, days Days, id string, last calendar.Date) (Hours, Rearranged, error) {
	h, err := tx.ServiceHoursOf(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		err = fault.Wrap(fault.NotFound, "counter.no_hours", nil, err)
	}
	if err != nil {
		return h, Rearranged{}, err
	}
	if err := lock(ctx, tx, h.Office); err != nil {
		return h, Rearranged{}, err
	}
	if last < tx.Today()-1 || last < h.From-1 || (h.To != 0 && last > h.To) {
		return h, Rearranged{}, invalid("day")
	}
	h.To = last
	if err := tx.SaveServiceHours(ctx, h); err != nil {
		return h, Rearranged{}, err
	}
	r, err := rearrange(ctx, tx, days, h.Office)
	return h, r, err
}

// rearrange lists the appointments of an office whose place is no more, and
// offers what has become free.
func rearrange(ctx context.Context, tx Desk, days Days, office string) (Rearranged, error) {
	out := Rearranged{Stranded: []Booking{}, Offered: []Booking{}}
	p, err := planOf(ctx, tx, days, office, tx.Today(), tx.Today()+maxAhead)
	if err != nil {
		return out, err
	}
	for at, id := range p.taken {
		if p.past(at.day, at.slot) {
			continue
		}
		b, err := Find(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if !b.State.Live() {
			continue
		}
		stands, err := p.stands(b)
		if err != nil && fault.KindOf(err) != fault.Missing { // what was booked before the table went away stands
			return out, err
		}
		if err == nil && !stands {
			out.Stranded = append(out.Stranded, b)
		}
	}
	slices.SortFunc(out.Stranded, func(a, b Booking) int {
		return strings.Compare(a.Day.String()+a.Number+a.ID, b.Day.String()+b.Number+b.ID)
	})
	offered, err := Serve(ctx, tx, days, office)
	out.Offered = append(out.Offered, offered...)
	return out, err
}
