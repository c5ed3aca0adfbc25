package town_test

import (
	"sync"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/town"
)

// TestMomentsAtOnce: whoever looks at a town's clock or takes an id gets one
// that nobody else gets, also at the same moment.
func TestMomentsAtOnce(t *testing.T) {
	clock, next := town.NewClock(calendar.NewMonth(2019, 7)), town.IDs(1)
	var all sync.WaitGroup
	var mu sync.Mutex
	moments, ids := map[int64]bool{}, map[string]bool{}
	for range 8 {
		all.Go(func() {
			for range 50 {
				now := clock.Now()
				id, day := next(now), clock.Today()
				mu.Lock()
				moments[now.UnixMicro()], ids[id] = true, true
				mu.Unlock()
				if day.String() != "2019-06-30" {
					t.Errorf("it is %s", day)
				}
			}
		})
	}
	all.Wait()
	if len(moments) != 400 || len(ids) != 400 {
		t.Errorf("%d moments and %d ids, want 400", len(moments), len(ids))
	}
}
