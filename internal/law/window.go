package law

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// Window says on which days a month is declared (R-DECL-08). Head.From..To are
// fee months. The last day of payment stands in the late-fee rules, which
// reckon from it; only where they do not know it, Pays says that the window's
// last day is that of payment too. Values of the switches:
// serves: same | preceding | unknown, the fee month as seen from the month of
// the window; roll: none | next_working_day, of a last day that is not worked.
type Window struct {
	Head     `yaml:",inline"`
	Payers   []insurance.Payer `yaml:"payers,omitempty,flow" json:"payers,omitempty"`
	Schemes  Schemes           `yaml:"schemes,omitempty,flow" json:"schemes,omitempty"`
	FirstDay int               `yaml:"first_day,omitempty" json:"first_day,omitempty"` // zero: not said
	LastDay  int               `yaml:"last_day,omitempty" json:"last_day,omitempty"`   // past the month's end: its last day; zero: that of payment
	Pays     bool              `yaml:"pays,omitempty" json:"pays,omitempty"`
	Serves   Switch            `yaml:"serves,omitempty" json:"serves"`
	Roll     Switch            `yaml:"roll" json:"roll"`
	MakeUp   *MakeUpWindow     `yaml:"make_up,omitempty" json:"make_up,omitempty"`
}

// MakeUpWindow is the last day of a month on which a unit's make-up is taken
// (R-ROUTE-06), by month where they differ.
type MakeUpWindow struct {
	LastDay int         `yaml:"last_day" json:"last_day"`
	ByMonth map[int]int `yaml:"by_month,omitempty" json:"by_month,omitempty"`
}

// The values of Window.Serves.
const (
	ServesSame      = "same"
	ServesPreceding = "preceding"
	ServesUnknown   = "unknown"
)

// wrong names a field that has no meaning.
func (x *Window) wrong() string {
	day := func(d int) bool { return d >= 0 && d <= 31 }
	switch {
	case !day(x.FirstDay):
		return "first_day"
	case !day(x.LastDay) || (x.LastDay != 0 && x.LastDay < x.FirstDay) || (x.Pays && x.LastDay == 0):
		return "last_day"
	case x.FirstDay == 0 && x.LastDay == 0:
		if x.Serves.Value != "" {
			return "serves"
		}
	case x.Serves.Value != ServesSame && x.Serves.Value != ServesPreceding && x.Serves.Value != ServesUnknown:
		return "serves"
	case x.Roll.Value != "none" && x.Roll.Value != "next_working_day":
		return "roll"
	}
	return ""
}

// YearStart returns the first month of the contribution year (缴费年度) of a
// month: that of the pension limits of employees in force, or, where the year's
// own are not known yet, the month after the last that were.
func (r *Reader) YearStart(m calendar.Month) (calendar.Month, *Hole) {
	var last *Base
	for _, x := range r.set.Bases {
		general := x.Population == "" || x.Population == "employee"
		if general && x.Schemes.Has(insurance.Pension) && calendar.Date(x.From) <= m.First() && (last == nil || x.From > last.From) {
			last = x
		}
	}
	switch {
	case last == nil || last.From == 0:
		return 0, &Hole{Parameter: "bases"}
	case last.In(m):
		r.see(last)
		return calendar.Date(last.From).Month(), nil
	}
	r.see(last)
	return calendar.Date(last.To).Month() + 1, nil
}

// Window returns the window of a fee month: of the nearest level that has one,
// the row that names the scheme before the general one.
func (r *Reader) Window(m calendar.Month, s insurance.Scheme, k insurance.Payer) (*Window, *Hole) {
	var best *Window
	for _, x := range r.set.Windows { // the area's own rows come first
		if !x.In(m) || !x.Schemes.Has(s) || !hasPayer(x.Payers, k) {
			continue
		}
		if best == nil || (x.Area == best.Area && len(best.Schemes) == 0 && len(x.Schemes) > 0) {
			best = x
		}
	}
	if best == nil {
		return nil, &Hole{Parameter: "windows"}
	}
	r.see(best)
	return best, nil
}
