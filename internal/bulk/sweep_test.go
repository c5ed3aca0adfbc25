package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// TestSweepIsTheSameForAnyWorkers sweeps tables with holes and with rows that
// go the long way, so that goroutines share all there is to share.
func TestSweepIsTheSameForAnyWorkers(t *testing.T) {
	holes := benchCases[0].request()
	holes.From, holes.Deadlines = holes.From.Add(-24), nil
	t.Run("Beijing with holes", func(t *testing.T) {
		sameForAnyWorkers(t, compile(t, reader(t, library(t), "110000"), holes))
	})
	t.Run("strange law", func(t *testing.T) {
		q := benchCases[0].request()
		q.From = calendar.NewMonth(2018, 7)
		sameForAnyWorkers(t, compile(t, reader(t, strange(t), "999900"), q))
	})
}

func sameForAnyWorkers(t *testing.T, table *assess.Table) {
	t.Helper()
	const rows = 20*benchChunk + 123
	var want *Totals
	for _, workers := range []int{0, 1, 2, 3, 8, 100} {
		var sum, taken atomic.Int64
		p := drawn(table, rows)
		p.Take = func(_ context.Context, k int, c *Chunk) error {
			taken.Add(int64(len(c.Month)))
			for i, v := range c.Lines[0].Employer {
				if !c.IsShort(i) {
					sum.Add(int64(v) * int64(k+1))
				}
			}
			return nil
		}
		got, err := Sweep(context.Background(), table, p, workers)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || taken.Load() != rows {
			t.Errorf("%d workers, %d rows taken (-first +got):\n%s", workers, taken.Load(), diff)
		}
	}
	if want.Rows != rows || want.Short == 0 || want.Lines[0].Employer.Known <= 0 {
		t.Errorf("totals %+v", want)
	}
}

func TestSweepOfNothing(t *testing.T) {
	table := beijing(t)
	p := drawn(table, 0)
	got, err := Sweep(context.Background(), table, p, 2)
	if err != nil || got.Rows != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestSweepReturnsTheFirstError has errors in several partitions: that of the
// lowest number comes back, whoever meets his first.
func TestSweepReturnsTheFirstError(t *testing.T) {
	table := beijing(t)
	boom := errors.New("boom")
	for _, at := range []string{"fill", "price", "take"} {
		for _, workers := range []int{1, 2, 7} {
			p := drawn(table, 40*benchChunk)
			fill := p.Fill
			bad := func(k int) bool { return k == 11 || k == 12 || k == 30 }
			p.Fill = func(ctx context.Context, k int, c *Chunk) error {
				if at == "fill" && bad(k) {
					return fmt.Errorf("%w %d", boom, k)
				}
				err := fill(ctx, k, c)
				if at == "price" && bad(k) {
					c.Month[5] = uint16(table.Months)
				}
				return err
			}
			p.Take = func(_ context.Context, k int, _ *Chunk) error {
				if at == "take" && bad(k) {
					return fmt.Errorf("%w %d", boom, k)
				}
				return nil
			}
			totals, err := Sweep(context.Background(), table, p, workers)
			want := "partition 11: boom 11"
			if at == "price" {
				want = fmt.Sprintf(`partition 11: bulk.month month="%d" row="5"`, table.Months)
			}
			if totals != nil || err == nil || err.Error() != want {
				t.Errorf("%s, %d workers: %v, want %s", at, workers, err, want)
			}
		}
	}
}

func TestSweepStopsWhenCancelled(t *testing.T) {
	table := beijing(t)
	ctx, cancel := context.WithCancel(context.Background())
	p := drawn(table, 50*benchChunk)
	fill := p.Fill
	var filled atomic.Int64
	p.Fill = func(ctx context.Context, k int, c *Chunk) error {
		if filled.Add(1) == 3 {
			cancel()
		}
		return fill(ctx, k, c)
	}
	if _, err := Sweep(ctx, table, p, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := filled.Load(); n >= 50 {
		t.Errorf("%d partitions were filled after the end", n)
	}
}

func TestSweepRefusesBadPartitions(t *testing.T) {
	table := beijing(t)
	good := drawn(table, 10)
	for name, change := range map[string]func(p *Population){
		"no rows":             func(p *Population) { p.Rows = 0 },
		"too many rows":       func(p *Population) { p.Rows = MaxRows + 1 },
		"negative partitions": func(p *Population) { p.Partitions = -1 },
		"no way to fill":      func(p *Population) { p.Fill = nil },
	} {
		p := good
		change(&p)
		var f *fault.Error
		if _, err := Sweep(context.Background(), table, p, 1); !errors.As(err, &f) || f.Key != "bulk.population" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTotalsAdd(t *testing.T) {
	a, b := NewTotals(beijing(t)), NewTotals(beijing(t))
	a.Lines[1].LateFee = Sum{Known: money.MaxFen, Missing: 1}
	b.Lines[1].LateFee = Sum{Known: 5, Missing: 2}
	if err := a.Add(b); err != nil || a.Lines[1].LateFee != (Sum{Known: money.MaxFen + 5, Missing: 3}) {
		t.Errorf("%+v, %v", a.Lines[1], err)
	}
}
