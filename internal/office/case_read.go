package office

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/plan"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// CaseView is a case with its history and with what the asker can do now.
type CaseView struct {
	casework.Case
	Facts   casework.Values   `json:"facts"` // as given and made; words are kept encrypted and shown as ***
	Events  []casework.Event  `json:"events"`
	Months  []casework.Month  `json:"months"`
	Options []casework.Option `json:"options"`
	Parts   []casework.Case   `json:"parts"`
	// Cover is the day-by-day calendar of medical cover, where the case is about it.
	Cover []plan.Run `json:"cover,omitempty"`
	// Table is what the case is pinned to.
	Table *casework.Table `json:"-"`
}

// ReadCase shows a case to who may see it, and leaves a line with its person.
func (o *Office) ReadCase(ctx context.Context, q Request, id string) (CaseView, error) {
	return Show(ctx, o, q, "case.read", func(tx store.Tx) (CaseView, []string, error) {
		s, err := o.caseStep(ctx, tx, q, "case.read", id)
		if err != nil {
			return CaseView{}, nil, err
		}
		s.desk.Ask = s.ask
		v := CaseView{Case: s.c, Events: s.past, Months: s.months, Table: s.desk.Table}
		if casework.Party(q.Actor.Role) {
			v.Case, v.Events = s.desk.Table.Seen(s.c, s.past)
		}
		v.Facts = v.Case.Facts
		if v.Options, err = s.desk.Options(ctx, s.c, q.Actor); err != nil {
			return v, nil, err
		}
		if v.Parts, err = tx.Cases(ctx, casework.Filter{Parent: id}, books.Page{}); err != nil {
			return v, nil, err
		}
		for i := range v.Parts {
			if err := o.showRow(ctx, tx, q, &v.Parts[i]); err != nil {
				return v, nil, err
			}
		}
		v.Cover = coverOf(v.Case)
		v.mask()
		if err := o.hideParent(ctx, tx, q, &v.Case); err != nil {
			return v, nil, err
		}
		persons := append(s.people(), s.c.Person)
		return v, persons, o.saw(q, v.Seq)
	})
}

// showRow leaves of a case that was listed what the asker may see of it.
func (o *Office) showRow(ctx context.Context, tx store.Tx, q Request, c *casework.Case) error {
	if !casework.Party(q.Actor.Role) {
		return nil
	}
	p, err := o.procedure(ctx, tx, c.Law)
	if err != nil || !p.Table.HasQuiet() {
		return err
	}
	events, err := tx.CaseEvents(ctx, c.ID)
	if err == nil {
		*c, _ = p.Table.Seen(*c, events)
	}
	return err
}

// hideParent leaves out what a case is a part of, for who may not see that: an
// employer is not told that a worker complained.
func (o *Office) hideParent(ctx context.Context, tx store.Tx, q Request, c *casework.Case) error {
	if c.Parent == "" {
		return nil
	}
	parent, err := tx.Case(ctx, c.Parent)
	if err != nil {
		return err
	}
	t, err := CaseKindOf(parent.Kind)
	if err != nil {
		return err
	}
	scope := caseScope(q.Area, t, parent)
	if err := o.followMerge(ctx, tx, q, &scope); err != nil {
		return err
	}
	if access.Check(q.Actor, "case.read", scope) != nil {
		c.Parent = ""
	}
	return nil
}

// masked stands for words that are kept encrypted.
const masked = "***"

func (v *CaseView) mask() {
	hide := func(values casework.Values) {
		for name := range values {
			if f := v.Table.Fact(name); f != nil && f.Type == casework.Words {
				values[name] = masked
			}
		}
	}
	hide(v.Facts)
	for _, e := range v.Events {
		hide(e.Data)
	}
}

// Cases lists cases: of the area, or the own ones. Those of a person are those of
// all records that count as this person today.
func (o *Office) Cases(ctx context.Context, q Request, f casework.Filter, p books.Page) ([]casework.Case, error) {
	ownOnly(q.Actor, &f.Employer, &f.Person)
	if f.Kind != "" { // a kind that there is not has no cases, which is not to say that none are open
		if _, err := CaseKindOf(f.Kind); err != nil {
			return nil, err
		}
	}
	return Show(ctx, o, q, "case.read", func(tx store.Tx) ([]casework.Case, []string, error) {
		persons, scope := []string{f.Person}, access.Scope{Area: q.Area, Employer: f.Employer, Person: f.Person}
		if f.Person != "" {
			found, err := o.findPerson(ctx, tx, PersonQuery{Person: f.Person}, registry.When{AsOf: tx.Today()})
			switch {
			case err == nil:
				persons, scope.Person = found.same, found.scope(q).Person
			case !errors.Is(err, books.ErrNotFound):
				return nil, nil, err
			}
		}
		if err := access.Check(q.Actor, "case.read", scope); err != nil {
			return nil, nil, err
		}
		out := []casework.Case{}
		for _, person := range persons {
			f.Person = person
			list, err := o.casesOf(ctx, tx, q, f, p)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, list...)
		}
		slices.SortFunc(out, func(a, b casework.Case) int { return cmp.Compare(a.ID, b.ID) })
		out = out[:min(len(out), p.Size())]
		return out, personsOf(out, func(c casework.Case) string { return c.Person }), nil
	})
}

// casesOf is a page of the cases of a filter that the asker may see.
func (o *Office) casesOf(ctx context.Context, tx store.Tx, q Request, f casework.Filter, p books.Page) ([]casework.Case, error) {
	want := f
	if casework.Party(q.Actor.Role) { // who are asked about what they see, not about what is kept
		f.State, f.Owner = "", ""
	}
	read := func(p books.Page) ([]casework.Case, error) { return tx.Cases(ctx, f, p) }
	return seenPage(p, read, func(c casework.Case) string { return c.ID }, func(c *casework.Case) (bool, error) {
		t, err := CaseKindOf(c.Kind)
		if err != nil {
			return false, err
		}
		scope := caseScope(q.Area, t, *c)
		if err := o.followMerge(ctx, tx, q, &scope); err != nil {
			return false, err
		}
		if access.Check(q.Actor, "case.read", scope) != nil {
			return false, nil
		}
		if err := o.showRow(ctx, tx, q, c); err != nil {
			return false, err
		}
		if (want.State != "" && c.State != want.State) || (want.Owner != "" && c.Owner != want.Owner) {
			return false, nil
		}
		return true, o.hideParent(ctx, tx, q, c)
	})
}

// seenPage is a page of what the asker sees of a list: it is read on until the
// page is full or the list ends. Whether a row is seen, and what of it, says see.
func seenPage[T any](p books.Page, read func(books.Page) ([]T, error), id func(T) string, see func(*T) (bool, error)) (out []T, err error) {
	for {
		list, err := read(p)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			p.After = id(x)
			seen, err := see(&x)
			if err != nil {
				return nil, err
			}
			if !seen {
				continue
			}
			if out = append(out, x); len(out) == p.Size() {
				return out, nil
			}
		}
		if len(list) < p.Size() {
			return out, nil
		}
	}
}
