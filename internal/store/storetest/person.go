package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

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
	var second books.Instant // of the second merge
	clock.Add(time.Second)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		second = tx.At()
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
			roots, err := tx.Roots(ctx, []string{c.person, "nobody"}, w.Known())
			if err != nil {
				return err
			}
			if root := cmp.Or(c.into, c.person); roots[c.person] != root || roots["nobody"] != "nobody" {
				t.Errorf("%v: is of %v, want %s", c, roots, root)
			}
			if got := strings.Join(same, " "); got != c.same || p.MergedInto != c.into || by.ID != c.byHash {
				t.Errorf("%v: same %q, into %q, by document %q", c, got, p.MergedInto, by.ID)
			}
		}
		for at, into := range map[books.Instant]string{second - 1: "b", second: "a"} {
			facts, err := tx.PersonFactsAt(ctx, []string{"c"}, d2, at)
			if err != nil || facts["c"].MergedInto != into {
				t.Errorf("at %v: into %q, want %q, %v", at, facts["c"].MergedInto, into, err)
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
