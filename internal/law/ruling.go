package law

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// LateFeeRates returns the daily rates for the scheme that run on any day of
// from..to, in time order; a row for the scheme goes before a general one.
func (r *Reader) LateFeeRates(s insurance.Scheme, from, to calendar.Date) []*LateFeeRate {
	var named, general []*LateFeeRate
	for _, x := range r.set.LateFeeRates {
		if calendar.Date(x.From) > to || (x.To != 0 && calendar.Date(x.To) < from) {
			continue
		}
		switch {
		case len(x.Schemes) == 0:
			general = append(general, x)
		case x.Schemes.Has(s):
			named = append(named, x)
		}
	}
	if len(named) == 0 {
		named = general
	}
	sort.Slice(named, func(i, j int) bool { return named[i].From < named[j].From })
	seeAll(r, named)
	return named
}

// LateFeeRule returns the rule of a fee month: the nearest level that has one,
// a row for the scheme before a general one.
func (r *Reader) LateFeeRule(s insurance.Scheme, m calendar.Month) (*LateFeeRule, *Hole) {
	var best *LateFeeRule
	for _, x := range r.set.LateFeeRules { // the area's own rows come first
		if !x.In(m) || !x.Schemes.Has(s) {
			continue
		}
		if best == nil || (x.Area == best.Area && len(best.Schemes) == 0 && len(x.Schemes) > 0) {
			best = x
		}
	}
	if best == nil {
		return nil, &Hole{Parameter: "late_fee_rules"}
	}
	r.see(best)
	return best, nil
}

// Exemptions returns the rows that may free a month from the late fee.
func (r *Reader) Exemptions(k insurance.Payer, s insurance.Scheme, c insurance.Cause, m calendar.Month) []*FeeExemption {
	var out []*FeeExemption
	for _, x := range r.set.FeeExemptions {
		if x.Covers(m) && hasPayer(x.Payers, k) && x.Schemes.Has(s) && hasCause(x.Causes, c) {
			r.see(x)
			out = append(out, x)
		}
	}
	return out
}

func hasCause(list []insurance.Cause, c insurance.Cause) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return len(list) == 0
}

// InterestRule returns the rule of a fee month, nil where no pack says that a
// made-up month of the scheme carries interest.
func (r *Reader) InterestRule(s insurance.Scheme, m calendar.Month) *InterestRule {
	for _, x := range r.set.InterestRules {
		if x.In(m) && x.Schemes.Has(s) {
			r.see(x)
			return x
		}
	}
	return nil
}

// Case is a month of a scheme about which rules are asked.
type Case struct {
	Payer  insurance.Payer
	Scheme insurance.Scheme
	Cause  insurance.Cause
	Month  calendar.Month
	AsOf   calendar.Date // day of the application
	Facts  Facts
}

func (s *Selector) covers(c Case) bool {
	return hasPayer(s.Payers, c.Payer) && s.Schemes.Has(c.Scheme) && hasCause(s.Causes, c.Cause) && s.FeeMonths.Covers(c.Month)
}

// Undecided is a rule that cannot be decided for want of facts.
type Undecided struct {
	Rule  *VerdictRule
	Needs []string
}

// Verdicts returns the rules that speak of the case, and those that would, or
// would not, if a fact were known.
func (r *Reader) Verdicts(c Case) (rules []*VerdictRule, open []Undecided, err error) {
	for _, x := range r.set.Verdicts {
		if x.Off || !x.On(c.AsOf) || !x.covers(c) {
			continue
		}
		ok, want, err := r.holds(x, x.When, c.Facts)
		if err != nil {
			return nil, nil, err
		}
		if len(want) > 0 {
			open = append(open, Undecided{x, want})
		}
		if ok {
			rules = append(rules, x)
		}
	}
	return unreplaced(rules), open, nil
}

// unreplaced drops the rules for which another that speaks stands in.
func unreplaced(rules []*VerdictRule) []*VerdictRule {
	gone := map[string]bool{}
	for _, x := range rules {
		for _, id := range x.Replaces {
			gone[id] = true
		}
	}
	if len(gone) == 0 {
		return rules
	}
	return slices.DeleteFunc(rules, func(x *VerdictRule) bool { return gone[x.ID] })
}

// Route returns the way of highest priority, nil if there is none. A route
// whose condition cannot be decided is passed over and its need reported.
func (r *Reader) Route(c Case) (best *Route, needs []string, err error) {
	for _, x := range r.set.Routes {
		if !x.On(c.AsOf) || !x.covers(c) {
			continue
		}
		ok, want, err := r.holds(x, x.When, c.Facts)
		if err != nil {
			return nil, nil, err
		}
		needs = append(needs, want...)
		if ok && (best == nil || x.Priority > best.Priority) {
			best = x
		}
	}
	return best, needs, nil
}

// NormsFor lists the norms of a topic for a payer on a day.
func (r *Reader) NormsFor(topic string, k insurance.Payer, on calendar.Date) []*Norm {
	var out []*Norm
	for _, x := range r.set.Norms {
		if x.Topic == topic && hasPayer(x.Payers, k) && x.On(on) {
			r.see(x)
			out = append(out, x)
		}
	}
	return out
}

// RouteNamed finds a way by the name that answers give it, as it is on a day;
// nil if there is none.
func (r *Reader) RouteNamed(name string, on calendar.Date) *Route {
	for _, x := range r.set.Routes {
		if x.Name == name && x.On(on) {
			r.see(x)
			return x
		}
	}
	return nil
}

// Papers returns the papers for the case on the route.
func (r *Reader) Papers(c Case, route string) (papers []*Paper, needs []string, err error) {
	for _, x := range r.set.Papers {
		if !x.On(c.AsOf) || !x.covers(c) || (len(x.Routes) > 0 && indexOf(x.Routes, route) < 0) {
			continue
		}
		ok, want, err := r.holds(x, x.When, c.Facts)
		if err != nil {
			return nil, nil, err
		}
		needs = append(needs, want...)
		if ok {
			papers = append(papers, x)
		}
	}
	return papers, needs, nil
}

// Kind is what the packs say of a kind of paper.
type Kind struct {
	Proves []string // what a paper of the kind can prove, in the order of Proofs
	Text   Text     // its name in words
	Asked  bool     // a row asks for it by itself; else it only stands in for one
}

// PaperKind returns what the packs say of a kind; ok is false if they do not
// know it.
func (r *Reader) PaperKind(name string) (k Kind, ok bool) {
	can := map[string]bool{}
	take := func(row Row, proves []string, t Text) {
		r.see(row)
		for _, x := range proves {
			can[x] = true
		}
		if !ok {
			k.Text, ok = t, true
		}
	}
	for _, x := range r.set.Papers { // the area's own rows come first
		if x.Name == name {
			take(x, x.Proves, x.Text)
			k.Asked = true
		}
	}
	for _, x := range r.set.PaperKinds {
		if x.Name == name {
			take(x, x.Proves, x.Text)
		}
	}
	k.Proves = slices.DeleteFunc(slices.Clone(Proofs), func(p string) bool { return !can[p] })
	return k, ok
}

// PaperNames lists the kinds of paper that the packs know, in the order in which
// they list them: the area's own before those above it, what is asked for before
// what only stands in.
func (r *Reader) PaperNames() []string {
	papers := slices.Clone(r.set.Papers)
	slices.SortStableFunc(papers, func(a, b *Paper) int { return cmp.Or(cmp.Compare(b.Area, a.Area), cmp.Compare(a.Line, b.Line)) })
	kinds := slices.Clone(r.set.PaperKinds)
	slices.SortStableFunc(kinds, func(a, b *PaperKind) int { return cmp.Or(cmp.Compare(b.Area, a.Area), cmp.Compare(a.Line, b.Line)) })
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, p := range papers {
		add(p.Name)
	}
	for _, k := range kinds {
		add(k.Name)
	}
	return out
}

// holds decides a row's condition; a row that was weighed is read, whichever
// way it went, since the answer rests on it.
func (r *Reader) holds(row Row, when string, facts Facts) (bool, []string, error) {
	r.see(row)
	ok, needs, err := Eval(when, facts)
	if err != nil {
		return false, nil, fmt.Errorf("row %s: %w", row.head().ID, err)
	}
	return ok, needs, nil
}

// Continuity returns the rules of a purpose on a day, the area's own before
// those above it.
func (r *Reader) Continuity(purpose string, on calendar.Date) []*ContinuityRule {
	var out []*ContinuityRule
	for _, x := range r.set.Continuity {
		if x.Purpose == purpose && x.On(on) {
			if len(out) > 0 && out[0].Area != x.Area {
				break
			}
			r.see(x)
			out = append(out, x)
		}
	}
	return out
}

// MedicalGap returns the rule for an interruption of so many months.
func (r *Reader) MedicalGap(k insurance.Payer, months int, on calendar.Date) *MedicalGapRule {
	var best *MedicalGapRule
	for _, x := range r.set.MedicalGaps {
		if !x.On(on) || !hasPayer(x.Payers, k) || months < x.MinMonths || (x.MaxMonths > 0 && months > x.MaxMonths) {
			continue
		}
		if best == nil || (x.Area == best.Area && x.Priority > best.Priority) {
			best = x
		}
	}
	if best != nil {
		r.see(best)
	}
	return best
}

// Account returns the rule for the personal account of a scheme and month.
func (r *Reader) Account(s insurance.Scheme, m calendar.Month) *AccountRule {
	for _, x := range r.set.Accounts {
		if !x.Off && x.In(m) && x.Schemes.Has(s) {
			r.see(x)
			return x
		}
	}
	return nil
}

// Benefit returns the rule of a benefit on a day, the nearest level first.
func (r *Reader) Benefit(name string, on calendar.Date) *BenefitRule {
	for _, x := range r.set.Benefits {
		if x.Benefit == name && x.On(on) {
			r.see(x)
			return x
		}
	}
	return nil
}

// Waiting returns the waiting rule on a day, the nearest level first.
func (r *Reader) Waiting(on calendar.Date) (*WaitingRule, *Hole) {
	for _, x := range r.set.Waiting {
		if x.On(on) {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: "waiting"}
}

// RetirementAge returns the column for the sex and category.
func (r *Reader) RetirementAge(sex insurance.Sex, category string) (*RetirementAge, *Hole) {
	for _, x := range r.set.RetirementAges {
		if x.Sex == sex && x.Category == category {
			r.see(x)
			return x, nil
		}
	}
	return nil, &Hole{Parameter: "retirement_ages"}
}

// MinimumMonths returns the contribution time for retirement in a year.
func (r *Reader) MinimumMonths(year int) (*MinimumMonths, *Hole) {
	var best *MinimumMonths
	for _, x := range r.set.MinimumMonths {
		if x.Year <= year && (best == nil || x.Year > best.Year) {
			best = x
		}
	}
	if best == nil {
		return nil, &Hole{Parameter: "minimum_months"}
	}
	r.see(best)
	return best, nil
}

// Estimate returns the rule of the provisional amount.
func (r *Reader) Estimate() (*Estimate, *Hole) {
	for _, x := range r.set.Estimates {
		r.see(x)
		return x, nil
	}
	return nil, &Hole{Parameter: "estimates"}
}

// Limitation returns the two-year line, nil if no pack has one.
func (r *Reader) Limitation() *Limitation {
	for _, x := range r.set.Limitations {
		r.see(x)
		return x
	}
	return nil
}
