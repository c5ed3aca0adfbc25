package assess

import (
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// pricer prices the months of a grid. It notes nothing: what is missing in a
// month that was paid is nobody's question.
type pricer struct {
	office   *office
	person   Person
	employer *Employer
	terms    map[termsKey]*Terms
	quiet    map[string]*desk
	payers   map[payerKey]law.Payer
}

type payerKey struct {
	area, populations, tier string
	kind                    insurance.Payer
	unit                    insurance.UnitType
}

type termsKey struct {
	payerKey
	scheme insurance.Scheme
	month  calendar.Month
	class  int
	rate   money.Rate
}

// grid builds the grid of a history; nil without rows.
func (o *office) grid(rows []record.Row, p Person, e *Employer) (*record.Grid, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	return record.Build(rows, o.laws.asOf, o.laws.knownAt, o.pricer(p, e))
}

func (o *office) pricer(p Person, e *Employer) *pricer {
	return &pricer{office: o, person: p, employer: e, terms: map[termsKey]*Terms{}, quiet: map[string]*desk{}, payers: map[payerKey]law.Payer{}}
}

// deskFor is a desk of the area whose notes are dropped.
func (p *pricer) deskFor(area string) (*desk, error) {
	if d := p.quiet[area]; d != nil {
		return d, nil
	}
	r, err := p.office.laws.Reader(area)
	if err != nil {
		return nil, err
	}
	d := &desk{law: r, text: p.office.text, words: p.office.words, notes: &notes{}}
	p.quiet[area] = d
	return d, nil
}

// who is the payer of a row: what the row says, else what is known of the
// person and the employer.
func (p *pricer) who(row *record.Row) (*desk, law.Payer, Injury, payerKey, error) {
	d, err := p.deskFor(row.Area)
	if err != nil {
		return nil, law.Payer{}, Injury{}, payerKey{}, err
	}
	inj := injuryOf(p.employer)
	if row.InjuryClass != 0 || row.InjuryRate != nil {
		inj = Injury{row.InjuryClass, row.InjuryRate}
	}
	k := payerKey{row.Area, row.Population, row.Tier, row.Payer, row.UnitType}
	who, ok := p.payers[k]
	if !ok {
		person, employer := p.person, Employer{}
		if p.employer != nil {
			employer = *p.employer
		}
		if row.Population != "" && row.Payer != insurance.Resident { // a resident's is a group of premiums
			person.Populations = strings.Split(row.Population, "|")
		}
		if row.Tier != "" {
			person.Tier = row.Tier
		}
		if row.UnitType != "" {
			employer.UnitType = row.UnitType
		}
		who = d.payer(row.Payer, person, &employer)
		p.payers[k] = who
	}
	return d, who, inj, k, nil
}

func (p *pricer) find(row *record.Row, s insurance.Scheme, m calendar.Month) (*Terms, error) {
	d, who, inj, pk, err := p.who(row)
	if err != nil {
		return nil, err
	}
	k := termsKey{payerKey: pk, scheme: s, month: m, class: inj.Class}
	if inj.Rate != nil {
		k.rate = *inj.Rate
	}
	t := p.terms[k]
	if t == nil {
		t = d.terms(s, m, who, inj, p.person.Grade)
		p.terms[k] = t
	}
	return t, nil
}

// Schemes lists the schemes of a row that names none.
func (p *pricer) Schemes(row *record.Row, m calendar.Month) ([]insurance.Scheme, error) {
	d, who, _, _, err := p.who(row)
	if err != nil {
		return nil, err
	}
	if row.Payer == insurance.Resident {
		return []insurance.Scheme{insurance.ResidentMedical}, nil
	}
	return d.schemesFor(nil, m, who), nil
}

// Owed prices a month on a wage.
func (p *pricer) Owed(row *record.Row, s insurance.Scheme, m calendar.Month, wage *money.Fen) (record.Owed, error) {
	if row.Payer == insurance.Resident {
		return record.Owed{}, nil
	}
	t, err := p.find(row, s, m)
	if err != nil {
		return record.Owed{}, err
	}
	var o record.Owed
	o.Base, o.Employer, o.Person, err = t.figures(wage)
	return o, err
}

// At prices a month on a base that was declared, whatever the limits say.
func (p *pricer) At(row *record.Row, s insurance.Scheme, m calendar.Month, base money.Fen) (record.Owed, error) {
	if row.Payer == insurance.Resident {
		return record.Owed{}, nil
	}
	t, err := p.find(row, s, m)
	if err != nil {
		return record.Owed{}, err
	}
	free := *t
	free.dropHoles("base")
	free.base.of, free.base.amount = "amount", base
	if t.base.of == "none" {
		free.base.of = "none"
	}
	var o record.Owed
	o.Base, o.Employer, o.Person, err = free.figures(nil)
	return o, err
}

// LastDay is the day before the late fee would start; zero if no pack says it.
func (p *pricer) LastDay(row *record.Row, s insurance.Scheme, m calendar.Month) (calendar.Date, error) {
	d, err := p.deskFor(row.Area)
	if err != nil {
		return 0, err
	}
	return d.lastDay(s, m), nil
}

// RaisedLater reports whether the base was lawful by the limits that were in
// force before a row that was published only after the payment.
func (p *pricer) RaisedLater(row *record.Row, s insurance.Scheme, m calendar.Month, wage, base money.Fen, paid calendar.Date) (bool, error) {
	t, err := p.find(row, s, m)
	if err != nil || t.base.row == nil || t.base.row.Published == 0 || paid == 0 || calendar.Date(t.base.row.Published) <= paid {
		return false, err
	}
	before := calendar.Date(t.base.row.From).Month().Add(-1)
	old, err := p.find(row, s, before)
	if err != nil {
		return false, err
	}
	lawful, _, _, err := old.figures(&wage)
	return lawful != nil && base >= *lawful, err
}

// DeferredOn reports whether a policy defers the month on the day.
func (p *pricer) DeferredOn(row *record.Row, s insurance.Scheme, m calendar.Month, on calendar.Date) (bool, error) {
	d, err := p.deskFor(row.Area)
	if err != nil {
		return false, err
	}
	for _, x := range d.law.Exemptions(row.Payer, s, insurance.Policy, m) {
		if x.PaidBy != 0 && on <= x.PaidBy && len(x.Causes) > 0 {
			return true, nil
		}
	}
	return false, nil
}
