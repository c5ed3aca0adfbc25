package report

import (
	"encoding/json"
	"slices"
	"strconv"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
)

// VerdictText is a verdict in words, of one or more schemes and months. Papers
// are filled in for a single verdict only; an Explanation lists them together.
type VerdictText struct {
	Of         []string     `json:"of"` // scheme and months
	Verdict    string       `json:"verdict"`
	Word       string       `json:"word"`
	Conditions []string     `json:"conditions"`
	Reasons    []ReasonText `json:"reasons"`
	Route      *RouteText   `json:"route"`
	Papers     []PaperText  `json:"papers,omitempty"`
}

// ReasonText is a rule that speaks, with what it rests on.
type ReasonText struct {
	Rule      string   `json:"rule"`
	Text      string   `json:"text"`
	Condition bool     `json:"condition"`     // it stands among the conditions too
	For       []string `json:"for,omitempty"` // the schemes and months, if not all of the verdict
	Sources   []int    `json:"sources"`

	reason assess.Reason
}

// RouteText is the way to go.
type RouteText struct {
	ID      string     `json:"id"`
	Text    string     `json:"text"`
	Steps   []StepText `json:"steps"`
	Sources []int      `json:"sources"`
}

// StepText is one act at an office. Term and Ends are empty where no term is
// known.
type StepText struct {
	Office string `json:"office"`
	Action string `json:"action"`
	Term   string `json:"term,omitempty"`
	Ends   string `json:"ends,omitempty"`
}

// PaperText is a paper to bring. Required papers name their law; the others
// may be asked for by the counter.
type PaperText struct {
	Text     string   `json:"text"`
	Detail   string   `json:"detail"` // copies, seals, months
	Need     string   `json:"need"`
	Required bool     `json:"required"`
	For      []string `json:"for,omitempty"` // schemes and months, in a list of all papers
}

// verdict puts one verdict into words.
func (s *speech) verdict(v *assess.Verdict) VerdictText {
	out := VerdictText{Of: []string{s.scheme(v.Scheme) + " " + s.months(v.From, v.To)}, Verdict: v.Verdict, Word: s.name("verdict", v.Verdict),
		Conditions: v.Conditions, Reasons: []ReasonText{}, Papers: []PaperText{}}
	for _, r := range v.Reasons {
		out.Reasons = append(out.Reasons, ReasonText{Rule: r.Rule, Text: r.Text, Condition: slices.Contains(v.Conditions, r.Text)})
	}
	if v.Route != nil {
		out.Route = s.route(v.Route)
	}
	for _, p := range v.Papers {
		out.Papers = append(out.Papers, s.paper(&p))
	}
	return out
}

func (s *speech) route(r *assess.RouteAnswer) *RouteText {
	out := &RouteText{ID: r.ID, Text: r.Text, Steps: []StepText{}}
	for _, x := range r.Steps {
		t := StepText{Office: x.Office, Action: x.Action}
		if x.Days != nil {
			kind := "calendar"
			if x.DayKind == "working" {
				kind = "working"
			}
			t.Term = s.say("report.term."+kind, args{"days": strconv.Itoa(*x.Days)})
			t.Ends = s.t("term.undated")
			if x.Ends != calendar.Date(0) {
				t.Ends = s.say("report.term.ends", args{"day": x.Ends.String()})
			}
		}
		out.Steps = append(out.Steps, t)
	}
	return out
}

func (s *speech) paper(p *assess.PaperAnswer) PaperText {
	words := []string{s.say("report.paper.copies", args{"copies": strconv.Itoa(p.Copies)})}
	for _, x := range p.Seals {
		words = append(words, s.name("seal", x))
	}
	out := PaperText{Text: p.Text, Detail: s.list(words), Required: p.Required, Need: s.say("report.paper.may_be_asked", nil)}
	if p.Required && p.LegalBasis != nil {
		out.Need = s.say("report.paper.required", args{"basis": *p.LegalBasis})
	}
	return out
}

// verdicts puts the verdicts into words. Those of one outcome and one way are
// joined; a reason that does not hold for all of them says for which it does.
func (e *explainer) verdicts() []VerdictText {
	out := []VerdictText{}
	at := map[string]int{}
	var of [][]stretch
	var reasons []map[assess.Reason][]stretch
	for i := range e.a.Verdicts {
		v := &e.a.Verdicts[i]
		key := sameWay(v)
		j, ok := at[key]
		if !ok {
			j = len(out)
			at[key] = j
			t := e.verdict(v)
			t.Reasons, t.Conditions, t.Papers = []ReasonText{}, []string{}, nil
			if v.Route != nil {
				t.Route.Sources = e.cite(v.Route.Basis)
			}
			out, of, reasons = append(out, t), append(of, nil), append(reasons, map[assess.Reason][]stretch{})
		}
		where := e.stretch(v)
		of[j] = append(of[j], where)
		for _, r := range v.Reasons {
			if len(reasons[j][r]) == 0 {
				condition := slices.Contains(v.Conditions, r.Text)
				out[j].Reasons = append(out[j].Reasons, ReasonText{Rule: r.Rule, Text: r.Text, Condition: condition, Sources: e.cite(r.Basis), reason: r})
				if condition {
					out[j].Conditions = append(out[j].Conditions, r.Text)
				}
			}
			reasons[j][r] = append(reasons[j][r], where)
		}
	}
	for j := range out {
		out[j].Of = e.stretches(of[j])
		for k := range out[j].Reasons {
			if list := reasons[j][out[j].Reasons[k].reason]; len(list) < len(of[j]) {
				out[j].Reasons[k].For = e.stretches(list)
			}
		}
	}
	return out
}

// stretch is a scheme and its months, in words.
type stretch struct{ scheme, when string }

func (e *explainer) stretch(v *assess.Verdict) stretch {
	out := stretch{e.scheme(v.Scheme), e.months(v.From, v.To)}
	if v.Area != "" && len(e.a.laws) > 1 {
		out.when += e.say("report.in_brackets", args{"text": e.area(v.Area)})
	}
	return out
}

// stretches joins schemes that have the same months.
func (s *speech) stretches(list []stretch) []string {
	schemes := map[string][]string{}
	var order []string
	for _, x := range list {
		if schemes[x.when] == nil {
			order = append(order, x.when)
		}
		if !slices.Contains(schemes[x.when], x.scheme) {
			schemes[x.when] = append(schemes[x.when], x.scheme)
		}
	}
	var out []string
	for _, when := range order {
		out = append(out, s.list(schemes[when])+" "+when)
	}
	return out
}

// sameWay is what joined verdicts share: area, outcome and way.
func sameWay(v *assess.Verdict) string {
	b, err := json.Marshal(struct {
		Area, Verdict string
		Route         *assess.RouteAnswer
	}{v.Area, v.Verdict, v.Route})
	if err != nil {
		return "" // unreachable: the type has no value that cannot be written
	}
	return string(b)
}

// papers lists every paper once, those that the law requires first.
func (e *explainer) papers() []PaperText {
	out := []PaperText{}
	at := map[string]int{}
	var of [][]stretch
	for i := range e.a.Verdicts {
		v := &e.a.Verdicts[i]
		for _, p := range v.Papers {
			t := e.paper(&p)
			key := t.Text + "\x00" + t.Detail + "\x00" + t.Need
			j, ok := at[key]
			if !ok {
				j = len(out)
				at[key] = j
				out, of = append(out, t), append(of, nil)
			}
			of[j] = append(of[j], e.stretch(v))
		}
	}
	for j := range out {
		out[j].For = e.stretches(of[j])
	}
	slices.SortStableFunc(out, func(a, b PaperText) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return out
}
