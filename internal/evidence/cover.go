package evidence

import (
	"math/bits"

	"bujiao/internal/fault"
)

// maxElements bounds what one cover is asked of: what is missing of a person at
// an employer, months that are alike counted once. The packs come nowhere near.
const maxElements = 64

// cover finds the fewest sets that cover all elements. sets[i] has the elements
// of set i as bits. Of covers of equal size it is the one whose sets come
// first: of those that differ, the one with the earlier set. An element that no
// set has is an error of the caller.
//
// It looks for a cover of one set, of two, and so on, in the order of the sets,
// and turns back where the sets that are left do not have what is missing.
func cover(elements int, sets []uint64) ([]int, error) {
	if elements == 0 {
		return nil, nil
	}
	if elements > maxElements {
		return nil, fault.New(fault.Internal, "evidence.too_much", nil)
	}
	all := ^uint64(0) >> (64 - elements)
	rest := make([]uint64, len(sets)+1) // what the sets from i on have
	most := make([]int, len(sets)+1)    // the most that one of them has
	for i := len(sets) - 1; i >= 0; i-- {
		rest[i], most[i] = rest[i+1]|sets[i], max(most[i+1], bits.OnesCount64(sets[i]&all))
	}
	if all&^rest[0] != 0 {
		return nil, fault.New(fault.Internal, "evidence.uncovered", nil)
	}
	chosen := make([]int, 0, len(sets))
	var search func(from, left int, missing uint64) bool
	search = func(from, left int, missing uint64) bool {
		if missing == 0 {
			return true
		}
		for i := from; i < len(sets); i++ {
			if missing&^rest[i] != 0 || left*most[i] < bits.OnesCount64(missing) {
				return false
			}
			if sets[i]&missing == 0 {
				continue
			}
			chosen = append(chosen, i)
			if search(i+1, left-1, missing&^sets[i]) {
				return true
			}
			chosen = chosen[:len(chosen)-1]
		}
		return false
	}
	for size := 1; ; size++ {
		if search(0, size, all) {
			return chosen, nil
		}
	}
}
