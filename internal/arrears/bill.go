package arrears

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/record"
	"bujiao/internal/registry"
)

// BillInput asks to bill the debts of an employer, or those of a person that
// are the person's own.
type BillInput struct {
	Employer string        `json:"employer,omitempty"`
	Person   string        `json:"person,omitempty"`
	Debts    []string      `json:"debts,omitempty"` // empty: all
	On       calendar.Date `json:"on"`              // the day whose prices count; zero: today
	Channel  string        `json:"channel,omitempty"`
	Reason   string        `json:"reason,omitempty"`
	After    string        `json:"after,omitempty"` // of an employer's persons, those after this one
}

// Billed is what became of it. An employer's persons are billed a page at a
// time: Next is the After of the next, empty at the end.
type Billed struct {
	Bills []declaration.Bill `json:"bills"`
	Left  []Left             `json:"left"`
	Next  string             `json:"next,omitempty"`
}

// Left is a month in arrears that was not billed, and why:
//
//	not_owed   chosen, and no longer in arrears
//	refused    the law does not let it be made up
//	undecided  whether it may be made up depends on a fact that is not known
//	unpriced   a figure is not known; Missing names it
type Left struct {
	Person   string           `json:"person"`
	Scheme   insurance.Scheme `json:"scheme"`
	FeeMonth calendar.Month   `json:"fee_month"`
	Why      string           `json:"why"`
	Missing  string           `json:"missing,omitempty"`
}

// pageSize is how many of an employer's persons are billed at once.
const pageSize = 200

// Office is what billing needs of the store.
type Office interface {
	Books
	declaration.Debts
	LockPersons(ctx context.Context, ids ...string) error
}

// Bill prices what is in arrears now for a day and bills what was not billed
// yet, also the late fee of what came late for months that are paid. Prices come from the kernel, by the facts and the law as they are known
// now: what became known since an earlier bill makes another line and never
// changes one. A month that cannot be billed is left and named; the others are
// billed. A second run on the same day bills nothing.
func Bill(ctx context.Context, tx Office, lib *law.Library, in BillInput, words assess.Say) (Billed, error) {
	return bill(ctx, tx, lib, in, nil, words)
}

func bill(ctx context.Context, tx Office, lib *law.Library, in BillInput, months []Month, words assess.Say) (Billed, error) {
	b := newBiller(in, tx.Today())
	switch {
	case (in.Employer == "") == (in.Person == ""):
		return b.out, fault.New(fault.Invalid, "arrears.one_debtor", nil)
	case b.in.On < tx.Today(): // a price of the past leaves out what was added since
		return b.out, fault.New(fault.Invalid, "arrears.day_past", fault.Args{"day": in.On.String()})
	}
	persons, err := b.persons(ctx, tx)
	if err == nil && months != nil {
		persons, b.out.Next = b.pick(months), ""
	}
	if err != nil || len(persons) == 0 {
		return b.out, err
	}
	if err := b.price(ctx, tx, lib, persons, words); err != nil {
		return b.out, err
	}
	book, err := lib.Book(tx.Area())
	if err != nil {
		return b.out, err
	}
	for _, payer := range slices.Sorted(maps.Keys(b.lines)) { // a bill is of one kind of payer
		bill, err := declaration.BillBackPay(ctx, tx, declaration.BackPayInput{Employer: in.Employer, Person: in.Person, On: b.in.On, Payer: payer,
			Channel: in.Channel, Reason: in.Reason, Lines: b.lines[payer], Policy: book.Policy.Digest})
		if err != nil {
			return b.out, err
		}
		if bill.Charged > 0 {
			b.out.Bills = append(b.out.Bills, bill)
		}
	}
	return b.out, nil
}

// late prices what came late for the debtor; an own debtor has no late fee.
func (b *biller) late(ctx context.Context, tx Office, lib *law.Library, persons []string) (map[month]LateFee, error) {
	out := map[month]LateFee{}
	if b.in.Employer == "" {
		return out, nil
	}
	list, err := LateFees(ctx, tx, lib, persons)
	for _, f := range list {
		k := month{f.Person, f.Scheme, f.FeeMonth}
		if f.Employer == b.in.Employer && (b.chosen == nil || b.wanted[k]) {
			out[k] = f
		}
	}
	return out, err
}

// lateOnly bills late fees of months of which nothing else is billed.
func (b *biller) lateOnly(late map[month]LateFee) {
	for k, f := range late {
		switch {
		case f.LateFee == nil && slices.ContainsFunc(b.out.Left, func(l Left) bool { return (month{l.Person, l.Scheme, l.FeeMonth}) == k }):
		case f.LateFee == nil:
			delete(b.chosen, k)
			b.out.Left = append(b.out.Left, Left{k.person, k.scheme, k.month, "unpriced", f.Missing})
		case *f.LateFee > f.Billed:
			delete(b.chosen, k)
			zero := money.Fen(0)
			b.lines[f.Payer] = append(b.lines[f.Payer], declaration.BackPayLine{Person: k.person,
				Line: assess.QuoteLine{Scheme: k.scheme, Month: k.month, Cause: f.Payments[0].Cause, Employer: &zero, Person: &zero, LateFee: f.LateFee, Interest: &zero}})
		}
	}
}

type month struct {
	person string
	scheme insurance.Scheme
	month  calendar.Month
}

// Month is a month of a person's scheme, as a case names it.
type Month struct {
	Person   string
	Scheme   insurance.Scheme
	FeeMonth calendar.Month
}

// BillMonths bills chosen months of a debtor, whether or not a sweep has found
// them: in all else as Bill.
func BillMonths(ctx context.Context, tx Office, lib *law.Library, in BillInput, months []Month, words assess.Say) (Billed, error) {
	if len(months) == 0 {
		return Billed{Bills: []declaration.Bill{}, Left: []Left{}}, nil
	}
	return bill(ctx, tx, lib, in, months, words)
}

// Unbillable prices chosen months as BillMonths would and names those that it
// would leave, and why. It locks and bills nothing.
func Unbillable(ctx context.Context, tx Office, lib *law.Library, in BillInput, months []Month, words assess.Say) ([]Left, error) {
	if len(months) == 0 {
		return nil, nil
	}
	b := newBiller(in, tx.Today())
	err := b.price(ctx, tx, lib, b.pick(months), words)
	return b.out.Left, err
}

// pick chooses months and lists their persons.
func (b *biller) pick(months []Month) (persons []string) {
	b.chosen = map[month]bool{}
	for _, m := range months {
		b.chosen[month{m.Person, m.Scheme, m.FeeMonth}] = true
		persons = append(persons, m.Person)
	}
	b.wanted = maps.Clone(b.chosen)
	slices.Sort(persons)
	return slices.Compact(persons)
}

func newBiller(in BillInput, today calendar.Date) *biller {
	b := &biller{in: in, lines: map[insurance.Payer][]declaration.BackPayLine{}, out: Billed{Bills: []declaration.Bill{}, Left: []Left{}}}
	if b.in.On == 0 {
		b.in.On = today
	}
	return b
}

// biller gathers the lines of a bill.
type biller struct {
	in     BillInput
	chosen map[month]bool // that nothing was said of yet; nil: all
	wanted map[month]bool // all that are chosen
	lines  map[insurance.Payer][]declaration.BackPayLine
	out    Billed
}

// persons locks the account that is billed and lists whose debts are looked at.
func (b *biller) persons(ctx context.Context, tx Office) (list []string, err error) {
	if b.in.Employer != "" {
		err = tx.LockEmployer(ctx, b.in.Employer)
		if errors.Is(err, books.ErrNotFound) {
			err = fault.Wrap(fault.NotFound, "declaration.no_employer", nil, err)
		}
	} else {
		err = tx.LockPersons(ctx, b.in.Person)
		list = []string{b.in.Person}
	}
	if err != nil {
		return nil, err
	}
	if len(b.in.Debts) > 0 {
		return b.choose(ctx, tx)
	}
	if b.in.Employer == "" {
		return list, nil
	}
	page := books.Page{After: b.in.After, Limit: pageSize}
	owing, err := tx.DebtorsOf(ctx, b.in.Employer, page)
	if err != nil {
		return nil, err
	}
	late, err := tx.LatePayersOf(ctx, b.in.Employer, page)
	if err != nil {
		return nil, err
	}
	list = slices.Concat(owing, late)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) >= pageSize { // what is behind the page of either comes with the next
		list = list[:pageSize]
		b.out.Next = list[pageSize-1]
	}
	return roots(ctx, tx, list)
}

// roots are the persons that records are of.
func roots(ctx context.Context, tx Office, records []string) ([]string, error) {
	known, err := tx.PersonFacts(ctx, records, registry.When{AsOf: tx.Today()})
	if err != nil {
		return nil, err
	}
	out := slices.Clone(records)
	for i, id := range out {
		out[i] = cmp.Or(known[id].MergedInto, id)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// maxChosen bounds the debts that are named one by one.
const maxChosen = 1000

// choose reads the debts that are named; each must be one of who is billed.
func (b *biller) choose(ctx context.Context, tx Office) (persons []string, err error) {
	if len(b.in.Debts) > maxChosen {
		return nil, fault.New(fault.Invalid, "arrears.too_many", nil)
	}
	b.chosen = map[month]bool{}
	for _, id := range b.in.Debts {
		d, err := tx.Debt(ctx, id)
		if errors.Is(err, books.ErrNotFound) || err == nil && (d.Employer != b.in.Employer || b.in.Employer == "" && d.Person != b.in.Person) {
			err = fault.Wrap(fault.NotFound, "arrears.no_debt", fault.Args{"debt": id}, err)
		}
		if err != nil {
			return nil, err
		}
		b.chosen[month{d.Person, d.Scheme, d.FeeMonth}] = true
		persons = append(persons, d.Person)
	}
	b.wanted = maps.Clone(b.chosen)
	slices.Sort(persons)
	return slices.Compact(persons), nil
}

// price turns the months of persons that are in arrears today into lines with
// the prices of the day.
func (b *biller) price(ctx context.Context, tx Office, lib *law.Library, persons []string, words assess.Say) error {
	owed, err := b.owed(ctx, tx, lib, persons)
	if err != nil {
		return err
	}
	late, err := b.late(ctx, tx, lib, persons)
	if err != nil {
		return err
	}
	answers, err := history.AssessAll(ctx, tx, lib, persons, registry.When{AsOf: b.in.On, KnownAt: tx.Today()}, "", words)
	if err != nil {
		return err
	}
	for _, p := range persons {
		a := answers[p]
		if a == nil {
			continue
		}
		for _, l := range a.Lines {
			k := month{p, l.Scheme, l.Month}
			payer, ok := owed[k]
			if !ok || b.chosen != nil && !b.wanted[k] {
				continue
			}
			delete(b.chosen, k)
			if why, missing := obstacle(a.Verdicts, l); why != "" {
				b.out.Left = append(b.out.Left, Left{p, l.Scheme, l.Month, why, missing})
				continue
			}
			if f, ok := late[k]; ok && f.LateFee != nil {
				sum, err := l.LateFee.Add(*f.LateFee)
				if err != nil {
					return err
				}
				l.LateFee = &sum
				delete(late, k)
			}
			b.lines[payer] = append(b.lines[payer], declaration.BackPayLine{Person: p, Line: l})
		}
	}
	b.lateOnly(late)
	for k := range b.chosen {
		b.out.Left = append(b.out.Left, Left{Person: k.person, Scheme: k.scheme, FeeMonth: k.month, Why: "not_owed"})
	}
	slices.SortFunc(b.out.Left, func(x, y Left) int {
		return cmp.Or(cmp.Compare(x.Person, y.Person), cmp.Compare(x.FeeMonth, y.FeeMonth), cmp.Compare(x.Scheme.Index(), y.Scheme.Index()))
	})
	return nil
}

// owed are the months that the debtor owes today, with the kind of payer: what
// becomes due only until the day of the price is not in arrears yet.
func (b *biller) owed(ctx context.Context, tx Office, lib *law.Library, persons []string) (map[month]insurance.Payer, error) {
	grids, err := history.Grids(ctx, tx, lib, persons, registry.When{AsOf: tx.Today()})
	if err != nil {
		return nil, err
	}
	out := map[month]insurance.Payer{}
	for p, g := range grids {
		for i := range g.Cells {
			if c := &g.Cells[i]; c.Category == record.Arrears && c.Employer == b.in.Employer {
				out[month{p, c.Scheme, c.Month}] = c.Payer
			}
		}
	}
	return out, nil
}

// obstacle is why a line cannot be billed, empty if it can. A condition, such
// as papers, is for whoever bills to see to.
func obstacle(verdicts []assess.Verdict, l assess.QuoteLine) (why, missing string) {
	for _, v := range verdicts {
		if v.Scheme != l.Scheme || v.Area != l.Area || l.Month < v.From || l.Month > v.To {
			continue
		}
		switch v.Verdict {
		case "refused":
			return "refused", ""
		case "unknown":
			return "undecided", ""
		}
	}
	switch {
	case l.Employer == nil || l.Person == nil:
		return "unpriced", "amount"
	case l.LateFee == nil:
		return "unpriced", "late_fee"
	case l.Interest == nil || *l.Interest != 0: // no law seen says where it goes
		return "unpriced", "interest"
	}
	return "", ""
}
