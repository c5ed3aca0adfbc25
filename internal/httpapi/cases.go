package httpapi

import (
	"bujiao/internal/access"
	"bujiao/internal/casework"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/plan"
)

// CaseKind is a kind of case: what may happen, as a table, in words and as
// pictures.
type CaseKind struct {
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	About   string          `json:"about"`
	Rules   []string        `json:"rules"`
	Table   *casework.Table `json:"table,omitempty"`
	Help    string          `json:"help,omitempty"`    // Markdown
	Mermaid string          `json:"mermaid,omitempty"` // source of a state diagram
	SVG     string          `json:"svg,omitempty"`
}

type kindsIn struct{}

func listCaseKinds(c *call, _ *kindsIn) (*Page[CaseKind], error) {
	kinds, err := office.CaseKinds()
	if err != nil {
		return nil, err
	}
	out := []CaseKind{}
	for _, t := range kinds {
		out = append(out, CaseKind{Kind: t.Kind, Name: t.Name.In(c.lang), About: t.About, Rules: t.Rules})
	}
	return whole(out), nil
}

type kindIn struct {
	Kind string `path:"kind" maxLength:"40"`
}

func showCaseKind(c *call, in *kindIn) (CaseKind, error) {
	t, err := office.CaseKindOf(in.Kind)
	if err != nil {
		return CaseKind{}, err
	}
	return ShowCaseKind(t, c.lang), nil
}

// ShowCaseKind is a kind of case as doors show it, in a language.
func ShowCaseKind(t *casework.Table, language string) CaseKind {
	return CaseKind{Kind: t.Kind, Name: t.Name.In(language), About: t.About, Rules: t.Rules, Table: t, Help: t.Help(language), Mermaid: t.Mermaid(language), SVG: t.SVG(language)}
}

type openCaseIn struct {
	Keyed
	Doc[office.CaseOpening]
}

func openCase(c *call, in *openCaseIn) (office.Moved, error) {
	return c.office().OpenCase(c.ctx, c.ask(in.Area, in.Key), in.value)
}

type casesIn struct {
	Reading
	Paged
	Kind     string `query:"kind" maxLength:"40"`
	State    string `query:"state" maxLength:"40"`
	Person   string `query:"person" maxLength:"64"`
	Employer string `query:"employer" maxLength:"64"`
	Owner    string `query:"owner" maxLength:"20" doc:"the role that has to act"`
}

func listCases(c *call, in *casesIn) (*Page[casework.Case], error) {
	list, err := c.office().Cases(c.ctx, in.ask(c), casework.Filter{Kind: in.Kind, State: in.State, Person: in.Person, Employer: in.Employer, Owner: access.Role(in.Owner)}, in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(x casework.Case) string { return x.ID }), nil
}

// CaseShown is a case with its history and with what the asker can do next.
type CaseShown struct {
	casework.Case
	Name      string           `json:"name"`
	StateName string           `json:"state_name"`
	Facts     casework.Values  `json:"facts"`
	Events    []casework.Event `json:"events"`
	Months    []casework.Month `json:"months"`
	Parts     []casework.Case  `json:"parts"`
	Next      []CaseNext       `json:"next"`
	Cover     []plan.Run       `json:"cover,omitempty"` // of medical insurance day by day, where the case is about it
}

// CaseNext is an event that the asker could let happen now.
type CaseNext struct {
	Event    string       `json:"event"`
	Name     string       `json:"name"`
	Help     string       `json:"help,omitempty"`
	Fields   []CaseField  `json:"fields"`
	Optional []CaseField  `json:"optional"`
	Reason   bool         `json:"reason"`  // one must be given in words
	Refused  []CaseReason `json:"refused"` // what stands in its way; empty: nothing
}

// CaseField is something to be given with an event.
type CaseField struct {
	Name   string   `json:"name"`
	Type   string   `json:"type"`
	Values []string `json:"values,omitempty"`
	Text   string   `json:"text"`
}

// CaseReason is a condition that does not hold, or a fact that is not known.
type CaseReason struct {
	ID   string `json:"id"`
	Rule string `json:"rule,omitempty"`
	Text string `json:"text"`
}

func showCase(c *call, in *readIn) (CaseShown, error) {
	v, err := c.office().ReadCase(c.ctx, in.ask(c), in.ID)
	if err != nil {
		return CaseShown{}, err
	}
	return ShowCase(v, c.lang), nil
}

// ShowCase is a case as doors show it, in a language.
func ShowCase(v office.CaseView, language string) CaseShown {
	out := CaseShown{Case: v.Case, Name: v.Table.Name.In(language), Facts: v.Facts, Events: v.Events, Months: v.Months, Parts: v.Parts, Next: []CaseNext{}}
	if s := v.Table.State(v.State); s != nil {
		out.StateName = s.Name.In(language)
	}
	for _, r := range v.Cover {
		r.Text = lang.Text(language, r.Text, nil)
		out.Cover = append(out.Cover, r)
	}
	for _, o := range v.Options {
		out.Next = append(out.Next, CaseNext{Event: o.Move.ID, Name: o.Move.Name.In(language), Help: o.Move.Help.In(language), Reason: o.Move.Reason,
			Fields: fieldsOf(v.Table, o.Move.Fields, language), Optional: fieldsOf(v.Table, o.Move.Optional, language), Refused: CaseReasons(o.Unmet, language)})
	}
	return out
}

func fieldsOf(t *casework.Table, names []string, language string) []CaseField {
	out := []CaseField{}
	for _, n := range names {
		f := t.Fact(n)
		out = append(out, CaseField{Name: n, Type: f.Type, Values: f.Values, Text: f.Text.In(language)})
	}
	return out
}

// CaseReasons says why an event is refused, in a language.
func CaseReasons(u *casework.Unmet, language string) []CaseReason {
	out := []CaseReason{}
	if u == nil {
		return out
	}
	for _, g := range u.Guards {
		out = append(out, CaseReason{ID: g.ID, Rule: g.Rule, Text: g.Text.In(language)})
	}
	for _, f := range u.Unknown {
		out = append(out, CaseReason{ID: f.Name, Text: notKnown(f.Text, language)})
	}
	return out
}

func notKnown(what law.Text, language string) string {
	return lang.Text(language, "casework.unknown", map[string]string{"what": what.In(language)})
}

type caseEventIn struct {
	Edit
	OfID
	Doc[CaseEventBody]
}

// CaseEventBody asks for an event of a case.
type CaseEventBody struct {
	Event  string           `json:"event"`
	Data   casework.Values  `json:"data,omitempty"`
	Months []casework.Month `json:"months,omitempty"`
	Reason string           `json:"reason,omitempty"`
}

func moveCase(c *call, in *caseEventIn) (office.Moved, error) {
	b := in.value
	q := c.ask(in.Area, in.Key)
	if in.Tag != "" { // an event says by its name from which states it happens; who wants more names the one that was seen
		q = in.ask(c)
	}
	return c.office().MoveCase(c.ctx, q, office.CaseMove{Case: in.ID, Event: b.Event, Data: b.Data, Months: b.Months, Reason: b.Reason})
}
