package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func month(t testing.TB, s string) calendar.Month {
	t.Helper()
	m, err := calendar.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// equal compares what was read with what was written, field by field.
func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func declarations(t *testing.T, e Engine) {
	t.Run("a declaration is read as written", func(t *testing.T) { declarationWhole(t, e) })
	t.Run("lists are in order and of their own", func(t *testing.T) { declarationLists(t, e) })
	t.Run("charges and notices are read as written", func(t *testing.T) { charges(t, e) })
	t.Run("many persons", func(t *testing.T) { manyPersons(t, e) })
	t.Run("keys are unique in the area", func(t *testing.T) { declarationKeys(t, e) })
}

func declarationWhole(t *testing.T, e Engine) {
	db, _ := New(t, e)
	base := money.Fen(0)
	d := declaration.Declaration{ID: "d1", Employer: "e1", Month: month(t, "2026-02"), Kind: declaration.Late, Channel: "file", DeclaredOn: day(t, "2026-03-01"),
		KnownOn: day(t, "2026-03-02"), At: 1, Lines: 3, InputHash: "ab", Replaces: "d0", Actor: "a", Reason: "漏报"}
	lines := []declaration.Line{{Declaration: "d1", Person: "p1", Wage: 0}, {Declaration: "d1", Person: "p2", Employment: "m", Wage: 1 << 40, Base: &base, Confirmation: "c"},
		{Declaration: "d1", Person: "p3", Wage: 1}}
	c := declaration.Confirmation{ID: "c1", Person: "p2", Employer: "e1", Month: d.Month, Wage: 123456, Method: "paper", Evidence: "x", On: day(t, "2026-02-28"), At: 2, Actor: "a"}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddDeclaration(ctx, d, lines[:2]); err != nil {
			return err
		}
		return errors.Join(tx.AddDeclarationLines(ctx, d.ID, lines[2:]), tx.AddConfirmation(ctx, c))
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.Declaration(ctx, "d1")
		equal(t, "declaration", got, d)
		gotLines, err2 := tx.DeclarationLines(ctx, "d1")
		equal(t, "lines: an unknown base is not a base of zero", gotLines, lines)
		gotConf, err3 := tx.ConfirmationsOf(ctx, "e1", d.Month)
		equal(t, "confirmations", gotConf, []declaration.Confirmation{c})
		none, err4 := tx.ConfirmationsOf(ctx, "e1", d.Month.Add(1))
		equal(t, "confirmations of another month", none, []declaration.Confirmation{})
		if _, err := tx.Declaration(ctx, "d2"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("unknown declaration: %v", err)
		}
		return errors.Join(err, err2, err3, err4)
	})
	err := db.View(t.Context(), "310000", func(tx store.Tx) error { _, err := tx.Declaration(t.Context(), "d1"); return err })
	if !errors.Is(err, books.ErrNotFound) {
		t.Errorf("another area reads the declaration: %v", err)
	}
}

func declarationLists(t *testing.T, e Engine) {
	db, _ := New(t, e)
	m := month(t, "2026-02")
	of := func(id, employer, person string, m calendar.Month, at books.Instant) declaration.Declaration {
		return declaration.Declaration{ID: id, Employer: employer, Person: person, Month: m, Kind: declaration.Normal, At: at}
	}
	all := []declaration.Declaration{of("b", "e1", "", m, 1), of("a", "e1", "", m, 2), of("c", "e1", "", m+1, 3), of("d", "e2", "", m, 4), of("f", "", "p1", m, 5)}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, d := range all {
			if err := tx.AddDeclaration(ctx, d, []declaration.Line{{Person: "p2"}, {Person: "p1", Wage: money.Fen(d.At)}}); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.DeclarationsOf(ctx, "e1", m)
		equal(t, "of the employer and month, by moment and not by id", got, all[:2])
		own, err2 := tx.DeclarationsOfPerson(ctx, "p1", m)
		equal(t, "of the person", own, all[4:])
		declared, err3 := tx.DeclaredOf(ctx, []string{"p1", "nobody", "p1"})
		var ids []string
		for _, d := range declared {
			ids = append(ids, d.Of.ID)
			equal(t, "line of "+d.Of.ID, d.Line, declaration.Line{Declaration: d.Of.ID, Person: "p1", Wage: money.Fen(d.Of.At)})
		}
		equal(t, "declared of p1, by month and moment", ids, []string{"b", "a", "d", "f", "c"})
		return errors.Join(err, err2, err3)
	})
}

func charges(t *testing.T, e Engine) {
	db, _ := New(t, e)
	m, base := month(t, "2026-02"), money.Fen(500000)
	full := declaration.Charge{ID: "x1", Declaration: "d1", Employer: "e1", Person: "p1", Payer: insurance.Employee, Scheme: insurance.Pension, FeeMonth: m, PostedMonth: m + 1,
		Kind: declaration.ChargeBackPay, Cause: insurance.NotDeclared, Base: &base, EmployerFen: 80000, PersonFen: 40000, LateFee: 17, DueOn: day(t, "2026-03-25"),
		CarriedFrom: m - 1, Policy: "sha", Settles: "x0", KnownOn: day(t, "2026-03-02"), At: 9}
	less := declaration.Charge{ID: "x0", Declaration: "d1", Employer: "e1", Person: "p1", Payer: insurance.Employee, Scheme: insurance.Medical, FeeMonth: m, PostedMonth: m,
		Kind: declaration.ChargeSettlement, EmployerFen: -5, PersonFen: -1, At: 8}
	other := declaration.Charge{ID: "x2", Declaration: "d2", Person: "p0", Payer: insurance.Flexible, Scheme: insurance.Pension, FeeMonth: m, PostedMonth: m, At: 7}
	n := declaration.Notice{ID: "n1", Employer: "e1", Month: m, Kind: "normal", DueOn: day(t, "2026-03-25"), Declaration: "d1", EmployerFen: 1, PersonFen: 2, LateFee: 3,
		IssuedOn: day(t, "2026-03-02"), At: 1}
	own := declaration.Notice{ID: "n2", Person: "p0", Month: m, Declaration: "d2", At: 2}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.AddCharges(ctx, []declaration.Charge{full, less, other}), tx.AddNotice(ctx, n), tx.AddNotice(ctx, own))
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		one, err := tx.Charge(ctx, "x1")
		equal(t, "charge", one, full)
		of, err1 := tx.ChargesOf(ctx, []string{"p1", "p0"})
		equal(t, "charges of persons", of, []declaration.Charge{other, full, less})
		in, err2 := tx.ChargesIn(ctx, "d1")
		equal(t, "charges in a declaration", in, []declaration.Charge{full, less})
		posted, err3 := tx.ChargesPosted(ctx, "e1", m)
		equal(t, "charges posted in the month", posted, []declaration.Charge{less})
		back, err7 := tx.BackPayOf(ctx, "e1", m)
		equal(t, "back-payments of the fee month, whenever posted", back, []declaration.Charge{full})
		none, err8 := tx.BackPayOf(ctx, "e1", m+1)
		equal(t, "back-payments of another fee month", none, []declaration.Charge{})
		notice, err4 := tx.Notice(ctx, "n1")
		equal(t, "notice", notice, n)
		toEmployer, err5 := tx.NoticesOf(ctx, "e1", "", m)
		equal(t, "notices to the employer", toEmployer, []declaration.Notice{n})
		toPerson, err6 := tx.NoticesOf(ctx, "", "p0", m)
		equal(t, "notices to the person", toPerson, []declaration.Notice{own})
		return errors.Join(err, err1, err2, err3, err4, err5, err6, err7, err8)
	})
}

// manyPersons asks for more keys than one statement takes.
func manyPersons(t *testing.T, e Engine) {
	db, _ := New(t, e)
	var lines []declaration.Line
	var persons []string
	for i := range 1203 {
		p := fmt.Sprintf("p%05d", i)
		persons, lines = append(persons, p), append(lines, declaration.Line{Declaration: "d", Person: p, Wage: money.Fen(i)})
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return tx.AddDeclaration(ctx, declaration.Declaration{ID: "d", Employer: "e", Month: month(t, "2026-02")}, lines)
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.DeclaredOf(ctx, persons)
		if len(got) != len(lines) {
			t.Fatalf("%d lines of %d", len(got), len(lines))
		}
		for i := range got {
			equal(t, "line", got[i].Line, lines[i])
		}
		return err
	})
}

func declarationKeys(t *testing.T, e Engine) {
	db, _ := New(t, e)
	add := func(area, id, person string) error {
		return db.Update(t.Context(), area, func(tx store.Tx) error {
			return tx.AddDeclaration(t.Context(), declaration.Declaration{ID: id}, []declaration.Line{{Person: person}, {Person: "q"}})
		})
	}
	if err := add(Area, "d", "p"); err != nil {
		t.Fatal(err)
	}
	if err := add("310000", "d", "p"); err != nil {
		t.Errorf("the same id in another area: %v", err)
	}
	if err := add(Area, "d", "r"); !books.Taken(err, "declaration") {
		t.Errorf("an id twice: %v", err)
	}
	if err := add(Area, "d2", "q"); !books.Taken(err, "declaration_line") {
		t.Errorf("a person twice in a declaration: %v", err)
	}
}
