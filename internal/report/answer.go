package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/record"
)

// answer is what quotes and histories have in common, as a body holds it.
type answer struct {
	Person       string               `json:"person"`
	AsOf         calendar.Date        `json:"as_of"`
	KnownAt      calendar.Date        `json:"known_at"`
	Area         string               `json:"area"`
	Grid         []record.Cell        `json:"grid"`
	Gaps         []record.Gap         `json:"gaps"`
	Lines        []assess.QuoteLine   `json:"lines"`
	Verdicts     []assess.Verdict     `json:"verdicts"`
	Effects      *assess.Effects      `json:"effects"`
	Totals       assess.QuoteTotals   `json:"totals"`
	Refused      *assess.QuoteTotals  `json:"refused_totals"`
	Waiting      []assess.Point       `json:"waiting"`
	Missing      []assess.Missing     `json:"missing"`
	Marks        []assess.Mark        `json:"marks"`
	Alternatives []assess.Alternative `json:"alternatives"`

	engine, kind string
	lang         string // of the texts
	laws         []assess.BodyLaw
	trace        []assess.Trace
}

// answerOf takes a history that has no receipt.
func answerOf(h *assess.History) *answer {
	return &answer{Person: h.Person, Grid: h.Grid, Gaps: h.Gaps, Lines: h.Lines, Verdicts: h.Verdicts, Effects: h.Effects, Totals: h.Totals, Refused: h.Refused, Waiting: h.Waiting,
		Missing: h.Missing, Marks: h.Marks, Alternatives: h.Alternatives, kind: "history", trace: h.Trace}
}

// readBody reads the body of a receipt, or a receipt that holds one.
func readBody(data json.RawMessage) (*answer, error) {
	var doc struct {
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(data, &doc); err == nil && len(doc.Body) > 0 {
		data = doc.Body
	}
	data, err := unredact(data)
	if err != nil {
		return nil, err
	}
	var b assess.Body
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fault.Wrap(fault.Invalid, "report.no_body", nil, err)
	}
	if b.Kind != "quote" && b.Kind != "history" {
		return nil, fault.New(fault.Invalid, "report.no_body", nil)
	}
	var input struct {
		AsOf    calendar.Date `json:"as_of"`
		KnownAt calendar.Date `json:"known_at"`
		Lang    string        `json:"lang"`
	}
	a := &answer{engine: b.Engine, kind: b.Kind, laws: b.Laws, trace: b.Trace}
	for _, x := range []struct {
		from json.RawMessage
		to   any
	}{{b.Input, &input}, {b.Result, a}} {
		if err := json.Unmarshal(x.from, x.to); err != nil {
			return nil, fault.Wrap(fault.Invalid, "report.no_body", nil, err)
		}
	}
	a.lang = input.Lang
	if a.AsOf == 0 {
		a.AsOf, a.KnownAt = input.AsOf, input.KnownAt
	}
	if a.KnownAt == 0 {
		a.KnownAt = a.AsOf
	}
	return a, nil
}

// unredact drops what was taken out of a receipt before it was shown to
// others. An explanation does without the input and the person; it is refused
// when a figure is gone, since it would then say something else.
func unredact(data json.RawMessage) (json.RawMessage, error) {
	if !bytes.Contains(data, []byte(`"redacted"`)) {
		return data, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fault.Wrap(fault.Invalid, "report.no_body", nil, err)
	}
	gone := ""
	tree = withoutMarkers(tree, "", func(pointer string) {
		free := strings.HasPrefix(pointer, "/input/") || pointer == "/result/person"
		if !free && gone == "" {
			gone = pointer
		}
	})
	if gone != "" {
		return nil, fault.New(fault.Invalid, "report.redacted", fault.Args{"pointer": gone})
	}
	return json.Marshal(tree)
}

// withoutMarkers drops the markers of redacted values and reports where they
// stood. Elements of arrays become null.
func withoutMarkers(v any, pointer string, gone func(string)) any {
	switch x := v.(type) {
	case map[string]any:
		if x["redacted"] == true && x["hash"] != nil {
			gone(pointer)
			return nil
		}
		for k, y := range x {
			if y = withoutMarkers(y, pointer+"/"+k, gone); y == nil && x[k] != nil {
				delete(x, k)
				continue
			}
			x[k] = y
		}
	case []any:
		for i, y := range x {
			x[i] = withoutMarkers(y, pointer+"/"+strconv.Itoa(i), gone)
		}
	}
	return v
}

// rowCard is what a source list says of a row, whatever its kind.
type rowCard struct {
	ID        string     `json:"id"`
	Rule      string     `json:"rule"`
	From      law.Since  `json:"from"`
	To        law.Until  `json:"to"`
	Published law.Until  `json:"published"`
	Status    law.Status `json:"status"`
	Boundary  law.Status `json:"boundary_status"`
	Basis     string     `json:"basis"`
	Area      string     `json:"area"`
	Docs      []string   `json:"docs"`
	Code      string     `json:"code"` // of an area's card
	Name      bothNames  `json:"name"`
}

// bothNames is a name in both languages where a row has one; other rows use
// the field for a code, which is no concern here.
type bothNames struct{ law.Text }

// UnmarshalJSON takes texts and ignores codes.
func (n *bothNames) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, &n.Text)
	}
	return nil
}

// cards reads the heads of all rows of a body.
func (a *answer) cards() (map[string]rowCard, map[string]law.Text, error) {
	out, areas := map[string]rowCard{}, map[string]law.Text{}
	for _, l := range a.laws {
		for _, r := range l.Rows {
			var c rowCard
			if err := json.Unmarshal(r.Row, &c); err != nil {
				return nil, nil, fault.Wrap(fault.Invalid, "report.no_body", nil, fmt.Errorf("row of kind %s: %w", r.Kind, err))
			}
			out[c.ID] = c
			if c.Code != "" {
				areas[c.Code] = c.Name.Text
			}
		}
	}
	return out, areas, nil
}
