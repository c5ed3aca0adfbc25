package cases_test

import (
	"slices"
	"strconv"
	"strings"
	"testing/fstest"

	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/counter"
	"bujiao/internal/history"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/notice"
	"bujiao/internal/office"
	"bujiao/internal/record"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

func init() {
	verbs["begin"] = func(p *play, w []string) { p.today = p.date(w[0]) } // before anything else: "begin 2023-10-09"
	verbs["file"] = (*play).makeupFile
	verbs["local_rule"] = (*play).localRule
	verbs["says"] = (*play).says
	verbs["hukou"] = (*play).hukou
	verbs["leaves"] = (*play).leaves
	verbs["way"] = (*play).wayPart
	verbs["visit"] = (*play).visit
	verbs["settle"] = (*play).settleOrders
	verbs["month"] = (*play).monthIs
	verbs["knows"] = (*play).knows
	verbs["counts"] = (*play).counts
	verbs["account"] = (*play).account
	verbs["local_account"] = (*play).localAccount
	verbs["verdict"] = (*play).verdict
}

// makeupFile has the make-up file of a case written for its employer, and reads
// what comes back: "file D acme".
func (p *play) makeupFile(w []string) {
	q := p.as("agent@" + w[1])
	data, err := p.MakeupFile(p.Context(), q, p.id(w[0]))
	p.must(err)
	months, rejects, err := p.ReadMakeupFile(p.Context(), q, "报盘.csv", data)
	p.must(err)
	for _, r := range rejects {
		p.fail("the file's own row is refused: %+v", r)
	}
	p.months[w[0]] = months
}

// says looks for words in a fact of a case: "says D reasons 不能补缴".
func (p *play) says(w []string) {
	v, err := p.ReadCase(p.Context(), p.as("clerk"), p.id(w[0]))
	p.must(err)
	if !strings.Contains(v.Facts[w[1]], w[2]) {
		p.fail("%s of %s: %s", w[1], w[0], v.Facts[w[1]])
	}
}

// hukou says where somebody's household is registered: "hukou li 130100 urban".
func (p *play) hukou(w []string) {
	_, err := p.ChangePerson(p.Context(), p.as("clerk"), p.id(w[0]), registry.PersonChange{From: p.date("2000-01-01"), HukouArea: &w[1], HukouKind: &w[2], Reason: "户口簿"})
	p.must(err)
}

// leaves ends a labour relation: "leaves li acme 2026-01-31".
func (p *play) leaves(w []string) {
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		works, err := tx.EmploymentsOf(p.Context(), []string{p.id(w[0])}, tx.Today())
		for _, x := range works {
			if x.Employer == p.id(w[1]) {
				p.ids["job"] = x.ID
			}
		}
		return err
	}))
	_, err := p.EndEmployment(p.Context(), p.as("clerk"), p.ids["job"], p.date(w[2]), "离职")
	p.must(err)
}

// wayPart names the part of a case that was opened for a way: "way P verification of D".
func (p *play) wayPart(w []string) {
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		parts, err := tx.Cases(p.Context(), casework.Filter{Parent: p.id(w[3])}, books.Page{})
		if err != nil {
			return err
		}
		for _, c := range parts {
			events, err := tx.CaseEvents(p.Context(), c.ID)
			if err != nil {
				return err
			}
			if events[0].Name == "open_"+w[1] {
				p.ids[w[0]], p.kinds[w[0]] = c.ID, c.Kind
			}
		}
		return nil
	}))
	if p.ids[w[0]] == "" {
		p.fail("%s has no part that goes by %s", w[3], w[1])
	}
}

// visit books a number at the counter for a case today, and comes, or not:
// "visit D acme attended". The office is opened with the first.
func (p *play) visit(w []string) {
	clerk := p.as("clerk")
	if p.ids["counter"] == "" {
		ref, err := p.OpenOffice(p.Context(), p.as("administrator"), counter.NewOffice{Name: "区社保中心", Address: "路1号", Kind: "centre", Territory: []string{"110105"}, SlotMinutes: 15, AheadDays: 30, OfferDays: 1, From: p.today})
		p.must(err)
		_, err = p.OpenWindow(p.Context(), p.as("administrator"), ref.ID, counter.NewWindow{Number: 1, Services: []string{"counter"}, From: p.today})
		p.must(err)
		_, err = p.OpenHours(p.Context(), p.as("administrator"), ref.ID, counter.NewHours{Kind: counter.Working, From: p.today, Opens: "09:00", Closes: "17:00"})
		p.must(err)
		p.ids["counter"] = ref.ID
	}
	b, err := p.Book(p.Context(), p.key(p.as("agent@"+w[1])), counter.Ask{Office: p.ids["counter"], Service: "counter", Day: p.today, Slot: "10:00", Employer: p.id(w[1]), Case: p.id(w[0])})
	p.must(err)
	if w[2] == "booked" {
		p.ids["booking"] = b.ID
		return
	}
	_, err = p.MarkBooking(p.Context(), p.key(clerk), b.ID, w[2] == "attended", "到场登记")
	p.must(err)
}

// settleOrders pays the orders of a case at the financial counter: "settle D".
func (p *play) settleOrders(w []string) {
	v, err := p.ReadCase(p.Context(), p.as("clerk"), p.id(w[0]))
	p.must(err)
	for _, id := range strings.Fields(v.Facts["orders"]) {
		o, err := p.Order(p.Context(), p.as("finance"), id)
		p.must(err)
		if o.Standing.Open <= 0 {
			continue
		}
		_, err = p.ReceiveAtCounter(p.Context(), p.key(p.as("finance")), office.CounterInput{Order: id, Amount: o.Standing.Open, PaidOn: p.today, Receipt: id})
		p.must(err)
	}
}

// monthIs holds a month of somebody's record: "month li pension 2023-10 backpay - interruption": category, cause, kind.
func (p *play) monthIs(w []string) {
	c := p.cell(w[0], w[1], w[2])
	got := []string{string(c.Category), string(c.Cause), c.Kind}
	for i, want := range w[3:] {
		if want != "-" && got[i] != want {
			p.fail("%s %s of %s is %s, want %s", w[1], w[2], w[0], strings.Join(got, " "), strings.Join(w[3:], " "))
		}
	}
}

func (p *play) cell(who, scheme, month string) (out record.Cell) {
	s, err := insurance.ParseScheme(scheme)
	p.must(err)
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		grids, err := history.Grids(p.Context(), tx, p.Laws, []string{p.id(who)}, registry.When{AsOf: tx.Today()})
		if g := grids[p.id(who)]; g != nil {
			for _, c := range g.Cells {
				if c.Scheme == s && c.Month == p.month(month) {
					out = c
				}
			}
		}
		return err
	}))
	return out
}

// knows holds that somebody was told of something about a case: "knows li case.made_up D".
func (p *play) knows(w []string) {
	var list []notice.Message
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) (err error) {
		list, err = tx.MessagesOfCase(p.Context(), p.id(w[2]), books.Page{})
		return err
	}))
	for _, m := range list {
		if m.Topic == w[1] && m.To == "person/"+p.id(w[0]) {
			return
		}
	}
	p.fail("%s was not told %s", w[0], w[1])
}

// counts holds the paid months of somebody before and after what a case makes
// up: "counts D li pension before=0 after=3".
func (p *play) counts(w []string) {
	list, err := p.MakeupEffects(p.Context(), p.as("clerk"), p.id(w[0]))
	p.must(err)
	s, err := insurance.ParseScheme(w[2])
	p.must(err)
	f, _ := p.fields(w[3:])
	for _, e := range list {
		if e.Person == p.id(w[1]) && e.Scheme == s {
			if got := (casework.Values{"before": strconv.Itoa(e.Before), "after": strconv.Itoa(e.After)}); got["before"] != f["before"] || got["after"] != f["after"] {
				p.fail("%s has %s months before and %s after, want %v", w[1], got["before"], got["after"], f)
			}
			return
		}
	}
	p.fail("the case does not speak of %s", w[1])
}

// account holds how the months of an insurance of a case enter the personal
// account: "account D li medical unknown".
func (p *play) account(w []string) {
	list, err := p.MakeupEffects(p.Context(), p.as("clerk"), p.id(w[0]))
	p.must(err)
	for _, e := range list {
		if e.Person != p.id(w[1]) || e.Scheme.String() != w[2] {
			continue
		}
		var got []string
		for _, a := range e.Accounts {
			got = append(got, a.Mode)
		}
		if !slices.Equal(got, w[3:]) {
			p.fail("the months enter the account by %v, want %v", got, w[3:])
		}
		return
	}
	p.fail("the case does not speak of %s", w[1])
}

// localAccount lets the area have the rule of seed 003 for the medical account,
// of which no place is known, from now on.
func (p *play) localAccount([]string) {
	p.local(`accounts:
  - id: cn-110000/accounts/medical
    rule: R-MED-11
    schemes: [310]
    mode: within_year_or_lump
    status: seed
    origin: rules
    source: [SEED-003]
    basis: "测试：假定当地有规定"
    text: {zh: "中断1年以内的，个人账户金额不变；超过1年的，账户金额在年底一次补足。", en: "Up to one year as usual, over one year in one sum at the end of the year."}
`)
}

// verdict holds what the law says of a month of a case, and its way and price:
// "verdict D li pension 2023-10 allowed beijing_recent 1920.00 798.72".
func (p *play) verdict(w []string) {
	v, err := p.ReadCase(p.Context(), p.as("clerk"), p.id(w[0]))
	p.must(err)
	sum := func(list ...*money.Fen) string {
		var total money.Fen
		for _, f := range list {
			if f == nil {
				return "-"
			}
			total += *f
		}
		return total.String()
	}
	for _, m := range v.Months {
		if m.Person == p.id(w[1]) && m.Scheme.String() == w[2] && m.FeeMonth == p.month(w[3]) {
			got := []string{m.Verdict, m.Route, sum(m.Employer, m.Own), sum(m.LateFee)}
			for i, want := range w[4:] {
				if got[i] != want {
					p.fail("%s %s: %v, want %v", w[2], w[3], got, w[4:])
				}
			}
			return
		}
	}
	p.fail("the case does not hold %s %s", w[2], w[3])
}

// local lets the area have rows of its own from now on, over those of the packs.
func (p *play) local(rows string) {
	tree := p.packs()
	tree["cn-110000/local.yaml"] = &fstest.MapFile{Data: []byte(rows)}
	laws, err := law.Open(tree)
	p.must(err)
	p.Laws = laws
}

// localRule lets the area enable the make-up of the 45+/40+ from now on, as its
// own row that stands in for the national refusal: "local_rule individual-45-40".
func (p *play) localRule(w []string) {
	p.local(`verdicts:
  - id: cn-110000/verdicts/` + w[0] + `
    rule: R-BACKPAY-05
    payers: [flexible]
    schemes: [110]
    when: person.hukou == "local" && (person.sex == "M" && person.age_months > 540 || person.sex == "F" && person.age_months > 480)
    effect: condition
    replaces: [cn/verdicts/flexible-pension-no-make-up]
    status: seed
    origin: rules
    source: [SEED-000]
    basis: "测试：假定当地有规定"
    text: {zh: "本地户籍、曾在本地单位工作后中断的人员，男满45岁、女满40岁以上，可以申请个人补缴。", en: "Local people who once worked here, men over 45 and women over 40, may apply."}
`)
}
