package town

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/counter"
	"bujiao/internal/evidence"
	"bujiao/internal/office"
	"bujiao/internal/registry"
)

// help does what people can do about guards that do not hold, mostly; it reports
// whether it is worth trying again at once.
func (t *Town) help(ctx context.Context, f *casefile, err error) (helped bool, _ error) {
	var unmet *casework.Unmet
	if !errors.As(err, &unmet) {
		return false, nil
	}
	for _, g := range unmet.Guards {
		var err error
		done := true
		switch {
		case g.ID == "required_papers":
			err = t.handIn(ctx, f)
		case g.ID == "came_by_appointment":
			err = t.visit(ctx, f)
		case g.ID == "data_were_changed":
			name := t.court.draw.pick(surnames) + t.court.draw.pick(given)
			_, err = t.office.ChangePerson(ctx, t.as(access.Clerk, f.area), f.Person, registry.PersonChange{From: t.clock.Today(), Name: &name, Reason: "town"})
		case g.ID == "is_competent":
			area, kind := f.area[:4]+"05", "urban"
			_, err = t.office.ChangePerson(ctx, t.as(access.Clerk, f.area), f.Person, registry.PersonChange{From: t.clock.Today(), HukouArea: &area, HukouKind: &kind, Reason: "town"})
		case g.ID == "made_good" && f.State == "lodged" && !f.done["identify"]:
			done, err = t.take(ctx, f, f.table.Move("identify"))
		case strings.Contains(g.ID, "paid") || g.ID == "made_good":
			if done = t.court.chance(900); done {
				err = t.pay(ctx, f)
			}
		case g.ID == "all_is_settled": // the next look for arrears finds that it is
			f.next, done = t.clock.Today()+calendar.Date(40+t.court.draw.IntN(30)), false
			err = t.pay(ctx, f)
		case before[g.ID] != "":
			if m := f.table.Move(before[g.ID]); slices.Contains(m.From, f.State) {
				done, err = t.take(ctx, f, m)
			}
		case g.ID == "parts_are_done":
			f.next, done = t.clock.Today()+calendar.Date(8+t.court.draw.IntN(20)), false
		case g.ID == "remedies_over":
			f.next, done = t.clock.Today()+calendar.Date(30+t.court.draw.IntN(60)), false
		case g.ID == "term_over" || g.ID == "demand_ripe":
			f.next, done = max(f.EndsOn+1, t.clock.Today()+1), false
		default:
			done = false
		}
		if err := t.refused(err); err != nil {
			return false, fmt.Errorf("%s: %w", g.ID, err)
		}
		helped = helped || done
	}
	return helped, nil
}

// before is what comes before an event whose guard does not hold.
var before = map[string]string{"employer_is_known": "identify", "opinion_weighed": "weigh", "gap_is_decided": "leave_gap", "account_is_here": "book_account"}

// handIn brings what the law demands.
func (t *Town) handIn(ctx context.Context, f *casefile) error {
	a, err := t.office.CasePapers(ctx, t.as(access.Clerk, f.area), f.ID)
	if err != nil {
		return err
	}
	for _, m := range a.Missing {
		if !m.Required {
			continue
		}
		in := evidence.NewPiece{Case: f.ID, Person: m.Person, Employer: m.Employer, Kind: m.Kind, Proves: m.Proves, FormedOn: t.clock.Today(), Copies: m.Copies, OriginalSeen: true}
		if len(m.Months) > 0 {
			in.From, in.To = m.Months[0].From, m.Months[len(m.Months)-1].To
		}
		if _, err := t.office.HandIn(ctx, t.as(access.Clerk, f.area), in); err != nil {
			return err
		}
	}
	return nil
}

// visit books a number for a case and comes.
func (t *Town) visit(ctx context.Context, f *casefile) error {
	slot := fmt.Sprintf("%02d:%02d", 9+t.court.draw.IntN(8), 15*t.court.draw.IntN(4))
	ask := counter.Ask{Office: t.court.places[f.area+"centre"], Service: "counter", Day: t.clock.Today(), Slot: slot, Person: f.Person, Employer: f.Employer, Case: f.ID}
	b, err := t.office.Book(ctx, t.as(access.Clerk, f.area), ask)
	if err == nil {
		_, err = t.office.MarkBooking(ctx, t.as(access.Clerk, f.area), b.ID, t.court.chance(900), "town")
	}
	return err
}

// pay pays what a case has asked for; where it has no orders of its own, all that
// its employer or its person owes. Refunds leave the bank.
func (t *Town) pay(ctx context.Context, f *casefile) error {
	for _, id := range strings.Fields(f.facts["refunds"]) {
		_, err := t.office.PayRefund(ctx, t.as(access.Finance, f.area), office.RefundPaid{Refund: id, Bank: "工商银行", On: t.clock.Today()})
		if err := t.refused(err); err != nil {
			return err
		}
	}
	orders := strings.Fields(f.facts["orders"])
	if len(orders) == 0 && f.facts["refunds"] == "" {
		var err error
		if orders, err = t.ordersOf(ctx, f); err != nil {
			return err
		}
		for area, list := range t.court.debtors {
			t.court.debtors[area] = slices.DeleteFunc(list, func(x debtor) bool { return x.employer == cmp.Or(f.Employer, f.against) })
		}
	}
	for _, id := range orders {
		if err := t.payOrder(ctx, f.area, id); err != nil {
			return err
		}
	}
	t.Count["case payments"] += len(orders)
	return nil
}

func (t *Town) payOrder(ctx context.Context, area, id string) error {
	o, err := t.office.Order(ctx, t.as(access.Finance, area), id)
	if err != nil || o.Standing.Open <= 0 {
		return t.refused(err)
	}
	q := t.as(access.Finance, area)
	_, err = t.office.ReceiveAtCounter(ctx, q, office.CounterInput{Order: id, Amount: o.Standing.Open, PaidOn: t.clock.Today(), Receipt: q.Key})
	return t.refused(err)
}

// ordersOf bills what is owed and makes orders for it.
func (t *Town) ordersOf(ctx context.Context, f *casefile) ([]string, error) {
	employer, person := cmp.Or(f.Employer, f.against), ""
	if f.table.About == "person" && employer == "" {
		person = f.Person
	}
	clerk := func() office.Request { return t.as(access.Clerk, f.area) }
	for in := (arrears.BillInput{Employer: employer}); employer != ""; {
		bills, err := t.office.BillArrears(ctx, clerk(), in)
		if err := t.refused(err); err != nil {
			return nil, err
		}
		if in.After = bills.Next; in.After == "" {
			break
		}
	}
	notices, err := t.office.Notices(ctx, clerk(), employer, person, 0)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		_, err := t.office.CreateOrder(ctx, clerk(), office.OrderInput{Notice: n.ID, Channel: "counter"})
		if err := t.refused(err); err != nil {
			return nil, err
		}
	}
	orders, err := t.office.Orders(ctx, t.as(access.Finance, f.area), employer, person, 0)
	var out []string
	for _, o := range orders {
		if o.Standing.Open > 0 {
			out = append(out, o.ID)
		}
	}
	return out, err
}

// openPlaces opens a centre with a counter, a studio and a point of a bank.
func (t *Town) openPlaces(ctx context.Context, area string) error {
	q := func() office.Request { return t.as(access.Administrator, area) }
	for _, x := range []struct{ kind, service string }{{"centre", "counter"}, {"photo_studio", ""}, {"bank_point", "card_at_once"}} {
		ref, err := t.office.OpenOffice(ctx, q(), counter.NewOffice{Name: "区" + x.kind, Address: "路1号", Kind: x.kind, Territory: []string{area}, SlotMinutes: 15, AheadDays: 30, OfferDays: 1, From: t.clock.Today()})
		if err != nil {
			return err
		}
		t.court.places[area+x.kind] = ref.ID
		if x.service == "" {
			continue
		}
		if _, err := t.office.OpenWindow(ctx, q(), ref.ID, counter.NewWindow{Number: 1, Services: []string{x.service}, From: t.clock.Today()}); err != nil {
			return err
		}
		if x.kind == "centre" {
			if _, err := t.office.OpenHours(ctx, q(), ref.ID, counter.NewHours{Kind: counter.Working, From: t.clock.Today(), Opens: "09:00", Closes: "17:00"}); err != nil {
				return err
			}
		}
	}
	return nil
}
