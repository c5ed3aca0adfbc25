package report

import (
	"slices"
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

// figures gathers pointers by what they point at, with the months in runs.
type figures struct {
	e     *explainer
	order []string
	by    map[string][]calendar.Month
}

func (f *figures) add(path string) {
	name, month := f.e.figureAt(path)
	if _, ok := f.by[name]; !ok {
		f.order = append(f.order, name)
	}
	f.by[name] = append(f.by[name], month)
}

func (f *figures) list() []string {
	var out []string
	for _, name := range f.order {
		if months := f.by[name]; months[0] != 0 {
			out = append(out, name+" "+f.e.runs(months))
			continue
		}
		out = append(out, name)
	}
	return out
}

// figureAt names the figure that a pointer points at, and its month.
func (e *explainer) figureAt(path string) (string, calendar.Month) {
	if i, field, ok := lineOf(path); ok && i < len(e.a.Lines) {
		l := &e.a.Lines[i]
		return e.scheme(l.Scheme) + " " + e.name("figure", field), l.Month
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if parts[0] == "verdicts" && len(parts) > 1 {
		if i, _, ok := lineOf("/lines/" + parts[1]); ok && i < len(e.a.Verdicts) {
			v := &e.a.Verdicts[i]
			return e.say("report.verdict_on", args{"of": e.scheme(v.Scheme) + " " + e.months(v.From, v.To)}), 0
		}
	}
	if parts[0] == "totals" && len(parts) > 1 {
		return e.t("total." + parts[len(parts)-1]), 0
	}
	if parts[0] == "effects" && len(parts) > 1 {
		return e.t("group." + parts[1]), 0
	}
	return path, 0
}

// doubts joins the figures that rest on the same doubtful value.
func (e *explainer) doubts() []DoubtText {
	out := []DoubtText{}
	at := map[assess.Mark]int{}
	var lists []*figures
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
			lists = append(lists, &figures{e: e, by: map[string][]calendar.Month{}})
		}
		lists[i].add(m.Path)
	}
	for i := range out {
		out[i].Figures = lists[i].list()
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
		name, month := e.figureAt(x.Path)
		if month != 0 {
			name += " " + month.String()
		}
		out[i].Items = append(out[i].Items, OtherText{Figure: name, Taken: e.taken(x.Path), Other: x.Amount})
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
