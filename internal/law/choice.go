package law

import (
	"slices"

	"bujiao/internal/calendar"
)

// Choice is how an area reads a point of procedure that the law leaves open or
// that is disputed: the reading that holds, and the others. What is decided by
// it names it on its papers.
type Choice struct {
	Head    `yaml:",inline"`
	Name    string   `yaml:"name" json:"name"`
	Value   string   `yaml:"value,omitempty" json:"value,omitempty"`
	Other   []string `yaml:"other,omitempty,flow" json:"other,omitempty"`
	Percent int      `yaml:"percent,omitempty" json:"percent,omitempty"` // instead of a value
	Text    Text     `yaml:"text" json:"text"`
}

// wrong names a field that has no meaning.
func (x *Choice) wrong() string {
	switch {
	case x.Name == "":
		return "name"
	case (x.Value == "") == (x.Percent < 1):
		return "value"
	case x.Value != "" && slices.Contains(x.Other, x.Value), x.Status == Disputed && len(x.Other) == 0:
		return "other"
	}
	return ""
}

// Choice returns how the area reads a point on a day; nil if no pack says it.
func (r *Reader) Choice(name string, on calendar.Date) *Choice {
	for _, x := range r.set.Choices { // the area's own rows come first
		if x.Name == name && x.On(on) {
			r.see(x)
			return x
		}
	}
	return nil
}

// PolicyWindow returns the last day on which months that a policy defers may be
// paid without late fee, and the schemes that it defers; zero if there is no such
// policy for all of the months, or its day is over.
func (r *Reader) PolicyWindow(first, last calendar.Month, on calendar.Date) (until calendar.Date, schemes Schemes) {
	for _, x := range r.set.FeeExemptions {
		if x.PaidBy == 0 || x.PaidBy < on || !slices.Contains(x.Causes, "policy") || !x.Covers(first) || !x.Covers(last) {
			continue
		}
		r.see(x)
		if until == 0 || x.PaidBy < until {
			until = x.PaidBy
		}
		schemes = append(schemes, x.Schemes...)
	}
	return until, schemes
}
