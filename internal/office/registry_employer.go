package office

import (
	"context"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// RegisterEmployer adds an employer.
func (o *Office) RegisterEmployer(ctx context.Context, q Request, in registry.NewEmployer) (Ref, error) {
	if err := access.Check(q.Actor, "employer.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "employer.register", in, func(tx store.Tx) (Ref, error) {
		e, err := registry.RegisterEmployer(ctx, tx, in)
		if err != nil {
			return Ref{}, err
		}
		report, owed := e.Report()
		late, err := o.reported(ctx, tx, report, owed)
		if err != nil {
			return Ref{}, err
		}
		return Ref{e.ID}, Audited(ctx, tx, "employer.write", "employer", e.ID, in.Reason, nil, map[string]any{"registered": true, "injury_class": e.InjuryClass, "from": e.From, "late": late})
	})
}

// ChangeEmployer adds what is true of an employer from a day: injury class,
// unit type, bank mandate and so on.
func (o *Office) ChangeEmployer(ctx context.Context, q Request, id string, in registry.EmployerChange) (Ref, error) {
	if err := access.Check(q.Actor, "employer.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	return Do(ctx, o, q, "employer.change "+id, in, func(tx store.Tx) (Ref, error) {
		if err := tx.LockEmployer(ctx, id); err != nil {
			return Ref{}, notFound(err, "registry.no_employer")
		}
		if err := o.sawEmployer(ctx, tx, q, id); err != nil {
			return Ref{}, err
		}
		e, err := registry.ChangeEmployer(ctx, tx, id, in)
		if err != nil {
			return Ref{}, err
		}
		report, owed := in.Report(e)
		if _, err := o.reported(ctx, tx, report, owed); err != nil {
			return Ref{}, err
		}
		return Ref{id}, Audited(ctx, tx, "employer.write", "employer", id, in.Reason, nil, changed(in.From, in))
	})
}

func (o *Office) sawEmployer(ctx context.Context, tx store.Tx, q Request, id string) error {
	all, err := tx.EmployerStates(ctx, []string{id}, tx.Today())
	if err != nil {
		return err
	}
	return o.saw(q, states{id, int64(len(all[id]))})
}

// Deregister closes an employer from a day, if it owes nothing (R-REG-05).
func (o *Office) Deregister(ctx context.Context, q Request, id string, from calendar.Date, reason string) (Ref, error) {
	if err := access.Check(q.Actor, "employer.write", access.Scope{Area: q.Area}); err != nil {
		return Ref{}, err
	}
	type input struct {
		From   calendar.Date
		Reason string
	}
	return Do(ctx, o, q, "employer.deregister "+id, input{from, reason}, func(tx store.Tx) (Ref, error) {
		if _, err := registry.Deregister(ctx, tx, id, from, reason, o.owes(tx)); err != nil {
			return Ref{}, err
		}
		late, err := o.reported(ctx, tx, registry.ClosureReport(id, from), true)
		if err != nil {
			return Ref{}, err
		}
		return Ref{id}, Audited(ctx, tx, "employer.write", "employer", id, reason, nil, map[string]any{"closed": from, "late": late})
	})
}

// Employer reads an employer; its account is masked.
func (o *Office) Employer(ctx context.Context, q Request, id string, w registry.When) (registry.Employer, error) {
	if err := access.Check(q.Actor, "employer.read", access.Scope{Area: q.Area, Employer: id}); err != nil {
		return registry.Employer{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (registry.Employer, error) {
		e, err := tx.Employer(ctx, id, when(tx, w))
		if err != nil {
			return e, notFound(err, "registry.no_employer")
		}
		return e.Masked(), o.sawEmployer(ctx, tx, q, id)
	})
}

// FindEmployer finds an employer by its credit code. Another's is not there for
// who may see its own only.
func (o *Office) FindEmployer(ctx context.Context, q Request, creditCode string, w registry.When) (registry.Employer, error) {
	if err := access.Check(q.Actor, "employer.read", access.Scope{Area: q.Area, Employer: q.Actor.Employer}); err != nil {
		return registry.Employer{}, err
	}
	return See(ctx, o, q, func(tx store.Tx) (registry.Employer, error) {
		e, err := tx.EmployerByCode(ctx, creditCode, when(tx, w))
		if err == nil && access.Check(q.Actor, "employer.read", access.Scope{Area: q.Area, Employer: e.ID}) != nil {
			err = books.ErrNotFound
		}
		if err != nil {
			return registry.Employer{}, notFound(err, "registry.no_employer")
		}
		return e.Masked(), nil
	})
}

// Employers lists employers, masked. An agent sees its own.
func (o *Office) Employers(ctx context.Context, q Request, w registry.When, p books.Page) ([]registry.Employer, error) {
	if err := access.Check(q.Actor, "employer.read", access.Scope{Area: q.Area, Employer: q.Actor.Employer}); err != nil {
		return nil, err
	}
	return See(ctx, o, q, func(tx store.Tx) ([]registry.Employer, error) {
		if q.Actor.Role == access.EmployerAgent {
			e, err := tx.Employer(ctx, q.Actor.Employer, when(tx, w))
			return []registry.Employer{e.Masked()}, notFound(err, "registry.no_employer")
		}
		list, err := tx.EmployerList(ctx, when(tx, w), p)
		for i := range list {
			list[i] = list[i].Masked()
		}
		return list, err
	})
}
