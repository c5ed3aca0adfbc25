package office_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/card"
	"bujiao/internal/casework"
	hall "bujiao/internal/counter"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// atOnce asks n times at the same moment and gives what came.
func atOnce[Out any](n int, ask func(i int) (Out, error)) ([]Out, []error) {
	outs, errs := make([]Out, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { outs[i], errs[i] = ask(i) })
	}
	all.Wait()
	return outs, errs
}

// TestDeclaredAtOnce: a month that is declared six times at the same moment is
// billed once; with one key each gets that bill, with keys of their own all but
// one are told.
func TestDeclaredAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o, _, q := payrollOn(t, e)
			in := sheet("张三,"+numberA+",10000", "李四,"+numberB+",10000")
			got, errs := atOnce(6, func(int) (office.FileAnswer, error) { return o.DeclareByFile(t.Context(), q, in) })
			for i, r := range got { // 2 x (2670.00 + 1053.00), see package declaration
				if errs[i] != nil || r.Bill.EmployerFen != 534000 || r.Bill.PersonFen != 210600 || r.Bill.Declaration.ID != got[0].Bill.Declaration.ID {
					t.Errorf("with one key: %+v, %v", r.Bill, errs[i])
				}
			}
			o, _, q = payrollOn(t, e)
			_, errs = atOnce(6, func(i int) (office.FileAnswer, error) {
				own := q
				own.Key = fmt.Sprint("own", i)
				return o.DeclareByFile(t.Context(), own, in)
			})
			billed := 0
			for _, err := range errs {
				switch key(err) {
				case "":
					billed++
				case "declaration.exists":
				default:
					t.Errorf("with a key of its own: %v", err)
				}
			}
			if billed != 1 {
				t.Errorf("billed %d times", billed)
			}
		})
	}
}

// TestClockAtOnce: two servers begin a day and read the clock while an operator
// moves it; all end on the same day.
func TestClockAtOnce(t *testing.T) {
	db, wall := storetest.New(t, storetest.SQLite)
	clocks := []*office.Clock{office.NewClock(wall.Now), office.NewClock(wall.Now)}
	wall.Add(24 * time.Hour)
	set := storetest.Day(t, "2026-03-20")
	_, errs := atOnce(9, func(i int) (calendar.Date, error) {
		c := clocks[i%2]
		day := c.Today()
		switch i {
		case 8:
			return day, c.Set(t.Context(), db, set)
		case 0, 1:
			return day, c.Read(t.Context(), db)
		}
		return day, c.Begin(t.Context(), db)
	})
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	for _, c := range clocks {
		if err := c.Begin(t.Context(), db); err != nil || c.Today() != set || c.Jumped() {
			t.Errorf("on %s (%v), want %s", c.Today(), err, set)
		}
	}
}

// TestOpenedAtOnce: two who apply for a card, or for a transfer, at twenty doors
// each at the same moment have one application each; they are the first cases of
// the kind.
func TestOpenedAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		for _, in := range []office.CaseOpening{
			{Kind: "card", Event: "apply", Data: casework.Values{"purpose": "first", "channel": "online"}},
			{Kind: "transfer", Event: "apply_in", Data: casework.Values{"other_area": "310000", "scheme": "pension"}},
		} {
			t.Run(e.Name+"/"+in.Kind, func(t *testing.T) {
				o, _, _ := papersOfficeOn(t, e)
				o.Signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
				_, errs := atOnce(40, func(i int) (office.Moved, error) {
					q := by(access.Insured, fmt.Sprint(1+i%2))
					q.Key = fmt.Sprint("own", i)
					return o.OpenCase(t.Context(), q, in)
				})
				opened := 0
				for _, err := range errs {
					switch key(err) {
					case "":
						opened++
					case "casework.unmet":
					default:
						t.Errorf("at another door: %v", err)
					}
				}
				if opened != 2 {
					t.Errorf("%d applications", opened)
				}
			})
		}
	}
}

// TestBatchedAtOnce: cards of two banks that are sent with one new batch at the
// same moment are of one bank in the end.
func TestBatchedAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o, _, _ := papersOfficeOn(t, e)
			o.Signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
			const n = 16
			from := storetest.Day(t, "2015-01-05")
			storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) (err error) {
				for i := range n {
					err = errors.Join(err, tx.NewPerson(ctx, registry.Person{ID: fmt.Sprint("holder", i), NumberHash: fmt.Sprint("holder", i), NumberKind: "citizen",
						Number: "11010519491231002X", Name: "张三", Birth: storetest.Day(t, "1980-01-01"), Sex: insurance.Male, From: from, KnownOn: from}))
				}
				return err
			})
			clerk, cards := by(access.Clerk, ""), make([]string, n)
			for i := range n {
				m, err := o.OpenCase(t.Context(), clerk, office.CaseOpening{Kind: "card", Event: "apply", Person: fmt.Sprint("holder", i),
					Data: casework.Values{"purpose": "first", "channel": "service_point"}})
				if err != nil {
					t.Fatal(err)
				}
				cards[i] = m.Case.ID
				for _, x := range []struct {
					event string
					data  casework.Values
				}{
					{"print_form", casework.Values{"service_point": "海淀", "bank": []string{"工商银行", "农业银行"}[i%2], "bank_confirmed": "true", "collected_by": "self", "id_original": "true", "id_copy": "true"}},
					{"hand_in", casework.Values{"photo": "id_photo", "photo_authorised": "true", "corrected": "false"}},
					{"sign", casework.Values{"holder_signed": "true", "staff_signed": "true"}},
				} {
					if _, err := o.MoveCase(t.Context(), clerk, office.CaseMove{Case: cards[i], Event: x.event, Data: x.data}); err != nil {
						t.Fatal(x.event, err)
					}
				}
			}
			_, errs := atOnce(n, func(i int) (office.Moved, error) {
				q := clerk
				q.Key = fmt.Sprint("own", i)
				return o.MoveCase(t.Context(), q, office.CaseMove{Case: cards[i], Event: "produce", Data: casework.Values{"batch": "1"}})
			})
			sent := 0
			for _, err := range errs {
				switch key(err) {
				case "":
					sent++
				case "casework.unmet":
				default:
					t.Error(err)
				}
			}
			b, err := o.CardBatch(t.Context(), clerk, "1")
			if err != nil || sent != n/2 || len(b.Lines) != sent || slices.ContainsFunc(b.Lines, func(l card.Line) bool { return l.Bank != b.Bank }) {
				t.Errorf("%d sent: %+v, %v", sent, b, err)
			}
		})
	}
}

// TestVisitedAtOnce: who asks two halls for a number at the same moment has one,
// about a case or without one, booked or waited for.
func TestVisitedAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o, _, _ := papersOfficeOn(t, e)
			o.Signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
			clerk := by(access.Clerk, "")
			c := &counter{Office: o, t: t, clerk: clerk}
			halls := []string{c.openHall("110105"), c.openHall("110108")}
			m, err := o.OpenCase(t.Context(), clerk, office.CaseOpening{Kind: "card", Event: "apply", Person: "p1", Data: casework.Values{"purpose": "first", "channel": "service_point"}})
			if err != nil {
				t.Fatal(err)
			}
			for i, ask := range []hall.Ask{{Person: "p1", Case: m.Case.ID}, {Person: "p1"}, {Person: "p2"}, {Employer: "e1"}, {Employer: "e2"}} {
				name, day := fmt.Sprintf("%+v", ask), c.day("2026-03-02")+calendar.Date(i)
				_, errs := atOnce(8, func(i int) (any, error) {
					q, in := clerk, ask
					q.Key, in.Office, in.Service, in.Day, in.Slot = fmt.Sprint(name, i), halls[i%2], "counter", day, "09:30"
					if i < 6 {
						return o.Book(t.Context(), q, in)
					}
					return o.Wait(t.Context(), q, hall.Wish{Office: in.Office, Service: in.Service, Person: in.Person, Employer: in.Employer, Case: in.Case, Earliest: day, Latest: day})
				})
				made := 0
				for _, err := range errs {
					switch key(err) {
					case "":
						made++
					case "counter.has_one", "counter.full":
					default:
						t.Errorf("%s: %v", name, err)
					}
				}
				if made != 1 {
					t.Errorf("%s: %d numbers", name, made)
				}
			}
		})
	}
}

// TestJoinedAtOnce: transfers from one area that were begun under many records
// of one person and are ended at the same moment do not end twice on the money
// that came once.
func TestJoinedAtOnce(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			o, _, _ := papersOfficeOn(t, e)
			o.Signing = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
			clerk, reviewer, finance := by(access.Clerk, ""), by(access.Reviewer, ""), by(access.Finance, "")
			if err := o.Store.Update(t.Context(), "310000", func(tx store.Tx) error { return tx.SetSetting(t.Context(), "opened", "", tx.Today().String()) }); err != nil {
				t.Fatal(err)
			}
			reviewer.Purpose = access.Review
			const n = 40
			from := storetest.Day(t, "2015-01-05")
			record := func(i int) string { return fmt.Sprint("record", i) }
			storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) (err error) {
				for i := range n {
					err = errors.Join(err, tx.NewPerson(ctx, registry.Person{ID: record(i), NumberHash: record(i), NumberKind: "citizen",
						Number: "11010519491231002X", Name: "张三", Birth: storetest.Day(t, "1980-01-01"), Sex: insurance.Male, From: from, KnownOn: from}))
				}
				return err
			})
			var cases []string
			var today calendar.Date
			for i := range n {
				m, err := o.OpenCase(t.Context(), clerk, office.CaseOpening{Kind: "transfer", Event: "apply_in", Person: record(i), Data: casework.Values{"other_area": "310000", "scheme": "pension"}})
				if err != nil {
					t.Fatal(err)
				}
				cases, today = append(cases, m.Case.ID), m.Event.On
				for _, x := range []struct {
					q      office.Request
					event  string
					data   casework.Values
					months []casework.Month
				}{
					{clerk, "send_letter", casework.Values{"letter_on": today.String(), "other_office": "上海市社保中心"}, nil},
					{clerk, "receive", casework.Values{"account_there": "70.00", "lump_there": "0"}, []casework.Month{{Scheme: insurance.Pension, FeeMonth: today.Month() - 3}}},
					{reviewer, "take_over", nil, nil},
				} {
					if _, err := o.MoveCase(t.Context(), x.q, office.CaseMove{Case: m.Case.ID, Event: x.event, Data: x.data, Months: x.months}); err != nil {
						t.Fatal(x.event, err)
					}
				}
			}
			came := ledger.Move{Key: "k", From: "310000", To: storetest.Area, On: today, Reason: "r", Parts: []ledger.Leg{{Account: ledger.Personal, Party: record(0), Person: record(0), Scheme: insurance.Pension, PersonFen: 7000}}}
			storetest.Update(t, o.Store, func(ctx context.Context, tx store.Tx) error {
				entry, err := came.In(map[string]string{record(0): record(0)})
				if err == nil {
					_, err = ledger.Post(ctx, tx, entry)
				}
				for i := 1; i < n; i++ {
					err = errors.Join(err, tx.AddMerge(ctx, registry.Merge{ID: record(i), Loser: record(i), Winner: record(0), KnownOn: today}))
				}
				return err
			})
			_, errs := atOnce(n, func(i int) (office.Moved, error) {
				q := finance
				q.Key = fmt.Sprint("own", i)
				return o.MoveCase(t.Context(), q, office.CaseMove{Case: cases[i], Event: "join"})
			})
			joined := 0
			for _, err := range errs {
				switch key(err) {
				case "":
					joined++
				case "casework.unmet":
				default:
					t.Error(err)
				}
			}
			if joined != 1 {
				t.Errorf("%d ended on it", joined)
			}
		})
	}
}
