package cases_test

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/money"
	"bujiao/internal/office"
)

func init() {
	maps.Copy(verbs, map[string]func(*play, []string){
		"holds":     (*play).holds,
		"hidden":    (*play).hidden,
		"finds":     (*play).finds,
		"joined":    (*play).joined,
		"part":      (*play).part,
		"sums":      (*play).sums,
		"leave":     (*play).leave,
		"payown":    (*play).payOwn,
		"billed":    (*play).billed,
		"cover":     (*play).covered,
		"recovered": (*play).recovered,
	})
}

// view reads a case as somebody.
func (p *play) view(who, name string) (office.CaseView, error) {
	p.Helper()
	return p.ReadCase(p.Context(), p.as(who), p.id(name))
}

// holds counts the months of a case, all of them or those of an insurance:
// "holds C months=20 pension=4".
func (p *play) holds(w []string) {
	v, err := p.view("clerk", w[0])
	p.must(err)
	want, _ := p.fields(w[1:])
	got := casework.Values{"months": strconv.Itoa(len(v.Months))}
	for _, m := range v.Months {
		n, _ := strconv.Atoi(got[m.Scheme.String()])
		got[m.Scheme.String()] = strconv.Itoa(n + 1)
	}
	for name, n := range want {
		if got[name] != n && (got[name] != "" || n != "0") {
			p.fail("%s holds %v, want %s=%s", w[0], got, name, n)
		}
	}
}

// hidden is a case of which somebody sees nothing, not even papers: "hidden C from agent@acme".
func (p *play) hidden(w []string) {
	_, err := p.view(w[2], w[0])
	if k := fault.KindOf(err); k != fault.NotFound && k != fault.Forbidden {
		p.fail("%s sees %s: %v", w[2], w[0], err)
	}
	list, err := p.Cases(p.Context(), p.as(w[2]), casework.Filter{Kind: p.kinds[w[0]]}, books.Page{Limit: 1000})
	if k := fault.KindOf(err); err != nil && k != fault.Forbidden {
		p.fail("%v", err)
	}
	for _, c := range list {
		if c.ID == p.id(w[0]) {
			p.fail("%s finds %s in the list", w[2], w[0])
		}
	}
	papers, err := p.Papers(p.Context(), p.as(w[2]), office.PaperQuery{Case: p.id(w[0])})
	if p.must(err); len(papers) > 0 {
		p.fail("%s finds %d papers of %s", w[2], len(papers), w[0])
	}
}

// part names the part of a case that is of a kind: "part E enforcement of C".
func (p *play) part(w []string) {
	v, err := p.view("clerk", w[3])
	p.must(err)
	for _, c := range v.Parts {
		if c.Kind == w[1] {
			p.ids[w[0]], p.kinds[w[0]] = c.ID, c.Kind
			return
		}
	}
	p.fail("%s has no part %s", w[3], w[1])
}

// sums holds a fact of a case against both shares of its months:
// "sums C claim_no_bar".
func (p *play) sums(w []string) {
	v, err := p.view("clerk", w[0])
	p.must(err)
	var sum money.Fen
	for _, m := range v.Months {
		for _, f := range []*money.Fen{m.Employer, m.Own} {
			if f == nil {
				p.fail("%s %s has no price", m.FeeMonth, m.Scheme)
			}
			sum += *f
		}
	}
	if sum <= 0 || v.Facts[w[1]] != sum.String() {
		p.fail("%s: %s is %s, its months cost %s", w[0], w[1], v.Facts[w[1]], sum)
	}
}

// leave ends the labour relation of a person with an employer:
// "leave li at acme on=2026-01-31".
func (p *play) leave(w []string) {
	f, _ := p.fields(w[3:])
	v, err := p.ReadPerson(p.Context(), p.as("clerk"), office.PersonQuery{Person: p.id(w[0])})
	p.must(err)
	for _, e := range v.Employments {
		if e.Employer == p.id(w[2]) && e.To == 0 {
			_, err := p.EndEmployment(p.Context(), p.as("clerk"), e.ID, p.date(f["on"]), "离职")
			p.must(err)
			return
		}
	}
	p.fail("%s does not work at %s", w[0], w[2])
}

// payOwn pays at the counter what a person alone was billed for a month, and
// holds the amount: "payown li 2026-05 1234.56".
func (p *play) payOwn(w []string) {
	notices, err := p.Notices(p.Context(), p.as("finance"), "", p.id(w[0]), p.month(w[1]))
	p.must(err)
	var sum money.Fen
	for _, n := range notices {
		order, err := p.CreateOrder(p.Context(), p.key(p.as("finance")), office.OrderInput{Notice: n.ID, Channel: "counter"})
		if f := (*fault.Error)(nil); errors.As(err, &f) && (f.Key == "collection.nothing_to_pay" || f.Key == "collection.order_exists") {
			continue // taken back, or asked for with another notice
		}
		p.must(err)
		total, err := money.Sum(order.EmployerFen, order.PersonFen, order.LateFee)
		p.must(err)
		sum += total
		_, err = p.ReceiveAtCounter(p.Context(), p.key(p.as("finance")), office.CounterInput{Order: order.ID, Amount: total, PaidOn: p.today, Receipt: order.ID})
		p.must(err)
	}
	if sum != p.yuan(w[2]) {
		p.fail("%s pays %s, want %s", w[0], sum, w[2])
	}
}

// billed holds what the bills of a person's month come to: "billed li 2026-05 1234.56".
func (p *play) billed(w []string) {
	notices, err := p.Notices(p.Context(), p.as("finance"), "", p.id(w[0]), p.month(w[1]))
	p.must(err)
	var sum money.Fen
	for _, n := range notices {
		sum += n.EmployerFen + n.PersonFen + n.LateFee
	}
	if sum != p.yuan(w[2]) {
		p.fail("%s is billed %s, want %s", w[0], sum, w[2])
	}
}

// covered holds the calendar of cover of a case, the first day of each run:
// "cover R earlier_cover=2026-01-01 interrupted=2026-02-01 covered=2026-05-01".
func (p *play) covered(w []string) {
	v, err := p.view("clerk", w[0])
	p.must(err)
	var got []string
	for _, r := range v.Cover {
		got = append(got, r.Reason+"="+r.From.String())
	}
	if g, want := strings.Join(got, " "), strings.Join(w[1:], " "); g != want {
		p.fail("the cover of %s is %s, want %s", w[0], g, want)
	}
}

// finds is a case that somebody reads and finds in the list: "finds C as
// person@li", or "finds C as clerk of wu".
func (p *play) finds(w []string) {
	_, err := p.view(w[2], w[0])
	p.must(err)
	f := casework.Filter{Kind: p.kinds[w[0]]}
	if len(w) > 3 {
		f.Person = p.id(w[4])
	}
	list, err := p.Cases(p.Context(), p.as(w[2]), f, books.Page{Limit: 1000})
	p.must(err)
	if !slices.ContainsFunc(list, func(c casework.Case) bool { return c.ID == p.id(w[0]) }) {
		p.fail("%s does not find %s in the list", w[2], w[0])
	}
}

// joined joins the record of a duplicate to a person, or parts it again:
// "joined zhou wu", "joined zhou".
func (p *play) joined(w []string) {
	in := office.Joining{Loser: p.id(w[0])}
	if len(w) > 1 {
		in.Winner = p.id(w[1])
	}
	ref, err := p.ProposeJoining(p.Context(), p.key(p.as("clerk")), in, "同一人")
	p.must(err)
	_, err = p.DecideJoining(p.Context(), p.key(p.as("reviewer")), ref.ID, true, "同一人")
	p.must(err)
}

// recovered holds how many cases of recovery an employer has: "recovered acme 1".
func (p *play) recovered(w []string) {
	list, err := p.Cases(p.Context(), p.as("clerk"), casework.Filter{Kind: "enforcement", Employer: p.id(w[0])}, books.Page{})
	p.must(err)
	if n := strconv.Itoa(len(list)); n != w[1] {
		p.fail("%s is recovered from in %s cases, want %s", w[0], n, w[1])
	}
}
