package office

import (
	"context"
	"errors"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/store"
)

// DeclarationView is a declaration with its lines and charges.
type DeclarationView struct {
	declaration.Declaration
	Lines   []declaration.Line   `json:"declared"`
	Charges []declaration.Charge `json:"charges"`
}

// Declaration reads one; whose it is decides who may.
func (o *Office) Declaration(ctx context.Context, q Request, id string) (DeclarationView, error) {
	return Show(ctx, o, q, "declaration.read", func(tx store.Tx) (v DeclarationView, persons []string, err error) {
		if v.Declaration, err = tx.Declaration(ctx, id); err != nil {
			return v, nil, absent(err)
		}
		scope := access.Scope{Area: q.Area, Employer: v.Employer, Person: v.Person}
		if err = access.Check(q.Actor, "declaration.read", scope); err != nil {
			return DeclarationView{}, nil, err
		}
		if v.Lines, err = tx.DeclarationLines(ctx, id); err == nil {
			v.Charges, err = tx.ChargesIn(ctx, id)
		}
		persons = append(personsOf(v.Lines, func(l declaration.Line) string { return l.Person }), v.Person)
		return v, append(persons, personsOf(v.Charges, func(c declaration.Charge) string { return c.Person })...), err
	})
}

// Declarations lists an employer's declarations for a month.
func (o *Office) Declarations(ctx context.Context, q Request, employer string, m calendar.Month) ([]declaration.Declaration, error) {
	if err := access.Check(q.Actor, "declaration.read", access.Scope{Area: q.Area, Employer: employer}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]declaration.Declaration, error) { return tx.DeclarationsOf(ctx, employer, m) })
}

// Notices lists the payment notices to an employer or a person for a month.
func (o *Office) Notices(ctx context.Context, q Request, employer, person string, m calendar.Month) ([]declaration.Notice, error) {
	if err := access.Check(q.Actor, "order.read", access.Scope{Area: q.Area, Employer: employer, Person: person}); err != nil {
		return nil, err
	}
	return Show(ctx, o, q, "order.read", func(tx store.Tx) ([]declaration.Notice, []string, error) {
		list, err := tx.NoticesOf(ctx, employer, person, m)
		return list, personsOf(list, func(n declaration.Notice) string { return n.Person }), err
	})
}

// Notice reads one (R-DECL-03).
func (o *Office) Notice(ctx context.Context, q Request, id string) (declaration.Notice, error) {
	return Show(ctx, o, q, "order.read", func(tx store.Tx) (declaration.Notice, []string, error) {
		n, err := tx.Notice(ctx, id)
		if err != nil {
			return n, nil, absent(err)
		}
		if err := access.Check(q.Actor, "order.read", access.Scope{Area: q.Area, Employer: n.Employer, Person: n.Person}); err != nil {
			return declaration.Notice{}, nil, err
		}
		return n, []string{n.Person}, nil
	})
}

// absent says that a declaration or notice is not there in the words in which
// another's is hidden.
func absent(err error) error {
	if errors.Is(err, books.ErrNotFound) {
		return fault.Wrap(fault.NotFound, "access.not_yours", nil, err)
	}
	return err
}
