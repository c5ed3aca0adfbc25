package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/receipt"
	"bujiao/internal/registry"
	"bujiao/internal/seal"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/town"
	"bujiao/internal/vault"
)

// SimulateAnswer says what a simulation did.
type SimulateAnswer struct {
	Seed     uint64         `json:"seed"`
	From     calendar.Month `json:"from"`
	Date     calendar.Date  `json:"date"` // the office date now
	Counted  town.Tally     `json:"counted"`
	Failed   []DemoOrder    `json:"failed"` // orders whose debit failed and that are not paid
	Accounts []DemoAccount  `json:"accounts,omitempty"`
	LeftOut  []DemoAccount  `json:"left_out,omitempty"` // logins that nobody in the area fits
}

// DemoOrder is an order whose debit failed, for whoever looks for one.
type DemoOrder struct {
	Area     string         `json:"area"`
	Employer string         `json:"employer"`
	Month    calendar.Month `json:"month"`
	Order    string         `json:"order"`
	Reason   string         `json:"reason"` // the bank's
	Open     money.Fen      `json:"open"`
}

// DemoAccount is a login that --password opened.
type DemoAccount struct {
	Area  string      `json:"area"`
	Login string      `json:"login"`
	Role  access.Role `json:"role"`
}

func newSimulate(a *app) *cobra.Command {
	return a.command("simulate", a.simulate, append([]flag{{name: "seed", def: "1"}, {name: "persons", def: "200"}, {name: "years", def: "2"}, {name: "from"}, {name: "password"}}, placeFlags()...)...)
}

// simulate plays a town into empty books. The same seed gives the same books.
func (a *app) simulate(x *args) (err error) {
	in := town.Config{Seed: uint64(x.whole("seed", x.text("seed"), 0, 1<<30)), Persons: x.whole("persons", x.text("persons"), 1, 1_000_000), Years: x.whole("years", x.text("years"), 1, 60), First: x.month("from")}
	password := x.text("password")
	if x.err != nil {
		return x.err
	}
	if password != "" { // before years are played, not after
		if _, err := (access.Argon2id{Memory: 64, Passes: 1, Threads: 1}).Hash(password); err != nil {
			return err
		}
	}
	clock := town.NewClock(in.First)
	d, err := a.openSimulation(x, in.Seed, clock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.DB.Close()) }()
	key, err := receipt.NewKeyStore(d.Home).SigningKey()
	if err != nil {
		return keyFault(err)
	}
	night := func(ctx context.Context, day calendar.Date) error {
		if day != day.Month().Last() {
			return nil
		}
		for _, area := range d.areas {
			err := d.DB.Update(ctx, area, func(tx store.Tx) error { _, err := seal.Day(ctx, tx, key); return err })
			if err != nil {
				return err
			}
		}
		return nil
	}
	tw, err := town.New(d.Office, clock, in, night)
	if err != nil {
		return err
	}
	d.areas = tw.Areas
	ctx := a.context()
	err = tw.Play(ctx, func(m calendar.Month, _ town.Tally) {
		if _, month := m.Civil(); month == 12 {
			fmt.Fprintln(a.errOut, a.text("cli.simulate.year", fault.Args{"year": strconv.Itoa(m.Year())}))
		}
	})
	if err != nil {
		return err
	}
	out := SimulateAnswer{Seed: in.Seed, From: tw.First, Date: clock.Today(), Counted: tw.Count}
	if out.Failed, err = d.failed(ctx); err != nil {
		return err
	}
	if password != "" {
		if out.Accounts, out.LeftOut, err = d.demoAccounts(ctx, password); err != nil {
			return err
		}
	}
	if err := office.NewClock(a.env.Now).Set(ctx, d.DB, out.Date); err != nil {
		return err
	}
	return a.show(out, func(p *page) { p.simulated(out) })
}

// simulation is an office whose clock is the town's.
type simulation struct {
	*office.Office
	DB    *sqlstore.DB
	Home  string
	areas []string
}

// openSimulation opens empty books on the town's clock.
func (a *app) openSimulation(x *args, seed uint64, clock *town.Clock) (*simulation, error) {
	c, at, err := a.database(x)
	if err != nil {
		return nil, err
	}
	keys, err := vault.Open(c.Home)
	if err != nil {
		return nil, err
	}
	lib, err := a.library()
	if err != nil {
		return nil, err
	}
	db, err := at.Open(a.context(), sqlstore.Config{Vault: keys, Now: clock.Now, NewID: town.IDs(seed)})
	if err != nil {
		return nil, err
	}
	if err = db.Own(a.context(), office.Head); err == nil {
		err = unused(a.context(), db)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	words := func(l, key string, args map[string]string) string { return lang.Text(l, key, args) }
	return &simulation{Office: &office.Office{Store: db, Laws: lib, Vault: keys, Words: words}, DB: db, Home: c.Home}, nil
}

// unused refuses books that hold something.
func unused(ctx context.Context, db *sqlstore.DB) error {
	conn, err := db.Reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	table, err := db.Used(ctx, conn)
	if err == nil && table != "" {
		err = fault.New(fault.Conflict, "cli.simulate.not_empty", nil)
	}
	return err
}

// demoAccounts opens a login for every role of every area, all with one
// password: for a demonstration, never for an office. A small town may have
// nobody for the login of an employer or a person; those are left out.
func (s *simulation) demoAccounts(ctx context.Context, password string) (out, left []DemoAccount, err error) {
	for _, area := range s.areas {
		admin, err := s.FirstAdministrator(ctx, area, "administrator", password+" first")
		if err != nil {
			return nil, nil, err
		}
		if _, _, err := s.LogIn(ctx, area, "administrator", password+" first", password); err != nil {
			return nil, nil, err
		}
		out = append(out, DemoAccount{area, "administrator", access.Administrator})
		q := office.Request{Actor: access.Actor{ID: admin.ID, Role: access.Administrator, Areas: []string{area}}, Area: area}
		employer, person, err := s.somebody(ctx, area)
		if err != nil {
			return nil, nil, err
		}
		for _, role := range access.Roles {
			in := office.AccountInput{Kind: access.Local, Login: string(role), Role: role, Areas: []string{area}, Password: password + " first"}
			var owner string
			switch role {
			case access.Administrator:
				continue
			case access.EmployerAgent:
				in.Employer, owner = employer, employer
			case access.Insured:
				in.Person, owner = person, person
			default:
				owner = "the office"
			}
			if owner == "" {
				left = append(left, DemoAccount{area, in.Login, role})
				continue
			}
			if _, err := s.OpenAccount(ctx, q, in); err != nil {
				return nil, nil, err
			}
			if _, _, err := s.LogIn(ctx, area, in.Login, in.Password, password); err != nil {
				return nil, nil, err
			}
			out = append(out, DemoAccount{area, in.Login, role})
		}
	}
	return out, left, nil
}

// somebody is an employer with staff, and one of them.
func (s *simulation) somebody(ctx context.Context, area string) (employer, person string, err error) {
	err = s.DB.View(ctx, area, func(tx store.Tx) error {
		list, err := tx.EmployerList(ctx, registry.When{AsOf: tx.Today()}, books.Page{Limit: 20})
		if err != nil {
			return err
		}
		for _, e := range list {
			staff, err := tx.Roster(ctx, e.ID, tx.Today().Month()-2, tx.Today())
			if err != nil {
				return err
			}
			if len(staff) > 0 {
				employer, person = e.ID, staff[0].Person
				return nil
			}
		}
		return nil
	})
	return employer, person, err
}

// failed lists orders whose last debit failed.
func (s *simulation) failed(ctx context.Context) ([]DemoOrder, error) {
	out := []DemoOrder{}
	for _, area := range s.areas {
		err := s.DB.View(ctx, area, func(tx store.Tx) error {
			open, err := tx.OpenOrders(ctx)
			if err != nil {
				return err
			}
			standing, err := collection.Standings(ctx, tx, open)
			for _, o := range open {
				if x := standing[o.ID]; x.State == "failed" {
					out = append(out, DemoOrder{area, o.Employer, o.Month, o.ID, x.Failure, x.Open})
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *page) simulated(s SimulateAnswer) {
	p.say("cli.simulate.done", fault.Args{"from": s.From.String(), "date": s.Date.String(), "seed": strconv.FormatUint(s.Seed, 10)})
	p.gap()
	rows := [][]string{}
	for _, k := range s.Counted.Kinds() {
		rows = append(rows, []string{k, strconv.Itoa(s.Counted[k])})
	}
	p.table("lr", []string{p.a.text("cli.simulate.what", nil), p.a.text("cli.simulate.times", nil)}, rows)
	if len(s.Failed) > 0 {
		p.gap()
		p.say("cli.simulate.failed", nil)
		rows = nil
		for _, o := range s.Failed {
			rows = append(rows, []string{o.Area, o.Employer, o.Month.String(), o.Order, p.a.text("collection.reason_"+o.Reason, nil), o.Open.String()})
		}
		p.table("lllllr", []string{p.a.text("cli.simulate.area", nil), p.a.text("cli.simulate.employer", nil), p.a.text("cli.simulate.month", nil), p.a.text("cli.simulate.order", nil), p.a.text("cli.simulate.reason", nil), p.a.text("cli.simulate.open", nil)}, rows)
	}
	if len(s.Accounts) > 0 {
		p.gap()
		p.say("cli.simulate.logins", nil)
	}
	for _, d := range s.Accounts {
		p.line("  " + d.Area + "  " + d.Login)
	}
	if len(s.LeftOut) > 0 {
		p.gap()
		p.say("cli.simulate.left_out", nil)
	}
	for _, d := range s.LeftOut {
		p.line("  " + d.Area + "  " + d.Login)
	}
}
