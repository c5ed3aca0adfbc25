package record

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
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
	owed, err := b.p.Owed(src, c.Scheme, c.Month, c.Wage)
	if err != nil {
		return c, false, err
	}
	c.Base, c.EmployerDue, c.PersonDue = owed.Base, owed.Employer, owed.Person
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

// book adds up the payments and reports whether the month is fully paid. A
// payment that names a base but no amounts is one of what that base cost; one
// that names neither settles the month as it was due.
func (b *builder) book(c *Cell, d *draft) (full bool, err error) {
	for _, r := range d.paid {
		if r.PaidOn >= c.PaidOn {
			c.PaidOn = r.PaidOn
		}
		if r.Cause != "" {
			c.Cause = r.Cause
		}
		switch {
		case r.Scheme == 0 && (r.EmployerPaid != nil || r.PersonPaid != nil):
			ok, err := b.together(r, c.Month)
			if err != nil {
				return false, err
			}
			if !ok {
				c.Unallocated = true
				continue
			}
			full = true
			c.EmployerPaid, c.PersonPaid = or(c.EmployerDue), or(c.PersonDue)
		case r.EmployerPaid != nil || r.PersonPaid != nil:
			c.EmployerPaid += or(r.EmployerPaid)
			c.PersonPaid += or(r.PersonPaid)
		case r.Base != nil:
			at, err := b.p.At(r, c.Scheme, c.Month, *r.Base)
			if err != nil {
				return false, err
			}
			c.EmployerPaid += or(at.Employer)
			c.PersonPaid += or(at.Person)
			if at.Employer == nil || at.Person == nil {
				// not priced: the base itself must do
				full = c.Base == nil || *r.Base >= *c.Base
			}
		default:
			full = true
			c.EmployerPaid, c.PersonPaid = or(c.EmployerDue), or(c.PersonDue)
		}
	}
	if full || len(d.paid) == 0 || c.Unallocated {
		return full, nil
	}
	if c.EmployerDue == nil || c.PersonDue == nil {
		// The law of the month is not known; a payment without a sign of a
		// shortage counts.
		return c.Base == nil || d.paidBase() == nil || *d.paidBase() >= *c.Base, nil
	}
	return c.EmployerPaid >= *c.EmployerDue && c.PersonPaid >= *c.PersonDue, nil
}

func (d *draft) paidBase() *money.Fen {
	for _, r := range d.paid {
		if r.Base != nil {
			return r.Base
		}
	}
	return nil
}

// together decides a payment for all schemes at once: it settles the month if
// it covers what all of them cost.
func (b *builder) together(r *Row, m calendar.Month) (bool, error) {
	schemes, err := b.p.Schemes(r, m)
	if err != nil {
		return false, err
	}
	var employer, person money.Fen
	for _, s := range schemes {
		d := b.drafts[cellKey{s, m, r.Area}]
		if d == nil {
			continue
		}
		owed, err := b.p.Owed(d.source(), s, m, d.wage())
		if err != nil {
			return false, err
		}
		if owed.Employer == nil || owed.Person == nil {
			return true, nil // not known to be short
		}
		employer += *owed.Employer
		person += *owed.Person
	}
	return or(r.EmployerPaid) >= employer && or(r.PersonPaid) >= person, nil
}

func or(f *money.Fen) money.Fen {
	if f == nil {
		return 0
	}
	return *f
}

// judge sets category, cause and lateness.
func (b *builder) judge(c *Cell, d *draft, full bool) error {
	last, err := b.p.LastDay(c.row, c.Scheme, c.Month)
	if err != nil {
		return err
	}
	if full {
		b.judgePaid(c, d, last)
		return nil
	}
	due := last
	if due == 0 {
		due = c.Month.Last() // no pack names a deadline: due once the month is over
	}
	nothing := c.EmployerDue != nil && c.PersonDue != nil && *c.EmployerDue == 0 && *c.PersonDue == 0
	switch {
	case nothing:
		c.Category = Exempt
		return nil
	case b.asOf <= due && len(d.paid) == 0:
		c.Category = NotDue
		return nil
	}
	c.Category = Arrears
	if err := b.cause(c, d); err != nil {
		return err
	}
	if c.Cause == insurance.Policy {
		wait, err := b.p.DeferredOn(c.row, c.Scheme, c.Month, b.asOf)
		if err != nil {
			return err
		}
		if wait {
			c.Category = Deferred
		}
	}
	return nil
}

// judgePaid tells a payment in time from a later one (R-POST-04: back-pay is
// what belongs to an earlier month than it is posted in).
func (b *builder) judgePaid(c *Cell, d *draft, last calendar.Date) {
	c.Category = Normal
	if c.PaidOn == 0 {
		return
	}
	c.Posted = c.PaidOn.Month()
	if last == 0 {
		last = c.Month.Add(1).Last() // no pack names a deadline: the next month still is in time
	}
	if c.PaidOn <= last {
		if c.Cause != insurance.DebitFailed {
			return
		}
	}
	c.Category = Backpay
	c.LateBy = int(c.Posted - c.Month)
	span := 0
	for _, r := range d.paid {
		span = max(span, int(r.To-r.From)+1)
	}
	switch {
	case c.Cause == insurance.DebitFailed:
		c.Kind = KindBankRetry
	case c.Cause == insurance.Policy:
		c.Kind = KindPolicy
	case c.Cause == insurance.UnderDeclared || c.Cause == insurance.RuleChanged:
		c.Kind = KindBaseDiff
	case span >= lumpMonths:
		c.Kind = KindLumpSum
	default:
		c.Kind = KindInterruption
	}
}

// cause finds why the month is not paid. A given cause wins (contract, assess).
func (b *builder) cause(c *Cell, d *draft) error {
	for _, r := range []*Row{d.work, d.declared} {
		if r != nil && r.Cause != "" && c.Cause == "" {
			c.Cause = r.Cause
		}
	}
	if c.Cause != "" {
		return nil
	}
	base := c.DeclaredBase
	if base == nil {
		base = d.paidBase()
	}
	switch {
	case base != nil && c.Base != nil && *base < *c.Base && (len(d.paid) > 0 || d.declared == nil):
		c.Cause = insurance.UnderDeclared
		if len(d.paid) > 0 && c.Wage != nil {
			later, err := b.p.RaisedLater(c.row, c.Scheme, c.Month, *c.Wage, *base, c.PaidOn)
			if err != nil {
				return err
			}
			if later {
				c.Cause = insurance.RuleChanged
			}
		}
	case d.declared != nil || len(d.paid) > 0:
		c.Cause = insurance.DeclaredUnpaid
	case d.work != nil && b.everDeclared(d):
		c.Cause = insurance.NotDeclared
	default:
		c.Cause = insurance.NeverRegistered
	}
	return nil
}

// everDeclared reports whether any month of the whole employment was declared
// or paid for the scheme.
func (b *builder) everDeclared(d *draft) bool {
	w := d.work
	for m := w.From; m <= w.To; m++ {
		x := b.drafts[cellKey{d.key.scheme, m, d.key.area}]
		if x != nil && (x.declared != nil || len(x.paid) > 0) {
			return true
		}
	}
	return false
}
