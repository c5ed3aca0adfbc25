package cases_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/proof"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

// signing is the key that papers are signed with.
var signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// play is one script on one engine.
type play struct {
	*testing.T
	*office.Office
	db     *sqlstore.DB
	faults *storetest.Faults
	today  calendar.Date
	line   int
	keys   int
	ids    map[string]string // names of the script -> ids
	kinds  map[string]string // case -> kind
	abouts map[string][2]string
	months map[string][]casework.Month // case -> what the next event says it is about
	stated string                      // the case whose months the line before stated
}

func newPlay(t *testing.T, e storetest.Engine) *play {
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	p := &play{T: t, today: storetest.Day(t, "2026-03-02"), ids: map[string]string{}, kinds: map[string]string{}, abouts: map[string][2]string{}, months: map[string][]casework.Month{}}
	now := func() time.Time { // nine in the morning of the office date
		y, m, d := p.today.Civil()
		return time.Date(y, time.Month(m), d, 9, 0, 0, 0, books.China)
	}
	p.db, err = e.OpenAt(t.Context(), e.Migrated(t), sqlstore.Config{Vault: storetest.Vault(t), Now: now, Today: func() calendar.Date { return p.today }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.db.Close(); err != nil {
			t.Error(err)
		}
	})
	p.faults = storetest.Faulty(p.db)
	p.Office = &office.Office{Store: p.db, Laws: laws, Vault: p.db.Vault, Words: lang.Text, Signing: signing, Passwords: access.Argon2id{Memory: 64, Passes: 1, Threads: 1}}
	return p
}

// fail ends the script with its line.
func (p *play) fail(format string, args ...any) {
	p.Helper()
	p.Fatalf("line %d: %s", p.line, fmt.Sprintf(format, args...))
}

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.fail("%v", err)
	}
}

func (p *play) date(s string) calendar.Date {
	p.Helper()
	d, err := calendar.ParseDate(s)
	p.must(err)
	return d
}

func (p *play) month(s string) calendar.Month {
	p.Helper()
	m, err := calendar.ParseMonth(s)
	p.must(err)
	return m
}

// id is what a name of the script stands for.
func (p *play) id(name string) string {
	p.Helper()
	id, ok := p.ids[name]
	if !ok {
		p.fail("nobody is called %s", name)
	}
	return id
}

// as is a request of somebody: clerk, clerk2, agent@acme, person@li.
func (p *play) as(who string) office.Request {
	p.Helper()
	role, of, _ := strings.Cut(who, "@")
	a := access.Actor{ID: who, Areas: []string{storetest.Area}}
	switch role {
	case "agent":
		a.Role, a.Employer = access.EmployerAgent, p.id(of)
	case "person":
		a.Role, a.Person = access.Insured, p.id(of)
	default:
		a.Role = access.Role(strings.TrimRight(role, "0123456789"))
	}
	purposes := map[access.Role]access.Purpose{access.Clerk: access.Service, access.Reviewer: access.Review}
	return office.Request{Actor: a, Area: storetest.Area, Purpose: purposes[a.Role]}
}

func (p *play) key(q office.Request) office.Request {
	p.keys++
	q.Key = "k" + strconv.Itoa(p.keys)
	return q
}

// run runs a line.
func (p *play) run(line string) {
	words := split(line)
	if len(words) == 0 {
		return
	}
	if do, ok := verbs[words[0]]; ok {
		do(p, words[1:])
		return
	}
	if len(words) < 3 || p.kinds[words[2]] == "" {
		p.fail("not understood: %s", line)
	}
	p.act(words)
	p.stated = ""
}

// split cuts a line at spaces outside of quotes; # begins a comment.
func split(line string) []string {
	var out []string
	var b strings.Builder
	quoted, any := false, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted, any = !quoted, true
		case r == '#' && !quoted && !any:
			return out
		case r == ' ' && !quoted:
			if any {
				out = append(out, b.String())
			}
			b.Reset()
			any = false
		default:
			b.WriteRune(r)
			any = true
		}
	}
	if any {
		out = append(out, b.String())
	}
	return out
}

// fields reads name=value; the name reason is the reason in words.
func (p *play) fields(words []string) (data casework.Values, reason string) {
	p.Helper()
	data = casework.Values{}
	for _, w := range words {
		name, v, ok := strings.Cut(w, "=")
		if !ok {
			p.fail("%s is no field", w)
		}
		if id, named := p.ids[v]; named && (strings.HasSuffix(name, "_id") || strings.HasPrefix(v, "new-")) {
			v = id
		}
		if name == "reason" {
			reason = v
			continue
		}
		data[name] = v
	}
	return data, reason
}

// act is a line such as "clerk propose D balance=1.00", which must succeed.
func (p *play) act(words []string) {
	p.Helper()
	who, event, name := words[0], words[1], words[2]
	data, reason := p.fields(words[3:])
	p.strangers(who, event, name, data, reason)
	q := p.key(p.as(who))
	var moved office.Moved
	once := func() (err error) { moved, err = p.ask(q, event, name, data, reason); return err }
	before := p.seq(name)
	storetest.EachStatement(p, p.faults, once, func(n int) {
		if now := p.seq(name); now != before && now != before+1 {
			p.fail("an error at statement %d left event %d of %d", n, now, before)
		}
	})
	again, err := p.ask(q, event, name, data, reason)
	p.must(err)
	if again.Event.Seq != moved.Event.Seq || again.Case.ID != moved.Case.ID {
		p.fail("asked again with the same key it is event %d, not %d", again.Event.Seq, moved.Event.Seq)
	}
	if got, want := fmt.Sprintf("%+v", again.Event), fmt.Sprintf("%+v", moved.Event); got != want || again.Case.State != moved.Case.State || again.Case.Owner != moved.Case.Owner {
		p.fail("asked again with the same key it is %s %s, not %s %s", again.Case.State, got, moved.Case.State, want)
	}
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		kept, err := tx.Kept(p.Context(), q.Key)
		if reason != "" && strings.Contains(kept.Result, reason) || strings.Contains(kept.Result, `"data"`) {
			p.fail("words are kept under the key: %s", kept.Result)
		}
		return err
	}))
	if p.ids[name] == "" {
		p.ids[name] = moved.Case.ID
	}
	p.answered(q, moved)
}

// answered holds what somebody was told of an event against the case as they see
// it: no more, and nothing else.
func (p *play) answered(q office.Request, moved office.Moved) {
	p.Helper()
	if !casework.Party(q.Actor.Role) {
		return
	}
	v, err := p.ReadCase(p.Context(), q, moved.Case.ID)
	p.must(err)
	if last := v.Events[len(v.Events)-1]; v.State != moved.Case.State || v.Back != moved.Case.Back || last.From != moved.Event.From || last.Seq != moved.Event.Seq {
		p.fail("told of %s from %s, back to %q, and sees %s from %s, back to %q", moved.Case.State, moved.Event.From, moved.Case.Back, v.State, last.From, v.Back)
	}
}

// ask opens the case if it is not opened yet, else moves it.
func (p *play) ask(q office.Request, event, name string, data casework.Values, reason string) (office.Moved, error) {
	id, opened := p.ids[name]
	months := p.monthsOf(name, event)
	if t, err := casework.Tables(); err == nil && t[p.kinds[name]].Move(event) != nil && t[p.kinds[name]].Move(event).Opens() {
		about := p.abouts[name]
		return p.OpenCase(p.Context(), q, office.CaseOpening{Kind: p.kinds[name], Event: event, Person: about[0], Employer: about[1], Data: data, Months: months, Reason: reason})
	}
	if !opened {
		return office.Moved{}, errors.New("the case is not opened")
	}
	return p.MoveCase(p.Context(), q, office.CaseMove{Case: id, Event: event, Data: data, Months: months, Reason: reason})
}

// strangers tries the event as everybody who may not: other roles, and people of
// another employer or person.
func (p *play) strangers(who, event, name string, data casework.Values, reason string) {
	p.Helper()
	tables, err := casework.Tables()
	p.must(err)
	m := tables[p.kinds[name]].Move(event)
	if m == nil {
		p.fail("%s has no event %s", p.kinds[name], event)
	}
	by := map[access.Role]bool{}
	for _, r := range m.By {
		by[r] = true
	}
	for _, role := range access.Roles {
		q := p.as("clerk")
		q.Actor = access.Actor{ID: "stranger", Role: role, Areas: []string{storetest.Area}, Employer: "another", Person: "another"}
		if by[role] && role != access.EmployerAgent && role != access.Insured {
			q.Actor.Areas = []string{"310000"}
		}
		_, err := p.ask(q, event, name, data, reason)
		if k := fault.KindOf(err); k != fault.Forbidden && k != fault.NotFound && k != fault.Conflict {
			p.fail("%s may %s as a stranger: %v", role, event, err)
		}
	}
}

// seq is the number of the last event of a case; zero before it is opened.
func (p *play) seq(name string) (seq int) {
	p.Helper()
	id, ok := p.ids[name]
	if !ok {
		return 0
	}
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		c, err := tx.Case(p.Context(), id)
		seq = c.Seq
		return err
	}))
	return seq
}

// cover counts the events that happened to the cases of the script.
func (p *play) cover() {
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		all, err := tx.Cases(p.Context(), casework.Filter{}, books.Page{Limit: 1000})
		if err != nil {
			return err
		}
		covered.Lock()
		defer covered.Unlock()
		for _, c := range all {
			events, err := tx.CaseEvents(p.Context(), c.ID)
			if err != nil {
				return err
			}
			if covered.events[c.Kind] == nil {
				covered.events[c.Kind] = map[string]int{}
			}
			for _, e := range events {
				covered.events[c.Kind][e.Name]++
			}
		}
		return nil
	}))
}

// prove proves the books.
func (p *play) prove() {
	p.Helper()
	p.cover()
	r, err := (&proof.Prover{DB: p.db, Laws: p.Laws}).Prove(p.Context())
	p.must(err)
	for _, d := range r.Differences {
		p.Errorf("proof: %+v", d)
	}
}
