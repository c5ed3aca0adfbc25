package law

import (
	"fmt"
	"sort"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// fit collects the rows of a list that name the scheme, are in force in the
// month; the set of a reader has no rows that were not known.
func fit[R Row](rows []R, m calendar.Month, ok func(R) bool) []R {
	var out []R
	for _, x := range rows {
		h := x.head()
		if h.In(m) && ok(x) {
			out = append(out, x)
		}
	}
	return out
}

// Base returns the limits for the scheme and month.
func (r *Reader) Base(s insurance.Scheme, m calendar.Month, p Payer) (*Base, *Hole) {
	rows := fit(r.set.Bases, m, func(x *Base) bool { return x.Schemes.Has(s) })
	row, _, hole := choose(r, rows, "employee", p, "bases")
	return row, hole
}

// Rate returns the shares for the scheme and month, and the general row that
// fills what a row for a population leaves open.
func (r *Reader) Rate(s insurance.Scheme, m calendar.Month, p Payer) (row, general *Rate, hole *Hole) {
	rows := fit(r.set.Rates, m, func(x *Rate) bool { return x.Schemes.Has(s) })
	return choose(r, rows, "employee", p, "rates")
}

// HasRate reports whether any rate row speaks of the scheme in the month.
func (r *Reader) HasRate(s insurance.Scheme, m calendar.Month) bool {
	return exist(r, fit(r.set.Rates, m, func(x *Rate) bool { return x.Schemes.Has(s) }))
}

// exist reports whether there are rows; that there are is read off the first.
func exist[R Row](r *Reader, rows []R) bool {
	if len(rows) > 0 {
		r.see(rows[0])
	}
	return len(rows) > 0
}

// Flexible returns what a person without employer pays for the scheme.
func (r *Reader) Flexible(s insurance.Scheme, m calendar.Month, p Payer) (*Flexible, *Hole) {
	rows := fit(r.set.Flexible, m, func(x *Flexible) bool { return x.Schemes.Has(s) })
	row, _, hole := choose(r, rows, "flexible", p, "flexible")
	return row, hole
}

// HasFlexible reports whether a flexible row speaks of the scheme in the month.
func (r *Reader) HasFlexible(s insurance.Scheme, m calendar.Month) bool {
	return exist(r, fit(r.set.Flexible, m, func(x *Flexible) bool { return x.Schemes.Has(s) }))
}

// Reference returns the base row of the scheme that carries the reference
// wage of the month, whatever its population.
func (r *Reader) Reference(s insurance.Scheme, m calendar.Month) (*Base, *Hole) {
	for _, x := range fit(r.set.Bases, m, func(x *Base) bool { return x.Schemes.Has(s) && x.Reference != nil }) {
		r.see(x)
		return x, nil
	}
	return nil, &Hole{Parameter: "bases.reference"}
}

// Injury returns the table of risk classes of the month.
func (r *Reader) Injury(m calendar.Month) (*InjuryRates, *Hole) {
	for _, x := range fit(r.set.Injury, m, func(*InjuryRates) bool { return true }) {
		r.see(x)
		return x, nil
	}
	return nil, &Hole{Parameter: "injury"}
}

// Fixed returns the fixed amounts of the scheme and month for the payer.
func (r *Reader) Fixed(s insurance.Scheme, m calendar.Month, k insurance.Payer) []*Fixed {
	rows := fit(r.set.Fixed, m, func(x *Fixed) bool { return x.Schemes.Has(s) && hasPayer(x.Payers, k) })
	seeAll(r, rows)
	return rows
}

// HasFixed reports whether there is a fixed amount.
func (r *Reader) HasFixed(s insurance.Scheme, m calendar.Month, k insurance.Payer) bool {
	return exist(r, fit(r.set.Fixed, m, func(x *Fixed) bool { return x.Schemes.Has(s) && hasPayer(x.Payers, k) }))
}

func hasPayer(list []insurance.Payer, k insurance.Payer) bool {
	for _, p := range list {
		if p == k {
			return true
		}
	}
	return len(list) == 0
}

// Relief returns the reliefs of the employer's share; the same measure counts
// once. Without the unit's type, a relief that depends on it is a Hole.
func (r *Reader) Relief(s insurance.Scheme, m calendar.Month, unit insurance.UnitType) ([]*Relief, *Hole) {
	rows := fit(r.set.Relief, m, func(x *Relief) bool { return x.Schemes.Has(s) })
	var out []*Relief
	done := map[string]bool{}
	for _, x := range rows {
		if x.UnitType != "all" && unit == "" {
			seeAll(r, rows)
			return nil, &Hole{Parameter: "relief", Ask: "--unit-type micro_small_medium|large_and_other|government"}
		}
		if (x.UnitType == "all" || x.UnitType == string(unit)) && !done[x.Measure] {
			done[x.Measure] = true
			r.see(x)
			out = append(out, x)
		}
	}
	return out, nil
}

// Rounding returns the rule for a target (base, limits, amount) and bearer.
// A rule that names the payer and the bearer goes before a general one.
func (r *Reader) Rounding(target, bearer string, k insurance.Payer, m calendar.Month) *RoundingRule {
	var best *RoundingRule
	score := -1
	for _, x := range fit(r.set.Rounding, m, func(x *RoundingRule) bool { return x.Target == target }) {
		if (x.Bearer != "" && x.Bearer != bearer) || !hasPayer(x.Payers, k) {
			continue
		}
		n := 0
		if x.Bearer != "" {
			n += 2
		}
		if len(x.Payers) > 0 {
			n++
		}
		if n > score {
			best, score = x, n
		}
	}
	if best != nil {
		r.see(best)
	}
	return best
}

// ResidentMedical returns the premium of a group for a coverage year. Without
// a group, or with an unknown one, a Hole lists the groups.
func (r *Reader) ResidentMedical(year int, group string) (*ResidentMedical, *Hole) {
	var rows []*ResidentMedical
	for _, x := range r.set.ResidentMedical {
		if x.CoverageYear == year {
			rows = append(rows, x)
		}
	}
	for _, x := range rows {
		if x.Group == group || (group == "" && len(rows) == 1) {
			r.see(x)
			return x, nil
		}
	}
	if len(rows) == 0 {
		return nil, &Hole{Parameter: fmt.Sprintf("resident_medical/%d", year)}
	}
	seeAll(r, rows)
	return nil, &Hole{Parameter: "resident_medical", Ask: "--group " + strings.Join(r.ResidentGroups(year), "|")}
}

// ResidentGroups names the groups that have a premium in a coverage year.
func (r *Reader) ResidentGroups(year int) []string {
	var out []string
	for _, x := range r.set.ResidentMedical {
		if x.CoverageYear == year {
			out = append(out, x.Group)
		}
	}
	return out
}

// ResidentPension returns the grades in force in the month.
func (r *Reader) ResidentPension(m calendar.Month) (*ResidentPension, *Hole) {
	for _, x := range fit(r.set.ResidentPension, m, func(*ResidentPension) bool { return true }) {
		r.see(x)
		return x, nil
	}
	return nil, &Hole{Parameter: "resident_pension"}
}

// ResidentSupport returns what the state bears for a group in a scheme on a
// day, the nearest level first. That nobody says how much is a Hole.
func (r *Reader) ResidentSupport(s insurance.Scheme, category string, on calendar.Date) (*ResidentSupport, *Hole) {
	for _, x := range r.set.ResidentSupport {
		if x.Category == category && x.On(on) && x.Schemes.Has(s) {
			r.see(x)
			if x.Borne == BorneUnknown {
				break
			}
			return x, nil
		}
	}
	return nil, &Hole{Parameter: "resident_support/" + category}
}

// Enrolments returns all central periods, by coverage year.
func (r *Reader) Enrolments() []*Enrolment {
	out := append([]*Enrolment(nil), r.set.Enrolment...)
	sort.Slice(out, func(i, j int) bool { return out[i].CoverageYear < out[j].CoverageYear })
	seeAll(r, out)
	return out
}

// Interest returns the account rate of a year.
func (r *Reader) Interest(s insurance.Scheme, year int) (*Interest, *Hole) {
	for _, x := range r.set.Interest {
		if x.Scheme == s && x.Year == year {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: fmt.Sprintf("interest/%d", year)}
}

// Workdays is the working-day table; each year that is asked for is recorded.
func (r *Reader) Workdays() *calendar.Workdays {
	return r.book.days.Watched(func(year int) {
		for _, x := range r.set.Workdays {
			if x.Year == year {
				r.see(x)
			}
		}
	})
}
