package planner

import (
	"math/rand/v2"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// TestSolveAgainstBruteForce: for random months the least price is that of the
// cheapest of all subsets that meet the demand, as the counters of package
// record count it.
func TestSolveAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	met := 0
	for range 4000 {
		first := calendar.NewMonth(2024, 1)
		d := demand{months: 1 + r.IntN(9), apart: r.IntN(2) == 0, tolerance: r.IntN(4)}
		track := record.Track{}
		var slots []slot
		var open []int
		for i := range 12 {
			s := slot{month: first.Add(i)}
			switch r.IntN(3) {
			case 0:
				s.counts = true
				track.Pay(s.month)
			case 1:
				s.pay = &price{person: money.Fen(r.IntN(4)), total: money.Fen(r.IntN(4)), months: 1, unknownPerson: r.IntN(8) / 7, unknownTotal: r.IntN(5) / 4}
				open = append(open, i)
			}
			slots = append(slots, s)
		}
		last := first.Add(11)
		best, found := price{}, false
		for set := range 1 << len(open) {
			cost, with := price{}, track.Clone()
			for k, i := range open {
				if set&(1<<k) != 0 {
					cost = cost.plus(*slots[i].pay)
					with.Pay(slots[i].month)
				}
			}
			n := with.Cumulative()
			if !d.apart {
				n = with.Continuous(last, d.tolerance, true)
			}
			if n >= d.months && (!found || cost.less(best)) {
				best, found = cost, true
			}
		}
		pay, cost, ok := solve(slots, d)
		if ok != found || (ok && cost != best) {
			t.Fatalf("%+v of %+v: got %v %+v %v, want %v %+v", d, slots, pay, cost, ok, found, best)
		}
		if !ok {
			continue
		}
		met++
		sum := price{}
		for _, m := range pay {
			sum = sum.plus(*slots[int(m-first)].pay)
			track.Pay(m)
		}
		n := track.Cumulative()
		if !d.apart {
			n = track.Continuous(last, d.tolerance, true)
		}
		if sum != cost || n < d.months {
			t.Fatalf("%+v of %+v: months %v cost %+v and reach %d, said %+v", d, slots, pay, sum, n, cost)
		}
	}
	if met < 500 {
		t.Errorf("only %d could be met: little was tried", met)
	}
}
