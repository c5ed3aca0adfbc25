package httpapi_test

import (
	ground "bujiao/internal/books"
	"bujiao/internal/evidence"
	"bujiao/internal/upload"

	"context"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/collection"
	"bujiao/internal/counter"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/httpapi"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/notice"
	"bujiao/internal/office"
	"bujiao/internal/paper"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/registry"
	"bujiao/internal/statement"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
	"bujiao/internal/webhook"
	"bujiao/packs"
)

// Numbers of two persons, with right check digits: 11010519491231002X is the
// example of GB 11643, the other one was computed by hand (sum 227 mod 11 = 7).
const numberOne, numberTwo = "11010519491231002X", "110105194912310054"

// asked is a login that believes the header Test-Actor.
type asked struct{}

func (asked) Authenticate(r *http.Request) (access.Actor, error) {
	var a access.Actor
	if err := json.Unmarshal([]byte(r.Header.Get("Test-Actor")), &a); err != nil {
		return a, fault.New(fault.Forbidden, "access.no_session", nil)
	}
	return a, nil
}

// as are the headers of an actor.
func as(t testing.TB, a access.Actor) []string {
	t.Helper()
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return []string{"Test-Actor", string(data)}
}

// books is an office with two employers that have a person each, and for each
// of them a declaration, a charge, a notice, an order, an entry and an account;
// the person has a notice, an order and a refund of its own too (na, oa, ra), and
// something is to be decided. Ids end in 1 or 2.
func books(t testing.TB) (*office.Office, *storetest.Clock) {
	t.Helper()
	db, clock := storetest.New(t, storetest.SQLite)
	o := &office.Office{Store: db, Vault: db.Vault, Passwords: access.Argon2id{Memory: 64, Passes: 1, Threads: 1}, Words: lang.Text, Hooks: webhook.NewSender(clock.Now, true),
		Carriers: map[notice.Channel]notice.Carrier{notice.Email: post{}}}
	files := shelf{}
	o.Files = files
	o.Signing, o.Font = signing, sync.OnceValues(func() (*pdf.Font, error) { return pdf.Load("") })
	day, month := storetest.Day(t, "2020-01-01"), calendar.NewMonth(2026, 1)
	storetest.Update(t, db, func(ctx context.Context, tx store.Tx) error {
		for i, number := range []string{numberOne, numberTwo} {
			n := strconv.Itoa(i + 1)
			wage := money.Fen(900000)
			p := registry.Person{ID: "p" + n, NumberHash: db.Vault.Index("citizen", number), NumberKind: "citizen", Number: number, Name: "张三丰", Birth: storetest.Day(t, "1949-12-31"), Sex: insurance.Female, From: day, KnownOn: day}
			if err := tx.NewPerson(ctx, p); err != nil {
				return err
			}
			e := registry.Employer{ID: "e" + n, CreditCode: "91350100M000100Y4" + n, Name: "厂", Status: "active", InjuryClass: 1, FormedOn: day, From: day, KnownOn: day}
			if err := tx.NewEmployer(ctx, e); err != nil {
				return err
			}
			if err := tx.AddEmployment(ctx, registry.Employment{ID: "j" + n, Person: p.ID, Employer: e.ID, From: day, Wage: &wage, KnownOn: day, RegisteredOn: day}); err != nil {
				return err
			}
			if err := tx.AddEnrolment(ctx, registry.Enrolment{ID: "i" + n, Person: p.ID, Employer: e.ID, Payer: insurance.Employee, From: day.Month(), KnownOn: day}); err != nil {
				return err
			}
			d := declaration.Declaration{ID: "d" + n, Employer: e.ID, Month: month, Kind: declaration.Normal, Channel: "api", DeclaredOn: day, KnownOn: day, Lines: 1, Actor: "a" + n}
			if err := tx.AddDeclaration(ctx, d, []declaration.Line{{Declaration: d.ID, Person: p.ID, Employment: "j" + n, Wage: wage}}); err != nil {
				return err
			}
			c := declaration.Charge{ID: "c" + n, Declaration: d.ID, Employer: e.ID, Person: p.ID, Payer: insurance.Employee, Scheme: insurance.Pension, FeeMonth: month, PostedMonth: month,
				Kind: declaration.ChargeNormal, Base: &wage, EmployerFen: 144000, PersonFen: 72000, Policy: "x", KnownOn: day}
			if err := tx.AddCharges(ctx, []declaration.Charge{c}); err != nil {
				return err
			}
			if err := tx.AddNotice(ctx, declaration.Notice{ID: "n" + n, Employer: e.ID, Month: month, Kind: "normal", Declaration: d.ID, EmployerFen: 144000, PersonFen: 72000, IssuedOn: day}); err != nil {
				return err
			}
			order := collection.Order{ID: "o" + n, Notice: "n" + n, Employer: e.ID, Month: month, Channel: collection.Transfer, EmployerFen: 144000, PersonFen: 72000, CreatedOn: day}
			if err := tx.AddOrder(ctx, order, []collection.Item{{Order: order.ID, Charge: c.ID, EmployerFen: 144000, PersonFen: 72000}}); err != nil {
				return err
			}
			if err := tx.AddSuspense(ctx, collection.Suspense{ID: "s" + n, BankLine: "l" + n, Amount: 100, Owner: "a1", OpenedOn: day, Reason: "x", Proposal: "x", State: collection.SuspenseOpen}); err != nil {
				return err
			}
			refund := collection.RefundCase{ID: "r" + n, Kind: "overpaid", Employer: e.ID, Charge: c.ID, EmployerFen: 100, Reason: "x", State: "requested", RequestedBy: "another", RequestedOn: day}
			if err := tx.AddRefund(ctx, refund); err != nil {
				return err
			}
			if err := ownOf(ctx, tx, n); err != nil {
				return err
			}
			if err := handedIn(ctx, tx, files, n); err != nil {
				return err
			}
			if err := caseOf(ctx, tx, n); err != nil {
				return err
			}
			tx.AddServiceOffice(ctx, counter.Office{ID: "on" + n, Name: "中心", Address: "路1号", Kind: "centre", Territory: []string{storetest.Area}, SlotMinutes: 30, AheadDays: 14, OfferDays: 1, From: day})
			tx.AddServiceWindow(ctx, counter.Window{ID: "vn" + n, Office: "on" + n, Number: 1, Services: []string{"counter"}, From: day})
			tx.AddServiceHours(ctx, counter.Hours{ID: "hn" + n, Office: "on" + n, Kind: counter.Working, From: day, Opens: "09:00", Closes: "12:00"})
			tx.AddBooking(ctx, counter.Booking{ID: "b" + n, Office: "on1", Service: "approval", Person: p.ID, Employer: e.ID, State: counter.Waiting, Earliest: day, Latest: tx.Today() + 9, Queue: i + 1})
			tx.NewAccount(ctx, access.Account{ID: "a" + n, LoginHash: "h" + n, Kind: access.Local, Role: access.Clerk, Areas: []string{storetest.Area}, State: access.Active, CreatedAt: 1, ChangedAt: 1})
			tx.AddMessage(ctx, notice.Message{ID: "m" + n, To: "account/a" + n, Topic: "card.ready", At: 1})
			tx.AddDispatch(ctx, notice.Dispatch{ID: "x" + n, Message: "m" + n, Channel: notice.Email, State: notice.Refused, Error: "smtp_550", At: 1})
			tx.AddWebhook(ctx, webhook.Webhook{ID: "w" + n, URL: "https://example.org", Topics: []string{"period.close"}, Owner: "a" + n, State: webhook.Active, CreatedAt: 1, ChangedAt: 1})
		}
		return nil
	})
	return o, clock
}

// caseOf opens a case of the employer, about the person.
func caseOf(ctx context.Context, tx store.Tx, n string) error {
	laws, err := law.Open(packs.FS)
	if err != nil {
		return err
	}
	book, err := laws.Book(tx.Area())
	if err != nil {
		return err
	}
	table, err := office.CaseKindOf("deferral")
	if err != nil {
		return err
	}
	p, err := casework.Resolve(table, book.Read(tx.Today(), false), tx.Today())
	if err != nil {
		return err
	}
	if err := p.Pin(ctx, tx); err != nil {
		return err
	}
	e := casework.Event{Case: "k" + n, Seq: 1, Name: "apply", To: "applied", On: tx.Today(), EndsOn: tx.Today() + 30, Then: casework.Escalate, At: tx.At(), Actor: "a" + n}
	tx.AddCaseEvent(ctx, e)
	tx.AddCase(ctx, table.Fold(casework.Case{ID: "k" + n, Kind: "deferral", Law: p.Digest(), Employer: "e" + n, Person: "p" + n}, e))
	tx.AddCaseMonths(ctx, "k"+n, 1, []casework.Month{{Person: "p" + n, Scheme: insurance.Pension, FeeMonth: tx.Today().Month() - 2}})
	return nil
}

// shelf is a store of files in memory.
type shelf map[string][]byte

func (s shelf) Put(_ context.Context, name string, data []byte) error {
	s[name] = data
	return nil
}

func (s shelf) Get(_ context.Context, name string) ([]byte, error) {
	if s[name] == nil {
		return nil, ground.ErrNotFound
	}
	return slices.Clone(s[name]), nil
}

func (s shelf) Delete(_ context.Context, name string) error { delete(s, name); return nil }

// handedIn enters a paper of a person with its file.
func handedIn(ctx context.Context, tx store.Tx, files shelf, n string) error {
	data := []byte(`%PDF-1.7 of "p` + n + `"`)
	u, err := upload.New(data)
	if err != nil {
		return err
	}
	sealed, key, err := upload.Seal(upload.Name(tx.Area(), "u"+n), data)
	if err != nil {
		return err
	}
	files[upload.Name(tx.Area(), "u"+n)] = sealed
	u.ID, u.State, u.Actor = "u"+n, upload.Clean, "another"
	if u.Box, err = tx.PutBox(ctx, "upload", u.ID, "key", key); err != nil {
		return err
	}
	tx.AddUpload(ctx, u)
	return tx.AddPiece(ctx, evidence.Piece{ID: "g" + n, Person: "p" + n, Employer: "e" + n, Kind: "labour_contract", From: calendar.NewMonth(2020, 1), To: calendar.NewMonth(2026, 1),
		Proves: evidence.Relation, Copies: 1, Upload: u.ID, State: evidence.Accepted, KnownOn: tx.Today(), Actor: "another"})
}

// ownOf enters what is a person's own, and what of it is in the ledger.
func ownOf(ctx context.Context, tx store.Tx, n string) error {
	day, month := tx.Today(), calendar.NewMonth(2026, 1)
	d := declaration.Declaration{ID: "da" + n, Person: "p" + n, Month: month, Kind: declaration.Normal, Channel: "api", DeclaredOn: day, KnownOn: day, Actor: "a" + n}
	if err := tx.AddDeclaration(ctx, d, nil); err != nil {
		return err
	}
	c := declaration.Charge{ID: "ca" + n, Declaration: d.ID, Person: "p" + n, Payer: insurance.Flexible, Scheme: insurance.Pension, FeeMonth: month, PostedMonth: month,
		Kind: declaration.ChargeNormal, PersonFen: 100, Policy: "x", KnownOn: day}
	if err := tx.AddCharges(ctx, []declaration.Charge{c}); err != nil {
		return err
	}
	if err := tx.AddNotice(ctx, declaration.Notice{ID: "na" + n, Declaration: d.ID, Person: "p" + n, Month: month, Kind: "normal", PersonFen: 100, IssuedOn: day}); err != nil {
		return err
	}
	if err := tx.AddOrder(ctx, collection.Order{ID: "oa" + n, Notice: "na" + n, Person: "p" + n, Month: month, Channel: collection.Transfer, PersonFen: 100, CreatedOn: day}, nil); err != nil {
		return err
	}
	if err := tx.AddRefund(ctx, collection.RefundCase{ID: "ra" + n, Kind: "overpaid", Person: "p" + n, PersonFen: 100, Reason: "x", State: "requested", RequestedBy: "another", RequestedOn: day}); err != nil {
		return err
	}
	debt := arrears.Debt{ID: "b" + n, Person: "p" + n, Employer: "e" + n, Scheme: insurance.Pension, FeeMonth: month, Cause: insurance.NotDeclared, State: arrears.Open, FoundOn: day}
	if err := tx.AddDebt(ctx, debt); err != nil {
		return err
	}
	if err := tx.AddHandover(ctx, statement.Handover{ID: "h" + n, Kind: statement.Yearly, Person: "p" + n, Period: "2025", Digest: "x", Method: "paper", DeliveredOn: day}); err != nil {
		return err
	}
	if err := printed(ctx, tx, n); err != nil {
		return err
	}
	if _, err := access.Ask(ctx, tx, "person.merge", "p"+n, `{"loser":"p`+n+`","winner":"p3"}`, "x"); err != nil {
		return err
	}
	_, err := ledger.Post(ctx, tx, ledger.Entry{ID: "t" + n, Kind: ledger.Crediting, PostedOn: day, Key: "interest " + n, RefKind: "interest", Ref: n, Legs: []ledger.Leg{
		{Account: ledger.Interest, Scheme: insurance.Pension, PersonFen: 100}, {Account: ledger.Personal, Party: "p" + n, Person: "p" + n, Scheme: insurance.Pension, PersonFen: -100}}})
	return err
}

// printed issues the paper x1 or x2, a notice of p's months with e.
func printed(ctx context.Context, tx store.Tx, n string) error {
	laws, err := law.Open(packs.FS)
	if err != nil {
		return err
	}
	_, err = paper.Press{Laws: laws, Key: signing}.Issue(ctx, called{tx, "x" + n}, paper.Issue{Template: "monthly_notice", Person: "p" + n, Employer: "e" + n, Data: map[string]any{
		"person_name": "张三丰", "person_number": numberOne, "month": "2026-01", "as_of": tx.Today(),
		"lines": []any{map[string]any{"scheme": "pension", "fee_month": "2026-01", "category": "normal", "employer_paid": "1440.00", "person_paid": "720.00"}}}})
	return err
}

// signing is the key of the office's papers.
var signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// called is a transaction in which what is made next has a given id.
type called struct {
	store.Tx
	id string
}

func (c called) NewID() string { return c.id }

// staffed is a server of such an office that believes Test-Actor.
func staffed(t testing.TB) *httpapi.Server {
	t.Helper()
	s, _ := staffedOffice(t)
	return s
}

func staffedOffice(t testing.TB) (*httpapi.Server, *office.Office) {
	t.Helper()
	o, clock := books(t)
	return door(t, func(c *httpapi.Config) {
		o.Laws = c.Laws
		c.Office, c.Login, c.Clock = o, asked{}, clock.Now
		c.Limit.PerSecond = -1
	}), o
}

// post takes every letter.
type post struct{}

func (post) Carry(context.Context, notice.Letter) notice.Outcome { return notice.Outcome{} }
