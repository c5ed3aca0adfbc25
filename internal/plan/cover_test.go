package plan

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/law"
)

func TestCover(t *testing.T) {
	type run struct {
		from, to string
		covered  bool
		reason   string
	}
	for _, c := range []struct {
		name           string
		q              WaitRequest
		enrolled, last string
		want, repaired []run
	}{
		{"late enrolment", WaitRequest{Missed: []int{2025}}, "2026-03-15", "",
			[]run{{"2026-01-01", "2026-03-14", false, "not_enrolled"}, {"2026-03-15", "2026-07-15", false, "waiting"}, {"2026-07-16", "2026-12-31", true, "covered"}},
			[]run{{"2026-01-01", "2026-03-14", false, "not_enrolled"}, {"2026-03-15", "2026-06-15", false, "waiting"}, {"2026-06-16", "2026-12-31", true, "covered"}}},
		{"central enrolment inside the year", WaitRequest{Missed: []int{2025}}, "2026-02-10", "",
			[]run{{"2026-01-01", "2026-04-30", false, "waiting"}, {"2026-05-01", "2026-12-31", true, "covered"}},
			[]run{{"2026-01-01", "2026-03-31", false, "waiting"}, {"2026-04-01", "2026-12-31", true, "covered"}}},
		{"no wait", WaitRequest{}, "2025-12-10", "",
			[]run{{"2026-01-01", "2026-12-31", true, "covered"}},
			[]run{{"2026-01-01", "2026-12-31", true, "covered"}}},
		{"earlier cover runs out first", WaitRequest{}, "2026-03-15", "2026-02-28",
			[]run{{"2026-01-01", "2026-02-28", true, "earlier_cover"}, {"2026-03-01", "2026-03-14", false, "not_enrolled"}, {"2026-03-15", "2026-06-15", false, "waiting"}, {"2026-06-16", "2026-12-31", true, "covered"}}, nil},
		{"the wait outlasts the year", WaitRequest{Central: no()}, "2026-11-20", "",
			[]run{{"2026-01-01", "2026-11-19", false, "not_enrolled"}, {"2026-11-20", "2026-12-31", false, "waiting"}}, nil},
		{"newborn", WaitRequest{Group: Newborn}, "2026-08-20", "",
			[]run{{"2026-01-01", "2026-08-19", false, "not_enrolled"}, {"2026-08-20", "2026-12-31", true, "covered"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Enrolled, c.q.LastCovered = day(t, c.enrolled), day(t, c.last)
			a := mustWait(t, reader(t, "110000"), c.q)
			if c.repaired == nil {
				c.repaired = c.want
			}
			for name, pair := range map[string]struct {
				got  []Run
				want []run
			}{"cover": {a.Cover, c.want}, "cover_repaired": {a.CoverRepaired, c.repaired}} {
				var got []run
				for _, r := range pair.got {
					got = append(got, run{r.From.String(), r.To.String(), r.Covered, r.Reason})
				}
				if d := cmp.Diff(pair.want, got, cmp.AllowUnexported(run{})); d != "" {
					t.Errorf("%s: %s", name, d)
				}
			}
		})
	}
}

// request makes a lawful request from a source of numbers: any years before
// the year of enrolment, some of them repaid.
func request(next func(n int) int) WaitRequest {
	q := WaitRequest{Enrolled: calendar.NewMonth(2025+next(3), 1+next(12)).First() + calendar.Date(next(28))}
	for y := q.Enrolled.Year() - 10; y < q.Enrolled.Year(); y++ {
		switch next(4) {
		case 0:
			q.Missed = append(q.Missed, y)
		case 1:
			q.Missed = append(q.Missed, y)
			q.Repaid = append(q.Repaid, y)
		}
	}
	switch next(3) {
	case 0:
		q.Central = yes()
	case 1:
		q.Central = no()
	}
	q.Group = []string{"", "elder", "special_group", Newborn}[next(4)]
	return q
}

// More missed years never make the wait shorter, and repairing more never
// makes it longer; the last line of the repair list is the shortest.
func TestWaitProperty(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	readers := []*law.Reader{reader(t, "110000"), reader(t, "370200"), packs(t, "370200"), packs(t, "440100"), packs(t, "110000")}
	for range 2000 {
		r := readers[rnd.Intn(len(readers))]
		q := request(rnd.Intn)
		a := mustWait(t, r, q)
		checkWait(t, q, a)
		if a.TotalMonths == nil {
			continue
		}
		for y := q.Enrolled.Year() - 12; y < q.Enrolled.Year(); y++ {
			if slices.Contains(q.Missed, y) {
				continue
			}
			more := q
			more.Missed = append(slices.Clone(q.Missed), y)
			b := mustWait(t, r, more)
			if *b.TotalMonths < *a.TotalMonths || (b.BenefitsFrom != 0 && b.BenefitsFrom < a.BenefitsFrom) {
				t.Fatalf("%+v: %d months, with %d missed too %d", q, *a.TotalMonths, y, *b.TotalMonths)
			}
		}
	}
}

// checkWait holds what is true of any answer.
func checkWait(t testing.TB, q WaitRequest, a *WaitAnswer) {
	t.Helper()
	for i, r := range a.Repair {
		if r.Years != i || (i > 0 && r.Months != nil && *r.Months > *a.Repair[i-1].Months) {
			t.Fatalf("%+v: repair %+v grows or is out of order", q, a.Repair)
		}
	}
	if a.TotalMonths != nil && !a.FloorApplied && *a.TotalMonths != *a.FixedMonths+*a.VariableMonths {
		t.Fatalf("%+v: %d is not %d + %d", q, *a.TotalMonths, *a.FixedMonths, *a.VariableMonths)
	}
	if (a.TotalMonths == nil || a.BenefitsFrom == 0) && len(a.Missing) == 0 {
		t.Fatalf("%+v: null figures and nothing missing", q)
	}
	if a.BenefitsFrom == 0 {
		return
	}
	for _, runs := range [][]Run{a.Cover, a.CoverRepaired} {
		next := newYear(*a.CoverageYear)
		for _, r := range runs {
			if r.From != next || r.To < r.From {
				t.Fatalf("%+v: cover has a gap or an overlap: %+v", q, runs)
			}
			next = r.To + 1
		}
		if next != newYear(*a.CoverageYear+1) {
			t.Fatalf("%+v: cover does not fill the year: %+v", q, runs)
		}
	}
	if covered(a.CoverRepaired) < covered(a.Cover) {
		t.Fatalf("%+v: repairing loses cover", q)
	}
}

func covered(runs []Run) int {
	n := 0
	for _, r := range runs {
		if r.Covered {
			n += int(r.To-r.From) + 1
		}
	}
	return n
}

// FuzzWait looks for requests that panic, or that break what is true of any
// answer. Years come as offsets and masks, so that lawful requests are common.
func FuzzWait(f *testing.F) {
	f.Add(int32(739_000), int32(0), uint16(0b11), uint16(0b01), 2026, byte(0), "")
	f.Add(int32(739_690), int32(739_500), uint16(0), uint16(0), 2025, byte(1), "newborn")
	f.Add(int32(-5), int32(9), uint16(0xffff), uint16(0xffff), -1, byte(2), "elder")
	r := reader(f, "110000")
	f.Fuzz(func(t *testing.T, enrolled, last int32, missed, repaid uint16, base int, central byte, group string) {
		q := WaitRequest{Enrolled: calendar.Date(enrolled), LastCovered: calendar.Date(last), Group: group}
		for i := range 16 {
			if missed&(1<<i) != 0 {
				q.Missed = append(q.Missed, base-i)
			}
			if repaid&(1<<i) != 0 {
				q.Repaid = append(q.Repaid, base-i)
			}
		}
		switch central % 3 {
		case 1:
			q.Central = yes()
		case 2:
			q.Central = no()
		}
		a, err := Wait(r, q)
		if err != nil {
			return
		}
		checkWait(t, q, a)
	})
}
