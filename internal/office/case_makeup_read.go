package office

import (
	"context"

	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/record"
	"bujiao/internal/store"
)

// MakeupEffect is what a back-payment does for a person and scheme: the paid
// months that count without and with it (R-CONT-02). It shows the same before the
// payment and after it.
type MakeupEffect struct {
	Person   string           `json:"person"`
	Scheme   insurance.Scheme `json:"scheme"`
	Months   int              `json:"months"` // of the case that may be made up
	Before   int              `json:"before"`
	After    int              `json:"after"`
	Accounts []AccountWay     `json:"accounts"` // how they enter the personal account; none of an insurance without one
}

// AccountWay is how made-up months enter the personal account (R-REG-02, R-MED-11).
type AccountWay struct {
	Mode string         `json:"mode"` // credit, person_share, within_year_or_lump; unknown: a local rule that is not at hand
	From calendar.Month `json:"from"` // the first of the months of which it is so
	Text law.Text       `json:"text"`
	Rule string         `json:"rule"`
}

// MakeupEffects shows what a back-payment does for each person. It leaves a line
// with each of them.
func (o *Office) MakeupEffects(ctx context.Context, q Request, id string) ([]MakeupEffect, error) {
	return Show(ctx, o, q, "case.read", func(tx store.Tx) ([]MakeupEffect, []string, error) {
		s, err := o.caseStep(ctx, tx, q, "case.read", id)
		if err != nil {
			return nil, nil, err
		}
		v, err := s.view(ctx)
		if err != nil {
			return nil, nil, err
		}
		out := []MakeupEffect{}
		for i := 0; i < len(v.months); {
			j := i
			for j < len(v.months) && v.months[j].Person == v.months[i].Person && v.months[j].Scheme == v.months[i].Scheme {
				j++
			}
			e := v.effect(v.months[i:j])
			e.Accounts = s.accountWays(v.months[i:j])
			out = append(out, e)
			i = j
		}
		return out, v.persons, nil
	})
}

// accountWays reads how the months of one insurance enter the personal account.
func (s *caseStep) accountWays(months []casework.Month) []AccountWay {
	out := []AccountWay{}
	for _, m := range months {
		r := s.law.Account(m.Scheme, m.FeeMonth)
		if r == nil || m.Verdict == "refused" || (len(out) > 0 && out[len(out)-1].Text == r.Text) {
			continue
		}
		out = append(out, AccountWay{r.Mode, m.FeeMonth, r.Text, r.Rule})
	}
	return out
}

// effect counts the months of a person and scheme.
func (v *makeup) effect(months []casework.Month) MakeupEffect {
	e := MakeupEffect{Person: months[0].Person, Scheme: months[0].Scheme}
	before := record.Track{}
	if g := v.grids[e.Person]; g != nil {
		before = g.Months(e.Scheme)
	}
	after := before.Clone()
	for _, m := range months {
		if m.Verdict == "refused" {
			continue
		}
		e.Months++
		if c := v.cells[arrears.Month{Person: m.Person, Scheme: m.Scheme, FeeMonth: m.FeeMonth}]; c != nil && c.Category == record.Backpay {
			delete(before, m.FeeMonth)
		}
		after.Pay(m.FeeMonth)
	}
	e.Before, e.After = before.Cumulative(), after.Cumulative()
	return e
}
