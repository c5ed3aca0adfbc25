package sqlstore

import (
	"context"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/webhook"
)

func webhookRow(area string, w webhook.Webhook) []any {
	return []any{area, w.ID, w.URL, w.Secret, strings.Join(w.Topics, " "), w.Owner, string(w.State), int64(w.CreatedAt), int64(w.ChangedAt)}
}

func readWebhook(v vals) webhook.Webhook {
	return webhook.Webhook{ID: v.str(1), URL: v.str(2), Secret: v.str(3), Topics: strings.Fields(v.str(4)), Owner: v.str(5), State: webhook.State(v.str(6)),
		CreatedAt: v.instant(7), ChangedAt: v.instant(8), Stored: append([]any{}, v...)}
}

func deliveryRow(area string, d webhook.Delivery) []any {
	return []any{area, d.ID, d.Event, d.Webhook, string(d.State), int64(d.Attempt), int64(d.Status), d.Error, int64(d.At)}
}

func readDelivery(v vals) webhook.Delivery {
	return webhook.Delivery{ID: v.str(1), Event: v.str(2), Webhook: v.str(3), State: webhook.Progress(v.str(4)), Attempt: int(v.int(5)), Status: int(v.int(6)),
		Error: v.str(7), At: v.instant(8), Stored: append([]any{}, v...)}
}

// AddWebhook adds a webhook.
func (t *Tx) AddWebhook(ctx context.Context, w webhook.Webhook) {
	t.insert(ctx, tabWebhook, webhookRow(t.area, w)...)
}

// SaveWebhook writes a webhook back.
func (t *Tx) SaveWebhook(ctx context.Context, w webhook.Webhook) error {
	return t.update(ctx, tabWebhook, w.Stored, webhookRow(t.area, w))
}

// RemoveWebhook takes a webhook away.
func (t *Tx) RemoveWebhook(ctx context.Context, w webhook.Webhook) error {
	return t.remove(ctx, tabWebhook, w.Stored)
}

// Webhook reads one.
func (t *Tx) Webhook(ctx context.Context, id string) (webhook.Webhook, error) {
	return get(ctx, t, readWebhook, "SELECT "+tabWebhook.names+" FROM webhook WHERE area = ? AND id = ?", t.area, id)
}

// Webhooks lists webhooks by id.
func (t *Tx) Webhooks(ctx context.Context, p books.Page) ([]webhook.Webhook, error) {
	return list(ctx, t, readWebhook, "SELECT "+tabWebhook.names+" FROM webhook WHERE area = ? AND id > ? ORDER BY id LIMIT ?", t.area, p.After, int64(p.Size()))
}

// Listening lists the active webhooks. Operations ask for each line of the
// audit, so they are read once; who comes in meanwhile hears of the next
// operation.
func (t *Tx) Listening(ctx context.Context) ([]webhook.Webhook, error) {
	if t.listening == nil {
		found, err := list(ctx, t, readWebhook, "SELECT "+tabWebhook.names+" FROM webhook WHERE area = ? AND state = ? ORDER BY id", t.area, string(webhook.Active))
		if err != nil {
			return nil, err
		}
		t.listening = append([]webhook.Webhook{}, found...)
	}
	return t.listening, nil
}

// AddEvent puts an event into the outbox.
func (t *Tx) AddEvent(ctx context.Context, e webhook.Event) {
	t.insert(ctx, tabEvent, t.area, e.ID, e.Topic, e.Kind, e.Object, e.Payload, int64(e.At))
}

// Event reads one.
func (t *Tx) Event(ctx context.Context, id string) (webhook.Event, error) {
	read := func(v vals) webhook.Event {
		return webhook.Event{ID: v.str(1), Topic: v.str(2), Kind: v.str(3), Object: v.str(4), Payload: v.str(5), At: v.instant(6)}
	}
	return get(ctx, t, read, "SELECT "+tabEvent.names+" FROM event WHERE area = ? AND id = ?", t.area, id)
}

// AddDelivery adds a delivery.
func (t *Tx) AddDelivery(ctx context.Context, d webhook.Delivery) {
	t.insert(ctx, tabDelivery, deliveryRow(t.area, d)...)
}

// SaveDelivery writes a delivery back.
func (t *Tx) SaveDelivery(ctx context.Context, d webhook.Delivery) error {
	return t.update(ctx, tabDelivery, d.Stored, deliveryRow(t.area, d))
}

// Delivery reads one.
func (t *Tx) Delivery(ctx context.Context, id string) (webhook.Delivery, error) {
	return get(ctx, t, readDelivery, "SELECT "+tabDelivery.names+" FROM delivery WHERE area = ? AND id = ?", t.area, id)
}

// Deliveries lists those of a webhook by id.
func (t *Tx) Deliveries(ctx context.Context, hook string, p books.Page) ([]webhook.Delivery, error) {
	return list(ctx, t, readDelivery, "SELECT "+tabDelivery.names+" FROM delivery WHERE area = ? AND webhook = ? AND id > ? ORDER BY id LIMIT ?",
		t.area, hook, p.After, int64(p.Size()))
}
