package office

import (
	"fmt"
	"testing"

	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// TestRows: a line of a paper is a run of months without a gap, of one base
// where the paper names bases; a late fee is wanted only where it has a column.
func TestRows(t *testing.T) {
	low, high, part := money.Fen(500000), money.Fen(600000), money.Fen(100)
	at := func(month int, base *money.Fen) casework.Month {
		return casework.Month{Person: "p", Scheme: insurance.Pension, FeeMonth: calendar.NewMonth(2025, month), Base: base, Employer: &part, Own: &part}
	}
	s := &caseStep{months: []casework.Month{at(5, &low), at(1, &low), at(2, &low), at(6, &high)}}
	columns := func(names ...string) (f law.TemplateField) {
		for _, n := range names {
			f.Columns = append(f.Columns, law.TemplateField{Name: n})
		}
		return f
	}
	for _, x := range []struct {
		columns law.TemplateField
		want    string
	}{
		{columns("scheme", "from", "to", "months", "employer_share"), "2025-01 2025-02 2 <nil> 2.00, 2025-05 2025-06 2 <nil> 2.00, "},
		{columns("scheme", "from", "to", "months", "employer_share", "base"), "2025-01 2025-02 2 5000.00 2.00, 2025-05 2025-05 1 5000.00 1.00, 2025-06 2025-06 1 6000.00 1.00, "},
		{columns("scheme", "months", "employer_share"), "<nil> <nil> 4 <nil> 4.00, "},
	} {
		got, err := s.rows(t.Context(), x.columns)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, row := range got.([]map[string]any) {
			text += fmt.Sprintf("%v %v %v %v %v, ", row["from"], row["to"], row["months"], row["base"], row["employer_share"])
		}
		if text != x.want {
			t.Errorf("%s, want %s", text, x.want)
		}
	}
	if _, err := s.rows(t.Context(), columns("scheme", "late_fee")); err == nil {
		t.Error("a late fee that is not known is shown")
	}
}
