package declaration

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// Closing says which employer's month is to be closed.
type Closing struct {
	Employer string         `json:"employer"`
	Month    calendar.Month `json:"month"`
	// Last is the window's last day where no pack gives one; a person names it.
	Last calendar.Date `json:"last,omitzero"`
}

// Close sees after an employer's month whose window is over and that was not
// declared. In a contribution year in which the employer has declared the month
// before, an unchanged roster is a month like the last, which needs no
// declaration (R-DECL-01). Else the month is estimated (R-DECL-04). A month
// that is declared or estimated, or in which nobody is employed, is left alone.
func Close(ctx context.Context, tx Desk, p *Pricer, in Closing) (Bill, error) {
	if err := tx.LockEmployer(ctx, in.Employer); err != nil {
		return Bill{}, notFound(err, "declaration.no_employer")
	}
	w, err := p.Window(tx.Area(), in.Month, tx.Today())
	if err != nil {
		return Bill{}, err
	}
	last := w.Last
	if last == 0 {
		last = in.Last
	}
	switch {
	case last == 0:
		return Bill{}, fault.New(fault.Missing, "declaration.no_window", fault.Args{"area": tx.Area(), "month": in.Month.String()})
	case tx.Today() <= last:
		return Bill{}, fault.New(fault.Conflict, "declaration.window_open", fault.Args{"month": in.Month.String(), "last": last.String()})
	}
	was, err := readMonth(ctx, tx, in.Employer, in.Month)
	if err != nil || len(was.all) > 0 {
		return Bill{}, err
	}
	s, err := readStaff(ctx, tx, in.Employer, in.Month)
	if err != nil || len(s.order) == 0 {
		return Bill{}, err
	}
	before, err := lastFiled(ctx, tx, p, in.Employer, in.Month)
	if err != nil {
		return Bill{}, err
	}
	if before.of.Month == in.Month-1 && s.unchanged(before.lines) {
		d := Declaration{ID: tx.NewID(), Employer: in.Employer, Month: in.Month, Kind: Normal, Channel: "system", DeclaredOn: last, Reason: "no_change"}
		lines := before.lines
		for i := range lines {
			lines[i].Declaration, lines[i].Employment = "", s.jobs[lines[i].Person].ID
		}
		return file(ctx, tx, p, s, d, lines, was)
	}
	return estimate(ctx, tx, p, in.Employer, in.Month)
}

// unchanged reports whether exactly the staff was declared.
func (s *staff) unchanged(lines []Line) bool {
	for _, l := range lines {
		if _, here := s.jobs[l.Person]; !here {
			return false
		}
	}
	return len(lines) == len(s.order)
}

// estimate bills 110 % of what was assessed for the month before.
func estimate(ctx context.Context, tx Desk, p *Pricer, employer string, m calendar.Month) (Bill, error) {
	before, err := readMonth(ctx, tx, employer, m-1)
	if err != nil {
		return Bill{}, err
	}
	was := net(before.charges)
	var total money.Fen
	for k, b := range was {
		if b.employer < 0 || b.person < 0 {
			delete(was, k) // given back in all; nothing to go by
			continue
		}
		if total, err = money.Sum(total, b.employer, b.person); err != nil {
			return Bill{}, err
		}
	}
	if total == 0 {
		return Bill{}, fault.New(fault.Missing, "declaration.no_last_month", fault.Args{"month": m.String(), "last": (m - 1).String()})
	}
	r, err := p.Reader(tx.Area(), tx.Today())
	if err != nil {
		return Bill{}, err
	}
	answer, err := assess.NewEstimate(r, assess.EstimateRequest{LastMonthPaid: total})
	if err != nil {
		return Bill{}, err
	}
	if answer.Provisional == nil {
		return Bill{}, fault.New(fault.Missing, "declaration.no_factor", fault.Args{"month": m.String()})
	}
	charges := spread(was, total, *answer.Provisional)
	payBy := map[insurance.Scheme]calendar.Date{}
	for i := range charges {
		c := &charges[i]
		if _, ok := payBy[c.Scheme]; !ok {
			payBy[c.Scheme] = assess.NewWindow(r, assess.WindowRequest{Month: m, Scheme: c.Scheme, Payer: c.Payer}).PayBy
		}
		c.FeeMonth, c.DueOn, c.Policy = m, payBy[c.Scheme], r.Policy().Digest
	}
	d := Declaration{ID: tx.NewID(), Employer: employer, Month: m, Kind: Estimate, Channel: "system", DeclaredOn: tx.Today()}
	links := 1
	if before.filed.ID == "" {
		links += chainOf(before.all)
	}
	d.Reason = chain + strconv.Itoa(links)
	b, err := book(ctx, tx, d, nil, charges)
	if links > 1 {
		b.Findings = append(b.Findings, Finding{Code: "estimate_of_estimate"})
	}
	return b, err
}

// chainOf is how many estimates in a row a month's estimate ends.
func chainOf(all []Declaration) int {
	for _, d := range all {
		text, ok := strings.CutPrefix(d.Reason, chain)
		if n, err := strconv.Atoi(text); d.Kind == Estimate && ok && err == nil {
			return n
		}
	}
	return 0
}

// chain stands before the number of estimates in a row, in the reason of one.
const chain = "chain:"

// spread divides an amount over persons, schemes and shares as the total was
// divided: each gets the whole fen of its part, and the fen that are left go to
// the largest remainders, ties by person, scheme and the employer's share first.
func spread(was map[slot]billed, total, amount money.Fen) []Charge {
	type part struct {
		slot
		person bool
		fen    money.Fen
		rest   uint64
	}
	var parts []part
	left := amount
	for k, b := range was {
		for _, side := range []struct {
			person bool
			of     money.Fen
		}{{false, b.employer}, {true, b.person}} {
			hi, lo := bits.Mul64(uint64(side.of), uint64(amount))
			q, rest := bits.Div64(hi%uint64(total), lo, uint64(total))
			parts = append(parts, part{k, side.person, money.Fen(q), rest})
			left -= money.Fen(q)
		}
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.rest, a.rest), a.compare(b.slot), cmp.Compare(side(a.person), side(b.person)))
	})
	out := map[slot]*Charge{}
	var charges []*Charge
	for _, x := range parts {
		if left > 0 {
			x.fen++
			left--
		}
		c := out[x.slot]
		if c == nil {
			c = &Charge{Person: x.slot.person, Payer: insurance.Employee, Scheme: x.scheme, Kind: ChargeProvisional, Cause: insurance.NotDeclared}
			out[x.slot], charges = c, append(charges, c)
		}
		if x.person {
			c.PersonFen = x.fen
		} else {
			c.EmployerFen = x.fen
		}
	}
	slices.SortFunc(charges, func(a, b *Charge) int { return slot{a.Person, a.Scheme}.compare(slot{b.Person, b.Scheme}) })
	list := make([]Charge, len(charges))
	for i, c := range charges {
		list[i] = *c
	}
	return list
}

func side(person bool) int {
	if person {
		return 1
	}
	return 0
}
