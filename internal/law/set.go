package law

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"bujiao/internal/calendar"
)

// Row is one entry of a pack.
type Row interface {
	head() *Head
	key() string // what tells it from the other rows of its list
}

// HeadOf returns the row's head for reading.
func HeadOf(r Row) *Head { return r.head() }

// Pack is the card of an area. It is a row so that answers which name the
// local office carry it in their receipt.
type Pack struct {
	Head     `yaml:",inline"`
	Code     string   `yaml:"area" json:"code"`
	Name     Text     `yaml:"name" json:"name"`
	Parent   string   `yaml:"parent,omitempty" json:"parent,omitempty"`
	Pooling  string   `yaml:"pooling,omitempty" json:"pooling,omitempty"`
	BaseYear string   `yaml:"base_year,omitempty" json:"base_year,omitempty"`
	Office   Text     `yaml:"office" json:"office"`
	Hotline  string   `yaml:"hotline" json:"hotline"`
	Adopt    []string `yaml:"adopt,omitempty" json:"adopt,omitempty"`
	Notes    []string `yaml:"notes,omitempty" json:"notes,omitempty"`
	Gaps     []string `yaml:"gaps,omitempty" json:"gaps,omitempty"`
}

// Source is where a value was seen.
type Source struct {
	Doc  string `yaml:"doc" json:"doc"`
	URL  string `yaml:"url,omitempty" json:"url,omitempty"`
	Kind string `yaml:"kind,omitempty" json:"kind,omitempty"`
}

// Set holds rows by list. The yaml keys are the lists of a pack file.
type Set struct {
	Pack            *Pack              `yaml:"pack,omitempty"`
	Sources         map[string]Source  `yaml:"sources,omitempty"`
	Bases           []*Base            `yaml:"bases,omitempty"`
	Rates           []*Rate            `yaml:"rates,omitempty"`
	Injury          []*InjuryRates     `yaml:"injury,omitempty"`
	Fixed           []*Fixed           `yaml:"fixed,omitempty"`
	Relief          []*Relief          `yaml:"relief,omitempty"`
	Flexible        []*Flexible        `yaml:"flexible,omitempty"`
	ResidentMedical []*ResidentMedical `yaml:"resident_medical,omitempty"`
	Enrolment       []*Enrolment       `yaml:"enrolment,omitempty"`
	ResidentPension []*ResidentPension `yaml:"resident_pension,omitempty"`
	ResidentSupport []*ResidentSupport `yaml:"resident_support,omitempty"`
	Interest        []*Interest        `yaml:"interest,omitempty"`
	Wages           []*Wage            `yaml:"wages,omitempty"`
	MinimumWage     []*MinimumWage     `yaml:"minimum_wage,omitempty"`
	Rounding        []*RoundingRule    `yaml:"rounding,omitempty"`
	LateFeeRates    []*LateFeeRate     `yaml:"late_fee_rates,omitempty"`
	LateFeeRules    []*LateFeeRule     `yaml:"late_fee_rules,omitempty"`
	FeeExemptions   []*FeeExemption    `yaml:"fee_exemptions,omitempty"`
	Windows         []*Window          `yaml:"windows,omitempty"`
	Duties          []*Duty            `yaml:"duties,omitempty"`
	Competence      []*Competence      `yaml:"competence,omitempty"`
	Choices         []*Choice          `yaml:"choices,omitempty"`
	CardAreas       []*CardArea        `yaml:"card_areas,omitempty"`
	InterestRules   []*InterestRule    `yaml:"interest_rules,omitempty"`
	InterestCredits []*InterestCredit  `yaml:"interest_credits,omitempty"`
	Verdicts        []*VerdictRule     `yaml:"verdicts,omitempty"`
	Routes          []*Route           `yaml:"routes,omitempty"`
	Papers          []*Paper           `yaml:"papers,omitempty"`
	PaperKinds      []*PaperKind       `yaml:"paper_kinds,omitempty"`
	Continuity      []*ContinuityRule  `yaml:"continuity,omitempty"`
	MedicalGaps     []*MedicalGapRule  `yaml:"medical_gaps,omitempty"`
	Accounts        []*AccountRule     `yaml:"accounts,omitempty"`
	Benefits        []*BenefitRule     `yaml:"benefits,omitempty"`
	Waiting         []*WaitingRule     `yaml:"waiting,omitempty"`
	RetirementAges  []*RetirementAge   `yaml:"retirement_ages,omitempty"`
	MinimumMonths   []*MinimumMonths   `yaml:"minimum_months,omitempty"`
	Populations     []*Population      `yaml:"populations,omitempty"`
	Estimates       []*Estimate        `yaml:"estimates,omitempty"`
	Limitations     []*Limitation      `yaml:"limitations,omitempty"`
	Norms           []*Norm            `yaml:"norms,omitempty"`
	Workdays        []*WorkYear        `yaml:"workdays,omitempty"`
	Examples        []*Example         `yaml:"examples,omitempty"`
	BankLayouts     []*BankLayout      `yaml:"bank_layouts,omitempty"`
	Allocation      []*Allocation      `yaml:"allocation,omitempty"`
	Templates       []*Template        `yaml:"templates,omitempty"`
	Tests           []*Test            `yaml:"tests,omitempty"`
}

// list gives uniform access to one list of a Set.
type list struct {
	kind   string
	priced bool // amounts: an ancestor's row counts only where it is adopted
	each   func(func(Row))
	add    func(Row)
	blank  func() Row
	sort   func() // nearest level first, then by id: the order rows are weighed in
}

func listOf[T any, P interface {
	*T
	Row
}](kind string, priced bool, rows *[]P) list {
	return list{
		kind: kind, priced: priced,
		each: func(f func(Row)) {
			for _, r := range *rows {
				f(r)
			}
		},
		add:   func(r Row) { *rows = append(*rows, r.(P)) },
		blank: func() Row { return P(new(T)) },
		sort: func() {
			sort.SliceStable(*rows, func(i, j int) bool { return before((*rows)[i].head(), (*rows)[j].head()) })
		},
	}
}

// before puts rows of a district before those of its city, province and the
// nation (codes end in more zeros), so that a Book made from a receipt weighs
// rows in the same order as the Book of the packs.
func before(a, b *Head) bool {
	if a.Area != b.Area {
		return a.Area > b.Area
	}
	return a.ID < b.ID
}

// lists is the one table of all lists.
func (s *Set) lists() []list {
	return []list{
		listOf("bases", true, &s.Bases),
		listOf("rates", true, &s.Rates),
		listOf("injury", true, &s.Injury),
		listOf("fixed", true, &s.Fixed),
		listOf("relief", true, &s.Relief),
		listOf("flexible", true, &s.Flexible),
		listOf("resident_medical", true, &s.ResidentMedical),
		listOf("enrolment", true, &s.Enrolment),
		listOf("resident_pension", true, &s.ResidentPension),
		listOf("resident_support", false, &s.ResidentSupport),
		listOf("interest", true, &s.Interest),
		listOf("wages", true, &s.Wages),
		listOf("minimum_wage", true, &s.MinimumWage),
		listOf("rounding", true, &s.Rounding),
		listOf("late_fee_rates", true, &s.LateFeeRates),
		listOf("late_fee_rules", false, &s.LateFeeRules),
		listOf("windows", false, &s.Windows),
		listOf("duties", false, &s.Duties),
		listOf("competence", false, &s.Competence),
		listOf("choices", false, &s.Choices),
		listOf("card_areas", false, &s.CardAreas),
		listOf("fee_exemptions", false, &s.FeeExemptions),
		listOf("interest_rules", false, &s.InterestRules),
		listOf("interest_credits", false, &s.InterestCredits),
		listOf("verdicts", false, &s.Verdicts),
		listOf("routes", false, &s.Routes),
		listOf("papers", false, &s.Papers),
		listOf("paper_kinds", false, &s.PaperKinds),
		listOf("continuity", false, &s.Continuity),
		listOf("medical_gaps", false, &s.MedicalGaps),
		listOf("accounts", false, &s.Accounts),
		listOf("benefits", false, &s.Benefits),
		listOf("waiting", false, &s.Waiting),
		listOf("retirement_ages", false, &s.RetirementAges),
		listOf("minimum_months", false, &s.MinimumMonths),
		listOf("populations", false, &s.Populations),
		listOf("estimates", false, &s.Estimates),
		listOf("limitations", false, &s.Limitations),
		listOf("norms", false, &s.Norms),
		listOf("workdays", false, &s.Workdays),
		listOf("examples", true, &s.Examples),
		listOf("bank_layouts", false, &s.BankLayouts),
		listOf("allocation", false, &s.Allocation),
		listOf("templates", false, &s.Templates),
		listOf("tests", true, &s.Tests),
	}
}

// Each calls f for every row, list by list.
func (s *Set) Each(f func(Row)) {
	if s.Pack != nil {
		f(s.Pack)
	}
	for _, l := range s.lists() {
		l.each(f)
	}
}

// Embedded is a row as a receipt carries it.
type Embedded struct {
	Kind string          `json:"kind"`
	Row  json.RawMessage `json:"row"`
}

// Embed writes rows for a receipt, ordered by kind and id.
func Embed(rows []Row) ([]Embedded, error) {
	out := make([]Embedded, len(rows))
	sorted := append([]Row(nil), rows...)
	sort.Slice(sorted, func(i, j int) bool {
		a, b := sorted[i].head(), sorted[j].head()
		return a.Kind < b.Kind || (a.Kind == b.Kind && a.ID < b.ID)
	})
	for i, r := range sorted {
		b, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		out[i] = Embedded{Kind: r.head().Kind, Row: b}
	}
	return out, nil
}

// codes renders schemes for a row's key: 110+210.
func (s Schemes) codes() string {
	parts := make([]string, len(s))
	for i, x := range s {
		parts[i] = fmt.Sprint(int(x))
	}
	return strings.Join(parts, "+")
}

func (h *Head) month() string {
	if h.From == 0 {
		return "open"
	}
	d := calendar.Date(h.From)
	if d == d.Month().First() {
		return d.Month().String()
	}
	return d.String()
}

func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "/")
}

func (w Who) key() string {
	if w.Tier != "" {
		return w.Population + ":" + w.Tier
	}
	return w.Population
}

func (r *Pack) key() string            { return "card" }
func (r *Base) key() string            { return join(r.Schemes.codes(), r.Who.key(), r.month()) }
func (r *Rate) key() string            { return join(r.Schemes.codes(), r.Who.key(), r.month()) }
func (r *InjuryRates) key() string     { return r.month() }
func (r *Fixed) key() string           { return join(r.Schemes.codes(), r.month()) }
func (r *Relief) key() string          { return join(r.Schemes.codes(), r.UnitType, r.month()) }
func (r *Flexible) key() string        { return join(r.Schemes.codes(), r.Who.key(), r.month()) }
func (r *ResidentMedical) key() string { return join(fmt.Sprint(r.CoverageYear), r.Group) }
func (r *Enrolment) key() string       { return fmt.Sprint(r.CoverageYear) }
func (r *ResidentPension) key() string { return r.month() }
func (r *ResidentSupport) key() string { return join(r.Category, r.month()) }
func (r *Interest) key() string        { return join(fmt.Sprint(int(r.Scheme)), fmt.Sprint(r.Year)) }
func (r *Wage) key() string            { return join(fmt.Sprint(r.StatYear), r.Caliber) }
func (r *MinimumWage) key() string     { return r.month() }
func (r *RoundingRule) key() string {
	return join(r.Target, r.Bearer, fmt.Sprint(len(r.Payers)), r.month())
}
func (r *LateFeeRate) key() string    { return join(r.Schemes.codes(), r.month()) }
func (r *LateFeeRule) key() string    { return join(r.Schemes.codes(), r.month()) }
func (r *Window) key() string         { return join(payersKey(r.Payers), r.Schemes.codes(), r.month()) }
func (r *Duty) key() string           { return join(r.Name, r.Population, r.month()) }
func (r *CardArea) key() string       { return join(r.Name, r.month()) }
func (r *Competence) key() string     { return join(r.Name, r.month()) }
func (r *Choice) key() string         { return join(r.Name, r.month()) }
func (r *FeeExemption) key() string   { return join(r.Rule, r.FeeFrom.String(), r.month()) }
func (r *InterestRule) key() string   { return join(r.Schemes.codes(), r.month()) }
func (r *InterestCredit) key() string { return join(r.Schemes.codes(), r.month()) }
func (r *VerdictRule) key() string    { return join(r.Rule, r.Effect, r.month()) }
func (r *Route) key() string          { return join(r.Name, r.month()) }
func (r *Paper) key() string          { return join(r.Name, r.month()) }
func (r *PaperKind) key() string      { return join(r.Name, r.month()) }
func (r *ContinuityRule) key() string { return join(r.Purpose, r.Variant, r.month()) }
func (r *MedicalGapRule) key() string { return join(r.Rule, fmt.Sprint(r.MinMonths), r.month()) }
func (r *AccountRule) key() string    { return join(r.Schemes.codes(), r.Mode, r.month()) }
func (r *BenefitRule) key() string    { return join(r.Benefit, r.month()) }
func (r *WaitingRule) key() string    { return join(r.Rule, r.month()) }
func (r *RetirementAge) key() string  { return join(string(r.Sex), r.Category) }
func (r *MinimumMonths) key() string  { return fmt.Sprint(r.Year) }
func (r *Population) key() string     { return r.Name }
func (r *Estimate) key() string       { return r.Rule }
func (r *Limitation) key() string     { return r.Rule }
func (r *Norm) key() string           { return join(r.Rule, r.Topic, r.month()) }
func (r *WorkYear) key() string       { return fmt.Sprint(r.Year) }
func (r *Example) key() string {
	return join(fmt.Sprint(int(r.Scheme)), r.Population, r.Period.String(), r.Base.String(), r.Share, r.Rate.Rate().String())
}
func (r *BankLayout) key() string { return join(r.Name, r.month()) }
func (r *Allocation) key() string { return r.month() }
func (r *Test) key() string       { return r.Name }
