package law

import (
	"slices"

	"bujiao/internal/calendar"
)

// Use says what an area does with a row.
type Use string

// The uses. Shown rows price nothing: a guideline, a minimum, a condition, or
// an amount of a level above that the area does not adopt.
const (
	UseOwn       Use = "own"
	UseAdopted   Use = "adopted"   // an amount of a level above, adopted by id
	UseInherited Use = "inherited" // a rule of a level above
	UseShown     Use = "shown"
)

// ShownList is a list of a pack with its rows in force.
type ShownList struct {
	List string     `json:"list"`
	Rows []ShownRow `json:"rows"`
}

// ShownRow is a row and what the area does with it.
type ShownRow struct {
	Use Use `json:"use"`
	Row Row `json:"row"`
}

// Shown is the law of an area on a day.
type Shown struct {
	Area   string        `json:"area"`
	Name   Text          `json:"name"`
	On     calendar.Date `json:"on"`
	Lists  []ShownList   `json:"lists"`
	Gaps   []string      `json:"gaps"` // what was looked for and not found, in the pack's words
	Policy Policy        `json:"policy"`
}

// Show lists what is in force for an area on a day, including what is shown
// only. Rows of a year are listed for that year and the ones beside it. An
// unknown area is an Invalid fault.
func (l *Library) Show(area string, on calendar.Date) (*Shown, error) {
	b, err := l.Book(area)
	if err != nil {
		return nil, err
	}
	applied := map[Row]bool{}
	b.set.Each(func(r Row) { applied[r] = true })
	out := &Shown{Area: area, Name: b.pack.Name, On: on, Lists: []ShownList{}, Gaps: b.pack.Gaps, Policy: b.Policy}
	if out.Gaps == nil {
		out.Gaps = []string{}
	}
	for _, x := range b.shown.lists() {
		if x.kind == "examples" || x.kind == "tests" {
			continue
		}
		s := ShownList{List: x.kind}
		x.each(func(r Row) {
			if !inForce(r, on) {
				return
			}
			use := UseShown
			switch {
			case !applied[r]:
			case r.head().Area == area:
				use = UseOwn
			case x.priced:
				use = UseAdopted
			default:
				use = UseInherited
			}
			s.Rows = append(s.Rows, ShownRow{use, r})
		})
		if len(s.Rows) > 0 {
			out.Lists = append(out.Lists, s)
		}
	}
	return out, nil
}

// inForce reports whether a row is to be shown for the day: by its months, or,
// where it belongs to a year, by that.
func inForce(r Row, on calendar.Date) bool {
	var year int
	switch x := r.(type) {
	case *ResidentMedical:
		year = x.CoverageYear
	case *Enrolment:
		year = x.CoverageYear
	case *Interest:
		year = x.Year
	case *Wage:
		year = x.StatYear
	case *WorkYear:
		year = x.Year
	default:
		return r.head().On(on)
	}
	return slices.Contains([]int{on.Year() - 1, on.Year(), on.Year() + 1}, year)
}

// Tests are the area's own tests, for pack test.
func (b *Book) Tests() []*Test { return own(b.set.Tests, b.Area) }

// Examples are the amounts that sources print for the area, for pack test.
func (b *Book) Examples() []*Example { return own(b.set.Examples, b.Area) }

func own[R Row](rows []R, area string) []R {
	var out []R
	for _, r := range rows {
		if r.head().Area == area {
			out = append(out, r)
		}
	}
	return out
}
