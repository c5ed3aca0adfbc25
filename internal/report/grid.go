package report

import (
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// The picture of months: a block for each year, a row for each scheme, a cell
// for each month. Lengths are in units of the drawing.
const (
	cellSize  = 25
	cellLabel = 66 // width of the scheme names
	cellTop   = 24 // height of the row with the months
)

// yearGrid is the block of one year.
type yearGrid struct {
	Year   int
	Width  int
	Height int
	Desc   string // the block in words
	Months []gridText
	Rows   []gridRow
}

// gridRow is one scheme of a year.
type gridRow struct {
	Label string
	Y     int // of the label's baseline
	Cells []gridCell
}

// gridCell is one month. Category names the sign to draw; Letter tells kinds
// of back-pay apart.
type gridCell struct {
	X, Y     int
	Category record.Category
	Letter   string
	Title    string
}

type gridText struct {
	X    int
	Text string
}

// categoryRank decides which of two areas' months is drawn: what needs action
// goes before what does not.
var categoryRank = []record.Category{record.Arrears, record.Deferred, record.NotDue, record.Backpay, record.Exempt, record.Normal}

// years draws the months of a history; schemes and years that have none are
// left out.
func (s *speech) years(cells []record.Cell) []yearGrid {
	type place struct {
		scheme insurance.Scheme
		month  calendar.Month
	}
	at := map[place][]*record.Cell{}
	schemes, years := map[insurance.Scheme]bool{}, map[int]bool{}
	for i := range cells {
		c := &cells[i]
		p := place{c.Scheme, c.Month}
		at[p] = append(at[p], c)
		schemes[c.Scheme], years[c.Month.Year()] = true, true
	}
	var order []int
	for y := range years {
		order = append(order, y)
	}
	slices.Sort(order)
	var out []yearGrid
	for _, y := range order {
		g := yearGrid{Year: y, Width: cellLabel + 12*cellSize + 2}
		for m := 1; m <= 12; m++ {
			g.Months = append(g.Months, gridText{cellLabel + (m-1)*cellSize + cellSize/2, strconv.Itoa(m)})
		}
		counts := []string{}
		for _, x := range insurance.Schemes {
			if !schemes[x] {
				continue
			}
			row := gridRow{Label: s.name("short", x.String()), Y: cellTop + len(g.Rows)*cellSize + 17}
			n := map[record.Category]int{}
			for m := 1; m <= 12; m++ {
				here := at[place{x, calendar.NewMonth(y, m)}]
				if len(here) == 0 {
					continue
				}
				c := s.cell(here)
				c.X, c.Y = cellLabel+(m-1)*cellSize, cellTop+len(g.Rows)*cellSize
				n[c.Category]++
				row.Cells = append(row.Cells, c)
			}
			if words := s.rowWords(n); words != "" {
				counts = append(counts, s.scheme(x)+" "+words)
			}
			if len(row.Cells) > 0 {
				g.Rows = append(g.Rows, row)
			}
		}
		g.Height = cellTop + len(g.Rows)*cellSize + 2
		g.Desc = s.say("report.year_in_words", args{"year": strconv.Itoa(y), "counts": strings.Join(counts, s.t("semicolon"))})
		out = append(out, g)
	}
	return out
}

// rowWords counts the months of a scheme and year by category.
func (s *speech) rowWords(n map[record.Category]int) string {
	var words []string
	for _, c := range categoryRank {
		if n[c] > 0 {
			words = append(words, s.name("category", string(c))+" "+strconv.Itoa(n[c]))
		}
	}
	return s.list(words)
}

// cell draws the months of one scheme in all areas as one cell.
func (s *speech) cell(here []*record.Cell) gridCell {
	best := here[0]
	title := ""
	for _, c := range here {
		if slices.Index(categoryRank, c.Category) < slices.Index(categoryRank, best.Category) {
			best = c
		}
		if title != "" {
			title += "\n"
		}
		title += s.cellTitle(c, len(here) > 1)
	}
	out := gridCell{Category: best.Category, Title: title}
	if best.Category == record.Backpay {
		out.Letter = s.name("letter", best.Kind)
	}
	return out
}

// cellTitle says what a cell shows, with what was due and paid.
func (s *speech) cellTitle(c *record.Cell, areas bool) string {
	what := s.name("category", string(c.Category))
	var more []string
	if c.Kind != "" {
		more = append(more, s.name("kind", c.Kind))
	}
	if c.Cause != "" {
		more = append(more, s.cause(c.Cause))
	}
	if c.PaidOn != 0 {
		more = append(more, s.say("report.paid_on", args{"day": c.PaidOn.String()}))
	}
	if areas {
		more = append(more, c.Area)
	}
	if len(more) > 0 {
		what += s.say("report.in_brackets", args{"text": s.list(more)})
	}
	text := s.say("report.cell", args{"month": c.Month.String(), "scheme": s.scheme(c.Scheme), "what": what})
	if c.Category == record.Arrears || c.Category == record.Deferred {
		text = s.sentences(text, s.say("report.cell_due", args{"due": s.both(c.EmployerDue, c.PersonDue), "paid": s.both(&c.EmployerPaid, &c.PersonPaid)}))
	}
	return text
}

// both writes two shares as a sum.
func (s *speech) both(employer, person *money.Fen) string {
	return s.amount(employer) + " + " + s.amount(person)
}

// legendItem explains one sign.
type legendItem struct {
	Category record.Category
	Letter   string
	Text     string
}

// legend explains the signs that occur in the cells.
func (s *speech) legend(cells []record.Cell) []legendItem {
	kinds, have := map[string]bool{}, map[record.Category]bool{}
	for i := range cells {
		have[cells[i].Category] = true
		if cells[i].Category == record.Backpay {
			kinds[cells[i].Kind] = true
		}
	}
	var out []legendItem
	for _, c := range []record.Category{record.Normal, record.Arrears, record.Backpay, record.Deferred, record.Exempt, record.NotDue} {
		if !have[c] {
			continue
		}
		if c != record.Backpay {
			out = append(out, legendItem{c, "", s.name("legend", string(c))})
			continue
		}
		for _, k := range []string{record.KindInterruption, record.KindLumpSum, record.KindBaseDiff, record.KindPolicy, record.KindBankRetry} {
			if kinds[k] {
				out = append(out, legendItem{c, s.name("letter", k), s.name("legend", string(c)) + s.t("colon") + s.name("kind", k)})
			}
		}
	}
	return out
}
