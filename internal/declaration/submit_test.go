package declaration_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

const beijing = "110000"

// Beijing in 2025-03, injury class 2 (packs/cn-110000): pension 16/8 %,
// unemployment 0.5/0.5 %, medical 9.8/2 %, injury 0.4 %, 3 yuan large-medical;
// limits 6821 to 35283. A wage of 10,000 costs 1600+50+980+40 = 2670.00 and
// 800+50+200+3 = 1053.00.
func TestSubmitBills(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.hire("p2", "e", "2025-03-31", "")
	d.on("2025-04-15")
	b := d.declared("2025-03", map[string]string{"p1": "10000", "p2": "10000"})
	d.shares("two of 10,000", b, "5340.00", "2106.00")
	if b.Charged != 10 || b.Carried || b.Declaration.Kind != declaration.Normal || len(b.Findings) != 0 {
		t.Errorf("bill %+v", b)
	}
	d.owes("e", "5340.00", "2106.00")
	d.write(func(ctx context.Context, tx store.Tx) error {
		charges, err := tx.ChargesIn(ctx, b.Declaration.ID)
		notice, err2 := tx.Notice(ctx, b.Notice)
		entry, err3 := tx.Entry(ctx, b.Entry)
		if err := errors.Join(err, err2, err3); err != nil {
			return err
		}
		pension := charges[slices.IndexFunc(charges, func(c declaration.Charge) bool { return c.Person == "p2" && c.Scheme == insurance.Pension })]
		if *pension.Base != 1000000 || pension.EmployerFen != 160000 || pension.PersonFen != 80000 || pension.DueOn != d.day("2025-04-25") || pension.PostedMonth != pension.FeeMonth {
			t.Errorf("pension %+v", pension)
		}
		if notice.Total() != 744600 || notice.DueOn != d.day("2025-04-25") || notice.Declaration != b.Declaration.ID {
			t.Errorf("notice %+v", notice)
		}
		// five schemes owed, five due to the funds, both bearers apart
		if len(entry.Legs) != 10 || entry.Key != "bill:"+b.Declaration.ID || entry.RefKind != "declaration" {
			t.Errorf("entry %+v", entry)
		}
		return nil
	})
}

func TestSubmitOnce(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.on("2025-04-15")
	first := d.declared("2025-03", map[string]string{"p1": "10000"})
	_, err := d.declare("2025-03", map[string]string{"p1": "10000"})
	d.wantFault("a month twice", err, "declaration.exists")
	_, err = d.declare("2025-03", map[string]string{"p1": "10000"}, func(f *declaration.Filing) { f.Corrects = "x" })
	d.wantFault("a correction of nothing", err, "declaration.not_standing")
	// 20,000 instead of 10,000: the same again, but for the fixed 3 yuan
	b := d.declared("2025-03", map[string]string{"p1": "20000"}, func(f *declaration.Filing) { f.Corrects = first.Declaration.ID })
	d.shares("a correction bills the difference", b, "2670.00", "1050.00")
	if b.Settlement == "" || b.Charged != 4 {
		t.Errorf("correction: %+v", b)
	}
	d.owes("e", "5340.00", "2103.00")
	for _, c := range b.Charges {
		if c.Settles == "" || c.Kind != declaration.ChargeSettlement || c.Cause != insurance.UnderDeclared {
			t.Errorf("difference %+v", c)
		}
	}
}

func TestSubmitWindow(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	wages := map[string]string{"p1": "10000"}
	d.on("2025-04-09")
	_, err := d.declare("2025-03", wages)
	d.wantFault("the day before the window", err, "declaration.too_early")
	_, err = d.declare("2025-02", wages, func(f *declaration.Filing) { f.DeclaredOn = d.day("2025-04-10") })
	d.wantFault("a day to come", err, "declaration.not_yet")
	if b := d.declared("2025-02", wages); b.Declaration.Kind != declaration.Late || b.Charges[0].PostedMonth != d.month("2025-04") {
		t.Errorf("after the window: %+v", b.Declaration)
	}
	d.on("2025-04-27")
	// by mail the postmark's day counts (R-DECL-01)
	if b := d.declared("2025-03", wages, func(f *declaration.Filing) { f.DeclaredOn = d.day("2025-04-25") }); b.Declaration.Kind != declaration.Normal {
		t.Errorf("posted on the last day: %+v", b.Declaration)
	}
}

func TestSubmitFindings(t *testing.T) {
	d := openDesk(t, beijing)
	d.hire("p1", "e", "2020-01-01", "")
	d.hire("p2", "e", "2020-01-01", "2025-02-28")
	d.hire("p3", "f", "2020-01-01", "")
	d.on("2025-04-15")
	_, err := d.declare("2025-03", map[string]string{"p1": "1", "p2": "1", "p3": "1"}, func(f *declaration.Filing) {
		f.Lines = append(f.Lines, declaration.FilingLine{Person: "p1", Row: 7}, declaration.FilingLine{Document: "hash nobody", Row: 8}, declaration.FilingLine{Document: "hash p2", Row: 9})
	})
	d.wantFault("a bad list", err, "declaration.refused")
	got := map[string]string{}
	for _, f := range declaration.FindingsOf(err) {
		if f.Blocks {
			got[f.Code] += f.Person + " "
		}
	}
	want := map[string]string{"twice": "p1 p2 ", "unknown_person": " ", "other_employer": "p3 ", "not_on_roster": "p2 "}
	for code, persons := range want {
		if got[code] != persons {
			t.Errorf("%s: %q, want %q", code, got[code], persons)
		}
	}
	if len(got) != len(want) {
		t.Errorf("findings %v", got)
	}
	d.owes("e", "0", "0")
	// warnings are kept with what is billed
	d.hire("p4", "e", "2020-01-01", "")
	b := d.declared("2025-03", nil, func(f *declaration.Filing) {
		base := d.fen("8000")
		f.Lines = []declaration.FilingLine{{Person: "p1", Wage: d.fen("10000"), Base: &base}}
	})
	codes := map[string]string{}
	for _, f := range b.Findings {
		codes[f.Code] = f.Person
	}
	if len(codes) != 2 || codes["base_below_wage"] != "p1" || codes["missing"] != "p4" {
		t.Errorf("warnings %v", b.Findings)
	}
	// 8,000 as declared: 1280+40+784+32 and 640+40+160+3
	d.shares("billed as declared", b, "2136.00", "843.00")
}

func TestSubmitChanges(t *testing.T) {
	d := openDesk(t, beijing)
	for _, p := range []string{"p1", "p2"} {
		d.hire(p, "e", "2020-01-01", "")
	}
	d.hire("p3", "e", "2025-03-01", "")
	changes := func(f *declaration.Filing) { f.Changes = true }
	d.on("2025-02-15")
	_, err := d.declare("2025-01", nil, changes)
	d.wantFault("changes to nothing", err, "declaration.nothing_to_change")
	d.declared("2025-01", map[string]string{"p1": "10000", "p2": "20000"})
	d.on("2025-03-15")
	b := d.declared("2025-02", nil, changes) // no change: last month's lines
	d.shares("no change", b, "8010.00", "3156.00")
	d.on("2025-04-15")
	b = d.declared("2025-03", map[string]string{"p3": "10000", "p2": "10000"}, changes)
	d.shares("one raised, one new", b, "8010.00", "3159.00") // three of 10,000
	d.on("2025-05-15")
	b = d.declared("2025-04", nil, changes, func(f *declaration.Filing) { f.Lines = []declaration.FilingLine{{Person: "p2", Leaves: true}} })
	d.shares("one leaves", b, "5340.00", "2106.00")
	// the contribution year of Beijing begins in July: changes alone do not do
	d.on("2025-08-15")
	_, err = d.declare("2025-07", nil, changes)
	d.wantFault("the first month of a year", err, "declaration.nothing_to_change")
}

// TestPricerIsTheKernel: the tariff gives the figures of the traced answer.
func TestPricerIsTheKernel(t *testing.T) {
	d := openDesk(t, beijing)
	for _, area := range []string{"110000", "310000", "320100", "440300"} {
		for _, kind := range []insurance.Payer{insurance.Employee, insurance.Flexible} {
			q := declaration.Query{Area: area, Month: d.month("2024-03"), Known: d.day("2026-01-01"), Grade: "60"}
			q.Payer.Kind, q.Payer.UnitType, q.Injury.Class = kind, insurance.LargeAndOther, 2
			for _, wage := range []string{"0", "3000", "9123.45", "99999.99"} {
				t.Run(area+" "+string(kind)+" "+wage, func(t *testing.T) { equalToTrace(t, d, q, d.fen(wage)) })
			}
		}
	}
}

func equalToTrace(t *testing.T, d *desk, q declaration.Query, wage money.Fen) {
	tariff, err := d.pricer.Tariff(q)
	if err != nil {
		t.Fatal(err)
	}
	traced, err := d.pricer.Explain(q, wage)
	if err != nil {
		t.Fatal(err)
	}
	priced, err := tariff.PriceForTest(wage)
	whole := true
	n := 0
	for _, due := range traced {
		for _, l := range due.Lines {
			whole = whole && l.Employer != nil && l.Person != nil
			if err != nil || !whole {
				continue
			}
			i := slices.IndexFunc(priced, func(p declaration.Priced) bool { return p.Scheme == l.Scheme })
			if i < 0 || priced[i].Employer != *l.Employer || priced[i].Person != *l.Person || (l.Base == nil) != (priced[i].Base == nil) || (l.Base != nil && *l.Base != *priced[i].Base) {
				t.Errorf("%s: %+v is not %+v", l.Scheme, priced, l)
			}
			n++
		}
	}
	if whole != (err == nil) {
		t.Errorf("traced in whole: %v, but %v", whole, err)
	}
	if err == nil && n < len(priced) {
		t.Errorf("%d lines of %d", n, len(priced))
	}
}
