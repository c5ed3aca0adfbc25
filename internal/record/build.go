package record

import (
	"slices"
	"sort"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

type cellKey struct {
	scheme insurance.Scheme
	month  calendar.Month
	area   string
}

// draft gathers the facts of one cell.
type draft struct {
	key      cellKey
	work     *Row   // employment, or the last payment of a flexible payer
	rivals   []*Row // employments that were known on the same day as work
	declared *Row
	paid     []*Row
	benefit  bool
	filled   bool // a month of a flexible payer that no row speaks of
	job      *job

	priced           bool
	owed             Owed
	employer, person money.Fen // paid for this scheme alone
	settled          bool      // paid, whatever it came to
}

// spoken reports whether a row makes the month due or shows it as paid.
func (d *draft) spoken() bool { return d.work != nil || d.declared != nil || len(d.paid) > 0 }

// job is a whole employment: months in a row with one employer, in however
// many rows they came.
type job struct {
	employer string
	last     calendar.Month
	heard    bool // a month of it was declared or paid
}

// track is a scheme in an area.
type track struct {
	scheme insurance.Scheme
	area   string
}

// payday is a day on which a scheme of an area was paid.
type payday struct {
	track
	on calendar.Date
}

// Build makes the grid of a person from rows in any order, as of a day, with
// the facts known on a day. Payments after asOf do not count.
func Build(rows []Row, asOf, knownAt calendar.Date, p Pricer) (*Grid, error) {
	b := &builder{p: p, asOf: asOf, drafts: map[cellKey]*draft{}, lump: map[payday]int{}}
	for _, r := range visible(rows, asOf, knownAt) {
		if err := b.take(r); err != nil {
			return nil, err
		}
	}
	b.fillFlexible()
	keys := make([]cellKey, 0, len(b.drafts))
	for k := range b.drafts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	b.join(keys)
	g := &Grid{AsOf: asOf, drawn: map[drawnKey]bool{}}
	for _, k := range keys {
		d := b.drafts[k]
		if d.benefit {
			g.drawn[drawnKey{k.scheme, k.month}] = true
		}
		c, ok, err := b.cell(d)
		if err != nil {
			return nil, err
		}
		if ok {
			g.Cells = append(g.Cells, c)
		}
	}
	return g, nil
}

func less(a, b cellKey) bool {
	if a.scheme != b.scheme {
		return a.scheme.Index() < b.scheme.Index()
	}
	if a.month != b.month {
		return a.month < b.month
	}
	return a.area < b.area
}

type builder struct {
	p      Pricer
	asOf   calendar.Date
	drafts map[cellKey]*draft
	lump   map[payday]int // months that a day's payments are for
}

// take files a row under its cells. A later employment or declaration of the
// same cell replaces an earlier one; payments add up, but for one that is
// stated again with a later day of knowledge.
func (b *builder) take(r *Row) error {
	for m := r.From; m <= r.To; m++ {
		schemes := []insurance.Scheme{r.Scheme}
		if r.Scheme == 0 {
			var err error
			if schemes, err = b.p.Schemes(r, m); err != nil {
				return err
			}
		}
		for _, s := range schemes {
			b.draft(cellKey{s, m, r.Area}).take(r)
		}
	}
	return nil
}

func (b *builder) draft(k cellKey) *draft {
	d := b.drafts[k]
	if d == nil {
		d = &draft{key: k}
		b.drafts[k] = d
	}
	return d
}

// take files a row; rows come in the order of visible.
func (d *draft) take(r *Row) {
	switch r.Kind {
	case Employment:
		switch {
		case d.work == nil:
		case d.work.KnownOn == r.KnownOn:
			d.rivals = append(d.rivals, d.work)
		default:
			d.rivals = nil
		}
		d.work = r
	case Declared:
		d.declared = r
	case Paid:
		d.paid = append(d.paid, r)
	case Benefit:
		d.benefit = true
	}
}

// span is the time from the first to the last payment of a payer without
// employer in one area.
type span struct {
	first, last calendar.Month
	paid        map[calendar.Month]bool
	like        *Row // the last payment
}

// lastPaid is the last month before m that was paid in the area.
func (x *span) lastPaid(m calendar.Month) calendar.Month {
	for m--; m >= x.first; m-- {
		if x.paid[m] {
			return m
		}
	}
	return 0
}

// fillFlexible opens the months between the first and the last paid month of
// a payer without employer: those that nothing speaks of, here or in another
// area, are gaps (contract, assess).
func (b *builder) fillFlexible() {
	spans := map[track]*span{}
	elsewhere := map[drawnKey]bool{}
	for k, d := range b.drafts {
		if d.spoken() {
			elsewhere[drawnKey{k.scheme, k.month}] = true
		}
		for _, r := range d.paid {
			if r.Payer != insurance.Flexible {
				continue
			}
			t := track{k.scheme, k.area}
			x := spans[t]
			if x == nil {
				x = &span{first: k.month, paid: map[calendar.Month]bool{}}
				spans[t] = x
			}
			x.paid[k.month] = true
			x.first = min(x.first, k.month)
			if k.month >= x.last {
				x.last, x.like = k.month, r
			}
		}
	}
	// a month between the payments of two areas is one gap, in the area that
	// was paid last before it
	where := map[drawnKey]track{}
	for t, x := range spans {
		for m := x.first; m <= x.last; m++ {
			k := drawnKey{t.scheme, m}
			if elsewhere[k] {
				continue
			}
			other, taken := where[k]
			a, b := x.lastPaid(m), calendar.Month(0)
			if taken {
				b = spans[other].lastPaid(m)
			}
			if !taken || a > b || (a == b && t.area < other.area) {
				where[k] = t
			}
		}
	}
	for k, t := range where {
		d := b.draft(cellKey{k.scheme, k.month, t.area})
		d.work, d.filled = spans[t].like, true
	}
}

// join finds the whole employments and the days on which many months were
// paid at once, however the rows were cut. Keys are in order.
func (b *builder) join(keys []cellKey) {
	open := map[track]*job{}
	for _, k := range keys {
		d, t := b.drafts[k], track{k.scheme, k.area}
		d.restate()
		for _, on := range d.paydays() {
			b.lump[payday{t, on}]++
		}
		d.choose()
		if d.work == nil || d.filled {
			continue
		}
		j := open[t]
		if j == nil || j.last+1 != k.month || j.employer != d.work.Employer {
			j = &job{employer: d.work.Employer}
			open[t] = j
		}
		j.last, d.job = k.month, j
		j.heard = j.heard || d.declared != nil || len(d.paid) > 0
	}
}

// restate keeps, of a payment of one day that was stated several times, what
// was known last.
func (d *draft) restate() {
	if len(d.paid) < 2 {
		return
	}
	type payment struct {
		on       calendar.Date
		employer string
	}
	latest := map[payment]calendar.Date{} // a payment without a day is none that can be told again
	for _, r := range d.paid {            // in the order of knowledge
		if r.PaidOn == 0 {
			continue
		}
		latest[payment{r.PaidOn, r.Employer}] = r.KnownOn
	}
	d.paid = slices.DeleteFunc(d.paid, func(r *Row) bool { return r.KnownOn < latest[payment{r.PaidOn, r.Employer}] })
}

// paydays are the days on which something was paid for the month, each once.
func (d *draft) paydays() []calendar.Date {
	var days []calendar.Date
	for _, r := range d.paid {
		if r.PaidOn != 0 {
			days = append(days, r.PaidOn)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// choose prefers, where several employers claim the month, the one that
// declared or paid it: the others owe nothing twice in one area.
func (d *draft) choose() {
	by := ""
	for _, r := range d.paid {
		by = r.Employer
	}
	if d.declared != nil {
		by = d.declared.Employer
	}
	if d.work == nil || by == "" || d.work.Employer == by {
		return
	}
	for _, x := range d.rivals {
		if x.Employer == by {
			d.work = x
		}
	}
}
