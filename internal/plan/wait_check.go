package plan

import (
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// check looks at each field by itself.
func (q WaitRequest) check() error {
	if q.Enrolled == 0 {
		return fault.New(fault.Usage, "plan.enrolled_needed", nil)
	}
	if !dayInRange(q.Enrolled) || (q.LastCovered != 0 && !dayInRange(q.LastCovered)) {
		return fault.New(fault.Invalid, "plan.day_range", nil)
	}
	if err := checkList(q.Missed, "--missed"); err != nil {
		return err
	}
	if err := checkList(q.Repaid, "--repaid"); err != nil {
		return err
	}
	for _, y := range q.Repaid {
		if !slices.Contains(q.Missed, y) {
			return fault.New(fault.Invalid, "plan.repaid_not_missed", fault.Args{"year": strconv.Itoa(y)})
		}
	}
	return nil
}

func checkList(years []int, flag string) error {
	seen := map[int]bool{}
	for _, y := range years {
		if y < firstYear || y > lastYear {
			return fault.New(fault.Invalid, "plan.year_range", fault.Args{"flag": flag})
		}
		if seen[y] {
			return fault.New(fault.Invalid, "plan.year_twice", fault.Args{"year": strconv.Itoa(y), "flag": flag})
		}
		seen[y] = true
	}
	return nil
}

// checkYears holds the missed years against the coverage year, which is not
// known exactly where earliest and latest differ, and against the last cover.
func (q WaitRequest) checkYears(earliest, latest int) error {
	for _, y := range q.Missed {
		if y >= latest {
			return fault.New(fault.Invalid, "plan.missed_not_before", fault.Args{"year": strconv.Itoa(y), "coverage": strconv.Itoa(latest)})
		}
	}
	if q.LastCovered == 0 {
		return nil
	}
	last := q.LastCovered.Year()
	for _, y := range q.Missed {
		if y <= last {
			return fault.New(fault.Invalid, "plan.missed_but_covered", fault.Args{"year": strconv.Itoa(y), "last": strconv.Itoa(last)})
		}
	}
	for y := last + 1; y < earliest; y++ {
		if !slices.Contains(q.Missed, y) {
			return fault.New(fault.Invalid, "plan.year_not_missed", fault.Args{"year": strconv.Itoa(y), "last": strconv.Itoa(last), "coverage": strconv.Itoa(latest)})
		}
	}
	if q.LastCovered > q.Enrolled && last >= latest {
		return fault.New(fault.Invalid, "plan.covered_later", nil)
	}
	return nil
}

// newYear is 1 January.
func newYear(year int) calendar.Date { return calendar.NewMonth(year, 1).First() }
