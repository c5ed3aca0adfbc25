package pdf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/piglig/go-qr"
	"github.com/signintech/gopdf"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/paper"
)

// layout gives everything its place.
func (d *drawing) layout() error {
	d.newPage()
	if err := d.head(); err != nil {
		return err
	}
	for _, b := range d.page.Blocks {
		if err := d.block(b); err != nil {
			return err
		}
	}
	return d.feet()
}

// head puts title and number beside the code.
func (d *drawing) head() error {
	if err := d.code(d.wide-margin-codeSize, 40); err != nil {
		return err
	}
	const size, line = 20.0, 28.0
	middle := d.wide - 2*(margin+codeSize) - 8 // between the code and the same on its other side
	lines, err := d.wrap(d.page.Title, size, middle, 0)
	if err != nil {
		return err
	}
	d.y = 62
	for _, l := range lines {
		w, err := d.width(l, size)
		if err != nil {
			return err
		}
		d.text((d.wide-w)/2, d.y, size, 0, l)
		d.y += line
	}
	d.y = max(d.y, 40+codeSize) + 10
	number := d.page.Number
	if d.page.Copies != "" {
		d.text(margin, d.y, 10.5, 0, d.page.Copies)
	}
	w, err := d.width(number, 10.5)
	if err != nil {
		return err
	}
	d.text(d.wide-margin-w, d.y, 10.5, 0, number)
	d.y += 24
	return nil
}

// code puts the QR code, module by module.
func (d *drawing) code(x, y float64) error {
	qr, err := go_qr.EncodeText(d.page.Code, go_qr.Medium)
	if err != nil {
		return fault.Wrap(fault.Internal, "paper.bad_code", nil, err)
	}
	n := qr.Size()
	m := codeSize / float64(n)
	d.put(func(g *gopdf.GoPdf) error {
		g.SetFillColor(0, 0, 0)
		for row := range n {
			for col := 0; col < n; col++ {
				from := col
				for col < n && qr.Module(col, row) {
					col++
				}
				if col > from {
					g.RectFromUpperLeftWithStyle(x+float64(from)*m, y+float64(row)*m, float64(col-from)*m, m*1.02, "F")
				}
			}
		}
		return nil
	})
	return nil
}

func (d *drawing) block(b paper.Block) error {
	switch {
	case b.Heading != "":
		d.room(3 * bodyLine)
		d.y += 6
		return d.paragraph(b.Heading, 13.5, 24, 0)
	case b.Line != "":
		return d.paragraph(b.Line, bodySize, bodyLine, 0)
	case b.Text != "":
		indent := 0.0
		if d.page.Lang == lang.Chinese {
			indent = 2 * bodySize
		}
		return d.paragraph(b.Text, bodySize, bodyLine, indent)
	case len(b.Form) > 0:
		return d.form(b.Form)
	case b.Table != nil:
		return d.table(b.Table)
	case len(b.Seals) > 0:
		return d.seals(b.Seals)
	case len(b.Signs) > 0:
		return d.signs(b.Signs)
	}
	for i, item := range b.List {
		if err := d.paragraph(strconv.Itoa(i+1)+". "+item, bodySize, bodyLine, 2*bodySize); err != nil {
			return err
		}
	}
	return nil
}

func (d *drawing) paragraph(text string, size, line, indent float64) error {
	lines, err := d.wrap(text, size, d.inner, indent)
	if err != nil {
		return err
	}
	for i, l := range lines {
		d.room(line)
		x := margin
		if i == 0 {
			x += indent
		}
		d.text(x, d.y, size, 0, l)
		d.y += line
	}
	d.y += 4
	return nil
}

const (
	cellSize = 10.0
	cellLine = 14.0
	cellPad  = 4.0
)

// cell is a text in a box of a row.
type cell struct {
	x, w  float64
	text  string
	right bool
	fill  bool
	lines []string
}

// row breaks the texts of boxes that stand beside each other into lines, and
// parts the row where it is higher than a page has room for.
func (d *drawing) row(cells []cell, size, room float64) (parts [][]cell, err error) {
	for i := range cells {
		if cells[i].lines, err = d.wrap(cells[i].text, size, cells[i].w-2*cellPad, 0); err != nil {
			return nil, err
		}
	}
	most := int((room - rowHigh(0)) / cellLine)
	for more := true; more; {
		more = false
		part := slices.Clone(cells)
		for i, c := range cells {
			n := min(most, len(c.lines))
			part[i].lines, cells[i].lines = c.lines[:n], c.lines[n:]
			more = more || n < len(c.lines)
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// rowHigh is how high a row of so many lines is.
func rowHigh(lines int) float64 { return float64(lines)*cellLine + 2*cellPad - 2 }

// high is how high the boxes of a row are, all the same.
func high(cells []cell) float64 {
	n := 1
	for _, c := range cells {
		n = max(n, len(c.lines))
	}
	return rowHigh(n)
}

func (d *drawing) putRow(cells []cell, size float64) error {
	h := high(cells)
	for _, c := range cells {
		d.box(c.x, d.y, c.w, h, c.fill)
		y := d.y + cellPad
		for _, l := range c.lines {
			x := c.x + cellPad
			if c.right {
				w, err := d.width(l, size)
				if err != nil {
					return err
				}
				x = c.x + c.w - cellPad - w
			}
			d.text(x, y, size, 0, l)
			y += cellLine
		}
	}
	d.y += h
	return nil
}

// form puts labels and values, two in a row.
func (d *drawing) form(cells []paper.Cell) error {
	label := 0.19 * d.inner
	var rows [][]cell
	half := false // the last row has room for another
	for _, c := range cells {
		value := d.inner - label
		if !c.Wide {
			value = d.inner/2 - label
		}
		x := margin
		if half && !c.Wide {
			x += d.inner / 2
		} else {
			rows = append(rows, nil)
		}
		half = !c.Wide && !half
		last := len(rows) - 1
		rows[last] = append(rows[last], cell{x: x, w: label, text: c.Label, fill: true}, cell{x: x + label, w: value, text: c.Value})
	}
	for _, r := range rows {
		if last := &r[len(r)-1]; len(r) == 2 { // nothing beside it
			last.w = d.inner - label
		}
		parts, err := d.row(r, cellSize, d.whole())
		if err != nil {
			return err
		}
		for _, part := range parts {
			d.room(high(part))
			if err := d.putRow(part, cellSize); err != nil {
				return err
			}
		}
	}
	d.y += 10
	return nil
}

// table puts a table; its header stands again on each page.
func (d *drawing) table(t *paper.Table) error {
	size := cellSize
	if len(t.Head) > 7 {
		size = 8.5
	}
	sum := 0
	for _, w := range t.Width {
		sum += w
	}
	line := func(texts []string, fill, head bool) []cell {
		x, out := margin, make([]cell, len(texts))
		for i, s := range texts {
			w := d.inner * float64(t.Width[i]) / float64(sum)
			out[i] = cell{x: x, w: w, text: s, right: t.Right[i] && !head, fill: fill}
			x += w
		}
		return out
	}
	heads, err := d.row(line(t.Head, true, true), size, d.whole())
	if err != nil {
		return err
	}
	head := heads[0]
	var rows [][]cell
	for i := range len(t.Rows) + 1 {
		texts := t.Sum
		if i < len(t.Rows) {
			texts = t.Rows[i]
		}
		if texts == nil {
			continue // no sum
		}
		parts, err := d.row(line(texts, i == len(t.Rows), false), size, d.whole()-high(head))
		if err != nil {
			return err
		}
		rows = append(rows, parts...)
	}
	for i, r := range rows {
		need := high(r)
		if i == 0 {
			need += high(head)
		}
		if fresh := d.room(need); fresh || i == 0 {
			if err := d.putRow(head, size); err != nil {
				return err
			}
		}
		if err := d.putRow(r, size); err != nil {
			return err
		}
	}
	d.y += 10
	return nil
}

// seals puts boxes for seals side by side, to the right where there is one.
func (d *drawing) seals(texts []string) error {
	const w, least, gap, line = 170.0, 84.0, 16.0, 18.0
	const inARow = 2
	for start := 0; start < len(texts); start += inARow {
		row, h := make([][]string, 0, inARow), least
		for _, text := range texts[start:min(start+inARow, len(texts))] {
			lines, err := d.wrap(text, 11, w-16, 0)
			if err != nil {
				return err
			}
			row, h = append(row, lines), max(h, line*float64(len(lines)+1)) // long names of agencies stay inside
		}
		d.room(h + 12)
		d.y += 8
		x := d.wide - margin - w
		for i := len(row) - 1; i >= 0; i-- {
			if len(row) == inARow && i == 0 {
				x = margin
			}
			if err := d.seal(row[i], x, w, h); err != nil {
				return err
			}
			x -= w + gap
		}
		d.y += h + 8
	}
	return nil
}

func (d *drawing) seal(lines []string, x, w, h float64) error {
	y := d.y
	d.put(func(g *gopdf.GoPdf) error {
		g.SetLineWidth(0.6)
		g.SetLineType("dashed")
		g.SetStrokeColor(150, 150, 150)
		g.RectFromUpperLeftWithStyle(x, y, w, h, "D")
		g.SetLineType("solid")
		return nil
	})
	at := y + (h-float64(len(lines))*18)/2
	for _, l := range lines {
		wide, err := d.width(l, 11)
		if err != nil {
			return err
		}
		d.text(x+(w-wide)/2, at, 11, 0, l)
		at += 18
	}
	return nil
}

// signs puts lines to be signed.
func (d *drawing) signs(who []string) error {
	for _, s := range who {
		if err := d.paragraph(lang.Text(d.page.Lang, "paper.sign_line", fault.Args{"who": s}), bodySize, 22, 0); err != nil {
			return err
		}
	}
	return nil
}

// feet puts what the paper rests on, small, at the end.
func (d *drawing) feet() error {
	var lines []string
	for _, s := range d.page.Foot {
		l, err := d.wrap(s, smallSize, d.inner, 0)
		if err != nil {
			return err
		}
		lines = append(lines, l...)
	}
	h := float64(len(lines))*smallLine + 8
	d.room(h)
	d.y = max(d.y, d.high-bottom-h) // at the foot of the last page
	d.rule(margin, d.y, d.wide-margin, d.y)
	d.y += 6
	for _, l := range lines {
		d.text(margin, d.y, smallSize, 90, strings.TrimSpace(l))
		d.y += smallLine
	}
	return nil
}
