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
	boxWidth, boxHeight = 168, 46
	colStep, rowStep    = 250, 128
	margin              = 40
	lineHeight          = 15
)

type place struct{ col, row int }

// SVG is the table as a drawing: time goes down, ends are drawn with a double
// line, a dashed box is a state in which a case is set aside.
func (t *Table) SVG(lang string) string {
	places, cols, rows := t.places()
	width, height := 2*margin+(cols-1)*colStep+boxWidth+120, 2*margin+(rows-1)*rowStep+boxHeight+30
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s" font-family="'LXGW WenKai','Noto Sans CJK SC','Source Han Sans SC',sans-serif">`+"\n",
		width, height, width, height, html.EscapeString(t.Name.In(lang)))
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	said := map[string]bool{}
	for i, a := range t.arrows() {
		b.WriteString(t.line(a, places, i, lang, said))
	}
	for _, s := range t.States {
		b.WriteString(t.box(s, places[s.ID], lang))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// places puts each state in the row of its distance from the opening. Refusal,
// withdrawal and what is set aside stand in a column of their own, to the right.
func (t *Table) places() (at map[string]place, cols, rows int) {
	row := map[string]int{}
	queue := []string{}
	for _, m := range t.Openings() {
		if _, seen := row[m.To]; !seen {
			row[m.To] = 0
			queue = append(queue, m.To)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, m := range t.Moves {
			if !slices.Contains(m.From, s) || m.To == Back || t.beside(m.To) {
				continue
			}
			if _, seen := row[m.To]; !seen {
				row[m.To] = row[s] + 1
				queue = append(queue, m.To)
			}
		}
	}
	at, used := map[string]place{}, map[int]int{}
	for _, s := range t.States {
		if r := row[s.ID]; !t.beside(s.ID) {
			at[s.ID] = place{used[r], r}
			used[r]++
			cols, rows = max(cols, used[r]), max(rows, r+1)
		}
	}
	n := 0
	for _, s := range t.States {
		if t.beside(s.ID) {
			at[s.ID] = place{cols, n}
			n++
		}
	}
	return at, cols + 1, max(rows, n)
}

// beside reports whether a state stands beside the way of a case.
func (t *Table) beside(state string) bool {
	s := t.State(state)
	return s.End == "refused" || s.End == "withdrawn" || t.holdsAside(state)
}

func (t *Table) holdsAside(state string) bool {
	return slices.ContainsFunc(t.Moves, func(m Move) bool { return m.Aside && m.To == state })
}

func (p place) x() int { return margin + p.col*colStep }
func (p place) y() int { return margin + 30 + p.row*rowStep }

func (t *Table) box(s State, p place, lang string) string {
	var b strings.Builder
	stroke, fill, dash := "#1d4f7c", "#eef5fb", ""
	switch {
	case s.End == "done":
		stroke, fill = "#1f6b3a", "#eaf6ee"
	case s.End != "":
		stroke, fill = "#8a2d2d", "#fbeeee"
	case t.holdsAside(s.ID):
		dash = ` stroke-dasharray="5 4"`
	}
	fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="7" fill="%s" stroke="%s" stroke-width="1.5"%s/>`, p.x(), p.y(), boxWidth, boxHeight, fill, stroke, dash)
	if s.End != "" {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="5" fill="none" stroke="%s"/>`, p.x()+3, p.y()+3, boxWidth-6, boxHeight-6, stroke)
	}
	text := func(y, size int, colour, s string) {
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="%d" fill="%s" text-anchor="middle">%s</text>`, p.x()+boxWidth/2, y, size, colour, html.EscapeString(s))
	}
	if s.End == "" {
		text(p.y()+20, 14, "#111", s.Name.In(lang))
		text(p.y()+37, 11, "#555", t.ownerLine(s, lang))
	} else {
		text(p.y()+28, 14, "#111", s.Name.In(lang))
	}
	return b.String() + "\n"
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

// line draws an arrow with its events. Those to and from what stands beside are
// labelled there, each event once.
func (t *Table) line(a arrow, at map[string]place, n int, lang string, said map[string]bool) string {
	to, anchor := at[a.to], "start"
	x2, y2 := to.x()+boxWidth/2, to.y()
	var path string
	var lx, ly int
	switch from := at[a.from]; {
	case a.from == "":
		path = fmt.Sprintf("M%d %d L%d %d", x2, y2-30, x2, y2-1)
		lx, ly = x2+8, y2-18
	case t.beside(a.to) && !t.beside(a.from):
		x1, y1, y := from.x()+boxWidth, from.y()+boxHeight/2, to.y()+boxHeight/2-6
		path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, x1+60, y1, to.x()-110, y, to.x()-1, y)
		lx, ly, anchor = to.x()-10, y-6, "end"
	case t.beside(a.from) && !t.beside(a.to):
		x1, y1, y := from.x(), from.y()+boxHeight/2+10, to.y()+boxHeight/2+8
		path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, x1-110, y1, to.x()+boxWidth+60, y, to.x()+boxWidth+1, y)
		lx, ly, anchor = x1-10, y1+16, "end"
	case from.row < to.row:
		x1, y1 := from.x()+boxWidth/2, from.y()+boxHeight
		shift := (n%3 - 1) * 14
		path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1+shift, y1, x1+shift, y1+40, x2+shift, y2-40, x2+shift, y2-1)
		lx, ly = x1+shift+(x2-x1)*2/5+6, y1+(y2-y1)*2/5
	case a.from == a.to:
		x1, y1 := from.x()+boxWidth, from.y()
		path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1+12, x1+40, y1+4, x1+40, y1+42, x1+1, y1+34)
		lx, ly = x1+34, y1+20
	case from.row == to.row && from.col < to.col:
		x1, y1 := from.x()+boxWidth, from.y()+boxHeight/2
		path = fmt.Sprintf("M%d %d L%d %d", x1, y1-6, to.x()-1, to.y()+boxHeight/2-6)
		lx, ly = x1+6, y1-10
	case from.row == to.row:
		path = fmt.Sprintf("M%d %d L%d %d", from.x(), from.y()+boxHeight/2+8, to.x()+boxWidth+1, to.y()+boxHeight/2+8)
		lx, ly = to.x()+boxWidth+6, to.y()+boxHeight/2+22
	default: // back up, along the right side
		x1, y1, bend := from.x()+boxWidth, from.y()+boxHeight/2, 46+(n%4)*12
		x2, y2 = to.x()+boxWidth, to.y()+boxHeight/2
		far := max(x1, x2) + bend
		path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, far, y1, far, y2, x2+1, y2)
		lx, ly = far-20, (y1+y2)/2
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="#555" marker-end="url(#tip)"/>`, path)
	for _, m := range a.moves {
		key := m.ID + "/" + a.to
		if m.To == Back {
			key = m.ID + "/" + a.from
		}
		if t.beside(a.to) != (a.from != "" && t.beside(a.from)) {
			if said[key] {
				continue
			}
			said[key] = true
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="12" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke" text-anchor="%s">%s</text>`, lx, ly, anchor, html.EscapeString(m.Name.In(lang)))
		ly += lineHeight
	}
	return b.String() + "\n"
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
