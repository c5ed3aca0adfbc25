package declaration

import (
	"cmp"
	"context"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/registry"
)

// ChargePerson bills a month to a payer without employer from what is enrolled:
// a flexible worker's base and schemes, a resident's year in its January or in
// the first month of the enrolment. A month that is billed is left alone; what
// was billed by limits that were carried on is settled by SettlePerson.
func ChargePerson(ctx context.Context, tx Desk, p *Pricer, person string, m calendar.Month) (Bill, error) {
	if err := tx.LockPersons(ctx, person); err != nil {
		return Bill{}, err
	}
	was, err := readPerson(ctx, tx, person, m)
	if err != nil || len(was.all) > 0 {
		return Bill{}, err
	}
	lines, charges, err := personCharges(ctx, tx, p, person, m, tx.Today())
	if err != nil || len(charges) == 0 {
		return Bill{}, err
	}
	charges = was.lessElsewhere(charges)
	d := Declaration{ID: tx.NewID(), Person: person, Month: m, Kind: Normal, Channel: "system", DeclaredOn: tx.Today(), Reason: "enrolment"}
	return book(ctx, tx, d, lines, charges)
}

// SettlePerson is Settle for a payer without employer.
func SettlePerson(ctx context.Context, tx Desk, p *Pricer, person string, m calendar.Month) (Bill, error) {
	if err := tx.LockPersons(ctx, person); err != nil { // two at once would book a difference twice
		return Bill{}, err
	}
	was, err := readPerson(ctx, tx, person, m)
	if err != nil || was.filed.ID == "" {
		return Bill{}, err
	}
	_, due, err := personCharges(ctx, tx, p, person, m, tx.Today())
	if err != nil {
		return Bill{}, err
	}
	return settle(ctx, tx, Declaration{Person: person, Month: m, Replaces: was.filed.ID}, due, was, nil)
}

func readPerson(ctx context.Context, tx Reader, person string, m calendar.Month) (monthBooks, error) {
	list, err := tx.DeclarationsOfPerson(ctx, person, m)
	if err != nil {
		return monthBooks{}, err
	}
	out, err := readBooks(ctx, tx, list)
	if err != nil {
		return out, err
	}
	charges, err := tx.ChargesOf(ctx, []string{person})
	out.backPay = slices.DeleteFunc(charges, func(c Charge) bool { return c.Kind != ChargeBackPay || c.FeeMonth != m || c.Employer != "" })
	return out, err
}

func personCharges(ctx context.Context, tx People, p *Pricer, person string, m calendar.Month, known calendar.Date) ([]Line, []Charge, error) {
	enrolled, err := tx.EnrolmentsOf(ctx, []string{person}, tx.Today())
	if err != nil {
		return nil, nil, err
	}
	people, err := tx.PersonFacts(ctx, []string{person}, registry.When{AsOf: m.Last(), KnownAt: tx.Today()})
	if err != nil {
		return nil, nil, err
	}
	line := Line{Person: person}
	var charges []Charge
	for _, x := range enrolled {
		if x.Employer != "" || !covers(x, m) {
			continue
		}
		var more []Charge
		switch x.Payer {
		case insurance.Flexible:
			if x.Base != nil {
				line.Wage = max(line.Wage, *x.Base)
			}
			more, err = flexible(p, tx.Area(), x, people[person], m, known)
		case insurance.Resident:
			more, err = resident(p, tx.Area(), x, m, known)
		}
		if err != nil {
			return nil, nil, err
		}
		charges = append(charges, more...)
	}
	slices.SortStableFunc(charges, func(a, b Charge) int { return cmp.Compare(a.Scheme.Index(), b.Scheme.Index()) })
	for i := 1; i < len(charges); i++ {
		if charges[i].Scheme == charges[i-1].Scheme {
			return nil, nil, fault.New(fault.Conflict, "declaration.enrolled_twice", fault.Args{"scheme": charges[i].Scheme.String(), "month": m.String()})
		}
	}
	return []Line{line}, charges, nil
}

func flexible(p *Pricer, area string, x registry.Enrolment, who registry.Person, m calendar.Month, known calendar.Date) ([]Charge, error) {
	r, err := p.Reader(area, known)
	if err != nil {
		return nil, err
	}
	payer, err := newPayer(r, x.Payer, assess.Person{HukouArea: who.HukouArea, HukouKind: who.HukouKind, Tier: x.Tier}, x.Population, nil)
	if err != nil {
		return nil, err
	}
	q := Query{Area: area, Month: m, Known: known, Payer: payer, Grade: x.Grade}
	if x.Scheme != 0 {
		q.Schemes = []insurance.Scheme{x.Scheme}
	}
	t, err := p.Tariff(q)
	if err != nil {
		return nil, err
	}
	var base money.Fen // where the base is chosen by a grade, or fixed, none is told
	if x.Base != nil {
		base = *x.Base
	} else if x.Grade == "" && !t.fixed() {
		return nil, fault.New(fault.Missing, "declaration.no_base", fault.Args{"month": m.String()})
	}
	priced, err := t.Price(new(assess.Exact), base, nil)
	if err != nil {
		return nil, err
	}
	var out []Charge
	for _, y := range priced {
		out = append(out, Charge{Person: x.Person, Payer: x.Payer, Scheme: y.Scheme, FeeMonth: m, Kind: ChargeNormal, Base: y.Base, EmployerFen: y.Employer,
			PersonFen: y.Person, DueOn: y.PayBy, CarriedFrom: y.CarriedFrom, Policy: t.Policy})
	}
	return out, nil
}

// resident prices a coverage year, traced: there are no months to compile.
func resident(p *Pricer, area string, x registry.Enrolment, m calendar.Month, known calendar.Date) ([]Charge, error) {
	if _, month := m.Civil(); month != 1 && m != x.From {
		return nil, nil
	}
	r, err := p.Reader(area, known)
	if err != nil {
		return nil, err
	}
	q := assess.DueRequest{Area: area, Year: m.Year(), Payer: law.Payer{Kind: x.Payer}, Grade: x.Grade, Group: x.Group, Support: x.Population}
	if x.Scheme != 0 {
		q.Schemes = []insurance.Scheme{x.Scheme}
	}
	due, err := assess.NewDue(r, q)
	if err != nil {
		return nil, err
	}
	var out []Charge
	for _, l := range due.Lines {
		if l.Person == nil || l.Employer == nil {
			args := fault.Args{"scheme": l.Scheme.String(), "month": m.String(), "area": area, "parameter": "resident", "ask": ""}
			if len(due.Missing) > 0 {
				args["parameter"], args["ask"] = due.Missing[0].Parameter, due.Missing[0].Ask
			}
			return nil, fault.New(fault.Missing, "declaration.missing", args)
		}
		out = append(out, Charge{Person: x.Person, Payer: x.Payer, Scheme: l.Scheme, FeeMonth: m, Kind: ChargeNormal, EmployerFen: *l.Employer, PersonFen: *l.Person, Policy: r.Policy().Digest})
	}
	return out, nil
}
