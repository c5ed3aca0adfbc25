package casework

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"bujiao/internal/access"
)

// Mermaid is the table as a Mermaid state diagram, in a language ("zh" or "en").
func (t *Table) Mermaid(lang string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\n---\nstateDiagram-v2\n", t.Name.In(lang))
	for _, s := range t.States {
		fmt.Fprintf(&b, "  %s: %s\n", s.ID, s.Name.In(lang))
	}
	for _, a := range t.arrows() {
		from := a.from
		if from == "" {
			from = "[*]"
		}
		for _, m := range a.moves {
			fmt.Fprintf(&b, "  %s --> %s: %s\n", from, a.to, m.Name.In(lang))
		}
	}
	for _, s := range t.States {
		if s.End != "" {
			fmt.Fprintf(&b, "  %s --> [*]\n", s.ID)
		}
	}
	return b.String()
}

// arrow joins two states; several events may do so.
type arrow struct {
	from, to string
	moves    []*Move
}

// arrows lists them in the order of the table. What returns from aside is drawn
// to the states it may have come from.
func (t *Table) arrows() []arrow {
	var out []arrow
	add := func(from, to string, m *Move) {
		i := slices.IndexFunc(out, func(a arrow) bool { return a.from == from && a.to == to })
		if i < 0 {
			i, out = len(out), append(out, arrow{from: from, to: to})
		}
		out[i].moves = append(out[i].moves, m)
	}
	for i := range t.Moves {
		m := &t.Moves[i]
		if m.Opens() {
			add("", m.To, m)
		}
		for _, from := range m.From {
			for _, to := range t.targets(m, from) {
				add(from, to, m)
			}
		}
	}
	return out
}

// targets are the states that an event leads to from a state.
func (t *Table) targets(m *Move, from string) []string {
	if m.To != Back {
		return []string{m.To}
	}
	var out []string
	for _, x := range t.Moves {
		if x.Aside && x.To == from {
			out = append(out, x.From...)
		}
	}
	return out
}

// The measures of a drawing, in pixels.
const (
	labelWidth, colWidth = 300, 128
	rowHeight, headTop   = 36, 12
	boxWidth, boxHeight  = 116, 104
)

// drawing is a table with states as columns and events as rows: however many
// there are, no line crosses a word and no word another.
type drawing struct {
	strings.Builder
	t      *Table
	lang   string
	column map[string]int // of a state
}

// SVG is the table as a drawing: a column for each state, a row for each event.
// An event leads from the dots to the arrow; a dashed line happens by itself when
// a term is over. A double line is an end, a dashed box a state in which a case
// is set aside.
func (t *Table) SVG(lang string) string {
	states := t.columns()
	d := &drawing{t: t, lang: lang, column: map[string]int{}}
	for i, s := range states {
		d.column[s.ID] = i
	}
	moves := t.rows(d.column)
	body := headTop + boxHeight + 14
	foot := body + len(moves)*rowHeight
	width, height := labelWidth+len(states)*colWidth+20, foot+boxHeight+24
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s" font-family="'LXGW WenKai','Noto Sans CJK SC','Source Han Sans SC',sans-serif">`+"\n",
		width, height, width, height, html.EscapeString(t.Name.In(lang)))
	d.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#1d4f7c"/></marker></defs>` + "\n")
	fmt.Fprintf(d, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	d.words(20, headTop+24, 18, "#111", "start", t.Name.In(lang), labelWidth-30)
	for i := range moves {
		if i%2 == 0 {
			fmt.Fprintf(d, `<rect x="8" y="%d" width="%d" height="%d" fill="#f5f7f9"/>`+"\n", body+i*rowHeight, width-16, rowHeight)
		}
	}
	for i := range states {
		fmt.Fprintf(d, `<path d="M%d %d V%d" stroke="#c9d1d9"/>`+"\n", d.x(i), headTop+boxHeight, foot+8)
	}
	for i, m := range moves {
		d.event(m, body+i*rowHeight)
	}
	for i, s := range states {
		d.box(s, i, headTop)
		d.box(s, i, foot+8)
	}
	d.WriteString("</svg>\n")
	return d.String()
}

// columns puts states in the order of the table: those of the way of a case,
// those in which it is set aside, ends.
func (t *Table) columns() []State {
	rank := func(s State) int {
		switch {
		case s.End != "":
			return 2
		case t.holdsAside(s.ID):
			return 1
		}
		return 0
	}
	out := slices.Clone(t.States)
	slices.SortStableFunc(out, func(a, b State) int { return rank(a) - rank(b) })
	return out
}

// rows puts events in the order of the first state in which they may happen.
func (t *Table) rows(column map[string]int) []*Move {
	var out []*Move
	for i := range t.Moves {
		out = append(out, &t.Moves[i])
	}
	first := func(m *Move) int {
		n := -1
		for i, s := range m.From {
			if c := column[s]; i == 0 || c < n {
				n = c
			}
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b *Move) int { return first(a) - first(b) })
	return out
}

func (t *Table) holdsAside(state string) bool {
	return slices.ContainsFunc(t.Moves, func(m Move) bool { return m.Aside && m.To == state })
}

// x is the middle of a column.
func (d *drawing) x(column int) int { return labelWidth + column*colWidth + colWidth/2 }

// words writes a text from a line on downwards, broken where it is wider than allowed, and says
// in how many lines.
func (d *drawing) words(x, y, size int, colour, anchor, text string, width int) int {
	lines := broken(text, size, width)
	for i, l := range lines {
		fmt.Fprintf(d, `<text x="%d" y="%d" font-size="%d" fill="%s" text-anchor="%s">%s</text>`, x, y+i*(size+3), size, colour, anchor, html.EscapeString(l))
	}
	return len(lines)
}

// broken breaks a text into lines that fit: behind a space or a low line, or
// behind any Chinese character.
func broken(text string, size, width int) []string {
	var lines []string
	line, used, word, wide := "", 0, "", 0 // wide and used in tenths of the size
	put := func() {
		if used > 0 && (used+wide)*size > width*10 {
			lines, line, used = append(lines, strings.TrimRight(line, " ")), "", 0
		}
		line, used, word, wide = line+word, used+wide, "", 0
	}
	for _, r := range text {
		if r > 0x2e7f { // full width
			put()
			word, wide = string(r), 10
			if !strings.ContainsRune("，。；：、）】”", r) {
				continue
			}
			line, used, word, wide = line+word, used+wide, "", 0
			continue
		}
		if wide == 10 && word > "\u2e7f" {
			put()
		}
		word, wide = word+string(r), wide+6
		if r == ' ' || r == '_' {
			put()
		}
	}
	put()
	return append(lines, line)
}

// box draws a state, with who has to act and within which term.
func (d *drawing) box(s State, column, y int) {
	x := d.x(column) - boxWidth/2
	stroke, fill, dash := "#1d4f7c", "#eef5fb", ""
	switch {
	case s.End == "done":
		stroke, fill = "#1f6b3a", "#eaf6ee"
	case s.End != "":
		stroke, fill = "#8a2d2d", "#fbeeee"
	case d.t.holdsAside(s.ID):
		dash = ` stroke-dasharray="5 4"`
	}
	fmt.Fprintf(d, `<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="7" fill="%s" stroke="%s" stroke-width="1.5"%s/>`, html.EscapeString(s.Name.In(d.lang)), x, y, boxWidth, boxHeight, fill, stroke, dash)
	if s.End != "" {
		fmt.Fprintf(d, `<rect x="%d" y="%d" width="%d" height="%d" rx="5" fill="none" stroke="%s"/>`, x+3, y+3, boxWidth-6, boxHeight-6, stroke)
	}
	n := d.words(d.x(column), y+20, 13, "#111", "middle", s.Name.In(d.lang), boxWidth-10)
	if s.End == "" {
		d.words(d.x(column), y+24+n*16, 10, "#555", "middle", d.t.ownerLine(s, d.lang), boxWidth-8)
	}
	d.WriteString("</g>\n")
}

// ownerLine says who has to act and within which term.
func (t *Table) ownerLine(s State, lang string) string {
	c := t.Clock(&s)
	switch {
	case c.Until != "":
		return RoleName(s.Owner, lang) + " · " + c.Until
	case c.Duty != Attend:
		return RoleName(s.Owner, lang) + " · " + c.Duty
	}
	return RoleName(s.Owner, lang)
}

// event draws a row: what happens and by whom, and where it leads from where.
func (d *drawing) event(m *Move, top int) {
	var who []string
	for _, r := range m.By {
		who = append(who, RoleName(r, d.lang))
	}
	y := top + rowHeight/2
	fmt.Fprintf(d, `<g><title>%s</title>`, html.EscapeString(m.Name.In(d.lang)))
	d.words(20, y-3, 13, "#111", "start", m.Name.In(d.lang), 2*labelWidth)
	d.words(20, y+11, 10, "#555", "start", strings.Join(who, say(d.lang, "comma")), 2*labelWidth)
	dash := ""
	if slices.Equal(m.By, []access.Role{Clockwork}) {
		dash = ` stroke-dasharray="5 4"`
	}
	var to []int
	for _, from := range m.From {
		for _, s := range d.t.targets(m, from) {
			to = append(to, d.column[s])
		}
	}
	dots := []int{}
	for _, from := range m.From {
		dots = append(dots, d.x(d.column[from]))
	}
	if m.Opens() {
		to, dots = []int{d.column[m.To]}, []int{labelWidth}
	}
	slices.Sort(to)
	for _, column := range slices.Compact(to) {
		d.arrow(dots, d.x(column), y, dash)
	}
	for _, x := range dots {
		fmt.Fprintf(d, `<circle cx="%d" cy="%d" r="4" fill="#1d4f7c"/>`, x, y)
	}
	d.WriteString("</g>\n")
}

// arrow draws a line from the dots on either side to a column; an event that
// leaves the state as it is goes round in it.
func (d *drawing) arrow(dots []int, x, y int, dash string) {
	line := func(format string, args ...any) {
		fmt.Fprintf(d, `<path d="%s" fill="none" stroke="#1d4f7c" stroke-width="1.4" marker-end="url(#tip)"%s/>`, fmt.Sprintf(format, args...), dash)
	}
	if slices.Contains(dots, x) {
		line("M%d %d c26 -14 26 18 5 6", x+3, y-3)
	}
	if first := slices.Min(dots); first < x {
		line("M%d %d H%d", first, y, x-5)
	}
	if last := slices.Max(dots); last > x {
		line("M%d %d H%d", last, y, x+5)
	}
}

// roleNames are the words for who acts.
var roleNames = map[access.Role][2]string{
	access.Insured: {"参保人", "the insured person"}, access.EmployerAgent: {"用人单位", "the employer"}, access.Clerk: {"经办人员", "the clerk"},
	access.Reviewer: {"复核人员", "the reviewer"}, access.Finance: {"财务人员", "finance"}, access.Enforcement: {"征缴执法人员", "enforcement"},
	access.Auditor: {"稽核人员", "the auditor"}, access.Administrator: {"系统管理员", "the administrator"}, Clockwork: {"期限届满", "the end of the term"},
}

// RoleName is who acts, in words.
func RoleName(r access.Role, lang string) string {
	if lang == "en" {
		return roleNames[r][1]
	}
	return roleNames[r][0]
}
