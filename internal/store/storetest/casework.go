package storetest

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/money"
	"bujiao/internal/store"
)

func casefiles(t *testing.T, e Engine) {
	db, _ := New(t, e)
	day := Day(t, "2026-02-01")
	wage := money.Fen(1)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []casework.Case{
			{ID: "a", Kind: "k", State: "s", Person: "p", Owner: access.Clerk, EndsOn: day, Seq: 1},
			{ID: "b", Kind: "k", State: "s", Person: "p", Owner: access.Clerk, EndsOn: day - 1, Seq: 1},
			{ID: "c", Kind: "k", State: "t", Employer: "e", Owner: access.Finance, EndsOn: day - 9, Overdue: true, Seq: 1},
			{ID: "d", Kind: "l", State: "t", Parent: "a", Seq: 1},
			{ID: "e", Kind: "l", State: "z", EndsOn: day - 9, ClosedOn: day, Seq: 1},
		} {
			tx.AddCase(ctx, c)
		}
		tx.AddProcedure(ctx, "digest", "k", "text")
		for n, name := range []string{"open", "move"} {
			tx.AddCaseEvent(ctx, casework.Event{Case: "a", Seq: n + 1, Name: name, To: "s", On: day, Data: casework.Values{"x": "𠮷"}})
		}
		tx.AddCaseMonths(ctx, "a", 1, []casework.Month{{Person: "p", Scheme: 110, FeeMonth: day.Month()}, {Person: "q", Scheme: 110, FeeMonth: day.Month()}})
		tx.AddCaseMonths(ctx, "a", 2, []casework.Month{{Person: "p", Scheme: 310, FeeMonth: day.Month(), Wage: &wage}})
		return nil
	})
	list := func(found []casework.Case, err error) string {
		ids := ""
		for _, c := range found {
			ids += c.ID
		}
		if err != nil {
			ids += err.Error()
		}
		return ids
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct{ name, got, want string }{
			{"all", list(tx.Cases(ctx, casework.Filter{}, books.Page{})), "abcde"},
			{"of a person", list(tx.Cases(ctx, casework.Filter{Person: "p"}, books.Page{})), "ab"},
			{"of a person, next page", list(tx.Cases(ctx, casework.Filter{Person: "p"}, books.Page{After: "a", Limit: 1})), "b"},
			{"of an employer", list(tx.Cases(ctx, casework.Filter{Employer: "e", Kind: "k"}, books.Page{})), "c"},
			{"parts", list(tx.Cases(ctx, casework.Filter{Parent: "a"}, books.Page{})), "d"},
			{"by state and owner", list(tx.Cases(ctx, casework.Filter{State: "t", Owner: access.Finance}, books.Page{})), "c"},
			{"due", list(tx.CasesDue(ctx, day, books.Page{})), "b"},
			{"due a day later", list(tx.CasesDue(ctx, day+1, books.Page{})), "ab"},
			{"without an end", list(tx.CasesEndless(ctx, books.Page{})), "d"},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
			}
		}
		events, err := tx.CaseEvents(ctx, "a")
		if err != nil || len(events) != 2 || events[1].Name != "move" || events[0].Data["x"] != "𠮷" {
			t.Errorf("events: %v, %v", events, err)
		}
		months, err := tx.CaseMonths(ctx, "a")
		if err != nil || len(months) != 1 || months[0].Scheme != 310 || months[0].Wage == nil || *months[0].Wage != 1 || months[0].Base != nil {
			t.Errorf("months: %v, %v", months, err)
		}
		if text, err := tx.Procedure(ctx, "digest"); text != "text" || err != nil {
			t.Errorf("procedure: %s, %v", text, err)
		}
		if _, err := tx.Procedure(ctx, "another"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("no procedure: %v", err)
		}
		return nil
	})
	var stale casework.Case
	View(t, db, func(ctx context.Context, tx store.Tx) (err error) { stale, err = tx.Case(ctx, "a"); return err })
	save := func() error {
		return db.Update(t.Context(), Area, func(tx store.Tx) error { stale.State = "u"; return tx.SaveCase(t.Context(), stale) })
	}
	if err := save(); err != nil {
		t.Error(err)
	}
	if err := save(); !errors.Is(err, books.ErrStale) {
		t.Errorf("a case that was changed meanwhile: %v", err)
	}
}
