package law

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// LateFeeRate is the fee a day (滞纳金), by the days on which it runs.
type LateFeeRate struct {
	Head    `yaml:",inline"`
	Schemes Schemes    `yaml:"schemes,omitempty,flow" json:"schemes,omitempty"`
	Daily   money.Rate `yaml:"daily" json:"daily"`
}

// Switch is one choice inside a rule, with the readings it was not.
type Switch struct {
	Value  string   `yaml:"value" json:"value"`
	Status Status   `yaml:"status" json:"status"`
	Other  []string `yaml:"other,omitempty,flow" json:"other,omitempty"`
	Rule   string   `yaml:"rule,omitempty" json:"rule,omitempty"`
	Basis  string   `yaml:"basis,omitempty" json:"basis,omitempty"`
}

// Deadline is the last day of payment of a fee month.
type Deadline struct {
	MonthOffset int    `yaml:"month_offset" json:"month_offset"` // 0: in the fee month, 1: in the next
	Day         int    `yaml:"day" json:"day"`
	Roll        Switch `yaml:"roll" json:"roll"` // none | next_working_day
}

// LateFeeRule says from which day to which day the fee runs for a fee month.
// Head.From..To are fee months. Values of the switches:
// start: day_after_deadline | first_of_month_after_collection | unknown;
// end: day_before_declare | day_before_bill | pay_date_inclusive | pay_date_exclusive;
// cap: none | principal. Rules R-LATEFEE-06, -07, -10.
type LateFeeRule struct {
	Head             `yaml:",inline"`
	Schemes          Schemes       `yaml:"schemes,omitempty,flow" json:"schemes,omitempty"`
	Start            Switch        `yaml:"start" json:"start"`
	CollectionOffset int           `yaml:"collection_offset,omitempty" json:"collection_offset,omitempty"` // months from fee month to collection month
	Deadline         *Deadline     `yaml:"deadline,omitempty" json:"deadline,omitempty"`
	End              Switch        `yaml:"end" json:"end"`
	EndChanged       calendar.Date `yaml:"end_disputed_from,omitempty" json:"end_disputed_from"` // payments from this day: the end rule is disputed
	Cap              Switch        `yaml:"cap" json:"cap"`
	Missing          *Text         `yaml:"missing,omitempty" json:"missing,omitempty"` // what is not known, when start is unknown or no deadline is given
}

// FeeExemption says when no late fee is charged (R-LATEFEE-11).
type FeeExemption struct {
	Head      `yaml:",inline"`
	FeeMonths `yaml:",inline"`
	Payers    []insurance.Payer `yaml:"payers,omitempty,flow" json:"payers,omitempty"`
	Schemes   Schemes           `yaml:"schemes,omitempty,flow" json:"schemes,omitempty"`
	Causes    []insurance.Cause `yaml:"causes,omitempty,flow" json:"causes,omitempty"`
	PaidBy    calendar.Date     `yaml:"paid_by,omitempty" json:"paid_by"` // free if paid by this day; zero: always
	Text      Text              `yaml:"text" json:"text"`
}

// InterestRule says whether a made-up month carries account interest.
type InterestRule struct {
	Head    `yaml:",inline"`
	Schemes Schemes `yaml:"schemes,flow" json:"schemes"`
	Mode    string  `yaml:"mode" json:"mode"` // none | agency_figure (the formula was not seen: missing)
	Text    Text    `yaml:"text" json:"text"`
}

// Selector narrows a rule before its condition is evaluated; empty lists and
// zero months match everything.
type Selector struct {
	Payers    []insurance.Payer `yaml:"payers,omitempty,flow" json:"payers,omitempty"`
	Schemes   Schemes           `yaml:"schemes,omitempty,flow" json:"schemes,omitempty"`
	Causes    []insurance.Cause `yaml:"causes,omitempty,flow" json:"causes,omitempty"`
	FeeMonths `yaml:",inline"`
	When      string `yaml:"when,omitempty" json:"when,omitempty"` // CEL over the facts of conditions.go
}

// VerdictRule says whether a month may be made up. Head.From..To are days of
// application. All rules that match speak: one refusal refuses, else one
// condition makes the answer conditional, else one permission allows it.
type VerdictRule struct {
	Head     `yaml:",inline"`
	Selector `yaml:",inline"`
	Effect   string   `yaml:"effect" json:"effect"` // allow | condition | refuse | note
	Text     Text     `yaml:"text" json:"text"`
	Off      bool     `yaml:"off,omitempty" json:"off,omitempty"`                // stands in the pack but is not applied until an area enables it
	Replaces []string `yaml:"replaces,omitempty,flow" json:"replaces,omitempty"` // rows that say nothing where this one speaks
}

// Route is the way an application goes. Head.From..To are days of application.
// Of the routes that match, the one with the highest priority is taken.
type Route struct {
	Head     `yaml:",inline"`
	Selector `yaml:",inline"`
	Name     string `yaml:"name" json:"name"` // the route's id in answers
	Priority int    `yaml:"priority" json:"priority"`
	Text     Text   `yaml:"text" json:"text"`
	Steps    []Step `yaml:"steps" json:"steps"`
}

// Step is one act at one office; its term starts when the step before ends.
type Step struct {
	ID      string `yaml:"id" json:"id"`
	Office  Text   `yaml:"office" json:"office"`
	Action  Text   `yaml:"action" json:"action"`
	Days    int    `yaml:"days,omitempty" json:"days,omitempty"`         // zero: no term is known
	DayKind string `yaml:"day_kind,omitempty" json:"day_kind,omitempty"` // working | calendar
	Basis   string `yaml:"basis,omitempty" json:"basis,omitempty"`
}

// Paper is a document to hand in. Without a legal basis it is shown as what a
// counter may ask for, never as required (R-REG-06).
type Paper struct {
	Head           `yaml:",inline"`
	Selector       `yaml:",inline"`
	Name           string   `yaml:"name" json:"name"`                              // the paper's id in answers
	Routes         []string `yaml:"routes,omitempty,flow" json:"routes,omitempty"` // empty: any
	Copies         int      `yaml:"copies" json:"copies"`
	Seals          []string `yaml:"seals,omitempty,flow" json:"seals,omitempty"`                // official, finance, employee_signature
	Proves         []string `yaml:"proves,omitempty,flow" json:"proves,omitempty"`              // what it is asked for; empty: for itself
	Substitutes    []string `yaml:"substitutes,omitempty,flow" json:"substitutes,omitempty"`    // papers that are as good, for what they prove of it
	Original       bool     `yaml:"original,omitempty" json:"original,omitempty"`               // the original is to be seen
	BeforePayment  bool     `yaml:"before_payment,omitempty" json:"before_payment,omitempty"`   // formed before the payment, not issued later
	ForApplication bool     `yaml:"for_application,omitempty" json:"for_application,omitempty"` // made for this application: an earlier one does not serve
	PerEmployer    bool     `yaml:"per_employer,omitempty" json:"per_employer,omitempty"`       // one for all persons of the application
	LegalBasis     *string  `yaml:"legal_basis,omitempty" json:"legal_basis"`
	Text           Text     `yaml:"text" json:"text"`
}

// PaperKind is a kind of paper that no row asks for by itself: it stands in for
// one that is, or belongs to another business than a make-up.
type PaperKind struct {
	Head   `yaml:",inline"`
	Name   string   `yaml:"name" json:"name"`
	Proves []string `yaml:"proves,omitempty,flow" json:"proves,omitempty"` // what a paper of the kind can prove, where it says so
	Text   Text     `yaml:"text" json:"text"`
}

// Proofs lists what a paper can prove: a labour relation, a wage, who one is.
var Proofs = []string{"relation", "wage", "identity"}

// ContinuityRule says how a consumer counts months (R-CONT-*).
type ContinuityRule struct {
	Head           `yaml:",inline"`
	Purpose        string  `yaml:"purpose" json:"purpose"` // house, car_plate, hukou, school, retirement
	Variant        string  `yaml:"variant,omitempty" json:"variant,omitempty"`
	Schemes        Schemes `yaml:"schemes,flow" json:"schemes"`
	Months         int     `yaml:"months" json:"months"`
	Cumulative     bool    `yaml:"cumulative,omitempty" json:"cumulative,omitempty"`
	CountsBackpay  bool    `yaml:"counts_backpay" json:"counts_backpay"`
	GapTolerance   int     `yaml:"gap_tolerance" json:"gap_tolerance"`                           // unpaid months in a row that do not break the run
	UntilLastMonth bool    `yaml:"until_last_month,omitempty" json:"until_last_month,omitempty"` // counted back from the month before the application
	Text           Text    `yaml:"text" json:"text"`
}

// MedicalGapRule says what an interruption of medical cover does (R-MED-02..06).
type MedicalGapRule struct {
	Head         `yaml:",inline"`
	Payers       []insurance.Payer `yaml:"payers,omitempty,flow" json:"payers,omitempty"`
	MaxMonths    int               `yaml:"max_months,omitempty" json:"max_months,omitempty"` // gaps up to this length; zero: any
	MinMonths    int               `yaml:"min_months,omitempty" json:"min_months,omitempty"` // gaps of at least this length
	Retroactive  string            `yaml:"retroactive" json:"retroactive"`                   // yes | no | within_order | unknown
	WaitMonths   *int              `yaml:"wait_months,omitempty" json:"wait_months"`         // full months after resuming; null: not known
	WaitAtMost   int               `yaml:"wait_at_most,omitempty" json:"wait_at_most,omitempty"`
	ChangeMonths int               `yaml:"change_months,omitempty" json:"change_months,omitempty"` // in a row as an employee: who joins the residents after them goes by this rule too; 0: nobody does
	Priority     int               `yaml:"priority,omitempty" json:"priority,omitempty"`
	Text         Text              `yaml:"text" json:"text"`
}

// AccountRule says how a made-up month enters the personal account (R-REG-02, R-MED-11).
type AccountRule struct {
	Head    `yaml:",inline"`
	Schemes Schemes        `yaml:"schemes,flow" json:"schemes"`
	Credit  *money.Percent `yaml:"credit_pct_of_base,omitempty" json:"credit,omitempty"` // of the base
	Mode    string         `yaml:"mode" json:"mode"`                                     // credit | person_share | within_year_or_lump | unknown
	Off     bool           `yaml:"off,omitempty" json:"off,omitempty"`
	Text    Text           `yaml:"text" json:"text"`
}

// BenefitRule holds a condition of months for a benefit (R-UI-01, R-MAT-01).
type BenefitRule struct {
	Head        `yaml:",inline"`
	Benefit     string `yaml:"benefit" json:"benefit"` // unemployment | maternity | injury
	Months      int    `yaml:"months" json:"months"`
	Continuous  bool   `yaml:"continuous,omitempty" json:"continuous,omitempty"`
	MonthsAfter int    `yaml:"months_after,omitempty" json:"months_after,omitempty"`
	Bands       []Band `yaml:"bands,omitempty,flow" json:"bands,omitempty"`
	Text        Text   `yaml:"text" json:"text"`
}

// Band gives the longest benefit for at least so many paid months.
type Band struct {
	From int `yaml:"from" json:"from"`
	Max  int `yaml:"max" json:"max"`
}

// WaitingRule holds residents' waiting periods (R-MED-07). Months are full months.
type WaitingRule struct {
	Head            `yaml:",inline"`
	Fixed           int      `yaml:"fixed_months" json:"fixed_months"`
	PerYear         int      `yaml:"per_year_months" json:"per_year_months"`
	FirstYearCounts Switch   `yaml:"first_year_counts" json:"first_year_counts"` // true | false
	CountFromYear   int      `yaml:"count_from_year,omitempty" json:"count_from_year,omitempty"`
	FloorYears      int      `yaml:"floor_years" json:"floor_years"`
	FloorMonths     int      `yaml:"floor_months" json:"floor_months"`
	BenefitsFrom    Switch   `yaml:"benefits_from" json:"benefits_from"` // day_after_corresponding_day | corresponding_day
	Exempt          []string `yaml:"exempt_groups,flow" json:"exempt_groups"`
	NewbornDays     int      `yaml:"newborn_days,omitempty" json:"newborn_days,omitempty"` // enrolled within so many days of birth, cover reaches back to it (R-MED-09); 0: not said
	Text            Text     `yaml:"text" json:"text"`
}

// RetirementAge is one column of the table of statutory retirement ages (R-RET-01).
type RetirementAge struct {
	Head       `yaml:",inline"`
	Sex        insurance.Sex  `yaml:"sex" json:"sex"`
	Category   string         `yaml:"category,omitempty" json:"category,omitempty"` // worker | cadre for women
	BaseYears  int            `yaml:"base_years" json:"base_years"`
	FirstBirth calendar.Month `yaml:"first_birth" json:"first_birth"` // first birth month that is delayed
	Per        int            `yaml:"births_per_month" json:"births_per_month"`
	MaxDelay   int            `yaml:"max_delay_months" json:"max_delay_months"`
	MaxShift   int            `yaml:"flexible_months" json:"flexible_months"` // earlier or later by choice (R-RET-02)
}

// MinimumMonths is the contribution time needed, by year of retirement (R-RET-03).
type MinimumMonths struct {
	Head   `yaml:",inline"`
	Year   int `yaml:"year" json:"year"` // and later years up to the next row
	Months int `yaml:"months" json:"months"`
}

// Population is a group of payers and what it implies.
type Population struct {
	Head      `yaml:",inline"`
	Name      string             `yaml:"name" json:"name"`
	Implies   []string           `yaml:"implies,omitempty,flow" json:"implies,omitempty"`
	UnitType  insurance.UnitType `yaml:"unit_type,omitempty" json:"unit_type,omitempty"`   // units of this type put their staff here
	Hukou     string             `yaml:"hukou,omitempty" json:"hukou,omitempty"`           // local | nonlocal: who has this registration belongs here
	HukouKind string             `yaml:"hukou_kind,omitempty" json:"hukou_kind,omitempty"` // urban | rural
	Text      Text               `yaml:"text" json:"text"`
}

// Estimate is the provisional amount of a month that was not declared (R-DECL-04).
type Estimate struct {
	Head   `yaml:",inline"`
	Factor money.Rate `yaml:"factor" json:"factor"`
	Text   Text       `yaml:"text" json:"text"`
}

// Limitation is the two-year line (R-LIM-01, -03): a flag, never a refusal.
type Limitation struct {
	Head  `yaml:",inline"`
	Years int    `yaml:"years" json:"years"`
	Flag  string `yaml:"flag" json:"flag"`
	Text  Text   `yaml:"text" json:"text"`
}

// Flags reports whether the last of some months ended more than the years of the
// rule before a day. It is a flag and refuses nothing (R-LIM-03).
func (x *Limitation) Flags(last calendar.Month, on calendar.Date) bool {
	return last != 0 && last.Last().AddMonths(12*x.Years) < on
}

// Norm is a rule that is shown and cited, and moves no figure by itself.
type Norm struct {
	Head   `yaml:",inline"`
	Topic  string            `yaml:"topic,omitempty" json:"topic,omitempty"` // what it is told for
	Payers []insurance.Payer `yaml:"payers,omitempty,flow" json:"payers,omitempty"`
	Text   Text              `yaml:"text" json:"text"`
}

// InsteadOfMakeUp is the topic of norms that say what is open to whom a make-up
// is refused.
const InsteadOfMakeUp = "instead_of_makeup"

// WorkYear is the working-day table of a year (R-CAL-04).
type WorkYear struct {
	Head   `yaml:",inline"`
	Year   int             `yaml:"year" json:"year"`
	Rest   []calendar.Date `yaml:"rest_weekdays,flow" json:"rest_weekdays"`
	Worked []calendar.Date `yaml:"worked_weekend_days,flow" json:"worked_weekend_days"`
}

// Example is an amount printed by a source; pack test recomputes it.
type Example struct {
	Head       `yaml:",inline"`
	Scheme     insurance.Scheme `yaml:"scheme" json:"scheme"`
	Population string           `yaml:"population" json:"population"`
	Tier       string           `yaml:"tier,omitempty" json:"tier,omitempty"`
	Period     calendar.Month   `yaml:"period" json:"period"`
	Base       money.Fen        `yaml:"base" json:"base"`
	Rate       money.Percent    `yaml:"rate_pct" json:"rate"`
	Amount     money.Fen        `yaml:"amount" json:"amount"`
	Share      string           `yaml:"share,omitempty" json:"share,omitempty"`       // employer | person | part:<name>
	Misprint   *money.Fen       `yaml:"misprint,omitempty" json:"misprint,omitempty"` // what the page prints by error
}
