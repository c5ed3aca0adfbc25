package office

import (
	"context"
	"crypto/ed25519"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/seal"
	"bujiao/internal/store"
)

// SealDay puts what an area booked and noted, and what has no place yet, under
// the root of the office date. A day that is sealed stays as it is; two that
// seal it at once get the same seal.
func SealDay(ctx context.Context, o *Office, q Request, key ed25519.PrivateKey) (seal.Seal, error) {
	var out seal.Seal
	if err := access.Check(q.Actor, "books.seal", access.Scope{Area: q.Area}); err != nil {
		return out, err
	}
	ctx = books.WithActor(ctx, q.Actor.Books())
	for n := 1; ; n++ {
		err := o.Store.Update(ctx, q.Area, func(tx store.Tx) (err error) {
			out, err = seal.Day(ctx, tx, key)
			return err
		})
		lost := books.Taken(err, "seal") || books.Taken(err, "sealed")
		if !lost || n == attempts {
			return out, err
		}
	}
}

// Seals lists the seals of an area from a day on.
func Seals(ctx context.Context, o *Office, q Request, from calendar.Date) ([]seal.Seal, error) {
	if err := access.Check(q.Actor, "seals.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]seal.Seal, error) {
		var out []seal.Seal
		for {
			list, err := tx.SealsFrom(ctx, from, sealPage)
			if out = append(out, list...); err != nil || len(list) < sealPage {
				return out, err
			}
			from = list[len(list)-1].Day + 1
		}
	})
}

const sealPage = 1000
