// Package history is a person's facts as the kernel reads them: labour
// relations, declarations and payments from the books, as of a day and as known
// on a day, with those of merged duplicates under the person they are.
//
// It computes nothing: the grid, the gaps, the prices and the verdicts are the
// kernel's. An estimate is no declaration. A payment is what was booked, less
// what was given back; what a debit that failed and later succeeded paid keeps
// its cause (R-POST-02).
package history

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// Books is what reading histories needs of the store.
type Books interface {
	books.Frame
	// PersonFacts are persons without number, name and account.
	PersonFacts(ctx context.Context, ids []string, w registry.When) (map[string]registry.Person, error)
	// Duplicates maps the records that were merged into persons, over however
	// many steps, to the person they are.
	Duplicates(ctx context.Context, persons []string, knownAt calendar.Date) (map[string]string, error)
	// EmployerStates lists the states of employers, oldest first.
	EmployerStates(ctx context.Context, ids []string, knownAt calendar.Date) (map[string][]registry.Employer, error)
	EmploymentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Employment, error)
	EnrolmentsOf(ctx context.Context, persons []string, knownAt calendar.Date) ([]registry.Enrolment, error)
	DeclaredOf(ctx context.Context, persons []string) ([]declaration.Declared, error)
	PaidOf(ctx context.Context, persons []string) ([]ledger.Paid, error)
	// FailedDebits lists persons, employers and months whose orders the bank
	// refused, up to a day.
	FailedDebits(ctx context.Context, persons []string, until calendar.Date) ([]FailedDebit, error)
	// FeePauses lists the deferrals that employers were granted, each as it was
	// stated last, by employer and case.
	FeePauses(ctx context.Context, employers []string, knownAt calendar.Date) ([]FeePause, error)
}

// FailedDebit is a month of a person whose order the bank refused.
type FailedDebit struct {
	Person, Employer string
	FeeMonth         calendar.Month
	On               calendar.Date
	Reason           string
}

// Read gives the facts of many persons. A record that was merged into another
// person has none of its own. Rows name persons and employers by id.
func Read(ctx context.Context, tx Books, laws *assess.Laws, persons []string, w registry.When) (map[string][]record.Row, error) {
	r, err := read(ctx, tx, laws, persons, w)
	if err != nil {
		return nil, err
	}
	return r.out, nil
}

func read(ctx context.Context, tx Books, laws *assess.Laws, persons []string, w registry.When) (*reading, error) {
	r, err := newReading(ctx, tx, laws, persons, w)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{r.declared, r.work, r.paid, r.deferred} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// reading gathers rows.
type reading struct {
	tx        Books
	laws      *assess.Laws
	when      registry.When
	ids       []string // of all records
	person    map[string]string
	people    map[string]registry.Person
	units     map[string][]registry.Employer
	enrol     map[string][]registry.Enrolment // by person
	failed    map[monthOf]bool
	said      map[monthOf]money.Fen // the wage that was declared
	told      map[string]string     // populations, by what they come from
	out       map[string][]record.Row
	elsewhere map[string][]assess.Elsewhere  // months that were given back since they count elsewhere
	without   map[monthOf]registry.Enrolment // months of payers without employer
	paused    []FeePause
}

type monthOf struct {
	person, employer string
	month            calendar.Month
}

func newReading(ctx context.Context, tx Books, laws *assess.Laws, persons []string, w registry.When) (*reading, error) {
	r := &reading{tx: tx, laws: laws, when: w, person: map[string]string{}, enrol: map[string][]registry.Enrolment{}, failed: map[monthOf]bool{}, said: map[monthOf]money.Fen{},
		told: map[string]string{}, elsewhere: map[string][]assess.Elsewhere{}, out: map[string][]record.Row{}}
	dup, err := tx.Duplicates(ctx, persons, w.Known())
	if err != nil {
		return nil, err
	}
	for _, id := range persons {
		r.person[id] = id
	}
	for loser, winner := range dup {
		r.person[loser] = winner
	}
	for id := range r.person {
		r.ids = append(r.ids, id)
	}
	slices.Sort(r.ids)
	if r.people, err = tx.PersonFacts(ctx, r.ids, w); err != nil {
		return nil, err
	}
	for id, p := range r.people {
		if into := p.MergedInto; into != "" && r.person[id] == id {
			delete(r.person, id) // asked for by itself: it is somebody else
		}
	}
	enrolled, err := tx.EnrolmentsOf(ctx, r.ids, w.Known())
	for _, x := range enrolled {
		r.enrol[r.person[x.Person]] = append(r.enrol[r.person[x.Person]], x)
	}
	return r, err
}

// base is what all rows of a person have in common.
func (r *reading) row(kind record.Kind, person, employer string, from, to calendar.Month) record.Row {
	p := r.people[person]
	return record.Row{Kind: kind, Person: person, Birth: p.Birth, Sex: p.Sex, Category: p.Category, Area: r.tx.Area(), Employer: employer,
		Payer: insurance.Employee, From: from, To: to}
}

// add files a row under the person, unless the record is somebody else's.
func (r *reading) add(person string, row record.Row) {
	if person != "" {
		r.out[person] = append(r.out[person], row)
	}
}

// work gives the months of labour relations, cut where the employer's state
// (its class of risk, its type) or the wage changes.
func (r *reading) work(ctx context.Context) error {
	jobs, err := r.tx.EmploymentsOf(ctx, r.ids, r.when.Known())
	if err != nil {
		return err
	}
	var employers []string
	for _, j := range jobs {
		employers = append(employers, j.Employer)
	}
	if r.units, err = r.tx.EmployerStates(ctx, employers, r.when.Known()); err != nil {
		return err
	}
	for _, j := range jobs {
		person := r.person[j.Person]
		from, to := j.From.Month(), r.when.AsOf.Month()
		if j.To != 0 {
			to = min(to, j.To.Month())
		}
		for a := from; a <= to; {
			unit, until := r.unit(j.Employer, a)
			b := min(to, until)
			wage := r.wage(j, a)
			for m := a + 1; m <= b; m++ {
				if w := r.wage(j, m); (w == nil) != (wage == nil) || w != nil && *w != *wage {
					b = m - 1
				}
			}
			row := r.row(record.Employment, person, j.Employer, a, b)
			row.Wage, row.Tier, row.KnownOn = wage, j.Tier, j.KnownOn
			if j.Category != "" {
				row.Category = j.Category
			}
			if row.Population, err = r.populations(person, j.Population); err != nil {
				return err
			}
			row.UnitType, row.InjuryClass = unit.UnitType, unit.InjuryClass
			if unit.InjuryRate != 0 {
				rate := unit.InjuryRate
				row.InjuryRate = &rate
			}
			r.add(person, row)
			a = b + 1
		}
	}
	return nil
}

const forever = calendar.Month(1 << 30)

// wage is the one of the roster, or the higher one that the employer declared
// since: its own word counts against it, and a month is owed as it was billed.
// A lower one is an under-declaration, not a wage.
func (r *reading) wage(j registry.Employment, m calendar.Month) *money.Fen {
	said, ok := r.said[monthOf{r.person[j.Person], j.Employer, m}]
	if j.Wage == nil || !ok || said <= *j.Wage {
		return j.Wage
	}
	return &said
}

// unit is the employer's state in a month (on its last day), and the last
// month for which it holds.
func (r *reading) unit(id string, m calendar.Month) (registry.Employer, calendar.Month) {
	var e registry.Employer
	for _, s := range r.units[id] {
		if s.From > m.Last() {
			return e, s.From.Month() - 1
		}
		e = s
	}
	return e, forever
}

// populations are those that the relation names and those that the person's
// household registration puts it into.
func (r *reading) populations(person, own string) (string, error) {
	p := r.people[person]
	if p.HukouArea == "" && p.HukouKind == "" {
		return own, nil
	}
	key := strings.Join([]string{p.HukouArea, p.HukouKind, own}, "\x00")
	if s, ok := r.told[key]; ok {
		return s, nil
	}
	law, err := r.laws.Reader(r.tx.Area())
	if err != nil {
		return "", err
	}
	who := assess.Person{HukouArea: p.HukouArea, HukouKind: p.HukouKind}
	if own != "" {
		who.Populations = strings.Split(own, "|")
	}
	payer, _ := assess.NewPayer(law, insurance.Employee, who, nil)
	s := strings.Join(payer.Populations, "|")
	r.told[key] = s
	return s, nil
}

// declared gives what was declared. Of several declarations of a month the
// later takes the place of the earlier; what the office estimated, settled or
// billed later is none.
func (r *reading) declared(ctx context.Context) error {
	debits, err := r.tx.FailedDebits(ctx, r.ids, min(r.when.AsOf, r.when.Known()))
	if err != nil {
		return err
	}
	for _, f := range debits {
		if !law.LackOfFunds(f.Reason) {
			continue
		}
		r.failed[monthOf{r.person[f.Person], f.Employer, f.FeeMonth}] = true
	}
	lines, err := r.tx.DeclaredOf(ctx, r.ids)
	if err != nil {
		return err
	}
	replaced := map[string]bool{}
	for _, x := range lines {
		if r.counts(x.Of) {
			replaced[x.Of.Replaces] = true
		}
	}
	for _, x := range lines {
		d := x.Of
		if !r.counts(d) || replaced[d.ID] || d.Employer == "" {
			continue
		}
		person := r.person[x.Person]
		row := r.row(record.Declared, person, d.Employer, d.Month, d.Month)
		base := x.Wage
		if x.Base != nil {
			base = *x.Base
		}
		row.Base, row.KnownOn = &base, d.KnownOn
		r.said[monthOf{person, d.Employer, d.Month}] = x.Wage
		if r.failed[monthOf{person, d.Employer, d.Month}] {
			row.Cause = insurance.DebitFailed
		}
		r.add(person, row)
	}
	return nil
}

func (r *reading) counts(d declaration.Declaration) bool {
	return (d.Kind == declaration.Normal || d.Kind == declaration.Late) && d.DeclaredOn <= r.when.AsOf && d.KnownOn <= r.when.Known()
}

// paid gives what was booked, by day.
func (r *reading) paid(ctx context.Context) error {
	list, err := r.tx.PaidOf(ctx, r.ids)
	if err != nil {
		return err
	}
	last := min(r.when.AsOf, r.when.Known())
	list = slices.DeleteFunc(list, func(p ledger.Paid) bool { return p.PostedOn > last || p.KnownOn > r.when.Known() })
	for _, p := range list {
		if p.Reason == collection.DuplicateMonth && p.EmployerFen+p.PersonFen < 0 {
			m := assess.Elsewhere{Employer: p.Employer, Scheme: p.Scheme, Month: p.FeeMonth}
			if p.Employer == p.Person {
				m.Employer = ""
			}
			person := r.person[p.Person]
			r.elsewhere[person] = append(r.elsewhere[person], m)
		}
	}
	for _, p := range net(list, r.person) {
		row := r.row(record.Paid, p.Person, p.Employer, p.FeeMonth, p.FeeMonth)
		row.Scheme, row.PaidOn, row.KnownOn = p.Scheme, p.PostedOn, p.KnownOn
		row.EmployerPaid, row.PersonPaid = amount(p.EmployerFen), amount(p.PersonFen)
		if strings.HasPrefix(p.Reason, collection.BankRetry) {
			row.Cause = insurance.DebitFailed
		}
		if p.Employer == "" {
			r.alone(&row, p)
		} else {
			unit, _ := r.unit(p.Employer, p.FeeMonth)
			row.UnitType, row.InjuryClass = unit.UnitType, unit.InjuryClass
			if unit.InjuryRate != 0 {
				rate := unit.InjuryRate
				row.InjuryRate = &rate
			}
			if row.Population, err = r.populations(p.Person, ""); err != nil {
				return err
			}
		}
		r.add(p.Person, row)
	}
	return nil
}

// alone makes a payment one of a payer without employer, as enrolled.
func (r *reading) alone(row *record.Row, p ledger.Paid) {
	row.Employer, row.Payer = "", insurance.Flexible
	if p.Scheme == insurance.ResidentMedical || p.Scheme == insurance.ResidentPension {
		row.Payer = insurance.Resident
	}
	for _, x := range r.enrol[p.Person] {
		if x.Employer != "" || x.Payer != row.Payer || (x.Scheme != 0 && x.Scheme != p.Scheme) || x.From > p.FeeMonth || (x.To != 0 && x.To < p.FeeMonth) {
			continue
		}
		row.Tier, row.Population = x.Tier, x.Population
		if row.Payer == insurance.Resident {
			row.Population = x.Group
		}
		row.Base = x.Base
	}
}

func amount(f money.Fen) *money.Fen { return &f }

// net adds up what was booked for a person, employer, scheme and month on one
// day, and takes what was given back off the latest payments.
func net(list []ledger.Paid, person map[string]string) []ledger.Paid {
	mine := list[:0]
	for _, p := range list {
		if p.Employer == p.Person { // paid for oneself, in whichever record
			p.Employer = ""
		}
		if p.Person = person[p.Person]; p.Person != "" {
			mine = append(mine, p)
		}
	}
	byMonth := func(a, b ledger.Paid) int {
		switch { // most are apart here already
		case a.Person != b.Person:
			return cmp.Compare(a.Person, b.Person)
		case a.Scheme != b.Scheme:
			return cmp.Compare(a.Scheme, b.Scheme)
		case a.FeeMonth != b.FeeMonth:
			return cmp.Compare(a.FeeMonth, b.FeeMonth)
		}
		return cmp.Compare(a.Employer, b.Employer)
	}
	byDay := func(a, b ledger.Paid) int { return cmp.Or(byMonth(a, b), cmp.Compare(a.PostedOn, b.PostedOn)) }
	if !slices.IsSortedFunc(mine, byDay) { // the store has them in this order, but for several employers and duplicates
		slices.SortStableFunc(mine, byDay)
	}
	out := make([]ledger.Paid, 0, len(mine))
	for i := 0; i < len(mine); {
		j := i + 1
		for j < len(mine) && byMonth(mine[i], mine[j]) == 0 {
			j++
		}
		out = days(out, mine[i:j])
		i = j
	}
	return out
}

// days adds up payments of one month, which come by day, and takes what was
// given back off them. One entry may bring one share and give back of the other,
// and a return may stand before the payment of its day: so returns come last.
func days(out, list []ledger.Paid) []ledger.Paid {
	first := len(out)
	var employer, person money.Fen // given back
	for _, p := range list {
		employer, person = employer+min(0, p.EmployerFen), person+min(0, p.PersonFen)
		returned := p.EmployerFen < 0 || p.PersonFen < 0
		p.EmployerFen, p.PersonFen = max(0, p.EmployerFen), max(0, p.PersonFen)
		if returned && p.EmployerFen == 0 && p.PersonFen == 0 {
			continue
		}
		if n := len(out); n > first && out[n-1].PostedOn == p.PostedOn {
			out[n-1].EmployerFen += p.EmployerFen
			out[n-1].PersonFen += p.PersonFen
			if out[n-1].Reason == "" {
				out[n-1].Reason = p.Reason
			}
			continue
		}
		out = append(out, p)
	}
	back(out[first:], -employer, -person)
	kept := slices.DeleteFunc(out[first:], func(p ledger.Paid) bool { return p.EmployerFen == 0 && p.PersonFen == 0 && p.Scheme != 0 })
	return out[:first+len(kept)]
}

// back takes what was given back off what was paid, the latest first.
func back(out []ledger.Paid, employer, person money.Fen) {
	for i := len(out) - 1; i >= 0; i-- {
		e, q := min(out[i].EmployerFen, employer), min(out[i].PersonFen, person)
		out[i].EmployerFen -= e
		out[i].PersonFen -= q
		employer, person = employer-e, person-q
	}
}
