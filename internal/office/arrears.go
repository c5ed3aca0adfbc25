package office

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bujiao/internal/access"
	"bujiao/internal/arrears"
	"bujiao/internal/assess"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/history"
	"bujiao/internal/record"
	"bujiao/internal/registry"
	"bujiao/internal/store"
)

// DebtQuery asks for debts. A person's and an employer's are its own, whether
// or not the filter says so.
type DebtQuery struct {
	arrears.Filter
	Page books.Page `json:"page"`
}

// Debts lists debts and leaves a line with each person of whom one is shown.
func (o *Office) Debts(ctx context.Context, q Request, in DebtQuery) ([]arrears.Debt, error) {
	f := in.Filter
	ownOnly(q.Actor, &f.Employer, &f.Person)
	return Show(ctx, o, q, "arrears.read", func(tx store.Tx) ([]arrears.Debt, []string, error) {
		f := f // the transaction may be tried again
		s := access.Scope{Area: q.Area, Employer: f.Employer, Person: f.Person}
		if q.Actor.Role == access.Insured {
			own, err := o.findPerson(ctx, tx, PersonQuery{Person: f.Person}, registry.When{AsOf: tx.Today()})
			if err != nil {
				return nil, nil, absent(err)
			}
			s, f.Person = own.scope(q), own.root // the debts of a duplicate are the person's
		}
		if err := access.Check(q.Actor, "arrears.read", s); err != nil {
			return nil, nil, err
		}
		list, err := tx.Debts(ctx, f, in.Page)
		return list, personsOf(list, func(d arrears.Debt) string { return d.Person }), err
	})
}

// PriceQuery asks what a person's debts cost on a day.
type PriceQuery struct {
	Person  string        `json:"person"`
	On      calendar.Date `json:"on"`       // zero: the office date
	KnownAt calendar.Date `json:"known_at"` // zero: the day, or today if that is still to come
	Lang    string        `json:"lang,omitempty"`
}

// Priced is a person's record with its gaps, prices and verdicts on a day.
type Priced struct {
	*assess.History
	// LateFees are of what came late for the person's months with employers. They
	// stay owed when a month is paid; Billed says what of them was billed.
	LateFees []arrears.LateFee `json:"late_fees_of_payments"`
	// Receipt is what a receipt of it proves. An employer gets none: it would
	// hold the person's whole record (R-PRIV-05).
	Receipt *assess.Body `json:"-"`
}

// DebtPrice prices the debts of a person on a day, by the facts and the law as
// known on a day. To an employer it is the part of its own months.
func (o *Office) DebtPrice(ctx context.Context, q Request, in PriceQuery) (Priced, error) {
	return Show(ctx, o, q, "arrears.read", func(tx store.Tx) (Priced, []string, error) {
		w := registry.When{AsOf: in.On, KnownAt: in.KnownAt}
		if w.AsOf == 0 {
			w.AsOf = tx.Today()
		}
		if w.KnownAt == 0 {
			w.KnownAt = min(w.AsOf, tx.Today())
		}
		root, err := o.record(ctx, tx, q, "arrears.read", in.Person, w.KnownAt)
		if err != nil {
			return Priced{}, nil, err
		}
		a, err := history.Assess(ctx, tx, o.Laws, root, w, in.Lang, o.Words)
		if err != nil {
			return Priced{}, nil, missing(err, "arrears.no_facts", nil)
		}
		out := Priced{History: a.History}
		if out.LateFees, err = arrears.LateFees(ctx, tx, o.Laws, []string{root}); err != nil {
			return Priced{}, nil, err
		}
		if q.Actor.Role == access.EmployerAgent {
			out.LateFees = slices.DeleteFunc(out.LateFees, func(f arrears.LateFee) bool { return f.Employer != q.Actor.Employer })
			out.History, err = ownMonths(a.History, q.Actor.Employer)
		} else {
			out.Receipt, err = a.Body()
		}
		if err != nil {
			return Priced{}, nil, err
		}
		return out, []string{root}, nil
	})
}

// record finds the record of a person that an action is about, for who may: its
// root, under which histories stand. Who may not see it and who asks for nobody
// get one answer.
func (o *Office) record(ctx context.Context, tx store.Tx, q Request, action access.Action, person string, known calendar.Date) (string, error) {
	f, err := o.findPerson(ctx, tx, PersonQuery{Person: person}, registry.When{AsOf: known})
	if err != nil && !errors.Is(err, books.ErrNotFound) {
		return "", err
	}
	if denied := access.Check(q.Actor, action, f.scope(q)); denied != nil {
		return "", denied
	}
	return f.root, absent(err)
}

// ownMonths is the part of a history that is an employer's own: its months with
// their gaps, prices and verdicts. What counts a person's whole life is left out.
func ownMonths(h *assess.History, employer string) (*assess.History, error) {
	type slot struct {
		scheme string
		area   string
		month  calendar.Month
	}
	own := map[slot]bool{}
	out := *h
	out.Grid, out.Gaps, out.Lines, out.Verdicts = []record.Cell{}, []record.Gap{}, []assess.QuoteLine{}, []assess.Verdict{}
	out.Effects, out.Refused, out.Waiting, out.Trace = nil, nil, nil, nil
	for _, c := range h.Grid {
		if c.Employer == employer {
			out.Grid = append(out.Grid, c)
			own[slot{c.Scheme.String(), c.Area, c.Month}] = true
		}
	}
	out.Gaps = (&record.Grid{AsOf: 0, Cells: out.Grid}).Gaps()
	for _, l := range h.Lines {
		if own[slot{l.Scheme.String(), l.Area, l.Month}] {
			out.Lines = append(out.Lines, l)
		}
	}
	for _, v := range h.Verdicts {
		for m := v.From; m <= v.To; m++ { // a run may go over from one employer to the next
			if !own[slot{v.Scheme.String(), v.Area, m}] {
				continue
			}
			part := v
			part.From, part.To = m, m
			for part.To < v.To && own[slot{v.Scheme.String(), v.Area, part.To + 1}] {
				part.To++
			}
			out.Verdicts = append(out.Verdicts, part)
			m = part.To
		}
	}
	var err error
	out.Totals, err = assess.SumLines(out.Lines)
	return &out, err
}

// BillArrears bills debts of an employer, or of a person's own, at the prices
// of a day. What was billed before is not billed again.
func (o *Office) BillArrears(ctx context.Context, q Request, in arrears.BillInput) (arrears.Billed, error) {
	if err := access.Check(q.Actor, "arrears.bill", access.Scope{Area: q.Area, Employer: in.Employer, Person: in.Person}); err != nil {
		return arrears.Billed{}, err
	}
	return Do(ctx, o, q, "arrears.bill", in, func(tx store.Tx) (arrears.Billed, error) {
		b, err := arrears.Bill(ctx, tx, o.Laws, in, o.Words)
		if err != nil {
			return b, err
		}
		kind, object := "employer", in.Employer
		if object == "" {
			kind, object = "person", in.Person
		}
		for _, bill := range b.Bills {
			if err := tellBill(ctx, tx, bill); err != nil {
				return b, err
			}
			if err := Audited(ctx, tx, "arrears.bill", kind, object, in.Reason, nil, bill.Declaration); err != nil {
				return b, err
			}
		}
		return b, nil
	})
}

// eachRoster passes everybody who is or was on an employer's roster, as the
// persons they are, a page at a time.
func eachRoster(ctx context.Context, tx store.Tx, employer string, do func(persons []string) error) error {
	for p := (books.Page{Limit: sweepPage}); ; {
		records, err := tx.EmployedBy(ctx, employer, p)
		if err != nil {
			return err
		}
		known, err := tx.PersonFacts(ctx, records, registry.When{AsOf: tx.Today()})
		if err != nil {
			return err
		}
		var persons []string
		for _, id := range records {
			persons = append(persons, cmp.Or(known[id].MergedInto, id))
		}
		slices.Sort(persons)
		if err := do(slices.Compact(persons)); err != nil || len(records) < sweepPage {
			return err
		}
		p.After = records[len(records)-1]
	}
}

// sweptSetting keeps how far the sweep of a day has come.
const sweptSetting = "arrears_swept"

type swept struct {
	Day   calendar.Date  `json:"day"`
	After string         `json:"after"` // the last person that was looked at
	Done  bool           `json:"done"`
	Sum   arrears.Change `json:"sum"`
}

// sweepPage is how many persons are looked at in one transaction.
const sweepPage = 200

// SweepArrears brings the debts of an area up to the office date, page by page
// of persons, each in a transaction of its own. A sweep that was broken off goes
// on where it was; one of a day that is done is not done again.
func (o *Office) SweepArrears(ctx context.Context, area string) (arrears.Change, error) {
	q := Request{Actor: access.Self, Area: area}
	for {
		at, err := o.sweepStep(ctx, q)
		if err != nil || at.Done {
			return at.Sum, err
		}
	}
}

// sweepStep looks at one page: it reads all of it without keeping anybody from
// writing, and writes only for those whose debts have changed.
func (o *Office) sweepStep(ctx context.Context, q Request) (at swept, err error) {
	type look struct {
		was     string
		at      swept
		persons []string
		stale   []string
	}
	l, err := See(ctx, o, q, func(tx store.Tx) (l look, err error) {
		if l.was, err = tx.Setting(ctx, sweptSetting); err != nil {
			return l, err
		}
		if l.was != "" {
			if err := json.Unmarshal([]byte(l.was), &l.at); err != nil {
				return l, fmt.Errorf("setting %s: %w", sweptSetting, err)
			}
		}
		if l.at.Day != tx.Today() {
			l.at = swept{Day: tx.Today()}
		}
		if l.at.Done {
			return l, nil
		}
		if l.persons, err = tx.PersonIDs(ctx, books.Page{After: l.at.After, Limit: sweepPage}); err != nil {
			return l, err
		}
		l.stale, err = arrears.Stale(ctx, tx, o.Laws, l.persons)
		return l, err
	})
	if err != nil || l.at.Done {
		return l.at, err
	}
	return Do(ctx, o, q, "arrears.sweep", struct{}{}, func(tx store.Tx) (swept, error) {
		at := l.at
		if at.Day != tx.Today() {
			return at, fault.New(fault.Unavailable, "arrears.day_over", nil)
		}
		c, err := arrears.Sweep(ctx, tx, o.Laws, l.stale)
		if err != nil {
			return at, err
		}
		c.Persons = len(l.persons)
		at.Sum = at.Sum.Add(c)
		if at.Done = len(l.persons) < sweepPage; !at.Done {
			at.After = l.persons[len(l.persons)-1]
		}
		text, err := json.Marshal(at)
		if err != nil {
			return at, err
		}
		if at.Done && at.Sum.Any() {
			if err := Audited(ctx, tx, "arrears.sweep", "area", q.Area, "", nil, at.Sum); err != nil {
				return at, err
			}
		}
		return at, tx.SetSetting(ctx, sweptSetting, l.was, string(text))
	})
}
