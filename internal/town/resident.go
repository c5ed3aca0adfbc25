package town

import (
	"context"
	"strconv"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/office"
)

// residentValue is what somebody writes into an application of residents'
// insurance, mostly right: the area, the running year, a group and a fee that the
// area has.
func (t *Town) residentValue(f *casefile, name string) (string, bool) {
	if f.table.Kind != "resident" || t.court.chance(100) {
		return "", false
	}
	year := t.clock.Today().Year()
	switch name {
	case "area":
		return f.area, true
	case "year":
		return strconv.Itoa(year), true
	case "special":
		return "none", t.court.chance(800)
	}
	book, err := t.office.Laws.Book(f.area)
	if err != nil {
		return "", false
	}
	r := book.Read(t.clock.Today(), false)
	switch name {
	case "group":
		if groups := r.ResidentGroups(year); len(groups) > 0 {
			return groups[t.court.draw.IntN(len(groups))], true
		}
	case "grade":
		if row, hole := r.ResidentPension(calendar.NewMonth(year, 1)); hole == nil {
			return row.Grades[0].MinFee.String(), true
		}
	}
	return "", false
}

// residentMoney pays what a case of residents' insurance asks for, and what it
// gives back; some never pay.
func (t *Town) residentMoney(ctx context.Context, f *casefile, facts casework.Values) error {
	if f.table.Kind != "resident" || t.court.chance(200) {
		return nil
	}
	switch f.state {
	case "to_pay":
		for _, id := range strings.Fields(facts["orders"]) {
			o, err := t.office.Order(ctx, t.as(access.Finance, f.area), id)
			if err != nil {
				return err
			}
			if o.Standing.Open <= 0 {
				continue
			}
			q := t.as(access.Finance, f.area)
			if _, err := t.office.ReceiveAtCounter(ctx, q, office.CounterInput{Order: id, Amount: o.Standing.Open, PaidOn: t.clock.Today(), Receipt: q.Key}); err != nil {
				return err
			}
			t.Count["counter"]++
		}
	case "refunding":
		for _, id := range strings.Fields(facts["refunds"]) {
			_, err := t.office.PayRefund(ctx, t.as(access.Finance, f.area), office.RefundPaid{Refund: id, Bank: "102", On: t.clock.Today()})
			if err := ignore(err, "collection.refund_not_approved"); err != nil { // of an earlier time that it was asked for
				return err
			}
		}
	}
	return nil
}
