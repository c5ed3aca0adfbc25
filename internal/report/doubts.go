package report

import (
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// DoubtText says which figures rest on a value that is less than verified.
type DoubtText struct {
	Status  law.Status `json:"status"`
	Word    string     `json:"word"`
	Figures []string   `json:"figures"`
	Text    string     `json:"text"`
	Sources []int      `json:"sources,omitempty"`
}

// ReadingText is the other reading of a disputed switch, with the figures that
// it would change.
type ReadingText struct {
	Switch  string      `json:"switch"`
	Reading string      `json:"reading"`
	Items   []OtherText `json:"items"`
}

// OtherText is a figure under the reading that was taken and under the other.
type OtherText struct {
	Figure string     `json:"figure"`
	Taken  *money.Fen `json:"taken"`
	Other  *money.Fen `json:"other"`
}

// missing says what is not known, each hole once for all months and schemes
// that it touches, and what would close it.
func (s *speech) missing(list []assess.Missing) []string {
	type key struct{ parameter, area, ask, text string }
	type hole struct {
		schemes []string
		months  []calendar.Month
	}
	var order []key
	found := map[key]*hole{}
	for _, m := range list {
		k := key{m.Parameter, m.Area, m.Ask, m.Text}
		h := found[k]
		if h == nil {
			h = &hole{}
			found[k] = h
			order = append(order, k)
		}
		if w := s.name("scheme", m.Scheme); w != "" && !slices.Contains(h.schemes, w) {
			h.schemes = append(h.schemes, w)
		}
		if m.Month != 0 {
			h.months = append(h.months, m.Month)
		}
	}
	out := []string{}
	for _, k := range order {
		h := found[k]
		of := strings.TrimSpace(s.list(h.schemes) + " " + s.runs(h.months))
		if of == "" {
			of = k.area
		}
		what := s.say("report.hole", args{"of": of, "parameter": s.parameter(k.parameter), "area": k.area})
		next := s.t("hole_ask_office")
		if k.ask != "" {
			next = s.say("report.hole_give", args{"ask": k.ask})
		}
		out = append(out, s.sentences(what, k.text, next))
	}
	return out
}

// figure is what a pointer points at: a kind of figure, of a scheme, in a month.
type figure struct {
	kind, scheme string
	months       []calendar.Month
}

// figures says in words what pointers point at: schemes and months of the same
// kind of figure are joined.
func (e *explainer) figures(paths []string) []string {
	type place struct{ kind, scheme string }
	months := map[place][]calendar.Month{}
	var places []place
	for _, path := range paths {
		f := e.figureAt(path)
		k := place{f.kind, f.scheme}
		if _, ok := months[k]; !ok {
			places = append(places, k)
		}
		months[k] = append(months[k], f.months...)
	}
	type group struct{ kind, when string }
	schemes := map[group][]string{}
	var groups []group
	for _, k := range places {
		g := group{k.kind, ""}
		g.when = e.runs(months[k])
		if _, ok := schemes[g]; !ok {
			groups = append(groups, g)
		}
		schemes[g] = append(schemes[g], k.scheme)
	}
	var out []string
	for _, g := range groups {
		out = append(out, strings.Join(slices.DeleteFunc([]string{e.list(schemes[g]), g.when, g.kind}, func(x string) bool { return x == "" }), " "))
	}
	return out
}

// figureAt names the figure that a pointer points at.
func (e *explainer) figureAt(path string) figure {
	if i, field, ok := lineOf(path); ok && i < len(e.a.Lines) {
		l := &e.a.Lines[i]
		return figure{e.name("figure", field), e.scheme(l.Scheme), []calendar.Month{l.Month}}
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if len(parts) < 2 {
		return figure{kind: path}
	}
	switch parts[0] {
	case "verdicts":
		if i, err := strconv.Atoi(parts[1]); err == nil && i >= 0 && i < len(e.a.Verdicts) {
			v := &e.a.Verdicts[i]
			f := figure{kind: e.t("figure.verdict"), scheme: e.scheme(v.Scheme)}
			for m := v.From; m <= v.To; m++ {
				f.months = append(f.months, m)
			}
			return f
		}
	case "totals":
		return figure{kind: e.t("total." + parts[1])}
	case "effects":
		return figure{kind: e.t("group." + parts[1])}
	}
	return figure{kind: path}
}

// doubts joins the figures that rest on the same doubtful value.
func (e *explainer) doubts() []DoubtText {
	out := []DoubtText{}
	at := map[assess.Mark]int{}
	var paths [][]string
	for _, m := range e.a.Marks {
		k := assess.Mark{Status: m.Status, Basis: m.Basis}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			t := DoubtText{Status: m.Status, Word: e.name("status", string(m.Status)), Text: e.doubtText(m.Basis)}
			if id, _, _ := strings.Cut(m.Basis, ": "); e.cards[id].ID != "" {
				t.Sources = e.cite(m.Basis)
			}
			out = append(out, t)
			paths = append(paths, nil)
		}
		paths[i] = append(paths[i], m.Path)
	}
	for i := range out {
		out[i].Figures = e.figures(paths[i])
	}
	return out
}

// kernelPhrases are what the kernel itself gives as the reason of a mark.
var kernelPhrases = map[string]string{
	"published on a day not known; taken as known from its first day":      "mark.published",
	"counted from the day after the free period; no source says from when": "mark.free_period",
}

// doubtText says what a mark rests on: a row by its basis, a switch by its
// name and the reading that was taken.
func (e *explainer) doubtText(basis string) string {
	head, rest, ok := strings.Cut(basis, ": ")
	if key := kernelPhrases[basis]; key != "" {
		return e.t(key)
	}
	if !ok {
		return basis
	}
	if _, row := e.cards[head]; row || strings.Contains(head, "/") {
		if key := kernelPhrases[rest]; key != "" {
			return e.t(key)
		}
		return rest
	}
	name, reading, _ := strings.Cut(head, " ")
	if reading == "" {
		return e.name("switch", name) + e.t("colon") + rest
	}
	return e.say("report.switch_taken", args{"switch": e.name("switch", name), "reading": e.name("reading", reading), "basis": rest})
}

// readings joins the figures of the same other reading.
func (e *explainer) readings() []ReadingText {
	out := []ReadingText{}
	at := map[[2]string]int{}
	for _, x := range e.a.Alternatives {
		k := [2]string{x.Switch, x.Reading}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, ReadingText{Switch: e.switchName(x.Switch), Reading: e.name("reading", x.Reading), Items: []OtherText{}})
		}
		out[i].Items = append(out[i].Items, OtherText{Figure: e.list(e.figures([]string{x.Path})), Taken: e.taken(x.Path), Other: x.Amount})
	}
	return out
}

// switchName names a switch, or the row that has another value.
func (e *explainer) switchName(code string) string {
	parts := strings.Split(code, "/")
	if len(parts) < 2 {
		return e.name("switch", code)
	}
	return e.name("row", parts[1]) + e.say("report.in_brackets", args{"text": code})
}

// taken is the figure of the answer that a pointer points at.
func (e *explainer) taken(path string) *money.Fen {
	if i, field, ok := lineOf(path); ok && i < len(e.a.Lines) {
		l := &e.a.Lines[i]
		return map[string]*money.Fen{"base": l.Base, "employer": l.Employer, "person": l.Person, "late_fee": l.LateFee, "interest": l.Interest}[field]
	}
	t := &e.a.Totals
	return map[string]*money.Fen{"/totals/employer": t.Employer, "/totals/person": t.Person, "/totals/late_fee": t.LateFee, "/totals/interest": t.Interest, "/totals/total": t.Total}[path]
}
