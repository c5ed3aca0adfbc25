package office

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/intake"
	"bujiao/internal/money"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// MakeupFile writes the make-up file (报盘文件) of a case: a line for each run of
// months of a person and scheme that may be made up. It holds names and numbers
// in plain, for whoever may read them, and leaves a line with each person.
func (o *Office) MakeupFile(ctx context.Context, q Request, id string) ([]byte, error) {
	q.Key = ""
	return Show(ctx, o, q, "case.read", func(tx store.Tx) ([]byte, []string, error) {
		s, err := o.caseStep(ctx, tx, q, "case.makeup_file", id)
		if err != nil {
			return nil, nil, err
		}
		v := makeup{months: s.months}
		v.tidy()
		var list []declaration.MakeupLine
		var who registry.Person
		for i := range v.months {
			m := v.months[i]
			if m.Verdict == "refused" {
				continue
			}
			if n := len(list); n > 0 && i > 0 && v.months[i-1].Person == m.Person && v.months[i-1].Scheme == m.Scheme && list[n-1].To+1 == m.FeeMonth &&
				list[n-1].Cause == m.Cause && equalFen(list[n-1].Wage, m.Wage) {
				list[n-1].To = m.FeeMonth
				continue
			}
			if who.ID != m.Person {
				if who, err = tx.Person(ctx, m.Person, registry.When{AsOf: tx.Today()}); err != nil {
					return nil, nil, err
				}
			}
			list = append(list, declaration.MakeupLine{Number: who.Number, IDKind: who.NumberKind, Name: who.Name, Scheme: m.Scheme, From: m.FeeMonth, To: m.FeeMonth, Wage: m.Wage, Cause: m.Cause})
		}
		var b bytes.Buffer
		err = declaration.WriteMakeup(&b, list)
		return b.Bytes(), v.persons, err
	})
}

// ReadMakeupFile reads a make-up file as the months that an application or the
// handing-in states. Rows that are wrong are refused together; nothing is kept.
func (o *Office) ReadMakeupFile(ctx context.Context, q Request, name string, data []byte) ([]casework.Month, []intake.Reject, error) {
	if err := access.Check(q.Actor, "case.makeup_file", access.Scope{Area: q.Area, Employer: q.Actor.Employer}); err != nil {
		return nil, nil, err
	}
	x, err := See(ctx, o, q, func(tx store.Tx) (x makeupRows, err error) {
		r, err := declaration.OpenMakeup(name, bytes.NewReader(data), int64(len(data)), tx.Today(), o.DocumentHash)
		if err != nil {
			return x, err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		for {
			l, row, err := r.Next()
			if err == io.EOF {
				return x, nil
			}
			if err != nil {
				return x, err
			}
			if len(row.Rejects) == 0 {
				if err := x.add(ctx, tx, q.Actor, l, row); err != nil {
					return x, err
				}
			}
			x.rejects = append(x.rejects, row.Rejects...)
		}
	})
	return x.months, x.rejects, err
}

// makeupRows gathers what a make-up file says.
type makeupRows struct {
	months  []casework.Month
	rejects []intake.Reject
}

// maxMakeup bounds the months of one file.
const maxMakeup = 100_000

// add spreads a line over its months. Whoever is not registered is a reject of
// the row; to an employer, so is whoever never worked for it.
func (x *makeupRows) add(ctx context.Context, tx store.Tx, who access.Actor, l declaration.MakeupLine, row *intake.FormRow) error {
	p, err := tx.PersonByHash(ctx, l.Document, registry.When{AsOf: tx.Today()})
	if err == nil && who.Role == access.EmployerAgent {
		var works []registry.Employment
		works, err = tx.EmploymentsOf(ctx, []string{p.ID}, tx.Today())
		if err == nil && !slices.ContainsFunc(works, func(w registry.Employment) bool { return w.Employer == who.Employer }) {
			err = books.ErrNotFound
		}
	}
	if errors.Is(err, books.ErrNotFound) {
		row.Reject("id_number", "registry.no_person", nil)
		return nil
	}
	if err != nil {
		return err
	}
	if len(x.months)+int(l.To-l.From) >= maxMakeup {
		return fault.New(fault.Invalid, "arrears.too_many", nil)
	}
	for m := l.From; m <= l.To; m++ {
		x.months = append(x.months, casework.Month{Person: cmp.Or(p.MergedInto, p.ID), Scheme: l.Scheme, FeeMonth: m, Cause: l.Cause})
	}
	return nil
}

func equalFen(a, b *money.Fen) bool { return a == b || a != nil && b != nil && *a == *b }
