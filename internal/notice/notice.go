// Package notice tells people what happened and what they have to do (告知):
// persons, employers, single accounts, and the staff of a role.
//
// What is told is a message in the outbox: it is written in the transaction of
// the event, so that it exists exactly if the event does. Everybody finds it
// when they log in; whoever left an e-mail address or a telephone number gets
// it there too, by a job that tries again and again. Messages, who read them
// when, and how sending them went are kept for good: nothing purges them, for
// as long as a debt lives somebody may ask whether it was told.
//
// A message has a topic and arguments of the kinds that the topic names: codes,
// months, days, amounts, references. It has no place for a name or a number of
// a person, so none can leave the office by mail or telephone. Addresses lie in
// boxes and are shown masked.
package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/job"
	"bujiao/internal/webhook"
)

// To is who is told; one of them.
type To struct {
	Person   string      `json:"person,omitempty"`
	Employer string      `json:"employer,omitempty"`
	Account  string      `json:"account,omitempty"`
	Role     access.Role `json:"role,omitempty"` // every account of the role that works in the area
}

// Key writes it as it is kept: "person/ID".
func (t To) Key() string {
	switch {
	case t.Person != "":
		return "person/" + t.Person
	case t.Employer != "":
		return "employer/" + t.Employer
	case t.Account != "":
		return "account/" + t.Account
	}
	return "role/" + string(t.Role)
}

// Owner is whose addresses are used; a role has none.
func (t To) Owner() string { return t.Person + t.Employer + t.Account }

func (t To) check() error {
	n := 0
	for _, id := range []string{t.Person, t.Employer, t.Account, string(t.Role)} {
		if id != "" {
			n++
		}
	}
	if n != 1 || (t.Role != "" && (!slices.Contains(access.Roles, t.Role) || t.Role == access.Insured || t.Role == access.EmployerAgent)) {
		return fault.New(fault.Internal, "notice.nobody", nil)
	}
	return nil
}

// Message is what somebody is told.
type Message struct {
	ID    string            `json:"id"`
	To    string            `json:"to"` // To.Key
	Topic string            `json:"topic"`
	Args  map[string]string `json:"args"`
	Case  string            `json:"case,omitempty"` // the case that it is about
	At    books.Instant     `json:"at"`
}

// Read is when an account read a message.
type Read struct {
	Message string
	Account string
	At      books.Instant
}

// Refused is the state of a dispatch that the other side will never take: a
// person has to look. The other states are those of a webhook's delivery.
const Refused webhook.Progress = "refused"

// Dispatch is a message on its way by a channel. Error is the code of the last
// attempt.
type Dispatch struct {
	ID      string           `json:"id"`
	Message string           `json:"message"`
	Channel Channel          `json:"channel"`
	State   webhook.Progress `json:"state"`
	Attempt int              `json:"attempt"`
	Error   string           `json:"error,omitempty"`
	At      books.Instant    `json:"at"`
	Stored  []any            `json:"-"` // as read, for the store
}

// Store keeps messages, how sending them went, and addresses.
type Store interface {
	books.Frame
	AddMessage(ctx context.Context, m Message)
	Message(ctx context.Context, id string) (Message, error)
	// Messages lists what any of the addressees was told, by id; unread leaves out
	// what the account has read.
	Messages(ctx context.Context, to []string, unread string, p books.Page) ([]Message, error)
	MessagesOfCase(ctx context.Context, id string, p books.Page) ([]Message, error)
	// AddRead notes that an account read a message; a second time shows as
	// TakenError of message_read.
	AddRead(ctx context.Context, r Read)
	// ReadBy lists which of the messages an account has read.
	ReadBy(ctx context.Context, account string, messages []string) ([]Read, error)
	AddDispatch(ctx context.Context, d Dispatch)
	SaveDispatch(ctx context.Context, d Dispatch) error
	Dispatch(ctx context.Context, id string) (Dispatch, error)
	DispatchesOf(ctx context.Context, messages []string) ([]Dispatch, error)
	// Unsent lists what was tried and did not arrive, by id.
	Unsent(ctx context.Context, p books.Page) ([]Dispatch, error)
	AddContact(ctx context.Context, c Contact) // one that is there shows as TakenError of contact
	SaveContact(ctx context.Context, c Contact) error
	RemoveContact(ctx context.Context, c Contact) error
	Contacts(ctx context.Context, owner string) ([]Contact, error)
}

// Outbox is what telling needs of the store.
type Outbox interface {
	Store
	job.Queue
}

// Job is the kind of the jobs that send; their payload is the id of the
// dispatch.
const Job = "notice.send"

// Tell tells somebody of something, in the transaction in which it happens. The
// arguments must be those of the topic. The case may be empty.
func Tell(ctx context.Context, tx Outbox, to To, topic string, args map[string]string, caseID string) error {
	if err := to.check(); err != nil {
		return err
	}
	if err := checkArgs(topic, args); err != nil {
		return err
	}
	m := Message{ID: tx.NewID(), To: to.Key(), Topic: topic, Args: maps.Clone(args), Case: caseID, At: tx.At()}
	tx.AddMessage(ctx, m)
	if to.Owner() == "" {
		return nil
	}
	contacts, err := tx.Contacts(ctx, to.Owner())
	if err != nil {
		return err
	}
	for _, c := range contacts {
		d := Dispatch{ID: tx.NewID(), Message: m.ID, Channel: c.Channel, State: webhook.Waiting, At: tx.At()}
		tx.AddDispatch(ctx, d)
		if err := Send(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// Send asks for a dispatch to be sent.
func Send(ctx context.Context, tx job.Queue, d Dispatch) error {
	_, err := tx.Enqueue(ctx, Job, d.ID, d.ID, tx.At())
	return err
}

// MarkRead notes that an account read a message; once is enough.
func MarkRead(ctx context.Context, tx Store, account, message string) error {
	seen, err := tx.ReadBy(ctx, account, []string{message})
	if err == nil && len(seen) == 0 {
		tx.AddRead(ctx, Read{Message: message, Account: account, At: tx.At()})
	}
	return err
}

// EncodeArgs and DecodeArgs write arguments as they are kept.
func EncodeArgs(args map[string]string) string {
	if len(args) == 0 {
		return "{}"
	}
	data, _ := json.Marshal(args) // texts always can be written
	return string(data)
}

// DecodeArgs reads what EncodeArgs wrote; what is not that has none.
func DecodeArgs(text string) map[string]string {
	out := map[string]string{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return map[string]string{}
	}
	return out
}

// Missing gives books.ErrNotFound the words of a message.
func Missing(err error) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, "notice.none", nil, err)
	}
	return err
}

func wrongArgs(topic, why string) error {
	return fault.Wrap(fault.Internal, "notice.bad_args", fault.Args{"topic": topic}, fmt.Errorf("%s: %s", topic, why))
}
