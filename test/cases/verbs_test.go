package cases_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bujiao/internal/arrears"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/casework"
	"bujiao/internal/declaration"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

// verbs are what a line may begin with; any other is somebody who does
// something to a case.
var verbs = map[string]func(*play, []string){}

func init() {
	maps.Copy(verbs, map[string]func(*play, []string){
		"day":      (*play).day,
		"employer": (*play).employer,
		"person":   (*play).person,
		"employ":   (*play).employ,
		"declare":  (*play).declare,
		"pay":      (*play).pay,
		"sweep":    (*play).sweep,
		"owes":     (*play).owes,
		"case":     (*play).newCase,
		"no":       (*play).no,
		"is":       (*play).is,
		"papers":   (*play).papers,
		"told":     (*play).told,
	})
}

// day goes on to a day, with the nights between: "day 2026-03-09".
func (p *play) day(w []string) {
	for to := p.date(w[0]); p.today < to; {
		p.today++
		_, err := p.WindCases(p.Context(), storetest.Area)
		p.must(err)
		_, err = p.RunCaseClocks(p.Context(), storetest.Area)
		p.must(err)
	}
}

// employer registers one: "employer acme formed=2005-01-01".
func (p *play) employer(w []string) {
	n := len(p.ids)
	f, _ := p.fields(w[1:])
	formed := f["formed"]
	if formed == "" {
		formed = "2015-01-01"
	}
	class := 1
	ref, err := p.RegisterEmployer(p.Context(), p.as("clerk"), registry.NewEmployer{CreditCode: creditCode(n), Name: w[0], UnitType: "micro_small_medium",
		InjuryClass: class, FormedOn: p.date(formed)})
	p.must(err)
	p.ids[w[0]] = ref.ID
}

// creditCode makes the credit code of an enterprise.
func creditCode(n int) string { return creditCodeOf("91", n) }

// creditCodeOf makes a credit code of what an authority registers: GB 32100.
func creditCodeOf(authority string, n int) string {
	const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	org, sum := fmt.Sprintf("%08d", 10_000_000+n), 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} { // GB 11714
		sum += w * int(org[i]-'0')
	}
	s := authority + "110105" + org + "0123456789X"[(11-sum%11)%11:(11-sum%11)%11+1]
	sum = 0
	weight := 1
	for _, c := range s {
		sum += weight * strings.IndexRune(digits, c)
		weight = weight * 3 % 31
	}
	return s + digits[(31-sum%31)%31:(31-sum%31)%31+1]
}

// person registers one: "person li born=1990-01-01 sex=F".
func (p *play) person(w []string) {
	f, _ := p.fields(w[1:])
	born := f["born"]
	if born == "" {
		born = "1990-01-01"
	}
	seq := 2*len(p.ids) + 1
	if f["sex"] == "F" {
		seq++
	}
	ref, err := p.RegisterPerson(p.Context(), p.as("clerk"), registry.NewPerson{Document: registry.Document{Number: number("110105", born, seq)}, Name: "王小明"})
	p.must(err)
	p.ids[w[0]] = ref.ID
}

// number makes a citizen number of somebody born on a day: GB 11643.
func number(area, birth string, seq int) string {
	s := fmt.Sprintf("%s%s%03d", area, strings.ReplaceAll(birth, "-", ""), seq)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(s[i]-'0')
	}
	return s + "10X98765432"[sum%11:sum%11+1]
}

// employ registers a labour relation: "employ li at acme from=2025-01-01 wage=8000".
func (p *play) employ(w []string) {
	f, _ := p.fields(w[3:])
	wage := p.yuan(f["wage"])
	_, err := p.StartEmployment(p.Context(), p.as("clerk"), registry.NewEmployment{Person: p.id(w[0]), Employer: p.id(w[2]), From: p.date(f["from"]), Wage: &wage})
	p.must(err)
}

func (p *play) yuan(s string) money.Fen {
	p.Helper()
	f, err := money.ParseFen(s)
	p.must(err)
	return f
}

// declare declares months of everybody on the roster: "declare acme 2026-01 2026-02".
func (p *play) declare(w []string) {
	for _, m := range p.span(w[1:]) {
		roster, err := p.Roster(p.Context(), p.as("clerk"), office.RosterQuery{Employer: p.id(w[0]), Month: m})
		p.must(err)
		in := office.DeclareInput{Employer: p.id(w[0]), Month: m, Channel: "api"}
		for _, l := range roster {
			in.Lines = append(in.Lines, office.DeclareLine{FilingLine: declaration.FilingLine{Person: l.Employment.Person, Wage: *l.Employment.Wage}})
		}
		_, err = p.Declare(p.Context(), p.key(p.as("clerk")), in)
		p.must(err)
	}
}

func (p *play) span(w []string) (out []calendar.Month) {
	from := p.month(w[0])
	to := from
	if len(w) > 1 {
		to = p.month(w[1])
	}
	for m := from; m <= to; m++ {
		out = append(out, m)
	}
	return out
}

// pay pays declared months at the counter: "pay acme 2026-01 2026-02".
func (p *play) pay(w []string) {
	for _, m := range p.span(w[1:]) {
		notices, err := p.Notices(p.Context(), p.as("finance"), p.id(w[0]), "", m)
		p.must(err)
		for _, n := range notices {
			order, err := p.CreateOrder(p.Context(), p.key(p.as("finance")), office.OrderInput{Notice: n.ID, Channel: "counter"})
			p.must(err)
			total, err := money.Sum(order.EmployerFen, order.PersonFen, order.LateFee)
			p.must(err)
			_, err = p.ReceiveAtCounter(p.Context(), p.key(p.as("finance")), office.CounterInput{Order: order.ID, Amount: total, PaidOn: p.today, Receipt: order.ID})
			p.must(err)
		}
	}
}

// sweep finds the debts of the day.
func (p *play) sweep([]string) {
	_, err := p.SweepArrears(p.Context(), storetest.Area)
	p.must(err)
}

// owes holds the open debts of an employer, both shares, against an amount:
// "owes acme 0.00".
func (p *play) owes(w []string) {
	list, err := p.Debts(p.Context(), p.as("clerk"), office.DebtQuery{Filter: arrears.Filter{Employer: p.id(w[0]), State: arrears.Open}})
	p.must(err)
	var sum money.Fen
	for _, d := range list {
		for _, share := range []*money.Fen{d.EmployerFen, d.PersonFen} {
			if share != nil {
				sum += *share
			}
		}
		p.Logf("line %d: %s %s %s", p.line, d.FeeMonth, d.Scheme, d.Cause)
	}
	if sum != p.yuan(w[1]) {
		p.fail("%s owes %s, want %s", w[0], sum, w[1])
	}
}

// newCase names a case that is to be opened: "case D deferral of=acme person=li".
func (p *play) newCase(w []string) {
	p.kinds[w[0]] = w[1]
	f, _ := p.fields(w[2:])
	var about [2]string
	if f["person"] != "" {
		about[0] = p.id(f["person"])
	}
	if f["of"] != "" {
		about[1] = p.id(f["of"])
	}
	p.abouts[w[0]] = about
}

// no is something that is refused: "no clerk agree D -> guard guard" or
// "-> casework.not_now".
func (p *play) no(w []string) {
	i := len(w)
	for k, x := range w {
		if x == "->" {
			i = k
		}
	}
	if i+1 >= len(w) {
		p.fail("no ... -> why")
	}
	data, reason := p.fields(w[3:i])
	before := p.seq(w[2])
	_, err := p.ask(p.key(p.as(w[0])), w[1], w[2], data, reason)
	want := strings.Join(w[i+1:], " ")
	if got := why(err); got != want {
		p.fail("refused for %q, want %q (%v)", got, want, err)
	}
	if p.seq(w[2]) != before {
		p.fail("what was refused left something behind")
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Key == "casework.not_now" && before > 0 {
		v, err := p.ReadCase(p.Context(), p.as(w[0]), p.id(w[2]))
		if err == nil && f.Args["state"] != v.State {
			p.fail("the refusal names the state %s, and %s is seen", f.Args["state"], v.State)
		}
	}
}

// why names the guards that do not hold, or else the key of the fault.
func why(err error) string {
	var u *casework.Unmet
	if errors.As(err, &u) {
		var ids []string
		for _, g := range u.Guards {
			ids = append(ids, g.ID)
		}
		return strings.Join(ids, " ")
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

// is holds a case against what it should be: "is D running finance until=2026-09-30".
func (p *play) is(w []string) {
	v, err := p.ReadCase(p.Context(), p.as("clerk"), p.id(w[0]))
	p.must(err)
	if v.State != w[1] {
		p.fail("%s is %s, want %s", w[0], v.State, w[1])
	}
	for _, x := range w[2:] {
		name, want, given := strings.Cut(x, "=")
		got := string(v.Owner)
		switch {
		case given && name == "until":
			got = v.EndsOn.String()
		case given:
			got = v.Facts[name]
		default:
			want = x
		}
		if got != want {
			p.fail("%s: %s is %s, want %s", w[0], name, got, want)
		}
	}
}

// papers holds the papers of a case, in any order: "papers D acceptance refusal".
func (p *play) papers(w []string) {
	list, err := p.Papers(p.Context(), p.as("clerk"), office.PaperQuery{Case: p.id(w[0])})
	p.must(err)
	var kinds []string
	for _, x := range list {
		kinds = append(kinds, x.Kind)
	}
	if got, want := sorted(kinds), sorted(w[1:]); got != want {
		p.fail("the papers of %s are %q, want %q", w[0], got, want)
	}
}

// told holds what the parties of a case were told, in its order: "told D
// case.opened case.closed".
func (p *play) told(w []string) {
	var topics []string
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		list, err := tx.MessagesOfCase(p.Context(), p.id(w[0]), books.Page{})
		for _, m := range list {
			topics = append(topics, m.Topic)
		}
		return err
	}))
	if got, want := sorted(topics), sorted(w[1:]); got != want {
		p.fail("of %s was told %q, want %q", w[0], got, want)
	}
}

// sorted joins words in one order: what happens on one day has none.
func sorted(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(words, " ")
}
