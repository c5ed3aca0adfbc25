package storetest

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

func clocks(t *testing.T, e Engine) {
	db, _ := New(t, e)
	day := Day(t, "2026-02-01")
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []registry.Clock{
			{ID: "c1", Object: "a", EndsOn: day, State: registry.Open},
			{ID: "c2", Object: "b", EndsOn: day - 1, State: registry.Open},
			{ID: "c3", Object: "c", EndsOn: day - 9, State: registry.Open},
			{ID: "c4", Object: "d", EndsOn: day - 9, State: registry.Met, MetOn: day},
			{ID: "c5", Object: "e", State: registry.Open},
			{ID: "c6", Object: "f", State: registry.Void},
		} {
			c.Kind, c.ObjectKind, c.StartsOn = "k", "o", day-30
			tx.AddClock(ctx, c)
		}
		return nil
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error {
		tx.AddClock(t.Context(), registry.Clock{ID: "c7", Kind: "k", Object: "a", State: registry.Open})
		return nil
	})
	if !books.Taken(err, "clock") {
		t.Errorf("a second term of the kind: %v", err)
	}
	list := func(found []registry.Clock, err error) string {
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
			{"overdue", list(tx.Overdue(ctx, day, books.Page{})), "c2c3"},
			{"overdue a day later", list(tx.Overdue(ctx, day+1, books.Page{})), "c1c2c3"},
			{"overdue, first page", list(tx.Overdue(ctx, day, books.Page{Limit: 1})), "c2"},
			{"overdue, next page", list(tx.Overdue(ctx, day, books.Page{After: "c2", Limit: 1})), "c3"},
			{"without an end", list(tx.Endless(ctx, books.Page{})), "c5"},
			{"without an end, next page", list(tx.Endless(ctx, books.Page{After: "c5"})), ""},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
			}
		}
		return nil
	})
	var stale registry.Clock
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		c, err := tx.Clock(ctx, "k", "b")
		if err != nil {
			return err
		}
		stale = c
		c.State, c.MetOn = registry.Met, day
		return tx.SaveClock(ctx, c)
	})
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveClock(t.Context(), stale) })
	if !errors.Is(err, books.ErrStale) {
		t.Errorf("saved over what another saved: %v", err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		c, err := tx.Clock(ctx, "k", "b")
		c.Stored = nil
		want := registry.Clock{ID: "c2", Kind: "k", ObjectKind: "o", Object: "b", StartsOn: day - 30, EndsOn: day - 1, State: registry.Met, MetOn: day}
		if show(c) != show(want) {
			t.Errorf("read %+v", c)
		}
		if _, err := tx.Clock(ctx, "other", "b"); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("of another kind: %v", err)
		}
		return err
	})
}

func approvals(t *testing.T, e Engine) {
	db, _ := New(t, e)
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, a := range []access.Approval{
			{ID: "a1", Object: "x", State: access.Asked}, {ID: "a2", Object: "y", State: access.Asked}, {ID: "a3", Object: "x", State: access.Granted},
		} {
			a.Operation, a.Payload, a.RequestedBy, a.RequestedAt, a.Reason = "person.merge", "{}", "clerk", tx.At(), "why"
			tx.AddApproval(ctx, a)
		}
		return nil
	})
	ids := func(found []access.Approval, err error) string {
		out := ""
		for _, a := range found {
			out += a.ID
		}
		if err != nil {
			out += err.Error()
		}
		return out
	}
	var stale access.Approval
	Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for _, c := range []struct{ name, got, want string }{
			{"of an object", ids(tx.ApprovalsOf(ctx, "x", books.Page{})), "a1a3"},
			{"of an object, next page", ids(tx.ApprovalsOf(ctx, "x", books.Page{After: "a1"})), "a3"},
			{"in a state", ids(tx.ApprovalsIn(ctx, access.Asked, books.Page{Limit: 1})), "a1"},
			{"in a state, next page", ids(tx.ApprovalsIn(ctx, access.Asked, books.Page{After: "a1"})), "a2"},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
			}
		}
		a, err := tx.Approval(ctx, "a1")
		if err != nil {
			return err
		}
		stale = a
		a.State, a.DecidedBy, a.DecidedAt = access.Refused, "reviewer", tx.At()
		return tx.SaveApproval(ctx, a)
	})
	err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveApproval(t.Context(), stale) })
	if !errors.Is(err, books.ErrStale) {
		t.Errorf("decided twice: %v", err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		a, err := tx.Approval(ctx, "a1")
		if a.State != access.Refused || a.DecidedBy != "reviewer" || a.RequestedBy != "clerk" || a.Payload != "{}" || a.Reason != "why" || a.Operation != "person.merge" || a.Object != "x" {
			t.Errorf("read %+v", a)
		}
		return err
	})
}
