package office_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// Two citizens of the test numbers that GB 11643 allows.
const (
	numberA = "11010519491231002X"
	numberB = "110101199003070011"
)

// payroll is an office in April 2025 whose employer e has two employees a and b.
func payroll(t *testing.T) (*office.Office, *storetest.Clock, office.Request) {
	t.Helper()
	return payrollOn(t, storetest.SQLite)
}

func payrollOn(t *testing.T, e storetest.Engine) (*office.Office, *storetest.Clock, office.Request) {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	db, clock := storetest.New(t, e)
	o := &office.Office{Store: db, Vault: db.Vault, Laws: laws, Words: lang.Text}
	clock.Add(time.Date(2025, 4, 15, 10, 0, 0, 0, books.China).Sub(clock.Now()))
	start := storetest.Day(t, "2020-01-01")
	storetest.Update(t, db, func(ctx context.Context, tx store.Tx) error {
		err := tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start})
		for id, number := range map[string]string{"a": numberA, "b": numberB} {
			err = errors.Join(err, tx.NewPerson(ctx, registry.Person{ID: id, NumberHash: o.DocumentHash(registry.Document{Number: number}), NumberKind: "citizen", Number: number, Name: "张三", From: start, KnownOn: start}),
				tx.AddEmployment(ctx, registry.Employment{ID: "job " + id, Person: id, Employer: "e", From: start, KnownOn: start}))
		}
		return err
	})
	return o, clock, office.Request{Actor: access.Actor{ID: "agent", Role: access.EmployerAgent, Employer: "e", Areas: []string{storetest.Area}}, Area: storetest.Area, Key: "k1"}
}

func sheet(rows ...string) office.DeclareFile {
	in := office.DeclareFile{Name: "四月.csv", Data: []byte("姓名,证件号码,工资\n" + strings.Join(rows, "\n") + "\n"), Lang: "zh"}
	in.Employer, in.Month = "e", calendar.NewMonth(2025, 3)
	return in
}

func TestDeclareByFile(t *testing.T) {
	o, _, q := payroll(t)
	in := sheet("张三,"+numberA+",10000", "李四,"+numberB[:17]+"2,10000", "王五,110101199003070011,一万")
	got, err := o.DeclareByFile(t.Context(), q, in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Bill.Declaration.ID != "" || len(got.Rejects) != 2 || got.Rejects[0].Row != 3 || got.Rejects[0].Column != "id_number" || got.Rejects[1].Row != 4 || got.Rejects[1].Column != "wage" {
		t.Errorf("rejects %+v of %+v", got.Rejects, got.Bill)
	}
	if !bytes.Contains(got.Mend, []byte("一万")) || bytes.Contains(got.Mend, []byte(numberA)) {
		t.Errorf("the mend file has the wrong rows and no other: %s", got.Mend)
	}
	// a number that nobody has is found by the roster, and named by its row
	got, err = o.DeclareByFile(t.Context(), q, sheet("张三,"+numberA+",10000", "某,110105194912310038,10000"))
	if err != nil || len(got.Rejects) != 1 || got.Rejects[0].Row != 3 || got.Rejects[0].Reason.Key != "declaration.finding_unknown_person" {
		t.Errorf("rejects %+v, %v", got.Rejects, err)
	}
	// both right: 2 x (2670.00 + 1053.00), see package declaration
	good := sheet("张三,"+numberA+",10000", "李四,"+numberB+",10000.00")
	got, err = o.DeclareByFile(t.Context(), q, good)
	if err != nil || got.Bill.EmployerFen != 534000 || got.Bill.PersonFen != 210600 || len(got.Rejects) != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	again, err := o.DeclareByFile(t.Context(), q, good)
	if err != nil || again.Bill.Declaration.ID != got.Bill.Declaration.ID {
		t.Errorf("the same key again: %+v, %v", again.Bill, err)
	}
	q.Key = "k2"
	if _, err := o.DeclareByFile(t.Context(), q, good); key(err) != "declaration.exists" {
		t.Errorf("the same file under another key: %v", err)
	}
	storetest.View(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		lines, err := tx.AuditOf(ctx, "employer", "e", books.Page{})
		if len(lines) != 1 || lines[0].Action != "declaration.submit" || lines[0].Actor != "agent" {
			t.Errorf("audit %+v", lines)
		}
		for _, l := range append(lines, audit.Line{}) {
			if strings.Contains(l.After, numberA) || strings.Contains(l.After, "10000") {
				t.Errorf("the audit repeats personal data: %s", l.After)
			}
		}
		return err
	})
}

// TestOnlyStaffDateBack: an employer's declaration is of the day it comes in.
func TestOnlyStaffDateBack(t *testing.T) {
	o, _, q := payroll(t)
	in := sheet("张三,"+numberA+",10000", "李四,"+numberB+",10000")
	in.DeclaredOn = storetest.Day(t, "2025-04-14")
	in.Reason = "busy"
	if _, err := o.DeclareByFile(t.Context(), q, in); key(err) != "declaration.dated" {
		t.Errorf("an employer: %v", err)
	}
	clerk := q
	clerk.Actor = access.Actor{ID: "c", Role: access.Clerk, Areas: q.Actor.Areas}
	in.Reason = ""
	if _, err := o.DeclareByFile(t.Context(), clerk, in); key(err) != "declaration.dated_why" {
		t.Errorf("staff, without a reason: %v", err)
	}
	in.Reason = "postmark"
	got, err := o.DeclareByFile(t.Context(), clerk, in)
	if err != nil || got.Bill.Declaration.DeclaredOn != in.DeclaredOn {
		t.Errorf("staff: %+v, %v", got.Bill, err)
	}
}

func TestDeclareIsForOnesOwn(t *testing.T) {
	o, _, q := payroll(t)
	in := office.DeclareInput{Employer: "e", Month: calendar.NewMonth(2025, 3), Channel: "api"}
	other := q
	other.Actor.Employer = "f"
	if _, err := o.Declare(t.Context(), other, in); key(err) != "access.not_yours" {
		t.Errorf("another employer's agent: %v", err)
	}
	other.Actor = access.Actor{ID: "x", Role: access.Finance, Areas: []string{storetest.Area}}
	if _, err := o.Declare(t.Context(), other, in); key(err) != "access.forbidden" {
		t.Errorf("finance: %v", err)
	}
	if _, err := o.CloseMonth(t.Context(), q, declaration.Closing{Employer: "e", Month: in.Month}); key(err) != "access.forbidden" {
		t.Errorf("an employer closes a month: %v", err)
	}
	in.Lines = []office.DeclareLine{{FilingLine: declaration.FilingLine{Wage: 1000000}, Number: &office.Document{Number: " 11010519491231002x "}}}
	b, err := o.Declare(t.Context(), q, in)
	if err != nil || b.EmployerFen != 267000 {
		t.Fatalf("%+v, %v", b, err)
	}
	for _, actor := range []access.Actor{{ID: "y", Role: access.EmployerAgent, Employer: "f", Areas: []string{storetest.Area}}} {
		if _, err := o.Declaration(t.Context(), office.Request{Actor: actor, Area: storetest.Area}, b.Declaration.ID); key(err) != "access.not_yours" {
			t.Errorf("another employer reads it: %v", err)
		}
	}
	if told, err := o.MyMessages(t.Context(), q, office.MessageQuery{Lang: "en"}); err != nil || len(told) != 1 || told[0].Topic != "payment.notice" ||
		told[0].Args["month"] != "2025-03" || told[0].Args["amount"] != (b.EmployerFen+b.PersonFen).String() {
		t.Errorf("the employer was told %+v, %v", told, err)
	}
	v, err := o.Declaration(t.Context(), q, b.Declaration.ID)
	if err != nil || len(v.Lines) != 1 || len(v.Charges) != 5 {
		t.Errorf("view %+v, %v", v, err)
	}
}

// TestRuns closes and settles all employers, each once.
func TestRuns(t *testing.T) {
	o, clock, q := payroll(t)
	in := sheet("张三,"+numberA+",10000", "李四,"+numberB+",7000")
	if _, err := o.DeclareByFile(t.Context(), q, in); err != nil {
		t.Fatal(err)
	}
	self := office.Request{Actor: access.Self, Area: storetest.Area}
	day := func(s string) {
		y, m, d := storetest.Day(t, s).Civil()
		clock.Add(time.Date(y, time.Month(m), d, 10, 0, 0, 0, books.China).Sub(clock.Now()))
	}
	run := func(f func(context.Context, office.Request, calendar.Month) (office.Run, error), month int) office.Run {
		t.Helper()
		r, err := f(t.Context(), self, calendar.NewMonth(2025, month))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, c := range []struct {
		month int
		day   string
	}{{4, "2025-05-26"}, {5, "2025-06-26"}, {6, "2025-07-26"}, {7, "2025-08-26"}} {
		day(c.day)
		if r := run(o.CloseWindow, c.month); r.Asked != 1 || r.Billed != 1 {
			t.Errorf("close %d: %+v", c.month, r)
		}
		if r := run(o.CloseWindow, c.month); r.Billed != 0 {
			t.Errorf("close %d again: %+v", c.month, r)
		}
	}
	if r := run(o.CloseWindow, 8); r.Failed["e"] != "declaration.window_open" {
		t.Errorf("an open window: %+v", r)
	}
	if r := run(o.RunSettlement, 6); r.Billed != 0 {
		t.Errorf("nothing has changed: %+v", r)
	}
}

// TestImportDeclarations: one wrong row holds its employer back whole, the
// others are billed, and what was taken is not taken twice.
func TestImportDeclarations(t *testing.T) {
	o, _, q := payroll(t)
	q.Actor = access.Actor{ID: "clerk", Role: access.Clerk, Areas: []string{storetest.Area}}
	start := storetest.Day(t, "2020-01-01")
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.NewEmployer(ctx, registry.Employer{ID: "g", CreditCode: "91350100M000100Y44", Name: "店", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
			tx.NewPerson(ctx, registry.Person{ID: "c", NumberHash: o.DocumentHash(registry.Document{Number: "110105194912310038"}), NumberKind: "citizen", Number: "110105194912310038", Name: "张三", From: start, KnownOn: start}),
			tx.AddEmployment(ctx, registry.Employment{ID: "job c", Person: "c", Employer: "g", From: start, KnownOn: start}))
	})
	const head = "统一社会信用代码,证件号码,工资\n"
	send := func(rows string) (office.Imported, string) {
		t.Helper()
		var mend bytes.Buffer
		got, err := o.ImportDeclarations(t.Context(), q, office.ImportFile{Name: "f.csv", Data: strings.NewReader(head + rows), Size: -1, Month: calendar.NewMonth(2025, 3), Lang: "en", Mend: &mend})
		if err != nil {
			t.Fatal(err)
		}
		return got, mend.String()
	}
	good := "91350100M000100Y43," + numberA + ",10000\n91350100M000100Y43," + numberB + ",10000\n"
	bad := "91350100M000100Y44,110105194912310038,10000\n91350100M000100Y44," + numberA + ",10000\n"
	got, mend := send(good + bad + "91350100M000100Y99,110105194912310038,1\n")
	if got != (office.Imported{Rows: 5, Employers: 3, Billed: 1, Charged: 10, Held: 3}) {
		t.Errorf("%+v", got)
	}
	for _, want := range []string{"held back whole", "works for another employer", "no such thing"} {
		if !strings.Contains(mend, want) {
			t.Errorf("the mend file does not say %q: %s", want, mend)
		}
	}
	if strings.Contains(mend, numberB) {
		t.Error("the mend file has a row of an employer that was taken")
	}
	got, _ = send(good + strings.Split(bad, "\n")[0] + "\n")
	if got != (office.Imported{Rows: 3, Employers: 2, Billed: 2, Charged: 15}) {
		t.Errorf("sent again, mended: %+v", got)
	}
	if _, err := o.ImportDeclarations(t.Context(), q, office.ImportFile{Name: "f.csv", Data: strings.NewReader("证件号码,工资\n"), Size: -1, Month: calendar.NewMonth(2025, 3)}); key(err) != "declaration.no_employer_column" {
		t.Errorf("a file that names no employer: %v", err)
	}
}
