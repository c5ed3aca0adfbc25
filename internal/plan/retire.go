package plan

import (
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// Categories of women's posts; they decide between 50 and 55 (R-RET-01).
const (
	Worker = "worker"
	Cadre  = "cadre"
)

// Births that Retire takes; later ones retire after the last year there is.
const firstBirthYear, lastBirthYear = 1900, 2100

// maxMonths is a hundred years, longer than anybody pays.
const maxMonths = 1200

// RetireRequest asks when somebody retires.
type RetireRequest struct {
	Born         calendar.Month `json:"born"`
	Sex          insurance.Sex  `json:"sex"`
	Category     string         `json:"category,omitempty"` // worker | cadre, for women
	Months       *int           `json:"months,omitempty"`   // contribution months; nil: not given
	FirstInsured calendar.Month `json:"first_insured,omitzero"`
	Say          Say            `json:"-"`
}

// RetireAnswer says when, and what else is possible. Null figures are
// explained in Missing.
type RetireAnswer struct {
	RetireMonth calendar.Month `json:"retire_month"` // the statutory one
	AgeYears    *int           `json:"age_years"`
	AgeMonths   *int           `json:"age_months"`
	DelayMonths *int           `json:"delay_months"`
	MinMonths   *int           `json:"min_months"`   // of the year of RetireMonth
	ShortMonths *int           `json:"short_months"` // null also if the months are not given
	Options     []Option       `json:"options"`
	Notes       []Reason       `json:"notes"`
	Marks       []Mark         `json:"marks"`
	Missing     []Missing      `json:"missing"`
}

// Option is one way to retire. MinMonths is that of the year of Month.
type Option struct {
	Kind      string         `json:"kind"` // early | statutory | late | extend | top_up | to_resident
	Month     calendar.Month `json:"month"`
	MinMonths *int           `json:"min_months"`
	Allowed   bool           `json:"allowed"`
	Reasons   []Reason       `json:"reasons"`
}

// Retire applies R-RET-01..06. A woman without category is a Usage fault that
// names both; other bad fields are Usage (not given) or Invalid (out of range).
func Retire(r *law.Reader, q RetireRequest) (*RetireAnswer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	d := newDesk(r, q.Say)
	a := &RetireAnswer{Options: []Option{}, Notes: []Reason{}}
	category := q.Category
	if q.Sex == insurance.Male && category != "" {
		category = ""
		a.Notes = append(a.Notes, d.reason("plan.note_category_ignored", nil))
	}
	if q.Months != nil {
		a.Notes = append(a.Notes, d.reason("plan.note_months_as_given", fault.Args{"months": strconv.Itoa(*q.Months)}))
	}
	a.Notes = append(a.Notes, d.reason("plan.note_unemployment", nil))

	col, hole := r.RetirementAge(q.Sex, category)
	if hole == nil && col.Per <= 0 {
		hole = &law.Hole{Parameter: "retirement_ages.births_per_month"}
	}
	if hole != nil {
		d.miss(insurance.Pension, q.Born, *hole, "plan.missing_age")
		a.Marks, a.Missing = d.marks, d.missing
		return a, nil
	}
	p := &retiree{desk: d, q: q, col: col, delay: delay(col, q.Born)}
	p.month = StatutoryMonth(col, q.Born)
	p.fill(a)
	a.Options = p.choices()
	a.Marks, a.Missing = d.marks, d.missing
	return a, nil
}

func (q RetireRequest) check() error {
	if q.Born == 0 {
		return fault.New(fault.Usage, "plan.born_needed", nil)
	}
	if y := q.Born.Year(); y < firstBirthYear || y > lastBirthYear {
		return fault.New(fault.Invalid, "plan.born_range", nil)
	}
	if q.Months != nil && (*q.Months < 0 || *q.Months > maxMonths) {
		return fault.New(fault.Invalid, "plan.months_range", fault.Args{"max": strconv.Itoa(maxMonths)})
	}
	switch {
	case q.Sex == insurance.Male:
	case q.Sex != insurance.Female:
		return fault.New(fault.Usage, "plan.sex_needed", nil)
	case q.Category != Worker && q.Category != Cadre:
		return fault.New(fault.Usage, "plan.category_needed", nil)
	}
	return nil
}

// delay is 0 before the first delayed birth month, then one month more for
// each group of births, up to the maximum (measures art. 1).
func delay(col *law.RetirementAge, born calendar.Month) int {
	k := int(born - col.FirstBirth)
	if k < 0 || col.Per <= 0 {
		return 0
	}
	return min(col.MaxDelay, k/col.Per+1)
}

// StatutoryMonth is the month of retirement of a column (R-RET-01).
func StatutoryMonth(col *law.RetirementAge, born calendar.Month) calendar.Month {
	return born.Add(col.BaseYears*12 + delay(col, born))
}

// retiree is one person before the choices.
type retiree struct {
	*desk
	q       RetireRequest
	col     *law.RetirementAge
	month   calendar.Month // statutory
	delay   int
	short   *int // at the statutory month
	options []Option
}

func (p *retiree) fill(a *RetireAnswer) {
	for _, path := range []string{"/retire_month", "/age_years", "/age_months", "/delay_months"} {
		p.rest(path, &p.col.Head)
	}
	age := int(p.month - p.q.Born)
	years, months, late := age/12, age%12, p.delay
	a.RetireMonth, a.AgeYears, a.AgeMonths, a.DelayMonths = p.month, &years, &months, &late
	if p.q.Months == nil {
		a.MinMonths = p.minimum(p.month, "/min_months")
		return
	}
	a.MinMonths = p.minimum(p.month, "/min_months", "/short_months")
	if a.MinMonths != nil {
		n := max(0, *a.MinMonths-*p.q.Months)
		a.ShortMonths, p.short = &n, &n
	}
}

// minimum is the contribution time for retirement in the month's year; the
// paths are the figures that rest on it.
func (p *retiree) minimum(m calendar.Month, paths ...string) *int {
	row, hole := p.law.MinimumMonths(m.Year())
	if hole != nil {
		p.miss(insurance.Pension, m, *hole, "plan.missing_minimum")
		return nil
	}
	for _, path := range paths {
		p.rest(path, &row.Head)
	}
	n := row.Months
	return &n
}
