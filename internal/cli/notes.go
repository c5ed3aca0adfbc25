package cli

import (
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/plan"
)

// where names the figure that a JSON Pointer of an answer points at.
type where func(path string) string

// notes is what every answer carries beside its figures.
type notes struct {
	missing      []assess.Missing
	marks        []assess.Mark
	alternatives []reading
	policy       law.Policy
}

// reading is a figure under another reading, as text.
type reading struct{ name, value, path, amount string }

// readings takes the alternatives of the kernel.
func (p *page) readings(list []assess.Alternative) []reading {
	out := make([]reading, len(list))
	for i, x := range list {
		out[i] = reading{x.Switch, x.Reading, x.Path, p.amount(x.Amount)}
	}
	return out
}

// planned takes the notes of an answer of package plan.
func planned(missing []plan.Missing, marks []plan.Mark, alternatives []plan.Alternative) notes {
	n := notes{missing: missing, marks: marks}
	for _, x := range alternatives {
		n.alternatives = append(n.alternatives, reading{x.Switch, x.Reading, x.Path, x.Amount})
	}
	return n
}

// notes prints what is missing and what to do about it, what is uncertain, the
// other readings, and the packs behind the answer.
func (p *page) notes(n notes, at where) {
	if len(n.missing) > 0 {
		p.gap()
		p.title("cli.notes.missing")
		for _, m := range n.missing {
			p.line("  - " + p.a.missing(m))
		}
	}
	if len(n.alternatives) > 0 {
		p.gap()
		p.title("cli.notes.alternatives")
		for _, x := range n.alternatives {
			p.line("  - " + p.a.text("cli.notes.alternative", fault.Args{
				"figure": at(x.path), "amount": x.amount, "switch": p.a.name("switch", x.name), "reading": p.a.name("reading", x.value),
			}))
		}
	}
	if len(n.marks) > 0 {
		p.gap()
		p.title("cli.notes.marks")
		for _, g := range grouped(n.marks, at) {
			p.line("  - " + p.a.text("cli.notes.mark", fault.Args{
				"status": p.a.name("status", string(g.status)), "figures": strings.Join(g.figures, p.a.text("cli.word.comma", nil)), "basis": g.basis,
			}))
		}
	}
	p.policy(n.policy)
}

func (p *page) policy(v law.Policy) {
	if v.Pack == "" {
		return
	}
	digest := v.Digest
	if len(digest) > 12 {
		digest = digest[:12]
	}
	p.gap()
	p.say("cli.notes.policy", fault.Args{"pack": v.Pack, "digest": digest})
}

type markGroup struct {
	status  law.Status
	basis   string
	figures []string
}

// grouped puts the figures that rest on the same uncertain row into one line.
func grouped(marks []assess.Mark, at where) []*markGroup {
	var out []*markGroup
	find := map[assess.Mark]*markGroup{}
	for _, m := range marks {
		key := assess.Mark{Status: m.Status, Basis: m.Basis}
		g := find[key]
		if g == nil {
			g = &markGroup{status: m.Status, basis: m.Basis}
			find[key] = g
			out = append(out, g)
		}
		g.figures = append(g.figures, at(m.Path))
	}
	return out
}

// missing says what is not known, and what would close the hole.
func (a *app) missing(m assess.Missing) string {
	of := m.Area
	if m.Scheme != "" {
		of += " " + a.name("scheme", m.Scheme)
	}
	if m.Month != 0 {
		of += " " + m.Month.String()
	}
	args := fault.Args{"of": of, "parameter": a.parameter(m.Parameter)}
	s := a.text("cli.notes.hole", args)
	flag, _, _ := strings.Cut(m.Ask, " ")
	switch {
	case m.Text != "" && (m.Ask == "" || strings.Contains(m.Text, flag)):
		return s + a.space() + m.Text // says all there is to do
	case m.Text != "":
		s += a.space() + m.Text
	case m.Ask == "":
		return s + a.space() + a.text("cli.notes.no_ask", nil)
	}
	return s + a.space() + a.text("cli.notes.ask", fault.Args{"ask": m.Ask})
}

// space stands between sentences; Chinese has none.
func (a *app) space() string {
	if a.lang == lang.English {
		return " "
	}
	return ""
}

// parameter names a parameter by the part of its path that has a word:
// "bases.floor" by itself, "interest/2025" by "interest".
func (a *app) parameter(code string) string {
	head, _, _ := strings.Cut(code, "/")
	if word := a.name("parameter", head); word != head {
		return word + " (" + code + ")"
	}
	return code
}

// lineAt names figures of a list of lines: "/lines/2/person" is the person's
// share of the third line's scheme.
func (a *app) lineAt(lines []assess.Line) where {
	return func(path string) string {
		parts := strings.Split(strings.TrimPrefix(path, "/lines/"), "/")
		i, err := strconv.Atoi(parts[0])
		if len(parts) != 2 || err != nil || i < 0 || i >= len(lines) {
			return a.figure(path)
		}
		return a.schemeMonth(lines[i].Scheme, lines[i].Month) + " " + a.name("figure", parts[1])
	}
}

func (a *app) schemeMonth(s insurance.Scheme, m calendar.Month) string {
	name := a.name("scheme", s.String())
	if m != 0 {
		return name + " " + m.String()
	}
	return name
}

// figure names a figure by the last part of its pointer.
func (a *app) figure(path string) string {
	return a.name("figure", path[strings.LastIndexByte(path, '/')+1:])
}

// area is the name of an area with its code.
func (a *app) area(code string) string {
	b, err := a.lib.Book(code)
	if err != nil {
		return code // it was answered for: cannot be
	}
	return b.Read(0, false).Card().Name.In(a.lang) + " " + code
}
