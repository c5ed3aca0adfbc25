package town

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

// docket is how far a kind of case has been played.
type docket struct {
	table  *casework.Table
	parts  *docket // of the kind that only cases of this one open
	part   bool    // opened by cases of another kind alone
	opened int
	taken  map[string]int // event, and "state event" -> how often it happened
	tried  map[string]int
}

// casefile is a case that goes on.
type casefile struct {
	*docket
	casework.Case
	area   string
	facts  casework.Values
	months []casework.Month
	done   map[string]bool
	seen   int // the last event that was counted
	fails  int // refusals since something last happened
	next   calendar.Date
}

// debtor is who owes something.
type debtor struct{ employer, person string }

// court keeps the cases of a town. People do what the tables let them do, what
// was done least first, with values that are mostly right; what the office
// refuses is counted, helped where people can help it (a paper is handed in, a
// bill is paid), and tried again later and later. What does not get on is
// withdrawn or closed.
type court struct {
	draw    makers // of their own: the town goes on as it would without cases
	dockets []*docket
	files   []*casefile
	known   map[string]bool     // cases that have a file
	debtors map[string][]debtor // by area
	places  map[string]string   // offices by area and kind
	cards   map[string][]string // cards in use, by person
	holders []*casefile
}

func (c *court) chance(n int) bool { return c.draw.IntN(1000) < n }

// partOnly is the guard of openings that only a case of another kind passes.
const partOnly = "of_a_case"

// openDockets makes a docket of each kind.
func (t *Town) openDockets() error {
	kinds, err := office.CaseKinds()
	if err != nil {
		return err
	}
	t.court = court{draw: makers{Rand: rand.New(rand.NewPCG(t.Seed, 4))}, known: map[string]bool{}, debtors: map[string][]debtor{}, places: map[string]string{}, cards: map[string][]string{}}
	for _, k := range kinds {
		d := &docket{table: k, taken: map[string]int{}, tried: map[string]int{}}
		d.part = d.about(partOnly)
		t.court.dockets = append(t.court.dockets, d)
	}
	for _, d := range t.court.dockets {
		d.parts = t.court.docket(d.table.Kind + "_part")
	}
	return nil
}

func (c *court) docket(kind string) *docket {
	for _, d := range c.dockets {
		if d.table.Kind == kind {
			return d
		}
	}
	return nil
}

// Taken says how often each event of each kind happened, and how often in each
// state ("state event").
func (t *Town) Taken() map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, d := range t.court.dockets {
		out[d.table.Kind] = d.taken
	}
	return out
}

// Opened says how many cases of each kind there were.
func (t *Town) Opened() map[string]int {
	out := map[string]int{}
	for _, d := range t.court.dockets {
		out[d.table.Kind] = d.opened
	}
	return out
}

// cases is a day of cases.
func (t *Town) cases(ctx context.Context, day calendar.Date) error {
	if t.Cases == 0 {
		return nil
	}
	if err := t.prepareCases(ctx, day); err != nil {
		return err
	}
	days := int(t.last-t.First.First()) - 60 // the last ones have time to end
	passed := int(day-t.First.First()) + 1
	for _, d := range t.court.dockets {
		for try := 0; !d.part && d.behind(t.Cases, passed, days) && try < 3; try++ { // more in the later years, which have the rules of all kinds
			if err := t.openCase(ctx, d); err != nil {
				return fmt.Errorf("case %s: %w", d.table.Kind, err)
			}
		}
	}
	for _, f := range slices.Clone(t.court.files) {
		if f.next > day {
			continue
		}
		f.next = day + calendar.Date(1+t.court.draw.IntN(6))
		if err := t.moveCase(ctx, f); err != nil {
			return fmt.Errorf("case %s %s: %w", f.table.Kind, f.State, err)
		}
	}
	t.court.files = slices.DeleteFunc(t.court.files, func(f *casefile) bool { return f.table.State(f.State).End != "" && !f.goesOn() })
	return nil
}

// behind reports whether a kind is to have another case, or its parts are to
// have one and it has not many more than it should.
func (d *docket) behind(want, passed, days int) bool {
	due := want * passed / days * passed / days
	few := func(n int) bool { return n < due && n < want+5 }
	return few(d.opened) || (d.parts != nil && few(d.parts.opened) && d.opened < 3*due)
}

// about reports whether cases of a kind are opened only under a guard.
func (d *docket) about(guard string) bool {
	return slices.ContainsFunc(d.table.Openings(), func(m *casework.Move) bool { return slices.Contains(m.Needs, guard) })
}

// goesOn reports whether something may still happen to a case, such as that it
// is opened again.
func (f *casefile) goesOn() bool {
	return slices.ContainsFunc(f.table.Moves, func(m casework.Move) bool { return slices.Contains(m.From, f.State) && f.taken[m.ID] < 3 })
}

// openCase opens a case of somebody.
func (t *Town) openCase(ctx context.Context, d *docket) error {
	f := t.party(d)
	if f == nil {
		return nil
	}
	opens := slices.Clone(d.table.Openings())
	slices.SortStableFunc(opens, func(a, b *casework.Move) int { return d.tried[a.ID] - d.tried[b.ID] })
	m := opens[0]
	d.tried[m.ID]++
	if _, err := t.take(ctx, f, m); err != nil {
		return err
	}
	if f.ID == "" {
		return nil
	}
	t.Count["cases"]++
	return nil
}

// party finds whom a case may be about: mostly who owes something.
func (t *Town) party(d *docket) *casefile {
	firm := t.firms[t.court.draw.IntN(len(t.firms))]
	f := &casefile{docket: d, area: firm.area, done: map[string]bool{}, facts: casework.Values{}}
	f.Employer = firm.id
	var people []*citizen
	idle := t.court.chance(600)
	for _, p := range t.people {
		if p.ids[f.area] != "" && (p.job == nil || (p.job.firm == firm && !idle)) {
			people = append(people, p)
		}
	}
	if len(people) > 0 {
		f.Person = people[t.court.draw.IntN(len(people))].ids[f.area]
	}
	if holders := t.court.holders; d.table.Fact("old_card_id") != nil && len(holders) > 0 && t.court.chance(400) {
		x := holders[t.court.draw.IntN(len(holders))]
		f.area, f.Person, f.Employer = x.area, x.Person, ""
		return f
	}
	likely := 700 // a debtor
	if d.table.About == "person" {
		likely = 300
	}
	if debtors := t.court.debtors[f.area]; len(debtors) > 0 && (t.court.chance(likely) || (d.table.About == "employer" && d.about("has_months"))) {
		x := debtors[t.court.draw.IntN(len(debtors))]
		if f.Employer = x.employer; d.table.About == "employer" || t.court.chance(500) {
			f.Person = x.person
		}
	}
	if (d.table.About == "employer" && f.Employer == "") || (d.table.Concerns("person") && f.Person == "") {
		return nil
	}
	if !d.table.Concerns("person") {
		f.Person = ""
	}
	if d.table.About == "person" && !d.table.Concerns("employer") && t.court.chance(500) {
		f.Employer = ""
	}
	return f
}

// moveCase lets something happen to a case that may happen, seldom things first.
func (t *Town) moveCase(ctx context.Context, f *casefile) error {
	if err := t.look(ctx, f); err != nil {
		return err
	}
	today := t.clock.Today()
	for range 2 {
		m := t.choose(f)
		if m == nil {
			f.next = max(f.EndsOn+1, today+20) // it is for the clock to move it
			return nil
		}
		f.tried[m.ID]++
		moved, err := t.take(ctx, f, m)
		if err != nil {
			return err
		}
		if moved {
			f.fails = 0
			return nil
		}
		if f.next > today+7 { // it is known when it can be
			return nil
		}
	}
	f.fails++
	if f.next <= today+7 {
		f.next = today + calendar.Date(1+t.court.draw.IntN(3+4*min(f.fails, 20)))
	}
	return nil
}

// patience is how many refusals a case bears before it is closed as it may be.
const patience = 8

// choose finds what is to be tried: what happened least, at times something
// else. Nil: to wait for the clock.
func (t *Town) choose(f *casefile) *casework.Move {
	var may []*casework.Move
	waits := false
	least := 1 << 30
	for i := range f.table.Moves {
		m := &f.table.Moves[i]
		if !slices.Contains(m.From, f.State) || (m.Once && f.done[m.ID]) {
			continue
		}
		if !slices.ContainsFunc(m.By, func(r access.Role) bool { return r != casework.Clockwork }) {
			waits = waits || f.taken[m.ID] < 3 || t.court.chance(300)
			continue
		}
		may, least = append(may, m), min(least, f.taken[m.ID])
	}
	if f.fails > patience {
		ends := slices.DeleteFunc(slices.Clone(may), func(m *casework.Move) bool { s := f.table.State(m.To); return s == nil || s.End == "" })
		if len(ends) > 0 {
			return ends[t.court.draw.IntN(len(ends))]
		}
	}
	today := t.clock.Today()
	if len(may) == 0 || (waits && f.EndsOn >= today && f.EndsOn < today+400 && t.court.chance(500)) {
		return nil
	}
	rank := func(m *casework.Move) int { return 4*f.taken[f.State+" "+m.ID] + f.taken[m.ID] + f.tried[m.ID]/8 }
	slices.SortStableFunc(may, func(a, b *casework.Move) int { return rank(a) - rank(b) })
	if t.court.chance(350) {
		return may[t.court.draw.IntN(len(may))]
	}
	return may[0]
}

// take tries an event; what stands in its way is helped, where it can be, and it
// is tried again.
func (t *Town) take(ctx context.Context, f *casefile, m *casework.Move) (bool, error) {
	for again := range 2 {
		moved, err := t.attempt(ctx, f, m)
		if err == nil {
			f.book(m, moved)
			if m.Opens() {
				t.court.known[f.ID], f.next = true, t.clock.Today()+1
				t.court.files = append(t.court.files, f)
				f.opened++
			}
			t.Count["case events"]++
			return true, nil
		}
		if err := t.refused(err); err != nil {
			return false, err
		}
		t.Refusals[f.table.Kind+" "+m.ID+" "+reason(err)]++
		if again > 0 {
			break
		}
		helped, err := t.help(ctx, f, err)
		if err != nil || !helped {
			return false, err
		}
	}
	return false, nil
}

func (t *Town) attempt(ctx context.Context, f *casefile, m *casework.Move) (office.Moved, error) {
	who := t.actor(m, f)
	data := t.fill(m, f)
	months, err := t.caseMonths(ctx, m, f)
	if err != nil {
		return office.Moved{}, err
	}
	if m.Opens() {
		return t.office.OpenCase(ctx, who, office.CaseOpening{Kind: f.table.Kind, Event: m.ID, Person: f.Person, Employer: f.Employer, Data: data, Months: months, Reason: "town"})
	}
	return t.office.MoveCase(ctx, who, office.CaseMove{Case: f.ID, Event: m.ID, Data: data, Months: months, Reason: "town"})
}

// book counts an event that happened.
func (f *casefile) book(m *casework.Move, moved office.Moved) {
	f.count(moved.Event)
	facts := f.facts
	f.Case, f.seen = moved.Case, moved.Event.Seq
	for k, v := range moved.Event.Data {
		facts[k] = v
	}
	f.facts = facts
}

func (f *casefile) count(e casework.Event) {
	f.done[e.Name] = true
	f.taken[e.Name]++
	if e.From != "" {
		f.taken[e.From+" "+e.Name]++
	}
}

// look reads where a case stands: the clock, a payment or another case may have
// moved it. Parts that it has got have files of their own.
func (t *Town) look(ctx context.Context, f *casefile) error {
	v, err := t.office.ReadCase(ctx, t.as(access.Auditor, f.area), f.ID) // who may do nothing: nothing is weighed
	if err != nil {
		return err
	}
	for _, e := range v.Events {
		if e.Seq > f.seen {
			f.count(e)
			f.seen = e.Seq
		}
	}
	f.Case, f.facts, f.months = v.Case, v.Facts, v.Months
	if f.State == "active" && f.Person != "" && f.table.Fact("old_card_id") != nil && !slices.Contains(t.court.cards[f.Person], f.ID) {
		t.court.cards[f.Person] = append(t.court.cards[f.Person], f.ID)
		t.court.holders = append(t.court.holders, f)
	}
	for _, c := range v.Parts {
		d := t.court.docket(c.Kind)
		if t.court.known[c.ID] || d == nil {
			continue
		}
		t.court.known[c.ID] = true
		part := &casefile{docket: d, Case: c, area: f.area, done: map[string]bool{}, facts: casework.Values{}, next: t.clock.Today() + 1}
		d.opened++
		t.court.files = append(t.court.files, part)
		if err := t.look(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// refused counts what the office does not let happen; anything else is an error.
func (t *Town) refused(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return err
	}
	t.Count["case refusals"]++
	return nil
}

func reason(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	if g := f.Args["guards"]; g != "" {
		return g
	}
	return f.Key
}

// actor is one of three people of a role that may do an event.
func (t *Town) actor(m *casework.Move, f *casefile) office.Request {
	roles := slices.DeleteFunc(slices.Clone(m.By), func(r access.Role) bool { return r == casework.Clockwork })
	q := t.as(roles[t.court.draw.IntN(len(roles))], f.area)
	q.Actor.ID += strconv.Itoa(t.court.draw.IntN(3))
	switch q.Actor.Role {
	case access.Insured:
		q.Actor.Person = f.Person
	case access.EmployerAgent:
		q.Actor.Employer = f.Employer
	}
	return q
}

// endCases looks at all cases once more, so that what the last nights moved is
// counted.
func (t *Town) endCases(ctx context.Context) error {
	for _, f := range slices.Clone(t.court.files) {
		if err := t.look(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// debts reads what is owed.
func (t *Town) debts(ctx context.Context, area, employer, person string) ([]arrears.Debt, error) {
	return t.office.Debts(ctx, t.as(access.Clerk, area), office.DebtQuery{Filter: arrears.Filter{State: arrears.Open, Employer: employer, Person: person}, Page: books.Page{Limit: 1000}})
}
