package assess

import (
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/plan"
)

// hukou says whether the registration lies in the pooling area: its code
// starts with the area's without the levels that are not filled, two digits
// each (500000 is 50, not 5: 510100 lies elsewhere).
func hukou(hukouArea, area string) string {
	if hukouArea == "" {
		return ""
	}
	for strings.HasSuffix(area, "00") {
		area = strings.TrimSuffix(area, "00")
	}
	if strings.HasPrefix(hukouArea, area) {
		return "local"
	}
	return "nonlocal"
}

func (d *desk) payer(kind insurance.Payer, p Person, e *Employer) law.Payer {
	out := law.Payer{Kind: kind, Populations: p.Populations, Tier: p.Tier, Hukou: hukou(p.HukouArea, d.law.Area()), HukouKind: p.HukouKind}
	if e != nil {
		out.UnitType = e.UnitType
	}
	out, unknown := d.law.Expand(out)
	for _, n := range unknown {
		d.miss(Missing{Parameter: "populations", Area: d.law.Area(), Ask: "--population " + strings.Join(d.law.PopulationNames(), "|"), Text: clipName(n)})
	}
	if out.Hukou == "" {
		for _, n := range out.Populations {
			switch n {
			case "local_hukou":
				out.Hukou = "local"
			case "non_local_hukou":
				out.Hukou = "nonlocal"
			}
		}
	}
	return out
}

// NewPayer is who a person is before the law of an area: the populations that
// are given and implied, and where the registration lies. Names of populations
// that the area does not know are returned.
func NewPayer(r *law.Reader, kind insurance.Payer, p Person, e *Employer) (payer law.Payer, unknown []string) {
	d := &desk{law: r, notes: &notes{}}
	_, unknown = r.Expand(law.Payer{Populations: p.Populations})
	return d.payer(kind, p, e), unknown
}

// clipName keeps an unknown code short enough to be repeated.
func clipName(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

func injuryOf(e *Employer) Injury {
	if e == nil {
		return Injury{}
	}
	return Injury{Class: e.InjuryClass, Rate: e.InjuryRate}
}

// retirementMonth returns the statutory month, zero if birth, sex or, for a
// woman, the category is not known.
func (d *desk) retirementMonth(p Person) calendar.Month {
	if p.Birth == 0 || p.Sex == "" || (p.Sex == insurance.Female && p.Category == "") {
		return 0
	}
	category := p.Category
	if p.Sex == insurance.Male {
		category = ""
	}
	row, h := d.law.RetirementAge(p.Sex, category)
	if h != nil {
		return 0
	}
	return plan.StatutoryMonth(row, p.Birth.Month())
}

// pastRetirement reports whether the day lies after the statutory month; a
// woman whose category is not known is past only when she is past both.
func (d *desk) pastRetirement(p Person, on calendar.Date) (past, known bool) {
	if p.Birth == 0 || p.Sex == "" {
		return false, false
	}
	if m := d.retirementMonth(p); m != 0 {
		return on > m.Last(), true
	}
	worker, h1 := d.law.RetirementAge(p.Sex, "worker")
	cadre, h2 := d.law.RetirementAge(p.Sex, "cadre")
	if h1 != nil || h2 != nil {
		return false, false
	}
	early, lateMonth := plan.StatutoryMonth(worker, p.Birth.Month()), plan.StatutoryMonth(cadre, p.Birth.Month())
	switch {
	case on <= early.Last():
		return false, true
	case on > lateMonth.Last():
		return true, true
	}
	return false, false
}

// facts are what conditions may use of a claim.
func (d *desk) facts(c claim, p Person, e *Employer, run gapRun, drawn, history bool) law.Facts {
	f := law.Facts{
		"as_of": c.asOf.String(), "month": c.month.String(), "payer": string(c.payer.Kind), "scheme": c.scheme.String(), "cause": string(c.cause),
		"gap.months": int64(run.months), "gap.from": run.from.String(), "gap.to": run.to.String(), "gap.lump_months": int64(run.lump),
		"recent":             int64(c.asOf.Month() - c.month),
		"person.populations": c.payer.Populations, "benefit_drawn": drawn, "history_given": history,
	}
	if p.Sex != "" {
		f["person.sex"] = string(p.Sex)
	}
	if p.Birth != 0 {
		f["person.age_months"] = int64(c.asOf.Month() - p.Birth.Month())
	}
	if past, ok := d.pastRetirement(p, c.asOf); ok {
		f["person.past_retirement"] = past
	}
	if c.payer.Hukou != "" {
		f["person.hukou"] = c.payer.Hukou
	}
	if c.payer.UnitType != "" {
		f["employer.unit_type"] = string(c.payer.UnitType)
	}
	if e != nil && e.Ownership != "" {
		f["employer.ownership"] = e.Ownership
	}
	return f
}

// gapRun is the run of months that a claim belongs to.
type gapRun struct {
	from, to     calendar.Month
	months, lump int
}
