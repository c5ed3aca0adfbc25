package office

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/lang"
)

// deferralPapers is what the agreement says.
var deferralPapers = map[string]sheetField{
	"from": func(_ context.Context, s *caseStep) (any, error) { return s.tx.Today(), nil },
	"to":   func(_ context.Context, s *caseStep) (any, error) { return calendar.ParseDate(s.c.Facts["until"]) },
	"reason": func(_ context.Context, s *caseStep) (any, error) {
		return s.caseWord("ground." + s.c.Facts["ground"]), nil
	},
	"guarantee": func(_ context.Context, s *caseStep) (any, error) {
		return s.caseWord("guarantee." + s.c.Facts["guarantee_kind"]), nil
	},
	"total": deferredDebt,
	"instalments": func(ctx context.Context, s *caseStep) (any, error) {
		plan, err := readPlan(s.fact("plan"))
		if err != nil {
			return nil, err
		}
		if len(plan) == 0 {
			amount, err := deferredDebt(ctx, s)
			return []map[string]any{{"no": 1, "due_on": s.c.Facts["until"], "amount": amount}}, err
		}
		var out []map[string]any
		for i, x := range plan {
			out = append(out, map[string]any{"no": i + 1, "due_on": x.DueOn, "amount": x.Amount})
		}
		return out, nil
	},
}

// deferredDebt is what is deferred: by a policy what is due of it by now.
func deferredDebt(ctx context.Context, s *caseStep) (any, error) {
	w, err := s.deferred(ctx)
	if err != nil || w.Unknown {
		return nil, err
	}
	return w.Total(), nil
}

// caseWord is a word of a case's paper, which is Chinese as the law's papers are.
func (s *caseStep) caseWord(key string) string {
	return lang.Text(lang.Chinese, "casework."+s.c.Kind+"."+key, nil)
}
