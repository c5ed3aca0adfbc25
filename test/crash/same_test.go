package crash_test

import (
	"sync"
	"testing"

	"bujiao/internal/store/storetest"
)

// TestSameRequestAtOnce: one request that comes eight times at the same moment
// is booked once, and each gets the answer.
func TestSameRequestAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o := makeBooks(t, e)
			db, desk, _, err := openOffice(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			var a acks
			for n := range 30 {
				var wg sync.WaitGroup
				for range 8 {
					wg.Go(func() {
						if err := post(t.Context(), desk, 0, n); err != nil {
							t.Errorf("number %d: %v", n, err)
						}
					})
				}
				wg.Wait()
				a.next[0] = n + 1
			}
			check(t, o, &a)
		})
	}
}
