package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/job"
	"bujiao/internal/notice"
	"bujiao/internal/store"
	"bujiao/internal/webhook"
)

func notices(t *testing.T, e Engine) {
	t.Run("who is told finds it, and once read it is no news", func(t *testing.T) {
		db, clock := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			return notice.Tell(ctx, tx, notice.To{Person: "p"}, "payment.notice", map[string]string{"month": "2026-07", "amount": "12.30", "due": "2026-08-15"}, "c1")
		})
		clock.Add(time.Second)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(
				notice.Tell(ctx, tx, notice.To{Role: access.Clerk}, "card.apply", nil, ""),
				notice.Tell(ctx, tx, notice.To{Employer: "p"}, "card.ready", nil, "c2"))
		})
		mine := []string{"person/p", "role/clerk"}
		var first notice.Message
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Messages(ctx, mine, "me", books.Page{})
			if err != nil || len(list) != 2 {
				t.Fatalf("%d messages, want 2: %v", len(list), err)
			}
			first = list[0]
			want := notice.Message{ID: first.ID, To: "person/p", Topic: "payment.notice", Args: map[string]string{"month": "2026-07", "amount": "12.30", "due": "2026-08-15"}, Case: "c1", At: first.At}
			if !reflect.DeepEqual(first, want) {
				t.Errorf("got %+v, want %+v", first, want)
			}
			page, err1 := tx.Messages(ctx, mine, "", books.Page{Limit: 1})
			rest, err2 := tx.Messages(ctx, mine, "", books.Page{Limit: 1, After: page[0].ID})
			if len(page) != 1 || len(rest) != 1 || page[0].ID != first.ID || rest[0].ID != list[1].ID {
				t.Errorf("pages %v and %v of %v", page, rest, list)
			}
			of, err3 := tx.MessagesOfCase(ctx, "c1", books.Page{})
			none, err4 := tx.MessagesOfCase(ctx, "", books.Page{})
			if len(of) != 1 || of[0].ID != first.ID || len(none) != 0 {
				t.Errorf("of the case %v, of none %v", of, none)
			}
			return errors.Join(err1, err2, err3, err4)
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error { return notice.MarkRead(ctx, tx, "me", first.ID) })
		Update(t, db, func(ctx context.Context, tx store.Tx) error { return notice.MarkRead(ctx, tx, "me", first.ID) })
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			news, err1 := tx.Messages(ctx, mine, "me", books.Page{})
			other, err2 := tx.Messages(ctx, mine, "other", books.Page{})
			seen, err3 := tx.ReadBy(ctx, "me", []string{first.ID, news[0].ID})
			if len(news) != 1 || news[0].ID == first.ID || len(other) != 2 || len(seen) != 1 || seen[0].Message != first.ID || seen[0].At == 0 {
				t.Errorf("news %v, another's %v, read %v", news, other, seen)
			}
			return errors.Join(err1, err2, err3)
		})
	})
	t.Run("an address gets a dispatch with a job, and the state is kept", func(t *testing.T) {
		db, _ := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			for _, c := range []notice.Channel{notice.SMS, notice.Email} {
				tx.AddContact(ctx, notice.Contact{Owner: "p", Channel: c, Kind: "person", Address: "box", Lang: "zh", ChangedBy: "c", ChangedAt: 7})
			}
			return nil
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			return notice.Tell(ctx, tx, notice.To{Person: "p"}, "card.ready", nil, "")
		})
		var d notice.Dispatch
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Messages(ctx, []string{"person/p"}, "", books.Page{})
			if err != nil || len(list) != 1 {
				t.Fatalf("%v %v", list, err)
			}
			sent, err1 := tx.DispatchesOf(ctx, []string{list[0].ID})
			jobs, err2 := tx.Jobs(ctx, job.Ready, books.Page{})
			if len(sent) != 2 || sent[0].Channel != notice.Email || sent[0].State != webhook.Waiting || len(jobs) != 2 || jobs[0].Kind != notice.Job {
				t.Fatalf("dispatches %+v, jobs %+v", sent, jobs)
			}
			d = sent[0]
			d.State, d.Attempt, d.Error = notice.Refused, 1, "550"
			return errors.Join(err1, err2, tx.SaveDispatch(ctx, d))
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			unsent, err1 := tx.Unsent(ctx, books.Page{})
			got, err2 := tx.Dispatch(ctx, d.ID)
			if len(unsent) != 1 || unsent[0].ID != d.ID || got.Error != "550" || got.State != notice.Refused {
				t.Errorf("unsent %+v, read %+v", unsent, got)
			}
			return errors.Join(err1, err2)
		})
		err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveDispatch(t.Context(), d) })
		if !errors.Is(err, books.ErrStale) {
			t.Errorf("saved over a change: %v", err)
		}
	})
	t.Run("an address is changed and removed, with its box", func(t *testing.T) {
		db, _ := New(t, e)
		var box string
		Update(t, db, func(ctx context.Context, tx store.Tx) (err error) {
			box, err = tx.PutBox(ctx, "contact", "p", "email", "z@example.org")
			tx.AddContact(ctx, notice.Contact{Owner: "p", Channel: notice.Email, Kind: "person", Address: box, Lang: "zh", ChangedBy: "c", ChangedAt: 7})
			return err
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Contacts(ctx, "p")
			if err != nil || len(list) != 1 {
				t.Fatalf("%v %v", list, err)
			}
			c := list[0]
			c.Lang = "en"
			return tx.SaveContact(ctx, c)
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Contacts(ctx, "p")
			if err != nil || len(list) != 1 || list[0].Lang != "en" {
				t.Fatalf("%v %v", list, err)
			}
			return errors.Join(tx.RemoveContact(ctx, list[0]), tx.DropBox(ctx, box), tx.DropBox(ctx, "none"))
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Contacts(ctx, "p")
			if _, open := tx.OpenBoxes(ctx, box); open == nil || len(list) != 0 {
				t.Errorf("removed, and yet %v, box %v", list, open)
			}
			return err
		})
		err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			for range 2 {
				tx.AddContact(t.Context(), notice.Contact{Owner: "q", Channel: notice.SMS, Kind: "person"})
			}
			return nil
		})
		if !books.Taken(err, "contact") {
			t.Errorf("two of a channel: %v", err)
		}
	})
	t.Run("what is rolled back tells nobody", func(t *testing.T) {
		db, _ := New(t, e)
		no := errors.New("no")
		if err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			return errors.Join(notice.Tell(t.Context(), tx, notice.To{Person: "p"}, "card.ready", nil, ""), no)
		}); !errors.Is(err, no) {
			t.Fatal(err)
		}
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Messages(ctx, []string{"person/p"}, "", books.Page{})
			if len(list) != 0 {
				t.Errorf("told of what did not happen: %v", list)
			}
			return err
		})
	})
}
