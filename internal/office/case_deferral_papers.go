package office

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/lang"
	"bujiao/internal/money"
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
		amount, err := deferredDebt(ctx, s)
		if err != nil || amount == nil {
			return nil, err
		}
		return []map[string]any{{"no": 1, "due_on": s.c.Facts["until"], "amount": amount}}, nil
	},
}

// deferredDebt is the debt that is deferred.
func deferredDebt(ctx context.Context, s *caseStep) (any, error) {
	debt, err := employerDebt(ctx, s)
	if fen, ok := debt.(int64); ok && err == nil {
		return money.Fen(fen), nil
	}
	return nil, err
}

// caseWord is a word of a case's paper, which is Chinese as the law's papers are.
func (s *caseStep) caseWord(key string) string {
	return lang.Text(lang.Chinese, "casework."+s.c.Kind+"."+key, nil)
}
