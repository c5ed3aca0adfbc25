package bulk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

const (
	benchRows  = 1 << 20 // person-months of the comparison
	benchChunk = 4096
	benchRuns  = 21   // of each loop, in turn; the best counts
	wantShare  = 0.60 // of the hand-written loop
	voidBelow  = 20   // the hand-written loop is no measure if a plain sum is this much faster
)

// benchCase is an area and a run of months in which all five schemes are known.
type benchCase struct {
	name  string
	area  string
	from  calendar.Month
	loops []handLoop
}

var benchCases = []benchCase{
	{"Beijing", "110000", calendar.NewMonth(2015, 10), []handLoop{{"hand-written, division by constants", byDivision}, {"hand-written, multiplication by reciprocals", byReciprocal}}},
	{"Shanghai (wages rounded twice, persons' shares to jiao)", "310000", calendar.NewMonth(2011, 7), []handLoop{{"hand-written, division by constants", shanghaiByDivision}, {"hand-written, multiplication by reciprocals", shanghaiByReciprocal}}},
}

func (x benchCase) request() assess.CompileRequest {
	paid, _ := calendar.NewDate(2024, 3, 15)
	deadlines := map[calendar.Month]calendar.Date{}
	for m := x.from; m <= calendar.NewMonth(2023, 12); m++ {
		deadlines[m] = m.Add(1).First() + 14
	}
	return assess.CompileRequest{
		From: x.from, To: calendar.NewMonth(2023, 12), Payer: law.Payer{Kind: insurance.Employee, UnitType: insurance.LargeAndOther},
		Schemes: insurance.Mandatory, Injury: assess.Injury{Class: 2}, Paid: paid, Cause: insurance.NotDeclared, Deadlines: deadlines,
	}
}

// BenchmarkBulk prints the table of `make bench`: the bulk path against
// hand-written loops of the same formulas over the same columns in the same
// run, and how a sweep grows with the population.
func BenchmarkBulk(b *testing.B) {
	l := library(b)
	for range b.N {
		for _, x := range benchCases {
			b.ReportMetric(x.compare(b, l), "share-"+x.area)
		}
		benchSweep(b, l)
	}
	b.ReportMetric(0, "ns/op")
}

// loop is one contestant: it goes through the population once.
type loop struct {
	name  string
	bytes int // a person-month that it reads or writes, for the sums
	run   func() (employer, person, fee money.Fen)
	best  time.Duration
}

func (x benchCase) compare(b *testing.B, l *law.Library) float64 {
	r := reader(b, l, x.area)
	q := x.request()
	table := compile(b, r, q)
	for m, lowest := range table.Attend {
		if lowest <= uint64(10_000_000) {
			b.Fatalf("%s: a figure of %s is missing, the comparison needs all", x.name, table.From.Add(m))
		}
	}
	months, wages := population(table.Months, benchRows)
	c := NewChunk(table, benchChunk)
	c.Resize(benchChunk)
	eachChunk := func(f func()) {
		for at := 0; at < benchRows; at += benchChunk {
			c.Month, c.Wage = months[at:at+benchChunk], wages[at:at+benchChunk]
			f()
		}
	}
	loops := []loop{
		{name: "plain sum of the input columns", bytes: 10, run: func() (s, _, _ money.Fen) {
			eachChunk(func() { s += sumIn(c) })
			return
		}},
		{name: "plain sum of the same bytes, in and out", bytes: 10 + 5*24, run: func() (s, _, _ money.Fen) {
			eachChunk(func() { s += sumIn(c) + sumOut(c) })
			return
		}},
		{name: "bulk path", run: func() (money.Fen, money.Fen, money.Fen) {
			totals := NewTotals(table)
			eachChunk(func() {
				if err := c.Price(totals); err != nil {
					b.Fatal(err)
				}
			})
			return grand(b, totals)
		}},
	}
	hand := handTable(b, r, q, table)
	for _, h := range x.loops {
		loops = append(loops, loop{name: h.name, run: func() (e, p, f money.Fen) {
			eachChunk(func() {
				x, y, z := h.run(hand, c.Month, c.Wage, c.Lines)
				e, p, f = e+x, p+y, f+z
			})
			return
		}})
	}
	race(loops)
	agree(b, loops[2:])
	return report(b, x, table, loops)
}

// race runs the loops in turn and keeps the best time of each.
func race(loops []loop) {
	for range benchRuns {
		for k := range loops {
			start := time.Now()
			sink(loops[k].run())
			if d := time.Since(start); loops[k].best == 0 || d < loops[k].best {
				loops[k].best = d
			}
		}
	}
}

// agree holds the loops to the same sums: they are the same formulas.
func agree(b *testing.B, loops []loop) {
	e, p, f := loops[0].run()
	for _, x := range loops[1:] {
		if e2, p2, f2 := x.run(); e != e2 || p != p2 || f != f2 {
			b.Fatalf("%s: sums %s %s %s, the bulk path has %s %s %s", x.name, e2, p2, f2, e, p, f)
		}
	}
}

func report(b *testing.B, x benchCase, t *assess.Table, loops []loop) float64 {
	var out strings.Builder
	fmt.Fprintf(&out, "\n%s %s, %s..%s, %d person-months x %d schemes, one core, best of %d runs in turn\n", x.name, x.area, t.From, t.From.Add(t.Months-1), benchRows, len(t.Columns), benchRuns)
	fmt.Fprintf(&out, "  %-46s %16s %22s %12s\n", "", "ns/person-month", "M person-months/s", "share")
	fastest := loops[3].best
	for _, h := range loops[3:] {
		fastest = min(fastest, h.best)
	}
	for _, k := range loops {
		name := k.name
		if k.bytes > 0 {
			name = fmt.Sprintf("%s (%d B)", name, k.bytes)
		}
		fmt.Fprintf(&out, "  %-46s %16.2f %22.1f %12.2f\n", name, float64(k.best.Nanoseconds())/benchRows, benchRows/k.best.Seconds()/1e6, float64(fastest)/float64(k.best))
	}
	share, sum := float64(fastest)/float64(loops[2].best), float64(fastest)/float64(loops[1].best)
	fmt.Fprintf(&out, "  bulk path / fastest hand-written loop: %.2f (wanted: at least %.2f)\n", share, wantShare)
	fmt.Fprintf(&out, "  fastest hand-written loop / plain sum of the same bytes: 1/%.1f (void below 1/%d)", sum, voidBelow)
	if sum > voidBelow {
		out.WriteString("  VOID")
	}
	fmt.Println(out.String())
	if share < wantShare || sum > voidBelow {
		b.Errorf("%s: share %.2f, plain sum 1/%.1f", x.name, share, sum)
	}
	return share
}

// benchSweep shows that a sweep is linear in the population and flat in memory.
func benchSweep(b *testing.B, l *law.Library) {
	x := benchCases[0]
	table := compile(b, reader(b, l, x.area), x.request())
	fmt.Printf("\nSweep of %s, chunks of %d rows made as they are priced (the making counts)\n", x.name, benchChunk)
	fmt.Printf("  %14s %8s %10s %16s %20s %14s\n", "person-months", "workers", "seconds", "ns/person-month", "M person-months/s", "peak heap MB")
	for _, c := range []struct{ rows, workers int }{{1_000_000, 1}, {3_000_000, 1}, {10_000_000, 1}, {10_000_000, 2}} {
		var best time.Duration
		var peak uint64
		for range 3 {
			d, heap := sweepOnce(b, table, c.rows, c.workers)
			if best == 0 || d < best {
				best = d
			}
			peak = max(peak, heap)
		}
		fmt.Printf("  %14d %8d %10.3f %16.2f %20.1f %14.1f\n", c.rows, c.workers, best.Seconds(), float64(best.Nanoseconds())/float64(c.rows), float64(c.rows)/best.Seconds()/1e6, float64(peak)/(1<<20))
	}
}

func sweepOnce(b *testing.B, t *assess.Table, rows, workers int) (time.Duration, uint64) {
	runtime.GC()
	var peak atomic.Uint64
	p := drawn(t, rows)
	p.Take = func(_ context.Context, k int, _ *Chunk) error {
		if k%256 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
		}
		return nil
	}
	start := time.Now()
	totals, err := Sweep(context.Background(), t, p, workers)
	if err != nil {
		b.Fatal(err)
	}
	if totals.Rows != int64(rows) {
		b.Fatalf("%d rows, want %d", totals.Rows, rows)
	}
	return time.Since(start), peak.Load()
}

// drawn is a population whose partitions are drawn from their numbers.
func drawn(t *assess.Table, rows int) Population {
	return Population{Partitions: (rows + benchChunk - 1) / benchChunk, Rows: benchChunk, Fill: func(_ context.Context, k int, c *Chunk) error {
		c.Resize(min(benchChunk, rows-k*benchChunk))
		x := uint64(k)*0x9e3779b97f4a7c15 + 1
		for i := range c.Month {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			c.Month[i] = uint16((x >> 32) % uint64(t.Months))
			c.Wage[i] = money.Fen(x & (1<<22 - 1))
		}
		return nil
	}}
}

// population draws months evenly and wages from zero to 42 000 yuan.
func population(months, rows int) ([]uint16, []money.Fen) {
	rng := rand.New(rand.NewPCG(1, 1))
	m, w := make([]uint16, rows), make([]money.Fen, rows)
	for i := range m {
		m[i], w[i] = uint16(rng.IntN(months)), money.Fen(rng.IntN(4_200_000))
	}
	return m, w
}

func grand(b *testing.B, t *Totals) (e, p, f money.Fen) {
	for _, x := range t.Lines {
		if x.Employer.Value() == nil || x.Person.Value() == nil || x.LateFee.Value() == nil {
			b.Fatal("a total is missing")
		}
		e, p, f = e+x.Employer.Known, p+x.Person.Known, f+x.LateFee.Known
	}
	return e, p, f
}

func sumIn(c *Chunk) (s money.Fen) {
	for _, m := range c.Month {
		s += money.Fen(m)
	}
	return s + sumColumn(c.Wage)
}

func sumOut(c *Chunk) (s money.Fen) {
	for k := range c.Lines {
		l := &c.Lines[k]
		s += sumColumn(l.Employer) + sumColumn(l.Person) + sumColumn(l.LateFee)
	}
	return s
}

func sumColumn(column []money.Fen) (s money.Fen) {
	for _, v := range column {
		s += v
	}
	return s
}

var kept money.Fen

// sink keeps results alive, so that no loop is compiled away.
func sink(a, b, c money.Fen) { kept += a + b + c }
