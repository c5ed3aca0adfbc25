package office

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/evidence"
	"bujiao/internal/insurance"
)

// Months of several insurances stand month by month in a case; what papers are
// asked for is a run of each.
func TestPapersAreAskedForRuns(t *testing.T) {
	var months []casework.Month
	first := calendar.NewMonth(2015, 1)
	for m := first; m < first+3; m++ {
		for _, x := range []insurance.Scheme{insurance.Pension, insurance.Medical} {
			months = append(months, casework.Month{Person: "p", Scheme: x, FeeMonth: m, Cause: insurance.NotDeclared, Route: "way"})
		}
	}
	months[4].Route = "other"
	line := func(x insurance.Scheme, from, to calendar.Month, route string) evidence.Line {
		return evidence.Line{Person: "p", Employer: "e", Payer: insurance.Employee, Scheme: x, Cause: insurance.NotDeclared, From: from, To: to, Route: route}
	}
	want := []evidence.Line{line(insurance.Pension, first, first+1, "way"), line(insurance.Pension, first+2, first+2, "other"), line(insurance.Medical, first, first+2, "way")}
	if d := cmp.Diff(want, paperLines("e", months)); d != "" {
		t.Error(d)
	}
}
