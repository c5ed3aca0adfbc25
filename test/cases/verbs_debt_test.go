package cases_test

import (
	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/ledger"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/arrears"
	"bujiao/internal/collection"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

func init() {
	verbs["begin"] = (*play).begin
	verbs["sub"] = (*play).sub
	verbs["choose"] = (*play).choose
	verbs["open"] = (*play).open
	verbs["opened"] = (*play).opened
	verbs["clear"] = (*play).clear
	verbs["later"] = (*play).later
	verbs["plan"] = (*play).plan
	verbs["bill"] = (*play).bill
	verbs["latefee"] = (*play).lateFee
	verbs["correct"] = (*play).correct
	verbs["paypart"] = (*play).payPart
	verbs["shows"] = (*play).shows
}

// begin sets the first day, before anything happened: "begin 2022-09-12".
func (p *play) begin(w []string) {
	if len(p.ids) > 0 {
		p.fail("something happened already")
	}
	p.today = p.date(w[0])
}

// lateFee holds the late fee of a person's months today, of what is open and of
// what came late, against an amount: "latefee li 16.75".
func (p *play) lateFee(w []string) {
	a, err := p.DebtPrice(p.Context(), p.as("clerk"), office.PriceQuery{Person: p.id(w[0])})
	p.must(err)
	var sum money.Fen
	for _, l := range a.Lines {
		if l.LateFee == nil {
			p.fail("%s %s has no late fee", l.Month, l.Scheme)
		}
		p.Logf("line %d: %s %s %d days %s", p.line, l.Month, l.Scheme, *l.LateDays, *l.LateFee)
		sum += *l.LateFee
	}
	for _, f := range a.LateFees {
		if f.LateFee == nil {
			p.fail("%s %s has no late fee", f.FeeMonth, f.Scheme)
		}
		sum += *f.LateFee
	}
	if sum != p.yuan(w[1]) {
		p.fail("the late fee is %s, want %s", sum, w[1])
	}
}

// shows holds what a month of a scheme is in the record against a word: "shows
// li pension 2022-09 deferred".
func (p *play) shows(w []string) {
	a, err := p.DebtPrice(p.Context(), p.as("clerk"), office.PriceQuery{Person: p.id(w[0])})
	p.must(err)
	for _, c := range a.Grid {
		if c.Scheme.String() == w[1] && c.Month == p.month(w[2]) {
			if string(c.Category) != w[3] {
				p.fail("%s %s is %s, want %s", w[1], w[2], c.Category, w[3])
			}
			return
		}
	}
	p.fail("no such month")
}

// bill bills all that an employer has in arrears and holds the late fee of it
// against an amount: "bill acme latefee=246.25".
func (p *play) bill(w []string) {
	f, _ := p.fields(w[1:])
	b, err := p.BillArrears(p.Context(), p.key(p.as("clerk")), arrears.BillInput{Employer: p.id(w[0])})
	p.must(err)
	var sum money.Fen
	for _, x := range b.Bills {
		for _, c := range x.Charges {
			sum += c.LateFee
		}
	}
	for _, l := range b.Left {
		p.Logf("line %d: left %+v", p.line, l)
	}
	if f["latefee"] != "" && sum != p.yuan(f["latefee"]) {
		p.fail("billed a late fee of %s, want %s", sum, f["latefee"])
	}
}

// plan holds what a deferral would come to against amounts.
func (p *play) plan(w []string) {
	f, _ := p.fields(w[1:])
	n, err := strconv.Atoi(f["instalments"])
	p.must(err)
	x, err := p.PlanDeferral(p.Context(), p.as("clerk"), office.DeferralQuery{Employer: p.id(w[0]), Until: p.date(f["until"]), Instalments: n})
	p.must(err)
	if x.LateFee == nil || x.Otherwise == nil {
		p.fail("a late fee is not known: %+v", x)
	}
	if x.Debt != p.yuan(f["debt"]) || *x.LateFee != p.yuan(f["latefee"]) || *x.Otherwise != p.yuan(f["otherwise"]) || len(x.Instalments) != n {
		p.fail("%s, %s, %s, %+v", x.Debt, *x.LateFee, *x.Otherwise, x.Instalments)
	}
}

// clear bills and pays at the counter all that an employer owes today.
func (p *play) clear(w []string) {
	p.bill(w[:1])
	notices, err := p.Notices(p.Context(), p.as("finance"), p.id(w[0]), "", 0)
	p.must(err)
	for _, n := range notices { // those of which nothing is left have no order to make
		_, err := p.CreateOrder(p.Context(), p.key(p.as("finance")), office.OrderInput{Notice: n.ID, Channel: "counter"})
		if err != nil && fault.KindOf(err) != fault.Conflict {
			p.must(err)
		}
	}
	var orders []collection.Order
	var open map[string]collection.Standing
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) (err error) {
		if orders, err = tx.OrdersOf(p.Context(), p.id(w[0]), "", 0); err == nil {
			open, err = collection.Standings(p.Context(), tx, orders)
		}
		return err
	}))
	for _, o := range orders {
		if open[o.ID].Open > 0 {
			_, err := p.ReceiveAtCounter(p.Context(), p.key(p.as("finance")), office.CounterInput{Order: o.ID, Amount: open[o.ID].Open, PaidOn: p.today, Receipt: "c" + o.ID})
			p.must(err)
		}
	}
}

// later goes on to a day with the night of that day only.
func (p *play) later(w []string) {
	p.today = p.date(w[0]) - 1
	p.day(w)
}

// payPart pays at the counter, on a day, a part of what was declared last for a
// month: "paypart acme 2022-06 2500.00 on=2022-07-31".
func (p *play) payPart(w []string) {
	f, _ := p.fields(w[3:])
	paidOn := p.today
	if f["on"] != "" {
		paidOn = p.date(f["on"])
	}
	notices, err := p.Notices(p.Context(), p.as("finance"), p.id(w[0]), "", p.month(w[1]))
	p.must(err)
	n := notices[len(notices)-1].ID
	if p.ids[n] == "" {
		o, err := p.CreateOrder(p.Context(), p.key(p.as("finance")), office.OrderInput{Notice: n, Channel: "counter"})
		p.must(err)
		p.ids[n] = o.ID
	}
	p.keys++
	_, err = p.ReceiveAtCounter(p.Context(), p.key(p.as("finance")), office.CounterInput{Order: p.ids[n], Amount: p.yuan(w[2]), PaidOn: paidOn, Receipt: strconv.Itoa(p.keys)})
	p.must(err)
}

// correct declares a month anew, with a wage for everybody: "correct acme 2022-06
// wage=12000.00".
func (p *play) correct(w []string) {
	f, _ := p.fields(w[2:])
	in := office.DeclareInput{Employer: p.id(w[0]), Month: p.month(w[1]), Channel: "api", Reason: "更正"}
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		list, err := tx.DeclarationsOf(p.Context(), in.Employer, in.Month)
		in.Corrects = list[len(list)-1].ID
		return err
	}))
	roster, err := p.Roster(p.Context(), p.as("clerk"), office.RosterQuery{Employer: in.Employer, Month: in.Month})
	p.must(err)
	for _, l := range roster {
		in.Lines = append(in.Lines, office.DeclareLine{FilingLine: declaration.FilingLine{Person: l.Employment.Person, Wage: p.yuan(f["wage"])}})
	}
	_, err = p.Declare(p.Context(), p.key(p.as("clerk")), in)
	p.must(err)
}

// sub names the open part of a kind that a case has: "sub D deferral E".
func (p *play) sub(w []string) {
	v, err := p.ReadCase(p.Context(), p.as("clerk"), p.id(w[2]))
	p.must(err)
	for _, c := range v.Parts {
		if c.Kind == w[1] && c.ClosedOn == 0 {
			p.ids[w[0]], p.kinds[w[0]] = c.ID, c.Kind
			return
		}
	}
	p.fail("%s has no open %s", w[2], w[1])
}

// opened names the one open case of a kind that an employer has: "opened R
// enforcement acme".
func (p *play) opened(w []string) {
	list, err := p.Cases(p.Context(), p.as("clerk"), casework.Filter{Kind: w[1], Employer: p.id(w[2])}, books.Page{Limit: 100})
	p.must(err)
	list = slices.DeleteFunc(list, func(c casework.Case) bool { return c.ClosedOn != 0 })
	if len(list) != 1 {
		p.fail("%s has %d open cases of %s", w[2], len(list), w[1])
	}
	p.ids[w[0]], p.kinds[w[0]] = list[0].ID, list[0].Kind
}

// choose lets the area read a disputed point its own way from now on: "choose
// enforcement_route own".
func (p *play) choose(w []string) {
	p.local(`choices:
  - id: cn-110000/choices/` + strings.ReplaceAll(w[0], "_", "-") + `
    rule: R-ENF-07
    name: ` + w[0] + `
    value: ` + w[1] + `
    status: seed
    origin: rules
    source: [SEED-000]
    basis: "测试：假定当地有规定"
    text: {zh: "测试", en: "of a test"}
`)
}

// open is what the ledger says a person has been billed and not paid: "open li 0.00".
func (p *play) open(w []string) {
	var sum money.Fen
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		for _, a := range []string{ledger.Receivable, ledger.LateFeeDue} {
			list, err := tx.Balances(p.Context(), a, p.id(w[0]))
			if err != nil {
				return err
			}
			for _, b := range list {
				sum += b.EmployerFen + b.PersonFen
			}
		}
		return nil
	}))
	if sum != p.yuan(w[1]) {
		p.fail("%s has %s open, want %s", w[0], sum, w[1])
	}
}
