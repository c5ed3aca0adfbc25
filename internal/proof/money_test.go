package proof_test

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/proof"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// TestMoneyThatDiffers books what is wrong through the program itself, so that
// every row is as it was written: the proof finds it by what does not fit.
func TestMoneyThatDiffers(t *testing.T) {
	for name, c := range map[string]struct {
		wrong func(context.Context, store.Tx, *month) error
		want  proof.Difference
	}{
		"a charge that no line asks for": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				c := b.bill.Charges[0]
				c.ID, c.EmployerFen = tx.NewID(), 1
				c.PersonFen = 0
				return tx.AddCharges(ctx, []declaration.Charge{c})
			},
			proof.Difference{Kind: proof.Amount, Table: "charge", Person: p1, Scheme: "pension", Month: "2025-04", Recorded: "1600.01 + 800.00", Computed: "1600.00 + 800.00"},
		},
		"the bill and the journal": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Billing, RefKind: "declaration", Ref: b.bill.Declaration.ID, Key: "again", Legs: []ledger.Leg{
					{Account: ledger.Receivable, Party: b.employer, Scheme: insurance.Pension, FeeMonth: b.bill.Declaration.Month, EmployerFen: 7},
					{Account: ledger.FundDue, Scheme: insurance.Pension, FeeMonth: b.bill.Declaration.Month, EmployerFen: -7}}})
				return err
			},
			proof.Difference{Kind: proof.Amount, Table: "entry", Scheme: "pension", Month: "2025-04", Recorded: "3200.07 + 1600.00 + 0.00", Computed: "3200.00 + 1600.00 + 0.00"},
		},
		"a notice that asks for too much": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				n, err := tx.Notice(ctx, b.bill.Notice)
				n.ID, n.LateFee = tx.NewID(), 1
				return errors.Join(err, tx.AddNotice(ctx, n))
			},
			proof.Difference{Kind: proof.Amount, Table: "notice", Month: "2025-04", Recorded: "5340.00 + 2106.00 + 0.01", Computed: "5340.00 + 2106.00 + 0.00"},
		},
		"a payment that is not booked": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				return tx.AddPayment(ctx, collection.Payment{ID: tx.NewID(), Order: b.order.ID, Amount: 5, Key: "k"})
			},
			proof.Difference{Kind: proof.Amount, Table: "payment", Recorded: "entries: 0", Computed: "entries: 1"},
		},
		"a payment without its event": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				return tx.AddPayment(ctx, collection.Payment{ID: tx.NewID(), Order: b.order.ID, Amount: 5, Key: "k"})
			},
			proof.Difference{Kind: proof.Amount, Table: "pay_order", Month: "2025-04"},
		},
		"an event without its payment": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				return tx.AddOrderEvent(ctx, collection.Event{ID: tx.NewID(), Order: b.order.ID, Kind: "paid", Amount: 5, Payment: "nothing"})
			},
			proof.Difference{Kind: proof.Amount, Table: "pay_order", Month: "2025-04", Recorded: "event 0.05", Computed: "no payment nothing"},
		},
		"an order that is not its items": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				o := b.order
				o.ID = tx.NewID()
				return tx.AddOrder(ctx, o, nil)
			},
			proof.Difference{Kind: proof.Amount, Table: "pay_order", Month: "2025-04", Recorded: "5340.00 + 2106.00 + 0.00", Computed: "0.00 + 0.00 + 0.00"},
		},
		"more paid than was billed": {
			func(ctx context.Context, tx store.Tx, b *month) error { return b.pay(ctx, tx, p1, b.bill.Charges[0]) },
			proof.Difference{Kind: proof.Amount, Table: "charge", Person: p1, Scheme: "pension", Month: "2025-04"},
		},
		"paid for another person": {
			func(ctx context.Context, tx store.Tx, b *month) error { return b.pay(ctx, tx, p2, b.bill.Charges[0]) },
			proof.Difference{Kind: proof.Amount, Table: "posting", Person: p1, Scheme: "pension", Month: "2025-04"},
		},
		"suspense that the journal does not hold": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				list, err := tx.SuspenseItems(ctx, "open", books.Page{})
				list[0].Amount = 3
				return errors.Join(err, tx.SaveSuspense(ctx, list[0]))
			},
			proof.Difference{Kind: proof.Balance, Table: "suspense", Row: bank, Recorded: "0.03", Computed: "0.01"},
		},
		"a bank file with another total": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				return tx.AddFile(ctx, collection.File{ID: tx.NewID(), Bank: bank, Direction: "statement", Hash: "x", Lines: 1, Amount: 5}, nil)
			},
			proof.Difference{Kind: proof.Amount, Table: "bank_file", Recorded: "1: 0.05", Computed: "0: 0.00"},
		},
		"a bank line that nobody booked": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				f := collection.File{ID: tx.NewID(), Bank: bank, Direction: "statement", Hash: "x", Lines: 1, Amount: 5}
				return tx.AddFile(ctx, f, []collection.BankLine{{ID: tx.NewID(), File: f.ID, Seq: 1, Amount: 5}})
			},
			proof.Difference{Kind: proof.Amount, Table: "bank_line", Recorded: "0.05", Computed: "0.00"},
		},
		"an order that asks for nothing and is open": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				return tx.AddOrder(ctx, collection.Order{ID: tx.NewID(), Notice: b.order.Notice, Employer: b.employer, Month: b.order.Month, Channel: "transfer"}, nil)
			},
			proof.Difference{Kind: proof.Amount, Table: "pay_order", Month: "2025-04", Recorded: "open", Computed: "paid 0.00 of 0.00"},
		},
		"a refund that is not booked": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				return tx.AddRefund(ctx, collection.RefundCase{ID: tx.NewID(), State: "paid", Person: p2, EmployerFen: 5})
			},
			proof.Difference{Kind: proof.Amount, Table: "refund", Person: p2},
		},
		"a line of nobody": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				d := declaration.Declaration{ID: tx.NewID(), Employer: b.employer, Month: b.bill.Declaration.Month, Kind: declaration.BackPay, Lines: 1}
				return tx.AddDeclaration(ctx, d, []declaration.Line{{Declaration: d.ID, Person: "nobody"}})
			},
			proof.Difference{Kind: proof.Orphan, Table: "declaration_line", Person: "nobody", Recorded: "person/nobody"},
		},
		"an entry about nothing": {
			func(ctx context.Context, tx store.Tx, b *month) error {
				_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Transfer, RefKind: "payment", Ref: "nothing", Key: "k", Legs: []ledger.Leg{
					{Account: ledger.Bank, EmployerFen: 1}, {Account: ledger.Clearing, EmployerFen: -1}}})
				return err
			},
			proof.Difference{Kind: proof.Orphan, Table: "entry", Recorded: "payment/nothing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := openTown(t, storetest.SQLite)
			b := &month{employer: w.found(p1, p2)}
			w.year(b.employer)
			w.update(func(ctx context.Context, tx store.Tx) error {
				orders, err := tx.OrdersOf(ctx, b.employer, "", w.day("2025-04-01").Month())
				if err != nil {
					return err
				}
				b.order = orders[0]
				n, err := tx.Notice(ctx, b.order.Notice)
				if err != nil {
					return err
				}
				b.bill.Notice = n.ID
				if b.bill.Declaration, err = tx.Declaration(ctx, n.Declaration); err != nil {
					return err
				}
				b.bill.Charges, err = tx.ChargesIn(ctx, n.Declaration)
				for i, c := range b.bill.Charges {
					if c.Person == p1 && c.Scheme == insurance.Pension {
						b.bill.Charges[0], b.bill.Charges[i] = b.bill.Charges[i], b.bill.Charges[0]
					}
				}
				return err
			})
			w.update(func(ctx context.Context, tx store.Tx) error { return c.wrong(ctx, tx, b) })
			r := w.prove()
			for _, d := range r.Differences {
				if d.Kind == c.want.Kind && d.Table == c.want.Table && d.Person == c.want.Person && d.Scheme == c.want.Scheme && d.Month == c.want.Month &&
					(c.want.Row == "" || d.Row == c.want.Row) && (c.want.Recorded == "" || (d.Recorded == c.want.Recorded && d.Computed == c.want.Computed) || c.want.Computed == "" && d.Recorded == c.want.Recorded) {
					return
				}
			}
			t.Errorf("want %+v\namong %+v", c.want, r.Differences)
		})
	}
}

// month is what the wrong is done to.
type month struct {
	employer string
	bill     declaration.Bill
	order    collection.Order
}

// pay books money on a charge once more, for a person.
func (b *month) pay(ctx context.Context, tx store.Tx, person string, c declaration.Charge) error {
	p := collection.Payment{ID: tx.NewID(), Order: b.order.ID, Amount: c.EmployerFen + c.PersonFen, Key: "again"}
	_, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: p.ID, Key: "payment:again", Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: bank, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen},
		{Account: ledger.Receivable, Party: b.employer, Person: person, Scheme: c.Scheme, FeeMonth: c.FeeMonth, Charge: c.ID, EmployerFen: -c.EmployerFen, PersonFen: -c.PersonFen}}})
	return errors.Join(err, tx.AddPayment(ctx, p), tx.AddOrderEvent(ctx, collection.Event{ID: tx.NewID(), Order: b.order.ID, Kind: "paid", Amount: p.Amount, Payment: p.ID}))
}
