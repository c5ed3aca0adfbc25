package law

import "bujiao/internal/calendar"

// Duty is something that must be done within a term that the law counts, such
// as to register an employee within 30 days of the first day of work. Head.From
// and To are the days on which a term begins. Days are counted by R-CAL-01.
type Duty struct {
	Head       `yaml:",inline"`
	Name       string `yaml:"name" json:"name"`
	Population string `yaml:"population,omitempty" json:"population,omitempty"` // of whom; empty: of everybody without a row of their own
	Days       int    `yaml:"days,omitempty" json:"days,omitempty"`
	Months     int    `yaml:"months,omitempty" json:"months,omitempty"`   // instead of days
	Counted    string `yaml:"counted,omitempty" json:"counted,omitempty"` // of days: calendar | working; without days: same_day
	Text       Text   `yaml:"text" json:"text"`
}

// The duties that the program knows (R-REG-03, R-REG-04).
const (
	RegisterEmployee = "register_employee"
	RegisterEmployer = "register_employer"
	ChangeEmployer   = "change_employer"
)

// Populations for whom the duty to insure began on a day of its own (R-REG-08).
const (
	Foreigner = "foreigner"
	HKMT      = "hkmt" // Hong Kong, Macao, Taiwan
)

// sameDay is the term of what must be done on the day itself.
const sameDay = "same_day"

// wrong names a field that has no meaning.
func (x *Duty) wrong() string {
	switch {
	case x.Name == "":
		return "name"
	case x.Counted == sameDay && x.Days == 0 && x.Months == 0:
		return ""
	case (x.Days < 1) == (x.Months < 1):
		return "days"
	case x.Days > 0 && x.Counted != "calendar" && x.Counted != "working":
		return "counted"
	}
	return ""
}

// Duty returns the duty about what happened on a day, and the day on which it
// began: that day, or, where the law came later for people of a population of
// their own, the first day of the law. No duty is nil.
func (r *Reader) Duty(name, population string, on calendar.Date) (duty *Duty, began calendar.Date) {
	for _, x := range r.set.Duties { // the area's own rows come first
		if x.Name != name || x.Population != population || (x.To != 0 && calendar.Date(x.To) < on) {
			continue
		}
		first := calendar.Date(x.From)
		if first > on && population == "" {
			continue // there was another law before
		}
		if first = max(first, on); duty == nil || first < began {
			duty, began = x, first
		}
	}
	if duty != nil {
		r.see(duty)
	}
	return duty, began
}

// Ends counts the term of a duty that begins after a day. Months end on the
// corresponding day, or on the last of a month that has none (R-CAL-01). A year without a
// working-day table is a calendar.MissingYearError.
func (x *Duty) Ends(w *calendar.Workdays, from calendar.Date) (calendar.Date, error) {
	switch x.Counted {
	case "working":
		return w.AddWorkdays(from, x.Days)
	case sameDay:
		return from, nil
	}
	if x.Months > 0 {
		return w.Roll(from.AddMonths(x.Months))
	}
	_, end, err := w.AddDays(from, x.Days)
	return end, err
}
