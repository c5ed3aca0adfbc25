package plan_test

import (
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/plan"
)

// A break from February to April, paid again from May, with a wait of two full
// months (R-MED-04: benefits from the third calendar month, counting the month of
// payment): cover from 1 July.
func TestRestoredCover(t *testing.T) {
	day := func(m, d int) calendar.Date { return calendar.NewMonth(2026, m).First() + calendar.Date(d-1) }
	r := plan.Restored{Last: day(1, 31), Resumed: day(5, 1), From: day(7, 1)}
	want := []struct {
		from, to calendar.Date
		covered  bool
		reason   string
	}{
		{day(1, 1), day(1, 31), true, "earlier_cover"}, {day(2, 1), day(4, 30), false, "interrupted"},
		{day(5, 1), day(6, 30), false, "waiting"}, {day(7, 1), day(12, 31), true, "covered"},
	}
	got := r.Cover(day(1, 1), day(12, 31), nil)
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.From != w.from || g.To != w.to || g.Covered != w.covered || g.Reason != w.reason {
			t.Errorf("run %d: %+v, want %+v", i, g, w)
		}
	}
	// three months made up on moving, cover from the month of payment (R-MED-02): no day without
	made := plan.Restored{Last: day(1, 31), Resumed: day(5, 1), From: day(5, 1), MadeUp: true}
	for _, run := range made.Cover(day(1, 1), day(12, 31), nil) {
		if !run.Covered {
			t.Errorf("not covered: %+v", run)
		}
	}
}
