package town

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// found registers a firm.
func (t *Town) found(ctx context.Context, f *firm) error {
	in := registry.NewEmployer{CreditCode: f.code, Name: f.name, UnitType: f.unit, InjuryClass: f.class, FormedOn: cmp.Or(f.formed, t.First.Add(-24).First()), Bank: f.bank, BankAccount: f.account}
	if f.mandate {
		in.MandateFrom = t.First.First()
	}
	ref, err := t.office.RegisterEmployer(ctx, t.as(access.Clerk, f.area), in)
	f.id = ref.ID
	t.Count["employers"]++
	return err
}

// month begins a month: people are hired, leave, retire and move, and what the
// month will bring is planned.
func (t *Town) month(ctx context.Context, m calendar.Month) error {
	lastFee := t.First.Add(12*t.Years - 1)
	if m <= lastFee {
		for _, p := range t.people {
			t.live(p, m)
		}
		for _, area := range t.Areas {
			if err := t.plan(area, m); err != nil {
				return err
			}
		}
	}
	if _, mon := m.Civil(); mon == 1 && m > t.First {
		for _, f := range t.firms {
			for _, p := range f.staff {
				p.job.wage = p.job.wage / 10000 * 10000 * 106 / 100 / 10000 * 10000 // six in a hundred, in steps of a hundred yuan
			}
		}
	}
	return nil
}

// live decides what a month brings to a person.
func (t *Town) live(p *citizen, m calendar.Month) {
	switch age := int(m-p.birth.Month()) / 12; {
	case p.out:
	case (p.sex == insurance.Male && age >= 60) || (p.sex == insurance.Female && age >= 55):
		p.out = true
		t.Count["retired"]++
		if p.job != nil {
			t.leave(p, m.First()+calendar.Date(t.draw.IntN(20)), "retired")
		}
	case p.job == nil && p.alone:
		t.alone(p, m)
	case p.job == nil && p.idle > 0:
		p.idle--
	case p.job == nil:
		t.hire(p, m.First()+calendar.Date(t.draw.IntN(20)))
	case t.chance(15):
		t.leave(p, m.First()+calendar.Date(t.draw.IntN(25)), "resigned")
		p.idle = 1 + t.draw.IntN(3)
		if t.chance(150) {
			p.area = t.Areas[t.draw.IntN(len(t.Areas))]
		}
	}
}

// hire puts a person to work and plans when the office hears of it.
func (t *Town) hire(p *citizen, day calendar.Date) {
	var open []*firm
	for _, f := range t.firms {
		if f.area == p.area {
			open = append(open, f)
		}
	}
	f := open[t.draw.IntN(len(open))]
	p.job = &job{firm: f, from: day, wage: money.Fen(f.level+200*t.draw.IntN(40)) * 100, low: f.careful == 0 && t.chance(200)}
	if t.chance(80) { // below the floor, which a late notice raises
		p.job.wage = money.Fen(2500+100*t.draw.IntN(10)) * 100
	}
	f.staff = append(f.staff, p)
	told := day + calendar.Date(t.draw.IntN(10))
	never := false
	switch {
	case f.careful < 2 && t.chance(40):
		never, told = true, day+calendar.Date(200+t.draw.IntN(300)) // somebody complains
	case f.careful < 4 && t.chance(80):
		told = day + calendar.Date(31+t.draw.IntN(60))
	}
	j := p.job
	t.on(told, func(ctx context.Context) error { return t.register(ctx, p, j, never) })
}

// register brings a person and its job into the books.
func (t *Town) register(ctx context.Context, p *citizen, j *job, never bool) error {
	if j.ended != 0 && j.ended < j.from {
		return nil
	}
	area := j.firm.area
	if err := t.enter(ctx, p, area); err != nil {
		return err
	}
	wage := j.wage
	in := registry.NewEmployment{Person: p.ids[area], Employer: j.firm.id, From: j.from, To: j.ended, Wage: &wage, Unregistered: never}
	started, err := t.office.StartEmployment(ctx, t.as(access.Clerk, area), in)
	if faultKey(err) == "registry.employed_already" { // a case found it before the firm told it
		var known *fault.Error
		errors.As(err, &known)
		j.id = known.Args["employment"]
		return nil
	}
	if err != nil {
		return err
	}
	j.id, j.told = started.Employment.ID, j.ended != 0
	t.Count["hired"]++
	if never {
		t.Count["unregistered"]++
		return nil
	}
	if started.Late {
		t.Count["registered_late"]++
	}
	return nil
}

// enter registers a person in an area once; a foreigner may come again with
// another passport, which makes a duplicate that is joined later.
func (t *Town) enter(ctx context.Context, p *citizen, area string) error {
	again := p.ids[area] != ""
	if again && (p.passport == "" || !t.chance(250)) {
		return nil
	}
	in := registry.NewPerson{Document: registry.Document{Number: p.number}, Name: p.name}
	if p.passport != "" {
		in.Document = registry.Document{Kind: registry.Passport, Number: p.passport, Nation: "KOR"}
		in.Name, in.Birth, in.Sex, in.Nationality = "KIM "+p.name, p.birth, p.sex, "KOR"
		if again {
			p.renewed++
			in.Document.Number = fmt.Sprintf("N%02d%s", p.renewed, p.passport[3:])
			p.passport = in.Document.Number
		}
	}
	if p.sex == insurance.Female {
		in.Category = "cadre"
	}
	ref, err := t.office.RegisterPerson(ctx, t.as(access.Clerk, area), in)
	if err != nil {
		return err
	}
	t.Count["persons"]++
	old := p.ids[area]
	p.ids[area] = ref.ID
	if again {
		t.Count["duplicates"]++
		t.on(t.clock.Today()+calendar.Date(20+t.draw.IntN(200)), func(ctx context.Context) error { return t.join(ctx, area, old, ref.ID) })
	}
	return nil
}

// join merges a duplicate; one in five is parted again and joined once more.
func (t *Town) join(ctx context.Context, area, loser, winner string) error {
	if err := t.decide(ctx, area, loser, winner); err != nil {
		return err
	}
	t.Count["joined"]++
	if !t.chance(200) {
		return nil
	}
	t.on(t.clock.Today()+30, func(ctx context.Context) error {
		t.Count["parted"]++
		if err := t.decide(ctx, area, loser, ""); err != nil {
			return err
		}
		t.on(t.clock.Today()+10, func(ctx context.Context) error { return t.decide(ctx, area, loser, winner) })
		return nil
	})
	return nil
}

// leave ends a job.
func (t *Town) leave(p *citizen, day calendar.Date, why string) {
	j := p.job
	p.job = nil
	j.firm.staff = slices.DeleteFunc(j.firm.staff, func(x *citizen) bool { return x == p })
	j.ended = max(day, j.from)
	t.Count["left"]++
	t.on(day+calendar.Date(t.draw.IntN(8)), func(ctx context.Context) error {
		if j.id == "" || j.told {
			return nil // the office has not heard of it yet, or heard of both at once
		}
		_, err := t.office.EndEmployment(ctx, t.as(access.Clerk, j.firm.area), j.id, j.ended, why)
		return err
	})
}

// alone enrols a person that pays for itself, once.
func (t *Town) alone(p *citizen, m calendar.Month) {
	if p.enrolled {
		return
	}
	p.enrolled = true
	t.on(m.First()+calendar.Date(t.draw.IntN(15)), func(ctx context.Context) error {
		if err := t.enter(ctx, p, p.area); err != nil {
			return err
		}
		base := money.Fen(8000+500*t.draw.IntN(8)) * 100
		_, err := t.office.Enrol(ctx, t.as(access.Clerk, p.area), registry.NewEnrolment{Person: p.ids[p.area], Payer: insurance.Flexible, Scheme: insurance.Pension, From: m, Base: &base})
		t.Count["flexible"]++
		return err
	})
}

// window is when a fee month is declared.
func (t *Town) window(area string, m calendar.Month) (first, last calendar.Date, err error) {
	book, err := t.office.Laws.Book(area)
	if err != nil {
		return 0, 0, err
	}
	w := assess.NewWindow(book.Read(0, false), assess.WindowRequest{Month: m, Scheme: insurance.Pension, Payer: insurance.Employee})
	first, last = w.First, w.Last
	if last == 0 { // no source gives it: the month after
		first, last = m.Add(1).First(), m.Add(1).First()+14
	}
	if first == 0 {
		first = last - 10
	}
	return max(first, m.First()+20), last, nil // the roster of the month is known
}
