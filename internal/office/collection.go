package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"bujiao/internal/access"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// reader is the law of the transaction's area as it is known on its day.
func (o *Office) reader(tx store.Tx) (*law.Reader, error) {
	b, err := o.Laws.Book(tx.Area())
	if err != nil {
		return nil, err
	}
	return b.Read(tx.Today(), false), nil
}

// accountHash finds bank accounts.
func (o *Office) accountHash(account string) string { return o.Vault.Index("account", account) }

// OrderInput asks for the payment order of a notice.
type OrderInput struct {
	Notice  string `json:"notice"`
	Channel string `json:"channel,omitempty"` // empty: mandate where there is one, else transfer
}

// CreateOrder makes the payment order of a notice (R-DECL-05).
func (o *Office) CreateOrder(ctx context.Context, q Request, in OrderInput) (collection.Order, error) {
	switch in.Channel {
	case "", collection.Mandate, collection.Counter, collection.Transfer:
	default:
		return collection.Order{}, fault.New(fault.Invalid, "collection.no_channel", nil)
	}
	s, err := See(ctx, o, q, func(tx store.Tx) (access.Scope, error) {
		n, err := tx.Notice(ctx, in.Notice)
		return access.Scope{Area: q.Area, Employer: n.Employer, Person: n.Person}, missing(err, "collection.no_notice", fault.Args{"notice": in.Notice})
	})
	if err := allowed(q, "order.create", s, err); err != nil {
		return collection.Order{}, err
	}
	return Do(ctx, o, q, "order.create", in, func(tx store.Tx) (collection.Order, error) {
		way, err := wayOf(ctx, tx, s, in)
		if err != nil {
			return collection.Order{}, err
		}
		order, err := collection.CreateOrder(ctx, tx, in.Notice, way)
		if err != nil {
			return order, err
		}
		return order, Audited(ctx, tx, "order.create", "order", order.ID, "", nil, order)
	})
}

// wayOf is how the payer of a notice pays: from the account under mandate, if
// the payer is an employer that gave one. An account that is known is kept with
// the order in any case: transfers are recognised by it.
func wayOf(ctx context.Context, tx store.Tx, s access.Scope, in OrderInput) (collection.Way, error) {
	way := collection.Way{Channel: in.Channel}
	if s.Employer != "" {
		e, err := tx.Employer(ctx, s.Employer, registry.When{AsOf: tx.Today()})
		if err != nil {
			return way, err
		}
		if way.Account, err = tx.PutBox(ctx, "notice", in.Notice, "account", e.BankAccount); err != nil {
			return way, err
		}
		mandate := e.MandateFrom != 0 && e.MandateFrom <= tx.Today()
		if mandate {
			way.Bank = e.Bank
		}
		if way.Channel == "" && mandate && e.Bank != "" && e.BankAccount != "" {
			way.Channel = collection.Mandate
		}
	}
	if way.Channel == "" {
		way.Channel = collection.Transfer
	}
	return way, nil
}

// OrderCancel cancels an order.
type OrderCancel struct {
	Order  string `json:"order"`
	Reason string `json:"reason"`
}

// CancelOrder cancels an order that nothing was paid of.
func (o *Office) CancelOrder(ctx context.Context, q Request, in OrderCancel) (collection.Standing, error) {
	s, err := o.orderScope(ctx, q, in.Order)
	if err := allowed(q, "order.create", s, err); err != nil {
		return collection.Standing{}, err
	}
	return Do(ctx, o, q, "order.cancel", in, func(tx store.Tx) (collection.Standing, error) {
		if err := collection.CancelOrder(ctx, tx, in.Order, in.Reason); err != nil {
			return collection.Standing{}, err
		}
		v, err := orderView(ctx, tx, in.Order)
		if err != nil {
			return v.Standing, err
		}
		return v.Standing, Audited(ctx, tx, "order.create", "order", in.Order, in.Reason, nil, v.Standing)
	})
}

// CounterInput is money that was paid at a counter.
type CounterInput struct {
	Order   string        `json:"order"`
	Amount  money.Fen     `json:"amount"`
	PaidOn  calendar.Date `json:"paid_on"`
	Receipt string        `json:"receipt"` // number of the counter's receipt: one is booked once
}

// ReceiveAtCounter books money that was paid at a counter.
func (o *Office) ReceiveAtCounter(ctx context.Context, q Request, in CounterInput) (collection.Payment, error) {
	if err := access.Check(q.Actor, "payment.receive", access.Scope{Area: q.Area}); err != nil {
		return collection.Payment{}, err
	}
	p, err := Do(ctx, o, q, "payment.receive", in, func(tx store.Tx) (collection.Payment, error) {
		r, err := o.reader(tx)
		if err != nil {
			return collection.Payment{}, err
		}
		p, err := collection.AtCounter(ctx, tx, r, in.Order, in.Amount, in.PaidOn, in.Receipt)
		if err != nil {
			return p, err
		}
		return p, Audited(ctx, tx, "payment.receive", "order", in.Order, "", nil, p)
	})
	if err != nil {
		return p, err
	}
	return p, o.booked(ctx, q.Area, in.Order)
}

// FileInput is a file from a bank.
type FileInput struct {
	Bank string `json:"bank"` // clearing class
	Name string `json:"name"`
	Data []byte `json:"-"`
}

// SendBatch writes the file of debits for a bank. The bytes hold accounts in
// plain: they go to the bank and are kept nowhere; BatchContent makes them again.
func (o *Office) SendBatch(ctx context.Context, q Request, bank string) (collection.File, []byte, error) {
	if err := access.Check(q.Actor, "bank.file", access.Scope{Area: q.Area}); err != nil {
		return collection.File{}, nil, err
	}
	f, err := Do(ctx, o, q, "bank.send", bank, func(tx store.Tx) (collection.File, error) {
		r, err := o.reader(tx)
		if err != nil {
			return collection.File{}, err
		}
		f, _, err := collection.SendBatch(ctx, tx, r, o.accountHash, bank)
		if err != nil {
			return f, err
		}
		return f, Audited(ctx, tx, "bank.file", "bank_file", f.ID, "send", nil, f)
	})
	if err != nil {
		return f, nil, err
	}
	return o.BatchContent(ctx, q, f.ID)
}

// BatchContent makes the bytes of an outgoing file again and leaves a line that
// somebody read them.
func (o *Office) BatchContent(ctx context.Context, q Request, id string) (collection.File, []byte, error) {
	if err := access.Check(q.Actor, "bank.file", access.Scope{Area: q.Area}); err != nil {
		return collection.File{}, nil, err
	}
	q.Key = ""
	var data []byte
	f, err := Do(ctx, o, q, "bank.content", id, func(tx store.Tx) (f collection.File, err error) {
		r, err := o.reader(tx)
		if err != nil {
			return f, err
		}
		if f, data, err = collection.BatchContent(ctx, tx, r, id); err != nil {
			return f, err
		}
		return f, Audited(ctx, tx, "bank.file", "bank_file", id, "content", nil, nil)
	})
	return f, data, err
}

// CloseBatch ends the wait for a bank's answers and says how many orders had
// none.
func (o *Office) CloseBatch(ctx context.Context, q Request, id string) (int, error) {
	if err := access.Check(q.Actor, "bank.file", access.Scope{Area: q.Area}); err != nil {
		return 0, err
	}
	return Do(ctx, o, q, "bank.close", id, func(tx store.Tx) (int, error) {
		n, err := collection.CloseBatch(ctx, tx, id)
		if err != nil {
			return n, err
		}
		return n, Audited(ctx, tx, "bank.file", "bank_file", id, "close", nil, n)
	})
}

// TakeResults takes a bank's answers to a batch of debits.
func (o *Office) TakeResults(ctx context.Context, q Request, in FileInput) (collection.Taken, error) {
	return o.take(ctx, q, "bank.results", in, func(tx store.Tx, r *law.Reader) (*collection.Taken, error) {
		return collection.TakeResults(ctx, tx, r, o.accountHash, in.Bank, in.Name, in.Data)
	})
}

// TakeStatement takes a bank's list of credits.
func (o *Office) TakeStatement(ctx context.Context, q Request, in FileInput) (collection.Taken, error) {
	return o.take(ctx, q, "bank.statement", in, func(tx store.Tx, r *law.Reader) (*collection.Taken, error) {
		return collection.TakeStatement(ctx, tx, tx, r, o.accountHash, in.Bank, in.Name, in.Data)
	})
}

func (o *Office) take(ctx context.Context, q Request, operation string, in FileInput, fn func(store.Tx, *law.Reader) (*collection.Taken, error)) (collection.Taken, error) {
	if err := access.Check(q.Actor, "bank.file", access.Scope{Area: q.Area}); err != nil {
		return collection.Taken{}, err
	}
	sum := sha256.Sum256(in.Data)
	input := struct{ Bank, Hash string }{in.Bank, hex.EncodeToString(sum[:])}
	return Do(ctx, o, q, operation, input, func(tx store.Tx) (collection.Taken, error) {
		r, err := o.reader(tx)
		if err != nil {
			return collection.Taken{}, err
		}
		t, err := fn(tx, r)
		if err != nil {
			return collection.Taken{}, err
		}
		return *t, Audited(ctx, tx, "bank.file", "bank_file", t.File.ID, operation, nil, *t)
	})
}
