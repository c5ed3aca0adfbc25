package inquiry_test

import (
	"bytes"
	"encoding/json"
	"sync"
	"testing"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// TestQuotesAtOnce: desks that share packs and a signer answer many at once
// with what they answer one; the packs of an area are read by the first.
func TestQuotesAtOnce(t *testing.T) {
	shared, alone := desk(t), desk(t)
	ask := func(area string) assess.QuoteRequest {
		return assess.QuoteRequest{AsOf: day, Area: area, Payer: insurance.Employee, Gaps: []assess.GapRequest{{Schemes: []insurance.Scheme{insurance.Pension, insurance.Medical},
			From: calendar.NewMonth(2025, 11), To: calendar.NewMonth(2026, 2), Wage: assess.Wages{{Wage: 9000_00}}, Cause: insurance.NotDeclared}}}
	}
	areas := []string{"110000", "310000", "440300"}
	want := map[string][]byte{}
	for _, area := range areas {
		a, err := alone.Quote(ask(area))
		if err != nil {
			t.Fatal(err)
		}
		if want[area], err = json.Marshal(a.Quote); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for i := range 4 * len(areas) {
		all.Go(func() {
			area := areas[i%len(areas)]
			d := *shared // each request has a desk of its own
			a, err := d.Quote(ask(area))
			if err != nil {
				t.Error(err)
				return
			}
			got, err := json.Marshal(a.Quote)
			if err != nil || !bytes.Equal(got, want[area]) {
				t.Errorf("%s: another answer than alone (%v)", area, err)
			}
		})
	}
	all.Wait()
}
