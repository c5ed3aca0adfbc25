package office_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// TestSettledAtOnce: runs that settle a person's month at the same time book the
// difference once. July 2025 is charged by the floor of June, 6,821, and settled
// when that of the year is known, 7,162.
func TestSettledAtOnce(t *testing.T) {
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	db, clock := storetest.New(t, storetest.Postgres)
	o := &office.Office{Store: db, Vault: db.Vault, Laws: laws, Words: lang.Text}
	on := func(y, m, d int) {
		clock.Add(time.Date(y, time.Month(m), d, 10, 0, 0, 0, books.China).Sub(clock.Now()))
	}
	on(2025, 7, 15)
	start, base := storetest.Day(t, "2020-01-01"), money.Fen(6_821_00)
	storetest.Update(t, db, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.NewPerson(ctx, registry.Person{ID: "p", NumberHash: "p", NumberKind: "citizen", Number: "x", Name: "张三", From: start, KnownOn: start}),
			tx.AddEnrolment(ctx, registry.Enrolment{ID: "n", Person: "p", Payer: insurance.Flexible, Scheme: insurance.Pension, From: start.Month(), Base: &base, KnownOn: start}))
	})
	july := calendar.NewMonth(2025, 7)
	request := func(key string) office.Request {
		return office.Request{Actor: access.Self, Area: storetest.Area, Key: key}
	}
	if b, err := o.ChargePerson(t.Context(), request("charge"), "p", july); err != nil || b.Charged != 1 || !b.Carried {
		t.Fatalf("%+v, %v", b, err)
	}
	on(2025, 10, 15)
	var mu sync.Mutex
	var all sync.WaitGroup
	charged := 0
	for i := range 4 {
		all.Go(func() {
			b, err := o.SettlePerson(t.Context(), request(fmt.Sprint("settle", i)), "p", july)
			mu.Lock()
			defer mu.Unlock()
			if charged += b.Charged; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if charged != 1 {
		t.Errorf("%d differences were booked, want 1", charged)
	}
}
