package pdf

import (
	"strings"
	"unicode"

	"bujiao/internal/fault"
)

// width is how wide a text is at a size. A character that the font lacks is a
// fault.
func (d *drawing) width(s string, size float64) (float64, error) {
	sum := 0.0
	for _, r := range s {
		w, ok := d.widths[r]
		if !ok {
			has, err := d.g.IsCurrFontContainGlyph(r)
			if err != nil {
				return 0, err
			}
			if !has {
				return 0, fault.New(fault.Unavailable, "paper.no_glyph", fault.Args{"code": code(r)})
			}
			if w, err = d.g.MeasureTextWidth(string(r)); err != nil {
				return 0, err
			}
			d.widths[r] = w
		}
		sum += w
	}
	return sum * size / 100, nil
}

// Characters that no line begins with, and that none ends with (禁则).
const (
	notFirst = "，。、；：？！）》」』】〉”’％,.;:?!)%"
	notLast  = "（《「『【〈“‘("
)

// breaks writes ends of lines and tabs, as forms bring them, the way they are
// drawn: no font has characters for them.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ")

// wrap breaks a text into lines of a width; the first line has less by indent.
// Chinese breaks between any two characters, other words at their spaces; a
// word longer than a line breaks anywhere.
func (d *drawing) wrap(text string, size, width, indent float64) ([]string, error) {
	var lines []string
	line, used, limit := "", 0.0, width-indent
	end := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, used, limit = "", 0, width
	}
	for i, part := range strings.Split(breaks.Replace(text), "\n") {
		if i > 0 {
			end()
		}
		for _, w := range words(part) {
			wide, err := d.width(w, size)
			if err != nil {
				return nil, err
			}
			if used+wide > limit && line != "" {
				end()
				w = strings.TrimLeft(w, " ")
			}
			if wide <= limit {
				line, used = line+w, used+wide
				continue
			}
			for _, r := range w {
				if wide, err = d.width(string(r), size); err != nil {
					return nil, err
				}
				if used+wide > limit {
					end()
				}
				line, used = line+string(r), used+wide
			}
		}
	}
	end()
	return lines, nil
}

// words parts a text where a line may end.
func words(text string) []string {
	var out []string
	cur := []rune{}
	flush := func() {
		if len(cur) > 0 {
			out = append(out, string(cur))
			cur = cur[:0]
		}
	}
	for _, r := range text {
		breakBefore := len(cur) > 0 && !strings.ContainsRune(notFirst, r) && !strings.ContainsRune(notLast, cur[len(cur)-1]) &&
			(ideographic(r) || ideographic(cur[len(cur)-1]) || cur[len(cur)-1] == ' ' && r != ' ')
		if breakBefore {
			flush()
		}
		cur = append(cur, r)
	}
	flush()
	return out
}

// ideographic tells characters between which a line may end.
func ideographic(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}
