package evidence

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// brute tries all choices: by size, then those with the earlier sets first.
func brute(elements int, sets []uint64) []int {
	all := uint64(1)<<elements - 1
	var best []int
	for choice := range uint64(1) << len(sets) {
		var have uint64
		var list []int
		for i := range sets {
			if choice&(1<<i) != 0 {
				have, list = have|sets[i], append(list, i)
			}
		}
		if have&all == all && (best == nil || len(list) < len(best) || len(list) == len(best) && slices.Compare(list, best) < 0) {
			best = list
		}
	}
	return best
}

// TestCoverIsTheSmallest compares with all choices, over random sets.
func TestCoverIsTheSmallest(t *testing.T) {
	seed := rand.Uint64()
	if s := os.Getenv("BUJIAO_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("BUJIAO_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	sizes := map[int]int{}
	for range 3000 {
		elements, n := 1+r.IntN(10), 1+r.IntN(11)
		sets := make([]uint64, n)
		for i := range sets {
			sets[i] = r.Uint64() & r.Uint64() & (1<<elements - 1)
		}
		for e := range elements { // everything can be had
			sets[r.IntN(n)] |= 1 << e
		}
		got, err := cover(elements, sets)
		want := brute(elements, sets)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%d elements, sets %b: %v, want %v: %v", elements, sets, got, want, err)
		}
		sizes[len(got)]++
	}
	if len(sizes) < 4 {
		t.Errorf("covers have few sizes: %v", sizes)
	}
}

func TestCoverEnds(t *testing.T) {
	if got, err := cover(0, nil); got != nil || err != nil {
		t.Errorf("of nothing: %v %v", got, err)
	}
	if _, err := cover(2, []uint64{1}); err == nil {
		t.Error("what no set has was covered")
	}
	if _, err := cover(65, []uint64{^uint64(0)}); err == nil {
		t.Error("65 elements were taken")
	}
	if got, err := cover(64, []uint64{^uint64(0) >> 1, ^uint64(0)}); err != nil || !slices.Equal(got, []int{1}) {
		t.Errorf("64 elements: %v %v", got, err)
	}
}

// BenchmarkCover is the size that the packs lead to, and a far greater one.
func BenchmarkCover(b *testing.B) {
	for _, n := range []int{6, 20} {
		r := rand.New(rand.NewPCG(1, 2))
		sets := make([]uint64, n)
		for e := range n {
			sets[e] = 1<<e | r.Uint64()&r.Uint64()&r.Uint64()&(1<<n-1)
		}
		b.Run(fmt.Sprintf("%d elements, %d sets, %d choices", n, n, bits.OnesCount64(sets[0])), func(b *testing.B) {
			for b.Loop() {
				if _, err := cover(n, sets); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
