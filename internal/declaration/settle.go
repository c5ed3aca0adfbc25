package declaration

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// Settle bills the differences between what an employer's month was billed and
// what it costs by the law as known now: a late notice that raises a floor, a
// rate that was changed for the past. One line a person, month and scheme; what
// was billed is never rewritten, and a second run finds nothing. A month that
// was only estimated waits for its declaration. The difference has no last day
// and no late fee: the month was paid by the rules of its day.
func Settle(ctx context.Context, tx Desk, p *Pricer, employer string, m calendar.Month) (Bill, error) {
	if err := tx.LockEmployer(ctx, employer); err != nil {
		return Bill{}, notFound(err, "declaration.no_employer")
	}
	was, err := readMonth(ctx, tx, employer, m)
	if err != nil || was.filed.ID == "" {
		return Bill{}, err
	}
	s, err := readStaff(ctx, tx, employer, m)
	if err != nil {
		return Bill{}, err
	}
	all, err := tx.DeclarationLines(ctx, was.filed.ID)
	if err != nil {
		return Bill{}, err
	}
	var lines []Line
	asked := map[string]bool{}
	for _, l := range all {
		if _, here := s.jobs[l.Person]; here { // who is no longer on the roster needs a corrected declaration
			lines = append(lines, l)
			asked[l.Person] = true
		}
	}
	due, err := s.charges(p, tx.Area(), tx.Today(), lines)
	if err != nil {
		return Bill{}, err
	}
	return settle(ctx, tx, Declaration{Employer: employer, Month: m, Replaces: was.filed.ID}, due, was, func(k slot) bool { return !asked[k.person] })
}

// settle books the differences of a month, if there are any.
func settle(ctx context.Context, tx Biller, d Declaration, due []Charge, was monthBooks, keep func(slot) bool) (Bill, error) {
	diff := was.lessElsewhere(deltas(due, net(was.charges), keep))
	if len(diff) == 0 {
		return Bill{}, nil
	}
	for i := range diff {
		diff[i].Cause, diff[i].DueOn = insurance.RuleChanged, 0
	}
	d.ID, d.Kind, d.Channel, d.DeclaredOn, d.Reason = tx.NewID(), Settlement, "system", tx.Today(), "law_known:"+tx.Today().String()
	b, err := book(ctx, tx, d, nil, diff)
	b.Settlement = d.ID
	return b, err
}
