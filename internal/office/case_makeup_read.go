package office

import (
	"context"

	"bujiao/internal/arrears"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
	"bujiao/internal/store"
)

// MakeupEffect is what a back-payment does for a person and scheme: the paid
// months that count without and with it (R-CONT-02). It shows the same before the
// payment and after it.
type MakeupEffect struct {
	Person string           `json:"person"`
	Scheme insurance.Scheme `json:"scheme"`
	Months int              `json:"months"` // of the case that may be made up
	Before int              `json:"before"`
	After  int              `json:"after"`
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
			out = append(out, v.effect(v.months[i:j]))
			i = j
		}
		return out, v.persons, nil
	})
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
