package proof_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/proof"
	"bujiao/internal/registry"
	"bujiao/internal/seal"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

const area = "110000"

// town is a small office: employer e with persons p1 and p2, whose months are
// declared, billed and paid.
type town struct {
	testing.TB
	engine storetest.Engine
	db     *sqlstore.DB
	raw    *sql.DB
	clock  *storetest.Clock
	laws   *law.Library
	pricer *declaration.Pricer
	today  calendar.Date
	ids    func(time.Time) string
}

func openTown(t testing.TB, e storetest.Engine) *town {
	t.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	address := e.Migrated(t)
	w := &town{TB: t, engine: e, clock: storetest.NewClock(), laws: laws, pricer: declaration.NewPricer(laws), ids: storetest.Counter()}
	w.today = books.DateOf(w.clock.Now())
	w.db, err = e.OpenAt(t.Context(), address, sqlstore.Config{Vault: storetest.Vault(t), Now: w.clock.Now, Today: func() calendar.Date { return w.today },
		NewID: func(at time.Time) string { return w.ids(at) }})
	if err != nil {
		t.Fatal(err)
	}
	var done func()
	w.raw, done = e.Raw(t, address)
	t.Cleanup(func() { done(); _ = w.db.Close() })
	return w
}

func (w *town) day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

func (w *town) update(fn func(context.Context, store.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), area, func(tx store.Tx) error { return fn(w.Context(), tx) }); err != nil {
		w.Fatalf("%v %+v", err, declaration.FindingsOf(err))
	}
}

// found registers employer and persons.
func (w *town) found(persons ...string) (employer string) {
	w.Helper()
	start := w.day("2024-01-01")
	w.update(func(ctx context.Context, tx store.Tx) error {
		employer = tx.NewID()
		err := tx.NewEmployer(ctx, registry.Employer{ID: employer, CreditCode: "91350100M000100Y43", Name: "厂", Status: "active", InjuryClass: 2, UnitType: insurance.LargeAndOther, BankAccount: "6222020200112230456",
			From: start, KnownOn: start})
		for _, p := range persons {
			err = errors.Join(err,
				tx.NewPerson(ctx, registry.Person{ID: p, NumberHash: "hash " + p, NumberKind: "citizen", Number: "11010519491231002X", Name: "张三丰", From: start, KnownOn: start}),
				tx.AddEmployment(ctx, registry.Employment{ID: tx.NewID(), Person: p, Employer: employer, From: start, KnownOn: start}))
		}
		tx.Audit(ctx, audit.Line{Action: "person.write", Kind: "person", Object: persons[0]})
		return err
	})
	return employer
}

// month declares a month; its bill is to be paid by transfer or by mandate.
func (w *town) month(employer, month string, persons ...string) declaration.Bill {
	w.Helper()
	m := w.day(month + "-01").Month()
	w.today = m.Last() + 15
	var bill declaration.Bill
	w.update(func(ctx context.Context, tx store.Tx) (err error) {
		in := declaration.Filing{Employer: employer, Month: m, Channel: "api"}
		for _, p := range persons {
			in.Lines = append(in.Lines, declaration.FilingLine{Person: p, Wage: 1_000_000})
		}
		bill, err = declaration.Submit(ctx, tx, w.pricer, in)
		return err
	})
	return bill
}

const bank = "102"

func (w *town) law() *law.Reader {
	w.Helper()
	r, err := w.pricer.Reader(area, w.today)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func hash(account string) string { return "h" + account }

func (w *town) order(bill declaration.Bill, channel string) (o collection.Order) {
	w.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		box, err := tx.PutBox(ctx, "notice", bill.Notice, "account", "6222020200112230456")
		if err == nil {
			o, err = collection.CreateOrder(ctx, tx, bill.Notice, collection.Way{Channel: channel, Bank: bank, Account: box})
		}
		return err
	})
	return o
}

func (w *town) file(direction, batch string, lines ...collection.ContentLine) []byte {
	w.Helper()
	layout, hole := w.law().BankLayout(bank, direction, w.today)
	if hole != nil {
		w.Fatal(hole)
	}
	data, err := collection.RenderFile(layout, &collection.Content{Bank: bank, On: w.today, Batch: batch, Lines: lines})
	if err != nil {
		w.Fatal(err)
	}
	return data
}

// debit sends an order to the bank, which answers.
func (w *town) debit(o collection.Order, result, reason string) {
	w.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		f, _, err := collection.SendBatch(ctx, tx, w.law(), hash, bank)
		if err != nil {
			return err
		}
		answer := collection.ContentLine{Reference: o.ID, Amount: o.Total(), On: w.today, Result: result, Reason: reason, Account: "6222020200112230456"}
		_, err = collection.TakeResults(ctx, tx, w.law(), hash, bank, "r.txt", w.file(law.FileResult, f.ID, answer))
		return err
	})
}

// paid pays an order by transfer and one fen more, which no order claims.
func (w *town) paid(o collection.Order) {
	w.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		data := w.file(law.FileStatement, "", collection.ContentLine{Reference: o.ID, Amount: o.Total() + 1, On: w.today, Serial: "S" + o.ID[20:], Memo: "款"})
		_, err := collection.TakeStatement(ctx, tx, tx, w.law(), hash, bank, "s.txt", data)
		return err
	})
}

// year plays three months: a debit that fails and succeeds, a transfer of too
// much, a refund, and an order that stays open.
func (w *town) year(employer string) {
	w.Helper()
	o := w.order(w.month(employer, "2025-03", p1, p2), collection.Mandate)
	w.debit(o, "failed", "insufficient_funds")
	w.today++
	w.debit(o, "ok", "")
	bill := w.month(employer, "2025-04", p1, p2)
	w.paid(w.order(bill, collection.Transfer))
	w.order(w.month(employer, "2025-05", p1, p2), collection.Counter) // stays open
	w.today = w.day("2025-05-15")
	w.update(func(ctx context.Context, tx store.Tx) error {
		less, err := declaration.Submit(ctx, tx, w.pricer, declaration.Filing{Employer: employer, Month: bill.Declaration.Month, Channel: "api", Corrects: bill.Declaration.ID, Reason: "x",
			Lines: []declaration.FilingLine{{Person: p1, Wage: 1_000_000}, {Person: p2, Wage: 900_000}}})
		if err != nil {
			return err
		}
		c, err := collection.RequestRefund(ctx, tx, collection.RefundCase{Kind: collection.OfSettlement, Charge: less.Charges[0].ID, EmployerFen: 100, PersonFen: 50, Reason: "x"})
		if err == nil {
			_, err = collection.DecideRefund(ctx, tx, w.law(), c.ID, true, "")
		}
		return err
	})
}

func (w *town) seal() (s seal.Seal) {
	w.Helper()
	w.update(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = seal.Day(ctx, tx, storetest.SealKey())
		return err
	})
	return s
}

func (w *town) prover() *proof.Prover {
	return &proof.Prover{DB: w.db, Laws: w.laws, Keys: storetest.SealRing()}
}

func (w *town) prove(areas ...string) *proof.Report {
	w.Helper()
	r, err := w.prover().Prove(w.Context(), areas...)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *town) sound(what string) {
	w.Helper()
	if r := w.prove(); !r.Sound() {
		w.Fatalf("%s: %+v", what, r.Differences)
	}
}

// person ids: as the program makes them.
const (
	p1 = "0000000000000000000000p1"
	p2 = "0000000000000000000000p2"
)

func TestSoundBooks(t *testing.T) {
	var roots []seal.Seal
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			w := openTown(t, e)
			employer := w.found(p1, p2)
			w.month(employer, "2025-02", p1, p2)
			w.sound("before the seal")
			if first := w.seal(); first.Size != 2 { // one bill, one line of the audit
				t.Errorf("sealed %d lines", first.Size)
			}
			w.year(employer)
			w.sound("after three months")
			w.today++
			roots = append(roots, w.seal())
			r := w.prove()
			if !r.Sound() || r.Seals != 2 || r.Months != 10 || r.Rows < 200 || !slices.Equal(r.Areas, []string{area}) {
				t.Errorf("%+v", r)
			}
		})
	}
	if len(roots) == 2 && !roots[0].Same(roots[1]) {
		t.Errorf("the same books have other roots:\n%s\n%s", roots[0].Line(), roots[1].Line())
	}
}

func TestKeptRoots(t *testing.T) {
	w := openTown(t, storetest.SQLite)
	employer := w.found(p1)
	w.month(employer, "2025-03", p1)
	kept := w.seal()
	p := w.prover()
	p.Roots = []seal.Seal{kept}
	check := func(what string, want int) {
		t.Helper()
		r, err := p.Prove(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, d := range r.Differences {
			if d.Kind == proof.Root && d.Table == "seal" && d.Row == kept.Day.String() {
				n++
			}
		}
		if n != want || len(r.Differences) != want {
			t.Errorf("%s: %+v", what, r.Differences)
		}
	}
	check("as kept", 0)
	p.Roots[0].Root = kept.Prev + "0000"
	check("another was kept", 1)
	p.Roots[0] = kept
	p.Keys = nil
	check("nobody's key", 1)
	p.Keys = storetest.SealRing()
	// books of the same office in which that day was never sealed
	other := openTown(t, storetest.SQLite)
	employer = other.found(p1)
	other.month(employer, "2025-03", p1)
	p.DB = other.db
	check("the day is not there", 1)
}

func TestRefusedWithoutBooks(t *testing.T) {
	w := openTown(t, storetest.SQLite)
	if r := w.prove(); !r.Sound() || len(r.Areas) != 0 {
		t.Errorf("nothing has differences: %+v", r)
	}
	_ = w.db.Close()
	if _, err := w.prover().Prove(t.Context()); !errors.Is(err, books.ErrClosed) && fault.KindOf(err) != fault.Unavailable && err == nil {
		t.Errorf("closed: %v", err)
	}
}

// A statement that comes before the answers of the bank is proved too: its
// money stands in the books once.
func TestStatementBeforeResultsIsProved(t *testing.T) {
	w := openTown(t, storetest.SQLite)
	o := w.order(w.month(w.found(p1, p2), "2025-03", p1, p2), collection.Mandate)
	w.update(func(ctx context.Context, tx store.Tx) error {
		f, _, err := collection.SendBatch(ctx, tx, w.law(), hash, bank)
		if err != nil {
			return err
		}
		line := collection.ContentLine{Reference: o.ID, Amount: o.Total(), On: w.today, Serial: "S1", Account: "6222020200112230456", Result: "ok"}
		if _, err = collection.TakeStatement(ctx, tx, tx, w.law(), hash, bank, "s.txt", w.file(law.FileStatement, "", line)); err != nil {
			return err
		}
		_, err = collection.TakeResults(ctx, tx, w.law(), hash, bank, "r.txt", w.file(law.FileResult, f.ID, line))
		return err
	})
	w.sound("the statement first")
}
