package town_test

import (
	"context"
	"crypto/ed25519"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

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

// size is the short form; make soak plays ten years of 2,000 persons.
func size(t testing.TB) town.Config {
	t.Helper()
	c := town.Config{Seed: 1, Persons: 60, Years: 1, Cases: 12, First: calendar.NewMonth(2019, 7)}
	for name, to := range map[string]*int{"BUJIAO_TOWN_PERSONS": &c.Persons, "BUJIAO_TOWN_YEARS": &c.Years, "BUJIAO_TOWN_CASES": &c.Cases} {
		if s := os.Getenv(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if *to = n; to != &c.Cases {
				c.First = 0
			}
		}
	}
	return c
}

// played is a town after its years.
type played struct {
	office *office.Office
	db     *sqlstore.DB
	count  town.Tally
	taken  map[string]map[string]int
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

func sealKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// play plays a town on an engine and seals every month.
func play(t testing.TB, e storetest.Engine, c town.Config) *played {
	t.Helper()
	laws, err := law.Open(packs.FS)
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
		for _, area := range c.Areas {
			if _, err := p.office.RunCaseClocks(ctx, area); err != nil {
				return err
			}
		}
		if day != day.Month().Last() {
			return nil
		}
		if _, m := day.Month().Civil(); c.Cases > 0 && m%2 == 0 { // cases are about debts
			for _, area := range c.Areas {
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
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	p.count, p.taken = x.Count, x.Taken()
	return p
}

// TestSameSeedSameBooks plays one town on both engines: the books prove, and
// what happened is the same, as is every sealed root.
func TestSameSeedSameBooks(t *testing.T) {
	c := size(t)
	all := map[string]*played{}
	t.Run("play", func(t *testing.T) {
		var mu sync.Mutex
		for _, e := range []storetest.Engine{storetest.SQLite, lax(storetest.Postgres)} {
			t.Run(e.Name, func(t *testing.T) {
				t.Parallel()
				p := play(t, e, c)
				p.prove(t, e.Name)
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
	coverage(t, lite.taken)
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

// coverage prints which events of each kind of case happened.
func coverage(t *testing.T, taken map[string]map[string]int) {
	t.Helper()
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for kind, table := range tables {
		done, left := table.Taken(taken[kind])
		t.Logf("%-14s %d of %d events; not %v", kind, len(done), len(done)+len(left), left)
	}
}
