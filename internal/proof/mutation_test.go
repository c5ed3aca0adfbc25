package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/counter"
	"bujiao/internal/notice"
	"bujiao/internal/paper"
	"bujiao/internal/proof"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

// TestEveryColumn changes one value straight in the database, for every column
// of every table that the engine's catalogue has, once below a seal and once
// above; takes a row away; adds a copy of one under another key; puts an
// earlier state of a row back. Each time the proof names the table and the
// row, and whose and which month it is.
func TestEveryColumn(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) { everyColumn(t, e) })
	}
}

func everyColumn(t *testing.T, e storetest.Engine) {
	w := openTown(t, e)
	employer := w.found(p1, p2)
	w.month(employer, "2025-02", p1, p2)
	w.fill(employer)
	w.seal()
	w.year(employer)
	w.sound("before any change")
	storetest.Intrude(t, e, w.raw)

	tables, _ := storetest.Catalogue(t, e, w.raw)
	changed := 0
	for name, cols := range tables {
		if name == sqlstore.VersionTable {
			w.versions(cols)
			continue
		}
		tab := sqlstore.TableOf(name)
		rows := storetest.ReadRaw(t, w.raw, tab)
		if len(rows) == 0 {
			t.Errorf("%s has no row: nothing is tried", name)
			continue
		}
		for _, row := range rowsOf(rows) {
			for i, c := range cols {
				w.changes(tab, row, i, c.Name)
				changed++
			}
			w.takes(tab, row)
			w.copies(tab, row)
		}
		if !tab.Append && name != "lane" && tab.Key < len(tab.Cols) { // a row that is all key has no older version
			w.putsBack(tab, rows[0])
		}
	}
	w.putsLaneBack()
	w.sound("after all changes were undone")
	if want := 380; changed < want {
		t.Errorf("only %d columns were changed", changed)
	}
}

// rowsOf takes the first and the last: of sealed tables one below the seal and
// one above.
func rowsOf(rows [][]any) [][]any {
	if len(rows) == 1 {
		return rows
	}
	return [][]any{rows[0], rows[len(rows)-1]}
}

// played are tables that the months of the office fill.
var played = []string{"seal", "sealed", "pay_order", "open_order", "order_charge", "order_event", "bank_file", "bank_line", "payment", "suspense", "refund"}

// fill puts a row into every table that the office's doings left empty.
func (w *town) fill(employer string) {
	w.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		if _, err := tx.PutBox(ctx, "person", p1, "note", "secret"); err != nil {
			return err
		}
		if err := told(ctx, tx); err != nil {
			return err
		}
		return tx.ClosePeriod(ctx, calendar.Month(0).Add(2024*12))
	})
	w.receive(employer)
	w.withdrawn(employer, p1)
	w.withdrawn(employer, p2)
	w.issue(employer)
	for _, tab := range sqlstore.Counted() {
		if len(storetest.ReadRaw(w, w.raw, tab)) > 0 || slices.Contains(played, tab.Name) {
			continue
		}
		w.update(func(ctx context.Context, tx store.Tx) error {
			for seed := range 2 {
				row := storetest.SampleRow(tab, seed)
				row = row[:len(tab.Cols)]
				for i, c := range tab.Cols {
					switch c.Name {
					case "id":
						row[i] = tx.NewID()
					case "person", "loser":
						row[i] = p1
					case "winner":
						row[i] = p2
					case "employer":
						row[i] = employer
					case "month", "fee_month", "period":
						row[i] = fmt.Sprintf("2025-0%d", seed+1)
					case "scheme":
						row[i] = int64(110)
					case "upload", "replaces", "box", "case_id": // of rows that this one does not have
						row[i] = ""
					}
				}
				if err := tx.(*sqlstore.Tx).Put(ctx, tab, row); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// told tells a person something, who reads it and has an address.
func told(ctx context.Context, tx store.Tx) error {
	tx.AddContact(ctx, notice.Contact{Owner: p1, Channel: notice.Email, Kind: "person", Lang: "zh", ChangedBy: "c", ChangedAt: tx.At()})
	if err := notice.Tell(ctx, tx, notice.To{Person: p1}, "card.ready", nil, ""); err != nil {
		return err
	}
	list, err := tx.Messages(ctx, []string{"person/" + p1}, "", books.Page{})
	if err != nil {
		return err
	}
	return notice.MarkRead(ctx, tx, "reader", list[0].ID)
}

// receive opens an office with two windows, at which two come.
func (w *town) receive(employer string) {
	w.Helper()
	days := storetest.Weekdays(w)
	day := w.today
	w.today = w.day("2026-03-02")
	w.update(func(ctx context.Context, tx store.Tx) error {
		for _, p := range []string{p1, p2} {
			o, err := counter.Open(ctx, tx, counter.NewOffice{Name: "中心", Address: "路1号", Kind: "centre", Territory: []string{area}, SlotMinutes: 30, AheadDays: 14, OfferDays: 1, From: w.today})
			if err != nil {
				return err
			}
			_, _, err = counter.OpenWindow(ctx, tx, days, o.ID, counter.NewWindow{Number: 1, Services: []string{"counter"}, From: w.today})
			_, _, err2 := counter.OpenHours(ctx, tx, days, o.ID, counter.NewHours{Kind: counter.Working, From: w.today, Opens: "09:00", Closes: "10:00"})
			_, err3 := counter.Book(ctx, tx, days, counter.Ask{Office: o.ID, Service: "counter", Day: w.today + 1, Slot: "09:30", Person: p})
			_, err4 := counter.RecordPlace(ctx, tx, employer, area, w.day("2024-01-01"), "x")
			if err := errors.Join(err, err2, err3, err4); err != nil {
				return err
			}
		}
		return nil
	})
	w.today = day
}

// issue issues papers of two wordings in two series and serves them.
func (w *town) issue(employer string) {
	w.Helper()
	press := paper.Press{Laws: w.laws, Key: ed25519.NewKeyFromSeed(make([]byte, 32))}
	w.update(func(ctx context.Context, tx store.Tx) error {
		for _, name := range []string{"monthly_notice", "payment_notice"} {
			data := map[string]any{"month": "2025-01"}
			if name == "monthly_notice" {
				data["person_name"], data["person_number"], data["as_of"] = "张三", "1", "2025-02-01"
				data["lines"] = []any{map[string]any{"scheme": "pension", "fee_month": "2025-01", "category": "normal", "employer_paid": "1.00", "person_paid": "1.00"}}
			} else {
				data["persons"], data["due_on"], data["total"] = 1, "2025-02-15", "2.00"
				data["lines"] = []any{map[string]any{"scheme": "pension", "fee_month": "2025-01", "persons": 1, "employer_share": "1.00", "person_share": "1.00", "late_fee": "0.00"}}
			}
			p, err := press.Issue(ctx, tx, paper.Issue{Template: name, Person: p1, Employer: employer, Data: data})
			if err != nil {
				return err
			}
			if _, err := paper.Serve(ctx, tx, p.ID, "direct", 0, "x"); err != nil {
				return err
			}
		}
		return nil
	})
}

// key is the condition on a row's key and its values.
func (w *town) key(tab *sqlstore.Table, row []any) (where string, args []any) {
	var parts []string
	for i, c := range tab.Cols[:tab.Key] {
		parts, args = append(parts, c.Name+" = ?"), append(args, row[i])
	}
	return strings.Join(parts, " AND "), args
}

func (w *town) exec(query string, args ...any) {
	w.Helper()
	res, err := w.raw.ExecContext(w.Context(), w.engine.Rebind(query), args...)
	if err != nil {
		w.Fatalf("%s: %v", query, err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		w.Fatalf("%s: %d rows", query, n)
	}
}

// put writes all columns of a row in the place of another.
func (w *town) put(tab *sqlstore.Table, in, row []any) {
	w.Helper()
	var set []string
	for _, c := range tab.Cols {
		set = append(set, c.Name+" = ?")
	}
	where, args := w.key(tab, in)
	w.exec("UPDATE "+tab.Name+" SET "+strings.Join(append(set, "mac = ?"), ", ")+" WHERE "+where, append(slices.Clone(row), args...)...)
}

// other is another value of the kind.
func other(v any) any {
	switch v := v.(type) {
	case string:
		return v + "x"
	case int64:
		return v + 1
	case nil:
		return int64(0)
	case []byte:
		v = bytes.Clone(v)
		v[len(v)-1] ^= 1
		return v
	}
	panic(fmt.Sprintf("%T", v))
}

// otherKey is one that no row has.
func otherKey(v any) any {
	if n, ok := v.(int64); ok {
		return n + 1000
	}
	return other(v)
}

func (w *town) changes(tab *sqlstore.Table, row []any, i int, col string) {
	w.Helper()
	changed := slices.Clone(row)
	if changed[i] = other(row[i]); i == tab.Key-1 {
		changed[i] = otherKey(row[i])
	}
	w.put(tab, row, changed)
	w.named(fmt.Sprintf("%s.%s of %s", tab.Name, col, tab.Ref(row)), tab, col, row, changed)
	w.put(tab, changed, row)
}

func (w *town) takes(tab *sqlstore.Table, row []any) {
	w.Helper()
	where, args := w.key(tab, row)
	w.exec("DELETE FROM "+tab.Name+" WHERE "+where, args...)
	w.named("row "+tab.Ref(row)+" of "+tab.Name+" taken away", tab, "", row)
	w.insert(tab, row)
}

func (w *town) insert(tab *sqlstore.Table, row []any) {
	w.Helper()
	if err := storetest.InsertRaw(w.Context(), w.engine, w.raw, tab, row); err != nil {
		w.Fatal(err)
	}
}

// copies adds a row that says the same under another key; what else must be
// unique is another too.
func (w *town) copies(tab *sqlstore.Table, row []any) {
	w.Helper()
	twin := slices.Clone(row)
	twin[tab.Key-1] = otherKey(row[tab.Key-1])
	for _, col := range uniques[tab.Name] {
		for i, c := range tab.Cols {
			if c.Name == col {
				twin[i] = other(row[i])
			}
		}
	}
	w.insert(tab, twin)
	w.named("copy of row "+tab.Ref(row)+" of "+tab.Name, tab, "", twin)
	where, args := w.key(tab, twin)
	w.exec("DELETE FROM "+tab.Name+" WHERE "+where, args...)
}

// uniques are columns that a second key of a table is on.
var uniques = map[string][]string{"sealed": {"ref"}, "account": {"login_hash"}, "delivery": {"event"}, "dispatch": {"message"}, "clock": {"object"}, "person": {"number_hash"},
	"employer": {"credit_code"}, "bank_file": {"file_hash"}, "upload": {"hash"}, "bank_line": {"seq"}, "payment": {"key"}, "paper": {"number"}, "suspense": {"bank_line"}, "entry": {"key"}, "arrears": {"cause", "fee_month"}}

// putsBack changes a row through the program and then puts the earlier one back.
func (w *town) putsBack(tab *sqlstore.Table, old []any) {
	w.Helper()
	now := slices.Clone(old[:len(tab.Cols)])
	last := len(tab.Cols) - 1
	now[last] = other(old[last])
	if tab.Name == "box" {
		now[last] = append(bytes.Clone(old[last].([]byte)), 0)
	}
	w.update(func(ctx context.Context, tx store.Tx) error { return tx.(*sqlstore.Tx).Replace(ctx, tab, old, now) })
	at := slices.IndexFunc(storetest.ReadRaw(w, w.raw, tab), func(r []any) bool { return tab.Ref(r) == tab.Ref(old) })
	newest := storetest.ReadRaw(w, w.raw, tab)[at]
	w.put(tab, newest, old)
	w.named("earlier state of row "+tab.Ref(old)+" of "+tab.Name, tab, "", old)
	w.put(tab, old, newest)
	w.update(func(ctx context.Context, tx store.Tx) error {
		return tx.(*sqlstore.Tx).Replace(ctx, tab, newest, old[:len(tab.Cols)])
	})
}

// putsLaneBack puts the earlier state of a lane back.
func (w *town) putsLaneBack() {
	w.Helper()
	lane := sqlstore.TableOf("lane")
	before := storetest.ReadRaw(w, w.raw, lane)
	w.update(func(ctx context.Context, tx store.Tx) error { tx.Audit(ctx, audit.Line{Action: "a"}); return nil })
	after := storetest.ReadRaw(w, w.raw, lane)
	for i, row := range after {
		if i < len(before) && !bytes.Equal(row[3].([]byte), before[i][3].([]byte)) {
			w.put(lane, row, before[i])
			w.named("earlier state of a lane", lane, "", before[i])
			w.put(lane, before[i], row)
			return
		}
	}
	w.Error("no lane was changed")
}

// named sees that the proof names the table and one of the rows, and whose and
// which month it is unless that was changed.
func (w *town) named(what string, tab *sqlstore.Table, col string, rows ...[]any) {
	w.Helper()
	r := w.prove()
	for _, d := range r.Differences {
		if d.Table != tab.Name {
			continue
		}
		if tab.Name == "lane" && d.Kind == proof.Lane && d.Row == "" {
			return // which of them is gone, nothing tells
		}
		for _, row := range rows {
			if (strings.HasSuffix("/"+tab.Ref(row), "/"+d.Row) || hashed(d.Row)) && whose(d, tab, row, col) {
				return
			}
		}
	}
	w.Errorf("%s: not named: %+v", what, r.Differences)
}

// A row that is gone is named by the id in which its key ended. hashed: if it
// ended in none, the hash of the key is all there is.
func hashed(row string) bool { return strings.HasPrefix(row, "#") }

func whose(d proof.Difference, tab *sqlstore.Table, row []any, col string) bool {
	if d.Kind == proof.Missing || hashed(d.Row) { // nothing of it is there any more
		return true
	}
	person, _ := tab.Value(row, "person").(string)
	month, _ := tab.Value(row, "fee_month").(string)
	return (col == "person" || person == "" || d.Person == person) && (col == "fee_month" || month == "" || d.Month == month)
}

// versions: the migrator's own table is the one exception. A version that is
// changed, missing or there twice shows; its moments and the numbers of its
// rows say nothing.
func (w *town) versions(cols []storetest.Column) {
	w.Helper()
	shows := func(what string) {
		w.Helper()
		if r := w.prove(); len(r.Differences) != 1 || r.Differences[0].Kind != proof.Schema || r.Differences[0].Table != sqlstore.VersionTable {
			w.Errorf("%s: %+v", what, r.Differences)
		}
	}
	for _, c := range cols {
		switch c.Name {
		case "version_id":
			w.exec("UPDATE " + sqlstore.VersionTable + " SET version_id = 77 WHERE version_id = 1")
			shows("another version")
			w.exec("UPDATE " + sqlstore.VersionTable + " SET version_id = 1 WHERE version_id = 77")
		case "is_applied":
			w.exec("UPDATE "+sqlstore.VersionTable+" SET is_applied = ? WHERE version_id = 1", false)
			shows("not applied")
			w.exec("UPDATE "+sqlstore.VersionTable+" SET is_applied = ? WHERE version_id = 1", true)
		case "id", "tstamp":
		default:
			w.Errorf("%s.%s is not tried", sqlstore.VersionTable, c.Name)
		}
	}
	w.exec("INSERT INTO "+sqlstore.VersionTable+" (version_id, is_applied) VALUES (78, ?)", true)
	shows("one more")
	w.exec("DELETE FROM " + sqlstore.VersionTable + " WHERE version_id = 78")
}
