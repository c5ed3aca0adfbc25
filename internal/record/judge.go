package record

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

// judge sets category, cause and lateness.
func (b *builder) judge(c *Cell, d *draft, full bool) error {
	last, err := b.p.LastDay(c.row, c.Scheme, c.Month)
	if err != nil {
		return err
	}
	if full {
		return b.judgePaid(c, d, last)
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
	case b.asOf <= due:
		c.Category = NotDue // whatever was paid of it so far
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
func (b *builder) judgePaid(c *Cell, d *draft, last calendar.Date) error {
	c.Category = Normal
	if c.PaidOn == 0 {
		return nil
	}
	c.Posted = c.PaidOn.Month()
	if last == 0 {
		last = c.Month.Add(1).Last() // no pack names a deadline: the next month still is in time
	}
	failed := c.Cause == insurance.DebitFailed || (c.Cause == "" && d.declared != nil && d.declared.Cause == insurance.DebitFailed)
	if !failed && (c.PaidOn <= last || c.Posted <= c.Month) {
		return nil
	}
	why := c.Cause
	if why == "" {
		why = d.given()
	}
	c.Cause = why
	if why == insurance.Policy {
		// paid within the policy's window, a deferred month is normal (R-DEFER-05)
		if inTime, err := b.p.DeferredOn(c.row, c.Scheme, c.Month, c.PaidOn); err != nil || inTime {
			return err
		}
	}
	c.Category = Backpay
	c.LateBy = max(0, int(c.Posted-c.Month))
	atOnce := 0
	for _, r := range d.paid {
		atOnce = max(atOnce, b.lump[payday{track{c.Scheme, c.Area}, r.PaidOn}])
	}
	switch {
	case c.Cause == insurance.DebitFailed:
		c.Kind = KindBankRetry
	case c.Cause == insurance.Policy:
		c.Kind = KindPolicy
	case c.Cause == insurance.UnderDeclared || c.Cause == insurance.RuleChanged:
		c.Kind = KindBaseDiff
	case atOnce >= LumpMonths:
		c.Kind = KindLumpSum
	default:
		c.Kind = KindInterruption
	}
	return nil
}

// given is the cause that the declaration or the employment names, empty if
// none does.
func (d *draft) given() insurance.Cause {
	switch {
	case d.declared != nil && d.declared.Cause != "":
		return d.declared.Cause
	case d.work != nil && !d.filled:
		return d.work.Cause
	}
	return ""
}

// cause finds why the month is not paid. A given cause wins (contract, assess).
func (b *builder) cause(c *Cell, d *draft) error {
	if c.Cause == "" {
		c.Cause = d.given()
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
	case d.filled || d.job != nil && d.job.heard:
		c.Cause = insurance.NotDeclared
	default:
		c.Cause = insurance.NeverRegistered
	}
	return nil
}
