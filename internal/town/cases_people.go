package town

import (
	"cmp"
	"context"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// newcomer is an employer that a registration entered. The town's own firms go
// on for ever: what is closed is one of these.
type newcomer struct {
	area, id string
	jobs     []string
	since    calendar.Date // it has some
}

// learn keeps what a case brought to the town.
func (t *Town) learn(f *casefile) {
	c := &t.court
	switch f.table.Kind + " " + f.State {
	case "registration registered":
		n := c.newcomer(f.Employer)
		switch job := f.facts["employment"]; {
		case n == nil && f.done["register_employer"]:
			c.fresh = append(c.fresh, &newcomer{area: f.area, id: f.Employer})
		case n != nil && job != "" && !slices.Contains(n.jobs, job):
			n.jobs, n.since = append(n.jobs, job), cmp.Or(n.since, t.clock.Today())
		}
	case "registration closed":
		c.fresh = slices.DeleteFunc(c.fresh, func(n *newcomer) bool { return n.id == f.Employer })
	case "card active":
		if !slices.Contains(c.cards[f.Person], f.ID) {
			c.cards[f.Person] = append(c.cards[f.Person], f.ID)
			c.holders = append(c.holders, f)
		}
	case "makeup made_up":
		paid := map[string]int{}
		for _, m := range f.months {
			if m.Scheme != insurance.Pension {
				continue
			}
			if paid[m.Person]++; paid[m.Person] == 36 {
				c.lumps = append(c.lumps, debtor{employer: f.Employer, person: m.Person})
			}
		}
	}
}

func (c *court) newcomer(id string) *newcomer {
	for _, n := range c.fresh {
		if n.id == id {
			return n
		}
	}
	return nil
}

// party finds whom a case is to be about; false: nobody today.
func (t *Town) party(ctx context.Context, f *casefile, m *casework.Move) (bool, error) {
	firm := t.anyFirm()
	f.area = firm.area
	switch kind := f.table.Kind; {
	case m.Newcomer:
		if len(t.Areas) > 1 && f.lacks("blocked") && t.court.chance(500) {
			f.area = t.Areas[1]
		}
		return true, nil
	case kind == "registration":
		return t.registrant(ctx, f, m, firm)
	case kind == "assessment":
		return t.unregistered(ctx, f)
	case kind == "transfer" && len(t.court.lumps) > 0 && (f.aims("cannot_go") || f.comesBy("to_resolve")):
		x := t.court.lumps[t.court.draw.IntN(len(t.court.lumps))]
		f.Person, f.area = x.person, t.areaOf(x.employer)
		return true, nil
	case kind == "card" && m.ID == "apply" && len(t.court.holders) > 0 && t.court.chance(500):
		t.holder(f)
		return true, nil
	case kind == "makeup" && t.years(f):
		return true, nil
	case kind == "deferral" && f.aims("persons_missed"):
		f.Employer = firm.id
		return true, t.hideOne(ctx, f)
	case f.table.About == "employer" || kind == "complaint":
		return t.debtor(f), nil
	case t.court.chance(strange[kind]):
		var err error
		f.Person, err = t.newcomerOf(ctx, f.area)
		return true, err
	}
	f.Person = t.somebody(f.area, firm)
	return f.Person != "", nil
}

// strange is how often, in a thousand, a case is of somebody new to the office.
var strange = map[string]int{"card": 300, "makeup_person": 500, "resident": 700, "restoration": 100, "transfer": 500}

func (t *Town) anyFirm() *firm { return t.firms[t.court.draw.IntN(len(t.firms))] }

// unregistered is a worker whom nobody registered, where the months can be priced.
func (t *Town) unregistered(ctx context.Context, f *casefile) (bool, error) {
	for range 20 {
		firm := t.anyFirm()
		told, err := t.told(firm, nil, t.clock.Today().Month().Add(-1))
		if err != nil {
			return false, err
		}
		if !told {
			continue
		}
		f.area, f.Employer = firm.area, firm.id
		f.Person, err = t.newcomerOf(ctx, f.area)
		return true, err
	}
	return false, nil
}

// holder is somebody who has a card, mostly one that waits to be replaced; the new
// one is to be used.
func (t *Town) holder(f *casefile) {
	x := t.court.holders[t.court.draw.IntN(len(t.court.holders))]
	for _, h := range t.court.holders {
		if h.aims("replace") && (h.comesBy(h.State) || h.State == "active") {
			x = h
		}
	}
	t.court.renewed[x.Person] = true
	f.area, f.Person = x.area, x.Person
	f.aim = f.step("collected", "activate")
}

// years finds somebody all of whose months are to be made up: years of them, or
// those of the old, that are refused.
func (t *Town) years(f *casefile) bool {
	list, often := &t.court.long, 250
	if f.aims("certify") {
		list, often = &t.court.aged, 1000
	}
	if len(*list) == 0 || (*list)[0].on > t.clock.Today()-75 || !t.court.chance(often) { // the office knows by then what is owed
		return false
	}
	x := (*list)[0]
	*list = (*list)[1:]
	f.Employer, f.area, f.whole = x.employer, t.areaOf(x.employer), x.person
	return true
}

// debtor finds an employer that owes something, with somebody to whom it does;
// one that has no other case, if there is one.
func (t *Town) debtor(f *casefile) bool {
	busy := map[string]bool{}
	for _, x := range t.court.files {
		busy[x.Employer] = busy[x.Employer] || x.table.State(x.State).End == ""
	}
	odd := map[string]bool{}
	for i, x := range t.court.silent[:silentOdd] {
		odd[x.id] = i == ofYears || f.table.Kind != "makeup"
	}
	list := slices.DeleteFunc(slices.Clone(t.court.debtors[f.area]), func(x debtor) bool { return odd[x.employer] })
	for _, pick := range []func(debtor) bool{t.better(f), func(x debtor) bool { return !busy[x.employer] }} {
		if some := slices.DeleteFunc(slices.Clone(list), func(x debtor) bool { return !pick(x) }); len(some) > 0 {
			list = some
			break
		}
	}
	if len(list) == 0 {
		return false
	}
	x := list[t.court.draw.IntN(len(list))]
	if f.against = x.employer; f.table.Concerns("employer") {
		f.Employer = x.employer
	}
	if f.table.Concerns("person") {
		f.Person = x.person
	}
	return true
}

// better finds whose months a back-payment is better about, if too little happened
// to the parts that they make: since 2024 the oldest, which are confirmed first;
// before, the latest, with which one goes straight to the counter.
func (t *Town) better(f *casefile) func(debtor) bool {
	late := t.clock.Today().Year() >= 2024
	switch p := f.parts; {
	case p == nil || !t.court.chance(500):
	case late && p.lacks("confirming"):
		return func(x debtor) bool { return x.employer == t.court.silent[unpriced].id }
	case !late && f.straight():
		return func(x debtor) bool {
			return slices.ContainsFunc(t.owed, func(d arrears.Debt) bool { return d.Person == x.person && t.latest(d) })
		}
	}
	return func(debtor) bool { return false }
}

// straight reports whether too few parts went straight to the counter.
func (f *casefile) straight() bool { return f.parts != nil && f.parts.taken["open_counter"] < enough }

// latest reports whether a month is one of the last three.
func (t *Town) latest(d arrears.Debt) bool { return d.FeeMonth >= t.clock.Today().Month().Add(-3) }

// newcomerOf enters somebody of working age whom the office did not know.
func (t *Town) newcomerOf(ctx context.Context, area string) (string, error) {
	return t.stranger(ctx, area, area, t.clock.Today()-calendar.Date(365*22+t.court.draw.IntN(365*20)))
}

// stranger enters somebody whom the office did not know.
func (t *Town) stranger(ctx context.Context, area, hukou string, born calendar.Date) (string, error) {
	p, err := t.court.draw.citizen(area, born)
	if err != nil {
		return "", err
	}
	in := registry.NewPerson{Document: registry.Document{Number: p.number}, Name: p.name, HukouArea: hukou, HukouKind: "urban"}
	if p.sex == insurance.Female {
		in.Category = "cadre"
	}
	ref, err := t.office.RegisterPerson(ctx, t.as(access.Clerk, area), in)
	t.Count["strangers"]++
	return ref.ID, err
}

// hideOne registers somebody for this month, whom the firm forgets to declare.
func (t *Town) hideOne(ctx context.Context, f *casefile) error {
	p, err := t.newcomerOf(ctx, f.area)
	if err != nil {
		return err
	}
	wage, m := money.Fen(8_000_00), t.clock.Today().Month()
	_, err = t.office.StartEmployment(ctx, t.as(access.Clerk, f.area), registry.NewEmployment{Person: p, Employer: f.Employer, From: m.First(), To: m.Last(), Wage: &wage})
	return t.refused(err)
}

// somebody is a person of the books of an area: of the firm, or without a job.
func (t *Town) somebody(area string, firm *firm) string {
	var people []*citizen
	idle := t.court.chance(600)
	for _, p := range t.people {
		if p.ids[area] != "" && (p.job == nil || (p.job.firm == firm && !idle)) {
			people = append(people, p)
		}
	}
	if len(people) == 0 {
		return ""
	}
	return people[t.court.draw.IntN(len(people))].ids[area]
}

func (t *Town) areaOf(employer string) string {
	for _, f := range t.court.silent {
		if f.id == employer {
			return f.area
		}
	}
	return t.Areas[0]
}

// registrant is who reports something to the register. Whoever closes has sent
// everybody home the day before.
func (t *Town) registrant(ctx context.Context, f *casefile, m *casework.Move, firm *firm) (bool, error) {
	f.Employer = firm.id
	fresh, owing, aside := t.court.fresh, f.comesBy("blocked") || f.aims("block"), f.lacks("blocked")
	if m.ID == "apply_closure" {
		kept := slices.IndexFunc(fresh, func(n *newcomer) bool { return t.pays(n) && aside }) // for what only who pays comes to
		for i, n := range t.court.fresh {
			soon := len(n.jobs) > 0 && n.since > t.clock.Today()-100 // it owes what it did not pay, or will
			if soon = soon && (!owing || n.since > t.clock.Today()-45); soon || (owing && len(n.jobs) == 0) || (f.aims("settled") && !t.pays(n)) || (i == kept && !f.aims("settled")) {
				fresh = slices.DeleteFunc(slices.Clone(fresh), func(x *newcomer) bool { return x == n })
			}
		}
	} else if idle := slices.DeleteFunc(slices.Clone(fresh), func(n *newcomer) bool { return len(n.jobs) > 0 }); aside && len(idle) > 0 {
		fresh = idle
	}
	switch {
	case len(fresh) > 0 && (m.ID != "apply_employee" || aside || t.court.chance(600)):
		n := fresh[t.court.draw.IntN(len(fresh))]
		f.Employer, f.area = n.id, n.area
	case m.ID != "apply_employee":
		return false, nil
	}
	if m.ID == "apply_employee" && !aside && t.court.chance(300) { // else somebody new, and young: what is owed for the old cannot be paid
		f.Person = t.somebody(f.area, firm)
	}
	if n := t.court.newcomer(f.Employer); n != nil && m.ID == "apply_closure" {
		for _, job := range n.jobs {
			if _, err := t.office.EndEmployment(ctx, t.as(access.Clerk, n.area), job, t.clock.Today()-1, "town"); t.refused(err) != nil {
				return false, err
			}
		}
		n.jobs = nil
	}
	return true, nil
}

// pays reports whether a newcomer can pay what it owes: Beijing has no late fee of
// these years.
func (t *Town) pays(n *newcomer) bool { return n.area != t.Areas[0] }

// newName names somebody whom the register does not know yet.
func (t *Town) newName(name string, f *casefile, given casework.Values) string {
	switch name {
	case "credit_code":
		x, err := t.court.draw.firm(f.area)
		if err != nil {
			return ""
		}
		return x.code
	case "person_number", "person_name":
		if f.Person != "" {
			return ""
		}
		if f.somebody == nil {
			p, err := t.court.draw.citizen(f.area, t.clock.Today()-calendar.Date(365*(22+t.court.draw.IntN(20))))
			if err != nil {
				return ""
			}
			f.somebody = p
		}
		if name == "person_number" {
			return f.somebody.number
		}
		return f.somebody.name
	}
	return t.court.draw.pick(surnames) + "记商行" + chinese(t.court.draw.IntN(900))
}
