package law

import (
	"fmt"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// InterestCredit says how the interest of a year is reckoned on a personal
// account; the rate stands in Interest. A row holds for the years whose
// December lies in Head.From..To. Values of InYear: month_product (what came in
// during the year bears interest for its month and those after it) | none (only
// what stood there before).
type InterestCredit struct {
	Head     `yaml:",inline"`
	Schemes  Schemes        `yaml:"schemes,flow" json:"schemes"`
	InYear   Switch         `yaml:"in_year" json:"in_year"`
	Rounding money.Rounding `yaml:"rounding,flow" json:"rounding"`
	Text     Text           `yaml:"text" json:"text"`
}

// The values of InterestCredit.InYear.
const (
	MonthProduct = "month_product"
	NotInYear    = "none"
)

// wrong names a field that has no meaning.
func (x *InterestCredit) wrong() string {
	switch {
	case x.InYear.Value != MonthProduct && x.InYear.Value != NotInYear:
		return "in_year"
	case x.Rounding.Check() != nil:
		return "rounding"
	}
	return ""
}

// InterestCredit returns the rule of a year.
func (r *Reader) InterestCredit(s insurance.Scheme, year int) (*InterestCredit, *Hole) {
	for _, x := range r.set.InterestCredits {
		if x.In(calendar.NewMonth(year, 12)) && x.Schemes.Has(s) {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: fmt.Sprintf("interest_credits/%d", year)}
}
