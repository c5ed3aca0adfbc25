package httpapi

import (
	"bujiao/internal/calendar"
	"bujiao/internal/counter"
	"bujiao/internal/insurance"
	"bujiao/internal/office"
)

func listOffices(c *call, in *listIn) (*Page[counter.Office], error) {
	list, err := c.office().ServiceOffices(c.ctx, c.ask(in.Area, ""), in.page())
	return paged(c, in.Paged, list, func(o counter.Office) string { return o.ID }), err
}

type oneIn struct {
	InArea
	OfID
}

func showOffice(c *call, in *oneIn) (office.ServiceOffice, error) {
	return c.office().ServiceOffice(c.ctx, c.ask(in.Area, ""), in.ID)
}

type openOfficeIn struct {
	Keyed
	Doc[counter.NewOffice]
}

func openOffice(c *call, in *openOfficeIn) (office.Ref, error) {
	return c.office().OpenOffice(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type changeOfficeIn struct {
	Edit
	OfID
	Doc[counter.OfficeChange]
}

func changeOffice(c *call, in *changeOfficeIn) (counter.Rearranged, error) {
	return c.office().ChangeOffice(c.ctx, in.ask(c), in.ID, in.value)
}

type openWindowIn struct {
	Keyed
	OfID
	Doc[counter.NewWindow]
}

func openWindow(c *call, in *openWindowIn) (office.OpenedPart, error) {
	return c.office().OpenWindow(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value)
}

type openHoursIn struct {
	Keyed
	OfID
	Doc[counter.NewHours]
}

func openHours(c *call, in *openHoursIn) (office.OpenedPart, error) {
	return c.office().OpenHours(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value)
}

type endPartIn struct {
	Keyed
	OfID
	Doc[EndRequest]
}

func endWindow(c *call, in *endPartIn) (counter.Rearranged, error) {
	return c.office().EndWindow(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Day, in.value.Reason)
}

func endHours(c *call, in *endPartIn) (counter.Rearranged, error) {
	return c.office().EndHours(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Day, in.value.Reason)
}

type recordPlaceIn struct {
	Keyed
	OfEmployer
	Doc[office.NewPlace]
}

func recordPlace(c *call, in *recordPlaceIn) (office.Ref, error) {
	return c.office().RecordPlace(c.ctx, c.ask(in.Area, in.Key), in.Employer, in.value)
}

type slotsIn struct {
	InArea
	OfID
	Service string `query:"service" required:"true" maxLength:"40"`
	From    string `query:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	To      string `query:"to" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func listSlots(c *call, in *slotsIn) (counter.FreeSlots, error) {
	from, err := day("from", in.From)
	if err != nil {
		return counter.FreeSlots{}, err
	}
	to, err := day("to", in.To)
	if err != nil {
		return counter.FreeSlots{}, err
	}
	return c.office().FreeSlots(c.ctx, c.ask(in.Area, ""), office.SlotQuery{Office: in.ID, Service: in.Service, From: from, To: to})
}

type competentIn struct {
	Reading
	Service  string `query:"service" required:"true" maxLength:"40"`
	Person   string `query:"person" maxLength:"64"`
	Employer string `query:"employer" maxLength:"64"`
	Payer    string `query:"payer" enum:"employee,flexible,resident" doc:"in which capacity; left out: as the enrolments say"`
}

func findCompetent(c *call, in *competentIn) (counter.Competent, error) {
	return c.office().Competent(c.ctx, in.ask(c), office.CompetentQuery{Service: in.Service, Person: in.Person, Employer: in.Employer, Payer: insurance.Payer(in.Payer), Lang: c.lang})
}

type bookIn struct {
	Keyed
	Doc[counter.Ask]
}

func book(c *call, in *bookIn) (counter.Booking, error) {
	return c.office().Book(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type queueIn struct {
	Keyed
	Doc[counter.Wish]
}

func joinQueue(c *call, in *queueIn) (counter.Booking, error) {
	out, err := c.office().Wait(c.ctx, c.ask(in.Area, in.Key), in.value)
	return out.Booking, err
}

type bookingsIn struct {
	Reading
	Paged
	Person   string `query:"person" maxLength:"64"`
	Employer string `query:"employer" maxLength:"64"`
	Case     string `query:"case" maxLength:"64"`
	Office   string `query:"office" maxLength:"64"`
	Service  string `query:"service" maxLength:"40"`
	State    string `query:"state" enum:"waiting,offered,booked,kept,missed,cancelled,lapsed"`
	Day      string `query:"day" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func listBookings(c *call, in *bookingsIn) (*Page[counter.Booking], error) {
	on, err := day("day", in.Day)
	if err != nil {
		return nil, err
	}
	list, err := c.office().Bookings(c.ctx, in.ask(c), counter.Filter{Person: in.Person, Employer: in.Employer, Case: in.Case, Office: in.Office, Service: in.Service,
		State: counter.State(in.State), Day: on}, in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(b counter.Booking) string { return b.ID }), nil
}

func showBooking(c *call, in *readIn) (counter.Booking, error) {
	return c.office().Booking(c.ctx, in.ask(c), in.ID)
}

// NewSlot is where an appointment is moved to.
type NewSlot struct {
	Day  calendar.Date `json:"day"`
	Slot string        `json:"slot"`
}

type moveBookingIn struct {
	Keyed
	OfID
	Doc[NewSlot]
}

// moveBooking tells the asker of its own appointment alone: to whom the place
// was offered is not theirs to know.
func moveBooking(c *call, in *moveBookingIn) (counter.Booking, error) {
	out, err := c.office().MoveBooking(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Day, in.value.Slot)
	return out.Booking, err
}

// WhyRequest gives a reason.
type WhyRequest struct {
	Reason string `json:"reason"`
}

type cancelBookingIn struct {
	Keyed
	OfID
	Doc[WhyRequest]
}

func cancelBooking(c *call, in *cancelBookingIn) (counter.Booking, error) {
	out, err := c.office().CancelBooking(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Reason)
	return out.Booking, err
}

type acceptIn struct {
	Keyed
	OfID
}

func acceptOffer(c *call, in *acceptIn) (counter.Booking, error) {
	out, err := c.office().AcceptOffer(c.ctx, c.ask(in.Area, in.Key), in.ID)
	return out.Booking, err
}

// CameRequest says whether somebody came.
type CameRequest struct {
	Came   bool   `json:"came"`
	Reason string `json:"reason,omitempty"`
}

type markIn struct {
	Keyed
	OfID
	Doc[CameRequest]
}

func markBooking(c *call, in *markIn) (counter.Booking, error) {
	out, err := c.office().MarkBooking(c.ctx, c.ask(in.Area, in.Key), in.ID, in.value.Came, in.value.Reason)
	return out.Booking, err
}
