package office

import (
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/plan"
)

// coverOf is the day-by-day calendar of cover: of a restoration the year in which
// cover resumes, from the month of the last payment on; of a resident the
// coverage year. It comes from what the events of the case say, and is empty
// where they say nothing.
func coverOf(c casework.Case) []plan.Run {
	day := func(name string) calendar.Date {
		d, err := calendar.ParseDate(c.Facts[name])
		if err != nil {
			return 0
		}
		return d
	}
	r := plan.Restored{Last: day("last_covered"), Resumed: day("resumed_on"), From: day("cover_from"), MadeUp: c.Facts["break_made_up"] == "true"}
	if c.Kind == "resident" {
		if c.Facts["scheme"] != "medical" || r.From == 0 || c.State == "refunding" || c.State == "refunded" {
			return nil
		}
		year := day("year_ends")
		return r.Cover(calendar.NewMonth(year.Year(), 1).First(), year, nil)
	}
	if r.Last == 0 || c.Facts["scheme"] == "pension" {
		return nil
	}
	until := max(r.From, c.OpenedOn)
	return r.Cover(r.Last.Month().First(), calendar.NewMonth(until.Year(), 12).Last(), nil)
}
