package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// Day reads a day that is right.
func Day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func registryCases(t *testing.T, e Engine) {
	cases := []struct {
		name string
		run  func(t *testing.T, db *sqlstore.DB, clock *Clock)
	}{
		{"a person as of and known at", personStates},
		{"documents lead to a person", documents},
		{"a number is one person's", numberTaken},
		{"duplicates are joined and parted", merges},
		{"persons page by id", personPages},
		{"an employer as of and known at", employerStates},
		{"employers page by id", employerPages},
		{"a replaced employment stays known as it was", replaced},
		{"a roster holds who was there in the month", roster},
		{"payers without an employer", payersAlone},
		{"many persons at once", hostOfPersons},
		{"an employer is locked", locked},
		{"other areas see nothing", otherArea},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db, clock := New(t, e)
			c.run(t, db, clock)
		})
	}
}

// someone is a person whose number and hash are made from the id.
func someone(id string, from calendar.Date) registry.Person {
	return registry.Person{ID: id, NumberHash: "hash-" + id, NumberKind: "citizen", Number: "number-" + id, Name: "张" + id, Birth: from, Sex: insurance.Female,
		HukouKind: "rural", Bank: "icbc", BankAccount: "account-" + id, From: from}
}

func personStates(t *testing.T, db *sqlstore.DB, _ *Clock) {
	born, moved := Day(t, "1990-05-01"), Day(t, "2020-01-01")
	known1, known2 := Day(t, "2019-06-01"), Day(t, "2021-06-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		p := someone("p", born)
		p.KnownOn = known1
		if err := tx.NewPerson(ctx, p); err != nil {
			return err
		}
		p.From, p.KnownOn, p.HukouKind, p.Name, p.BankAccount = moved, known2, "urban", "𠮷", ""
		return tx.AddPersonState(ctx, p)
	})
	for _, c := range []struct{ asOf, knownAt, want string }{
		{"1990-05-01", "2019-06-01", "rural"},
		{"2020-01-01", "2019-06-01", "rural"},
		{"2020-01-01", "2021-05-31", "rural"},
		{"2020-01-01", "2021-06-01", "urban"},
		{"2019-12-31", "2021-06-01", "rural"},
		{"2021-06-01", "", "urban"},
		{"2021-05-31", "", "rural"},
		{"1990-04-30", "2021-06-01", ""},
		{"2020-01-01", "2019-05-31", ""},
	} {
		w := registry.When{AsOf: Day(t, c.asOf)}
		if c.knownAt != "" {
			w.KnownAt = Day(t, c.knownAt)
		}
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			p, err := tx.Person(ctx, "p", w)
			if c.want == "" {
				if !errors.Is(err, books.ErrNotFound) {
					t.Errorf("%v: %v, want not found", c, err)
				}
				return nil
			}
			name, account := "张p", "account-p"
			if c.want == "urban" {
				name, account = "𠮷", ""
			}
			if p.HukouKind != c.want || p.Name != name || p.BankAccount != account || p.Number != "number-p" || p.NumberHash != "hash-p" || p.Birth != born || p.Sex != insurance.Female {
				t.Errorf("%v: %+v", c, p)
			}
			return err
		})
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		two, err1 := tx.PersonStates(ctx, "p")
		none, err2 := tx.PersonStates(ctx, "nobody")
		if two != 2 || none != 0 {
			t.Errorf("%d and %d states, want 2 and 0", two, none)
		}
		return errors.Join(err1, err2)
	})
}

func documents(t *testing.T, db *sqlstore.DB, _ *Clock) {
	born := Day(t, "1980-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		p := someone("p", born)
		p.KnownOn = Day(t, "2019-06-01")
		if err := tx.NewPerson(ctx, p); err != nil {
			return err
		}
		return tx.AddIdentity(ctx, registry.Identity{Hash: "passport", Person: "p", Kind: "passport", Number: "E123", From: Day(t, "2020-01-01"), KnownOn: Day(t, "2021-01-01")})
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			asOf, knownAt string
			want          []string
		}{
			{"2022-01-01", "2022-01-01", []string{"number-p", "E123"}},
			{"2022-01-01", "2020-12-31", []string{"number-p"}},
			{"2019-12-31", "2022-01-01", []string{"number-p"}},
		} {
			w := registry.When{AsOf: Day(t, c.asOf), KnownAt: Day(t, c.knownAt)}
			ids, err := tx.Identities(ctx, "p", w)
			if err != nil {
				return err
			}
			var got []string
			for _, i := range ids {
				got = append(got, i.Number)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v: documents %v", c, got)
			}
			p, err := tx.PersonByHash(ctx, "passport", w)
			if known := c.knownAt >= "2021-01-01"; known != (err == nil) || known && p.ID != "p" {
				t.Errorf("%v: by passport %q, %v", c, p.ID, err)
			}
		}
		return nil
	})
}

func numberTaken(t *testing.T, db *sqlstore.DB, _ *Clock) {
	born := Day(t, "1980-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.NewPerson(ctx, someone("p", born)) })
	again := someone("q", born)
	again.NumberHash = "hash-p"
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.NewPerson(t.Context(), again) })
	if !books.Taken(err, "person") && !books.Taken(err, "identity") {
		t.Errorf("the same number twice: %v", err)
	}
	err = db.Update(t.Context(), Area, func(tx store.Tx) error {
		return tx.AddIdentity(t.Context(), registry.Identity{Hash: "hash-p", Person: "other", Kind: "passport", Number: "x", From: born})
	})
	if !books.Taken(err, "identity") {
		t.Errorf("the same document twice: %v", err)
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "c", From: born})
	})
	err = db.Update(t.Context(), Area, func(tx store.Tx) error {
		return tx.NewEmployer(t.Context(), registry.Employer{ID: "f", CreditCode: "c", From: born})
	})
	if !books.Taken(err, "employer") {
		t.Errorf("the same code twice: %v", err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		if _, err := tx.Person(ctx, "q", registry.When{AsOf: tx.Today()}); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("refused, and yet there: %v", err)
		}
		return nil
	})
}

// merges: c into b and b into a, then the first is undone.
func merges(t *testing.T, db *sqlstore.DB, clock *Clock) {
	born, d1, d2, d3 := Day(t, "1980-01-01"), Day(t, "2025-01-01"), Day(t, "2025-02-01"), Day(t, "2025-03-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			p := someone(id, born)
			p.KnownOn = Day(t, "2020-01-01")
			if err := tx.NewPerson(ctx, p); err != nil {
				return err
			}
		}
		return tx.AddMerge(ctx, registry.Merge{ID: "m1", Loser: "c", Winner: "b", KnownOn: d1, Reason: "same"})
	})
	clock.Add(time.Second)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return tx.AddMerge(ctx, registry.Merge{ID: "m2", Loser: "b", Winner: "a", KnownOn: d2})
	})
	clock.Add(time.Second)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return tx.AddMerge(ctx, registry.Merge{ID: "m3", Loser: "c", Winner: "b", Undoes: "m1", KnownOn: d3})
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct{ person, day, same, into, byHash string }{
			{"c", "2024-12-31", "c", "", "c"},
			{"c", "2025-01-01", "c", "b", "b"},
			{"b", "2025-01-01", "b c", "", "b"},
			{"c", "2025-02-01", "c", "a", "a"},
			{"a", "2025-02-01", "a b c", "", "a"},
			{"a", "2025-03-01", "a b", "", "a"},
			{"b", "2025-03-01", "b", "a", "a"},
			{"c", "2025-03-01", "c", "", "c"},
		} {
			w := registry.When{AsOf: Day(t, c.day)}
			same, err := tx.SamePersons(ctx, c.person, w.Known())
			if err != nil {
				return err
			}
			p, err := tx.Person(ctx, c.person, w)
			if err != nil {
				return err
			}
			by, err := tx.PersonByHash(ctx, "hash-"+c.person, w)
			if err != nil {
				return err
			}
			if got := strings.Join(same, " "); got != c.same || p.MergedInto != c.into || by.ID != c.byHash {
				t.Errorf("%v: same %q, into %q, by document %q", c, got, p.MergedInto, by.ID)
			}
		}
		below, err := tx.DuplicatePersons(ctx, []string{"c", "b", "a"}, d2)
		if err != nil {
			return err
		}
		if slices.Sort(below["a"]); fmt.Sprint(below) != "map[a:[b c] b:[c]]" {
			t.Errorf("duplicates: %v", below)
		}
		list, err := tx.Merges(ctx, "b")
		if len(list) != 3 || list[0].ID != "m1" || list[0].Actor != "system" || list[0].Reason != "same" || list[2].Undoes != "m1" {
			t.Errorf("merges: %+v", list)
		}
		return err
	})
}

func personPages(t *testing.T, db *sqlstore.DB, _ *Clock) {
	born := Day(t, "1980-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, id := range []string{"p3", "p1", "p5", "p2", "p4"} {
			if err := tx.NewPerson(ctx, someone(id, born)); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			after string
			want  string
		}{{"", "p1 p2"}, {"p2", "p3 p4"}, {"p4", "p5"}, {"p5", ""}} {
			got, err := tx.PersonIDs(ctx, books.Page{After: c.after, Limit: 2})
			if err != nil {
				return err
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("after %q: %v, want %q", c.after, got, c.want)
			}
		}
		return nil
	})
}

func employerStates(t *testing.T, db *sqlstore.DB, _ *Clock) {
	formed, changed := Day(t, "2010-01-01"), Day(t, "2024-07-01")
	first := registry.Employer{ID: "e", CreditCode: "code", Name: "某厂", UnitType: insurance.LargeAndOther, Ownership: "private", InjuryClass: 3, InjuryRate: money.Rate(7_000_000),
		FormedOn: formed, Status: "active", Bank: "icbc", BankAccount: "6222", MandateFrom: Day(t, "2012-01-01"), From: formed, KnownOn: Day(t, "2012-01-01"), Reason: "new"}
	second := first
	second.InjuryClass, second.From, second.KnownOn, second.Status = 4, changed, Day(t, "2024-09-01"), "closed"
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		if err := tx.NewEmployer(ctx, first); err != nil {
			return err
		}
		return tx.AddEmployerState(ctx, second)
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			asOf, knownAt string
			want          *registry.Employer
		}{
			{"2024-07-01", "2024-08-31", &first},
			{"2024-07-01", "2024-09-01", &second},
			{"2024-06-30", "2024-09-01", &first},
			{"2009-12-31", "2024-09-01", nil},
			{"2024-07-01", "2011-12-31", nil},
		} {
			w := registry.When{AsOf: Day(t, c.asOf), KnownAt: Day(t, c.knownAt)}
			byID, err1 := tx.Employer(ctx, "e", w)
			byCode, err2 := tx.EmployerByCode(ctx, "code", w)
			page, err := tx.EmployerList(ctx, w, books.Page{})
			if err != nil {
				return err
			}
			if c.want == nil {
				if !errors.Is(err1, books.ErrNotFound) || !errors.Is(err2, books.ErrNotFound) || len(page) != 0 {
					t.Errorf("%v: %v, %v, %v", c, err1, err2, page)
				}
				continue
			}
			want := *c.want
			want.At = byID.At // of the transaction
			if err1 != nil || err2 != nil || byID != want || byCode != want || len(page) != 1 || page[0] != want {
				t.Errorf("%v: %+v, %+v, %+v (%v, %v)", c, byID, byCode, page, err1, err2)
			}
		}
		return nil
	})
}

func employerPages(t *testing.T, db *sqlstore.DB, _ *Clock) {
	from := Day(t, "2020-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i, id := range []string{"e3", "e1", "e2"} {
			if err := tx.NewEmployer(ctx, registry.Employer{ID: id, CreditCode: id, From: from + calendar.Date(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			asOf  calendar.Date
			after string
			want  string
		}{{from + 2, "", "e1 e2"}, {from + 2, "e2", "e3"}, {from, "", "e3"}, {from + 1, "", "e1 e3"}, {from + 2, "e3", ""}} {
			page, err := tx.EmployerList(ctx, registry.When{AsOf: c.asOf, KnownAt: tx.Today()}, books.Page{After: c.after, Limit: 2})
			if err != nil {
				return err
			}
			var got []string
			for _, e := range page {
				got = append(got, e.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v: %v", c, got)
			}
		}
		return nil
	})
}

func replaced(t *testing.T, db *sqlstore.DB, _ *Clock) {
	wage, base := money.Fen(812_345), money.Fen(700_000)
	d1, d2, d3 := Day(t, "2025-01-10"), Day(t, "2025-02-10"), Day(t, "2025-03-10")
	was := registry.Employment{ID: "r1", Person: "p", Employer: "e", Population: "urban", Tier: "t", Category: "c", From: Day(t, "2025-01-01"), Wage: &wage, KnownOn: d1, RegisteredOn: d1, Reason: "new"}
	ended := was
	ended.ID, ended.To, ended.KnownOn, ended.Replaces, ended.Wage = "r2", Day(t, "2025-02-05"), d2, "r1", nil
	gone := ended
	gone.ID, gone.To, gone.KnownOn, gone.Replaces = "r3", gone.From-1, d3, "r2"
	month := calendar.NewMonth(2025, 1)
	en := registry.Enrolment{ID: "n1", Person: "p", Employer: "e", Payer: insurance.Employee, Scheme: insurance.Pension, Population: "urban", Tier: "t", Grade: "g", Group: "b",
		From: month, Base: &base, KnownOn: d1, Reason: "new"}
	enEnded := en
	enEnded.ID, enEnded.To, enEnded.KnownOn, enEnded.Replaces, enEnded.Base, enEnded.Scheme = "n2", month+1, d2, "n1", nil, 0
	enGone := enEnded
	enGone.ID, enGone.To, enGone.KnownOn, enGone.Replaces = "n3", month-1, d3, "n2"
	var at books.Instant
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		at = tx.At()
		for _, x := range []registry.Employment{was, ended, gone} {
			if err := tx.AddEmployment(ctx, x); err != nil {
				return err
			}
		}
		for _, x := range []registry.Enrolment{en, enEnded, enGone} {
			if err := tx.AddEnrolment(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			knownAt calendar.Date
			work    *registry.Employment
			insured *registry.Enrolment
		}{{d1 - 1, nil, nil}, {d1, &was, &en}, {d2 - 1, &was, &en}, {d2, &ended, &enEnded}, {d3, nil, nil}} {
			works, err := tx.EmploymentsOf(ctx, []string{"p", "q", "p"}, c.knownAt)
			if err != nil {
				return err
			}
			roster, err := tx.Roster(ctx, "e", month, c.knownAt)
			if err != nil {
				return err
			}
			insured, err := tx.EnrolmentsOf(ctx, []string{"p"}, c.knownAt)
			if err != nil {
				return err
			}
			if c.work == nil {
				if len(works)+len(insured)+len(roster) != 0 {
					t.Errorf("known at %s: %v %v %v", c.knownAt, works, roster, insured)
				}
				continue
			}
			wantWork, wantInsured := *c.work, *c.insured
			wantWork.At, wantInsured.At = at, at
			if fmt.Sprint(show(works), show(roster)) != fmt.Sprint(show([]registry.Employment{wantWork}), show([]registry.Employment{wantWork})) {
				t.Errorf("known at %s: employments %s, roster %s", c.knownAt, show(works), show(roster))
			}
			if show(insured) != show([]registry.Enrolment{wantInsured}) {
				t.Errorf("known at %s: enrolments %s", c.knownAt, show(insured))
			}
			one, err := tx.Employment(ctx, c.work.ID, c.knownAt)
			if err != nil || show(one) != show(wantWork) {
				t.Errorf("known at %s: one is %s, %v", c.knownAt, show(one), err)
			}
			other, err := tx.Enrolment(ctx, c.insured.ID, c.knownAt)
			if err != nil || show(other) != show(wantInsured) {
				t.Errorf("known at %s: one is %s, %v", c.knownAt, show(other), err)
			}
		}
		if _, err := tx.Employment(ctx, "r1", d2); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("replaced, and yet read: %v", err)
		}
		return nil
	})
}

func roster(t *testing.T, db *sqlstore.DB, _ *Clock) {
	known := Day(t, "2026-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, r := range []struct{ person, employer, from, to string }{
			{"d", "e", "2025-03-31", ""},           // begins on the last day
			{"c", "e", "2025-04-01", ""},           // after
			{"b", "e", "2024-01-01", "2025-03-01"}, // ends on the first day
			{"a", "e", "2024-01-01", "2025-02-28"}, // before
			{"b", "e", "2025-03-20", "2025-03-25"}, // comes again
			{"f", "other", "2024-01-01", ""},
		} {
			e := registry.Employment{ID: tx.NewID(), Person: r.person, Employer: r.employer, From: Day(t, r.from), KnownOn: known}
			if r.to != "" {
				e.To = Day(t, r.to)
			}
			if err := tx.AddEmployment(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Roster(ctx, "e", calendar.NewMonth(2025, 3), known)
		got := ""
		for _, r := range list {
			got += r.Person + r.From.String() + " "
		}
		if want := "b2024-01-01 b2025-03-20 d2025-03-31 "; got != want {
			t.Errorf("roster: %s, want %s", got, want)
		}
		return err
	})
}

func payersAlone(t *testing.T, db *sqlstore.DB, _ *Clock) {
	known := Day(t, "2026-01-01")
	month := func(n int) calendar.Month { return calendar.NewMonth(2025, n) }
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, n := range []registry.Enrolment{
			{ID: "n1", Payer: insurance.Flexible, From: month(1)},
			{ID: "n2", Payer: insurance.Resident, Scheme: insurance.ResidentPension, From: month(3), To: month(3)},
			{ID: "n3", Payer: insurance.Flexible, From: month(4)},
			{ID: "n4", Payer: insurance.Flexible, From: month(1), To: month(2)},
			{ID: "n5", Payer: insurance.Employee, Employer: "e", From: month(1)},
			{ID: "n6", Payer: insurance.Resident, From: month(2), To: month(12)},
			{ID: "n7", Payer: insurance.Flexible, From: month(2), KnownOn: known + 1},
		} {
			n.Person = "p"
			if n.KnownOn == 0 {
				n.KnownOn = known
			}
			if err := tx.AddEnrolment(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct {
			after string
			want  string
		}{{"", "n1n2"}, {"n2", "n6"}, {"n6", ""}} {
			list, err := tx.PayersWithoutEmployer(ctx, month(3), known, books.Page{After: c.after, Limit: 2})
			if err != nil {
				return err
			}
			got := ""
			for _, n := range list {
				got += n.ID
			}
			if got != c.want {
				t.Errorf("after %q: %s, want %s", c.after, got, c.want)
			}
		}
		return nil
	})
}

// hostOfPersons crosses the bounds of an IN list and of a bulk load.
func hostOfPersons(t *testing.T, db *sqlstore.DB, _ *Clock) {
	const n = 1300
	born := Day(t, "1980-01-01")
	var ids, hashes []string
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		ids, hashes = nil, nil
		for i := range n {
			p := someone(fmt.Sprintf("p%04d", i), born)
			ids, hashes = append(ids, p.ID), append(hashes, p.NumberHash)
			if err := tx.NewPerson(ctx, p); err != nil {
				return err
			}
			e := registry.Employment{ID: "r" + p.ID, Person: p.ID, Employer: "e", From: born}
			if err := tx.AddEmployment(ctx, e); err != nil {
				return err
			}
		}
		return tx.AddMerge(ctx, registry.Merge{ID: "m", Loser: ids[7], Winner: ids[1200]})
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		w := registry.When{AsOf: tx.Today()}
		persons, err := tx.PersonsOf(ctx, append(ids, "unknown"), w)
		if err != nil {
			return err
		}
		facts, err := tx.PersonFacts(ctx, append(ids, "unknown"), w)
		if err != nil {
			return err
		}
		for id, p := range persons {
			p.Number, p.NumberHash, p.NumberKind, p.Name, p.BankAccount = "", "", "", "", ""
			if facts[id] != p || len(facts) != len(persons) {
				t.Fatalf("facts of %s: %+v, want %+v", id, facts[id], p)
			}
		}
		byHash, err := tx.PersonsByHash(ctx, append(hashes, "unknown"), w.Known())
		if err != nil {
			return err
		}
		works, err := tx.EmploymentsOf(ctx, ids, w.Known())
		if err != nil {
			return err
		}
		if len(persons) != n || len(byHash) != n || len(works) != n {
			t.Fatalf("%d persons, %d hashes, %d employments, want %d", len(persons), len(byHash), len(works), n)
		}
		for i, id := range ids {
			root, into := id, ""
			if i == 7 {
				root, into = ids[1200], ids[1200]
			}
			if p := persons[id]; p.Name != "张"+id || p.Number != "number-"+id || p.BankAccount != "account-"+id || p.MergedInto != into || byHash[hashes[i]] != root || works[i].Person != id {
				t.Fatalf("%s: %+v, by hash %s, employment of %s", id, p, byHash[hashes[i]], works[i].Person)
			}
		}
		none, err := tx.PersonsOf(ctx, nil, w)
		if err != nil || len(none) != 0 {
			t.Errorf("nobody asked for: %v, %v", none, err)
		}
		return nil
	})
}

// locked: of two that lock an employer the second waits for the first, and sees
// what it wrote.
func locked(t *testing.T, db *sqlstore.DB, _ *Clock) {
	from := Day(t, "2020-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "c", From: from, KnownOn: from})
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.LockEmployer(t.Context(), "unknown") })
	if !errors.Is(err, books.ErrNotFound) {
		t.Errorf("locking nobody: %v", err)
	}
	done := make(chan error)
	const n = 8
	for range n {
		go func() {
			done <- db.Update(t.Context(), Area, func(tx store.Tx) error {
				if err := tx.LockEmployer(t.Context(), "e"); err != nil {
					return err
				}
				e, err := tx.Employer(t.Context(), "e", registry.When{AsOf: from + 100})
				if err != nil {
					return err
				}
				e.InjuryClass++
				e.From++
				return tx.AddEmployerState(t.Context(), e)
			})
		}()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		e, err := tx.Employer(ctx, "e", registry.When{AsOf: from + 100})
		if e.InjuryClass != n {
			t.Errorf("%d of %d changes are there: the lock does not hold", e.InjuryClass, n)
		}
		return err
	})
}

func otherArea(t *testing.T, db *sqlstore.DB, _ *Clock) {
	from := Day(t, "2020-01-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.NewPerson(ctx, someone("p", from)), tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "c", From: from}),
			tx.AddEmployment(ctx, registry.Employment{ID: "r", Person: "p", Employer: "e", From: from}),
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "n", Person: "p", Payer: insurance.Flexible, From: from.Month()}))
	})
	err := db.Update(t.Context(), "310000", func(tx store.Tx) error {
		ctx, w := t.Context(), registry.When{AsOf: tx.Today()}
		_, err1 := tx.Person(ctx, "p", w)
		_, err2 := tx.PersonByHash(ctx, "hash-p", w)
		_, err3 := tx.Employer(ctx, "e", w)
		_, err4 := tx.EmployerByCode(ctx, "c", w)
		err5 := tx.LockEmployer(ctx, "e")
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if !errors.Is(err, books.ErrNotFound) {
				t.Errorf("read %d: %v", i+1, err)
			}
		}
		ids, _ := tx.PersonIDs(ctx, books.Page{})
		works, _ := tx.EmploymentsOf(ctx, []string{"p"}, w.AsOf)
		insured, _ := tx.EnrolmentsOf(ctx, []string{"p"}, w.AsOf)
		alone, _ := tx.PayersWithoutEmployer(ctx, w.AsOf.Month(), w.AsOf, books.Page{})
		list, _ := tx.EmployerList(ctx, w, books.Page{})
		if len(ids)+len(works)+len(insured)+len(alone)+len(list) != 0 {
			t.Errorf("another area sees %v %v %v %v %v", ids, works, insured, alone, list)
		}
		return tx.NewPerson(ctx, someone("p", from)) // the same number in another area is another record
	})
	if err != nil {
		t.Error(err)
	}
}

// show writes a value with what its pointers point to.
func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
