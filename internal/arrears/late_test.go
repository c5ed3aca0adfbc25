package arrears_test

import (
	"context"
	"testing"

	"bujiao/internal/arrears"
	"bujiao/internal/declaration"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

// TestLateFeeOfWhatCameLate: September 2022 was declared in time and paid on
// 2022-12-10. Days count from 2022-11-01 to the day before (R-LATEFEE-06):
// 30 + 9 = 39. At 0.05 % a day: pension 2400.00 x 0.0195 = 46.80, unemployment
// 100.00 -> 1.95, medical 1180.00 -> 23.01, injury 40.00 -> 0.78, large medical
// 3.00 -> 0.0585 -> 0.06; together 72.60, of the employer alone (R-LATEFEE-08).
func TestLateFeeOfWhatCameLate(t *testing.T) {
	x := newTown(t)
	x.declaredAndPaid("2022-12-10", whole)
	x.owes("p")
	x.late(72_60, 0)
	x.on("2023-03-02")
	b := x.bill(arrears.BillInput{Employer: "e", Channel: "counter"})
	x.billed("paid late", b, "0.00", "0.00", "72.60")
	for _, c := range b.Bills[0].Charges {
		if c.Kind != declaration.ChargeBackPay || c.Settles == "" || c.Employer != "e" || c.Policy == "" {
			t.Errorf("charge %+v", c)
		}
	}
	x.late(72_60, 72_60)
	if again := x.bill(arrears.BillInput{Employer: "e"}); len(again.Bills)+len(again.Left) != 0 {
		t.Errorf("billed twice: %+v", again)
	}
}

// TestPaidInTimeGrowsNothing: the last day of payment is 2022-10-31.
func TestPaidInTimeGrowsNothing(t *testing.T) {
	x := newTown(t)
	x.declaredAndPaid("2022-10-31", whole)
	x.late(0, 0)
	x.on("2023-03-02")
	if b := x.bill(arrears.BillInput{Employer: "e"}); len(b.Bills)+len(b.Left) != 0 {
		t.Errorf("%+v", b)
	}
}

// TestLateFeeBetweenBillAndPayment: billed for 2023-03-02 with 121 days, 225.24,
// and paid ten days later, 131 days, 243.86 (TestBillsWhatIsOwed).
func TestLateFeeBetweenBillAndPayment(t *testing.T) {
	x := newTown(t)
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2023-03-02")
	x.sweep("p")
	x.billed("first", x.bill(arrears.BillInput{Employer: "e"}), "2670.00", "1053.00", "225.24")
	x.on("2023-03-12")
	x.pay("p", "2022-09", "", whole)
	x.on("2023-05-02")
	x.sweep("p")
	x.billed("what grew until it was paid", x.bill(arrears.BillInput{Employer: "e"}), "0.00", "0.00", "18.62")
}

// TestLateFeeOfParts: half of each share came on 2022-12-10, after 39 days:
// 1200.00 -> 23.40, 50.00 -> 0.975 -> 0.98, 590.00 -> 11.505 -> 11.51, 20.00 ->
// 0.39, 1.50 -> 0.02925 -> 0.03; together 36.31. The other half is open on
// 2023-03-02, after 121 days: 72.60 + 3.025 -> 3.03 + 35.695 -> 35.70 + 1.21 +
// 0.09075 -> 0.09; together 112.63.
func TestLateFeeOfParts(t *testing.T) {
	x := newTown(t)
	half := func(c declaration.Charge) (money.Fen, money.Fen) { return c.EmployerFen / 2, c.PersonFen / 2 }
	x.declaredAndPaid("2022-12-10", half)
	x.on("2023-03-02")
	x.sweep("p")
	x.billed("both halves", x.bill(arrears.BillInput{Employer: "e"}), "0.00", "0.00", "148.94")
}

// TestLateFeeWithoutALaw: from 2024 no source says the last day of payment in
// Beijing; what came late is named and not priced.
func TestLateFeeWithoutALaw(t *testing.T) {
	x := newTown(t)
	x.person("p", "2024-03", "2024-03", 10_000_00)
	x.on("2024-04-11")
	x.declare("2024-03", "p", 10_000_00)
	x.on("2024-07-10")
	x.pay("p", "2024-03", "", whole)
	b := x.bill(arrears.BillInput{Employer: "e"})
	if len(b.Bills) != 0 || len(b.Left) == 0 {
		t.Fatalf("%+v", b)
	}
	for _, l := range b.Left {
		if l.Why != "unpriced" || l.Missing != "late_fee_rules.deadline" {
			t.Errorf("%+v", l)
		}
	}
}

// declaredAndPaid declares September 2022 of p in time and pays of it on a day.
func (x *town) declaredAndPaid(day string, share func(declaration.Charge) (money.Fen, money.Fen)) {
	x.Helper()
	x.person("p", "2022-09", "2022-09", 10_000_00)
	x.on("2022-09-12")
	x.declare("2022-09", "p", 10_000_00)
	x.on(day)
	x.pay("p", "2022-09", "", share)
	x.sweep("p")
}

// late compares what came late for p: its late fee and what of it is billed.
func (x *town) late(fee, billed money.Fen) {
	x.Helper()
	x.write(func(ctx context.Context, tx store.Tx) error {
		list, err := arrears.LateFees(ctx, tx, x.laws, []string{"p"})
		var a, b money.Fen
		for _, f := range list {
			a, b = a+*f.LateFee, b+f.Billed
		}
		if a != fee || b != billed {
			x.Errorf("late fee %s, of it billed %s; want %s and %s", a, b, fee, billed)
		}
		return err
	})
}
