package office

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/registry"
	"bujiao/internal/statement"
	"bujiao/internal/store"
)

// Told is a statement with its digest.
type Told[S any] struct {
	Statement S      `json:"statement"`
	Digest    string `json:"digest"`
}

func told[S any](s S) (Told[S], error) {
	d, err := statement.Digest(s)
	return Told[S]{s, d}, err
}

// StatementQuery asks for a statement of a person's record. Month is for the
// notice of a month, Year for the rights statement.
type StatementQuery struct {
	Person   string         `json:"person"`
	Employer string         `json:"employer,omitempty"` // of a month: whose months only; an employer's are its own
	Month    calendar.Month `json:"month,omitzero"`
	Year     int            `json:"year,omitempty"`
	AsOf     calendar.Date  `json:"as_of"`    // zero: the office date
	KnownAt  calendar.Date  `json:"known_at"` // zero: AsOf
}

func (in StatementQuery) when(tx store.Tx) registry.When {
	w := registry.When{AsOf: in.AsOf, KnownAt: in.KnownAt}
	if w.AsOf == 0 {
		w.AsOf = tx.Today()
	}
	if w.KnownAt == 0 {
		w.KnownAt = w.AsOf
	}
	return w
}

// MonthStatement is what an employee is told of a month (R-REC-02).
func (o *Office) MonthStatement(ctx context.Context, q Request, in StatementQuery) (Told[*statement.Month], error) {
	return readStatement(ctx, o, q, in, func(tx store.Tx, root string, w registry.When) (*statement.Month, error) {
		return o.month(ctx, tx, q, in, root, w)
	})
}

func (o *Office) month(ctx context.Context, tx store.Tx, q Request, in StatementQuery, root string, w registry.When) (*statement.Month, error) {
	if q.Actor.Role == access.EmployerAgent {
		in.Employer = q.Actor.Employer
	}
	return statement.NewMonth(ctx, tx, o.Laws, root, in.Employer, in.Month, w)
}

// YearStatement is a person's rights statement (R-REC-03); to an employer it is
// the part of its own months (R-PRIV-05).
func (o *Office) YearStatement(ctx context.Context, q Request, in StatementQuery) (Told[*statement.Year], error) {
	return readStatement(ctx, o, q, in, func(tx store.Tx, root string, w registry.When) (*statement.Year, error) {
		s, err := statement.NewYear(ctx, tx, o.Laws, root, in.Year, w)
		if err == nil && q.Actor.Role == access.EmployerAgent {
			s = s.Of(q.Actor.Employer)
		}
		return s, err
	})
}

// readStatement makes a statement of a person's record for who may see it, and
// leaves a line that the person can see.
func readStatement[S any](ctx context.Context, o *Office, q Request, in StatementQuery, fn func(store.Tx, string, registry.When) (S, error)) (Told[S], error) {
	return Show(ctx, o, q, "statement.read", func(tx store.Tx) (Told[S], []string, error) {
		w := in.when(tx)
		root, err := o.record(ctx, tx, q, "statement.read", in.Person, w.KnownAt)
		if err != nil {
			return Told[S]{}, nil, err
		}
		s, err := fn(tx, root, w)
		if err != nil {
			return Told[S]{}, nil, missing(err, "statement.nothing", nil)
		}
		out, err := told(s)
		return out, []string{root}, err
	})
}

// PaymentStatement is a payment notice with its lines (R-DECL-03).
func (o *Office) PaymentStatement(ctx context.Context, q Request, notice string) (Told[*statement.PaymentNotice], error) {
	return Show(ctx, o, q, "order.read", func(tx store.Tx) (Told[*statement.PaymentNotice], []string, error) {
		s, err := paymentOf(ctx, tx, q, "order.read", notice)
		if err != nil {
			return Told[*statement.PaymentNotice]{}, nil, err
		}
		out, err := told(s)
		return out, []string{s.Notice.Person}, err
	})
}

func paymentOf(ctx context.Context, tx store.Tx, q Request, action access.Action, notice string) (*statement.PaymentNotice, error) {
	n, err := tx.Notice(ctx, notice)
	if err != nil && !errors.Is(err, books.ErrNotFound) {
		return nil, err
	}
	if denied := access.Check(q.Actor, action, access.Scope{Area: q.Area, Employer: n.Employer, Person: n.Person}); denied != nil {
		return nil, denied
	}
	if err != nil {
		return nil, absent(err)
	}
	return statement.NewPayment(ctx, tx, notice)
}

// HandoverInput says that a statement was handed over: which (by what it was
// asked with), how, and when. Digest is that of the statement that was handed
// over; AsOf and KnownAt are its days.
type HandoverInput struct {
	Kind        statement.Kind `json:"kind"`
	Person      string         `json:"person,omitempty"`
	Employer    string         `json:"employer,omitempty"`
	Month       calendar.Month `json:"month,omitzero"`
	Year        int            `json:"year,omitempty"`
	Notice      string         `json:"notice,omitempty"`
	AsOf        calendar.Date  `json:"as_of"`
	KnownAt     calendar.Date  `json:"known_at"`
	Digest      string         `json:"digest"`
	Method      string         `json:"method"`
	DeliveredOn calendar.Date  `json:"delivered_on"` // zero: the office date
}

// HandOver keeps the evidence that a statement was handed over (R-REC-02). It
// must be the statement that the books give: else it is fault statement.changed.
func (o *Office) HandOver(ctx context.Context, q Request, in HandoverInput) (statement.Handover, error) {
	if err := access.May(q.Actor, "statement.deliver"); err != nil {
		return statement.Handover{}, err
	}
	return Do(ctx, o, q, "statement.deliver", in, func(tx store.Tx) (statement.Handover, error) {
		h := statement.Handover{ID: tx.NewID(), Kind: in.Kind, Digest: in.Digest, Method: in.Method, DeliveredOn: in.DeliveredOn, At: tx.At(), Actor: tx.Actor().ID}
		if h.DeliveredOn == 0 {
			h.DeliveredOn = tx.Today()
		}
		switch {
		case !slices.Contains(statement.Methods, h.Method):
			return h, fault.New(fault.Invalid, "statement.bad_method", fault.Args{"list": strings.Join(statement.Methods, ", ")})
		case h.DeliveredOn > tx.Today():
			return h, fault.New(fault.Invalid, "statement.not_yet", fault.Args{"day": h.DeliveredOn.String()})
		}
		digest, err := o.again(ctx, tx, q, in, &h)
		if err != nil {
			return h, err
		}
		if digest != in.Digest {
			return h, fault.New(fault.Conflict, "statement.changed", nil)
		}
		kind, object := "person", h.Person
		if object == "" {
			kind, object = "employer", h.Employer
		}
		if err := tx.AddHandover(ctx, h); err != nil {
			return h, err
		}
		return h, Audited(ctx, tx, "statement.deliver", kind, object, "", nil, h)
	})
}

// again makes the statement that was handed over anew, for who may, and fills in
// whose it is.
func (o *Office) again(ctx context.Context, tx store.Tx, q Request, in HandoverInput, h *statement.Handover) (string, error) {
	if in.Kind == statement.Payment {
		s, err := paymentOf(ctx, tx, q, "statement.deliver", in.Notice)
		if err != nil {
			return "", err
		}
		h.Employer, h.Person, h.Period = s.Notice.Employer, s.Notice.Person, s.Notice.Month.String()
		return statement.Digest(s)
	}
	of := StatementQuery{Person: in.Person, Employer: in.Employer, Month: in.Month, Year: in.Year, AsOf: in.AsOf, KnownAt: in.KnownAt}
	w := of.when(tx)
	root, err := o.record(ctx, tx, q, "statement.deliver", in.Person, w.KnownAt)
	if err != nil {
		return "", err
	}
	h.Person = root
	switch {
	case in.Kind == statement.Monthly:
		s, err := o.month(ctx, tx, q, of, root, w)
		if err != nil {
			return "", missing(err, "statement.nothing", nil)
		}
		h.Employer, h.Period = s.Employer, s.Month.String()
		return statement.Digest(s)
	case in.Kind == statement.Yearly && q.Actor.Role != access.EmployerAgent: // the agency's to give
		s, err := statement.NewYear(ctx, tx, o.Laws, root, in.Year, w)
		if err != nil {
			return "", missing(err, "statement.nothing", nil)
		}
		h.Period = strconv.Itoa(in.Year)
		return statement.Digest(s)
	}
	return "", fault.New(fault.Invalid, "statement.bad_kind", nil)
}

// HandoverQuery asks for evidence of handing over.
type HandoverQuery struct {
	statement.Filter
	Page books.Page `json:"page"`
}

// Handovers lists what was handed over, of a person or an employer of one's own
// or in the area. It tells that, when and how, and nothing of what stood in it.
func (o *Office) Handovers(ctx context.Context, q Request, in HandoverQuery) ([]statement.Handover, error) {
	if in.Employer == "" {
		in.Employer = q.Actor.Employer
	}
	if in.Person == "" {
		in.Person = q.Actor.Person
	}
	if err := access.Check(q.Actor, "statement.read", access.Scope{Area: q.Area, Employer: in.Employer, Person: in.Person}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "statement.read", func(tx store.Tx) ([]statement.Handover, []string, error) {
		f := in.Filter
		if f.Person != "" { // evidence stands with the person that a duplicate is
			found, err := o.findPerson(ctx, tx, PersonQuery{Person: f.Person}, registry.When{AsOf: tx.Today()})
			if err != nil {
				return nil, nil, absent(err)
			}
			f.Person = found.root
		}
		list, err := tx.Handovers(ctx, f, in.Page)
		return list, personsOf(list, func(h statement.Handover) string { return h.Person }), err
	})
}
