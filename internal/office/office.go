// Package office is what the office does: each operation checks who asks, runs
// in one transaction on one area, leaves a line in the audit, and gives the
// same answer when it is asked again with the same key. The doors (command
// line, API) call these operations and decide nothing.
//
// Operations stand in one file a noun. Amounts come from the kernel, rules from
// the packs, and the nouns' own rules from their packages.
package office

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/books"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/notice"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/store"
	"bujiao/internal/upload"
	"bujiao/internal/vault"
	"bujiao/internal/webhook"
)

// Office is the system of record behind the doors.
type Office struct {
	Store store.Store
	Laws  *law.Library
	Vault *vault.Vault
	Words func(lang, key string, args map[string]string) string
	// Passwords is the cost of a password's hash; zero: access.DefaultCost. After
	// a change records are made anew as people log in.
	Passwords access.Argon2id

	pricerOnce sync.Once
	pricer     *declaration.Pricer
	// Hooks sends webhooks; without it none can be sent.
	Hooks *webhook.Sender
	// Carriers take messages out of the office; a channel without one is off.
	Carriers map[notice.Channel]notice.Carrier
	// URL is where people reach the office; it stands in letters. May be empty.
	URL string
	// Signing signs the papers that are issued; without it none can be.
	Signing ed25519.PrivateKey
	// Font finds the font that papers are printed with; without it none can be.
	Font func() (*pdf.Font, error)
	// Files stores what is uploaded; without it nothing can be. Scan looks for
	// viruses in it; nil: nobody does.
	Files upload.Files
	Scan  upload.Scanner
}

// Request is what every operation is told: who asks, for which area, and under
// which idempotency key. An empty key is a request that is not repeated.
type Request struct {
	Actor access.Actor
	Area  string
	Key   string
	// Purpose is why somebody reads. Whoever may read persons for more than one
	// purpose names theirs.
	Purpose access.Purpose
	// Seen is told the tag of the state that is shown, or that is about to be
	// changed; its error stops the operation. The tag is another as soon as the
	// state is, and tells nothing of it. Nil: nobody asks.
	Seen func(tag string) error
}

// saw tells the door a state.
func (o *Office) saw(q Request, state any) error {
	if q.Seen == nil {
		return nil
	}
	data, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("tag: %w", err)
	}
	return q.Seen(o.Vault.Index("state", string(data)))
}

// attempts bounds how often an operation is asked again: one with a key when it
// is not known whether it was booked, and any when another entered the same
// person or employer at the same moment.
const attempts = 3

// Do runs an operation that writes. With a key, the result is kept with a hash
// of the input: the same key and input give the kept result, and another input
// is fault office.key_reused. The line goes into the audit unless it has no
// action. Answers are JSON.
func Do[In, Out any](ctx context.Context, o *Office, q Request, operation string, in In, fn func(store.Tx) (Out, error)) (Out, error) {
	var out Out
	hash, err := o.inputHash(operation, in)
	if err != nil {
		return out, err
	}
	ctx = books.WithActor(ctx, q.Actor.Books())
	for n := 1; ; n++ {
		err = o.Store.Update(ctx, q.Area, func(tx store.Tx) error {
			if q.Key != "" {
				kept, err := tx.Kept(ctx, q.Key)
				if err == nil {
					return replay(kept, operation, hash, &out)
				}
				if !errors.Is(err, books.ErrNotFound) {
					return err
				}
			}
			res, err := fn(tx)
			if err != nil {
				return err
			}
			out = res
			if q.Key == "" {
				return nil
			}
			data, err := json.Marshal(res)
			if err != nil {
				return fmt.Errorf("%s: keep result: %w", operation, err)
			}
			tx.Keep(ctx, store.Kept{Key: q.Key, Operation: operation, InputHash: hash, Result: string(data)})
			return nil
		})
		again := q.Key != "" && (fault.KindOf(err) == fault.Unavailable || books.Taken(err, "idempotency")) || raced(err)
		if err == nil || n == attempts || ctx.Err() != nil || !(again || o.keptMeanwhile(ctx, q)) {
			return out, err
		}
	}
}

// keptMeanwhile reports that the same request came twice at one moment and the
// other was first: what refused this one (such as "booked already") was its own
// booking, and asked again it gets the answer.
func (o *Office) keptMeanwhile(ctx context.Context, q Request) bool {
	if q.Key == "" {
		return false
	}
	err := o.Store.View(ctx, q.Area, func(tx store.Tx) error { _, err := tx.Kept(ctx, q.Key); return err })
	return err == nil
}

// raced reports that another entered the same person or employer, took the same
// place, opened the first case of a kind, or began the same batch of cards, at the
// same moment: asked again, the operation finds it.
func raced(err error) bool {
	return slices.ContainsFunc([]string{"person", "identity", "employer", "seat", "booking", "procedure", "card_batch"}, func(table string) bool { return books.Taken(err, table) })
}

// See runs an operation that only reads.
func See[Out any](ctx context.Context, o *Office, q Request, fn func(store.Tx) (Out, error)) (Out, error) {
	var out Out
	ctx = books.WithActor(ctx, q.Actor.Books())
	err := o.Store.View(ctx, q.Area, func(tx store.Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// Audited writes a line about an object, and tells the webhooks that wait for
// the action. Before and after are values without personal data, or nil.
func Audited(ctx context.Context, tx Witness, action access.Action, kind, object, reason string, before, after any) error {
	l := audit.Line{Action: string(action), Kind: kind, Object: object, Reason: reason}
	for _, x := range []struct {
		to *string
		v  any
	}{{&l.Before, before}, {&l.After, after}} {
		if x.v == nil {
			continue
		}
		data, err := json.Marshal(x.v)
		if err != nil {
			return fmt.Errorf("audit %s: %w", action, err)
		}
		*x.to = string(data)
	}
	tx.Audit(ctx, l)
	return webhook.Publish(ctx, tx, string(action), kind, object)
}

// Witness takes what is to be known of an operation, inside and outside.
type Witness interface {
	audit.Log
	webhook.Outbox
}

func replay[Out any](k store.Kept, operation, hash string, out *Out) error {
	if k.Operation != operation || k.InputHash != hash {
		return fault.New(fault.Conflict, "office.key_reused", nil)
	}
	return json.Unmarshal([]byte(k.Result), out)
}

// inputHash is a keyed hash of operation and input: what is kept tells nothing
// of names and numbers, not even to who guesses them.
func (o *Office) inputHash(operation string, in any) (string, error) {
	data, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("%s: hash input: %w", operation, err)
	}
	return o.Vault.Index("input "+operation, string(data)), nil
}

// notFound gives books.ErrNotFound the words of a noun.
func notFound(err error, key string) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, key, nil, err)
	}
	return err
}
