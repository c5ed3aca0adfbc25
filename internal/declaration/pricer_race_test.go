package declaration_test

import (
	"reflect"
	"sync"
	"testing"

	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/packs"
)

// TestTariffsAtOnce: many who ask one pricer at the same moment, some for the
// same tariff and some for another, get what somebody gets who asks alone. The
// packs are read by the first that asks.
func TestTariffsAtOnce(t *testing.T) {
	d := openDesk(t, beijing)
	var queries []declaration.Query
	for _, area := range []string{"110000", "310000"} {
		for _, kind := range []insurance.Payer{insurance.Employee, insurance.Flexible} {
			q := declaration.Query{Area: area, Month: d.month("2025-03"), Known: d.day("2025-04-15"), Grade: "60"}
			q.Payer.Kind, q.Payer.UnitType, q.Injury.Class = kind, insurance.LargeAndOther, 2
			queries = append(queries, q)
		}
	}
	price := func(p *declaration.Pricer, q declaration.Query) ([]declaration.Priced, error) {
		tariff, err := p.Tariff(q)
		if err != nil {
			return nil, err
		}
		return tariff.PriceForTest(money.Fen(10_000_00))
	}
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	shared := declaration.NewPricer(laws)
	var all sync.WaitGroup
	for i := range 4 * len(queries) {
		all.Go(func() {
			q := queries[i%len(queries)]
			alone, err1 := price(d.pricer, q)
			got, err2 := price(shared, q)
			if err1 != nil || err2 != nil || len(got) == 0 || !reflect.DeepEqual(got, alone) {
				t.Errorf("%s %s: %+v (%v), want %+v (%v)", q.Area, q.Payer.Kind, got, err2, alone, err1)
			}
		})
	}
	all.Wait()
}
