package town

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/office"
)

// Config says which town is played.
type Config struct {
	Seed    uint64
	Persons int
	Years   int
	First   calendar.Month // first fee month; zero: 2016-01
	Areas   []string       // where it lies; empty: Beijing and Shanghai
	Cases   int            // of each kind over the years
}

// Tally counts what happened.
type Tally map[string]int

// Town is a town that is being played. It is for one goroutine.
type Town struct {
	Config
	Count Tally
	// Refusals counts what cases were refused, by kind, event and reason.
	Refusals Tally
	office   *office.Office
	clock    *Clock
	night    func(context.Context, calendar.Date) error
	draw     makers
	firms    []*firm
	people   []*citizen
	banks    map[string]*bank // by area and clearing class
	acts     map[calendar.Date][]act
	last     calendar.Date
	serial   int
	court    court
	owed     []arrears.Debt            // on the first of the month
	closed   map[string]calendar.Month // the last closed month, by area
}

// act is something that happens on a day.
type act func(context.Context) error

// New makes a town over an office whose store runs by the clock. Night, if any,
// is called at the end of every day: the office's own jobs.
func New(o *office.Office, clock *Clock, c Config, night func(context.Context, calendar.Date) error) (*Town, error) {
	if c.Persons < 1 || c.Persons > 1_000_000 || c.Years < 1 || c.Years > 60 {
		return nil, fault.New(fault.Invalid, "town.size", nil)
	}
	if c.First == 0 {
		c.First = calendar.NewMonth(2016, 1)
	}
	if len(c.Areas) == 0 {
		c.Areas = []string{"110000", "310000"}
	}
	t := &Town{Config: c, Count: Tally{}, Refusals: Tally{}, office: o, clock: clock, night: night, draw: makers{Rand: rand.New(rand.NewPCG(c.Seed, 63))},
		banks: map[string]*bank{}, acts: map[calendar.Date][]act{}, closed: map[string]calendar.Month{}}
	if err := t.lawful(); err != nil {
		return nil, err
	}
	if err := t.openDockets(); err != nil {
		return nil, err
	}
	return t, t.settle()
}

// lawful sees that the law of the first and the last month is known, before
// anything is booked.
func (t *Town) lawful() error {
	for _, area := range t.Areas {
		book, err := t.office.Laws.Book(area)
		if err != nil {
			return err
		}
		wage := money.Fen(10_000_00)
		for _, m := range []calendar.Month{t.First, t.First.Add(12*t.Years - 1)} {
			due, err := assess.NewDue(book.Read(0, false), assess.DueRequest{Area: area, Month: m, Wage: &wage, Injury: assess.Injury{Class: 1},
				Payer: law.Payer{Kind: insurance.Employee, UnitType: insurance.MicroSmallMedium}})
			if err != nil {
				return err
			}
			if len(due.Missing) > 0 {
				return fault.New(fault.Missing, "town.no_law", fault.Args{"area": area, "month": m.String(), "parameter": due.Missing[0].Parameter})
			}
		}
	}
	return nil
}

// settle fills the town: two thirds live in its first area.
func (t *Town) settle() error {
	firms := max(2*len(t.Areas), t.Persons/12)
	if t.Cases > 0 { // many employers to have cases, each with few people
		firms = max(firms, t.Persons/5)
	}
	for i := range firms {
		f, err := t.draw.firm(t.home(i))
		if err != nil {
			return err
		}
		t.firms = append(t.firms, f)
	}
	for i := range t.Persons {
		born := t.First.Add(-12*(19+t.draw.IntN(41))-t.draw.IntN(12)).First() + calendar.Date(t.draw.IntN(28))
		p, err := t.draw.citizen(t.home(i), born)
		if err != nil {
			return err
		}
		p.idle = t.draw.IntN(4)
		if t.draw.IntN(20) == 0 {
			p.alone = true
		}
		if t.draw.IntN(60) == 0 {
			p.passport, p.alone = fmt.Sprintf("M00%06d", 100000+i), false
		}
		t.people = append(t.people, p)
	}
	return nil
}

func (t *Town) home(i int) string {
	if i%3 < 2 || len(t.Areas) == 1 {
		return t.Areas[0]
	}
	return t.Areas[1+i/3%(len(t.Areas)-1)]
}

// Play plays the years day by day. Each, if any, is told the end of every month.
func (t *Town) Play(ctx context.Context, each func(calendar.Month, Tally)) error {
	t.last = t.First.Add(12*t.Years + 1).Last() // the last fee month is collected in the month after it
	for _, f := range t.firms {
		t.clock.begin(t.First.First())
		if err := t.found(ctx, f); err != nil {
			return err
		}
	}
	for day := t.First.First(); day <= t.last; day++ {
		t.clock.begin(day)
		if m := day.Month(); day == m.First() {
			if err := t.month(ctx, m); err != nil {
				return fmt.Errorf("%s: %w", m, err)
			}
		}
		for len(t.acts[day]) > 0 { // an act may ask for another one today
			list := t.acts[day]
			t.acts[day] = nil
			for _, a := range list {
				if err := a(ctx); err != nil {
					return fmt.Errorf("%s: %w", day, err)
				}
			}
		}
		delete(t.acts, day)
		if err := t.cases(ctx, day); err != nil {
			return fmt.Errorf("%s: %w", day, err)
		}
		if t.night != nil {
			t.clock.evening(day)
			if err := t.night(ctx, day); err != nil {
				return fmt.Errorf("night of %s: %w", day, err)
			}
		}
		if m := day.Month(); each != nil && day == m.Last() {
			each(m, t.Count)
		}
	}
	return t.endCases(ctx)
}

// on plans an act; what lies behind happens today, what lies past the end never.
func (t *Town) on(day calendar.Date, a act) {
	if today := t.clock.Today(); day < today {
		day = today
	}
	t.acts[day] = append(t.acts[day], a)
}

// chance is true n times in a thousand.
func (t *Town) chance(n int) bool { return t.draw.IntN(1000) < n }

// as asks for an operation in a role; every request has a key of its own.
func (t *Town) as(role access.Role, area string) office.Request {
	t.serial++
	purpose := map[access.Role]access.Purpose{access.Clerk: access.Service, access.Reviewer: access.Review}[role]
	return office.Request{Actor: access.Actor{ID: "town-" + string(role), Role: role, Areas: []string{area}}, Area: area, Purpose: purpose, Key: fmt.Sprintf("town-%d-%d", t.Seed, t.serial)}
}

// Clock is the town's clock: it moves a second at each look, so that moments
// rise, and jumps to the next morning when a day begins.
type Clock struct {
	micros atomic.Int64
	start  calendar.Date
}

// NewClock is a clock that stands on the eve of a town's first month.
func NewClock(first calendar.Month) *Clock {
	if first == 0 {
		first = calendar.NewMonth(2016, 1)
	}
	c := &Clock{}
	c.set(first.First()-1, 9)
	return c
}

func (c *Clock) set(day calendar.Date, hour int) {
	y, m, d := day.Civil()
	c.micros.Store(time.Date(y, time.Month(m), d, hour, 0, 0, 0, books.China).UnixMicro())
}

// begin moves to the morning of a day, never back.
func (c *Clock) begin(day calendar.Date) {
	if day > c.Today() {
		c.set(day, 9)
	}
}

// evening moves to the evening of a day.
func (c *Clock) evening(day calendar.Date) {
	y, m, d := day.Civil()
	if at := time.Date(y, time.Month(m), d, 20, 0, 0, 0, books.China).UnixMicro(); at > c.micros.Load() {
		c.micros.Store(at)
	}
}

// Now is the next moment.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Add(1000)) }

// Today is the day.
func (c *Clock) Today() calendar.Date { return books.DateOf(time.UnixMicro(c.micros.Load())) }

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// IDs makes ids that a seed determines, of the form of the store's own.
func IDs(seed uint64) func(time.Time) string {
	var n atomic.Uint64
	return func(now time.Time) string {
		var b [15]byte
		binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
		binary.BigEndian.PutUint64(b[6:14], seed<<40|n.Add(1))
		return crockford.EncodeToString(b[:])
	}
}

// Keys is an endless stream of bytes that a seed determines, for the keys of a
// played office.
func Keys(seed uint64) io.Reader { return &keys{seed: seed} }

type keys struct {
	seed, n uint64
	rest    []byte
}

func (k *keys) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		sum := sha256.Sum256(fmt.Appendf(nil, "town %d %d", k.seed, k.n))
		k.rest, k.n = sum[:], k.n+1
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}

// Kinds lists what was counted, in order.
func (c Tally) Kinds() []string {
	var out []string
	for k := range c {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
