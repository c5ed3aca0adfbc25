package storetest

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/statement"
	"bujiao/internal/store"
)

// handovers: what was handed over is read as written, in order of ids, by
// filter, in its area alone, and never changed.
func handovers(t *testing.T, e Engine) {
	db, _ := New(t, e)
	of := func(id string, k statement.Kind, employer, person, period string) statement.Handover {
		return statement.Handover{ID: id, Kind: k, Employer: employer, Person: person, Period: period, Digest: "ab" + id, Method: "paper", DeliveredOn: day(t, "2026-03-02"), At: 3, Actor: "x"}
	}
	all := []statement.Handover{of("a", statement.Monthly, "e", "p", "2026-01"), of("b", statement.Monthly, "e", "q", "2026-01"), of("c", statement.Yearly, "", "p", "2025"),
		of("d", statement.Payment, "e", "", "2026-01"), of("f", statement.Monthly, "e", "p", "2026-02")}
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		var err error
		for _, i := range []int{3, 0, 4, 2, 1} {
			err = errors.Join(err, tx.AddHandover(ctx, all[i]))
		}
		return err
	})
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		whole, err := tx.Handovers(ctx, statement.Filter{}, books.Page{})
		equal(t, "all", whole, all)
		for _, c := range []struct {
			name string
			f    statement.Filter
			p    books.Page
			want string
		}{
			{"of a person", statement.Filter{Person: "p"}, books.Page{}, "acf"},
			{"of a person and kind", statement.Filter{Person: "p", Kind: statement.Monthly}, books.Page{}, "af"},
			{"of a period", statement.Filter{Period: "2026-01"}, books.Page{}, "abd"},
			{"of an employer, a page", statement.Filter{Employer: "e"}, books.Page{After: "a", Limit: 2}, "bd"},
			{"of all at once", statement.Filter{Kind: statement.Monthly, Employer: "e", Person: "q", Period: "2026-01"}, books.Page{}, "b"},
		} {
			list, err := tx.Handovers(ctx, c.f, c.p)
			got := ""
			for _, d := range list {
				got += d.ID
			}
			if err != nil || got != c.want {
				t.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
			}
		}
		return err
	})
	err := db.View(t.Context(), "310000", func(tx store.Tx) error {
		list, err := tx.Handovers(t.Context(), statement.Filter{}, books.Page{})
		if len(list) > 0 {
			t.Errorf("another area reads %d", len(list))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddHandover(t.Context(), all[0]) })
	if !books.Taken(err, "statement") {
		t.Errorf("an id twice: %v", err)
	}
}
