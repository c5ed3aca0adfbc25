package town

import (
	"context"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// Some employers of a town let people work and tell nobody: what cases are mostly
// about. They have no other life, so that all they owe is of months of which the
// law is known.

// silentFirms is how many there are of an area.
const silentFirms = 30

// The first of them owe what cases other than a back-payment cannot bring to an
// end: months whose late fee nobody can tell, months that are refused, and years.
const (
	unpriced = iota
	ofAged
	ofYears
	silentOdd
)

// prepareCases opens what cases need: offices and silent employers on the first
// day; and reads each month who owes something.
func (t *Town) prepareCases(ctx context.Context, day calendar.Date) error {
	if day == t.First.First() {
		for _, area := range t.Areas {
			if err := t.openPlaces(ctx, area); err != nil {
				return err
			}
			for range silentFirms {
				f, err := t.court.draw.firm(area)
				if err != nil {
					return err
				}
				f.formed = calendar.NewMonth(2005, 1).First()
				if err := t.found(ctx, f); err != nil {
					return err
				}
				t.court.silent = append(t.court.silent, f)
			}
		}
	}
	if day != day.Month().First() {
		return nil
	}
	for _, d := range t.court.dockets { // laws change, and so do books
		for key := range d.missed {
			d.missed[key] /= 2
		}
	}
	if _, m := day.Month().Civil(); m%2 == 0 { // nobody looked for arrears since
		return t.oldWrongs(ctx)
	}
	t.owed = nil
	t.court.debtors = map[string][]debtor{}
	for _, f := range t.court.silent {
		debts, err := t.debts(ctx, f.area, f.id, "")
		if err != nil {
			return err
		}
		out := t.court.debtors[f.area]
		for _, d := range debts {
			if x := (debtor{employer: d.Employer, person: d.Person}); !t.court.old[d.Person] && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
		t.court.debtors[f.area], t.owed = out, append(t.owed, debts...)
	}
	return t.oldWrongs(ctx)
}

// oldWrongs brings to light, month by month, that people worked and were never
// registered.
func (t *Town) oldWrongs(ctx context.Context) error {
	days, passed := int(t.last-t.First.First()), int(t.clock.Today()-t.First.First())
	for range 5 + 10*t.Cases*passed/(12*t.Years*days) {
		if err := t.oldWrong(ctx); err != nil {
			return err
		}
	}
	return nil
}

// oldWrong is one: some months, mostly; at times years at once, of somebody from
// elsewhere, of somebody past the age of retirement, or before anybody says how
// late fee was counted.
func (t *Town) oldWrong(ctx context.Context) error {
	firm := t.court.silent[t.court.draw.IntN(len(t.court.silent))]
	today := t.clock.Today()
	first, months := today.Month().Add(-8-t.court.draw.IntN(70)), 1+t.court.draw.IntN(6)
	born, hukou := today-calendar.Date(365*24+t.court.draw.IntN(365*20)), firm.area
	switch n := t.court.draw.IntN(100); {
	case n < 8:
		firm, first, months = t.court.silent[ofYears], today.Month().Add(-48-t.court.draw.IntN(40)), 40
	case n < 18:
		firm, first, months, hukou = t.court.silent[ofYears], today.Month().Add(-66-t.court.draw.IntN(30)), 62, "130100"
	case n < 22:
		firm, born = t.court.silent[ofAged], today-calendar.Date(365*64)
	case n < 25:
		firm, first = t.court.silent[unpriced], calendar.NewMonth(2011, 1)
	case n < 40: // just now
		first, months = today.Month().Add(-2), 2
	}
	for range 20 {
		var of []insurance.Scheme
		if firm == t.court.silent[ofYears] { // of which only the pension is made up
			of = []insurance.Scheme{insurance.Pension}
		}
		told, err := t.told(firm, of, first, first.Add(months-1))
		if err != nil {
			return err
		}
		if told || firm == t.court.silent[unpriced] {
			return t.workedUnseen(ctx, firm, hukou, born, first, months)
		}
		firm = t.court.silent[t.court.draw.IntN(len(t.court.silent))]
	}
	return nil
}

// workedUnseen enters somebody who worked for an employer and was not registered.
func (t *Town) workedUnseen(ctx context.Context, firm *firm, hukou string, born calendar.Date, first calendar.Month, months int) error {
	p, err := t.stranger(ctx, firm.area, hukou, born)
	if err != nil {
		return err
	}
	today, wage := t.clock.Today(), money.Fen(5_000_00)
	_, err = t.office.StartEmployment(ctx, t.as(access.Clerk, firm.area), registry.NewEmployment{Person: p, Employer: firm.id, From: first.First(), To: first.Add(months - 1).Last(), Wage: &wage, Unregistered: true})
	if err != nil {
		return t.refused(err)
	}
	t.Count["old wrongs"]++
	if born < today-calendar.Date(365*60) {
		t.court.old[p] = true
		t.court.aged = append(t.court.aged, debtor{firm.id, p, today})
	}
	if months >= 36 {
		t.court.long = append(t.court.long, debtor{firm.id, p, today})
	}
	return nil
}

// told reports whether the law prices months of somebody who was not registered,
// with the late fee they bear: of the insurances named, or of all.
func (t *Town) told(f *firm, schemes []insurance.Scheme, months ...calendar.Month) (bool, error) {
	book, err := t.office.Laws.Book(f.area)
	if err != nil {
		return false, err
	}
	r, wage := book.Read(0, false), money.Fen(5_000_00)
	for _, m := range months {
		fee, err := assess.NewLateFee(r, assess.LateFeeRequest{Principal: 100_00, Scheme: insurance.Pension, Month: m, Paid: m.Add(6).First(), Payer: insurance.Employee, Cause: insurance.NeverRegistered})
		if err != nil || fee.LateFee == nil {
			return false, err
		}
		due, err := assess.NewDue(r, assess.DueRequest{Area: f.area, Month: m, Wage: &wage, Injury: assess.Injury{Class: f.class}, Schemes: schemes,
			Payer: law.Payer{Kind: insurance.Employee, UnitType: f.unit}})
		if err != nil || len(due.Missing) > 0 {
			return false, err
		}
	}
	return true, nil
}
