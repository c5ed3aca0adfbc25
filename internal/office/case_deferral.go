package office

import (
	"context"

	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/money"
)

// What the deferral of an employer's arrears (缓缴) reads and does.
var (
	deferralFacts = map[string]caseFact{
		"debt":         employerDebt,
		"latest_until": latestUntil,
	}
	deferralEffects = map[string]caseEffect{}
)

// employerDebt is what an employer owes as found by the last sweep: both shares,
// without late fee. A debt whose amount is not known makes it unknown.
func employerDebt(ctx context.Context, s *caseStep) (any, error) {
	var sum money.Fen
	for p := (books.Page{Limit: 1000}); ; {
		list, err := s.tx.Debts(ctx, arrears.Filter{State: arrears.Open, Employer: s.c.Employer}, p)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			for _, share := range []*money.Fen{d.EmployerFen, d.PersonFen} {
				if share == nil {
					return nil, nil
				}
				if sum, err = sum.Add(*share); err != nil {
					return nil, err
				}
			}
			p.After = d.ID
		}
		if len(list) < p.Size() {
			return int64(sum), nil
		}
	}
}

// latestUntil is the last day of the longest deferral the area's rules allow.
func latestUntil(_ context.Context, s *caseStep) (any, error) {
	d, _ := s.law.Duty("deferral_limit", "", s.tx.Today())
	if d == nil {
		return nil, nil
	}
	end := s.tx.Today().AddMonths(d.Months) + calendar.Date(d.Days) // a limit is no act: it does not roll
	return end.String(), nil
}
