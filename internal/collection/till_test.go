package collection_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// till is a cash office in Beijing on 2026-03-02.
type till struct {
	*testing.T
	db    *sqlstore.DB
	clock *storetest.Clock
	book  *law.Book
}

// each runs a test on every engine.
func each(t *testing.T, fn func(*till)) {
	t.Helper()
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) { fn(open(t, e)) })
	}
}

func open(t *testing.T, e storetest.Engine) *till {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	c := &till{T: t}
	if c.book, err = laws.Book(storetest.Area); err != nil {
		t.Fatal(err)
	}
	c.db, c.clock = storetest.New(t, e)
	return c
}

func (c *till) law() *law.Reader { return c.book.Read(0, false) }

func hash(account string) string {
	if account == "" {
		return ""
	}
	return "h" + account
}

func day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// charge is one that a base of 7,162.00 gives in Beijing by hand: pension 16 %
// and 8 %, 1,145.92 and 572.96; unemployment 0.5 % each, 35.81 and 35.81.
func charge(id, month string, scheme insurance.Scheme) declaration.Charge {
	base := money.Fen(716200)
	c := declaration.Charge{ID: id, Employer: "e1", Person: "p1", Payer: insurance.Employee, Scheme: scheme, FeeMonth: day(month + "-01").Month(), Kind: declaration.ChargeNormal, Base: &base}
	c.PostedMonth = c.FeeMonth
	switch scheme {
	case insurance.Pension:
		c.EmployerFen, c.PersonFen = 114592, 57296
	case insurance.Unemployment:
		c.EmployerFen, c.PersonFen = 3581, 3581
	}
	return c
}

// bill writes a notice over charges as the declaration does it, and returns its id.
func (c *till) bill(id string, charges ...declaration.Charge) string {
	c.Helper()
	storetest.Update(c, c.db, func(ctx context.Context, tx store.Tx) error {
		first := charges[0]
		n := declaration.Notice{ID: "n-" + id, Employer: first.Employer, Month: first.FeeMonth, Kind: "normal", Declaration: "d-" + id, IssuedOn: tx.Today()}
		if n.Employer == "" {
			n.Person = first.Person
		}
		e := ledger.Entry{Kind: ledger.Billing, RefKind: "declaration", Ref: n.Declaration, Key: "bill:" + id}
		for i := range charges {
			x := &charges[i]
			x.Declaration = n.Declaration
			n.EmployerFen, n.PersonFen, n.LateFee = n.EmployerFen+x.EmployerFen, n.PersonFen+x.PersonFen, n.LateFee+x.LateFee
			e.Legs = append(e.Legs,
				ledger.Leg{Account: ledger.Receivable, Party: n.Employer + n.Person, Scheme: x.Scheme, FeeMonth: x.FeeMonth, EmployerFen: x.EmployerFen, PersonFen: x.PersonFen},
				ledger.Leg{Account: ledger.FundDue, Scheme: x.Scheme, FeeMonth: x.FeeMonth, EmployerFen: -x.EmployerFen - x.LateFee, PersonFen: -x.PersonFen})
			if x.LateFee != 0 {
				e.Legs = append(e.Legs, ledger.Leg{Account: ledger.LateFeeDue, Party: n.Employer + n.Person, Scheme: x.Scheme, FeeMonth: x.FeeMonth, EmployerFen: x.LateFee})
			}
		}
		if err := tx.AddDeclaration(ctx, declaration.Declaration{ID: n.Declaration, Employer: n.Employer, Person: n.Person, Month: n.Month, Kind: declaration.Normal}, nil); err != nil {
			return err
		}
		_, err := ledger.Post(ctx, tx, e)
		return errors.Join(tx.AddCharges(ctx, charges), tx.AddNotice(ctx, n), err)
	})
	return "n-" + id
}

// order makes the order of a notice over the charges; it is paid from the account.
func (c *till) order(id, channel, account string, charges ...declaration.Charge) collection.Order {
	c.Helper()
	notice := c.bill(id, charges...)
	var o collection.Order
	storetest.Update(c, c.db, func(ctx context.Context, tx store.Tx) (err error) {
		way := collection.Way{Channel: channel, Bank: "102"}
		if way.Account, err = tx.PutBox(ctx, "notice", notice, "account", account); err == nil {
			o, err = collection.CreateOrder(ctx, tx, notice, way)
		}
		return err
	})
	return o
}

// send sends the batch of a bank and returns its id.
func (c *till) send(bank string) string {
	c.Helper()
	var f collection.File
	storetest.Update(c, c.db, func(ctx context.Context, tx store.Tx) (err error) {
		f, _, err = collection.SendBatch(ctx, tx, c.law(), hash, bank)
		return err
	})
	return f.ID
}

// file is a file as the bank writes it.
func (c *till) file(bank, direction, batch string, lines ...collection.ContentLine) []byte {
	c.Helper()
	x, hole := c.law().BankLayout(bank, direction, day("2026-03-02"))
	if hole != nil {
		c.Fatal(hole)
	}
	data, err := collection.RenderFile(x, &collection.Content{Bank: bank, On: day("2026-03-02"), Batch: batch, Lines: lines})
	if err != nil {
		c.Fatal(err)
	}
	return data
}

func (c *till) results(bank string, data []byte) (t *collection.Taken, err error) {
	err = c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) (err error) {
		t, err = collection.TakeResults(c.Context(), tx, c.law(), hash, bank, "r.txt", data)
		return err
	})
	return t, err
}

func (c *till) statement(bank string, data []byte) (t *collection.Taken, err error) {
	err = c.db.Update(c.Context(), storetest.Area, func(tx store.Tx) (err error) {
		t, err = collection.TakeStatement(c.Context(), tx, tx, c.law(), hash, bank, "s.txt", data)
		return err
	})
	return t, err
}

func (c *till) standing(order string) (s collection.Standing) {
	c.Helper()
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		o, err := tx.Order(ctx, order)
		if err != nil {
			return err
		}
		all, err := collection.Standings(ctx, tx, []collection.Order{o})
		s = all[order]
		return err
	})
	return s
}

// state is all that a bank file can change, without ids of rows: what orders
// came to, suspense money, balances.
func (c *till) state() string {
	c.Helper()
	var out []string
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		for _, employer := range []string{"e1", "e2"} {
			orders, err := tx.OrdersOf(ctx, employer, "", 0)
			if err != nil {
				return err
			}
			for _, o := range orders {
				events, err := tx.OrderEvents(ctx, o.ID)
				if err != nil {
					return err
				}
				payments, err := tx.PaymentsOf(ctx, o.ID)
				if err != nil {
					return err
				}
				var kinds []string
				for _, e := range events {
					kinds = append(kinds, fmt.Sprint(e.Kind, e.Reason, e.Amount))
				}
				for _, p := range payments {
					kinds = append(kinds, fmt.Sprint(p.Source, p.Reason, p.Amount, p.PaidOn))
				}
				slices.Sort(kinds)
				out = append(out, o.Notice+" "+strings.Join(kinds, " "))
			}
		}
		for _, st := range []string{"open", "claimed", "refunded"} {
			items, err := tx.SuspenseItems(ctx, st, books.Page{})
			if err != nil {
				return err
			}
			var list []string
			for _, x := range items {
				list = append(list, fmt.Sprint(st, x.Amount, x.Reason, x.Proposal))
			}
			slices.Sort(list)
			out = append(out, list...)
		}
		for _, account := range []string{ledger.Bank, ledger.Receivable, ledger.FundDue, ledger.Fund, ledger.Personal, ledger.LateFeeDue, ledger.LateFee, ledger.Suspense, ledger.Refunds} {
			b, err := tx.Balances(ctx, account, "")
			if err != nil {
				return err
			}
			data, err := json.Marshal(b)
			out = append(out, string(data))
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// balance is the sum of an account, in yuan.
func (c *till) balance(account string) string {
	c.Helper()
	var sum money.Fen
	storetest.View(c, c.db, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Balances(ctx, account, "")
		for _, b := range list {
			sum += b.EmployerFen + b.PersonFen
		}
		return err
	})
	return sum.String()
}

func (c *till) want(what string, got, want any) {
	c.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// refuses expects a fault and that the books are as they were.
func (c *till) refuses(what, key string, fn func() error) {
	c.Helper()
	before := c.state()
	err := fn()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		c.Errorf("%s: %v, want %s", what, err, key)
	}
	if c.state() != before {
		c.Errorf("%s: the books changed", what)
	}
}

func (c *till) later() { c.clock.Add(time.Minute) }
