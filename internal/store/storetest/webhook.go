package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"bujiao/internal/books"
	"bujiao/internal/store"
	"bujiao/internal/webhook"
)

func webhooks(t *testing.T, e Engine) {
	hook := webhook.Webhook{ID: "w", URL: "https://example.org/a", Topics: []string{"person.write", "roster.write"}, Owner: "o", State: webhook.Active, CreatedAt: 1, ChangedAt: 2, Secret: "box"}
	t.Run("a webhook is read as it was written, changed and removed", func(t *testing.T) {
		db, _ := New(t, e)
		var first webhook.Webhook
		Update(t, db, func(ctx context.Context, tx store.Tx) error { tx.AddWebhook(ctx, hook); return nil })
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			w, err := tx.Webhook(ctx, "w")
			if err != nil {
				return err
			}
			first = w
			if w.Stored = nil; !reflect.DeepEqual(w, hook) {
				t.Errorf("got %+v, want %+v", w, hook)
			}
			w = first
			w.State = webhook.Paused
			return tx.SaveWebhook(ctx, w)
		})
		err := db.Update(t.Context(), Area, func(tx store.Tx) error { return tx.SaveWebhook(t.Context(), first) })
		if !errors.Is(err, books.ErrStale) {
			t.Errorf("saved over a change: %v", err)
		}
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			w, err := tx.Webhook(ctx, "w")
			if err != nil {
				return err
			}
			return tx.RemoveWebhook(ctx, w)
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			if _, err := tx.Webhook(ctx, "w"); !errors.Is(err, books.ErrNotFound) {
				t.Errorf("removed, and yet %v", err)
			}
			return nil
		})
	})
	t.Run("an event goes to those who listen to its topic", func(t *testing.T) {
		db, _ := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			tx.AddWebhook(ctx, hook)
			paused, other := hook, hook
			paused.ID, paused.State = "paused", webhook.Paused
			other.ID, other.Topics = "other", []string{"period.close"}
			tx.AddWebhook(ctx, paused)
			tx.AddWebhook(ctx, other)
			return nil
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(webhook.Publish(ctx, tx, "person.write", "person", "p"), webhook.Publish(ctx, tx, "person.read", "person", "p"))
		})
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			sent, err1 := tx.Deliveries(ctx, "w", books.Page{})
			none, err2 := tx.Deliveries(ctx, "paused", books.Page{})
			nor, err3 := tx.Deliveries(ctx, "other", books.Page{})
			if len(sent) != 1 || len(none)+len(nor) != 0 {
				t.Fatalf("%d, %d, %d deliveries, want 1, 0, 0", len(sent), len(none), len(nor))
			}
			got, err4 := tx.Event(ctx, sent[0].Event)
			if got.Topic != "person.write" || got.Kind != "person" || got.Object != "p" || got.Payload == "" {
				t.Errorf("event %+v", got)
			}
			jobs, err5 := tx.Jobs(ctx, "ready", books.Page{})
			if len(jobs) != 1 || jobs[0].Kind != webhook.Job || jobs[0].Payload != sent[0].ID {
				t.Errorf("jobs %+v", jobs)
			}
			return errors.Join(err1, err2, err3, err4, err5)
		})
		Update(t, db, func(ctx context.Context, tx store.Tx) error {
			sent, err := tx.Deliveries(ctx, "w", books.Page{})
			if err != nil {
				return err
			}
			d := sent[0]
			d.State, d.Attempt, d.Status = webhook.Taken, 1, 200
			return tx.SaveDelivery(ctx, d)
		})
	})
	t.Run("an operation that is rolled back tells nobody", func(t *testing.T) {
		db, _ := New(t, e)
		Update(t, db, func(ctx context.Context, tx store.Tx) error { tx.AddWebhook(ctx, hook); return nil })
		no := errors.New("no")
		if err := db.Update(t.Context(), Area, func(tx store.Tx) error {
			return errors.Join(webhook.Publish(t.Context(), tx, "person.write", "person", "p"), no)
		}); !errors.Is(err, no) {
			t.Fatal(err)
		}
		View(t, db, func(ctx context.Context, tx store.Tx) error {
			sent, err := tx.Deliveries(ctx, "w", books.Page{})
			if len(sent) != 0 {
				t.Errorf("%d deliveries of what did not happen", len(sent))
			}
			return err
		})
	})
}
