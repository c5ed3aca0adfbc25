package arrears_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/arrears"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// TestBillsWhatIsOwed: September 2022 is collected in October, so days count
// from 2022-11-01 to the day before the bill (R-LATEFEE-06): on 2023-03-02
// 30 + 31 + 31 + 28 + 1 = 121. At 0.05 % a day: pension 2400.00 -> 145.20,
// unemployment 100.00 -> 6.05, medical 1180.00 -> 71.39, injury 40.00 -> 2.42,
// large medical 3.00 -> 0.1815 -> 0.18; together 225.24.
func TestBillsWhatIsOwed(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p")
	b := x.bill(arrears.BillInput{Employer: "e", Channel: "counter"})
	x.billed("first", b, "2670.00", "1053.00", "225.24")
	bill := b.Bills[0]
	if bill.Charged != 5 || bill.Notice == "" || bill.Entry == "" || bill.Declaration.Kind != declaration.BackPay || len(b.Left) != 0 || b.Next != "" {
		t.Errorf("%+v", b)
	}
	for _, c := range bill.Charges {
		if c.Employer != "e" || c.FeeMonth != x.month("2022-09") || c.PostedMonth != x.month("2023-03") || c.Cause != insurance.NeverRegistered || c.Policy == "" || c.Payer != insurance.Employee {
			t.Errorf("charge %+v", c)
		}
	}
	if again := x.bill(arrears.BillInput{Employer: "e"}); len(again.Bills) != 0 {
		t.Errorf("billed twice on a day: %+v", again.Bills)
	}
	// ten days later, 131: 157.20 + 6.55 + 77.29 + 2.62 + 0.1965 -> 0.20 = 243.86, and 225.24 of it is billed
	x.on("2023-03-12")
	x.billed("what grew", x.bill(arrears.BillInput{Employer: "e"}), "0.00", "0.00", "18.62")
	x.pay("p", "2022-09", "", whole)
	x.sweep("p")
	x.owes("p")
	if after := x.bill(arrears.BillInput{Employer: "e"}); len(after.Bills) != 0 {
		t.Errorf("billed when paid: %+v", after.Bills)
	}
}

// TestPriceOfALaterDay: a bill can be for the day on which it will be paid; what
// becomes due only until then is not in it.
func TestPriceOfALaterDay(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2023-02", 10_000_00)
	x.on("2022-11-05") // in arrears: September; October from 2022-12-01
	x.sweep("p")
	// 2022-11-01 to 2022-12-09: 39 days: 46.80 + 1.95 + 23.01 + 0.78 + 0.0585 -> 0.06
	x.billed("for December", x.bill(arrears.BillInput{Employer: "e", On: x.day("2022-12-10")}), "2670.00", "1053.00", "72.60")
	err := x.try(func(ctx context.Context, tx store.Tx) error {
		_, err := arrears.Bill(ctx, tx, x.laws, arrears.BillInput{Employer: "e", On: x.day("2022-11-04")}, nil)
		return err
	})
	x.fault(err, "arrears.day_past")
}

func (x *town) fault(err error, key string) {
	x.Helper()
	if f := (*fault.Error)(nil); !errors.As(err, &f) || f.Key != key {
		x.Errorf("got %v, want %s", err, key)
	}
}

func TestChosenDebts(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.person("r", "2022-09", "2022-09", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p", "r")
	id := map[string]string{}
	x.write(func(ctx context.Context, tx store.Tx) error {
		list, err := tx.DebtsOf(ctx, []string{"p", "r"})
		for _, d := range list {
			id[d.Person+" "+d.Scheme.String()] = d.ID
		}
		return err
	})
	x.billed("pension of one", x.bill(arrears.BillInput{Employer: "e", Debts: []string{id["p pension"]}}), "1600.00", "800.00", "145.20")
	x.billed("the rest", x.bill(arrears.BillInput{Employer: "e"}), "3740.00", "1306.00", "305.28") // 2 x all, less that pension
	x.pay("p", "2022-09", "", whole)
	b := x.bill(arrears.BillInput{Employer: "e", Debts: []string{id["p injury"], id["r injury"]}})
	if len(b.Bills) != 0 || len(b.Left) != 1 || b.Left[0].Why != "not_owed" || b.Left[0].Person != "p" {
		t.Errorf("a debt that was paid meanwhile: %+v", b)
	}
	for name, in := range map[string]arrears.BillInput{
		"arrears.no_debt":    {Employer: "e", Debts: []string{"x"}},
		"arrears.one_debtor": {Employer: "e", Person: "p"},
	} {
		x.fault(x.try(func(ctx context.Context, tx store.Tx) error {
			_, err := arrears.Bill(ctx, tx, x.laws, in, nil)
			return err
		}), name)
	}
	// the employer's debt is not the person's own
	x.fault(x.try(func(ctx context.Context, tx store.Tx) error {
		_, err := arrears.Bill(ctx, tx, x.laws, arrears.BillInput{Person: "r", Debts: []string{id["r pension"]}}, nil)
		return err
	}), "arrears.no_debt")
	x.fault(x.try(func(ctx context.Context, tx store.Tx) error {
		_, err := arrears.Bill(ctx, tx, x.laws, arrears.BillInput{Employer: "nobody"}, nil)
		return err
	}), "declaration.no_employer")
	if own := x.bill(arrears.BillInput{Person: "r"}); len(own.Bills) != 0 {
		t.Errorf("billed to the person: %+v", own)
	}
}

// TestLateDeclarationAfterTheBill: the month is owed once, however it came to be
// billed.
func TestLateDeclarationAfterTheBill(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p")
	x.bill(arrears.BillInput{Employer: "e"})
	x.on("2023-03-03")
	if b := x.declare("2022-09", "p", 10_000_00); b.Charged != 0 {
		t.Errorf("declared: %+v", b)
	}
	x.sums("3723.00")
	// a corrected declaration of 12,000 bills 2,000 more: 534.00 + 210.00
	x.correct("2022-09", "p", 12_000_00)
	x.sums("4467.00")
}

// TestCorrectionAfterTheBill: what was declared too low and then billed as
// back-payment is not billed again by the corrected declaration.
func TestCorrectionAfterTheBill(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "p", 6_000_00)
	x.pay("p", "2022-09", "", whole)
	x.on("2023-03-02")
	x.sweep("p")
	x.bill(arrears.BillInput{Employer: "e"})
	x.sums("3723.00")
	x.correct("2022-09", "p", 10_000_00)
	x.sums("3723.00")
}

// correct declares a month anew.
func (x *town) correct(month, person string, wage money.Fen) {
	x.Helper()
	x.write(func(ctx context.Context, tx store.Tx) error {
		all, err := tx.DeclarationsOf(ctx, "e", x.month(month))
		if err != nil {
			return err
		}
		var standing string
		for _, d := range all {
			if d.Kind == declaration.Normal || d.Kind == declaration.Late {
				standing = d.ID
			}
		}
		_, err = declaration.Submit(ctx, tx, x.pricer, declaration.Filing{Employer: "e", Month: x.month(month), Channel: "api", Corrects: standing, Reason: "wage",
			Lines: []declaration.FilingLine{{Person: person, Wage: wage}}})
		return err
	})
}

// sums compares both shares of all that p was billed.
func (x *town) sums(want string) {
	x.Helper()
	var sum money.Fen
	for _, c := range x.charges("p") {
		sum += c.EmployerFen + c.PersonFen
	}
	if sum.String() != want {
		x.Errorf("billed %s, want %s", sum, want)
	}
}

// TestMissedMonthsOfAFlexibleWorker: nobody is billed what the law does not let
// be made up (R-BACKPAY-06).
func TestMissedMonthsOfAFlexibleWorker(t *testing.T) {
	x := newTown(t)
	start, base := x.day("2020-01-01"), money.Fen(6_000_00)
	x.write(func(ctx context.Context, tx store.Tx) error {
		if err := tx.NewPerson(ctx, registry.Person{ID: "f", NumberHash: "f", NumberKind: "citizen", Number: "x", Name: "李四", From: start, KnownOn: start}); err != nil {
			return err
		}
		return tx.AddEnrolment(ctx, registry.Enrolment{ID: "n", Person: "f", Payer: insurance.Flexible, Scheme: insurance.Pension, From: x.month("2022-07"), Base: &base, KnownOn: tx.Today()})
	})
	for _, m := range []string{"2022-07", "2022-09"} { // the window for months of 2022 closed at the end of 2023 (R-DEFER-06)
		x.on(m + "-12")
		x.write(func(ctx context.Context, tx store.Tx) error {
			_, err := declaration.ChargePerson(ctx, tx, x.pricer, "f", x.month(m))
			return err
		})
		x.payOwn("f", m)
	}
	x.on("2024-03-04")
	x.sweep("f")
	got := x.debts("f", arrears.Open)
	if len(got) != 1 || !strings.HasPrefix(got[0], "pension 2022-08 not_declared") {
		t.Fatalf("%v", got)
	}
	b := x.bill(arrears.BillInput{Person: "f"})
	if len(b.Bills) != 0 || len(b.Left) != 1 || b.Left[0].Why != "refused" {
		t.Errorf("%+v", b)
	}
}
