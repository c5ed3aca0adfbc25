package registry

import (
	"cmp"
	"context"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// ClockState of a term.
type ClockState string

// The states. Whether a term was kept late is read off its days.
const (
	Open ClockState = "open"
	Met  ClockState = "met"
	Void ClockState = "void" // there is nothing to do any more
)

// Clock is a statutory term that runs: what must be done about an object until
// when. There is one of a kind for an object.
type Clock struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"` // name of the duty in the packs
	ObjectKind string        `json:"object_kind"`
	Object     string        `json:"object"`
	StartsOn   calendar.Date `json:"starts_on"` // not counted (R-CAL-01)
	EndsOn     calendar.Date `json:"ends_on"`   // zero: not known, the working days of its year are not published
	State      ClockState    `json:"state"`
	MetOn      calendar.Date `json:"met_on"`
	Stored     []any         `json:"-"`
}

// Late reports whether the term was not kept, as things stand on a day. What
// has no end yet is not late.
func (c Clock) Late(on calendar.Date) bool {
	if c.State == Met {
		on = c.MetOn
	}
	return c.State != Void && c.EndsOn != 0 && on > c.EndsOn
}

// Clocks keeps terms.
type Clocks interface {
	books.Frame
	AddClock(ctx context.Context, c Clock) // one that is there shows as TakenError of clock
	SaveClock(ctx context.Context, c Clock) error
	Clock(ctx context.Context, kind, object string) (Clock, error)
	// Overdue lists open terms that ended before a day, in the order of ids.
	Overdue(ctx context.Context, day calendar.Date, p books.Page) ([]Clock, error)
	// Endless lists open terms whose end is not known yet.
	Endless(ctx context.Context, p books.Page) ([]Clock, error)
}

// Term counts a term that begins after a day. A year without a working-day
// table is a calendar.MissingYearError.
type Term func(from calendar.Date) (calendar.Date, error)

// TermOf is the term of a duty by the packs.
func TermOf(r *law.Reader, d *law.Duty) Term {
	return func(from calendar.Date) (calendar.Date, error) { return d.Ends(r.Workdays(), from) }
}

// end counts a term; zero if a working-day table is missing: nothing is
// guessed, and nobody is turned away because the notice of the State Council is
// not out yet.
func (t Term) end(from calendar.Date) (calendar.Date, error) {
	return calendar.KnownEnd(t(from))
}

// StartClock starts a term about an object.
func StartClock(ctx context.Context, tx Clocks, kind, objectKind, object string, from calendar.Date, term Term) (Clock, error) {
	end, err := term.end(from)
	if err != nil {
		return Clock{}, err
	}
	c := Clock{ID: tx.NewID(), Kind: kind, ObjectKind: objectKind, Object: object, StartsOn: from, EndsOn: end, State: Open}
	tx.AddClock(ctx, c)
	return c, nil
}

// Report is that an employer told the office of something that happened on a
// day: that it was formed, or what changed.
type Report struct {
	Duty   string // name of the duty in the packs
	Object string // the employer, with what tells apart what happened to it
	On     calendar.Date
	Told   calendar.Date // the day of the report; zero: the office date
}

// Reported starts the term that began on the day of what is reported, and ends
// it on the day of the report. It says whether that was too late; a term that was kept leaves no
// clock, and neither does the second report of one thing.
func Reported(ctx context.Context, tx Clocks, r *law.Reader, in Report) (late bool, err error) {
	duty, began := r.Duty(in.Duty, "", in.On)
	if duty == nil {
		return false, nil
	}
	end, err := TermOf(r, duty).end(began)
	if err != nil {
		return false, err
	}
	c := Clock{ID: tx.NewID(), Kind: in.Duty, ObjectKind: "employer", Object: in.Object, StartsOn: began, EndsOn: end, State: Met, MetOn: cmp.Or(in.Told, tx.Today())}
	if end != 0 && !c.Late(tx.Today()) {
		return false, nil
	}
	if _, err := tx.Clock(ctx, in.Duty, in.Object); !errors.Is(err, books.ErrNotFound) {
		return c.Late(tx.Today()), err
	}
	tx.AddClock(ctx, c)
	return c.Late(tx.Today()), nil
}

// StopClock ends the term of a kind about an object: Met on a day, which one
// that runs no more takes no notice of, or Void. None is fine: nothing had to be
// done.
func StopClock(ctx context.Context, tx Clocks, kind, object string, state ClockState, on calendar.Date) (Clock, error) {
	c, err := tx.Clock(ctx, kind, object)
	if errors.Is(err, books.ErrNotFound) {
		return c, nil
	}
	if err != nil || c.State == Void || (state == Met && c.State == Met) {
		return c, err
	}
	c.State, c.MetOn = state, on
	return c, tx.SaveClock(ctx, c)
}

// WindClocks gives an end to terms that had none, once the working days of
// their year are published, and returns how many of a page it wound. The next
// page begins after the id it returns; empty: there is none.
func WindClocks(ctx context.Context, tx Clocks, r *law.Reader, p books.Page) (wound int, next string, err error) {
	open, err := tx.Endless(ctx, p)
	if err != nil {
		return 0, "", err
	}
	for _, c := range open {
		next = c.ID
		d, _ := r.Duty(c.Kind, "", c.StartsOn)
		if d == nil {
			return wound, "", fault.New(fault.Missing, "registry.no_duty", fault.Args{"duty": c.Kind, "day": c.StartsOn.String()})
		}
		if c.EndsOn, err = TermOf(r, d).end(c.StartsOn); err != nil {
			return wound, "", err
		}
		if c.EndsOn == 0 {
			continue
		}
		if err := tx.SaveClock(ctx, c); err != nil {
			return wound, "", err
		}
		wound++
	}
	if len(open) < p.Size() {
		next = ""
	}
	return wound, next, nil
}
