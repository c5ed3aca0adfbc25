package plan

import (
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// Restored is cover that was broken off and resumed.
type Restored struct {
	Last    calendar.Date // with cover before the break; zero: there was none, and no break
	Resumed calendar.Date // from which it is paid for again
	From    calendar.Date // with cover again; zero: not known yet
	MadeUp  bool          // the break was made up, and its costs are paid
}

// Cover tells day by day, over a span, whether benefits run (R-RESTORE-02,
// R-MED-02).
func (r Restored) Cover(from, to calendar.Date, say Say) []Run {
	d := &desk{say: say}
	out := []Run{}
	for day := from; day <= to; day++ {
		covered, reason := r.on(day)
		if n := len(out) - 1; n >= 0 && out[n].Reason == reason {
			out[n].To = day
			continue
		}
		out = append(out, Run{From: day, To: day, Covered: covered, Reason: reason, Text: d.text("plan.cover_"+reason, fault.Args{})})
	}
	return out
}

func (r Restored) on(day calendar.Date) (covered bool, reason string) {
	switch {
	case day <= r.Last:
		return true, "earlier_cover"
	case r.From != 0 && day >= r.From:
		return true, "covered"
	case r.Resumed != 0 && day >= r.Resumed:
		return false, "waiting"
	case r.MadeUp:
		return true, "made_up"
	case r.Last == 0:
		return false, "not_enrolled"
	}
	return false, "interrupted"
}
