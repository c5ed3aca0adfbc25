package report

import (
	"encoding/json"
	"slices"
	"strconv"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
)

// VerdictText is a verdict in words. Verdicts that differ only in scheme and
// months are one, with several entries in Of.
type VerdictText struct {
	Of         []string     `json:"of"` // scheme and months
	Verdict    string       `json:"verdict"`
	Word       string       `json:"word"`
	Conditions []string     `json:"conditions"`
	Reasons    []ReasonText `json:"reasons"`
	Route      *RouteText   `json:"route"`
	Papers     []PaperText  `json:"papers"`
}

// ReasonText is a rule that speaks, with what it rests on.
type ReasonText struct {
	Rule      string `json:"rule"`
	Text      string `json:"text"`
	Condition bool   `json:"condition"` // it stands among the conditions too
	Sources   []int  `json:"sources"`
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
	out := PaperText{Text: p.Text, Detail: s.list(words), Required: p.Required, Need: s.t("paper.may_be_asked")}
	if p.Required && p.LegalBasis != nil {
		out.Need = s.say("report.paper.required", args{"basis": *p.LegalBasis})
	}
	return out
}

// verdicts puts the verdicts into words and joins those that say the same.
func (e *explainer) verdicts() []VerdictText {
	out := []VerdictText{}
	at := map[string]int{}
	for i := range e.a.Verdicts {
		v := e.a.Verdicts[i]
		t := e.verdict(&v)
		if v.Area != "" && len(e.a.laws) > 1 {
			t.Of[0] += " " + e.area(v.Area)
		}
		key := sameVerdict(v)
		if j, ok := at[key]; ok {
			out[j].Of = append(out[j].Of, t.Of[0])
			continue
		}
		for j, r := range v.Reasons {
			t.Reasons[j].Sources = e.cite(r.Basis)
		}
		if v.Route != nil {
			t.Route.Sources = e.cite(v.Route.Basis)
		}
		at[key] = len(out)
		out = append(out, t)
	}
	return out
}

// sameVerdict is a verdict without scheme and months.
func sameVerdict(v assess.Verdict) string {
	v.Scheme, v.From, v.To = 0, 0, 0
	v.Papers = slices.Clone(v.Papers)
	for i := range v.Papers {
		v.Papers[i].ForMonths = ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "" // unreachable: the type has no value that cannot be written
	}
	return string(b)
}

// papers lists every paper once, those that the law requires first.
func (e *explainer) papers() []PaperText {
	out := []PaperText{}
	at := map[string]int{}
	for i := range e.a.Verdicts {
		v := &e.a.Verdicts[i]
		of := e.scheme(v.Scheme) + " " + e.months(v.From, v.To)
		for _, p := range v.Papers {
			t := e.paper(&p)
			key := t.Text + "\x00" + t.Detail + "\x00" + t.Need
			j, ok := at[key]
			if !ok {
				j = len(out)
				at[key] = j
				out = append(out, t)
			}
			out[j].For = append(out[j].For, of)
		}
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
