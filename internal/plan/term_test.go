package plan

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

func mustTerm(t testing.TB, r *law.Reader, q TermRequest) *TermAnswer {
	t.Helper()
	a, err := Term(r, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTermWorkingDays(t *testing.T) {
	for _, c := range []struct {
		id   string
		from string
		days int
		ends string
	}{
		{"GV-06 5", "2026-02-10", 5, "2026-02-24"},
		{"GV-06 10", "2026-02-10", 10, "2026-03-02"},
		{"GV-06 20", "2026-02-10", 20, "2026-03-16"},
		{"GV-06 30", "2026-02-10", 30, "2026-03-30"},
		{"GV-07 20", "2026-09-14", 20, "2026-10-16"},
		{"GV-07 30", "2026-09-14", 30, "2026-10-30"},
		{"GV-08 5", "2026-04-27", 5, "2026-05-07"},
		{"GV-08 10", "2026-04-27", 10, "2026-05-13"},
		{"GV-08 2025", "2025-09-24", 10, "2025-10-14"},
		{"GV-15 the whole year", "2025-12-31", 248, "2026-12-31"},
		{"from a rest day", "2026-10-04", 1, "2026-10-08"},
		{"a worked Saturday counts", "2026-02-13", 1, "2026-02-14"},
	} {
		t.Run(c.id, func(t *testing.T) {
			for name, r := range map[string]*law.Reader{"fixture": reader(t, law.National), "packs": packs(t, "310000")} {
				a := mustTerm(t, r, TermRequest{From: day(t, c.from), WorkingDays: c.days})
				want := &TermAnswer{From: day(t, c.from), Days: c.days, Kind: "working", Ends: day(t, c.ends), RawEnds: day(t, c.ends), Missing: []Missing{}}
				if d := cmp.Diff(want, a); d != "" {
					t.Errorf("%s: %s", name, d)
				}
			}
		})
	}
}

func TestTermCalendarDays(t *testing.T) {
	for _, c := range []struct {
		name      string
		from      string
		days      int
		raw, ends string
	}{
		{"ends on a working day", "2026-03-02", 15, "2026-03-17", "2026-03-17"},
		{"ends on a Saturday", "2026-03-01", 13, "2026-03-14", "2026-03-16"},
		{"ends inside the spring festival", "2026-02-10", 7, "2026-02-17", "2026-02-24"},
		{"ends on a worked Sunday", "2026-01-03", 1, "2026-01-04", "2026-01-04"},
		{"ends inside the October holiday", "2026-09-16", 15, "2026-10-01", "2026-10-08"},
		{"over the year's end", "2025-12-20", 15, "2026-01-04", "2026-01-04"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := mustTerm(t, reader(t, law.National), TermRequest{From: day(t, c.from), CalendarDays: c.days})
			want := &TermAnswer{From: day(t, c.from), Days: c.days, Kind: "calendar", RawEnds: day(t, c.raw), Ends: day(t, c.ends), Rolled: c.raw != c.ends, Missing: []Missing{}}
			if d := cmp.Diff(want, a); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTermWithoutTable(t *testing.T) {
	for _, c := range []struct {
		name string
		q    TermRequest
		raw  string
		year int
	}{
		{"working days run into 2027", TermRequest{From: day(t, "2026-12-30"), WorkingDays: 2}, "", 2027},
		{"calendar days end in 2027", TermRequest{From: day(t, "2026-12-20"), CalendarDays: 15}, "2027-01-04", 2027},
		{"calendar days of a hundred years", TermRequest{From: day(t, "2026-12-20"), CalendarDays: 36600}, "2127-03-06", 2127},
		{"working days before the tables", TermRequest{From: day(t, "2001-01-01"), WorkingDays: 1}, "", 2001},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := mustTerm(t, reader(t, "110000"), c.q)
			if a.Ends != 0 || a.Rolled || a.RawEnds != day(t, c.raw) {
				t.Errorf("ends %q, raw %q, rolled %v; want null, %q", a.Ends, a.RawEnds, a.Rolled, c.raw)
			}
			m := calendar.NewMonth(c.year, 1)
			want := []Missing{{Month: m, Parameter: "workdays/" + m.String()[:4], Area: law.National, Text: "plan.missing_workdays"}}
			if d := cmp.Diff(want, a.Missing); d != "" {
				t.Error(d)
			}
		})
	}
}

// On the last known day of the table nothing has to roll, so that 2027 is not asked for.
func TestTermEndsWithTheTable(t *testing.T) {
	a := mustTerm(t, reader(t, law.National), TermRequest{From: day(t, "2026-12-01"), CalendarDays: 30})
	if a.Ends != day(t, "2026-12-31") || len(a.Missing) != 0 {
		t.Errorf("ends %q, missing %v", a.Ends, a.Missing)
	}
}

func TestTermFaults(t *testing.T) {
	from := day(t, "2026-03-02")
	for _, c := range []struct {
		name string
		q    TermRequest
		kind fault.Kind
		key  string
	}{
		{"no day", TermRequest{WorkingDays: 1}, fault.Usage, "plan.term_from_needed"},
		{"no number", TermRequest{From: from}, fault.Usage, "plan.term_days_needed"},
		{"both numbers", TermRequest{From: from, WorkingDays: 1, CalendarDays: 1}, fault.Usage, "plan.term_days_needed"},
		{"negative working days", TermRequest{From: from, WorkingDays: -1}, fault.Usage, "plan.term_days_needed"},
		{"negative calendar days", TermRequest{From: from, CalendarDays: -3}, fault.Usage, "plan.term_days_needed"},
		{"too long", TermRequest{From: from, CalendarDays: 36601}, fault.Invalid, "plan.term_too_long"},
		{"too long in working days", TermRequest{From: from, WorkingDays: 36601}, fault.Invalid, "plan.term_too_long"},
		{"a day of no calendar", TermRequest{From: -7, CalendarDays: 1}, fault.Invalid, "plan.day_range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Term(reader(t, law.National), c.q)
			wantFault(t, err, c.kind, c.key, nil)
		})
	}
}

func TestTermJSON(t *testing.T) {
	a := mustTerm(t, reader(t, law.National), TermRequest{From: day(t, "2026-12-30"), WorkingDays: 5, Say: func(key string, args fault.Args) string { return key + " " + args["year"] }})
	got, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"from":"2026-12-30","days":5,"kind":"working","ends":null,"raw_ends":null,"rolled":false,` +
		`"missing":[{"month":"2027-01","parameter":"workdays/2027","area":"000000","text":"plan.missing_workdays 2027"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A longer term never ends earlier, and every end is a working day.
func TestTermProperty(t *testing.T) {
	r := reader(t, law.National)
	days := r.Workdays()
	for from := day(t, "2025-01-01"); from < day(t, "2026-06-01"); from += 11 {
		var lastWorking, lastCalendar calendar.Date
		for n := 1; n <= 90; n++ {
			w := mustTerm(t, r, TermRequest{From: from, WorkingDays: n}).Ends
			c := mustTerm(t, r, TermRequest{From: from, CalendarDays: n}).Ends
			if w <= lastWorking || c < lastCalendar || c > w {
				t.Fatalf("%s + %d: %s after %s, %s after %s", from, n, w, lastWorking, c, lastCalendar)
			}
			for _, end := range []calendar.Date{w, c} {
				if ok, err := days.Worked(end); err != nil || !ok {
					t.Fatalf("%s + %d ends on %s, which is not worked (%v)", from, n, end, err)
				}
			}
			lastWorking, lastCalendar = w, c
		}
	}
}
