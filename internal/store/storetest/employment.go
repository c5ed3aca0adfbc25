package storetest

import (
	"context"
	"errors"
	"fmt"
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

// heldAt: entered, changed and withdrawn on one day, each is read as it was in its
// hour.
func heldAt(t *testing.T, db *sqlstore.DB, clock *Clock) {
	day, month := Day(t, "2026-03-02"), calendar.NewMonth(2026, 3)
	job := registry.Employment{ID: "r1", Person: "p", Employer: "e", From: day, KnownOn: day}
	en := registry.Enrolment{ID: "n1", Person: "p", Payer: insurance.Flexible, From: month, KnownOn: day}
	job2, en2 := job, en
	job2.ID, job2.Replaces, job2.To = "r2", "r1", day+40
	en2.ID, en2.Replaces, en2.To = "n2", "n1", month+1
	job3, en3 := job2, en2
	job3.ID, job3.Replaces, job3.To = "r3", "r2", day-1
	en3.ID, en3.Replaces, en3.To = "n3", "n2", month-1
	var hours []books.Instant
	for _, x := range []struct {
		job registry.Employment
		en  registry.Enrolment
	}{{job, en}, {job2, en2}, {job3, en3}} {
		clock.Add(time.Hour)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			hours = append(hours, tx.At())
			return errors.Join(tx.AddEmployment(ctx, x.job), tx.AddEnrolment(ctx, x.en))
		})
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for i, want := range []string{"r1 n1", "r2 n2", ""} {
			for _, at := range []books.Instant{hours[i], hours[i] + 1} {
				jobs, err1 := tx.RosterAt(ctx, "e", month, at)
				insured, err2 := tx.EnrolmentsAt(ctx, []string{"p"}, at)
				var got []string
				for _, j := range jobs {
					got = append(got, j.ID)
				}
				for _, n := range insured {
					got = append(got, n.ID)
				}
				if err1 != nil || err2 != nil || strings.Join(got, " ") != want {
					t.Errorf("hour %d: %v, want %s: %v %v", i, got, want, err1, err2)
				}
			}
		}
		before, err := tx.EnrolmentsAt(ctx, []string{"p"}, hours[0]-1)
		if err != nil || len(before) != 0 {
			t.Errorf("before: %v, %v", before, err)
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
