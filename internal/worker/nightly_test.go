package worker_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/job"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/internal/worker"
	"bujiao/packs"
)

// TestMonthsCloseByThemselves: an employer declares April and then nothing. The
// office closes each later month on the day after its window, and not before:
// in Beijing since 2024 that is the 26th of the month after the fee month
// (packs/cn-110000/windows.yaml).
func TestMonthsCloseByThemselves(t *testing.T) {
	d := open(t)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	d.wall.Add(time.Date(2025, 5, 12, 10, 0, 0, 0, books.China).Sub(d.wall.Now()))
	d.Laws, d.Vault = laws, storetest.Vault(t)
	start := day(t, "2020-01-01")
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
			tx.NewPerson(ctx, registry.Person{ID: "a", NumberHash: "h", NumberKind: "citizen", Number: "11010519491231002X", Name: "张三", From: start, KnownOn: start}),
			tx.AddEmployment(ctx, registry.Employment{ID: "job a", Person: "a", Employer: "e", From: start, KnownOn: start}))
	})
	april := calendar.NewMonth(2025, 4)
	_, err = d.Declare(t.Context(), office.Request{Actor: access.Self, Area: area, Key: "k"}, office.DeclareInput{Employer: "e", Month: april, Channel: "api",
		Lines: []office.DeclareLine{{FilingLine: declaration.FilingLine{Person: "a", Wage: money.Fen(1_000_000)}}}})
	if err != nil {
		t.Fatal(err)
	}
	play := d.worker("a", worker.Handlers(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))), worker.Ticks()...)
	for m := april + 1; m <= april+3; m++ {
		last := (m + 1).First() + 24
		for _, on := range []calendar.Date{last, last + 1} {
			if err := play.Play(t.Context(), on, nil); err != nil {
				t.Fatal(err)
			}
			storetest.View(t, d.Store, func(ctx context.Context, tx store.Tx) error {
				list, err := tx.DeclarationsOf(ctx, "e", m)
				if want := int(on - last); len(list) != want {
					t.Errorf("on %v the month %v has %d declarations, want %d: %+v", on, m, len(list), want, list)
				}
				return err
			})
		}
	}
	if dead := d.jobs(t, job.Dead); len(dead) != 0 {
		t.Errorf("dead letters: %+v", dead)
	}
}

// TestWhoEnrolsWithinTheMonthIsCharged: a flexible worker who is enrolled after
// the first is billed for the month all the same, once.
func TestWhoEnrolsWithinTheMonthIsCharged(t *testing.T) {
	d := open(t)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	d.wall.Add(time.Date(2025, 3, 9, 10, 0, 0, 0, books.China).Sub(d.wall.Now()))
	d.Laws, d.Vault = laws, storetest.Vault(t)
	play := d.worker("a", worker.Handlers(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))), worker.Ticks()...)
	if err := play.Play(t.Context(), day(t, "2025-03-10"), nil); err != nil {
		t.Fatal(err)
	}
	start, base := day(t, "2020-01-01"), money.Fen(700_000)
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.NewPerson(ctx, registry.Person{ID: "a", NumberHash: "h", NumberKind: "citizen", Number: "x", Name: "张三", From: start, KnownOn: start}),
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "n", Person: "a", Payer: insurance.Flexible, From: calendar.NewMonth(2025, 3), Base: &base, KnownOn: tx.Today()}))
	})
	if err := play.Play(t.Context(), day(t, "2025-03-13"), nil); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, d.Store, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.DeclarationsOfPerson(ctx, "a", calendar.NewMonth(2025, 3))
		if len(list) != 1 {
			t.Errorf("%d declarations: %+v", len(list), list)
		}
		return err
	})
}

// TestForAPerson: what no later attempt would mend is a dead letter at once,
// and does not hold the date up.
func TestForAPerson(t *testing.T) {
	d := open(t)
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error { return tx.SetSetting(ctx, "x", "", "1") })
	var l log
	w := d.worker("a", map[string]worker.Handler{"night": l.handler(worker.ForAPerson(fault.New(fault.Missing, "worker.some_left", nil)))}, worker.Tick{Kind: "night"})
	if err := w.Play(t.Context(), day(t, "2026-03-04"), nil); err != nil {
		t.Fatal(err)
	}
	dead := d.jobs(t, job.Dead)
	if len(dead) != 3 || dead[0].Error != "worker.some_left" || dead[0].Attempt != 1 {
		t.Errorf("dead letters: %+v", dead)
	}
}

// TestNightTellsOfOverdueDuties: an employment that the employer did not
// register from 2 March on is told of on the day after its 30 days, 2 April,
// and not again.
func TestNightTellsOfOverdueDuties(t *testing.T) {
	d := open(t)
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	d.Laws, d.Vault = laws, storetest.Vault(t)
	start := day(t, "2020-01-01")
	storetest.Update(t, d.Store, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.NewEmployer(ctx, registry.Employer{ID: "e", CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, From: start, KnownOn: start}),
			tx.NewPerson(ctx, registry.Person{ID: "a", NumberHash: "h", NumberKind: "citizen", Number: "11010519491231002X", Name: "张三", From: start, KnownOn: start}))
	})
	_, err = d.StartEmployment(t.Context(), office.Request{Actor: access.Self, Area: area, Key: "k"},
		registry.NewEmployment{Person: "a", Employer: "e", From: day(t, "2026-03-02"), Unregistered: true, Reason: "投诉"})
	if err != nil {
		t.Fatal(err)
	}
	play := d.worker("a", worker.Handlers(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))), worker.Ticks()...)
	for _, x := range []struct {
		on   string
		want int
	}{{"2026-04-01", 0}, {"2026-04-02", 1}, {"2026-04-04", 1}} {
		if err := play.Play(t.Context(), day(t, x.on), nil); err != nil {
			t.Fatal(err)
		}
		storetest.View(t, d.Store, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Messages(ctx, []string{"employer/e"}, "", books.Page{})
			if len(list) != x.want {
				t.Errorf("on %s it was told %d times, want %d", x.on, len(list), x.want)
			}
			return err
		})
	}
}
