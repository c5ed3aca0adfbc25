package record

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// Gap is a run of unpaid months of one scheme in one area with one cause.
type Gap struct {
	Scheme insurance.Scheme `json:"scheme"`
	Area   string           `json:"area"`
	Payer  insurance.Payer  `json:"payer"`
	From   calendar.Month   `json:"from"`
	To     calendar.Month   `json:"to"`
	Months int              `json:"months"`
	Cause  insurance.Cause  `json:"cause"`
	Cells  []*Cell          `json:"-"`
}

// Gaps lists the runs of arrears, by scheme and first month.
func (g *Grid) Gaps() []Gap {
	var out []Gap
	open := map[track]int{} // the run of a scheme and area that may go on
	for i := range g.Cells {
		c := &g.Cells[i]
		if c.Category != Arrears {
			continue
		}
		t := track{c.Scheme, c.Area}
		if n, ok := open[t]; ok {
			last := &out[n]
			if last.Payer == c.Payer && last.Cause == c.Cause && last.To+1 == c.Month {
				last.To, last.Months = c.Month, last.Months+1
				last.Cells = append(last.Cells, c)
				continue
			}
		}
		open[t] = len(out)
		out = append(out, Gap{c.Scheme, c.Area, c.Payer, c.Month, c.Month, 1, c.Cause, []*Cell{c}})
	}
	return out
}

// Months folds the cells of a scheme by month: a month that is paid in two
// areas counts once (R-BACKPAY-13).
func (g *Grid) Months(s insurance.Scheme) Track {
	t := Track{}
	for i := range g.Cells {
		c := &g.Cells[i]
		v := 0
		switch {
		case c.Scheme != s:
		case c.Category == Deferred:
			v = held
		case c.Category == Backpay:
			v = late
		case c.Paid():
			v = onTime
		}
		if v > t[c.Month] {
			t[c.Month] = v
		}
	}
	return t
}

// Track is what one scheme counts: the paid months, in time or later.
type Track map[calendar.Month]int

// A deferred month is not paid and counts no month, but it is shown as paid in
// time while the policy lasts, so it breaks no run (R-DEFER-05).
const (
	held   = 1
	late   = 2
	onTime = 3
)

// Pay adds a month that is made up.
func (t Track) Pay(m calendar.Month) {
	t[m] = max(t[m], late)
}

// PayInTime adds a month that is paid when it is due.
func (t Track) PayInTime(m calendar.Month) { t[m] = onTime }

// Clone copies the track.
func (t Track) Clone() Track {
	out := make(Track, len(t))
	for m, v := range t {
		out[m] = v
	}
	return out
}

// Cumulative counts the paid months (累计缴费月数).
func (t Track) Cumulative() int {
	n := 0
	for _, v := range t {
		if v != held {
			n++
		}
	}
	return n
}

// OnTime counts the months that were paid in time.
func (t Track) OnTime() int {
	n := 0
	for _, v := range t {
		if v == onTime {
			n++
		}
	}
	return n
}

// Continuous counts the run of paid months that ends with last (连续缴费月数).
// Up to tolerance unpaid months in a row do not break the run and do not
// count; made-up months count or are unpaid, as countsBackpay says.
func (t Track) Continuous(last calendar.Month, tolerance int, countsBackpay bool) int {
	n, hole := 0, 0
	first := last
	for m := range t {
		first = min(first, m)
	}
	for m := last; m >= first; m-- {
		v := t[m]
		if v == onTime || v == held || (v == late && countsBackpay) {
			n++
			hole = 0
			continue
		}
		if hole++; hole > tolerance {
			break
		}
	}
	return n
}
