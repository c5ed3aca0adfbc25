package declaration

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
)

// Biller is what billing needs of the store.
type Biller interface {
	Writer
	ledger.Journal
}

// Bill is what became of a declaration: what was billed, the entry in the
// journal and the notice. A declaration that changes nothing has neither.
type Bill struct {
	Declaration Declaration `json:"declaration"`
	Settlement  string      `json:"settlement,omitempty"` // the declaration that carries the differences to what was billed before
	Charged     int         `json:"charged"`              // charges
	EmployerFen money.Fen   `json:"employer_share"`
	PersonFen   money.Fen   `json:"person_share"`
	LateFee     money.Fen   `json:"late_fee"`
	Carried     bool        `json:"carried"` // limits of an earlier month were carried on
	Notice      string      `json:"notice,omitempty"`
	Entry       string      `json:"entry,omitempty"`
	Findings    []Finding   `json:"findings,omitempty"`
	Charges     []Charge    `json:"-"`
}

// book writes a declaration with its lines and charges, posts what is billed
// and issues the notice. Charges come with what they are; their ids, day and
// months of posting are set here.
func book(ctx context.Context, tx Biller, d Declaration, lines []Line, charges []Charge) (Bill, error) {
	d.Lines, d.KnownOn, d.At, d.Actor = len(lines), tx.Today(), tx.At(), tx.Actor().ID
	b := Bill{Declaration: d, Charged: len(charges), Charges: charges}
	if err := tx.AddDeclaration(ctx, d, lines); err != nil || len(charges) == 0 {
		return b, err
	}
	n := Notice{ID: tx.NewID(), Employer: d.Employer, Person: d.Person, Month: d.Month, Kind: string(d.Kind), Declaration: d.ID, IssuedOn: tx.Today(), At: tx.At()}
	var err error
	for i := range charges {
		c := &charges[i]
		c.ID, c.Declaration, c.Employer, c.KnownOn, c.At = tx.NewID(), d.ID, d.Employer, d.KnownOn, d.At
		c.PostedMonth = c.FeeMonth
		if d.Kind != Normal && d.Kind != Estimate {
			c.PostedMonth = max(c.FeeMonth, tx.Today().Month())
		}
		if n.EmployerFen, err = n.EmployerFen.Add(c.EmployerFen); err == nil {
			n.PersonFen, err = n.PersonFen.Add(c.PersonFen)
		}
		if err == nil {
			n.LateFee, err = n.LateFee.Add(c.LateFee)
		}
		if err != nil {
			return b, err
		}
		if c.DueOn != 0 && (n.DueOn == 0 || c.DueOn < n.DueOn) {
			n.DueOn = c.DueOn
		}
		b.Carried = b.Carried || c.CarriedFrom != 0
	}
	if err := tx.AddCharges(ctx, charges); err != nil {
		return b, err
	}
	key := "bill:" + d.ID
	if d.Person != "" && d.Kind == Normal { // no account of an employer is locked: the key sees that a month is billed once
		key = "bill:" + d.Person + ":" + d.Month.String()
	}
	if legs := billLegs(d, charges); len(legs) > 0 {
		e, err := ledger.Post(ctx, tx, ledger.Entry{Kind: ledger.Billing, PostedOn: tx.Today(), RefKind: "declaration", Ref: d.ID, Key: key, Reason: string(d.Kind), Legs: legs})
		if err != nil {
			return b, err
		}
		b.Entry = e.ID
	}
	b.Notice, b.EmployerFen, b.PersonFen, b.LateFee = n.ID, n.EmployerFen, n.PersonFen, n.LateFee
	return b, tx.AddNotice(ctx, n)
}

// billLegs are the legs of a bill: what the party owes by scheme and month,
// late fees apart, and what is due to the funds on the other side.
func billLegs(d Declaration, charges []Charge) []ledger.Leg {
	type key struct {
		scheme insurance.Scheme
		month  calendar.Month
	}
	type sums struct{ employer, person, fee money.Fen }
	total := map[key]*sums{}
	var order []key
	for _, c := range charges {
		k := key{c.Scheme, c.FeeMonth}
		s := total[k]
		if s == nil {
			s = &sums{}
			total[k], order = s, append(order, k)
		}
		s.employer, s.person, s.fee = s.employer+c.EmployerFen, s.person+c.PersonFen, s.fee+c.LateFee
	}
	slices.SortFunc(order, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.scheme.Index(), b.scheme.Index()), cmp.Compare(a.month, b.month))
	})
	party := d.Employer
	if party == "" {
		party = d.Person
	}
	var legs []ledger.Leg
	add := func(account string, k key, employer, person money.Fen) {
		if employer == 0 && person == 0 {
			return
		}
		l := ledger.Leg{Account: account, Party: party, Person: d.Person, Scheme: k.scheme, FeeMonth: k.month, EmployerFen: employer, PersonFen: person}
		due := ledger.Leg{Account: ledger.FundDue, Scheme: k.scheme, FeeMonth: k.month, EmployerFen: -employer, PersonFen: -person}
		legs = append(legs, l, due)
	}
	for _, k := range order {
		s := total[k]
		add(ledger.Receivable, k, s.employer, s.person)
		add(ledger.LateFeeDue, k, s.fee, 0)
	}
	return legs
}

// slot is a person's scheme within a month's bills.
type slot struct {
	person string
	scheme insurance.Scheme
}

func (a slot) compare(b slot) int {
	return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.scheme.Index(), b.scheme.Index()))
}

// billed is what charges of a slot come to, and the first of them, which a
// difference settles.
type billed struct {
	first            Charge
	employer, person money.Fen
}

// TakenBack finds the charges that come to nothing with all that settles them,
// over however many steps, and tells of each the outermost one that it was taken
// back with. They are as if they had never been billed: a month that is billed
// again owes nothing to them and settles none of them.
func TakenBack(charges []Charge) map[string]string {
	settles := Settled(charges)
	left := map[string][3]money.Fen{}
	for _, c := range charges {
		for of := range settles.chain(c.ID) {
			x := left[of]
			left[of] = [3]money.Fen{x[0] + c.EmployerFen, x[1] + c.PersonFen, x[2] + c.LateFee}
		}
	}
	out := map[string]string{}
	for _, c := range charges {
		for of := range settles.chain(c.ID) {
			if left[of] == [3]money.Fen{} {
				out[c.ID] = of
			}
		}
	}
	return out
}

// Settlements tell of charges which one each of them settles.
type Settlements map[string]string

// Settled reads them from charges.
func Settled(charges []Charge) Settlements {
	out := make(Settlements, len(charges))
	for _, c := range charges {
		out[c.ID] = c.Settles
	}
	return out
}

// chain is a charge, the one that it settles, and so on.
func (s Settlements) chain(charge string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := 0; charge != "" && n <= len(s) && yield(charge); n++ {
			charge = s[charge]
		}
	}
}

// Root is the last of the chain: the charge that settles none.
func (s Settlements) Root(charge string) string {
	for of := range s.chain(charge) {
		charge = of
	}
	return charge
}

// net sums charges by slot.
func net(charges []Charge) map[slot]billed {
	out := map[slot]billed{}
	gone := TakenBack(charges)
	for _, c := range charges {
		if gone[c.ID] != "" {
			continue
		}
		k := slot{c.Person, c.Scheme}
		b, ok := out[k]
		if !ok || c.At < b.first.At || (c.At == b.first.At && c.ID < b.first.ID) {
			b.first = c
		}
		b.employer, b.person = b.employer+c.EmployerFen, b.person+c.PersonFen
		out[k] = b
	}
	return out
}

// deltas are the differences between what is due and what was billed, one a
// slot, in order of persons and schemes. Slots that are billed and not due are
// given back, unless keep says that they are not asked about.
func deltas(due []Charge, was map[slot]billed, keep func(slot) bool) []Charge {
	var out []Charge
	seen := map[slot]bool{}
	for _, c := range due {
		k := slot{c.Person, c.Scheme}
		seen[k] = true
		b := was[k]
		c.EmployerFen, c.PersonFen, c.Settles = c.EmployerFen-b.employer, c.PersonFen-b.person, b.first.ID
		out = append(out, c)
	}
	for k, b := range was {
		if seen[k] || (keep != nil && keep(k)) {
			continue
		}
		c := b.first
		c.EmployerFen, c.PersonFen, c.LateFee, c.Base, c.Settles = -b.employer, -b.person, 0, nil, b.first.ID
		out = append(out, c)
	}
	out = slices.DeleteFunc(out, func(c Charge) bool { return c.EmployerFen == 0 && c.PersonFen == 0 })
	slices.SortFunc(out, func(a, b Charge) int { return slot{a.Person, a.Scheme}.compare(slot{b.Person, b.Scheme}) })
	for i := range out {
		out[i].Kind = ChargeSettlement
	}
	return out
}

// lessElsewhere takes off what is to be billed what back-payments of the month
// billed before: a month is owed once, however it came to be billed. What is to
// be given back stays, and a back-payment is not given back by it. Where a month
// was given back since it counts elsewhere, nothing more is billed or given back.
func (m monthBooks) lessElsewhere(charges []Charge) []Charge {
	charges = slices.DeleteFunc(charges, func(c Charge) bool { _, back := m.back[slot{c.Person, c.Scheme}]; return back })
	if len(m.backPay) == 0 {
		return charges
	}
	was := net(m.backPay)
	for i := range charges {
		c := &charges[i]
		b, ok := was[slot{c.Person, c.Scheme}]
		if !ok {
			continue
		}
		c.EmployerFen -= min(max(c.EmployerFen, 0), max(b.employer, 0))
		c.PersonFen -= min(max(c.PersonFen, 0), max(b.person, 0))
		if c.Settles == "" {
			c.Settles = b.first.ID
		}
	}
	return slices.DeleteFunc(charges, func(c Charge) bool { return c.EmployerFen == 0 && c.PersonFen == 0 && c.Settles != "" })
}
