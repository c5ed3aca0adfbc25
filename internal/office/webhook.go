package office

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store"
	"bujiao/internal/webhook"
)

// WebhookInput is what a webhook is set up or changed with.
type WebhookInput struct {
	URL    string        `json:"url"`
	Topics []string      `json:"topics"`
	State  webhook.State `json:"state,omitempty"` // active (default) or paused
}

// AddWebhook sets a webhook up and gives out the secret that its deliveries
// are signed with. Asked again with the same key it gives the same.
func (o *Office) AddWebhook(ctx context.Context, q Request, in WebhookInput) (webhook.Webhook, string, error) {
	w, err := changeWebhooks(ctx, o, q, "webhook.add", in, func(tx store.Tx) (webhook.Webhook, error) {
		w := webhook.Webhook{ID: tx.NewID(), Owner: q.Actor.ID, CreatedAt: tx.At()}
		if err := o.fill(tx, &w, in); err != nil {
			return w, err
		}
		var err error
		if w.Secret, err = tx.PutBox(ctx, "webhook", w.ID, "secret", webhook.NewSecret()); err != nil {
			return w, err
		}
		return w, webhook.Add(ctx, tx, w)
	})
	if err != nil {
		return w, "", err
	}
	secret, err := See(ctx, o, q, func(tx store.Tx) (string, error) {
		kept, err := webhookOf(ctx, tx, w.ID)
		if err != nil {
			return "", err
		}
		plain, err := tx.OpenBoxes(ctx, kept.Secret)
		if err != nil {
			return "", err
		}
		return plain[0], nil
	})
	return w, secret, err
}

// ChangeWebhook changes a webhook.
func (o *Office) ChangeWebhook(ctx context.Context, q Request, id string, in WebhookInput) (webhook.Webhook, error) {
	return changeWebhooks(ctx, o, q, "webhook.change "+id, in, func(tx store.Tx) (webhook.Webhook, error) {
		w, err := webhookOf(ctx, tx, id)
		if err != nil {
			return w, err
		}
		if err := o.saw(q, w); err != nil {
			return w, err
		}
		if err := o.fill(tx, &w, in); err != nil {
			return w, err
		}
		return w, tx.SaveWebhook(ctx, w)
	})
}

// RemoveWebhook takes a webhook away; what is on its way to it is dropped.
func (o *Office) RemoveWebhook(ctx context.Context, q Request, id string) error {
	_, err := changeWebhooks(ctx, o, q, "webhook.remove", id, func(tx store.Tx) (webhook.Webhook, error) {
		w, err := webhookOf(ctx, tx, id)
		if err != nil {
			return w, err
		}
		return w, tx.RemoveWebhook(ctx, w)
	})
	return err
}

func changeWebhooks[In any](ctx context.Context, o *Office, q Request, operation string, in In, fn func(store.Tx) (webhook.Webhook, error)) (webhook.Webhook, error) {
	if err := access.Check(q.Actor, "webhook.write", access.Scope{Area: q.Area}); err != nil {
		return webhook.Webhook{}, err
	}
	return Do(ctx, o, q, operation, in, func(tx store.Tx) (webhook.Webhook, error) {
		w, err := fn(tx)
		if err != nil {
			return w, err
		}
		return w, Audited(ctx, tx, "webhook.write", "webhook", w.ID, operation, nil, map[string]any{"topics": w.Topics, "state": w.State})
	})
}

// fill puts the input into a webhook.
func (o *Office) fill(tx books.Frame, w *webhook.Webhook, in WebhookInput) error {
	if in.State == "" {
		in.State = webhook.Active
	}
	if in.State != webhook.Active && in.State != webhook.Paused {
		return fault.New(fault.Invalid, "hook.state", nil)
	}
	w.URL, w.Topics, w.State, w.ChangedAt = in.URL, in.Topics, in.State, tx.At()
	return w.Check(o.Hooks.Private())
}

func webhookOf(ctx context.Context, tx webhook.Store, id string) (webhook.Webhook, error) {
	w, err := tx.Webhook(ctx, id)
	if errors.Is(err, books.ErrNotFound) {
		err = fault.Wrap(fault.NotFound, "hook.none", nil, err)
	}
	return w, err
}

// Webhook reads one.
func (o *Office) Webhook(ctx context.Context, q Request, id string) (webhook.Webhook, error) {
	if err := access.Check(q.Actor, "webhook.write", access.Scope{Area: q.Area}); err != nil {
		return webhook.Webhook{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (webhook.Webhook, error) {
		w, err := webhookOf(ctx, tx, id)
		if err != nil {
			return w, err
		}
		return w, o.saw(q, w)
	})
}

// Webhooks lists the webhooks of the area.
func (o *Office) Webhooks(ctx context.Context, q Request, p books.Page) ([]webhook.Webhook, error) {
	if err := access.Check(q.Actor, "webhook.write", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]webhook.Webhook, error) { return tx.Webhooks(ctx, p) })
}

// Deliveries lists what was sent, or is on its way, to a webhook.
func (o *Office) Deliveries(ctx context.Context, q Request, id string, p books.Page) ([]webhook.Delivery, error) {
	if err := access.Check(q.Actor, "webhook.write", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]webhook.Delivery, error) {
		if _, err := webhookOf(ctx, tx, id); err != nil {
			return nil, err
		}
		return tx.Deliveries(ctx, id, p)
	})
}

// Deliver sends one delivery once; it is the handler of jobs of kind
// webhook.Job. An error asks for another attempt. No transaction is open while
// the receiver is waited for.
func (o *Office) Deliver(ctx context.Context, area, id string) error {
	var d webhook.Delivery
	var w webhook.Webhook
	var e webhook.Event
	var secret []string
	err := o.Store.View(ctx, area, func(tx store.Tx) (err error) {
		if d, err = tx.Delivery(ctx, id); err != nil || d.State != webhook.Waiting {
			return err
		}
		if w, err = tx.Webhook(ctx, d.Webhook); err != nil {
			if errors.Is(err, books.ErrNotFound) {
				err = nil
			}
			return err
		}
		if e, err = tx.Event(ctx, d.Event); err != nil {
			return err
		}
		secret, err = tx.OpenBoxes(ctx, w.Secret)
		return err
	})
	if err != nil || d.State != webhook.Waiting {
		return err
	}
	d.State, d.Attempt = webhook.Dropped, d.Attempt+1
	if w.State == webhook.Active {
		d.State = webhook.Taken
		if d.Status, d.Error = o.Hooks.Send(ctx, w, secret[0], e); d.Error != "" {
			d.State = webhook.Waiting
		}
	}
	gone := d.Status == http.StatusGone
	if gone {
		d.State = webhook.Dropped
	}
	err = o.Store.Update(ctx, area, func(tx store.Tx) error {
		d := d
		d.At = tx.At()
		if err := tx.SaveDelivery(ctx, d); err != nil || !gone {
			return err
		}
		w, err := tx.Webhook(ctx, d.Webhook)
		if errors.Is(err, books.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		w.State, w.ChangedAt = webhook.Refused, tx.At()
		return tx.SaveWebhook(ctx, w)
	})
	if err == nil && d.State == webhook.Waiting {
		err = fault.New(fault.Unavailable, "hook.not_taken", fault.Args{"status": strconv.Itoa(d.Status), "error": d.Error})
	}
	return err
}
