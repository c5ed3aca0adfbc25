package law

import (
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// Competence says the office of which place is competent (属地) for somebody in
// a capacity. Head.From and To are days of application.
type Competence struct {
	Head     `yaml:",inline"`
	Name     string            `yaml:"name" json:"name"`
	Payers   []insurance.Payer `yaml:"payers,flow" json:"payers"`
	Services []string          `yaml:"services,omitempty,flow" json:"services,omitempty"` // empty: all without a row of their own
	By       string            `yaml:"by" json:"by"`                                      // one of the two below
	Text     Text              `yaml:"text" json:"text"`
}

// The places by which an office is competent.
const (
	ByInsured   = "insured"   // where the employer or the person is insured (参保地)
	ByHousehold = "household" // where the household is registered (户籍地)
)

// wrong names a field that has no meaning.
func (x *Competence) wrong() string {
	switch {
	case x.Name == "":
		return "name"
	case len(x.Payers) == 0:
		return "payers"
	case x.By != ByInsured && x.By != ByHousehold:
		return "by"
	}
	return ""
}

// Competence returns the row for a capacity and a service on a day: one that
// names the service goes before one for all. No row is nil.
func (r *Reader) Competence(payer insurance.Payer, service string, on calendar.Date) *Competence {
	var found *Competence
	for _, x := range r.set.Competence { // the area's own rows come first
		if !x.On(on) || !slices.Contains(x.Payers, payer) || (len(x.Services) > 0 && !slices.Contains(x.Services, service)) {
			continue
		}
		if found == nil || (len(found.Services) == 0 && len(x.Services) > 0) {
			found = x
		}
	}
	if found != nil {
		r.see(found)
	}
	return found
}

// Step finds a step of the routes by its id: what the law calls the office that
// does it. Routes that are in force on the day go first; false if no route has
// the step.
func (r *Reader) Step(id string, on calendar.Date) (step Step, found bool) {
	for _, now := range []bool{true, false} {
		for _, x := range r.set.Routes {
			if x.On(on) != now {
				continue
			}
			for _, s := range x.Steps {
				if s.ID == id {
					r.see(x)
					return s, true
				}
			}
		}
	}
	return Step{}, false
}
