package record

import (
	"bujiao/internal/calendar"
	"bujiao/internal/money"
)

// cell decides what the month is. ok is false for a month that nothing makes
// due and nobody paid.
func (b *builder) cell(d *draft) (c Cell, ok bool, err error) {
	src := d.source()
	if src == nil {
		return c, false, nil
	}
	c = Cell{Scheme: d.key.scheme, Month: d.key.month, Area: d.key.area, Payer: src.Payer, Employer: src.Employer,
		Benefit: d.benefit, Populations: src.Population, Tier: src.Tier, row: src}
	c.Wage = d.wage()
	if err := b.price(d); err != nil {
		return c, false, err
	}
	c.Base, c.EmployerDue, c.PersonDue = d.owed.Base, d.owed.Employer, d.owed.Person
	if d.declared != nil {
		c.DeclaredBase = d.declared.Base
	}
	full, err := b.book(&c, d)
	if err != nil {
		return c, false, err
	}
	return c, true, b.judge(&c, d, full)
}

// source is the row that says who owes the month: the employment, else the
// declaration, else the payment.
func (d *draft) source() *Row {
	switch {
	case d.work != nil:
		return d.work
	case d.declared != nil:
		return d.declared
	case len(d.paid) > 0:
		return d.paid[0]
	}
	return nil
}

// wage is the wage of the employment; without one, what was declared or paid.
func (d *draft) wage() *money.Fen {
	if d.work != nil && d.work.Wage != nil {
		return d.work.Wage
	}
	for _, r := range append([]*Row{d.declared}, d.paid...) {
		if r != nil && r.Wage != nil {
			return r.Wage
		}
		if r != nil && r.Base != nil {
			return r.Base
		}
	}
	return nil
}

// price finds what the month should have cost and what was paid for this
// scheme alone. A payment that names a base but no amounts is one of what that
// base cost; one that names neither settles the month as it was due.
func (b *builder) price(d *draft) (err error) {
	if d.priced {
		return nil
	}
	if d.owed, err = b.p.Owed(d.source(), d.key.scheme, d.key.month, d.wage()); err != nil {
		return err
	}
	for _, r := range d.paid {
		employer, person := r.EmployerPaid, r.PersonPaid
		switch {
		case r.pooled():
			continue
		case employer != nil || person != nil:
		case r.Base != nil:
			at, err := b.p.At(r, d.key.scheme, d.key.month, *r.Base)
			if err != nil {
				return err
			}
			if employer, person = at.Employer, at.Person; employer == nil || person == nil {
				// not priced: the base itself must do
				d.settled = d.settled || d.owed.Base == nil || *r.Base >= *d.owed.Base
			}
		default:
			d.settled = true
		}
		if d.employer, err = d.employer.Add(or(employer)); err != nil {
			return err
		}
		if d.person, err = d.person.Add(or(person)); err != nil {
			return err
		}
	}
	d.priced = true
	return nil
}

// pooled reports whether the amounts of a row are for all schemes together.
func (r *Row) pooled() bool {
	return r.Scheme == 0 && (r.EmployerPaid != nil || r.PersonPaid != nil)
}

// book adds up the payments and reports whether the month is fully paid.
func (b *builder) book(c *Cell, d *draft) (full bool, err error) {
	var pool []*Row
	for _, r := range d.paid {
		c.PaidOn = max(c.PaidOn, r.PaidOn)
		if r.Cause != "" {
			c.Cause = r.Cause
		}
		if r.pooled() {
			pool = append(pool, r)
		}
	}
	settled := d.settled
	if len(pool) > 0 {
		covers, err := b.covers(pool, c.Month)
		if err != nil {
			return false, err
		}
		settled = settled || covers
	}
	c.EmployerPaid, c.PersonPaid = d.employer, d.person
	switch {
	case len(d.paid) == 0:
		return false, nil
	case settled:
		c.EmployerPaid, c.PersonPaid = max(d.employer, or(c.EmployerDue)), max(d.person, or(c.PersonDue))
		return true, nil
	case c.EmployerDue == nil || c.PersonDue == nil:
		// The law of the month is not known; a payment without a sign of a
		// shortage counts.
		full = c.Base == nil || d.paidBase() == nil || *d.paidBase() >= *c.Base
	default:
		full = d.employer >= *c.EmployerDue && d.person >= *c.PersonDue
	}
	c.Unallocated = !full && len(pool) > 0
	return full, nil
}

func (d *draft) paidBase() *money.Fen {
	for _, r := range d.paid {
		if r.Base != nil {
			return r.Base
		}
	}
	return nil
}

// covers decides payments for all schemes at once: they settle the month if
// they cover what all of them cost, less what was paid for one scheme alone.
func (b *builder) covers(pool []*Row, m calendar.Month) (bool, error) {
	schemes, err := b.p.Schemes(pool[0], m)
	if err != nil {
		return false, err
	}
	var employer, person, haveEmployer, havePerson money.Fen
	add := func(to *money.Fen, v money.Fen) {
		if err == nil {
			*to, err = to.Add(v)
		}
	}
	for _, r := range pool {
		add(&haveEmployer, or(r.EmployerPaid))
		add(&havePerson, or(r.PersonPaid))
	}
	for _, s := range schemes {
		d := b.drafts[cellKey{s, m, pool[0].Area}]
		if err := b.price(d); err != nil {
			return false, err
		}
		if d.owed.Employer == nil || d.owed.Person == nil || d.settled {
			continue // what is not known cannot be short; what is known must be covered
		}
		add(&employer, max(0, *d.owed.Employer-d.employer))
		add(&person, max(0, *d.owed.Person-d.person))
	}
	return haveEmployer >= employer && havePerson >= person, err
}

func or(f *money.Fen) money.Fen {
	if f == nil {
		return 0
	}
	return *f
}
