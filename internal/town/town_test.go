package town_test

import (
	"context"
	"crypto/ed25519"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/proof"
	"bujiao/internal/receipt"
	"bujiao/internal/seal"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/internal/town"
	"bujiao/internal/vault"
	"bujiao/packs"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// size is the short form; make soak plays ten years of 2,000 persons. With
// BUJIAO_TOWN_CASES=200 every event and transition of every kind must be taken.
func size(t testing.TB) town.Config {
	t.Helper()
	c := town.Config{Seed: 1, Persons: 60, Years: 1, Cases: 12, First: calendar.NewMonth(2024, 7)}
	for name, to := range map[string]*int{"BUJIAO_TOWN_PERSONS": &c.Persons, "BUJIAO_TOWN_YEARS": &c.Years, "BUJIAO_TOWN_CASES": &c.Cases} {
		if s := os.Getenv(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if *to = n; to == &c.Years && n >= 10 {
				c.First = calendar.NewMonth(2016, 7) // the ten years after it have the rules of all kinds
			}
		}
	}
	if s := os.Getenv("BUJIAO_TOWN_FIRST"); s != "" {
		m, err := calendar.ParseMonth(s)
		if err != nil {
			t.Fatalf("BUJIAO_TOWN_FIRST: %v", err)
		}
		c.First = m
	}
	return c
}

// played is a town after its years.
type played struct {
	office *office.Office
	db     *sqlstore.DB
	count  town.Tally
	taken  map[string]map[string]int
	opened map[string]int
	denied town.Tally
	roots  []string
}

// lax lets commits return before they are on the disk: whether they would outlive
// a power cut is the crash tests' question.
func lax(e storetest.Engine) storetest.Engine {
	open := e.OpenAt
	e.OpenAt = func(ctx context.Context, address string, c sqlstore.Config) (*sqlstore.DB, error) {
		return open(ctx, address+"&options=-c%20synchronous_commit%3Doff", c)
	}
	return e
}

// readingsOf are the packs, with Shanghai reading the disputed way of enforcement
// the other way than the nation's row (R-ENF-07), so that a town has both.
func readingsOf(t testing.TB) fs.FS {
	t.Helper()
	tree := fstest.MapFS{"cn-310000/local.yaml": &fstest.MapFile{Data: []byte(`choices:
  - id: cn-310000/choices/enforcement-route
    rule: R-ENF-07
    name: enforcement_route
    value: own
    status: seed
    origin: rules
    source: [SEED-000]
    basis: "测试：假定当地有规定"
    text: {zh: "测试", en: "of a test"}
`)}}
	err := fs.WalkDir(packs.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(packs.FS, path)
		tree[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func sealKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// play plays a town on an engine and seals every month.
func play(t testing.TB, e storetest.Engine, c town.Config) *played {
	t.Helper()
	laws, err := law.Open(readingsOf(t))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.InMemory(town.Keys(c.Seed))
	if err != nil {
		t.Fatal(err)
	}
	clock := town.NewClock(c.First)
	p := &played{db: e.Open(t, sqlstore.Config{Vault: keys, Now: clock.Now, NewID: town.IDs(c.Seed)})}
	t.Cleanup(func() { _ = p.db.Close() })
	p.office = &office.Office{Store: p.db, Laws: laws, Vault: keys, Words: lang.Text, Signing: sealKey()}
	key := sealKey()
	night := func(ctx context.Context, day calendar.Date) error {
		if day%7 == 0 || day == day.Month().Last() { // a week passes in one night
			for _, area := range c.Areas {
				if _, err := p.office.RunCaseClocks(ctx, area); err != nil {
					return err
				}
			}
		}
		if day != day.Month().Last() {
			return nil
		}
		if _, m := day.Month().Civil(); c.Cases > 0 && m%2 == 0 { // cases are about debts
			for _, area := range c.Areas {
				if _, err := p.office.WindCases(ctx, area); err != nil {
					return err
				}
				if _, err := p.office.SweepArrears(ctx, area); err != nil {
					return err
				}
			}
		}
		areas, err := p.db.Areas(ctx)
		if err != nil {
			return err
		}
		for _, area := range areas {
			err := p.db.Update(ctx, area, func(tx store.Tx) error {
				s, err := seal.Day(ctx, tx, key)
				p.roots = append(p.roots, area+" "+day.String()+" "+s.Root)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	if len(c.Areas) == 0 {
		c.Areas = []string{"110000", "310000"}
	}
	x, err := town.New(p.office, clock, c, night)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	err = x.Play(t.Context(), func(m calendar.Month, _ town.Tally) {
		if _, mon := m.Civil(); mon == 12 {
			t.Logf("%s %s %s", e.Name, m, time.Since(begun).Round(time.Second))
			if c.Cases >= fullCases && e.Name == storetest.SQLite.Name {
				p.taken, p.opened = x.Taken(), x.Opened()
				p.coverage(t, false)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	p.count, p.taken, p.opened, p.denied = x.Count, x.Taken(), x.Opened(), x.Refusals
	return p
}

// TestSameSeedSameBooks plays one town on both engines: the books prove, and
// what happened is the same, as is every sealed root.
func TestSameSeedSameBooks(t *testing.T) {
	c := size(t)
	c.Areas = []string{"110000", "310000"}
	all := map[string]*played{}
	t.Run("play", func(t *testing.T) {
		var mu sync.Mutex
		for _, e := range []storetest.Engine{storetest.SQLite, lax(storetest.Postgres)} {
			t.Run(e.Name, func(t *testing.T) {
				t.Parallel()
				p := play(t, e, c)
				p.prove(t, e.Name)
				p.attended(t, c.Areas)
				if e.Name == storetest.SQLite.Name { // what happened is the same on both
					p.coverage(t, c.Cases >= fullCases)
				}
				mu.Lock()
				defer mu.Unlock()
				all[e.Name] = p
			})
		}
	})
	lite, pg := all["sqlite"], all["postgres"]
	if lite == nil || pg == nil {
		t.FailNow()
	}
	for _, k := range lite.count.Kinds() {
		t.Logf("%-16s %d", k, lite.count[k])
	}
	if len(lite.roots) == 0 || len(lite.roots) != len(pg.roots) {
		t.Fatalf("%d and %d roots", len(lite.roots), len(pg.roots))
	}
	for i := range lite.roots {
		if lite.roots[i] != pg.roots[i] {
			t.Fatalf("the engines part at %s: %s", lite.roots[i], pg.roots[i])
		}
	}
	for _, k := range []string{"declarations", "estimated", "debited", "transferred", "hired", "left", "counter"} {
		if lite.count[k] == 0 {
			t.Errorf("nothing happened of %q", k)
		}
	}
}

// prove proves the books of a town.
func (p *played) prove(t *testing.T, engine string) {
	t.Helper()
	key := sealKey()
	begun := time.Now()
	r, err := (&proof.Prover{DB: p.db, Laws: p.office.Laws, Keys: receipt.Keyring{key.Public().(ed25519.PublicKey)}}).Prove(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d rows, %d person-months, %d seals proved in %s", engine, r.Rows, r.Months, r.Seals, time.Since(begun).Round(time.Millisecond))
	for _, d := range r.Differences {
		t.Errorf("%+v", d)
	}
}

// attended holds that no case is stuck: an open one has somebody who is to act,
// and a term, after which it comes before a person.
func (p *played) attended(t *testing.T, areas []string) {
	t.Helper()
	for _, area := range areas {
		q := office.Request{Actor: access.Actor{ID: "auditor", Role: access.Auditor, Areas: []string{area}}, Area: area}
		open, endless, all := 0, 0, 0
		for at := (books.Page{Limit: 1000}); ; {
			list, err := p.office.Cases(t.Context(), q, casework.Filter{}, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				at.After = c.ID
				all++
				if c.ClosedOn != 0 {
					continue
				}
				open++
				if c.EndsOn == 0 && c.Then != "" { // its end lies in a year whose working days are not published: WindCases gives it one
					endless++
				}
				if c.Owner == "" || c.Then == "" {
					t.Errorf("a %s is %s with owner %q and a term to %s", c.Kind, c.State, c.Owner, c.EndsOn)
				}
			}
			if len(list) < at.Size() {
				break
			}
		}
		t.Logf("%s: %d of %d cases are open, each with an owner and a term; of %d the working days are not published to its end", area, open, all, endless)
	}
}

// fullCases is from how many of each kind everything that may happen must.
const fullCases = 200

// coverage prints how often a kind was played, which events of it did not happen,
// in which of the states they may happen in, and what was refused most.
func (p *played) coverage(t testing.TB, full bool) {
	t.Helper()
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	say := t.Logf
	if full {
		say = t.Errorf
	}
	events := 0
	for _, kind := range slices.Sorted(maps.Keys(tables)) {
		table := tables[kind]
		done, left := table.Taken(p.taken[kind])
		events += len(done)
		var steps int
		var untaken []string
		for _, m := range table.Moves {
			for _, from := range m.From {
				if onlyRefused[kind+" "+from+" "+m.ID] {
					continue
				}
				if steps++; p.taken[kind][from+" "+m.ID] == 0 {
					untaken = append(untaken, from+" "+m.ID)
				}
			}
		}
		t.Logf("%-14s %d cases, %d of %d events, %d of %d transitions", kind, p.opened[kind], len(done), len(done)+len(left), steps-len(untaken), steps)
		if full && p.opened[kind] < fullCases {
			t.Errorf("%s: only %d cases", kind, p.opened[kind])
		}
		if len(untaken)+len(left) > 0 {
			say("%s: events that did not happen: %v; transitions: %q", kind, left, untaken)
		}
	}
	if p.denied == nil { // the town goes on
		return
	}
	if events < leastEvents {
		t.Errorf("only %d events of all kinds happened", events)
	}
	why := p.denied.Kinds()
	slices.SortStableFunc(why, func(a, b string) int { return p.denied[b] - p.denied[a] })
	for _, k := range why[:min(len(why), 60)] {
		t.Logf("refused %6d %s", p.denied[k], k)
	}
}

// onlyRefused are steps that stand in a table so that the refusal says why: of a
// resident whose benefits have begun no premium is given back (R-MED-10).
var onlyRefused = map[string]bool{"resident insured ask_refund": true}

// leastEvents is how many of the events of all kinds happen in the short form.
const leastEvents = 140
