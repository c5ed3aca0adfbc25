package office

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/plan"
	"bujiao/internal/registry"
)

// What residents' insurance (居民参保) reads.
var residentFacts = map[string]caseFact{
	"area_here": func(_ context.Context, s *caseStep) (any, error) { return s.tx.Area(), nil },
	"year_open": func(_ context.Context, s *caseStep) (any, error) {
		if s.residentScheme() == insurance.ResidentPension { // a past year is made up
			return s.coverYear() <= s.tx.Today().Year(), nil
		}
		return slices.Contains(plan.OpenYears(s.law, s.tx.Today()), s.coverYear()), nil
	},
	"past_year":       func(_ context.Context, s *caseStep) (any, error) { return s.coverYear() < s.tx.Today().Year(), nil },
	"insured_already": insuredAlready,
	"not_missed":      notMissed,
	"told_elsewhere":  func(_ context.Context, s *caseStep) (any, error) { return s.fact("years_elsewhere") != "", nil },
	"newborn": func(ctx context.Context, s *caseStep) (any, error) {
		p, err := s.tx.Person(ctx, s.c.Person, registry.When{AsOf: s.tx.Today()})
		return p.Birth.Year() == s.coverYear(), err
	},
	"wait_certain": func(ctx context.Context, s *caseStep) (any, error) {
		c, err := s.readCover(ctx)
		if err != nil {
			return nil, err
		}
		a, err := s.waitOf(ctx, c, s.tx.Today(), c.missed)
		return a != nil && a.BenefitsFrom != 0, err
	},
	"of_use": func(ctx context.Context, s *caseStep) (any, error) {
		from, _, err := s.benefitsFrom(ctx, s.tx.Today())
		if err != nil && fault.KindOf(err) == fault.Missing { // that the wait is not known is said by another guard
			return true, nil
		}
		return from <= calendar.NewMonth(s.coverYear(), 12).Last(), err
	},
	"has_price": func(_ context.Context, s *caseStep) (any, error) {
		lines, err := s.residentLines()
		return !slices.ContainsFunc(lines, func(l assess.QuoteLine) bool { return l.Person == nil }), err
	},
	"all_paid": func(ctx context.Context, s *caseStep) (any, error) {
		on, err := s.residentPaid(ctx)
		return on != 0, err
	},
	"refund_paid": func(ctx context.Context, s *caseStep) (any, error) {
		ids := strings.Fields(s.fact("refunds"))
		for _, id := range ids {
			if x, err := s.tx.RefundCase(ctx, id); err != nil || x.State != "paid" {
				return false, err
			}
		}
		return len(ids) > 0, nil
	},
}

// residentPapers is what the papers of residents' insurance say beside what all do.
var residentPapers = map[string]sheetField{
	"payer":     sheetFields["person_name"],
	"paid_on":   func(_ context.Context, s *caseStep) (any, error) { return s.day("resumed_on"), nil },
	"total":     func(_ context.Context, s *caseStep) (any, error) { return s.total() },
	"reference": func(_ context.Context, s *caseStep) (any, error) { return s.c.ID, nil },
}

// residentSheet gives no receipt for what cost nothing.
func residentSheet(s *caseStep, paper string) []casework.Month {
	if paper == "payment_receipt" && s.fact("total") == money.Fen(0).String() {
		return nil
	}
	return append([]casework.Month{}, s.months...)
}

func (s *caseStep) residentScheme() insurance.Scheme {
	if s.fact("scheme") == "pension" {
		return insurance.ResidentPension
	}
	return insurance.ResidentMedical
}

// coverYear is the coverage year that a case is about.
func (s *caseStep) coverYear() int {
	y, err := strconv.Atoi(s.fact("year"))
	if err != nil {
		return 0
	}
	return y
}

// special is the group of the person that the law speaks of; empty: none.
func (s *caseStep) special() string {
	if v := s.fact("special"); v != "none" {
		return v
	}
	return ""
}

// support is that group, if the state bears a part of its share (SIL 25).
func (s *caseStep) support() string {
	switch v := s.special(); v {
	case "newborn", "special_group":
		return ""
	default:
		return v
	}
}

// repaid are the missed years that the case names to be repaid: months of the
// case but that of its own year.
func (s *caseStep) repaid() []int {
	var out []int
	for _, m := range s.months {
		if y := m.FeeMonth.Year(); y != s.coverYear() && !slices.Contains(out, y) {
			out = append(out, y)
		}
	}
	slices.Sort(out)
	return out
}

func insuredAlready(ctx context.Context, s *caseStep) (any, error) {
	year := s.coverYear()
	same, err := s.records(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.tx.EnrolmentsOf(ctx, same, s.tx.Today())
	return slices.ContainsFunc(list, func(x registry.Enrolment) bool {
		return x.Scheme == s.residentScheme() && (x.To == 0 || x.To >= x.From) && x.From <= calendar.NewMonth(year, 12) && (x.To == 0 || x.To >= calendar.NewMonth(year, 1))
	}), err
}

// notMissed counts what is named to be repaid and was not missed; of the pension
// each year is a case of its own.
func notMissed(ctx context.Context, s *caseStep) (any, error) {
	c, err := s.readCover(ctx)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, m := range s.months {
		own := s.c.Seq > 0 && m.FeeMonth.Year() == s.coverYear()
		if !own && (m.Scheme != insurance.ResidentMedical || s.residentScheme() != insurance.ResidentMedical || !slices.Contains(c.missed, m.FeeMonth.Year())) {
			n++
		}
	}
	return n, nil
}

// medicalCover is what medical insurance a person had before a coverage year.
type medicalCover struct {
	missed []int         // years since the last one with cover
	last   calendar.Date // day with cover, as far as the books know
	worked int           // months in a row of insurance as an employee, up to last; 0: last was another
}

// readCover finds which coverage years were missed: those after the last year in
// which anything was paid for, of either medical scheme, or is proved to have
// been elsewhere. Who never was insured missed none.
func (s *caseStep) readCover(ctx context.Context) (c medicalCover, err error) {
	year := s.coverYear()
	g, err := s.grid(ctx)
	if err != nil {
		return c, err
	}
	lastYear, job := 0, map[calendar.Month]bool{}
	if g != nil {
		for i := range g.Cells {
			x := &g.Cells[i]
			if !x.Paid() || x.Month.Year() > year {
				continue
			}
			switch x.Scheme {
			case insurance.Medical:
				job[x.Month] = true
				c.last = max(c.last, x.Month.Last())
			case insurance.ResidentMedical:
				if y := x.Month.Year(); y == year || s.c.Facts["bills"] != "" && slices.Contains(s.repaid(), y) {
					continue // what this case pays for
				}
				c.last = max(c.last, calendar.NewMonth(x.Month.Year(), 12).Last())
			default:
				continue
			}
			lastYear = max(lastYear, x.Month.Year())
		}
	}
	free, err := s.freeYears(ctx)
	if err != nil {
		return c, err
	}
	for _, y := range append(free, yearsIn(s.fact("years_elsewhere"))...) {
		if y < year {
			lastYear, c.last = max(lastYear, y), max(c.last, calendar.NewMonth(y, 12).Last())
		}
	}
	for m := c.last.Month(); c.last != 0 && job[m]; m-- {
		c.worked++
	}
	for y := lastYear + 1; lastYear > 0 && y < year; y++ {
		c.missed = append(c.missed, y)
	}
	return c, nil
}

// freeYears are the years of cases whose whole share the state bore: the ledger
// has nothing of them.
func (s *caseStep) freeYears(ctx context.Context) ([]int, error) {
	var out []int
	for _, state := range []string{"insured", "ended"} {
		list, err := s.casesOf(ctx, casework.Filter{Kind: "resident", State: state})
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			events, err := s.tx.CaseEvents(ctx, c.ID)
			if err != nil {
				return nil, err
			}
			facts := casework.Values{}
			for _, e := range events {
				for k, v := range e.Data {
					facts[k] = v
				}
			}
			if facts["scheme"] == "medical" && facts["total"] == money.Fen(0).String() {
				out = append(out, yearsIn(facts["year"])...)
			}
		}
	}
	return out, nil
}

// yearsIn reads years out of a text.
func yearsIn(text string) (out []int) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if y, err := strconv.Atoi(w); err == nil && y >= calendarFirst && y <= calendarLast {
			out = append(out, y)
		}
	}
	return out
}

// The years that can be meant.
const (
	calendarFirst = 1990
	calendarLast  = 2199
)

// waitOf asks the kernel how long benefits are waited for, if it is paid on a
// day and so many of the missed years are repaid. Nil of the pension, which has
// no wait, and of a year that is none.
func (s *caseStep) waitOf(ctx context.Context, c medicalCover, on calendar.Date, repaid []int) (*plan.WaitAnswer, error) {
	year := s.coverYear()
	if s.residentScheme() != insurance.ResidentMedical || year < calendarFirst || year > calendarLast {
		return nil, nil
	}
	q := plan.WaitRequest{Missed: c.missed, Repaid: repaid, Enrolled: on, Year: year, Group: s.fact("group")}
	if v := s.special(); v != "" {
		q.Group = v
	}
	if v := s.fact("central_told"); v != "" {
		told := v == "true"
		q.Central = &told
	}
	p, err := s.tx.Person(ctx, s.c.Person, registry.When{AsOf: s.tx.Today()})
	if err != nil {
		return nil, err
	}
	q.Born = p.Birth
	return plan.Wait(s.law, q)
}

// residentLines prices the year of a case, and each missed year that is repaid
// at the personal amount of the current year and place (R-MED-07). A past year of
// the pension is paid at its own grades (R-BACKPAY-07).
func (s *caseStep) residentLines() ([]assess.QuoteLine, error) {
	scheme := s.residentScheme()
	from := calendar.NewMonth(s.coverYear(), 1)
	if m := s.tx.Today().Month(); m.Year() == s.coverYear() {
		from = m
	}
	own, err := s.residentLine(scheme, s.coverYear(), from, s.support())
	if err != nil {
		return nil, err
	}
	out := []assess.QuoteLine{own}
	for _, y := range s.repaid() {
		l, err := s.residentLine(scheme, s.tx.Today().Year(), calendar.NewMonth(y, 1), "")
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// residentLine is the price of a year for the books, in its first month.
func (s *caseStep) residentLine(scheme insurance.Scheme, year int, m calendar.Month, support string) (assess.QuoteLine, error) {
	l := assess.QuoteLine{Scheme: scheme, Month: m}
	due, err := assess.NewDue(s.law, assess.DueRequest{Area: s.tx.Area(), Year: year, Payer: law.Payer{Kind: insurance.Resident}, Schemes: []insurance.Scheme{scheme},
		Group: s.fact("group"), Grade: s.fact("grade"), Support: support})
	if err != nil || len(due.Lines) == 0 {
		return l, err
	}
	none := money.Fen(0)
	l.Employer, l.Person, l.LateFee, l.Interest = due.Lines[0].Employer, due.Lines[0].Person, &none, &none
	return l, nil
}

// residentCharges are what a case billed.
func (s *caseStep) residentCharges(ctx context.Context) (out []declaration.Charge, err error) {
	for _, id := range strings.Fields(s.fact("bills")) {
		list, err := s.tx.ChargesIn(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// residentPaid is the day on which the last of a case was paid; zero while it is
// not. What is free is paid on the day it is asked for.
func (s *caseStep) residentPaid(ctx context.Context) (calendar.Date, error) {
	charges, err := s.residentCharges(ctx)
	if err != nil {
		return 0, err
	}
	if len(charges) == 0 {
		return s.tx.Today(), nil
	}
	open := map[string]money.Fen{}
	var ids []string
	for _, c := range charges {
		open[c.ID], ids = c.PersonFen, append(ids, c.ID)
	}
	paid, err := s.tx.PaidOn(ctx, ids...)
	if err != nil {
		return 0, err
	}
	var on calendar.Date
	for _, p := range paid {
		open[p.Charge] -= p.PersonFen
		on = max(on, p.PostedOn)
	}
	for _, left := range open {
		if left > 0 {
			return 0, nil
		}
	}
	return on, nil
}

// ownCharges are those of a case's own year: what was paid to repair others
// stays.
func (s *caseStep) ownCharges(ctx context.Context) ([]declaration.Charge, error) {
	all, err := s.residentCharges(ctx)
	return slices.DeleteFunc(all, func(c declaration.Charge) bool { return c.FeeMonth.Year() != s.coverYear() }), err
}

// refundOf asks for a premium of which no benefits were had.
func refundOf(c declaration.Charge, reason string) collection.RefundCase {
	return collection.RefundCase{Kind: collection.NotBegun, Charge: c.ID, PersonFen: c.PersonFen, Reason: reason}
}
