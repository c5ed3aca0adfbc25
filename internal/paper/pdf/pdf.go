// Package pdf draws papers as PDF, A4: title, number and QR code at the head,
// tables with their header again on each page, boxes for seals, page x of y.
//
// The same page and font give the same bytes: no clock and no random id goes in.
// Text can be searched and copied; the names of persons stand in the document's
// metadata too, since not every reader copies characters beyond the basic plane
// out of the text. A character that the font lacks is a fault, never a blank.
package pdf

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/signintech/gopdf"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/paper"
)

// Places are where Debian's package fonts-lxgw-wenkai puts the font.
var Places = []string{
	"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
	"/usr/local/share/fonts/LXGWWenKai-Regular.ttf",
}

// Font is a TrueType font that has the characters of names.
type Font struct {
	data  []byte
	probe gopdf.GoPdf // asked for characters, which changes nothing in it; it draws nothing
}

// Load reads the font of a file, or, if the name is empty, of the first of
// Places that is there.
func Load(file string) (*Font, error) {
	places := Places
	if file != "" {
		places = []string{file}
	}
	for _, name := range places {
		data, err := os.ReadFile(name)
		if err == nil {
			f := &Font{data: data}
			if err := f.check(); err != nil {
				return nil, fault.Wrap(fault.Invalid, "paper.bad_font", fault.Args{"file": name}, err)
			}
			return f, nil
		}
		if file != "" {
			return nil, fault.Wrap(fault.Invalid, "paper.bad_font", fault.Args{"file": name}, err)
		}
	}
	return nil, fault.New(fault.Unavailable, "paper.no_font", nil)
}

func (f *Font) check() error {
	f.probe.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	if err := f.probe.AddTTFFontData(family, f.data); err != nil {
		return err
	}
	return f.probe.SetFont(family, "", 100)
}

// Lacks finds the first character of a text, but for letters, that the font has
// not, as U+1F600; empty if there is none. A letter may stand in a name, which is
// as it is: for that another font is needed, and not another text.
func (f *Font) Lacks(text string) (string, error) {
	for _, r := range breaks.Replace(text) {
		if r == '\n' || unicode.In(r, unicode.L, unicode.M) {
			continue
		}
		has, err := f.probe.IsCurrFontContainGlyph(r)
		if err != nil {
			return "", err
		}
		if !has {
			return code(r), nil
		}
	}
	return "", nil
}

// code names a character without showing it.
func code(r rune) string { return fmt.Sprintf("U+%04X", r) }

const family = "paper"

// Render draws a page.
func Render(p paper.Page, f *Font) ([]byte, error) {
	if f == nil {
		return nil, fault.New(fault.Unavailable, "paper.no_font", nil)
	}
	d := &drawing{page: p, widths: map[rune]float64{}, wide: short, high: long}
	if p.Landscape {
		d.wide, d.high = long, short
	}
	d.inner = d.wide - 2*margin
	d.g.Start(gopdf.Config{PageSize: gopdf.Rect{W: d.wide, H: d.high}})
	if err := d.g.AddTTFFontData(family, f.data); err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	if err := d.g.SetFont(family, "", 100); err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	if err := d.layout(); err != nil {
		return nil, err
	}
	if err := d.draw(); err != nil {
		return nil, err
	}
	d.g.SetInfo(gopdf.PdfInfo{Title: placeTitle, Subject: placeSubject, Producer: "bujiao", CreationDate: begun(p.Issued)})
	out, err := d.g.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return inform(mendText(out), p), nil
}

var ranges = regexp.MustCompile(`\d+ beginbfrange\n((?:<[0-9A-F]{4}><[0-9A-F]{4}><[0-9A-F]+>\n)+)endbfrange\n`)

// mendText writes anew which character each drawn shape is, so that text copies
// out right beyond the basic plane, where the library does not write UTF-16, and
// in blocks of at most 100, as the format asks. It takes no more room than before and is
// filled up with blanks: nothing moves that an offset counts.
func mendText(data []byte) []byte {
	return ranges.ReplaceAllFunc(data, func(old []byte) []byte {
		lines := strings.Split(strings.TrimSpace(string(ranges.FindSubmatch(old)[1])), "\n")
		var b strings.Builder
		for len(lines) > 0 {
			part := lines[:min(100, len(lines))]
			lines = lines[len(part):]
			fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
			for _, l := range part { // <glyph><glyph><character>
				r, err := strconv.ParseUint(l[13:len(l)-1], 16, 32)
				if err != nil {
					return old
				}
				fmt.Fprintf(&b, "%s<%s>\n", l[:6], utf16Hex(string(rune(r))))
			}
			b.WriteString("endbfchar\n")
		}
		if b.Len() > len(old) {
			return old
		}
		return append([]byte(b.String()), bytes.Repeat([]byte(" "), len(old)-b.Len())...)
	})
}

// begun is the day of issue as the document's own.
func begun(d calendar.Date) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC)
}

// The library writes the document's information behind the table of offsets and
// cannot write characters beyond the basic plane there. These stand in their
// place until they are written right; nothing moves that an offset counts.
const (
	placeTitle   = "bujiao-title"
	placeSubject = "bujiao-names"
)

func inform(data []byte, p paper.Page) []byte {
	at := bytes.LastIndex(data, []byte("trailer"))
	if at < 0 {
		return data
	}
	tail := string(data[at:])
	for _, x := range []struct{ place, text string }{{placeTitle, p.Title + " " + p.Number}, {placeSubject, strings.Join(p.Names, " ")}} {
		tail = strings.Replace(tail, utf16Hex(x.place), utf16Hex(x.text), 1)
	}
	return append(data[:at:at], tail...)
}

func utf16Hex(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return strings.ToUpper(hex.EncodeToString(b))
}

// Of the page, in points.
const (
	short, long = 595.28, 841.89
	margin      = 56.0
	top, bottom = 56.0, 50.0
	bodySize    = 12.0
	bodyLine    = 20.0
	smallSize   = 8.0
	smallLine   = 11.0
	codeSize    = 82.0
)

// drawing is a page on its way: first everything gets its place, page by page,
// then, once the number of pages is known, it is drawn.
type drawing struct {
	g      gopdf.GoPdf
	page   paper.Page
	widths map[rune]float64 // at size 100
	pages  [][]mark
	y      float64

	wide, high, inner float64 // of the page, and between its margins
}

// mark is something with its place.
type mark func(g *gopdf.GoPdf) error

func (d *drawing) put(m mark) { d.pages[len(d.pages)-1] = append(d.pages[len(d.pages)-1], m) }

func (d *drawing) newPage() {
	d.pages = append(d.pages, nil)
	d.y = top
}

// room begins a new page where less than h is margin.
func (d *drawing) room(h float64) (fresh bool) {
	if d.y+h <= d.high-bottom {
		return false
	}
	d.newPage()
	return true
}

// whole is how much room an empty page has.
func (d *drawing) whole() float64 { return d.high - top - bottom }

// text puts a line; x is its margin end.
func (d *drawing) text(x, y, size float64, gray uint8, s string) {
	if s == "" {
		return
	}
	d.put(func(g *gopdf.GoPdf) error {
		if err := g.SetFontSize(size); err != nil {
			return err
		}
		g.SetTextColor(gray, gray, gray)
		g.SetXY(x, y)
		return g.Cell(nil, s)
	})
}

func (d *drawing) rule(x1, y1, x2, y2 float64) {
	d.put(func(g *gopdf.GoPdf) error {
		g.SetLineWidth(0.6)
		g.SetLineType("solid")
		g.SetStrokeColor(60, 60, 60)
		g.Line(x1, y1, x2, y2)
		return nil
	})
}

func (d *drawing) box(x, y, w, h float64, fill bool) {
	d.put(func(g *gopdf.GoPdf) error {
		g.SetLineWidth(0.6)
		g.SetLineType("solid")
		g.SetStrokeColor(60, 60, 60)
		style := "D"
		if fill {
			g.SetFillColor(236, 236, 236)
			style = "FD"
		}
		g.RectFromUpperLeftWithStyle(x, y, w, h, style)
		return nil
	})
}

// draw draws all pages with their numbers.
func (d *drawing) draw() error {
	for i, marks := range d.pages {
		d.g.AddPage()
		for _, m := range marks {
			if err := m(&d.g); err != nil {
				return fmt.Errorf("draw: %w", err)
			}
		}
		foot := lang.Text(d.page.Lang, "paper.page", fault.Args{"page": fmt.Sprint(i + 1), "pages": fmt.Sprint(len(d.pages))})
		if err := d.g.SetFontSize(smallSize); err != nil {
			return err
		}
		d.g.SetTextColor(90, 90, 90)
		w, err := d.width(foot, smallSize)
		if err != nil {
			return err
		}
		d.g.SetXY((d.wide-w)/2, d.high-36)
		if err := d.g.Cell(nil, foot); err != nil {
			return err
		}
		d.g.SetXY(margin, d.high-36)
		if err := d.g.Cell(nil, d.page.Number); err != nil {
			return err
		}
	}
	return nil
}
