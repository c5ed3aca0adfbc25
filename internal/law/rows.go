package law

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Schemes is a list of insurances that one row speaks of.
type Schemes []insurance.Scheme

// Has reports whether the list names the scheme; an empty list names all.
func (s Schemes) Has(x insurance.Scheme) bool {
	for _, y := range s {
		if x == y {
			return true
		}
	}
	return len(s) == 0
}

// Who are the row's addressees: a population (employee is everybody whom no
// other population of the same scheme and month matches) and, where an area
// runs several, a tier ("1", "2,3").
type Who struct {
	Population string `yaml:"population,omitempty" json:"population,omitempty"`
	Tier       string `yaml:"tier,omitempty" json:"tier,omitempty"`
}

// Alt is the other value of a conflicting row, as the other source gives it.
type Alt struct {
	Floor    *money.Fen     `yaml:"floor,omitempty" json:"floor,omitempty"`
	Ceiling  *money.Fen     `yaml:"ceiling,omitempty" json:"ceiling,omitempty"`
	Employer *money.Percent `yaml:"employer_pct,omitempty" json:"employer,omitempty"`
	Person   *money.Percent `yaml:"employee_pct,omitempty" json:"person,omitempty"`
	Rate     *money.Percent `yaml:"rate_pct,omitempty" json:"rate,omitempty"`
	Includes Schemes        `yaml:"includes,omitempty,flow" json:"includes,omitempty"`
	From     string         `yaml:"from,omitempty" json:"from,omitempty"`
	Period   string         `yaml:"period,omitempty" json:"period,omitempty"`
	Source   string         `yaml:"source,omitempty" json:"source,omitempty"`
	Note     string         `yaml:"note,omitempty" json:"note,omitempty"`
}

// Base holds the limits of the contribution base (缴费基数上下限), in yuan a month.
type Base struct {
	Head      `yaml:",inline"`
	Who       `yaml:",inline"`
	Schemes   Schemes    `yaml:"schemes,flow" json:"schemes"`
	Floor     *money.Fen `yaml:"floor,omitempty" json:"floor,omitempty"`
	Ceiling   *money.Fen `yaml:"ceiling,omitempty" json:"ceiling,omitempty"`
	NoCeiling bool       `yaml:"no_ceiling,omitempty" json:"no_ceiling,omitempty"` // true: there is none; false and no ceiling: not seen
	Reference *money.Fen `yaml:"reference,omitempty" json:"reference,omitempty"`   // average monthly wage behind the limits
	FloorRule string     `yaml:"floor_rule,omitempty" json:"floor_rule,omitempty"`
	Alt       *Alt       `yaml:"alt,omitempty,flow" json:"alt,omitempty"`
}

// Rate holds the shares of employer and person (费率).
type Rate struct {
	Head       `yaml:",inline"`
	Who        `yaml:",inline"`
	Schemes    Schemes                  `yaml:"schemes,flow" json:"schemes"`
	Employer   *money.Percent           `yaml:"employer_pct,omitempty" json:"employer,omitempty"`
	Person     *money.Percent           `yaml:"employee_pct,omitempty" json:"person,omitempty"`
	Includes   Schemes                  `yaml:"includes,omitempty,flow" json:"includes,omitempty"` // contained in Employer, not charged again
	Components map[string]money.Percent `yaml:"components,omitempty,flow" json:"components,omitempty"`
	BaseAmount *money.Fen               `yaml:"base_amount,omitempty" json:"base_amount,omitempty"` // charged on this amount, not on the own base
	BaseOf     insurance.Scheme         `yaml:"base_of,omitempty" json:"base_of,omitempty"`         // charged on the base of another scheme
	Alt        *Alt                     `yaml:"alt,omitempty,flow" json:"alt,omitempty"`
}

// InjuryRates holds the employer's rate by risk class (工伤行业基准费率).
type InjuryRates struct {
	Head    `yaml:",inline"`
	Classes map[int]money.Percent `yaml:"classes_pct,omitempty,flow" json:"classes,omitempty"`
	Scale   string                `yaml:"scale,omitempty" json:"scale,omitempty"` // the source's words for the table
}

// Fixed is an amount that does not depend on the base (定额).
type Fixed struct {
	Head    `yaml:",inline"`
	Schemes Schemes           `yaml:"schemes,flow" json:"schemes"`
	Payers  []insurance.Payer `yaml:"payers,flow" json:"payers"` // who is charged
	Amount  money.Fen         `yaml:"amount" json:"amount"`      // borne by the person
	Unit    string            `yaml:"unit" json:"unit"`          // month | year
	ByMonth map[int]money.Fen `yaml:"by_month,omitempty,flow" json:"by_month,omitempty"`
}

// Relief multiplies a payer's amount (减免): 0 waives, 0.5 halves.
type Relief struct {
	Head       `yaml:",inline"`
	Schemes    Schemes    `yaml:"schemes,flow" json:"schemes"`
	UnitType   string     `yaml:"unit_type" json:"unit_type"` // all, or one of insurance.UnitType
	Factor     money.Rate `yaml:"factor" json:"factor"`       // of the employer's share
	Measure    string     `yaml:"measure" json:"measure"`     // the same measure on two levels counts once
	MonthsRule string     `yaml:"months_rule,omitempty" json:"months_rule,omitempty"`
}

// Flexible holds what a person without employer pays (灵活就业人员).
type Flexible struct {
	Head        `yaml:",inline"`
	Who         `yaml:",inline"`
	Schemes     Schemes                  `yaml:"schemes,flow" json:"schemes"`
	Rate        *money.Percent           `yaml:"rate_pct,omitempty" json:"rate,omitempty"`
	Choice      string                   `yaml:"choice" json:"choice"` // any (between the limits), grades (percent of the reference), list (Bases), fixed (limits coincide or amount printed), unknown
	BaseRule    string                   `yaml:"base_rule,omitempty" json:"base_rule,omitempty"`
	BaseFloor   *money.Fen               `yaml:"base_floor,omitempty" json:"base_floor,omitempty"`
	BaseCeiling *money.Fen               `yaml:"base_ceiling,omitempty" json:"base_ceiling,omitempty"`
	Grades      []money.Percent          `yaml:"grades_pct_of_reference,omitempty,flow" json:"grades,omitempty"`
	Bases       []money.Fen              `yaml:"bases,omitempty,flow" json:"bases,omitempty"`
	Amount      *money.Fen               `yaml:"monthly_amount,omitempty" json:"monthly_amount,omitempty"`
	Parts       map[string]money.Percent `yaml:"parts,omitempty,flow" json:"parts,omitempty"` // rounded one by one, then summed
	Alt         *Alt                     `yaml:"alt,omitempty,flow" json:"alt,omitempty"`
}

// ResidentMedical holds the yearly personal premium of residents.
type ResidentMedical struct {
	Head         `yaml:",inline"`
	NoticeYear   int            `yaml:"notice_year,omitempty" json:"notice_year,omitempty"`
	CoverageYear int            `yaml:"coverage_year" json:"coverage_year"`
	Group        string         `yaml:"group" json:"group"`
	Personal     *money.Fen     `yaml:"personal,omitempty" json:"personal,omitempty"` // yuan a year
	Subsidy      *money.Fen     `yaml:"subsidy,omitempty" json:"subsidy,omitempty"`
	Unit         string         `yaml:"unit" json:"unit"`
	PersonalRate *money.Percent `yaml:"personal_rate_pct,omitempty" json:"personal_rate,omitempty"` // of RateBase, a month
	RateBase     *money.Fen     `yaml:"rate_base,omitempty" json:"rate_base,omitempty"`
}

// Enrolment is the central period of a coverage year (集中参保期). A missing
// From is a start that was not seen.
type Enrolment struct {
	Head         `yaml:",inline"`
	CoverageYear int `yaml:"coverage_year" json:"coverage_year"`
}

// ResidentPension holds the yearly grades and the subsidy by fee.
type ResidentPension struct {
	Head   `yaml:",inline"`
	Grades []PensionGrade `yaml:"grades,flow" json:"grades"`
	Max    *money.Fen     `yaml:"max,omitempty" json:"max,omitempty"` // where any fee between the brackets is possible
}

// PensionGrade is a yearly fee (or the lowest fee of a bracket) and its subsidy.
type PensionGrade struct {
	MinFee  money.Fen `yaml:"min_fee" json:"min_fee"`
	Subsidy money.Fen `yaml:"subsidy" json:"subsidy"`
}

// ResidentSupport says what the state bears of the personal share of a group of
// residents (SIL 25; R-REG-07).
type ResidentSupport struct {
	Head     `yaml:",inline"`
	Category string     `yaml:"category" json:"category"` // such as minimum_living
	Schemes  Schemes    `yaml:"schemes,flow" json:"schemes"`
	Borne    string     `yaml:"borne" json:"borne"`                       // all | amount | unknown
	Amount   *money.Fen `yaml:"amount,omitempty" json:"amount,omitempty"` // yuan a year, of borne: amount
	Text     Text       `yaml:"text" json:"text"`
}

// What of the personal share is borne.
const (
	BorneAll     = "all"
	BorneAmount  = "amount"
	BorneUnknown = "unknown" // that something is borne is law, how much is for the area to say
)

// Own is what is left to the person of a share.
func (x *ResidentSupport) Own(share money.Fen) money.Fen {
	if x.Borne == BorneAmount {
		return max(share-*x.Amount, 0)
	}
	return 0
}

// wrong names the first field that does not fit; empty if all do.
func (x *ResidentSupport) wrong() string {
	switch {
	case x.Category == "":
		return "category"
	case x.Borne != BorneAll && x.Borne != BorneAmount && x.Borne != BorneUnknown:
		return "borne"
	case (x.Borne == BorneAmount) != (x.Amount != nil) || (x.Amount != nil && *x.Amount <= 0):
		return "amount"
	case x.Text.ZH == "" || x.Text.EN == "":
		return "text"
	}
	return ""
}

// Interest is the rate credited to individual accounts for a year (记账利率).
type Interest struct {
	Head   `yaml:",inline"`
	Scheme insurance.Scheme `yaml:"scheme" json:"scheme"`
	Year   int              `yaml:"year" json:"year"`
	Rate   money.Percent    `yaml:"rate_pct" json:"rate"`
	Scope  string           `yaml:"scope,omitempty" json:"scope,omitempty"`
}

// Wage is a published average wage; it explains limits and is never priced.
type Wage struct {
	Head     `yaml:",inline"`
	StatYear int        `yaml:"stat_year" json:"stat_year"`
	Caliber  string     `yaml:"caliber" json:"caliber"`
	Monthly  *money.Fen `yaml:"monthly,omitempty" json:"monthly,omitempty"`
	Annual   *money.Fen `yaml:"annual,omitempty" json:"annual,omitempty"`
}

// MinimumWage is shown beside floors that follow it.
type MinimumWage struct {
	Head    `yaml:",inline"`
	Monthly money.Fen `yaml:"monthly" json:"monthly"`
}

// RoundingRule says how bases or amounts are rounded.
type RoundingRule struct {
	Head     `yaml:",inline"`
	Target   string            `yaml:"target" json:"target"`                          // base (the wage), limits (floor, ceiling, grades), amount
	Bearer   string            `yaml:"bearer,omitempty" json:"bearer,omitempty"`      // employer, person, or both (empty)
	Payers   []insurance.Payer `yaml:"payers,omitempty,flow" json:"payers,omitempty"` // empty: all
	Rounding money.Rounding    `yaml:"rounding,flow" json:"rounding"`
	Other    []money.Rounding  `yaml:"other,omitempty" json:"other,omitempty"` // the other readings, where the source leaves it open
	Scope    string            `yaml:"scope,omitempty" json:"scope,omitempty"` // the source's words
	Words    string            `yaml:"words,omitempty" json:"words,omitempty"`
}

// Date bounds of fee months, where a row is in force by the day of the
// application and speaks of months of another range.
type FeeMonths struct {
	FeeFrom calendar.Month `yaml:"fee_from,omitempty" json:"fee_from"`
	FeeTo   calendar.Month `yaml:"fee_to,omitempty" json:"fee_to"`
}

// Covers reports whether the fee month lies in the range; open ends are zero.
func (f FeeMonths) Covers(m calendar.Month) bool {
	return f.FeeFrom <= m && (f.FeeTo == 0 || m <= f.FeeTo)
}
