package report

import (
	"fmt"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

// The drawing of the price of waiting, in its own units. Everything is counted
// in whole numbers; amounts are never divided but for a place on the paper.
const (
	curveWidth, curveHeight = 360, 216
	curveLeft, curveRight   = 58, 336
	curveTop, curveBottom   = 26, 176
	labelGap                = 74 // least distance between two labels
)

// curve is the price of waiting as a drawing and as a table.
type curve struct {
	Width, Height int
	Left, Right   int
	Bottom        int
	TickX, TextX  int
	DayY          int
	Desc          string
	Total, Fee    string // points of the two lines
	Marks         []curveMark
	Ticks         []curveTick
	Rows          []curveRow
	Flat          bool // waiting costs nothing more in the days shown
}

// curveMark is a day on the curve. Labels are empty where they would overlap.
type curveMark struct {
	X, TotalY, FeeY           int
	TotalLabel, FeeLabel, Day string
	FeeLabelY                 int
	Anchor                    string // start, middle, end
}

type curveTick struct {
	Y     int
	Label string
}

type curveRow struct{ Day, Fee, Total string }

// curve draws the points that are known; nil if fewer than two are.
func (s *speech) curve(points []assess.Point) *curve {
	var known []assess.Point
	c := &curve{Width: curveWidth, Height: curveHeight, Left: curveLeft, Right: curveRight, Bottom: curveBottom, TickX: curveLeft - 4, TextX: curveLeft - 8, DayY: curveBottom + 18}
	top := money.Fen(0)
	for _, p := range points {
		c.Rows = append(c.Rows, curveRow{p.Day.String(), s.amount(p.LateFee), s.amount(p.Total)})
		if p.Total != nil && p.LateFee != nil && *p.Total >= 0 && *p.Total <= money.MaxFen {
			known = append(known, p)
			top = max(top, *p.Total)
		}
	}
	if len(known) < 2 || known[0].Day >= known[len(known)-1].Day || top == 0 {
		return nil
	}
	step := niceStep(top)
	limit := (top + step - 1) / step * step
	y := func(v money.Fen) int { return curveBottom - int(v*(curveBottom-curveTop)/limit) }
	for v := money.Fen(0); v <= limit; v += step {
		c.Ticks = append(c.Ticks, curveTick{y(v), group(strconv.FormatInt(int64(v)/100, 10))})
	}
	first, last := known[0], known[len(known)-1]
	span := int(last.Day - first.Day)
	var total, fee []string
	for _, p := range known {
		m := curveMark{X: curveLeft + int(p.Day-first.Day)*(curveRight-curveLeft)/span, TotalY: y(*p.Total), FeeY: y(*p.LateFee)}
		total = append(total, fmt.Sprintf("%d,%d", m.X, m.TotalY))
		fee = append(fee, fmt.Sprintf("%d,%d", m.X, m.FeeY))
		c.Marks = append(c.Marks, m)
	}
	c.Total, c.Fee = strings.Join(total, " "), strings.Join(fee, " ")
	c.label(s, known)
	c.Flat = *first.Total == *last.Total
	c.Desc = s.say("report.curve_in_words", args{"first": first.Day.String(), "total": s.amount(first.Total), "last": last.Day.String(), "later": s.amount(last.Total)})
	return c
}

// label writes the amounts at both ends, and between them where there is room.
func (c *curve) label(s *speech, known []assess.Point) {
	n := len(known) - 1
	at := -labelGap
	for i := range c.Marks {
		m := &c.Marks[i]
		room := m.X-at >= labelGap && c.Marks[n].X-m.X >= labelGap
		if i != 0 && i != n && !room {
			continue
		}
		at = m.X
		m.Anchor = "middle"
		switch i {
		case 0:
			m.Anchor = "start"
		case n:
			m.Anchor = "end"
		}
		m.TotalLabel, m.FeeLabel, m.Day = s.amount(known[i].Total), s.amount(known[i].LateFee), known[i].Day.Month().String()
		m.FeeLabelY = m.FeeY + 16
		if m.FeeLabelY > curveBottom-3 {
			m.FeeLabelY = m.FeeY - 8
		}
	}
}

// niceStep is 1, 2 or 5 times a power of ten yuan, so that three to six steps
// reach the amount; never less than a yuan.
func niceStep(top money.Fen) money.Fen {
	for unit := money.Fen(100); ; unit *= 10 {
		for _, k := range []money.Fen{1, 2, 5} {
			if unit*k*5 >= top {
				return unit * k
			}
		}
	}
}
