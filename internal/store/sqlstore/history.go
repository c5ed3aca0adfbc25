package sqlstore

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/history"
	"bujiao/internal/registry"
)

// Duplicates maps the records that were merged into persons to those persons.
func (t *Tx) Duplicates(ctx context.Context, persons []string, knownAt calendar.Date) (map[string]string, error) {
	root := map[string]string{}
	for _, id := range persons {
		root[id] = id
	}
	out := map[string]string{}
	for next := persons; len(next) > 0; {
		merges, err := t.standing(ctx, "winner", next, byDay(knownAt))
		if err != nil {
			return nil, err
		}
		next = nil
		for _, m := range merges {
			if out[m.Loser] == "" {
				root[m.Loser], out[m.Loser] = root[m.Winner], root[m.Winner]
				next = append(next, m.Loser)
			}
		}
	}
	return out, nil
}

// EmployerStates lists the states of employers, oldest first. No box is opened.
func (t *Tx) EmployerStates(ctx context.Context, ids []string, knownAt calendar.Date) (map[string][]registry.Employer, error) {
	all, err := listIn(ctx, t, readEmployerState,
		"SELECT "+tabEmployerState.names+" FROM employer_state WHERE area = ? AND known_on <= ? AND employer IN (?) ORDER BY employer, from_on, known_on, at, id",
		[]any{t.area, dateText(knownAt)}, ids)
	out := map[string][]registry.Employer{}
	for _, e := range all {
		e.BankAccount = ""
		out[e.ID] = append(out[e.ID], e)
	}
	return out, err
}

// FailedDebits lists the months whose orders a bank refused.
func (t *Tx) FailedDebits(ctx context.Context, persons []string, until calendar.Date) ([]history.FailedDebit, error) {
	return listIn(ctx, t, func(v vals) history.FailedDebit {
		return history.FailedDebit{Person: v.str(0), Employer: v.str(1), FeeMonth: v.month(2), On: v.date(3), Reason: v.str(4)}
	}, "SELECT DISTINCT c.person, c.employer, c.fee_month, e.on_day, e.reason FROM charge c JOIN order_charge i ON i.area = c.area AND i.charge = c.id "+
		"JOIN order_event e ON e.area = i.area AND e.pay_order = i.pay_order WHERE c.area = ? AND i.area = ? AND e.area = ? AND e.kind = 'failed' AND e.on_day <= ? "+
		"AND c.person IN (?) ORDER BY c.person, c.fee_month, e.on_day, e.reason",
		[]any{t.area, t.area, t.area, dateText(until)}, persons)
}
