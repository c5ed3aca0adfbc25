package office

import (
	"context"
	"errors"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/notice"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// reported keeps whether an employer's own report came in time, if one was owed.
func (o *Office) reported(ctx context.Context, tx store.Tx, in registry.Report, owed bool) (late bool, err error) {
	if !owed {
		return false, nil
	}
	r, err := o.reader(tx)
	if err != nil {
		return false, err
	}
	return registry.Reported(ctx, tx, r, in)
}

// OverdueDuties lists open terms that have ended (R-REG-04), in the order of ids.
func (o *Office) OverdueDuties(ctx context.Context, q Request, p books.Page) ([]registry.Clock, error) {
	if err := access.Check(q.Actor, "duty.read", access.Scope{Area: q.Area}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]registry.Clock, error) { return tx.Overdue(ctx, tx.Today(), p) })
}

// WindClocks gives an end to terms whose working days have become known; a
// nightly job of the program itself.
func (o *Office) WindClocks(ctx context.Context, area string) (int, error) {
	total, after := 0, ""
	for {
		next := ""
		err := o.Store.Update(ctx, area, func(tx store.Tx) error {
			r, err := o.reader(tx)
			if err != nil {
				return err
			}
			n, last, err := registry.WindClocks(ctx, tx, r, books.Page{After: after, Limit: 1000})
			total, next = total+n, last
			return err
		})
		if err != nil || next == "" {
			return total, err
		}
		after = next
	}
}

// overdueAtOnce bounds a transaction that tells of terms.
const overdueAtOnce = 200

// TellOverdue tells the employers whose term ended and who have not done what
// they had to: a message for each, a line in the audit, an event for webhooks.
// Each term is told of once, whenever its end becomes known; a nightly job of
// the program itself.
func (o *Office) TellOverdue(ctx context.Context, area string) (told int, err error) {
	ctx = books.WithActor(ctx, access.Self.Books())
	for after := ""; ; {
		var list []registry.Clock
		n := 0
		err := o.Store.Update(ctx, area, func(tx store.Tx) (err error) {
			if list, err = tx.Overdue(ctx, tx.Today(), books.Page{After: after, Limit: overdueAtOnce}); err != nil {
				return err
			}
			n = 0
			for _, c := range list {
				is, err := tellOverdue(ctx, tx, c)
				if err != nil {
					return err
				}
				if is {
					n++
				}
			}
			return nil
		})
		if told += n; err != nil || len(list) < overdueAtOnce {
			return told, err
		}
		after = list[len(list)-1].ID
	}
}

// tellOverdue tells of a term unless it did before.
func tellOverdue(ctx context.Context, tx store.Tx, c registry.Clock) (told bool, err error) {
	if c.ObjectKind != "employment" {
		return false, nil // what an employer reports of itself has ended when it is booked
	}
	const operation = "duty.overdue"
	key := operation + "/" + c.ID
	if _, err := tx.Kept(ctx, key); !errors.Is(err, books.ErrNotFound) {
		return false, err
	}
	e, err := tx.Employment(ctx, c.Object, tx.Today())
	if errors.Is(err, books.ErrNotFound) {
		return false, nil // whose it is cannot be told: the list of duties has it
	}
	if err != nil {
		return false, err
	}
	tx.Keep(ctx, store.Kept{Key: key, Operation: operation, Result: "{}"})
	args := map[string]string{"duty": "registry.duty." + c.Kind, "due": c.EndsOn.String()}
	if err := notice.Tell(ctx, tx, notice.To{Employer: e.Employer}, operation, args, ""); err != nil {
		return false, err
	}
	return true, Audited(ctx, tx, operation, "employer", e.Employer, "", nil, map[string]any{"duty": c.Kind, "due": c.EndsOn, c.ObjectKind: c.Object})
}
