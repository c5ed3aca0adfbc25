package plan

import (
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// Run is a run of days that are all covered, or not, for the same reason.
type Run struct {
	From    calendar.Date `json:"from"`
	To      calendar.Date `json:"to"`
	Covered bool          `json:"covered"`
	Reason  string        `json:"reason"` // covered | waiting | not_enrolled | earlier_cover
	Text    string        `json:"text"`
}

// cover tells day by day, from 1 January to 31 December of the coverage year,
// whether benefits run, if they begin on the day.
func (w *waiter) cover(from calendar.Date) []Run {
	out := []Run{}
	last := calendar.NewMonth(w.year, 12).Last()
	for day := newYear(w.year); day <= last; day++ {
		covered, reason := w.on(day, from)
		if n := len(out) - 1; n >= 0 && out[n].Reason == reason {
			out[n].To = day
			continue
		}
		out = append(out, Run{From: day, To: day, Covered: covered, Reason: reason, Text: w.text("plan.cover_"+reason, fault.Args{})})
	}
	return out
}

func (w *waiter) on(day, from calendar.Date) (covered bool, reason string) {
	switch {
	case day >= from:
		return true, "covered"
	case day <= w.q.LastCovered:
		return true, "earlier_cover"
	case day < w.q.Enrolled && (w.exempt || !w.inCentral()):
		return false, "not_enrolled"
	}
	return false, "waiting"
}

// repair prices paying for 0..n of the missed years, each at the personal
// amount of the coverage year.
func (w *waiter) repair(missed []int) error {
	price, err := w.premium()
	if err != nil {
		return err
	}
	var cost money.Fen
	for n := 0; n <= len(missed); n++ {
		r := Repair{Years: n}
		if t, known := w.term(missed, n, w.firstCounts()); known {
			months := t.total
			r.Months = &months
		}
		if price != nil && n > 0 {
			if cost, err = cost.Add(*price); err != nil {
				return err
			}
		}
		if price != nil {
			sum := cost
			r.Cost = &sum
		}
		w.a.Repair = append(w.a.Repair, r)
	}
	return nil
}

// premium is the personal amount of the group in yuan a year; nil where it is
// not known. Only a group that was given is reported as missing.
func (w *waiter) premium() (*money.Fen, error) {
	if w.exempt || w.year == 0 {
		return nil, nil
	}
	row, hole := w.law.ResidentMedical(w.year, w.q.Group)
	if hole == nil {
		var v *money.Fen
		var err error
		if v, hole, err = w.yearly(row); err != nil {
			return nil, err
		} else if v != nil {
			w.rest("/repair", &row.Head)
			return v, nil
		}
	}
	if w.q.Group != "" {
		w.miss(insurance.ResidentMedical, calendar.NewMonth(w.year, 1), *hole, "plan.missing_premium")
	}
	return nil, nil
}

// yearly is the amount of the row, or twelve rounded months of its rate.
func (w *waiter) yearly(row *law.ResidentMedical) (*money.Fen, *law.Hole, error) {
	if row.Personal != nil {
		return row.Personal, nil, nil
	}
	if row.PersonalRate == nil || row.RateBase == nil {
		return nil, &law.Hole{Parameter: "resident_medical.personal"}, nil
	}
	rule := w.law.Rounding("amount", "person", insurance.Resident, calendar.NewMonth(w.year, 1))
	if rule == nil {
		return nil, &law.Hole{Parameter: "rounding.amount"}, nil
	}
	month, err := rule.Rounding.Mul(*row.RateBase, row.PersonalRate.Rate())
	if err != nil {
		return nil, nil, err
	}
	w.rest("/repair", &rule.Head)
	year, err := money.Sum(month, month, month, month, month, month, month, month, month, month, month, month)
	return &year, nil, err
}
