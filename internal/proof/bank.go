package proof

import (
	"context"

	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store/sqlstore"
)

// bankLines: what a statement says came in is, line by line, payments, what
// brought earlier payments to the account, and suspense money. What a bank
// answers to a debit is one payment or none.
func (a *area) bankLines(ctx context.Context) error {
	tab := sqlstore.TableOf("bank_line")
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		directions, err := a.i.Directions(ctx, ids)
		if err != nil {
			return err
		}
		received, err := a.i.ReceivedBy(ctx, ids)
		if err != nil {
			return err
		}
		legs, err := a.i.LegsBy(ctx, "bank_line", [2]string{ledger.Unclaimed, ledger.Unclaimed}, ids)
		if err != nil {
			return err
		}
		direction, booked := map[string]string{}, map[string]money.Fen{}
		for _, d := range directions {
			direction[d.Ref] = d.Account
		}
		for _, s := range received {
			booked[s.Ref] += s.EmployerFen
		}
		for _, l := range legs {
			if l.Account == ledger.Bank {
				booked[l.Ref] += l.EmployerFen + l.PersonFen
			}
		}
		var open []row // lines that bring what was booked before
		for _, v := range rows {
			r := row{tab, v}
			amount, have := r.fen("amount"), booked[r.text("id")]
			switch direction[r.text("id")] {
			case law.FileStatement:
				if have != amount {
					open = append(open, r)
				}
			case law.FileResult:
				if have != 0 && (have != amount || r.text("result") != "ok") {
					a.differs(r, Amount, amount.String()+" "+r.text("result"), have.String())
				}
			default:
				if have != 0 {
					a.differs(r, Amount, "0.00", have.String())
				}
			}
		}
		return a.arrived(ctx, open, booked)
	})
}

// arrived compares lines with the payments that they brought.
func (a *area) arrived(ctx context.Context, lines []row, booked map[string]money.Fen) error {
	var ids []string
	for _, r := range lines {
		ids = append(ids, r.text("id"))
	}
	events, err := a.i.ArrivedBy(ctx, ids)
	if err != nil {
		return err
	}
	for _, e := range events {
		booked[e.Ref] += e.EmployerFen
	}
	for _, r := range lines {
		if have := booked[r.text("id")]; have != r.fen("amount") {
			a.differs(r, Amount, r.fen("amount").String(), have.String())
		}
	}
	return nil
}
