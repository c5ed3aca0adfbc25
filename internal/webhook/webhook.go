// Package webhook tells programs outside what happened in the office.
//
// What happened is an event in the outbox: it is written in the transaction of
// the operation, so that it exists exactly if the operation does. Each webhook
// that takes its topic gets a delivery, and a job that sends it, again and
// again at growing intervals until it is taken or given up; the same event may
// arrive twice, and events in any order. An event has ids and codes only: whoever
// is told asks the API, with its own rights, for more.
package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
)

// State of a webhook.
type State string

// The states of a webhook.
const (
	Active  State = "active"
	Paused  State = "paused"  // by its owner: nothing is sent or kept for it
	Refused State = "refused" // the receiver said that it is gone (410)
)

// Webhook is an address that is told.
type Webhook struct {
	ID        string        `json:"id"`
	URL       string        `json:"url"`
	Topics    []string      `json:"topics"`
	Owner     string        `json:"owner"` // account that set it up
	State     State         `json:"state"`
	CreatedAt books.Instant `json:"created_at"`
	ChangedAt books.Instant `json:"changed_at"`
	Secret    string        `json:"-"` // box
	Stored    []any         `json:"-"` // as read, for the store
}

// Event is what happened to an object.
type Event struct {
	ID      string        `json:"id"`
	Topic   string        `json:"topic"`
	Kind    string        `json:"kind"`
	Object  string        `json:"object"`
	Payload string        `json:"-"` // the body that is sent
	At      books.Instant `json:"at"`
}

// Progress of a delivery.
type Progress string

// The states of a delivery.
const (
	Waiting Progress = "waiting"
	Taken   Progress = "taken"   // answered with 2xx
	Dropped Progress = "dropped" // the webhook no longer takes anything
)

// Delivery is an event on its way to a webhook. Status and Error are those of
// the last attempt; an error is a code.
type Delivery struct {
	ID      string        `json:"id"`
	Event   string        `json:"event"`
	Webhook string        `json:"webhook"`
	State   Progress      `json:"state"`
	Attempt int           `json:"attempt"`
	Status  int           `json:"status,omitempty"`
	Error   string        `json:"error,omitempty"`
	At      books.Instant `json:"at"`
	Stored  []any         `json:"-"` // as read, for the store
}

// Store keeps webhooks and the outbox.
type Store interface {
	books.Frame
	AddWebhook(ctx context.Context, w Webhook)
	SaveWebhook(ctx context.Context, w Webhook) error // books.ErrStale if it changed
	RemoveWebhook(ctx context.Context, w Webhook) error
	Webhook(ctx context.Context, id string) (Webhook, error)
	Webhooks(ctx context.Context, p books.Page) ([]Webhook, error)
	// Listening lists the active webhooks; it looks once in a transaction.
	Listening(ctx context.Context) ([]Webhook, error)
	AddEvent(ctx context.Context, e Event)
	Event(ctx context.Context, id string) (Event, error)
	AddDelivery(ctx context.Context, d Delivery)
	SaveDelivery(ctx context.Context, d Delivery) error
	Delivery(ctx context.Context, id string) (Delivery, error)
	Deliveries(ctx context.Context, webhook string, p books.Page) ([]Delivery, error)
}

// Outbox is what an operation needs to tell of itself.
type Outbox interface {
	Store
	job.Queue
}

// Topics are what webhooks can take: actions of the office that change
// something others wait for. Their names are those of the audit.
var Topics = []string{
	"account.write", "arrears.bill", "bank.file", "declaration.confirm", "declaration.submit", "duty.overdue", "employer.write", "ledger.approve", "ledger.correct",
	"order.create", "payment.receive", "period.close", "person.merge", "person.write", "refund.decide", "refund.request", "roster.write",
	"settlement.run", "suspense.assign",
}

// Job is the kind of the jobs that deliver; their payload is the id of the
// delivery.
const Job = "webhook.deliver"

// maxWebhooks bounds the webhooks of an area: each operation looks at them.
const maxWebhooks = 100

// Check refuses what cannot be told. Plain http and private addresses are for
// tests and for receivers inside the office; what a name means is looked at with
// each delivery.
func (w Webhook) Check(plain bool) error {
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || (u.Scheme != "https" && !(plain && u.Scheme == "http")) || len(w.URL) > 1000 {
		return fault.New(fault.Invalid, "hook.url", nil)
	}
	if !plain && !reachable(u.Hostname()) {
		return fault.New(fault.Invalid, "hook.private_address", nil)
	}
	if len(w.Topics) == 0 {
		return fault.New(fault.Invalid, "hook.no_topic", nil)
	}
	for _, t := range w.Topics {
		if !slices.Contains(Topics, t) {
			return fault.New(fault.Invalid, "hook.unknown_topic", nil)
		}
	}
	return nil
}

// Add sets a webhook up.
func Add(ctx context.Context, tx Store, w Webhook) error {
	list, err := tx.Webhooks(ctx, books.Page{Limit: maxWebhooks})
	if err != nil {
		return err
	}
	if len(list) >= maxWebhooks {
		return fault.New(fault.Conflict, "hook.too_many", fault.Args{"max": fmt.Sprint(maxWebhooks)})
	}
	tx.AddWebhook(ctx, w)
	return nil
}

// body is what is sent.
type body struct {
	ID     string        `json:"id"`
	Topic  string        `json:"topic"`
	Area   string        `json:"area"`
	Kind   string        `json:"kind"`
	Object string        `json:"object"`
	At     books.Instant `json:"at"`
}

// Publish puts an event into the outbox if a webhook takes its topic.
func Publish(ctx context.Context, tx Outbox, topic, kind, object string) error {
	if !slices.Contains(Topics, topic) {
		return nil
	}
	hooks, err := tx.Listening(ctx)
	if err != nil {
		return err
	}
	hooks = slices.DeleteFunc(slices.Clone(hooks), func(w Webhook) bool { return !slices.Contains(w.Topics, topic) })
	if len(hooks) == 0 {
		return nil
	}
	e := Event{ID: tx.NewID(), Topic: topic, Kind: kind, Object: object, At: tx.At()}
	data, err := json.Marshal(body{e.ID, topic, tx.Area(), kind, object, e.At})
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	e.Payload = string(data)
	tx.AddEvent(ctx, e)
	for _, w := range hooks {
		d := Delivery{ID: tx.NewID(), Event: e.ID, Webhook: w.ID, State: Waiting, At: tx.At()}
		tx.AddDelivery(ctx, d)
		if _, err := tx.Enqueue(ctx, Job, d.ID, d.ID, tx.At()); err != nil {
			return err
		}
	}
	return nil
}
