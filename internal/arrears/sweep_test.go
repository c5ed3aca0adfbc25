package arrears_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// full is what a month of 10,000 owes when nothing of it is paid.
func full(month, cause string) []string {
	return []string{
		"pension " + month + " " + cause + " 1600.00+800.00", "unemployment " + month + " " + cause + " 50.00+50.00", "medical " + month + " " + cause + " 980.00+200.00",
		"large_medical " + month + " " + cause + " 0.00+3.00", "injury " + month + " " + cause + " 40.00+0.00"}
}

func TestNeverRegistered(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2023-03-02")
	if c := x.sweep("p", "nobody"); c != (arrears.Change{Persons: 2, Opened: 5}) {
		t.Errorf("%+v", c)
	}
	x.owes("p", full("2022-09", "never_registered")...)
	x.write(func(ctx context.Context, tx store.Tx) error {
		list, err := tx.DebtsOf(ctx, []string{"p"})
		for _, d := range list {
			if d.FoundOn != x.day("2023-03-02") || d.ClosedOn != 0 || d.Employer != "e" {
				t.Errorf("%+v", d)
			}
		}
		return err
	})
}

// TestNotDeclared: the employer declared before, and not this month.
func TestNotDeclared(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-08", "2022-09", 10_000_00)
	x.on("2022-08-12")
	x.declare("2022-08", "p", 10_000_00)
	x.pay("p", "2022-08", "", whole)
	x.on("2023-03-02")
	x.sweep("p")
	x.owes("p", full("2022-09", "not_declared")...)
}

func TestDeadlineHasToPass(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	// collected in October: in arrears from 2022-11-01 (R-LATEFEE-06)
	x.on("2022-10-31")
	if c := x.sweep("p"); c.Any() {
		t.Errorf("in time: %+v", c)
	}
	x.on("2022-11-01")
	if c := x.sweep("p"); c.Opened != 5 {
		t.Errorf("a day late: %+v", c)
	}
}

func TestFailedDebit(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	b := x.declare("2022-09", "p", 10_000_00)
	x.on("2022-10-20")
	x.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesIn(ctx, b.Declaration.ID)
		if err != nil {
			return err
		}
		var items []collection.Item
		for _, c := range charges {
			items = append(items, collection.Item{Order: "o", Charge: c.ID, EmployerFen: c.EmployerFen, PersonFen: c.PersonFen})
		}
		return errors.Join(
			tx.AddOrder(ctx, collection.Order{ID: "o", Employer: "e", Month: b.Declaration.Month, Channel: "mandate", CreatedOn: tx.Today()}, items),
			tx.AddOrderEvent(ctx, collection.Event{ID: "f", Order: "o", Kind: "failed", On: x.day("2022-10-20"), Reason: "insufficient_funds"}))
	})
	x.on("2023-03-02")
	x.sweep("p")
	x.owes("p", full("2022-09", "debit_failed")...)
	// the retry succeeds: nothing is owed any more (R-POST-02)
	x.pay("p", "2022-09", collection.BankRetry+":insufficient_funds", whole)
	if c := x.sweep("p"); c != (arrears.Change{Persons: 1, Closed: 5}) {
		t.Errorf("paid: %+v", c)
	}
	x.owes("p")
	if got := x.debts("p", arrears.Closed); len(got) != 5 || got[0] != "pension 2022-09 closed 2023-03-02" {
		t.Errorf("%v", got)
	}
}

// TestUnderDeclared: 6,000 declared and paid where 10,000 was the wage. Paid:
// pension 960.00 + 480.00, unemployment 30.00 + 30.00, medical 588.00 + 120.00,
// injury 24.00, large medical 3.00 in full.
func TestUnderDeclared(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "p", 6_000_00)
	x.pay("p", "2022-09", "", whole)
	x.on("2023-03-02")
	x.sweep("p")
	x.owes("p", "pension 2022-09 under_declared 640.00+320.00", "unemployment 2022-09 under_declared 20.00+20.00",
		"medical 2022-09 under_declared 392.00+80.00", "injury 2022-09 under_declared 16.00+0.00")
	// 121 days, see TestBillsWhatIsOwed: on 960.00 58.08, on 40.00 2.42, on 472.00 28.556, on 16.00 0.968
	x.billed("the difference", x.bill(arrears.BillInput{Employer: "e"}), "1068.00", "420.00", "90.03")
}

// TestRuleChanged: 5,400 was above the floor of 5,360 when it was paid; the
// limits that came on 2022-07-19 raised the floor from July to 5,869. Owed on
// 469 more: pension 75.04 + 37.52, unemployment 2.345 each way (29.345 less
// 27.00), medical 575.162 less 529.20, and 117.38 less 108.00, injury 23.476
// less 21.60; rounded to the fen as the due amount is.
func TestRuleChanged(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-07", "2022-07", 5_400_00)
	x.on("2022-07-12")
	x.declare("2022-07", "p", 5_400_00)
	x.pay("p", "2022-07", "", whole)
	x.on("2022-07-18")
	if c := x.sweep("p"); c.Any() {
		t.Errorf("before the notice: %+v", c)
	}
	x.on("2022-10-10")
	x.sweep("p")
	x.owes("p", "pension 2022-07 rule_changed 75.04+37.52", "unemployment 2022-07 rule_changed 2.35+2.35",
		"medical 2022-07 rule_changed 45.96+9.38", "injury 2022-07 rule_changed 1.88+0.00")
	// as it was known before the notice, nothing was owed
	if n := x.gaps("p", registry.When{AsOf: x.day("2022-10-10"), KnownAt: x.day("2022-07-18")}); n != 0 {
		t.Errorf("known before the notice: %d gaps", n)
	}
}

func (x *town) gaps(person string, w registry.When) int {
	x.Helper()
	return len(x.assess(person, w).Gaps)
}

func (x *town) assess(person string, w registry.When) *assess.History {
	x.Helper()
	var a *history.Answer
	x.write(func(ctx context.Context, tx store.Tx) (err error) {
		a, err = history.Assess(ctx, tx, x.laws, person, w, "en", nil)
		return err
	})
	return a.History
}

func TestPartialPayment(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "p", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p")
	x.owes("p", full("2022-09", "declared_unpaid")...)
	x.pay("p", "2022-09", "", func(c declaration.Charge) (money.Fen, money.Fen) {
		switch c.Scheme {
		case insurance.Pension:
			return 1000_00, 800_00
		case insurance.Medical:
			return c.EmployerFen, c.PersonFen
		}
		return 0, 0
	})
	if c := x.sweep("p"); c != (arrears.Change{Persons: 1, Adjusted: 1, Closed: 1}) {
		t.Errorf("%+v", c)
	}
	x.owes("p", "pension 2022-09 declared_unpaid 600.00+0.00", "unemployment 2022-09 declared_unpaid 50.00+50.00",
		"large_medical 2022-09 declared_unpaid 0.00+3.00", "injury 2022-09 declared_unpaid 40.00+0.00")
	// the person's share alone
	x.pay("p", "2022-09", "", func(c declaration.Charge) (money.Fen, money.Fen) {
		if c.Scheme == insurance.Unemployment {
			return 0, 20_00
		}
		return 0, 0
	})
	if c := x.sweep("p"); c != (arrears.Change{Persons: 1, Adjusted: 1}) {
		t.Errorf("%+v", c)
	}
	x.owes("p", "pension 2022-09 declared_unpaid 600.00+0.00", "unemployment 2022-09 declared_unpaid 50.00+30.00",
		"large_medical 2022-09 declared_unpaid 0.00+3.00", "injury 2022-09 declared_unpaid 40.00+0.00")
}

func TestRefundOpensAgain(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "p", 10_000_00)
	x.on("2022-12-01")
	x.sweep("p")
	x.pay("p", "2022-09", "", whole)
	x.on("2022-12-02")
	x.sweep("p")
	x.owes("p")
	x.on("2023-03-02")
	x.pay("p", "2022-09", "", func(c declaration.Charge) (money.Fen, money.Fen) {
		if c.Scheme != insurance.Pension {
			return 0, 0
		}
		return -c.EmployerFen, -c.PersonFen
	})
	if c := x.sweep("p"); c != (arrears.Change{Persons: 1, Opened: 1}) {
		t.Errorf("%+v", c)
	}
	x.owes("p", "pension 2022-09 declared_unpaid 1600.00+800.00")
	x.write(func(ctx context.Context, tx store.Tx) error {
		list, err := tx.DebtsOf(ctx, []string{"p"})
		if len(list) != 5 || list[0].FoundOn != x.day("2023-03-02") || list[0].ClosedOn != 0 {
			t.Errorf("opened again: %+v", list[0])
		}
		return err
	})
}

// TestGivenBackAsPaidTwice: what was given back since the month was paid twice
// counts elsewhere; nothing is owed for it here, and nothing is billed.
func TestGivenBackAsPaidTwice(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "p", 10_000_00)
	x.pay("p", "2022-09", "", whole)
	x.on("2023-03-02")
	x.pay("p", "2022-09", collection.DuplicateMonth, func(c declaration.Charge) (money.Fen, money.Fen) { return -c.EmployerFen, -c.PersonFen })
	if c := x.sweep("p"); c.Any() {
		t.Errorf("%+v", c)
	}
	if b := x.bill(arrears.BillInput{Employer: "e"}); len(b.Bills) != 0 {
		t.Errorf("%+v", b)
	}
	x.write(func(ctx context.Context, tx store.Tx) error {
		a, err := history.Assess(ctx, tx, x.laws, "p", registry.When{AsOf: tx.Today()}, "en", nil)
		if err != nil {
			return err
		}
		owed := func(c record.Cell) bool { return !c.Paid() }
		if slices.ContainsFunc(a.Grid, owed) || len(a.Gaps)+len(a.Lines) != 0 || *a.Totals.Total != 0 {
			t.Errorf("a price is shown of what is not owed: %+v %+v", a.Gaps, a.Lines)
		}
		_, err = a.Body() // the receipt follows from the facts that it names
		return err
	})
}

// TestMergeMovesDebts: the debts of a duplicate are those of the person it is,
// and what was billed to it is not billed again.
func TestMergeMovesDebts(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-10", "2022-10", 10_000_00)
	x.person("q", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "q", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p", "q")
	x.owes("q", full("2022-09", "declared_unpaid")...)
	x.write(func(ctx context.Context, tx store.Tx) error {
		return tx.AddMerge(ctx, registry.Merge{ID: "m", Loser: "q", Winner: "p", KnownOn: tx.Today(), Reason: "same"})
	})
	// October belongs to an employment that declared nothing itself; with September it is one that did
	if c := x.sweep("p", "q"); c != (arrears.Change{Persons: 2, Opened: 5, Adjusted: 5, Closed: 5}) {
		t.Errorf("%+v", c)
	}
	x.owes("q")
	x.owes("p", merged(full("2022-09", "declared_unpaid"), full("2022-10", "not_declared"))...)
	b := x.bill(arrears.BillInput{Employer: "e"})
	// September is billed already: new is its late fee of 225.24 (121 days) alone. October: 2670.00 + 1053.00 and
	// 91 days from 2022-12-01: pension 109.20, unemployment 4.55, medical 53.69, injury 1.82, large medical 0.1365 -> 0.14: 169.40
	x.billed("both", b, "2670.00", "1053.00", "394.64")
}

// merged puts two months in the order of debts: by scheme, then month.
func merged(a, b []string) (out []string) {
	for i := range a {
		out = append(out, a[i], b[i])
	}
	return slices.Clip(out)
}

// TestBackDatedDeclaration: a declaration that comes late changes the answer
// and the cause, and no line that was billed.
func TestBackDatedDeclaration(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p")
	x.billed("never registered", x.bill(arrears.BillInput{Employer: "e"}), "2670.00", "1053.00", "225.24")
	before := x.charges("p")
	x.on("2023-03-03")
	x.declare("2022-09", "p", 10_000_00)
	if c := x.sweep("p"); c != (arrears.Change{Persons: 1, Adjusted: 5}) {
		t.Errorf("%+v", c)
	}
	x.owes("p", full("2022-09", "declared_unpaid")...)
	after := x.charges("p")
	if len(after) < len(before) || !slices.EqualFunc(before, after[:len(before)], func(a, b declaration.Charge) bool {
		return a.ID == b.ID && a.EmployerFen == b.EmployerFen && a.LateFee == b.LateFee && a.Cause == b.Cause
	}) {
		t.Errorf("an old line changed: %+v, was %+v", after, before)
	}
	// what was known on the day before is still what was known then
	old := x.assess("p", registry.When{AsOf: x.day("2023-03-03"), KnownAt: x.day("2023-03-02")})
	if old.Gaps[0].Cause != insurance.NeverRegistered {
		t.Errorf("known before: %s", old.Gaps[0].Cause)
	}
}

// charges are those of a person, the first billed first.
func (x *town) charges(person string) (out []declaration.Charge) {
	x.Helper()
	x.write(func(ctx context.Context, tx store.Tx) (err error) {
		out, err = tx.ChargesOf(ctx, []string{person})
		return err
	})
	slices.SortStableFunc(out, func(a, b declaration.Charge) int { return int(a.At - b.At) })
	return out
}

// TestUnknownShares: a share that no pack prices is not zero.
func TestUnknownShares(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.write(func(ctx context.Context, tx store.Tx) error { // no wage is known
		return tx.AddEmployment(ctx, registry.Employment{ID: "k", Person: "p", Employer: "e", From: x.day("2022-09-01"), To: x.day("2022-09-30"), KnownOn: tx.Today(), Replaces: "job p"})
	})
	x.on("2023-03-02")
	x.sweep("p")
	x.owes("p", "pension 2022-09 never_registered ?+?", "unemployment 2022-09 never_registered ?+?", "medical 2022-09 never_registered ?+?",
		"large_medical 2022-09 never_registered 0.00+3.00", "injury 2022-09 never_registered ?+0.00")
	b := x.bill(arrears.BillInput{Employer: "e"})
	x.billed("what has a price", b, "0.00", "3.00", "0.18")
	if len(b.Left) != 4 || b.Left[0].Why != "unpriced" || b.Left[0].Missing != "amount" || b.Left[0].Scheme != insurance.Pension {
		t.Errorf("left %+v", b.Left)
	}
}
