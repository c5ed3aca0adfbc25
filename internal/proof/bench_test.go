package proof_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

// BenchmarkProof proves an office of BUJIAO_BENCH_MONTHS person-months (5,000
// if it is not set), all declared, billed and paid, beside a bare reading of
// the same rows.
func BenchmarkProof(b *testing.B) {
	months := 5_000
	if text := os.Getenv("BUJIAO_BENCH_MONTHS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		months = n
	}
	for _, e := range storetest.Engines {
		b.Run(e.Name, func(b *testing.B) {
			w := openTown(b, e)
			w.ids = sqlstore.RandomID
			w.settle(months)
			var rows, proved int64
			var bare, whole time.Duration
			peak := watchHeap()
			for b.Loop() {
				start := time.Now()
				for _, tab := range sqlstore.Tables() {
					rows += w.readBare(tab)
				}
				bare += time.Since(start)
				start = time.Now()
				r := w.prove()
				whole += time.Since(start)
				if !r.Sound() || r.Months != int64(months) {
					b.Fatalf("%d months, %d differences: %+v", r.Months, len(r.Differences), r.Differences[:min(3, len(r.Differences))])
				}
				proved += r.Months
			}
			b.ReportMetric(float64(proved)/whole.Seconds(), "months/s")
			b.ReportMetric(float64(rows)/float64(b.N)/float64(months), "rows/month")
			b.ReportMetric(bare.Seconds()/whole.Seconds(), "of-bare-reading")
			b.ReportMetric(float64(peak())/(1<<20), "peak-MB")
		})
	}
}

// watchHeap samples the heap until it is asked for the most.
func watchHeap() func() uint64 {
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.HeapInuse))
			}
		}
	}()
	return func() uint64 { close(stop); <-stopped; return most.Load() }
}

func (w *town) readBare(tab *sqlstore.Table) (n int64) {
	rows, err := w.raw.QueryContext(w.Context(), "SELECT "+tab.Names()+" FROM "+tab.Name)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	row, into := make([]any, len(tab.Cols)+1), make([]any, len(tab.Cols)+1)
	for i := range row {
		into[i] = &row[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			w.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return n
}

// settle makes employers of 100 persons, each of whom has 20 months.
func (w *town) settle(personMonths int) {
	w.Helper()
	const staff, length = 100, 20
	start := w.day("2024-01-01")
	for left, n := personMonths, 0; left > 0; n++ {
		var employer string
		persons := make([]string, min(staff, left))
		w.update(func(ctx context.Context, tx store.Tx) error {
			employer = tx.NewID()
			err := tx.NewEmployer(ctx, registry.Employer{ID: employer, CreditCode: fmt.Sprint("code", n), Name: "厂", Status: "active", InjuryClass: 2,
				UnitType: insurance.LargeAndOther, From: start, KnownOn: start})
			for i := 0; i < len(persons) && err == nil; i++ {
				persons[i] = tx.NewID()
				if err = tx.NewPerson(ctx, registry.Person{ID: persons[i], NumberHash: persons[i], NumberKind: "citizen", Number: "x", Name: "张三", From: start, KnownOn: start}); err == nil {
					err = tx.AddEmployment(ctx, registry.Employment{ID: tx.NewID(), Person: persons[i], Employer: employer, From: start, KnownOn: start})
				}
			}
			return err
		})
		for k := 0; k < length && left > 0; k++ {
			some := persons[:min(len(persons), left)]
			left -= len(some)
			w.declareAndPay(employer, start.Month()+calendar.Month(k), some, n)
		}
	}
}

func (w *town) declareAndPay(employer string, m calendar.Month, persons []string, n int) {
	w.Helper()
	w.today = m.Last() + 15
	w.update(func(ctx context.Context, tx store.Tx) error {
		in := declaration.Filing{Employer: employer, Month: m, Channel: "api"}
		for _, p := range persons {
			in.Lines = append(in.Lines, declaration.FilingLine{Person: p, Wage: 1_000_000})
		}
		bill, err := declaration.Submit(ctx, tx, w.pricer, in)
		if err != nil {
			return err
		}
		o, err := collection.CreateOrder(ctx, tx, bill.Notice, collection.Way{Channel: collection.Counter})
		if err != nil {
			return err
		}
		_, err = collection.AtCounter(ctx, tx, w.law(), o.ID, o.Total(), w.today, fmt.Sprint("R", n, "-", m))
		return err
	})
}
