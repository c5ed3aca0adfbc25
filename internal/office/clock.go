package office

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// Head is the area of what belongs to the office as a whole, such as its date.
const Head = "000000"

// maxGap is how many days the office date moves on by itself at once. A wall
// clock that is further ahead is believed only when a person says so.
const maxGap = 92

// Clock gives the office date (业务日期): the day on the wall in China, moved by
// the days that an operator has played ahead. It never goes back: if the wall
// does, it stands still. It is kept in the books, so that all servers have the
// same one; each reads it anew at every poll.
type Clock struct {
	now func() time.Time
	mu  sync.Mutex
	date
}

// date is what the books keep of the clock.
type date struct {
	Begun calendar.Date `json:"begun"` // the last day that was begun
	Ahead int           `json:"ahead"` // days before the wall
}

const dateSetting = "office_date"

// NewClock is a clock on a wall that has not read the books yet.
func NewClock(now func() time.Time) *Clock { return &Clock{now: now} }

// Today is the office date.
func (c *Clock) Today() calendar.Date {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.today()
}

func (c *Clock) today() calendar.Date {
	if day := c.wall(); !c.jumped() && day > c.Begun {
		return day
	}
	return c.Begun
}

func (c *Clock) wall() calendar.Date { return books.DateOf(c.now()) + calendar.Date(c.Ahead) }

func (c *Clock) jumped() bool { return c.Begun != 0 && c.wall() > c.Begun+maxGap }

// Jumped reports whether the wall is so far ahead that the office date waits
// for a person to set it.
func (c *Clock) Jumped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jumped()
}

// Read reads the clock from the books.
func (c *Clock) Read(ctx context.Context, s store.Store) error {
	return s.View(ctx, Head, func(tx store.Tx) error {
		_, err := c.read(ctx, tx)
		return err
	})
}

func (c *Clock) read(ctx context.Context, tx store.Settings) (was string, err error) {
	was, err = tx.Setting(ctx, dateSetting)
	if err != nil || was == "" {
		return was, err
	}
	var d date
	if err := json.Unmarshal([]byte(was), &d); err != nil {
		return "", fault.Wrap(fault.Invalid, "office.date_damaged", nil, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.date = d
	return was, nil
}

// Begin begins the office date, if it is a new one.
func (c *Clock) Begin(ctx context.Context, s store.Store) error {
	if err := c.Read(ctx, s); err != nil {
		return err
	}
	c.mu.Lock()
	begun, day := c.Begun, c.today()
	c.mu.Unlock()
	if day <= begun {
		return nil
	}
	return c.write(ctx, s, func(d date) (date, error) { return date{max(day, d.Begun), d.Ahead}, nil })
}

// Set moves the office date to a day; never back, but for books in which no day
// was begun yet.
func (c *Clock) Set(ctx context.Context, s store.Store, day calendar.Date) error {
	return c.write(ctx, s, func(was date) (date, error) {
		if now := c.today(); was.Begun != 0 && day < now {
			return date{}, fault.New(fault.Invalid, "office.date_back", fault.Args{"today": now.String(), "day": day.String()})
		}
		return date{day, int(day - books.DateOf(c.now()))}, nil
	})
}

// write changes what the books keep; next is called with the clock locked.
func (c *Clock) write(ctx context.Context, s store.Store, next func(date) (date, error)) error {
	var written date
	err := s.Update(ctx, Head, func(tx store.Tx) error {
		was, err := c.read(ctx, tx)
		if err != nil {
			return err
		}
		c.mu.Lock()
		old := c.date
		written, err = next(old)
		c.mu.Unlock()
		if err != nil {
			return err
		}
		data, err := json.Marshal(written)
		if err != nil {
			return err
		}
		if written.Ahead != old.Ahead {
			tx.Audit(ctx, audit.Line{Action: "clock.set", Kind: "setting", Object: dateSetting, Before: was, After: string(data)})
		}
		return tx.SetSetting(ctx, dateSetting, was, string(data))
	})
	if err == nil {
		c.mu.Lock()
		c.date = written
		c.mu.Unlock()
	}
	return err
}
