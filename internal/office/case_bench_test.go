package office_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// BenchmarkCases opens, moves and closes complaints on both engines, by one
// client and by eight, and then takes a step with few and with many cases
// stored (BUJIAO_BENCH_CASES; 20,000 unless told).
func BenchmarkCases(b *testing.B) {
	many := 20_000
	if s := os.Getenv("BUJIAO_BENCH_CASES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		many = n
	}
	for _, e := range storetest.Engines {
		b.Run(e.Name, func(b *testing.B) {
			for range b.N {
				benchCases(b, e, many)
			}
		})
	}
}

func benchCases(b *testing.B, e storetest.Engine, many int) {
	laws, err := law.Open(packs.FS)
	if err != nil {
		b.Fatal(err)
	}
	clock := storetest.NewClock()
	clock.Add(time.Date(2026, 4, 15, 10, 0, 0, 0, books.China).Sub(clock.Now()))
	db := e.Open(b, sqlstore.Config{Vault: storetest.Vault(b), Now: clock.Now})
	b.Cleanup(func() { _ = db.Close() })
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	o := &office.Office{Store: db, Vault: db.Vault, Laws: laws, Words: lang.Text, Signing: key}
	from := storetest.Day(b, "2020-01-01")
	for i := range 8 {
		storetest.Update(b, db, func(ctx context.Context, tx store.Tx) error {
			return tx.NewPerson(ctx, registry.Person{ID: fmt.Sprintf("p%d", i), NumberHash: fmt.Sprint(i), NumberKind: "citizen", Number: citizenNumber(i), Name: "张三", From: from, KnownOn: from})
		})
	}
	run := func(client, n int) (c casework.Case) {
		p := fmt.Sprintf("p%d", client)
		q := office.Request{Actor: access.Actor{ID: "a" + p, Role: access.Insured, Areas: []string{storetest.Area}, Person: p}, Area: storetest.Area}
		for range n {
			m, err := o.OpenCase(b.Context(), q, office.CaseOpening{Kind: "complaint", Data: casework.Values{"subject": "未参保"}})
			if err == nil {
				c = m.Case
				m, err = o.MoveCase(b.Context(), q, office.CaseMove{Case: m.Case.ID, Event: "withdraw"})
			}
			if err != nil {
				b.Error(err)
				return c
			}
		}
		return c
	}
	const each = 40
	c := run(0, 1)
	start := time.Now()
	run(0, each)
	one := time.Since(start)
	start = time.Now()
	var all sync.WaitGroup
	for client := range 8 {
		all.Go(func() { run(client, each) })
	}
	all.Wait()
	eight := time.Since(start)
	stored := 0
	fill := func(n int) {
		for stored < n {
			storetest.Update(b, db, func(ctx context.Context, tx store.Tx) error {
				for range 500 {
					x := c
					x.ID, x.Person = tx.NewID(), fmt.Sprintf("p%d", stored%8)
					tx.AddCase(ctx, x)
					stored++
				}
				return nil
			})
		}
	}
	fill(1000)
	start = time.Now()
	run(0, each)
	few := time.Since(start)
	fill(many)
	start = time.Now()
	run(0, each)
	lots := time.Since(start)
	ratio := lots.Seconds() / few.Seconds()
	fmt.Printf("%s: cases opened and closed: %.0f/s by one client, %.0f/s by eight; a step with 1,000 stored %.2f ms, with %d %.2f ms, ratio %.2f (want 1.50)\n", e.Name,
		each/one.Seconds(), 8*each/eight.Seconds(), few.Seconds()*1000/each/2, many, lots.Seconds()*1000/each/2, ratio)
	b.ReportMetric(ratio, "ratio")
	if ratio > 1.5 {
		b.Errorf("a step grows with the cases that are stored: %.2f", ratio)
	}
}
