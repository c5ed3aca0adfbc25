package town

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

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
	opened int
	taken  map[string]int // event -> how often it happened
	tried  map[string]int
}

// casefile is a case that goes on.
type casefile struct {
	*docket
	id, state        string
	area             string
	person, employer string
	next             calendar.Date
	done             map[string]bool
}

// court keeps the cases of a town. People do by chance what the tables let them
// do, what was done least first, with values that are mostly right; what the
// office refuses is counted and tried otherwise another day.
type court struct {
	draw    makers // of their own: the town goes on as it would without cases
	dockets []*docket
	files   []*casefile
}

func (c *court) chance(n int) bool { return c.draw.IntN(1000) < n }

// openDockets makes a docket of each kind that opens by itself.
func (t *Town) openDockets() error {
	kinds, err := office.CaseKinds()
	if err != nil {
		return err
	}
	t.court.draw = makers{Rand: rand.New(rand.NewPCG(t.Seed, 4))}
	for _, k := range kinds {
		t.court.dockets = append(t.court.dockets, &docket{table: k, taken: map[string]int{}, tried: map[string]int{}})
	}
	return nil
}

// Taken says how often each event of each kind happened.
func (t *Town) Taken() map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, d := range t.court.dockets {
		out[d.table.Kind] = d.taken
	}
	return out
}

// cases is a day of cases.
func (t *Town) cases(ctx context.Context, day calendar.Date) error {
	if t.Cases == 0 {
		return nil
	}
	days := int(t.last - t.First.First())
	passed := int(day-t.First.First()) + 1
	for _, d := range t.court.dockets {
		for try := 0; d.opened*days < t.Cases*passed && try < 3; try++ { // evenly over the years
			if err := t.openCase(ctx, d); err != nil {
				return err
			}
		}
	}
	for _, f := range slices.Clone(t.court.files) {
		if f.next > day {
			continue
		}
		f.next = day + calendar.Date(1+t.court.draw.IntN(12))
		if err := t.moveCase(ctx, f); err != nil {
			return fmt.Errorf("case %s %s: %w", f.table.Kind, f.state, err)
		}
	}
	t.court.files = slices.DeleteFunc(t.court.files, func(f *casefile) bool { return f.table.State(f.state).End != "" && !f.goesOn() })
	return nil
}

// goesOn reports whether something may still happen to a case, such as that it
// is opened again.
func (f *casefile) goesOn() bool {
	return slices.ContainsFunc(f.table.Moves, func(m casework.Move) bool { return slices.Contains(m.From, f.state) && f.taken[m.ID] < 3 })
}

// openCase opens a case of somebody.
func (t *Town) openCase(ctx context.Context, d *docket) error {
	opens := d.table.Openings()
	m := opens[t.court.draw.IntN(len(opens))]
	firm := t.firms[t.court.draw.IntN(len(t.firms))]
	f := &casefile{docket: d, area: firm.area, employer: firm.id, done: map[string]bool{}, next: t.clock.Today() + 1}
	var people []*citizen
	for _, p := range firm.staff {
		if p.ids[f.area] != "" {
			people = append(people, p)
		}
	}
	if len(people) > 0 {
		f.person = people[t.court.draw.IntN(len(people))].ids[f.area]
	}
	if f.employer == "" || (d.table.About == "person" && f.person == "") {
		return nil
	}
	if !d.table.Concerns("person") {
		f.person = ""
	}
	who, ok := t.actor(m, f)
	if !ok {
		return nil
	}
	in := office.CaseOpening{Kind: d.table.Kind, Event: m.ID, Person: f.person, Employer: f.employer, Data: t.fill(m, f), Reason: "town"}
	var err error
	if in.Months, err = t.caseMonths(ctx, m, f); err != nil {
		return err
	}
	moved, err := t.office.OpenCase(ctx, who, in)
	if err != nil {
		return t.refused(err)
	}
	d.opened++
	d.taken[m.ID]++
	t.Count["cases"]++
	f.id, f.state = moved.Case.ID, moved.Case.State
	t.court.files = append(t.court.files, f)
	return nil
}

// moveCase lets something happen to a case that may happen, seldom things first.
func (t *Town) moveCase(ctx context.Context, f *casefile) error {
	if err := t.look(ctx, f); err != nil {
		return err
	}
	var may []*casework.Move
	for i := range f.table.Moves {
		if m := &f.table.Moves[i]; slices.Contains(m.From, f.state) && slices.ContainsFunc(m.By, func(r access.Role) bool { return r != casework.Clockwork }) {
			may = append(may, m)
		}
	}
	if len(may) == 0 {
		return nil
	}
	slices.SortStableFunc(may, func(a, b *casework.Move) int { return f.tried[a.ID] - f.tried[b.ID] })
	m := may[0]
	if t.court.chance(500) {
		m = may[t.court.draw.IntN(len(may))]
	}
	f.tried[m.ID]++
	who, ok := t.actor(m, f)
	if !ok {
		return nil
	}
	in := office.CaseMove{Case: f.id, Event: m.ID, Data: t.fill(m, f), Reason: "town"}
	var err error
	if in.Months, err = t.caseMonths(ctx, m, f); err != nil {
		return err
	}
	moved, err := t.office.MoveCase(ctx, who, in)
	if err != nil {
		return t.refused(err)
	}
	f.taken[m.ID]++
	f.state = moved.Case.State
	t.Count["case events"]++
	return nil
}

// look reads where a case stands: the clock may have moved it.
func (t *Town) look(ctx context.Context, f *casefile) error {
	v, err := t.office.ReadCase(ctx, t.as(access.Clerk, f.area), f.id)
	if err != nil {
		return err
	}
	if v.State != f.state || len(v.Events) > len(f.done) {
		for _, e := range v.Events {
			if key := strconv.Itoa(e.Seq); !f.done[key] {
				f.done[key] = true
				if e.Role == casework.Clockwork {
					f.taken[e.Name]++
				}
			}
		}
	}
	f.state = v.State
	return t.residentMoney(ctx, f, v.Facts)
}

// refused counts what the office does not let happen; anything else is an error.
func (t *Town) refused(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return err
	}
	t.Count["case refusals"]++
	return nil
}

// actor is one of two people of a role that may do an event.
func (t *Town) actor(m *casework.Move, f *casefile) (office.Request, bool) {
	roles := slices.DeleteFunc(slices.Clone(m.By), func(r access.Role) bool { return r == casework.Clockwork })
	if len(roles) == 0 {
		return office.Request{}, false
	}
	q := t.as(roles[t.court.draw.IntN(len(roles))], f.area)
	q.Actor.ID += strconv.Itoa(t.court.draw.IntN(2))
	switch q.Actor.Role {
	case access.Insured:
		q.Actor.Person = f.person
	case access.EmployerAgent:
		q.Actor.Employer = f.employer
	}
	return q, true
}

// fill gives the fields of an event values, most of them such that they serve.
func (t *Town) fill(m *casework.Move, f *casefile) casework.Values {
	out := casework.Values{}
	for _, name := range m.Fields {
		out[name] = t.value(f, f.table.Fact(name))
	}
	for _, name := range m.Optional {
		if t.court.chance(850) {
			out[name] = t.value(f, f.table.Fact(name))
		}
	}
	return out
}

func (t *Town) value(c *casefile, f *casework.Fact) string {
	if v, ok := t.residentValue(c, f.Name); ok {
		return v
	}
	today := t.clock.Today()
	switch f.Type {
	case "bool":
		return strconv.FormatBool(t.court.chance(850))
	case "int":
		return strconv.Itoa(t.court.draw.IntN(60))
	case "fen":
		return []string{"1.00", "800.00", "20000.00", "5000000.00"}[t.court.draw.IntN(4)]
	case "day":
		ahead := strings.Contains(f.Name, "until") || strings.Contains(f.Name, "ends") || strings.Contains(f.Name, "due")
		if ahead != t.court.chance(100) {
			return (today + calendar.Date(1+t.court.draw.IntN(300))).String()
		}
		return (today - calendar.Date(t.court.draw.IntN(15))).String()
	case "month":
		return today.Month().Add(-t.court.draw.IntN(18)).String()
	case "code":
		return f.Values[t.court.draw.IntN(len(f.Values))]
	}
	return "第" + strconv.Itoa(1+t.court.draw.IntN(900)) + "号"
}

// caseMonths states the months in arrears where an event may do so.
func (t *Town) caseMonths(ctx context.Context, m *casework.Move, f *casefile) ([]casework.Month, error) {
	if !m.Months || f.table.Kind == "resident" { // years are repaid, not debts
		return nil, nil
	}
	debts, err := t.office.Debts(ctx, t.as(access.Clerk, f.area), office.DebtQuery{Filter: arrears.Filter{State: arrears.Open, Employer: f.employer, Person: f.person}, Page: books.Page{Limit: 1000}})
	if err != nil {
		return nil, err
	}
	var out []casework.Month
	for _, d := range debts {
		if t.court.chance(700) {
			out = append(out, casework.Month{Person: d.Person, Scheme: d.Scheme, FeeMonth: d.FeeMonth, Cause: d.Cause})
		}
	}
	slices.SortFunc(out, func(a, b casework.Month) int {
		if a.Person != b.Person {
			return strings.Compare(a.Person, b.Person)
		}
		if a.FeeMonth != b.FeeMonth {
			return int(a.FeeMonth - b.FeeMonth)
		}
		return int(a.Scheme) - int(b.Scheme)
	})
	return out, nil
}
