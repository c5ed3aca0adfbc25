package declaration_test

import (
	"bujiao/internal/calendar"
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"bujiao/internal/assess"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// A month of 3,723.00 (10,000 in Beijing, see TestSubmitBills) is estimated at
// 110 %, 4,095.30, by scheme and share; an estimate of that at 4,504.83.
func TestEstimate(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.on("2025-04-15")
	d.declared("2025-03", map[string]string{"p1": "10000"})
	d.hire("p2", "e", "2025-04-01", "") // the roster has changed: the next month must be declared
	d.on("2025-05-25")
	_, err := d.close("2025-04")
	d.wantFault("on the window's last day", err, "declaration.window_open")
	d.on("2025-05-26")
	b, err := d.close("2025-04")
	if err != nil {
		t.Fatal(err)
	}
	d.shares("110 %", b, "2937.00", "1158.30")
	if b.Declaration.Kind != declaration.Estimate || b.Declaration.Reason != "chain:1" || b.Charged != 5 {
		t.Errorf("estimate %+v", b.Declaration)
	}
	for _, c := range b.Charges {
		if c.Kind != declaration.ChargeProvisional || (c.Scheme == insurance.Pension && (c.EmployerFen != 176000 || c.PersonFen != 88000 || c.DueOn != d.day("2025-05-25"))) {
			t.Errorf("charge %+v", c)
		}
	}
	if again, err := d.close("2025-04"); err != nil || again.Charged != 0 {
		t.Errorf("closed twice: %+v, %v", again, err)
	}
	d.on("2025-06-26")
	chain, err := d.close("2025-05")
	if err != nil || chain.EmployerFen+chain.PersonFen != d.fen("4504.83") || chain.Declaration.Reason != "chain:2" || len(chain.Findings) != 1 {
		t.Errorf("an estimate of an estimate: %+v, %v", chain, err)
	}
	// the late declaration of both persons is due in whole; the estimate is settled
	late := d.declared("2025-04", map[string]string{"p1": "10000", "p2": "10000"})
	d.shares("settlement", late, "2403.00", "947.70")
	if late.Declaration.Kind != declaration.Late || late.Settlement == "" || late.Charged != 10 {
		t.Errorf("late declaration %+v", late)
	}
	for _, c := range late.Charges {
		if c.Declaration != late.Settlement || c.Kind != declaration.ChargeSettlement || (c.Person == "p1") != (c.Settles != "") || c.PostedMonth != d.month("2025-06") {
			t.Errorf("difference %+v", c)
		}
	}
	d.owes("e", "11240.70", "4433.13") // 2670.00 + 5340.00 + 3230.70, 1053.00 + 2106.00 + 1274.13
}

func TestEstimateNeedsALastMonth(t *testing.T) {
	d := openDesk(t, beijing)
	d.on("2025-05-26")
	if b, err := d.close("2025-04"); err != nil || b.Charged != 0 {
		t.Errorf("nobody is employed, and yet: %+v, %v", b, err)
	}
	d.hire("p1", "e", "2025-04-01", "")
	_, err := d.close("2025-04")
	d.wantFault("nothing to go by", err, "declaration.no_last_month")
	other := openDesk(t, "120000") // Tianjin's window was not found
	other.hire("p1", "e", "2020-01-01", "")
	other.on("2025-05-26")
	_, err = other.close("2025-04")
	other.wantFault("no window", err, "declaration.no_window")
}

// TestNoChangeNeedsNoDeclaration is R-DECL-01: no change, no report.
func TestNoChangeNeedsNoDeclaration(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.on("2025-04-15")
	d.declared("2025-03", map[string]string{"p1": "10000"})
	d.on("2025-05-26")
	b, err := d.close("2025-04")
	if err != nil {
		t.Fatal(err)
	}
	d.shares("as the last month", b, "2670.00", "1053.00")
	if b.Declaration.Kind != declaration.Normal || b.Declaration.Reason != "no_change" {
		t.Errorf("declaration %+v", b.Declaration)
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		name   string
		was    map[string]money.Fen
		amount money.Fen
		want   map[string]money.Fen
	}{
		{"GV-13: 10,000.00 at 110 %", map[string]money.Fen{"a": 1_000_000}, 1_100_000, map[string]money.Fen{"a": 1_100_000}},
		{"the largest remainder: 4.4, 3.3, 3.3", map[string]money.Fen{"a": 3, "b": 4, "c": 3}, 11, map[string]money.Fen{"a": 3, "b": 5, "c": 3}},
		{"a tie goes by person: 5.5, 5.5", map[string]money.Fen{"b": 5, "a": 5}, 11, map[string]money.Fen{"a": 6, "b": 5}},
		{"no overflow", map[string]money.Fen{"a": money.MaxFen / 2, "b": money.MaxFen / 2}, money.MaxFen, map[string]money.Fen{"a": money.MaxFen / 2, "b": money.MaxFen / 2}},
	} {
		if got := declaration.SpreadForTest(c.was, c.amount); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Beijing published the limits of July 2025 in September (packs/cn-110000: 2025-09, floor 7162 instead of 6821). A
// wage of 7,000 is billed on 7,000: 1120+35+686+28 and 560+35+140+3. By the new floor: 162 more at 16/8, 0.5/0.5,
// 9.8/2 and 0.4 %, each line rounded: 25.92+0.81+(701.88-686.00)+(28.65-28.00) and 12.96+0.81+3.24.
func TestLateNotice(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.hire("p2", "e", "2020-01-01", "")
	d.on("2025-08-15")
	b := d.declared("2025-07", map[string]string{"p1": "7000", "p2": "10000"})
	d.shares("by the limits carried on", b, "4539.00", "1791.00")
	if !b.Carried {
		t.Error("nothing says that limits were carried on")
	}
	for _, c := range b.Charges {
		if want := d.month("2025-06"); (c.Scheme == insurance.LargeMedical) != (c.CarriedFrom == 0) || (c.CarriedFrom != 0 && c.CarriedFrom != want) {
			t.Errorf("carried from %s: %+v", c.CarriedFrom, c)
		}
	}
	if s := d.settle("2025-07"); s.Charged != 0 {
		t.Errorf("before the notice there is nothing to settle: %+v", s)
	}
	d.on("2025-10-05")
	s := d.settle("2025-07")
	d.shares("the difference", s, "43.26", "17.01")
	for _, c := range s.Charges {
		if c.Person != "p1" || c.Cause != insurance.RuleChanged || c.Settles == "" || c.DueOn != 0 || c.CarriedFrom != 0 || c.FeeMonth != d.month("2025-07") || c.PostedMonth != d.month("2025-10") || *c.Base != 716200 {
			t.Errorf("difference %+v", c)
		}
	}
	if s.Charged != 4 {
		t.Errorf("%d lines, want one a scheme that moved", s.Charged)
	}
	if again := d.settle("2025-07"); again.Charged != 0 {
		t.Errorf("a second run bills %d lines", again.Charged)
	}
	d.owes("e", "4582.26", "1808.01")
	// a month declared after the notice is billed right at once
	d.on("2025-10-15")
	if b := d.declared("2025-09", map[string]string{"p1": "7000", "p2": "10000"}); b.Carried {
		t.Errorf("carried on without need: %+v", b)
	}
}

// A missing rate is not carried on: it is an error that names it.
func TestOtherHolesAreErrors(t *testing.T) {
	d := openDesk(t, beijing)
	d.write(func(ctx context.Context, tx store.Tx) error { // f's industry class was never told
		return tx.AddEmployerState(ctx, registry.Employer{ID: "e", Status: "active", From: d.day("2021-01-01"), KnownOn: d.day("2021-01-01"), Name: "厂"})
	})
	d.hire("p1", "e", "2021-01-01", "")
	d.on("2025-04-15")
	_, err := d.declare("2025-03", map[string]string{"p1": "10000"})
	d.wantFault("no injury class", err, "declaration.missing")
}

func TestConfirmations(t *testing.T) {
	d := openDesk(t, beijing)
	for _, p := range []string{"p1", "p2"} {
		d.hire(p, "e", "2020-01-01", "")
	}
	say := func(c declaration.Confirmation) error {
		return d.try(func(ctx context.Context, tx store.Tx) error { _, err := declaration.Confirm(ctx, tx, c); return err })
	}
	open := func(month string) (out []string) {
		d.write(func(ctx context.Context, tx store.Tx) (err error) {
			out, err = declaration.Unconfirmed(ctx, tx, "e", d.month(month))
			return err
		})
		return out
	}
	word := declaration.Confirmation{Person: "p1", Employer: "e", Month: d.month("2025-02"), Wage: d.fen("10000"), Method: "electronic"}
	d.on("2025-03-15")
	if err := say(word); err != nil {
		t.Fatal(err)
	}
	d.declared("2025-02", map[string]string{"p1": "10000", "p2": "9000"})
	if got := open("2025-02"); len(got) != 1 || got[0] != "p2" {
		t.Errorf("unconfirmed: %v, want p2", got)
	}
	late := word
	late.Person, late.Method = "p2", "paper"
	d.wantFault("paper that is nowhere", say(late), "declaration.no_evidence")
	late.Evidence = "档案柜3"
	if err := say(late); err != nil { // for 10,000, while 9,000 was declared
		t.Fatal(err)
	}
	if got := open("2025-02"); len(got) != 1 {
		t.Errorf("a word on another wage confirms nothing: %v", got)
	}
	late.Wage = d.fen("9000")
	if err := say(late); err != nil {
		t.Fatal(err)
	}
	if got := open("2025-02"); len(got) != 0 {
		t.Errorf("confirmed later: %v", got)
	}
	// only changes are signed: p1's word carries on, p2's new wage needs one
	d.on("2025-04-15")
	d.declared("2025-03", map[string]string{"p1": "10000", "p2": "9500"})
	if got := open("2025-03"); len(got) != 1 || got[0] != "p2" {
		t.Errorf("the next month: %v, want p2", got)
	}
	late.Person = "nobody"
	d.wantFault("a stranger's word", say(late), "declaration.not_on_roster")
}

// Beijing, 2025-03, base 7,000: pension 20 %, unemployment 1 %, medical 576.32 (packs/cn-110000/flexible.yaml). A
// resident of working age pays 750.00 for 2025 (resident.yaml), once.
func TestPayersWithoutEmployer(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "2020-02-01")
	d.hire("p2", "e", "2020-01-01", "2020-02-01")
	base := d.fen("7000")
	d.write(func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "n1", Person: "p1", Payer: insurance.Flexible, From: d.month("2024-01"), Base: &base}),
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "n2", Person: "p2", Payer: insurance.Resident, Group: "劳动年龄内居民", From: d.month("2025-01")}))
	})
	charge := func(person, month string) (b declaration.Bill) {
		d.Helper()
		d.write(func(ctx context.Context, tx store.Tx) (err error) {
			b, err = declaration.ChargePerson(ctx, tx, d.pricer, person, d.month(month))
			return err
		})
		return b
	}
	d.on("2025-03-15")
	d.shares("flexible", charge("p1", "2025-03"), "0", "2046.32")
	if again := charge("p1", "2025-03"); again.Charged != 0 {
		t.Errorf("billed twice: %+v", again)
	}
	d.owes("p1", "0", "2046.32")
	d.shares("a resident's year", charge("p2", "2025-01"), "0", "750.00")
	if b := charge("p2", "2025-02"); b.Charged != 0 {
		t.Errorf("a resident pays by the year: %+v", b)
	}
}

// Enrolled, billed and taken back on one day, and enrolled again: each bill was
// right in its hour, which every test's recount sees.
func TestEnrolmentEndsOnTheDayOfItsBill(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "2020-02-01")
	d.on("2025-03-15")
	base, month := d.fen("7000"), d.month("2025-03")
	hour := func(fn func(context.Context, store.Tx) error) {
		d.Helper()
		d.clock.Add(time.Hour)
		d.write(fn)
	}
	bill := func(of func(context.Context, declaration.Desk, *declaration.Pricer, string, calendar.Month) (declaration.Bill, error), person string) {
		d.Helper()
		hour(func(ctx context.Context, tx store.Tx) error {
			b, err := of(ctx, tx, d.pricer, "p1", month)
			d.shares("in its hour", b, "0", person)
			return err
		})
	}
	for _, again := range []bool{false, true} {
		var n registry.Enrolment
		hour(func(ctx context.Context, tx store.Tx) (err error) {
			n, err = registry.Enrol(ctx, tx, registry.NewEnrolment{Person: "p1", Payer: insurance.Flexible, Scheme: insurance.Pension, From: month, Base: &base, Reason: "x"})
			return err
		})
		if again {
			bill(declaration.SettlePerson, "1400.00")
		} else {
			bill(declaration.ChargePerson, "1400.00")
		}
		hour(func(ctx context.Context, tx store.Tx) error {
			_, err := registry.EndEnrolment(ctx, tx, n.ID, month-1, "y")
			return err
		})
		bill(declaration.SettlePerson, "-1400.00")
	}
}

// Registered, employed, declared and joined with another record on one day: the
// declaration was right in its hour, which the recount sees.
func TestRecordsJoinedOnTheDayOfTheirBill(t *testing.T) {
	d := openDesk(t, beijing)
	d.on("2025-08-15")
	d.hire("p1", "e", "2025-07-01", "")
	d.hire("p2", "e", "2025-07-01", "")
	d.declared("2025-07", map[string]string{"p1": "7000", "p2": "10000"})
	d.clock.Add(time.Hour)
	d.write(func(ctx context.Context, tx store.Tx) error {
		return tx.AddMerge(ctx, registry.Merge{ID: "m", Loser: "p2", Winner: "p1", KnownOn: tx.Today()})
	})
}

// A month that was declared and not paid is owed already: only the late fee is
// new, and it grows by the difference. A month that was never declared is
// billed with its principal.
func TestBackPay(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.on("2025-04-15")
	d.declared("2025-03", map[string]string{"p1": "10000"})
	line := func(month string, employer, person, fee string) declaration.BackPayLine {
		e, p, f, zero := d.fen(employer), d.fen(person), d.fen(fee), money.Fen(0)
		return declaration.BackPayLine{Person: "p1", Line: assess.QuoteLine{Scheme: insurance.Pension, Month: d.month(month), Cause: insurance.DeclaredUnpaid, Employer: &e, Person: &p, LateFee: &f, Interest: &zero}}
	}
	bill := func(lines ...declaration.BackPayLine) (b declaration.Bill, err error) {
		err = d.try(func(ctx context.Context, tx store.Tx) (err error) {
			b, err = declaration.BillBackPay(ctx, tx, declaration.BackPayInput{Employer: "e", Payer: insurance.Employee, Channel: "system", Lines: lines})
			return err
		})
		return b, err
	}
	d.on("2025-06-04")
	b, err := bill(line("2025-03", "1600", "800", "48.00"), line("2025-02", "1600", "800", "81.60"))
	if err != nil {
		t.Fatal(err)
	}
	d.shares("one month is new", b, "1600.00", "800.00")
	if b.LateFee != d.fen("129.60") || b.Charged != 2 {
		t.Errorf("late fees %s in %d lines", b.LateFee, b.Charged)
	}
	if again, err := bill(line("2025-03", "1600", "800", "48.00")); err != nil || again.Charged != 0 {
		t.Errorf("the same day again: %+v, %v", again, err)
	}
	if more, err := bill(line("2025-03", "1600", "800", "49.20")); err != nil || more.LateFee != d.fen("1.20") || more.EmployerFen+more.PersonFen != 0 {
		t.Errorf("a day later: %+v, %v", more, err)
	}
	d.owes("e", "4270.00", "1853.00")
	d.write(func(ctx context.Context, tx store.Tx) error {
		fees, err := tx.Balances(ctx, ledger.LateFeeDue, "e")
		var sum money.Fen
		for _, x := range fees {
			sum += x.EmployerFen
			if x.PersonFen != 0 {
				t.Error("a late fee is the employer's")
			}
		}
		if sum != d.fen("130.80") {
			t.Errorf("late fees owed %s, want 130.80", sum)
		}
		return err
	})
	open := line("2025-01", "1600", "800", "0")
	open.Line.LateFee = nil
	_, err = bill(open)
	d.wantFault("a fee that is not known", err, "declaration.unpriced")
	_, err = bill(line("2025-01", "1", "1", "0"), line("2025-01", "1", "1", "0"))
	d.wantFault("a line twice", err, "declaration.line_twice")
}

// A month that was given back since it counts elsewhere is neither billed again
// by what becomes known later, nor given back again by a corrected declaration.
func TestMonthThatCountsElsewhere(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.hire("p2", "e", "2020-01-01", "")
	d.on("2025-08-15")
	b := d.declared("2025-07", map[string]string{"p1": "7000", "p2": "10000"})
	d.on("2025-08-16")
	d.write(func(ctx context.Context, tx store.Tx) error {
		for _, c := range b.Charges {
			if c.Person != "p1" {
				continue
			}
			if _, err := declaration.GiveBack(ctx, tx, c, c.EmployerFen, c.PersonFen, 0, "refund:x"); err != nil {
				return err
			}
		}
		return nil
	})
	if s := d.settle("2025-07"); s.Charged != 0 {
		t.Errorf("billed again: %+v", s.Charges)
	}
	d.on("2025-10-05") // the limits of TestLateNotice
	if s := d.settle("2025-07"); s.Charged != 0 {
		t.Errorf("the difference of a month that counts elsewhere: %+v", s.Charges)
	}
	without := d.declared("2025-07", map[string]string{"p2": "10000"}, func(f *declaration.Filing) { f.Corrects, f.Reason = b.Declaration.ID, "left" })
	if without.Charged != 0 {
		t.Errorf("given back again: %+v", without.Charges)
	}
	d.recount()
}
