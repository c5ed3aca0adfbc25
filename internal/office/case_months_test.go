package office_test

import (
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/office"
)

// Months of nobody would stand in the books for good, and the proof would name
// them every night; those of a case with a person are that person's.
func TestMonthsAreSomebodys(t *testing.T) {
	o, _, _ := papersOffice(t)
	in := office.CaseOpening{Kind: "enforcement", Employer: "e1", Months: []casework.Month{{Person: "nobody", Scheme: insurance.Pension, FeeMonth: calendar.NewMonth(2020, 1)}}}
	_, err := o.OpenCase(t.Context(), by(access.Enforcement, ""), in)
	faulted(t, "months of nobody", err, "registry.no_person")
	of := in.Months[0]
	of.Person = "p2"
	for _, in.Months = range [][]casework.Month{{of}, {}, nil} {
		if _, err := o.OpenCase(t.Context(), by(access.Enforcement, ""), in); err != nil {
			t.Errorf("%d months of somebody: %v", len(in.Months), err)
		}
	}
}
