package declaration

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// BackPayInput bills missed months on a day: lines that the kernel priced for
// that day (a quote, an assessment), each with its person. The bill goes to the
// employer or, without one, to the person.
type BackPayInput struct {
	Employer string          `json:"employer,omitempty"`
	Person   string          `json:"person,omitempty"`
	On       calendar.Date   `json:"on"` // the day the lines are priced for; zero: today
	Payer    insurance.Payer `json:"payer"`
	Channel  string          `json:"channel"`
	Reason   string          `json:"reason,omitempty"`
	Lines    []BackPayLine   `json:"lines"`
	Policy   string          `json:"policy"` // digest of the packs that priced them
}

// BackPayLine is a priced month of a person.
type BackPayLine struct {
	Person string           `json:"person"`
	DueOn  calendar.Date    `json:"due_on,omitzero"` // last day of payment of the bill; zero: none
	Line   assess.QuoteLine `json:"line"`
}

// Debts is what billing back-pay needs of the store.
type Debts interface {
	Reader
	Writer
	ledger.Journal
	LockEmployer(ctx context.Context, id string) error
	PaidOf(ctx context.Context, persons []string) ([]ledger.Paid, error)
	// Duplicates maps the records that were merged into persons to those persons.
	Duplicates(ctx context.Context, persons []string, knownAt calendar.Date) (map[string]string, error)
}

// BillBackPay bills what the lines ask for and was not billed yet: a month that
// was declared and not paid is owed already, and only its late fee is new; a
// late fee that was billed for an earlier day grows by the difference. A second
// run on the same day bills nothing. A line with a figure that is not known is
// fault declaration.unpriced.
func BillBackPay(ctx context.Context, tx Debts, in BackPayInput) (Bill, error) {
	if in.On == 0 {
		in.On = tx.Today()
	}
	if in.Employer != "" {
		if err := tx.LockEmployer(ctx, in.Employer); err != nil {
			return Bill{}, notFound(err, "declaration.no_employer")
		}
	}
	owed, err := readOwed(ctx, tx, in)
	if err != nil {
		return Bill{}, err
	}
	var charges []Charge
	seen := map[monthSlot]bool{}
	for _, l := range in.Lines {
		k := monthSlot{slot{l.Person, l.Line.Scheme}, l.Line.Month}
		if seen[k] {
			return Bill{}, fault.New(fault.Invalid, "declaration.line_twice", fault.Args{"scheme": k.scheme.String(), "month": k.month.String()})
		}
		seen[k] = true
		c, err := in.charge(l, owed[k])
		if err != nil {
			return Bill{}, err
		}
		if c.EmployerFen == 0 && c.PersonFen == 0 && c.LateFee == 0 {
			continue
		}
		charges = append(charges, c)
	}
	if len(charges) == 0 {
		return Bill{}, nil
	}
	slices.SortFunc(charges, func(a, b Charge) int {
		return cmp.Or(cmp.Compare(a.FeeMonth, b.FeeMonth), slot{a.Person, a.Scheme}.compare(slot{b.Person, b.Scheme}))
	})
	d := Declaration{ID: tx.NewID(), Employer: in.Employer, Person: in.Person, Month: tx.Today().Month(), Kind: BackPay, Channel: in.Channel, DeclaredOn: in.On, Reason: in.Reason}
	return book(ctx, tx, d, nil, charges)
}

type monthSlot struct {
	slot
	month calendar.Month
}

// owed is what was billed for a month, and what of it is paid.
type owed struct {
	first                    string // charge
	employer, person, fee    money.Fen
	employerPaid, personPaid money.Fen
}

// readOwed reads what was billed and paid for the months of the lines, also
// under records that turned out to be of the same person.
func readOwed(ctx context.Context, tx Debts, in BackPayInput) (map[monthSlot]owed, error) {
	person := map[string]string{}
	for _, l := range in.Lines {
		person[l.Person] = l.Person
	}
	same, err := tx.Duplicates(ctx, slices.Sorted(maps.Keys(person)), tx.Today())
	if err != nil {
		return nil, err
	}
	for loser, winner := range same {
		if person[loser] == "" {
			person[loser] = winner
		}
	}
	records := slices.Sorted(maps.Keys(person))
	charges, err := tx.ChargesOf(ctx, records)
	if err != nil {
		return nil, err
	}
	paid, err := tx.PaidOf(ctx, records)
	if err != nil {
		return nil, err
	}
	out := map[monthSlot]owed{}
	gone := TakenBack(charges)
	for _, c := range charges {
		if c.Employer != in.Employer || gone[c.ID] != "" {
			continue
		}
		k := monthSlot{slot{person[c.Person], c.Scheme}, c.FeeMonth}
		o := out[k]
		if o.first == "" {
			o.first = c.ID
		}
		o.employer, o.person, o.fee = o.employer+c.EmployerFen, o.person+c.PersonFen, o.fee+c.LateFee
		out[k] = o
	}
	for _, x := range paid {
		if own := x.Employer == x.Person; own != (in.Employer == "") || !own && x.Employer != in.Employer {
			continue
		}
		k := monthSlot{slot{person[x.Person], x.Scheme}, x.FeeMonth}
		o := out[k]
		o.employerPaid, o.personPaid = o.employerPaid+x.EmployerFen, o.personPaid+x.PersonFen
		out[k] = o
	}
	return out, nil
}

// charge is what is new in a line: what it asks for without what is billed and
// still open.
func (in BackPayInput) charge(l BackPayLine, o owed) (Charge, error) {
	q := l.Line
	if q.Employer == nil || q.Person == nil || q.LateFee == nil || q.Interest == nil || *q.Interest != 0 {
		missing := "amount"
		switch {
		case q.Employer == nil || q.Person == nil:
		case q.LateFee == nil:
			missing = "late_fee"
		default:
			missing = "interest"
		}
		return Charge{}, fault.New(fault.Missing, "declaration.unpriced", fault.Args{"scheme": q.Scheme.String(), "month": q.Month.String(), "missing": missing})
	}
	return Charge{
		Person: l.Person, Payer: in.Payer, Scheme: q.Scheme, FeeMonth: q.Month, Kind: ChargeBackPay, Cause: q.Cause, Base: q.Base, DueOn: l.DueOn, Policy: in.Policy, Settles: o.first,
		EmployerFen: max(*q.Employer-max(o.employer-o.employerPaid, 0), 0), PersonFen: max(*q.Person-max(o.person-o.personPaid, 0), 0), LateFee: max(*q.LateFee-o.fee, 0),
	}, nil
}
