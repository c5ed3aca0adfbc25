package report

import (
	"encoding/json"
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Explanation is an answer in words. Amounts in sentences are as the receipt
// has them, with thousands grouped; numbers in Sources fields point into the
// list of sources, the first being 1.
type Explanation struct {
	Kind     string        `json:"kind"` // quote | history
	Engine   string        `json:"engine,omitempty"`
	Lang     string        `json:"lang"`
	Person   string        `json:"person,omitempty"`
	AsOf     calendar.Date `json:"as_of"`
	KnownAt  calendar.Date `json:"known_at"`
	Areas    []string      `json:"areas"`
	Totals   []Step        `json:"totals"`
	Lines    []LineText    `json:"lines"`
	Verdicts []VerdictText `json:"verdicts"`
	Papers   []PaperText   `json:"papers"` // of all verdicts, each once
	Effects  []EffectText  `json:"effects"`
	Waiting  []string      `json:"waiting"`
	Missing  []string      `json:"missing"`
	Doubts   []DoubtText   `json:"doubts"`
	Readings []ReadingText `json:"readings"`
	Sources  []SourceText  `json:"sources"`
	Policy   []law.Policy  `json:"policy"`
}

// LineText explains the figures of one scheme and month.
type LineText struct {
	Title string `json:"title"`
	Steps []Step `json:"steps"`
}

// Step explains one figure: the arithmetic, and what is behind it.
type Step struct {
	Figure  string     `json:"figure"` // base, employer, person, late_fee, interest, provisional, total
	Name    string     `json:"name"`
	Amount  *money.Fen `json:"amount"`
	Text    string     `json:"text"`
	Detail  []string   `json:"detail,omitempty"`
	Sources []int      `json:"sources,omitempty"`
}

// SourceText is a row of the law that was cited.
type SourceText struct {
	Number int      `json:"number"`
	ID     string   `json:"id"`
	Basis  string   `json:"basis,omitempty"`
	Docs   []string `json:"docs,omitempty"`
	Status string   `json:"status"` // code
	Text   string   `json:"text"`   // status, area and time in words
}

// Explain renders the explanation that the body of a receipt holds, as "text",
// "html" or "json". It decides and computes nothing. A body that cannot be
// read, or from which figures were taken out, is a *fault.Error.
func Explain(body json.RawMessage, lang, format string, words assess.Say) ([]byte, error) {
	a, err := readBody(body)
	if err != nil {
		return nil, err
	}
	s := speech{lang, words}
	e, err := explain(s, a)
	if err != nil {
		return nil, err
	}
	switch format {
	case "json":
		b, err := encode(e)
		return append(b, '\n'), err
	case "text":
		return []byte(s.text(e)), nil
	case "html":
		return explainPage(s, a, e)
	}
	return nil, fault.New(fault.Usage, "report.format", fault.Args{"format": format})
}

// explainer builds one Explanation.
type explainer struct {
	speech
	a     *answer
	out   *Explanation
	cards map[string]rowCard
	areas map[string]law.Text
	cited map[string]int
}

// explain puts an answer into words. It translates the texts of the answer.
func explain(s speech, a *answer) (*Explanation, error) {
	e := &explainer{speech: s, a: a, cited: map[string]int{}}
	var err error
	if e.cards, e.areas, err = a.cards(); err != nil {
		return nil, err
	}
	newTranslator(s, a).answer(a)
	e.out = &Explanation{Kind: a.kind, Engine: a.engine, Lang: s.lang, Person: a.Person, AsOf: a.AsOf, KnownAt: a.KnownAt,
		Areas: e.areaNames(), Lines: []LineText{}, Verdicts: []VerdictText{}, Waiting: []string{}, Policy: []law.Policy{}}
	for _, l := range a.laws {
		e.out.Policy = append(e.out.Policy, l.Policy)
	}
	e.out.Totals = e.totals()
	for i := range a.Lines {
		e.out.Lines = append(e.out.Lines, e.line(i))
	}
	e.out.Verdicts = e.verdicts()
	e.out.Papers = e.papers()
	e.out.Effects = e.effects()
	for _, p := range a.Waiting {
		e.out.Waiting = append(e.out.Waiting, s.say("report.waiting.point", args{"day": p.Day.String(), "fee": s.amount(p.LateFee), "total": s.amount(p.Total)}))
	}
	e.out.Missing = s.missing(a.Missing)
	e.out.Doubts = e.doubts()
	e.out.Readings = e.readings()
	if e.out.Sources == nil {
		e.out.Sources = []SourceText{}
	}
	return e.out, nil
}

func (e *explainer) areaNames() []string {
	codes := []string{}
	for _, l := range e.a.laws {
		codes = append(codes, l.Area)
	}
	slices.Sort(codes)
	out := []string{}
	for _, c := range slices.Compact(codes) {
		out = append(out, e.area(c))
	}
	return out
}

// area is the name of an area with its code, as far as the body knows it.
func (e *explainer) area(code string) string {
	if name := e.areas[code]; !name.Empty() {
		return name.In(e.lang) + " " + code
	}
	return code
}

// cite numbers the rows behind a figure in the order in which they are named.
// Rows are given by id, or as answers cite them: "id: basis".
func (e *explainer) cite(rows ...string) []int {
	var out []int
	for _, r := range rows {
		id, basis, _ := strings.Cut(r, ": ")
		if id == "" {
			continue
		}
		n := e.cited[id]
		if n == 0 {
			n = len(e.out.Sources) + 1
			e.cited[id] = n
			e.out.Sources = append(e.out.Sources, e.source(n, id, basis))
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (e *explainer) source(n int, id, basis string) SourceText {
	c, ok := e.cards[id]
	if !ok {
		return SourceText{Number: n, ID: id, Basis: basis}
	}
	status := c.Status
	if c.Boundary != "" {
		status = status.Worse(c.Boundary)
	}
	words := []string{e.name("status", string(status)), e.area(c.Area)}
	from, to := calendar.Date(c.From), calendar.Date(c.To)
	switch {
	case from != 0 && to != 0:
		words = append(words, e.say("report.source.span", args{"from": from.String(), "to": to.String()}))
	case from != 0:
		words = append(words, e.say("report.source.from", args{"from": from.String()}))
	case to != 0:
		words = append(words, e.say("report.source.to", args{"to": to.String()}))
	}
	if c.Published != 0 {
		words = append(words, e.say("report.source.published", args{"day": calendar.Date(c.Published).String()}))
	}
	return SourceText{Number: n, ID: id, Basis: c.Basis, Docs: c.Docs, Status: string(status), Text: strings.Join(words, e.t("semicolon"))}
}

// totals says who owes what, and why a sum is not known.
func (e *explainer) totals() []Step {
	t := e.a.Totals
	var out []Step
	for _, x := range []struct {
		figure string
		v      *money.Fen
	}{{"employer", t.Employer}, {"person", t.Person}, {"late_fee", t.LateFee}, {"interest", t.Interest}, {"total", t.Total}} {
		s := Step{Figure: x.figure, Name: e.t("total." + x.figure), Amount: x.v}
		s.Text = e.say("report.equals", args{"name": s.Name, "amount": e.amount(x.v)})
		if x.v == nil {
			why := e.list(e.holesOf(x.figure))
			s.Text = e.say("report.total_unknown", args{"name": s.Name, "why": why})
			s.Detail = []string{e.say("report.waits_for", args{"what": why})}
		}
		if x.figure == "total" && e.a.Refused != nil {
			s.Detail = append(s.Detail, e.say("report.refused_part", args{"amount": e.amount(e.a.Refused.Total)}))
		}
		out = append(out, s)
	}
	return out
}

// holesOf names what is missing for lines whose figure is null, each once.
func (e *explainer) holesOf(figure string) []string {
	var out []string
	for i := range e.a.Lines {
		l := &e.a.Lines[i]
		null := map[string]bool{"employer": l.Employer == nil, "person": l.Person == nil, "late_fee": l.LateFee == nil, "interest": l.Interest == nil, "total": lineTotal(l) == nil}
		if !null[figure] {
			continue
		}
		for _, w := range e.holes(figure, l) {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return e.orNotSaid(out)
}

// holes names the values that a figure of a line waits for.
func (e *explainer) holes(figure string, l *assess.QuoteLine) []string {
	var out []string
	for _, m := range missingOf(e.a.Missing, l) {
		if w := e.parameter(m.Parameter); needs(figure, m.Parameter) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// needs reports whether a figure can wait for a parameter: a share waits for no
// rule of the late fee, a late fee waits for its own rules and for the shares.
func needs(figure, parameter string) bool {
	interest := strings.HasPrefix(parameter, "interest")
	fee := strings.HasPrefix(parameter, "late_fee") || parameter == "rounding.late_fee" || parameter == "workdays"
	switch figure {
	case "total":
		return true
	case "interest":
		return interest
	case "late_fee":
		return !interest
	}
	return !interest && !fee
}

func (e *explainer) orNotSaid(words []string) []string {
	if len(words) == 0 {
		return []string{e.t("not_said")}
	}
	return words
}
