package declaration

import (
	"context"
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// People is what declarations need of the registry.
type People interface {
	books.Frame
	LockEmployer(ctx context.Context, id string) error
	LockPersons(ctx context.Context, ids ...string) error
	EmployerFacts(ctx context.Context, id string, w registry.When) (registry.Employer, error)
	Roster(ctx context.Context, employer string, m calendar.Month, knownAt calendar.Date) ([]registry.Employment, error)
	EmploymentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Employment, error)
	EnrolmentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Enrolment, error)
	PersonFacts(ctx context.Context, ids []string, w registry.When) (map[string]registry.Person, error)
	PersonsByHash(ctx context.Context, hashes []string, knownAt calendar.Date) (map[string]string, error)
}

// staff is an employer's roster of a month as known now, with what the law
// needs to know of each.
type staff struct {
	month    calendar.Month
	employer registry.Employer
	order    []string // persons
	jobs     map[string]registry.Employment
	persons  map[string]registry.Person
	enrolled map[string][]registry.Enrolment
	payers   map[string]law.Payer
}

func readStaff(ctx context.Context, tx People, employer string, m calendar.Month) (*staff, error) {
	when := registry.When{AsOf: m.Last(), KnownAt: tx.Today()}
	e, err := tx.EmployerFacts(ctx, employer, when)
	if err != nil {
		return nil, notFound(err, "declaration.no_employer")
	}
	list, err := tx.Roster(ctx, employer, m, tx.Today())
	if err != nil {
		return nil, err
	}
	s := &staff{month: m, employer: e, jobs: make(map[string]registry.Employment, len(list)), payers: map[string]law.Payer{}, enrolled: map[string][]registry.Enrolment{}}
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.Person
	}
	if s.persons, err = tx.PersonFacts(ctx, ids, when); err != nil {
		return nil, err
	}
	for _, x := range list {
		if root := s.persons[x.Person].MergedInto; root != "" { // a record of somebody who has another
			s.persons[root] = s.persons[x.Person]
			x.Person = root
		}
		if old, ok := s.jobs[x.Person]; !ok {
			s.order = append(s.order, x.Person)
		} else if old.From > x.From {
			continue // of two relations in the month the later one holds
		}
		s.jobs[x.Person] = x
	}
	slices.Sort(s.order)
	enrolled, err := tx.EnrolmentsOf(ctx, s.order, tx.Today())
	for _, x := range enrolled {
		if x.Employer == employer && covers(x, m) {
			s.enrolled[x.Person] = append(s.enrolled[x.Person], x)
		}
	}
	return s, err
}

// covers reports whether an enrolment runs in the month.
func covers(x registry.Enrolment, m calendar.Month) bool {
	return x.From <= m && (x.To == 0 || m <= x.To)
}

// query says how a person of the staff is priced: as enrolled, else as
// employed, in all mandatory schemes.
func (s *staff) query(p *Pricer, area string, known calendar.Date, person string) (Query, error) {
	job, who := s.jobs[person], s.persons[person]
	population, tier := job.Population, job.Tier
	var schemes []insurance.Scheme
	for _, x := range s.enrolled[person] {
		if x.Population != "" {
			population = x.Population
		}
		if x.Tier != "" {
			tier = x.Tier
		}
		if x.Scheme == 0 {
			schemes = nil
			break
		}
		schemes = append(schemes, x.Scheme)
	}
	slices.Sort(schemes)
	q := Query{Area: area, Month: s.month, Known: known, Schemes: slices.Compact(schemes), Injury: s.injury()}
	key := strings.Join([]string{who.HukouArea, who.HukouKind, population, tier}, "|")
	payer, ok := s.payers[key]
	if !ok {
		r, err := p.Reader(area, known)
		if err != nil {
			return q, err
		}
		payer, err = newPayer(r, insurance.Employee, assess.Person{HukouArea: who.HukouArea, HukouKind: who.HukouKind, Tier: tier}, population,
			&assess.Employer{UnitType: s.employer.UnitType})
		if err != nil {
			return q, err
		}
		s.payers[key] = payer
	}
	q.Payer = payer
	return q, nil
}

// newPayer refuses populations that the area's law does not know.
func newPayer(r *law.Reader, kind insurance.Payer, p assess.Person, populations string, e *assess.Employer) (law.Payer, error) {
	if populations != "" {
		p.Populations = strings.Split(populations, "|")
	}
	payer, unknown := assess.NewPayer(r, kind, p, e)
	if len(unknown) > 0 {
		return payer, fault.New(fault.Invalid, "declaration.unknown_population", fault.Args{"name": unknown[0], "area": r.Area()})
	}
	return payer, nil
}

func (s *staff) injury() assess.Injury {
	out := assess.Injury{Class: s.employer.InjuryClass}
	if s.employer.InjuryRate != 0 {
		rate := s.employer.InjuryRate
		out.Rate = &rate
	}
	return out
}

// charges prices lines by the law as known on the day. A base below the wage
// is billed as declared: the difference is for whoever examines it.
func (s *staff) charges(p *Pricer, area string, known calendar.Date, lines []Line) ([]Charge, error) {
	var x assess.Exact
	var priced []Priced
	out := make([]Charge, 0, len(lines)*6)
	for _, l := range lines {
		q, err := s.query(p, area, known, l.Person)
		if err != nil {
			return nil, err
		}
		t, err := p.Tariff(q)
		if err != nil {
			return nil, err
		}
		wage := l.Wage
		if l.Base != nil {
			wage = *l.Base
		}
		if priced, err = t.Price(&x, wage, priced[:0]); err != nil {
			return nil, err
		}
		for _, y := range priced {
			out = append(out, Charge{Person: l.Person, Payer: insurance.Employee, Scheme: y.Scheme, FeeMonth: s.month, Kind: ChargeNormal, Base: y.Base,
				EmployerFen: y.Employer, PersonFen: y.Person, DueOn: y.PayBy, CarriedFrom: y.CarriedFrom, Policy: t.Policy})
		}
	}
	return out, nil
}

// sum adds both shares of charges.
func sum(charges []Charge) (total money.Fen, err error) {
	for _, c := range charges {
		if total, err = money.Sum(total, c.EmployerFen, c.PersonFen); err != nil {
			return 0, err
		}
	}
	return total, nil
}
