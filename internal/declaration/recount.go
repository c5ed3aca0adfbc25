package declaration

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// Recounted is a person's scheme in which a declaration charged something else
// than the kernel makes of it.
type Recounted struct {
	Declaration        string
	Charge             string // the first of the slot; empty: nothing was charged
	Person             string
	Scheme             insurance.Scheme
	Month              calendar.Month
	Recorded, Computed Shares
	OtherLaw           bool // the packs that priced it are not those at hand
}

// Shares are both bearers' amounts.
type Shares struct{ Employer, Person money.Fen }

// String writes both.
func (s Shares) String() string { return s.Employer.String() + " + " + s.Person.String() }

// Past is a desk that knows what held at a moment.
type Past interface {
	Desk
	EnrolmentsAt(ctx context.Context, persons []string, at books.Instant) ([]registry.Enrolment, error)
	RosterAt(ctx context.Context, employer string, m calendar.Month, at books.Instant) ([]registry.Employment, error)
	PersonFactsAt(ctx context.Context, ids []string, asOf calendar.Date, at books.Instant) (map[string]registry.Person, error)
}

// then is a desk on an earlier day: what was known by its evening or, of people,
// who is insured and who works where, at a moment of it.
type then struct {
	Past
	day calendar.Date
	at  books.Instant // zero: the evening
}

// Today is that day.
func (t then) Today() calendar.Date { return t.day }

// EnrolmentsOf lists those that held then.
func (t then) EnrolmentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Enrolment, error) {
	if t.at != 0 {
		return t.EnrolmentsAt(ctx, persons, t.at)
	}
	return t.Past.EnrolmentsOf(ctx, persons, knownAt)
}

// Roster lists the employments that held then.
func (t then) Roster(ctx context.Context, employer string, m calendar.Month, knownAt calendar.Date) ([]registry.Employment, error) {
	if t.at != 0 {
		return t.RosterAt(ctx, employer, m, t.at)
	}
	return t.Past.Roster(ctx, employer, m, knownAt)
}

// PersonFacts are those that were known then.
func (t then) PersonFacts(ctx context.Context, ids []string, w registry.When) (map[string]registry.Person, error) {
	if t.at != 0 {
		return t.PersonFactsAt(ctx, ids, w.AsOf, t.at)
	}
	return t.Past.PersonFacts(ctx, ids, w)
}

// Recount prices all declarations of a month again, of an employer or of a
// payer without one, each as the office knew people and law on its day, and
// lists what was charged otherwise. Estimates, back-payments and what was given
// back have prices of their own and are taken as they stand. What became known
// on the very day of a declaration may have come before it or after.
func Recount(ctx context.Context, tx Past, p *Pricer, employer, person string, m calendar.Month) ([]Recounted, error) {
	whole, err := readMonth(ctx, tx, employer, m)
	if employer == "" {
		whole, err = readPerson(ctx, tx, person, m)
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(whole.all, inTime)
	var out []Recounted
	var was monthBooks
	for _, d := range whole.all {
		mine := slices.DeleteFunc(slices.Clone(whole.charges), func(c Charge) bool { return c.Declaration != d.ID })
		was.back = maps.Clone(whole.back)
		maps.DeleteFunc(was.back, func(_ slot, at books.Instant) bool { return at >= d.At })
		was.backPay = slices.DeleteFunc(slices.Clone(whole.backPay), func(c Charge) bool { return c.At >= d.At })
		var best []Recounted
		for i, at := range []then{{tx, d.KnownOn, 0}, {tx, d.KnownOn, d.At}, {tx, d.KnownOn - 1, 0}} {
			want, known, err := expected(ctx, at, p, d, was)
			if err != nil && i == 0 {
				return nil, err
			}
			if err != nil {
				continue
			}
			if !known {
				break
			}
			diff := compare(d, mine, want)
			if i == 0 || len(diff) < len(best) {
				best = diff
			}
			if len(diff) == 0 {
				break
			}
		}
		if len(best) > 0 {
			r, err := p.Reader(tx.Area(), d.DeclaredOn)
			if err != nil {
				return nil, err
			}
			for i := range best {
				best[i].OtherLaw = slices.ContainsFunc(mine, func(c Charge) bool { return c.Policy != r.Policy().Digest })
			}
		}
		out = append(out, best...)
		was.charges = append(was.charges, mine...)
		was.all = append(was.all, d)
		if d.Kind == Normal || d.Kind == Late {
			was.filed = d
		}
	}
	return out, nil
}

// inTime orders declarations as they were booked. Those of one moment: what
// replaces comes after what it replaces, and a settlement after what it settles.
func inTime(a, b Declaration) int {
	settles := func(d Declaration) int { return side(d.Kind == Settlement) }
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(side(a.Replaces == b.ID), side(b.Replaces == a.ID)), cmp.Compare(settles(a), settles(b)), cmp.Compare(a.ID, b.ID))
}

// expected is what a declaration must have charged; not known of those that
// have prices of their own.
func expected(ctx context.Context, tx then, p *Pricer, d Declaration, was monthBooks) (want []Charge, known bool, err error) {
	of, declared := strings.CutPrefix(d.Reason, "declared:")
	switch {
	case (d.Kind == Normal || d.Kind == Late) && len(was.charges) > 0:
		return nil, true, nil // a settlement follows
	case d.Kind == Normal || d.Kind == Late:
		due, _, err := priceAgain(ctx, tx, p, d, d.DeclaredOn)
		return was.lessElsewhere(due), true, err
	case d.Kind == Settlement && declared:
		i := slices.IndexFunc(was.all, func(x Declaration) bool { return x.ID == of })
		if i < 0 {
			return nil, true, nil
		}
		due, _, err := priceAgain(ctx, tx, p, was.all[i], d.DeclaredOn)
		return was.lessElsewhere(deltas(due, net(was.charges), nil)), true, err
	case d.Kind == Settlement && strings.HasPrefix(d.Reason, "law_known:"):
		due, asked, err := priceAgain(ctx, tx, p, was.filed, d.DeclaredOn)
		keep := func(k slot) bool { return !asked[k.person] }
		if d.Employer == "" {
			keep = nil
		}
		return was.lessElsewhere(deltas(due, net(was.charges), keep)), true, err
	}
	return nil, false, nil
}

// priceAgain prices the lines of a declaration by the law as known on a day,
// and says whose lines they were: those who are on the roster.
func priceAgain(ctx context.Context, tx then, p *Pricer, d Declaration, law calendar.Date) ([]Charge, map[string]bool, error) {
	if d.Employer == "" {
		_, due, err := personCharges(ctx, tx, p, d.Person, d.Month, law)
		return due, nil, err
	}
	s, err := readStaff(ctx, tx, d.Employer, d.Month)
	if err != nil {
		return nil, nil, err
	}
	lines, err := tx.DeclarationLines(ctx, d.ID)
	if err != nil {
		return nil, nil, err
	}
	asked := map[string]bool{}
	lines = slices.DeleteFunc(lines, func(l Line) bool { _, here := s.jobs[l.Person]; asked[l.Person] = here; return !here })
	due, err := s.charges(p, tx.Area(), law, lines)
	return due, asked, err
}

// compare lists the slots that were charged otherwise than they should be.
func compare(d Declaration, have, want []Charge) (out []Recounted) {
	a, b := net(have), net(want)
	for k, x := range a {
		if y := b[k]; x.employer != y.employer || x.person != y.person {
			out = append(out, Recounted{Declaration: d.ID, Charge: x.first.ID, Person: k.person, Scheme: k.scheme, Month: x.first.FeeMonth,
				Recorded: Shares{x.employer, x.person}, Computed: Shares{y.employer, y.person}})
		}
		delete(b, k)
	}
	for k, y := range b {
		if y.employer != 0 || y.person != 0 {
			out = append(out, Recounted{Declaration: d.ID, Person: k.person, Scheme: k.scheme, Month: y.first.FeeMonth, Computed: Shares{y.employer, y.person}})
		}
	}
	slices.SortFunc(out, func(a, b Recounted) int { return slot{a.Person, a.Scheme}.compare(slot{b.Person, b.Scheme}) })
	return out
}
