package proof

import (
	"context"

	"bujiao/internal/collection"
	"bujiao/internal/insurance"
	"bujiao/internal/ledger"
	"bujiao/internal/money"
	"bujiao/internal/store/sqlstore"
)

// pageRows is how many rows are compared with what refers to them at a time.
const pageRows = 300

// pages walks all rows of a table and passes them to fn a few at a time, with
// their ids.
func (a *area) pages(ctx context.Context, table string, fn func(rows [][]any, ids []string) error) error {
	w, err := a.all(ctx, table)
	if err != nil {
		return err
	}
	var rows [][]any
	var ids []string
	for {
		if w.row != nil {
			rows, ids = append(rows, w.row), append(ids, w.text("id"))
		}
		if len(rows) > 0 && (w.row == nil || len(rows) == pageRows) {
			if err := fn(rows, ids); err != nil {
				return err
			}
			rows, ids = nil, nil
		}
		if w.row == nil {
			return nil
		}
		if err := w.next(ctx); err != nil {
			return err
		}
	}
}

// line tells sums apart.
type line struct {
	ref, account string
	scheme       string
	month        string
}

// amounts are what is compared.
type amounts struct{ employer, person, fee money.Fen }

func (x amounts) String() string {
	return x.employer.String() + " + " + x.person.String() + " + " + x.fee.String()
}

func (x amounts) total() (money.Fen, error) { return money.Sum(x.employer, x.person, x.fee) }

// gather adds sums under the lines that key gives.
func gather(list []sqlstore.Sum, key func(sqlstore.Sum) line) map[line]amounts {
	out := map[line]amounts{}
	for _, s := range list {
		x := out[key(s)]
		x.employer, x.person, x.fee = x.employer+s.EmployerFen, x.person+s.PersonFen, x.fee+s.LateFee
		out[key(s)] = x
	}
	return out
}

func byRef(s sqlstore.Sum) line { return line{ref: s.Ref} }

func counts(list []sqlstore.Sum) map[string]int64 {
	out := map[string]int64{}
	for _, s := range list {
		out[s.Ref] += s.Count
	}
	return out
}

// row is one of a page, read by column.
type row struct {
	tab *sqlstore.Table
	v   []any
}

func (r row) text(col string) string { s, _ := r.tab.Value(r.v, col).(string); return s }

func (r row) int(col string) int64 { n, _ := r.tab.Value(r.v, col).(int64); return n }

func (r row) fen(col string) money.Fen { return money.Fen(r.int(col)) }

// shares are the three amounts of a row.
func (r row) shares() amounts {
	return amounts{r.fen("employer_fen"), r.fen("person_fen"), r.fen("late_fee_fen")}
}

func (a *area) differs(r row, kind, recorded, computed string) {
	d := a.name(r.tab, r.v)
	d.Kind, d.Recorded, d.Computed = kind, recorded, computed
	a.report.add(d)
}

// declarations: each has its lines, and what was charged for it is what was
// billed in the journal, by scheme and month.
func (a *area) declarations(ctx context.Context) error {
	tab := sqlstore.TableOf("declaration")
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		lines, err := a.i.Lines(ctx, ids)
		if err != nil {
			return err
		}
		charges, err := a.i.ChargesBy(ctx, ids)
		if err != nil {
			return err
		}
		legs, err := a.i.LegsBy(ctx, "declaration", [2]string{ledger.Billing, ledger.Billing}, ids)
		if err != nil {
			return err
		}
		have := counts(lines)
		for _, v := range rows {
			r := row{tab, v}
			a.report.Months += have[r.text("id")]
			if n := r.int("lines"); n != have[r.text("id")] {
				a.differs(r, Missing, "declaration_line: "+count(have[r.text("id")]), "declaration_line: "+count(n))
			}
		}
		a.billed(charges, legs)
		return nil
	})
}

// billed compares charges with the legs of the bills.
func (a *area) billed(charges, legs []sqlstore.Sum) {
	key := func(s sqlstore.Sum) line { return line{ref: s.Ref, scheme: s.Scheme.String(), month: s.Month} }
	want, have := gather(charges, key), map[line]amounts{}
	for _, l := range legs {
		x := have[key(l)]
		switch l.Account {
		case ledger.Receivable:
			x.employer, x.person = x.employer+l.EmployerFen, x.person+l.PersonFen
		case ledger.LateFeeDue:
			x.fee += l.EmployerFen + l.PersonFen
		}
		have[key(l)] = x
	}
	for k, x := range want {
		if have[k] != x {
			a.report.add(Difference{Kind: Amount, Area: a.i.Area(), Table: "entry", Row: "declaration/" + k.ref, Scheme: k.scheme, Month: k.month, Recorded: have[k].String(), Computed: x.String()})
		}
		delete(have, k)
	}
	for k, x := range have {
		if x != (amounts{}) {
			a.report.add(Difference{Kind: Amount, Area: a.i.Area(), Table: "entry", Row: "declaration/" + k.ref, Scheme: k.scheme, Month: k.month, Recorded: x.String(), Computed: amounts{}.String()})
		}
	}
}

// notices: each asks for what was charged.
func (a *area) notices(ctx context.Context) error {
	tab := sqlstore.TableOf("notice")
	return a.pages(ctx, tab.Name, func(rows [][]any, _ []string) error {
		var of []string
		for _, v := range rows {
			of = append(of, row{tab, v}.text("declaration"))
		}
		charges, err := a.i.ChargesBy(ctx, of)
		if err != nil {
			return err
		}
		want := gather(charges, byRef)
		for _, v := range rows {
			r := row{tab, v}
			if x := want[line{ref: r.text("declaration")}]; x != r.shares() {
				a.differs(r, Amount, r.shares().String(), x.String())
			}
		}
		return nil
	})
}

// charges: what is booked on a charge is booked for its person, scheme and
// month, and is no more than was billed; the personal account gets no more of
// it than was paid.
func (a *area) charges(ctx context.Context) error {
	tab := sqlstore.TableOf("charge")
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		legs, err := a.i.PaidBy(ctx, ids)
		if err != nil {
			return err
		}
		of := map[string]row{}
		for _, v := range rows {
			r := row{tab, v}
			of[r.text("id")] = r
		}
		paid, own := map[string]amounts{}, map[string]money.Fen{} // own: what entered the personal account
		for _, l := range legs {
			a.astray(of[l.Ref], l)
			x := paid[l.Ref]
			switch l.Account {
			case ledger.Receivable:
				x.employer, x.person = x.employer-l.EmployerFen, x.person-l.PersonFen
			case ledger.LateFeeDue:
				x.fee -= l.EmployerFen + l.PersonFen
			case ledger.Personal:
				own[l.Ref] -= l.EmployerFen + l.PersonFen
			}
			paid[l.Ref] = x
		}
		for _, v := range rows {
			r := row{tab, v}
			x, asked := paid[r.text("id")], r.shares()
			if !within(x.employer, asked.employer) || !within(x.person, asked.person) || !within(x.fee, asked.fee) {
				a.differs(r, Amount, "paid "+x.String(), "billed "+asked.String())
			}
			if !within(own[r.text("id")], x.employer+x.person) {
				a.differs(r, Amount, "personal account "+own[r.text("id")].String(), "paid "+x.String())
			}
		}
		return nil
	})
}

// astray notes legs that name a charge of another person, scheme or month.
func (a *area) astray(c row, l sqlstore.Sum) {
	if l.Person == c.text("person") && l.Scheme == insurance.Scheme(c.int("scheme")) && l.Month == c.text("fee_month") {
		return
	}
	d := a.name(c.tab, c.v)
	d.Kind, d.Table, d.Row = Amount, "posting", "charge/"+l.Ref
	d.Recorded, d.Computed = l.Person+" "+l.Scheme.String()+" "+l.Month, d.Person+" "+d.Scheme+" "+d.Month
	a.report.add(d)
}

// within reports whether a part lies between nothing and the whole.
func within(part, whole money.Fen) bool {
	return (part >= 0 && part <= whole) || (part <= 0 && part >= whole)
}

// orders: each asks for its items, what its events say was paid are its
// payments, and it is on the list of open ones just as long as it is.
func (a *area) orders(ctx context.Context) error {
	tab := sqlstore.TableOf("pay_order")
	list, err := a.i.Tx().OpenOrders(ctx)
	if err != nil {
		return err
	}
	open := map[string]bool{}
	for _, o := range list {
		open[o.ID] = true
	}
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		items, err := a.i.ItemsBy(ctx, ids)
		if err != nil {
			return err
		}
		events, err := a.i.EventsBy(ctx, "paid", ids)
		if err != nil {
			return err
		}
		payments, err := a.i.PaymentsBy(ctx, ids)
		if err != nil {
			return err
		}
		stopped, err := a.i.EventsBy(ctx, collection.Cancelled, ids)
		if err != nil {
			return err
		}
		corrected, err := a.i.EventsBy(ctx, collection.Corrected, ids)
		if err != nil {
			return err
		}
		cancelled, received := counts(stopped), gather(append(corrected, payments...), byRef)
		each := func(s sqlstore.Sum) line { return line{ref: s.Ref, account: s.Account} }
		asked, said, paid := gather(items, byRef), gather(events, each), gather(payments, each)
		for _, v := range rows {
			r := row{tab, v}
			if x := asked[line{ref: r.text("id")}]; x != r.shares() {
				a.differs(r, Amount, r.shares().String(), x.String())
			}
			if err := a.listed(r, open[r.text("id")], cancelled[r.text("id")] > 0, received[line{ref: r.text("id")}]); err != nil {
				return err
			}
			for k, x := range paid {
				if k.ref == r.text("id") && said[k] != x {
					a.differs(r, Amount, "event "+said[k].employer.String(), "payment "+k.account+" "+x.employer.String())
				}
			}
			for k, x := range said {
				if _, ok := paid[k]; k.ref == r.text("id") && !ok {
					a.differs(r, Amount, "event "+x.employer.String(), "no payment "+k.account)
				}
			}
		}
		return nil
	})
}

// listed compares whether an order is on the list of open ones with what was
// paid of it and not taken back.
func (a *area) listed(r row, open, cancelled bool, paid amounts) error {
	asks, err := r.shares().total()
	if err != nil {
		return err
	}
	have, err := paid.total()
	if err != nil {
		return err
	}
	if should := asks > have && !cancelled; should != open {
		a.differs(r, Amount, map[bool]string{true: "open", false: "closed"}[open], "paid "+have.String()+" of "+asks.String())
	}
	return nil
}

// payments: each is booked once, for its amount: money that came to the bank
// or out of suspense, and left what was owed. What corrections of that changed
// is what orders say of them.
func (a *area) payments(ctx context.Context) error {
	tab := sqlstore.TableOf("payment")
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		entries, err := a.i.EntriesBy(ctx, "payment", ids)
		if err != nil {
			return err
		}
		legs, err := a.i.LegsBy(ctx, "payment", [2]string{ledger.Receipt, ledger.Claimed}, ids)
		if err != nil {
			return err
		}
		in, out := map[string]money.Fen{}, map[string]money.Fen{}
		for _, l := range legs {
			switch l.Account {
			case ledger.Bank, ledger.Suspense:
				in[l.Ref] += l.EmployerFen + l.PersonFen
			case ledger.Receivable, ledger.LateFeeDue:
				out[l.Ref] -= l.EmployerFen + l.PersonFen
			}
		}
		booked := counts(entries)
		corrections, err := a.i.CorrectionsBy(ctx, ids)
		if err != nil {
			return err
		}
		corrected, err := a.i.CorrectedBy(ctx, ids)
		if err != nil {
			return err
		}
		changed, said := gather(corrections, byRef), gather(corrected, byRef)
		for _, v := range rows {
			r := row{tab, v}
			id, amount := r.text("id"), r.fen("amount")
			switch {
			case booked[id] != 1:
				a.differs(r, Amount, "entries: "+count(booked[id]), "entries: 1")
			case in[id] != amount || out[id] != amount:
				a.differs(r, Amount, amount.String(), "in "+in[id].String()+", booked "+out[id].String())
			case changed[line{ref: id}] != said[line{ref: id}]:
				a.differs(r, Amount, "orders: corrected "+said[line{ref: id}].employer.String(), "journal: corrected "+changed[line{ref: id}].employer.String())
			}
		}
		return nil
	})
}

// files: each has the lines and the amount that it says.
func (a *area) files(ctx context.Context) error {
	tab := sqlstore.TableOf("bank_file")
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		lines, err := a.i.FilesBy(ctx, ids)
		if err != nil {
			return err
		}
		n, sum := counts(lines), gather(lines, byRef)
		for _, v := range rows {
			r := row{tab, v}
			id := r.text("id")
			if x := sum[line{ref: id}].employer; n[id] != r.int("lines") || x != r.fen("amount") {
				a.differs(r, Amount, count(r.int("lines"))+": "+r.fen("amount").String(), count(n[id])+": "+x.String())
			}
		}
		return nil
	})
}

// suspense: what is open is what the journal holds in suspense, bank by bank.
func (a *area) suspense(ctx context.Context) error {
	open, err := a.i.OpenSuspense(ctx)
	if err != nil {
		return err
	}
	held, err := a.i.Accounts(ctx, ledger.Suspense)
	if err != nil {
		return err
	}
	want := gather(open, byRef)
	for _, h := range held {
		k := line{ref: h.Ref}
		if have := -(h.EmployerFen + h.PersonFen); have != want[k].employer {
			a.report.add(Difference{Kind: Balance, Area: a.i.Area(), Table: "suspense", Row: h.Ref, Recorded: want[k].employer.String(), Computed: have.String()})
		}
		delete(want, k)
	}
	for k, x := range want {
		if x.employer != 0 {
			a.report.add(Difference{Kind: Balance, Area: a.i.Area(), Table: "suspense", Row: k.ref, Recorded: x.employer.String(), Computed: money.Fen(0).String()})
		}
	}
	return nil
}

// refunds: what was approved is booked as owed to the payer, and what was paid
// left the bank.
func (a *area) refunds(ctx context.Context) error {
	tab := sqlstore.TableOf("refund")
	return a.pages(ctx, tab.Name, func(rows [][]any, ids []string) error {
		legs, err := a.i.LegsBy(ctx, "refund", [2]string{ledger.Refund, ledger.Refund}, ids)
		if err != nil {
			return err
		}
		owed, left := map[string]money.Fen{}, map[string]money.Fen{}
		for _, l := range legs {
			switch l.Account {
			case ledger.Refunds:
				owed[l.Ref] -= l.EmployerFen + l.PersonFen
			case ledger.Bank:
				left[l.Ref] -= l.EmployerFen + l.PersonFen
			}
		}
		for _, v := range rows {
			r := row{tab, v}
			asked, err := r.shares().total()
			if err != nil {
				a.differs(r, Amount, r.shares().String(), "")
				continue
			}
			want := map[string][2]money.Fen{"approved": {asked, 0}, "paid": {0, asked}}[r.text("state")]
			if have := [2]money.Fen{owed[r.text("id")], left[r.text("id")]}; have != want {
				a.differs(r, Amount, "owed "+want[0].String()+", paid "+want[1].String(), "owed "+have[0].String()+", paid "+have[1].String())
			}
		}
		return nil
	})
}
