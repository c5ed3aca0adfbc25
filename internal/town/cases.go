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
	steps  []step
	opened int
	taken  map[string]int // event, and "state event" -> how often it happened
	tried  map[string]int // how often a case was to be opened with an event
	aimed  map[string]int // how often a step was aimed at
	missed map[string]int // how often it was refused since it was last taken
}

// casefile is a case that goes on.
type casefile struct {
	*docket
	casework.Case
	area     string
	facts    casework.Values
	months   []casework.Month
	aim      *step    // what it is to bring about
	opening  string   // the event that is to open it
	against  string   // the employer whom a complaint will turn out to be about
	somebody *citizen // whom a registration enters
	whole    string   // whose months, all of them, a back-payment is about
	given    int      // aims that it gave up
	done     map[string]bool
	seen     int // the last event that was counted
	fails    int // refusals since something last happened
	next     calendar.Date
}

// debtor is who owes something.
type debtor struct {
	employer, person string
	on               calendar.Date // it was found, if that matters
}

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
	silent  []*firm
	old     map[string]bool     // persons past the age of retirement
	aged    []debtor            // they, and whom they worked for
	long    []debtor            // to whom three years and more are owed
	fresh   []*newcomer         // employers that cases entered
	lumps   []debtor            // who got three years and more at once
	places  map[string]string   // offices by area and kind
	cards   map[string][]string // cards in use, by person
	holders []*casefile
	renewed map[string]bool // persons who asked for another card
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
	t.court = court{draw: makers{Rand: rand.New(rand.NewPCG(t.Seed, 4)), people: 40_000, firms: 500_000}, known: map[string]bool{}, old: map[string]bool{}, debtors: map[string][]debtor{}, places: map[string]string{}, cards: map[string][]string{}, renewed: map[string]bool{}}
	for _, k := range kinds {
		d := &docket{table: k, steps: stepsOf(k), taken: map[string]int{}, tried: map[string]int{}, aimed: map[string]int{}, missed: map[string]int{}}
		d.part = slices.ContainsFunc(k.Openings(), func(m *casework.Move) bool { return slices.Contains(m.Needs, partOnly) })
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
		if day.Year() < since[d.table.Kind] {
			continue
		}
		due := min(t.Cases*passed/days*passed/days, t.Cases+5) // more in the later years, which have the rules of all kinds
		for try := 0; !d.part && d.behind(due) && try < 3; try++ {
			if err := t.openCase(ctx, d, d.opened >= due); err != nil {
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
	t.court.files = slices.DeleteFunc(t.court.files, func(f *casefile) bool { return f.table.State(f.State).End != "" })
	return nil
}

// behind reports whether a kind is to have another case, or its parts are to
// have one and it has not many more than it should.
func (d *docket) behind(due int) bool {
	return d.opened < due || (d.parts != nil && d.parts.opened < due && d.opened < 5*due)
}

// lacks reports whether something that may happen in a state happened too seldom.
func (d *docket) lacks(state string) bool {
	return slices.ContainsFunc(d.steps, func(s step) bool { return s.from == state && d.taken[s.key()] < enough })
}

// openCase opens a case of somebody, with the opening that was tried least; once
// all happened often enough, it may be for its parts alone.
func (t *Town) openCase(ctx context.Context, d *docket, forParts bool) error {
	opens := slices.Clone(d.table.Openings())
	slices.SortStableFunc(opens, func(a, b *casework.Move) int { return d.tried[a.ID] - d.tried[b.ID] })
	m := opens[0]
	d.tried[m.ID]++
	f := &casefile{docket: d, done: map[string]bool{}, facts: casework.Values{}}
	f.opening = m.ID
	t.aimFrom(f, m.To)
	if forParts && (f.aim == nil || f.taken[f.aim.key()] >= enough) {
		f.aim = f.step("handed_in", "split")
	}
	if ok, err := t.party(ctx, f, m); err != nil || !ok {
		return err
	}
	if f.aim == nil || !t.may(f, f.aim.move) { // not here
		t.aimFrom(f, m.To)
	}
	if _, err := t.take(ctx, f, m); err != nil || f.ID == "" {
		return err
	}
	t.Count["cases"]++
	return nil
}

// moveCase lets something happen to a case, on its way to what it aims at.
func (t *Town) moveCase(ctx context.Context, f *casefile) error {
	if err := t.look(ctx, f); err != nil {
		return err
	}
	today := t.clock.Today()
	m := t.choose(f)
	if m == nil {
		f.next = today + 20
		if f.EndsOn >= today { // it is for the clock to move it
			f.next = min(f.EndsOn+1, today+90)
		}
		return nil
	}
	moved, err := t.take(ctx, f, m)
	if err != nil {
		return err
	}
	if moved && f.comesBy(f.State) && f.aim.move.Ledger && hands(f.aim.move) { // a late fee grows: what is billed is paid the same day
		m = f.aim.move
		moved, err = t.take(ctx, f, m)
	}
	if moved || err != nil {
		return err
	}
	f.missed[f.State+" "+m.ID]++
	f.fails++
	if f.next <= today+7 { // else it is known when it can be
		f.next = today + calendar.Date(1+t.court.draw.IntN(3+3*min(f.fails, 10)))
	}
	return nil
}

// take tries an event; what stands in its way is helped, where it can be, and it
// is tried again, unless the case got on by itself meanwhile, as by a payment.
func (t *Town) take(ctx context.Context, f *casefile, m *casework.Move) (bool, error) {
	for again := range 2 {
		moved, err := t.attempt(ctx, f, m)
		if err == nil {
			f.book(m, moved)
			t.learn(f)
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
		seen := f.seen
		if helped, err := t.help(ctx, f, err); err != nil || !helped {
			return false, err
		}
		if m.Opens() {
			continue
		}
		if err := t.look(ctx, f); err != nil || f.seen > seen {
			return err == nil, err
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
	f.done[e.Name], f.fails = true, 0
	if f.aim != nil && f.aim.from == e.From && f.aim.move.ID == e.Name {
		f.aim = nil
	}
	f.taken[e.Name]++
	if key := e.From + " " + e.Name; e.From != "" {
		f.taken[key]++
		f.missed[key] = 0
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
	t.learn(f)
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
