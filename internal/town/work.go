package town

import (
	"context"
	"errors"
	"slices"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/office"
)

// plan plans the declarations and the money of a fee month.
func (t *Town) plan(area string, m calendar.Month) error {
	first, last, err := t.window(area, m)
	if err != nil {
		return err
	}
	for _, f := range t.firms {
		if f.area != area {
			continue
		}
		day := first + calendar.Date(t.draw.IntN(int(last-first)+1))
		switch {
		case f.careful < 3 && t.chance(80): // forgets; the office estimates, and mostly hears later
			if t.chance(700) {
				t.on(last+calendar.Date(3+t.draw.IntN(40)), func(ctx context.Context) error { return t.declare(ctx, f, m) })
			}
		default:
			t.on(day, func(ctx context.Context) error { return t.declare(ctx, f, m) })
		}
	}
	t.on(last+1, func(ctx context.Context) error { return t.closeWindow(ctx, area, m) })
	t.on(last+1, func(ctx context.Context) error { return t.charge(ctx, area, m) })
	for _, day := range []calendar.Date{first + 2, last + 2, last + 9} {
		t.on(day, func(ctx context.Context) error { return t.collect(ctx, area) })
	}
	t.on(m.Add(1).Last(), func(ctx context.Context) error { return t.monthEnd(ctx, area) })
	return nil
}

// declare files a month of a firm: all that it remembers of its staff.
func (t *Town) declare(ctx context.Context, f *firm, m calendar.Month) error {
	roster, err := t.office.Roster(ctx, t.as(access.Clerk, f.area), office.RosterQuery{Employer: f.id, Month: m})
	if err != nil {
		return err
	}
	if len(roster) == 0 {
		return nil
	}
	wages := t.wages(f)
	in := office.DeclareInput{Employer: f.id, Month: m, Channel: "api"}
	for _, line := range roster {
		e := line.Employment
		if e.RegisteredOn == 0 {
			continue
		}
		if f.careful < 3 && t.chance(8) {
			t.Count["omitted"]++
			continue
		}
		wage := wages[e.Person]
		if wage == 0 && e.Wage != nil {
			wage = *e.Wage
		}
		if !slices.ContainsFunc(in.Lines, func(l office.DeclareLine) bool { return l.Person == e.Person }) {
			in.Lines = append(in.Lines, office.DeclareLine{FilingLine: declaration.FilingLine{Person: e.Person, Wage: wage}})
		}
	}
	if len(in.Lines) == 0 {
		return nil
	}
	q := t.as(access.Clerk, f.area)
	bill, err := t.office.Declare(ctx, q, in)
	if declaration.FindingsOf(err) != nil || faultKey(err) == "declaration.exists" {
		t.Count["refused"]++
		return nil // the firm will hear of it; nothing was booked
	}
	if err != nil {
		return err
	}
	t.Count["declarations"]++
	if bill.Carried {
		t.Count["carried"]++
	}
	t.order(f, bill.Notice)
	return nil
}

// wages are what a firm pays now, by the person's record; who is declared low
// is declared on two thirds.
func (t *Town) wages(f *firm) map[string]money.Fen {
	out := map[string]money.Fen{}
	for _, p := range f.staff {
		w := p.job.wage
		if p.job.low {
			w = w / 3 * 2
		}
		out[p.ids[f.area]] = w
	}
	return out
}

// order makes a payment order of a notice; a firm without mandate transfers. A
// notice that takes something off an order which is still open waits for it.
func (t *Town) order(f *firm, notice string) { t.orderOn(t.clock.Today(), f, notice) }

func (t *Town) orderOn(day calendar.Date, f *firm, notice string) {
	if notice == "" {
		return
	}
	t.on(day, func(ctx context.Context) error {
		o, err := t.office.CreateOrder(ctx, t.as(access.Clerk, f.area), office.OrderInput{Notice: notice})
		if faultKey(err) == "collection.settled_open" {
			t.orderOn(t.clock.Today()+10, f, notice)
			return nil
		}
		if err != nil {
			return ignore(err, "collection.nothing_to_pay", "collection.order_exists") // somebody paid for a case
		}
		t.Count["orders"]++
		if o.Channel == "transfer" {
			t.transfer(f, o)
		}
		return nil
	})
}

// closeWindow lets the office estimate who did not declare.
func (t *Town) closeWindow(ctx context.Context, area string, m calendar.Month) error {
	run, err := t.office.CloseWindow(ctx, t.as(access.System, area), m)
	t.Count["estimated"] += run.Billed
	return err
}

// charge bills payers without employer; they pay at the counter, mostly.
func (t *Town) charge(ctx context.Context, area string, m calendar.Month) error {
	run, err := t.office.ChargePayers(ctx, t.as(access.System, area), m)
	if err != nil {
		return err
	}
	t.Count["charged_alone"] += run.Billed
	for _, p := range t.people {
		if !p.enrolled || p.area != area || t.chance(60) {
			continue
		}
		notices, err := t.office.Notices(ctx, t.as(access.Clerk, area), "", p.ids[area], m)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if err := t.payAtCounter(ctx, area, n.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Town) payAtCounter(ctx context.Context, area, notice string) error {
	o, err := t.office.CreateOrder(ctx, t.as(access.Clerk, area), office.OrderInput{Notice: notice, Channel: "counter"})
	if err != nil {
		return ignore(err, "collection.nothing_to_pay", "collection.order_exists") // somebody paid for a case
	}
	q := t.as(access.Finance, area)
	_, err = t.office.ReceiveAtCounter(ctx, q, office.CounterInput{Order: o.ID, Amount: o.Total(), PaidOn: t.clock.Today(), Receipt: q.Key})
	t.Count["counter"]++
	return err
}

// monthEnd settles months that were billed by limits carried on, once their
// notice is there.
func (t *Town) monthEnd(ctx context.Context, area string) error {
	run, err := t.office.SettleCarried(ctx, t.as(access.System, area))
	if err != nil {
		return err
	}
	t.Count["settled"] += run.Billed
	return t.yearEnd(ctx, area)
}

// yearEnd credits the interest of the year before, and closes its months, when
// January ends.
func (t *Town) yearEnd(ctx context.Context, area string) error {
	day := t.clock.Today()
	if _, m := day.Month().Civil(); m != 1 {
		return nil
	}
	in := office.InterestInput{Scheme: insurance.Pension, Year: day.Year() - 1}
	res, err := t.office.CreditInterest(ctx, t.as(access.Finance, area), in)
	if err := ignore(err, "ledger.no_interest_rate"); err != nil {
		return err
	}
	t.Count["interest"] += res.Accounts
	last := day.Month() - 2
	first := t.closed[area] + 1 // months close one after another; the first one closes all before it
	if first == 1 {
		first = last
	}
	for m := first; m <= last; m++ {
		if _, err := t.office.ClosePeriod(ctx, t.as(access.Finance, area), m); err != nil {
			return err
		}
	}
	t.closed[area] = last
	return nil
}

// decide proposes and decides to join two records, or to part one.
func (t *Town) decide(ctx context.Context, area, loser, winner string) error {
	ref, err := t.office.ProposeJoining(ctx, t.as(access.Clerk, area), office.Joining{Loser: loser, Winner: winner}, "same person")
	if err != nil {
		return err
	}
	_, err = t.office.DecideJoining(ctx, t.as(access.Reviewer, area), ref.ID, true, "documents compared")
	return err
}

func faultKey(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return ""
}

// ignore drops the faults of some keys: what the town may meet and go on.
func ignore(err error, keys ...string) error {
	if k := faultKey(err); k != "" && slices.ContainsFunc(keys, func(s string) bool { return strings.HasPrefix(k, s) }) {
		return nil
	}
	return err
}
