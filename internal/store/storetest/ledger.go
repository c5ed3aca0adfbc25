package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
)

// receipt is money of an employer for a person's month of pension.
func receipt(key string, employer, person money.Fen) ledger.Entry {
	return ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: "pay-" + key, Key: key, Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: "bank", EmployerFen: employer, PersonFen: person},
		{Account: ledger.Receivable, Party: "firm", Person: "p1", Scheme: insurance.Pension, FeeMonth: calendar.NewMonth(2026, 1),
			EmployerFen: -employer, PersonFen: -person, Charge: "c1"},
	}}
}

// post posts in a transaction of its own.
func post(t testing.TB, s store.Store, e ledger.Entry) (out ledger.Entry, err error) {
	t.Helper()
	err = s.Update(t.Context(), Area, func(tx store.Tx) (err error) {
		out, err = ledger.Post(t.Context(), tx, e)
		return err
	})
	return out, err
}

func journal(t *testing.T, e Engine) {
	t.Run("an entry is read as it was posted", func(t *testing.T) { entryRead(t, e) })
	t.Run("a key books once", func(t *testing.T) { entryKey(t, e) })
	t.Run("the database refuses what is unsound", func(t *testing.T) { entryUnsound(t, e) })
	t.Run("balances come page by page", func(t *testing.T) { balancePages(t, e) })
	t.Run("a closed month takes nothing", func(t *testing.T) { entryClosed(t, e) })
	t.Run("closing waits for those that post", func(t *testing.T) { closingWaits(t, e) })
	t.Run("what was paid", func(t *testing.T) { entryPaid(t, e) })
	t.Run("personal accounts", func(t *testing.T) { entryAccounts(t, e) })
	t.Run("what came from other areas", func(t *testing.T) { entryCame(t, e) })
	t.Run("eight clients post", func(t *testing.T) { entryClients(t, e) })
	t.Run("two processes", func(t *testing.T) { entryProcesses(t, e) })
	t.Run("many at once", func(t *testing.T) { entryMany(t, e) })
}

func entryRead(t *testing.T, e Engine) {
	db, clock := New(t, e)
	got, err := post(t, db, receipt("k", 200, 100))
	if err != nil {
		t.Fatal(err)
	}
	if got.At != books.InstantOf(clock.Now()) || got.PostedOn.String() != "2026-03-02" || got.PostedMonth.String() != "2026-03" || got.Actor != "system" {
		t.Errorf("posted as %+v", got)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		read, err := tx.Entry(ctx, got.ID)
		if err != nil {
			return err
		}
		if fmt.Sprintf("%+v", read) != fmt.Sprintf("%+v", got) {
			t.Errorf("read   %+v\nposted %+v", read, got)
		}
		of, err := tx.EntriesOf(ctx, "payment", "pay-k")
		if len(of) != 1 || of[0].ID != got.ID || len(of[0].Legs) != 2 {
			t.Errorf("entries of the payment: %+v", of)
		}
		if _, none := tx.Entry(ctx, "none"); !errors.Is(none, books.ErrNotFound) {
			t.Errorf("no entry: %v", none)
		}
		return err
	})
}

func entryKey(t *testing.T, e Engine) {
	db, clock := New(t, e)
	first, err := post(t, db, receipt("k", 200, 100))
	if err != nil {
		t.Fatal(err)
	}
	clock.Add(48 * time.Hour)
	again, err := post(t, db, receipt("k", 200, 100))
	if err != nil || again.ID != first.ID || again.PostedOn != first.PostedOn || len(again.Legs) != 2 {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	if _, err := post(t, db, receipt("k", 201, 100)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another input under the key: %v", err)
	}
	raw := first
	raw.ID = "another"
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddEntry(t.Context(), raw) })
	if !books.Taken(err, "entry") {
		t.Errorf("the database takes a key twice: %v", err)
	}
	// another area has keys of its own
	err = db.Update(t.Context(), "310000", func(tx store.Tx) error {
		_, err := ledger.Post(t.Context(), tx, receipt("k", 1, 1))
		return err
	})
	if err != nil {
		t.Errorf("the same key in another area: %v", err)
	}
}

func entryUnsound(t *testing.T, e Engine) {
	db, _ := New(t, e)
	good, err := post(t, db, receipt("k", 200, 100))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ledger.Entry){
		"not zero":   func(e *ledger.Entry) { e.Legs[0].EmployerFen++ },
		"one leg":    func(e *ledger.Entry) { e.Legs = []ledger.Leg{{Account: ledger.Bank}} },
		"no legs":    func(e *ledger.Entry) { e.Legs = nil },
		"wraps to 0": func(e *ledger.Entry) { e.Legs[0].EmployerFen, e.Legs[0].PersonFen = 1<<62, 1<<62 },
	} {
		raw := receipt("raw "+name, 200, 100)
		raw.ID, raw.PostedOn, raw.PostedMonth, raw.At = "raw "+name, good.PostedOn, good.PostedMonth, good.At
		change(&raw)
		if err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddEntry(t.Context(), raw) }); err == nil {
			t.Errorf("%s: the database takes it", name)
		} else if name != "wraps to 0" && !errors.Is(err, books.ErrUnbalanced) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := post(t, db, raw); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: posting says %v", name, err)
		}
	}
	late := `INSERT INTO posting (area, entry, seq, ledger_account, party, person, scheme, fee_month, employer_fen, person_fen, charge, mac)
		SELECT area, entry, 9, ledger_account, party, person, scheme, fee_month, 0, 0, charge, mac FROM posting WHERE seq = 1`
	if _, err := db.Writer.ExecContext(t.Context(), late); db.Dialect.Classify(err).Meaning != sqlstore.LateLeg {
		t.Errorf("a late leg: %v", err)
	}
	for _, table := range []string{"entry", "posting", "period"} {
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			if table != "period" {
				return nil
			}
			return tx.ClosePeriod(ctx, tx.Today().Month()-1)
		})
		for _, q := range []string{"UPDATE " + table + " SET area = area", "DELETE FROM " + table} {
			if _, err := db.Writer.ExecContext(t.Context(), q); db.Dialect.Classify(err).Meaning != sqlstore.AppendOnly {
				t.Errorf("%s: %v", q, err)
			}
		}
	}
}

func entryClosed(t *testing.T, e Engine) {
	db, _ := New(t, e)
	march := calendar.NewMonth(2026, 3)
	first, err := post(t, db, receipt("k", 200, 100))
	if err != nil {
		t.Fatal(err)
	}
	Update(t, db, func(ctx context.Context, tx store.Tx) error { return tx.ClosePeriod(ctx, march) })
	raw := receipt("raw", 2, 1)
	raw.ID, raw.PostedOn, raw.PostedMonth = "raw", first.PostedOn, march
	if err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.AddEntry(t.Context(), raw) }); !errors.Is(err, books.ErrPeriodClosed) {
		t.Errorf("into a closed month: %v", err)
	}
	got, err := post(t, db, receipt("next", 2, 1))
	if err != nil || got.PostedMonth != march+1 || got.PostedOn != first.PostedOn {
		t.Errorf("posted into %v, %v; want the next open month", got.PostedMonth, err)
	}
	old := receipt("old", 2, 1)
	old.PostedOn = calendar.NewMonth(2025, 11).First()
	if got, err := post(t, db, old); err != nil || got.PostedMonth != march+1 {
		t.Errorf("an older day is posted into %v, %v", got.PostedMonth, err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		closed, err := tx.ClosedPeriods(ctx)
		if !slices.Equal(closed, []calendar.Month{march}) {
			t.Errorf("closed: %v", closed)
		}
		return err
	})
	err = db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.ClosePeriod(t.Context(), march) })
	if !books.Taken(err, "period") {
		t.Errorf("closed twice: %v", err)
	}
}

// closingWaits closes a month while a transaction has sent its entry and not
// committed: either the entry is in the month before it closes, or it is
// refused; never does a closed month grow.
func closingWaits(t *testing.T, e Engine) {
	db, _ := New(t, e)
	march := calendar.NewMonth(2026, 3)
	sent, closed := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	var grewAfter bool
	err := db.Update(t.Context(), Area, func(tx store.Tx) error {
		if _, err := ledger.Post(t.Context(), tx, receipt("k", 2, 1)); err != nil {
			return err
		}
		if err := tx.Flush(t.Context()); err != nil {
			return err
		}
		once.Do(func() {
			go func() {
				close(sent)
				closed <- db.Update(context.WithoutCancel(t.Context()), Area, func(tx store.Tx) error { return tx.ClosePeriod(t.Context(), march) })
			}()
		})
		<-sent
		select {
		case err := <-closed:
			closed <- err
			grewAfter = err == nil
		case <-time.After(200 * time.Millisecond):
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if grewAfter {
		t.Error("the month was closed while an entry into it was under way, and the entry came after")
	}
	if err := <-closed; err != nil {
		t.Errorf("closing: %v", err)
	}
}

// balancePages: pages of any size put together are the whole account, without a
// line twice, across parties and schemes.
func balancePages(t *testing.T, e Engine) {
	db, _ := New(t, e)
	x := ledger.Entry{Kind: ledger.Billing, RefKind: "declaration", Ref: "d", Key: "bill"}
	for _, party := range []string{"", "B", "a", "a/1", "b"} {
		for n, scheme := range []insurance.Scheme{0, insurance.Pension, insurance.Medical} {
			x.Legs = append(x.Legs, ledger.Leg{Account: ledger.Receivable, Party: party, Scheme: scheme, EmployerFen: money.Fen(n + 1)})
		}
	}
	x.Legs = append(x.Legs, ledger.Leg{Account: ledger.FundDue, EmployerFen: -30})
	if _, err := post(t, db, x); err != nil {
		t.Fatal(err)
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		all, err := tx.Balances(ctx, ledger.Receivable, "")
		if err != nil || len(all) != 15 {
			t.Errorf("%d lines, want 15: %v", len(all), err)
		}
		for _, of := range []struct {
			party string
			lines int
		}{{"", 15}, {"a", 3}, {"nobody", 0}} {
			for _, size := range []int{1, 2, 3, 7, 100} {
				var got []string
				for p := (books.Page{Limit: size}); ; {
					list, err := tx.BalancePage(ctx, ledger.Receivable, of.party, p)
					if err != nil {
						return err
					}
					if len(list) > size {
						t.Errorf("a page of %d has %d lines", size, len(list))
					}
					for _, b := range list {
						got = append(got, b.Line()+" "+b.EmployerFen.String())
					}
					if len(list) < size {
						break
					}
					p.After = list[len(list)-1].Line()
				}
				var want []string
				for _, b := range all {
					if of.party == "" || b.Party == of.party {
						want = append(want, b.Line()+" "+b.EmployerFen.String())
					}
				}
				if !slices.Equal(got, want) || len(got) != of.lines {
					t.Errorf("party %q by %d: got %v, want %v", of.party, size, got, want)
				}
			}
		}
		for _, bad := range []string{"a", "/", "a/x"} {
			if _, err := tx.BalancePage(ctx, ledger.Receivable, "", books.Page{After: bad}); fault.KindOf(err) != fault.Usage {
				t.Errorf("after %q: %v", bad, err)
			}
		}
		return nil
	})
}

func entryPaid(t *testing.T, e Engine) {
	db, clock := New(t, e)
	bill := ledger.Entry{Kind: ledger.Billing, RefKind: "declaration", Ref: "d", Key: "bill", Legs: []ledger.Leg{
		{Account: ledger.Receivable, Party: "firm", Person: "p1", Scheme: insurance.Pension, FeeMonth: calendar.NewMonth(2026, 1), EmployerFen: 200, PersonFen: 100, Charge: "c1"},
		{Account: ledger.FundDue, Scheme: insurance.Pension, EmployerFen: -200, PersonFen: -100},
	}}
	got, err := post(t, db, receipt("k", 200, 100))
	if err != nil {
		t.Fatal(err)
	}
	undo := receipt("undo", -50, 0)
	undo.Kind, undo.Corrects, undo.RefKind, undo.Ref = ledger.Correction, got.ID, "entry", got.ID
	for _, x := range []ledger.Entry{bill, undo} {
		clock.Add(time.Second)
		if _, err := post(t, db, x); err != nil {
			t.Fatal(err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		of, err := tx.PaidOf(ctx, []string{"nobody", "p1"})
		if err != nil {
			return err
		}
		on, err := tx.PaidOn(ctx, "c1")
		for name, list := range map[string][]ledger.Paid{"of": of, "on": on} {
			if len(list) != 2 || list[0].EmployerFen != 200 || list[0].PersonFen != 100 || list[1].EmployerFen != -50 || list[1].PersonFen != 0 ||
				list[0].Employer != "firm" || list[0].FeeMonth != calendar.NewMonth(2026, 1) || list[0].Charge != "c1" {
				t.Errorf("paid %s: %+v; the bill is no payment, the correction takes 50 back", name, list)
			}
		}
		if err != nil {
			return err
		}
		sums, err := tx.Balances(ctx, ledger.Receivable, "firm")
		if len(sums) != 1 || sums[0].EmployerFen != 50 || sums[0].PersonFen != 0 { // 200 - 200 + 50, 100 - 100
			t.Errorf("the firm owes %+v", sums)
		}
		if err != nil {
			return err
		}
		corrections, err := tx.CorrectionsOf(ctx, got.ID)
		if len(corrections) != 1 || corrections[0].Key != "undo" {
			t.Errorf("corrections: %+v", corrections)
		}
		return err
	})
}

// own is money that enters a person's own account on a day.
func own(key, person string, on calendar.Date, amount money.Fen) ledger.Entry {
	return ledger.Entry{Kind: ledger.Receipt, RefKind: "payment", Ref: key, Key: key, PostedOn: on, Legs: []ledger.Leg{
		{Account: ledger.Bank, Party: "bank", PersonFen: amount},
		{Account: ledger.Personal, Party: person, Person: person, Scheme: insurance.Pension, FeeMonth: on.Month(), PersonFen: -amount}}}
}

func entryAccounts(t *testing.T, e Engine) {
	db, _ := New(t, e)
	interest := own("i", "p1", Day(t, "2025-12-31"), 7)
	interest.Kind, interest.RefKind, interest.Ref = ledger.Crediting, "interest", "2025"
	interest.Legs[0].Account = ledger.Interest
	for _, x := range []ledger.Entry{
		own("a", "p1", Day(t, "2023-05-01"), 100), own("b", "p1", Day(t, "2024-12-31"), 20), own("c", "p1", Day(t, "2025-01-01"), 1), own("d", "p1", Day(t, "2025-12-31"), 3),
		own("e", "p1", Day(t, "2026-01-01"), 1000), own("f", "p2", Day(t, "2026-02-01"), 5), interest,
	} {
		if _, err := post(t, db, x); err != nil {
			t.Fatal(err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.AccountYears(ctx, insurance.Pension, 2025, "", 10)
		want := []ledger.AccountYear{{Person: "p1", Opening: 120, Credited: 7, Times: 1}, {Person: "p2"}}
		want[0].Months[0], want[0].Months[11] = 1, 3
		if !slices.Equal(got, want) {
			t.Errorf("accounts in 2025: %+v", got)
		}
		if err != nil {
			return err
		}
		next, err := tx.AccountYears(ctx, insurance.Pension, 2025, "p1", 1)
		if len(next) != 1 || next[0].Person != "p2" {
			t.Errorf("behind p1: %+v", next)
		}
		if err != nil {
			return err
		}
		sums, err := tx.PersonalOf(ctx, []string{"p2", "p1", "p0"}, Day(t, "2025-12-31"))
		if !slices.Equal(sums, []ledger.PersonalAccount{{Person: "p1", Scheme: insurance.Pension, Amount: 131, Interest: 7}}) {
			t.Errorf("at the end of 2025: %+v", sums)
		}
		return err
	})
}

// entryCame moves money of two persons between areas: 100 and 30 from one, of
// which 20 were wrong, 7 from another, and 40 back to the first.
func entryCame(t *testing.T, e Engine) {
	db, _ := New(t, e)
	on := Day(t, "2025-03-10")
	move := func(key, from, to, person string, s insurance.Scheme, amount money.Fen) ledger.Move {
		return ledger.Move{Key: key, From: from, To: to, On: on, Reason: "r", Parts: []ledger.Leg{{Account: ledger.Personal, Party: person, Person: person, Scheme: s, PersonFen: amount}}}
	}
	for _, m := range []ledger.Move{move("a", "310000", Area, "p1", insurance.Pension, 100), move("b", "310000", Area, "p2", insurance.Pension, 30),
		move("c", "310000", Area, "p1", insurance.Medical, 5), move("d", "120000", Area, "p1", insurance.Pension, 7), move("e", Area, "310000", "p1", insurance.Pension, 40)} {
		entry, err := m.In(map[string]string{"p1": "p1", "p2": "p2"})
		if m.From == Area {
			entry, err = m.Out()
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry, err = post(t, db, entry); err != nil {
			t.Fatal(err)
		}
		if m.Key != "a" {
			continue
		}
		wrong := move("x", "310000", Area, "p1", insurance.Pension, 20)
		fix, err := wrong.Out() // the other way round
		if err != nil {
			t.Fatal(err)
		}
		for i := range fix.Legs {
			if fix.Legs[i].Account == ledger.Clearing {
				fix.Legs[i].Party = "310000"
			}
		}
		if _, err := post(t, db, ledger.Entry{Kind: ledger.Correction, RefKind: "entry", Ref: entry.ID, Corrects: entry.ID, Key: "undo", PostedOn: on, Reason: "r", Legs: fix.Legs}); err != nil {
			t.Fatal(err)
		}
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		for until, want := range map[string][]ledger.PersonalAccount{
			"2025-03-09": {},
			"2025-03-10": {{Person: "p1", Scheme: insurance.Pension, Amount: 80}, {Person: "p1", Scheme: insurance.Medical, Amount: 5}, {Person: "p2", Scheme: insurance.Pension, Amount: 30}},
		} {
			got, err := tx.CameFrom(ctx, "310000", []string{"p2", "p1", "p0"}, Day(t, until))
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("came from 310000 until %s: %+v, %v", until, got, err)
			}
		}
		return nil
	})
}

func entryClients(t *testing.T, e Engine) {
	db, _ := New(t, e)
	const clients, each = 8, 25
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := range each {
				// each key is posted by two clients; the one that comes second finds it
				key := fmt.Sprintf("%d/%d", c/2, i)
				if _, err := post(t, db, receipt(key, 2, 1)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		sums, err := tx.Balances(ctx, ledger.Bank, "")
		if want := money.Fen(clients / 2 * each * 2); len(sums) != 1 || sums[0].EmployerFen != want {
			t.Errorf("the bank has %+v, want %v of employers", sums, want)
		}
		return err
	})
	tallies(t, db)
}

// entryProcesses lets two processes write to the same lanes, each from what it
// remembers of them.
func entryProcesses(t *testing.T, e Engine) {
	db, _ := New(t, e)
	both := []*sqlstore.DB{db, sqlstore.New(db.Config)}
	for i := range 3 * db.Dialect.Lanes() {
		if _, err := post(t, both[i%2], receipt(fmt.Sprint(i), 2, 1)); err != nil {
			t.Fatal(err)
		}
		if i%7 == 0 { // what the other posted is found
			if _, err := post(t, both[(i+1)%2], receipt(fmt.Sprint(i), 2, 1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	// one closes a month, the other does not know it yet
	march := calendar.NewMonth(2026, 3)
	if err := both[1].Update(t.Context(), Area, func(tx store.Tx) error { return tx.ClosePeriod(t.Context(), march) }); err != nil {
		t.Fatal(err)
	}
	if got, err := post(t, both[0], receipt("after", 2, 1)); err != nil || got.PostedMonth != march+1 {
		t.Errorf("posted into %v, %v", got.PostedMonth, err)
	}
	tallies(t, db)
}

// entryMany posts enough for a bulk load, one key of them twice.
func entryMany(t *testing.T, e Engine) {
	db, _ := New(t, e)
	var list []ledger.Entry
	for i := range 1200 {
		list = append(list, receipt(fmt.Sprint(i%1199), 2, 1))
	}
	for range 2 {
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			out, err := ledger.PostAll(ctx, tx, list)
			if err == nil && out[0].ID != out[1199].ID {
				t.Error("one key is two entries")
			}
			return err
		})
	}
	View(t, db, func(ctx context.Context, tx store.Tx) error {
		sums, err := tx.Balances(ctx, ledger.Bank, "")
		if len(sums) != 1 || sums[0].EmployerFen != 2*1199 {
			t.Errorf("the bank has %+v", sums)
		}
		n, after := 0, ""
		for err == nil {
			var page []ledger.Entry
			if page, err = tx.Entries(ctx, books.Page{After: after, Limit: 1000}); len(page) == 0 {
				break
			}
			n, after = n+len(page), page[len(page)-1].ID
		}
		if n != 1199 {
			t.Errorf("the journal has %d entries", n)
		}
		return err
	})
	tallies(t, db)
}

// tallies compares the lanes with the journal: every row was counted once.
func tallies(t *testing.T, db *sqlstore.DB) {
	t.Helper()
	rows, err := db.Reader.QueryContext(t.Context(), "SELECT sums FROM lane WHERE area = '"+Area+"'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	total := sqlstore.NewSums()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		s, err := sqlstore.ParseSums(b)
		if err != nil {
			t.Fatal(err)
		}
		total.Plus(s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, tab := range sqlstore.Tables() {
		if tab.Name != "entry" && tab.Name != "posting" {
			continue
		}
		var n int64
		if err := db.Reader.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+tab.Name+" WHERE area = '"+Area+"'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != total.Count(tab) {
			t.Errorf("%s: %d rows, the lanes count %d", tab.Name, n, total.Count(tab))
		}
	}
}
