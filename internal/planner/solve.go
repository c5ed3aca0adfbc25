package planner

import (
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/money"
)

// price is what a month, or several, cost. An amount that is not known is
// counted in its place and makes the sum unknown.
type price struct {
	unknownPerson, unknownTotal int
	person, total               money.Fen
	months                      int
}

func (p price) plus(o price) price {
	return price{p.unknownPerson + o.unknownPerson, p.unknownTotal + o.unknownTotal, p.person + o.person, p.total + o.total, p.months + o.months}
}

// less puts the cost to the person first, then the whole; what is known goes
// before what is not, and of two that cost the same the one with fewer months.
func (p price) less(o price) bool {
	for _, d := range []int64{int64(p.unknownPerson - o.unknownPerson), int64(p.person - o.person), int64(p.unknownTotal - o.unknownTotal), int64(p.total - o.total), int64(p.months - o.months)} {
		if d != 0 {
			return d < 0
		}
	}
	return false
}

// slot is a month on the way: it counts already, or may be paid for a price, or
// neither.
type slot struct {
	month  calendar.Month
	counts bool
	pay    *price
}

// demand is how many months are wanted, and whether they may lie apart: with
// apart any months do, else those in a row up to the last slot, in which so many
// unpaid months at a time are passed over and not counted (R-CONT-01).
type demand struct {
	months    int
	apart     bool
	tolerance int
}

// maxPrice keeps sums of a lifetime of months inside what is kept exactly.
const maxPrice = money.Fen(1) << 52

// state of the search, before the months that are still to come.
type state struct{ count, hole int }

// step is the cheapest way into a state.
type step struct {
	cost price
	from state
	paid bool
}

// before says which of two ways into a state is taken. Where they cost the same
// it is the one that pays the earlier month, then the one with the shorter hole,
// so that the same question has one answer.
func (s step) before(o step) bool {
	switch {
	case s.cost != o.cost:
		return s.cost.less(o.cost)
	case s.paid != o.paid:
		return s.paid
	}
	return s.from.hole < o.from.hole
}

// solve finds the months to pay at the least price so that the demand is met;
// slots are in order of months without one left out. It is exact: it walks from
// the last month back and keeps for each number of months reached, and length of
// the hole that is open, the cheapest way there.
func solve(slots []slot, d demand) (pay []calendar.Month, cost price, ok bool) {
	if d.months <= 0 {
		return nil, price{}, true
	}
	layers := []map[state]step{{state{}: {}}}
	end, at := state{d.months, 0}, -1
	for i := len(slots) - 1; i >= 0; i-- {
		s, next := slots[i], map[state]step{}
		put := func(to, from state, cost price, paid bool) {
			if old, there := next[to]; !there || (step{cost, from, paid}).before(old) {
				next[to] = step{cost, from, paid}
			}
		}
		for from, way := range layers[len(layers)-1] {
			more := state{from.count + 1, 0}
			switch {
			case from == end: // enough; more costs no less
			case s.counts:
				put(more, from, way.cost, false)
			default:
				if s.pay != nil {
					put(more, from, way.cost.plus(*s.pay), true)
				}
				if d.apart {
					put(from, from, way.cost, false)
				} else if from.hole < d.tolerance {
					put(state{from.count, from.hole + 1}, from, way.cost, false)
				}
			}
		}
		layers = append(layers, next)
		if way, there := next[end]; there && (at < 0 || way.cost.less(cost) || (d.apart && way.cost == cost && way.paid)) {
			cost, at = way.cost, len(layers)-1
		}
	}
	if at < 0 {
		return nil, price{}, false
	}
	for now, l := end, at; l > 0; l-- {
		way := layers[l][now]
		if way.paid {
			pay = append(pay, slots[len(slots)-l].month)
		}
		now = way.from
	}
	slices.Sort(pay)
	return pay, cost, true
}
