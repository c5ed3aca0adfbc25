package arrears

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// LateFee is the late fee of what came late for a month of an employer: each
// amount from the first day that counts until it came (SIL 86). It stays owed
// when the month is paid; what is still open of the month grows on beside it.
type LateFee struct {
	Person   string           `json:"person"`
	Employer string           `json:"employer"`
	Scheme   insurance.Scheme `json:"scheme"`
	FeeMonth calendar.Month   `json:"fee_month"`
	Payer    insurance.Payer  `json:"payer"`
	Payments []LatePayment    `json:"payments"`
	LateFee  *money.Fen       `json:"late_fee"` // of all payments; null: not known
	Billed   money.Fen        `json:"billed"`   // late fee billed for the month, also for what was open then
	Missing  string           `json:"missing,omitempty"`
}

// LatePayment is what came on a day, both shares.
type LatePayment struct {
	PaidOn    calendar.Date   `json:"paid_on"`
	Cause     insurance.Cause `json:"cause,omitempty"`
	Principal money.Fen       `json:"principal"`
	LateDays  *int            `json:"late_days"`
	LateFee   *money.Fen      `json:"late_fee"`
}

// Payments is what pricing late payments needs of the store.
type Payments interface {
	history.Books
	ChargesOf(ctx context.Context, persons []string) ([]declaration.Charge, error)
}

// LateFees prices what came late for persons, by the law as known today, in
// order of persons, months, schemes and employers. A difference that a change of
// the law made has no late fee: the month was paid by the rules of its day. Nor
// has a payer without employer. Months without late fee are left out.
func LateFees(ctx context.Context, tx Payments, lib *law.Library, persons []string) ([]LateFee, error) {
	months, err := readReceived(ctx, tx, persons)
	if err != nil || len(months) == 0 {
		return nil, err
	}
	book, err := lib.Book(tx.Area())
	if err != nil {
		return nil, err
	}
	debtors := map[string]bool{}
	for k := range months {
		debtors[k.person] = true
	}
	grids, err := history.Grids(ctx, tx, lib, slices.Sorted(maps.Keys(debtors)), registry.When{AsOf: tx.Today()})
	if err != nil {
		return nil, err
	}
	employers := map[string]bool{}
	for k := range months {
		employers[k.employer] = true
	}
	pauses, err := history.Pauses(ctx, tx, slices.Sorted(maps.Keys(employers)), tx.Today())
	if err != nil {
		return nil, err
	}
	r := book.Read(tx.Today(), false)
	var out []LateFee
	for k, m := range months {
		f, err := m.price(r, k, causeOf(grids[k.person], k), assess.PausesOf(pauses, k.employer, k.scheme, k.month.month))
		if err != nil {
			return nil, err
		}
		if f.Missing != "" || *f.LateFee > 0 {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b LateFee) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.FeeMonth, b.FeeMonth), cmp.Compare(a.Scheme.Index(), b.Scheme.Index()), cmp.Compare(a.Employer, b.Employer))
	})
	return out, nil
}

type employerMonth struct {
	month
	employer string
}

// received is what came for a month, by day.
type received struct {
	payer  insurance.Payer
	billed money.Fen
	days   []receipt
	late   bool // something came after the last day of payment, or that day is not known
}

type receipt struct {
	on     calendar.Date
	cause  insurance.Cause // of the charge
	amount money.Fen
	late   bool
}

// readReceived reads the months of employers for which something came late,
// also under records that turned out to be of the same person.
func readReceived(ctx context.Context, tx Payments, persons []string) (map[employerMonth]*received, error) {
	root := map[string]string{}
	for _, p := range persons {
		root[p] = p
	}
	same, err := tx.Duplicates(ctx, persons, tx.Today())
	if err != nil {
		return nil, err
	}
	maps.Copy(root, same)
	records := slices.Sorted(maps.Keys(root))
	charges, err := tx.ChargesOf(ctx, records)
	if err != nil {
		return nil, err
	}
	out, byID := map[employerMonth]*received{}, map[string]declaration.Charge{}
	for _, c := range charges {
		if c.Employer == "" {
			continue
		}
		byID[c.ID] = c
		k := employerMonth{month{root[c.Person], c.Scheme, c.FeeMonth}, c.Employer}
		m := out[k]
		if m == nil {
			m = &received{payer: c.Payer}
			out[k] = m
		}
		m.billed += c.LateFee
	}
	paid, err := tx.PaidOf(ctx, records)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(paid, func(a, b ledger.Paid) int { return cmp.Compare(a.PostedOn, b.PostedOn) })
	for _, p := range paid {
		if c, ok := byID[p.Charge]; ok && c.Cause != insurance.RuleChanged {
			out[employerMonth{month{root[c.Person], c.Scheme, c.FeeMonth}, c.Employer}].add(c, p)
		}
	}
	maps.DeleteFunc(out, func(_ employerMonth, m *received) bool { return !m.late })
	return out, nil
}

// add books what came; what was given back goes off the latest of it.
func (m *received) add(c declaration.Charge, p ledger.Paid) {
	amount := p.EmployerFen + p.PersonFen
	for i := len(m.days) - 1; i >= 0 && amount < 0; i-- {
		off := min(m.days[i].amount, -amount)
		m.days[i].amount, amount = m.days[i].amount-off, amount+off
	}
	if amount <= 0 {
		return
	}
	late := after(c, p.PostedOn)
	m.late = m.late || late
	if n := len(m.days); n > 0 && m.days[n-1].on == p.PostedOn && m.days[n-1].cause == c.Cause && m.days[n-1].late == late {
		m.days[n-1].amount += amount
		return
	}
	m.days = append(m.days, receipt{p.PostedOn, c.Cause, amount, late})
}

// after reports whether a day is after the last day of payment of a charge's
// month. A back-payment's own last day gives no time: the month has one. Where no
// source gives the day, the month after the fee month still is in time.
func after(c declaration.Charge, day calendar.Date) bool {
	if c.DueOn != 0 && c.Kind != declaration.ChargeBackPay {
		return day > c.DueOn
	}
	return day > c.FeeMonth.Add(1).Last() || c.Kind == declaration.ChargeBackPay
}

// price asks the kernel for the late fee of each payment.
func (m *received) price(r *law.Reader, k employerMonth, cause insurance.Cause, pauses []assess.Span) (LateFee, error) {
	var sum money.Fen
	f := LateFee{Person: k.person, Employer: k.employer, Scheme: k.scheme, FeeMonth: k.month.month, Payer: m.payer, Billed: m.billed, LateFee: &sum}
	for _, d := range m.days {
		if !d.late || d.amount == 0 {
			continue
		}
		why := cmp.Or(d.cause, cause)
		fee, err := assess.NewLateFee(r, assess.LateFeeRequest{Principal: d.amount, Scheme: k.scheme, Month: k.month.month, Paid: d.on, Payer: m.payer, Cause: why, Pauses: pauses})
		if err != nil {
			return f, err
		}
		f.Payments = append(f.Payments, LatePayment{PaidOn: d.on, Cause: why, Principal: d.amount, LateDays: fee.Days, LateFee: fee.LateFee})
		if fee.LateFee == nil {
			f.Missing = "late_fee"
			if len(fee.Missing) > 0 {
				f.Missing = fee.Missing[0].Parameter
			}
			continue
		}
		if sum, err = sum.Add(*fee.LateFee); err != nil {
			return f, err
		}
	}
	if f.Missing != "" {
		f.LateFee = nil
	}
	return f, nil
}

// causeOf is why a month was not paid in time, as the person's grid has it. That
// a part of it was a difference is said by the charge of that part.
func causeOf(g *record.Grid, k employerMonth) insurance.Cause {
	if g == nil {
		return ""
	}
	for i := range g.Cells {
		if c := &g.Cells[i]; c.Scheme == k.scheme && c.Month == k.month.month && c.Employer == k.employer {
			if c.Cause != insurance.RuleChanged && c.Cause != insurance.UnderDeclared {
				return c.Cause
			}
		}
	}
	return ""
}
