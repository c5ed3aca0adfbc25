package office_test

import (
	"context"
	"errors"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/internal/webhook"
)

// kept reads the term of a duty about an object; nil for none.
func (c *counter) kept(duty, object string) (out *registry.Clock) {
	c.t.Helper()
	storetest.View(c.t, c.Store, func(ctx context.Context, tx store.Tx) error {
		k, err := tx.Clock(ctx, duty, object)
		if errors.Is(err, books.ErrNotFound) {
			return nil
		}
		out = &k
		return err
	})
	return out
}

// R-REG-03, on 2026-03-02, with the days of TestDutyToRegister: 30 days after
// 2026-01-29 are over, those after 2026-01-30 end today. An enterprise is
// registered by the market regulator (D765 art. 6).
func TestEmployerReportsInTerm(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	due := c.day("2026-02-28")
	late := func(what string, k *registry.Clock, want bool) {
		t.Helper()
		switch {
		case (k != nil) != want:
			t.Errorf("%s: %+v, want one: %v", what, k, want)
		case want && (k.EndsOn != due || k.State != registry.Met || k.MetOn != c.day("2026-03-02") || !k.Late(k.MetOn) || k.ObjectKind != "employer"):
			t.Errorf("%s: %+v", what, k)
		}
	}
	// 12110000M00010006C is a public institution's by its first two signs (GB 32100)
	for _, x := range []struct {
		code, formed string
		late         bool
	}{{"12110000M00010006C", "2026-01-29", true}, {"12110000M000100147", "2026-01-30", false}, {"91350211M000100223", "2026-01-29", false}} {
		ref, err := c.RegisterEmployer(ctx, c.clerk, registry.NewEmployer{CreditCode: x.code, Name: "某单位", InjuryClass: 1, FormedOn: c.day(x.formed)})
		check(t, x.code, err, "")
		late(x.code, c.kept(law.RegisterEmployer, ref.ID), x.late)
	}
	storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error { // desk's e lacks what a registered one has
		formed := c.day("2020-01-01")
		return tx.AddEmployerState(ctx, registry.Employer{ID: "e", Name: "厂", InjuryClass: 2, FormedOn: formed, Status: registry.Active, From: formed, KnownOn: formed + 1})
	})
	name, class := "新厂", 3
	for _, x := range []struct {
		what string
		in   registry.EmployerChange
		late bool
	}{
		{"a name in time", registry.EmployerChange{From: c.day("2026-01-30"), Name: &name}, false},
		{"a class that the office set", registry.EmployerChange{From: c.day("2026-01-29"), InjuryClass: &class}, false},
		{"a name put right", registry.EmployerChange{From: c.day("2020-01-01"), Name: &name}, false},
		{"a name too late", registry.EmployerChange{From: c.day("2026-01-29"), Name: &name}, true},
		{"likewise, again", registry.EmployerChange{From: c.day("2026-01-29"), Name: &name}, true},
	} {
		x.in.Reason = "变更"
		_, err := c.ChangeEmployer(ctx, c.clerk, "e", x.in)
		check(t, x.what, err, "")
		late(x.what, c.kept(law.ChangeEmployer, "e/"+x.in.From.String()), x.late)
	}
	_, err := c.Deregister(ctx, c.clerk, "e", c.day("2026-01-31"), "注销")
	check(t, "closed in time", err, "")
	late("closed in time", c.kept(law.ChangeEmployer, "e/2026-01-31/closed"), false)
	if overdue, err := c.OverdueDuties(ctx, c.clerk, books.Page{}); err != nil || len(overdue) != 0 {
		t.Errorf("nothing is left to do: %+v, %v", overdue, err)
	}
}

// TestOverdueIsToldOnce: 30 days after 2025-06-10 end on 2025-07-10
// (TestDutyToRegister).
func TestOverdueIsToldOnce(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	storetest.Update(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		tx.AddWebhook(ctx, webhook.Webhook{ID: "w", URL: "https://example.org", Topics: []string{"duty.overdue"}, State: webhook.Active, CreatedAt: 1, ChangedAt: 1})
		return nil
	})
	s, err := c.StartEmployment(ctx, c.enforcement, registry.NewEmployment{Person: c.person(number("110105", "1990-01-01", 1)), Employer: "e", From: c.day("2025-06-10"), Unregistered: true, Reason: "投诉"})
	check(t, "found", err, "")
	for _, want := range []int{1, 0} {
		if n, err := c.TellOverdue(ctx, storetest.Area); err != nil || n != want {
			t.Fatalf("told %d times, %v, want %d", n, err, want)
		}
	}
	storetest.View(t, c.Store, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Messages(ctx, []string{"employer/e"}, "", books.Page{})
		if len(list) != 1 || list[0].Topic != "duty.overdue" || list[0].Args["due"] != "2025-07-10" {
			t.Fatalf("messages %+v", list)
		}
		if got, want := list[0].Say(lang.Text, "en").Body, "“register an employee” should have been done by 2025-07-10."; got != want {
			t.Errorf("said %q, want %q", got, want)
		}
		lines, err2 := tx.AuditOf(ctx, "employer", "e", books.Page{})
		told := lines[len(lines)-1]
		if told.Action != "duty.overdue" || told.Actor != "system" || told.After != `{"due":"2025-07-10","duty":"register_employee","employment":"`+s.Employment.ID+`"}` {
			t.Errorf("audit %+v", lines)
		}
		sent, err3 := tx.Deliveries(ctx, "w", books.Page{})
		if len(sent) != 1 {
			t.Errorf("deliveries %+v", sent)
		}
		return errors.Join(err, err2, err3)
	})
}
