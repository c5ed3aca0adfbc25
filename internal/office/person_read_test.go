package office_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// staffed is a desk where p worked at e until 2023-06-30 and works at f since,
// moved to town in 2024, and has a duplicate d. The number is the example of
// GB 11643.
func staffed(t *testing.T) *office.Office {
	t.Helper()
	o, _ := desk(t)
	day := func(s string) calendar.Date { return storetest.Day(t, s) }
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		index := func(n string) string { return o.Vault.Index("citizen", n) }
		p := registry.Person{ID: "x", NumberHash: index("11010519491231002X"), NumberKind: "citizen", Number: "11010519491231002X", Name: "张三丰", HukouKind: "rural",
			Bank: "icbc", BankAccount: "6222020200112230456", From: day("2020-01-01"), KnownOn: day("2020-01-01"), Reason: "first"}
		d := p
		d.ID, d.NumberHash, d.NumberKind, d.Number = "d", o.Vault.Index("passport", "CHN|E12345678"), "passport", "E12345678"
		err := errors.Join(tx.NewPerson(ctx, p), tx.NewPerson(ctx, d),
			tx.NewEmployer(ctx, registry.Employer{ID: "f", CreditCode: "91110000MA0000000X", Name: "店", Status: "active", From: day("2020-01-01"), KnownOn: day("2020-01-01")}))
		p.From, p.KnownOn, p.HukouKind, p.Name = day("2024-01-01"), day("2024-01-05"), "urban", "李四"
		return errors.Join(err, tx.AddPersonState(ctx, p),
			tx.AddEmployment(ctx, registry.Employment{ID: "1", Person: "x", Employer: "e", From: day("2020-03-01"), To: day("2023-06-30"), KnownOn: day("2020-03-01"), Reason: "hired"}),
			tx.AddEmployment(ctx, registry.Employment{ID: "2", Person: "d", Employer: "f", From: day("2023-07-01"), KnownOn: day("2023-07-01")}),
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "3", Person: "x", Employer: "e", Payer: insurance.Employee, From: day("2020-03-01").Month(), To: day("2023-06-30").Month(), KnownOn: day("2020-03-01")}))
	})
	return o
}

// merge joins d to x.
func merge(t *testing.T, o *office.Office) {
	t.Helper()
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		return tx.AddMerge(ctx, registry.Merge{ID: "m", Loser: "d", Winner: "x", KnownOn: tx.Today()})
	})
}

var here = []string{storetest.Area}

var (
	clerk    = access.Actor{ID: "clerk", Role: access.Clerk, Areas: here}
	finance  = access.Actor{ID: "finance", Role: access.Finance, Areas: here}
	self     = access.Actor{ID: "self", Role: access.Insured, Areas: here, Person: "x"}
	dup      = access.Actor{ID: "dup", Role: access.Insured, Areas: here, Person: "d"}
	other    = access.Actor{ID: "other", Role: access.Insured, Areas: here, Person: "q"}
	former   = access.Actor{ID: "former", Role: access.EmployerAgent, Areas: here, Employer: "e"}
	present  = access.Actor{ID: "present", Role: access.EmployerAgent, Areas: here, Employer: "f"}
	stranger = access.Actor{ID: "stranger", Role: access.EmployerAgent, Areas: here, Employer: "g"}
	root     = access.Actor{ID: "root", Role: access.Administrator, Areas: here}
	away     = access.Actor{ID: "away", Role: access.Clerk, Areas: []string{"310000"}}
)

func TestWhoReadsAPerson(t *testing.T) {
	o := staffed(t)
	merge(t, o)
	for _, c := range []struct {
		name string
		who  office.Request
		in   office.PersonQuery
		want string
	}{
		{"clerk", as(clerk), office.PersonQuery{Person: "x"}, ""},
		{"clerk by number", as(clerk), office.PersonQuery{Number: "11010519491231002x"}, ""},
		{"clerk by the number of the duplicate", as(clerk), office.PersonQuery{Number: "E12345678", Kind: "passport", Nation: "CHN"}, ""},
		{"clerk without a purpose", why(as(clerk), ""), office.PersonQuery{Person: "x"}, "access.purpose"},
		{"clerk with a purpose of others", why(as(clerk), access.Inspection), office.PersonQuery{Person: "x"}, "access.purpose"},
		{"clerk for nobody", as(clerk), office.PersonQuery{Person: "nobody"}, "access.not_yours"},
		{"clerk of another area", as(away), office.PersonQuery{Person: "x"}, "access.not_yours"},
		{"finance", as(finance), office.PersonQuery{Person: "x"}, ""},
		{"finance plainly", as(finance), office.PersonQuery{Person: "x", Plain: true}, "access.forbidden"},
		{"self plainly", as(self), office.PersonQuery{Person: "x", Plain: true}, ""},
		{"self by the account of the duplicate", as(dup), office.PersonQuery{Person: "d", Plain: true}, ""},
		{"another person", as(other), office.PersonQuery{Person: "x"}, "access.not_yours"},
		{"another person for nobody", as(other), office.PersonQuery{Person: "nobody"}, "access.not_yours"},
		{"another person by number", as(other), office.PersonQuery{Number: "11010519491231002X"}, "access.not_yours"},
		{"employer", as(present), office.PersonQuery{Person: "x"}, ""},
		{"former employer", as(former), office.PersonQuery{Person: "x"}, ""},
		{"employer plainly", as(present), office.PersonQuery{Person: "x", Plain: true}, "access.forbidden"},
		{"employer of others", as(stranger), office.PersonQuery{Person: "x"}, "access.not_yours"},
		{"administrator", as(root), office.PersonQuery{Person: "x"}, "access.forbidden"},
	} {
		v, err := o.ReadPerson(t.Context(), c.who, c.in)
		check(t, c.name, err, c.want)
		if err != nil && (v.Name != "" || v.ID != "" || v.Employments != nil) {
			t.Errorf("%s: refused, and yet %+v", c.name, v)
		}
		if err == nil && (v.ID != "x" || v.Masked == c.in.Plain) {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
}

func TestMaskedUnlessPlain(t *testing.T) {
	o := staffed(t)
	merge(t, o)
	masked, err1 := o.ReadPerson(t.Context(), as(clerk), office.PersonQuery{Person: "x"})
	plain, err2 := o.ReadPerson(t.Context(), as(clerk), office.PersonQuery{Person: "x", Plain: true})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if masked.Number != "1****************X" || masked.Name != "李*" || masked.BankAccount != "****0456" || len(masked.Identities) != 2 || len(masked.Employments) != 2 {
		t.Errorf("masked: %+v", masked)
	}
	for _, i := range masked.Identities {
		if !strings.Contains(i.Number, "*") {
			t.Errorf("a document is not masked: %+v", i)
		}
	}
	if plain.Number != "11010519491231002X" || plain.Name != "李四" || plain.BankAccount != "6222020200112230456" || len(plain.Identities) != 2 {
		t.Errorf("plain: %+v", plain)
	}
}

// TestEmployerSeesItsOwnPeriods is R-PRIV-05: own staff, own periods.
func TestEmployerSeesItsOwnPeriods(t *testing.T) {
	o := staffed(t)
	merge(t, o)
	for _, c := range []struct {
		who               access.Actor
		hukou, name       string
		employments, jobs string
	}{
		{former, "rural", "张**", "1", "3"}, // the move and the new name came after it left
		{present, "urban", "李*", "2", ""},
	} {
		v, err := o.ReadPerson(t.Context(), as(c.who), office.PersonQuery{Person: "x"})
		if err != nil {
			t.Fatal(err)
		}
		var employments, enrolments string
		for _, e := range v.Employments {
			employments += e.ID
		}
		for _, e := range v.Enrolments {
			enrolments += e.ID
		}
		if c.who.Employer == "e" && v.HukouKind != "rural" || v.Name != c.name || v.HukouKind != c.hukou || employments != c.employments || enrolments != c.jobs {
			t.Errorf("%s sees %s %s, employments %q, enrolments %q", c.who.ID, v.Name, v.HukouKind, employments, enrolments)
		}
		if v.Bank != "" || v.BankAccount != "" || v.Reason != "" || !v.Masked {
			t.Errorf("%s sees %+v", c.who.ID, v.Person)
		}
	}
}

func TestMyReaders(t *testing.T) {
	o := staffed(t)
	read := func(who office.Request, in office.PersonQuery) {
		t.Helper()
		if _, err := o.ReadPerson(t.Context(), who, in); err != nil {
			t.Fatal(err)
		}
	}
	read(as(finance), office.PersonQuery{Person: "d"})
	merge(t, o)
	read(why(as(clerk), access.Objection), office.PersonQuery{Number: "11010519491231002X", Plain: true})
	read(as(former), office.PersonQuery{Person: "x"})
	storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
		tx.Audit(ctx, audit.Line{Action: "person.write", Kind: "person", Object: "x", Reason: "told by Li Si of room 3"})
		tx.Audit(ctx, audit.Line{Action: "person.read", Kind: "person", Object: "q", Reason: "service"})
		return nil
	})
	if _, err := o.ReadPerson(t.Context(), as(stranger), office.PersonQuery{Person: "x"}); err == nil {
		t.Fatal("a stranger read the person")
	}
	for _, who := range []access.Actor{self, dup} {
		list, err := o.MyReaders(t.Context(), as(who), books.Page{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, r := range list {
			got[strings.Join([]string{r.Action, r.Actor, r.Role, string(r.Purpose)}, " ")] = r.At != 0
		}
		for _, want := range []string{"person.read finance finance collection", "person.read_plain clerk clerk objection", "person.read former employer staff", "person.write system system "} {
			if !got[want] {
				t.Errorf("%s sees %v, not %q", who.ID, got, want)
			}
		}
		if len(list) != 4 {
			t.Errorf("%s sees %d lines, want 4", who.ID, len(list))
		}
	}
	one, err := o.MyReaders(t.Context(), as(self), books.Page{Limit: 3})
	if err != nil || len(one) != 3 {
		t.Fatalf("a page has %d lines, %v", len(one), err)
	}
	if rest, err := o.MyReaders(t.Context(), as(self), books.Page{After: one[2].ID, Limit: 3}); err != nil || len(rest) != 1 {
		t.Errorf("the next page has %d lines, %v", len(rest), err)
	}
	_, err = o.MyReaders(t.Context(), as(clerk), books.Page{})
	check(t, "a clerk", err, "access.forbidden")
	_, err = o.MyReaders(t.Context(), office.Request{Actor: self, Area: "310000"}, books.Page{})
	check(t, "in another area", err, "access.not_yours")
}
